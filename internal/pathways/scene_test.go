package pathways_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// scene is a world with all who decide in three countries, and one victim file on which they all work.
type scene struct {
	*testkit.World
	actors map[string]authz.Actor // by the code of the agency
	names  map[string]string      // codes by the id of the agency
	desks  map[string]string      // the first desk of an agency
	victim string
	lead   string          // code of the agency that leads
	read   map[string]bool // notices and tasks that were read
}

// known are the testkit's people who act for their agency.
var known = map[string]string{"be.rsz": "rsz", "be.dvz": "dvz", "be.payoke": "payoke", "be.fgp": "fgp", "be.auditoraat": "auditoraat",
	"be.court": "court", "nl.police": "avim", "nl.shelter": "cosm", "lu.police": "spj"}

// founded are the agencies that only these stories need.
var founded = []agency.NewAgency{
	{Code: "nl.ind", Country: "NL", Kind: authz.RoleMigration, Name: "IND", Regime: "gdpr"},
	{Code: "nl.om", Country: "NL", Kind: authz.RoleProsecutor, Name: "Openbaar Ministerie", Regime: "led"},
	{Code: "lu.ministere", Country: "LU", Kind: authz.RoleMigration, Name: "Direction générale de l'immigration", Regime: "gdpr"},
	{Code: "lu.parquet", Country: "LU", Kind: authz.RoleProsecutor, Name: "Parquet de Luxembourg", Regime: "led"},
	{Code: "lu.shelter", Country: "LU", Kind: authz.RoleShelter, Name: "SAVTEH", Regime: "gdpr"},
}

// casts says whose story it is: who leads, and who works along.
var casts = map[string][]string{
	"be": {"be.rsz", "be.dvz", "be.payoke", "be.fgp", "be.auditoraat", "be.court"},
	"nl": {"nl.police", "nl.shelter", "nl.ind", "nl.om"},
	"lu": {"lu.police", "lu.shelter", "lu.ministere", "lu.parquet"},
}

func newScene(t *testing.T, engine string) *scene {
	t.Helper()
	w := testkit.Open(t, engine)
	s := &scene{World: w, actors: map[string]authz.Actor{}, names: map[string]string{}, desks: map[string]string{}, read: map[string]bool{}}
	for code, key := range known {
		p := w.Person(key)
		s.enter(code, p.ID, p.AgencyID, w.Place(code).Desks)
	}
	for _, n := range founded {
		n.Desks = []agency.NewDesk{{Name: "Mensenhandel", Intake: true}}
		made, err := w.Agencies.Found(w.AsProgram(), n)
		if err != nil {
			t.Fatal(err)
		}
		id, err := w.Agencies.Appoint(w.AsProgram(), made.ID, agency.NewWorker{Given: "Jo", Family: "Peeters-Lux", Email: n.Code + "@example.org",
			Language: "fr", Desks: made.Desks, Hold: []string{made.Roles[agency.Caseworker]}})
		if err != nil {
			t.Fatal(err)
		}
		s.enter(n.Code, id, made.ID, made.Desks)
	}
	return s
}

func (s *scene) enter(code, workerID, agencyID string, desks []string) {
	s.actors[code] = authz.Actor{WorkerID: workerID, AgencyID: agencyID, AAL: 2, SessionID: "test-session"}
	s.names[agencyID], s.desks[code] = code, desks[0]
}

// as is a context in which somebody of an agency acts.
func (s *scene) as(code string) context.Context {
	actor, ok := s.actors[code]
	if !ok {
		s.T.Fatalf("nobody acts for %q", code)
	}
	return gate.WithCaller(context.Background(), gate.Caller{Actor: actor, SteppedAt: s.Now(), TraceID: "test-trace"})
}

