package screening

import (
	"strings"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
)

var colours = map[Result]string{None: "grey", Some: "yellow", StrongIndication: "orange"}

func resultTag(w *locale.Words, r Result) httpkit.Tag {
	return httpkit.Tag{Text: w.T("screening.result." + string(r)), Colour: colours[r]}
}

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	shown, err := p.s.Show(r.Context(), r.Param("victim"), r.Param("screening"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	w, v := r.W, &shown.Versions[0]
	page := &ShowPage{Back: httpkit.Link{URL: "/victims/" + shown.FileID, Text: w.T("screening.back")}, Result: resultTag(w, v.Result),
		Facts: factsOf(w, v), Tallies: tallyTable(w, v), Tables: answerTables(w, p.s.book.On(v.Draft.HeldOn).List(v.Draft.List), &v.Draft), Versions: versionTable(w, shown.Versions),
		Status: httpkit.Link{URL: "/victims/" + shown.FileID + "/tracks", Text: w.T("screening.status_link")}}
	if shown.CanEdit {
		page.Edit = httpkit.Link{URL: "/victims/" + shown.FileID + "/screenings/" + v.ID + "/edit", Text: w.T("screening.edit")}
	}
	return httpkit.Show(page), nil
}

func factsOf(w *locale.Words, v *View) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("screening.list"), Value: w.T("screening.list." + v.Draft.List)},
		{Label: w.T("screening.held_on"), Value: w.Day(v.Draft.HeldOn)},
		{Label: w.T("screening.agency"), Value: v.Agency, Note: w.DateTime(v.WrittenAt)},
		{Label: w.T("screening.result"), Tag: resultTag(w, v.Result)},
		{Label: w.T("screening.why"), Value: why(w, v), Note: provision(v.Judgement.Rule.Source)},
		{Label: w.T("screening.edition"), Value: v.Edition},
	}
	if v.Draft.Note != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("screening.note"), Value: v.Draft.Note})
	}
	return httpkit.Summary{Rows: rows}
}

// provision is the law that a rule's source names in brackets; the rest of it is for those who keep the rules.
func provision(source string) string {
	from, to := strings.Index(source, "("), strings.LastIndex(source, ")")
	if from < 0 || to < from {
		return ""
	}
	return source[from+1 : to]
}

// why says by which rule the result came about. Where the rules have changed since, the name of the rule is all that is known.
func why(w *locale.Words, v *View) string {
	switch {
	case v.RuleID == "":
		return w.T("screening.why_none")
	case v.Judgement.Rule.ID != v.RuleID:
		return v.RuleID
	}
	var needs []string
	for _, need := range v.Judgement.Rule.Needs {
		var names []string
		for _, dimension := range need.Dimensions {
			names = append(names, w.T("screening.dimension."+dimension))
		}
		words := strings.Join(names, " "+w.T("screening.need_or")+" ")
		switch {
		case need.Any && len(names) == 0:
			words = w.T("screening.need_any")
		case need.Any:
			words = w.T("screening.need_any_of", "Dimension", words)
		}
		needs = append(needs, words)
	}
	return w.T("screening.why_rule", "Rule", v.RuleID, "Needs", strings.Join(needs, " "+w.T("screening.need_and")+" "))
}

func tallyTable(w *locale.Words, v *View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("screening.tallies"), Columns: []httpkit.Column{{Label: w.T("screening.dimension")}, {Label: w.T("screening.present")}, {Label: w.T("screening.counts")}}}
	for _, tally := range v.Judgement.Tallies {
		counts := "screening.not_positive"
		if tally.Positive {
			counts = "screening.positive"
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.T("screening.dimension." + tally.Dimension)},
			{Text: w.T("screening.tally", "Strong", w.Number(tally.Strong), "Medium", w.Number(tally.Medium), "Weak", w.Number(tally.Weak))}, {Text: w.T(counts)}}})
	}
	return t
}

