package journal

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

const selectMoves = `SELECT s.id, s.written_at AS at, s.track, s.to_state, a.name AS agency
FROM track_step s
JOIN agency a ON a.id = s.agency_id
WHERE s.file_id = :file_id AND (s.written_at, s.id) < (:before_at, :before_id) AND s.track IN (:tracks)
ORDER BY s.written_at DESC, s.id DESC
LIMIT :limit`

const selectStruck = `SELECT s.id, k.struck_at AS at, s.track, s.to_state, a.name AS agency
FROM track_strike k
JOIN track_step s ON s.id = k.step_id
JOIN agency a ON a.id = k.agency_id
WHERE k.file_id = :file_id AND (k.struck_at, s.id) < (:before_at, :before_id) AND s.track IN (:tracks)
ORDER BY k.struck_at DESC, s.id DESC
LIMIT :limit`

const selectAppealed = `SELECT p.id, p.written_at AS at, s.track, s.to_state, p.what AS step, a.name AS agency
FROM track_appeal p
JOIN track_step s ON s.id = p.step_id
JOIN agency a ON a.id = p.agency_id
WHERE p.file_id = :file_id AND (p.written_at, p.id) < (:before_at, :before_id) AND s.track IN (:tracks)
ORDER BY p.written_at DESC, p.id DESC
LIMIT :limit`

// selectTasks are told to the two sides of a task only.
const selectTasks = `SELECT s.id, s.at, s.step, s.task_id, COALESCE(a.name, '') AS agency
FROM task_step s
JOIN task t ON t.id = s.task_id AND (t.to_agency_id = :agency_id OR t.made_agency_id = :agency_id)
LEFT JOIN agency a ON a.id = s.agency_id
WHERE s.file_id = :file_id AND (s.at, s.id) < (:before_at, :before_id) AND s.step IN ('made', 'done', 'settled', 'cancelled')
ORDER BY s.at DESC, s.id DESC
LIMIT :limit`

const selectTimed = `SELECT s.id, s.at, s.step, s.clock_id, k.section, k.agency_id AS starter, COALESCE(a.name, '') AS agency
FROM clock_step s
JOIN clock k ON k.id = s.clock_id AND k.section IN (:sections)
LEFT JOIN agency a ON a.id = s.agency_id
WHERE s.file_id = :file_id AND (s.at, s.id) < (:before_at, :before_id) AND s.step IN ('started', 'paused', 'resumed', 'renewed', 'ended', 'moved', 'overdue')
ORDER BY s.at DESC, s.id DESC
LIMIT :limit`

// work is a step of a track, of a task or of a legal time limit.
type work struct {
	ID     string      `db:"id"`
	At     moment.Time `db:"at"`
	Track  string      `db:"track"`
	State  string      `db:"to_state"`
	Step   string      `db:"step"`
	TaskID string      `db:"task_id"`
	Clock  string      `db:"clock_id"`
	Agency string      `db:"agency"`

	Section string `db:"section"`
	Starter string `db:"starter"` // the agency that started the time limit
}

// trackSections say who may see the steps of which track.
var trackSections = map[string]authz.Section{rulepack.Protection: authz.RiskLevel, rulepack.Residence: authz.Residence,
	rulepack.Criminal: authz.Court, rulepack.Remedy: authz.Claims}

// moves are the steps of the tracks that the caller sees in full; of a track that is derived, or hidden, nothing is told here.
func moves(tx *gate.Tx, c gate.Cursor, n int) ([]Event, error) {
	return tracked(tx, c, n, selectMoves, "journal.event.track")
}

// strikes are the steps of those tracks that were struck.
func strikes(tx *gate.Tx, c gate.Cursor, n int) ([]Event, error) {
	return tracked(tx, c, n, selectStruck, "journal.event.track_struck")
}

// appeals are those against decisions on these tracks, and what came of them.
func appeals(tx *gate.Tx, c gate.Cursor, n int) ([]Event, error) {
	return tracked(tx, c, n, selectAppealed, "journal.event.appeal")
}

func tracked(tx *gate.Tx, c gate.Cursor, n int, query, words string) (events []Event, err error) {
	var seen []string
	for _, track := range rulepack.Tracks() {
		if tx.Decide(trackSections[track], authz.Read).Show == authz.Full {
			seen = append(seen, track)
		}
	}
	if tx.File().Kind != gate.Victim || len(seen) == 0 {
		return nil, nil
	}
	var rows []work
	args := before(c, n)
	args["tracks"] = seen
	err = tx.Select(&rows, query, args)
	for i := range rows {
		m := &rows[i]
		e := Event{At: m.At, Kind: Moved, ID: m.ID, Words: words, Agency: m.Agency, Link: home(tx.File()) + "/tracks",
			Args: map[string]any{"Track": Key("track.track." + m.Track), "State": Key("track.state." + m.Track + "." + m.State)}}
		if m.Step != "" {
			e.Args["What"] = Key("track.appeal_what." + m.Step)
		}
		events = append(events, e)
	}
	return events, err
}

func tasks(tx *gate.Tx, c gate.Cursor, n int) (events []Event, err error) {
	var rows []work
	err = tx.Select(&rows, selectTasks, before(c, n))
	for i := range rows {
		t := &rows[i]
		events = append(events, Event{At: t.At, Kind: Tasked, ID: t.ID, Words: "journal.event.task_" + t.Step, Agency: t.Agency, Link: "/tasks/" + t.TaskID})
	}
	return events, err
}

// timed are the legal time limits of the sections that the caller reads in full, where only some agencies' entries are open those
// that one of them started.
func timed(tx *gate.Tx, c gate.Cursor, n int) (events []Event, err error) {
	words := readableSections(tx)
	if len(words) == 0 {
		return nil, nil
	}
	return fill(c, n, func(c gate.Cursor) (events []Event, last gate.Cursor, read int, err error) {
		var rows []work
		args := before(c, n)
		args["sections"] = words
		if err := tx.Select(&rows, selectTimed, args); err != nil {
			return nil, last, 0, err
		}
		for i := range rows {
			t := &rows[i]
			last = gate.Cursor{At: t.At, ID: t.ID}
			if !readsOf(tx, t.Section, t.Starter) {
				continue
			}
			events = append(events, Event{At: t.At, Kind: Timed, ID: t.ID, Words: "journal.event.clock_" + t.Step, Agency: t.Agency, Link: "/clocks/" + t.Clock})
		}
		return events, last, len(rows), nil
	})
}

// readsOf says whether the caller reads in full what an agency wrote in a section, on whatever basis the own one did.
func readsOf(tx *gate.Tx, section, agencyID string) bool {
	id, known := authz.ParseSection(section)
	return known && (tx.DecideOf(id, authz.Read, agencyID).Show == authz.Full || agencyID == tx.Actor().AgencyID && readsOwn(tx, id))
}
