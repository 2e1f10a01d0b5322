package clock

import (
	"crypto/sha256"
	"encoding/hex"

	"relais/internal/gate"
	"relais/internal/moment"
)

const selectToTell = `SELECT ` + clockColumns + `
FROM clock c
WHERE c.state = 'running' AND c.next_on <> '' AND c.next_on <= :today
ORDER BY c.next_on, c.id
LIMIT :limit`

// setNextOn leaves the version: what somebody is writing meanwhile stays right.
const setNextOn = `UPDATE clock SET next_on = :next WHERE id = :clock AND state = 'running' AND next_on <> '' AND next_on <= :today`

const selectOpenAfter = `SELECT ` + clockColumns + `
FROM clock c
WHERE c.state <> 'ended' AND c.id > :after
ORDER BY c.id
LIMIT :limit`

const setWouldOn = `UPDATE clock SET would_due_on = :would_due, would_terms = :would WHERE id = :clock AND state <> 'ended'`

const setReviewOn = `UPDATE clock SET review_on = :review_on WHERE id = :clock AND state = 'paused' AND review_on = ''`

// setWarnOn leaves the version, like setNextOn; what somebody has written meanwhile stays.
const setWarnOn = `UPDATE clock SET warn_on = :warn, next_on = :next WHERE id = :clock AND state = 'running' AND version = :version`

const selectManners = `SELECT country, rule, manner FROM clock_manner`

const upsertManner = `INSERT INTO clock_manner (country, rule, manner)
VALUES (:country, :rule, :manner)
ON CONFLICT (country, rule) DO UPDATE SET manner = excluded.manner`

const selectPass = `SELECT day, packs, after_id FROM clock_pass WHERE one = 1`

const updatePass = `UPDATE clock_pass SET day = :day, packs = :packs, after_id = :after WHERE one = 1`

// finished stands for the end of a pass: no id comes after it.
const finished = "~"

// pass is how far the comparison of a day has come.
type pass struct {
	Day     moment.Date `db:"day"`
	Packs   string      `db:"packs"`
	AfterID string      `db:"after_id"`
}

func toTell(tx *gate.Tx, today moment.Date, limit int) (list []Clock, err error) {
	return list, tx.Select(&list, selectToTell, gate.Args{"today": string(today), "limit": limit})
}

func setNext(tx *gate.Tx, c *Clock) error {
	return tx.ExecOne(setNextOn, gate.Args{"clock": c.ID, "next": string(c.NextOn), "today": string(moment.DayOf(tx.Now()))})
}

func openAfter(tx *gate.Tx, after string, limit int) (list []Clock, err error) {
	return list, tx.Select(&list, selectOpenAfter, gate.Args{"after": after, "limit": limit})
}

func setWould(tx *gate.Tx, c *Clock) error {
	_, err := tx.Exec(setWouldOn, gate.Args{"clock": c.ID, "would_due": string(c.WouldDueOn), "would": c.WouldTerms})
	return err
}

func setReview(tx *gate.Tx, c *Clock) error {
	return tx.ExecOne(setReviewOn, gate.Args{"clock": c.ID, "review_on": string(c.ReviewOn)})
}

func setWarn(tx *gate.Tx, c *Clock) error {
	_, err := tx.Exec(setWarnOn, gate.Args{"clock": c.ID, "version": c.Version, "warn": string(c.WarnOn), "next": string(c.NextOn)})
	return err
}

// mannersOf are the rules as they read when the last pass ended.
func mannersOf(tx *gate.Tx) (map[ruleKey]string, error) {
	var rows []struct {
		Country string `db:"country"`
		Rule    string `db:"rule"`
		Manner  string `db:"manner"`
	}
	manners := map[ruleKey]string{}
	err := tx.Select(&rows, selectManners, nil)
	for _, row := range rows {
		manners[ruleKey{row.Country, row.Rule}] = row.Manner
	}
	return manners, err
}

func setManner(tx *gate.Tx, key ruleKey, manner string) error {
	return tx.ExecOne(upsertManner, gate.Args{"country": key.country, "rule": key.rule, "manner": manner})
}

func passOf(tx *gate.Tx) (p pass, err error) { return p, tx.Get(&p, selectPass, nil) }

func setPass(tx *gate.Tx, p pass) error {
	return tx.ExecOne(updatePass, gate.Args{"day": string(p.Day), "packs": p.Packs, "after": p.AfterID})
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
