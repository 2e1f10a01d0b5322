package model

import (
	"testing"

	"pgregory.net/rapid"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/request"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestRules_ofWhatIsAskedFor plays little else than asking for papers, answering and signing, while files are lent, taken back, sealed,
// closed to somebody and time passes: in the games of everything that is rare.
func TestRules_ofWhatIsAskedFor(t *testing.T) {
	testkit.Few(t, 3)
	plays(t, func(rt *rapid.T, g *game) map[string]func(*rapid.T) {
		for _, file := range g.victims() { // the migration office has the name and asks for what the police wrote, once with a shelter
			g.hands(rt, "rsz", file, "be.dvz")
			g.notesThis(rt, "fgp", file)
			g.asksFor(rt, "dvz", file, g.Today().AddDays(4))
		}
		g.hands(rt, "rsz", g.victims()[0], "nl.shelter")
		g.notesThis(rt, "cosm", g.victims()[0])
		g.fulfilsThis(rt, "rsz", g.wishes[0])
		return map[string]func(*rapid.T){
			"ask": g.asks, "ask again": g.asks, "answer": g.fulfils, "answer again": g.fulfils, "deny": g.denies, "drop": g.drops,
			"sign": g.signsPapers, "sign again": g.signsPapers, "and again": g.signsPapers, "keep": g.keepsPapers, "stop": g.stops,
			"note": g.notes, "refer papers": g.refersPapers, "consent": g.records, "refer on consent": g.refersOnConsent, "reword": g.rewords, "refer": g.refers, "accept": g.accepts, "undo": g.undoes, "leave": g.leaves, "join": g.joins,
			"wait": g.waitsAWhile, "tidy": g.tidies, "exclude": g.excludes, "include": g.includes, "seal": g.seals, "unseal": g.unseals,
			"hand over": g.turnsOver, "take over": g.takesOver, "alarm": g.alarms, "": g.compare,
		}
	})
}

// asks is mostly somebody of a house that has the file and does not lead it.
func (g *game) asks(rt *rapid.T) {
	file := one(rt, "file", g.victims())
	by := g.insider(rt, file)
	if rapid.Bool().Draw(rt, "the migration office") {
		by = "dvz"
	}
	g.asksFor(rt, by, file, g.inDays(rt, 2, 5, 12))
}

func (g *game) asksFor(rt *rapid.T, by, file string, until moment.Date) {
	w, want := g.wishFor(by, file, int64(until.EndOf()))
	id, err := g.Requests.Ask(g.As(by), gate.Victim, file, request.New{Sections: []string{"identifiers"}, For: request.ForDesk, Reason: "support",
		Note: "The number of the passport.", Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task", Until: until}}, "")
	g.expect(rt, want, err, "%s asks for the papers of %s until %s", by, g.called(file), until)
	if want == done {
		w.id = id
	}
}

// wish is mostly one of the last, in a state in which something can be done with it.
func (g *game) wish(rt *rapid.T, stood string) *wish {
	var of []*wish
	for _, w := range g.wishes {
		if w.stood == stood {
			of = append(of, w)
		}
	}
	if len(of) == 0 || rapid.IntRange(0, 4).Draw(rt, "any wish") == 0 {
		of = g.wishes
	}
	return one(rt, "wish", of[max(0, len(of)-3):])
}

func (g *game) fulfils(rt *rapid.T) {
	w := g.wish(rt, "asked")
	g.fulfilsThis(rt, g.of(rt, g.leading()), w)
}

func (g *game) fulfilsThis(rt *rapid.T, by string, w *wish) {
	version := g.version("access_request", w.id)
	want := g.fulfil(by, w)
	err := g.Requests.Grant(g.As(by), w.id, version, request.Answer{Sections: []string{"identifiers"},
		Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}})
	g.expect(rt, want, err, "%s says yes to the wish of %s for %s", by, w.house, g.called(w.file))
}

func (g *game) denies(rt *rapid.T) {
	w := g.wish(rt, "asked")
	by := g.of(rt, g.leading())
	version := g.version("access_request", w.id)
	want := g.deny(by, w)
	g.expect(rt, want, g.Requests.Refuse(g.As(by), w.id, version, "not_needed"), "%s says no to the wish of %s for %s", by, w.house, g.called(w.file))
}

func (g *game) drops(rt *rapid.T) {
	w := g.wish(rt, "asked")
	by := g.of(rt, w.house)
	version := g.version("access_request", w.id)
	want := g.drop(by, w)
	g.expect(rt, want, g.Requests.Withdraw(g.As(by), w.id, version), "%s takes the wish of %s for %s back", by, w.house, g.called(w.file))
}

// signer is mostly somebody of a house that has to sign.
func (g *game) signer(rt *rapid.T, w *wish) string {
	for _, house := range keys(w.words) {
		if w.words[house] == "open" {
			return g.of(rt, house)
		}
	}
	return g.person(rt)
}

func (g *game) signsPapers(rt *rapid.T) {
	w := g.wish(rt, "granted")
	by := g.signer(rt, w)
	version := g.version("access_request", w.id)
	want := g.word(by, w, true)
	g.expect(rt, want, g.Requests.Sign(g.As(by), w.id, version), "%s signs the wish of %s for %s", by, w.house, g.called(w.file))
}

func (g *game) keepsPapers(rt *rapid.T) {
	w := g.wish(rt, "granted")
	by := g.signer(rt, w)
	version := g.version("access_request", w.id)
	want := g.word(by, w, false)
	g.expect(rt, want, g.Requests.Keep(g.As(by), w.id, version, "safety"), "%s keeps its papers from the wish of %s for %s", by, w.house, g.called(w.file))
}

func (g *game) stops(rt *rapid.T) {
	w := g.wish(rt, "granted")
	by := g.of(rt, g.leading())
	if rapid.Bool().Draw(rt, "who asked") {
		by = g.of(rt, w.house)
	}
	version := g.version("access_request", w.id)
	want := g.stop(by, w)
	g.expect(rt, want, g.Requests.End(g.As(by), w.id, version), "%s ends what came of the wish of %s for %s", by, w.house, g.called(w.file))
}
