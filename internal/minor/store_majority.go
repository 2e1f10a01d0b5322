package minor

import (
	"relais/internal/gate"
	"relais/internal/moment"
)

const selectPass = `SELECT day, from_day, after_id FROM majority_pass WHERE one = 1`

// updatePass holds the row: of two instances at once the second finds it changed.
const updatePass = `UPDATE majority_pass SET day = :day, from_day = :from, after_id = :after
WHERE one = 1 AND day = :was_day AND from_day = :was_from AND after_id = :was_after`

const selectFirst = `SELECT COALESCE(MIN(written_at), 0) FROM age_step`

// selectToLookAt finds victim files by the tokens of birth dates in an identity, and those that were written in since an instant: what
// was said there may let a day count that has passed. An erased file has no tokens.
const selectToLookAt = `SELECT t.file_id
FROM search_token t
JOIN entry e ON e.id = t.entry_id AND e.section = 'identity'
JOIN file f ON f.id = t.file_id AND f.kind = 'victim'
WHERE t.token IN (:tokens) AND t.file_id > :after
UNION
SELECT f.id AS file_id
FROM file f
WHERE f.kind = 'victim' AND f.changed_at > :since AND f.id > :after AND EXISTS (SELECT 1 FROM age_step s WHERE s.file_id = f.id)
ORDER BY 1
LIMIT :limit`

const selectDates = `SELECT e.id AS entry_id, e.agency_id, t.token, f.stage, f.agency_id AS opener
FROM entry e
JOIN file f ON f.id = e.file_id
JOIN search_token t ON t.entry_id = e.id
WHERE e.file_id = :on AND e.section = 'identity'
ORDER BY e.id`

const selectStepsOn = stepColumns + `
WHERE s.file_id = :on
ORDER BY s.id
LIMIT 500`

const insertBirthday = `INSERT INTO age_step (id, file_id, agency_id, author_id, written_at, status, method, said_on, entry_id)
VALUES (:id, :on, :of, '', :now, 'adult', :method, :today, :entry)`

const selectGuardianOn = `SELECT ` + guardianColumns + `
WHERE g.file_id = :on AND g.ended_on = ''`

const countGuarded = `SELECT COUNT(*) FROM guardian WHERE file_id = :on AND ended_on = '' AND assigned_on <= :day`

// raiseFile is what everybody who writes on the file does too.
const raiseFile = `UPDATE file SET version = version + 1 WHERE id = :on`

const endByAge = `UPDATE guardian SET ended_on = :today, end_reason = 'came_of_age', version = version + 1 WHERE file_id = :on AND ended_on = ''`

// selectDesks are the desks of an agency that see the file.
const selectDesks = `SELECT DISTINCT g.grantee_id
FROM file_grant g
WHERE g.file_id = :on AND g.agency_id = :of AND g.grantee_kind = 'desk' AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now
ORDER BY g.grantee_id`

// pass is how far the look at birthdays has come.
type pass struct {
	Day   moment.Date `db:"day"`
	From  moment.Date `db:"from_day"`
	After string      `db:"after_id"`
}

// dated is one token of an identity that an agency wrote.
type dated struct {
	EntryID  string `db:"entry_id"`
	AgencyID string `db:"agency_id"`
	Token    []byte `db:"token"`
	Stage    string `db:"stage"`
	Opener   string `db:"opener"`
}

func passOf(tx *gate.Tx) (p pass, err error) { return p, tx.Get(&p, selectPass, nil) }

func setPass(tx *gate.Tx, was, p pass) error {
	return tx.ExecOne(updatePass, gate.Args{"day": string(p.Day), "from": string(p.From), "after": p.After,
		"was_day": string(was.Day), "was_from": string(was.From), "was_after": was.After})
}

// firstDay is the day before which nobody was said to be a child here; empty where nobody ever was.
func firstDay(tx *gate.Tx) (moment.Date, error) {
	var at moment.Time
	if err := tx.Get(&at, selectFirst, nil); err != nil || at == 0 {
		return "", err
	}
	return moment.DayOf(at), nil
}

func toLookAt(tx *gate.Tx, tokens [][]byte, since moment.Time, after string, limit int) (ids []string, err error) {
	return ids, tx.Select(&ids, selectToLookAt, gate.Args{"tokens": tokens, "since": since, "after": after, "limit": limit})
}

func datesOn(tx *gate.Tx, fileID string) (list []dated, err error) {
	return list, tx.Select(&list, selectDates, gate.Args{"on": fileID})
}

func stepsOn(tx *gate.Tx, fileID string) (list []Step, err error) {
	return list, tx.Select(&list, selectStepsOn, gate.Args{"on": fileID})
}

func insertComing(tx *gate.Tx, fileID string, s *Step, entryID string) error {
	return tx.ExecOne(insertBirthday, gate.Args{"id": s.ID, "on": fileID, "of": s.AgencyID, "method": s.Method, "today": string(s.SaidOn), "entry": entryID})
}

// guardedBefore says whether somebody is still the guardian who was it when a day came.
func guardedBefore(tx *gate.Tx, fileID string, day moment.Date) (bool, error) {
	var found int64
	err := tx.Get(&found, countGuarded, gate.Args{"on": fileID, "day": string(day)})
	return found > 0, err
}

func raiseVersion(tx *gate.Tx, fileID string) error {
	return tx.ExecOne(raiseFile, gate.Args{"on": fileID})
}

// endGuardianOn ends the task of whoever is the guardian, and gives them.
func endGuardianOn(tx *gate.Tx, fileID string, today moment.Date) (list []Guardian, err error) {
	if err := tx.Select(&list, selectGuardianOn, gate.Args{"on": fileID}); err != nil {
		return nil, err
	}
	_, err = tx.Exec(endByAge, gate.Args{"on": fileID, "today": string(today)})
	return list, err
}

func desksOn(tx *gate.Tx, fileID, agencyID string) (ids []string, err error) {
	return ids, tx.Select(&ids, selectDesks, gate.Args{"on": fileID, "of": agencyID})
}
