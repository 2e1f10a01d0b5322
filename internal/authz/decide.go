package authz

import "math/bits"

// standing is how far a question came; the higher one wins among held roles.
type standing uint8

const (
	noRule standing = iota
	noRelation
	notInAgencyRole
	needMissing
	opened
)

// Decide answers a question from the snapshot: the baseline and the held roles together, the most showing alternative
// whose needs are met, and a deny above everything. It allocates nothing.
func (s *Snapshot) Decide(a *Actor, q Question) (d Decision) {
	if s == nil || !a.known() || !q.Section.valid() || !q.Verb.valid() {
		return Decision{Reason: ReasonNoRole}
	}
	best := candidate{rule: &noLine}
	for i := range a.Held {
		h := &a.Held[i]
		if h.Deny[q.Verb].Has(q.Section) {
			return Decision{Reason: ReasonDenied, Role: h.Base, RoleID: h.RoleID}
		}
		row, ok := a.row(h)
		if !ok {
			continue
		}
		c := &s.cells[row][q.Section][q.Verb]
		if c.denied&q.Relations != 0 {
			return Decision{Reason: ReasonDenied, Line: s.denyLine(h.Base, q), Role: h.Base, RoleID: h.RoleID}
		}
		if got := c.try(h, q); got.better(best, q.Met) {
			best = got
		}
	}
	best.tell(q.Met, &d)
	return d
}

// candidate is the best that a held role can do with a question.
type candidate struct {
	reached standing
	rule    *Rule
	held    *Held
}

var noLine Rule

// try finds the best alternative of a cell: the first that opens, else the one that comes nearest.
func (c *cell) try(h *Held, q Question) candidate {
	best := candidate{held: h, rule: &noLine}
	if len(c.open) == 0 {
		return best
	}
	best.reached = noRelation
	for i := range c.open {
		o := &c.open[i]
		if o.relation&q.Relations == 0 {
			continue
		}
		if !h.Allow[q.Verb].Has(q.Section) {
			return candidate{notInAgencyRole, &o.rule, h}
		}
		if o.rule.Needs&^q.Met == 0 {
			return candidate{opened, &o.rule, h}
		}
		if missing := (candidate{needMissing, &o.rule, h}); missing.better(best, q.Met) {
			best = missing
		}
	}
	return best
}

// better prefers what comes further, then what shows more, then what lacks less.
func (c candidate) better(than candidate, met Needs) bool {
	if c.reached != than.reached {
		return c.reached > than.reached
	}
	if c.rule.Show != than.rule.Show {
		return c.rule.Show > than.rule.Show
	}
	return c.rule.Needs.Minus(met).count() < than.rule.Needs.Minus(met).count()
}

func (n Needs) count() int { return bits.OnesCount16(uint16(n)) }

// tell writes the answer in place, because copying a Decision costs more than making it; what did not open shows nothing.
func (c candidate) tell(met Needs, d *Decision) {
	if c.reached == noRule {
		d.Reason = ReasonNoRole
		return
	}
	d.Line, d.Role, d.RoleID = c.rule.Line, c.held.Base, c.held.RoleID
	switch c.reached {
	case opened:
		d.Show = c.rule.Show
	case needMissing:
		d.Missing = c.rule.Needs.Minus(met)
		d.Reason = ReasonFor(d.Missing.First())
	case notInAgencyRole:
		d.Reason = ReasonAgency
	default:
		d.Reason = ReasonRelation
	}
}

func (s *Snapshot) denyLine(role Role, q Question) int {
	for _, l := range s.lines {
		if l.deny && l.role == role && l.section == q.Section && l.verb == q.Verb && q.Relations.Has(l.relation) {
			return l.number
		}
	}
	return 0
}

// Sections lists where Decide would say yes: the filter of lists, from the same answers.
func (s *Snapshot) Sections(a *Actor, v Verb, r RelationSet, met Needs) (set SectionSet) {
	if s == nil || !a.known() || !v.valid() {
		return 0
	}
	var denied SectionSet
	for i := range a.Held {
		h := &a.Held[i]
		denied |= h.Deny[v]
		row, ok := a.row(h)
		if !ok {
			continue
		}
		f := &s.filters[row][v]
		denied |= f.deniedBy(r)
		set |= f.opens(r, met) & h.Allow[v]
	}
	return set &^ denied
}

func (f *filter) opens(r RelationSet, met Needs) (set SectionSet) {
	for i := range f.groups {
		if g := &f.groups[i]; g.relation&r != 0 && g.needs&^met == 0 {
			set |= g.sections
		}
	}
	return set
}

func (f *filter) deniedBy(r RelationSet) (set SectionSet) {
	for relation := RelationOwn; relation <= RelationAny; relation++ {
		if r.Has(relation) {
			set |= f.denied[relation]
		}
	}
	return set
}

// May is what the baseline could ever allow a discipline, whatever the relation and with every need met: the ceiling of
// the role editor.
func (s *Snapshot) May(base Role, v Verb) SectionSet {
	row, ok := base.index()
	if s == nil || !ok || !v.valid() {
		return 0
	}
	return s.filters[row][v].opens(AllRelations(), AllNeeds())
}
