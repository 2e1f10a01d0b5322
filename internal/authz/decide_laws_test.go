package authz

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func drawQuestion(t *rapid.T) Question {
	return Question{
		Section:   Section(rapid.IntRange(1, numSections).Draw(t, "section")),
		Verb:      Verb(rapid.IntRange(1, NumVerbs-1).Draw(t, "verb")),
		Relations: RelationSet(rapid.Uint8Range(0, uint8(AllRelations())).Draw(t, "relations")),
		Met:       Needs(rapid.Uint16Range(0, uint16(AllNeeds())).Draw(t, "met")),
	}
}

func drawMask(t *rapid.T, name string, sparse bool) (m Mask) {
	for _, verb := range Verbs() {
		m[verb] = SectionSet(rapid.Uint32().Draw(t, name)) & AllSections()
		if sparse && rapid.IntRange(0, 3).Draw(t, name+" any") > 0 {
			m[verb] = 0
		}
	}
	return m
}

func drawActor(t *rapid.T, denies bool) *Actor {
	kind := rapid.SampledFrom(roles[:]).Draw(t, "kind")
	a := &Actor{WorkerID: "w", AgencyID: "a", Kind: kind}
	for range rapid.IntRange(0, 3).Draw(t, "held") {
		h := Held{RoleID: "r", Base: rapid.SampledFrom([]Role{kind, kind, RoleAuditor, RoleAgencyAdmin}).Draw(t, "base")}
		h.Allow = drawMask(t, "allow", false)
		if denies {
			h.Deny = drawMask(t, "deny", true)
		}
		a.Held = append(a.Held, h)
	}
	return a
}

// drawSnapshot is the shipped baseline with some more lines, allow and deny, most of them near the question.
func drawSnapshot(t *rapid.T, s *Snapshot, a *Actor, q Question) *Snapshot {
	lines, have := append([]line(nil), s.lines...), map[alternative]bool{}
	for _, l := range lines {
		have[l.alternative()] = true
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "more lines") {
		l := drawDeny(t, 1000+i)
		if rapid.IntRange(0, 9).Draw(t, "near") > 0 {
			l.role, l.section, l.verb = a.Kind, q.Section, q.Verb
		}
		if rapid.Bool().Draw(t, "allow") {
			l.deny, l.show = false, Show(rapid.IntRange(1, int(Full)).Draw(t, "show"))
			l.needs = Needs(rapid.Uint16Range(0, uint16(AllNeeds())).Draw(t, "needs"))
		}
		if !have[l.alternative()] {
			lines = append(lines, l)
		}
		have[l.alternative()] = true
	}
	return built(t, lines)
}

func drawDeny(t *rapid.T, number int) line {
	q := drawQuestion(t)
	return line{number: number, deny: true, role: rapid.SampledFrom(roles[:]).Draw(t, "role"), section: q.Section, verb: q.Verb,
		relation: Relation(rapid.IntRange(1, numRelations).Draw(t, "relation"))}
}

// built compiles lines as build does, but by the lines alone: the enforcer's agreement is proved elsewhere, and asking
// it for each drawn policy would take minutes.
func built(t *rapid.T, lines []line) *Snapshot {
	s, byTuple := &Snapshot{lines: lines}, map[tuple][]line{}
	for _, l := range lines {
		byTuple[l.tuple()] = append(byTuple[l.tuple()], l)
	}
	for at, own := range byTuple {
		row, _ := at.role.index()
		denied := slices.ContainsFunc(own, func(l line) bool { return l.deny })
		c := &s.cells[row][at.section][at.verb]
		if err := c.keep(!denied, at.relation, own); err != nil {
			t.Fatal(err)
		}
		c.sort()
	}
	s.turnRound()
	return s
}

func TestSections_isWhereDecideSaysYes(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q := drawActor(t, true), drawQuestion(t)
		s := drawSnapshot(t, s, a, q)
		var want SectionSet
		for section := range AllSections().Each {
			q.Section = section
			if s.Decide(a, q).Allowed() {
				want = want.With(section)
			}
		}
		if got := s.Sections(a, q.Verb, q.Relations, q.Met); got != want {
			t.Fatalf("list %s, decisions %s", got, want)
		}
	})
}

