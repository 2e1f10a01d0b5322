package track

import (
	"cmp"
	"slices"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/victim"
)

// course is one track in one country as it is, whoever looks.
type course struct {
	track, country string
	steps          []Step // that stand
	all            []Step // and those that were struck
	void           bool   // all were struck, in a country where the track has not begun by itself
}

func (c *course) add(st *Step) {
	c.all = append(c.all, *st)
	if !st.Struck() {
		c.steps = append(c.steps, *st)
	}
}

func (c *course) state() string {
	if len(c.steps) == 0 {
		return begin(c.track)
	}
	return c.steps[len(c.steps)-1].To
}

func (c *course) since() moment.Date {
	if len(c.steps) == 0 {
		return ""
	}
	return c.steps[len(c.steps)-1].On
}

// next is the version for the next change: steps and strikes each make one.
func (c *course) next() int64 { return c.seq() + int64(len(c.all)-len(c.steps)) }

// seq is the number of the next step.
func (c *course) seq() int64 { return int64(len(c.all)) + 1 }

// coursesOf sorts the steps by track and country. A track without any step stands at its beginning in the home country.
func coursesOf(steps []Step, home string) (courses []course) {
	for _, track := range rulepack.Tracks() {
		before, begun := len(courses), false
		for i := range steps {
			if steps[i].Track != track {
				continue
			}
			if n := len(courses); n == before || courses[n-1].country != steps[i].Country {
				courses = append(courses, course{track: track, country: steps[i].Country})
			}
			courses[len(courses)-1].add(&steps[i])
			begun = begun || !steps[i].Struck()
		}
		for i := before; i < len(courses); i++ {
			c := &courses[i]
			c.void = len(c.steps) == 0 && (begun || c.country != home)
		}
		if !begun && !slices.ContainsFunc(courses[before:], func(c course) bool { return c.country == home }) {
			courses = append(courses, course{track: track, country: home})
		}
	}
	return courses
}

// courseOf is the course of a track in a country, also where it has not begun.
func courseOf(steps []Step, track, country string) course {
	c := course{track: track, country: country}
	for i := range steps {
		if steps[i].Track == track && steps[i].Country == country {
			c.add(&steps[i])
		}
	}
	return c
}

// notPresumed are the states in which nobody has presumed somebody to be a victim, or helped them as one.
var notPresumed = []string{signalled, detected, "not_victim", "declined", "lost_contact", "deceased"}

// called is what the person is called: detected as long as nobody, in any country, has presumed more or begun to help.
func called(courses []course) string {
	status := victim.Presumed
	for i := range courses {
		for _, st := range courses[i].steps {
			switch {
			case courses[i].track != rulepack.Protection:
			case !slices.Contains(notPresumed, st.To):
				return victim.Presumed
			case st.From == signalled:
				status = victim.Detected
			}
		}
	}
	return status
}

// label has the person called what the steps make of them.
func label(tx *gate.Tx) error {
	steps, err := stepsOf(tx)
	if err != nil {
		return err
	}
	return victim.Call(tx, called(coursesOf(steps, "")))
}

// unfinished are the tracks that are not final everywhere they have been. With a death all is said; and of somebody who declined, was lost,
// was handed over or is no victim, a residence or remedy track on which nothing was recorded says nothing more: who may write that no claim
// is wanted need not be on such a file at all.
func unfinished(courses []course, who Person) (tracks []string) {
	gone := !slices.ContainsFunc(courses, func(c course) bool {
		return c.track == rulepack.Protection && !c.void && (c.state() == "closed" || !rulepack.Final(c.track, c.state()))
	})
	for i := range courses {
		c := &courses[i]
		if c.track == rulepack.Protection && c.state() == "deceased" {
			return nil
		}
		untouched := (c.track == rulepack.Residence || c.track == rulepack.Remedy) && c.state() == rulepack.States(c.track)[0]
		if c.void || gone && untouched || c.track == rulepack.Residence && who.Free == Yes && len(c.steps) == 0 {
			continue
		}
		if !rulepack.Final(c.track, c.state()) && !slices.Contains(tracks, c.track) {
			tracks = append(tracks, c.track)
		}
	}
	return tracks
}

// movesFor are the steps that the law of a country allows somebody from a state.
func movesFor(p *rulepack.Pack, c *course, who Person) (moves []rulepack.Move) {
	if p == nil {
		return nil
	}
	for _, m := range p.Moves(c.track, c.state()) {
		if !fits(&m, who) {
			continue
		}
		moves = append(moves, m)
	}
	slices.SortStableFunc(moves, func(a, b rulepack.Move) int {
		return order(&a) - order(&b)
	})
	return moves
}

// order puts what lies ahead first, in the order of the way.
func order(m *rulepack.Move) int {
	if ahead(m.Track, m.From, m.To) {
		return slices.Index(ways[m.Track], m.To)
	}
	return len(ways[m.Track])
}

// fits says whether a move is for somebody of this age and nationality, as far as both are known.
func fits(m *rulepack.Move, who Person) bool {
	if who.Child != Unknown && !m.For(who.Child == Yes) {
		return false
	}
	for _, one := range m.Conditions {
		if len(one) == 1 && contradicts(one[0], who) {
			return false
		}
	}
	return true
}

// contradicts says whether a condition cannot hold for somebody.
func contradicts(condition string, who Person) bool {
	return condition == "third_country" && who.Free == Yes || condition == "free_movement" && who.Free == No
}

// known says whether a condition holds without anybody confirming it.
func known(condition string, who Person) bool {
	return condition == "third_country" && who.Free == No || condition == "free_movement" && who.Free == Yes || condition == indications && !who.Unpresumed
}

// lane is a course as somebody may see it who is shown so much of it.
func (c *course) lane(d gate.Decision, role authz.Role) Lane {
	l := Lane{Track: c.track, Country: c.country, Show: authz.Hidden, Reason: d.Reason, Version: c.next(), Void: c.void}
	switch d.Show {
	case authz.Full:
		l.Show, l.State, l.Since, l.Steps = authz.Full, c.state(), c.since(), c.all
		l.Final = rulepack.Final(c.track, l.State)
	case authz.Derived:
		if l.State = classOf(c.track, c.state(), role); l.State != "" || tellsDay(c.track, role) {
			l.Show = authz.Derived
		}
		if tellsDay(c.track, role) {
			l.Since = c.since()
		}
	}
	return l
}

// newestFirst sorts steps by the day on which they happened, then by when they were recorded.
func newestFirst(steps []Step) {
	slices.SortStableFunc(steps, func(a, b Step) int {
		if c := cmp.Compare(b.On, a.On); c != 0 {
			return c
		}
		return cmp.Compare(b.WrittenAt, a.WrittenAt)
	})
}
