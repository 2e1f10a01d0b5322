package exchange

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/track"
)

// person is one row, turned into the answers of the sections; from says which column gave which answer.
type person struct {
	at      Place
	values  map[*section.Section]section.Values
	from    map[*section.Field]*column
	undated bool    // consent without the day on which it was asked: the day of the import stands for it
	whole   *person // the row with the columns that are left out, where it has any
}

// consentBox is where the standard's consent lies, and the day that the catalogue demands with it and the standard lacks.
var consentBox = fieldOf("con_Consent")

const consentDay = "asked_on"

// statusBox is where the standard says whether somebody is a victim, and decidedBy who has said so.
var statusBox = fieldOf("vic_TraffickingStatus")

const decidedBy = "status_decided_by"

// home is a field with its section.
type home struct {
	section *section.Section
	field   *section.Field
}

func fieldOf(name string) home {
	s, f, ok := section.Home(name)
	if !ok {
		panic("exchange: " + name + " has no home")
	}
	return home{s, f}
}

// person reads a row. Every cell that cannot be read is told, and whatever the catalogue refuses after that. Of what is left out
// nothing is told; it counts only for knowing the row again, whatever is left out then.
func (r *reading) person(l line, now moment.Time, found *findings) person {
	p := r.read(l, now, func(c *column) *section.Field { return c.field }, found)
	if slices.ContainsFunc(r.columns, func(c *column) bool { return c.left != nil }) {
		whole := r.read(l, now, func(c *column) *section.Field { return cmp.Or(c.field, c.left) }, &findings{})
		p.whole = &whole
	}
	p.undecide(found)
	return p
}

// undecide takes a status that only an authority decides on back to the presumption: where somebody stands is said by the tracks here,
// and a row of a file decides nothing. The row is known again as it came.
func (p *person) undecide(found *findings) {
	values := p.values[statusBox.section]
	if !track.Decided(values[statusBox.field.Name]) {
		return
	}
	if p.whole == nil {
		whole := *p
		whole.values = maps.Clone(p.values)
		p.whole = &whole
	}
	values = maps.Clone(values)
	values[statusBox.field.Name] = "presumed"
	delete(values, decidedBy)
	p.values[statusBox.section] = values
	found.warn(says(p.at, "status_undecided"))
}

// read takes the cells of the columns that of gives a field for.
func (r *reading) read(l line, now moment.Time, of func(*column) *section.Field, found *findings) person {
	p := person{at: Place{Sheet: r.sheet, Row: l.number}, values: map[*section.Section]section.Values{},
		from: map[*section.Field]*column{}}
	failed := map[string]bool{}
	for at, c := range l.cells {
		column := r.columns[at]
		field := of(column)
		if c.kind == blank || field == nil || !column.section.InVictim() {
			continue
		}
		value, wrong := answer(field, c)
		if wrong != "" {
			failed[field.HTCDS] = true
			p.refuse(field, column, "exchange."+wrong, nil, found)
			continue
		}
		if value == "" {
			continue
		}
		p.from[field] = column
		if p.values[column.section] == nil {
			p.values[column.section] = section.Values{}
		}
		p.values[column.section][field.Name] = value
	}
	p.complete(now)
	p.check(now, failed, found)
	return p
}

// complete fills in the day on which consent was asked, which the standard has no field for.
func (p *person) complete(now moment.Time) {
	values := p.values[consentBox.section]
	if values[consentBox.field.Name] != "" && values[consentDay] == "" {
		values[consentDay], p.undated = string(moment.DayOf(now)), true
	}
}

// check brings the answers into their canonical form. A field whose cell could not be read is not told again as missing.
func (p *person) check(now moment.Time, failed map[string]bool, found *findings) {
	for _, home := range section.All() {
		values, answered := p.values[home]
		if !answered {
			continue
		}
		checked, err := home.Check(values, now)
		if f, ok := fault.As(err); ok {
			for _, wrong := range f.Fields {
				field := home.Field(wrong.Name)
				if field == nil || !failed[field.HTCDS] {
					p.refuse(field, p.from[field], wrong.Key, wrong.Args, found)
				}
			}
			continue
		}
		p.values[home] = checked
	}
}

// content is the row as it is remembered: the canonical answers, so that the same row in another file type, order of columns
// or spelling is the same, and what is left out makes no other row of it.
func (p *person) content() string {
	if p.whole != nil {
		p = p.whole
	}
	var b strings.Builder
	for _, home := range section.All() {
		values := p.values[home]
		if len(values) == 0 {
			continue
		}
		if home == consentBox.section && p.undated {
			values = maps.Clone(values)
			delete(values, consentDay)
		}
		b.WriteString(home.ID.String())
		b.WriteByte(0)
		b.Write(values.Encode())
		b.WriteByte(0)
	}
	return b.String()
}

