package agency_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
)

func TestChangePerson_givesAndTakesWhatTheCallerMayGive(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		w := h.person("nora")
		w.Hold = append(w.Hold, h.payoke.Roles[agency.Auditor])
		w.Desks, w.Supervisor, w.Care = h.payoke.Desks[1:], true, false
		changed := must(h.agencies.ChangePerson(h.as("admin"), w.ID, w.Version, w.Person, w.Access))(t)
		if changed.Version != w.Version+1 {
			t.Errorf("version %d", changed.Version)
		}
		nora := must(h.actor("nora"))(t)
		if len(nora.Held) != 2 || !nora.Supervisor || nora.CareProfessional || !slices.Equal(nora.Desks, h.payoke.Desks[1:]) {
			t.Errorf("actor %+v", nora)
		}
		back := h.person("nora")
		back.Hold = nil
		must(h.agencies.ChangePerson(h.as("admin"), back.ID, back.Version, back.Person, back.Access))(t)
		if nora = must(h.actor("nora"))(t); len(nora.Held) != 0 {
			t.Errorf("still holds %+v", nora.Held)
		}
		back = h.person("nora")
		back.Desks = h.payoke.Desks // a desk that ended at this very instant can begin again
		must(h.agencies.ChangePerson(h.as("admin"), back.ID, back.Version, back.Person, back.Access))(t)
		if nora = must(h.actor("nora"))(t); len(nora.Desks) != 2 {
			t.Errorf("desks %v", nora.Desks)
		}
	})
}

func TestChangePerson_nobodyGivesARoleTheyMayNotGive(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		auditor := h.payoke.Roles[agency.Auditor] // the second administrator may not give it
		for _, spoil := range []func(w *agency.Worker){
			func(w *agency.Worker) { w.Hold = append(w.Hold, auditor) },
			func(w *agency.Worker) { w.Give = append(w.Give, auditor) },
		} {
			w := h.person("nora")
			spoil(&w)
			_, err := h.agencies.ChangePerson(h.as("second"), w.ID, w.Version, w.Person, w.Access)
			wants(t, err, fault.Refused, "agency.not_yours_to_give")
		}
		w := h.person("auditor")
		w.Hold = nil // taking it away is not theirs either
		_, err := h.agencies.ChangePerson(h.as("second"), w.ID, w.Version, w.Person, w.Access)
		wants(t, err, fault.Refused, "agency.not_yours_to_give")
		n := newcomer(h)
		n.Hold = []string{auditor}
		_, err = h.agencies.AddPerson(h.as("second"), n, "")
		wants(t, err, fault.Refused, "agency.not_yours_to_give")
		foreign := h.person("nora")
		foreign.Hold = []string{h.police.Roles[agency.Caseworker]}
		_, err = h.agencies.ChangePerson(h.as("admin"), foreign.ID, foreign.Version, foreign.Person, foreign.Access)
		wants(t, err, fault.Invalid, "")

		kept := must(h.actor("auditor"))(t)
		if nora := must(h.actor("nora"))(t); len(nora.Held) != 1 || len(kept.Held) != 1 {
			t.Error("a refused change was stored")
		}
		denied := slices.ContainsFunc(h.entries(), func(e audit.Entry) bool {
			return e.Op == audit.Deny && e.Reason == "agency.not_yours_to_give" && e.ActorID == h.people["second"]
		})
		if !denied {
			t.Error("the refusal left no entry")
		}
	})
}

// TestInvite_isAsMuchAsTheRoles: whoever holds the link becomes the person, so it takes the right to give each of their roles, as closing
// the account and another address to sign in with do.
func TestInvite_isAsMuchAsTheRoles(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		w := h.person("auditor")
		_, err := h.agencies.Invite(h.as("second"), w.ID, "")
		wants(t, err, fault.Refused, "agency.not_yours_to_give")
		wants(t, h.agencies.Disable(h.as("second"), w.ID, w.Version), fault.Refused, "agency.not_yours_to_give")
		moved := w.Person
		moved.Email = "elsewhere@example.org"
		_, err = h.agencies.ChangePerson(h.as("second"), w.ID, w.Version, moved, w.Access)
		wants(t, err, fault.Refused, "agency.not_yours_to_give")
		if now := h.person("auditor"); now.Email != w.Email || now.Disabled() {
			t.Errorf("stored: %+v", now)
		}
		moved = w.Person
		moved.Phone = "+32 2 000 00 00" // this much is nobody's role
		must(h.agencies.ChangePerson(h.as("second"), w.ID, w.Version, moved, w.Access))(t)
		must(h.agencies.Invite(h.as("admin"), w.ID, ""))(t)
		must(h.agencies.Invite(h.as("second"), h.people["nora"], ""))(t)
	})
}

