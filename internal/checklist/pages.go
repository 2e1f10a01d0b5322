package checklist

import (
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// ShowPage is what is to be done for a person, country by country and phase by phase, with the form that ticks.
type ShowPage struct {
	httpkit.Sheet
	Reference string
	Lists     []ListPart
}

// Template is the page's file.
func (*ShowPage) Template() string { return "checklist/show" }

// ListPart is the list of one country.
type ListPart struct {
	ID      string
	Heading string
	Version string
	Newer   string // that a newer version is in force; empty where there is none
	Changes []string
	Choose  httpkit.PostButton
	Phases  []PhasePart
}

// PhasePart is one phase of a list; Open is the first one in which something is left for the reader's agency.
type PhasePart struct {
	Title string
	Open  bool
	Table httpkit.Table
}

// ItemPage is one item: on what it rests, what was ticked, and what the reader can do about it.
type ItemPage struct {
	Back    httpkit.Link
	Heading string
	Facts   httpkit.Summary
	Undo    httpkit.Form
	Ask     httpkit.Form
	Steps   httpkit.Table
}

// Template is the page's file.
func (*ItemPage) Template() string { return "checklist/item" }

var _ = httpkit.Register(&ShowPage{}, &ItemPage{})

type pages struct{ s *Service }

// Pages registers the pages of the lists.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/victims/:victim/checklist", k.Do(httpkit.Shows(p.show)))
	g.POST("/victims/:victim/checklist", k.Do(p.tick))
	g.POST("/victims/:victim/checklist/edition", k.Change(p.choose))
	g.GET("/victims/:victim/checklist/:checklist_item", k.Do(httpkit.Shows(p.item)))
	g.POST("/victims/:victim/checklist/:checklist_item/undo", k.Change(p.undo))
	g.POST("/victims/:victim/checklist/:checklist_item/task", k.Do(p.ask))
}

func listURL(victimID string) string { return "/victims/" + victimID + "/checklist" }

