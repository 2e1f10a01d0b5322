package entry

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// NoteCard is a note on a page of several.
type NoteCard struct {
	Heading  string
	Versions []NoteVersionCard
}

// NoteVersionCard is one version of a note.
type NoteVersionCard struct {
	Heading string
	Card    httpkit.Summary
}

// NoteVersionCards are the versions of a note, the newest first.
func NoteVersionCards(w *locale.Words, n *NoteView) (cards []NoteVersionCard) {
	for _, v := range n.Versions {
		cards = append(cards, NoteVersionCard{Heading: w.T("entry.note_version", "Number", w.Number(int(v.Number)), "At", w.DateTime(v.WrittenAt)),
			Card: httpkit.Summary{Rows: []httpkit.SummaryRow{{Label: w.T("entry.note_text"), Value: v.Text}, {Label: w.T("entry.note_agency"), Value: n.Agency, Note: v.Author}}}})
	}
	return cards
}

// NoteCards are several notes, each under its section.
func NoteCards(w *locale.Words, notes []NoteView) (cards []NoteCard) {
	for i := range notes {
		n := &notes[i]
		cards = append(cards, NoteCard{Heading: w.T("entry.note_in", "Section", w.T(n.Section.Key())), Versions: NoteVersionCards(w, n)})
	}
	return cards
}
