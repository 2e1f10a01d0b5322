package authz

import (
	"slices"
	"testing"
)

// Grants store sets as numbers: a change here needs a migration of every grant row.
func TestSets_haveTheNumbersThatGrantsStore(t *testing.T) {
	place := 0
	for _, word := range []string{
		"identity", "identifiers", "safe_contact", "shelter_location", "health", "residence", "exploitation",
		"statements", "intelligence", "labour", "claims", "proceeds", "court", "risk_level", "risk_detail",
		"support_plan", "consents", "suspects", "guardianship", "access_log", "case_file", "victim_file", "team", "people",
	} {
		section, ok := ParseSection(word)
		if !ok || section.String() != word || SectionsOf(section) != 1<<place {
			t.Errorf("%s is %d, bit %b", word, section, SectionsOf(section))
		}
		place++
	}
	for i, word := range []string{"own", "team", "referred", "named", "ward", "client", "any"} {
		relation, ok := ParseRelation(word)
		if !ok || relation.String() != word || RelationsOf(relation) != 1<<i {
			t.Errorf("%s is %d, bit %b", word, relation, RelationsOf(relation))
		}
	}
	for i, word := range []string{"consent", "legal_gateway", "justification", "break_glass", "magistrate", "originator", "care_group", "guardian"} {
		need, ok := ParseNeed(word)
		if !ok || need.String() != word || NeedsOf(need) != 1<<i {
			t.Errorf("%s is %d, bit %b", word, need, NeedsOf(need))
		}
	}
}

func TestVocabulary_refusesOtherWords(t *testing.T) {
	for _, word := range []string{"", " ", "Police", "identity ", "root", "*", "deny"} {
		_, a := ParseRole(word)
		_, b := ParseSection(word)
		_, c := ParseVerb(word)
		_, d := ParseRelation(word)
		_, e := ParseNeed(word)
		_, f := ParseShow(word)
		if a || b || c || d || e || f {
			t.Errorf("%q is a word of something", word)
		}
	}
	for _, text := range []string{"+", "consent+", "+consent", "consent+consent", "consent +guardian", "any"} {
		if _, ok := ParseNeeds(text); ok {
			t.Errorf("%q are needs", text)
		}
	}
	if needs, ok := ParseNeeds("magistrate+originator"); !ok || needs != NeedsOf(NeedMagistrate, NeedOriginator) || needs.String() != "magistrate+originator" {
		t.Errorf("got %s", needs)
	}
	if needs, ok := ParseNeeds(""); !ok || needs != 0 || needs.First() != 0 {
		t.Errorf("no needs are %s", needs)
	}
}

func TestVocabulary_everyWordIsReadBack(t *testing.T) {
	for i, role := range Roles() {
		if at, ok := role.index(); !ok || at != i {
			t.Errorf("%s stands at %d", role, at)
		}
	}
	for _, verb := range Verbs() {
		if got, ok := ParseVerb(verb.String()); !ok || got != verb {
			t.Errorf("%s", verb)
		}
	}
	for show := Hidden; show <= Full; show++ {
		if got, ok := ParseShow(show.String()); !ok || got != show {
			t.Errorf("%s", show)
		}
	}
	if Section(0).String()+Section(99).String()+Verb(0).String()+Relation(0).String()+Need(0).String()+Show(99).String() != "" {
		t.Error("something that is no word has a name")
	}
}

func TestSectionSet_isASet(t *testing.T) {
	set := SectionsOf(Health, Identity, 0, People+1)
	if set.String() != "identity,health" || !set.Has(Health) || set.Has(0) || set.Has(Labour) || set.Has(People+1) {
		t.Errorf("got %s", set)
	}
	if got := slices.Collect(set.Each); !slices.Equal(got, []Section{Identity, Health}) {
		t.Errorf("yields %v", got)
	}
	other := SectionsOf(Health, Court)
	if set.And(other) != SectionsOf(Health) || set.Or(other) != SectionsOf(Identity, Health, Court) ||
		set.Minus(other) != SectionsOf(Identity) || set.Without(Health) != SectionsOf(Identity) || !set.Without(Health).Without(Identity).Empty() {
		t.Error("the operations of sets")
	}
	if len(slices.Collect(FileSections().Each)) != 19 || FileSections().Has(AccessLog) || !FileSections().Has(Guardianship) {
		t.Errorf("the file sections are %s", FileSections())
	}
	for range AllSections().Each {
		break
	}
}

func TestSystem_isNotAPerson(t *testing.T) {
	if !System("retention").IsSystem() || System("").IsSystem() || Nobody().IsSystem() || worker(RolePolice).IsSystem() {
		t.Error("who the system is")
	}
	if (*Actor)(nil).IsSystem() {
		t.Error("no actor is the system")
	}
	a := System("retention")
	a.AgencyID, a.Kind, a.Held = "a", RolePolice, worker(RolePolice).Held
	if shipped(t).Decide(a, Question{Identity, Read, AllRelations(), AllNeeds()}).Allowed() {
		t.Error("the program reads with a person's role")
	}
}
