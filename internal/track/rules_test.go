package track

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/section"
)

const aDay = moment.Date("2026-03-02")

func packs(t *testing.T) (all []*rulepack.Pack, book *rulepack.Book) {
	t.Helper()
	book, err := rulepack.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, country := range rulepack.Countries() {
		p, ok := book.Pack(string(country), aDay)
		if !ok {
			t.Fatalf("%s has no pack", country)
		}
		all = append(all, p)
	}
	return all, book
}

// cooperation are the conditions that only somebody who cooperates meets, or that lie with the criminal track.
var cooperation = []string{"statement_made", "cooperates", "complaint", "cooperates_otherwise", "presence_needed", "magistrate_asked",
	"magistrate_confirms", "police_record", "police_notice", "convicted", "indicted", "labour_proceedings"}

// TestPacks_helpNeverDependsOnCooperation (CETS 197, art. 12(6)), and no track waits for another.
func TestPacks_helpNeverDependsOnCooperation(t *testing.T) {
	all, book := packs(t)
	for _, m := range book.Moves() {
		if len(m.Needs) > 0 {
			t.Errorf("%s %s waits for another track", m.Country, m.Name())
		}
		if m.Track != rulepack.Protection && m.Track != rulepack.Remedy {
			continue
		}
		for _, condition := range slices.Concat(m.Conditions...) {
			if slices.Contains(cooperation, condition) {
				t.Errorf("%s %s asks for %s", m.Country, m.Name(), condition)
			}
		}
	}
	for _, p := range all {
		for _, from := range []string{"presumed", "referred", "intake"} {
			if !slices.ContainsFunc(p.Moves(rulepack.Protection, from), func(m rulepack.Move) bool {
				return m.To == "supported" && len(m.Conditions) == 0 && m.DecidedBy("shelter")
			}) {
				t.Errorf("%s: nobody is supported at once from %s", p.Country, from)
			}
		}
	}
}

// TestPacks_leadEverywhere: each state of the way can be reached by an adult, and those of a child's way by a child.
func TestPacks_leadEverywhere(t *testing.T) {
	all, _ := packs(t)
	for _, p := range all {
		for _, track := range rulepack.Tracks() {
			for _, child := range []bool{false, true} {
				reached, open := map[string]bool{}, []string{begin(track)}
				for len(open) > 0 {
					at := open[0]
					open = open[1:]
					if reached[at] {
						continue
					}
					reached[at] = true
					for _, m := range p.Moves(track, at) {
						if m.For(child) {
							open = append(open, m.To)
						}
					}
				}
				for _, state := range way(p, track) {
					if !reached[state] && !(child && p.Country == rulepack.Belgium && state == "reflection") {
						t.Errorf("%s: nothing leads to %s of %s (child: %v)", p.Country, state, track, child)
					}
				}
				if child && p.Country == rulepack.Belgium && track == rulepack.Residence && reached["reflection"] {
					t.Error("a child in Belgium gets 45 days instead of a document at once")
				}
			}
		}
	}
}

// TestPacks_whoDecidesSeesEnough holds every decider against the matrix: nobody decides in the dark.
func TestPacks_whoDecidesSeesEnough(t *testing.T) {
	_, book := packs(t)
	policy, err := authz.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range book.Moves() {
		for _, kind := range m.Deciders {
			kind, _, _ = strings.Cut(kind, ":")
			role := authz.Role(kind)
			held := authz.Held{RoleID: "baseline", Base: role}
			held.Allow[authz.Read] = policy.May(role, authz.Read)
			d := policy.Decide(&authz.Actor{WorkerID: "w", AgencyID: "a", Kind: role, Held: []authz.Held{held}}, authz.Question{Section: SectionOf(m.Track),
				Verb: authz.Read, Relations: authz.RelationsOf(authz.RelationTeam, authz.RelationWard, authz.RelationClient),
				Met: authz.NeedsOf(authz.NeedConsent, authz.NeedMagistrate, authz.NeedLegalGateway, authz.NeedJustification, authz.NeedGuardian)})
			if d.Show != authz.Full && (d.Show != authz.Derived || classOf(m.Track, m.From, role) == "" || m.Track == rulepack.Criminal) {
				t.Errorf("%s %s: %s sees %s of %s", m.Country, m.Name(), kind, d.Show, SectionOf(m.Track))
			}
		}
	}
}

