// Package rulepack reads the rule packs of the countries: which clocks run and how long, and which moves the four tracks of a
// victim allow, as data that a jurist corrects without touching code.
// It knows no person and no file; it answers what a country's law says on a day.
package rulepack

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/moment"
)

// Country is a country with a pack: "BE", "NL", "LU".
type Country string

// The countries with a pack.
const (
	Belgium     Country = "BE"
	Netherlands Country = "NL"
	Luxembourg  Country = "LU"
)

// Countries lists the countries with a pack.
func Countries() []Country { return []Country{Belgium, Netherlands, Luxembourg} }

// everywhere is the directory of the rules that hold in all countries.
const everywhere = "all"

// Kind is what sort of time a clock measures.
type Kind string

// The kinds of clocks.
const (
	Reflection Kind = "reflection" // time to recover and decide; one at a time in a country, never under ReflectionFloor days
	Document   Kind = "document"   // how long a paper holds
	Waiting    Kind = "waiting"    // until a right arises
	Answer     Kind = "answer"     // by when an authority has to do something for the person
	Breach     Kind = "breach"     // by when an authority is told of an incident; runs on no person's file
)

// ReflectionFloor is the shortest reflection period in days (CETS 197, art. 13): no pack can go below it.
const ReflectionFloor = 30

// Unlimited says that a clock may be renewed as long as its conditions hold.
const Unlimited = -1

// The persons for whom a line holds.
const (
	Anybody = "any"
	Adult   = "adult"
	Child   = "child" // also somebody who is presumed to be one
)

// Starter stands among the responsible for the agency that started the clock, of whatever kind it is.
const Starter = "starter"

// ClockRule is one clock as the law of a country has it in one time.
type ClockRule struct {
	Rule        string
	Country     Country // empty where it holds in all countries
	From, To    moment.Date
	Kind        Kind
	Section     authz.Section // whose readers may know of it
	Person      string
	Event       string // what starts it
	Length      int
	Unit        Unit
	AtMost      bool  // the authority may set an earlier end
	Renewals    int   // how often; Unlimited
	RenewBy     int   // in Unit
	Warn        []int // days before the end, the farthest first; hours where the unit is hours
	Responsible []string
	Consequence string
	Documents   []string
	Conditions  []string
	Ends        []string // what ends it before its time
	Follows     string   // the rule whose clock comes before
	Source      string
	Note        string

	line int
	file string
}

// For says whether the rule holds for a child, or for an adult.
func (r *ClockRule) For(child bool) bool { return holdsFor(r.Person, child) }

// Of says whether a reading of the rule is in force on a day.
func (r *ClockRule) holds(on moment.Date) bool { return r.From <= on && (r.To == "" || on <= r.To) }

// Renewable says whether a clock that was renewed so many times may be renewed once more.
func (r *ClockRule) Renewable(times int) bool { return r.Renewals == Unlimited || times < r.Renewals }

// Move is a step that a track allows.
type Move struct {
	Track, From, To    string
	Country            Country
	ValidFrom, ValidTo moment.Date
	Person             string
	Deciders           []string   // kinds of agencies, a unit of one as kind:unit, or Anybody
	Basis              string     // the provision
	Starts, Ends       []string   // rules of clocks
	Needs              []Need     // all of them
	Conditions         [][]string // what whoever decides confirms: of each one
	Documents          []string
	Source, Note       string

	line int
	file string
}

// Need is a condition of a move: one of these states of other tracks.
type Need []State

// State is a state of a track.
type State struct{ Track, State string }

// For says whether the move holds for a child, or for an adult.
func (m *Move) For(child bool) bool { return holdsFor(m.Person, child) }

// DecidedBy says whether somebody of an agency of a kind, who sits in these of its units, takes this step.
func (m *Move) DecidedBy(kind string, units ...string) bool {
	return slices.Contains(m.Deciders, kind) || slices.Contains(m.Deciders, Anybody) ||
		slices.ContainsFunc(units, func(unit string) bool { return slices.Contains(m.Deciders, kind+":"+unit) })
}

// UnitsNamed are the units of agencies of a kind that the law of a country names on a day.
func (b *Book) UnitsNamed(country, kind string, on moment.Date) (named []string) {
	pack, ok := b.Pack(country, on)
	for _, unit := range houseUnits[kind] {
		if ok && slices.ContainsFunc(pack.AllMoves, func(m Move) bool { return slices.Contains(m.Deciders, kind+":"+unit) }) {
			named = append(named, unit)
		}
	}
	return named
}

func (m *Move) holds(on moment.Date) bool {
	return m.ValidFrom <= on && (m.ValidTo == "" || on <= m.ValidTo)
}

func holdsFor(person string, child bool) bool {
	return person == Anybody || (person == Child) == child
}

// Pack is the law of one country in force on a day, with the rules that hold in all countries. It is shared: nobody changes it.
type Pack struct {
	Country  Country
	Version  moment.Date // the day since which it reads like this
	Clocks   []ClockRule
	AllMoves []Move
}

// Clock finds a clock by its rule.
func (p *Pack) Clock(rule string) (ClockRule, bool) {
	for i := range p.Clocks {
		if p.Clocks[i].Rule == rule {
			return p.Clocks[i], true
		}
	}
	return ClockRule{}, false
}

// Starters are the steps that start a clock of a rule.
func (p *Pack) Starters(rule string) (moves []*Move) {
	for i := range p.AllMoves {
		if slices.Contains(p.AllMoves[i].Starts, rule) {
			moves = append(moves, &p.AllMoves[i])
		}
	}
	return moves
}

// Next are the clocks that come after one.
func (p *Pack) Next(rule string) (next []ClockRule) {
	for i := range p.Clocks {
		if p.Clocks[i].Follows == rule {
			next = append(next, p.Clocks[i])
		}
	}
	return next
}

// Moves are the steps that a track allows from a state.
func (p *Pack) Moves(track, from string) (moves []Move) {
	for i := range p.AllMoves {
		if p.AllMoves[i].Track == track && p.AllMoves[i].From == from {
			moves = append(moves, p.AllMoves[i])
		}
	}
	return moves
}

// Book is every pack with all its versions.
type Book struct {
	clocks   []ClockRule
	moves    []Move
	members  []membership
	ages     []ageDeciders
	items    []Item
	holidays []holiday
	packs    map[Country][]*Pack // the versions, the oldest first

	checklists map[Country][]*Checklist // the same
}

// Clocks are all readings of all clocks, for who has to look at the whole book.
func (b *Book) Clocks() []ClockRule { return slices.Clone(b.clocks) }

// Moves are all readings of all moves.
func (b *Book) Moves() []Move { return slices.Clone(b.moves) }
