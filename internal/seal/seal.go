// Package seal keeps personal data unreadable without a key that the database does not hold: it makes the keys of a file
// by key domain, seals and opens payloads bound to their place, and turns values into blind-index tokens.
//
// It does not decide who may read, and it knows no table: it never sees the database.
package seal

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// What can go wrong. Callers ask with errors.Is; the texts are for the operator and hold no personal or key value.
var (
	// ErrSealed says that sealed bytes do not open here: changed, cut, moved to another place, or of another key.
	ErrSealed = errors.New("sealed bytes do not open here")
	// ErrShredded says that the wrapped key of a file was destroyed, so its content is erased for good.
	ErrShredded = errors.New("the key of this file was destroyed")
	// ErrNoPlace says that a caller sealed, or asked for a key, without saying for which place.
	ErrNoPlace = errors.New("a seal needs its place")
	// ErrMissing says that a key file or its value is not there.
	ErrMissing = errors.New("key file is missing")
	// ErrGarbled says that a key file cannot be read, or that its check value does not fit its keys.
	ErrGarbled = errors.New("key file is garbled")
	// ErrTooOpen says that others than the owner may read a key file or its directory.
	ErrTooOpen = errors.New("key file is open to others")
	// ErrExists says that keys are already there; they are never overwritten.
	ErrExists = errors.New("keys are already there")
	// ErrInUse says that another process is changing the same key directory, or that a key is still needed.
	ErrInUse = errors.New("key is in use")
)

// Domain is the part of a file that one data key opens. The numbers are stored and bound into wrapped keys: append only.
type Domain uint8

// The key domains: five of a case or victim file, and one for the staff data of an agency.
const (
	General Domain = iota + 1
	Contact
	Location
	Health
	Criminal
	Agency
)

var domainNames = [...]string{"none", "general", "contact", "location", "health", "criminal", "agency"}

// String is the name that tables and reports print, such as "health".
func (d Domain) String() string {
	if int(d) >= len(domainNames) {
		return fmt.Sprintf("domain(%d)", uint8(d))
	}
	return domainNames[d]
}

func (d Domain) known() bool { return d >= General && d <= Agency }

// AD is the place a sealed payload belongs to. A payload opens only in the very place it was sealed for.
// Table and Row are required; Section may be empty for a row that has none.
type AD struct {
	Table, Row, Section string
	Version             int64
}

func (a AD) bytes() []byte {
	out := make([]byte, 0, 12+len(a.Table)+len(a.Row)+len(a.Section))
	out = appendParts(out, forPayload, a.Table, a.Row, a.Section)
	return binary.BigEndian.AppendUint64(out, uint64(a.Version))
}

// Key seals and opens the payloads of one owner in one domain. It is safe for concurrent use.
type Key struct{ aead tink.AEAD }

// Seal encrypts plain for one place. The result is 33 bytes longer and different each time.
func (k *Key) Seal(plain []byte, ad AD) ([]byte, error) {
	if ad.Table == "" || ad.Row == "" {
		return nil, fmt.Errorf("%w: table and row", ErrNoPlace)
	}
	return k.aead.Encrypt(plain, ad.bytes())
}

// Open returns what Seal was given, or ErrSealed when a byte or the place differs.
func (k *Key) Open(sealed []byte, ad AD) ([]byte, error) {
	plain, err := k.aead.Decrypt(sealed, ad.bytes())
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// What a byte string is for. It stands first in every keyed input, so no input of one use can be one of another.
const (
	forCheck byte = iota + 1
	forPayload
	forFileKey
	forIdentity
	forToken
	forPepper
)

// appendParts writes each part behind its length, so ("ab","c") and ("a","bc") stay different.
func appendParts(out []byte, use byte, parts ...string) []byte {
	out = append(out, use)
	for _, part := range parts {
		out = binary.AppendUvarint(out, uint64(len(part)))
		out = append(out, part...)
	}
	return out
}
