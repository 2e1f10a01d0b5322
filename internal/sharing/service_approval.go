package sharing

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// Actions of the second signature, as they stand in the trail.
var (
	listApprovalsAction = gate.ByAnyone("approval.list")
	showApprovalAction  = gate.ByAnyone("approval.show")
	approveAction       = gate.ByAnyone("approval.sign")
	refuseAction        = gate.ByAnyone("approval.refuse").WhileClosed()
	lapseAction         = gate.ByProgram("approval.lapse")
	othersAction        = gate.ByProgram("approval.stand_in")
)

// Give writes a grant, as proposed where one of its sections needs a second person of the caller's agency; waits says so. What
// it opens beyond a place in the case team (a referral, a named worker, an answered request) is given through here. One that comes
// as proposed waits for others besides.
func Give(tx *gate.Tx, n gate.NewGrant) (grantID string, waits bool, err error) {
	waits = NeedsTwo(n.Sections)
	n.Proposed = n.Proposed || waits
	grantID, err = tx.Grant(n)
	if err != nil || !waits || grantID == "" { // nothing is left of it under the agency's own ceiling
		return grantID, false, err
	}
	becomes := "live"
	if n.Offered {
		becomes = "offered"
	}
	lapses := tx.Now().Add(signWithin)
	if err := putApproval(tx, grantID, becomes, lapses); err != nil {
		return "", false, err
	}
	return grantID, true, tellSecondPersons(tx, grantID, n.GranteeID, lapses)
}

// tellSecondPersons tells the desk by which the caller sees the file that somebody has to sign: its lead sits there. Where it has none
// who may sign, the agency's supervisors hear of it at once, and otherwise a day later (StandInApprovals).
func tellSecondPersons(tx *gate.Tx, grantID, grantee string, lapses moment.Time) error {
	me, to, led := tx.Actor(), []notice.To(nil), false
	for _, g := range tx.Grants() {
		if g.GranteeKind != "desk" || g.AgencyID != me.AgencyID {
			continue
		}
		leads, err := notice.LeadsOf(tx, tx.File().ID, g.GranteeID)
		if err != nil {
			return err
		}
		led = slices.ContainsFunc(leads, func(lead notice.To) bool { return lead.ID != me.WorkerID && lead.ID != grantee })
		to = append(to, notice.To{Kind: notice.Desk, ID: g.GranteeID, AgencyID: g.AgencyID})
		break
	}
	if !led {
		if err := tx.ExecOne(markApprovalStoodIn, gate.Args{"approval": grantID}); err != nil {
			return err
		}
		to = append(to, notice.SupervisorsOf(me.AgencyID))
	}
	return notice.TellAll(tx, wanted(tx.File().ID, grantID, lapses), to...)
}

// wanted is the notice that a second person has to sign.
func wanted(fileID, grantID string, lapses moment.Time) notice.New {
	return notice.New{Code: "approval.wanted", FileID: fileID, Subject: grantID, Link: "approval", DueAt: lapses}
}

// ApprovalList is one page of the proposals that wait for a second person of the reader's agency.
type ApprovalList struct {
	Items   []Approval
	CanSign []bool // of each
	Next    gate.Cursor
	Now     moment.Time
}

// Approvals lists what waits for a signature, the most pressing first; after is where the page before ended.
func (s *Service) Approvals(ctx context.Context, after gate.Cursor) (list ApprovalList, err error) {
	err = s.gate.Read(ctx, listApprovalsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = ApprovalList{Now: tx.Now()}
		if list.Items, err = openApprovals(tx, after, PageSize+1); err != nil {
			return audit.Event{}, err
		}
		if len(list.Items) > PageSize {
			list.Items = list.Items[:PageSize]
			list.Next = gate.Cursor{At: list.Items[PageSize-1].LapsesAt, ID: list.Items[PageSize-1].ID}
		}
		event := audit.Event{Op: audit.Search}
		for i := range list.Items {
			list.CanSign = append(list.CanSign, list.Items[i].CanSign(tx.Actor(), tx.Now()))
			event.Results = append(event.Results, list.Items[i].FileID)
		}
		return event, nil
	})
	return list, err
}

