package authz

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"relais/policies"
)

func TestShippedCeilings_holdForEveryKindAndSection(t *testing.T) {
	c, err := ShippedCeilings()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range receivers() {
		if days := c.Team(kind).Days; days < 1 || days > longestCeiling {
			t.Errorf("%s: a place in a team holds %d days", kind, days)
		}
		for section := range FileSections().Each {
			if days := c.Over(kind, SectionsOf(section)).Days; days < 1 || days > longestCeiling {
				t.Errorf("%s: %s holds %d days", kind, section, days)
			}
		}
	}
	for _, sharp := range []Section{ShelterLocation, Health, Intelligence} {
		if days := c.Over(RoleShelter, SectionsOf(Identity, sharp)).Days; days != 90 {
			t.Errorf("a package with %s holds %d days", sharp, days)
		}
	}
}

func TestCeilings_aPackageHoldsAsLongAsItsSharpestSection(t *testing.T) {
	c, err := ShippedCeilings()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(receivers()).Draw(t, "kind")
		sections := SectionSet(rapid.Uint32Range(1, uint32(FileSections())).Draw(t, "sections"))
		lowest := longestCeiling
		for section := range sections.Each {
			lowest = min(lowest, c.Over(kind, SectionsOf(section)).Days)
		}
		if got := c.Over(kind, sections).Days; got != lowest {
			t.Errorf("%s, %s: %d days instead of %d", kind, sections, got, lowest)
		}
	})
}

func TestParseCeilings_namesTheLineAtFault(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		line           int
		says           string
	}{
		{"another header", "kind,section,days,source", "kind,section,days", 1, "first line"},
		{"a kind that does not exist", "police,team", "polise,team", 2, `unknown kind "polise"`},
		{"a kind that receives nothing", "police,team", "auditor,team", 2, `unknown kind "auditor"`},
		{"a section that does not exist", "police,any", "police,all", 3, `unknown section "all"`},
		{"a section that is no part of a file", "police,any", "police,access_log", 3, `unknown section "access_log"`},
		{"no days", "police,team,180", "police,team,", 2, "days have to be"},
		{"no day at all", "police,team,180", "police,team,0", 2, "days have to be"},
		{"longer than a year", "police,team,180", "police,team,367", 2, "days have to be"},
		{"days with a word", "police,team,180", "police,team,half", 2, "days have to be"},
		{"a repeated line", "police,any,90,", "police,team,90,", 3, "repeats"},
		{"a line too few", "rapporteur,any,", "rapporteur,court,", 1, `no line "any" for rapporteur`},
		{"a value too few", "police,any,90,", "police,any 90 ", 3, "values instead of 4"},
		{"an invisible character", "police,any", "police\u200b,any", 3, "control character"},
		{"an open quote", "police,any", `police,"any`, 1, "quotes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(policies.Ceilings, c.from, c.to, 1)
			if text == policies.Ceilings {
				t.Fatal("nothing was replaced")
			}
			_, err := ParseCeilings(text)
			var refusal Refusal
			if !errors.As(err, &refusal) || !strings.Contains(err.Error(), c.says) || refusal.Line != c.line || refusal.File != "ceilings.csv" {
				t.Errorf("want line %d and %q, got %v", c.line, c.says, err)
			}
		})
	}
	if _, err := ParseCeilings(""); err == nil {
		t.Error("an empty text passes")
	}
	if _, err := ParseCeilings(strings.Replace(policies.Ceilings, "LED art. 5: time limits for a periodic review; the house proposes half a year", "", 1)); err == nil {
		t.Error("a line without its source passes")
	}
}
