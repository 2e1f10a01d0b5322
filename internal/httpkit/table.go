package httpkit

import (
	"html/template"
	"strings"
)

// Table is a list of things; at 360 px each row becomes a card with its labels. No total is asked for: a count would
// tell of what others have.
type Table struct {
	Caption     string
	HideCaption bool // said to screen readers only, where a heading stands above
	Empty       string
	Columns     []Column
	Rows        []Row
}

// Column is the head of a column.
type Column struct {
	Label   string
	Numeric bool
}

// Row is one line of a table.
type Row struct {
	Cells []Cell
	Quiet bool // closed, ended, withdrawn
}

// Cell is one value: a text, a link when URL is set, a state when Tag names a colour.
type Cell struct {
	Text string
	URL  string // of this site
	Sub  string // a second, smaller line
	Tag  string
	Name bool
	Mono bool // a reference, in letters of one width
}

// bytesPerCell is about what a cell takes, so that the buffer grows once.
const bytesPerCell = 260

// Body writes the rows. It is Go and not a template because a list page is mostly this, and ten template actions a cell
// took three quarters of the page's time. Every value passes escape; a URL that is not ours becomes "#".
func (t Table) Body() template.HTML {
	var to strings.Builder
	to.Grow(len(t.Rows) * len(t.Columns) * bytesPerCell)
	for _, row := range t.Rows {
		to.WriteString(`<tr role="row" class="govuk-table__row`)
		if row.Quiet {
			to.WriteString(` rl-table__row--quiet`)
		}
		to.WriteString(`">`)
		for i, cell := range row.Cells {
			column := Column{}
			if i < len(t.Columns) {
				column = t.Columns[i]
			}
			cell.write(&to, column)
		}
		to.WriteString("</tr>\n")
	}
	return template.HTML(to.String())
}

func (c Cell) write(to *strings.Builder, column Column) {
	to.WriteString(`<td role="cell" class="govuk-table__cell`)
	if column.Numeric {
		to.WriteString(` govuk-table__cell--numeric`)
	}
	if c.Mono {
		to.WriteString(` rl-mono`)
	}
	to.WriteString(`"><span class="rl-table__label" aria-hidden="true">`)
	escape(to, column.Label)
	to.WriteString(`</span><span class="rl-table__value">`)
	c.writeText(to)
	if c.Sub != "" {
		to.WriteString(`<span class="rl-note">`)
		escape(to, c.Sub)
		to.WriteString(`</span>`)
	}
	to.WriteString(`</span></td>`)
}

func (c Cell) writeText(to *strings.Builder) {
	before, after := "", ""
	switch {
	case c.Tag != "":
		before, after = `<strong class="govuk-tag govuk-tag--`+template.HTMLEscapeString(c.Tag)+`">`, `</strong>`
	case c.URL != "":
		before, after = `<a class="govuk-link" href="`+template.HTMLEscapeString(ours(c.URL))+`">`, `</a>`
	}
	if c.Name {
		before, after = before+`<bdi dir="auto">`, `</bdi>`+after
	}
	to.WriteString(before)
	escape(to, c.Text)
	to.WriteString(after)
}

func escape(to *strings.Builder, text string) { to.WriteString(template.HTMLEscapeString(text)) }

// ours keeps a link on this site: a path, or a place in the page.
func ours(url string) string {
	if local(url) || strings.HasPrefix(url, "#") || strings.HasPrefix(url, "?") {
		return url
	}
	return "#"
}
