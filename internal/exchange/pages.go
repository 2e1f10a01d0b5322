package exchange

import (
	"bytes"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// ExportsPage lists what has left a file.
type ExportsPage struct {
	Back      httpkit.Link
	Reference string
	New       httpkit.Link
	Table     httpkit.Table
}

// Template is the page's file.
func (ExportsPage) Template() string { return "exchange/exports" }

// ExportPage asks what is to leave, what for and to whom.
type ExportPage struct {
	Back      httpkit.Link
	Reference string
	Form      httpkit.Form
	Closed    []httpkit.HiddenSection
}

// Template is the page's file.
func (*ExportPage) Template() string { return "exchange/export" }

var _ = httpkit.Register(ExportsPage{}, &ExportPage{}, PaperPage{})

type pages struct {
	s *Service
	k *httpkit.Kit
}

type handler = func(r *httpkit.Request) (httpkit.Reply, error)

// Pages registers the pages on which something leaves a file.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s, k}
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		base := "/" + string(kind) + "s/:" + string(kind)
		on := func(h func(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error)) handler {
			return func(r *httpkit.Request) (httpkit.Reply, error) { return h(r, kind) }
		}
		confirmed := func(h handler) handler {
			return agency.StepUp(func(r *httpkit.Request) string { return fileURL(kind, r.Param(string(kind))) + "/exports/new" }, h)
		}
		g.GET(base+"/exports", k.Do(on(p.list)))
		g.GET(base+"/exports/new", k.Do(confirmed(on(p.blank))))
		g.POST(base+"/exports", k.Do(confirmed(on(p.export))))
	}
}

func fileURL(kind gate.Kind, id string) string { return "/" + string(kind) + "s/" + id }

// Links lead from a file's page to what has left it, and from there to the form.
func Links(tx *gate.Tx, w *locale.Words) []httpkit.Link {
	return []httpkit.Link{{URL: fileURL(tx.File().Kind, tx.File().ID) + "/exports", Text: w.T("exchange.to_exports")}}
}

func (p pages) list(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	view, err := p.s.Exports(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return httpkit.Reply{}, err
	}
	base := fileURL(kind, view.File.ID)
	page := ExportsPage{Back: httpkit.Link{URL: base, Text: r.W.T("exchange.back_to_file")}, Reference: view.File.Reference, Table: leftTable(r.W, view.Left)}
	if view.CanExport {
		page.New = httpkit.Link{URL: base + "/exports/new", Text: r.W.T("exchange.export_title")}
	}
	return httpkit.Show(page), nil
}

func leftTable(w *locale.Words, list []Left) httpkit.Table {
	t := httpkit.Table{Caption: w.T("exchange.exports_title"), HideCaption: true, Empty: w.T("exchange.exports_none"), Columns: []httpkit.Column{
		{Label: w.T("exchange.number")}, {Label: w.T("exchange.taken")}, {Label: w.T("exchange.what")}, {Label: w.T("exchange.why")}, {Label: w.T("exchange.since")}}}
	for i := range list {
		l := &list[i]
		who, what := l.Agency, w.N("exchange.ours", l.Ours)
		if l.Own {
			who, what = l.Person, sectionNames(w, l.Sections)
		}
		stale := httpkit.Cell{Text: w.T("exchange.still_so"), Tag: "grey"}
		if l.Stale > 0 {
			stale = httpkit.Cell{Text: w.N("exchange.stale", l.Stale), Tag: "orange"}
		}
		if l.TakenBack {
			stale = httpkit.Cell{Text: w.T("exchange.taken_back"), Tag: "red"}
		}
		why := w.T("exchange.reason." + l.Reason)
		if l.Recipient != "" {
			why = w.Label(why) + " " + l.Recipient
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: l.Number, Mono: true, Sub: w.T("exchange.format." + string(l.Format))},
			{Text: w.DateTime(l.At), Sub: who}, {Text: what}, {Text: why, Sub: w.T("gate.purpose." + l.Purpose)}, stale}})
	}
	return t
}

func sectionNames(w *locale.Words, sections authz.SectionSet) (names string) {
	for id := range sections.Each {
		if names != "" {
			names += ", "
		}
		names += w.T(id.Key())
	}
	return names
}

func (p pages) blank(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	page, err := p.form(r, kind)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(page), nil
}

