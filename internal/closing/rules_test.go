package closing_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/closing"
	"relais/internal/moment"
)

func TestRetention_isByCountryKindAndChild(t *testing.T) {
	rules, err := authz.ShippedRetentions()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		country string
		kind    authz.Role
		born    string
		code    string
		due     moment.Date
	}{
		{"BE", authz.RoleShelter, "1990-05-17", "shelter_file", "2036-03-02"},
		{"NL", authz.RoleShelter, "2010-05-17", "shelter_minor", "2038-12-31"},
		{"NL", authz.RolePolice, "1990", "nl_police", "2036-03-02"},
		{"NL", authz.RolePolice, "2010", "nl_police", "2036-03-02"},
		{"LU", authz.RolePolice, "", "lu_police", "2056-03-02"},
		{"BE", authz.RoleLabourInspector, "", "file", "2036-03-02"},
		{"BE", authz.RoleLabourInspector, "2012-01", "minor", "2040-12-31"},
	} {
		year, child := closing.Child(c.born, "2026-02-26")
		rule := rules.For(c.country, c.kind, child, "2026-03-02")
		if due := rule.Due("2026-03-02", year); rule.Code != c.code || due != c.due {
			t.Errorf("%s %s born %q: %s until %s, want %s until %s", c.country, c.kind, c.born, rule.Code, due, c.code, c.due)
		}
	}
}

func TestChild(t *testing.T) {
	for born, want := range map[string]bool{"2008-02-26": false, "2008-02-27": true, "2008-02": true, "2008": true, "2007": false, "": false, "x": false, "2030-01-01": true} {
		if _, got := closing.Child(born, "2026-02-26"); got != want {
			t.Errorf("born %q: %v", born, got)
		}
	}
}

// TestChild_bornOnALeapDay is one through the last of February of a year without that day, for keeping as for the tracks and for minors.
func TestChild_bornOnALeapDay(t *testing.T) {
	for found, want := range map[moment.Date]bool{"2026-02-28": true, "2026-03-01": false} {
		if _, got := closing.Child("2008-02-29", found); got != want {
			t.Errorf("on %s: %v", found, got)
		}
	}
}

func TestRetention_refusesWithFileLineAndReason(t *testing.T) {
	const header = "code,country,kind,subject,class,counts,amount,removed,longest,from,to,source\n"
	const whole = "file,EU,any,any,,years,10,,,2026-01-01,,house\n"
	for line, reason := range map[string]string{
		"x,FR,any,any,,years,10,,,2026-01-01,,s\n":           "unknown country",
		"x,BE,baker,any,,years,10,,,2026-01-01,,s\n":         "unknown kind",
		"x,BE,any,old,,years,10,,,2026-01-01,,s\n":           "subject",
		"x,BE,any,any,,moons,10,,,2026-01-01,,s\n":           "counts",
		"x,BE,any,any,,years,-1,,,2026-01-01,,s\n":           "amount",
		"x,BE,any,any,,years,10,,,2026-02-30,,s\n":           "from and to",
		"x,BE,any,any,,years,10,,,2026-01-01,2025-01-01,s\n": "from and to",
		"x,BE,any,any,,years,10,,,2026-01-01,,\n":            "source",
		"x,EU,police,any,z,years,10,,,2026-01-01,,s\n":       "a class is of",
		"x,BE,any,any,z,years,10,,,2026-01-01,,s\n":          "a class is of",
		"y,EU,any,any,,years,12,,,2027-01-01,,s\n":           "twice",
	} {
		if _, err := authz.ParseRetentions(header + whole + line); err == nil || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), "retention.csv") {
			t.Errorf("%q: %v", line, err)
		}
	}
	if _, err := authz.ParseRetentions(header + "x,BE,any,any,,years,10,,,2026-01-01,,s\n"); err == nil {
		t.Error("a text that leaves a file without a rule was read")
	}
}

// TestRetention_neverEndsBeforeTheFileWasClosed holds for every rule, day and birth year.
func TestRetention_neverEndsBeforeTheFileWasClosed(t *testing.T) {
	rules, err := authz.ShippedRetentions()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom(rules).Draw(t, "rule")
		closed := moment.Date("2024-02-29").AddDays(rapid.IntRange(0, 20000).Draw(t, "days"))
		due := rule.Due(closed, rapid.SampledFrom([]int{0, 1950, 1990, 2010, 2020}).Draw(t, "born"))
		if _, ok := moment.ParseDate(string(due)); !ok || due < closed {
			t.Fatalf("%s: closed %s, due %s", rule.Code, closed, due)
		}
	})
}

// TestRetention_ofAClassIsChosen: what nobody has chosen follows the ordinary rule, and a class is that of its country and kind alone.
func TestRetention_ofAClassIsChosen(t *testing.T) {
	rules, err := authz.ShippedRetentions()
	if err != nil {
		t.Fatal(err)
	}
	const closed = moment.Date("2026-03-02")
	for class, want := range map[string]moment.Date{"": "2056-03-02", "report": "2036-03-02", "contact": "2027-03-02", "runaway": "2030-12-31"} {
		if due := rules.Of(class, "LU", authz.RolePolice, true, closed).Due(closed, 2012); due != want {
			t.Errorf("%q: %s, not %s", class, due, want)
		}
	}
	if got := rules.Classes("LU", authz.RolePolice, true, closed); !slices.Equal(got, []string{"report", "contact", "runaway"}) {
		t.Errorf("of a child the police of Luxembourg choose from %q", got)
	}
	if got := rules.Classes("LU", authz.RolePolice, false, closed); !slices.Equal(got, []string{"report", "contact"}) {
		t.Errorf("of others the police of Luxembourg choose from %q", got)
	}
	for _, other := range []struct {
		country string
		kind    authz.Role
	}{{"NL", authz.RolePolice}, {"LU", authz.RoleShelter}, {"BE", authz.RolePolice}} {
		if got := rules.Classes(other.country, other.kind, true, closed); len(got) > 0 {
			t.Errorf("%s %s choose from %q", other.country, other.kind, got)
		}
	}
}
