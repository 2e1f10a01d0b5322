package sharing_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// scene is a world with the names by which these tests call its agencies, and the people that they add to it.
type scene struct {
	*testkit.World
	added map[string]string // "payoke/boss" → worker
}

// houses are the agencies of the tests: their code and the key of their worker.
var houses = map[string][2]string{
	"inspection": {"be.rsz", "rsz"}, "police": {"be.fgp", "fgp"}, "prosecutor": {"be.auditoraat", "auditoraat"},
	"payoke": {"be.payoke", "payoke"}, "migration": {"be.dvz", "dvz"}, "tutelles": {"be.tutelles", "tutelles"},
	"lawyers": {"be.advocaat", "advocaat"}, "court": {"be.court", "court"}, "comensha": {"nl.comensha", "comensha"},
	"moria": {"nl.shelter", "cosm"}, "pagasa": {"be.pagasa", "pagasa"},
}

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	testkit.Both(t, func(t *testing.T, w *testkit.World) { test(t, &scene{World: w, added: map[string]string{}}) })
}

func (s *scene) house(name string) testkit.Place {
	s.T.Helper()
	return s.Place(houses[name][0])
}

func (s *scene) desk(house string) string { return s.house(house).Desks[0] }

// person adds somebody to an agency; without roles they get the discipline's, without desks the first one.
func (s *scene) person(house, as string, n agency.NewWorker) {
	s.T.Helper()
	at := s.house(house)
	n.Given, n.Family, n.Email, n.Language = "Ada", "Worker", as+"."+house+"@example.org", "en"
	if n.Hold == nil {
		n.Hold = []string{at.Roles[agency.Caseworker]}
	}
	if n.Desks == nil {
		n.Desks = at.Desks[:1]
	}
	s.added[house+"/"+as] = must(s.Agencies.Appoint(s.AsProgram(), at.ID, n))(s.T)
}

// worker is the id of a person: "payoke" of its worker, "payoke/boss" of one that was added.
func (s *scene) worker(who string) string {
	s.T.Helper()
	if id, ok := s.added[who]; ok {
		return id
	}
	return s.Person(houses[who][1]).ID
}

// as is the context in which a person acts.
func (s *scene) as(who string) context.Context {
	s.T.Helper()
	house, _, _ := strings.Cut(who, "/")
	actor := authz.Actor{WorkerID: s.worker(who), AgencyID: s.house(house).ID, AAL: 2, SessionID: "test-session"}
	return gate.WithCaller(context.Background(), gate.Caller{Actor: actor, SteppedAt: s.Now()})
}

// waitUntil lets time pass up to an instant.
func (s *scene) waitUntil(at moment.Time) { s.Advance(at.Sub(s.Now())) }

// openCase opens a case of the inspection with some victims and gives their ids.
func (s *scene) openCase(victims int) (caseID string, victimIDs []string) {
	s.T.Helper()
	caseID = s.OpenCase("rsz")
	for range victims {
		victimIDs = append(victimIDs, s.openVictim("inspection", caseID))
	}
	return caseID, victimIDs
}

func (s *scene) openVictim(who, caseID string) string {
	s.T.Helper()
	return s.OpenVictim(houses[who][1], caseID, section.Values{"family_name": "Nguyen", "given_names": "Thi"})
}

func terms() sharing.Terms { return sharing.Terms{Purpose: "protection", Basis: "legal_task"} }

func offerTo(deskID string, sections ...string) sharing.NewReferral {
	return sharing.NewReferral{DeskID: deskID, Sections: sections, Urgency: sharing.Urgent, Reason: "shelter", Note: "Speaks French.", Terms: terms()}
}

func (s *scene) refer(victimID, house string, sections ...string) string {
	s.T.Helper()
	return must(s.Sharing.Refer(s.as("inspection"), victimID, offerTo(s.desk(house), sections...), ""))(s.T)
}

// sees says whether a person finds a victim file, in the page and in the list alike.
func (s *scene) sees(who, victimID string) bool {
	s.T.Helper()
	_, err := s.Victims.Show(s.as(who), victimID)
	lines, _, listErr := s.Victims.List(s.as(who), gate.Cursor{})
	must0(s.T, listErr)
	listed := slices.ContainsFunc(lines, func(l victim.Line) bool { return l.FileID == victimID })
	if err != nil && fault.KindOf(err) != fault.NotFound || listed != (err == nil) {
		s.T.Fatalf("%s: page says %v, list says %v", who, err, listed)
	}
	return err == nil
}

// reads says whether a person gets the name of a victim to read.
func (s *scene) reads(who, victimID string) bool {
	s.T.Helper()
	view, err := s.Victims.Show(s.as(who), victimID)
	if fault.KindOf(err) == fault.NotFound {
		return false
	}
	must0(s.T, err)
	return named(view.Sections)
}

func named(sections []entry.SectionView) bool {
	for _, v := range sections {
		for _, e := range v.Entries {
			if e.Values["family_name"] == "Nguyen" {
				return true
			}
		}
	}
	return false
}

// exec changes a row behind the program's back, to set a scene.
func (s *scene) exec(query string, args database.Args) {
	s.T.Helper()
	must0(s.T, s.Database.Write(s.T.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(query, args)
		return err
	}))
}

// path is the SQLite file, empty on PostgreSQL.
func (s *scene) path() string {
	if s.Engine != "sqlite" {
		return ""
	}
	return filepath.Join(s.Dir, "relais.db")
}

func (s *scene) wants(err error, kind fault.Kind, what string) {
	s.T.Helper()
	if fault.KindOf(err) != kind {
		s.T.Errorf("%s: want %s, got %v", what, kind, err)
	}
}

// wantsField checks that a refusal of kind Invalid names a field with a key.
func (s *scene) wantsField(err error, field, key string) {
	s.T.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.FieldFault) bool { return x.Name == field && x.Key == key }) {
		s.T.Errorf("want %s at %s, got %+v", key, field, err)
	}
}

// wantsKey checks that a conflict says what has happened.
func (s *scene) wantsKey(err error, key, what string) {
	s.T.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != fault.Conflict || f.Key != key {
		s.T.Errorf("%s: want %s, got %v", what, key, err)
	}
}

// wantsRefusal checks that somebody may not, in these words.
func (s *scene) wantsRefusal(err error, key, what string) {
	s.T.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != fault.Refused || f.Key != key {
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
