package audit

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"relais/internal/moment"
)

// The words under which entries are found.
const (
	everything = "all"
	ofAgency   = "agency/"
	ofActor    = "actor/"
	ofCase     = "case/"
	ofFile     = "file/"
	ofOpening  = "opened/" // FILE/AGENCY and FILE/ACTOR: who had the file open
)

// lookups are the rows by which the entry is found, each once, in the order of their terms.
func (e *Entry) lookups() []lookup {
	terms := e.terms()
	rows := make([]lookup, len(terms))
	for i, term := range terms {
		rows[i] = lookup{Term: term, At: e.At, EntryID: e.ID, Op: string(e.Op), Decision: e.Decision}
	}
	return rows
}

func (e *Entry) terms() []string {
	terms := make([]string, 1, 8+len(e.Concerns)+len(e.Results))
	terms[0] = everything
	add := func(kind, id string) {
		if id != "" {
			terms = append(terms, kind+id)
		}
	}
	add(ofActor, e.ActorID)
	add(ofAgency, e.AgencyID)
	for _, id := range e.Concerns {
		add(ofAgency, id)
	}
	add(ofCase, e.CaseID)
	add(ofFile, e.FileID)
	for _, id := range e.Results {
		add(ofFile, id)
	}
	if e.Op == Consult && e.Decision == Allowed && e.FileID != "" {
		add(ofOpening+e.FileID+"/", e.AgencyID)
		add(ofOpening+e.FileID+"/", e.ActorID)
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// What is found under a term is kept in segments: the lines of one round of numbering, so that a busy second costs few rows. A
// segment is filed under its newest line and spans little time, so that a reader who comes from above knows when no older
// segment can hold anything newer.

// longestSpan is how much older than its newest line the lines of a segment are at most.
const longestSpan = time.Minute

var errSegment = errors.New("audit: not a segment")

// lookup is a line under a term by which an entry is found.
type lookup struct {
	Term     string
	At       moment.Time
	EntryID  string
	Op       string
	Decision string
}

// segment is a row of lines under one term, the oldest first; At and ID are those of the newest.
type segment struct {
	Term  string      `db:"term"`
	At    moment.Time `db:"at"`
	ID    string      `db:"id"`
	Lines string      `db:"lines"`
}

func compareLookups(a, b lookup) int {
	return cmp.Or(strings.Compare(a.Term, b.Term), cmp.Compare(a.At, b.At), strings.Compare(a.EntryID, b.EntryID))
}

// segments gathers the lines of entries under their terms.
func segments(entries []*Entry) []segment {
	order := slices.Clone(entries)
	slices.SortStableFunc(order, func(a, b *Entry) int { return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.ID, b.ID)) })
	at := map[string]int{} // term -> its segment that may still grow
	var rows []segment
	var texts []*strings.Builder
	var first []moment.Time
	line := make([]byte, 0, 96)
	for _, e := range order {
		line = append(e.appendLine(line[:0]), '\n')
		for _, term := range e.terms() {
			i, open := at[term]
			if !open || e.At.Sub(first[i]) > longestSpan {
				i = len(rows)
				at[term] = i
				rows, texts, first = append(rows, segment{Term: term}), append(texts, &strings.Builder{}), append(first, e.At)
			}
			rows[i].At, rows[i].ID = e.At, e.ID
			texts[i].Write(line)
		}
	}
	for i := range rows {
		rows[i].Lines = texts[i].String()
	}
	slices.SortFunc(rows, func(a, b segment) int { return strings.Compare(a.Term, b.Term) })
	return rows
}

func (e *Entry) appendLine(to []byte) []byte {
	to = append(strconv.AppendInt(to, int64(e.At), 10), ' ')
	to = append(append(to, e.ID...), ' ')
	to = append(append(to, e.Op...), ' ')
	return append(to, e.Decision...)
}

// each reads the lines, and holds the row's place against the newest of them.
func (s *segment) each(do func(lookup) error) error {
	last, oldest := lookup{}, moment.Time(0)
	for text := range strings.Lines(s.Lines) {
		row, err := s.line(text)
		if err != nil {
			return err
		}
		if oldest == 0 {
			oldest = row.At
		}
		if last.EntryID != "" && compareLookups(last, row) >= 0 || row.At.Sub(oldest) > longestSpan {
			return errSegment
		}
		last = row
		if err := do(row); err != nil {
			return err
		}
	}
	if last.At != s.At || last.EntryID != s.ID {
		return errSegment
	}
	return nil
}

func (s *segment) line(text string) (lookup, error) {
	parts := strings.Split(strings.TrimSuffix(text, "\n"), " ")
	if len(parts) != 4 || !strings.HasSuffix(text, "\n") {
		return lookup{}, errSegment
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	if err != nil {
		return lookup{}, errSegment
	}
	return lookup{Term: s.Term, At: moment.Time(at), EntryID: parts[1], Op: parts[2], Decision: parts[3]}, nil
}
