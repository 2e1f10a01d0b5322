package breach

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
)

var (
	reportFormAction    = gate.ByAnyone("breach.report_form")
	reportAction        = gate.ByAnyone("breach.report")
	reportsAction       = gate.ByAnyone("breach.reports")
	showReportAction    = gate.ByAnyone("breach.show_report")
	takeUpAction        = gate.ByAnyone("breach.take_up")
	dismissAction       = gate.ByAnyone("breach.dismiss")
	remindReportAction  = gate.ByProgram("breach.remind_report")
	overdueReportAction = gate.ByProgram("breach.overdue_report")
)

// reportFields are what the trail says of what was reported: their names.
var reportFields = []string{"kind", "noticed_at", "files", "story"}

// ReportForm says when it is, and by which reference the caller's agency knows the file that they came from, where they came from one.
func (s *Service) ReportForm(ctx context.Context, fileID string) (now moment.Time, reference string, err error) {
	err = s.gate.Read(ctx, reportFormAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		event := audit.Event{Op: audit.Consult}
		if now = tx.Now(); fileID == "" {
			return event, nil
		}
		event.Results = []string{fileID}
		reference, err = seenReference(tx, fileID)
		return event, err
	})
	return now, reference, err
}

// Report tells who answers for the caller's agency that there may be a breach. Anybody of the agency may, and names the files that they see; the
// same once key with the same content gives the same report.
func (s *Service) Report(ctx context.Context, n NewReport, once string) (id string, err error) {
	err = s.gate.Write(ctx, reportAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(n), func() (string, error) {
			event, err = s.report(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func (s *Service) report(tx *gate.Tx, n NewReport) (event audit.Event, err error) {
	wrong := invalid()
	n.check(wrong, tx.Now())
	files, unknown, err := seenFiles(tx, n.References)
	if err != nil {
		return event, err
	}
	if unknown > 0 {
		wrong.WithField("references", "breach.no_such_file_open", "Number", unknown)
	}
	if err := wrong.OrNil(); err != nil {
		return event, err
	}
	warn, due, ok := s.term(tx.Actor().Country, tx.Now())
	if !ok {
		return event, fault.New(fault.Conflict, "breach.before_the_law")
	}
	id := gate.NewID()
	if err := putReport(tx, id, &n, warn, due, files); err != nil {
		return event, err
	}
	event = audit.Event{Op: audit.Collect, Subject: id, Fields: reportFields, Results: files}
	return event, tellOfReport(tx, tx.Actor().AgencyID, "breach_reported", id, due, true)
}

// tellOfReport tells the supervisors and administrators of the agency, and where it is for them too its auditors.
func tellOfReport(tx *gate.Tx, agencyID, code, id string, due moment.Time, auditors bool) error {
	to := []notice.To{notice.SupervisorsOf(agencyID)}
	if auditors {
		to = append(to, notice.AuditorsOf(agencyID))
	}
	return notice.TellAll(tx, notice.New{Code: code, Subject: id, Link: "breach_report", DueAt: due}, to...)
}

// ReportList is one page of reports.
type ReportList struct {
	Now     moment.Time
	Items   []Report
	Next    gate.Cursor
	Answers bool // the reader may read all of the agency, and not only their own
}

// Reports gives a page, the newest first: the caller's own, of which they learn what became of them, or those of the agency.
func (s *Service) Reports(ctx context.Context, box ReportBox, after gate.Cursor) (list ReportList, err error) {
	if !slices.Contains(ReportBoxes(), box) {
		return list, invalid().WithField("box", "fault.field_unknown_code")
	}
	err = s.gate.Read(ctx, reportsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayList(tx, box); err != nil {
			return audit.Event{}, err
		}
		list = ReportList{Now: tx.Now(), Answers: admits(tx) == nil}
		list.Items, list.Next, err = reportsOf(tx, box, after, PageSize)
		return audit.Event{Op: audit.Consult, ResultCount: int64(len(list.Items))}, err
	})
	return list, err
}

// CountReported counts the list BoxWaiting up to most, inside a running use case of somebody who answers for the agency.
func CountReported(tx *gate.Tx, most int) (count int, err error) {
	return count, tx.Get(&count, countReported, gate.Args{"limit": most})
}

// ShowReport gives a report to who answers for the agency, and to its auditors.
func (s *Service) ShowReport(ctx context.Context, id string) (p Reported, err error) {
	err = s.gate.Read(ctx, showReportAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		p, err = reportBy(tx, id)
		p.Law = s.law(tx.Actor().Country, p.ReportedAt)
		event := audit.Event{Op: audit.Consult, Subject: id}
		for _, f := range p.Files {
			event.Results = append(event.Results, f.ID)
		}
		return event, err
	})
	return p, err
}

// TakeUp makes a report a breach in the register. The files of which the caller may not know go along, and so do the words that are withheld
// for their sake.
func (s *Service) TakeUp(ctx context.Context, id string, n New, once string) (breachID string, err error) {
	err = s.gate.Write(ctx, takeUpAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		if !mayRecord(tx) {
			return event, notFound()
		}
		var again bool
		breachID, again, err = tx.Once(once, fmt.Sprint(id, n), func() (string, error) {
			event, err = s.takeUp(tx, id, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: breachID}
		}
		return event, err
	})
	return breachID, decidedBefore(err)
}

func (s *Service) takeUp(tx *gate.Tx, id string, n New) (event audit.Event, err error) {
	p, err := waitingReport(tx, id)
	if err != nil {
		return event, err
	}
	story := ""
	if p.Withheld {
		if story, err = apart(tx, id, reportPlace(id), p.Sealed); err != nil {
			return event, err
		}
	}
	if err := n.takeOver(&p, story); err != nil {
		return event, err
	}
	unseen, err := reportUnseen(tx, id)
	if err != nil {
		return event, err
	}
	if event, err = s.record(tx, n, unseen...); err != nil {
		return event, err
	}
	if err := endReport(tx, id, event.Subject, ""); err != nil {
		return event, err
	}
	return event, tellReporter(tx, &p, "breach_report_taken")
}

// Dismiss says why a report is no breach; both stay. Only who read it can say so.
func (s *Service) Dismiss(ctx context.Context, id string, version int64, reason string) error {
	return decidedBefore(s.gate.Write(ctx, dismissAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !mayRecord(tx) {
			return audit.Event{}, notFound()
		}
		p, err := waitingReport(tx, id)
		switch {
		case err != nil:
			return audit.Event{}, err
		case p.Version() != version:
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed")
		case p.Withheld:
			return audit.Event{}, fault.New(fault.Refused, "breach.dismiss_unread")
		}
		wrong := invalid()
		if reason = section.FreeText(wrong, "reason", reason, longestText); reason == "" && len(wrong.Fields) == 0 {
			wrong.WithField("reason", "fault.field_required")
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		if err := endReport(tx, id, "", reason); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, Fields: []string{"outcome", "reason"}}, tellReporter(tx, &p, "breach_report_none")
	}))
}

// waitingReport finds a report on which nobody has decided.
func waitingReport(tx *gate.Tx, id string) (p Reported, err error) {
	p, err = reportBy(tx, id)
	if err == nil && p.Outcome != Waiting {
		err = decided()
	}
	return p, err
}

func decided() error { return fault.New(fault.Conflict, "breach.report_decided") }

// decidedBefore is what the second of two learns who decide at once.
func decidedBefore(err error) error {
	if database.IsUnique(err) {
		return decided()
	}
	return err
}

// tellReporter says to who reported what became of it, and nothing of what was written.
func tellReporter(tx *gate.Tx, p *Reported, code string) error {
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Worker, ID: p.ReportedBy, AgencyID: tx.Actor().AgencyID}, Code: code, Subject: p.ID,
		Link: "breach_reports"})
	return err
}
