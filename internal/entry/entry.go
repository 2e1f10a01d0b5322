// Package entry is what agencies write in the sections of a file: entries, their versions, and the merge of two edits.
// It does not decide who may see them; the gate does, entry by entry.
package entry

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// View is one entry as this caller may see it.
type View struct {
	ID         string
	Section    authz.Section
	AgencyID   string
	AgencyName string
	Version    int64
	WrittenAt  moment.Time
	Author     string // the writer's name, only within the same agency (CETS 197, art. 28)
	Nature     string // fact or assessment (directive 2016/680, art. 7)
	Purpose    string
	Basis      string
	Handling   string
	Full       bool
	Values     section.Values
	CanEdit    bool
	CanAddTo   bool     // a signed statement of the caller's agency: an addition in place of a change
	Only       []string // the fields that the caller's agency writes here; nil is all
}

// SectionView is one section of a file for this caller.
type SectionView struct {
	Section    authz.Section
	Open       bool
	Reason     authz.Reason // why it is closed, or why entries of others are
	AskReason  bool         // giving a reason of access would open it
	OthersOpen bool         // entries of other agencies are shown too
	SomeOpen   bool         // of others, only what the agencies wrote that shared it
	SomeFacts  bool         // of others, only single facts of what these agencies wrote
	CanWrite   bool
	Entries    []View
	Derived    []section.Value // what may be known of entries that stay closed
	Given      string          // the reason of access by which this look opened
	CanRequest bool            // who leads the file could open more of it to the caller
	Emergency  bool            // an emergency would open it to the caller, who is a duty officer
}

// Draft is what a person wants to write.
type Draft struct {
	Values  section.Values `json:"values" doc:"Field name to value; several codes joined by a semicolon. The catalogue names the fields."`
	Purpose string         `json:"purpose" doc:"A code"`
	Basis   string         `json:"basis" doc:"A code"`
	Nature  string         `json:"nature,omitempty" enum:"fact,assessment" doc:"Empty takes the section's"`
	TLP     string         `json:"tlp,omitempty" enum:"clear,green,amber,amber_strict,red" doc:"How far the text may travel; not where handling codes are asked for"`
	Reason  string         `json:"-"` // of access, where the section asks for one at each look
}

// Reasons that are not the policy's own; their words stand with the policy's.
const (
	otherAgency authz.Reason = "entry.other_agency" // only the agency that wrote an entry changes it
	factsOnly   authz.Reason = "entry.facts_only"   // single facts of the section are open, its entries are not
	isSigned    authz.Reason = "entry.signed"       // a signed statement is not changed any more
)

// Signed says whether this is a signed statement: what was signed stays as it is, a correction is an addition (domain F08).
func (v View) Signed() bool { return v.Section == authz.Statements && v.Values["signed"] == "yes" }

// subjectOf is the category of the person whom the section is about (directive 2016/680, art. 6).
func subjectOf(id authz.Section, kind gate.Kind) string {
	switch {
	case id == authz.Suspects || id == authz.Proceeds:
		return "suspect"
	case kind == gate.Case:
		return "case"
	}
	return "victim"
}

// handlingField is the catalogue's field that carries Europol's handling codes.
const handlingField = "handling_codes"

// marking is how far the draft may travel: by handling codes where the section asks for them, elsewhere by a traffic light.
func (d Draft) marking() gate.Marking {
	m := gate.ParseMarking(d.Values[handlingField])
	m.TLP = d.TLP
	return m
}

// marks says whether the section asks for handling codes.
func marks(room *section.Section) bool { return room.Field(handlingField) != nil }

// evaluation is the 4x4 code of police information, such as "B2"; empty where the section asks for none.
func (d Draft) evaluation() string {
	return d.Values["source_evaluation"] + d.Values["information_evaluation"]
}

// Belongs says whether files of this kind have the section.
func Belongs(room *section.Section, kind gate.Kind) bool {
	return room != nil && (kind == gate.Case && room.InCase() || kind == gate.Victim && room.InVictim())
}

// openTo are the fields that a decision to write opens, nil for all: a labour inspector writes the wage part of the claims and
// nothing else of them (domain 3.5, F11a).
func openTo(room *section.Section, d gate.Decision) []string {
	if d.Show != authz.Derived {
		return nil
	}
	keys := map[string]bool{}
	for _, key := range room.DerivedKeys(d.Role) {
		keys[key] = true
	}
	only := []string{}
	for i := range room.Fields {
		if keys[room.Fields[i].Key()] {
			only = append(only, room.Fields[i].Name)
		}
	}
	return only
}
