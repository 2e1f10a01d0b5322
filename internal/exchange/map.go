package exchange

import (
	"slices"
	"strconv"

	"relais/internal/authz"
	"relais/internal/section"
)

// headerDepth is how many lines from the top the header may stand.
const headerDepth = 15

// incomingReferral has no field in a file of Relais; the day of detection is taken from it where nothing better is said.
const incomingReferral = "cas_IncomingReferralDate"

// column is one column of a sheet with the field that keeps it, if one does.
type column struct {
	Place
	at      int
	name    string // of the standard, or x_…; empty where the header says nothing
	unclear bool   // the label belongs to several fields and no name tells which
	section *section.Section
	field   *section.Field
	left    *section.Field // the field of a column that is left out: only the fingerprint of the row has it
	filled  int
}

// kept says whether the column goes into a victim file.
func (c *column) kept() bool { return c.field != nil && c.section.InVictim() }

// reading is a sheet with its columns understood and its empty rows gone.
type reading struct {
	sheet   string
	columns []*column
	lines   []line
	headed  int // columns that the header reaches
}

// understand finds the header of a sheet and gives each column its field; ok is false for a sheet without a header.
func understand(s sheet, found *findings) (r *reading, ok bool) {
	names, labels, body := headers(s)
	if names == nil && labels == nil {
		return nil, false
	}
	r = &reading{sheet: s.name, lines: s.lines[body:], headed: max(len(names), len(labels))}
	width := 0
	for _, l := range s.lines {
		width = max(width, len(l.cells))
	}
	if s.delimited {
		r.refuseOverlong(found)
		width = r.headed
	}
	for at := range width {
		c := decide(Place{Sheet: s.name, Column: letter(at)}, textAt(names, at), textAt(labels, at), found)
		c.at = at
		r.columns = append(r.columns, c)
	}
	return r, true
}

// headers finds the line of names and that of labels, which stand together in either order or alone, and where the rows
// begin: the line that has most of them, and its neighbour.
func headers(s sheet) (names, labels []cell, body int) {
	best, at := 0, -1
	for i := range min(len(s.lines), headerDepth) {
		asName, asLabel, most := recognised(s.lines[i].cells)
		if most && max(asName, asLabel) > best {
			best, at = max(asName, asLabel), i
		}
	}
	if at < 0 {
		return nil, nil, 0
	}
	first, body, second := at, at+1, -1
	for _, next := range []int{at + 1, at - 1} {
		if second < 0 && next >= 0 && next < len(s.lines) && opposite(s.lines[at].cells, s.lines[next].cells) {
			second, body = next, max(at, next)+1
		}
	}
	names = s.lines[first].cells
	if second >= 0 {
		labels = s.lines[second].cells
	}
	if asName, asLabel, _ := recognised(names); asLabel > asName {
		names, labels = labels, names
	}
	return names, labels, body
}

// recognised counts the names and the labels among the cells of a line; most says that they are at least half of it.
func recognised(cells []cell) (names, labels int, most bool) {
	filled := 0
	for _, c := range cells {
		if c.kind == blank {
			continue
		}
		filled++
		if c.kind == text && standard.name(c.text) != "" {
			names++
		} else if c.kind == text && standard.labels[fold(c.text)] != nil {
			labels++
		}
	}
	return names, labels, names+labels > 0 && (names+labels)*2 >= filled
}

// opposite says whether of two lines one is made of names and the other of labels.
func opposite(a, b []cell) bool {
	namesA, labelsA, _ := recognised(a)
	namesB, labelsB, most := recognised(b)
	return most && (namesA > labelsA && labelsB > namesB || labelsA > namesA && namesB > labelsB)
}

// refuseOverlong tells rows of a CSV file that reach beyond the header: a separator inside an answer has moved all that follows.
func (r *reading) refuseOverlong(found *findings) {
	for i, l := range r.lines {
		if len(l.cells) > r.headed {
			found.refuse(says(Place{Row: l.number}, "row_too_long", "Columns", r.headed))
			r.lines[i].cells = l.cells[:r.headed]
		}
	}
}

func textAt(cells []cell, at int) string {
	if at < len(cells) && cells[at].kind == text {
		return cells[at].text
	}
	return ""
}

// decide gives a column its field. Where name and label disagree, as in IOM's own template, people filled in what the label
// says.
func decide(at Place, header, label string, found *findings) *column {
	c := &column{Place: at, name: standard.name(header)}
	if header != "" && c.name == "" && label == "" {
		label = header
	}
	meant := standard.labels[fold(label)]
	switch {
	case len(meant) == 0:
		if c.name == "" {
			c.name = standard.name(label)
		}
	case len(meant) == 1 && c.name != "" && c.name != meant[0]:
		c.name = meant[0]
		c.Label = standard.labelOf[c.name]
		found.warn(says(c.Place, "header_disagrees"))
	case len(meant) == 1:
		c.name = meant[0]
	case !slices.Contains(meant, c.name):
		c.name, c.unclear = "", true
	}
	c.Label = standard.labelOf[c.name]
	c.section, c.field, _ = section.Home(c.name)
	return c
}

// settle counts what is filled in, tells what cannot be kept and drops rows that hold nothing of a person.
func (r *reading) settle(without authz.SectionSet, found *findings) {
	for _, l := range r.lines {
		for at, cell := range l.cells {
			if cell.kind != blank {
				r.columns[at].filled++
			}
		}
	}
	taken := map[*section.Field]*column{}
	for _, c := range r.columns {
		switch {
		case c.filled == 0:
		case c.unclear:
			found.refuse(says(c.Place, "column_unclear"))
		case c.name == "":
			if !r.counts(c) {
				found.warn(says(c.Place, "column_unknown", "Count", c.filled))
			}
		case c.name == incomingReferral: // the day of detection, if nothing better is known
		case c.field == nil:
			found.warn(says(c.Place, "column_not_kept", "Count", c.filled))
		case without.Has(c.section.ID):
			found.warn(says(c.Place, "column_left_out", "Count", c.filled))
			if c.kept() {
				c.left = c.field
			}
			c.field = nil
		case !c.kept():
			found.refuse(says(c.Place, "column_of_case", "Section", c.section.ID.String()))
		case taken[c.field] != nil:
			found.refuse(says(c.Place, "column_twice", "Other", taken[c.field].Column))
		default:
			taken[c.field] = c
		}
	}
	r.dropEmpty(found)
}

// counts says whether a column without a header is the one in which the template numbers its rows.
func (r *reading) counts(c *column) bool {
	for _, l := range r.lines {
		if c.at >= len(l.cells) || l.cells[c.at].kind == blank {
			continue
		}
		if _, err := strconv.Atoi(l.cells[c.at].text); err != nil && l.cells[c.at].kind != formula {
			return false
		}
	}
	return true
}

func (r *reading) dropEmpty(found *findings) {
	r.lines = slices.DeleteFunc(r.lines, func(l line) bool {
		other := false
		for at, cell := range l.cells {
			if cell.kind != blank && r.columns[at].kept() {
				return false
			}
			other = other || cell.kind != blank && r.columns[at].name != ""
		}
		if other {
			found.warn(says(Place{Sheet: r.sheet, Row: l.number}, "row_without_person"))
		}
		return true
	})
	hidden := 0
	for _, l := range r.lines {
		if l.hidden {
			hidden++
		}
	}
	if hidden > 0 {
		found.warn(says(Place{Sheet: r.sheet}, "rows_hidden", "Count", hidden))
	}
}
