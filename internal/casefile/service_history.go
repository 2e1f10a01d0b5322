package casefile

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/gate"
)

var historyAction = gate.OnFile("case.history")

// History gives every version of the facts of a case, newest first: whoever reads the facts reads how they came about.
func (s *Service) History(ctx context.Context, fileID string) (file gate.FileRow, versions []Version, err error) {
	err = s.gate.Read(ctx, historyAction, gate.File(gate.Case, fileID), func(tx *gate.Tx) (audit.Event, error) {
		file = tx.File()
		if versions, err = versionsOf(tx); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "case"}, named(tx, versions)
	})
	return file, versions, err
}

// named puts the names of the caller's colleagues to what they wrote.
func named(tx *gate.Tx, versions []Version) error {
	var ids []string
	for _, v := range versions {
		if v.authorID != "" {
			ids = append(ids, v.authorID)
		}
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range versions {
		versions[i].Author = names[versions[i].authorID]
	}
	return err
}

// second is what the second of two editors of the facts gets: what differs, and who was first.
func second(tx *gate.Tx, mine Facts) error {
	versions, err := versionsOf(tx)
	if err != nil {
		return err
	}
	newest := versions[0]
	return agency.ChangedSince(tx, "casefile.conflict", newest.authorID, gate.Stale{Version: newest.Number, At: newest.WrittenAt,
		Fields: gate.Differences(bodyOf(mine), bodyOf(newest.Facts))})
}
