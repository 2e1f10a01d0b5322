package gate

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/seal"
)

const (
	// DefaultGrant is how long a grant holds if nothing else is said.
	DefaultGrant = 90 * 24 * time.Hour
	// LongestGrant is the longest any grant may hold; then somebody has to renew it with a reason.
	LongestGrant = 366 * 24 * time.Hour
)

// Create makes a file with fresh keys and turns the transaction towards it. A victim file names its case.
func (tx *Tx) Create(kind Kind, caseID, stage string) error {
	id := NewID()
	if kind == Case {
		caseID = id
	}
	tx.file, tx.grants, tx.wrapped, tx.keys = FileRow{}, nil, nil, nil
	_, err := tx.Exec(insertFile, Args{"id": id, "kind": string(kind), "case": caseID, "stage": stage})
	if err != nil {
		return err
	}
	tx.file = FileRow{ID: id, Kind: kind, CaseID: caseID, AgencyID: tx.caller.Actor.AgencyID, Stage: stage,
		CreatedAt: tx.now, ChangedAt: tx.now, Version: 1}
	tx.keys = map[seal.Domain]*seal.Key{}
	if err := tx.makeKeys(); err != nil {
		return err
	}
	return tx.inheritExclusions()
}

func (tx *Tx) makeKeys() error {
	for _, domain := range []seal.Domain{seal.General, seal.Contact, seal.Location, seal.Health, seal.Criminal} {
		wrapped, key, err := tx.gate.vault.NewKey(tx.raw.Context(), tx.file.ID, domain)
		if err != nil {
			return err
		}
		_, err = tx.Exec(insertKey, Args{"owner": tx.file.ID, "domain": int64(domain), "wrapped": wrapped})
		if err != nil {
			return err
		}
		tx.keys[domain] = key
	}
	return nil
}

// Changed marks the file as changed now, which moves it to the top of every list it stands in. All its grants carry the same
// sort key, so that lists can be read from the grants alone.
func (tx *Tx) Changed() error {
	if _, err := tx.Exec(touchFile, nil); err != nil {
		return err
	}
	_, err := tx.Exec(touchGrants, nil)
	return err
}

// NewGrant is what has to be said to let somebody see the file.
type NewGrant struct {
	GranteeKind string // "worker" or "desk"
	GranteeID   string
	Relations   authz.RelationSet
	Sections    authz.SectionSet
	OnlyOf      OnlyOf // whose entries alone, of some of the sections; empty is everybody's
	Purpose     string
	Basis       string
	BasisRef    string   // of the document behind the basis; never a name
	Document    Document // what else its provision asks of that document
	Until       moment.Time
	Lead        bool
	Offered     bool             // waits for an acceptance
	Proposed    bool             // waits for a second person of the agency that gives it
	ConsentID   string           // the consent it hangs on, where Basis is "consent"
	CircleID    string           // the circle whose member the grantee is; empty for none
	LegalBasis  string           // code of policies/bases.csv; empty where only the family is known
	Emergency   bool             // danger to life: meets the need for an emergency
	RenewedFrom string           // the grant that this one goes on from
	Reason      string           // code of why it was given again or for longer
	Root        string           // the grant it came from, which ends it too; empty for a root
	ByTwo       authz.SectionSet // of a place: what opens with a second signature only, and is proposed by itself
	Beside      string           // instead of Root: a grant that ends it too, while it rests on a ground of its own

	since moment.Time // when its grantee was first given this; zero is now
	place bool        // a place in a case team, or a lead: all of the file, or as much of it as a ceiling leaves
	was   *HeldGrant  // the grant that this one follows, if its grantee had it before

	agreed string // ids of the agencies that let its grantee have it before somebody else renewed it
}

// Grant writes a grant on the file. It refuses one without an end, without a grantee, without a section, a purpose or a
// basis, and one above a ceiling; the agency of the grantee gets its own random reference for the file. What comes along with a
// place in a team is cut to the ceiling of the agency that gives it; where nothing is left, nothing is written and the id is empty.
func (tx *Tx) Grant(n NewGrant) (string, error) {
	to, err := tx.foresee(&n)
	if err != nil || n.Sections == 0 {
		return "", err
	}
	id := NewID()
	tx.remember(id, &n)
	document, err := tx.SealDocument("file_grant", id, n.Document)
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec(insertGrant, document.Columns(Args{"id": id, "kind": string(tx.file.Kind), "grantee_kind": n.GranteeKind,
		"grantee_id": n.GranteeID, "grantee_agency": to.AgencyID, "state": n.state(), "lead": Flag(n.Lead),
		"relations": int64(n.Relations), "sections": int64(n.Sections), "purpose": n.Purpose, "basis": n.Basis,
		"basis_ref": n.BasisRef, "root": orElse(n.Root, orElse(n.Beside, id)), "until": n.Until, "consent": n.ConsentID, "circle": n.CircleID,
		"legal_basis": n.LegalBasis, "emergency": Flag(n.Emergency), "renewed_from": n.RenewedFrom, "reason": n.Reason,
		"since": n.since, "place": Flag(n.place), "only_of": n.OnlyOf.In(n.Sections).String(), "agreed": n.agreed})); err != nil {
		return "", err
	}
	if n.Proposed {
		return id, nil // the reference comes with the signature: what falls before it tells nobody that the file is there
	}
	return id, tx.refer(to.AgencyID)
}

