package sharing

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/seal"
	"relais/internal/section"
)

// Outward is what somebody wants to hand to an organisation that has no account.
type Outward struct {
	Kind     authz.Role // the discipline by whose rights the package is made
	Country  string
	Sections []string // words of sections
	Entries  []string // of some of them these entries alone, by their ids
	Reason   string   // one of Reasons
	Note     string   // sealed
	Seen     string   // what the preview handed out
	Terms
}

// Bundle is a package for such an organisation: what it will see, and the bytes that are kept of it.
type Bundle struct {
	Chosen
	Views   []entry.SectionView
	Pins    []entry.Pin
	Marking string // the strictest of what goes along
	parcel  parcel
}

// Part is the kept text of one section, under the key of its domain.
type Part struct {
	Section string
	Domain  seal.Domain
	Bytes   []byte
}

// Bundle checks and packs by the rules of a referral. What needs a second person of the agency does not go this way at all: nobody
// knows who sits at the other end, and no second pair of eyes looks when it is opened.
func (s *Service) Bundle(tx *gate.Tx, wrong *fault.Fault, o *Outward) (b Bundle, err error) {
	to := grantee{AgencyID: outsider, Kind: o.Kind, Country: o.Country}
	until := o.check(wrong, tx.Now())
	checkCode(wrong, "reason", o.Reason, Reasons)
	o.Note = section.FreeText(wrong, "note", o.Note, longestNote)
	n := NewReferral{Kind: Assistance, Reason: o.Reason, Note: o.Note, Terms: o.Terms}
	if b.Chosen, err = s.choose(tx, wrong, Picked{o.Sections, o.Entries}, to.Kind, n.offered()); err != nil {
		return b, err
	}
	if NeedsTwo(b.Sections) {
		wrong.WithField("sections", "sharing.never_outside")
	}
	n.checkKind(wrong, tx.Actor(), to, b.Sections)
	salt := saltIn(wrong, shownIn(wrong, o.Seen))
	if b.Marking, err = checkMarking(tx, wrong, &b.Chosen, to.Kind); err != nil || len(wrong.Fields) > 0 {
		return b, err
	}
	grant := gate.Grant{GranteeKind: "desk", GranteeID: outsider, AgencyID: outsider, GivenBy: tx.Actor().AgencyID, Relations: referredAs(to.Kind), Sections: b.Sections,
		OnlyOf: b.OnlyOf, Purpose: o.Purpose, Basis: o.Basis, UntilAt: until}
	if b.parcel, err = s.packEntries(tx, to, grant, salt); err != nil {
		return b, err
	}
	b.Views, b.Pins = b.parcel.sections, b.parcel.pins
	for i := range b.Views { // there is nobody who could write or ask
		b.Views[i].CanWrite, b.Views[i].AskReason, b.Views[i].CanRequest, b.Views[i].Emergency = false, false, false, false
	}
	if !b.holdsSomething() {
		wrong.WithField("sections", "sharing.nothing_outside")
	}
	b.parcel.parts, err = partsOf(b.Views)
	return b, err
}

// outsider stands where the id of a receiving agency would: no agency has it, so nothing is anybody's own.
const outsider = "outside"

// holdsSomething says whether there is anything in the package that the organisation may see.
func (b *Bundle) holdsSomething() bool {
	return slices.ContainsFunc(b.Views, func(v entry.SectionView) bool { return len(v.Entries) > 0 || len(v.Derived) > 0 })
}

// Looked is what a preview hands out: the look of the caller at a bundle on some terms.
func (s *Service) Looked(tx *gate.Tx, b *Bundle, terms any) string {
	return s.looked(tx, terms, &b.parcel).String()
}

// CheckLook refuses to send a bundle that the caller has not looked at, on these terms, within the hour.
func (s *Service) CheckLook(tx *gate.Tx, b *Bundle, seen string, terms any) error {
	return s.checkLook(tx, seen, terms, &b.parcel)
}

// Hash is the salted hash of what goes along.
func (b *Bundle) Hash() string { return b.parcel.hash() }

// Salt is sealed, so that nobody who holds the hash can try names.
func (b *Bundle) Salt() []byte { return b.parcel.salt }

// Parts are the bytes that are kept.
func (b *Bundle) Parts() (parts []Part) {
	for _, p := range b.parcel.parts {
		parts = append(parts, Part{Section: p.Section, Domain: domainOf(p.Section), Bytes: p.Bytes})
	}
	return parts
}

// HashOf is the hash of parts that were kept, in the order of the access matrix.
func HashOf(salt []byte, parts []Part) string {
	p := parcel{salt: salt}
	for _, one := range parts {
		p.parts = append(p.parts, part{one.Section, one.Bytes})
	}
	return p.hash()
}

// PlaceOf is where a section stands in the order of the access matrix; DomainOf is the key domain under which it lies.
func PlaceOf(word string) int { return placeOf(word) }

// DomainOf is the key domain of a section by its word.
func DomainOf(word string) seal.Domain { return domainOf(word) }

// SendingDesk is the desk of the caller that sees the file; empty where only the person does.
func SendingDesk(tx *gate.Tx) string { return sendingDesk(tx) }

// CarriedAlong are the fields of a filled form, unseen, so that a preview can hand them on.
func CarriedAlong(fields []httpkit.Field) []httpkit.Field { return carriedAlong(fields) }