// answerTables are the answers, dimension by dimension; what was not asked is left out.
func answerTables(w *locale.Words, indicators []*Indicator, d *Draft) (tables []httpkit.Table) {
	for _, i := range indicators {
		a := d.answerOf(i.ID)
		if a.Present == "" {
			continue
		}
		caption := w.T("screening.dimension." + i.Dimension)
		if n := len(tables); n == 0 || tables[n-1].Caption != caption {
			tables = append(tables, httpkit.Table{Caption: caption, Columns: []httpkit.Column{{Label: w.T("screening.indicator")}, {Label: w.T("screening.strength")},
				{Label: w.T("screening.answer")}, {Label: w.T("screening.source")}}})
		}
		strength, _ := i.In(d.List)
		source := httpkit.Cell{}
		if a.Present == Yes {
			source = httpkit.Cell{Text: w.T("screening.source." + a.Source), Sub: w.T("screening.nature." + a.Nature)}
		}
		t := &tables[len(tables)-1]
		t.Rows = append(t.Rows, httpkit.Row{Quiet: a.Present != Yes, Cells: []httpkit.Cell{{Text: w.T("screening.indicator." + i.ID)},
			{Text: w.T("screening.strength." + string(strength))}, {Text: w.T("screening.answer." + a.Present)}, source}})
	}
	return tables
}

func versionTable(w *locale.Words, versions []View) httpkit.Table {
	t := httpkit.Table{Caption: w.T("screening.versions"), Columns: []httpkit.Column{{Label: w.T("screening.version")}, {Label: w.T("screening.result")}, {Label: w.T("screening.answers")}}}
	for i := range versions {
		v := &versions[i]
		result := resultTag(w, v.Result)
		t.Rows = append(t.Rows, httpkit.Row{Quiet: i > 0, Cells: []httpkit.Cell{{Text: w.T("screening.version_at", "Number", w.Number(int(v.Version)), "At", w.DateTime(v.WrittenAt))},
			{Text: result.Text, Tag: result.Colour}, {Text: w.T("screening.answered", "Yes", w.Number(len(v.Draft.present())), "All", w.Number(len(v.Draft.Answers)))}}})
	}
	return t
}

// Block is the part of a victim file's page that says what screenings found: all of it to whoever reads the section, the two
// facts of the matrix to whoever may know no more.
func (s *Service) Block(tx *gate.Tx, w *locale.Words) (casefile.Block, error) {
	views, derived, err := s.of(tx)
	may := !tx.File().Closed() && tx.Decide(authz.Exploitation, authz.Write).Show == authz.Full
	if err != nil || len(views) == 0 && len(derived) == 0 && !may {
		return casefile.Block{}, err
	}
	block := casefile.Block{ID: "screening", Heading: w.T("screening.block_title")}
	for _, fact := range derived {
		row := httpkit.SummaryRow{Label: w.T(fact.Key), Value: w.Day(moment.Date(fact.Text))}
		if fact.List != "" {
			row.Value = entry.CodeName(w, fact.List, fact.Text)
		}
		block.Summary.Rows = append(block.Summary.Rows, row)
	}
	if len(views) > 0 {
		block.Text = []string{w.T("screening.advice")}
		block.Table = httpkit.Table{Caption: w.T("screening.block_title"), HideCaption: true, Columns: []httpkit.Column{{Label: w.T("screening.held_on")},
			{Label: w.T("screening.list")}, {Label: w.T("screening.agency")}, {Label: w.T("screening.result")}}}
	} else if may {
		block.Text = []string{w.T("screening.block_none")}
	}
	for i := range views {
		v := &views[i]
		result := resultTag(w, v.Result)
		block.Table.Rows = append(block.Table.Rows, httpkit.Row{Cells: []httpkit.Cell{
			{Text: w.Day(v.Draft.HeldOn), URL: "/victims/" + tx.File().ID + "/screenings/" + v.ID}, {Text: w.T("screening.list." + v.Draft.List)},
			{Text: v.Agency}, {Text: result.Text, Tag: result.Colour}}})
	}
	if may {
		block.Links = []httpkit.Link{{URL: "/victims/" + tx.File().ID + "/screenings/new", Text: w.T("screening.new_heading")}}
	}
	return block, nil
}
