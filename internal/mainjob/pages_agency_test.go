package mainjob

import (
	"regexp"
	"strings"

	"relais/internal/agency"
	"relais/internal/httpkit"
	"relais/internal/testkit"
)

func (p *window) takesOn(n newcomer) string {
	p.t.Helper()
	p.beginsToTakeOn()
	languages := map[string]string{"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}
	p.fill(
		httpkit.Field{Kind: httpkit.Text, Label: p.w.T("agency.given"), Value: n.given},
		httpkit.Field{Kind: httpkit.Text, Label: p.w.T("agency.family"), Required: true, Value: n.family},
		httpkit.Field{Kind: httpkit.Email, Label: p.w.T("agency.email"), Required: true, Value: n.email},
		choice(httpkit.Radios, p.w.T("agency.language"), n.language, languages[n.language]))
	p.tab.In(p.w.T("agency.desks") + " (" + p.w.T("web.optional") + ")").Click("Intake")
	p.tab.In(p.w.T("agency.hold") + " (" + p.w.T("web.optional") + ")").Click(agency.RoleName(p.w, agency.Caseworker, true))
	p.click(p.w.T("agency.add_and_invite"))
	p.says(p.w.T("agency.link_once"))
	return p.tab.Value(p.w.T("agency.link"))
}

// beginsToTakeOn opens the form of a new person; it asks for the second factor where that was long ago.
func (p *window) beginsToTakeOn() {
	p.t.Helper()
	p.open("/people")
	p.click(p.w.T("agency.add_person"))
	p.confirms()
}

// cannotGive checks that the form names the role and that its box cannot be ticked.
func (p *window) cannotGive(role string) {
	p.t.Helper()
	p.beginsToTakeOn()
	roleID := p.s.Place("be.payoke").Roles[role]
	box := regexp.MustCompile(`<input[^>]* name="hold"[^>]* value="` + roleID + `"[^>]*>`).FindString(p.tab.HTML())
	if !strings.Contains(box, "disabled") {
		p.t.Errorf("%s: the role %s could be given: %q", p.key, role, box)
	}
	p.says(agency.RoleName(p.w, role, true))
}

// cannotReach checks that somebody of another agency is on no page of the administrator.
func (p *window) cannotReach(stranger testkit.Person) {
	p.t.Helper()
	p.open("/people")
	if strings.Contains(p.tab.HTML(), stranger.ID) || strings.Contains(p.tab.Text(), stranger.Family) {
		p.t.Errorf("%s: sees %s of another agency in the list of people", p.key, stranger.Key)
	}
	for _, path := range []string{"/people/" + stranger.ID, "/people/" + stranger.ID + "/edit"} {
		p.tab.Open(p.s.URL + path)
		p.arrives(404)
	}
}
