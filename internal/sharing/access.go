package sharing

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Access is one line of the list of who sees a file: an agency and its desk, what for, since and until when. People of other
// agencies are never named in it (CETS 197, art. 28).
type Access struct {
	GrantID     string            `db:"id"`
	GranteeKind string            `db:"grantee_kind"`
	AgencyID    string            `db:"agency_id"`
	Agency      string            `db:"agency"`
	Country     string            `db:"country"`
	Desk        string            `db:"desk"` // empty where a single person was granted it
	Lead        bool              `db:"lead"`
	Relations   authz.RelationSet `db:"relations"`
	Purpose     string            `db:"purpose"`
	Basis       string            `db:"basis"`
	BasisRef    string            `db:"basis_ref"`
	Since       moment.Time       `db:"from_at"`
	Until       moment.Time       `db:"until_at"`
	RootID      string            `db:"root_id"`
	Version     int64             `db:"version"`
}

// OnePerson says that a single worker, not a desk, holds it.
func (a *Access) OnePerson() bool { return a.GranteeKind == "worker" }

// ThroughTeam says whether the file was opened through the team of its case.
func (a *Access) ThroughTeam() bool { return a.RootID != a.GrantID }

// WhoHasAccess lists who sees the file of the transaction, the lead first. Workers that an agency has named for the shelter's
// location are its own matter: they see the file through their desk anyway and stand in no other agency's list.
func WhoHasAccess(tx *gate.Tx) ([]Access, error) {
	var rows, shown []Access
	if err := tx.Select(&rows, selectAccess, nil); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if int64(row.Relations) != onlyNamed {
			shown = append(shown, row)
		}
	}
	return shown, nil
}

// AccessView is the list of who sees a file, with the file.
type AccessView struct {
	File gate.FileRow
	List []Access
	Now  moment.Time
}

// Access lists who sees a victim file, for anybody who sees it too.
func (s *Service) Access(ctx context.Context, victimID string) (view AccessView, err error) {
	err = s.gate.Read(ctx, accessAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		list, err := WhoHasAccess(tx)
		view = AccessView{File: tx.File(), List: list, Now: tx.Now()}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return view, err
}
