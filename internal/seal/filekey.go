package seal

import (
	"bytes"
	"context"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// NewKey makes a fresh AES-256-GCM key for one owner (the id of a file, or of an agency) in one domain.
// Store wrapped (about 130 bytes); deleting every copy of it erases what the key sealed.
func (v *Vault) NewKey(ctx context.Context, ownerID string, d Domain) (wrapped []byte, key *Key, err error) {
	if ownerID == "" || !d.known() {
		return nil, nil, fmt.Errorf("%w: owner and domain of a key", ErrNoPlace)
	}
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, err
	}
	var plain bytes.Buffer
	// In clear only between here and Wrap: a KEK behind two methods takes bytes.
	if err := insecurecleartextkeyset.Write(handle, keyset.NewBinaryWriter(&plain)); err != nil {
		return nil, nil, err
	}
	if wrapped, err = v.kek.Wrap(ctx, plain.Bytes(), keyPlace(ownerID, d)); err != nil {
		return nil, nil, err
	}
	if key, err = newKey(handle); err != nil {
		return nil, nil, err
	}
	v.keys.put(v.keys.mark(), ownerID, d, wrapped, key)
	return wrapped, key, nil
}

// OpenKey unwraps a stored key. It returns ErrShredded for an empty wrapped and ErrSealed for one that was changed, that
// belongs to another owner or domain, or whose key-encryption key is gone or disabled.
func (v *Vault) OpenKey(ctx context.Context, wrapped []byte, ownerID string, d Domain) (*Key, error) {
	if len(wrapped) == 0 {
		return nil, ErrShredded
	}
	if key := v.keys.get(ownerID, d, wrapped); key != nil {
		return key, nil
	}
	mark := v.keys.mark()
	plain, err := v.kek.Unwrap(ctx, wrapped, keyPlace(ownerID, d))
	if err != nil {
		return nil, err
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(plain)))
	if err != nil {
		return nil, ErrSealed
	}
	key, err := newKey(handle)
	if err != nil {
		return nil, ErrSealed
	}
	v.keys.put(mark, ownerID, d, wrapped, key)
	return key, nil
}

// Rewrap wraps a stored key anew after Rotate; changed is false when the newest key-encryption key did it already, so a
// run that was cut off can start again from the beginning. The data key stays the same: sealed payloads are not touched.
func (v *Vault) Rewrap(ctx context.Context, wrapped []byte, ownerID string, d Domain) (rewrapped []byte, changed bool, err error) {
	if len(wrapped) == 0 {
		return nil, false, ErrShredded
	}
	plain, err := v.kek.Unwrap(ctx, wrapped, keyPlace(ownerID, d))
	if err != nil {
		return nil, false, err
	}
	if k, ok := v.kek.(*keysetKEK); ok && k.current(wrapped) {
		return wrapped, false, nil
	}
	if rewrapped, err = v.kek.Wrap(ctx, plain, keyPlace(ownerID, d)); err != nil {
		return nil, false, err
	}
	return rewrapped, true, nil
}

// Forget drops the opened keys of an owner from memory; call it after a wrapped key was destroyed.
func (v *Vault) Forget(ownerID string) { v.keys.forget(ownerID) }

func newKey(handle *keyset.Handle) (*Key, error) {
	cipher, err := aead.New(handle)
	if err != nil {
		return nil, err
	}
	return &Key{aead: cipher}, nil
}

func keyPlace(ownerID string, d Domain) []byte {
	return append(appendParts(nil, forFileKey, ownerID), byte(d))
}
