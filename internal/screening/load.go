package screening

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"relais/internal/moment"
)

// The files of the data, in one directory.
const (
	indicatorsFile = "indicators.csv"
	thresholdsFile = "thresholds.csv"
	rulesFile      = "rules.csv"

	anyCountry = "any"
)

// The heads of the files.
var heads = map[string]string{
	indicatorsFile: "indicator,valid_from,valid_to,dimension,adult_labour,adult_sexual,child,minute,source",
	thresholdsFile: "country,valid_from,valid_to,strong,medium,weak,source",
	rulesFile:      "rule,valid_from,valid_to,country,list,result,needs,source",
}

// Load reads and checks the data, or says everything that is wrong with them: the file, the line, the rule and the reason. The book is
// the newest version; On gives that of a day.
func Load(files fs.FS) (*Book, error) {
	l := &loader{}
	var all []line
	for _, file := range []string{indicatorsFile, thresholdsFile, rulesFile} {
		text, err := fs.ReadFile(files, file)
		if err != nil {
			return nil, fmt.Errorf("screening: %s: %w", file, err)
		}
		l.lines(file, string(text), func(n line) {
			if n.days() {
				all = append(all, n)
			}
		})
	}
	var versions []*Book
	for _, day := range turns(all) {
		versions = append(versions, l.version(day, all))
	}
	if len(versions) == 0 {
		line{file: rulesFile, number: 1, l: l}.refuse("holds no line")
	}
	if len(l.wrong) > 0 {
		return nil, errors.Join(l.wrong...)
	}
	newest := versions[len(versions)-1]
	newest.versions = versions
	return newest, nil
}

