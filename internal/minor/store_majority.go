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

// selectBorn finds victim files by the tokens of birth dates in an identity; an erased file has none.
const selectBorn = `SELECT DISTINCT t.file_id
FROM search_token t
JOIN entry e ON e.id = t.entry_id AND e.section = 'identity'
JOIN file f ON f.id = t.file_id AND f.kind = 'victim'
WHERE t.token IN (:tokens) AND t.file_id > :after
ORDER BY t.file_id
LIMIT :limit`

const selectDates = `SELECT e.id AS entry_id, e.agency_id, e.changed_at, t.token, f.stage
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
	EntryID   string      `db:"entry_id"`
	AgencyID  string      `db:"agency_id"`
	ChangedAt moment.Time `db:"changed_at"`
	Token     []byte      `db:"token"`
	Stage     string      `db:"stage"`
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

func bornOn(tx *gate.Tx, tokens [][]byte, after string, limit int) (ids []string, err error) {
	return ids, tx.Select(&ids, selectBorn, gate.Args{"tokens": tokens, "after": after, "limit": limit})
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
