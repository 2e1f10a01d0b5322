package trail_test

import (
	"errors"
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/trail"
)

// refusal makes the call and gives the number that the person reads on the page.
func refusal(t *testing.T, err error) string {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Refused || f.Entry == "" {
		t.Fatalf("no refusal with a number: %v", err)
	}
	return f.Entry
}

// atShelter refers a victim file to the shelter, all but the labour section.
func atShelter(w *testkit.World) (victimID string) {
	victimID = w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
	w.Refer("rsz", victimID, "be.payoke", "payoke", "identity")
	return victimID
}

// change lets the shelter's administrator change what a colleague may do.
func change(t *testing.T, w *testkit.World, what func(*agency.Access)) {
	t.Helper()
	person, err := w.Agencies.ShowPerson(w.As("payoke.admin"), w.Person("payoke.second").ID)
	if err == nil {
		what(&person.Access)
		_, err = w.Agencies.ChangePerson(w.As("payoke.admin"), person.ID, person.Version, person.Person, person.Access)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestReplay_saysWhyThenAndNow(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := atShelter(w)
		_, err := w.Entries.Reveal(w.As("payoke.second"), gate.Victim, id, authz.Health, "")
		number := refusal(t, err)
		for who, metadata := range map[string]bool{"payoke.admin": true, "payoke.auditor": false} {
			d, err := w.Log.Replay(w.As(who), number, reason)
			if err != nil {
				t.Fatalf("%s: %v", who, err)
			}
			if d.Metadata != metadata || d.Person != "Yara Bellefroy" || d.Decision != audit.Denied || d.Reason == "" || !d.OnFile || !d.Tied {
				t.Errorf("%s: %+v", who, d)
			}
			if told := d.FileID + d.Reference + d.Subject + d.GrantID; metadata == (told != "") {
				t.Errorf("%s is told of the file: %q", who, told)
			}
			if len(d.Refused) != 1 || d.Refused[0].Section != authz.Health || d.Refused[0].Now.Allowed() || len(d.Refused[0].Lines) == 0 {
				t.Errorf("%s: %+v", who, d.Refused)
			}
		}
		change(t, w, func(a *agency.Access) { a.Care = true })
		d, err := w.Log.Replay(w.As("payoke.auditor"), number, reason)
		if err != nil || d.Reason != "need.care_group" || !d.Refused[0].Now.Allowed() {
			t.Errorf("once the person is in the care group: %+v, %v", d, err)
		}
	})
}

func TestReplay_seesThatARoleWasMended(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := atShelter(w)
		role, err := w.Agencies.CreateRole(w.As("payoke.admin"), authz.RoleShelter, "Beperkt", []agency.Rule{{Section: "risk_level", Verb: "read"}}, "")
		if err != nil {
			t.Fatal(err)
		}
		change(t, w, func(a *agency.Access) { a.Hold = []string{role} })
		_, err = w.Entries.Reveal(w.As("payoke.second"), gate.Victim, id, authz.Identity, "")
		number := refusal(t, err)
		before, err := w.Log.Replay(w.As("payoke.admin"), number, reason)
		if err != nil || before.Refused[0].Now.Reason != authz.ReasonAgency {
			t.Fatalf("before: %+v, %v", before, err)
		}
		change(t, w, func(a *agency.Access) { a.Hold = []string{w.Place("be.payoke").Roles[agency.Caseworker]} })
		after, err := w.Log.Replay(w.As("payoke.admin"), number, reason)
		if err != nil || !after.Refused[0].Now.Allowed() || after.Refused[0].Then.Reason != string(authz.ReasonAgency) {
			t.Errorf("after: %+v, %v", after, err)
		}
	})
}

func TestReplay_ofANotFoundTellsNothingOfTheFile(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
		if _, err := w.Victims.Show(w.As("payoke"), id); !errors.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		if _, err := w.Victims.Show(w.As("payoke"), gate.NewID()); !errors.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		var seen []trail.Decision
		for _, l := range read(t, w, "payoke.auditor", trail.Question{Decision: audit.Denied}) {
			if l.Action != "victim.show" {
				continue
			}
			d, err := w.Log.Replay(w.As("payoke.auditor"), l.ID, reason)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, d)
		}
		if len(seen) != 2 || seen[0].Tied || seen[1].Tied || seen[0].Reference != seen[1].Reference || len(seen[0].Refused)+len(seen[1].Refused) > 0 {
			t.Errorf("a file of others and no file differ: %+v", seen)
		}
	})
}

