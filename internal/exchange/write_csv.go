package exchange

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"unicode"

	"relais/internal/entry"
	"relais/internal/section"
)

// HTCDS writes the person as one row of HTCDS 2.0, strictly: all columns of the standard and none of our own, UTF-8, names in the
// head, several answers joined by ";". Where several entries answer a field, the newest answer stands.
func (c *Copy) HTCDS() ([]byte, error) {
	answers := map[*section.Field]string{}
	for _, view := range c.Sections {
		room := section.Of(view.Section)
		for _, e := range inTime(view.Entries) {
			for i := range room.Fields {
				if f := &room.Fields[i]; e.Values[f.Name] != "" {
					answers[f] = e.Values[f.Name]
				}
			}
		}
	}
	head, row := []string{}, []string{}
	for _, name := range standard.order {
		head = append(head, name)
		row = append(row, c.cell(name, answers))
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.WriteAll([][]string{head, row}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// inTime are entries with the oldest first, so that the newest answer is the last.
func inTime(entries []entry.View) []entry.View {
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(a, b entry.View) int { return int(min(max(a.WrittenAt-b.WrittenAt, -1), 1)) })
	return sorted
}

func (c *Copy) cell(name string, answers map[*section.Field]string) string {
	home, field, ok := section.Home(name)
	if !ok || !home.InVictim() {
		return ""
	}
	answer := inStandard(field, answers[field])
	if field == consentBox.field && answer == "true" && !c.Consents { // the box says that a consent holds, not that it was given once
		return ""
	}
	return harmless(answer)
}

// inStandard turns an answer into the standard's own; what has no value there is left out.
func inStandard(f *section.Field, answer string) string {
	if len(f.Lists()) == 0 {
		if f.Type == section.Phone { // the standard's pattern takes it without, and a cell that begins with a plus is a formula
			return strings.TrimPrefix(answer, "+")
		}
		return answer
	}
	var values []string
	for _, code := range strings.Split(answer, ";") {
		if value, _ := section.ToHTCDS(f.ListOf(code), code); value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return strings.Join(values, ";")
}

// formulaStarts are the characters at which a spreadsheet takes a cell for something to be worked out.
const formulaStarts = "=+-@＝＋－＠"

// harmless puts an apostrophe before what a spreadsheet would work out, or would read as one of its own errors. Reading takes it
// off. A spreadsheet that is set to Dutch, French or German ends a cell at ";", others at a tab or a line: each piece is guarded.
func harmless(content string) string {
	return eachPiece(content, func(piece string) string {
		if endangers(piece) {
			return "'" + piece
		}
		return piece
	})
}

// eachPiece changes what may come to stand in a cell of its own, and leaves what parts it.
func eachPiece(content string, change func(piece string) string) string {
	var out strings.Builder
	for {
		end := strings.IndexAny(content, ";\t\r\n")
		if end < 0 {
			out.WriteString(change(content))
			return out.String()
		}
		out.WriteString(change(content[:end]))
		out.WriteByte(content[end])
		content = content[end+1:]
	}
}

// endangers looks behind apostrophes that stand there already, so that what is written can be read back as it was, and behind
// quotes and spaces, which a spreadsheet may drop.
func endangers(piece string) bool {
	bare := strings.TrimLeftFunc(piece, func(r rune) bool { return r == '\'' || r == '"' || unicode.IsSpace(r) })
	if bare == "" {
		return false
	}
	return strings.ContainsRune(formulaStarts, []rune(bare)[0]) || errorValues[strings.ToUpper(bare)]
}

// asWritten takes off the apostrophes that harmless put there.
func asWritten(content string) string {
	return eachPiece(content, func(piece string) string {
		if rest, guarded := strings.CutPrefix(piece, "'"); guarded && endangers(rest) {
			return rest
		}
		return piece
	})
}
