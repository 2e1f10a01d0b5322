package audit

import (
	"cmp"
	"slices"
	"strings"
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

func compareLookups(a, b lookup) int {
	return cmp.Or(strings.Compare(a.Term, b.Term), cmp.Compare(a.At, b.At), strings.Compare(a.EntryID, b.EntryID))
}
