// Package directory says which desk offers what: services, languages, for whom, opening hours, how the desk is reached, and
// how many places are free tonight. Every caseworker of the three countries reads it.
// It knows no person and no address of a shelter, and opens no file.
package directory

import (
	"slices"
	"strings"
	"time"

	"relais/internal/authz"
	"relais/internal/moment"
	"relais/internal/section"
)

// Fresh is for how long a number of free places is believed after a desk has told it.
const Fresh = 24 * time.Hour

// unwritten is the version of a desk that has not said yet what it offers; the first writing is the version after it.
const unwritten = 1

const (
	longestArea = 80
	mostCodes   = 60
	mostPlaces  = 999
)

// People are the codes of whom a desk is there for.
var People = []string{"women", "men", "children", "families", "couples", "lgbti", "disabled"}

// Days are the codes of the days of the week.
var Days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// usual are the languages that a form offers to tick; by the JSON API every language can be named.
var usual = []string{"nl", "fr", "de", "en", "es", "pt", "it", "ro", "bg", "hu", "pl", "sq", "sr", "tr", "ru", "uk", "ar", "fa", "ps", "ur", "hi", "pa",
	"ne", "zh", "vi", "th", "tl", "so", "ti", "am", "sw", "ln", "yo", "ig"}

// Services are the codes of what a desk can offer: the same as of what a person may need.
func Services() []string { return codesOf("services") }

// exploitations are the codes of the forms that a desk knows about.
func exploitations() []string {
	return slices.DeleteFunc(codesOf("exploitation_types"), func(code string) bool { return code == "unknown" })
}

func codesOf(list string) (codes []string) {
	for _, c := range section.CodeList(list) {
		codes = append(codes, c.Code)
	}
	return codes
}

// Codes are some codes of one list. They lie in one column, parted by spaces.
type Codes string

// CodesOf joins codes.
func CodesOf(codes []string) Codes { return Codes(strings.Join(codes, " ")) }

// List parts them again.
func (c Codes) List() []string { return strings.Fields(string(c)) }

// Has says whether a code is among them.
func (c Codes) Has(code string) bool { return slices.Contains(c.List(), code) }

// Listing is what a desk offers, as every caseworker sees it.
type Listing struct {
	DeskID       string      `db:"desk_id"`
	Desk         string      `db:"desk"`
	AgencyID     string      `db:"agency_id"`
	Agency       string      `db:"agency"`
	Country      string      `db:"country"`
	Kind         authz.Role  `db:"kind"`
	Intake       bool        `db:"intake"` // takes people in: a referral can go there
	Version      int64       `db:"version"`
	WrittenAt    moment.Time `db:"written_at"`
	AuthorID     string      `db:"author_id"` // told to nobody; whose name is told only within the same agency
	Services     Codes       `db:"services"`
	Languages    Codes       `db:"languages"`
	People       Codes       `db:"people"`
	Exploitation Codes       `db:"exploitation"`
	Area         string      `db:"area"`
	AlwaysOpen   bool        `db:"always_open"`
	Days         Codes       `db:"days"`
	Opens        string      `db:"opens"`
	Closes       string      `db:"closes"`
	Email        string      `db:"email"`
	Phone        string      `db:"phone"`
	Free         int         `db:"free"`
	ToldAt       moment.Time `db:"told_at"` // zero where the desk has never told its places
	Mine         bool        `db:"-"`       // the reader may write it
	Own          bool        `db:"-"`       // of the reader's agency
}

// Written says whether the desk has said what it offers.
func (l *Listing) Written() bool { return l.Version > unwritten }

// Known says whether the number of free places is still believed.
func (l *Listing) Known(now moment.Time) bool { return l.ToldAt != 0 && l.ToldAt.Add(Fresh) > now }

// Tonight says whether the desk is known to have a place.
func (l *Listing) Tonight(now moment.Time) bool { return l.Known(now) && l.Free > 0 }

// Filter is what somebody looks for; empty is everything.
type Filter struct {
	Service  string
	Language string
	Country  string
	Tonight  bool // only desks that are known to have a place
}

// Step is one earlier writing of a listing.
type Step struct {
	Version   int64       `db:"version"`
	WrittenAt moment.Time `db:"written_at"`
	AuthorID  string      `db:"written_by"`
	Author    string      `db:"-"` // a name, only within the same agency
}

// View is a listing with its history.
type View struct {
	Listing
	Steps []Step
	Now   moment.Time
}