func TestChangePerson_nobodyChangesTheirOwnAccess(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		me := h.person("admin")
		me.Hold = append(me.Hold, h.payoke.Roles[agency.Caseworker])
		_, err := h.agencies.ChangePerson(h.as("admin"), me.ID, me.Version, me.Person, me.Access)
		wants(t, err, fault.Refused, "agency.own_access")
		wants(t, h.agencies.Disable(h.as("admin"), me.ID, me.Version), fault.Refused, "agency.own_access")
		_, err = h.agencies.Invite(h.as("admin"), me.ID, "")
		wants(t, err, fault.Refused, "agency.own_access")
		if now := must(h.actor("admin"))(t); len(now.Held) != 1 {
			t.Errorf("holds %+v", now.Held)
		}
	})
}

func TestChangePerson_tellsTheSecondEditorWhatDiffers(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		w := h.person("nora")
		first := w
		first.Phone = "+32 2 000 00 00"
		must(h.agencies.ChangePerson(h.as("second"), w.ID, w.Version, first.Person, first.Access))(t)
		mine := w
		mine.Given, mine.Desks = "Nóra", h.payoke.Desks
		_, err := h.agencies.ChangePerson(h.as("admin"), w.ID, w.Version, mine.Person, mine.Access)
		wants(t, err, fault.Conflict, "agency.changed")
		f, _ := fault.As(err)
		want := agency.Stale{Version: w.Version + 1, Fields: []agency.StaleField{{Name: "given", Mine: "Nóra", Theirs: "Nora"},
			{Name: "phone", Mine: "+32 3 201 16 90", Theirs: "+32 2 000 00 00"},
			{Name: "desks", Mine: append([]string{}, sorted(h.payoke.Desks)...), Theirs: h.payoke.Desks[:1]}}}
		if diff := cmp.Diff(want, f.Detail); diff != "" {
			t.Errorf("difference: %s", diff)
		}
		wants(t, h.agencies.Disable(h.as("admin"), w.ID, w.Version), fault.Conflict, "agency.changed")
		if h.person("nora").Given != "Nora" {
			t.Error("the stale change was stored")
		}
	})
}

func sorted(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return ids
}

func TestDisable_endsEverythingAtOnce(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		w := h.person("nora")
		stale := h.as("nora") // a session that was built before
		fine(t, h.agencies.Disable(h.as("admin"), w.ID, w.Version))
		_, err := h.agencies.Agencies(stale)
		wants(t, err, fault.Unauthenticated, "account.disabled")
		after := h.person("nora")
		if !after.Disabled() || len(after.Hold)+len(after.Desks)+len(after.Give) != 0 || after.Care {
			t.Errorf("after %+v", after)
		}
		wants(t, h.agencies.Disable(h.as("admin"), w.ID, after.Version), fault.Conflict, "agency.person_disabled")
		_, err = h.agencies.Invite(h.as("admin"), w.ID, "")
		wants(t, err, fault.Conflict, "agency.person_disabled")

		made := must(h.agencies.Restore(h.as("admin"), w.ID, after.Version))(t)
		if back := must(h.actor("nora"))(t); len(back.Held) != 0 || made.Token == "" {
			t.Errorf("comes back with %+v", back.Held)
		}
		_, err = h.agencies.Restore(h.as("admin"), w.ID, after.Version+1)
		wants(t, err, fault.Conflict, "agency.person_not_disabled")
	})
}

