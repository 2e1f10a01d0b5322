package victim

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Relations are how the person of one file stands to that of another, seen from the one.
var Relations = []string{"sibling", "parent", "child", "partner", "travelling"}

// LinkEndings are the codes of why a link between two files ends.
var LinkEndings = []string{"mistake", "no_longer", "person_asks"}

// parentKind is the one kind of link that has two sides.
const parentKind = "parent"

// Link says that the persons of two victim files belong together. It opens nothing, and to whoever does not see both files it does
// not exist.
type Link struct {
	ID        string      `db:"id"`
	LowID     string      `db:"low_id"`
	HighID    string      `db:"high_id"`
	Kind      string      `db:"kind"`
	ParentID  string      `db:"parent_id"`
	MadeAt    moment.Time `db:"made_at"`
	Agency    string      `db:"agency"` // that made it
	EndedAt   moment.Time `db:"ended_at"`
	EndReason string      `db:"end_reason"`
	Version   int64       `db:"version"`
	Other     gate.FileRow
	CanEnd    bool
}

// otherThan is the file at the other end.
func (l *Link) otherThan(fileID string) string {
	if l.LowID == fileID {
		return l.HighID
	}
	return l.LowID
}

// From is the relation as somebody reads it on one of the two files.
func (l *Link) From(fileID string) string {
	if l.Kind == parentKind && l.ParentID != fileID {
		return "child"
	}
	return l.Kind
}

// linkOf puts a relation that is seen from one file into the row of the pair.
func linkOf(fileID, otherID, relation string) Link {
	l := Link{ID: gate.NewID(), LowID: min(fileID, otherID), HighID: max(fileID, otherID), Kind: relation}
	switch relation {
	case "parent":
		l.ParentID = fileID
	case "child":
		l.Kind, l.ParentID = parentKind, otherID
	}
	return l
}

// Family are the links of a file that the reader may know of, those that stand first.
type Family struct {
	File     gate.FileRow
	Links    []Link
	CanWrite bool
}

// writesIdentity says whether the caller writes who the person of a file is: what makes and ends links, on both files.
func writesIdentity(tx *gate.Tx) bool {
	return tx.Decide(authz.Identity, authz.Write).Show == authz.Full
}

// NewLink is what has to be said to link two files.
type NewLink struct {
	Reference string // by which the caller's agency knows the other file
	Relation  string // of Relations, seen from the file on which it is written
}

func (n *NewLink) check() *fault.Fault {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	switch {
	case n.Relation == "":
		wrong.WithField("relation", "fault.field_required")
	case !slices.Contains(Relations, n.Relation):
		wrong.WithField("relation", "fault.field_unknown_code")
	}
	if n.Reference == "" {
		wrong.WithField("reference", "fault.field_required")
	}
	return wrong
}
