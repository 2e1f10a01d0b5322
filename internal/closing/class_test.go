package closing_test

import (
	"strings"
	"testing"

	"relais/internal/closing"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/testkit"
)

// TestClose_keepsByTheClassThatWasChosen: the police of Luxembourg say what a file is to them; without a word the ordinary rule holds, what
// the law of others names nobody chooses, and another agency that wrote in the file keeps it by its own rule.
func TestClose_keepsByTheClassThatWasChosen(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		year := func(caseID string, n closing.New) string {
			t.Helper()
			if _, err := w.Closing.Close(w.As("spj"), gate.Case, caseID, n, ""); err != nil {
				t.Fatal(err)
			}
			v, err := w.Closing.Show(w.As("spj"), gate.Case, caseID)
			if err != nil || v.Closed() == nil {
				t.Fatalf("not closed: %v", err)
			}
			return v.Closed().Rule + " " + v.Closed().DueAt.String()[:4]
		}
		n := closing.New{Reason: "no_victim", Known: true}
		if got := year(w.OpenCase("spj"), n); got != "lu_police 2056" {
			t.Errorf("without a word: %s", got)
		}
		n.Class = "contact"
		if got := year(w.OpenCase("spj"), n); got != "lu_police_short 2027" {
			t.Errorf("a contact: %s", got)
		}
		n.Class = "SECRET"
		if _, err := w.Closing.Close(w.As("spj"), gate.Case, w.OpenCase("spj"), n, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a class that no law names: %v", err)
		}
		n.Class = "contact"
		if _, err := w.Closing.Close(w.As("avim"), gate.Case, w.OpenCase("avim"), n, ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the class of another country: %v", err)
		}
		site := w.Serve(t)
		caseID := w.OpenCase("spj")
		page := "/cases/" + caseID + "/closure"
		spj := site.SignIn("spj")
		if body := string(spj.Get(page).Want(200).Body); !strings.Contains(body, `name="class"`) || !strings.Contains(body, `value="ordinary" checked`) {
			t.Error("the form does not ask what the file is, or has no answer ready")
		}
		spj.PostForm(page, testkit.Fields("reason", "no_victim", "known", "yes", "class", "report")).Want(303)
		if v, err := w.Closing.Show(w.As("spj"), gate.Case, caseID); err != nil || v.Closed() == nil || v.Closed().Rule != "lu_police_report" {
			t.Errorf("on the page: %v", err)
		}
		if body := string(site.SignIn("avim").Get("/cases/" + w.OpenCase("avim") + "/closure").Want(200).Body); strings.Contains(body, `name="class"`) {
			t.Error("others are asked too")
		}
	})
}

// TestClass_isReadByNobodyElse: neither the rule nor the day, on the page, in the API and in the trail of whoever else has the file; and of an
// ordinary rule as little, so that what is not said says nothing.
func TestClass_isReadByNobodyElse(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site := w.Serve(t)
		spj, payoke := site.SignIn("spj"), site.SignIn("payoke")
		for _, class := range []string{"", "contact", "report"} {
			caseID := w.OpenCase("spj")
			w.AddToTeam("spj", caseID, "be.payoke")
			if _, err := w.Closing.Close(w.As("spj"), gate.Case, caseID, closing.New{Reason: "no_victim", Known: true, Class: class}, ""); err != nil {
				t.Fatal(err)
			}
			own, err := w.Closing.Show(w.As("spj"), gate.Case, caseID)
			if err != nil || own.Closed() == nil || own.Closed().Rule == "" {
				t.Fatalf("who closed: %v", err)
			}
			theirs, err := w.Closing.Show(w.As("payoke"), gate.Case, caseID)
			if c := theirs.Closed(); err != nil || c == nil || c.Rule != "" || c.DueAt != 0 {
				t.Errorf("%q: others read %+v, %v", class, c, err)
			}
			page, api, year := "/cases/"+caseID+"/closure", "/api/v1/cases/"+caseID+"/closure", own.Closed().DueAt.String()[:4]
			if body := string(spj.Get(page).Want(200).Body); !strings.Contains(body, year) {
				t.Errorf("%q: who closed does not read the day", class)
			}
			for _, body := range []string{string(payoke.Get(page).Want(200).Body), string(payoke.Get(api).Want(200).Body)} {
				if strings.Contains(body, year) || strings.Contains(body, "lu_police") || strings.Contains(body, "Luxembourg:") {
					t.Errorf("%q: others read %s", class, body)
				}
			}
		}
	})
}
