package gate

import "relais/internal/authz"

// What leaves the program, on paper or in a file, is out of its hands: no rule, no end and no recall reaches it any more. So no
// more leaves than the verb to export opens, never more than may be read, and nothing that others supplied and keep.

// reasonStays is the reason id where a section may be read, and no rule lets anybody of the reader's kind take it along.
const reasonStays authz.Reason = "section.stays"

// Leaves is Look for what leaves: which entries of a section the caller may take out of the program.
func (tx *Tx) Leaves(id authz.Section) SectionLook {
	look := SectionLook{Others: tx.leaves(question{section: id})}
	look.Own, look.Some = look.Others, tx.some(question{section: id}, tx.leaves)
	if tx.gate.policy.May(tx.Actor().Kind, authz.Write).Has(id) { // who never writes there has nothing of its own to take along
		look.Own = tx.leaves(question{section: id, own: true, anyBasis: true})
	}
	if !look.Open() {
		tx.use(id, look.Why())
	}
	return look
}

// RevealLeaving is Reveal for what leaves.
func (tx *Tx) RevealLeaving(row *EntryRow) (Revealed, error) {
	own := row.AgencyID == tx.caller.Actor.AgencyID
	return tx.reveal(row, func(id authz.Section) Decision {
		d := tx.leaves(question{section: id, own: own, writer: row.AgencyID, entry: row.ID, basis: row.Basis, handling: row.holds()})
		if m := ParseMarking(row.holds()); !own && d.Allowed() && (m.Stays() || m.outOfCourt()) { // paper finds its way into court
			d.Decision = forOriginator(d.Decision)
		}
		return d
	})
}

// leaves is the narrower of the two answers: what may be read, and what may be exported.
func (tx *Tx) leaves(q question) Decision {
	q.verb = authz.Read
	read := tx.decide(q)
	q.verb = authz.Export
	switch out := tx.decide(q); {
	case read.Allowed() && out.Reason == authz.ReasonNoRole:
		out.Reason = reasonStays
		return out
	case out.Show <= read.Show:
		return out
	}
	return read
}
