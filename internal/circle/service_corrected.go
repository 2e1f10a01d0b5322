package circle

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/notice"
)

// Corrected tells every desk that had an older version of an entry open by a circle that it was written anew, also one that sees the file
// no longer; they have to say that they know. The entry slice calls it for each new version.
func Corrected(tx *gate.Tx, entryID string) error {
	readers, err := readersOf(tx, entryID)
	if err != nil {
		return err
	}
	return tellReaders(tx, readers, gate.Writer{Section: tx.Section(), AgencyID: tx.Actor().AgencyID, EntryID: entryID})
}

// NoteCorrected is Corrected for a note that was open to the whole file.
func NoteCorrected(tx *gate.Tx, noteID string, section authz.Section) error {
	readers, err := readersOfNote(tx, noteID)
	if err != nil {
		return err
	}
	return tellReaders(tx, readers, gate.Writer{Section: section, AgencyID: tx.Actor().AgencyID, EntryID: noteID})
}

func tellReaders(tx *gate.Tx, readers []reader, what gate.Writer) error {
	told := map[string]bool{}
	for i := range readers {
		r := &readers[i]
		opened := gate.Grant{Sections: r.Sections, OnlyOf: r.OnlyOf}
		if told[r.DeskID] || !opened.Opens(what) {
			continue
		}
		told[r.DeskID] = true
		n := notice.New{To: notice.To{Kind: notice.Desk, ID: r.DeskID, AgencyID: r.AgencyID}, Code: "circle_corrected", FileID: tx.File().ID,
			Subject: r.CircleID, MustAcknowledge: true}
		if r.Sees {
			n.Link = "circle"
		}
		if _, err := notice.Tell(tx, n); err != nil {
			return err
		}
	}
	return nil
}
