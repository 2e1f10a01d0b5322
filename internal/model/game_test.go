package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// agencies are the houses of the game, of two countries, and who plays for each.
var agencies = map[string][]string{
	"be.rsz": {"rsz", "rsz.second", "rsz.head"}, "be.fgp": {"fgp", "fgp.head"}, "be.auditoraat": {"auditoraat"}, "be.payoke": {"payoke"},
	"nl.shelter": {"cosm"}, "nl.police": {"avim"}, "be.dvz": {"dvz"},
}

var (
	houses  = slices.DeleteFunc(slices.Sorted(maps.Keys(agencies)), func(house string) bool { return house == "be.dvz" }) // that work on a case
	players = slices.Sorted(func(yield func(string) bool) {
		for _, people := range agencies {
			for _, person := range people {
				if !yield(person) {
					return
				}
			}
		}
	})
)

// game is a program and the rules, played side by side.
type game struct {
	*testkit.World
	*rules
	caseID string
	names  map[string]string // victim file → family name
	places []*grant
	told   []string       // what was done so far, for a message
	played map[string]int // how often each move was done, over all games
}

// TestRules_holdForEverybody plays random games on both engines. After every move some of the players, never long the same, open
// each file, list, search, count and take copies, and get what the rules say. For a long run: -rapid.checks=300, and a directory in
// memory as TMPDIR.
func TestRules_holdForEverybody(t *testing.T) {
	testkit.Few(t, 10)
	plays(t, func(_ *rapid.T, g *game) map[string]func(*rapid.T) {
		return map[string]func(*rapid.T){
			"join": g.joins, "find": g.findsVictim, "leave": g.leaves, "refer": g.refers, "refer again": g.refers, "accept": g.accepts, "accept again": g.accepts,
			"decline": g.declines, "withdraw": g.withdraws, "wait": g.waitsAWhile, "tidy": g.tidies,
			"consent": g.records, "refer on consent": g.refersOnConsent, "and again": g.refersOnConsent, "revoke": g.revokes, "reword": g.rewords,
			"note": g.notes, "note again": g.notes, "refer papers": g.refersPapers, "refer papers again": g.refersPapers,
			"exclude": g.excludes, "include": g.includes, "seal": g.seals, "show": g.shows, "show again": g.shows, "unseal": g.unseals,
			"hand over": g.turnsOver, "take over": g.takesOver, "take over again": g.takesOver, "do not take over": g.refusesLead, "recall": g.recallsLead,
			"gather": g.gathers, "share around": g.sharesAround, "share around again": g.sharesAround, "enrol": g.enrols, "quit": g.quits,
			"dissolve": g.dissolves, "undo": g.undoes, "take back": g.takesBack, "alarm": g.alarms, "confirm": g.confirms, "calm": g.calms,
			"ask": g.asks, "answer": g.fulfils, "sign": g.signsPapers, "keep": g.keepsPapers, "stop": g.stops,
			"": g.compare,
		}
	})
}

// plays plays games with these moves on both engines; what has happened before may be played with them.
func plays(t *testing.T, moves func(rt *rapid.T, g *game) map[string]func(*rapid.T)) {
	t.Helper()
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		w.Keep()
		games, played := 0, map[string]int{}
		defer func() { t.Logf("%d games; done: %v", games, played) }()
		rapid.Check(t, func(rt *rapid.T) {
			games++
			w.Rewind()
			g := begin(w)
			g.played = played
			rt.Repeat(moves(rt, g))
		})
	})
}

// begin opens a case of the inspectorate with two victim files.
func begin(w *testkit.World) *game {
	g := &game{World: w, rules: &rules{home: map[string]string{}, caseOf: map[string]string{}}, names: map[string]string{}}
	for house, people := range agencies {
		for _, person := range people {
			g.home[person] = house
		}
	}
	g.now()
	g.caseID = w.OpenCase("rsz")
	g.caseOf[g.caseID] = g.caseID
	lead := g.give(grant{file: g.caseID, house: "be.rsz", lead: true, state: "live", until: int64(w.Now().Add(gate.LongestGrant))})
	for _, name := range []string{"Nguyen", "Tran"} {
		id := w.OpenVictim("rsz", g.caseID, section.Values{"family_name": name})
		g.caseOf[id], g.names[id] = g.caseID, name
		child := *lead // the lead's grant hands itself down
		child.file, child.root = id, lead
		g.give(child)
	}
	g.place("rsz", "be.auditoraat", w.Today().AddDays(40))
	g.place("rsz", "be.fgp", w.Today().AddDays(30))
	return g
}

