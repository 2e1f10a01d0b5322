package mainjob

import (
	"net/http"
	"slices"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/worklist"
)

func (c *caller) addsToTeam(at file, m member) {
	c.t.Helper()
	c.created(at.path()+"/team", map[string]any{"desk_id": m.deskID, "purpose": m.purpose, "basis": m.basis, "until": m.until})
}

func (c *caller) seesTeam(at file, m member) {
	c.t.Helper()
	c.hasLine(at.path()+"/team", m)
}

func (c *caller) seesAccess(at file, m member) {
	c.t.Helper()
	c.hasLine(at.path()+"/access", m)
}

// hasLine checks one line of the list of who has access.
func (c *caller) hasLine(path string, m member) {
	c.t.Helper()
	var body struct{ Items []sharing.AccessBody }
	c.calls.JSON("GET", v1(path), nil).Want(http.StatusOK).Into(&body)
	if !slices.ContainsFunc(body.Items, func(a sharing.AccessBody) bool {
		return a.Agency == m.agency && a.Desk == m.desk && a.Purpose == m.purpose && a.Basis == m.basis && moment.DayOf(a.Until) == m.until
	}) {
		c.t.Errorf("%s: %s does not list %+v: %+v", c.key, path, m, body.Items)
	}
}

func (c *caller) names(at file, colleague testkit.Person) {
	c.t.Helper()
	c.created(at.path()+"/named-workers", map[string]any{"worker_id": colleague.ID})
}

func (c *caller) signs() {
	c.t.Helper()
	var waiting struct{ Items []sharing.ApprovalBody }
	c.calls.JSON("GET", v1("/approvals"), nil).Want(http.StatusOK).Into(&waiting)
	if len(waiting.Items) != 1 || !waiting.Items[0].CanSign {
		c.t.Fatalf("%s: there waits %+v", c.key, waiting.Items)
	}
	c.calls.JSON("POST", v1("/approvals/"+waiting.Items[0].ID+"/signature"), nil, "If-Match", `"v1"`).Want(http.StatusNoContent)
}

// cannotRefer offers the section all the same.
func (c *caller) cannotRefer(at file, id authz.Section, _ authz.Reason) {
	c.t.Helper()
	desk := c.s.Place("be.payoke").Desks[0]
	problem := c.calls.JSON("POST", v1(at.path()+"/referrals"), map[string]any{"desk_id": desk, "sections": []string{"identity", id.String()},
		"urgency": "urgent", "reason": "shelter", "purpose": "protection", "basis": "legal_task"}).Want(http.StatusUnprocessableEntity).Problem()
	if len(problem.Errors) != 1 || problem.Errors[0].Field != "sections" || problem.Errors[0].Code != "sharing.not_yours."+id.String() {
		c.t.Errorf("%s: offering %s is refused with %+v", c.key, id, problem.Errors)
	}
}

func (c *caller) refers(at file, o offer) string {
	c.t.Helper()
	var sections []string
	for _, id := range o.sections {
		sections = append(sections, id.String())
	}
	body := map[string]any{"desk_id": o.to.deskID, "sections": sections, "urgency": o.urgency, "reason": o.reason,
		"note": o.note, "purpose": o.to.purpose, "basis": o.to.basis, "basis_ref": o.basisRef, "consent_id": o.consentID, "until": o.to.until}
	if p := c.calls.JSON("POST", v1(at.path()+"/referrals"), body).Want(http.StatusPreconditionRequired).Problem(); p.NextStep == "" {
		c.t.Errorf("%s: an offer that nobody has looked at is refused without a next step: %+v", c.key, p)
	}
	var looked sharing.RehearsalBody
	c.calls.JSON("POST", v1(at.path()+"/referrals/preview"), body).Want(http.StatusOK).Into(&looked)
	body["seen"] = looked.Seen
	return c.created(at.path()+"/referrals", body)
}

func (c *caller) asks(at file, y yes) string {
	c.t.Helper()
	var sections []string
	for _, id := range y.sections {
		sections = append(sections, id.String())
	}
	return c.created(at.path()+"/consents", map[string]any{"sections": sections, "recipients": []consent.Recipient{{AgencyID: c.s.Place("be.payoke").ID}},
		"purposes": []string{y.to.purpose}, "asked_on": c.s.Today(), "until": y.to.until, "how": "written", "language": y.language,
		"explained": consent.Explanations()})
}

func (c *caller) worklist() worklist.FilesBody {
	c.t.Helper()
	var body worklist.Body
	c.calls.JSON("GET", v1("/worklist"), nil).Want(http.StatusOK).Into(&body)
	if body.Files == nil {
		c.t.Fatalf("%s has no worklist of files", c.key)
	}
	return *body.Files
}

func (c *caller) awaits(referralIDs ...string) {
	c.t.Helper()
	list := c.worklist()
	var found []string
	for i := range list.Waiting {
		found = append(found, list.Waiting[i].ID)
	}
	if list.WaitingCount.Number != len(referralIDs) || !slices.Equal(found, referralIDs) {
		c.t.Errorf("%s: the worklist has the referrals %v, want %v", c.key, found, referralIDs)
	}
}

func (c *caller) countsNothing() {
	c.t.Helper()
	list := c.worklist()
	if list.WaitingCount.Number+list.SentCount.Number+list.EndingCount.Number+len(list.Changed) > 0 {
		c.t.Errorf("%s: the worklist speaks of files: %+v", c.key, list)
	}
	for _, box := range sharing.Boxes() {
		var body struct{ Items []sharing.ReferralBody }
		c.calls.JSON("GET", v1("/referrals?box="+string(box)), nil).Want(http.StatusOK).Into(&body)
		if len(body.Items) > 0 {
			c.t.Errorf("%s: has referrals in %s", c.key, box)
		}
	}
}

func (c *caller) referral(id string) (body sharing.ReferralBody, answer testkit.Answer) {
	c.t.Helper()
	answer = c.calls.JSON("GET", v1("/referrals/"+id), nil).Want(http.StatusOK).Into(&body)
	return body, answer
}

func (c *caller) seesOffer(referralID string) look {
	c.t.Helper()
	body, answer := c.referral(referralID)
	if body.State != string(sharing.Offered) || !body.CanAnswer {
		c.t.Errorf("%s: the offer is %+v", c.key, body)
	}
	return received{c, file{}, answer, body.Preview}
}

func (c *caller) accepts(referralID string) {
	c.t.Helper()
	body, answer := c.referral(referralID)
	c.calls.JSON("POST", v1("/referrals/"+referralID+"/acceptance"), nil, "If-Match", answer.Header.Get("ETag")).Want(http.StatusOK)
	if body, _ = c.referral(referralID); body.State != string(sharing.Accepted) {
		c.t.Errorf("%s: the referral is %s", c.key, body.State)
	}
}
