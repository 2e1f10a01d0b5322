// Package casefile is the case file: what happened, where, found by whom, and which victims it concerns.
// It does not hold persons; each victim has a file of their own.
package casefile

import (
	"slices"
	"strings"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Stages of a case file.
const (
	Active = "active"
	Closed = "closed"
)

// Facts are the coded facts of a case. They lie in clear, because coordination and statistics need them; nothing here
// points to a person.
type Facts struct {
	Exploitation []string    `json:"exploitation"` // codes of the list exploitation_types
	Sector       string      `json:"sector"`       // ISIC rev. 4 section, code of the list sectors; empty where there is none
	Country      string      `json:"country"`      // country of exploitation, ISO 3166-1 alpha-2
	DetectedBy   string      `json:"detected_by"`  // code of the list detected_by
	DetectedOn   moment.Date `json:"detected_on"`  // civil day, not in the future
}

// View is a case file as this caller may see it.
type View struct {
	File    gate.FileRow
	Facts   Facts
	Lead    string // public name of the agency that leads
	Leads   bool   // the caller's agency leads
	Version int64
	Victims []VictimLine
	EntryID string // of the look; closed sections are replayed by it
}

// Version is what was said of a case at one time; none is ever overwritten.
type Version struct {
	Number    int64
	Facts     Facts
	Agency    string      // public name of the agency that said so; empty where nobody was kept
	Author    string      // who wrote it, only within the same agency (CETS 197, art. 28)
	WrittenAt moment.Time // zero where the time was not kept
	authorID  string
}

// VictimLine is a victim file of the case that the caller may see: a reference and a status, no name.
type VictimLine struct {
	FileID     string      `db:"file_id"`
	Reference  string      `db:"reference"`
	Status     string      `db:"status"`
	DetectedOn moment.Date `db:"detected_on"`
	ChangedAt  moment.Time `db:"changed_at"`
}

// Line is one case file of a list: coded facts, no person.
type Line struct {
	FileID       string      `db:"file_id"`
	Reference    string      `db:"reference"`
	Stage        string      `db:"stage"`
	Exploitation string      `db:"exploitation"`
	Sector       string      `db:"sector"`
	Country      string      `db:"country"`
	DetectedBy   string      `db:"detected_by"`
	DetectedOn   moment.Date `db:"detected_on"`
	Agency       string      `db:"agency"`
	ChangedAt    moment.Time `db:"changed_at"`
}

// The names of the code lists in the catalogue.
const (
	exploitationCodes = "exploitation_types"
	sectorCodes       = "sectors"
	detectedByCodes   = "detected_by"
	countryCodes      = "countries"
)

// check refuses facts outside the catalogue's code lists, and a detection in the future.
func (f Facts) check(now moment.Time) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if len(f.Exploitation) == 0 {
		wrong.WithField("exploitation", "fault.field_required")
	}
	for _, code := range f.Exploitation {
		if !hasCode(exploitationCodes, code) {
			wrong.WithField("exploitation", "fault.field_unknown_code")
			break
		}
	}
	if f.Sector != "" && !hasCode(sectorCodes, f.Sector) {
		wrong.WithField("sector", "fault.field_unknown_code")
	}
	if !hasCode(countryCodes, f.Country) {
		wrong.WithField("country", "fault.field_unknown_code")
	}
	if !hasCode(detectedByCodes, f.DetectedBy) {
		wrong.WithField("detected_by", "fault.field_unknown_code")
	}
	CheckPastDay(wrong, "detected_on", f.DetectedOn, now)
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// CheckPastDay adds a field fault unless day is a civil day that has begun in Brussels.
func CheckPastDay(wrong *fault.Fault, name string, day moment.Date, now moment.Time) {
	parsed, ok := moment.ParseDate(string(day))
	switch {
	case day == "":
		wrong.WithField(name, "fault.field_required")
	case !ok || parsed < "1900-01-01":
		wrong.WithField(name, "fault.field_not_a_date")
	case parsed > moment.DayOf(now):
		wrong.WithField(name, "fault.field_future")
	}
}

func (f Facts) exploitation() string {
	codes := slices.Clone(f.Exploitation)
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), ";")
}

func splitCodes(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ";")
}

func hasCode(list, code string) bool {
	return slices.ContainsFunc(section.CodeList(list), func(c section.CodeEntry) bool { return c.Code == code })
}
