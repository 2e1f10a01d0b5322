package trail

import (
	"strconv"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// entryFacts are the facts of one entry in words; codes that have no words stand as they are.
func entryFacts(w *locale.Words, l Line) httpkit.Summary {
	rows := []httpkit.SummaryRow{
		{Label: w.T("trail.when"), Value: w.DateTime(l.At)},
		{Label: w.T("trail.who"), Value: who(w, l), Note: roleAndAgency(w, l), Name: true},
		{Label: w.T("trail.what"), Value: actionWords(w, l), Note: l.Action},
		{Label: w.T("trail.behalf"), Value: l.Behalf, Name: true},
		{Label: w.T("trail.op"), Value: w.T("trail.op." + string(l.Op))},
		{Label: w.T("trail.decision"), Value: w.T("trail.decision." + l.Decision), Note: reasonWords(w, l.Reason)},
		{Label: w.T("trail.reference"), Value: l.Reference},
		{Label: w.T("entry.reason_label"), Value: codeWords(w, []string{"trail.reason.", "gate.purpose."}, l.Justification)},
		{Label: w.T("entry.purpose_label"), Value: codeWords(w, []string{"gate.purpose."}, l.Purpose)},
		basisRow(w, l),
		{Label: w.T("trail.paper"), Value: sharing.DocumentLine(w, l.Paper.Number, gate.Document{On: l.Paper.On, Article: l.Paper.Article})},
		{Label: w.T("trail.consent"), Value: l.ConsentID},
		{Label: w.T("trail.grant"), Value: l.GrantID},
		{Label: w.T("trail.fields"), Value: strings.Join(l.Fields, ", ")},
		{Label: w.T("trail.results"), Value: resultWords(w, l)},
		{Label: w.T("trail.policy"), Value: strconv.FormatInt(l.PolicyVersion, 10)},
		{Label: w.T("trail.session"), Value: l.SessionID},
		{Label: w.T("trail.device"), Value: l.Device, Note: w.T("trail.device_note")},
		{Label: w.T("trail.trace"), Value: l.TraceID},
		{Label: w.T("trail.id"), Value: l.ID},
	}
	var filled []httpkit.SummaryRow
	for _, row := range rows {
		if row.Value != "" && row.Value != "0" {
			filled = append(filled, row)
		}
	}
	return httpkit.Summary{Rows: filled}
}

// basisRow is the legal basis: its family, and in small the provision as it read on the day of the entry.
func basisRow(w *locale.Words, l Line) httpkit.SummaryRow {
	row := httpkit.SummaryRow{Label: w.T("entry.basis_label")}
	law, known := authz.LegalBases().Find(l.Basis, moment.DayOf(l.At))
	if !known {
		row.Value = codeWords(w, []string{"gate.basis."}, l.Basis)
		return row
	}
	row.Value, row.Note = w.T("gate.basis."+law.Family), law.Article
	return row
}

func resultWords(w *locale.Words, l Line) string {
	if len(l.Results) == 0 {
		return ""
	}
	return w.N("trail.result_count", len(l.Results))
}

// reasonWords say why somebody else was refused: what a page says to that person would speak to the auditor here.
func reasonWords(w *locale.Words, reason string) string {
	return codeWords(w, []string{"trail.refused.", "trail.whose.", "authz.reason.", ""}, reason)
}

func codeWords(w *locale.Words, prefixes []string, code string) string {
	for _, prefix := range prefixes {
		if code != "" && w.Has(prefix+code) {
			return w.T(prefix + code)
		}
	}
	return code
}

// sectionTable says section by section what was shown and what was refused, and why.
func sectionTable(w *locale.Words, l Line) httpkit.Table {
	t := httpkit.Table{Caption: w.T("trail.sections"), Columns: []httpkit.Column{
		{Label: w.T("trail.section")}, {Label: w.T("trail.decision")}, {Label: w.T("trail.shown")}, {Label: w.T("trail.why")}, {Label: w.T("trail.rule")}}}
	for _, s := range l.Sections {
		colour, shown := "green", ""
		if s.Decision == audit.Denied {
			colour = "red"
		}
		if show, ok := authz.ParseShow(s.Show); ok && s.Show != "" {
			shown = w.T(show.Key())
		}
		name := s.Section
		if id, ok := authz.ParseSection(s.Section); ok {
			name = w.T(id.Key())
		}
		rule := ""
		if s.Line > 0 {
			rule = w.T("trail.line", "Line", s.Line)
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: name}, {Text: w.T("trail.decision." + s.Decision), Tag: colour},
			{Text: shown}, {Text: reasonWords(w, s.Reason)}, {Text: rule}}})
	}
	return t
}

func reportFacts(w *locale.Words, report audit.Report) httpkit.Summary {
	facts := httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("trail.size"), Value: w.Number(int(report.Size))},
		{Label: w.T("trail.queued"), Value: w.Number(int(report.Queued))},
		{Label: w.T("trail.checkpoints"), Value: w.Number(int(report.Checkpoints))},
		{Label: w.T("trail.heads"), Value: w.Number(int(report.HeadsOutside))},
	}}
	if report.Wrong == nil {
		facts.Rows = append(facts.Rows, httpkit.SummaryRow{Label: w.T("trail.root"), Value: report.Root.String()})
		return facts
	}
	return httpkit.Summary{Rows: append(wrongRows(w, report.Wrong), facts.Rows...)}
}

// wrongRows say where the first wrong thing is, as far as it has a place.
func wrongRows(w *locale.Words, wrong *audit.Finding) (rows []httpkit.SummaryRow) {
	if wrong.Seq >= 0 {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("trail.wrong_at"), Value: w.Number(int(wrong.Seq))})
	}
	if wrong.EntryID != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("trail.id"), Value: wrong.EntryID})
	}
	if wrong.Detail != "" {
		rows = append(rows, httpkit.SummaryRow{Label: w.T("trail.wrong_detail"), Value: wrong.Detail})
	}
	return rows
}
