package rulepack

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestAgeDeciders_areReadFromThePacks, and what is wrong with them stops the program with file, line, rule and reason.
func TestAgeDeciders_areReadFromThePacks(t *testing.T) {
	book, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		country, kind string
		decides       bool
	}{{"BE", "guardian", true}, {"BE", "police", false}, {"BE", "migration", false}, {"NL", "police", true}, {"NL", "guardian", false},
		{"LU", "migration", true}, {"LU", "police", false}, {"FR", "court", false}, {"LU", "court", true}} {
		if got := book.DecidesAge(c.country, c.kind, "2026-03-02"); got != c.decides {
			t.Errorf("%s %s: %v", c.country, c.kind, got)
		}
	}
	if book.DecidesAge("BE", "guardian", "1999-01-01") {
		t.Error("a rule holds before its first day")
	}
	const file = "all/age_deciders.csv"
	good := string(packs(t)[file].Data)
	for claim, c := range map[string]struct{ old, new, want string }{
		"an unknown kind":       {"guardian court", "guardians court", `all/age_deciders.csv line 2: BE: unknown deciders "guardians"`},
		"nobody":                {"BE,guardian court,", "BE,,", "BE: deciders are missing"},
		"an unknown country":    {"BE,guardian", "DE,guardian", `unknown country "DE"`},
		"no first day":          {"2004-05-01", "", `BE: unknown valid_from ""`},
		"an end before a start": {"2004-05-01,,", "2004-05-01,2003-01-01,", "valid_to comes before valid_from"},
		"two at once":           {"NL,migration", "BE,migration", "holds on the same days as another line of BE"},
		"a country without":     {"2004-05-01,,", "2004-05-01,2020-01-01,", "BE: nobody decides about an age from some day on"},
	} {
		m := packs(t)
		if !strings.Contains(good, c.old) {
			t.Fatalf("%s: the file has no %q", claim, c.old)
		}
		m[file] = &fstest.MapFile{Data: []byte(strings.Replace(good, c.old, c.new, 1))}
		if _, err := Load(m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", claim, err)
		}
	}
}
