package mainjob

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/httpkit"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// to is the desk in the list of desks; the list goes by country and names the discipline too.
func (p *window) to(m member) httpkit.Field {
	p.t.Helper()
	label := p.w.T("sharing.to_desk")
	option := regexp.MustCompile(`<option value="` + m.deskID + `">([^<]*)</option>`).FindStringSubmatch(p.tab.HTML())
	if option == nil || !strings.Contains(option[1], m.agency+" · "+m.desk) {
		p.t.Fatalf("%s: no desk %s of %s to choose: %v", p.key, m.desk, m.agency, option)
	}
	return choice(httpkit.Select, label, m.deskID, option[1])
}

// terms are the questions that everything shared has to answer.
func (p *window) terms(m member, basisRef string) []httpkit.Field {
	return []httpkit.Field{
		choice(httpkit.Select, p.w.T("sharing.purpose"), m.purpose, p.w.T("gate.purpose."+m.purpose)),
		choice(httpkit.Select, p.w.T("sharing.basis"), m.basis, p.w.T("gate.basis."+m.basis)),
		{Kind: httpkit.Text, Label: p.w.T("sharing.basis_ref"), Value: basisRef},
		{Kind: httpkit.Day, Label: p.w.T("sharing.until_label"), Required: true, Value: string(m.until)},
	}
}

func (p *window) addsToTeam(at file, m member) {
	p.t.Helper()
	p.open(at.path())
	p.click(p.w.T("sharing.team_title"))
	p.click(p.w.T("sharing.add_title"))
	p.fill(p.to(m))
	p.fill(p.terms(m, "")...)
	p.click(p.w.T("sharing.add"))
	p.says(p.w.T("sharing.added"))
}

func (p *window) seesTeam(at file, m member) {
	p.t.Helper()
	p.open(at.path() + "/team")
	p.hasRow(m)
}

func (p *window) seesAccess(at file, m member) {
	p.t.Helper()
	p.open(at.path() + "/access")
	p.hasRow(m)
}

// hasRow checks a row of the list of who has access.
func (p *window) hasRow(m member) {
	p.t.Helper()
	row := p.tab.In(m.agency).Text()
	for _, words := range []string{m.desk, p.w.T("gate.purpose." + m.purpose), p.w.T("gate.basis." + m.basis), p.w.Day(m.until)} {
		contains(p.t, p.key+" at "+p.tab.URL()+", "+m.agency, row, words)
	}
}

func (p *window) names(at file, colleague testkit.Person) {
	p.t.Helper()
	p.open(at.path())
	p.click(p.w.T("sharing.named_title"))
	p.tab.Fill(p.w.T("sharing.worker"), colleague.Given+" "+colleague.Family)
	p.click(p.w.T("sharing.named_add"))
	p.says(p.w.T("sharing.named_added"))
}

var approvalLink = regexp.MustCompile(`/approvals/[0-9a-f-]{36}`)

func (p *window) signs() {
	p.t.Helper()
	p.open("/approvals")
	link := approvalLink.FindString(p.tab.HTML())
	if link == "" {
		p.t.Fatalf("%s: nothing waits for a signature", p.key)
	}
	p.open(link)
	p.click(p.w.T("sharing.sign"))
	p.says(p.w.T("sharing.signed"))
}

// cannotRefer checks that the form shows the section with the reason and nothing to tick.
func (p *window) cannotRefer(at file, id authz.Section, why authz.Reason) {
	p.t.Helper()
	p.open(at.path())
	p.click(p.w.T("victim.refer"))
	box := regexp.MustCompile(`<input[^>]* name="sections"[^>]* value="` + id.String() + `"[^>]*>`).FindString(p.tab.HTML())
	if !strings.Contains(box, "disabled") {
		p.t.Errorf("%s: %s could be referred: %q", p.key, id, box)
	}
	choices := p.tab.In(p.w.T("sharing.sections")).Text()
	words := p.w.T(why.Key())
	if why == authz.ReasonNoRole { // the form is about passing on
		words = p.w.T("sharing.never_passed_on")
	}
	contains(p.t, p.key+" at "+p.tab.URL(), choices, p.w.T(id.Key())+" "+words)
}

func (p *window) refers(at file, o offer) string {
	p.t.Helper()
	p.open(at.path())
	p.click(p.w.T("victim.refer"))
	return p.sends(o)
}

// sends fills the form for an offer, looks at it as the desk will see it, and sends it.
func (p *window) sends(o offer) string {
	p.t.Helper()
	sections := httpkit.Field{Kind: httpkit.Checkboxes, Label: p.w.T("sharing.sections"), Required: true}
	for _, id := range o.sections {
		sections.Values = append(sections.Values, id.String())
		sections.Options = append(sections.Options, httpkit.Option{Value: id.String(), Label: p.w.T(id.Key())})
	}
	p.fill(p.to(o.to), sections,
		choice(httpkit.Select, p.w.T("sharing.reason"), o.reason, p.w.T("sharing.reason."+o.reason)),
		choice(httpkit.Radios, p.w.T("sharing.urgency"), o.urgency, p.w.T("sharing.urgency."+o.urgency)),
		httpkit.Field{Kind: httpkit.TextArea, Label: p.w.T("sharing.note"), Value: o.note})
	p.fill(p.terms(o.to, o.basisRef)...)
	if o.consentID != "" {
		p.fill(p.option("sharing.consent", o.consentID))
	}
	p.click(p.w.T("sharing.to_preview"))
	p.says(p.w.T("sharing.rehearsal_heading"))
	p.click(p.w.T("sharing.refer"))
	p.says(p.w.T("sharing.offered"))
	p.says(p.w.T("sharing.state." + string(sharing.Offered)))
	return p.idHere()
}

