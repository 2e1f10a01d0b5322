package seal

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/prf"
	"golang.org/x/mod/sumdb/note"
)

const (
	kekFile    = "kek.json"
	indexFile  = "index.json"
	pepperFile = "pepper.json"
	signerFile = "audit-signer.key"
)

// keyFile is the text of one keyset. The check proves that the keys were not garbled or mixed up: for the KEK it is the
// installation's identity wrapped under it, for the others a keyed hash.
type keyFile struct {
	File   string          `json:"relais"`
	Check  []byte          `json:"check"`
	Keyset json.RawMessage `json:"keyset"`
}

func newTexts() (Texts, error) {
	kek, err := newKEKText()
	if err != nil {
		return Texts{}, err
	}
	index, err := newPRFText(indexFile)
	if err != nil {
		return Texts{}, err
	}
	pepper, err := newPRFText(pepperFile)
	if err != nil {
		return Texts{}, err
	}
	var nonce [8]byte
	rand.Read(nonce[:])
	// The name is the log's origin: unique, so that checkpoints of two installations can't be taken for each other.
	signer, _, err := note.GenerateKey(rand.Reader, "relais-"+hex.EncodeToString(nonce[:]))
	return Texts{KEK: kek, Index: index, Pepper: pepper, Signer: signer + "\n"}, err
}

func newKEKText() (string, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", err
	}
	identity := make([]byte, 32)
	rand.Read(identity)
	return printKEK(handle, identity)
}

func printKEK(handle *keyset.Handle, identity []byte) (string, error) {
	kek, err := newKeysetKEK(handle)
	if err != nil {
		return "", err
	}
	check, err := kek.Wrap(context.Background(), identity, []byte{forIdentity})
	if err != nil {
		return "", err
	}
	return printKeyFile(kekFile, check, handle)
}

func parseKEK(text string) (*keyset.Handle, *keysetKEK, []byte, error) {
	handle, check, err := parseKeyFile(kekFile, text)
	if err != nil {
		return nil, nil, nil, err
	}
	kek, err := newKeysetKEK(handle)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%w: %s: not a key-encryption keyset", ErrGarbled, kekFile)
	}
	identity, err := kek.Unwrap(context.Background(), check, []byte{forIdentity})
	if err != nil || len(identity) != 32 {
		return nil, nil, nil, fmt.Errorf("%w: %s: the check value does not fit the keys", ErrGarbled, kekFile)
	}
	return handle, kek, identity, nil
}

func newPRFText(file string) (string, error) {
	handle, err := keyset.NewHandle(prf.HMACSHA256PRFKeyTemplate())
	if err != nil {
		return "", err
	}
	set, err := prf.NewPRFSet(handle)
	if err != nil {
		return "", err
	}
	check, err := checkOf(set, file)
	if err != nil {
		return "", err
	}
	return printKeyFile(file, check, handle)
}

func parsePRF(file, text string) (*prf.Set, []byte, error) {
	handle, check, err := parseKeyFile(file, text)
	if err != nil {
		return nil, nil, err
	}
	set, err := prf.NewPRFSet(handle)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: not a keyed-hash keyset", ErrGarbled, file)
	}
	if own, err := checkOf(set, file); err != nil || !hmac.Equal(own, check) {
		return nil, nil, fmt.Errorf("%w: %s: the check value does not fit the keys", ErrGarbled, file)
	}
	return set, check, nil
}

func checkOf(set *prf.Set, file string) ([]byte, error) {
	return set.ComputePrimaryPRF(appendParts(nil, forCheck, file), tokenSize)
}

func printKeyFile(file string, check []byte, handle *keyset.Handle) (string, error) {
	var keys bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&keys)); err != nil {
		return "", err
	}
	text, err := json.MarshalIndent(keyFile{File: file, Check: check, Keyset: keys.Bytes()}, "", "  ")
	return string(text) + "\n", err
}

// parseKeyFile never wraps the parser's error: it could quote key material.
func parseKeyFile(file, text string) (*keyset.Handle, []byte, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil, fmt.Errorf("%w: %s", ErrMissing, file)
	}
	var kf keyFile
	in := json.NewDecoder(strings.NewReader(text))
	in.DisallowUnknownFields()
	if in.Decode(&kf) != nil || in.Decode(&struct{}{}) != io.EOF {
		return nil, nil, fmt.Errorf("%w: %s: not a key file of relais", ErrGarbled, file)
	}
	if kf.File != file {
		return nil, nil, fmt.Errorf("%w: %s: holds the keys of another key file", ErrGarbled, file)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(kf.Keyset)))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: unreadable keyset", ErrGarbled, file)
	}
	return handle, kf.Check, nil
}
