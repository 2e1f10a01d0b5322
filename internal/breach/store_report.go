package breach

import (
	"errors"
	"slices"

	"relais/internal/agency"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
)

const insertReport = `INSERT INTO breach_report (id, agency_id, kind, noticed_at, reported_by, reported_at, warn_at, due_at, sealed)
VALUES (:id, :agency_id, :kind, :noticed_at, :worker_id, :now, :warn_at, :due_at, :sealed)`

const insertReportFile = `INSERT INTO breach_report_file (report_id, file_id) VALUES (:report, :touched)`

const insertReportEnd = `INSERT INTO breach_report_end (report_id, outcome, breach_id, sealed, decided_by, decided_at)
VALUES (:report, :outcome, :breach, :sealed, :worker_id, :now)`

const insertReportStep = `INSERT INTO breach_report_step (report_id, step, at) VALUES (:report, :step, :now)
ON CONFLICT DO NOTHING`

const reportColumns = `SELECT p.id, p.kind, p.noticed_at, p.reported_by, p.reported_at, p.due_at, p.sealed, COALESCE(e.outcome, 'waiting') AS outcome,
  COALESCE(e.breach_id, '') AS breach_id, COALESCE(e.decided_by, '') AS decided_by, COALESCE(e.decided_at, 0) AS decided_at, e.sealed AS sealed_reason
FROM breach_report p
LEFT JOIN breach_report_end e ON e.report_id = p.id
WHERE p.agency_id = :agency_id`

const reportsMine = ` AND p.reported_by = :worker_id`

const reportsWaiting = ` AND e.report_id IS NULL`

const reportsDecided = ` AND e.report_id IS NOT NULL`

const reportsPaged = ` AND (p.reported_at, p.id) < (:before_at, :before_id)
ORDER BY p.reported_at DESC, p.id DESC
LIMIT :limit`

const selectReport = reportColumns + ` AND p.id = :report`

const selectReportOf = reportColumns + ` AND e.breach_id = :breach`

const countReported = `SELECT COUNT(*)
FROM (SELECT p.id FROM breach_report p LEFT JOIN breach_report_end e ON e.report_id = p.id WHERE p.agency_id = :agency_id` + reportsWaiting + ` LIMIT :limit) found`

// seen is true for a file (f) that is open to the reader now, as the gate decides it.
const seen = `EXISTS (SELECT 1 FROM file_grant g
  WHERE g.file_id = f.id AND g.grantee_id IN (:grantees) AND g.from_at <= :now AND g.until_at > :now AND ` + gate.NotExcluded + `
    AND (g.state = 'live' OR g.state = 'sealed' AND EXISTS (
      SELECT 1 FROM seal_opening o
      JOIN file_seal z ON z.id = o.seal_id AND z.ended_at = 0
      WHERE o.file_id = g.file_id AND o.worker_id = :worker_id AND o.from_at <= :now AND o.until_at > :now)))`

const fileByReference = `SELECT f.id AS file_id, r.reference
FROM file_reference r
JOIN file f ON f.id = r.file_id
WHERE r.agency_id = :agency_id`

const selectSeenNamed = fileByReference + ` AND r.reference IN (:references) AND ` + seen

const selectSeenFile = fileByReference + ` AND f.id = :touched AND ` + seen

const selectReportFiles = `SELECT f.id AS file_id, f.kind, r.reference
FROM breach_report_file t
JOIN file f ON f.id = t.file_id
JOIN file_reference r ON r.file_id = f.id AND r.agency_id = :agency_id
WHERE t.report_id = :report AND ` + inSight + `
ORDER BY r.reference`

const selectReportUnseen = `SELECT f.id
FROM breach_report_file t
JOIN file f ON f.id = t.file_id
WHERE t.report_id = :report AND NOT ` + inSight

const reportPending = `SELECT p.id, p.agency_id, p.due_at
FROM breach_report p
WHERE NOT EXISTS (SELECT 1 FROM breach_report_end e WHERE e.report_id = p.id)
  AND NOT EXISTS (SELECT 1 FROM breach_report_step s WHERE s.report_id = p.id AND s.step = :step)`

const selectReportWarned = reportPending + ` AND p.warn_at <= :now AND p.due_at > :now
ORDER BY p.warn_at, p.id
LIMIT 1`

const selectReportMissed = reportPending + ` AND p.due_at <= :now
ORDER BY p.due_at, p.id
LIMIT 1`

// reportPlace and reasonPlace bind the words of a report, and why it was found to be none, to it.
func reportPlace(id string) seal.AD {
	return seal.AD{Table: "breach_report", Row: id, Section: "story", Version: 1}
}

func reasonPlace(id string) seal.AD {
	return seal.AD{Table: "breach_report_end", Row: id, Section: "reason", Version: 1}
}

func reportsOf(tx *gate.Tx, box ReportBox, after gate.Cursor, limit int) (list []Report, next gate.Cursor, err error) {
	after = after.FromNewest()
	query := reportColumns + map[ReportBox]string{BoxMine: reportsMine, BoxWaiting: reportsWaiting, BoxDecided: reportsDecided}[box] + reportsPaged
	if err := tx.Select(&list, query, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": limit + 1}); err != nil {
		return nil, next, err
	}
	list, next = gate.Cut(list, limit, func(p *Report) gate.Cursor { return gate.Cursor{At: p.ReportedAt, ID: p.ID} })
	return list, next, reportsNamed(tx, list)
}

