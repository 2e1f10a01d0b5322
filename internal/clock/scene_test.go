package clock_test

import (
	"testing"

	"relais/internal/audit"
	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// scene is a victim whom the inspectorate found and the shelter takes care of; police and immigration are on the team.
type scene struct {
	*testkit.World
	caseID, victimID string
	police           string // its place in the team
}

func sceneIn(t *testing.T, w *testkit.World) *scene {
	t.Helper()
	s := &scene{World: w}
	s.caseID = w.OpenCase("rsz")
	s.police = w.AddToTeam("rsz", s.caseID, "be.fgp")
	must(w.Sharing.Add(w.As("rsz"), s.caseID, sharing.NewMember{DeskID: w.Place("be.dvz").Desks[0],
		Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task", Until: w.Today().AddDays(170)}}, ""))(t)
	w.AddToTeam("rsz", s.caseID, "be.auditoraat")
	s.victimID = s.victim("1998")
	return s
}

// victim opens another victim file, referred to the shelter, which gets the residence section from who issues the papers.
func (s *scene) victim(born string) string {
	s.T.Helper()
	id := s.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Haddad", "birth_date": born})
	s.Refer("rsz", id, "be.payoke", "payoke", "identity", "exploitation")
	s.Refer("dvz", id, "be.payoke", "payoke", "residence")
	return id
}

// lend gives another agency's desk a place on the victim file's case.
func (s *scene) lend(agency string) {
	s.T.Helper()
	must(s.Sharing.Add(s.As("rsz"), s.caseID, sharing.NewMember{DeskID: s.Place(agency).Desks[0],
		Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}, ""))(s.T)
}

func (s *scene) start(key, rule string, on moment.Date) string {
	s.T.Helper()
	return must(s.Clocks.Start(s.As(key), s.victimID, clock.New{Rule: rule, Start: on}, ""))(s.T)
}

func (s *scene) show(key, id string) clock.View {
	s.T.Helper()
	return must(s.Clocks.Show(s.As(key), id))(s.T)
}

// told counts a person's open notices with a code.
func (s *scene) told(key, code string) (found int) {
	s.T.Helper()
	list := must(s.Notices.List(s.As(key), notice.Open, gate.Cursor{}))(s.T)
	for _, n := range list.Items {
		if n.Code == code {
			found++
		}
	}
	return found
}

func (s *scene) tidy() {
	s.T.Helper()
	if err := s.Clocks.Tidy(s.AsProgram()); err != nil {
		s.T.Fatal(err)
	}
}

// until lets time pass to a day, at half past six in the morning in Brussels at the latest.
func (s *scene) until(day moment.Date) {
	s.T.Helper()
	s.Advance(day.AddDays(-1).EndOf().Add(6 * 3600e9).Sub(s.Now()))
}

var doAction = gate.OnFile("test.do")

// within runs something inside a use case of somebody on the victim file, as the tracks do.
func (s *scene) within(key string, fn func(tx *gate.Tx) error) error {
	return s.Gate.Write(s.As(key), doAction, gate.File(gate.Victim, s.victimID), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Alter}, fn(tx)
	})
}

// wants fails unless the error is of a kind, and a field or the whole broke a rule with this key, named by its rule.
func (s *scene) wants(err error, kind fault.Kind, key, what string) {
	s.T.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind {
		s.T.Errorf("%s: want %s, got %v", what, kind, err)
		return
	}
	if f.Key == key {
		return
	}
	for _, field := range f.Fields {
		if field.Key == key {
			return
		}
	}
	s.T.Errorf("%s: want %s, got %v", what, key, err)
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			if f, ok := fault.As(err); ok {
				t.Fatalf("%v %+v", err, f.Fields)
			}
			t.Fatal(err)
		}
		return value
	}
}
