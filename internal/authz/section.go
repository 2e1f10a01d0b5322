package authz

import "strings"

// Section is a part of a file that opens or stays closed as a whole, or one of the things around files.
type Section uint8

// The twenty sections in the order of the access matrix (domain 3.4), then what is opened or managed.
const (
	Identity Section = iota + 1
	Identifiers
	SafeContact
	ShelterLocation
	Health
	Residence
	Exploitation
	Statements
	Intelligence
	Labour
	Claims
	Proceeds
	Court
	RiskLevel
	RiskDetail
	SupportPlan
	Consents
	Suspects
	Guardianship
	AccessLog
	CaseFile
	VictimFile
	Team
	People
)

const numSections = int(People)

var sectionWords = words{
	"", "identity", "identifiers", "safe_contact", "shelter_location", "health", "residence", "exploitation",
	"statements", "intelligence", "labour", "claims", "proceeds", "court", "risk_level", "risk_detail",
	"support_plan", "consents", "suspects", "guardianship", "access_log",
	"case_file", "victim_file", "team", "people",
}

// String is the section's word in the matrix, "" for no section.
func (s Section) String() string { return sectionWords.at(uint8(s)) }

// Key is the message key of its name.
func (s Section) Key() string { return "authz.section." + s.String() }

func (s Section) valid() bool { return s >= Identity && s <= People }

// ParseSection finds a section by its word.
func ParseSection(word string) (Section, bool) {
	n, ok := sectionWords.find(word)
	return Section(n), ok
}

// SectionSet is a set of sections; the numbers of the bits are stored in grants and never change.
type SectionSet uint32

// SectionsOf makes a set.
func SectionsOf(sections ...Section) (set SectionSet) {
	for _, section := range sections {
		set = set.With(section)
	}
	return set
}

// FileSections are the nineteen sections that people write; the access log is written by the program.
func FileSections() SectionSet { return SectionSet(bit(AccessLog) - 1) }

// AllSections are the file sections, the access log, and what is opened or managed.
func AllSections() SectionSet { return SectionSet(1<<numSections - 1) }

// Has says whether the section is in the set.
func (s SectionSet) Has(section Section) bool { return uint32(s)&bit(section) != 0 }

// With is the set and this section; no section adds nothing.
func (s SectionSet) With(section Section) SectionSet {
	if !section.valid() {
		return s
	}
	return s | SectionSet(bit(section))
}

// Without is the set less this section.
func (s SectionSet) Without(section Section) SectionSet { return s &^ SectionSet(bit(section)) }

// And is what both sets hold.
func (s SectionSet) And(other SectionSet) SectionSet { return s & other }

// Or is what either set holds.
func (s SectionSet) Or(other SectionSet) SectionSet { return s | other }

// Minus is what only this set holds.
func (s SectionSet) Minus(other SectionSet) SectionSet { return s &^ other }

// Empty says whether nothing is in the set.
func (s SectionSet) Empty() bool { return s&AllSections() == 0 }

// Each yields the sections in the order of the matrix: for section := range set.Each.
func (s SectionSet) Each(yield func(Section) bool) {
	for section := Identity; section <= People; section++ {
		if s.Has(section) && !yield(section) {
			return
		}
	}
}

// String lists the words, joined by commas.
func (s SectionSet) String() string {
	var list []string
	for section := range s.Each {
		list = append(list, section.String())
	}
	return strings.Join(list, ",")
}
