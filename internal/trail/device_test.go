package trail_test

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/trail"
)

// signIn signs somebody in with a browser of a name and looks at their work; all requests come from that browser.
func signIn(site *testkit.Served, who, browser string) {
	c := site.Nobody()
	site.Enrol(who)
	c.Get("/sign-in", "User-Agent", browser).Want(200)
	c.PostForm("/sign-in", testkit.Fields("email", site.Person(who).Email, "password", testkit.Password), "User-Agent", browser).Want(303)
	c.PostForm("/sign-in/code", testkit.Fields("code", site.Code(who)), "User-Agent", browser).Want(303)
	c.Get("/cases", "User-Agent", browser).Want(200)
}

// marks are the marks of the devices in which somebody listed their cases, the newest first.
func marks(t *testing.T, w *testkit.World, reader, who string) (marks []string) {
	t.Helper()
	for _, l := range read(t, w, reader, trail.Question{PersonID: w.Person(who).ID}) {
		if l.Action == "case.list" {
			marks = append(marks, l.Device)
		}
	}
	return marks
}

func TestDevice_isAMarkThatTellsBrowsersOfOnePersonApart(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site := w.Serve(t)
		for _, browser := range []string{"Quagga/1.0", "Quagga/1.0", "Okapi/2.0"} {
			signIn(site, "rsz", browser)
		}
		signIn(site, "rsz.second", "Quagga/1.0")
		mine := marks(t, w, "rsz.auditor", "rsz")
		if len(mine) != 3 || mine[1] != mine[2] || mine[0] == mine[1] || len(mine[0]) != 16 {
			t.Fatalf("the marks are %v", mine)
		}
		if other := marks(t, w, "rsz.auditor", "rsz.second"); len(other) != 1 || slices.Contains(mine, other[0]) {
			t.Errorf("the same browser ties two persons together: %v and %v", other, mine)
		}
		key := site.Key("rsz")
		key.Get("/api/v1/cases").Want(200)
		if mine = marks(t, w, "rsz.auditor", "rsz"); len(mine) != 4 || mine[0] != "" {
			t.Errorf("an API key has the mark %v", mine)
		}
		auditor := site.Key("rsz.auditor")
		listed := auditor.Get("/api/v1/log?reason=lawfulness_check&person=" + w.Person("rsz").ID).Want(200)
		if body := string(listed.Body); !strings.Contains(body, `"device":"`+mine[1]+`"`) || strings.Contains(body, "Okapi") || strings.Contains(body, "Quagga") {
			t.Error("the API shows no mark, or the browser itself")
		}
	})
}

// TestOnBehalf_saysAtWhoseRequestAccessWasGiven: the reviewer of the agency that answered reads it; who asked, in the other agency, and
// their machine are that agency's own affair.
func TestOnBehalf_saysAtWhoseRequestAccessWasGiven(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		id := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
		w.Refer("rsz", id, "be.payoke", "payoke", "identity")
		terms := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
		asked, err := w.Requests.Ask(w.As("payoke"), gate.Victim, id, request.New{Sections: []string{"exploitation"}, For: request.ForDesk,
			Reason: "support", Note: "The plan depends on it.", Terms: terms}, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Requests.Grant(w.As("rsz"), asked, 1, request.Answer{Sections: []string{"exploitation"}, Terms: terms}); err != nil {
			t.Fatal(err)
		}
		line, found := find(read(t, w, "rsz.auditor", trail.Question{}), "request.grant")
		if !found || line.Behalf != w.Place("be.payoke").Name || line.OnBehalfOf != w.Place("be.payoke").ID {
			t.Errorf("the lead's reviewer reads %q, %q", line.Behalf, line.OnBehalfOf)
		}
		line, found = find(read(t, w, "payoke.auditor", trail.Question{}), "request.grant")
		if found && line.Behalf+line.OnBehalfOf+line.Device+line.SessionID+line.TraceID != "" {
			t.Errorf("the other agency's reviewer reads %+v", line)
		}
	})
}