// option is a choice of a list on the page, by its value.
func (p *window) option(label, value string) httpkit.Field {
	p.t.Helper()
	option := regexp.MustCompile(`<option value="` + value + `">([^<]*)</option>`).FindStringSubmatch(p.tab.HTML())
	if option == nil {
		p.t.Fatalf("%s: nothing to choose for %s at %s", p.key, p.w.T(label), p.tab.URL())
	}
	field := choice(httpkit.Select, p.w.T(label), value, option[1])
	field.Required = false
	return field
}

// asks records what the person allows, as the form asks it.
func (p *window) asks(at file, y yes) string {
	p.t.Helper()
	p.open(at.path())
	p.click(p.w.T("sharing.consents"))
	p.click(p.w.T("consent.record"))
	boxes := func(label string, key func(value string) string, values ...string) httpkit.Field {
		field := httpkit.Field{Kind: httpkit.Checkboxes, Label: p.w.T(label), Required: true, Values: values}
		for _, value := range values {
			field.Options = append(field.Options, httpkit.Option{Value: value, Label: key(value)})
		}
		return field
	}
	words := func(prefix string) func(string) string {
		return func(value string) string { return p.w.T(prefix + value) }
	}
	var sections []string
	for _, id := range y.sections {
		sections = append(sections, id.String())
	}
	p.fill(boxes("consent.sections", words("authz.section."), sections...),
		boxes("consent.recipients", func(agency string) string { return "BE · " + agency + " (" + p.w.T("authz.role.shelter") + ")" }, y.to.agency),
		boxes("consent.purposes", words("gate.purpose."), y.to.purpose),
		httpkit.Field{Kind: httpkit.Day, Label: p.w.T("consent.until"), Required: true, Value: string(y.to.until)},
		choice(httpkit.Radios, p.w.T("consent.how"), "written", p.w.T("section.code.consent_how.written")),
		choice(httpkit.Select, p.w.T("consent.language"), y.language, section.CodeName("languages", y.language, p.w.Lang())),
		boxes("consent.explained", words("section.code.explanations."), consent.Explanations()...))
	p.click(p.w.T("consent.record"))
	p.says(p.w.T("consent.recorded"))
	ids := someID.FindAllString(p.tab.URL(), -1)
	return ids[len(ids)-1]
}

var referralLink = regexp.MustCompile(`href="/referrals/([0-9a-f-]{36})"`)

// awaits checks the number on the worklist and the list behind it.
func (p *window) awaits(referralIDs ...string) {
	p.t.Helper()
	p.open("/")
	if len(referralIDs) == 0 {
		p.lacksTile("worklist.tile_waiting")
		return
	}
	tile := p.w.N("worklist.tile_waiting", len(referralIDs))
	contains(p.t, p.key+"'s worklist", p.tab.Text(), strconv.Itoa(len(referralIDs))+" "+tile)
	p.click(tile)
	var found []string
	for _, link := range referralLink.FindAllStringSubmatch(p.tab.HTML(), -1) {
		found = append(found, link[1])
	}
	if !slices.Equal(found, referralIDs) {
		p.t.Errorf("%s: the worklist has the referrals %v, want %v", p.key, found, referralIDs)
	}
}

// lacksTile checks that a number of the landing page is not there, be it of one or of more.
func (p *window) lacksTile(key string) {
	p.t.Helper()
	for count := range 3 {
		if strings.Contains(p.tab.Text(), p.w.N(key, count)) {
			p.t.Errorf("%s: the worklist counts %s", p.key, key)
		}
	}
}

func (p *window) seesOffer(referralID string) look {
	p.t.Helper()
	p.open("/referrals/" + referralID)
	p.says(p.w.T("sharing.preview_heading"))
	return seen{p}
}

func (p *window) accepts(referralID string) {
	p.t.Helper()
	p.open("/referrals/" + referralID)
	p.click(p.w.T("web.accept"))
	p.says(p.w.T("sharing.accepted"))
}

// countsNothing checks that no number and no list of the landing page speaks of a file.
func (p *window) countsNothing() {
	p.t.Helper()
	p.open("/")
	for _, tile := range []string{"worklist.tile_waiting", "worklist.tile_ending", "worklist.tile_tasks_soon"} {
		p.lacksTile(tile)
	}
	if ids := p.filesOn(); len(ids) > 0 {
		p.t.Errorf("%s: the worklist leads to %v", p.key, ids)
	}
}
