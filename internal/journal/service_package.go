package journal

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/circle"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
)

// Along gives the notes of the file in these sections that a receiver will be able to read and the sender of the transaction reads too, as
// the receiver will, section by section and the oldest first. Without versions they are the notes as they stand; with them the notes that
// are named, each up to that version. sharing calls it for the package of an offer.
func Along(tx, receiver *gate.Tx, sections authz.SectionSet, at map[string]int64) (notes []entry.NoteView, err error) {
	rows, err := notesIn(tx, wordsOf(sections))
	if err != nil {
		return nil, err
	}
	for len(rows) > 0 {
		end := slices.IndexFunc(rows, func(n Note) bool { return n.ID != rows[0].ID })
		if end < 0 {
			end = len(rows)
		}
		versions := rows[:end]
		rows = rows[end:]
		if at != nil { // a version that came later is not in a package of then
			versions = slices.DeleteFunc(slices.Clone(versions), func(n Note) bool { return n.Version > at[n.ID] })
		}
		both, err := readByBoth(tx, receiver, versions)
		if err != nil {
			return nil, err
		}
		if both {
			view := View{File: tx.File(), Versions: versions}
			view.Section, _ = authz.ParseSection(versions[0].Section)
			notes = append(notes, view.note())
		}
	}
	slices.SortStableFunc(notes, func(a, b entry.NoteView) int { return section.Place(a.Section) - section.Place(b.Section) })
	return notes, nil
}

// readByBoth says whether the receiver will read all these versions of a note and the caller does, and opens them.
func readByBoth(tx, receiver *gate.Tx, versions []Note) (bool, error) {
	for i := range versions {
		if !receiver.Readable(versions[i].row()) {
			return false, nil
		}
		if shown, err := open(tx, &versions[i]); !shown || err != nil {
			return false, err
		}
	}
	return len(versions) > 0, nil
}

func wordsOf(sections authz.SectionSet) (words []string) {
	for id := range sections.Each {
		words = append(words, id.String())
	}
	return words
}

// tellHolders tells of a correction whoever got the note with a referral or has read it by a circle.
func tellHolders(tx *gate.Tx, noteID string, room authz.Section, version int64) error {
	if err := sharing.NoteCorrected(tx, noteID, version); err != nil {
		return err
	}
	return circle.NoteCorrected(tx, noteID, room)
}
