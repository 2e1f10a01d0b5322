package restriction_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/restriction"
	"relais/internal/testkit"
)

// model says in the plainest words who may find which of the two files.
type model struct {
	excluded map[gate.Kind]map[string][]string // file and person -> exclusions that stand, by their roots
	sealed   map[gate.Kind]string              // the seal
	open     map[gate.Kind]map[string]moment.Time
}

func (m *model) finds(kind gate.Kind, key string, now moment.Time) bool {
	if len(m.excluded[kind][key]) > 0 {
		return false
	}
	return m.sealed[kind] == "" || m.open[kind][key] > now
}

func (m *model) end(root string) {
	for _, people := range m.excluded {
		for key, roots := range people {
			for i, r := range roots {
				if r == root {
					people[key] = append(roots[:i:i], roots[i+1:]...)
				}
			}
		}
	}
}

var kinds = []gate.Kind{gate.Case, gate.Victim}

// TestModel_agreesWithEveryLook draws what people do in any order and asks after each step who finds what.
func TestModel_agreesWithEveryLook(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, s := testkit.OpenAfter(t, engine, "restricted", set)
			s.World = w
			refs := map[string]map[gate.Kind]string{}
			for _, key := range []string{"rsz", "fgp"} {
				refs[key] = map[gate.Kind]string{gate.Case: s.ref(key, gate.Case), gate.Victim: s.ref(key, gate.Victim)}
			}
			rapid.Check(t, func(rt *rapid.T) {
				s.liftAll(rt)
				m := &model{excluded: map[gate.Kind]map[string][]string{gate.Case: {}, gate.Victim: {}}, sealed: map[gate.Kind]string{},
					open: map[gate.Kind]map[string]moment.Time{gate.Case: {}, gate.Victim: {}}}
				for range rapid.IntRange(1, 8).Draw(rt, "steps") {
					s.step(rt, m, refs)
					for _, key := range []string{"rsz", "rsz.second", "fgp", "auditoraat"} {
						onCase, onVictim := s.opens(key)
						if wantCase, wantVictim := m.finds(gate.Case, key, w.Now()), m.finds(gate.Victim, key, w.Now()); onCase != wantCase || onVictim != wantVictim {
							rt.Fatalf("%s finds case %v, victim %v; the model says %v, %v", key, onCase, onVictim, wantCase, wantVictim)
						}
					}
				}
			})
		})
	}
}

// liftAll ends what an earlier run has left.
func (s *scene) liftAll(rt *rapid.T) {
	seals, err := s.Limits.Seals(s.As("auditoraat"), gate.Cursor{})
	if err != nil {
		rt.Fatal(err)
	}
	for _, one := range seals.Items {
		if err := s.Limits.Unseal(s.As("auditoraat"), one.ID, one.Version, "AN45.L7.99/2026"); err != nil {
			rt.Fatal(err)
		}
	}
	list, err := s.Limits.Exclusions(s.As("rsz.head"), gate.Cursor{})
	if err != nil {
		rt.Fatal(err)
	}
	for _, e := range list.Items {
		if err := s.Limits.EndExclusion(s.As("rsz.head"), e.ID, e.Version); err != nil {
			rt.Fatal(err)
		}
	}
}

// step does one thing; what the model does not allow has to be refused.
func (s *scene) step(rt *rapid.T, m *model, refs map[string]map[gate.Kind]string) {
	kind := rapid.SampledFrom(kinds).Draw(rt, "file")
	switch rapid.SampledFrom([]string{"exclude", "let in", "seal", "open", "unseal", "wait"}).Draw(rt, "does") {
	case "exclude":
		s.drawExclusion(rt, m, kind, refs["rsz"][kind])
	case "let in":
		list, err := s.Limits.Exclusions(s.As("rsz.head"), gate.Cursor{})
		if err != nil {
			rt.Fatal(err)
		}
		if len(list.Items) > 0 {
			e := rapid.SampledFrom(list.Items).Draw(rt, "exclusion")
			if err := s.Limits.EndExclusion(s.As("rsz.head"), e.ID, e.Version); err != nil {
				rt.Fatal(err)
			}
			m.end(e.ID)
		}
	case "seal":
		fileID := map[gate.Kind]string{gate.Case: s.Case, gate.Victim: s.Victim}[kind]
		id, err := s.Limits.Seal(s.As("auditoraat"), kind, fileID, order, "")
		if may := m.sealed[kind] == ""; (err == nil) != may {
			rt.Fatalf("sealed while the model says %v: %v", may, err)
		}
		if err == nil {
			m.sealed[kind] = id
		}
	case "open":
		key := rapid.SampledFrom([]string{"rsz", "rsz.second", "fgp"}).Draw(rt, "opens")
		opened, err := s.Limits.Open(s.As(key), refs[key[:3]][kind], order)
		if may := m.sealed[kind] != "" && len(m.excluded[kind][key]) == 0; (err == nil) != may {
			rt.Fatalf("opened by %s while the model says %v: %v", key, may, err)
		}
		if err == nil {
			m.open[kind][key] = opened.Until
		}
	case "unseal":
		if m.sealed[kind] != "" {
			if err := s.Limits.Unseal(s.As("auditoraat"), m.sealed[kind], 1, "AN45.L7.99/2026"); err != nil {
				rt.Fatal(err)
			}
			m.sealed[kind], m.open[kind] = "", map[string]moment.Time{}
		}
	case "wait":
		s.Advance(time.Duration(rapid.IntRange(1, 9).Draw(rt, "hours")) * time.Hour)
	}
}

func (s *scene) drawExclusion(rt *rapid.T, m *model, kind gate.Kind, reference string) {
	key := rapid.SampledFrom([]string{"rsz.second", "fgp"}).Draw(rt, "excludes")
	n := restriction.NewExclusion{Reference: reference, WorkerID: s.Person(key).ID, Reason: "related"}
	if key == "fgp" {
		n.WorkerID, n.Email = "", s.Person(key).Email
	}
	id, err := s.Limits.Exclude(s.As("rsz.head"), n, "")
	if err != nil { // excluded already, or sealed
		return
	}
	for _, k := range kinds {
		if k == kind || kind == gate.Case {
			m.excluded[k][key] = append(m.excluded[k][key], id)
		}
	}
	if m.sealed[kind] != "" {
		rt.Fatal(fmt.Sprint("excluded from a sealed file: ", kind))
	}
}
