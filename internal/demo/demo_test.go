package demo_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/demo"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/server"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// today is the last day of the demonstrations of these tests.
var today = moment.Of(time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC))

// fill fills an empty database with a small demonstration.
func fill(t testing.TB, engine string, victims int) (*server.Program, demo.Summary) {
	t.Helper()
	clock := &demo.Clock{}
	now := func() moment.Time { // after the filling the clock stands still
		if clock.Moves() {
			return clock.Now()
		}
		return today
	}
	p := testkit.Empty(t, engine, now)
	marked := false
	parts := demo.Parts{Gate: p.Gate, Agencies: p.Agencies, Cases: p.Cases, Victims: p.Victims, Entries: p.Entries, Consents: p.Consents, Sharing: p.Sharing,
		Tasks: p.Tasks, Tracks: p.Tracks, Clocks: p.Clocks, Notices: p.Notices,
		Directory: p.Directory, Questions: p.Questions, Pointers: p.Pointers, Requests: p.Requests, Emergencies: p.Emergencies, Circles: p.Circles, Consultations: p.Consultations, Outside: p.Outside, Limits: p.Limits, Signals: p.Signals, Screenings: p.Screenings, Support: p.Support, Minors: p.Minors, Checklists: p.Checklists, Journal: p.Journal, Closing: p.Closing, Breaches: p.Breaches, Tidy: p.Tidy,
		Clock: clock, Enrol: func(context.Context, string, string, string) error { return nil },
		Mark: func(context.Context) error { marked = true; return nil }}
	filled, err := demo.Filled(t.Context(), parts)
	if err != nil || filled {
		t.Fatalf("an empty database counts as filled: %v, %v", filled, err)
	}
	done, err := demo.Fill(t.Context(), parts, demo.Options{Victims: victims, Seed: 1839, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	if filled, err = demo.Filled(t.Context(), parts); err != nil || !filled || !marked {
		t.Fatalf("filled %v, marked %v: %v", filled, marked, err)
	}
	return p, done
}

// caseworker is a context in which an agency's caseworker acts.
func caseworker(t testing.TB, p *server.Program, code string) context.Context {
	t.Helper()
	worker, agency, err := p.Agencies.WorkerByEmail(gate.AsProgram(t.Context(), "test"), "caseworker@"+code+".example")
	if err != nil {
		t.Fatalf("%s: %v", code, err)
	}
	return gate.WithCaller(t.Context(), gate.Caller{Actor: authz.Actor{WorkerID: worker, AgencyID: agency, AAL: 2}})
}

func TestFill_makesABeneluxThatItsPeopleSee(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			p, done := fill(t, engine, 120)
			if done.Victims != 120 || done.Agencies < 30 || done.People != 3*done.Agencies+12 || done.Cases == 0 || done.Referrals == 0 || done.Doubles == 0 {
				t.Fatalf("filled %+v", done)
			}
			for _, code := range []string{"nl.avim", "be.rsz", "be.payoke", "lu.itm", "nl.comensha"} {
				lines, _, err := p.Victims.List(caseworker(t, p, code), gate.Cursor{})
				if err != nil || len(lines) == 0 {
					t.Errorf("%s sees %d victim files, %v", code, len(lines), err)
				}
			}
			report, err := p.Trail.Verify(t.Context())
			if err != nil || report.Wrong != nil {
				t.Fatalf("the trail: %+v, %v", report.Wrong, err)
			}
		})
	}
}

