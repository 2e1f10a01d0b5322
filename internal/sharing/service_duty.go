package sharing

import (
	"context"
	"errors"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// DutyView is who had the duty of a file, from the first day until now.
type DutyView struct {
	File    gate.FileRow
	History []Duty
	Now     moment.Time
}

// Duty tells anybody who sees a file who had the duty on each day. It is read from the leads themselves, which only end and are
// never deleted, so it cannot say anything else than what held.
func (s *Service) Duty(ctx context.Context, kind gate.Kind, fileID string) (view DutyView, err error) {
	err = s.gate.Read(ctx, dutyAction, gate.File(kind, fileID), func(tx *gate.Tx) (audit.Event, error) {
		var rows []Duty
		if err := tx.Select(&rows, selectDuty, nil); err != nil {
			return audit.Event{}, err
		}
		var colleagues []string
		for _, d := range rows {
			if d.GranteeKind == "worker" && d.AgencyID == tx.Actor().AgencyID {
				colleagues = append(colleagues, d.GranteeID)
			}
		}
		names, err := agency.WorkerNames(tx, colleagues)
		for i := range rows {
			rows[i].Worker = names[rows[i].GranteeID]
		}
		view = DutyView{File: tx.File(), History: joined(rows), Now: tx.Now()}
		return audit.Event{Op: audit.Consult, SubjectCategory: string(kind)}, err
	})
	return view, err
}

// Lapse ends what waited in vain: proposals that nobody signed and cases that nobody took over. ctx is the program's own.
func (s *Service) Lapse(ctx context.Context) error {
	_, told := s.StandInApprovals(ctx)
	_, unsigned := s.LapseApprovals(ctx)
	_, untaken := s.ExpireTransfers(ctx)
	return errors.Join(told, unsigned, untaken)
}

// ExpireTransfers ends offers of a lead that nobody took within seven days, each in its own transaction; the lead stays where
// it is. ctx is the program's own.
func (s *Service) ExpireTransfers(ctx context.Context) (expired int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, expireTransferAction, gate.Own(), expireTransfer) })
}

func expireTransfer(tx *gate.Tx) (audit.Event, error) {
	var due []untaken
	if err := tx.Select(&due, selectUntakenTransfers, nil); err != nil {
		return audit.Event{}, err
	}
	if len(due) == 0 {
		return audit.Event{}, errNothing
	}
	t := due[0]
	return audit.Event{Op: audit.Alter, Subject: t.ID, GrantID: t.ID, SubjectCategory: "case", Results: []string{t.FileID},
		Concerns: []string{t.FromAgencyID, t.ToAgencyID}}, t.expire(tx)
}

// expire ends an offer of a lead that nobody took, and tells both sides.
func (t *untaken) expire(tx *gate.Tx) error {
	if err := settleLead(tx, &Transfer{ID: t.ID}, t.Version, Expired, ""); err != nil {
		return err
	}
	if err := endLeadOffer(tx, t.ID, t.KeepGrantID, endExpired); err != nil {
		return err
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: "desk", ID: t.ToDeskID, AgencyID: t.ToAgencyID}, Code: "transfer.expired",
		Subject: t.ID, Link: "transfer"})
	if err != nil {
		return err
	}
	return tellOldLead(tx, t.FromGrantID, t.FromAgencyID, t.ID, "transfer.expired")
}

// settleUntaken ends an offer of the case's lead whose time has passed and that no job has marked yet, so that the lead can be
// offered again.
func settleUntaken(tx *gate.Tx) error {
	var due []untaken
	if err := tx.Select(&due, selectUntakenOf, nil); err != nil {
		return err
	}
	for i := range due {
		if err := due[i].expire(tx); err != nil {
			return err
		}
	}
	return nil
}