// said is the rule in its plainest words: no tables, no order, no short cuts.
func said(lines []line, a *Actor, q Question) (show Show, denied bool) {
	for _, h := range a.Held {
		denied = denied || h.Deny.Has(q.Verb, q.Section)
		for _, l := range lines {
			fits := h.Base == a.Kind || h.Base == RoleAuditor || h.Base == RoleAgencyAdmin
			if !fits || l.role != h.Base || l.section != q.Section || l.verb != q.Verb || !q.Relations.Has(l.relation) {
				continue
			}
			denied = denied || l.deny
			if h.Allow.Has(q.Verb, q.Section) && l.needs.Minus(q.Met) == 0 {
				show = max(show, l.show)
			}
		}
	}
	if denied {
		return Hidden, true
	}
	return show, false
}

func TestDecide_isTheRuleInItsPlainestWords(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q := drawActor(t, true), drawQuestion(t)
		s := drawSnapshot(t, s, a, q)
		show, denied := said(s.lines, a, q)
		d := s.Decide(a, q)
		if d.Show != show || (d.Reason == ReasonDenied) != denied {
			t.Fatalf("got %s %q, the rule says %s, denied %t", d.Show, d.Reason, show, denied)
		}
		if d.Missing == 0 {
			return
		}
		q.Met |= d.Missing
		if !s.Decide(a, q).Allowed() {
			t.Fatalf("meeting %s opens nothing", d.Missing)
		}
	})
}

func TestDecide_isNeverWiderThanTheBaseline(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q := drawActor(t, true), drawQuestion(t)
		var ceiling Show
		for _, h := range a.Held {
			ceiling = max(ceiling, s.Decide(unbounded(h.Base), q).Show)
			if s.Decide(a, q).Allowed() && s.Decide(a, q).Role == h.Base && !s.May(h.Base, q.Verb).Has(q.Section) {
				t.Fatalf("outside what %s may", h.Base)
			}
		}
		if got := s.Decide(a, q); got.Show > ceiling {
			t.Fatalf("shows %s, the baseline %s", got.Show, ceiling)
		}
	})
}

func TestDecide_denyWins(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q := drawActor(t, false), drawQuestion(t)
		if len(a.Held) == 0 {
			return
		}
		i := rapid.IntRange(0, len(a.Held)-1).Draw(t, "denied role")
		a.Held[i].Deny[q.Verb] = a.Held[i].Deny[q.Verb].With(q.Section)
		if d := s.Decide(a, q); d.Reason != ReasonDenied || d.Allowed() {
			t.Fatalf("got %s %q", d.Show, d.Reason)
		}
	})
}

func TestDecide_addingADenyNeverWidens(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q := drawActor(t, true), drawQuestion(t)
		before := drawSnapshot(t, s, a, q)
		deny := drawDeny(t, 2000)
		if rapid.Bool().Draw(t, "near the question") {
			deny.role, deny.section, deny.verb = a.Kind, q.Section, q.Verb
		}
		after := built(t, append(append([]line(nil), before.lines...), deny))
		was := before.Decide(a, q).Show
		if now := after.Decide(a, q).Show; now > was {
			t.Fatalf("a deny line turned %s into %s", was, now)
		}
		if len(a.Held) > 0 {
			more := drawMask(t, "more", true)
			for verb, set := range more {
				a.Held[0].Deny[verb] |= set
			}
			if now := before.Decide(a, q).Show; now > was {
				t.Fatalf("a deny in the agency's role turned %s into %s", was, now)
			}
		}
	})
}

func TestDecide_takingAwayARoleThatDeniesNothingNeverWidens(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q := drawActor(t, false), drawQuestion(t)
		if len(a.Held) == 0 {
			return
		}
		was := s.Decide(a, q).Show
		a.Held = a.Held[1:]
		if now := s.Decide(a, q).Show; now > was {
			t.Fatalf("%s became %s", was, now)
		}
	})
}

func TestDecide_anotherRelationOrNeedNeverNarrowsWithoutADeny(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q, more := drawActor(t, false), drawQuestion(t), drawQuestion(t)
		was := s.Decide(a, q).Show
		q.Relations |= more.Relations
		q.Met |= more.Met
		if now := s.Decide(a, q).Show; now < was {
			t.Fatalf("%s became %s", was, now)
		}
	})
}

func TestExplain_namesTheLineThatDecided(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		a, q := drawActor(t, true), drawQuestion(t)
		s := drawSnapshot(t, s, a, q)
		d, lines := s.Decide(a, q), s.Explain(a, q)
		found, opens := d.Line == 0, false
		for _, l := range lines {
			found = found || l.Line == d.Line && l.RoleID == d.RoleID && l.Why == d.Reason
			opens = opens || l.Why == ""
		}
		if !found || opens != d.Allowed() {
			t.Fatalf("decision %+v, explanation %+v", d, lines)
		}
	})
}
