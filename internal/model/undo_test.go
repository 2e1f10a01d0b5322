package model

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/sharing"
	"relais/internal/testkit"
)

// Taking back what was accepted: with it goes what the house has passed on since, as far as nothing else that it holds carries it.

// A loss is what a house has of a file no longer, and what it has still.
type loss struct {
	house  string
	since  int64    // what it passed on earlier came of something else
	whole  []string // "name" and "papers", where it may go on passing them on
	remain bool     // it has something of the file
}

// carries says whether something that the house passed on at an instant stands without what it lost. Its own papers stay its own.
func (l *loss) carries(papers []string, at int64) bool {
	own := !slices.ContainsFunc(papers, func(house string) bool { return house != l.house })
	return at < l.since || slices.Contains(l.whole, "name") && (len(papers) == 0 || slices.Contains(l.whole, "papers") || own && l.remain)
}

// undo takes a referral back that was accepted, with what came of it.
func (r *rules) undo(by string, o *offer) outcome {
	switch {
	case !r.offered(by, o) && !r.sent(by, o):
		return absent
	case !r.sent(by, o):
		return refused
	case o.stood != "accepted":
		return late
	case r.leads(o.house, o.file): // the duty does not come by a referral
		return refused
	case !r.live(o.grant):
		return late
	}
	var gone []*loss
	r.take(o.grant)
	r.lose(o, o.house, o.answered, &gone)
	r.orphans(o.file)
	for _, s := range r.spreads {
		for _, l := range gone {
			s.ended = s.ended || s.by == l.house && s.file == o.file && !l.carries(nil, s.at)
		}
	}
	return done
}

// take ends a grant with what hangs on it, and the referral that it came by.
func (r *rules) take(g *grant) {
	r.end(g)
	for _, o := range r.offers {
		if o.grant == g && (o.stood == "offered" || o.stood == "accepted") {
			o.stood = "taken back"
		}
	}
}

// lose goes on with what a house has passed on, to others than the one that takes back.
func (r *rules) lose(first *offer, house string, since int64, gone *[]*loss) {
	l := &loss{house: house, since: since}
	for _, g := range r.grants {
		if g.file != first.file || g.house != house || !r.live(g) {
			continue
		}
		l.remain = true
		if g.person == "" { // danger to life opens neither
			l.whole = append(l.whole, "name")
			if !g.sent || slices.Contains(g.papers, everybody) {
				l.whole = append(l.whole, "papers")
			}
		}
	}
	*gone = append(*gone, l)
	for _, g := range slices.Clone(r.grants) {
		passed := g.file == first.file && g.giver == house && g.house != house && g.house != first.from
		there := (g.state == "live" || g.state == "offered") && r.now < g.until
		if passed && there && !l.carries(g.papers, g.since) {
			r.take(g)
			r.lose(first, g.house, g.since, gone)
		}
	}
}

// passedOn says whether the house that took an offer has handed something on since.
func (r *rules) passedOn(o *offer) bool {
	return slices.ContainsFunc(r.grants, func(g *grant) bool {
		return g.file == o.file && g.giver == o.house && g.since >= o.answered && g.state != "ended"
	})
}

// TestRules_ofWhatIsTakenBack plays little else than handing on and taking back: in the games of everything that is rare.
func TestRules_ofWhatIsTakenBack(t *testing.T) {
	testkit.Few(t, 4)
	plays(t, func(rt *rapid.T, g *game) map[string]func(*rapid.T) {
		for i, to := range []string{"be.payoke", "nl.shelter"} { // each file has gone to a shelter, and from there to the police
			file := g.victims()[i]
			g.hands(rt, "rsz", file, to)
			g.hands(rt, agencies[to][0], file, "nl.police")
		}
		return map[string]func(*rapid.T){
			"refer": g.refers, "refer papers": g.refersPapers, "accept": g.accepts, "pass on": g.passesOn, "pass on again": g.passesOn,
			"undo": g.undoes, "undo again": g.undoes, "note": g.notes, "note again": g.notes, "leave": g.leaves, "wait": g.waitsAWhile, "tidy": g.tidies,
			"consent": g.records, "refer on consent": g.refersOnConsent, "revoke": g.revokes, "gather": g.gathers,
			"share around": g.sharesAround, "enrol": g.enrols, "hand over": g.turnsOver, "take over": g.takesOver, "alarm": g.alarms,
			"": g.compare,
		}
	})
}

// hands is an offer on the law that is accepted.
func (g *game) hands(rt *rapid.T, by, file, to string) {
	g.offersTo(rt, by, file, to, sharing.Terms{Purpose: "protection", Basis: "legal_task"}, nil)
	o := g.offers[len(g.offers)-1]
	version := g.version("referral", o.id)
	want := g.answer(agencies[to][0], o, "accepted")
	_, err := g.Sharing.Accept(g.As(agencies[to][0]), o.id, version)
	g.expect(rt, want, err, "%s accepts %s from %s for %s", agencies[to][0], g.called(file), o.from, to)
}

// passesOn lets a house that took an offer hand it on, and mostly be taken up on it.
func (g *game) passesOn(rt *rapid.T) {
	_, all := g.accepted()
	o := one(rt, "accepted offer", all)
	to := one(rt, "house", []string{"be.payoke", "nl.shelter", "nl.police", "be.fgp"})
	g.offersTo(rt, g.of(rt, o.house), o.file, to, sharing.Terms{Purpose: "protection", Basis: "legal_task"}, nil)
	if last := g.offers[len(g.offers)-1]; last.stood == "offered" && rapid.IntRange(0, 4).Draw(rt, "left open") > 0 {
		g.acceptsThis(rt, last)
	}
}

// accepted are the offers that a house has taken and still has, first those of which it has passed something on.
func (r *rules) accepted() (first, all []*offer) {
	for _, o := range r.offers {
		if o.stood == "accepted" && r.live(o.grant) {
			if all = append(all, o); r.passedOn(o) {
				first = append(first, o)
			}
		}
	}
	return first, all
}

func (g *game) undoes(rt *rapid.T) {
	first, all := g.accepted()
	if len(first) > 0 {
		all = first
	}
	if rapid.IntRange(0, 3).Draw(rt, "any offer") == 0 {
		all = g.offers
	}
	o := one(rt, "offer", all)
	what := "%s takes back what %s has of %s by %s"
	if g.passedOn(o) {
		what = "%s takes back what %s has of %s by %s, and passed on"
	}
	by := g.of(rt, o.from)
	version := g.version("referral", o.id)
	want := g.undo(by, o)
	g.expect(rt, want, g.Sharing.TakeBack(g.As(by), o.id, version, "too_much"), what, by, o.house, g.called(o.file), o.from)
}
