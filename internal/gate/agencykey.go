package gate

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/seal"
)

// Token is the blind index of a value: the same words give the same token, and a token tells nothing without the key.
func (g *Gate) Token(field, value string) []byte { return g.vault.Token(field, "", value) }

// Pepper is a keyed hash for what is only ever compared: session tokens, throttle keys, fingerprints.
func (g *Gate) Pepper(purpose string, value []byte) []byte { return g.vault.Pepper(purpose, value) }

// Vault gives account what it needs to seal second factors; slices about files use the Tx.
func (g *Gate) SealForAgency(raw *database.Tx, agencyID string, ad seal.AD, plain []byte) ([]byte, error) {
	key, err := g.agencyKey(raw, agencyID)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, ad)
}

// OpenForAgency opens what SealForAgency closed.
func (g *Gate) OpenForAgency(raw *database.Tx, agencyID string, ad seal.AD, sealed []byte) ([]byte, error) {
	key, err := g.dataKey(raw, agencyID, seal.Agency)
	if err != nil {
		return nil, err
	}
	return key.Open(sealed, ad)
}

// agencyKey is the key under which an agency's data on its own people lie; the first writer makes it.
func (g *Gate) agencyKey(raw *database.Tx, agencyID string) (*seal.Key, error) {
	key, err := g.dataKey(raw, agencyID, seal.Agency)
	if err == nil || !errors.Is(err, fault.NotFound) {
		return key, err
	}
	wrapped, key, err := g.vault.NewKey(raw.Context(), agencyID, seal.Agency)
	if err != nil {
		return nil, err
	}
	_, err = raw.Exec(insertKey, Args{"owner": agencyID, "domain": int64(seal.Agency), "wrapped": wrapped, "now": g.clock()})
	return key, err
}

// SealStaff closes data on a person of an agency.
func (tx *Tx) SealStaff(agencyID string, ad seal.AD, plain []byte) ([]byte, error) {
	return tx.gate.SealForAgency(tx.raw, agencyID, ad, plain)
}

// OpenStaff opens data on a person of an agency.
func (tx *Tx) OpenStaff(agencyID string, ad seal.AD, sealed []byte) ([]byte, error) {
	key, ok := tx.staff[agencyID]
	if !ok {
		var err error
		if key, err = tx.gate.dataKey(tx.raw, agencyID, seal.Agency); err != nil {
			return nil, err
		}
		if tx.staff == nil {
			tx.staff = map[string]*seal.Key{}
		}
		tx.staff[agencyID] = key
	}
	return key.Open(sealed, ad)
}

// Token is the blind index of a value, for writing and for searching.
func (tx *Tx) Token(field, value string) []byte { return tx.gate.Token(field, value) }

// Fingerprint is a keyed hash of what was searched for, so that the trail can compare searches without knowing their words.
func (tx *Tx) Fingerprint(value string) string {
	return encodeHex(tx.gate.Pepper("query", []byte(value)))
}

// PolicyChanged raises the generation: from this commit on every instance rebuilds the actors before it decides.
func (tx *Tx) PolicyChanged() error {
	_, err := tx.raw.Exec(raiseGeneration, nil)
	return err
}
