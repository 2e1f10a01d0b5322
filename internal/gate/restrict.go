package gate

import (
	"crypto/subtle"
	"errors"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// Exclusion keeps one person from a file: it beats every grant, and to that person the file does not exist.
type Exclusion struct {
	ID             string
	WorkerID       string
	WorkerAgencyID string
	Reason         string // a code
	Note           []byte // sealed
}

// Exclude writes an exclusion from the file of the transaction; from a case, it holds for its victim files too.
func (tx *Tx) Exclude(e Exclusion) error {
	on := []string{tx.file.ID}
	if tx.file.Kind == Case {
		var victims []string
		if err := tx.Select(&victims, selectVictimsOfCase, nil); err != nil {
			return err
		}
		on = append(on, victims...)
	}
	args := Args{"person": e.WorkerID, "person_agency": e.WorkerAgencyID, "reason": e.Reason, "note": e.Note,
		"by": tx.caller.Actor.WorkerID, "by_agency": tx.caller.Actor.AgencyID, "root": e.ID}
	for i, fileID := range on {
		args["id"], args["on"] = e.ID, fileID
		if i > 0 {
			args["id"], args["note"] = NewID(), []byte(nil)
		}
		if _, err := tx.Exec(insertExclusion, args); err != nil {
			return err
		}
	}
	return nil
}

// EndExclusion lets the person in again by whatever was granted, in the victim files too that came with the case.
func (tx *Tx) EndExclusion(id string) error {
	rows, err := tx.Exec(endExclusions, Args{"root": id})
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, "gate.changed")
	}
	return err
}

// inheritExclusions lets nobody into a new victim file who is excluded from its case.
func (tx *Tx) inheritExclusions() error {
	if tx.file.Kind != Victim {
		return nil
	}
	var rows []struct {
		WorkerID       string `db:"worker_id"`
		WorkerAgencyID string `db:"worker_agency_id"`
		Reason         string `db:"reason"`
		By             string `db:"excluded_by"`
		AgencyID       string `db:"agency_id"`
		RootID         string `db:"root_id"`
	}
	if err := tx.Select(&rows, copyExclusions, nil); err != nil {
		return err
	}
	for _, row := range rows {
		_, err := tx.Exec(insertExclusion, Args{"id": NewID(), "on": tx.file.ID, "person": row.WorkerID, "person_agency": row.WorkerAgencyID,
			"reason": row.Reason, "note": []byte(nil), "by": row.By, "by_agency": row.AgencyID, "root": row.RootID})
		if err != nil {
			return err
		}
	}
	return nil
}

// Seal is the order that a file lies under.
type Seal struct {
	ID        string      `db:"id"`
	OrderHash []byte      `db:"order_hash"` // keyed; the reference itself is kept nowhere
	AgencyID  string      `db:"agency_id"`
	SealedAt  moment.Time `db:"sealed_at"`
	Version   int64       `db:"version"`
}

// orderHash is the keyed hash of an order's reference, of this file only.
func (tx *Tx) orderHash(order string) []byte {
	return tx.gate.Pepper("seal-order", []byte(tx.file.ID+"\x00"+order))
}

// SealFile takes the file out of everybody's sight: whatever was live is sealed, and so is what is granted from now on.
func (tx *Tx) SealFile(order string) (string, error) {
	id := NewID()
	if _, err := tx.Exec(insertSeal, Args{"id": id, "order": tx.orderHash(order)}); err != nil {
		return "", err
	}
	_, err := tx.Exec(sealGrants, nil)
	return id, err
}

// SealOf is the order that the file lies under, not found where it lies under none.
func (tx *Tx) SealOf() (s Seal, err error) {
	err = tx.Get(&s, selectSeal, nil)
	if errors.Is(err, database.ErrNoRows) {
		return s, fault.New(fault.NotFound, "gate.not_found")
	}
	return s, err
}

// How often a wrong order may be tried on one file, and within which time.
const (
	mostMisses   = 5
	missesWithin = time.Hour
)

// OpenSeal shows the sealed file to the caller until an instant, if the order's reference is the right one. A wrong one is
// kept as an opening that ends as it begins; after five of them within an hour the right one does not help either.
func (tx *Tx) OpenSeal(order string, until moment.Time) (s Seal, opened bool, err error) {
	if s, err = tx.SealOf(); err != nil {
		return s, false, err
	}
	var misses int
	if err := tx.Get(&misses, selectMisses, Args{"since": tx.now.Add(-missesWithin)}); err != nil {
		return s, false, err
	}
	opened = subtle.ConstantTimeCompare(s.OrderHash, tx.orderHash(order)) == 1 && misses < mostMisses
	if !opened {
		until = tx.now
	}
	_, err = tx.Exec(insertOpening, Args{"id": NewID(), "seal": s.ID, "until": until})
	return s, opened, err
}

// UnsealFile undoes SealFile, on a seal of the caller's agency; what ended meanwhile stays ended. Nobody has to open the file
// for it. lifted is the reference of what lifts the order, sealed under the agency's key.
func (tx *Tx) UnsealFile(sealID string, version int64, lifted []byte) error {
	if err := tx.ExecOne(endSeal, Args{"id": sealID, "version": version, "lifted": lifted}); err != nil {
		return err
	}
	_, err := tx.Exec(unsealGrants, Args{"id": sealID})
	return err
}

// StartGrant makes a grant of the file live that was "offered" or "proposed" until now; a conflict says that somebody else has
// answered first.
func (tx *Tx) StartGrant(grantID, from string) error {
	if from == "proposed" {
		p, err := tx.proposal(grantID)
		if err == nil {
			err = tx.stillWithin(&p)
		}
		if err == nil {
			err = tx.refer(p.AgencyID)
		}
		if err != nil {
			return err
		}
	}
	if err := tx.stillAllowed(grantID); err != nil {
		return err
	}
	rows, err := tx.Exec(startGrant, Args{"grant": grantID, "from": from})
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, "gate.changed")
	}
	return err
}
