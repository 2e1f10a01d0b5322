package emergency

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// View is one opening as the reader may see it.
type View struct {
	Emergency
	Stand      State
	Note       string
	Opener     string // names only within the opener's agency
	Confirmer  string
	Reviews    []Review
	CanConfirm bool
	CanClose   bool
	CanSign    bool
	CanOpen    bool // the file itself
	Now        moment.Time
}

// Show gives one opening to whoever of its parties may know.
func (s *Service) Show(ctx context.Context, id string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		e, err := emergencyOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		view = viewOf(tx, e)
		names, err := agency.WorkerNames(tx, []string{e.WorkerID, e.ConfirmedBy})
		if err != nil {
			return audit.Event{}, err
		}
		view.Opener, view.Confirmer = names[e.WorkerID], names[e.ConfirmedBy]
		parties, err := partiesOf(tx, id)
		if err == nil {
			err = view.open(tx)
		}
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: "victim", Results: []string{e.FileID}, Concerns: parties}, err
	})
	return view, err
}

func viewOf(tx *gate.Tx, e Emergency) View {
	view := View{Emergency: e, Stand: e.Stands(tx.Now()), Now: tx.Now()}
	running := view.Stand == Opened || view.Stand == Confirmed
	view.CanConfirm = view.Stand == Opened && e.MayConfirm(tx.Actor())
	view.CanClose = running && e.MayClose(tx.Actor())
	view.CanSign = !running && e.Review && e.MaySign(tx.Actor())
	return view
}

// open reads the notes through the file, as far as the reader sees it or answers for the agency beside it. While the file lies under a
// seal, what was written of the danger is closed to who only answers for the agency.
func (v *View) open(tx *gate.Tx) error {
	file, err := tx.Enter(gate.Victim, v.FileID)
	v.CanOpen = err == nil
	sealed := false
	if fault.KindOf(err) == fault.NotFound {
		if file, err = tx.Beside(v.FileID); fault.KindOf(err) == fault.NotFound {
			return nil
		}
		if err == nil {
			sealed, err = liesUnderSeal(file)
		}
	}
	if err != nil {
		return err
	}
	if !sealed {
		if v.Note, err = noteOf(file, v.ID); err != nil {
			return err
		}
	}
	v.Reviews, err = reviewsOf(file, v.ID)
	return err
}

func liesUnderSeal(file *gate.Tx) (bool, error) {
	_, err := file.SealOf()
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// PageSize is how many openings stand on one page of the list.
const PageSize = 50

// Box is one of the two lists of openings.
type Box string

// The lists: all that the reader's agency is a party to, and what its auditors have still to sign.
const (
	All      Box = "all"
	ToReview Box = "review"
)

func parseBox(word string) Box {
	if word == "" {
		return All
	}
	return Box(word)
}

// List is one page of the openings that the reader's agency is a party to, the newest first.
type List struct {
	Items []View
	Next  gate.Cursor
	Now   moment.Time
}

// List gives one page; after is where the page before ended.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (page List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found, next, err := list(tx, box, after, PageSize)
		if err != nil {
			return audit.Event{}, err
		}
		page = List{Next: next, Now: tx.Now()}
		event := audit.Event{Op: audit.Search, SubjectCategory: "victim"}
		for _, e := range found {
			page.Items = append(page.Items, viewOf(tx, e))
			event.Results = append(event.Results, e.FileID)
		}
		return event, nil
	})
	return page, err
}

// CountReviews counts what the caller's agency has still to review, up to most; nothing for who does not audit.
func CountReviews(tx *gate.Tx, most int) (found int, err error) {
	if !gate.Holds(tx.Actor(), authz.RoleAuditor) {
		return 0, nil
	}
	return found, tx.Get(&found, countReviews, standing(tx, gate.Args{"limit": most}))
}

// Confirm is the second person's word: the access goes on until 24 hours after the opening.
func (s *Service) Confirm(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, confirmAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		e, err := emergencyOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !e.MayConfirm(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "emergency.not_second_person", "Reason", string(authz.ReasonNoRole))
		}
		if stand := e.Stands(tx.Now()); !stand.becomes(Confirmed) {
			return audit.Event{}, settled(stand)
		}
		file, err := fileOf(tx, &e)
		if err != nil {
			return audit.Event{}, err
		}
		if holds, err := rootHolds(file, e.RootID); err != nil || !holds {
			return audit.Event{}, orGone(err)
		}
		grantID, err := file.Grant(grantOf(e.WorkerID, e.Relations, e.Sections, e.RootID, e.OpenedAt.Add(Lasts)))
		if err != nil {
			return audit.Event{}, err
		}
		if err := file.ExecOne(confirmEmergency, gate.Args{"emergency": id, "grant": grantID, "version": version}); err != nil {
			return audit.Event{}, orChanged(err)
		}
		event, err := e.event(tx, audit.BreakGlass, grantID)
		if err != nil {
			return event, err
		}
		event.OnBehalfOf = e.WorkerID
		_, err = notice.Tell(file, notice.New{To: notice.To{Kind: "worker", ID: e.WorkerID, AgencyID: e.AgencyID}, Code: "emergency_confirmed",
			FileID: e.FileID, Subject: id, Link: "emergency"})
		return event, err
	})
}

