package model

import (
	"slices"
	"strings"
)

// What people try, and what becomes of it.

// join takes a house into the team of a case, with the victim files that the lead sees.
func (r *rules) join(by, file, house string, until int64) (*grant, outcome) {
	switch {
	case !r.opens(by, file):
		return nil, absent
	case !r.leads(r.home[by], file):
		return nil, refused
	}
	for _, g := range r.grants {
		if g.house == house && g.file == file && g.root == nil && r.live(g) {
			return nil, wrong
		}
	}
	root := r.give(grant{file: file, house: house, state: "live", until: until})
	for victim, of := range r.caseOf {
		if of == file && victim != file && r.opens(by, victim) {
			r.give(grant{file: victim, house: house, root: root, state: "live", until: until})
		}
	}
	return root, done
}

// find opens the file of one more victim of a case; everybody on the team gets it, and who is kept from the case is kept from it.
func (r *rules) find(by, file, victim string, magistrate bool) outcome {
	switch {
	case !r.opens(by, file):
		return absent
	case magistrate: // who detects opens files
		return refused
	}
	for _, g := range r.grants {
		if g.file == file && g.root == nil && r.live(g) {
			r.give(grant{file: victim, house: g.house, root: g, lead: g.lead, state: "live", until: g.until})
		}
	}
	for _, b := range r.bans {
		if b.files[0] == file {
			b.files = append(b.files, victim)
		}
	}
	return done
}

// leave ends a place in the team. One that ended by itself can still be taken away, until somebody tidies.
func (r *rules) leave(by string, place *grant) outcome {
	switch {
	case !r.opens(by, place.file):
		return absent
	case !r.leads(r.home[by], place.file):
		return refused
	case place.state != "live":
		return late
	}
	r.end(place)
	r.orphans("")
	return done
}

// refer offers a victim file to the desk of another house, on the law or on the person's consent. Within the Netherlands a
// shelter is asked on consent only.
func (r *rules) refer(by, file, to string, until int64, c *yes) (*offer, outcome) {
	if !r.opens(by, file) {
		return nil, absent
	}
	for _, o := range r.offers {
		if o.from == r.home[by] && o.house == to && o.file == file && r.open(o) { // what others have offered there is no matter of theirs
			return nil, wrong
		}
	}
	free := !strings.HasPrefix(r.home[by], "nl.") || to != "nl.shelter"
	if to == r.home[by] || c == nil && !free || c != nil && (c.file != file || c.withdrawn || until > c.until || c.until <= r.now || !slices.Contains(c.to, to)) {
		return nil, wrong
	}
	for _, o := range r.offers {
		if o.from == r.home[by] && o.house == to && o.file == file && o.stood == "offered" {
			r.settle(o, "expired") // what lapsed is marked when a new offer takes its place
		}
	}
	o := &offer{grant: r.give(grant{file: file, house: to, state: "offered", until: until, rests: c, sent: true, giver: r.home[by]}), from: r.home[by], at: r.now, stood: "offered"}
	r.offers = append(r.offers, o)
	return o, done
}

// answer accepts or declines for the receiving desk.
func (r *rules) answer(by string, o *offer, as string) outcome {
	switch {
	case !r.offered(by, o) && !r.sent(by, o):
		return absent
	case !r.open(o):
		return late
	case !r.offered(by, o):
		return absent
	case !r.holds(o.from, o.file): // nobody is there any more to hand it over
		return late
	}
	r.settle(o, as)
	if as == "accepted" {
		o.state, o.since, o.answered = "live", r.now, r.now
	}
	return done
}

func (r *rules) withdraw(by string, o *offer) outcome {
	switch {
	case !r.offered(by, o) && !r.sent(by, o):
		return absent
	case !r.sent(by, o):
		return refused
	case !r.open(o):
		return late
	}
	r.settle(o, "withdrawn")
	return done
}

// record writes down what a person said; whoever works on the file may ask them.
func (r *rules) record(by, file string, to []string, until int64) (*yes, outcome) {
	if !r.opens(by, file) {
		return nil, absent
	}
	c := &yes{file: file, by: r.home[by], to: to, until: until}
	r.consents = append(r.consents, c)
	return c, done
}