// TestPersonOf_isForThePersonsGood.
func TestPersonOf_isForThePersonsGood(t *testing.T) {
	_, book := packs(t)
	for name, c := range map[string]struct {
		identity, guardianship []section.Values
		child, free            Answer
	}{
		"nothing known":          {nil, nil, Unknown, Unknown},
		"presumed, without age":  {[]section.Values{{"age_status": "presumed_child"}}, nil, Yes, Unknown},
		"disputed":               {[]section.Values{{"age_status": "disputed", "birth_date": "1990-01-01"}}, nil, Yes, Unknown},
		"two agencies differ":    {[]section.Values{{"age_status": "adult"}, {"age_status": "child"}}, nil, Yes, Unknown},
		"eighteen tomorrow":      {[]section.Values{{"birth_date": "2008-03-03"}}, nil, Yes, Unknown},
		"eighteen today":         {[]section.Values{{"birth_date": "2008-03-02"}}, nil, No, Unknown},
		"a month alone":          {[]section.Values{{"birth_date": "2008-03"}}, nil, Yes, Unknown},
		"a month of thirty days": {[]section.Values{{"birth_date": "2007-06"}}, nil, No, Unknown},
		"a year alone":           {[]section.Values{{"birth_date": "2008"}}, nil, Yes, Unknown},
		"the guardian says so":   {[]section.Values{{"family_name": "x"}}, []section.Values{{"minor": "yes"}}, Yes, Unknown},
		"the guardian knows not": {nil, []section.Values{{"minor": "unknown"}}, Unknown, Unknown},
		"a Romanian":             {[]section.Values{{"citizenships": "RO"}}, nil, Unknown, Yes},
		"of two countries":       {[]section.Values{{"citizenships": "MD;RO"}}, nil, Unknown, Yes},
		"a Briton, too late":     {[]section.Values{{"citizenships": "GB"}}, nil, Unknown, No},
		"stateless":              {[]section.Values{{"citizenships": "stateless"}}, nil, Unknown, No},
		"not asked":              {[]section.Values{{"citizenships": "not_asked"}}, nil, Unknown, Unknown},
	} {
		if p := personOf(book, c.identity, c.guardianship, aDay); p.Child != c.child || p.Free != c.free {
			t.Errorf("%s: %+v", name, p)
		}
	}
	leap := []section.Values{{"birth_date": "2008-02-29"}}
	for on, want := range map[moment.Date]Answer{"2026-02-28": Yes, "2026-03-01": No} {
		if p := personOf(book, leap, nil, on); p.Child != want {
			t.Errorf("born on 29 February, on %s: child %q", on, p.Child)
		}
	}
	for _, c := range []struct {
		born   string
		on     moment.Date
		before bool
	}{{"1990", "1989-12-31", true}, {"1990", "1990-01-01", false}, {"1990-05", "1990-04-30", true}, {"1990-05-06", "1990-05-06", false}, {"", "1900-01-01", false}} {
		if got := (Person{Born: c.born}).unborn(c.on); got != c.before {
			t.Errorf("born %s, on %s: %v", c.born, c.on, got)
		}
	}
}

func at(track, country, state string) course {
	return course{track: track, country: country, steps: []Step{{Track: track, Country: country, To: state}}}
}

