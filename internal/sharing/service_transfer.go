package sharing

import (
	"context"
	"fmt"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
)

// Actions of handing a case over, as they stand in the trail.
var (
	transferFormAction     = gate.OnFileAs("transfer.form", authz.Team, authz.Manage).Form()
	offerTransferAction    = gate.OnFileAs("transfer.offer", authz.Team, authz.Manage)
	listTransfersAction    = gate.ByAnyone("transfer.list")
	showTransferAction     = gate.ByAnyone("transfer.show")
	openTransferAction     = gate.OnFile("transfer.look")
	acceptTransferAction   = gate.OnFile("transfer.accept")
	declineTransferAction  = gate.OnFile("transfer.decline").WhileClosed()
	withdrawTransferAction = gate.OnFileAs("transfer.withdraw", authz.Team, authz.Manage).WhileClosed()
	expireTransferAction   = gate.ByProgram("transfer.expire")
	dutyAction             = gate.OnFile("duty.show")
)

// NewTransfer is what it takes to offer the lead of a case.
type NewTransfer struct {
	DeskID string
	Reason string      // one of TransferReasons
	Note   string      // free text for the receiving desk; sealed
	Keep   moment.Date // last day on which the old lead reads along as a member of the team; empty for not at all
	Terms              // without Until: a lead holds for a year and is renewed
}

// TransferForm is what the form for an offer shows.
type TransferForm struct {
	File  gate.FileRow
	Desks []agency.Listing
	Now   moment.Time
}

// TransferForm gives the desks that could lead the case.
func (s *Service) TransferForm(ctx context.Context, caseID string) (form TransferForm, err error) {
	err = s.gate.Read(ctx, transferFormAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
		form = TransferForm{File: tx.File(), Now: tx.Now()}
		all, err := agency.Directory(tx)
		for _, a := range all {
			if s.mayLead(a.Kind) {
				form.Desks = append(form.Desks, a)
			}
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "case"}, err
	})
	return form, err
}

// OfferTransfer offers the lead of a case with all its victim files to a desk. The first signature is the offerer's; nothing
// changes before somebody at the desk has signed too. The same once key with the same offer gives the same transfer again.
func (s *Service) OfferTransfer(ctx context.Context, caseID string, n NewTransfer, once string) (transferID string, err error) {
	return s.create(ctx, offerTransferAction, gate.File(gate.Case, caseID), once, fmt.Sprint(caseID, n), func(tx *gate.Tx) (audit.Event, error) {
		return s.offerLead(tx, n)
	})
}

func (s *Service) offerLead(tx *gate.Tx, n NewTransfer) (audit.Event, error) {
	lead, err := leadOf(tx)
	if err != nil {
		return audit.Event{}, err
	}
	wrong := invalid()
	to, err := s.findLeader(tx, n.DeskID, lead, wrong)
	if err != nil {
		return audit.Event{}, err
	}
	checkCode(wrong, "reason", n.Reason, TransferReasons)
	n.Note = section.FreeText(wrong, "note", n.Note, longestNote)
	keep := checkKeep(tx, wrong, n.Keep)
	n.Until = ""
	n.Terms.check(wrong, tx.Now())
	if err := wrong.OrNil(); err != nil {
		return audit.Event{}, err
	}
	if err := settleUntaken(tx); err != nil {
		return audit.Event{}, err
	}
	due := tx.Now().Add(answerTransferWithin)
	id, err := tx.Grant(gate.NewGrant{GranteeKind: "desk", GranteeID: to.ID, Relations: relationsOf(to.Kind), Sections: wholeFile,
		Purpose: n.Purpose, Basis: n.Basis, BasisRef: n.BasisRef, Document: n.Document, LegalBasis: n.LegalBasis, ConsentID: n.ConsentID,
		Until: tx.Now().Add(gate.LongestGrant), Lead: true, Offered: true})
	if err != nil {
		return audit.Event{}, err
	}
	row := transferRow{id: id, lead: lead, to: to, reason: n.Reason, keep: keep, due: due}
	if row.keepGrant, err = keepPlace(tx, lead, keep); err == nil {
		row.note, err = tx.SealText("transfer", id, n.Note)
	}
	if err == nil {
		err = putTransfer(tx, row)
	}
	if err != nil {
		return audit.Event{}, err
	}
	event := gate.Disclosed(id, to.AgencyID, n.Purpose, n.Basis)
	event.Subject, event.SubjectCategory, event.Justification = id, "case", n.Reason
	_, err = notice.Tell(tx, notice.New{To: notice.To{Kind: "desk", ID: to.ID, AgencyID: to.AgencyID}, Code: "transfer.offered",
		Subject: id, Link: "transfer", DueAt: due})
	return event, err
}

// keepPlace offers the old lead its own place in the team, which begins when the case changes hands. It is written now, by the
// agency itself and on its own legal basis.
func keepPlace(tx *gate.Tx, lead leadGrant, until moment.Time) (grantID string, err error) {
	if until == 0 {
		return "", nil
	}
	return tx.Grant(gate.NewGrant{GranteeKind: lead.GranteeKind, GranteeID: lead.GranteeID, Relations: authz.RelationsOf(authz.RelationTeam),
		Sections: wholeFile, Purpose: lead.Purpose, Basis: lead.Basis, BasisRef: lead.BasisRef, Until: until, Offered: true,
		Reason: endTransferred})
}

// findLeader is the desk to which the lead is offered; the field fault says what is wrong with it.
func (s *Service) findLeader(tx *gate.Tx, deskID string, lead leadGrant, wrong *fault.Fault) (grantee, error) {
	if deskID == "" {
		wrong.WithField("to", "fault.field_required")
		return grantee{}, nil
	}
	to, found, err := findGrantee(tx, "desk", deskID)
	switch {
	case err != nil:
		return to, err
	case !found:
		wrong.WithField("to", "sharing.no_such_desk")
	case deskID == lead.GranteeID:
		wrong.WithField("to", "sharing.transfer_to_self")
	case !s.mayLead(to.Kind):
		wrong.WithField("to", "sharing.cannot_lead")
	}
	return to, nil
}

// checkKeep gives the instant until which the old lead stays in the team, zero for not at all; the ceiling of its kind holds.
func checkKeep(tx *gate.Tx, wrong *fault.Fault, day moment.Date) moment.Time {
	if day == "" {
		return 0
	}
	parsed, ok := moment.ParseDate(string(day))
	ceiling, last := tx.TeamCeilingOf(tx.Actor().Kind)
	switch {
	case !ok:
		wrong.WithField("keep", "fault.field_not_a_date")
	case parsed < moment.DayOf(tx.Now()):
		wrong.WithField("keep", "sharing.until_past")
	case parsed > last:
		wrong.WithField("keep", "gate.ceiling."+ceiling.Section, "Days", ceiling.Days)
	}
	return parsed.EndOf()
}

func fault409(key string) error { return fault.New(fault.Conflict, key) }