// revoke takes a withdrawal: the house that keeps the consent may, and one that was let in on it.
func (r *rules) revoke(by string, c *yes) outcome {
	rests := slices.ContainsFunc(r.grants, func(g *grant) bool { return g.house == r.home[by] && g.rests == c && r.live(g) })
	switch {
	case !r.opens(by, c.file) || c.by != r.home[by] && !rests:
		return absent
	case c.withdrawn:
		return late
	}
	c.withdrawn = true
	for _, g := range r.grants {
		if g.rests == c {
			r.end(g)
		}
	}
	for _, o := range r.offers {
		if o.rests == c && o.stood == "offered" {
			r.settle(o, "withdrawn")
		}
	}
	r.orphans(c.file)
	return done
}

// reword writes down what the person says when asked again: the house that keeps the consent does. What goes to others than the new ones
// ends at once, with what hangs on it; nothing of the rest is longer than the new words.
func (r *rules) reword(by string, c *yes, to []string, until int64) outcome {
	rests := slices.ContainsFunc(r.grants, func(g *grant) bool { return g.house == r.home[by] && g.rests == c && r.live(g) })
	switch {
	case !r.opens(by, c.file) || c.by != r.home[by] && !rests:
		return absent
	case c.by != r.home[by]:
		return refused
	case c.withdrawn:
		return late
	}
	c.to, c.until = to, until
	for _, g := range r.grants {
		switch {
		case g.rests != c || g.state == "ended":
		case !slices.Contains(to, g.house):
			r.end(g)
		default:
			r.cutShort(g, until)
		}
	}
	for _, o := range r.offers {
		if o.rests == c && o.stood == "offered" && o.state == "ended" {
			r.settle(o, "withdrawn")
		}
	}
	r.orphans(c.file)
	return done
}

// cutShort lets a grant, and what hangs on it, end no later than an instant.
func (r *rules) cutShort(root *grant, until int64) {
	for _, g := range r.grants {
		if g == root || g.root == root {
			g.until = min(g.until, until)
		}
	}
}

// exclude keeps a person from a file, and from the victim files of a case. head is who answers for the people of a house.
func (r *rules) exclude(by, person, file string, head bool) (*ban, outcome) {
	house, other := r.home[by], r.home[person]
	sees := slices.ContainsFunc(r.grants, func(g *grant) bool {
		return g.house == other && g.file == file && g.state != "ended" && r.now < g.until
	})
	switch {
	case !head || !r.finds(by, file):
		return nil, absent
	case person == by || other != house && (!sees || !r.leads(house, file)):
		return nil, wrong
	}
	for _, b := range r.bans {
		if b.person == person && b.files[0] == file && !b.ended {
			return nil, wrong
		}
	}
	b := &ban{person: person, by: house, files: []string{file}}
	for victim, of := range r.caseOf {
		if of == file && victim != file {
			b.files = append(b.files, victim)
		}
	}
	r.bans = append(r.bans, b)
	return b, done
}

func (r *rules) include(by string, b *ban, head bool) outcome {
	if !head || b.ended || b.by != r.home[by] || r.barred(by, b.files[0]) || r.seal(b.files[0]) != nil {
		return absent
	}
	b.ended = true
	return done
}

// close puts a file under an order.
func (r *rules) close(by, file, text string, magistrate bool) (*order, outcome) {
	switch {
	case !r.opens(by, file):
		return nil, absent
	case !magistrate:
		return nil, refused
	case r.seal(file) != nil:
		return nil, late
	}
	o := &order{text: text, file: file, by: r.home[by], shown: map[string]int64{}, misses: map[string][]int64{}}
	r.orders = append(r.orders, o)
	return o, done
}

// show opens a sealed file to who holds a grant on it and shows the order. After five wrong ones within an hour nothing helps.
func (r *rules) show(by, file, text string) outcome {
	seal := r.seal(file)
	if seal == nil || !r.has(by, file) || r.barred(by, file) {
		return absent
	}
	missed := 0
	for _, o := range r.orders {
		for _, at := range o.misses[by] {
			if o.file == file && at > r.now-hour {
				missed++
			}
		}
	}
	if text != seal.text || missed >= 5 {
		seal.misses[by] = append(seal.misses[by], r.now)
		return absent
	}
	seal.shown[by] = r.now + 8*hour
	return done
}

// unclose needs nobody to open the file.
func (r *rules) unclose(by string, o *order, magistrate bool) outcome {
	if !magistrate || o.ended || o.by != r.home[by] || r.barred(by, o.file) {
		return absent
	}
	o.ended = true
	return done
}
