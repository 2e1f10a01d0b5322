package section

import (
	"io/fs"
	"regexp"
	"strings"
)

// The two lists that come from ISO and whose names come from CLDR, not from our words.
const (
	countryList  = "countries"
	languageList = "languages"
	boolList     = "yes_no"
)

// CodeEntry is one answer of a code list.
type CodeEntry struct {
	Code  string
	Alone bool   // cannot be combined with others: unknown, not asked, refused, none
	Class string // the coarser answer that it stands for, as a stage of proceedings stands for open or closed
	HTCDS string // value of the exchange standard, "" if it has none
	exact bool   // the standard's value means the same
}

type list struct {
	codes []CodeEntry
	rank  map[string]int    // code → place in the list
	spelt map[string]string // any accepted spelling, normalised → code
}

var codeShape = regexp.MustCompile(`^[A-Za-z0-9_]{1,40}$`)

// CodeList gives the codes of a list in its order, "countries" and "languages" included; nil for an unknown list.
func CodeList(name string) []CodeEntry { return append([]CodeEntry(nil), loaded.codes(name)...) }

// CodeKey is the message key of a code's words. Countries and languages have none: CodeName names them.
func CodeKey(list, code string) string { return "section.code." + list + "." + code }

// ListOf is the list in which one answer to this field is found, "" if the field has no list or it is no answer.
func (f *Field) ListOf(code string) string {
	for _, name := range f.Lists() {
		if loaded.has(name, code) {
			return name
		}
	}
	return ""
}

// Lists are the lists that the field takes its answers from: for a country the world's, then the field's own.
func (f *Field) Lists() (names []string) {
	if base := f.baseList(); base != "" {
		names = append(names, base)
	}
	if f.Codes != "" && f.Codes != f.baseList() {
		names = append(names, f.Codes)
	}
	return names
}

func (f *Field) baseList() string {
	switch f.Type {
	case Code, Codes:
		return f.Codes
	case Bool:
		return boolList
	case Country, Countries:
		return countryList
	case Language:
		return languageList
	}
	return ""
}

func (c *catalogue) codes(name string) []CodeEntry {
	if l := c.lists[name]; l != nil {
		return l.codes
	}
	return nil
}

func (c *catalogue) has(name, code string) bool {
	l := c.lists[name]
	if l == nil {
		return false
	}
	_, ok := l.rank[code]
	return ok
}

func (c *catalogue) readCodes(files fs.FS, wrong *mistakes) {
	for _, r := range readTable(files, "codes.csv", []string{"list", "code", "alone", "class", "htcds", "import"}, wrong) {
		value, approximate := strings.CutPrefix(r.cell("htcds"), "~")
		entry := CodeEntry{
			Code: r.cell("code"), Alone: r.yes("alone", wrong), Class: r.cell("class"), HTCDS: value, exact: !approximate,
		}
		c.addCode(r, r.cell("list"), entry, strings.Fields(r.cell("import")), wrong)
	}
	for _, r := range readTable(files, "countries.csv", []string{"code", "alpha3"}, wrong) {
		c.addCode(r, countryList, CodeEntry{Code: r.cell("code"), HTCDS: r.cell("code"), exact: true},
			[]string{r.cell("alpha3")}, wrong)
	}
	for _, r := range readTable(files, "languages.csv", []string{"code", "alpha3", "also"}, wrong) {
		c.addCode(r, languageList, CodeEntry{Code: r.cell("code"), HTCDS: r.cell("alpha3"), exact: true},
			append(strings.Fields(r.cell("also")), r.cell("alpha3")), wrong)
	}
	c.readBools(wrong)
}

func (c *catalogue) readBools(wrong *mistakes) {
	if !c.has(boolList, "yes") || !c.has(boolList, "no") {
		wrong.add("codes.csv: the list %s needs yes and no", boolList)
	}
}

// addCode puts a code at the end of its list, with the spellings under which other systems send it.
func (c *catalogue) addCode(r row, name string, entry CodeEntry, spellings []string, wrong *mistakes) {
	r.must(codeShape.MatchString(entry.Code), "code", "letters, digits and _ only", wrong)
	l := c.lists[name]
	if l == nil {
		l = &list{rank: map[string]int{}, spelt: map[string]string{}}
		c.lists[name] = l
	}
	r.must(!c.has(name, entry.Code), "code", "twice in this list", wrong)
	l.rank[entry.Code] = len(l.codes)
	l.codes = append(l.codes, entry)
	for _, spelling := range append(spellings, entry.Code) {
		known, taken := l.spelt[normalise(spelling)]
		r.must(!taken || known == entry.Code, "code", "the spelling "+spelling+" already means "+known, wrong)
		l.spelt[normalise(spelling)] = entry.Code
	}
}
