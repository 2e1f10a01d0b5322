package signal

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const insertSignal = `INSERT INTO signal (id, agency_id, desk_id, with_agency_id, with_desk_id, country, exploitation, persons, seen_on, source,
  place, story, state, created_at, expires_at)
VALUES (:id, :agency_id, :desk, :agency_id, :desk, :country, :exploitation, :persons, :seen_on, :source, :place, :story, 'open', :now, :expires)`

const insertHolder = `INSERT INTO signal_holder (id, signal_id, desk_id, agency_id, state, with_story, purpose, basis, from_desk, from_agency,
  from_at, by_worker, due_at)
VALUES (:id, :signal, :desk, :of_agency, :state, :with_story, :purpose, :basis, :from_desk, :from_agency, :now, :worker_id, :due)`

const insertStep = `INSERT INTO signal_step (id, signal_id, kind, agency_id, desk_id, worker_id, reason, at)
VALUES (:id, :signal, :kind, :of_agency, :desk, :by, :reason, :now)`

// columns are those of a signal with the place of the reader's desk in it.
const columns = `s.id, s.country, s.exploitation, s.persons, s.seen_on, s.source, s.state, s.close_reason, s.created_at, s.expires_at,
  s.version, s.place, s.story, a.name AS agency, wa.name AS with_agency, wd.name AS with_desk,
  CASE WHEN s.with_desk_id IN (:grantees) THEN 1 ELSE 0 END AS mine,
  h.id AS holder_id, h.state AS holder_state, h.with_story, h.from_at, h.due_at
FROM signal_holder h
JOIN signal s ON s.id = h.signal_id
JOIN agency a ON a.id = s.agency_id
JOIN agency wa ON wa.id = s.with_agency_id
JOIN desk wd ON wd.id = s.with_desk_id`

// inSight is true for what a desk of the reader holds or has to answer; to everybody else there is no such signal.
const inSight = `h.desk_id IN (:grantees) AND h.state IN ('waiting', 'holds')`

// selectOne takes the desk that knows most, where several of the reader's do.
const selectOne = `SELECT ` + columns + `
WHERE s.id = :signal AND ` + inSight + `
ORDER BY CASE WHEN h.state = 'waiting' THEN 0 ELSE 1 END, h.with_story DESC, h.id
LIMIT 1`

// onlyOnce leaves out the second of two desks of the reader that know the same signal.
const onlyOnce = `NOT EXISTS (
    SELECT 1 FROM signal_holder o
    WHERE o.signal_id = h.signal_id AND o.desk_id IN (:grantees) AND o.state IN ('waiting', 'holds') AND o.id > h.id)`

const selectOpenPage = `SELECT ` + columns + `
WHERE ` + inSight + ` AND s.state = 'open' AND ` + onlyOnce + ` AND (h.from_at, h.signal_id) < (:before_at, :before_id)
ORDER BY h.from_at DESC, h.signal_id DESC
LIMIT :limit`

const selectDonePage = `SELECT ` + columns + `
WHERE ` + inSight + ` AND s.state <> 'open' AND ` + onlyOnce + ` AND (h.from_at, h.signal_id) < (:before_at, :before_id)
ORDER BY h.from_at DESC, h.signal_id DESC
LIMIT :limit`

// waiting is what a desk of the reader has to answer.
const waiting = inSight + ` AND h.state = 'waiting' AND s.state = 'open' AND ` + onlyOnce

const selectWaitingPage = `SELECT ` + columns + `
WHERE ` + waiting + ` AND (h.from_at, h.signal_id) < (:before_at, :before_id)
ORDER BY h.from_at DESC, h.signal_id DESC
LIMIT :limit`

const countWaiting = `SELECT COUNT(*)
FROM (SELECT h.id FROM signal_holder h JOIN signal s ON s.id = h.signal_id WHERE ` + waiting + ` LIMIT :limit) found`

const selectSteps = `SELECT p.kind, COALESCE(a.name, '') AS agency, COALESCE(d.name, '') AS desk, p.reason, p.at
FROM signal_step p
LEFT JOIN agency a ON a.id = p.agency_id
LEFT JOIN desk d ON d.id = p.desk_id
WHERE p.signal_id = :signal
ORDER BY p.at, p.id`

const selectDesk = `SELECT d.id, d.agency_id
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE d.id = :desk AND d.closed_at = 0`

const selectSender = `SELECT from_desk AS id, from_agency AS agency_id FROM signal_holder WHERE id = :holder`

const selectHolderDesk = `SELECT desk_id AS id, agency_id FROM signal_holder WHERE id = :holder`

