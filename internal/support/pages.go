package support

import (
	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

// ShowPage is what keeps one person safe and what they need.
type ShowPage struct {
	Back      httpkit.Link
	Reference string
	Safety    casefile.Block
	Add       httpkit.Link
	Needs     httpkit.Table
	Closed    bool // the needs are, with the support plan
	Sheet     entry.Sheet
}

// Template is the page's file.
func (ShowPage) Template() string { return "support/show" }

// FormPage notes a need.
type FormPage struct {
	Back      httpkit.Link
	Reference string
	Form      httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "support/form" }

// NeedPage is one need: its line, its history, and the form for what happens next.
type NeedPage struct {
	Back  httpkit.Link
	Card  httpkit.Summary
	Steps httpkit.Table
	Moves bool
	Form  httpkit.Form
}

// Template is the page's file.
func (*NeedPage) Template() string { return "support/need" }

// ListPage lists the needs that nobody has met for too long.
type ListPage struct {
	Table httpkit.Table
	Pages httpkit.Pagination
}

// Template is the page's file.
func (ListPage) Template() string { return "support/list" }

var _ = httpkit.Register(ShowPage{}, &FormPage{}, &NeedPage{}, ListPage{})

type pages struct{ s *Service }

// Pages registers the pages of support.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/needs", k.Do(p.list))
	g.GET("/victims/:victim/support", k.Do(p.show))
	g.GET("/victims/:victim/needs/new", k.Do(p.blank))
	g.POST("/victims/:victim/needs", k.Do(p.note))
	g.GET("/victims/:victim/needs/:need", k.Do(p.need))
	g.POST("/victims/:victim/needs/:need", k.Change(p.move))
}

func supportURL(victimID string) string { return "/victims/" + victimID + "/support" }

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("victim"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	base := "/victims/" + view.File.ID
	page := ShowPage{Back: httpkit.Link{URL: base, Text: r.W.T("support.back_to_file")}, Reference: view.File.Reference, Safety: block(r.W, &view),
		Closed: !view.Plan.Open, Needs: needTable(r.W, view.Needs, view.Today)}
	page.Safety.Links = nil
	page.Sheet = entry.SheetOf(r.W, []entry.SectionView{view.Contact, view.Risk, view.Plan}, base)
	page.Sheet.Number = view.EntryID
	if view.CanNote {
		page.Add = httpkit.Link{URL: base + "/needs/new", Text: r.W.T("support.add_need")}
	}
	return httpkit.Show(page), nil
}

// Block is the part of a victim file's page that stands first: how the person may be reached, and the risk.
func (s *Service) Block(tx *gate.Tx, w *locale.Words) (casefile.Block, error) {
	view, err := s.safety(tx)
	if err != nil {
		return casefile.Block{}, err
	}
	return block(w, &view), nil
}

func block(w *locale.Words, v *View) casefile.Block {
	b := casefile.Block{ID: "safety", Heading: w.T("support.safety"), Links: []httpkit.Link{{URL: supportURL(v.File.ID), Text: w.T("support.open")}}}
	b.Summary.Rows = append(contactRows(w, v), riskRows(w, v)...)
	if v.Weighed.Highest != "" {
		b.Tags = append(b.Tags, httpkit.Tag{Text: w.T("support.risk_is", "Level", entry.CodeName(w, "risk_level", v.Weighed.Highest)), Colour: riskColours[v.Weighed.Highest]})
	}
	if v.Weighed.Differ {
		b.Notice = httpkit.Notice{Kind: "warning", Text: w.T("support.risk_differs")}
	}
	return b
}

var riskColours = map[string]string{"low": "green", "medium": "yellow", "high": "orange", "very_high": "red"}

// contactFields are what has to be read before anybody dials: not the numbers themselves, which stand in their section below.
var contactFields = []string{"do_not", "channels", "hours", "code_word", "who_may_answer", "message_allowed", "language", "safe_until"}

