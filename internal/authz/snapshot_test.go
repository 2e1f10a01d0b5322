package authz

import (
	"slices"
	"testing"

	"github.com/casbin/casbin/v2"
	"pgregory.net/rapid"

	"relais/policies"
)

// oneEnforcer holds all lines at once; the snapshot was compiled with one for each role and section.
func oneEnforcer(t interface{ Fatal(...any) }, lines []line) *casbin.Enforcer {
	policy := make(rows, len(lines))
	for i, l := range lines {
		policy[i] = l.row()
	}
	e, err := newEnforcer(frozenModel, policy)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func disagree(t interface{ Fatal(...any) }, s *Snapshot, e *casbin.Enforcer, sections SectionSet) (asked int, at []string) {
	for section := range sections.Each {
		for _, role := range Roles() {
			actor := unbounded(role)
			for _, verb := range Verbs() {
				for relation := range AllRelations().Each {
					request := tuple{role, section, verb, relation}.request()
					allowed, err := enforce(e, request...)
					if err != nil {
						t.Fatal(err)
					}
					asked++
					if s.Decide(actor, Question{section, verb, RelationsOf(relation), AllNeeds()}).Allowed() != allowed {
						at = append(at, request...)
					}
				}
			}
		}
	}
	return asked, at
}

func TestSnapshot_equalsTheEnforcerOnTheWholeDomain(t *testing.T) {
	s := shipped(t)
	asked, at := disagree(t, s, oneEnforcer(t, s.lines), AllSections())
	if want := numRoles * numSections * (NumVerbs - 1) * numRelations; asked != want {
		t.Errorf("%d questions asked, the domain has %d", asked, want)
	}
	if len(at) > 0 {
		t.Errorf("snapshot and enforcer disagree on %q", at)
	}
}

func TestSnapshot_equalsTheEnforcerOnDrawnPolicies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lines []line
		first := map[alternative]bool{}
		for i := range rapid.IntRange(1, 30).Draw(t, "lines") {
			l := drawDeny(t, i+2)
			l.section = Health
			if l.deny = rapid.IntRange(0, 3).Draw(t, "deny") == 0; !l.deny {
				l.show = Show(rapid.IntRange(1, int(Full)).Draw(t, "show"))
				l.needs = Needs(rapid.Uint16Range(0, uint16(AllNeeds())).Draw(t, "needs"))
			}
			if !first[l.alternative()] {
				lines = append(lines, l)
			}
			first[l.alternative()] = true
		}
		s, err := build(lines)
		if err != nil {
			t.Fatal(err)
		}
		if _, at := disagree(t, s, oneEnforcer(t, lines), SectionsOf(Health)); len(at) > 0 {
			t.Fatalf("snapshot and enforcer disagree on %q", at)
		}
	})
}

func TestSnapshot_keepsEveryLineOfThePolicy(t *testing.T) {
	s := shipped(t)
	var kept []int
	for role := range s.cells {
		for section := range s.cells[role] {
			for verb := range s.cells[role][section] {
				for _, o := range s.cells[role][section][verb].open {
					kept = append(kept, o.rule.Line)
				}
			}
		}
	}
	slices.Sort(kept)
	for i, l := range s.lines {
		if i >= len(kept) || kept[i] != l.number {
			t.Fatalf("line %d opens nothing", l.number)
		}
	}
}

func TestCompile_aDenyLineClosesWhatTheBaselineOpens(t *testing.T) {
	s, err := Compile(policies.Model, policies.Matrix+"prosecutor,residence,read,team,hidden,,deny,test\n")
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Residence, Read, AllRelations(), AllNeeds()}
	d := s.Decide(worker(RoleProsecutor), q)
	if d.Reason != ReasonDenied || d.Line != len(s.lines)+1 {
		t.Errorf("%s %q line %d", d.Show, d.Reason, d.Line)
	}
	if s.May(RoleProsecutor, Read).Has(Residence) {
		t.Error("the role editor still offers it")
	}
	if !s.Decide(worker(RoleMigration), q).Allowed() {
		t.Error("it closes to others too")
	}
}

func TestEnforcer_isNeverAskedWithAGapOrWithoutAPolicy(t *testing.T) {
	if _, err := newEnforcer(frozenModel, nil); err == nil {
		t.Error("an enforcer without policy lines")
	}
	e := oneEnforcer(t, shipped(t).lines)
	for _, request := range [][]string{
		{"", "", "", ""},
		tuple{"", Identity, Read, RelationTeam}.request(),
		tuple{RolePolice, 0, Read, RelationTeam}.request(),
		tuple{RolePolice, Identity, 0, RelationTeam}.request(),
		tuple{RolePolice, Identity, Read, 0}.request(),
	} {
		if allowed, err := enforce(e, request...); allowed || err == nil {
			t.Errorf("%q reached Casbin", request)
		}
	}
	if e.SavePolicy() == nil {
		t.Error("a policy can be saved through its enforcer")
	}
}
