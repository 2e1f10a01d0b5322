package clock

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

const clockColumns = `c.id, c.file_id, c.agency_id, c.country, c.rule, c.kind, c.section, c.state, c.start_on, c.term, c.unit, c.renew_by,
  c.renewals, c.set_due_on, c.paused_on, c.paused_days, c.due_on, c.warn_on, c.next_on, c.rule_from, c.pack_version, c.would_due_on,
  c.would_terms, c.kept_terms, c.started_at, c.ended_on, c.end_reason, c.version, c.review_on`

const insertClock = `INSERT INTO clock (id, file_id, agency_id, country, rule, kind, section, state, start_on, term, unit, renew_by, set_due_on,
  due_on, warn_on, next_on, rule_from, pack_version, started_at)
VALUES (:id, :file_id, :agency_id, :country, :rule, :kind, :section, 'running', :start, :term, :unit, :renew_by, :set_due,
  :due, :warn, :next, :rule_from, :pack, :now)`

// updateClock leaves nothing out: what a step does not change it writes as it was.
const updateClock = `UPDATE clock
SET state = :state, term = :term, unit = :unit, renew_by = :renew_by, rule_from = :rule_from, renewals = :renewals,
  paused_on = :paused_on, paused_days = :paused_days, review_on = :review_on, due_on = :due, warn_on = :warn, next_on = :next, pack_version = :pack,
  would_due_on = :would_due, would_terms = :would, kept_terms = :kept, ended_on = :ended_on, ended_at = :ended_at, end_reason = :end_reason,
  version = version + 1
WHERE id = :clock AND version = :version`

const insertStep = `INSERT INTO clock_step (id, clock_id, file_id, step, on_day, due_before, due_on, reason, pack_version, worker_id, agency_id, at)
VALUES (:id, :clock, :on, :step, :day, :before, :due, :reason, :pack, :by, :by_agency, :now)`

const selectOpenOf = `SELECT ` + clockColumns + `
FROM clock c
WHERE c.file_id = :on AND c.state <> 'ended'
ORDER BY c.due_on, c.id`

const selectAllOf = `SELECT ` + clockColumns + `
FROM clock c
WHERE c.file_id = :file_id
ORDER BY CASE WHEN c.state = 'ended' THEN 1 ELSE 0 END, c.due_on, c.id
LIMIT 200`

const selectByRule = `SELECT ` + clockColumns + ` FROM clock c WHERE c.file_id = :file_id AND c.rule = :rule AND c.state <> 'ended'`

// selectParent finds the file of a clock where the caller holds something of it; the gate then decides on that file.
const selectParent = `SELECT c.file_id
FROM clock c
JOIN file_grant g ON g.file_id = c.file_id
WHERE c.id = :clock AND g.grantee_id IN (:grantees) AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now
LIMIT 1`

const selectClock = `SELECT ` + clockColumns + ` FROM clock c WHERE c.id = :clock AND c.file_id = :file_id`

// selectStartedAt and selectEndedAt find what one step of a track did: it and its clocks were written in the same instant.
const selectStartedAt = `SELECT ` + clockColumns + ` FROM clock c
WHERE c.file_id = :file_id AND c.rule = :rule AND c.started_at = :at AND c.end_reason <> :mistaken`

const selectEndedAt = `SELECT ` + clockColumns + ` FROM clock c
WHERE c.file_id = :file_id AND c.rule = :rule AND c.ended_at = :at AND c.state = 'ended' AND c.end_reason <> :mistaken
ORDER BY c.id DESC
LIMIT 1`

const selectSteps = `SELECT s.id, s.step, s.on_day, s.due_before, s.due_on, s.reason, s.pack_version, s.worker_id, s.agency_id,
  COALESCE(a.name, '') AS agency, s.at
FROM clock_step s
LEFT JOIN agency a ON a.id = s.agency_id
WHERE s.clock_id = :clock AND s.file_id = :file_id
ORDER BY s.at, s.id`

// selectResumed leaves out what a struck step let run on: no pause ended there.
const selectResumed = `SELECT COALESCE(MAX(s.on_day), '') FROM clock_step s
WHERE s.clock_id = :clock AND s.file_id = :file_id AND s.step = 'resumed' AND s.reason <> :struck`

// lastResumed is the day on which a clock last ran on after a pause; empty for never.
func lastResumed(file *gate.Tx, clockID string) (on moment.Date, err error) {
	return on, file.Get(&on, selectResumed, gate.Args{"clock": clockID, "struck": struck})
}

func insert(tx *gate.Tx, c *Clock) error {
	err := tx.ExecOne(insertClock, gate.Args{"id": c.ID, "country": c.Country, "rule": c.Rule, "kind": string(c.Kind), "section": c.SectionWord,
		"start": string(c.StartOn), "term": c.Term, "unit": string(c.Unit), "renew_by": c.RenewBy, "set_due": string(c.SetDueOn), "due": string(c.DueOn),
		"warn": string(c.WarnOn), "next": string(c.NextOn), "rule_from": string(c.RuleFrom), "pack": string(c.PackVersion)})
	if database.IsUnique(err) {
		return alreadyRuns(c.Kind, c.Rule)
	}
	return err
}

