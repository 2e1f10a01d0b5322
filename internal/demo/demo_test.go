package demo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"relais/internal/authz"
	"relais/internal/demo"
	"relais/internal/gate"
	"relais/internal/server"
	"relais/internal/testkit"
)

// fill fills an empty database with a small demonstration.
func fill(t *testing.T, engine string, victims int) (*server.Program, demo.Summary) {
	t.Helper()
	clock := &demo.Clock{}
	p := testkit.Empty(t, engine, clock.Now)
	parts := demo.Parts{Gate: p.Gate, Agencies: p.Agencies, Cases: p.Cases, Victims: p.Victims, Entries: p.Entries, Sharing: p.Sharing,
		Clock: clock, Enrol: func(context.Context, string, string, string) error { return nil }}
	filled, err := demo.Filled(t.Context(), parts)
	if err != nil || filled {
		t.Fatalf("an empty database counts as filled: %v, %v", filled, err)
	}
	done, err := demo.Fill(t.Context(), parts, demo.Options{Victims: victims, Seed: 1839})
	if err != nil {
		t.Fatal(err)
	}
	if filled, err = demo.Filled(t.Context(), parts); err != nil || !filled {
		t.Fatalf("a full database counts as empty: %v", err)
	}
	return p, done
}

// caseworker is a context in which an agency's caseworker acts.
func caseworker(t *testing.T, p *server.Program, code string) context.Context {
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
			p, done := fill(t, engine, 60)
			if done.Victims != 60 || done.Agencies < 30 || done.People != 3*done.Agencies || done.Cases == 0 || done.Referrals == 0 {
				t.Fatalf("filled %+v", done)
			}
			lines, _, err := p.Cases.List(caseworker(t, p, "nl.avim"), gate.Cursor{})
			if err != nil || len(lines) == 0 {
				t.Fatalf("the Dutch police see %d cases, %v", len(lines), err)
			}
			report, err := p.Trail.Verify(t.Context())
			if err != nil || report.Wrong != nil {
				t.Fatalf("the trail: %+v, %v", report.Wrong, err)
			}
		})
	}
}

func TestFill_isTheSameForTheSameSeed(t *testing.T) {
	names := func() (all []string) {
		p, _ := fill(t, "sqlite", 25)
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

func TestPeople_followTheDistributions(t *testing.T) {
	sample := demo.Sample(1839, 8000)
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"women in NL", sample.Women("NL"), 62}, {"women in BE", sample.Women("BE"), 45},
		{"minors in NL", sample.Minors("NL"), 8}, {"minors in BE", sample.Minors("BE"), 7},
		{"Chinese in LU", sample.Citizens("LU", "CN"), 22}, {"Moroccans in BE", sample.Citizens("BE", "MA"), 12},
	} {
		if c.got < c.want-2.5 || c.got > c.want+2.5 {
			t.Errorf("%s: %.1f %%, the distribution says %.1f", c.what, c.got, c.want)
		}
	}
	for name, table := range map[string]*unicode.RangeTable{"Arabic": unicode.Arabic, "Chinese": unicode.Han, "Cyrillic": unicode.Cyrillic, "Latin": unicode.Latin} {
		if !slices.ContainsFunc(sample.Names, func(n string) bool { return strings.ContainsFunc(n, func(r rune) bool { return unicode.Is(table, r) }) }) {
			t.Errorf("no name in %s letters", name)
		}
	}
}

func TestSignIns_areOnePersonForEachRole(t *testing.T) {
	list, err := demo.SignIns()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range list {
		if seen[s.Email] || !strings.HasSuffix(s.Email, ".example") {
			t.Errorf("%s stands twice or is no example address", s.Email)
		}
		seen[s.Email] = true
	}
	for _, email := range []string{"caseworker@be.rsz.example", "auditor@be.payoke.example", "admin@lu.spj.example"} {
		if !seen[email] {
			t.Errorf("nobody is %s, of %s", email, fmt.Sprint(len(list)))
		}
	}
}
