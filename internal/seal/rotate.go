package seal

import (
	"encoding/binary"
	"fmt"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// KEKState is one key-encryption key as the operator sees it.
type KEKState struct {
	ID               uint32
	Primary, Enabled bool
}

// Rotate adds a fresh key-encryption key and makes it the one that wraps; the old ones still open.
// The order for an operator: Rotate, restart every instance, Rewrap every stored key, Disable the old key, restart,
// and when nothing is missed Destroy it. Stopping between any two steps leaves everything readable.
func Rotate(dir string) error {
	return changeKEK(dir, func(keys *keyset.Manager, _ []KEKState) error {
		id, err := keys.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return keys.SetPrimary(id)
	})
}

// Disable stops an old key from opening anything, and keeps it so that Enable can undo it.
func Disable(dir string, id uint32) error {
	return changeKEK(dir, func(keys *keyset.Manager, states []KEKState) error {
		if err := oldKey(states, id); err != nil {
			return err
		}
		return keys.Disable(id)
	})
}

// Enable lets a disabled key open again.
func Enable(dir string, id uint32) error {
	return changeKEK(dir, func(keys *keyset.Manager, states []KEKState) error {
		if err := oldKey(states, id); err != nil {
			return err
		}
		return keys.Enable(id)
	})
}

// Destroy removes a disabled key for good: what only it wrapped is erased, in every backup too.
func Destroy(dir string, id uint32) error {
	return changeKEK(dir, func(keys *keyset.Manager, states []KEKState) error {
		if err := Retirable(states, id, true); err != nil {
			return err
		}
		return keys.Delete(id)
	})
}

// Retirable says why a key cannot be disabled or, for good, destroyed: it wraps, it is not there or, for good, it still opens.
func Retirable(states []KEKState, id uint32, forGood bool) error {
	if err := oldKey(states, id); err != nil {
		return err
	}
	for _, s := range states {
		if forGood && s.ID == id && s.Enabled {
			return fmt.Errorf("%w: key %d is enabled; disable it first", ErrInUse, id)
		}
	}
	return nil
}

// KEKs lists the key-encryption keys in dir, the oldest first.
func KEKs(dir string) ([]KEKState, error) {
	handle, _, err := readKEK(dir)
	if err != nil {
		return nil, err
	}
	return statesOf(handle)
}

func changeKEK(dir string, change func(*keyset.Manager, []KEKState) error) error {
	unlock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer unlock()
	handle, identity, err := readKEK(dir)
	if err != nil {
		return err
	}
	states, err := statesOf(handle)
	if err != nil {
		return err
	}
	keys := keyset.NewManagerFromHandle(handle)
	if err := change(keys, states); err != nil {
		return err
	}
	if handle, err = keys.Handle(); err != nil {
		return err
	}
	text, err := printKEK(handle, identity) // the identity moves under the primary key, so old keys can go
	if err != nil {
		return err
	}
	return writeWhole(dir, kekFile, text)
}

// WrappedBy is the id of the key-encryption key that wrapped a stored key: Tink puts a version byte and the id in front.
func WrappedBy(wrapped []byte) (id uint32, ok bool) {
	if len(wrapped) <= 5 || wrapped[0] != 1 {
		return 0, false
	}
	return binary.BigEndian.Uint32(wrapped[1:5]), true
}

func readKEK(dir string) (*keyset.Handle, []byte, error) {
	if err := refuseOpen(dir); err != nil {
		return nil, nil, err
	}
	text, err := readPrivate(filepath.Join(dir, kekFile))
	if err != nil {
		return nil, nil, err
	}
	handle, _, identity, err := parseKEK(text)
	return handle, identity, err
}

func statesOf(handle *keyset.Handle) ([]KEKState, error) {
	states := make([]KEKState, 0, handle.Len())
	for i := range handle.Len() {
		entry, err := handle.Entry(i)
		if err != nil {
			return nil, err
		}
		states = append(states, KEKState{entry.KeyID(), entry.IsPrimary(), entry.KeyStatus() == keyset.Enabled})
	}
	return states, nil
}

func oldKey(states []KEKState, id uint32) error {
	for _, s := range states {
		if s.ID == id && s.Primary {
			return fmt.Errorf("%w: key %d is the one that wraps; rotate first", ErrInUse, id)
		}
		if s.ID == id {
			return nil
		}
	}
	return fmt.Errorf("%w: no key %d", ErrMissing, id)
}