const countWaitingOf = `SELECT COUNT(*) FROM signal_holder WHERE signal_id = :signal AND state = 'waiting'`

const countHolding = `SELECT COUNT(*) FROM signal_holder WHERE signal_id = :signal AND desk_id = :desk AND state IN ('waiting', 'holds')`

const touch = `UPDATE signal SET version = version + 1 WHERE id = :signal AND state = 'open' AND version = :version`

const takeSignal = `UPDATE signal
SET with_desk_id = :desk, with_agency_id = :agency_id, version = version + 1
WHERE id = :signal AND state = 'open' AND version = :version`

const answerHolder = `UPDATE signal_holder
SET state = :state, answered_at = :now, answered_by = :worker_id, reason = :reason
WHERE id = :holder AND state = 'waiting'`

const moveSignal = `UPDATE signal
SET state = :state, close_reason = :reason, version = version + 1
WHERE id = :signal AND state = :from AND version = :version`

const endWaiting = `UPDATE signal_holder SET state = 'ended', answered_at = :now WHERE signal_id = :signal AND state = 'waiting'`

const insertLink = `INSERT INTO signal_file (id, signal_id, file_id, agency_id, linked_by, linked_at, purpose, basis, sealed)
VALUES (:id, :signal, :file_id, :agency_id, :worker_id, :now, :purpose, :basis, :sealed)`

const countLink = `SELECT COUNT(*) FROM signal_file WHERE signal_id = :signal AND file_id = :file_id`

// countShut counts the files of a signal that are sealed, or from which the reader is excluded.
const countShut = `SELECT COUNT(*)
FROM signal_file g
WHERE g.signal_id = :signal AND NOT (` + gate.NotExcluded + ` AND ` + gate.NotSealed + `)`

const selectLinkedFiles = `SELECT l.file_id, f.kind
FROM signal_file l
JOIN file f ON f.id = l.file_id
WHERE l.signal_id = :signal
ORDER BY l.linked_at, l.id`

const selectReferenced = `SELECT r.file_id, f.kind
FROM file_reference r
JOIN file f ON f.id = r.file_id
WHERE r.agency_id = :agency_id AND r.reference = :reference`

// selectLinks are the signals that led to the file of the transaction; a victim file also shows those of its case.
const selectLinks = `SELECT l.id, l.signal_id, l.agency_id, a.name AS agency, l.linked_by, l.linked_at, l.purpose, l.basis, l.sealed
FROM signal_file l
JOIN agency a ON a.id = l.agency_id
WHERE l.file_id = :file_id
ORDER BY l.linked_at, l.id
LIMIT 50`

// selectExpired is a signal that nobody has followed up in its time.
const selectExpired = `SELECT id FROM signal WHERE state IN ('open', 'closed') AND expires_at <= :now ORDER BY expires_at, id LIMIT 1`

// anonymise keeps the coded facts and the month, for statistics, and nothing that somebody wrote.
const anonymise = `UPDATE signal
SET state = 'anonymised', place = NULL, story = NULL, seen_on = substr(seen_on, 1, 7), version = version + 1
WHERE id = :signal AND state IN ('open', 'closed') AND expires_at <= :now`

const selectEnding = `SELECT id, with_desk_id AS desk_id, with_agency_id AS agency_id, expires_at
FROM signal
WHERE state = 'open' AND warned_at = 0 AND expires_at <= :soon AND expires_at > :now
ORDER BY expires_at, id
LIMIT 1`

const markWarned = `UPDATE signal SET warned_at = :now WHERE id = :signal AND warned_at = 0 AND state = 'open'`

// place binds a sealed text to its signal and its part.
func place(id, part string) seal.AD {
	return seal.AD{Table: "signal", Row: id, Section: part, Version: 1}
}

// sealed closes a text; an empty one stays empty.
func sealed(tx *gate.Tx, id, part, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	return tx.SealApart(id, place(id, part), []byte(text))
}

// opened gives a signal its texts, as far as the reader's desk was given them and its time is not over. What was followed up lies in a
// file too, and is read here no longer or more widely than there.
func opened(tx *gate.Tx, s *Signal) error {
	over := s.ExpiresAt <= tx.Now()
	if !s.WithStory || over && s.State != Followed {
		return nil
	}
	if s.State == Followed {
		if shut, err := counted(tx, countShut, gate.Args{"signal": s.ID}); err != nil || shut {
			return err
		}
	}
	if over {
		if files, err := filesOf(tx, s.ID); err != nil || len(files) == 0 {
			return err
		}
	}
	for _, part := range []struct {
		name   string
		sealed []byte
		text   *string
	}{{"place", s.SealedPlace, &s.Place}, {"story", s.SealedStory, &s.Story}} {
		if len(part.sealed) == 0 {
			continue
		}
		text, err := tx.OpenApart(s.ID, place(s.ID, part.name), part.sealed)
		if err != nil {
			return err
		}
		*part.text = string(text)
	}
	return nil
}

