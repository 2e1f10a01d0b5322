package agency_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

func TestResolve_makesTheActorFromTheRows(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		nora := must(h.actor("nora"))(t)
		if nora.AgencyID != h.payoke.ID || nora.Country != "BE" || nora.Kind != authz.RoleShelter || nora.Language != "nl" ||
			!nora.CareProfessional || nora.Supervisor || nora.DutyOfficer {
			t.Errorf("actor %+v", nora)
		}
		if diff := cmp.Diff(h.payoke.Desks[:1], nora.Desks); diff != "" {
			t.Errorf("desks: %s", diff)
		}
		if len(nora.Held) != 1 || nora.Held[0].RoleID != h.payoke.Roles[agency.Caseworker] || nora.Held[0].Base != authz.RoleShelter {
			t.Fatalf("held %+v", nora.Held)
		}
		for _, verb := range authz.Verbs() { // the standard role is as wide as the law
			if got, want := nora.Held[0].Allow[verb], h.policy.May(authz.RoleShelter, verb); got != want {
				t.Errorf("%s: opens %s, the baseline could allow %s", verb, got, want)
			}
		}
	})
}

func TestResolve_refusesWhoMayNoLongerSignIn(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		fine(t, h.agencies.Disable(h.as("admin"), h.people["nora"], h.person("nora").Version))
		_, err := h.actor("nora")
		wants(t, err, fault.Unauthenticated, "account.disabled")
		h.people["ghost"] = gate.NewID()
		_, err = h.actor("ghost")
		wants(t, err, fault.Unauthenticated, "account.disabled")
		fine(t, h.db.Write(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec("UPDATE agency SET closed_at = 1 WHERE id = :id", database.Args{"id": h.police.ID})
			return err
		}))
		_, err = h.actor("ruben")
		wants(t, err, fault.Unauthenticated, "account.disabled")
	})
}

func TestFound_refusesWhatIsNoAgency(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	good := agency.NewAgency{Code: "lu.police", Country: "LU", Kind: authz.RolePolice, Name: "Police", Regime: "led"}
	for field, spoil := range map[string]func(*agency.NewAgency){
		"code": func(n *agency.NewAgency) { n.Code = " " }, "country": func(n *agency.NewAgency) { n.Country = "FR" },
		"kind": func(n *agency.NewAgency) { n.Kind = authz.RoleAgencyAdmin }, "name": func(n *agency.NewAgency) { n.Name = "a\x00b" },
		"regime": func(n *agency.NewAgency) { n.Regime = "" }, "desks": func(n *agency.NewAgency) { n.Desks = []agency.NewDesk{{}} },
	} {
		bad := good
		spoil(&bad)
		_, err := h.agencies.Found(h.program(), bad)
		wants(t, err, fault.Invalid, "")
		if f, _ := fault.As(err); len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: fields %v", field, f.Fields)
		}
	}
	taken := good
	taken.Code = "be.payoke"
	_, err := h.agencies.Found(h.program(), taken)
	wants(t, err, fault.Invalid, "")
	_, err = h.agencies.Found(h.as("admin"), good)
	wants(t, err, fault.Unauthenticated, "gate.nobody")
}

func TestDirectory_namesAgenciesAndDesksToEverybody(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		list := must(h.agencies.Agencies(h.as("ruben")))(t)
		if len(list) != 2 || list[0].Name != "Payoke" || list[0].Kind != authz.RoleShelter || len(list[0].Desks) != 2 ||
			list[0].Desks[0] != (agency.DeskListing{ID: h.payoke.Desks[0], Name: "Intake", Intake: true}) {
			t.Errorf("directory %+v", list)
		}
		h.inTx("ruben", func(tx *gate.Tx) error {
			names, err := agency.Names(tx, []string{h.payoke.ID, h.payoke.Desks[0], h.people["nora"], "nothing"})
			if len(names) != 2 || names[h.payoke.ID].String() != "Payoke" || names[h.payoke.Desks[0]].String() != "Payoke, Intake" {
				t.Errorf("names %v", names)
			}
			return err
		})
	})
}

func TestWorkerName_staysInsideTheAgency(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		for reader, want := range map[string]string{"auditor": "Nora Wijnants", "ruben": ""} {
			h.inTx(reader, func(tx *gate.Tx) error {
				name, err := agency.WorkerName(tx, h.people["nora"])
				if name != want {
					t.Errorf("%s reads %q, want %q", reader, name, want)
				}
				return err
			})
		}
		h.inTx("ruben", func(tx *gate.Tx) error {
			list, err := agency.Colleagues(tx)
			var names []string
			for _, c := range list {
				names = append(names, c.Name)
			}
			if diff := cmp.Diff([]string{"Ruben Haverkort", "Willem Chefman"}, names); diff != "" {
				t.Errorf("colleagues: %s", diff)
			}
			return err
		})
	})
}

