package sharing

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
)

// Kind says what a referral is for: to help the person, or only to have them counted.
type Kind string

// The two kinds. Only some countries know the second.
const (
	Assistance       Kind = "assistance"
	RegistrationOnly Kind = "registration_only"
)

// registerReason is the only thing that a registration asks for.
const registerReason = "registration"

// way is what the law of the sender's country says of one kind of referral.
type way struct {
	country  string
	kind     Kind
	from, to []authz.Role     // disciplines; no from is all of them
	bases    []string         // on which it may go; none is all of them
	sections authz.SectionSet // more than these do not go along; none is all of them
	bare     bool             // without a note and without a person, entry by entry: nothing goes along that the gateway does not name
}

// ways: in the Netherlands police, military police and labour inspectorate report to the national focal point for the
// rapporteur's register without consent (Besluit politiegegevens, art. 4:2(1)(b)(3)); help goes to a shelter or by the focal
// point's placement only with the person's consent, or to save a life (domain 1.4).
var ways = []way{
	{country: "NL", kind: RegistrationOnly, from: []authz.Role{authz.RolePolice, authz.RoleLabourInspector},
		to: []authz.Role{authz.RoleFocalPoint}, bases: []string{"legal_gateway"},
		sections: authz.SectionsOf(authz.Identity, authz.Exploitation), bare: true},
	{country: "NL", kind: Assistance, to: []authz.Role{authz.RoleFocalPoint, authz.RoleShelter}, bases: []string{"consent", "vital_interest"}},
}

// kindsOf are the kinds that somebody can send.
func kindsOf(a *authz.Actor) []Kind {
	if slices.ContainsFunc(ways, func(w way) bool { return w.kind == RegistrationOnly && w.opensTo(a) }) {
		return []Kind{Assistance, RegistrationOnly}
	}
	return []Kind{Assistance}
}

func (w *way) opensTo(a *authz.Actor) bool {
	return w.country == a.Country && (w.from == nil || slices.Contains(w.from, a.Kind))
}

// checkKind adds a field fault for each rule of the kind that the offer breaks; no kind is assistance.
func (n *NewReferral) checkKind(wrong *fault.Fault, a *authz.Actor, to grantee, sections authz.SectionSet) {
	if n.Kind == "" {
		n.Kind = Assistance
	}
	switch {
	case n.Kind != Assistance && n.Kind != RegistrationOnly:
		wrong.WithField("kind", "fault.field_unknown_code")
		return
	case !slices.Contains(kindsOf(a), n.Kind):
		wrong.WithField("kind", "sharing.no_such_kind")
		return
	}
	for i := range ways {
		if w := &ways[i]; w.kind == n.Kind && w.opensTo(a) {
			w.check(wrong, n, to, sections)
		}
	}
}

// HelpsOn says whether a person may go to an agency for help on a basis, by the law of the country from which the caller shares.
func HelpsOn(a *authz.Actor, basis string, to authz.Role, country string) bool {
	return !slices.ContainsFunc(ways, func(w way) bool {
		return w.kind == Assistance && w.opensTo(a) && country == w.country && slices.Contains(w.to, to) && w.bases != nil && !slices.Contains(w.bases, basis)
	})
}

// bare says whether the offer is of a kind with which nothing goes along that its gateway does not name.
func (n *NewReferral) bare(a *authz.Actor) bool {
	return slices.ContainsFunc(ways, func(w way) bool { return w.bare && w.kind == n.Kind && w.opensTo(a) })
}

// onlyEntries picks the entries that stand in the ticked sections now, one by one, so that neither a note in them nor what is written
// later is open to the receiver.
func (n *NewReferral) onlyEntries(tx *gate.Tx, wrong *fault.Fault) error {
	all, err := entry.Singles(tx)
	if err != nil {
		return err
	}
	for _, word := range n.Sections {
		id, _ := authz.ParseSection(word)
		p := tx.PassOn(id, n.offered())
		in := slices.DeleteFunc(slices.Clone(all), func(s entry.Single) bool { return s.Section != id || !p.Of.Let(s.Writer) })
		if p.Allowed() && len(in) == 0 {
			wrong.WithField("sections", "sharing.nothing_there", "Section", id)
		}
		if !slices.ContainsFunc(in, func(s entry.Single) bool { return slices.Contains(n.Entries, s.EntryID) }) {
			for i := range in {
				n.Entries = append(n.Entries, in[i].EntryID)
			}
		}
	}
	return nil
}

func (w *way) check(wrong *fault.Fault, n *NewReferral, to grantee, sections authz.SectionSet) {
	receives := slices.Contains(w.to, to.Kind)
	if w.kind == RegistrationOnly {
		if to.Kind != "" && (!receives || to.Country != w.country) {
			wrong.WithField("to", "sharing.not_a_register")
		}
		if n.Reason != "" && n.Reason != registerReason {
			wrong.WithField("reason", "sharing.only_registration")
		}
	} else if !receives || to.Country != w.country {
		return
	}
	if w.bases != nil && n.Basis != "" && !slices.Contains(w.bases, n.Basis) {
		wrong.WithField("basis", "sharing.basis_for."+string(w.kind))
	}
	if w.sections != 0 && sections&^w.sections != 0 {
		wrong.WithField("sections", "sharing.not_for_register")
	}
	if w.bare && n.Note != "" {
		wrong.WithField("note", "sharing.register_without_note")
	}
	if w.bare && n.Attention != "" {
		wrong.WithField("attention", "sharing.register_without_note")
	}
}