// now tells the rules what time it is.
func (g *game) now() { g.rules.now = int64(g.Now()) }

func (g *game) desk(house string) string { return g.Place(house).Desks[0] }

func (g *game) expect(rt *rapid.T, want outcome, err error, what string, args ...any) {
	g.told = append(g.told, fmt.Sprintf(what, args...)+": "+string(want))
	if want == done {
		g.played[what]++
	}
	if outcome(fault.KindOf(err)) != want {
		rt.Fatalf("%s\nthe rules say %q, the program %v", strings.Join(g.told, "\n"), want, err)
	}
}

func one[T any](rt *rapid.T, what string, of []T) T {
	if len(of) == 0 {
		rt.Skip("no " + what + " yet")
	}
	return rapid.SampledFrom(of).Draw(rt, what)
}

func (g *game) person(rt *rapid.T) string { return one(rt, "who", players) }

// of gives mostly somebody of the house, sometimes anybody.
func (g *game) of(rt *rapid.T, house string) string {
	if rapid.IntRange(0, 4).Draw(rt, "anybody") == 0 {
		return g.person(rt)
	}
	return one(rt, "who", agencies[house])
}

// insider is mostly somebody to whom the file is open.
func (g *game) insider(rt *rapid.T, file string) string {
	in := slices.DeleteFunc(slices.Clone(players), func(person string) bool { return !g.opens(person, file) })
	if len(in) == 0 || rapid.IntRange(0, 4).Draw(rt, "anybody") == 0 {
		return g.person(rt)
	}
	return one(rt, "who", in)
}

// leading is the house that leads the case.
func (g *game) leading() string {
	if lead := g.leader(g.caseID); lead != nil {
		return lead.house
	}
	return "be.rsz"
}

// called is what a message calls a file.
func (g *game) called(file string) string {
	if file == g.caseID {
		return "the case"
	}
	return g.names[file]
}

func (g *game) victims() []string { return slices.Sorted(maps.Keys(g.names)) }

func (g *game) inDays(rt *rapid.T, days ...int) moment.Date {
	return g.Today().AddDays(one(rt, "days", days))
}

// version is the one that somebody sees who has just looked.
func (g *game) version(table, id string) (version int64) {
	err := g.Database.Read(g.T.Context(), func(tx *database.Tx) error {
		return tx.Get(&version, `SELECT version FROM `+table+` WHERE id = :id`, database.Args{"id": id})
	})
	if err != nil {
		g.T.Fatal(err)
	}
	return version
}

func (g *game) joins(rt *rapid.T) {
	by, house, until := g.of(rt, g.leading()), one(rt, "house", houses), g.inDays(rt, 3, 40)
	want, err := g.place(by, house, until)
	g.expect(rt, want, err, "%s takes %s into the team until %s", by, house, until)
}

