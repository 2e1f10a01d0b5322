package exchange

import (
	"maps"
	"strings"

	"relais/internal/locale"
)

// Text is the problem in the reader's language, without its place.
func (p Problem) Text(w *locale.Words) string {
	args := maps.Clone(p.Args)
	if word, ok := args["Section"].(string); ok {
		args["SectionName"] = w.T("authz.section." + word)
	}
	if count, ok := args["Count"].(int); ok {
		return w.N(p.Key, count)
	}
	return w.Text(p.Key, args)
}

// Where is the place of the problem in the reader's language: sheet, row, column with the standard's label, or the field that
// is meant; empty for the whole file.
func (p Problem) Where(w *locale.Words) string {
	var parts []string
	if p.Sheet != "" {
		parts = append(parts, w.T("exchange.in_sheet", "Sheet", p.Sheet))
	}
	if p.Row > 0 {
		parts = append(parts, w.T("exchange.in_row", "Row", p.Row))
	}
	called := p.Label
	if called == "" && p.Field != "" {
		called = w.T(p.Field)
	}
	switch {
	case p.Column != "" && called != "":
		parts = append(parts, w.T("exchange.in_column_called", "Column", p.Column, "Label", called))
	case p.Column != "":
		parts = append(parts, w.T("exchange.in_column", "Column", p.Column))
	case called != "":
		parts = append(parts, called)
	}
	return strings.Join(parts, ", ")
}

// line is a place and what is said of it.
func (p Problem) line(w *locale.Words) string {
	if where := p.Where(w); where != "" {
		return w.Label(where) + " " + p.Text(w)
	}
	return p.Text(w)
}

// Lines is the report as it is printed: what happened, then problems, then warnings.
func (r Report) Lines(w *locale.Words) (lines []string) {
	switch {
	case len(r.Problems) > 0:
		lines = append(lines, w.N("exchange.refused", len(r.Problems)+r.More))
	case r.Already && r.Reference != "":
		lines = append(lines, w.T("exchange.already_in", "Reference", r.Reference))
	case r.Already:
		lines = append(lines, w.T("exchange.already"))
	case r.DryRun:
		lines = append(lines, w.N("exchange.would_open", r.Victims))
	default:
		lines = append(lines, w.N("exchange.opened", r.Victims, "Reference", r.Reference))
	}
	if r.Known > 0 && !r.Already {
		lines = append(lines, w.N("exchange.known", r.Known))
	}
	if (r.Known > 0 || r.Already) && len(r.Problems) == 0 {
		lines = append(lines, w.T("exchange.left_out_stays"))
	}
	lines = append(lines, w.T("exchange.columns", "Kept", w.Number(len(r.Columns)), "Ignored", w.Number(len(r.Ignored))))
	for _, p := range r.Problems {
		lines = append(lines, p.line(w))
	}
	if r.More > 0 {
		lines = append(lines, w.N("exchange.more", r.More))
	}
	for _, p := range r.Warnings {
		lines = append(lines, w.T("exchange.warning", "Text", p.line(w)))
	}
	return lines
}
