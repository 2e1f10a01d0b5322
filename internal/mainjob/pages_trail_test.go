package mainjob

import (
	"slices"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/httpkit"
)

// reviews finds a look in the log of the file and reads it.
func (p *window) reviews(l looked) {
	p.t.Helper()
	p.opensLog()
	p.tab.Click(p.w.T("trail.filter"))
	p.fill(
		httpkit.Field{Kind: httpkit.Text, Label: p.w.T("trail.reference"), MarkRequired: true, Value: l.reference},
		httpkit.Field{Kind: httpkit.Select, Label: p.w.T("trail.op"), MarkRequired: true, Value: string(audit.Consult),
			Options: []httpkit.Option{{Value: string(audit.Consult), Label: p.w.T("trail.op." + string(audit.Consult))}}})
	p.click(p.w.T("trail.apply"))
	p.click(p.w.DateTime(l.when))
	p.saysOf(l)
	for _, id := range l.allowed {
		p.decides(id, audit.Allowed, "")
	}
	for id, why := range l.refused {
		p.decides(id, audit.Denied, why)
	}
}

// opensLog gives the reason for which the log is read.
func (p *window) opensLog() {
	p.t.Helper()
	p.open("/log")
	p.fill(choice(httpkit.Select, p.w.T("entry.reason_label"), "lawfulness_check", p.w.T("trail.reason.lawfulness_check")))
	p.click(p.w.T("trail.ask_open"))
}

// saysOf checks who looked, when, as what, on which grant and for what.
func (p *window) saysOf(l looked) {
	p.t.Helper()
	who := l.by.Given + " " + l.by.Family
	if l.by.AgencyID != p.s.Person(p.key).AgencyID { // staff of other agencies are not named (CETS 197, art. 28)
		who = p.w.T("trail.person_of", "Mark", l.by.ID[len(l.by.ID)-8:])
	}
	for _, words := range []string{who, p.w.DateTime(l.when), p.w.T(l.role.Key()), l.agency, l.reference, l.grantID, p.w.T("gate.purpose." + l.purpose)} {
		p.says(words)
	}
	if l.reason != "" {
		p.says(p.w.T("entry.reason_label") + " " + p.w.T("gate.purpose."+l.reason))
	}
}

// decides checks the line of one section.
func (p *window) decides(id authz.Section, decision string, why authz.Reason) {
	p.t.Helper()
	words := []string{p.w.T("trail.decision." + decision)}
	switch told := "trail.refused." + string(why); {
	case why == "":
	case p.w.Has(told): // what a page says to the person refused would speak to the auditor here
		words = append(words, p.w.T(told))
	default:
		words = append(words, p.w.T(why.Key()))
	}
	text := p.tab.In(p.w.T("trail.sections")).Text()
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if cells[0] == p.w.T(id.Key()) && subset(words, cells) {
			return
		}
	}
	p.t.Errorf("%s at %s: no line says %v of %s:\n%s", p.key, p.tab.URL(), words, id, text)
}

func subset(words, cells []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !slices.Contains(cells, word) })
}

func (p *window) verifies(f finding) {
	p.t.Helper()
	p.opensLog()
	p.click(p.w.T("trail.verify"))
	if f == (finding{}) {
		p.says(p.w.T("trail.whole"))
		return
	}
	p.says(p.w.T(f.what))
	p.says(f.entryID)
}