// ApprovalsWaiting counts up to most what Approvals lists.
func ApprovalsWaiting(tx *gate.Tx, most int) (count int, err error) {
	return count, tx.Get(&count, countOpenApprovals, gate.Args{"limit": most})
}

// ApprovalView is a proposal, and whether the reader may sign it.
type ApprovalView struct {
	Approval
	CanSign bool
	Grantee string // the name of a colleague who would get it; empty where it is a desk, or somebody of another agency
	Asker   string // the colleague who asked
	Now     moment.Time
}

// Approval shows one proposal to a colleague who sees the file, or to a supervisor.
func (s *Service) Approval(ctx context.Context, id string) (view ApprovalView, err error) {
	err = s.gate.Read(ctx, showApprovalAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		a, err := approvalOf(tx, id)
		if err == nil {
			a.Writers, err = namesIn(tx, a.OnlyOf)
		}
		view = ApprovalView{Approval: a, CanSign: a.CanSign(tx.Actor(), tx.Now()), Now: tx.Now()}
		if err == nil { // of another agency's people it knows no name
			var names map[string]string
			names, err = agency.WorkerNames(tx, []string{a.GranteeID, a.AskedBy})
			view.Grantee, view.Asker = names[a.GranteeID], names[a.AskedBy]
		}
		return audit.Event{Op: audit.Consult, Subject: a.ID, SubjectCategory: string(a.Kind), Results: some1(a.FileID)}, err
	})
	return view, err
}

func some1(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

// Approve signs as the second person: from now on the grant is what it was proposed as.
func (s *Service) Approve(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, approveAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		a, err := decide(tx, id, version, Approved)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.HoldGrant(id); err != nil {
			return audit.Event{}, err
		}
		more, err := s.proposals.waits(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if more { // it opens with the last of them
			return audit.Event{Op: audit.Alter, Subject: id, GrantID: id, SubjectCategory: string(a.Kind), Results: []string{a.FileID}, OnBehalfOf: a.AskedBy},
				tellAsker(tx, &a, "approval.given")
		}
		if err := tx.SignGrant(id, a.Becomes); err != nil {
			return audit.Event{}, err
		}
		if err := s.proposals.settled(tx, id, Approved); err != nil {
			return audit.Event{}, err
		}
		if a.RenewedFrom != "" {
			if err := a.goesOn(tx); err != nil {
				return audit.Event{}, err
			}
		}
		if err := s.reachDesk(tx, &a); err != nil {
			return audit.Event{}, err
		}
		event := gate.Disclosed(id, a.AgencyID, a.Purpose, a.Basis)
		event.Subject, event.SubjectCategory, event.Results, event.OnBehalfOf = id, string(a.Kind), []string{a.FileID}, a.AskedBy
		return event, tellAsker(tx, &a, "approval.given")
	})
}

// reachDesk lets the time of a referral begin now that it reaches the desk, tells the person there whom it is meant for, and the other
// slices.
func (s *Service) reachDesk(tx *gate.Tx, a *Approval) error {
	rows, err := tx.Exec(restartReferral, gate.Args{"grant": a.ID})
	if err != nil || rows == 0 {
		return err
	}
	var to []struct {
		DeskID   string      `db:"to_desk_id"`
		WorkerID string      `db:"to_worker_id"`
		AgencyID string      `db:"to_agency_id"`
		DueAt    moment.Time `db:"due_at"`
	}
	if err := tx.Select(&to, selectAddressee, gate.Args{"grant": a.ID}); err != nil || len(to) == 0 {
		return err
	}
	if err := s.reached(tx, a.FileID, to[0].DeskID, a.ID); err != nil || to[0].WorkerID == "" {
		return err
	}
	_, err = notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Worker, ID: to[0].WorkerID, AgencyID: to[0].AgencyID},
		Code: "referral.for_you", FileID: a.FileID, Subject: a.ID, Link: byReferral, DueAt: to[0].DueAt})
	return err
}

