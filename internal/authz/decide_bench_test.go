package authz

import (
	"testing"

	"relais/policies"
)

var (
	keptDecision Decision
	keptSections SectionSet
)

func threeRoles(t testing.TB) *Actor {
	a := worker(RoleLabourInspector)
	a.Held = append(a.Held, worker(RoleAuditor).Held[0], worker(RoleAgencyAdmin).Held[0])
	return a
}

func BenchmarkDecide(b *testing.B) {
	s := shipped(b)
	for _, bench := range []struct {
		name  string
		actor *Actor
		q     Question
	}{
		{"one role", worker(RolePolice), Question{Identity, Read, RelationsOf(RelationTeam), 0}},
		{"one role, need missing", worker(RolePolice), Question{ShelterLocation, Read, RelationsOf(RelationTeam), 0}},
		{"three roles, three relations", threeRoles(b), Question{Statements, Read, RelationsOf(RelationOwn, RelationTeam, RelationReferred), 0}},
		{"refused", worker(RoleShelter), Question{Statements, Read, RelationsOf(RelationTeam), 0}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				keptDecision = s.Decide(bench.actor, bench.q)
			}
		})
	}
}

func BenchmarkSections(b *testing.B) {
	s, a := shipped(b), threeRoles(b)
	b.ReportAllocs()
	for b.Loop() {
		keptSections = s.Sections(a, Read, RelationsOf(RelationOwn, RelationTeam), 0)
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(policies.Model, policies.Matrix); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompileRole(b *testing.B) {
	s := shipped(b)
	rules := s.Ceiling(RoleShelter)
	for b.Loop() {
		if _, err := CompileRole(RoleShelter, rules, s); err != nil {
			b.Fatal(err)
		}
	}
}

func TestDecide_allocatesNothing(t *testing.T) {
	s, a := shipped(t), threeRoles(t)
	q := Question{Intelligence, Read, AllRelations(), 0}
	if n := testing.AllocsPerRun(100, func() {
		keptDecision = s.Decide(a, q)
		keptSections = s.Sections(a, Read, AllRelations(), 0)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
