package screening

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"relais/internal/moment"
)

// Strength is how much an indicator weighs in a list.
type Strength string

// The strengths. What is only asked weighs nothing by itself; a rule can ask whether it was answered with yes.
const (
	Strong Strength = "S"
	Medium Strength = "M"
	Weak   Strength = "W"
	Asked  Strength = "N"
)

// Result is what a list of answers says. It is advice, never a status.
type Result string

// The results, from the least to the most.
const (
	None             Result = "none"
	Some             Result = "some"
	StrongIndication Result = "strong"
)

// Results lists the results, from the least to the most.
func Results() []Result { return []Result{None, Some, StrongIndication} }

// Lists are the lists of indicators, in the order in which a page offers them.
var Lists = []string{"adult_labour", "adult_sexual", "child", "minute"}

// forChildren are the lists for a child, and for somebody who is presumed to be one.
var forChildren = []string{"child", "minute"}

// Dimensions are what indicators speak of, in the order of a form.
var Dimensions = []string{"act", "deception", "coercion", "vulnerability", "exploitation", "control", "dependence", "forced_labour"}

// Countries are those whose rules may differ.
var Countries = []string{"BE", "NL", "LU"}

// Indicator is one line of a list: own wording after the indicators of the ILO and the European Commission (2009).
type Indicator struct {
	ID        string // its words are screening.indicator.<id>
	Dimension string
	weight    map[string]Strength // by list; none where the list leaves it out
}

// In is how much it weighs in a list; ok is false where the list leaves it out.
func (i *Indicator) In(list string) (strength Strength, ok bool) {
	strength, ok = i.weight[list]
	return strength, ok
}

// threshold makes a dimension count: at least so many of each strength, where a stronger one can stand in for a weaker.
type threshold struct{ strong, medium, weak int }

func (t threshold) met(tally Tally) bool {
	return tally.Strong >= t.strong && tally.Strong+tally.Medium >= t.strong+t.medium &&
		tally.Strong+tally.Medium+tally.Weak >= t.strong+t.medium+t.weak
}

// Need is one thing that a rule asks for: one of several dimensions has to count, or just anything has to be there.
type Need struct {
	Any        bool     // any answer at all: of the one dimension where one is named, else of the whole list
	Dimensions []string // one of them
}

// Rule leads from dimensions to a result.
type Rule struct {
	ID      string
	Country string // "any" for all
	List    string
	Result  Result
	Needs   []Need
	Source  string
}

// Book is all indicators and the rules that combine them, as checked data.
type Book struct {
	indicators []Indicator
	byID       map[string]*Indicator
	thresholds map[string][]threshold // by country; "any" where a country has none of its own
	rules      []Rule
	edition    string
	from       moment.Date // the day from which this version holds
	versions   []*Book     // all of them, the oldest first; in the newest only
}

// On is the version of the data that holds on a day; before the first day it is the first.
func (b *Book) On(day moment.Date) *Book {
	found := b
	for i := len(b.versions) - 1; i >= 0; i-- {
		if found = b.versions[i]; found.from <= day {
			break
		}
	}
	return found
}

// Edition names this version by its content, so that a screening keeps by which it was judged.
func (b *Book) Edition() string { return b.edition }

// List gives the indicators of a list, in the order of a form; nil for an unknown one.
func (b *Book) List(list string) (indicators []*Indicator) {
	for i := range b.indicators {
		if _, in := b.indicators[i].In(list); in {
			indicators = append(indicators, &b.indicators[i])
		}
	}
	return indicators
}

// Ever gives the indicators of a list in all versions, each once: what a form may have asked.
func (b *Book) Ever(list string) (indicators []*Indicator) {
	seen := map[string]bool{}
	for _, version := range b.versions {
		for _, i := range version.List(list) {
			if !seen[i.ID] {
				seen[i.ID], indicators = true, append(indicators, i)
			}
		}
	}
	return indicators
}

// Tally is what was found in one dimension.
type Tally struct {
	Dimension            string
	Strong, Medium, Weak int
	Asked                int // answered with yes, and weighing nothing
	Positive             bool
}

func (t Tally) weighed() int { return t.Strong + t.Medium + t.Weak }

// Judgement is a result and the rule that led there; none has no rule.
type Judgement struct {
	Result  Result
	Rule    Rule
	Tallies []Tally // of the list's dimensions, in order
}

// Judge counts the indicators that are present and applies the rules of a country, the more serious result first.
func (b *Book) Judge(country, list string, present []string) Judgement {
	j := Judgement{Result: None, Tallies: b.count(country, list, present)}
	for _, result := range []Result{StrongIndication, Some} {
		for _, rule := range b.rules {
			if rule.Result == result && rule.List == list && (rule.Country == anyCountry || rule.Country == country) && rule.holds(j.Tallies) {
				j.Result, j.Rule = result, rule
				return j
			}
		}
	}
	return j
}

func (b *Book) count(country, list string, present []string) (tallies []Tally) {
	for _, dimension := range Dimensions {
		tally, known := Tally{Dimension: dimension}, false
		for _, indicator := range b.List(list) {
			if indicator.Dimension != dimension {
				continue
			}
			known = true
			if !slices.Contains(present, indicator.ID) {
				continue
			}
			switch indicator.weight[list] {
			case Strong:
				tally.Strong++
			case Medium:
				tally.Medium++
			case Weak:
				tally.Weak++
			case Asked:
				tally.Asked++
			}
		}
		if known {
			tally.Positive = slices.ContainsFunc(b.thresholdsOf(country), func(t threshold) bool { return t.met(tally) })
			tallies = append(tallies, tally)
		}
	}
	return tallies
}

func (b *Book) thresholdsOf(country string) []threshold {
	if own := b.thresholds[country]; own != nil {
		return own
	}
	return b.thresholds[anyCountry]
}

func (r *Rule) holds(tallies []Tally) bool {
	return !slices.ContainsFunc(r.Needs, func(n Need) bool { return !n.met(tallies) })
}

func (n Need) met(tallies []Tally) bool {
	return slices.ContainsFunc(tallies, func(t Tally) bool {
		switch {
		case n.Any && len(n.Dimensions) == 0:
			return t.weighed() > 0
		case n.Any:
			return slices.Contains(n.Dimensions, t.Dimension) && t.weighed()+t.Asked > 0
		}
		return t.Positive && slices.Contains(n.Dimensions, t.Dimension)
	})
}

// editionOf names texts by their content.
func editionOf(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:6])
}
