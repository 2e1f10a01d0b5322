package question

import (
	"errors"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/seal"
)

const columns = `q.id, q.agency_id, a.name AS agency, q.desk_id, d.name AS desk, q.to_agency_id, ta.name AS to_agency, q.to_desk_id,
  td.name AS to_desk, q.need, q.exploitation, q.age_band, q.sex, q.country, q.language, q.state, q.created_at, q.spoken_at, q.ended_at,
  q.erased_at, q.referral_id, q.version,
  CASE WHEN q.desk_id IN (:grantees) THEN 1 ELSE 0 END AS asked,
  CASE WHEN q.state = 'open' AND q.spoken_desk NOT IN (:grantees) THEN 1 ELSE 0 END AS waiting
FROM question q
JOIN agency a ON a.id = q.agency_id
JOIN desk d ON d.id = q.desk_id
JOIN agency ta ON ta.id = q.to_agency_id
JOIN desk td ON td.id = q.to_desk_id`

// mine is true of a question between desks of which one is the reader's: to everybody else there is none.
const mine = `(q.desk_id IN (:grantees) OR q.to_desk_id IN (:grantees))`

const selectOne = `SELECT ` + columns + `
WHERE q.id = :question AND ` + mine

const selectAsked = `SELECT ` + columns + `
WHERE q.desk_id IN (:grantees) AND (q.created_at, q.id) < (:before_at, :before_id)
ORDER BY q.created_at DESC, q.id DESC
LIMIT :limit`

const selectReceived = `SELECT ` + columns + `
WHERE q.to_desk_id IN (:grantees) AND (q.created_at, q.id) < (:before_at, :before_id)
ORDER BY q.created_at DESC, q.id DESC
LIMIT :limit`

// waits is true of an open question in which the other desk has spoken last.
const waits = mine + ` AND q.state = 'open' AND q.spoken_desk NOT IN (:grantees)`

const selectWaiting = `SELECT ` + columns + `
WHERE ` + waits + ` AND (q.created_at, q.id) < (:before_at, :before_id)
ORDER BY q.created_at DESC, q.id DESC
LIMIT :limit`

const countWaiting = `SELECT COUNT(*) FROM (SELECT 1 FROM question q WHERE ` + waits + ` LIMIT :limit) w`

const insertQuestion = `INSERT INTO question (id, agency_id, desk_id, to_agency_id, to_desk_id, need, exploitation, age_band, sex, country, language,
  state, created_by, created_at, spoken_at, spoken_desk)
VALUES (:id, :agency_id, :desk, :to_agency, :to_desk, :need, :exploitation, :age_band, :sex, :country, :language, 'open', :worker_id, :now, :now,
  :desk)`

const insertWord = `INSERT INTO question_word (id, question_id, agency_id, desk_id, written_by, written_at, sealed)
VALUES (:id, :question, :agency_id, :desk, :worker_id, :now, :sealed)`

const insertLink = `INSERT INTO question_file (question_id, file_id, linked_by, linked_at)
VALUES (:question, :linked, :worker_id, :now)`

// selectLink is read for the asking desk only.
const selectLink = `SELECT l.file_id
FROM question_file l
JOIN question q ON q.id = l.question_id AND q.desk_id IN (:grantees)
WHERE l.question_id = :question`

const selectWords = `SELECT w.id, w.agency_id, a.name AS agency, w.desk_id, d.name AS desk, w.written_at, w.sealed
FROM question_word w
JOIN agency a ON a.id = w.agency_id
JOIN desk d ON d.id = w.desk_id
WHERE w.question_id = :question
ORDER BY w.written_at, w.id`

const selectDesk = `SELECT d.id, d.agency_id
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE d.id = :desk AND d.closed_at = 0`

const speak = `UPDATE question
SET spoken_at = :now, spoken_desk = :desk, version = version + 1
WHERE id = :question AND state = 'open' AND version = :version`

const end = `UPDATE question
SET state = :state, ended_at = :now, version = version + 1
WHERE id = :question AND state = 'open' AND version = :version`

const selectSilent = `SELECT q.id, q.desk_id, q.agency_id, q.to_desk_id, q.to_agency_id, q.version
FROM question q
WHERE q.state = 'open' AND q.spoken_at <= :before
ORDER BY q.spoken_at, q.id
LIMIT 50`

