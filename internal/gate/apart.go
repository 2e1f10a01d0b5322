package gate

import (
	"errors"

	"relais/internal/fault"
	"relais/internal/seal"
)

// SealApart closes something under a key that belongs to one thing alone, such as a consultation: destroying the key erases
// that and nothing else. The first writer makes the key.
func (tx *Tx) SealApart(owner string, ad seal.AD, plain []byte) ([]byte, error) {
	key, err := tx.gate.dataKey(tx.raw, owner, seal.General)
	if errors.Is(err, fault.NotFound) {
		var wrapped []byte
		if wrapped, key, err = tx.gate.vault.NewKey(tx.raw.Context(), owner, seal.General); err == nil {
			_, err = tx.Exec(insertKey, Args{"owner": owner, "domain": int64(seal.General), "wrapped": wrapped})
		}
	}
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, ad)
}

// EraseApart destroys the key of one thing: what SealApart closed for it is gone, here and in every copy. The thing is none of
// the files and agencies, whose keys are ended by rules of their own.
func (tx *Tx) EraseApart(owner string) error {
	_, err := tx.Exec(destroyApart, Args{"owner": owner})
	tx.gate.vault.Forget(owner)
	return err
}

// OpenApart opens what SealApart closed; once the key is destroyed it is not found.
func (tx *Tx) OpenApart(owner string, ad seal.AD, sealed []byte) ([]byte, error) {
	key, err := tx.gate.dataKey(tx.raw, owner, seal.General)
	if err != nil {
		return nil, err
	}
	return key.Open(sealed, ad)
}
