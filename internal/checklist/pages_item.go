package checklist

import (
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/rulepack"
)

func (p pages) item(r *httpkit.Request) (*ItemPage, error) {
	f, err := p.s.Form(r.Context(), r.Param("victim"), r.Param("checklist_item"))
	if err != nil {
		return nil, err
	}
	w, line, base := r.W, &f.Line, listURL(f.View.File.ID)
	page := &ItemPage{Back: httpkit.Link{URL: base, Text: w.T("checklist.back")}, Heading: words(w, &line.Item), Facts: itemFacts(w, &f), Steps: stepTable(w, line)}
	if caller, _ := gate.CallerOf(r.Context()); line.CanUndo(caller.Actor.AgencyID) {
		page.Undo = httpkit.Form{Action: base + "/" + line.Key + "/undo", Version: line.Own, Legend: w.T("checklist.undo_title"), Submit: w.T("checklist.undo"),
			Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "reason", Label: w.T("checklist.reason"), Required: true, Options: httpkit.Options(w, "checklist.reason.", Reasons)}}}
	}
	if len(f.Desks) > 0 {
		desks := httpkit.Field{Kind: httpkit.Radios, Name: "desk", Label: w.T("checklist.desk"), Required: true, Hint: w.T("checklist.ask_hint", "Day", w.Day(f.View.Today.AddDays(line.Days)))}
		for _, d := range f.Desks {
			desks.Options = append(desks.Options, httpkit.Option{Value: d.ID, Label: d.Agency + ", " + d.Name})
		}
		page.Ask = httpkit.Form{Action: base + "/" + line.Key + "/task", Legend: w.T("checklist.ask_title"), Submit: w.T("checklist.ask"), Fields: []httpkit.Field{desks, {Kind: httpkit.Hidden, Name: "once", Value: gate.NewID()}}}
	}
	return page, nil
}

func itemFacts(w *locale.Words, f *Form) httpkit.Summary {
	line := &f.Line
	rows := []httpkit.SummaryRow{
		{Label: w.T("checklist.state"), Tag: httpkit.Tag{Text: w.T("checklist.state." + string(line.State)), Colour: colours[line.State]}, Note: ticked(w, line)},
		{Label: w.T("checklist.phase"), Value: w.T("checklist.phase." + line.Phase), Note: entry.CodeName(w, "countries", f.List.Country)},
		{Label: w.T("checklist.who"), Value: whoDoes(w, &line.Item)},
		{Label: w.T("checklist.basis"), Value: line.Basis, Note: w.T("checklist.version", "Day", w.Day(f.List.Version))}}
	if line.Clock != "" {
		row := httpkit.SummaryRow{Label: w.T("checklist.clock"), Value: w.T("clock.rule." + line.Clock)}
		if line.Due != "" {
			row.Note = w.T("checklist.due", "Day", w.Day(line.Due))
		}
		rows = append(rows, row)
	}
	if text := about(w, line); text != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("checklist.for_whom"), Value: text})
	}
	if line.Asked {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("checklist.task"), Value: w.T("checklist.asked")})
	}
	return httpkit.Summary{Rows: rows}
}

func stepTable(w *locale.Words, line *Line) httpkit.Table {
	t := httpkit.Table{Caption: w.T("checklist.history"), Empty: w.T("checklist.no_history"), Columns: []httpkit.Column{{Label: w.T("checklist.on")},
		{Label: w.T("checklist.state")}, {Label: w.T("checklist.by")}}}
	for i := len(line.Steps) - 1; i >= 0; i-- {
		s := &line.Steps[i]
		state := httpkit.Cell{Text: w.T("checklist.state." + string(s.State)), Tag: colours[s.State]}
		if s.Reason != "" {
			state.Text, state.Sub = w.T("checklist.undone"), w.T("checklist.reason."+s.Reason)
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.Day(s.On), Sub: w.DateTime(s.WrittenAt)}, state, {Text: s.Agency}}})
	}
	return t
}

func (p pages) undo(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Undo(r.Context(), r.Param("victim"), r.Param("checklist_item"), r.Form("reason"), r.Version())
	return p.done(r, err, "checklist.taken_back", func(page *ItemPage) *httpkit.Form { return &page.Undo })
}

func (p pages) ask(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Ask(r.Context(), r.Param("victim"), r.Param("checklist_item"), r.Form("desk"), r.Form("once"))
	return p.done(r, err, "checklist.asked_now", func(page *ItemPage) *httpkit.Form { return &page.Ask })
}

func (p pages) done(r *httpkit.Request, err error, flash string, form func(*ItemPage) *httpkit.Form) (httpkit.Reply, error) {
	return httpkit.PostedIn(r, err, httpkit.SeeWith(listURL(r.Param("victim"))+"/"+r.Param("checklist_item"), flash), p.item, form)
}

// mostNext is how many open items a file's page names.
const mostNext = 5

// Block is the part of a victim file's page that says how far each phase is, and what is left for the reader's agency.
func (s *Service) Block(tx *gate.Tx, w *locale.Words) (b casefile.Block, err error) {
	view, err := s.look(tx)
	if err != nil || len(view.Lists) == 0 {
		return b, err
	}
	b = casefile.Block{ID: "checklist", Heading: w.T("checklist.heading"), Links: []httpkit.Link{{URL: listURL(view.File.ID), Text: w.T("checklist.open")}}}
	next := httpkit.Table{Caption: w.T("checklist.next"), Columns: []httpkit.Column{{Label: w.T("checklist.item_column")}, {Label: w.T("checklist.phase")}}}
	for i := range view.Lists {
		l := &view.Lists[i]
		row := httpkit.SummaryRow{Label: entry.CodeName(w, "countries", l.Country)}
		for _, phase := range rulepack.Phases() {
			if done, all := l.Done(phase); all > 0 {
				row.Values = append(row.Values, w.T("checklist.phase_done", "Phase", w.T("checklist.phase."+phase), "Done", w.Number(done), "All", w.Number(all)))
			}
		}
		if l.Behind() {
			row.Note = w.T("checklist.newer", "Day", w.Day(l.Newest))
		}
		b.Summary.Rows = append(b.Summary.Rows, row)
		for j := range l.Lines {
			if line := &l.Lines[j]; line.CanTick() && len(next.Rows) < mostNext {
				next.Rows = append(next.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: words(w, &line.Item), URL: listURL(view.File.ID) + "/" + line.Key, Sub: ticked(w, line)},
					{Text: w.T("checklist.phase." + line.Phase)}}})
			}
		}
	}
	if len(next.Rows) > 0 {
		b.Table = next
	}
	return b, nil
}
