package seal

import (
	"context"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KEK is the key-encryption key: it wraps the data keys of files and never leaves its home. A key management service
// fits behind the same two methods. Unwrap returns ErrSealed when the bytes are not its own or ad differs.
type KEK interface {
	Wrap(ctx context.Context, plain, ad []byte) ([]byte, error)
	Unwrap(ctx context.Context, wrapped, ad []byte) ([]byte, error)
}

// keysetKEK is a KEK held in memory, read from a file or the environment.
type keysetKEK struct {
	aead    tink.AEAD
	primary uint32
}

func newKeysetKEK(handle *keyset.Handle) (*keysetKEK, error) {
	primary, err := handle.Primary()
	if err != nil {
		return nil, err
	}
	cipher, err := aead.New(handle)
	if err != nil {
		return nil, err
	}
	return &keysetKEK{aead: cipher, primary: primary.KeyID()}, nil
}

func (k *keysetKEK) Wrap(_ context.Context, plain, ad []byte) ([]byte, error) {
	wrapped, err := k.aead.Encrypt(plain, ad)
	if err != nil {
		return nil, fmt.Errorf("wrap: %w", err)
	}
	return wrapped, nil
}

func (k *keysetKEK) Unwrap(_ context.Context, wrapped, ad []byte) ([]byte, error) {
	plain, err := k.aead.Decrypt(wrapped, ad)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// current tells whether the newest key did the wrapping.
func (k *keysetKEK) current(wrapped []byte) bool {
	id, ok := WrappedBy(wrapped)
	return ok && id == k.primary
}