const selectOld = `SELECT q.id, q.desk_id, q.agency_id, q.to_desk_id, q.to_agency_id, q.version
FROM question q
WHERE q.state <> 'open' AND q.erased_at = 0 AND q.ended_at <= :before
ORDER BY q.ended_at, q.id
LIMIT 50`

const markErased = `UPDATE question SET erased_at = :now, version = version + 1 WHERE id = :question AND erased_at = 0`

// selectAbout are the open questions of the caller's agency to a desk that are about a file.
const selectAbout = `SELECT q.id, q.desk_id, q.agency_id, q.to_desk_id, q.to_agency_id, q.version
FROM question q
JOIN question_file l ON l.question_id = q.id AND l.file_id = :about
WHERE q.agency_id = :agency_id AND q.to_desk_id = :to_desk AND q.state = 'open'
ORDER BY q.id`

const markReferred = `UPDATE question
SET state = 'referred', ended_at = :now, referral_id = :referral, version = version + 1
WHERE id = :question AND state = 'open' AND version = :version`

type desk struct {
	ID       string `db:"id"`
	AgencyID string `db:"agency_id"`
}

func questionOf(tx *gate.Tx, id string) (q Question, err error) {
	err = tx.Get(&q, selectOne, gate.Args{"question": id})
	if errors.Is(err, database.ErrNoRows) {
		return q, notFound()
	}
	return q, err
}

func pageOf(tx *gate.Tx, box Box, after gate.Cursor, limit int) (list []Question, next gate.Cursor, err error) {
	query := map[Box]string{BoxWaiting: selectWaiting, BoxReceived: selectReceived, BoxAsked: selectAsked}[box]
	if after.ID == "" {
		after = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	if err := tx.Select(&list, query, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": limit + 1}); err != nil {
		return nil, next, err
	}
	if len(list) > limit {
		list = list[:limit]
		next = gate.Cursor{At: list[limit-1].CreatedAt, ID: list[limit-1].ID}
	}
	return list, next, nil
}

// CountWaiting counts the questions that wait for a word of the caller's desks, up to most; it is the length of the list of them.
func CountWaiting(tx *gate.Tx, most int) (count int, err error) {
	if admits(tx) != nil {
		return 0, nil
	}
	return count, tx.Get(&count, countWaiting, gate.Args{"limit": most})
}

func deskOf(tx *gate.Tx, id string) (d desk, found bool, err error) {
	err = tx.Get(&d, selectDesk, gate.Args{"desk": id})
	if errors.Is(err, database.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, err
}

func place(questionID, wordID string) seal.AD {
	return seal.AD{Table: "question_word", Row: wordID, Section: questionID, Version: 1}
}

func put(tx *gate.Tx, id string, n New, to desk) error {
	if err := tx.ExecOne(insertQuestion, gate.Args{"id": id, "desk": n.DeskID, "to_agency": to.AgencyID, "to_desk": to.ID, "need": n.Need,
		"exploitation": n.Exploitation, "age_band": n.AgeBand, "sex": n.Sex, "country": n.Country, "language": n.Language}); err != nil {
		return err
	}
	if n.VictimID != "" {
		if err := tx.ExecOne(insertLink, gate.Args{"question": id, "linked": n.VictimID}); err != nil {
			return err
		}
	}
	return putWord(tx, id, n.DeskID, n.Note)
}

func putWord(tx *gate.Tx, questionID, deskID, text string) error {
	id := gate.NewID()
	sealed, err := tx.SealApart(questionID, place(questionID, id), []byte(text))
	if err != nil {
		return err
	}
	return tx.ExecOne(insertWord, gate.Args{"id": id, "question": questionID, "desk": deskID, "sealed": sealed})
}

func wordsIn(tx *gate.Tx, q *Question) (list []Word, err error) {
	if err := tx.Select(&list, selectWords, gate.Args{"question": q.ID}); err != nil || q.ErasedAt != 0 {
		return list, err
	}
	for i := range list {
		text, err := tx.OpenApart(q.ID, place(q.ID, list[i].ID), list[i].Sealed)
		if err != nil {
			return nil, err
		}
		list[i].Text = string(text)
	}
	return list, nil
}

// linkOf is the file behind a question; empty for the desk that was asked.
func linkOf(tx *gate.Tx, questionID string) (fileID string, err error) {
	err = tx.Get(&fileID, selectLink, gate.Args{"question": questionID})
	if errors.Is(err, database.ErrNoRows) {
		return "", nil
	}
	return fileID, err
}
