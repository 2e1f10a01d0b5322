package sharing

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Access is one line of the list of who sees a file: an agency and its desk, or a person, why, since and until when, and when
// that desk or person last had it open. People of other agencies are never named in it (CETS 197, art. 28).
type Access struct {
	GrantID     string            `db:"id"`
	GranteeKind string            `db:"grantee_kind"`
	GranteeID   string            `db:"grantee_id"`
	AgencyID    string            `db:"agency_id"`
	Agency      string            `db:"agency"`
	Country     string            `db:"country"`
	Desk        string            `db:"desk"` // empty where a single person was granted it
	Worker      string            `db:"-"`    // the name of a person of the reader's own agency
	Lead        bool              `db:"lead"`
	Relations   authz.RelationSet `db:"relations"`
	OnlyOf      gate.OnlyOf       `db:"only_of"` // whose entries alone, of some sections
	Purpose     string            `db:"purpose"`
	Basis       string            `db:"basis"`
	BasisRef    string            `db:"basis_ref"`
	Document    gate.Document     `db:"-"` // what else is known of that document
	LegalBasis  string            `db:"legal_basis"`
	Emergency   bool              `db:"emergency"`
	Reason      string            `db:"reason"` // code of why it was renewed; empty where it was not
	Since       moment.Time       `db:"since_at"`
	Until       moment.Time       `db:"until_at"`
	Opened      moment.Time       `db:"-"` // zero where never
	GivenByID   string            `db:"granted_by_agency"`
	Writers     map[string]string `db:"-"` // names of the agencies in OnlyOf
	RootID      string            `db:"root_id"`
	Version     int64             `db:"version"`
	gate.SealedDocument
}

// openDocument opens what the transaction's file knows of the document behind it.
func (a *Access) openDocument(tx *gate.Tx) (err error) {
	a.Document, err = tx.OpenDocument("file_grant", a.GrantID, a.SealedDocument)
	return err
}

// OnePerson says that a single worker, not a desk, holds it.
func (a *Access) OnePerson() bool { return a.GranteeKind == "worker" }

// OnlyNamed says that it opens the shelter's location to a worker whom the own agency named, and nothing else.
func (a *Access) OnlyNamed() bool { return int64(a.Relations) == onlyNamed }

// ThroughTeam says whether the file was opened through the team of its case.
func (a *Access) ThroughTeam() bool { return a.RootID != a.GrantID }

// WhoHasAccess lists who sees the file of the transaction, the lead first. Workers that an agency has named for the shelter's
// location are its own matter: they see the file through their desk anyway and stand in no other agency's list.
func WhoHasAccess(tx *gate.Tx) ([]Access, error) {
	var rows, shown []Access
	if err := tx.Select(&rows, selectAccess, nil); err != nil {
		return nil, err
	}
	var colleagues []string
	for _, row := range rows {
		own := row.AgencyID == tx.Actor().AgencyID
		if row.OnlyNamed() && !own {
			continue
		}
		if own && row.OnePerson() {
			colleagues = append(colleagues, row.GranteeID)
		}
		shown = append(shown, row)
	}
	names, err := agency.WorkerNames(tx, colleagues)
	if err != nil {
		return nil, err
	}
	for i := range shown {
		shown[i].Worker = names[shown[i].GranteeID]
		if err := shown[i].openDocument(tx); err != nil {
			return nil, err
		}
	}
	if err := addWriters(tx, shown); err != nil {
		return nil, err
	}
	return shown, addOpenings(tx, shown)
}

// addWriters names whose entries alone somebody sees, to those who may know.
func addWriters(tx *gate.Tx, list []Access) error {
	var narrowed []gate.OnlyOf
	for i := range list {
		a := &list[i]
		untold, err := tx.Untold(a.OnlyOf, a.AgencyID)
		if err != nil {
			return err
		}
		a.OnlyOf = a.OnlyOf.In(authz.FileSections().Minus(untold))
		narrowed = append(narrowed, a.OnlyOf)
	}
	names, err := namesIn(tx, narrowed...)
	for i := range list {
		list[i].Writers = names
	}
	return err
}

// addOpenings says of each line when it was last used to open the file: of a desk's by whoever sat there then, of one person's by that
// person. Who it was is told of nobody.
func addOpenings(tx *gate.Tx, list []Access) error {
	var desks, people []string
	for i := range list {
		if list[i].OnePerson() {
			people = append(people, list[i].GranteeID)
		} else {
			desks = append(desks, list[i].GranteeID)
		}
	}
	found, err := openingsOf(tx, desks, people)
	for i := range list {
		list[i].Opened = found[list[i].GranteeID]
	}
	return err
}

// AccessView is the list of who sees a file, with the file.
type AccessView struct {
	File  gate.FileRow
	List  []Access
	Reach Reach
	Now   moment.Time
}

// Access lists who sees a victim file, for anybody who sees it too.
func (s *Service) Access(ctx context.Context, victimID string) (view AccessView, err error) {
	err = s.gate.Read(ctx, accessAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		list, err := WhoHasAccess(tx)
		view = AccessView{File: tx.File(), List: list, Now: tx.Now()}
		if err == nil {
			view.Reach, err = s.reachOf(tx, list)
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return view, err
}
