package request_test

import (
	"context"
	"slices"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// scene is a case that the inspection leads, with a prosecutor on its team and a victim whose identity went to a shelter.
type scene struct {
	*testkit.World
	caseID, victimID, member string
	added                    map[string]testkit.Person
}

func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	testkit.Both(t, func(t *testing.T, w *testkit.World) { test(t, setUp(w)) })
}

func setUp(w *testkit.World) *scene {
	s := &scene{World: w, added: map[string]testkit.Person{}}
	s.caseID = w.OpenCase("rsz")
	s.victimID = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
	s.member = w.AddToTeam("rsz", s.caseID, "be.auditoraat")
	w.Refer("rsz", s.victimID, "be.payoke", "payoke", "identity")
	return s
}

// person adds somebody to an agency who works on files and sits at no desk.
func (s *scene) person(place, as string, n agency.NewWorker) context.Context {
	s.T.Helper()
	at := s.Place(place)
	n.Given, n.Family, n.Email, n.Language = "Ada", "Worker", as+"."+place+"@example.org", "en"
	n.Hold = []string{at.Roles[agency.Caseworker]}
	id := must(s.Agencies.Appoint(s.AsProgram(), at.ID, n))(s.T)
	actor := authz.Actor{WorkerID: id, AgencyID: at.ID, AAL: 2, SessionID: "test-session"}
	s.added[as] = testkit.Person{ID: id, AgencyID: at.ID}
	return gate.WithCaller(context.Background(), gate.Caller{Actor: actor, SteppedAt: s.Now()})
}

func wanted(sections ...string) request.New {
	return request.New{Sections: sections, For: request.ForDesk, Reason: "support", Note: "The residence card decides where she may sleep.",
		Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}
}

func (s *scene) ask(key string, sections ...string) string {
	s.T.Helper()
	return must(s.Requests.Ask(s.As(key), gate.Victim, s.victimID, wanted(sections...), ""))(s.T)
}

// reads says whether a section of the victim's file is open to somebody, with what others write in it.
func (s *scene) reads(key string, id authz.Section) bool {
	s.T.Helper()
	return s.SectionOf(key, s.victimID, id).OthersOpen
}

func (s *scene) show(ctx context.Context, id string) request.View {
	s.T.Helper()
	return must(s.Requests.Show(ctx, id))(s.T)
}

// told counts the notices with a code that somebody finds.
func (s *scene) told(ctx context.Context, code string) (found int) {
	s.T.Helper()
	list := must(notice.NewService(s.Gate, false).List(ctx, notice.Open, gate.Cursor{}))(s.T)
	for _, n := range list.Items {
		if n.Code == code {
			found++
		}
	}
	return found
}

// exec changes a row behind the program's back, to set a scene.
func (s *scene) exec(query string, args database.Args) {
	s.T.Helper()
	must0(s.T, s.Database.Write(s.T.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(query, args)
		return err
	}))
}

func (s *scene) wants(err error, kind fault.Kind, what string) {
	s.T.Helper()
	if fault.KindOf(err) != kind {
		s.T.Errorf("%s: want %s, got %v", what, kind, err)
	}
}

func (s *scene) wantsField(err error, field, key, what string) {
	s.T.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.FieldFault) bool { return x.Name == field && x.Key == key }) {
		s.T.Errorf("%s: want %s at %s, got %v", what, key, field, err)
	}
}

func (s *scene) wantsKey(err error, kind fault.Kind, key, what string) {
	s.T.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != kind || f.Key != key {
		s.T.Errorf("%s: want %s, got %v", what, key, err)
	}
}

// must hands a value on and fails the test on an error: must(call())(t).
func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must0(t, err)
		return value
	}
}

func must0(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// intelligence is what the police writes of it.
func (s *scene) intelligence() entry.Draft {
	return testkit.Draft(section.Values{"received_on": "2026-02-27", "information": "Seen with two others.", "handling_codes": "H0", "source_evaluation": "A", "information_evaluation": "1"})
}

// judge is the document behind a magistrate's release.
var judge = gate.Document{On: "2026-02-20", By: "Investigating judge"}