func (g *game) place(by, house string, until moment.Date) (want outcome, err error) {
	place, want := g.join(by, g.caseID, house, int64(until.EndOf()))
	id, err := g.Sharing.Add(g.As(by), g.caseID, sharing.NewMember{DeskID: g.desk(house),
		Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task", Until: until}}, "")
	if err == nil && want == done {
		place.id = id
		g.places = append(g.places, place)
	}
	return want, err
}

func (g *game) findsVictim(rt *rapid.T) {
	if len(g.names) == 3 {
		rt.Skip("enough files")
	}
	by := g.insider(rt, g.caseID)
	identity := victim.Beginning{Section: authz.Identity, Draft: testkit.Draft(section.Values{"family_name": "Kowalska"})}
	id, err := g.Victims.Open(g.As(by), g.caseID, victim.New{DetectedOn: g.Today(), Entries: []victim.Beginning{identity}}, "")
	g.expect(rt, g.find(by, g.caseID, id, slices.Contains(magistrates, by)), err, "%s opens the file of Kowalska", by)
	if err == nil {
		g.caseOf[id], g.names[id] = g.caseID, "Kowalska"
	}
}

func (g *game) leaves(rt *rapid.T) {
	place := one(rt, "place", g.places)
	by := g.of(rt, g.leading())
	version := g.version("file_grant", place.id)
	want := g.leave(by, place)
	g.expect(rt, want, g.Sharing.Remove(g.As(by), g.caseID, place.id, version), "%s takes %s out of the team", by, place.house)
}

func (g *game) refers(rt *rapid.T) { g.refersOn(rt, nil) }

// refersOnConsent rests the offer on one of the consents, mostly on one that carries it.
func (g *game) refersOnConsent(rt *rapid.T) {
	g.refersOn(rt, one(rt, "consent", g.consents[max(0, len(g.consents)-3):]))
}

func (g *game) refersOn(rt *rapid.T, c *yes) {
	file, to := one(rt, "file", g.victims()), one(rt, "house", []string{"be.payoke", "nl.shelter", "nl.police", "be.fgp"})
	terms := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
	if c != nil {
		terms.Basis, terms.ConsentID = "consent", c.id
		if rapid.IntRange(0, 4).Draw(rt, "not covered") > 0 {
			file, to = c.file, c.to[0]
		}
	}
	g.offersTo(rt, g.insider(rt, file), file, to, terms, c)
}

// offersTo offers a file to a house on these terms.
func (g *game) offersTo(rt *rapid.T, by, file, to string, terms sharing.Terms, c *yes) {
	terms.Until = g.inDays(rt, 5, 20)
	o, want := g.refer(by, file, to, int64(terms.Until.EndOf()), c)
	id, err := g.Sharing.Refer(g.As(by), file, sharing.NewReferral{DeskID: g.desk(to), Sections: []string{"identity"}, Urgency: sharing.Urgent,
		Reason: "shelter", Terms: terms}, "")
	g.expect(rt, want, err, "%s refers %s to %s until %s on %s", by, g.called(file), to, terms.Until, terms.Basis)
	if want == done {
		o.id = id
	}
}

// recent is mostly one of the last offers.
func (g *game) recent(rt *rapid.T) *offer {
	return one(rt, "offer", g.offers[max(0, len(g.offers)-3):])
}

func (g *game) accepts(rt *rapid.T) { g.acceptsThis(rt, g.recent(rt)) }

func (g *game) acceptsThis(rt *rapid.T, o *offer) {
	by := g.of(rt, o.house)
	version := g.version("referral", o.id)
	want := g.answer(by, o, "accepted")
	_, err := g.Sharing.Accept(g.As(by), o.id, version)
	g.expect(rt, want, err, "%s accepts %s from %s for %s", by, g.called(o.file), o.from, o.house)
}

func (g *game) declines(rt *rapid.T) {
	o := g.recent(rt)
	by := g.of(rt, o.house)
	version := g.version("referral", o.id)
	want := g.answer(by, o, "declined")
	g.expect(rt, want, g.Sharing.Decline(g.As(by), o.id, version, "no_capacity"), "%s declines %s from %s for %s", by, g.called(o.file), o.from, o.house)
}

func (g *game) withdraws(rt *rapid.T) {
	o := g.recent(rt)
	by := g.of(rt, o.from)
	version := g.version("referral", o.id)
	want := g.withdraw(by, o)
	g.expect(rt, want, g.Sharing.Withdraw(g.As(by), o.id, version), "%s takes the offer of %s to %s back", by, g.called(o.file), o.house)
}

func (g *game) waitsAWhile(rt *rapid.T) {
	while := one(rt, "while", []time.Duration{10 * time.Minute, time.Hour, 5 * time.Hour, 12 * time.Hour, 30 * time.Hour, 64 * time.Hour, 200 * time.Hour})
	g.Advance(while)
	g.now()
	g.expect(rt, done, nil, "%s pass", while)
}

func (g *game) tidies(rt *rapid.T) {
	g.tidy()
	g.expect(rt, done, g.Tidy(g.T.Context()), "the program tidies up")
}

// lookers is how many players look after each move: others after the next, so that in the same time more is played.
const lookers = 4

// loose are grants that are there although what they hang on has ended, or ends before them.
const loose = `SELECT g.id FROM file_grant g JOIN file_grant r ON r.id = g.root_id
WHERE g.state <> 'ended' AND g.until_at > :now AND (r.state = 'ended' OR r.until_at < g.until_at)`

// hangs holds every grant against what it hangs on: what opens a file must not outlive its reason.
func (g *game) hangs(rt *rapid.T) {
	var found []string
	err := g.Database.Read(g.T.Context(), func(tx *database.Tx) error { return tx.Select(&found, loose, database.Args{"now": g.Now()}) })
	if err != nil || len(found) > 0 {
		rt.Fatalf("%s\nloose grants: %v, %v", strings.Join(g.told, "\n"), found, err)
	}
}

// compare asks some of the players at once; what they ask shares the trail's commits.
func (g *game) compare(rt *rapid.T) {
	g.hangs(rt)
	asked := rapid.Permutation(players).Draw(rt, "who looks")[:lookers]
	var all sync.WaitGroup
	complaints := make([]string, len(asked))
	for i, person := range asked {
		all.Go(func() { complaints[i] = g.differs(person) })
	}
	all.Wait()
	for i, complaint := range complaints {
		if complaint != "" {
			rt.Fatalf("%s\nfor %s: %s", strings.Join(g.told, "\n"), asked[i], complaint)
		}
	}
}

// differs says in what the program and the rules differ for a person; empty is in nothing.
func (g *game) differs(person string) string {
	ctx := g.As(person)
	view, err := g.Worklist.Show(ctx)
	if err != nil {
		return "worklist: " + err.Error()
	}
	cases, _, err := g.Cases.List(ctx, gate.Cursor{})
	if err != nil {
		return "list of cases: " + err.Error()
	}
	victims, _, err := g.Victims.List(ctx, gate.Cursor{})
	if err != nil {
		return "list of victim files: " + err.Error()
	}
	for file := range g.caseOf {
		name := g.names[file]
		var met []bool
		if name == "" {
			var view casefile.View
			if view, err = g.Cases.Show(ctx, file); err == nil && view.Leads != g.leads(g.home[person], file) {
				return fmt.Sprintf("leads the case: %v", view.Leads)
			}
			for _, line := range cases {
				met = append(met, line.FileID == file)
			}
		} else {
			var view victim.View
			if view, err = g.Victims.Show(ctx, file); g.home[person] == "be.fgp" && sheltered(&view) != g.exposed(person, file) {
				return fmt.Sprintf("sees how %s may be reached: %v", name, sheltered(&view))
			}
			for _, line := range victims {
				met = append(met, line.FileID == file)
			}
			hits, _, err := g.Victims.Search(ctx, name)
			if err != nil {
				return "search: " + err.Error()
			}
			if found := slices.ContainsFunc(hits, func(f victim.Found) bool { return f.FileID == file }); found != g.finds(person, file) {
				return fmt.Sprintf("searching %s finds it %v", name, found)
			}
		}
		if got := err == nil; got != g.opens(person, file) || err != nil && fault.KindOf(err) != fault.NotFound {
			return fmt.Sprintf("opens %s: %v", g.called(file), err)
		}
		if listed := slices.Contains(met, true); listed != g.finds(person, file) {
			return fmt.Sprintf("%s is listed: %v", g.called(file), listed)
		}
		if complaint := g.takesWrongly(person, file); complaint != "" {
			return complaint
		}
		if name == "" {
			continue
		}
		if complaint := g.misreads(person, file); complaint != "" {
			return complaint
		}
	}
	if complaint := g.misgathers(person); complaint != "" {
		return complaint
	}
	return g.miscounts(person, &view)
}