// open opens the victim file of a story; the first of the cast leads, and all others are on the team for as long as the story lasts.
func (s *scene) open(country string, identity section.Values, cast []string) {
	s.T.Helper()
	s.lead = cast[0]
	facts := testkit.Site
	facts.Country = country
	caseID, err := s.Cases.Open(s.as(cast[0]), casefile.New{Facts: facts, Purpose: "investigation", Basis: "legal_task"}, "")
	if err != nil {
		s.T.Fatal(err)
	}
	for _, code := range cast[1:] {
		if _, err := s.Sharing.Add(s.as(cast[0]), caseID, sharing.NewMember{DeskID: s.desks[code],
			Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, ""); err != nil {
			s.T.Fatalf("%s on the team: %v", code, err)
		}
	}
	if s.victim, err = s.Victims.Open(s.as(cast[0]), caseID, victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{
		{Section: authz.Identity, Draft: testkit.Draft(identity)}}}, ""); err != nil {
		s.T.Fatal(err)
	}
	far := s.Now().Add(6 * 366 * 24 * time.Hour) // whose access is renewed, and by whom, is told elsewhere
	s.within(func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE file_grant SET until_at = :far WHERE state = 'live'`, database.Args{"far": far})
		return err
	})
}

func (s *scene) within(fn func(tx *database.Tx) error) {
	s.T.Helper()
	if err := s.Database.Write(context.Background(), fn); err != nil {
		s.T.Fatal(err)
	}
}

// until lets time pass to the morning of a day, and the program do its nightly work on clocks and tasks.
func (s *scene) until(day moment.Date) {
	s.T.Helper()
	morning := day.AddDays(-1).EndOf().Add(9 * time.Hour)
	if d := morning.Sub(s.Now()); d > 0 {
		s.Advance(d)
	}
	if err := errors.Join(s.Clocks.Tidy(s.AsProgram()), s.Tasks.Tidy(s.AsProgram())); err != nil {
		s.T.Fatal(err)
	}
}

// news is every notice about the file that came since the last look, to whom and about which rule, and every task that the program has
// made, for whom, by which rule and until when.
func (s *scene) news() (lines []line) {
	s.T.Helper()
	var rows []struct {
		ID     string      `db:"id"`
		Do     string      `db:"do"`
		Kind   string      `db:"to_kind"`
		Agency string      `db:"agency_id"`
		Rule   string      `db:"rule"`
		Code   string      `db:"code"`
		At     moment.Time `db:"at"`
		DueAt  moment.Time `db:"due_at"`
	}
	s.within(func(tx *database.Tx) error {
		return tx.Select(&rows, `SELECT n.id, 'told' AS do, n.to_kind, n.agency_id, COALESCE(c.rule, k.rule, '') AS rule, n.code, n.told_at AS at, 0 AS due_at
FROM notice n
LEFT JOIN clock c ON c.id = n.subject_id
LEFT JOIN task k ON k.id = n.subject_id
WHERE n.file_id = :on
UNION ALL
SELECT t.id, 'task', t.to_kind, t.to_agency_id, t.rule, '', t.made_at, t.due_at
FROM task t
WHERE t.file_id = :on AND t.rule <> ''`, database.Args{"on": s.victim})
	})
	for _, r := range rows {
		if s.read[r.ID] {
			continue
		}
		s.read[r.ID] = true
		l := line{day: string(moment.DayOf(r.At)), who: s.names[r.Agency], do: r.Do, what: r.Rule, detail: r.Code}
		if r.Kind == notice.Supervisors {
			l.who += " lead"
		}
		if r.Do == "task" {
			l.detail = string(moment.DayOf(r.DueAt))
		}
		lines = append(lines, l)
	}
	return lines
}

var askAction = gate.OnFile("pathways.ask")

// ask looks into the file as somebody of an agency.
func (s *scene) ask(code string, fn func(tx *gate.Tx) error) {
	s.T.Helper()
	err := s.Gate.Read(s.as(code), askAction, gate.File(gate.Victim, s.victim), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Consult}, fn(tx)
	})
	if err != nil {
		s.T.Fatal(err)
	}
}
