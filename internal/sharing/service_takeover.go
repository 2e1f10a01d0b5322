package sharing

import (
	"context"
	"errors"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// TransferView is a transfer as one of its two sides sees it.
type TransferView struct {
	Transfer
	Note        string // only for who sees the case now, or is offered it
	Victims     int    // victim files of the case, for the same people
	CanAnswer   bool
	CanWithdraw bool
	CanOpen     bool
	Now         moment.Time
}

// TransferList is one page of the transfers that concern the reader, the newest first.
type TransferList struct {
	Items []Transfer
	Next  gate.Cursor
	Now   moment.Time
}

// Transfers lists what was offered to the reader's desks and what the reader's agency offered.
func (s *Service) Transfers(ctx context.Context, after gate.Cursor) (list TransferList, err error) {
	err = s.gate.Read(ctx, listTransfersAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = TransferList{Now: tx.Now()}
		if after.ID == "" {
			after = gate.Cursor{At: 1 << 62, ID: "~"}
		}
		args := gate.Args{"after_at": after.At, "after_id": after.ID, "limit": PageSize + 1}
		if err := tx.Select(&list.Items, selectTransfers, args); err != nil {
			return audit.Event{}, err
		}
		if len(list.Items) > PageSize {
			list.Items = list.Items[:PageSize]
			list.Next = gate.Cursor{At: list.Items[PageSize-1].OfferedAt, ID: list.Items[PageSize-1].ID}
		}
		event := audit.Event{Op: audit.Search, SubjectCategory: "case"}
		for i := range list.Items {
			event.Results = append(event.Results, list.Items[i].FileID)
		}
		return event, nil
	})
	return list, err
}

// ShowTransfer gives a transfer to the desk that it was offered to and to those of the old lead.
func (s *Service) ShowTransfer(ctx context.Context, id string) (view TransferView, err error) {
	err = s.gate.Read(ctx, showTransferAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		t, err := transferOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		view = TransferView{Transfer: t, Now: tx.Now()}
		open := t.Open(tx.Now()) && gate.WorksOnFiles(tx.Actor())
		view.CanAnswer = open && t.Received && !t.Mine
		file, err := tx.Enter(gate.Case, t.FileID)
		if err == nil {
			view.CanOpen, view.CanWithdraw = true, open && leads(file)
			err = view.fill(file)
		}
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: "case", Results: []string{t.FileID}}, err
	})
	if err != nil || !view.CanAnswer || view.CanOpen {
		return view, err
	}
	err = s.gate.Read(ctx, openTransferAction, gate.OfferOf(gate.Case, id), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: "case"}, view.fill(tx)
	})
	return view, err
}

func (v *TransferView) fill(tx *gate.Tx) (err error) {
	if v.Note, err = transferNote(tx, v.ID); err != nil {
		return err
	}
	files, err := victimsOf(tx)
	v.Victims = len(files)
	return err
}

// AcceptTransfer is the second signature: from this instant the desk leads the case and its victim files. The old lead stays in
// the team as long as it said, or not at all. version is that of the transfer that the person has seen.
func (s *Service) AcceptTransfer(ctx context.Context, id string, version int64) (caseID string, err error) {
	err = s.gate.Write(ctx, acceptTransferAction, gate.OfferOf(gate.Case, id), func(tx *gate.Tx) (audit.Event, error) {
		t, err := s.answerTransfer(tx, id, version, Accepted, "")
		if err != nil {
			return audit.Event{}, err
		}
		caseID = t.FileID
		if err := takeOver(tx, &t); err != nil {
			return audit.Event{}, err
		}
		event := gate.Disclosed(id, t.ToAgencyID, t.Purpose, t.Basis)
		event.Subject, event.SubjectCategory, event.Justification = id, "case", t.Reason
		event.Recipients[0].WorkerID = tx.Actor().WorkerID
		event.Concerns = append(event.Concerns, t.FromAgencyID)
		return event, tx.Changed()
	})
	return caseID, s.explainTransfer(ctx, id, err)
}

// takeOver hands everything that hangs on the old lead to the new one, in one transaction.
func takeOver(tx *gate.Tx, t *Transfer) error {
	lead, err := leadOf(tx)
	if err != nil || lead.ID != t.FromGrantID {
		return orSenderGone(err)
	}
	if err := tx.ExecOne(holdCase, nil); err != nil {
		return err
	}
	if err := tx.StartGrant(t.ID, "offered"); err != nil {
		return err
	}
	if err := leaveTeam(tx, t); err != nil {
		return err
	}
	keep := ""
	if t.KeepUntil > tx.Now() {
		keep = t.KeepGrantID
		if err := tx.StartGrant(keep, "offered"); err != nil {
			return err
		}
	} else if t.KeepGrantID != "" { // its day has passed before anybody took the case over
		if err := endLeadOffer(tx, t.KeepGrantID, t.KeepGrantID, endExpired); err != nil {
			return err
		}
	}
	if _, err := tx.Succeed(gate.Succession{RootID: lead.ID, Under: t.ID, EndReason: endTransferred, Follow: followLead(t, keep)}); err != nil {
		return err
	}
	if _, err := tx.Exec(moveFiles, gate.Args{"from": t.FromAgencyID, "to": t.ToAgencyID}); err != nil {
		return err
	}
	if err := withdrawOrphans(tx); err != nil {
		return err
	}
	return tellNewLead(tx, t, lead)
}

// orSenderGone: an old lead that has gone, or was renewed since, cannot be handed over under the old signature.
func orSenderGone(err error) error {
	if err == nil || fault.KindOf(err) == fault.NotFound {
		return fault409("sharing.lead_changed")
	}
	return err
}