func alreadyRuns(kind rulepack.Kind, rule string) error {
	if kind == rulepack.Reflection {
		return fault.New(fault.Conflict, "clock.second_reflection", "Rule", rule)
	}
	return fault.New(fault.Conflict, "clock.already_runs", "Rule", rule)
}

// save writes a clock as it stands now; somebody who looked at an older one has to look again.
func save(tx *gate.Tx, c *Clock) error {
	endedAt := moment.Time(0)
	if c.State == Ended {
		endedAt = tx.Now()
	}
	err := tx.ExecOne(updateClock, gate.Args{"clock": c.ID, "version": c.Version, "state": string(c.State), "term": c.Term, "unit": string(c.Unit),
		"renew_by": c.RenewBy, "rule_from": string(c.RuleFrom), "renewals": c.Renewals, "paused_on": string(c.PausedOn), "paused_days": c.PausedDays, "review_on": string(c.ReviewOn),
		"due": string(c.DueOn), "warn": string(c.WarnOn), "next": string(c.NextOn), "pack": string(c.PackVersion), "would_due": string(c.WouldDueOn),
		"would": c.WouldTerms, "kept": c.KeptTerms, "ended_on": string(c.EndedOn), "ended_at": endedAt, "end_reason": c.EndReason})
	if fault.KindOf(err) == fault.Conflict {
		return changed()
	}
	return err
}

func changed() error { return fault.New(fault.Conflict, "clock.changed") }

// record keeps a step; the program has no name.
func record(tx *gate.Tx, c *Clock, s Step) error {
	by, agency := tx.Actor().WorkerID, tx.Actor().AgencyID
	if tx.Actor().IsSystem() {
		by, agency = "", ""
	}
	return tx.ExecOne(insertStep, gate.Args{"id": gate.NewID(), "clock": c.ID, "on": c.FileID, "step": s.Step, "day": string(s.OnDay),
		"before": string(s.DueBefore), "due": string(c.DueOn), "reason": s.Reason, "pack": string(c.PackVersion), "by": by, "by_agency": agency})
}

func openOf(tx *gate.Tx, fileID string) (list []Clock, err error) {
	return list, tx.Select(&list, selectOpenOf, gate.Args{"on": fileID})
}

func allOf(tx *gate.Tx) (list []Clock, err error) { return list, tx.Select(&list, selectAllOf, nil) }

// byRule is the open clock of a rule on the file; found is false where none runs.
func byRule(tx *gate.Tx, rule string) (c Clock, found bool, err error) {
	err = tx.Get(&c, selectByRule, gate.Args{"rule": rule})
	if errors.Is(err, database.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// byInstant is the newest clock of a rule on the file of which something happened at an instant.
func byInstant(tx *gate.Tx, query, rule string, at moment.Time) (c Clock, found bool, err error) {
	err = tx.Get(&c, query, gate.Args{"rule": rule, "at": at, "mistaken": mistaken})
	if errors.Is(err, database.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

const selectStarter = `SELECT kind, country FROM agency WHERE id = :of_agency`

// starterOf is the kind and the country of the agency that started a clock.
func starterOf(tx *gate.Tx, c *Clock) (kind, country string, err error) {
	var row struct {
		Kind    string `db:"kind"`
		Country string `db:"country"`
	}
	err = tx.Get(&row, selectStarter, gate.Args{"of_agency": c.AgencyID})
	return row.Kind, row.Country, err
}

func parentOf(tx *gate.Tx, clockID string) (fileID string, err error) {
	err = tx.Get(&fileID, selectParent, gate.Args{"clock": clockID})
	return fileID, orNotFound(err)
}

func clockOf(file *gate.Tx, clockID string) (c Clock, err error) {
	err = file.Get(&c, selectClock, gate.Args{"clock": clockID})
	c.Reference = file.File().Reference
	return c, orNotFound(err)
}

func stepsOf(file *gate.Tx, clockID string) (steps []Step, err error) {
	return steps, file.Select(&steps, selectSteps, gate.Args{"clock": clockID})
}

func orNotFound(err error) error {
	if errors.Is(err, database.ErrNoRows) {
		return fault.New(fault.NotFound, "gate.not_found")
	}
	return err
}

// holder is who holds a grant on a file of which the program has something to tell.
type holder struct {
	Kind       string            `db:"kind"`
	ID         string            `db:"id"`
	AgencyID   string            `db:"agency_id"`
	AgencyKind authz.Role        `db:"agency_kind"`
	Country    string            `db:"country"`
	Relations  authz.RelationSet `db:"relations"`
	Sections   authz.SectionSet  `db:"sections"`
	OnlyOf     gate.OnlyOf       `db:"only_of"`
	Basis      string            `db:"basis"`
}

const selectHolders = `SELECT g.grantee_kind AS kind, g.grantee_id AS id, g.agency_id, a.kind AS agency_kind, a.country, g.relations, g.sections, g.only_of, g.basis
FROM file_grant g
JOIN agency a ON a.id = g.agency_id
WHERE g.file_id = :on AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now
ORDER BY g.id`

func holdersOf(tx *gate.Tx, fileID string) (list []holder, err error) {
	return list, tx.Select(&list, selectHolders, gate.Args{"on": fileID})
}
