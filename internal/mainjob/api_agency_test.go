package mainjob

import (
	"net/http"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/httpkit"
	"relais/internal/testkit"
	"relais/internal/trail"
)

func (c *caller) takesOn(n newcomer) string {
	c.t.Helper()
	var made struct {
		ID         string
		Invitation agency.Invitation
	}
	c.confirmed("POST", "/agency/people", c.joining(n, agency.Caseworker)).Want(http.StatusCreated).Into(&made)
	return c.s.URL + agency.InvitationPath + "/" + made.Invitation.Token
}

// joining is a new person at Payoke's intake who holds a role.
func (c *caller) joining(n newcomer, role string) map[string]any {
	payoke := c.s.Place("be.payoke")
	return map[string]any{"given": n.given, "family": n.family, "email": n.email, "language": n.language, "desks": payoke.Desks, "hold": []string{payoke.Roles[role]}}
}

// confirmed calls in the session, which is asked for the second factor where that was long ago. A key is not enough.
func (c *caller) confirmed(method, path string, body any) testkit.Answer {
	c.t.Helper()
	if code := c.calls.JSON(method, v1(path), body).Want(http.StatusForbidden).Problem().Code; code != "gate.step_up" && code != "gate.not_by_key" {
		c.t.Errorf("%s %s with a key is refused with %s", method, path, code)
	}
	answer := c.session.JSON(method, v1(path), body)
	if answer.Status == http.StatusForbidden && answer.Problem().Code == "gate.step_up" {
		c.session.PostForm(agency.StepUpPath, testkit.Fields("code", c.s.Code(c.key))).Want(http.StatusSeeOther)
		answer = c.session.JSON(method, v1(path), body)
	}
	return answer
}

func (c *caller) cannotGive(role string) {
	c.t.Helper()
	n := newcomer{given: "Nobody", family: "Inparticular", email: "nobody@example.org", language: "nl"}
	problem := c.confirmed("POST", "/agency/people", c.joining(n, role)).Want(http.StatusForbidden).Problem()
	if problem.Code != "agency.not_yours_to_give" || problem.NextStep == "" {
		c.t.Errorf("%s: giving the role %s is refused with %+v", c.key, role, problem)
	}
}

func (c *caller) cannotReach(stranger testkit.Person) {
	c.t.Helper()
	c.session.JSON("GET", v1("/agency/people/"+stranger.ID), nil).Want(http.StatusNotFound)
	c.session.JSON("POST", v1("/agency/people/"+stranger.ID+"/closure"), nil, "If-Match", httpkit.ETag(1)).Want(http.StatusNotFound)
	c.session.JSON("POST", v1("/agency/people/"+stranger.ID+"/invitation"), nil).Want(http.StatusNotFound)
	var list agency.People
	c.session.JSON("GET", v1("/agency/people"), nil).Want(http.StatusOK).Into(&list)
	if slices.ContainsFunc(list.Items, func(w agency.Worker) bool { return w.ID == stranger.ID }) {
		c.t.Errorf("%s: sees %s of another agency in the list of people", c.key, stranger.Key)
	}
}

// reviews finds a look in the log of the file.
func (c *caller) reviews(l looked) {
	c.t.Helper()
	var body struct{ Items []trail.LineBody }
	c.calls.JSON("GET", v1("/log?reason=lawfulness_check&operation=consult&reference="+l.reference), nil).Want(http.StatusOK).Into(&body)
	at := slices.IndexFunc(body.Items, func(line trail.LineBody) bool { return line.At == l.when && line.ActorID == l.by.ID })
	if at < 0 {
		c.t.Fatalf("%s: the log has no look of %s at %v: %+v", c.key, l.by.Key, l.when, body.Items)
	}
	line := body.Items[at]
	if line.ActorRole != string(l.role) || line.Agency != l.agency || line.Reference != l.reference || line.GrantID != l.grantID ||
		line.Purpose != l.purpose || line.Justification != l.reason || line.Decision != audit.Allowed {
		c.t.Errorf("%s: reads %+v, want %+v", c.key, line, l)
	}
	for _, id := range l.allowed {
		c.decided(line, id, audit.Allowed, "")
	}
	for id, why := range l.refused {
		c.decided(line, id, audit.Denied, why)
	}
}

func (c *caller) decided(line trail.LineBody, id authz.Section, decision string, why authz.Reason) {
	c.t.Helper()
	if !slices.ContainsFunc(line.Sections, func(s trail.SectionBody) bool {
		return s.Section == id.String() && s.Decision == decision && (why == "" || s.ReasonID == string(why))
	}) {
		c.t.Errorf("%s: the look says nothing of %s being %s for %q: %+v", c.key, id, decision, why, line.Sections)
	}
}

func (c *caller) verifies(f finding) {
	c.t.Helper()
	var report trail.ReportBody
	c.calls.JSON("POST", v1("/log/verifications"), map[string]string{"reason": "integrity_security"}).Want(http.StatusOK).Into(&report)
	var found finding
	if report.Wrong != nil {
		found = finding{report.Wrong.What, report.Wrong.EntryID}
	}
	if found != f || report.Whole != (f == finding{}) {
		c.t.Errorf("%s: the verification says %+v, want %+v", c.key, report, f)
	}
}