func signalOf(tx *gate.Tx, id string) (s Signal, err error) {
	err = tx.Get(&s, selectOne, gate.Args{"signal": id})
	if errors.Is(err, database.ErrNoRows) {
		return s, notFound()
	}
	if err != nil {
		return s, err
	}
	return s, opened(tx, &s)
}

func pageOf(tx *gate.Tx, box Box, after gate.Cursor, limit int) (list []Signal, next gate.Cursor, err error) {
	after = after.FromNewest()
	query := map[Box]string{BoxWaiting: selectWaitingPage, BoxOpen: selectOpenPage, BoxDone: selectDonePage}[box]
	if err := tx.Select(&list, query, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": limit + 1}); err != nil {
		return nil, next, err
	}
	list, next = gate.Cut(list, limit, func(s *Signal) gate.Cursor { return gate.Cursor{At: s.FromAt, ID: s.ID} })
	return list, next, nil
}

func step(tx *gate.Tx, signalID, kind, agencyID, deskID, reason string) error {
	by := tx.Actor().WorkerID
	if tx.Actor().IsSystem() {
		by = ""
	}
	return tx.ExecOne(insertStep, gate.Args{"id": gate.NewID(), "signal": signalID, "kind": kind, "of_agency": agencyID, "desk": deskID,
		"by": by, "reason": reason})
}

func stepsOf(tx *gate.Tx, id string) (steps []Step, err error) {
	return steps, tx.Select(&steps, selectSteps, gate.Args{"signal": id})
}

// desk is a desk and its agency.
type desk struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
}

func deskOf(tx *gate.Tx, id string) (d desk, found bool, err error) {
	err = tx.Get(&d, selectDesk, gate.Args{"desk": id})
	if errors.Is(err, database.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

// holderDesk is the desk of a holder.
func holderDesk(tx *gate.Tx, holderID string) (d desk, err error) {
	return d, tx.Get(&d, selectHolderDesk, gate.Args{"holder": holderID})
}

func counted(tx *gate.Tx, query string, args gate.Args) (bool, error) {
	var count int64
	err := tx.Get(&count, query, args)
	return count > 0, err
}

func put(tx *gate.Tx, id string, n New, basis, purpose string) error {
	sealedPlace, err := sealed(tx, id, "place", n.Place)
	if err != nil {
		return err
	}
	sealedStory, err := sealed(tx, id, "story", n.Story)
	if err != nil {
		return err
	}
	if err := tx.ExecOne(insertSignal, gate.Args{"id": id, "desk": n.DeskID, "country": n.Country, "exploitation": n.Exploitation,
		"persons": n.Persons, "seen_on": string(n.SeenOn), "source": n.Source, "place": sealedPlace, "story": sealedStory,
		"expires": expiry(tx.Now())}); err != nil {
		return err
	}
	actor := tx.Actor()
	if err := tx.ExecOne(insertHolder, gate.Args{"id": gate.NewID(), "signal": id, "desk": n.DeskID, "of_agency": actor.AgencyID,
		"state": string(Holds), "with_story": int64(1), "purpose": purpose, "basis": basis, "from_desk": "", "from_agency": "",
		"due": moment.Time(0)}); err != nil {
		return err
	}
	return step(tx, id, "noted", actor.AgencyID, n.DeskID, "")
}

// link is a signal that led to a file, as it lies there.
type link struct {
	ID       string      `db:"id"`
	SignalID string      `db:"signal_id"`
	AgencyID string      `db:"agency_id"`
	Agency   string      `db:"agency"`
	LinkedBy string      `db:"linked_by"`
	LinkedAt moment.Time `db:"linked_at"`
	Purpose  string      `db:"purpose"`
	Basis    string      `db:"basis"`
	Sealed   []byte      `db:"sealed"`
}

// row is the link in the shape in which the gate decides on what stands in a section.
func (l *link) row() *gate.EntryRow {
	return &gate.EntryRow{ID: l.ID, Section: authz.Exploitation.String(), AgencyID: l.AgencyID, Agency: l.Agency, Version: 1,
		AuthorID: l.LinkedBy, WrittenAt: l.LinkedAt, Nature: "fact", Purpose: l.Purpose, Basis: l.Basis, Sealed: l.Sealed}
}

func linksOf(tx *gate.Tx) (links []link, err error) {
	return links, tx.Select(&links, selectLinks, nil)
}
