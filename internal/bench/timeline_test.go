package bench

import (
	"context"
	"fmt"
	"testing"

	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/moment"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// fillEntries writes entries of one section with one version each, spread over the time in which the notes were written.
const (
	fillEntries = `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :entries)
INSERT INTO entry (id, file_id, section, agency_id, created_at, changed_at)
SELECT printf('01990000-0000-7000-%04x-%012x', :turn, i), :file, 'labour', :agency, :begin + i * :step, :begin + i * :step FROM n`
	fillVersions = `INSERT INTO entry_version (entry_id, version, author_id, written_at, nature, purpose, basis, regime, subject, sealed)
SELECT id, 1, :worker, created_at, 'fact', 'protection', 'legal_gateway', 'gdpr', 'victim', :sealed FROM entry WHERE file_id = :file AND section = 'labour'`
)

// BenchmarkTimeline is a page of the timeline of a file with fifty events, which is the reference, and of one with five thousand,
// every tenth of them a note whose text is opened: the first page, and one half way down.
func BenchmarkTimeline(b *testing.B) {
	h := open(b, "sqlite")
	by := h.world.As("rsz")
	caseID, err := h.Cases.Open(by, casefile.New{Facts: testkit.Site}, "")
	must(b, err)
	for turn, events := range []int{50, 5000} {
		fileID, half := h.eventful(b, by, caseID, turn, events)
		for _, page := range []struct {
			name  string
			after gate.Cursor
		}{{"first", gate.Cursor{}}, {"deep", half}} {
			b.Run(fmt.Sprintf("events=%d/%s", events, page.name), func(b *testing.B) {
				for b.Loop() {
					line, err := h.Journal.Timeline(by, gate.Victim, fileID, page.after)
					must(b, err)
					if len(line.Events) < journal.PageSize/2 {
						b.Fatalf("%d events on the page", len(line.Events))
					}
				}
			})
		}
	}
}

// eventful opens a victim file on which so many things have happened, and gives the place in the middle of them.
func (h *house) eventful(b *testing.B, by context.Context, caseID string, turn, events int) (fileID string, half gate.Cursor) {
	b.Helper()
	fileID, err := h.Victims.Open(by, caseID, victim.New{DetectedOn: moment.DayOf(moment.Now())}, "")
	must(b, err)
	begin := moment.Now()
	for range events / 10 {
		_, err := h.Journal.Write(by, gate.Victim, fileID, journal.New{Section: "labour", Text: "Worked on Sunday again, without pay."}, "")
		must(b, err)
	}
	end := moment.Now()
	count := events - events/10
	must(b, h.Database.Write(context.Background(), func(tx *database.Tx) error {
		args := database.Args{"entries": count, "turn": turn, "file": fileID, "agency": h.world.Person("rsz").AgencyID, "begin": begin,
			"step": max(1, int64(end-begin)/int64(count))}
		if _, err := tx.Exec(fillEntries, args); err != nil {
			return err
		}
		_, err := tx.Exec(fillVersions, database.Args{"file": fileID, "worker": h.world.Person("rsz").ID, "sealed": make([]byte, 400)})
		return err
	}))
	h.settle(b)
	return fileID, gate.Cursor{At: begin + (end-begin)/2, ID: fileID}
}
