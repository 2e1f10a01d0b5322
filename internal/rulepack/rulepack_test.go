package rulepack

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"relais/internal/moment"
	"relais/policies"
)

// TestShipped_isTheTableOfTheLaw compares the packs with the clock table of domain 1.6.
func TestShipped_isTheTableOfTheLaw(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		country, rule, start, due string
		renewals                  int
		warn                      string
	}{
		{"BE", "be.reflection", "2026-03-01", "2026-04-15", 0, "15 7 2"},
		{"BE", "be.ai", "2026-03-01", "2026-06-01", 1, "30 14"},
		{"BE", "be.acard", "2026-08-31", "2027-02-28", Unlimited, "45 30 14"},
		{"BE", "be.minor.ai", "2027-11-30", "2028-02-29", Unlimited, "30"},
		{"NL", "nl.reflection", "2026-11-30", "2027-02-28", 0, "30 14 7"},
		{"NL", "nl.b83", "2028-02-29", "2029-02-28", Unlimited, "60 30"},
		{"NL", "nl.b83.3y", "2026-03-02", "2029-03-02", 0, "90"},
		{"LU", "lu.reflection", "2026-03-02", "2026-05-31", 0, "30 14 7"},
		{"LU", "lu.permit", "2026-03-31", "2026-09-30", Unlimited, "45 30 14"},
		{"LU", "lu.outcome", "2026-03-02", "2027-09-02", 0, "60"},
		{"BE", "gdpr.dsar", "2026-01-31", "2026-02-28", 1, "10"},
		{"NL", "breach.authority", "2026-03-02", "2026-03-05", 0, "24"},
	}
	for _, w := range want {
		p, ok := b.Pack(w.country, "2026-03-02")
		r, found := p.Clock(w.rule)
		if !ok || !found {
			t.Errorf("%s has no %s", w.country, w.rule)
			continue
		}
		warn := strings.Trim(fmt.Sprint(r.Warn), "[]")
		if due := r.Due(moment.Date(w.start)); string(due) != w.due || r.Renewals != w.renewals || warn != w.warn {
			t.Errorf("%s from %s: until %s, %d renewals, warned %s", w.rule, w.start, due, r.Renewals, warn)
		}
	}
	if n := len(b.Clocks()); n != len(want) {
		t.Errorf("%d clocks in the packs, %d in the table", n, len(want))
	}
}

// TestDueAfter_doesNotCreep renews a clock that began on a month's end.
func TestDueAfter_doesNotCreep(t *testing.T) {
	r := ClockRule{Length: 3, Unit: Months, RenewBy: 3}
	for renewals, want := range []moment.Date{"2026-04-30", "2026-07-31", "2026-10-31", "2027-01-31"} {
		if due := r.DueAfter("2026-01-31", renewals); due != want {
			t.Errorf("%d renewals: %s, want %s", renewals, due, want)
		}
	}
}

// TestDueAt_holdsUntilMidnightInBrussels looks at both changes of the hour.
func TestDueAt_holdsUntilMidnightInBrussels(t *testing.T) {
	r := ClockRule{Length: 45, Unit: Days}
	for start, want := range map[moment.Date]string{ // 29 March: 23 hours; 25 October: 25 hours
		"2026-02-12": "2026-03-29T21:59:59.999999Z",
		"2026-02-11": "2026-03-28T22:59:59.999999Z",
		"2026-09-10": "2026-10-25T22:59:59.999999Z",
	} {
		if at := r.DueAt(start.EndOf()); at.String() != want {
			t.Errorf("from %s: %s, want %s", start, at, want)
		}
	}
	began := moment.Date("2026-03-27").EndOf() + 1 // 72 hours are hours, also over the change
	if at := (ClockRule{Length: 72, Unit: Hours}).DueAt(began); at.Sub(began).Hours() != 72 {
		t.Errorf("72 hours: %s", at)
	}
}

func packs(t testing.TB) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	err := fs.WalkDir(policies.Packs, "packs", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(policies.Packs, p)
		m[strings.TrimPrefix(p, "packs/")] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
