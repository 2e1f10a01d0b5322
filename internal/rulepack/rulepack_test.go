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
		{"BE", "be.appeal.residence", "2026-03-02", "2026-04-01", 0, "14 7 2"},
		{"NL", "nl.appeal.residence", "2026-03-02", "2026-03-30", 0, "14 7 2"},
		{"LU", "lu.appeal.residence", "2026-03-02", "2026-06-02", 0, "30 14 7"},
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

// TestPack_isTheVersionOfTheDay gives one line an end and the country another: each day reads the version of that day, since the
// right day, and the neighbours read on as before.
func TestPack_isTheVersionOfTheDay(t *testing.T) {
	m := packs(t)
	text := string(m["be/clocks.csv"].Data)
	line := text[strings.Index(text, reflection):]
	line = line[:strings.Index(line, "\n")+1]
	ended := strings.Replace(line, "2007-06-01,", "2007-06-01,2026-03-31", 1)
	later := strings.NewReplacer("2007-06-01", "2026-07-01", "issued,45", "issued,60").Replace(line)
	m["be/clocks.csv"] = &fstest.MapFile{Data: []byte(strings.Replace(text, line, ended+later, 1))}
	b, err := Load(m)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := b.Pack("NL", "2026-03-31")
	for _, w := range []struct {
		on, version moment.Date
		length      int
	}{{"2026-04-01", "2026-04-01", 0}, {"2026-06-30", "2026-04-01", 0}, {"2026-07-01", "2026-07-01", 60}, {"2031-01-01", "2026-07-01", 60}} {
		p, ok := b.Pack("BE", w.on)
		if r, found := p.Clock("be.reflection"); !ok || p.Version != w.version || found != (w.length > 0) || r.Length != w.length {
			t.Errorf("on %s: since %s, %d days, found %v", w.on, p.Version, r.Length, found)
		}
		if p, _ := b.Pack("NL", w.on); p != before {
			t.Errorf("the Netherlands read anew on %s, since %s", w.on, p.Version)
		}
	}
	p, ok := b.Pack("BE", "2026-03-31")
	if r, found := p.Clock("be.reflection"); !ok || !found || r.Length != 45 || p.Version >= "2026-03-31" {
		t.Errorf("on its last day the line reads %d days, since %s", r.Length, p.Version)
	}
	if p, ok := b.Pack("BE", "1999-12-31"); ok || len(p.AllMoves) > 0 {
		t.Error("there is a Belgian pack before its first line")
	}
	if p, ok := b.Pack("FR", "2026-07-01"); ok || p != nil {
		t.Error("there is a French pack")
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
