package agency_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

var (
	readsName    = agency.Rule{Section: "identity", Verb: "read"}
	readsHealth  = agency.Rule{Section: "health", Verb: "read"}
	readsContact = agency.Rule{Section: "safe_contact", Verb: "read"}
)

// hold gives people a role beside those that they keep.
func (h *house) hold(role string, people ...string) {
	h.t.Helper()
	for _, who := range people {
		w := h.person(who)
		w.Hold = append(w.Hold, role)
		must(h.agencies.ChangePerson(h.as("admin"), w.ID, w.Version, w.Person, w.Access))(h.t)
	}
}

// TestForeseeRole_saysWhoGainsAndLosesWhat, for each with all their roles, and stores nothing; the change then does just that.
func TestForeseeRole_saysWhoGainsAndLosesWhat(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx, s := h.as("admin"), h.agencies
		role := must(s.CreateRole(ctx, authz.RoleShelter, "Zorg", []agency.Rule{readsName, readsHealth}, ""))(t)
		h.appoint("ann", h.payoke, agency.NewWorker{Given: "Ann", Family: "Derde", Hold: []string{role}})
		h.hold(role, "nora") // who works with all that the discipline may
		before := h.generation()
		effect := must(s.ForeseeRole(ctx, role, 1, "Zorg", []agency.Rule{readsName, readsContact}))(t)
		want := []agency.Shift{{WorkerID: h.people["ann"], Name: "Ann Derde", Gains: []agency.Rule{readsContact}, Loses: []agency.Rule{readsHealth}}}
		if diff := cmp.Diff(want, effect.Shifts); diff != "" || effect.Same != 1 {
			t.Errorf("%d keep what they have, and the others: %s", effect.Same, diff)
		}
		if len(effect.Reasons) != 1 || effect.Reasons[0] != authz.ReasonAgency {
			t.Errorf("what is lost is refused by %v", effect.Reasons)
		}
		if now := must(s.ShowRole(ctx, role))(t); now.Version != 1 || h.generation() != before || len(now.Rules) != 2 {
			t.Errorf("looking changed the role: %+v", now)
		}
		nothing := must(s.ForeseeRole(ctx, role, 1, "Anders", []agency.Rule{readsName, readsHealth}))(t)
		if len(nothing.Shifts) != 0 || nothing.Same != 2 || nothing.Reasons != nil {
			t.Errorf("another name changes %+v", nothing)
		}
		must(s.ChangeRole(ctx, role, 1, "Zorg", []agency.Rule{readsName, readsContact}))(t)
		for section, opens := range map[authz.Section]bool{authz.Health: false, authz.SafeContact: true, authz.Identity: true} {
			ann := must(h.actor("ann"))(t)
			q := authz.Question{Section: section, Verb: authz.Read, Relations: authz.AllRelations(), Met: authz.AllNeeds()}
			if got := h.policy.Decide(&ann, q); got.Allowed() != opens || !opens && got.Reason != authz.ReasonAgency {
				t.Errorf("afterwards %s: %+v", section, got)
			}
		}
	})
}

// TestForeseeRole_isForWhoMayChangeIt: what a change would be refused for is refused here, in the same words.
func TestForeseeRole_isForWhoMayChangeIt(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx, s := h.as("admin"), h.agencies
		role := must(s.CreateRole(ctx, authz.RoleShelter, "Zorg", []agency.Rule{readsName}, ""))(t)
		h.hold(role, "nora")
		foresee := func(who, id string, version int64, rules ...agency.Rule) error {
			_, err := s.ForeseeRole(h.as(who), id, version, "Zorg", rules)
			return err
		}
		wants(t, foresee("nora", role, 1, readsName), fault.NotFound, "")
		wants(t, foresee("chief", role, 1, readsName), fault.NotFound, "")
		wants(t, foresee("admin", gate.NewID(), 1, readsName), fault.NotFound, "")
		wants(t, foresee("admin", h.payoke.Roles[agency.Caseworker], 1, readsName), fault.Refused, "agency.standard_role")
		wants(t, foresee("second", role, 1, readsName), fault.Refused, "agency.not_yours_to_give")
		wants(t, foresee("admin", role, 1), fault.Invalid, "authz.compose.refused")
		wants(t, foresee("admin", role, 1, agency.Rule{Section: "intelligence", Verb: "read"}), fault.Invalid, "authz.compose.refused")
		wants(t, foresee("admin", role, 7, readsName), fault.Conflict, "agency.changed")
		_, err := s.ForeseeRole(ctx, role, 1, " ", []agency.Rule{readsName})
		wants(t, err, fault.Invalid, "")
	})
}

// TestForeseeRole_tellsFilesInBands: from five on, and no number between, so that nobody learns on whose file somebody works or when one came
// in, and an exclusion does not show. Two who see different files are told of each by themselves.
func TestForeseeRole_tellsFilesInBands(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		at := w.Place("be.payoke")
		role := must(w.Agencies.CreateRole(w.As("payoke.admin"), authz.RoleShelter, "Zorg", []agency.Rule{readsName}, ""))(t)
		appoint := func(given string, desks []string) string {
			return must(w.Agencies.Appoint(w.AsProgram(), at.ID, agency.NewWorker{Given: given, Family: "Derde", Email: given + "@example.org", Language: "nl",
				Hold: []string{role}, Desks: desks}))(t)
		}
		ann, bob := appoint("Ann", at.Desks[:1]), appoint("Bob", []string{})
		caseID := w.OpenCase("rsz")
		for files := range 22 {
			want := map[string]int{ann: 0, bob: 0}
			switch {
			case files >= 20:
				want[ann] = 20
			case files >= 5:
				want[ann] = 5
			}
			got := map[string]int{}
			for _, shift := range must(w.Agencies.ForeseeRole(w.As("payoke.admin"), role, 1, "Zorg", []agency.Rule{readsContact}))(t).Shifts {
				got[shift.WorkerID] = shift.Files
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("with %d files: %s", files, diff)
			}
			w.Refer("rsz", w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"}), "be.payoke", "payoke", "identity")
			w.Advance(time.Minute)
		}
	})
}