// reportsNamed gives reports the names of who made them and of who decided.
func reportsNamed(tx *gate.Tx, list []Report) error {
	var ids []string
	for i := range list {
		ids = append(ids, list[i].ReportedBy)
		if list[i].DecidedBy != "" {
			ids = append(ids, list[i].DecidedBy)
		}
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range list {
		list[i].By, list[i].Decider = names[list[i].ReportedBy], names[list[i].DecidedBy]
	}
	return err
}

// reportBy finds a report of the reader's agency with the files of which the reader may know, and opens its words where they may be read.
func reportBy(tx *gate.Tx, id string) (p Reported, err error) {
	list := make([]Report, 1)
	if err := tx.Get(&list[0], selectReport, gate.Args{"report": id}); errors.Is(err, database.ErrNoRows) {
		return p, notFound()
	} else if err != nil {
		return p, err
	}
	if err := reportsNamed(tx, list); err != nil {
		return p, err
	}
	p = Reported{Report: list[0], Now: tx.Now(), Records: mayRecord(tx)}
	if err := tx.Select(&p.Files, selectReportFiles, gate.Args{"report": id}); err != nil {
		return p, err
	}
	unseen, err := reportUnseen(tx, id)
	if p.Withheld = len(unseen) > 0; err != nil || p.Withheld {
		return p, err
	}
	if p.Story, err = apart(tx, id, reportPlace(id), p.Sealed); err == nil && p.Outcome == None {
		p.Reason, err = apart(tx, id, reasonPlace(id), p.SealedReason)
	}
	return p, err
}

// reportUnseen are the files that a report names and of which the reader may not know.
func reportUnseen(tx *gate.Tx, id string) (files []string, err error) {
	return files, tx.Select(&files, selectReportUnseen, gate.Args{"report": id})
}

// reportOf is the report that a breach came of; without one its id is empty.
func reportOf(tx *gate.Tx, breachID string) (Report, error) {
	list := make([]Report, 1)
	err := tx.Get(&list[0], selectReportOf, gate.Args{"breach": breachID})
	if errors.Is(err, database.ErrNoRows) {
		return Report{}, nil
	}
	if err == nil {
		err = reportsNamed(tx, list)
	}
	return list[0], err
}

func apart(tx *gate.Tx, owner string, at seal.AD, sealed []byte) (string, error) {
	text, err := tx.OpenApart(owner, at, sealed)
	if err != nil {
		return "", fault.New(fault.Internal, "gate.sealed").Because(err)
	}
	return string(text), nil
}

// seenFiles finds files by references among those that are open to the caller, and how many references led nowhere.
func seenFiles(tx *gate.Tx, references []string) (ids []string, unknown int, err error) {
	references = slices.Compact(slices.Sorted(slices.Values(references)))
	if len(references) == 0 || len(references) > mostFiles {
		return nil, 0, nil
	}
	var rows []File
	err = tx.Select(&rows, selectSeenNamed, gate.Args{"references": references})
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids, len(references) - len(rows), err
}

// seenReference is by which the caller's agency knows a file that is open to them.
func seenReference(tx *gate.Tx, fileID string) (string, error) {
	var row File
	err := tx.Get(&row, selectSeenFile, gate.Args{"touched": fileID})
	if errors.Is(err, database.ErrNoRows) {
		return "", notFound()
	}
	return row.Reference, err
}

func putReport(tx *gate.Tx, id string, n *NewReport, warn, due moment.Time, files []string) error {
	sealed, err := tx.SealApart(id, reportPlace(id), []byte(n.Story))
	if err != nil {
		return err
	}
	if err := tx.ExecOne(insertReport, gate.Args{"id": id, "kind": n.Kind, "noticed_at": n.NoticedAt, "warn_at": warn, "due_at": due, "sealed": sealed}); err != nil {
		return err
	}
	for _, file := range files {
		if err := tx.ExecOne(insertReportFile, gate.Args{"report": id, "touched": file}); err != nil {
			return err
		}
	}
	return nil
}

// endReport writes what became of a report: the breach that it is, or why it is none.
func endReport(tx *gate.Tx, id, breachID, reason string) (err error) {
	args := gate.Args{"report": id, "outcome": string(Taken), "breach": breachID, "sealed": nil}
	if breachID == "" {
		args["outcome"], args["breach"] = string(None), nil
		if args["sealed"], err = tx.SealApart(id, reasonPlace(id), []byte(reason)); err != nil {
			return err
		}
	}
	return tx.ExecOne(insertReportEnd, args)
}

// takeOfReport says whether this is the first time that the program takes a step towards the end of a report's clock, which never moves.
func takeOfReport(tx *gate.Tx, id, step string, _ moment.Time) (bool, error) {
	rows, err := tx.Exec(insertReportStep, gate.Args{"report": id, "step": step})
	return rows == 1, err
}