// telling says whether the row names somebody so clearly that two equal rows are one person: a number, or a name with a
// birth date, a telephone or an address. Of two equal rows without, each is a person.
func (p *person) telling() bool {
	if p.whole != nil {
		p = p.whole
	}
	identity, papers, contact := p.of(authz.Identity), p.of(authz.Identifiers), p.of(authz.SafeContact)
	named := identity["family_name"]+identity["given_names"]+identity["name_original_script"] != ""
	return papers["national_number"]+papers["document_number"] != "" ||
		named && identity["birth_date"]+contact["mobile_phone"]+contact["home_phone"]+contact["email"] != ""
}

func (p *person) of(id authz.Section) section.Values { return p.values[section.Of(id)] }

func (p *person) refuse(f *section.Field, c *column, key string, args map[string]any, found *findings) {
	problem := Problem{Place: p.at, Key: key, Args: args}
	if c != nil {
		problem.Column, problem.Label = c.Column, c.Label
	}
	if f != nil {
		problem.Field = f.Key()
	}
	found.refuse(problem)
}

// answer turns a cell into the text that the catalogue reads, or names what is wrong with it.
func answer(f *section.Field, c cell) (value, wrong string) {
	switch c.kind {
	case formula:
		return "", "cell_formula"
	case broken:
		return "", "cell_error"
	}
	switch f.Type {
	case section.Date, section.PartialDate:
		return date(c, f.Type == section.PartialDate)
	case section.Code, section.Bool, section.Country, section.Language:
		return oneCode(f, c.text)
	case section.Codes, section.Countries:
		return manyCodes(f, c.text)
	case section.Phone:
		return phone(c), ""
	case section.Number:
		return decimal(c), ""
	case section.Email:
		return strings.TrimPrefix(c.text, "mailto:"), ""
	case section.LongText, section.Money:
		return c.text, ""
	}
	if c.kind == number && len(strings.TrimLeft(c.text, "-")) > 15 {
		return "", "number_rounded"
	}
	return oneLine(c.text), ""
}

// oneLine joins the lines of a cell, as an address written over two lines.
func oneLine(content string) string { return strings.Join(strings.FieldsFunc(content, isBreak), " ") }

func isBreak(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }

// oneCode reads a single answer of the field's lists.
func oneCode(f *section.Field, content string) (value, wrong string) {
	if code, ok := codeOf(f, content); ok {
		return code, ""
	}
	return "", "value_unknown"
}

func codeOf(f *section.Field, content string) (string, bool) {
	for _, list := range f.Lists() {
		if code, ok := standard.code(list, content); ok {
			return code, true
		}
	}
	return "", false
}

// manyCodes reads several answers. Files separate them by semicolons, bars, line ends, commas or, from survey forms, spaces;
// each is tried whole before it is cut further, because a name of a country may hold a comma.
func manyCodes(f *section.Field, content string) (value, wrong string) {
	var codes []string
	for _, part := range strings.FieldsFunc(content, func(r rune) bool { return r == ';' || r == '|' || isBreak(r) }) {
		found, ok := cutCodes(f, part, isComma)
		if !ok {
			return "", "value_unknown"
		}
		codes = append(codes, found...)
	}
	return strings.Join(codes, ";"), ""
}

func isComma(r rune) bool { return r == ',' || r == '\u060C' || r == '\uFF0C' || r == '\u3001' }

func cutCodes(f *section.Field, part string, cut func(rune) bool) (codes []string, ok bool) {
	if part = strings.TrimSpace(part); part == "" {
		return nil, true
	}
	if code, ok := codeOf(f, part); ok {
		return []string{code}, true
	}
	for _, piece := range strings.FieldsFunc(part, cut) {
		code, ok := codeOf(f, strings.TrimSpace(piece))
		if !ok && strings.ContainsFunc(piece, unicode.IsSpace) && piece != part {
			more, ok := cutCodes(f, piece, unicode.IsSpace)
			if !ok {
				return nil, false
			}
			codes = append(codes, more...)
			continue
		}
		if !ok {
			if piece == part && strings.ContainsFunc(part, unicode.IsSpace) {
				return cutCodes(f, part, unicode.IsSpace)
			}
			return nil, false
		}
		codes = append(codes, code)
	}
	return codes, true
}

// phone adds the plus that the standard leaves out at will and a number cell cannot hold.
func phone(c cell) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, c.text)
	if len(digits) >= 9 && digits[0] != '0' && !strings.HasPrefix(c.text, "+") {
		return "+" + c.text
	}
	return c.text
}

// decimal drops what a spreadsheet adds to a number: 3.0, or the noise behind the fifteenth digit.
func decimal(c cell) string {
	plain := strings.Replace(c.text, ",", ".", 1)
	if n, err := strconv.ParseFloat(plain, 64); err == nil && strings.ContainsRune(plain, '.') && !strings.ContainsAny(plain, "eExX_") {
		short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
		if err == nil {
			return strconv.FormatFloat(short, 'f', -1, 64)
		}
	}
	return c.text
}