func TestReplay_isOfTheOwnAgencyAndOfRefusalsOnly(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := atShelter(w)
		_, err := w.Entries.Reveal(w.As("payoke.second"), gate.Victim, id, authz.Health, "")
		number := refusal(t, err)
		for _, stranger := range []string{"rsz.auditor", "rsz", "payoke", "cosm"} {
			_, foreign := w.Log.Replay(w.As(stranger), number, reason)
			_, absent := w.Log.Replay(w.As(stranger), gate.NewID(), reason)
			if !errors.Is(foreign, fault.NotFound) || !errors.Is(absent, fault.NotFound) {
				t.Errorf("%s: foreign %v, absent %v", stranger, foreign, absent)
			}
		}
		if _, err := w.Log.Replay(w.As("payoke.auditor"), number, "curiosity"); !errors.Is(err, fault.Invalid) {
			t.Errorf("without a reason: %v", err)
		}
		own, ok := find(read(t, w, "payoke.auditor", trail.Question{Op: audit.Search}), "worklist.show")
		if ok {
			if _, err := w.Log.Replay(w.As("payoke.auditor"), own.ID, reason); !errors.Is(err, fault.NotFound) {
				t.Errorf("of what was allowed: %v", err)
			}
		}
		if _, err := w.Log.Replay(w.As("payoke.auditor"), "zz", reason); !errors.Is(err, fault.NotFound) {
			t.Errorf("of what is no number: %v", err)
		}
	})
}

func TestStepUp_isARefusalWithANumberToo(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site := w.Serve(t)
		admin := site.Key("payoke.admin")
		p := admin.JSON("POST", "/api/v1/agency/roles", map[string]any{"name": "X", "base": "shelter",
			"rules": []map[string]string{{"section": "identity", "verb": "read"}}}).Want(403).Problem()
		if p.Decision == "" || p.ReasonID != "gate.not_by_key" || p.NextStep == "" {
			t.Fatalf("%+v", p)
		}
		d, err := w.Log.Replay(w.As("payoke.auditor"), p.Decision, reason)
		if err != nil || d.Reason != "gate.not_by_key" || d.OnFile || len(d.Refused) > 0 {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

// TestDecision_isReadOnPagesAndByProgram takes the number from the page of the person and looks it up as the reviewers do.
func TestDecision_isReadOnPagesAndByProgram(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := atShelter(w)
	site := w.Serve(t)
	var file struct {
		Decision string              `json:"decision_id"`
		Sections []entry.SectionBody `json:"sections"`
	}
	shelter := site.Key("payoke.second")
	shelter.Get("/api/v1/victims/" + id).Want(200).Into(&file)
	page := site.SignIn("payoke.second").Get("/victims/" + id).Want(200)
	if file.Decision == "" || !strings.Contains(string(page.Body), "Numéro de ce refus") {
		t.Fatal("the file does not say by which number its closed sections can be looked up")
	}
	var body trail.DecisionBody
	site.Key("payoke.auditor").Get("/api/v1/decisions/" + file.Decision + "?reason=" + reason).Want(200).Into(&body)
	if body.Tied == nil || !*body.Tied || len(body.Refused) == 0 {
		t.Errorf("the look whole: %+v", body)
	}
	refused := shelter.Get("/api/v1/victims/" + id + "/sections/health").Want(403).Problem()
	for key, words := range map[string][]string{"payoke.admin": {"Yara Bellefroy", "/people/"}, "payoke.auditor": {"Yara Bellefroy", "V-"}} {
		reviewer := site.SignIn(key)
		reviewer.Get("/decisions").Want(200)
		reviewer.Get("/decisions?number=12&reason=" + reason).Want(422)
		reviewer.Get("/decisions?number=" + refused.Decision + "&reason=none").Want(422)
		to := reviewer.Get("/decisions?number=" + refused.Decision + "&reason=" + reason).Want(303).Location()
		reviewer.Get("/decisions/" + refused.Decision).Want(200)
		text := string(reviewer.Get(to).Want(200).Body)
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s does not read %q", key, word)
			}
		}
		reviewer.Get("/decisions/" + gate.NewID() + "?reason=" + reason).Want(404)
	}
	for _, stranger := range []string{"payoke", "cosm", "rsz.auditor"} {
		site.SignIn(stranger).Get("/decisions/" + refused.Decision + "?reason=" + reason).Want(404)
	}
	tab := site.Browse("payoke.admin")
	tab.Open(site.URL + "/decisions/" + refused.Decision + "?reason=" + reason)
	testkit.Inspect(t, tab, "trail-decision-nl")
	tab.Open(site.URL + "/decisions")
	testkit.Inspect(t, tab, "trail-find-decision-nl")
}
