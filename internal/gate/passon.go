package gate

import (
	"slices"

	"relais/internal/authz"
)

// Reason ids of what is passed on although not everybody's entries are; they stand with the section in the trail.
const (
	ReasonOwnEntries  authz.Reason = "entries.own"  // only what the passing agency wrote
	ReasonSomeEntries authz.Reason = "entries.some" // only what it was shown of others, and perhaps what it wrote

	ReasonSingleEntries authz.Reason = "entries.single" // only entries that were chosen one by one
)

// PassOn is how much of a section somebody may hand to another agency.
type PassOn struct {
	Decision
	Of OnlyOf // whose entries of it, and which; none where it is everybody's
}

// Whose is the reason id that goes with what is passed on; empty where it is everybody's entries.
func (p *PassOn) Whose(own string) authz.Reason {
	switch {
	case !p.Allowed() || len(p.Of) == 0:
		return ""
	case len(p.Of) == 1 && p.Of[0].AgencyID == own:
		return ReasonOwnEntries
	}
	return ReasonSomeEntries
}

// Offered are the needs that something met which is shared on this basis: a consent counts if it is named, since the gate holds the
// share against it.
func Offered(basis, consentID string) authz.Needs {
	if basis == "consent" && consentID == "" {
		return 0
	}
	return metByBasis(basis)
}

// PassOn decides whose entries of a section the caller may pass on: everybody's where a rule lets the caller do so whoever wrote them
// and the caller reads them all; otherwise those of the own agency, and of the agencies to which what was granted to the caller is
// narrowed. Offered are the needs that the share will meet: they open nothing to the caller.
func (tx *Tx) PassOn(section authz.Section, offered authz.Needs) PassOn {
	q := question{section: section, verb: authz.Refer, offered: offered}
	out := PassOn{Decision: tx.handsOn(q)}
	if out.Allowed() {
		return out
	}
	consider := func(w Writer) {
		q.writer, q.entry, q.own = w.AgencyID, w.EntryID, w.AgencyID == tx.caller.Actor.AgencyID
		d := tx.handsOn(q)
		if d.Allowed() && !slices.Contains(out.Of, w) {
			out.Of = append(out.Of, w)
		}
		if better(d.Decision, out.Decision.Decision) {
			out.Decision = d
		}
	}
	if tx.gate.policy.May(tx.Actor().Kind, authz.Write).Has(section) { // who never writes there has nothing of its own to pass on
		consider(Writer{Section: section, AgencyID: tx.caller.Actor.AgencyID})
	}
	for i := range tx.grants {
		for _, w := range tx.grants[i].OnlyOf.In(authz.SectionsOf(section)) {
			consider(w)
		}
	}
	return out
}

// handsOn decides on passing on what somebody wrote. What others wrote the caller has to read in full by what it was itself given: what
// the share rests on is met for its receiver. A reason counts as given, since the form asks for the purpose.
func (tx *Tx) handsOn(q question) Decision {
	d := tx.decide(q)
	if q.own || !d.Allowed() {
		return d
	}
	q.verb, q.offered = authz.Read, authz.NeedsOf(authz.NeedJustification)
	read := tx.decide(q)
	if read.Show == authz.Full {
		return d
	}
	if read.Allowed() { // in part
		read.Show, read.Reason = authz.Hidden, authz.ReasonRelation
	}
	return read
}