func (p pages) form(r *httpkit.Request, kind gate.Kind) (*ExportPage, error) {
	form, err := p.s.ExportForm(r.Context(), kind, r.Param(string(kind)))
	if err != nil {
		return nil, err
	}
	base := fileURL(kind, form.File.ID)
	page := &ExportPage{Back: httpkit.Link{URL: base + "/exports", Text: r.W.T("exchange.back_to_exports")}, Reference: form.File.Reference,
		Form: httpkit.Form{Action: base + "/exports", Submit: r.W.T("exchange.export_submit"), Cancel: httpkit.Link{URL: base + "/exports", Text: r.W.T("web.cancel")}}}
	sections := httpkit.Field{Kind: httpkit.Checkboxes, Name: "sections", Label: r.W.T("exchange.sections_label"), Hint: r.W.T("exchange.sections_hint"), Required: true}
	for _, view := range form.Sections {
		if view.Open || view.AskReason {
			sections.Options = append(sections.Options, httpkit.Option{Value: view.Section.String(), Label: r.W.T(view.Section.Key()), Hint: onlyOwn(r.W, &view)})
			continue
		}
		page.Closed = append(page.Closed, entry.Closed(r.W, view))
	}
	if len(sections.Options) == 0 {
		return page, nil
	}
	page.Form.Fields = []httpkit.Field{sections,
		{Kind: httpkit.Select, Name: "purpose", Label: r.W.T("entry.purpose_label"), Required: true, Options: options(r.W, "gate.purpose.", gate.Reasons)},
		{Kind: httpkit.Select, Name: "reason", Label: r.W.T("exchange.reason_label"), Required: true, Options: options(r.W, "exchange.reason.", ExportReasons)},
		{Kind: httpkit.Text, Name: "recipient", Label: r.W.T("exchange.recipient_label"), Hint: r.W.T("exchange.recipient_hint"), Required: true,
			MaxLength: longestRecipient, Autocomplete: "off"},
		{Kind: httpkit.Radios, Name: "format", Label: r.W.T("exchange.format_label"), Required: true, Options: formatOptions(r.W, kind)}}
	return page, nil
}

// onlyOwn says that of a section no more leaves than what the own agency wrote there.
func onlyOwn(w *locale.Words, view *entry.SectionView) string {
	if view.Open && !view.OthersOpen {
		return w.T("exchange.only_own")
	}
	return ""
}

func options(w *locale.Words, prefix string, codes []string) (list []httpkit.Option) {
	for _, code := range codes {
		list = append(list, httpkit.Option{Value: code, Label: w.T(prefix + code)})
	}
	return list
}

func formatOptions(w *locale.Words, kind gate.Kind) (list []httpkit.Option) {
	for _, format := range FormatsOf(kind) {
		list = append(list, httpkit.Option{Value: string(format), Label: w.T("exchange.format." + string(format)), Hint: w.T("exchange.format_hint." + string(format))})
	}
	return list
}

// export answers with the file. What was refused of the form is shown with the form.
func (p pages) export(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	c, err := p.s.Export(r.Context(), kind, r.Param(string(kind)), Wanted{Format: Format(r.Form("format")), Sections: r.FormValues("sections"),
		Purpose: r.Form("purpose"), Reason: r.Form("reason"), Recipient: r.Form("recipient")})
	if httpkit.ComesBack(err) {
		page, wrong := p.form(r, kind)
		if wrong != nil {
			return httpkit.Reply{}, httpkit.Gone(err, wrong)
		}
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	content, err := c.write(p.k, r.W)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Download(c.fileName(), c.mediaType(), bytes.NewReader(content)), nil
}

// write is the copy in its format.
func (c *Copy) write(k *httpkit.Kit, w *locale.Words) ([]byte, error) {
	switch c.Format {
	case JSON:
		return c.JSON()
	case HTCDS:
		return c.HTCDS()
	case ICTip:
		return c.ICTIP()
	}
	return k.Document(w, paperOf(w, c))
}

// fileName is the number alone: names of files stand in lists of downloads and on shared drives.
func (c *Copy) fileName() string {
	return c.Number + map[Format]string{Page: ".html", JSON: ".json", HTCDS: ".csv", ICTip: ".ictip.json"}[c.Format]
}

func (c *Copy) mediaType() string {
	return map[Format]string{Page: "text/html; charset=utf-8", JSON: "application/json", HTCDS: "text/csv; charset=utf-8", ICTip: "application/json"}[c.Format]
}

// caseFacts are the coded facts of a case; a victim file has none.
func (c *Copy) caseFacts(w *locale.Words) httpkit.Summary {
	if c.Kind != gate.Case {
		return httpkit.Summary{}
	}
	return httpkit.Summary{Rows: casefile.FactRows(w, c.Facts)}
}
