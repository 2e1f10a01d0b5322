package minor

import (
	"testing"

	"pgregory.net/rapid"

	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/section"
)

func TestStand_inDoubtThePersonIsAChild(t *testing.T) {
	a, b := func(s Status) Step { return Step{AgencyID: "a", Status: s} }, func(s Status) Step { return Step{AgencyID: "b", Status: s} }
	decided := func(s Status) Step { return Step{AgencyID: "court", Status: s, Decided: true} }
	birthday := func(of string) Step { return Step{AgencyID: of, Status: Adult, Method: birthdayMethod} }
	for name, c := range map[string]struct {
		steps    []Step
		status   Status
		disputed bool
	}{
		"nobody has said anything":        {nil, Unknown, false},
		"one presumes":                    {[]Step{a(Presumed)}, Presumed, false},
		"one knows":                       {[]Step{a(Presumed), a(Child)}, Child, false},
		"all say adult":                   {[]Step{a(Adult), b(Adult)}, Adult, false},
		"two differ":                      {[]Step{a(Adult), b(Presumed)}, Presumed, true},
		"one doubts":                      {[]Step{a(Adult), b(Disputed)}, Presumed, true},
		"one changes its mind":            {[]Step{a(Presumed), b(Adult), a(Adult)}, Adult, false},
		"decided adult":                   {[]Step{a(Presumed), b(Adult), decided(Adult)}, Adult, false},
		"decided child":                   {[]Step{a(Adult), decided(Child)}, Child, false},
		"a decision is doubted":           {[]Step{decided(Adult), a(Presumed)}, Presumed, true},
		"a second decision":               {[]Step{decided(Adult), a(Disputed), decided(Child)}, Child, false},
		"what is not known changes none":  {[]Step{a(Child), b(Unknown)}, Child, false},
		"adult against a decided child":   {[]Step{decided(Child), a(Adult)}, Child, true},
		"after a decision the old is old": {[]Step{a(Child), decided(Adult), b(Adult)}, Adult, false},
		"a birthday":                      {[]Step{a(Child), birthday("a")}, Adult, false},
		"another's date and a decision":   {[]Step{a(Child), decided(Child), birthday("a")}, Child, true},
		"the authority's own date":        {[]Step{a(Child), decided(Child), birthday("court")}, Adult, false},
		"a decision after a birthday":     {[]Step{a(Child), birthday("a"), decided(Child)}, Child, false},
		"a birthday and another's doubt":  {[]Step{a(Child), b(Presumed), birthday("a")}, Presumed, true},
		"a birthday, then a doubt":        {[]Step{a(Child), birthday("a"), a(Disputed)}, Presumed, true},
	} {
		if got := stand(c.steps); got.Status != c.status || got.Disputed != c.disputed {
			t.Errorf("%s: %s, disputed %v; want %s, %v", name, got.Status, got.Disputed, c.status, c.disputed)
		}
	}
}

// TestStand_doubtNeverTakesProtectionAway: whatever was said before, one more voice for a child keeps or gives the rules for children,
// and only a decision ends what an agency holds against it.
func TestStand_doubtNeverTakesProtectionAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var steps []Step
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			decided := rapid.Bool().Draw(t, "decided")
			statuses := Statuses()
			if decided {
				statuses = []Status{Child, Presumed, Adult}
			}
			steps = append(steps, Step{AgencyID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "agency"), Decided: decided,
				Status: rapid.SampledFrom(statuses).Draw(t, "status")})
		}
		voice := Step{AgencyID: "new", Status: rapid.SampledFrom([]Status{Child, Presumed, Disputed}).Draw(t, "voice")}
		if !stand(append(steps, voice)).Protects() {
			t.Fatalf("%v and %v protect nobody", steps, voice)
		}
	})
}

func TestByBirth_takesTheLastDayThatTheDateCanMean(t *testing.T) {
	for born, want := range map[string]Status{"2008-03-02": Adult, "2008-03-03": Child, "2008-03": Child, "2008-02": Adult, "2008": Child, "2007": Adult,
		"2010-01-01": Child, "1990": Adult, "": "", "20": "", "2008-02-29": Adult, "2008-13": "", "2008-02-30": ""} {
		if got := byBirth(born, "2026-03-02"); got != want {
			t.Errorf("%q: %q, want %q", born, got, want)
		}
	}
}

func TestCodes_areThoseOfTheCatalogue(t *testing.T) {
	known := map[Status]bool{}
	for _, c := range section.CodeList("age_status") {
		known[Status(c.Code)] = true
	}
	for _, s := range Statuses() {
		if !known[s] {
			t.Errorf("the catalogue has no age_status %s", s)
		}
	}
}

// TestAdultOn_isTheFirstDayOfAnAdult: whatever is known of the birth, the person is a child until the day before.
func TestAdultOn_isTheFirstDayOfAnAdult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := moment.Date("1990-01-01").AddDays(rapid.IntRange(0, 20000).Draw(t, "day"))
		born := string(day)[:rapid.SampledFrom([]int{4, 7, 10}).Draw(t, "known")]
		on := rulepack.AdultOn(born)
		if byBirth(born, on) != Adult || byBirth(born, on.AddDays(-1)) != Child {
			t.Fatalf("%s: adult on %s: %s, the day before %s", born, on, byBirth(born, on), byBirth(born, on.AddDays(-1)))
		}
	})
}

// TestByBirth_ofALeapDay: in doubt a child.
func TestByBirth_ofALeapDay(t *testing.T) {
	if a, b := byBirth("2008-02-29", "2026-02-28"), byBirth("2008-02-29", "2026-03-01"); a != Child || b != Adult {
		t.Errorf("on the last of February %s, on the first of March %s", a, b)
	}
}
