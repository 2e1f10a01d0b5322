package model

import "slices"

// These are the rules as somebody would explain them to a new colleague. They know nothing of sections, transactions or
// tables: who holds a grant, who is kept out, what lies under a seal. Files and people are their ids; a house is an agency
// with its one desk; time is in microseconds.

const hour = int64(3600 * 1e6)

// outcome is what becomes of what somebody tries: done, or the kind of refusal.
type outcome string

const (
	done    outcome = ""
	absent  outcome = "not_found" // it does not exist for them
	refused outcome = "refused"   // they may know of it, and may not do this
	wrong   outcome = "invalid"   // what they say breaks a rule
	late    outcome = "conflict"  // something else happened first
)

type rules struct {
	now      int64
	home     map[string]string // person → house
	caseOf   map[string]string // file → its case; a case is its own
	grants   []*grant          // in the order in which they were given
	offers   []*offer
	consents []*yes
	bans     []*ban
	orders   []*order
	turns    []*turn
	papers   []paper
	rings    []*ring
	spreads  []*spread
	dangers  []*danger
	wishes   []*wish
}

// A grant opens one file to one house until an end. It hangs on its root and ends with it.
type grant struct {
	id, file, house string
	root            *grant // nil: it is one itself
	rests           *yes   // nil: on the law
	lead            bool
	state           string // "offered" "live" "ended"
	until           int64
	sent            bool     // in a referral, which opens of the papers those of some houses; a place opens them all
	papers          []string // of these houses, or of everybody
	gateway         bool     // it rests on a legal gateway
	by              *spread  // of what was shared with a ring; nil for the rest
	giver           string   // the house that passed it on; empty for what came of a place
	since           int64    // when it was given, or its offer accepted
	person          string   // whom alone it reaches, in danger to life; empty is everybody of the house
}

// An offer is a grant that waits for an answer: 24 hours, and three days of grace.
type offer struct {
	*grant
	from  string
	at    int64
	stood string // "offered" until it is "accepted" "declined" "withdrawn" or "expired"; what was accepted may be "taken back"

	answered int64
}

// A yes is a consent: it lets a person's file go to some houses until a day. What rests on it ends with it.
type yes struct {
	id, file, by string
	to           []string
	until        int64
	withdrawn    bool
}

// A ban keeps one person from some files, whatever was granted.
type ban struct {
	id, person, by string
	files          []string // the file that was named first
	ended          bool
}

// An order seals a file; who shows it reads on for eight hours.
type order struct {
	id, text, file, by string
	ended              bool
	shown              map[string]int64   // person → until when
	misses             map[string][]int64 // person → when they showed a wrong one
}

// A turn hands the lead of a case over: one side has signed, the other has a week to do so. The old lead may keep a place.
type turn struct {
	*grant
	lead, keep *grant // keep is nil where the old lead goes
	due        int64
	stood      string
}

func (r *rules) live(g *grant) bool { return g.state == "live" && r.now < g.until }

func (r *rules) open(o *offer) bool {
	return o.stood == "offered" && r.now < o.at+(24+72)*hour && r.now < o.until
}

// holds: a grant of the house on the file lives.
func (r *rules) holds(house, file string) bool {
	return slices.ContainsFunc(r.grants, func(g *grant) bool { return g.house == house && g.file == file && r.live(g) })
}

// reaches says whether a grant is one of those by which a person sees something.
func (r *rules) reaches(g *grant, person string) bool {
	return g.house == r.home[person] && (g.person == "" || g.person == person)
}

// has: a grant that reaches the person on the file lives.
func (r *rules) has(person, file string) bool {
	return slices.ContainsFunc(r.grants, func(g *grant) bool { return g.file == file && r.reaches(g, person) && r.live(g) })
}

func (r *rules) leads(house, file string) bool {
	return slices.ContainsFunc(r.grants, func(g *grant) bool { return g.house == house && g.file == file && g.lead && r.live(g) })
}

func (r *rules) barred(person, file string) bool {
	return slices.ContainsFunc(r.bans, func(b *ban) bool { return b.person == person && !b.ended && slices.Contains(b.files, file) })
}

// seal is the order that the file lies under, nil for none.
func (r *rules) seal(file string) *order {
	for _, o := range r.orders {
		if o.file == file && !o.ended {
			return o
		}
	}
	return nil
}

// finds says whether the person meets the file in lists, by search and in counts.
func (r *rules) finds(person, file string) bool {
	return r.has(person, file) && !r.barred(person, file) && r.seal(file) == nil
}

// opens says whether the person may open the file.
func (r *rules) opens(person, file string) bool {
	seal := r.seal(file)
	return r.has(person, file) && !r.barred(person, file) && (seal == nil || r.now < seal.shown[person])
}

// offered: the offer is in sight of the person at the receiving desk.
func (r *rules) offered(person string, o *offer) bool {
	return o.house == r.home[person] && !r.barred(person, o.file) && r.seal(o.file) == nil
}

// sent: the offer stands among what the person's house has sent, whatever became of it.
func (r *rules) sent(person string, o *offer) bool {
	return o.from == r.home[person] && r.finds(person, o.file)
}

// ends: the file is announced to end soon. What hangs on another grant is renewed with that one.
func (r *rules) ends(person, file string) bool {
	var last *grant
	for _, g := range r.grants {
		if r.reaches(g, person) && g.file == file && r.live(g) && (last == nil || g.until >= last.until) {
			last = g
		}
	}
	return last != nil && last.root == nil && last.until <= r.now+14*24*hour && r.finds(person, file)
}

func (r *rules) give(g grant) *grant {
	g.since = r.now
	r.grants = append(r.grants, &g)
	return &g
}

// end ends a grant and all that hangs on it.
func (r *rules) end(root *grant) {
	for _, g := range r.grants {
		if g == root || g.root == root {
			g.state = "ended"
		}
	}
}

func (r *rules) settle(o *offer, as string) {
	o.stood = as
	if as != "accepted" {
		r.end(o.grant)
	}
}

// orphans: who sees a file no more hands it on no more.
func (r *rules) orphans(file string) {
	for _, o := range r.offers {
		if o.stood == "offered" && (file == "" || o.file == file) && !r.holds(o.from, o.file) {
			r.settle(o, "withdrawn")
		}
	}
}

// tidy is what the program does by itself; nobody sees more or less afterwards than before.
func (r *rules) tidy() {
	for _, o := range r.offers {
		if o.stood == "offered" && !r.open(o) {
			r.settle(o, "expired")
		}
	}
	for _, t := range r.turns {
		if t.stood == "offered" && t.due <= r.now {
			r.fall(t, "expired")
		}
	}
	for _, g := range r.grants {
		if g.state == "live" && g.until <= r.now {
			g.state = "ended"
		}
	}
	r.orphans("")
	r.lapse()
}