// recipient is the agency of a grantee.
type recipient struct {
	AgencyID string     `db:"agency_id"`
	Kind     authz.Role `db:"kind"`
}

// foresee checks everything that Grant does, cuts to the ceiling what may be cut, and gives the agency of the grantee.
func (tx *Tx) foresee(n *NewGrant) (to recipient, err error) {
	if err := tx.checkGrant(*n); err != nil {
		return to, err
	}
	err = tx.raw.Get(&to, selectGranteeAgency, Args{"grantee": n.GranteeID})
	if errors.Is(err, database.ErrNoRows) {
		return to, fault.New(fault.Invalid, "gate.invalid").WithField("to", "gate.no_such_grantee")
	}
	if err != nil {
		return to, err
	}
	n.place = n.place || n.Sections == authz.FileSections()
	n.Sections = n.Sections.Minus(n.ByTwo)
	if err := tx.checkCeiling(*n, to.Kind); err != nil {
		return to, err
	}
	if err := tx.holdToPartner(n, to); err != nil {
		return to, err
	}
	return to, tx.rest(n, to)
}

// state is the one that the grant begins in; on a sealed file a live one is sealed at once.
func (n *NewGrant) state() string {
	switch {
	case n.Proposed:
		return "proposed"
	case n.Offered:
		return "offered"
	}
	return "live"
}

// checkConsent holds a grant on consent against the consent that it names.
func (tx *Tx) checkConsent(n NewGrant, agencyID string) error {
	if n.Basis != "consent" || tx.gate.consents == nil {
		return nil
	}
	if n.ConsentID == "" {
		return fault.New(fault.Invalid, "gate.invalid").WithField("consent", "gate.no_consent")
	}
	return tx.gate.consents(tx, n.ConsentID, n, agencyID)
}

func (tx *Tx) checkGrant(n NewGrant) error {
	f := fault.New(fault.Invalid, "gate.invalid")
	if n.Until <= tx.now {
		f.WithField("until", "gate.until_past")
	} else if n.Until > tx.now.Add(LongestGrant) {
		f.WithField("until", "gate.until_too_late", "Days", int(LongestGrant.Hours()/24))
	}
	if n.GranteeID == "" || n.GranteeKind != "worker" && n.GranteeKind != "desk" {
		f.WithField("to", "gate.no_such_grantee")
	}
	if n.Sections == 0 || n.Relations == 0 {
		f.WithField("sections", "gate.no_section")
	}
	if !among(Purposes, n.Purpose) {
		f.WithField("purpose", "gate.no_purpose")
	}
	if !among(Bases, n.Basis) {
		f.WithField("basis", "gate.no_basis")
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// refer gives an agency its own random reference for the file, if it has none yet.
func (tx *Tx) refer(agencyID string) error {
	for range 8 { // a collision is one in a billion; eight are a broken source of randomness
		rows, err := tx.Exec(insertReference, Args{"holder": agencyID, "reference": newReference(tx.file.Kind)})
		if err != nil {
			return err
		}
		var have string
		err = tx.Get(&have, selectReference, Args{"holder": agencyID})
		if err == nil && agencyID == tx.caller.Actor.AgencyID {
			tx.file.Reference = have
		}
		if rows == 1 || err == nil {
			return nil
		}
		if !errors.Is(err, database.ErrNoRows) {
			return err
		}
	}
	return fault.New(fault.Internal, "gate.reference")
}

// newReference is what people read out on the telephone.
func newReference(kind Kind) string {
	if kind == Victim {
		return NewReference('V')
	}
	return NewReference('C')
}

// NewReference is a short number that people read out or write down: random, so that it tells nothing about how many there are.
func NewReference(begins byte) string {
	const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	var random [8]byte
	_, _ = rand.Read(random[:])
	text := []byte{begins, '-', 0, 0, 0, 0, '-', 0, 0, 0, 0}
	for i, b := range random {
		text[2+i+i/4] = letters[int(b)%len(letters)]
	}
	return string(text)
}

// EndGrants ends a grant and all that came from it.
func (tx *Tx) EndGrants(rootID, reason string) error {
	rows, err := tx.Exec(endGrants, Args{"root": rootID, "reason": reason})
	if err == nil && rows == 0 {
		return fault.New(fault.Conflict, "gate.changed")
	}
	return err
}

// Disclosed is the event of letting somebody see the file.
func Disclosed(grantID, agencyID, purpose, basis string) audit.Event {
	return audit.Event{Op: audit.Disclose, GrantID: grantID, Purpose: purpose, Basis: basis,
		Recipients: []audit.Recipient{{AgencyID: agencyID}}, Concerns: []string{agencyID}}
}

// Flag writes a yes or no as the integer that both engines store.
func Flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func among(list []string, item string) bool {
	for _, have := range list {
		if have == item {
			return true
		}
	}
	return false
}

func encodeHex(b []byte) string { return hex.EncodeToString(b) }