// leaveTeam ends the place in the team that the new lead's desk had.
func leaveTeam(tx *gate.Tx, t *Transfer) error {
	var place string
	err := tx.Get(&place, selectPlaceOf, gate.Args{"grantee": t.ToDeskID})
	if errors.Is(err, database.ErrNoRows) {
		return nil
	}
	if err == nil {
		_, err = tx.Succeed(gate.Succession{RootID: place, Under: t.ID, EndReason: endTransferred, Follow: followMember})
	}
	return err
}

// tellNewLead tells the old lead, and every desk and person on the team, who has the duty now.
func tellNewLead(tx *gate.Tx, t *Transfer, old leadGrant) error {
	tell := notice.New{Code: "transfer.accepted", Subject: t.ID, Link: "transfer",
		To: notice.To{Kind: old.GranteeKind, ID: old.GranteeID, AgencyID: old.AgencyID}}
	if _, err := notice.Tell(tx, tell); err != nil {
		return err
	}
	members, err := liveMembers(tx)
	if err != nil {
		return err
	}
	tell.Code, tell.FileID, tell.Subject, tell.Link = "transfer.new_lead", t.FileID, "", "case"
	for _, m := range members {
		if m.Lead || m.GranteeID == old.GranteeID {
			continue
		}
		tell.To = notice.To{Kind: m.GranteeKind, ID: m.GranteeID, AgencyID: m.AgencyID}
		if _, err := notice.Tell(tx, tell); err != nil {
			return err
		}
	}
	return nil
}

// DeclineTransfer turns the offer down for one of TransferDeclineReasons; the old lead sees it and keeps the case.
func (s *Service) DeclineTransfer(ctx context.Context, id string, version int64, reason string) error {
	err := s.gate.Write(ctx, declineTransferAction, gate.OfferOf(gate.Case, id), func(tx *gate.Tx) (audit.Event, error) {
		wrong := invalid()
		checkCode(wrong, "reason", reason, TransferDeclineReasons)
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		t, err := s.answerTransfer(tx, id, version, Declined, reason)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tellOldLead(tx, t.FromGrantID, t.FromAgencyID, id, "transfer.declined"); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, GrantID: id, SubjectCategory: "case", Justification: reason,
			Concerns: []string{t.FromAgencyID}}, endLeadOffer(tx, id, t.KeepGrantID, endDeclined)
	})
	return s.explainTransfer(ctx, id, err)
}

// answerTransfer settles an open offer for the receiving desk. Of two that answer at once, the version lets one win. Whoever
// offered it cannot be the second signature.
func (s *Service) answerTransfer(tx *gate.Tx, id string, version int64, as State, reason string) (Transfer, error) {
	t, err := transferOf(tx, id)
	switch {
	case err != nil:
		return t, err
	case !gate.WorksOnFiles(tx.Actor()):
		return t, fault.New(fault.Refused, "sharing.not_your_task", "Reason", string(authz.ReasonNoRole))
	case !t.Open(tx.Now()):
		return t, t.late(tx.Now())
	case t.Mine && as == Accepted:
		return t, fault.New(fault.Refused, "sharing.second_person", "Reason", string(authz.ReasonRelation))
	}
	return t, settleLead(tx, &t, version, as, reason)
}

func settleLead(tx *gate.Tx, t *Transfer, version int64, as State, reason string) error {
	err := tx.ExecOne(settleTransfer, gate.Args{"transfer": t.ID, "version": version, "state": string(as), "reason": reason})
	if fault.KindOf(err) == fault.Conflict {
		return fault.New(fault.Conflict, "sharing.transfer_changed").With(Settled{State: t.State, Version: t.Version})
	}
	return err
}

// WithdrawTransfer takes an offer back before it is answered; whoever of the lead manages the team may.
func (s *Service) WithdrawTransfer(ctx context.Context, id string, version int64) error {
	view, err := s.ShowTransfer(ctx, id)
	if err != nil {
		return err
	}
	err = s.gate.Write(ctx, withdrawTransferAction, gate.File(gate.Case, view.FileID), func(tx *gate.Tx) (audit.Event, error) {
		t, err := transferOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !t.Open(tx.Now()) {
			return audit.Event{}, t.late(tx.Now())
		}
		if err := settleLead(tx, &t, version, Withdrawn, ""); err != nil {
			return audit.Event{}, err
		}
		_, err = notice.Tell(tx, notice.New{To: notice.To{Kind: "desk", ID: t.ToDeskID, AgencyID: t.ToAgencyID}, Code: "transfer.withdrawn",
			Subject: id, Link: "transfer"})
		if err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, GrantID: id, SubjectCategory: "case", Concerns: []string{t.ToAgencyID}},
			endLeadOffer(tx, id, t.KeepGrantID, endWithdrawn)
	})
	return s.explainTransfer(ctx, id, err)
}

// explainTransfer turns the not-found of an offer that is no longer open into what has happened to it, for those who may know.
func (s *Service) explainTransfer(ctx context.Context, id string, err error) error {
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	shown, found := s.ShowTransfer(ctx, id)
	if found != nil || shown.Open(shown.Now) {
		return err
	}
	return shown.late(shown.Now)
}

func tellOldLead(tx *gate.Tx, grantID, agencyID, transferID, code string) error {
	var old leader
	if err := tx.Get(&old, selectGranteeOf, gate.Args{"grant": grantID}); err != nil {
		return err
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: old.GranteeKind, ID: old.GranteeID, AgencyID: agencyID}, Code: code,
		Subject: transferID, Link: "transfer"})
	return err
}