// Close ends an opening before its time.
func (s *Service) Close(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, closeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		e, err := emergencyOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !e.MayClose(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "emergency.not_yours_to_close", "Reason", string(authz.ReasonRelation))
		}
		if stand := e.Stands(tx.Now()); !stand.becomes(Ended) {
			return audit.Event{}, settled(stand)
		}
		file, err := fileOf(tx, &e)
		if err != nil {
			return audit.Event{}, err
		}
		if err := file.ExecOne(closeEmergency, gate.Args{"emergency": id, "version": version}); err != nil {
			return audit.Event{}, orChanged(err)
		}
		if _, err := file.Exec(endGrants, gate.Args{"opener": e.WorkerID, "reason": "emergency_closed"}); err != nil {
			return audit.Event{}, err
		}
		return e.event(tx, audit.Alter, "")
	})
}

// Signature is what an auditor says of an opening.
type Signature struct {
	Finding string // one of Findings
	Note    string // required where the finding is not "justified"; sealed
}

// Sign ends the review of the caller's agency. Only what is over can be signed, and only by who had no part in it.
func (s *Service) Sign(ctx context.Context, id string, version int64, sig Signature) error {
	return s.gate.Write(ctx, signAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		e, err := emergencyOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !e.MaySign(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "emergency.not_yours_to_sign", "Reason", string(authz.ReasonNoRole))
		}
		if err := sig.check(); err != nil {
			return audit.Event{}, err
		}
		switch stand := e.Stands(tx.Now()); {
		case stand == Opened || stand == Confirmed:
			return audit.Event{}, fault.New(fault.Conflict, "emergency.still_open")
		case !e.Review:
			return audit.Event{}, fault.New(fault.Conflict, "emergency.already_signed")
		case e.Version != version:
			return audit.Event{}, changed()
		}
		file, err := fileOf(tx, &e)
		if err == nil {
			err = sign(file, &e, sig)
		}
		if err != nil {
			return audit.Event{}, err
		}
		event, err := e.event(tx, audit.Alter, "")
		event.Evaluation = sig.Finding
		return event, err
	})
}

func (sig *Signature) check() error {
	wrong := invalid()
	sharing.CheckCode(wrong, "finding", sig.Finding, Findings)
	if sig.Note = sharing.CheckNote(wrong, sig.Note); sig.Note == "" && len(wrong.Fields) == 0 && sig.Finding != "justified" {
		wrong.WithField("note", "fault.field_required")
	}
	return wrong.OrNil()
}

// sign stores the review; what was not justified is told to the supervisors of who opened.
func sign(file *gate.Tx, e *Emergency, sig Signature) error {
	reviews, err := reviewsOf(file, e.ID)
	if err != nil {
		return err
	}
	for _, r := range reviews {
		if r.AgencyID != file.Actor().AgencyID {
			continue
		}
		note, err := file.SealText("emergency_party", r.ID, sig.Note)
		if err != nil {
			return err
		}
		if err := file.ExecOne(signReview, gate.Args{"party": r.ID, "finding": sig.Finding, "note": note}); err != nil {
			return orChanged(err)
		}
	}
	if sig.Finding == "justified" {
		return nil
	}
	return tell(file, e.ID, notice.To{Kind: "supervisors", ID: e.AgencyID, AgencyID: e.AgencyID}, "emergency_finding", 0)
}

// fileOf turns to the file: by what the caller was granted, or for who answers for the agency beside it.
func fileOf(tx *gate.Tx, e *Emergency) (*gate.Tx, error) {
	file, err := tx.Enter(gate.Victim, e.FileID)
	if fault.KindOf(err) == fault.NotFound {
		return tx.Beside(e.FileID)
	}
	return file, err
}

// event is what the trail says of a step after the opening; every party may see it.
func (e *Emergency) event(tx *gate.Tx, op audit.Op, grantID string) (audit.Event, error) {
	parties, err := partiesOf(tx, e.ID)
	return audit.Event{Op: op, Subject: e.ID, SubjectCategory: "victim", GrantID: grantID, Purpose: purpose, Basis: basis,
		Justification: e.Reason, Results: []string{e.FileID}, Concerns: parties}, err
}

func orGone(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "emergency.opener_gone")
}

func orChanged(err error) error {
	if fault.KindOf(err) == fault.Conflict {
		return changed()
	}
	return err
}