func (p pages) show(r *httpkit.Request) (*ShowPage, error) {
	view, err := p.s.Show(r.Context(), r.Param("victim"))
	if err != nil {
		return nil, err
	}
	page := &ShowPage{Reference: view.File.Reference}
	page.Back = httpkit.Link{URL: "/victims/" + view.File.ID, Text: r.W.T("checklist.back_to_file")}
	var options []httpkit.Option
	for i := range view.Lists {
		l := &view.Lists[i]
		page.Lists = append(page.Lists, listPart(r.W, &view, l))
		for j := range l.Lines {
			if line := &l.Lines[j]; line.CanTick() {
				options = append(options, httpkit.Option{Value: line.Item.Item, Label: words(r.W, &line.Item), Hint: r.W.T("checklist.phase." + line.Phase)})
			}
		}
	}
	if len(options) > 0 {
		page.Form = httpkit.Form{Action: listURL(view.File.ID), Submit: r.W.T("checklist.tick"), Legend: r.W.T("checklist.tick_title"), Fields: []httpkit.Field{
			{Kind: httpkit.Checkboxes, Name: "items", Label: r.W.T("checklist.items"), Required: true, Options: options},
			{Kind: httpkit.Radios, Name: "state", Label: r.W.T("checklist.outcome"), Required: true, Value: string(Done), Options: httpkit.Options(r.W, "checklist.state.", Outcomes)},
			{Kind: httpkit.Day, Name: "on", Label: r.W.T("checklist.on"), Required: true, Value: string(view.Today)},
			{Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}
	}
	return page, nil
}

// words are what an item asks for.
func words(w *locale.Words, i *rulepack.Item) string { return w.T("checklist.item." + i.Code()) }

func listPart(w *locale.Words, view *View, l *List) ListPart {
	country := entry.CodeName(w, "countries", l.Country)
	part := ListPart{ID: "list-" + strings.ToLower(l.Country), Heading: country, Version: w.T("checklist.version", "Day", w.Day(l.Version))}
	if l.Behind() {
		part.Newer = w.T("checklist.newer", "Day", w.Day(l.Newest))
		for _, item := range l.Added {
			part.Changes = append(part.Changes, w.T("checklist.added", "Item", words(w, &item)))
		}
		for _, item := range l.Gone {
			part.Changes = append(part.Changes, w.T("checklist.gone", "Item", words(w, &item)))
		}
		if len(part.Changes) == 0 {
			part.Changes = []string{w.T("checklist.same_items")}
		}
	}
	if l.CanChoose {
		part.Choose = httpkit.PostButton{Action: listURL(view.File.ID) + "/edition", Text: w.T("checklist.choose"), Version: l.Choices + 1, Fields: []httpkit.Field{
			{Kind: httpkit.Hidden, Name: "country", Value: l.Country}, {Kind: httpkit.Hidden, Name: "edition", Value: string(l.Newest)}}}
	}
	opened := false
	for _, phase := range rulepack.Phases() {
		done, all := l.Done(phase)
		if all == 0 {
			continue
		}
		title := w.T("checklist.phase_done", "Phase", w.T("checklist.phase."+phase), "Done", w.Number(done), "All", w.Number(all))
		phasePart := PhasePart{Title: title, Table: phaseTable(w, view, l, phase)}
		if !opened {
			opened = slices.ContainsFunc(l.Lines, func(line Line) bool { return line.Phase == phase && line.CanTick() })
			phasePart.Open = opened
		}
		part.Phases = append(part.Phases, phasePart)
	}
	return part
}

func phaseTable(w *locale.Words, view *View, l *List, phase string) httpkit.Table {
	t := httpkit.Table{Caption: w.T("checklist.phase." + phase), HideCaption: true, Columns: []httpkit.Column{{Label: w.T("checklist.item_column")},
		{Label: w.T("checklist.who")}, {Label: w.T("checklist.basis")}, {Label: w.T("checklist.state")}}}
	for i := range l.Lines {
		line := &l.Lines[i]
		if line.Phase != phase {
			continue
		}
		state := httpkit.Cell{Text: w.T("checklist.state." + string(line.State)), Tag: colours[line.State], Sub: ticked(w, line)}
		t.Rows = append(t.Rows, httpkit.Row{Quiet: line.State != Open, Cells: []httpkit.Cell{
			{Text: words(w, &line.Item), URL: listURL(view.File.ID) + "/" + line.Key, Sub: about(w, line)}, {Text: whoDoes(w, &line.Item)}, {Text: line.Basis}, state}})
	}
	return t
}

var colours = map[State]string{Open: "blue", Done: "green", NotNeeded: "grey"}

// ticked says by whom and when, or by when it has to be done.
func ticked(w *locale.Words, line *Line) string {
	switch {
	case line.Last != nil:
		return w.T("checklist.ticked_by", "Agency", line.Last.Agency, "Day", w.Day(line.Last.On))
	case line.Due != "":
		return w.T("checklist.due", "Day", w.Day(line.Due))
	case line.Asked:
		return w.T("checklist.asked")
	}
	return ""
}

// about says for whom an item is where it is not for everybody, and that it is no longer on the list.
func about(w *locale.Words, line *Line) string {
	var notes []string
	if line.Person != rulepack.Anybody {
		notes = append(notes, w.T("checklist.person."+line.Person))
	}
	for _, form := range line.Exploitation {
		notes = append(notes, entry.CodeName(w, "exploitation_types", form))
	}
	if line.Off {
		notes = append(notes, w.T("checklist.off"))
	}
	return strings.Join(notes, ", ")
}

func whoDoes(w *locale.Words, i *rulepack.Item) string {
	names := make([]string, len(i.Roles))
	for n, role := range i.Roles {
		names[n] = w.T(authz.Role(role).Key())
	}
	return strings.Join(names, ", ")
}

func (p pages) tick(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Tick(r.Context(), r.Param("victim"), Tick{Items: r.FormValues("items"), State: State(r.Form("state")), On: moment.Date(r.Form("on"))}, r.Form("once"))
	return httpkit.Posted(r, err, httpkit.SeeWith(listURL(r.Param("victim")), "checklist.saved"), p.show)
}

func (p pages) choose(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Choose(r.Context(), r.Param("victim"), r.Form("country"), moment.Date(r.Form("edition")), r.Version())
	return httpkit.SeeWith(listURL(r.Param("victim")), "checklist.chosen"), err
}
