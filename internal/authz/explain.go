package authz

// Line is one line of the matrix that a question looked at, and what became of it; keys only, no text.
type Line struct {
	Line     int // of matrix.csv; 0 for a prohibition in the agency's own role
	Role     Role
	RoleID   string
	Section  Section
	Verb     Verb
	Relation Relation // 0 where Line is 0
	Show     Show
	Needs    Needs
	Deny     bool
	Matched  bool   // all that the line itself asks is so
	Why      Reason // empty when it opens; "deny" also for a matched line that another line or role forbids
}

// Explain lists every line that speaks of the held disciplines, this section and this verb, role by role in the order
// of the matrix. It is for people who ask why; Decide does not use it.
func (s *Snapshot) Explain(a *Actor, q Question) (lines []Line) {
	if s == nil || !a.known() || !q.Section.valid() || !q.Verb.valid() {
		return nil
	}
	closed := s.Decide(a, q).Reason == ReasonDenied
	for i := range a.Held {
		h := &a.Held[i]
		if h.Deny[q.Verb].Has(q.Section) {
			lines = append(lines, Line{Role: h.Base, RoleID: h.RoleID, Section: q.Section, Verb: q.Verb,
				Deny: true, Matched: true, Why: ReasonDenied})
		}
		if _, fits := a.row(h); !fits {
			continue
		}
		for _, l := range s.lines {
			if l.role == h.Base && l.section == q.Section && l.verb == q.Verb {
				lines = append(lines, l.explain(h, q, closed))
			}
		}
	}
	return lines
}

func (l line) explain(h *Held, q Question, closed bool) Line {
	why := l.why(h, q)
	matched := why == "" || why == ReasonDenied
	if why == "" && closed {
		why = ReasonDenied
	}
	return Line{Line: l.number, Role: l.role, RoleID: h.RoleID, Section: l.section, Verb: l.verb, Relation: l.relation,
		Show: l.show, Needs: l.needs, Deny: l.deny, Matched: matched, Why: why}
}

// why says what keeps the line from opening, seen by itself.
func (l line) why(h *Held, q Question) Reason {
	missing := l.needs.Minus(q.Met)
	switch {
	case !q.Relations.Has(l.relation):
		return ReasonRelation
	case l.deny:
		return ReasonDenied
	case !h.Allow.Has(l.verb, l.section):
		return ReasonAgency
	case missing != 0:
		return ReasonFor(missing.First())
	}
	return ""
}