func TestPeople_lieSealed(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		must(h.agencies.AddPerson(h.as("admin"), newcomer(h), ""))(t)
		var dump strings.Builder
		fine(t, h.db.Read(t.Context(), func(tx *database.Tx) error {
			var rows []struct {
				Login  []byte `db:"login_token"`
				Sealed []byte `db:"sealed"`
			}
			err := tx.Select(&rows, "SELECT login_token, sealed FROM worker", nil)
			for _, row := range rows {
				dump.Write(row.Login)
				dump.Write(row.Sealed)
			}
			return err
		}))
		if h.path != "" {
			for _, file := range []string{h.path, h.path + "-wal"} {
				dump.Write(must(os.ReadFile(file))(t))
			}
		}
		for _, clear := range []string{"Wijnants", "Bellefroy", "yara@", "201 16 90", "Yara"} {
			if strings.Contains(dump.String(), clear) {
				t.Errorf("the database holds %q", clear)
			}
		}
	})
}

func newcomer(h *house) agency.NewWorker {
	return agency.NewWorker{Given: "Yara", Family: "Bellefroy", Email: "yara@example.org", Language: "fr",
		Desks: h.payoke.Desks[:1], Hold: []string{h.payoke.Roles[agency.Caseworker]}}
}

func TestAddPerson_happensOnceAndShowsItsLinkOnce(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		first := must(h.agencies.AddPerson(h.as("admin"), newcomer(h), "key-12345678"))(t)
		again := must(h.agencies.AddPerson(h.as("admin"), newcomer(h), "key-12345678"))(t)
		if first.ID != again.ID || first.Invitation.Token == "" || again.Invitation.Token != "" {
			t.Errorf("first %+v, again %+v", first, again)
		}
		if first.Invitation.Until != h.now.Add(72*time.Hour) {
			t.Errorf("holds until %s", first.Invitation.Until)
		}
		other := newcomer(h)
		other.Email = "other@example.org"
		_, err := h.agencies.AddPerson(h.as("admin"), other, "key-12345678")
		wants(t, err, fault.Conflict, "gate.once_other_content")
		h.people["yara"], h.of[first.ID] = first.ID, h.payoke.ID
		if yara := must(h.actor("yara"))(t); len(yara.Held) != 1 || yara.Language != "fr" {
			t.Errorf("actor %+v", yara)
		}
	})
}

func TestAddPerson_refusesBadInputByFieldAndRule(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	for field, spoil := range map[string]func(*agency.NewWorker){
		"family": func(n *agency.NewWorker) { n.Family = "" }, "given": func(n *agency.NewWorker) { n.Given = strings.Repeat("x", 101) },
		"email": func(n *agency.NewWorker) { n.Email = "yara" }, "phone": func(n *agency.NewWorker) { n.Phone = "1\u202e2" },
		"language": func(n *agency.NewWorker) { n.Language = "es" }, "desks": func(n *agency.NewWorker) { n.Desks = h.police.Desks },
		"hold": func(n *agency.NewWorker) { n.Hold = []string{"nonsense"} },
	} {
		bad := newcomer(h)
		spoil(&bad)
		before := h.generation()
		_, err := h.agencies.AddPerson(h.as("admin"), bad, "")
		if field == "hold" { // a role that the caller may not give is a refusal, whether or not it exists
			wants(t, err, fault.Refused, "agency.not_yours_to_give")
			continue
		}
		wants(t, err, fault.Invalid, "")
		if f, _ := fault.As(err); len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: fields %v", field, f.Fields)
		}
		if h.generation() != before {
			t.Errorf("%s: something was stored", field)
		}
	}
	taken := newcomer(h)
	taken.Email = " NORA@Example.org "
	_, err := h.agencies.AddPerson(h.as("admin"), taken, "")
	wants(t, err, fault.Invalid, "")
}

// TestPeople_ofAnotherAgencyAreNotThere tries every operation with ids of another agency and with ids of nothing: the
// answers are the same.
func TestPeople_ofAnotherAgencyAreNotThere(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx, s := h.as("admin"), h.agencies
		operations := map[string]func(worker, role string) error{
			"show": func(w, _ string) error { _, err := s.ShowPerson(ctx, w); return err },
			"edit": func(w, _ string) error { _, err := s.EditPerson(ctx, w); return err },
			"change": func(w, _ string) error {
				_, err := s.ChangePerson(ctx, w, 1, agency.Person{}, agency.Access{})
				return err
			},
			"disable": func(w, _ string) error { return s.Disable(ctx, w, 1) },
			"restore": func(w, _ string) error { _, err := s.Restore(ctx, w, 1); return err },
			"invite":  func(w, _ string) error { _, err := s.Invite(ctx, w, ""); return err },
			"role":    func(_, r string) error { _, err := s.ShowRole(ctx, r); return err },
			"edit role": func(_, r string) error {
				_, _, err := s.EditRole(ctx, r, "")
				return err
			},
			"change role": func(_, r string) error { _, err := s.ChangeRole(ctx, r, 1, "x", nil); return err },
			"close role":  func(_, r string) error { return s.CloseRole(ctx, r, 1) },
		}
		for name, try := range operations {
			foreign := try(h.people["ruben"], h.police.Roles[agency.Caseworker])
			absent := try(gate.NewID(), gate.NewID())
			nonsense := try("\xff\x00", "'; --")
			wants(t, foreign, fault.NotFound, "gate.not_found")
			for _, other := range []error{absent, nonsense} {
				if diff := cmp.Diff(fmt.Sprintf("%+v", foreign), fmt.Sprintf("%+v", other)); diff != "" {
					t.Errorf("%s: the answers differ: %s", name, diff)
				}
			}
		}
		list := must(s.ListPeople(ctx, ""))(t)
		if len(list.Items) != 4 || slices.ContainsFunc(list.Items, func(w agency.Worker) bool { return w.ID == h.people["ruben"] }) {
			t.Errorf("the list holds %d people", len(list.Items))
		}
		_, err := s.ListPeople(ctx, "\xff")
		wants(t, err, fault.Invalid, "")
	})
}

