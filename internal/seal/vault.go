package seal

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/prf"
	"golang.org/x/mod/sumdb/note"
)

const tokenSize = 16 // bytes: no chance hits at a thousand million tokens, and less to analyse than a whole hash

// Vault holds the opened keys of an installation. It is safe for concurrent use.
type Vault struct {
	kek              KEK
	index, pepper    *prf.Set
	signer, verifier string
	check            []byte
	primary          uint32
	keys             *keyCache
}

// Texts are the contents of the four key files, for containers that get them as configuration values.
type Texts struct{ KEK, Index, Pepper, Signer string }

// Open reads the keys that Create wrote in dir. Each missing, garbled or too open file has its own error.
func Open(dir string) (*Vault, error) {
	texts, err := readDir(dir)
	if err != nil {
		return nil, err
	}
	return OpenWith(texts)
}

// OpenWith opens the keys from their texts.
func OpenWith(texts Texts) (*Vault, error) {
	_, kek, identity, err := parseKEK(texts.KEK)
	if err != nil {
		return nil, err
	}
	index, indexCheck, err := parsePRF(indexFile, texts.Index)
	if err != nil {
		return nil, err
	}
	pepper, pepperCheck, err := parsePRF(pepperFile, texts.Pepper)
	if err != nil {
		return nil, err
	}
	signer := strings.TrimSpace(texts.Signer)
	verifier, err := verifierOf(signer)
	if err != nil {
		return nil, err
	}
	return &Vault{
		kek: kek, index: index, pepper: pepper, signer: signer, verifier: verifier,
		check:   checkValue(identity, indexCheck, pepperCheck),
		primary: kek.primary,
		keys:    newKeyCache(time.Now),
	}, nil
}

// Token is the blind-index entry of a value: equal only for equal field, scope and value under this vault's index key.
// Scope is the agency id where agencies must not be linked, or "" for tokens that all share. Normalise the value first.
func (v *Vault) Token(field, scope, value string) []byte {
	var room [128]byte
	return keyed(v.index, appendParts(room[:0], forToken, field, scope, value), tokenSize)
}

// Pepper is a keyed hash of 32 bytes for what is compared and never read back: passwords before argon2id, session
// tokens, addresses, queries. Purposes do not mix.
func (v *Vault) Pepper(purpose string, value []byte) []byte {
	var room [128]byte
	return keyed(v.pepper, append(appendParts(room[:0], forPepper, purpose), value...), sha256.Size)
}

// SignerKey is the secret key that signs the audit log's checkpoints, in the text form of sumdb/note.
func (v *Vault) SignerKey() string { return v.signer }

// Primary is the number of the key-encryption key that wraps what is new.
func (v *Vault) Primary() uint32 { return v.primary }

// VerifierKey is the public half of SignerKey, to hand to witnesses.
func (v *Vault) VerifierKey() string { return v.verifier }

// CheckValue names this set of keys without giving anything away: 16 bytes, stored in the database at the first start
// and compared at every other. It survives Rotate; another installation's keys never have it.
func (v *Vault) CheckValue() []byte { return append([]byte(nil), v.check...) }

// String keeps key material out of anything printed.
func (v *Vault) String() string { return "seal.Vault" }

// GoString keeps key material out of anything printed.
func (v *Vault) GoString() string { return v.String() }

// String keeps key material out of anything printed.
func (Texts) String() string { return "seal.Texts" }

// GoString keeps key material out of anything printed.
func (t Texts) GoString() string { return t.String() }

// LogValue keeps key material out of every log handler.
func (t Texts) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText keeps key material out of JSON and text encoders.
func (t Texts) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func keyed(set *prf.Set, input []byte, size uint32) []byte {
	out, err := set.ComputePrimaryPRF(input, size)
	if err != nil {
		// Opening the vault proved the key, and size is a constant below 32: only a broken build comes here, and a
		// made-up token would hide people from every search.
		panic(fmt.Errorf("seal: keyed hash: %w", err))
	}
	return out
}

func checkValue(identity, indexCheck, pepperCheck []byte) []byte {
	mac := hmac.New(sha256.New, identity)
	mac.Write(appendParts(nil, forCheck, string(indexCheck), string(pepperCheck)))
	return mac.Sum(nil)[:16]
}

// verifierOf also proves the signer's text: note keys carry a hash of their public half.
func verifierOf(signer string) (string, error) {
	if signer == "" {
		return "", fmt.Errorf("%w: %s", ErrMissing, signerFile)
	}
	if _, err := note.NewSigner(signer); err != nil {
		return "", fmt.Errorf("%w: %s: not a note signing key", ErrGarbled, signerFile)
	}
	parts := strings.SplitN(signer, "+", 5) // PRIVATE+KEY+name+hash+key
	key, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil {
		return "", fmt.Errorf("%w: %s: not a note signing key", ErrGarbled, signerFile)
	}
	public := ed25519.NewKeyFromSeed(key[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(parts[2], public)
}
