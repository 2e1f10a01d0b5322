package request

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

// SignatureState is where the signature of an agency that wrote in a section stands. Every state but SignatureOpen is final.
type SignatureState string

// The states of a signature.
const (
	SignatureOpen    SignatureState = "open"
	SignatureSigned  SignatureState = "signed"
	SignatureRefused SignatureState = "refused"
	SignatureLapsed  SignatureState = "lapsed" // nobody there has answered within LapsesAfter
	SignatureVoid    SignatureState = "void"   // there was nothing left to sign
)

// Signature is what an agency that wrote in some of the sections says of their being opened. The lead's yes lies as a proposed grant
// until all have answered.
type Signature struct {
	AgencyID  string           `db:"agency_id"`
	Agency    string           `db:"agency"` // its name, for itself only: that it wrote in a section may be closed to the lead
	Sections  authz.SectionSet `db:"sections"`
	State     SignatureState   `db:"state"`
	Reason    string           `db:"reason"` // one of RefuseReasons
	AskedAt   moment.Time      `db:"asked_at"`
	DueAt     moment.Time      `db:"due_at"`
	LapsesAt  moment.Time      `db:"lapses_at"`
	DecidedAt moment.Time      `db:"decided_at"`
	Version   int64            `db:"version"`
	Mine      bool             `db:"mine"` // of the reader's agency
}

// open says whether the signature still counts.
func (s *Signature) open(now moment.Time) bool { return s.State == SignatureOpen && s.LapsesAt > now }

// said are the sections whose owners have said no, or nothing.
func said(list []Signature) (closed authz.SectionSet, open int) {
	for i := range list {
		switch list[i].State {
		case SignatureRefused, SignatureLapsed:
			closed = closed.Or(list[i].Sections)
		case SignatureOpen:
			open++
		}
	}
	return closed, open
}

// owners are the agencies besides the lead's and the asker's that wrote in one of the sections and see the file, each with its
// sections and its desks. One that no longer sees the file cannot answer, and is not asked.
func owners(file *gate.Tx, askerAgency string, sections authz.SectionSet) (list []owner, err error) {
	for id := range sections.Each {
		writers, err := controllersOf(file, askerAgency, authz.SectionsOf(id))
		if err != nil {
			return nil, err
		}
		for _, w := range writers {
			list = withDesk(list, w, id)
		}
	}
	return list, nil
}

// owner is an agency that has to sign.
type owner struct {
	AgencyID string
	Sections authz.SectionSet
	Desks    []string
}

func withDesk(list []owner, w controller, id authz.Section) []owner {
	for i := range list {
		if o := &list[i]; o.AgencyID == w.AgencyID {
			o.Sections = o.Sections.With(id)
			for _, desk := range o.Desks {
				if desk == w.DeskID {
					return list
				}
			}
			o.Desks = append(o.Desks, w.DeskID)
			return list
		}
	}
	return append(list, owner{AgencyID: w.AgencyID, Sections: authz.SectionsOf(id), Desks: []string{w.DeskID}})
}