func TestPeople_areManagedByAdministratorsAlone(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	for _, somebody := range []string{"nora", "auditor"} {
		ctx := h.as(somebody)
		_, err := h.agencies.ListPeople(ctx, "")
		wants(t, err, fault.NotFound, "gate.not_found")
		_, err = h.agencies.AddPerson(ctx, newcomer(h), "")
		wants(t, err, fault.NotFound, "gate.not_found")
		_, err = h.agencies.ListRoles(ctx)
		wants(t, err, fault.NotFound, "gate.not_found")
	}
}

func TestPeople_changeOnlyAfterTheSecondFactor(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	admin := authz.Actor{WorkerID: h.people["admin"], AgencyID: h.payoke.ID, AAL: 2}
	late := h.acting(admin, h.now.Add(-11*time.Minute))
	must(h.agencies.ListPeople(late, ""))(t)
	_, err := h.agencies.AddPerson(late, newcomer(h), "")
	wants(t, err, fault.Refused, "gate.step_up")
	wants(t, h.agencies.Disable(late, h.people["nora"], 1), fault.Refused, "gate.step_up")
	_, err = h.agencies.EditPerson(late, h.people["nora"])
	wants(t, err, fault.Refused, "gate.step_up")
	admin.ViaKey = true
	_, err = h.agencies.Invite(h.acting(admin, h.now), h.people["nora"], "")
	wants(t, err, fault.Refused, "gate.not_by_key")
}

// TestEveryChange_raisesTheGenerationAndLeavesAnEntry does each change once.
func TestEveryChange_raisesTheGenerationAndLeavesAnEntry(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx, s, nora := h.as("admin"), h.agencies, h.people["nora"]
		var roleID string
		narrow := []agency.Rule{{Section: "identity", Verb: "read"}}
		changes := []struct {
			name, action string
			op           audit.Op
			do           func() error
		}{
			{"add", "people.add", audit.Admin, func() error { _, err := s.AddPerson(ctx, newcomer(h), ""); return err }},
			{"flags and desk", "people.change", audit.PolicyChange, func() error {
				w := h.person("nora")
				w.Desks, w.Duty = h.payoke.Desks, true
				_, err := s.ChangePerson(ctx, nora, w.Version, w.Person, w.Access)
				return err
			}},
			{"name", "people.change", audit.Admin, func() error {
				w := h.person("nora")
				w.Family = "Van den Broeck"
				_, err := s.ChangePerson(ctx, nora, w.Version, w.Person, w.Access)
				return err
			}},
			{"create role", "roles.create", audit.PolicyChange, func() (err error) {
				roleID, err = s.CreateRole(ctx, authz.RoleShelter, "Nachtploeg", narrow, "")
				return err
			}},
			{"change role", "roles.change", audit.PolicyChange, func() error {
				_, err := s.ChangeRole(ctx, roleID, 1, "Nachtploeg", append(narrow, agency.Rule{Section: "safe_contact", Verb: "read"}))
				return err
			}},
			{"close role", "roles.close", audit.PolicyChange, func() error { return s.CloseRole(ctx, roleID, 2) }},
			{"disable", "people.close", audit.Admin, func() error { return s.Disable(ctx, nora, h.person("nora").Version) }},
			{"restore", "people.restore", audit.Admin, func() error { _, err := s.Restore(ctx, nora, h.person("nora").Version); return err }},
		}
		for _, change := range changes {
			before := h.generation()
			fine(t, change.do())
			if h.generation() != before+1 {
				t.Errorf("%s: the generation went from %d to %d", change.name, before, h.generation())
			}
			at := slices.IndexFunc(h.entries(), func(e audit.Entry) bool { return e.Op == change.op && e.Action == change.action })
			if at < 0 {
				t.Fatalf("%s: no entry %s by %s", change.name, change.op, change.action)
			}
			if e := h.entries()[at]; e.ActorID != h.people["admin"] || e.AgencyID != h.payoke.ID || e.Decision != audit.Allowed || e.Subject == "" && change.name != "create role" {
				t.Errorf("%s: entry %+v", change.name, e)
			}
		}
		for _, e := range h.entries() {
			for _, clear := range []string{"Wijnants", "Broeck", "Nachtploeg", "yara"} {
				if strings.Contains(string(e.Canonical()), clear) {
					t.Errorf("an entry of %s holds %q", e.Action, clear)
				}
			}
		}
	})
}
