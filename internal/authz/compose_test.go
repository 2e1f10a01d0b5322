package authz

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/fault"
)

func TestCompileRole_isWhatTheAgencyComposed(t *testing.T) {
	held, err := CompileRole(RoleShelter, []RoleRule{
		{Identity, Read, Allow}, {SafeContact, Read, Allow}, {SafeContact, Read, Deny}, {Health, Write, Deny}, {CaseFile, Open, Allow},
	}, shipped(t))
	if err != nil {
		t.Fatal(err)
	}
	want := Held{Base: RoleShelter,
		Allow: Mask{Read: SectionsOf(Identity), Open: SectionsOf(CaseFile)},
		Deny:  Mask{Read: SectionsOf(SafeContact), Write: SectionsOf(Health)}}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Error(diff)
	}
}

func TestCompileRole_refuses(t *testing.T) {
	s := shipped(t)
	good := RoleRule{Identity, Read, Allow}
	cases := []struct {
		claim string
		base  Role
		rules []RoleRule
		field string
		key   string
	}{
		{"no discipline", "", []RoleRule{good}, "base", "authz.compose.base"},
		{"an unknown discipline", "root", []RoleRule{good}, "base", "authz.compose.base"},
		{"no rules", RoleShelter, nil, "rules", "authz.compose.empty"},
		{"no section", RoleShelter, []RoleRule{good, {0, Read, Allow}}, "rules.1", "authz.compose.section"},
		{"an unknown section", RoleShelter, []RoleRule{{People + 1, Read, Allow}}, "rules.0", "authz.compose.section"},
		{"no verb", RoleShelter, []RoleRule{{Identity, 0, Allow}}, "rules.0", "authz.compose.verb"},
		{"an unknown verb", RoleShelter, []RoleRule{{Identity, Manage + 1, Allow}}, "rules.0", "authz.compose.verb"},
		{"no effect", RoleShelter, []RoleRule{{Identity, Read, ""}}, "rules.0", "authz.compose.effect"},
		{"a misspelt effect", RoleShelter, []RoleRule{{Identity, Read, "Deny"}}, "rules.0", "authz.compose.effect"},
		{"a rule twice", RoleShelter, []RoleRule{good, good}, "rules.1", "authz.compose.twice"},
		{"more than the discipline may", RoleShelter, []RoleRule{{Statements, Read, Allow}}, "rules.0", "authz.compose.outside"},
		{"a verb the discipline never has", RoleShelter, []RoleRule{{People, Manage, Allow}}, "rules.0", "authz.compose.outside"},
		{"a prohibition of what is closed anyway", RoleShelter, []RoleRule{{Statements, Read, Deny}}, "rules.0", "authz.compose.outside"},
	}
	for _, c := range cases {
		t.Run(c.claim, func(t *testing.T) {
			held, err := CompileRole(c.base, c.rules, s)
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field || f.Fields[0].Key != c.key {
				t.Errorf("got %v %+v", err, f)
			}
			if diff := cmp.Diff(Held{}, held); diff != "" {
				t.Errorf("a refused role holds something: %s", diff)
			}
		})
	}
	if _, err := CompileRole(RoleShelter, []RoleRule{good}, nil); !errors.Is(err, fault.Internal) {
		t.Errorf("without a baseline: %v", err)
	}
}

func TestCompileRole_ofTheWholeCeilingIsTheBaseline(t *testing.T) {
	s := shipped(t)
	for _, base := range Roles() {
		held, err := CompileRole(base, s.Ceiling(base), s)
		if err != nil {
			t.Fatalf("%s: %v", base, err)
		}
		for _, verb := range Verbs() {
			if held.Allow[verb] != s.May(base, verb) {
				t.Errorf("%s %s: %s", base, verb, held.Allow[verb])
			}
		}
	}
}

func TestCompileRole_neverWidensWhateverIsStored(t *testing.T) {
	s := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom(roles[:]).Draw(t, "base")
		var rules []RoleRule
		for range rapid.IntRange(1, 8).Draw(t, "rules") {
			rules = append(rules, RoleRule{
				Section: Section(rapid.IntRange(0, numSections+1).Draw(t, "section")),
				Verb:    Verb(rapid.IntRange(0, NumVerbs).Draw(t, "verb")),
				Effect:  rapid.SampledFrom([]Effect{Allow, Allow, Deny, "", "deny "}).Draw(t, "effect"),
			})
		}
		held, err := CompileRole(base, rules, s)
		for _, verb := range Verbs() {
			if !held.Allow[verb].Minus(s.May(base, verb)).Empty() || err != nil && !held.Allow[verb].Empty() {
				t.Fatalf("%s may %s %s", base, verb, held.Allow[verb])
			}
			if !held.Allow[verb].And(held.Deny[verb]).Empty() {
				t.Fatalf("allowed and denied: %s", held.Allow[verb].And(held.Deny[verb]))
			}
		}
	})
}
