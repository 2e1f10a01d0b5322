// Package victim is the victim file: one person, what each agency wrote about them, and who may see it.
// It does not track the law's clocks; a person is presumed a victim until somebody entitled decides otherwise, or, where the file comes
// of a signal, not before somebody has said so.
package victim

import (
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
)

// What a person is called, on pages, in lists and in the API. Nobody is called a victim before somebody presumed it (domain, section 7).
const (
	Detected = "detected" // noticed by a signal; help is given all the same
	Presumed = "presumed" // help starts before anybody has decided (CETS 197, art. 10)
)

// Call says what the person is called from now on; the tracks say it inside the change that makes it so.
func Call(tx *gate.Tx, status string) error {
	_, err := tx.Exec(updateStatus, gate.Args{"status": status})
	return err
}

// View is a victim file as this caller may see it, section by section.
type View struct {
	File          gate.FileRow
	Status        string
	DetectedOn    moment.Date
	Version       int64
	CaseReference string // empty where the caller does not see the case
	Leads         bool
	Sections      []entry.SectionView
	EntryID       string // of the look; closed sections are replayed by it
}

// Line is one victim file of a list: a reference and a status, no name.
type Line struct {
	FileID     string      `db:"file_id"`
	Reference  string      `db:"reference"`
	Status     string      `db:"status"`
	Stage      string      `db:"stage"`
	DetectedOn moment.Date `db:"detected_on"`
	Agency     string      `db:"agency"`
	Country    string      `db:"country"`
	ChangedAt  moment.Time `db:"changed_at"`
}

// Found is one hit of a search: the name only where the caller may read the identity that matched.
type Found struct {
	Kind      gate.Kind
	FileID    string
	Reference string
	Name      string
	BirthDate string
}
