package mainjob

import (
	"regexp"
	"strings"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
)

func (p *window) opensCase(f casefile.Facts) file {
	p.t.Helper()
	p.click(p.w.T("casefile.list_heading"))
	p.click(p.w.T("casefile.new"))
	p.fill(
		httpkit.Field{Kind: httpkit.Checkboxes, Label: p.w.T("casefile.exploitation"), Required: true, Values: f.Exploitation, Options: entry.CodeOptions(p.w, "exploitation_types")},
		httpkit.Field{Kind: httpkit.Select, Label: p.w.T("casefile.sector"), Value: f.Sector, Options: entry.CodeOptions(p.w, "sectors")},
		httpkit.Field{Kind: httpkit.Select, Label: p.w.T("casefile.country"), Required: true, Value: f.Country, Options: entry.CodeOptions(p.w, "countries")},
		httpkit.Field{Kind: httpkit.Select, Label: p.w.T("casefile.detected_by"), Required: true, Value: f.DetectedBy, Options: entry.CodeOptions(p.w, "detected_by")},
		httpkit.Field{Kind: httpkit.Day, Label: p.w.T("casefile.detected_on"), Required: true, Value: string(f.DetectedOn)})
	p.click(p.w.T("casefile.open"))
	p.says(p.w.T("casefile.opened"))
	for _, fact := range []string{entry.CodeNames(p.w, "exploitation_types", strings.Join(f.Exploitation, ";")), entry.CodeName(p.w, "sectors", f.Sector),
		entry.CodeName(p.w, "countries", f.Country), entry.CodeName(p.w, "detected_by", f.DetectedBy), p.w.Day(f.DetectedOn)} {
		p.says(fact)
	}
	return file{gate.Case, p.idHere()}
}

func (p *window) opensVictim(inCase file, n opening) file {
	p.t.Helper()
	p.open(inCase.path())
	p.click(p.w.T("casefile.new_victim"))
	p.fill(httpkit.Field{Kind: httpkit.Day, Label: p.w.T("casefile.detected_on"), Required: true, MarkRequired: true, Value: string(n.detected)})
	p.answers(authz.Identity, n.identity)
	p.click(p.w.T("victim.open"))
	p.says(p.w.T("victim.opened"))
	return file{gate.Victim, p.idHere()}
}

// answers fills in a section's questions and the grounds of the entry.
func (p *window) answers(id authz.Section, d entry.Draft) {
	p.t.Helper()
	p.fill(entry.Fields(p.w, id, d.Values, "")...)
	p.fill(entry.Grounds(p.w, d)...)
}

func (p *window) writes(at file, id authz.Section, d entry.Draft) {
	p.t.Helper()
	if !strings.Contains(p.tab.URL(), at.path()+"#") { // where the entry before was saved
		p.open(at.path())
	}
	p.click(p.w.T("entry.add_to", "Section", p.w.T(id.Key())))
	p.answers(id, d)
	p.click(p.w.T("entry.save"))
	p.says(p.w.T("entry.saved"))
}

func (p *window) sees(at file) look {
	p.t.Helper()
	p.open(at.path())
	return seen{p}
}

func (p *window) lists(kind gate.Kind) []string {
	p.t.Helper()
	p.open("/" + string(kind) + "s")
	return p.filesOn()
}

func (p *window) finds(words string) []string {
	p.t.Helper()
	if !strings.HasSuffix(p.tab.URL(), "/search") {
		p.open("/search")
	}
	p.tab.Fill(p.w.T("victim.search_label"), words)
	p.tab.Keys("Enter")
	p.arrives(200)
	ids := p.filesOn()
	if len(ids) == 0 {
		p.says(p.w.T("victim.found_nothing"))
	}
	return ids
}

// findsNothingAt checks that a file looks exactly as one that is not there.
func (p *window) findsNothingAt(at file) {
	p.t.Helper()
	nowhere := file{at.kind, "0199d0c0-0000-7000-8000-000000000000"}
	if p.nothing[nowhere] == "" {
		p.nothing[nowhere] = p.misses(nowhere)
	}
	if there := p.misses(at); there != p.nothing[nowhere] {
		p.t.Errorf("%s can tell that there is a file at %s:\n%s\n%s", p.key, at.path(), there, p.nothing[nowhere])
	}
}

// misses is the page that says that there is nothing.
func (p *window) misses(at file) string {
	p.t.Helper()
	p.tab.Open(p.s.URL + at.path())
	p.arrives(404)
	p.says(p.w.T("fault.not_found"))
	return liveNumber.ReplaceAllString(strings.ReplaceAll(p.tab.HTML(), at.id, ""), "</a></li>")
}

// liveNumber is what an open page may be told meanwhile: how many notices and tasks wait. It is about the reader, not the file.
var liveNumber = regexp.MustCompile(` \([^()<]*\)</a></li>`)