// TestFill_leavesADayThatCanBeDone looks at the last day: what waits is what a week leaves, and what was asked for has come to
// something.
func TestFill_leavesADayThatCanBeDone(t *testing.T) {
	p, _ := fill(t, "sqlite", 250)
	open, ended := 0, map[string]int{}
	for _, code := range []string{"be.payoke", "be.pagasa", "nl.cosm", "be.dvz", "be.tutelles", "nl.comensha"} {
		ctx := caseworker(t, p, code)
		day, err := p.Worklist.Show(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range day.Numbers {
			if most := map[string]int{"tasks_overdue": 8, "clocks_overdue": 2, "notices": 40}[n.Key]; most > 0 && n.Count.Number > most {
				t.Errorf("%s has %d of %s", code, n.Count.Number, n.Key)
			}
			if n.Key == "tasks_overdue" || n.Key == "tasks_soon" {
				open += n.Count.Number
			}
		}
		list, err := p.Sharing.List(ctx, sharing.Received, gate.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range list.Referrals {
			ended[string(list.Referrals[i].State)]++
		}
	}
	if open == 0 || ended["completed"] == 0 || ended["accepted"] == 0 {
		t.Errorf("%d tasks are open, and referrals are %v", open, ended)
	}
}

func TestFill_letsShelterPoliceAndImmigrationWriteTheirParts(t *testing.T) {
	p, _ := fill(t, "sqlite", 250)
	written, steps := map[authz.Section]int{}, map[string]int{}
	for _, code := range []string{"be.payoke", "be.pagasa", "be.surya", "nl.cosm", "nl.zorgcoordinatie", "nl.avim", "nl.kmar", "nl.ind", "be.dvz", "nl.nidos"} {
		ctx := caseworker(t, p, code)
		lines, _, err := p.Victims.List(ctx, gate.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			view, err := p.Victims.Show(ctx, line.FileID)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range view.Sections {
				written[s.Section] += len(s.Entries)
			}
			if where, _, err := p.Tracks.Show(ctx, line.FileID); err == nil {
				for _, lane := range where.Lanes {
					steps[lane.State]++
				}
			}
			if hidden, err := p.Entries.Reveal(ctx, gate.Victim, line.FileID, authz.ShelterLocation, "protection"); err == nil {
				written[authz.ShelterLocation] += len(hidden.Entries)
			}
		}
	}
	for _, id := range []authz.Section{authz.Identity, authz.Exploitation, authz.Labour, authz.SafeContact, authz.ShelterLocation, authz.Health,
		authz.SupportPlan, authz.RiskLevel, authz.Consents, authz.Statements, authz.Residence, authz.Guardianship} {
		if written[id] == 0 {
			t.Errorf("nobody wrote in %s", id)
		}
	}
	if steps["supported"] == 0 || steps["reflection"] == 0 {
		t.Errorf("nobody moves the tracks: %v", steps)
	}
}

func TestFill_leavesOffersThatWaitAndOnesThatWereAnswered(t *testing.T) {
	p, _ := fill(t, "sqlite", 400)
	states := map[sharing.State]int{}
	for _, code := range []string{"be.payoke", "be.pagasa", "be.surya", "nl.cosm", "nl.zorgcoordinatie", "nl.ind", "be.dvz", "nl.comensha", "lu.savteh", "nl.nidos"} {
		received, err := p.Sharing.List(caseworker(t, p, code), sharing.Received, gate.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range received.Referrals {
			states[r.State]++
		}
	}
	for _, state := range []sharing.State{sharing.Accepted, sharing.Declined, sharing.Offered} {
		if states[state] == 0 {
			t.Errorf("no referral is %s: %v", state, states)
		}
	}
	for _, code := range []string{"be.payoke", "be.pagasa", "be.surya", "nl.cosm", "nl.zorgcoordinatie"} {
		list, err := p.Sharing.List(caseworker(t, p, code), sharing.Waiting, gate.Cursor{})
		if err != nil || len(list.Referrals) == 0 {
			t.Errorf("%s finds %d offers to answer, %v", code, len(list.Referrals), err)
		}
	}
}

func TestFill_isTheSameForTheSameSeed(t *testing.T) {
	names := func() (all []string) {
		p, _ := fill(t, "sqlite", 40)
		ctx := caseworker(t, p, "nl.avim")
		lines, _, err := p.Victims.List(ctx, gate.Cursor{})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			view, err := p.Victims.Show(ctx, line.FileID)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range view.Sections {
				for _, e := range s.Entries {
					all = append(all, string(e.Values.Encode()))
				}
			}
		}
		slices.Sort(all)
		return all
	}
	if first, second := names(), names(); len(first) == 0 || strings.Join(first, "") != strings.Join(second, "") {
		t.Fatal("two fillings with one seed differ")
	}
}

func TestFill_opensCasesInOfficeHoursOverTheMonths(t *testing.T) {
	p, _ := fill(t, "sqlite", 150)
	lines, _, err := p.Cases.List(caseworker(t, p, "nl.avim"), gate.Cursor{})
	if err != nil || len(lines) < 10 {
		t.Fatalf("%d cases, %v", len(lines), err)
	}
	months := map[string]bool{}
	for _, line := range lines {
		at := line.ChangedAt.Time().In(moment.Brussels())
		months[at.Format("2006-01")] = true
		if line.ChangedAt > today || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || at.Hour() < 8 || at.Hour() > 19 {
			t.Errorf("changed at %v", at)
		}
	}
	if len(months) < 4 {
		t.Errorf("all in %v", months)
	}
	var view casefile.View
	if view, err = p.Cases.Show(caseworker(t, p, "nl.avim"), lines[0].FileID); err != nil || view.Lead == "" {
		t.Errorf("%+v, %v", view, err)
	}
}

func drawn(t *testing.T, files int) demo.Drawn {
	t.Helper()
	d, err := demo.Draw(1839, files, today)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPeople_followTheDistributions(t *testing.T) {
	d := drawn(t, 2000)
	is := func(field, value string) func(map[string]string) bool {
		return func(values map[string]string) bool { return values[field] == value }
	}
	for _, c := range []struct {
		what, country, field, value string
		want, within                float64
	}{
		{"women", "BE", "sex", "female", 45, 4}, {"women", "NL", "sex", "female", 62, 4}, {"women", "LU", "sex", "female", 50, 8},
		{"minors", "BE", "child", "yes", 7, 2}, {"minors", "NL", "child", "yes", 8, 2}, {"minors", "LU", "child", "yes", 2, 3},
		{"presumed children", "BE", "age_status", "presumed_child", 2, 1.5}, {"presumed children", "NL", "age_status", "presumed_child", 2, 1.5},
		{"labour", "BE", "form", "forced_labour", 58, 4}, {"labour", "NL", "form", "forced_labour", 40, 4}, {"labour", "LU", "form", "forced_labour", 60, 8},
		{"sexual", "BE", "form", "sexual_exploitation", 28, 4}, {"sexual", "NL", "form", "sexual_exploitation", 38, 4},
		{"crime", "NL", "form", "forced_criminality", 16, 4},
		{"Moroccans", "BE", "citizenships", "MA", 12, 4}, {"Dutch", "NL", "citizenships", "NL", 17, 4}, {"Poles", "NL", "citizenships", "PL", 14, 4},
		{"Chinese", "LU", "citizenships", "CN", 22, 8},
		// The one large case, found by inspectors, is a quarter of the Belgian files already.
		{"found by police", "BE", "detected_by", "police", 31, 5}, {"found by inspectors", "BE", "detected_by", "labour_inspectorate", 34, 7},
		{"found by police", "NL", "detected_by", "police", 35, 5},
		{"found at the border", "NL", "detected_by", "border_police", 10, 4},
		{"found by inspectors", "LU", "detected_by", "labour_inspectorate", 30, 10},
		{"papers disagree", "NL", "papers_disagree", "yes", 7, 2.5}, {"exploited here", "NL", "exploited_in", "NL", 92, 4},
		{"exploited here", "LU", "exploited_in", "LU", 85, 12},
	} {
		if got := d.Part(c.country, is(c.field, c.value)); math.Abs(got-c.want) > c.within {
			t.Errorf("%s in %s: %.1f %%, the distribution says %.1f", c.what, c.country, got, c.want)
		}
	}
	for country, want := range map[string]float64{"BE": 32.6, "NL": 63.2, "LU": 4.2} {
		if got := 100 * float64(d.Files(country)) / 2000; math.Abs(got-want) > 0.5 {
			t.Errorf("%s has %.1f %% of the files, want %.1f", country, got, want)
		}
	}
	if d.Files("") != 2000 {
		t.Errorf("%d files", d.Files(""))
	}
}

func TestCases_areMostlyOfOneVictimAndOneIsLikeBorealis(t *testing.T) {
	d := drawn(t, 2000)
	for country, alone := range map[string]float64{"BE": 75, "NL": 85} {
		sizes, ones := d.Sizes(country), 0
		for _, size := range sizes {
			if size == 1 {
				ones++
			}
		}
		if got := 100 * float64(ones) / float64(len(sizes)); math.Abs(got-alone) > 8 {
			t.Errorf("%s: %.0f %% of the cases have one victim, want %.0f", country, got, alone)
		}
	}
	if largest := slices.Max(d.Sizes("BE")); largest != 174 {
		t.Errorf("the largest case in Belgium has %d victims", largest)
	}
	turkish := d.Part("BE", func(v map[string]string) bool { return v["citizenships"] == "TR" && v["opener"] == "be.rsz" })
	if turkish < 14 {
		t.Errorf("%.1f %% of the Belgian files are of Turkish citizens found by the inspection", turkish)
	}
}

func TestNames_areInFourScriptsAndOfNoKnownCase(t *testing.T) {
	d := drawn(t, 2000)
	seen, different := map[string]int{}, map[string]bool{}
	for _, name := range d.Names() {
		different[name[0]+" "+name[1]] = true
		if d.Court(name[1]) {
			t.Errorf("%s is the name of a known case", name[1])
		}
		for script, table := range map[string]*unicode.RangeTable{"Arabic": unicode.Arabic, "Chinese": unicode.Han, "Cyrillic": unicode.Cyrillic} {
			if strings.ContainsFunc(name[2], func(r rune) bool { return unicode.Is(table, r) }) {
				seen[script]++
			}
			if strings.ContainsFunc(name[0]+name[1], func(r rune) bool { return unicode.Is(table, r) }) {
				t.Errorf("%s %s is not in Latin letters", name[0], name[1])
			}
		}
		if name[0] == "" || name[1] == "" {
			t.Errorf("a name is missing: %q", name)
		}
	}
	for _, script := range []string{"Arabic", "Chinese", "Cyrillic"} {
		if seen[script] < 40 {
			t.Errorf("%d names in %s letters", seen[script], script)
		}
	}
	if len(different) < 1500 {
		t.Errorf("only %d different names", len(different))
	}
}

func TestSignIns_areOnePersonForEachRole(t *testing.T) {
	list, err := demo.SignIns()
	if err != nil {
		t.Fatal(err)
	}
	seen, held := map[string]bool{}, map[authz.Role]bool{}
	for _, s := range list {
		switch s.Role {
		case agency.Auditor:
			held[authz.RoleAuditor] = true
		case agency.Administrator:
			held[authz.RoleAgencyAdmin] = true
		default:
			held[s.Kind] = true
		}
		if seen[s.Email] || !strings.HasSuffix(s.Email, ".example") {
			t.Errorf("%s stands twice or is no example address", s.Email)
		}
		seen[s.Email] = true
	}
	for _, role := range authz.Roles() {
		if !held[role] {
			t.Errorf("nobody signs in as %s, of %d", role, len(list))
		}
	}
}

// BenchmarkFill is what somebody waits for who starts the program for the first time, less the passwords.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		fill(b, "sqlite", 2000)
	}
}
