package restriction

import (
	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// ExclusionsPage lists who is excluded from what, and excludes somebody more.
type ExclusionsPage struct {
	Lines []ExclusionLine
	Pages httpkit.Pagination
	Form  httpkit.Form
}

// ExclusionLine is one exclusion; End is empty where another agency wrote it.
type ExclusionLine struct {
	Who  string
	Name bool // Who is a name, and not a sentence
	Card httpkit.Summary
	End  httpkit.PostButton
	Gap  httpkit.Notice // nobody of the agency reads the log of the file
}

// Template is the page's file.
func (*ExclusionsPage) Template() string { return "restriction/exclusions" }

var _ = httpkit.Register(&ExclusionsPage{}, &SealPage{}, &SealsPage{}, &UnsealPage{})

type pages struct{ s *Service }

// Pages registers the pages of exclusions and of sealed files.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/exclusions", k.Do(p.exclusions))
	g.POST("/exclusions", k.Do(p.exclude))
	g.POST("/exclusions/:exclusion/end", k.Change(agency.StepUp(func(*httpkit.Request) string { return "/exclusions" }, p.endExclusion)))

	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		url := "/" + string(kind) + "s/:" + string(kind) + "/seal"
		g.GET(url, k.Do(agency.StepUp(samePage, p.sealForm(kind))))
		g.POST(url, k.Do(agency.StepUp(samePage, p.seal(kind))))
	}
	g.GET("/sealed", k.Do(p.seals))
	g.POST("/sealed/openings", k.Do(agency.StepUp(func(*httpkit.Request) string { return "/sealed" }, p.open)))
	g.GET("/sealed/:seal/end", k.Do(agency.StepUp(samePage, httpkit.Shows(p.unsealForm))))
	g.POST("/sealed/:seal/end", k.Change(agency.StepUp(samePage, p.unseal)))
}

// Links lead from the page of a file to what may restrict it.
func Links(tx *gate.Tx, w *locale.Words) (links []httpkit.Link) {
	if answersForPeople(tx) {
		links = append(links, httpkit.Link{URL: "/exclusions", Text: w.T("restriction.exclude_title")})
	}
	if maySeal(tx.Actor()) {
		links = append(links, httpkit.Link{URL: "/" + string(tx.File().Kind) + "s/" + tx.File().ID + "/seal", Text: w.T("restriction.seal_title")})
	}
	return links
}

// samePage is the address of the form, which is also where it is sent.
func samePage(r *httpkit.Request) string { return r.Path() }

// onceField carries the key that makes a form sent twice one thing.
func onceField() httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}
}

// pagesOf leads to what comes before and after on a list at base.
func pagesOf(r *httpkit.Request, base string, next gate.Cursor) (p httpkit.Pagination) {
	if r.Query("after") != "" {
		p.Newer = base
	}
	if next.ID != "" {
		p.Older = base + "?after=" + next.String()
	}
	return p
}

func (p pages) exclusions(r *httpkit.Request) (httpkit.Reply, error) {
	page, err := p.exclusionsPage(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) exclusionsPage(r *httpkit.Request) (*ExclusionsPage, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return nil, err
	}
	list, err := p.s.Exclusions(r.Context(), after)
	if err != nil {
		return nil, err
	}
	page := &ExclusionsPage{Pages: pagesOf(r, "/exclusions", list.Next), Form: exclusionForm(r.W, &list)}
	for i := range list.Items {
		page.Lines = append(page.Lines, exclusionLine(r.W, &list.Items[i]))
	}
	return page, nil
}

func exclusionLine(w *locale.Words, e *Exclusion) ExclusionLine {
	line := ExclusionLine{Who: e.Name, Name: true, Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("restriction.file"), Value: e.Reference, Note: w.T("restriction.kind." + string(e.Kind))},
		{Label: w.T("restriction.reason"), Value: w.T("restriction.reason." + e.Reason), Note: e.Note},
		{Label: w.T("restriction.since"), Value: w.Date(e.Since), Note: e.ByAgency}}}}
	if e.Name == "" {
		line.Who, line.Name = w.T("restriction.person_of", "Agency", e.Agency), false
	}
	if e.Unread {
		line.Gap = httpkit.Notice{Kind: "warning", Text: w.T("restriction.unread")}
	}
	if e.WrittenByMine {
		line.End = httpkit.PostButton{Action: "/exclusions/" + e.ID + "/end", Text: w.T("restriction.end"), Version: e.Version, Quiet: true}
	}
	return line
}

func exclusionForm(w *locale.Words, list *Exclusions) httpkit.Form {
	workers := make([]httpkit.Option, 0, len(list.Colleagues))
	for _, c := range list.Colleagues {
		workers = append(workers, httpkit.Option{Value: c.ID, Label: c.Name})
	}
	reasons := make([]httpkit.Option, 0, len(Reasons))
	for _, code := range Reasons {
		reasons = append(reasons, httpkit.Option{Value: code, Label: w.T("restriction.reason." + code)})
	}
	return httpkit.Form{Action: "/exclusions", Submit: w.T("restriction.exclude"), Legend: w.T("restriction.exclude_title"), Fields: []httpkit.Field{
		{Kind: httpkit.Text, Name: "reference", Label: w.T("restriction.file"), Hint: w.T("restriction.file_hint"), Required: true, Width: 20, MaxLength: 20},
		{Kind: httpkit.Select, Name: "worker", Label: w.T("restriction.colleague"), Options: workers},
		{Kind: httpkit.Email, Name: "email", Label: w.T("restriction.email"), Hint: w.T("restriction.email_hint"), MaxLength: 254, Autocomplete: "off"},
		{Kind: httpkit.Select, Name: "reason", Label: w.T("restriction.reason"), Required: true, Options: reasons},
		{Kind: httpkit.TextArea, Name: "note", Label: w.T("restriction.note"), Hint: w.T("restriction.note_hint"), Rows: 4, MaxLength: longestNote},
		onceField()}}
}

func (p pages) exclude(r *httpkit.Request) (httpkit.Reply, error) {
	n := NewExclusion{Reference: r.Form("reference"), WorkerID: r.Form("worker"), Email: r.Form("email"), Reason: r.Form("reason"), Note: r.Form("note")}
	_, err := p.s.Exclude(r.Context(), n, r.Form("once"))
	if httpkit.ComesBack(err) {
		page, broken := p.exclusionsPage(r)
		if broken != nil {
			return httpkit.Reply{}, httpkit.Gone(err, broken)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/exclusions", "restriction.excluded"), nil
}

func (p pages) endExclusion(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.EndExclusion(r.Context(), r.Param("exclusion"), r.Version()); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/exclusions", "restriction.ended"), nil
}
