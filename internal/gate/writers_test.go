package gate

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/authz"
)

// reader holds all of a discipline's role, as most people do.
func reader(policy *authz.Snapshot, kind authz.Role, care bool) authz.Actor {
	held := authz.Held{RoleID: "baseline", Base: kind}
	for _, verb := range authz.Verbs() {
		held.Allow[verb] = policy.May(kind, verb)
	}
	return authz.Actor{WorkerID: "me", AgencyID: "mine", Kind: kind, Held: []authz.Held{held}, AAL: 2, CareProfessional: care}
}

func shipped(t testing.TB) *authz.Snapshot {
	t.Helper()
	policy, err := authz.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

var writing = []string{"mine", "theirs", "others"}

func drawGrants(rt *rapid.T, sections []authz.Section) (grants []Grant) {
	for range rapid.IntRange(0, 3).Draw(rt, "grants") {
		g := Grant{ID: "g" + rapid.StringMatching(`[0-9]{3}`).Draw(rt, "id"), Basis: rapid.SampledFrom(Bases).Draw(rt, "basis"),
			Relations: rapid.SampledFrom([]authz.RelationSet{authz.RelationsOf(authz.RelationTeam), authz.RelationsOf(authz.RelationTeam, authz.RelationReferred),
				authz.RelationsOf(authz.RelationWard), authz.RelationsOf(authz.RelationClient)}).Draw(rt, "relations")}
		for _, id := range sections {
			if rapid.Bool().Draw(rt, "open "+id.String()) {
				g.Sections = g.Sections.With(id)
			}
			if rapid.Bool().Draw(rt, "narrow "+id.String()) {
				for _, agencyID := range rapid.SliceOfNDistinct(rapid.SampledFrom(writing), 1, 2, rapid.ID).Draw(rt, "to") {
					g.OnlyOf = append(g.OnlyOf, Writer{id, agencyID, rapid.SampledFrom([]string{"", "", "e1", "e2"}).Draw(rt, "entry")})
				}
			}
		}
		grants = append(grants, g)
	}
	return grants
}

// TestDecide_opensOnlyTheEntriesThatAGrantLeaves holds decisions on entries against what somebody would say who looks at one grant
// after the other: an entry of others is open if it would be by one grant, alone and without narrowing, whose narrowing names its
// agency. Own entries are never narrowed, and the section as such is open by a grant that narrows nothing there.
func TestDecide_opensOnlyTheEntriesThatAGrantLeaves(t *testing.T) {
	policy := shipped(t)
	kinds := []authz.Role{authz.RolePolice, authz.RoleShelter, authz.RoleCourt, authz.RoleLawyer, authz.RoleLabourInspector, authz.RoleGuardian}
	rapid.Check(t, func(rt *rapid.T) {
		sections := []authz.Section{authz.Identity, authz.Identifiers, authz.Health, authz.Court}
		grants := drawGrants(rt, sections)
		actor := reader(policy, rapid.SampledFrom(kinds).Draw(rt, "kind"), rapid.Bool().Draw(rt, "care"))
		with := func(grants ...Grant) *Tx {
			return &Tx{gate: &Gate{policy: policy}, caller: Caller{Actor: actor}, grants: grants, target: Target{reason: "protection"}}
		}
		for _, id := range sections {
			for _, writer := range append([]string{""}, writing...) {
				for _, one := range []string{"", "e1", "e3"} {
					q := question{section: id, verb: authz.Read, own: writer == "mine", writer: writer, entry: one}
					want := authz.Hidden
					for _, g := range grants {
						if text := g.OnlyOf.String(); writer != "mine" && strings.Contains(text, " "+id.String()+":") &&
							!strings.Contains(text, " "+id.String()+":"+writer+" ") && (one == "" || !strings.Contains(text, " "+id.String()+":"+writer+"/"+one+" ")) {
							continue
						}
						g.OnlyOf = nil
						want = max(want, with(g).decide(q).Show)
					}
					if got := with(grants...).decide(q); got.Show != want {
						rt.Fatalf("%s by %q, %q: %s, and not %s, by %+v", id, writer, one, got.Show, want, grants)
					}
				}
			}
		}
	})
}

// TestPassOn_neverReachesWhatTheCallerIsNotShown: of whatever may be passed on, nothing is of an agency whose entries the caller does
// not read in full, whatever the share offers, and everybody's only where the caller is shown everybody's.
func TestPassOn_neverReachesWhatTheCallerIsNotShown(t *testing.T) {
	policy := shipped(t)
	rapid.Check(t, func(rt *rapid.T) {
		sections := authz.FileSections().Minus(authz.SectionsOf(authz.Consents))
		var all []authz.Section
		for id := range sections.Each {
			all = append(all, id)
		}
		actor := reader(policy, rapid.SampledFrom(authz.Receivers()).Draw(rt, "kind"), rapid.Bool().Draw(rt, "care"))
		tx := &Tx{gate: &Gate{policy: policy}, caller: Caller{Actor: actor}, grants: drawGrants(rt, all)}
		shown := *tx // at a look for which a reason was given
		shown.target = Target{reason: "protection"}
		offered := Offered(rapid.SampledFrom(Bases).Draw(rt, "basis"), rapid.SampledFrom([]string{"", "yes"}).Draw(rt, "consent"))
		offered |= authz.NeedsOf(authz.NeedJustification)
		for _, id := range all {
			p := tx.PassOn(id, offered)
			if !p.Allowed() {
				if len(p.Of) > 0 || p.Reason == "" {
					rt.Fatalf("%s: refused without a reason, or of some: %+v", id, p)
				}
				continue
			}
			of := p.Of
			if len(of) == 0 {
				of = OnlyOf{{Section: id}}
			}
			for _, w := range of {
				read := shown.decide(question{section: id, verb: authz.Read, writer: w.AgencyID, entry: w.EntryID})
				if w.AgencyID != "mine" && read.Show != authz.Full {
					rt.Fatalf("%s of %v is passed on by a %s who reads it %s (%s), by %+v", id, w, actor.Kind, read.Show, read.Reason, tx.grants)
				}
			}
		}
	})
}

// TestPassOn_asksOfOwnEntriesWhatTheShareRestsOn walks the lines of the matrix that speak of own entries.
func TestPassOn_asksOfOwnEntriesWhatTheShareRestsOn(t *testing.T) {
	policy := shipped(t)
	team := authz.RelationsOf(authz.RelationTeam)
	consent, gateway := Offered("consent", "a record"), Offered("legal_gateway", "")
	for name, c := range map[string]struct {
		kind    authz.Role
		section authz.Section
		care    bool
		grant   Grant
		offered authz.Needs
		want    authz.Reason // of the refusal; empty where own entries go along
	}{
		"health with consent by the care group":                {authz.RoleShelter, authz.Health, true, Grant{}, consent, ""},
		"health with consent by somebody else":                 {authz.RoleShelter, authz.Health, false, Grant{}, consent, "need.care_group"},
		"health without consent":                               {authz.RoleShelter, authz.Health, true, Grant{}, Offered("legal_task", ""), "need.consent"},
		"health on a consent that is not named":                {authz.RoleShelter, authz.Health, true, Grant{}, Offered("consent", ""), "need.consent"},
		"health on the consent on which the file is open":      {authz.RoleShelter, authz.Health, true, Grant{Basis: "consent"}, Offered("legal_task", ""), "need.consent"},
		"papers of the shelter with consent":                   {authz.RoleShelter, authz.Identifiers, false, Grant{}, consent, ""},
		"papers of the shelter on a gateway":                   {authz.RoleShelter, authz.Identifiers, false, Grant{}, gateway, "need.consent"},
		"papers of the inspectorate on a gateway":              {authz.RoleLabourInspector, authz.Identifiers, false, Grant{}, gateway, ""},
		"papers of the inspectorate with consent":              {authz.RoleLabourInspector, authz.Identifiers, false, Grant{}, consent, "need.legal_gateway"},
		"papers, where the file is open on a gateway":          {authz.RoleLabourInspector, authz.Identifiers, false, Grant{Basis: "legal_gateway"}, 0, "need.legal_gateway"},
		"consents that the inspectorate recorded":              {authz.RoleLabourInspector, authz.Consents, false, Grant{}, 0, ""},
		"court matters, where the inspectorate writes nothing": {authz.RoleLabourInspector, authz.Court, false, Grant{}, 0, authz.ReasonNoRole},
		"the shelter's location":                               {authz.RoleShelter, authz.ShelterLocation, true, Grant{}, consent | gateway, authz.ReasonNoRole},
	} {
		c.grant.Relations, c.grant.Sections = team, authz.FileSections()
		tx := &Tx{gate: &Gate{policy: policy}, caller: Caller{Actor: reader(policy, c.kind, c.care)}, grants: []Grant{c.grant}, target: Target{reason: "protection"}}
		p := tx.PassOn(c.section, c.offered)
		if c.want != "" {
			if p.Allowed() || p.Reason != c.want {
				t.Errorf("%s: %+v, not %s", name, p, c.want)
			}
			continue
		}
		if p.Show != authz.Full || p.Whose("mine") != ReasonOwnEntries {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestOnlyOf_isReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var only OnlyOf
		for _, id := range []authz.Section{authz.Health, authz.SupportPlan, authz.Identifiers} {
			only = only.With(id, rapid.SliceOfNDistinct(rapid.SampledFrom([]string{NewID(), NewID()}), 0, 2, rapid.ID).Draw(rt, "agencies")...)
			if rapid.Bool().Draw(rt, "one entry") {
				only = append(only, Writer{id, NewID(), NewID()})
			}
		}
		var back OnlyOf
		for _, src := range []any{only.String(), []byte(only.String())} {
			if err := back.Scan(src); err != nil || back.String() != only.String() || len(back) != len(only) {
				rt.Fatalf("%q comes back as %v (%v)", only, back, err)
			}
		}
	})
	for _, src := range []any{" health ", " health: ", " health:a/ ", " nothing:a ", "x", nil, 7} {
		var only OnlyOf
		if err := only.Scan(src); err == nil {
			t.Errorf("%v is read as %v", src, only)
		}
	}
}

// TestDecide_allocatesNothing: a file's page decides hundreds of times, by a narrowed grant too.
func TestDecide_allocatesNothing(t *testing.T) {
	policy := shipped(t)
	tx := &Tx{gate: &Gate{policy: policy}, caller: Caller{Actor: reader(policy, authz.RoleCourt, false)}, grants: []Grant{{Sections: authz.FileSections(),
		Relations: authz.RelationsOf(authz.RelationTeam), OnlyOf: OnlyOf(nil).With(authz.Court, "theirs")}}}
	q := question{section: authz.Court, verb: authz.Read, writer: "theirs"}
	if !tx.decide(q).Allowed() {
		t.Fatal("what the grant leaves is closed")
	}
	if n := testing.AllocsPerRun(100, func() { tx.decide(q) }); n != 0 {
		t.Errorf("%v allocations a decision", n)
	}
}
