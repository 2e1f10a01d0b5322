package mainjob

import (
	"testing"
	"time"

	"relais/internal/moment"
	"relais/internal/testkit"
)

// TestMainJob is the story that Relais exists for, told once and walked four times. In the browser it is walked with
// JavaScript on SQLite, where every page is looked at closely, and without JavaScript on PostgreSQL.
func TestMainJob(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run("pages/"+engine, func(t *testing.T) {
			t.Parallel()
			walk(t, engine, func(s *testkit.Served) road { return throughPages(t, s, engine == "sqlite") })
		})
		t.Run("api/"+engine, func(t *testing.T) {
			t.Parallel()
			walk(t, engine, func(s *testkit.Served) road { return throughAPI(t, s) })
		})
	}
}

func walk(t *testing.T, engine string, by func(s *testkit.Served) road) {
	served := testkit.Open(t, engine).Serve(t)
	s := &story{Served: served, t: t, road: by(served), known: map[string]person{}}

	theInspectorOpensACaseAndThreeVictimFiles(s)
	theInspectorMakesATeam(s)
	theInspectorRefersAVictimToPayoke(s)
	payokeAcceptsAndWritesItsOwn(s)
	thePoliceSeeTheirPart(s)
	theImmigrationOfficeSeesStatusFacts(s)
	strangersFindNothing(s)
	twoPeopleEditTheSameEntry(s)
	payokesAdministratorTakesSomebodyOn(s)
	theAuditorSeesWhoLooked(s)
	theVerificationNamesAChangedRow(s)
	nothingStandsInClear(s)
}

// story is what the steps hand on to each other.
type story struct {
	*testkit.Served
	t     *testing.T
	road  road
	known map[string]person

	building file // the case
	minh     file // an adult
	youssef  file // his name is in Arabic script; he is referred to Payoke
	awa      file // a presumed child whose birth date nobody knows
	referral string

	police  looked // when the police opened the file
	shelter looked // when Payoke opened the shelter's location
}

// as is somebody at work, signed in once.
func (s *story) as(key string) person {
	s.t.Helper()
	if s.known[key] == nil {
		s.known[key] = s.road.signIn(key)
	}
	return s.known[key]
}

// alone lets something happen in a minute of its own, so that it can be found in the log by its time.
func (s *story) alone(happens func()) (when moment.Time) {
	s.Advance(2 * time.Minute)
	when = s.Now()
	happens()
	s.Advance(2 * time.Minute)
	return when
}

// desk is a desk as somebody can choose it.
func (s *story) desk(code, name string) member {
	s.t.Helper()
	place := s.Place(code)
	return member{agency: place.Name, desk: name, deskID: place.Desks[0]}
}