// contactRows say how the person may be reached, by every agency that has agreed it with them.
func contactRows(w *locale.Words, v *View) (rows []httpkit.SummaryRow) {
	for i := range v.Contact.Entries {
		e := &v.Contact.Entries[i]
		found := map[string]string{}
		for _, name := range contactFields {
			if e.Values[name] != "" {
				found[name] = e.Values[name]
			}
		}
		for _, row := range entry.Facts(w, authz.SafeContact, found).Rows {
			row.Note = e.AgencyName
			rows = append(rows, row)
		}
		if until := moment.Date(e.Values["safe_until"]); until != "" && until < v.Today {
			rows = append(rows, httpkit.SummaryRow{Label: w.T("support.contact"), Tag: httpkit.Tag{Text: w.T("support.contact_stale"), Colour: "red"}, Note: e.AgencyName})
		}
	}
	switch {
	case len(rows) > 0:
	case v.Contact.Open && v.Contact.OthersOpen:
		rows = []httpkit.SummaryRow{{Label: w.T("support.contact"), Value: w.T("support.contact_none")}}
	default:
		rows = []httpkit.SummaryRow{{Label: w.T("support.contact"), Value: w.T("support.contact_closed")}}
	}
	return rows
}

// riskRows are what police and shelter say, each on a row of its own, and who has said nothing. Where what others say is closed to
// the reader, silence would read as no risk: the row says that it is not known.
func riskRows(w *locale.Words, v *View) (rows []httpkit.SummaryRow) {
	r := &v.Weighed
	for _, kind := range []authz.Role{authz.RolePolice, authz.RoleShelter} {
		if v.Risk.Open && len(v.Risk.Derived) == 0 && !r.has(kind) {
			row := httpkit.SummaryRow{Label: w.T("support.risk_by", "Who", w.T(kind.Key())), Value: w.T("support.risk_none")}
			if !v.Risk.OthersOpen {
				row.Value = w.T("support.risk_unknown")
			}
			rows = append(rows, row)
		}
		for _, a := range r.Rows {
			if a.Kind == kind {
				rows = append(rows, riskRow(w, a, v.Today))
			}
		}
	}
	for _, a := range r.Rows {
		if seat(a.Kind) == 2 {
			rows = append(rows, riskRow(w, a, v.Today))
		}
	}
	return rows
}

func riskRow(w *locale.Words, a Assessment, today moment.Date) httpkit.SummaryRow {
	row := httpkit.SummaryRow{Label: w.T("support.risk_by", "Who", w.T(a.Kind.Key())), Value: a.Agency + ", " + w.Day(a.On),
		Tag: httpkit.Tag{Text: entry.CodeName(w, "risk_level", a.Level), Colour: riskColours[a.Level]}}
	switch {
	case a.Review == "":
	case a.Review < today:
		row.Note = w.T("support.review_was", "On", w.Day(a.Review))
	default:
		row.Note = w.T("support.review_is", "On", w.Day(a.Review))
	}
	return row
}

func (p pages) list(r *httpkit.Request) (httpkit.Reply, error) {
	after, err := gate.ParseCursor(r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	list, err := p.s.List(r.Context(), after)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(ListPage{Table: oldTable(r.W, list.Needs), Pages: r.Pages("/needs", list.Next.String())}), nil
}

func oldTable(w *locale.Words, list []Need) httpkit.Table {
	t := httpkit.Table{Caption: w.T("support.list_title"), HideCaption: true, Empty: w.T("support.old_none"), Columns: []httpkit.Column{
		{Label: w.T("casefile.reference")}, {Label: w.T("support.need")}, {Label: w.T("support.state")}, {Label: w.T("support.since")}}}
	for i := range list {
		n := &list[i]
		state := stateTag(w, n.State)
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: n.Reference, URL: needURL(n), Mono: true},
			{Text: entry.CodeName(w, "services", n.Service)}, {Text: state.Text, Tag: state.Colour}, {Text: w.Day(n.NotedOn)}}})
	}
	return t
}
