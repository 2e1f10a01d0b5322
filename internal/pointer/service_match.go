package pointer

import (
	"slices"
	"strings"

	"relais/internal/gate"
)

// match is a file of another agency that probably concerns the same person.
type match struct {
	side
	evidence []string
}

// gathered is what agrees on one file, by all who wrote and by those of them that take part.
type gathered struct {
	side
	said      Said
	all, open agreed
}

// matches are the files to tell of, in the order of their ids, and the ids of those that match but whose agencies, or who leads
// them, take no part.
func matches(tx *gate.Tx, l *looked, all participants) (told []match, silent []string, err error) {
	found, names, err := candidatesFor(tx, l)
	if err != nil {
		return nil, nil, err
	}
	var files []*gathered
	byID := map[string]*gathered{}
	for _, c := range found {
		g := byID[c.FileID]
		if g == nil {
			g = &gathered{side: c.side, said: c.Said, all: agreed{names: map[string]bool{}}, open: agreed{names: map[string]bool{}}}
			byID[c.FileID], files = g, append(files, g)
		}
		g.all.tokens = append(g.all.tokens, string(c.Token))
		if all.count(c.Writer, &g.said) {
			g.open.tokens = append(g.open.tokens, string(c.Token))
		}
	}
	for _, n := range names {
		g := byID[n.FileID]
		g.all.names[string(n.Token)] = true
		if all.count(n.Writer, &g.said) {
			g.open.names[string(n.Token)] = true
		}
	}
	for _, g := range files {
		evidence := l.evidence(g.open)
		switch {
		case evidence != nil && all.allow(g.side, &g.said):
			told = append(told, match{g.side, evidence})
		case l.evidence(g.all) != nil:
			silent = append(silent, g.FileID)
		}
	}
	return told, silent, nil
}

// point makes a pointer to a match and tells both desks, unless one between the two stands already, or somebody has said of these
// identifiers that they are of another person. A desk is pointed to once, and is told once of another: how many files each has is
// not the other's business.
func point(tx *gate.Tx, mine side, m *match, purpose string, before []pointerRow) (made bool, err error) {
	marks := marked(tx, pairOf(mine.FileID, m.FileID), m.evidence)
	var refuted []string
	for i := range before {
		b := &before[i]
		switch {
		case !b.concerns(m.side):
		case b.State == Open && b.UntilAt > tx.Now():
			return false, nil
		case b.State == NotSame && b.pair(m.side):
			refuted = append(refuted, splitIDs(b.Evidence)...)
		}
	}
	if among(marks, refuted) {
		return false, nil
	}
	id := gate.NewID()
	if err := insert(tx, id, purpose, strings.Join(slices.Compact(marks), ","), mine, m.side); err != nil {
		return false, err
	}
	for _, to := range []side{mine, m.side} {
		if err := tell(tx, to, "pointer_match", id); err != nil {
			return false, err
		}
	}
	return true, nil
}
