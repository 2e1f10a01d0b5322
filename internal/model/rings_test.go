package model

import "slices"

// Standing groups: what is shared with one reaches each of its houses by a grant of its own.

// A ring is a circle of houses. Of it know those who are in.
type ring struct {
	id, owner string
	in        []string
	until     int64
	closed    bool
}

// A spread is a victim file that a house shared with a ring.
type spread struct {
	id, file, by string
	ring         *ring
	at, until    int64
	ended        bool
}

func (r *rules) knows(by string, c *ring) bool { return slices.Contains(c.in, r.home[by]) }

func (r *rules) runs(c *ring) bool { return !c.closed && r.now < c.until }

// stands says whether what was shared is there still.
func (r *rules) stands(s *spread) bool { return !s.ended && r.now < s.until }

// ours refuses who may not change a ring.
func (r *rules) ours(by string, c *ring) outcome {
	switch {
	case !r.knows(by, c):
		return absent
	case c.owner != r.home[by]:
		return refused
	case !r.runs(c):
		return late
	}
	return done
}

// latest is when the last of what opens a file to a person ends.
func (r *rules) latest(person, file string) (until int64) {
	for _, g := range r.grants {
		if g.file == file && r.reaches(g, person) && r.live(g) {
			until = max(until, g.until)
		}
	}
	return until
}

func (r *rules) gather(by string, others []string, until int64) *ring {
	c := &ring{owner: r.home[by], in: []string{r.home[by]}, until: until}
	for _, house := range others {
		if house != c.owner {
			c.in = append(c.in, house)
		}
	}
	r.rings = append(r.rings, c)
	return c
}

// spread shares a victim file with a ring, once for each house that shares.
func (r *rules) spread(by, file string, c *ring, until int64) (*spread, outcome) {
	if !r.opens(by, file) {
		return nil, absent
	}
	s := &spread{file: file, by: r.home[by], ring: c, at: r.now, until: min(until, c.until, r.latest(by, file))}
	twice := slices.ContainsFunc(r.spreads, func(o *spread) bool { return o.ring == c && o.file == file && o.by == s.by && r.stands(o) })
	if !r.knows(by, c) || !r.runs(c) || len(c.in) < 2 || twice {
		return nil, wrong
	}
	r.spreads = append(r.spreads, s)
	for _, house := range c.in {
		r.reach(s, house, s.until)
	}
	return s, done
}

// reach opens what was shared to one house of the ring; whoever shared it has the file already.
func (r *rules) reach(s *spread, house string, until int64) {
	if house != s.by {
		r.give(grant{file: s.file, house: house, state: "live", until: until, sent: true, giver: s.by, by: s})
	}
}

// enrol takes a house into a ring, with what the owner's own house shared before and still sees.
func (r *rules) enrol(by string, c *ring, house string, old bool) outcome {
	if no := r.ours(by, c); no != done {
		return no
	}
	if slices.Contains(c.in, house) {
		return wrong
	}
	c.in = append(c.in, house)
	for _, s := range r.spreads {
		if old && s.ring == c && s.by == c.owner && r.stands(s) && r.opens(by, s.file) {
			r.reach(s, house, min(s.until, c.until, r.latest(by, s.file)))
		}
	}
	return done
}

// quit takes a house out of a ring: each may go by itself, the owner may send any other away and stays.
func (r *rules) quit(by string, c *ring, house string) outcome {
	switch {
	case !r.knows(by, c) || !slices.Contains(c.in, house):
		return absent
	case house == c.owner:
		return refused
	case house != r.home[by] || !r.runs(c):
		if no := r.ours(by, c); no != done {
			return no
		}
	}
	c.in = slices.DeleteFunc(c.in, func(in string) bool { return in == house })
	r.cut(func(g *grant) bool { return g.by.ring == c && g.house == house })
	return done
}

func (r *rules) dissolve(by string, c *ring) outcome {
	if no := r.ours(by, c); no != done {
		return no
	}
	c.closed = true
	for _, s := range r.spreads {
		s.ended = s.ended || s.ring == c
	}
	r.cut(func(g *grant) bool { return g.by.ring == c })
	return done
}

// unspread takes a file back from a ring.
func (r *rules) unspread(by string, s *spread) outcome {
	if !r.knows(by, s.ring) || s.by != r.home[by] || !r.stands(s) || !r.opens(by, s.file) {
		return absent
	}
	s.ended = true
	r.cut(func(g *grant) bool { return g.by.ring == s.ring && g.by.file == s.file && g.by.by == s.by })
	return done
}

// cut ends grants that came by a ring, with what hangs on them.
func (r *rules) cut(these func(*grant) bool) {
	var files []string
	for _, g := range slices.Clone(r.grants) {
		if g.by != nil && g.state != "ended" && these(g) {
			if r.live(g) {
				files = append(files, g.file)
			}
			r.end(g)
		}
	}
	for _, file := range files {
		r.orphans(file)
	}
}
