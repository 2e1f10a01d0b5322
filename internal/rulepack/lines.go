package rulepack

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"relais/internal/authz"
)

// ruleCode is lower case and begins with its country, so that a rule that somebody reads says where it belongs.
var ruleCode = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+$`)

// longest is the largest number that may stand in a pack: a century in days.
const longest = 36_600

var (
	kinds   = []string{string(Reflection), string(Document), string(Waiting), string(Answer), string(Breach)}
	units   = []string{string(Hours), string(Days), string(Months), string(Years)}
	persons = []string{Anybody, Adult, Child}
)

// working are the kinds of agencies; auditing and administering are done inside each of them.
func working() (words []string) {
	for _, role := range authz.Roles() {
		if role != authz.RoleAuditor && role != authz.RoleAgencyAdmin {
			words = append(words, string(role))
		}
	}
	return words
}

func clockOf(c *cells, country Country) ClockRule {
	c.rule = c.values[0]
	r := ClockRule{Rule: c.text("rule"), Country: country, line: c.line, file: c.file}
	if !ruleCode.MatchString(r.Rule) || country != "" && !strings.HasPrefix(r.Rule, strings.ToLower(string(country))+".") {
		c.refuse("a rule is lower case and begins with its country")
	}
	r.From, r.To = c.days()
	r.Kind, r.Person = Kind(c.code("kind", kinds)), c.code("person", persons)
	section, ok := authz.ParseSection(c.text("section"))
	if r.Section = section; !ok {
		c.refuse("unknown section %q", c.text("section"))
	}
	r.Event = c.code("event", events)
	r.Unit = Unit(c.code("unit", units))
	r.Length = c.number("length", 1)
	r.AtMost = c.code("at_most", []string{"", "yes"}) == "yes"
	r.Renewals, r.RenewBy = c.renewals()
	r.Warn = c.warnings(r.Length, r.Unit)
	r.Responsible = c.codes("responsible", append(working(), Starter))
	if len(r.Responsible) == 0 {
		c.refuse("responsible is missing")
	}
	r.Consequence = c.code("consequence", consequences)
	r.Documents, r.Conditions = c.codes("documents", documents), c.codes("conditions", conditions)
	r.Ends, r.Follows = c.codes("ends", endings), c.text("follows")
	r.Source, r.Note = c.needed("source"), c.text("note")
	c.checkLength(&r)
	return r
}

// checkLength refuses a reflection period that could be shorter than the floor, and hours where days are meant.
func (c *cells) checkLength(r *ClockRule) {
	if r.Kind == Reflection && shortest(r.Length, r.Unit) < ReflectionFloor {
		c.refuse("a reflection period has at least %d days", ReflectionFloor)
	}
	if (r.Unit == Hours) != (r.Kind == Breach) {
		c.refuse("only a breach clock counts in hours")
	}
}

// number reads a whole number of at least least.
func (c *cells) number(column string, least int) int {
	n, err := strconv.Atoi(c.text(column))
	switch {
	case err == nil && n < 0:
		c.refuse("%s is negative", column)
	case err != nil || n < least || n > longest:
		c.refuse("%s has to be a whole number between %d and %d, not %q", column, least, longest, c.text(column))
	default:
		return n
	}
	return least
}

func (c *cells) renewals() (times, by int) {
	switch text := c.text("renewals"); text {
	case "no":
		if c.text("renew_by") != "" {
			c.refuse("renew_by without renewals")
		}
		return 0, 0
	case "unlimited":
		times = Unlimited
	default:
		times = c.number("renewals", 1)
	}
	return times, c.number("renew_by", 1)
}

// warnings are numbers that fall, each less than the clock is long.
func (c *cells) warnings(length int, unit Unit) (warn []int) {
	limit := length
	if unit != Hours {
		limit = shortest(length, unit)
	}
	for word := range strings.FieldsSeq(c.text("warn")) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n >= limit || len(warn) > 0 && n >= warn[len(warn)-1] {
			c.refuse("warn has numbers that fall, each between 1 and the length: %q", word)
			return warn
		}
		warn = append(warn, n)
	}
	return warn
}

// movesOf are the moves of one line: one from each state that it names.
func movesOf(c *cells, country Country) (moves []Move) {
	from := strings.Fields(c.text("from"))
	if len(from) == 0 {
		c.refuse("from is missing")
	}
	for _, state := range from {
		moves = append(moves, moveOf(c, state, country))
	}
	return moves
}

func moveOf(c *cells, from string, country Country) Move {
	m := Move{Track: c.values[0], From: from, To: c.values[2], Country: country, line: c.line, file: c.file}
	c.rule = m.name()
	m.Track = c.code("track", Tracks())
	for _, state := range []string{m.From, c.text("to")} {
		if !known(m.Track, state) {
			c.refuse("unknown state %q", state)
		}
	}
	if m.From == m.To {
		c.refuse("a move leads to another state")
	}
	m.ValidFrom, m.ValidTo = c.days()
	m.Person = c.code("person", persons)
	m.Deciders = c.codes("deciders", append(append(working(), Anybody), deciderUnits()...))
	if len(m.Deciders) == 0 {
		c.refuse("deciders are missing")
	}
	m.Basis, m.Source, m.Note = c.needed("basis"), c.needed("source"), c.text("note")
	m.Starts, m.Ends = strings.Fields(c.text("starts")), strings.Fields(c.text("ends"))
	m.Documents = c.codes("documents", documents)
	m.Needs, m.Conditions = c.needs(m.Track), c.grounds()
	return m
}

// name is how a refusal and the trail call the move.
func (m *Move) name() string { return m.Track + ":" + m.From + ">" + m.To }

// Name is how a refusal and the trail call the move.
func (m Move) Name() string { return m.name() }

// grounds reads "left_milieu complaint|presence_needed": of every word one condition has to hold.
func (c *cells) grounds() (all [][]string) {
	for word := range strings.FieldsSeq(c.text("conditions")) {
		one := strings.Split(word, "|")
		for _, condition := range one {
			if !slices.Contains(grounds, condition) {
				c.refuse("unknown condition %q", condition)
			}
		}
		all = append(all, one)
	}
	return all
}

// needs reads "criminal:reported|criminal:prosecution remedy:claimed": every word has to be met, by one of its states.
func (c *cells) needs(track string) (needs []Need) {
	for word := range strings.FieldsSeq(c.text("needs")) {
		var need Need
		for alternative := range strings.SplitSeq(word, "|") {
			of, state, _ := strings.Cut(alternative, ":")
			if !known(of, state) {
				c.refuse("unknown need %q", alternative)
			}
			need = append(need, State{of, state})
		}
		if slices.ContainsFunc(need, func(s State) bool { return s.Track == track }) {
			c.refuse("a move needs states of other tracks only")
		}
		needs = append(needs, need)
	}
	return needs
}