// TestPages_showWhatAChangedRoleDoes before it is saved, and let the administrator go back to what was typed.
func TestPages_showWhatAChangedRoleDoes(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	role := must(h.agencies.CreateRole(h.as("admin"), authz.RoleShelter, "Zorg", []agency.Rule{readsName, readsHealth}, ""))(t)
	h.appoint("ann", h.payoke, agency.NewWorker{Given: "Ann", Family: "Derde", Hold: []string{role}})
	v, path := h.visit("admin"), "/roles/"+role
	v.get(path+"/edit").shows(t, 200, `action="`+path+`/effect"`, "See the effect")
	typed := []string{"version", "1", "name", "Zorg licht", "verb_read", "identity", "verb_read", "safe_contact"}
	shown := v.post(path+"/effect", typed...).shows(t, 200, "One person gains or loses something.", "Ann Derde", "Read: Safe contact", "Read: Health", "fewer than 5",
		"The role that your agency gave you does not include this. Ask your agency administrator.", `name="verb_read" value="safe_contact"`, `action="`+path+`"`).body
	if strings.Contains(shown, `value="health"`) {
		t.Error("what is left out would be saved")
	}
	v.post(path+"/effect", append(typed, "change", "1")...).shows(t, 200, `value="safe_contact" checked`, `value="Zorg licht"`, `name="version" value="1"`)
	v.post(path+"/effect", "version", "1", "name", "Zorg").shows(t, 422, "Choose at least one thing")
	v.get(path).shows(t, 200, "Zorg", "Health")
	v.post(path, typed...).leads(t, path)
	v.post(path+"/effect", typed...).shows(t, 409, `name="version" value="2"`)
	v.post(path+"/effect", "version", "2", "name", "Zorg", "verb_read", "identity", "verb_read", "safe_contact").shows(t, 200, "Nothing changes for anybody")
	v.stepped = h.now.Add(-11 * time.Minute)
	v.post(path+"/effect", typed...).leads(t, "/account/confirm?to=%2Froles%2F"+role)
}

// TestAPI_foreseesARole.
func TestAPI_foreseesARole(t *testing.T) {
	h := open(t, "sqlite:"+t.TempDir()+"/relais.db")
	role := must(h.agencies.CreateRole(h.as("admin"), authz.RoleShelter, "Zorg", []agency.Rule{readsName, readsHealth}, ""))(t)
	h.appoint("ann", h.payoke, agency.NewWorker{Given: "Ann", Family: "Derde", Hold: []string{role}})
	v, path := h.visit("admin"), "/api/v1/agency/roles/"+role+"/effect"
	body := `{"name":"Zorg","rules":[{"section":"identity","verb":"read"}]}`
	v.do("POST", path, body).shows(t, 428)
	v.do("POST", path, body, "If-Match", `"v1"`).shows(t, 200, `"loses":[{"section":"health","verb":"read"}]`, `"gains":[]`, `"files_at_least":0}],"unchanged":0,"refusals"`,
		`"reason_id":"role.agency","reason":"The role that your agency gave you does not include this."`)
	v.do("POST", path, body, "If-Match", `"v2"`).shows(t, 409, `"diff":{"version":1`)
	v.who = "nora"
	v.do("POST", path, body, "If-Match", `"v1"`).shows(t, 404)
}

// TestRole_isChangedInTheBrowser with the effect shown before.
func TestRole_isChangedInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site, at := w.Serve(t), w.Place("be.payoke")
	role := must(w.Agencies.CreateRole(w.As("payoke.admin"), authz.RoleShelter, "Zorg", []agency.Rule{readsName, readsHealth}, ""))(t)
	for _, family := range []string{"Derde", "Van den Broeck-Vandeputte"} {
		must(w.Agencies.Appoint(w.AsProgram(), at.ID, agency.NewWorker{Given: "Ann", Family: family, Email: strings.ToLower(family[:3]) + "@example.org", Language: "nl",
			Hold: []string{role}, Desks: at.Desks[:1]}))(t)
	}
	for _, lang := range []string{"de", "fr"} {
		site.SignIn("payoke.admin").PostForm("/language", testkit.Fields("lang", lang, "back", "/")).Want(303)
		tab := site.Browse("payoke.admin")
		tab.Open(site.URL + "/roles/" + role + "/edit")
		tab.In(map[string]string{"de": "Lesen (freiwillig)", "fr": "Lire (facultatif)"}[lang]).Click(map[string]string{"de": "Sicherer Kontakt", "fr": "Contact sûr"}[lang])
		tab.Click(map[string]string{"de": "Wirkung ansehen", "fr": "Voir l’effet"}[lang])
		testkit.Inspect(t, tab, "role-effect-"+lang)
		tab.Click(map[string]string{"de": "Rolle speichern", "fr": "Enregistrer le rôle"}[lang])
		if !tab.Has("Zorg") || strings.Contains(tab.Text(), "404") {
			t.Errorf("%s: it was not saved: %s", lang, tab.Text())
		}
	}
}
