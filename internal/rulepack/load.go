package rulepack

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"relais/internal/moment"
	"relais/policies"
)

var (
	clockColumns = strings.Split("rule,valid_from,valid_to,kind,section,person,event,length,unit,at_most,renewals,renew_by,warn,"+
		"responsible,consequence,documents,conditions,ends,follows,source,note", ",")
	moveColumns = strings.Split("track,from,to,valid_from,valid_to,person,deciders,basis,starts,ends,needs,conditions,documents,source,note", ",")
)

// most is how many bytes a file may have: a pack is written by people.
const most = 1 << 20

var shipped = sync.OnceValues(func() (*Book, error) {
	packs, err := fs.Sub(policies.Packs, "packs")
	if err != nil {
		return nil, err
	}
	return Load(packs)
})

// Shipped is the book that the program carries, or everything that is wrong with it: then the program does not start.
func Shipped() (*Book, error) { return shipped() }

// Load reads the packs below a directory: all/clocks.csv, and clocks.csv, moves.csv, checklist.csv and holidays.csv of each country.
func Load(packs fs.FS) (*Book, error) {
	b, refusals := &Book{}, Refusals{}
	b.readClocks(packs, everywhere, "", &refusals)
	b.readMovement(packs, &refusals)
	b.readAges(packs, &refusals)
	for _, country := range Countries() {
		directory := strings.ToLower(string(country))
		b.readClocks(packs, directory, country, &refusals)
		b.readMoves(packs, directory, country, &refusals)
		b.readChecklist(packs, directory, country, &refusals)
		b.readHolidays(packs, directory, country, &refusals)
	}
	if len(refusals) == 0 {
		b.check(&refusals)
	}
	if len(refusals) > 0 {
		return nil, refusals
	}
	b.bind()
	b.bindChecklists()
	return b, nil
}

func (b *Book) readClocks(packs fs.FS, directory string, country Country, refusals *Refusals) {
	read(packs, path.Join(directory, "clocks.csv"), clockColumns, refusals, func(c *cells) {
		r := clockOf(c, country)
		b.clocks = append(b.clocks, r)
	})
}

func (b *Book) readMoves(packs fs.FS, directory string, country Country, refusals *Refusals) {
	read(packs, path.Join(directory, "moves.csv"), moveColumns, refusals, func(c *cells) {
		b.moves = append(b.moves, movesOf(c, country)...)
	})
}

// read gives each line of a file to take, after what an eye cannot see was refused.
func read(packs fs.FS, file string, columns []string, refusals *Refusals, take func(*cells)) {
	text, err := fs.ReadFile(packs, file)
	if err != nil || len(text) > most {
		refusals.add(file, 1, "", "the file is missing or too large")
		return
	}
	if !clean(file, string(text), refusals) {
		return
	}
	reader := csv.NewReader(strings.NewReader(string(text)))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil || !slices.Equal(header, columns) {
		refusals.add(file, 1, "", "the first line has to be %q", strings.Join(columns, ","))
		return
	}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			refusals.add(file, 1, "", "the quotes do not match; the rest was not read")
			return
		}
		line, _ := reader.FieldPos(0)
		if len(record) != len(columns) {
			refusals.add(file, line, "", "%d values instead of %d", len(record), len(columns))
			continue
		}
		take(&cells{file: file, line: line, columns: columns, values: record, refusals: refusals})
	}
}

func clean(file, text string, refusals *Refusals) bool {
	before := len(*refusals)
	line := 0
	for row := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		line++
		odd := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }
		switch {
		case row == "":
			refusals.add(file, line, "", "the line is empty")
		case !utf8.ValidString(row):
			refusals.add(file, line, "", "not UTF-8")
		case strings.ContainsFunc(row, odd):
			refusals.add(file, line, "", "a control character")
		}
	}
	return len(*refusals) == before
}

// cells is one line while it is read.
type cells struct {
	file     string
	line     int
	rule     string
	columns  []string
	values   []string
	refusals *Refusals
}

func (c *cells) refuse(format string, args ...any) {
	c.refusals.add(c.file, c.line, c.rule, format, args...)
}

func (c *cells) text(column string) string {
	value := c.values[slices.Index(c.columns, column)]
	if strings.TrimSpace(value) != value || strings.Contains(value, "\n") {
		c.refuse("space around or a line break in the value of %s", column)
	}
	return value
}

// code is one word of a vocabulary.
func (c *cells) code(column string, words []string) string {
	value := c.text(column)
	if !slices.Contains(words, value) {
		c.refuse("unknown %s %q", column, value)
	}
	return value
}

// codes are words of a vocabulary with spaces between.
func (c *cells) codes(column string, words []string) []string {
	list := strings.Fields(c.text(column))
	for i, word := range list {
		if !slices.Contains(words, word) {
			c.refuse("unknown %s %q", column, word)
		}
		if slices.Contains(list[:i], word) {
			c.refuse("%s names %q twice", column, word)
		}
	}
	return list
}

func (c *cells) needed(column string) string {
	value := c.text(column)
	if value == "" {
		c.refuse("%s is missing", column)
	}
	return value
}

// days reads the two days between which the line holds.
func (c *cells) days() (from, to moment.Date) {
	from, ok := moment.ParseDate(c.text("valid_from"))
	if !ok {
		c.refuse("unknown valid_from %q", c.text("valid_from"))
	}
	if text := c.text("valid_to"); text != "" {
		if to, ok = moment.ParseDate(text); !ok {
			c.refuse("unknown valid_to %q", text)
		} else if to < from {
			c.refuse("valid_to comes before valid_from")
		}
	}
	return from, to
}