// turns are the days on which a line begins to hold, or no longer does.
func turns(all []line) (days []moment.Date) {
	for i := range all {
		days = append(days, all[i].from)
		if all[i].to != "" {
			days = append(days, all[i].to.AddDays(1))
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// version reads the lines that hold on a day. What is wrong with a line in two versions is said once.
func (l *loader) version(day moment.Date, all []line) *Book {
	v := &loader{book: &Book{from: day, byID: map[string]*Indicator{}, thresholds: map[string][]threshold{}}}
	var texts []string
	for _, n := range all {
		if day < n.from || n.to != "" && day > n.to {
			continue
		}
		n.l = v
		texts = append(texts, strings.Join(append(n.cells[:2:2], n.cells[3:]...), ","))
		map[string]func(line){indicatorsFile: v.indicator, thresholdsFile: v.threshold, rulesFile: v.rule}[n.file](n.bare())
	}
	v.whole()
	for _, wrong := range v.wrong {
		if !slices.ContainsFunc(l.wrong, func(said error) bool { return said.Error() == wrong.Error() }) {
			l.wrong = append(l.wrong, wrong)
		}
	}
	v.book.edition = editionOf(texts...)
	return v.book
}

type loader struct {
	book  *Book
	wrong []error
	ids   []string // of rules
}

// line is one record, with the way to refuse it.
type line struct {
	file     string
	number   int
	cells    []string
	from, to moment.Date
	l        *loader
}

// days reads from when to when the line holds.
func (n *line) days() bool {
	from, ok := moment.ParseDate(n.cells[1])
	if !ok {
		n.refuse("unknown valid_from %q", n.cells[1])
		return false
	}
	to, ok := moment.ParseDate(n.cells[2])
	switch {
	case n.cells[2] != "" && !ok:
		n.refuse("unknown valid_to %q", n.cells[2])
		return false
	case to != "" && to < from:
		n.refuse("valid_to comes before valid_from")
		return false
	}
	n.from, n.to = from, to
	return true
}

// bare is the line without its days.
func (n line) bare() line {
	n.cells = append(n.cells[:1:1], n.cells[3:]...)
	return n
}

func (n line) refuse(reason string, args ...any) {
	name := ""
	if len(n.cells) > 0 {
		name = n.cells[0]
	}
	n.l.wrong = append(n.l.wrong, fmt.Errorf("screening/%s:%d: %s: %s", n.file, n.number, name, fmt.Sprintf(reason, args...)))
}

func (l *loader) lines(file, text string, read func(line)) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	for first := true; ; first = false {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			if first {
				line{file: file, number: 1, l: l}.refuse("is empty")
			}
			return
		}
		if err != nil {
			line{file: file, number: 1, l: l}.refuse("the quotes do not match; nothing was read")
			return
		}
		number, _ := reader.FieldPos(0)
		n := line{file: file, number: number, cells: cells, l: l}
		switch {
		case first && strings.Join(cells, ",") != heads[file]:
			n.refuse("the first line has to be %q", heads[file])
			return
		case first:
		case len(cells) != strings.Count(heads[file], ",")+1:
			n.refuse("has %d values, not %d", len(cells), strings.Count(heads[file], ",")+1)
		case slices.ContainsFunc(cells, func(cell string) bool { return cell != strings.TrimSpace(cell) }):
			n.refuse("a space stands around a value")
		case cells[len(cells)-1] == "":
			n.refuse("has no source")
		default:
			read(n)
		}
	}
}

func (l *loader) indicator(n line) {
	i := Indicator{ID: n.cells[0], Dimension: n.cells[1], weight: map[string]Strength{}}
	if !slices.Contains(Dimensions, i.Dimension) {
		n.refuse("unknown dimension %q", i.Dimension)
	}
	if l.book.byID[i.ID] != nil || i.ID == "" {
		n.refuse("an indicator needs a name of its own")
	}
	for at, list := range Lists {
		switch strength := Strength(n.cells[2+at]); strength {
		case "":
		case Strong, Medium, Weak, Asked:
			i.weight[list] = strength
		default:
			n.refuse("unknown strength %q", strength)
		}
	}
	if len(i.weight) == 0 {
		n.refuse("stands in no list")
	}
	l.book.byID[i.ID] = &i
	l.book.indicators = append(l.book.indicators, i)
}

func (l *loader) country(n line, code string) bool {
	if code != anyCountry && !slices.Contains(Countries, code) {
		n.refuse("unknown country %q", code)
		return false
	}
	return true
}

func (l *loader) threshold(n line) {
	var counts [3]int
	for at := range counts {
		count, err := strconv.Atoi(n.cells[1+at])
		if err != nil || count < 0 || count > 100 {
			n.refuse("%q is no number of indicators", n.cells[1+at])
			return
		}
		counts[at] = count
	}
	if counts == [3]int{} {
		n.refuse("nothing at all must not be enough")
		return
	}
	if l.country(n, n.cells[0]) {
		l.book.thresholds[n.cells[0]] = append(l.book.thresholds[n.cells[0]], threshold{counts[0], counts[1], counts[2]})
	}
}

func (l *loader) rule(n line) {
	r := Rule{ID: n.cells[0], Country: n.cells[1], List: n.cells[2], Result: Result(n.cells[3]), Source: n.cells[5]}
	l.country(n, r.Country)
	if !slices.Contains(Lists, r.List) {
		n.refuse("unknown list %q", r.List)
	}
	if r.Result != Some && r.Result != StrongIndication {
		n.refuse("the result has to be some or strong")
	}
	if r.ID == "" || slices.Contains(l.ids, r.ID) {
		n.refuse("a rule needs a name of its own")
	}
	l.ids = append(l.ids, r.ID)
	for _, word := range strings.Fields(n.cells[4]) {
		need, ok := parseNeed(word)
		if !ok {
			n.refuse("unknown need %q", word)
			continue
		}
		for _, dimension := range need.Dimensions {
			if !l.speaks(r.List, dimension) {
				n.refuse("the list %s says nothing of %s", r.List, dimension)
			}
		}
		r.Needs = append(r.Needs, need)
	}
	if len(r.Needs) == 0 {
		n.refuse("needs nothing, so it would always hold")
	}
	l.book.rules = append(l.book.rules, r)
}

// parseNeed reads "any", "any:act" or "deception|coercion".
func parseNeed(word string) (Need, bool) {
	if word == anyCountry {
		return Need{Any: true}, true
	}
	names, isAny := strings.CutPrefix(word, anyCountry+":")
	need := Need{Any: isAny, Dimensions: strings.Split(names, "|")}
	return need, !slices.ContainsFunc(need.Dimensions, func(d string) bool { return !slices.Contains(Dimensions, d) })
}

// speaks says whether a list has an indicator of a dimension.
func (l *loader) speaks(list, dimension string) bool {
	return slices.ContainsFunc(l.book.List(list), func(i *Indicator) bool { return i.Dimension == dimension })
}

// whole refuses data in which a list could lead nowhere.
func (l *loader) whole() {
	for _, list := range Lists {
		for _, result := range []Result{Some, StrongIndication} {
			if !slices.ContainsFunc(l.book.rules, func(r Rule) bool { return r.List == list && r.Result == result && r.Country == anyCountry }) {
				line{file: rulesFile, number: 1, l: l}.refuse("no rule for every country leads from %s to %s%s", list, result, l.since())
			}
		}
	}
	if len(l.book.thresholds[anyCountry]) == 0 {
		line{file: thresholdsFile, number: 1, l: l}.refuse("no threshold for every country%s", l.since())
	}
}

func (l *loader) since() string { return " on " + string(l.book.from) }
