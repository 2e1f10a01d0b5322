package restriction_test

import (
	"errors"
	"testing"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/restriction"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// scene is a case of the inspectorate with one victim file; police and prosecutor are on the team.
type scene struct {
	*testkit.World
	Case, Victim string
}

const (
	order   = "AN45.L7.1234/2026"
	lifting = "AN45.L7.99/2026" // of what lifts the order
)

func set(w *testkit.World) *scene {
	w.T.Helper()
	s := &scene{World: w, Case: w.OpenCase("rsz")}
	s.Victim = w.OpenVictim("rsz", s.Case, map[string]string{"family_name": "Tran"})
	for _, code := range []string{"be.fgp", "be.auditoraat"} {
		if _, err := w.Sharing.Add(w.As("rsz"), s.Case, sharing.NewMember{DeskID: w.Place(code).Desks[0],
			Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, ""); err != nil {
			w.T.Fatal(err)
		}
	}
	return s
}

// ref is the reference by which a person's agency knows a file.
func (s *scene) ref(key string, kind gate.Kind) string {
	s.T.Helper()
	if kind == gate.Case {
		view, err := s.Cases.Show(s.As(key), s.Case)
		if err != nil {
			s.T.Fatal(err)
		}
		return view.File.Reference
	}
	view, err := s.Victims.Show(s.As(key), s.Victim)
	if err != nil {
		s.T.Fatal(err)
	}
	return view.File.Reference
}

// opens says whether a person finds the case and the victim file, wherever they look: by its page, in the list, by search.
func (s *scene) opens(key string) (onCase, onVictim bool) {
	s.T.Helper()
	_, err := s.Cases.Show(s.As(key), s.Case)
	onCase = s.found(err)
	_, err = s.Victims.Show(s.As(key), s.Victim)
	onVictim = s.found(err)
	return onCase, onVictim
}

func (s *scene) found(err error) bool {
	s.T.Helper()
	if err != nil && !errors.Is(err, fault.NotFound) {
		s.T.Fatal(err)
	}
	return err == nil
}

// meets says whether a person meets the two files in lists and by search.
func (s *scene) meets(key string) (met bool) {
	s.T.Helper()
	cases, _, err := s.Cases.List(s.As(key), gate.Cursor{})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, c := range cases {
		met = met || c.FileID == s.Case
	}
	victims, _, err := s.Victims.List(s.As(key), gate.Cursor{})
	if err != nil {
		s.T.Fatal(err)
	}
	for _, v := range victims {
		met = met || v.FileID == s.Victim
	}
	hits, _, err := s.Victims.Search(s.As(key), "Tran")
	if err != nil {
		s.T.Fatal(err)
	}
	view, err := s.Worklist.Show(s.As(key))
	if err != nil {
		s.T.Fatal(err)
	}
	return met || len(hits) > 0 || len(view.Changed) > 0
}

func (s *scene) exclude(by string, n restriction.NewExclusion) (string, error) {
	if n.Reason == "" {
		n.Reason = "related"
	}
	return s.Limits.Exclude(s.As(by), n, "")
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// wants fails unless err is of the kind, and names the field where one is given.
func wants(t testing.TB, name string, err error, kind error, field string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: %v", name, err)
		return
	}
	f, _ := fault.As(err)
	if field != "" && (len(f.Fields) == 0 || f.Fields[0].Name != field) {
		t.Errorf("%s: %+v, want the field %s", name, f.Fields, field)
	}
}

// entries are what stands in the trail.
func entries(w *testkit.World) (list []audit.Entry) {
	w.T.Helper()
	w.Trail.Settle(w.T.Context())
	err := w.Database.Read(w.T.Context(), func(tx *database.Tx) (err error) {
		list, _, err = w.Trail.List(tx, audit.Filter{Everywhere: true, Limit: 200})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return list
}