func TestRetire_keepsTheLastAdministratorAndTheLastAuditor(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		wants(t, h.agencies.Retire(h.program(), h.police.ID, h.people["chief"]), fault.Refused, "agency.last_admin")
		wants(t, h.agencies.Retire(h.program(), h.payoke.ID, h.people["auditor"]), fault.Refused, "agency.last_auditor")
		wants(t, h.agencies.Disable(h.as("admin"), h.people["auditor"], 1), fault.Refused, "agency.last_auditor")
		w := h.person("auditor")
		w.Hold = nil
		_, err := h.agencies.ChangePerson(h.as("admin"), w.ID, w.Version, w.Person, w.Access)
		wants(t, err, fault.Refused, "agency.last_auditor")
		must(h.actor("chief"))(t)
		must(h.actor("auditor"))(t)
		fine(t, h.agencies.Retire(h.program(), h.payoke.ID, h.people["admin"]))
		wants(t, h.agencies.Retire(h.program(), h.payoke.ID, h.people["second"]), fault.Refused, "agency.last_admin")
	})
}

// TestDisable_twoAdministratorsAtOnceLeaveOne lets the only two administrators disable each other at the same moment.
func TestDisable_twoAdministratorsAtOnceLeaveOne(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		var together sync.WaitGroup
		failures := make([]error, 2)
		for i, pair := range [][2]string{{"admin", "second"}, {"second", "admin"}} {
			ctx, whom := h.as(pair[0]), h.people[pair[1]]
			together.Go(func() { failures[i] = h.agencies.Disable(ctx, whom, 1) })
		}
		together.Wait()
		if (failures[0] == nil) == (failures[1] == nil) {
			t.Fatalf("outcomes %v", failures)
		}
		var left int
		fine(t, h.db.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Get(&left, `SELECT COUNT(*) FROM worker WHERE disabled_at = 0 AND id IN (:ids)`,
				database.Args{"ids": []string{h.people["admin"], h.people["second"]}})
		}))
		if left != 1 {
			t.Errorf("%d administrators are left", left)
		}
	})
}

func TestRole_opensNoMoreThanTheCallerMayGive(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx, s := h.as("admin"), h.agencies
		night := must(s.CreateRole(ctx, authz.RoleShelter, "Nacht", []agency.Rule{{Section: "identity", Verb: "read"}, {Section: "safe_contact", Verb: "read"}}, ""))(t)
		h.appoint("third", h.payoke, agency.NewWorker{Given: "Ann", Family: "Derde", Hold: []string{h.payoke.Roles[agency.Administrator]}, Give: []string{night}})
		third := h.as("third")
		must(s.CreateRole(third, authz.RoleShelter, "Alleen naam", []agency.Rule{{Section: "identity", Verb: "read"}}, ""))(t)
		for _, beyond := range []agency.Rule{{Section: "identity", Verb: "write"}, {Section: "health", Verb: "read"}} {
			_, err := s.CreateRole(third, authz.RoleShelter, "Breder", []agency.Rule{{Section: "identity", Verb: "read"}, beyond}, "")
			wants(t, err, fault.Refused, "agency.rule_not_yours")
			_, err = s.ChangeRole(third, night, 1, "Nacht", []agency.Rule{beyond})
			wants(t, err, fault.Refused, "agency.rule_not_yours")
		}
		_, err := s.CreateRole(third, authz.RoleAgencyAdmin, "Zelf", []agency.Rule{{Section: "people", Verb: "manage"}}, "")
		wants(t, err, fault.Refused, "agency.rule_not_yours")
		_, err = s.CreateRole(ctx, authz.RoleShelter, "Buiten", []agency.Rule{{Section: "intelligence", Verb: "read"}}, "")
		wants(t, err, fault.Invalid, "authz.compose.refused") // outside the baseline, whoever asks
		_, err = s.CreateRole(ctx, authz.RolePolice, "Politie", []agency.Rule{{Section: "identity", Verb: "read"}}, "")
		wants(t, err, fault.Refused, "agency.rule_not_yours") // another discipline than the agency's
		_, err = s.CreateRole(ctx, authz.RoleShelter, "Leeg", nil, "")
		wants(t, err, fault.Invalid, "")
		_, err = s.CreateRole(ctx, authz.RoleShelter, "Onzin", []agency.Rule{{Section: "x", Verb: "y"}}, "")
		wants(t, err, fault.Invalid, "fault.invalid")
		_, err = s.CreateRole(ctx, authz.RoleShelter, "Nacht", []agency.Rule{{Section: "identity", Verb: "read"}}, "")
		wants(t, err, fault.Invalid, "")
	})
}