func TestUnfinished_wantsAllFourEverywhere(t *testing.T) {
	rest := []course{at("protection", "BE", "closed"), at("residence", "BE", "durable"), at("criminal", "BE", "final"), at("remedy", "BE", "paid")}
	without := func(i int, c course) []course {
		other := slices.Clone(rest)
		other[i] = c
		return other
	}
	for name, c := range map[string]struct {
		courses []course
		who     Person
		open    []string
	}{
		"all at rest":                        {rest, Person{}, nil},
		"never reported":                     {without(2, course{track: "criminal", country: "BE"}), Person{}, nil},
		"residence never asked for":          {without(1, course{track: "residence", country: "BE"}), Person{}, []string{"residence"}},
		"nor by somebody who declined":       {[]course{at("protection", "BE", "declined"), {track: "residence", country: "BE"}, at("remedy", "BE", "not_pursued")}, Person{}, nil},
		"nor a claim of somebody lost":       {[]course{at("protection", "BE", "lost_contact"), {track: "residence", country: "BE"}, at("criminal", "BE", "dismissed"), {track: "remedy", country: "BE"}}, Person{}, nil},
		"or who is no victim":                {[]course{at("protection", "BE", "not_victim"), {track: "remedy", country: "BE"}}, Person{}, nil},
		"but one that was begun":             {[]course{at("protection", "BE", "not_victim"), at("remedy", "BE", "claim_prepared")}, Person{}, []string{"remedy"}},
		"no victim here and helped there":    {[]course{at("protection", "BE", "not_victim"), at("protection", "NL", "supported"), {track: "remedy", country: "BE"}}, Person{}, []string{"protection", "remedy"}},
		"who moves freely needs none":        {without(1, course{track: "residence", country: "BE"}), Person{Free: Yes}, nil},
		"still supported":                    {without(0, at("protection", "BE", "supported")), Person{}, []string{"protection"}},
		"a claim that nobody looked at":      {without(3, course{track: "remedy", country: "BE"}), Person{}, []string{"remedy"}},
		"the other country goes on":          {append(slices.Clone(rest), at("residence", "NL", "temporary")), Person{}, []string{"residence"}},
		"with a death everything is said":    {append(without(0, at("protection", "BE", "deceased")), at("residence", "NL", "temporary")), Person{}, nil},
		"begun at home and nowhere finished": {coursesOf(nil, "LU"), Person{}, []string{"protection", "residence", "remedy"}},
	} {
		if got := unfinished(c.courses, c.who); !slices.Equal(got, c.open) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRemovalBar_holdsFromThePresumption(t *testing.T) {
	home := func(protection, residence, criminal string) []course {
		return []course{at("protection", "BE", protection), at("residence", "BE", residence), at("criminal", "BE", criminal)}
	}
	for name, c := range map[string]struct {
		courses []course
		bar     string
	}{
		"a file that has just opened": {coursesOf(nil, "BE"), barIdentification}, "while proceedings go on": {home("supported", "ended_expired", "prosecution"), barIdentification},
		"even without support": {home("declined", "ended_expired", "reported"), barIdentification}, "no victim": {home("not_victim", "not_started", "reported"), ""},
		"the case is over": {home("closed", "ended_withdrawn", "dismissed"), ""}, "but a reflection period runs": {home("not_victim", "reflection", "dismissed"), barReflection},
		"over here, open there":             {append(home("supported", "ended_expired", "dismissed"), at("criminal", "NL", "under_investigation")), barIdentification},
		"over there, open here":             {append(home("supported", "ended_expired", "prosecution"), at("criminal", "NL", "final")), barIdentification},
		"over in both":                      {append(home("supported", "ended_expired", "dismissed"), at("criminal", "NL", "not_identified")), ""},
		"over here, struck there":           {append(home("supported", "ended_expired", "final"), course{track: "criminal", country: "NL", void: true}), ""},
		"a permit outlives the proceedings": {home("supported", "temporary", "final"), barPermit}, "until it is withdrawn": {home("supported", "ended_withdrawn", "final"), ""},
	} {
		if got := removalBar(c.courses); got != c.bar {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestMeets_wantsEveryNeedAndOneOfEach(t *testing.T) {
	step := func(track, country, to string) Step { return Step{Track: track, Country: country, To: to} }
	m := &rulepack.Move{Track: "residence", Needs: []rulepack.Need{{{Track: "criminal", State: "identified"}, {Track: "criminal", State: "final"}},
		{{Track: "remedy", State: "claimed"}}}}
	claimed := step("remedy", "BE", "claimed")
	for name, c := range map[string]struct {
		steps []Step
		want  bool
	}{
		"nothing":               {nil, false},
		"one of the two":        {[]Step{claimed}, false},
		"both":                  {[]Step{claimed, step("criminal", "BE", "identified")}, true},
		"the other alternative": {[]Step{claimed, step("criminal", "BE", "final")}, true},
		"passed by":             {[]Step{claimed, step("criminal", "BE", "identified"), step("criminal", "BE", "prosecution")}, false},
		"in another country":    {[]Step{claimed, step("criminal", "NL", "identified")}, false},
	} {
		if got := meets(m, c.steps, "BE"); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !meets(&rulepack.Move{}, nil, "BE") {
		t.Error("a move without needs waits")
	}
}
