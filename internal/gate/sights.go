package gate

import (
	"slices"

	"relais/internal/moment"
)

// What was granted to somebody on a file is kept like what the file holds (Recall): the rows, not the decision. It is used again
// while access to the file and to its case has not moved, the roles are the same and no grant has begun or ended by itself.
// Nothing is kept of what nobody granted, so that a stranger's question is always asked in the same way.

// stand is where access to a file and its case, and the roles, stand in one instant.
type stand struct {
	Access     int64 `db:"access"`
	CaseAccess int64 `db:"case_access"`
	Generation int64 `db:"generation"`
}

// position is the row of selectStanding.
type position struct {
	stand
	stage     string
	changedAt moment.Time
	version   int64
}

// Columns are in the order of selectStanding.
func (s *position) Columns() []any {
	return []any{&s.stage, &s.changedAt, &s.version, &s.Access, &s.CaseAccess, &s.Generation}
}

// keptSights are grants as they were read, and the span in which they say the same.
type keptSights struct {
	stand
	sights      []sight
	from, until moment.Time // until is not included; zero for ever
}

// mayRecallSights says whether this is the plain question of somebody who only reads: what of this file was granted to me?
func (tx *Tx) mayRecallSights() bool {
	return tx.target.grantID == "" && tx.target.shut == 0 && tx.target.fileID != "" && !tx.raw.Writes() &&
		tx.caller.Actor.WorkerID != "" && !tx.caller.Actor.IsSystem()
}

func (tx *Tx) recallSights() (sights []sight, err error) {
	name := what{"sights", tx.caller.Actor.WorkerID + tx.target.fileID}
	if value, ok := tx.gate.recalls.find(name, tx.now); ok {
		if sights, err = tx.stillSo(value.(*keptSights)); sights != nil || err != nil {
			return sights, err
		}
	}
	if err := tx.readSights(&sights, selectGrants); err != nil || len(sights) == 0 {
		return nil, err
	}
	k := &keptSights{stand: sights[0].stand, sights: slices.Clone(sights), from: tx.now}
	files := []string{sights[0].File.ID, sights[0].File.CaseID}
	if err := tx.raw.Get(&k.until, selectTurn, Args{"files": files, "now": tx.now}); err != nil {
		return nil, err
	}
	if k.Generation == tx.caller.Generation { // otherwise the caller is known anew and asks again
		tx.gate.recalls.put(name, fence{}, k, tx.now)
	}
	return sights, nil
}

// stillSo gives what was kept, at the file's present version, or nothing where it may have changed.
func (tx *Tx) stillSo(k *keptSights) ([]sight, error) {
	if k.Generation != tx.caller.Generation || tx.now < k.from || k.until != 0 && tx.now >= k.until {
		return nil, nil
	}
	var at position
	if err := tx.raw.Get(&at, selectStanding, Args{"target": tx.target.fileID}); err != nil {
		return nil, err
	}
	if at.stand != k.stand {
		return nil, nil
	}
	sights := slices.Clone(k.sights)
	for i := range sights {
		sights[i].File.Stage, sights[i].File.ChangedAt, sights[i].File.Version = at.stage, at.changedAt, at.version
	}
	return sights, nil
}