func TestRole_nobodyChangesWhatTheyHoldNorAStandardRole(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx, s := h.as("admin"), h.agencies
		rules := []agency.Rule{{Section: "people", Verb: "manage"}}
		own := must(s.CreateRole(ctx, authz.RoleAgencyAdmin, "Beheer licht", rules, ""))(t)
		w := h.person("second")
		w.Hold, w.Give = append(w.Hold, own), append(w.Give, own)
		must(s.ChangePerson(ctx, w.ID, w.Version, w.Person, w.Access))(t)
		_, err := s.ChangeRole(h.as("second"), own, 1, "Beheer licht", rules)
		wants(t, err, fault.Refused, "agency.own_role")
		wants(t, s.CloseRole(h.as("second"), own, 1), fault.Refused, "agency.own_role")
		_, err = s.ChangeRole(ctx, h.payoke.Roles[agency.Caseworker], 1, "x", rules)
		wants(t, err, fault.Refused, "agency.standard_role")
		wants(t, s.CloseRole(ctx, h.payoke.Roles[agency.Auditor], 1), fault.Refused, "agency.standard_role")
		fine(t, s.CloseRole(ctx, own, 1))
		if second := must(h.actor("second"))(t); len(second.Held) != 1 {
			t.Errorf("holds %+v", second.Held)
		}
	})
}

func TestRole_reachesItsHoldersAtOnce(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx, s := h.as("admin"), h.agencies
		wide := []agency.Rule{{Section: "identity", Verb: "read"}, {Section: "health", Verb: "read"}}
		role := must(s.CreateRole(ctx, authz.RoleShelter, "Zorg", wide, ""))(t)
		w := h.person("nora")
		w.Hold = []string{role}
		must(s.ChangePerson(ctx, w.ID, w.Version, w.Person, w.Access))(t)
		if nora := must(h.actor("nora"))(t); !nora.Held[0].Allow.Has(authz.Read, authz.Health) {
			t.Fatal("the role does not open health")
		}
		changed := must(s.ChangeRole(ctx, role, 1, "Zorg", wide[:1]))(t)
		if nora := must(h.actor("nora"))(t); nora.Held[0].Allow.Has(authz.Read, authz.Health) || !nora.Held[0].Allow.Has(authz.Read, authz.Identity) {
			t.Error("the change did not reach the holder")
		}
		_, err := s.ChangeRole(ctx, role, 1, "Anders", wide)
		wants(t, err, fault.Conflict, "agency.changed")
		f, _ := fault.As(err)
		want := agency.Stale{Version: changed.Version, Fields: []agency.StaleField{{Name: "name", Mine: "Anders", Theirs: "Zorg"}, {Name: "rules", Mine: wide, Theirs: wide[:1]}}}
		if diff := cmp.Diff(want, f.Detail); diff != "" {
			t.Errorf("difference: %s", diff)
		}
	})
}

func TestRoles_showWhatTheCallerCanDo(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	list := must(h.agencies.ListRoles(h.as("second")))(t)
	can := map[string]bool{}
	for _, role := range list.Items {
		can[role.Name] = role.CanGive
		if role.CanEdit || !role.Standard {
			t.Errorf("%s: %+v", role.Name, role)
		}
	}
	want := map[string]bool{agency.Caseworker: true, agency.Administrator: true, agency.Auditor: false}
	if diff := cmp.Diff(want, can); diff != "" {
		t.Errorf("may give: %s", diff)
	}
	if len(list.Composable) != 2 {
		t.Errorf("composable from %d disciplines", len(list.Composable))
	}
	_, _, err := h.agencies.EditRole(h.as("second"), "", authz.RoleAuditor)
	wants(t, err, fault.NotFound, "")
}

func TestRenewStandardRoles_followsTheBaseline(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		if changed := must(h.agencies.RenewStandardRoles(h.program()))(t); changed != 0 {
			t.Errorf("%d roles changed without need", changed)
		}
		fine(t, h.db.Write(t.Context(), func(tx *database.Tx) error { // as if the release before had known less
			_, err := tx.Exec("DELETE FROM role_rule WHERE role_id = :role AND section = 'health'", database.Args{"role": h.payoke.Roles[agency.Caseworker]})
			return err
		}))
		if changed := must(h.agencies.RenewStandardRoles(h.program()))(t); changed != 1 {
			t.Errorf("%d roles changed", changed)
		}
		if nora := must(h.actor("nora"))(t); !nora.Held[0].Allow.Has(authz.Read, authz.Health) {
			t.Error("the role was not brought up to the baseline")
		}
	})
}
