package audit

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

const (
	usualPage   = 50
	longestPage = 1000
)

// Filter says which entries to list. What is empty does not restrict, but one of AgencyIDs and Everywhere has to be set.
type Filter struct {
	AgencyIDs  []string // entries of these agencies' people, and entries that concern these agencies
	Everywhere bool     // instead of AgencyIDs: the whole trail
	ActorID    string
	FileID     string // the file itself, or a list or search that revealed it
	CaseID     string
	Op         Op
	Decision   string
	From       moment.Time // included
	To         moment.Time // not included
	After      string      // the cursor that the page before ended with
	Limit      int         // 50 when zero, at most 1,000
}

// place is a place in the trail: entries are listed by time and then by id, the newest first.
type place struct {
	at moment.Time
	id string
}

// List reads a page of entries, the newest first, and the cursor of the next page, empty at the end. Entries that have no
// number yet are listed too.
func (l *Log) List(tx *database.Tx, f Filter) ([]Entry, string, error) {
	if f.Everywhere == (len(f.AgencyIDs) > 0) {
		return nil, "", fault.New(fault.Internal, "audit.list_without_scope")
	}
	start, err := f.start()
	if err != nil {
		return nil, "", err
	}
	f.Limit = min(cmp.Or(f.Limit, usualPage), longestPage)
	found, err := f.queued(tx, start)
	if err != nil {
		return nil, "", err
	}
	for _, term := range f.leading() {
		more, err := f.numbered(tx, term, start)
		if err != nil {
			return nil, "", err
		}
		found = append(found, more...)
	}
	page, next := cutPage(found, f.Limit)
	return page, next, nil
}

// Find reads one entry; fault.NotFound where there is none.
func (l *Log) Find(tx *database.Tx, id string) (Entry, error) {
	body, err := bodyOf(tx, id)
	if err != nil {
		return Entry{}, err
	}
	return readEntry(body)
}

func readEntry(body []byte) (Entry, error) {
	e, err := ParseEntry(body)
	if err != nil {
		return Entry{}, fault.New(fault.Internal, "audit.entry_unreadable").Because(err)
	}
	return e, nil
}

// cutPage merges what the sources found, each entry once.
func cutPage(found []Entry, limit int) (page []Entry, next string) {
	slices.SortFunc(found, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(b.At, a.At), strings.Compare(b.ID, a.ID))
	})
	found = slices.CompactFunc(found, func(a, b Entry) bool { return a.ID == b.ID })
	if len(found) <= limit {
		return found, ""
	}
	last := &found[limit-1]
	return found[:limit], strconv.FormatInt(int64(last.At), 10) + "." + last.ID
}

// start is the place below which the page begins.
func (f *Filter) start() (place, error) {
	start := place{at: math.MaxInt64}
	if f.To != 0 {
		start.at = f.To
	}
	if f.After == "" {
		return start, nil
	}
	text, id, found := strings.Cut(f.After, ".")
	at, err := strconv.ParseInt(text, 10, 64)
	if !found || err != nil || !isCode(id) {
		return place{}, fault.New(fault.Malformed, "audit.cursor")
	}
	if moment.Time(at) < start.at {
		start = place{at: moment.Time(at), id: id}
	}
	return start, nil
}

// leading are the terms that the look-up begins with: the one that is likely to have the fewest entries, or one for each agency.
func (f *Filter) leading() []string {
	switch {
	case f.FileID != "":
		return []string{ofFile + f.FileID}
	case f.CaseID != "":
		return []string{ofCase + f.CaseID}
	case f.ActorID != "":
		return []string{ofActor + f.ActorID}
	case f.Everywhere:
		return []string{everything}
	}
	return f.agencyTerms()
}

func (f *Filter) agencyTerms() []string {
	terms := make([]string, len(f.AgencyIDs))
	for i, id := range f.AgencyIDs {
		terms[i] = ofAgency + id
	}
	return terms
}

// admits says whether the filter lists the entry; the statement of numbered says the same in SQL.
func (f *Filter) admits(e *Entry) bool {
	if f.ActorID != "" && e.ActorID != f.ActorID || f.CaseID != "" && e.CaseID != f.CaseID ||
		f.Op != "" && e.Op != f.Op || f.Decision != "" && e.Decision != f.Decision ||
		e.At < f.From || f.To != 0 && e.At >= f.To {
		return false
	}
	if f.FileID != "" && e.FileID != f.FileID && !slices.Contains(e.Results, f.FileID) {
		return false
	}
	return f.Everywhere || slices.ContainsFunc(f.AgencyIDs, func(id string) bool {
		return id == e.AgencyID || slices.Contains(e.Concerns, id)
	})
}
