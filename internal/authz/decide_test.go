package authz

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func shipped(t testing.TB) *Snapshot {
	t.Helper()
	s, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// worker holds one role that narrows nothing.
func worker(kind Role) *Actor {
	a := unbounded(kind)
	a.WorkerID, a.AgencyID = "w1", "a1"
	return a
}

func TestDecide_tells(t *testing.T) {
	s := shipped(t)
	noHealth := worker(RoleShelter)
	noHealth.Held[0].Allow[Read] = AllSections().Without(Health)
	denied := worker(RoleShelter)
	denied.Held = append(denied.Held, Held{RoleID: "r2", Base: RoleShelter, Deny: Mask{Read: SectionsOf(Identity)}})
	team, own := RelationsOf(RelationTeam), RelationsOf(RelationOwn)
	cases := []struct {
		claim string
		actor *Actor
		q     Question
		show  Show
		why   Reason
		miss  Needs
	}{
		{"the police read who the person is", worker(RolePolice), Question{Identity, Read, team, 0}, Full, "", 0},
		{"the police do not read health", worker(RolePolice), Question{Health, Read, team, AllNeeds()}, Hidden, ReasonNoRole, 0},
		{"a stranger reads nothing", worker(RolePolice), Question{Identity, Read, 0, AllNeeds()}, Hidden, ReasonRelation, 0},
		{"the safe house needs an emergency", worker(RolePolice), Question{ShelterLocation, Read, team, 0}, Hidden, "need.break_glass", NeedsOf(NeedBreakGlass)},
		{"the certificate needs consent before an order", worker(RoleCourt), Question{Health, Read, team, 0}, Hidden, "need.consent", NeedsOf(NeedConsent)},
		{"two needs: the first is named, both are missing", worker(RoleLabourInspector), Question{Intelligence, Read, team, 0}, Hidden, "need.magistrate", NeedsOf(NeedMagistrate, NeedOriginator)},
		{"two needs: the other is named once the first is met", worker(RoleLabourInspector), Question{Intelligence, Read, team, NeedsOf(NeedMagistrate)}, Hidden, "need.originator", NeedsOf(NeedOriginator)},
		{"the alternative that lacks less is named", worker(RolePolice), Question{Identifiers, Refer, team, NeedsOf(NeedLegalGateway)}, Hidden, "need.justification", NeedsOf(NeedJustification)},
		{"the immigration office sees one fact", worker(RoleMigration), Question{Statements, Read, team, 0}, Derived, "", 0},
		{"the widest relation wins", worker(RoleLabourInspector), Question{Identity, Read, team | own, 0}, Full, "", 0},
		{"the agency's role narrows", noHealth, Question{Health, Read, own, AllNeeds()}, Hidden, ReasonAgency, 0},
		{"a deny of any held role wins", denied, Question{Identity, Read, team, 0}, Hidden, ReasonDenied, 0},
		{"nobody", Nobody(), Question{Identity, Read, AllRelations(), AllNeeds()}, Hidden, ReasonNoRole, 0},
		{"no actor", nil, Question{Identity, Read, AllRelations(), AllNeeds()}, Hidden, ReasonNoRole, 0},
		{"the program itself", System("retention"), Question{Identity, Erase, AllRelations(), AllNeeds()}, Hidden, ReasonNoRole, 0},
		{"an empty question", worker(RolePolice), Question{}, Hidden, ReasonNoRole, 0},
		{"an unknown section", worker(RolePolice), Question{People + 1, Read, team, 0}, Hidden, ReasonNoRole, 0},
		{"an unknown verb", worker(RolePolice), Question{Identity, Manage + 1, team, 0}, Hidden, ReasonNoRole, 0},
	}
	for _, c := range cases {
		t.Run(c.claim, func(t *testing.T) {
			d := s.Decide(c.actor, c.q)
			if d.Show != c.show || d.Reason != c.why || d.Missing != c.miss {
				t.Errorf("got %s %q missing %q", d.Show, d.Reason, d.Missing)
			}
			if d.Allowed() != (d.Reason == "") {
				t.Errorf("allowed %t with reason %q", d.Allowed(), d.Reason)
			}
		})
	}
}

func TestDecide_namesTheLineAndTheRole(t *testing.T) {
	d := shipped(t).Decide(worker(RolePolice), Question{Identity, Read, RelationsOf(RelationTeam), 0})
	want := Decision{Show: Full, Line: 2, Role: RolePolice, RoleID: "baseline"}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
}

func TestDecide_closesToAnActorWithAGap(t *testing.T) {
	q := Question{Identity, Read, AllRelations(), AllNeeds()}
	for name, spoil := range map[string]func(*Actor){
		"no worker": func(a *Actor) { a.WorkerID = "" },
		"no agency": func(a *Actor) { a.AgencyID = "" },
		"no kind":   func(a *Actor) { a.Kind = "" },
		"no role":   func(a *Actor) { a.Held = nil },
		"no base":   func(a *Actor) { a.Held[0].Base = "" },
	} {
		a := worker(RolePolice)
		spoil(a)
		if shipped(t).Decide(a, q).Allowed() || !shipped(t).Sections(a, Read, q.Relations, q.Met).Empty() {
			t.Errorf("%s: open", name)
		}
	}
	var none *Snapshot
	if none.Decide(worker(RolePolice), q).Allowed() || !none.Sections(worker(RolePolice), Read, q.Relations, q.Met).Empty() {
		t.Error("open without a snapshot")
	}
}

func TestDecide_closesToARoleOfAnotherDiscipline(t *testing.T) {
	a := worker(RoleShelter)
	a.Held = worker(RolePolice).Held
	if d := shipped(t).Decide(a, Question{Identity, Read, AllRelations(), AllNeeds()}); d.Reason != ReasonNoRole {
		t.Errorf("a centre's worker with a police role: %s %q", d.Show, d.Reason)
	}
	a.Held = worker(RoleAuditor).Held
	if d := shipped(t).Decide(a, Question{AccessLog, Read, RelationsOf(RelationOwn), AllNeeds()}); !d.Allowed() {
		t.Errorf("every agency has an auditor: %q", d.Reason)
	}
}

func TestDecide_namesTheNeedsOfWhatWouldShowMost(t *testing.T) {
	first := line{role: RolePolice, section: Identity, verb: Read, relation: RelationTeam}
	cheap, wide, wider := first, first, first
	cheap.number, cheap.show, cheap.needs = 2, Derived, NeedsOf(NeedConsent)
	wide.number, wide.show, wide.needs = 3, Full, NeedsOf(NeedMagistrate, NeedOriginator)
	wider.number, wider.show, wider.needs = 4, Full, NeedsOf(NeedLegalGateway, NeedGuardian)
	s, err := build([]line{cheap, wide, wider})
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Identity, Read, RelationsOf(RelationTeam), 0}
	for _, c := range []struct {
		met  Needs
		line int
		why  Reason
	}{
		{0, 3, "need.magistrate"},
		{NeedsOf(NeedGuardian), 4, "need.legal_gateway"},
		{NeedsOf(NeedMagistrate), 3, "need.originator"},
		{NeedsOf(NeedConsent), 2, ""},
		{AllNeeds(), 3, ""},
	} {
		q.Met = c.met
		if d := s.Decide(worker(RolePolice), q); d.Line != c.line || d.Reason != c.why {
			t.Errorf("with %q: line %d %q", c.met, d.Line, d.Reason)
		}
	}
}

func TestMay_isWhatTheRoleEditorOffers(t *testing.T) {
	s := shipped(t)
	if s.May(RoleShelter, Read).Has(Statements) || !s.May(RoleShelter, Read).Has(ShelterLocation) {
		t.Errorf("a centre may ever read %s", s.May(RoleShelter, Read))
	}
	if got := s.May(RoleAgencyAdmin, Manage); got != SectionsOf(People) {
		t.Errorf("an admin may manage %s", got)
	}
	if !s.May("", Read).Empty() || !s.May(RolePolice, 0).Empty() {
		t.Error("an empty name may something")
	}
}