// RefuseApproval says no as the second person: the grant ends before it began.
func (s *Service) RefuseApproval(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, refuseAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		a, err := decide(tx, id, version, Refused)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.DropGrant(id, string(Refused)); err != nil {
			return audit.Event{}, err
		}
		if err := s.proposals.settled(tx, id, Refused); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, GrantID: id, SubjectCategory: string(a.Kind), Results: []string{a.FileID}},
			tellAsker(tx, &a, "approval.refused")
	})
}

// decide settles an open proposal. Of two who sign at once, the version in the statement lets one win.
func decide(tx *gate.Tx, id string, version int64, as ApprovalState) (Approval, error) {
	a, err := approvalOf(tx, id)
	switch {
	case err != nil:
		return a, err
	case a.Mine || a.ForMe:
		return a, fault.New(fault.Refused, "sharing.second_person", "Reason", string(authz.ReasonRelation))
	case !gate.WorksOnFiles(tx.Actor()) && !tx.Actor().Supervisor:
		return a, fault.New(fault.Refused, "sharing.not_your_task", "Reason", string(authz.ReasonNoRole))
	case !a.Open(tx.Now()):
		return a, a.decided()
	}
	err = tx.ExecOne(decideApproval, gate.Args{"approval": id, "version": version, "state": string(as)})
	if fault.KindOf(err) == fault.Conflict {
		err = fault.New(fault.Conflict, "sharing.approval_changed")
	}
	return a, err
}

func tellAsker(tx *gate.Tx, a *Approval, code string) error {
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: "worker", ID: a.AskedBy, AgencyID: tx.Actor().AgencyID}, Code: code,
		FileID: a.FileID, Subject: a.ID, Link: "approval"})
	return err
}

// StandInApprovals tells the supervisors of an agency, once, where a day after its desk was told nobody there has signed, and gives the
// number of proposals. ctx is the program's own.
func (s *Service) StandInApprovals(ctx context.Context) (told int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, othersAction, gate.Own(), standInApproval) })
}

func standInApproval(tx *gate.Tx) (audit.Event, error) {
	var due []unsigned
	if err := tx.Select(&due, selectUnsignedForADay, gate.Args{"told": tx.Now().Add(-notice.LeadAnswers)}); err != nil {
		return audit.Event{}, err
	}
	if len(due) == 0 {
		return audit.Event{}, errNothing
	}
	p := due[0]
	if err := tx.ExecOne(markApprovalStoodIn, gate.Args{"approval": p.ID}); err != nil {
		return audit.Event{}, err
	}
	return audit.Event{Op: audit.Alter, Subject: p.ID, GrantID: p.ID, Results: []string{p.FileID}, Concerns: []string{p.AgencyID}},
		notice.TellAll(tx, wanted(p.FileID, p.ID, p.LapsesAt), notice.SupervisorsOf(p.AgencyID))
}

// LapseApprovals ends proposals that nobody signed within 72 hours, each in its own transaction, and gives their number. ctx is
// the program's own.
func (s *Service) LapseApprovals(ctx context.Context) (lapsed int, err error) {
	return untilNothing(func() (int, error) { return 1, s.gate.Write(ctx, lapseAction, gate.Own(), s.lapseOne) })
}

func (s *Service) lapseOne(tx *gate.Tx) (audit.Event, error) {
	var due []unsigned
	if err := tx.Select(&due, selectUnsigned, nil); err != nil {
		return audit.Event{}, err
	}
	if len(due) == 0 {
		return audit.Event{}, errNothing
	}
	p := due[0]
	if err := tx.ExecOne(lapseApproval, gate.Args{"approval": p.ID}); err != nil {
		return audit.Event{}, err
	}
	if p.GrantState == "proposed" {
		if err := tx.DropGrant(p.ID, string(Lapsed)); err != nil {
			return audit.Event{}, err
		}
		if err := s.proposals.settled(tx, p.ID, Lapsed); err != nil {
			return audit.Event{}, err
		}
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: "worker", ID: p.AskedBy, AgencyID: p.AgencyID}, Code: "approval.lapsed",
		FileID: p.FileID, Subject: p.ID, Link: "approval"})
	return audit.Event{Op: audit.Alter, Subject: p.ID, GrantID: p.ID, Results: []string{p.FileID}, Concerns: []string{p.AgencyID}}, err
}
