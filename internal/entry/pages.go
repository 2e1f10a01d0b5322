package entry

import (
	"slices"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/section"
)

// FormPage writes a new entry or the next version of one.
type FormPage struct {
	Back    httpkit.Link
	Heading string
	Special string // said above a section with special categories of data (GDPR, art. 9)
	Form    httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "entry/form" }

// ConflictPage shows the second editor both versions.
type ConflictPage struct {
	Back    httpkit.Link
	Heading string
	Notice  httpkit.Notice
	By      string
	Diff    httpkit.Comparison
	Form    httpkit.Form // its fields are hidden: what travels along unseen
}

// Template is the page's file.
func (*ConflictPage) Template() string { return "entry/conflict" }

// HistoryPage lists the versions of an entry.
type HistoryPage struct {
	Back     httpkit.Link
	Heading  string
	Versions []EntryCard
}

// Template is the page's file.
func (HistoryPage) Template() string { return "entry/history" }

// LookPage is one section opened for a reason.
type LookPage struct {
	Back httpkit.Link
	Card Card
}

// Template is the page's file.
func (LookPage) Template() string { return "entry/look" }

var _ = httpkit.Register(&FormPage{}, &ConflictPage{}, HistoryPage{}, LookPage{})

// pages are the handlers of this slice.
type pages struct{ s *Service }

// Pages registers the pages of entries.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		base := "/" + string(kind) + "s/:" + string(kind) + "/sections/:section"
		g.GET(base+"/new", k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.blank(r, kind) }))
		g.POST(base, k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.add(r, kind) }))
		g.POST(base+"/look", k.Do(func(r *httpkit.Request) (httpkit.Reply, error) { return p.look(r, kind) }))
	}
	g.GET("/entries/:entry/edit", k.Do(p.edit))
	g.POST("/entries/:entry", k.Do(p.change))
	g.GET("/entries/:entry/history", k.Do(p.history))
}

// fileBase is the address of the file that a route is about.
func fileBase(r *httpkit.Request, kind gate.Kind) string {
	return "/" + string(kind) + "s/" + r.Param(string(kind))
}

func sectionOf(r *httpkit.Request) (authz.Section, error) {
	id, ok := authz.ParseSection(r.Param("section"))
	if !ok || section.Of(id) == nil {
		return 0, fault.New(fault.NotFound, "gate.not_found")
	}
	return id, nil
}

func (p pages) blank(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	id, err := sectionOf(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	only, err := p.s.MayAdd(r.Context(), kind, r.Param(string(kind)), id)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(addPage(r, kind, id, only)), nil
}

func addPage(r *httpkit.Request, kind gate.Kind, id authz.Section, only []string) *FormPage {
	base := fileBase(r, kind)
	page := formPage(r, id, only, UsualDraft(r, section.Of(id).Nature), base+"#"+id.String())
	page.Heading = r.W.T("entry.new_heading", "Section", r.W.T(id.Key()))
	page.Form.Action = base + "/sections/" + id.String()
	page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()})
	return page
}

// UsualDraft is what a form for a new entry begins with: the purpose and basis that the reader's discipline mostly has.
func UsualDraft(r *httpkit.Request, nature string) Draft {
	caller, _ := gate.CallerOf(r.Context())
	return Draft{Nature: nature, Purpose: gate.UsualPurpose(caller.Actor.Kind), Basis: gate.UsualBasis(caller.Actor.Kind)}
}

func formPage(r *httpkit.Request, id authz.Section, only []string, d Draft, back string) *FormPage {
	page := &FormPage{Back: httpkit.Link{URL: back, Text: r.W.T("entry.back")}}
	if section.Of(id).Special {
		page.Special = r.W.T("entry.special")
	}
	page.Form = httpkit.Form{Submit: r.W.T("entry.save"), Cancel: httpkit.Link{URL: back, Text: r.W.T("entry.cancel")},
		Fields: append(asked(Fields(r.W, id, d.Values, ""), only), Grounds(r.W, d)...)}
	if !marks(section.Of(id)) {
		page.Form.Fields = append(page.Form.Fields, tlpField(r.W, d.TLP))
	}
	return page
}

// asked leaves the fields that the caller's agency writes.
func asked(fields []httpkit.Field, only []string) []httpkit.Field {
	if only == nil {
		return fields
	}
	return slices.DeleteFunc(fields, func(f httpkit.Field) bool { return !slices.Contains(only, f.Name) })
}

func posted(r *httpkit.Request, id authz.Section) Draft {
	return Draft{Values: Posted(r, id, ""), Purpose: r.Form("purpose"), Basis: r.Form("basis"), Nature: r.Form("nature"), TLP: r.Form("tlp"),
		Reason: r.Form("reason")}
}

func (p pages) add(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	id, err := sectionOf(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	fileID := r.Param(string(kind))
	_, err = p.s.Add(r.Context(), kind, fileID, id, posted(r, id), r.Form("once"))
	if httpkit.ComesBack(err) {
		only, may := p.s.MayAdd(r.Context(), kind, fileID, id)
		if may != nil {
			return httpkit.Reply{}, httpkit.Gone(err, may)
		}
		page := addPage(r, kind, id, only)
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith(fileBase(r, kind)+"#"+id.String(), "entry.saved"), nil
}

func (p pages) look(r *httpkit.Request, kind gate.Kind) (httpkit.Reply, error) {
	id, err := sectionOf(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	base := fileBase(r, kind)
	page := LookPage{Back: httpkit.Link{URL: base + "#" + id.String(), Text: r.W.T("entry.back")}}
	view, err := p.s.Reveal(r.Context(), kind, r.Param(string(kind)), id, r.Form("reason"))
	if fault.KindOf(err) == fault.Invalid || r.Form("reason") == "" {
		page.Card = Card{ID: id.String(), Title: r.W.T(id.Key()), Ask: askReason(r.W, id, base)}
		page.Card.Ask.Field.Error = r.W.T("gate.no_reason")
		return httpkit.ShowStatus(page, 422), nil
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	view.AskReason = false
	page.Card = card(r.W, view, base)
	return httpkit.Show(page), nil
}

func (p pages) history(r *httpkit.Request) (httpkit.Reply, error) {
	versions, base, err := p.s.History(r.Context(), r.Param("entry"), r.Query("reason"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := HistoryPage{Back: httpkit.Link{URL: base + "#" + versions[0].Section.String(), Text: r.W.T("entry.back")},
		Heading: r.W.T("entry.history_heading", "Section", r.W.T(versions[0].Section.Key()))}
	for _, v := range versions {
		v.CanEdit = false
		c := entryCard(r.W, v, "")
		c.History = httpkit.Link{}
		c.Source = r.W.T("entry.version", "Number", v.Version)
		page.Versions = append(page.Versions, c)
	}
	return httpkit.Show(page), nil
}
