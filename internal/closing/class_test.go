package closing_test

import (
	"fmt"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/closing"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
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

// TestPostpone_goesNoFurtherThanTheLaw: contacts are kept for a year and by decision for another one, and what is kept at most for as long as its rule
// says is not postponed; the refusal names the rule. Where an agency that no such law binds wrote in the file, there is no such end.
func TestPostpone_goesNoFurtherThanTheLaw(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		closed := func(class string, beside ...string) (id string, version int64) {
			t.Helper()
			caseID := w.OpenCase("spj")
			for _, key := range beside {
				w.AddToTeam("spj", caseID, "be.rsz")
				if _, err := w.Entries.Add(w.As(key), gate.Case, caseID, authz.Labour, testkit.Draft(section.Values{"employer": "Chantier Demo"}), ""); err != nil {
					t.Fatal(err)
				}
			}
			id, err := w.Closing.Close(w.As("spj"), gate.Case, caseID, closing.New{Reason: "no_victim", Known: true, Class: class}, "")
			if err != nil {
				t.Fatal(err)
			}
			return id, 1
		}
		refused := func(err error, rule string) {
			t.Helper()
			f, _ := fault.As(err)
			if fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Key != "closing.above_longest" || f.Fields[0].Args["Rule"] != rule {
				t.Errorf("beyond %s: %v", rule, err)
			}
		}
		today, lead := w.Today(), w.As("spj.lead")
		in := func(years int) moment.Date {
			return moment.Date(fmt.Sprint(today.EndOf().Time().Year()+years) + string(today)[4:])
		}
		id, version := closed("contact")
		if err := w.Closing.Postpone(lead, id, version, in(2), "proceedings"); err != nil {
			t.Fatalf("a further year: %v", err)
		}
		refused(w.Closing.Postpone(lead, id, version+1, in(2).AddDays(1), "proceedings"), "lu_police_short")
		item, err := w.Closing.Item(lead, id)
		if err != nil || item.DueAt != in(2).EndOf() || item.LatestAt != item.DueAt || item.CanPostpone || !item.CanKeep {
			t.Errorf("kept until %s, at most %s, %v", item.DueAt, item.LatestAt, err)
		}
		site := w.Serve(t).SignIn("spj.lead")
		if body := string(site.Get("/retention/" + id).Want(200).Body); strings.Contains(body, `name="until.day"`) || !strings.Contains(body, `name="erase_reason"`) {
			t.Error("the page offers to postpone what cannot be, or not to erase")
		}
		id, version = closed("report")
		refused(w.Closing.Postpone(lead, id, version, in(10).AddDays(1), "claim"), "lu_police_report")
		id, version = closed("")
		refused(w.Closing.Postpone(lead, id, version, in(30).AddDays(1), "claim"), "lu_police")
		id, version = closed("contact", "rsz")
		if err := w.Closing.Postpone(lead, id, version, in(10).AddDays(1), "claim"); err != nil {
			t.Errorf("where a labour inspectorate wrote: %v", err)
		}
	})
}
