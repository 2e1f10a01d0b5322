package request

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Answer is what of a request is granted: no more sections and no longer than was asked for. The terms are those of who
// answers, because it is their agency that discloses; an empty day is the one that was asked for.
type Answer struct {
	Sections []string
	sharing.Terms
}

// Grant opens sections to the asker's side. The access hangs on what that side had before, so it ends with it. The sharpest
// sections wait for a second person of the agency that answers, and all for the agencies that wrote in them.
func (s *Service) Grant(ctx context.Context, id string, version int64, a Answer) error {
	return s.gate.Write(ctx, grantAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		r, file, err := toAnswer(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		have, found, err := r.base(file)
		if err == nil && !found {
			err = fault.New(fault.Conflict, "request.asker_gone")
		}
		if err != nil {
			return audit.Event{}, err
		}
		sections, until, err := a.check(tx, &r, have.UntilAt)
		if err != nil {
			return audit.Event{}, err
		}
		asked, err := owners(file, r.AgencyID, sections)
		if err != nil {
			return audit.Event{}, err
		}
		if err := kept(file, &r, sections, asked); err != nil {
			return audit.Event{}, err
		}
		grantID, waits, err := sharing.Give(file, gate.NewGrant{GranteeKind: r.GranteeKind, GranteeID: r.GranteeID, Relations: r.Relations, Sections: sections,
			Purpose: a.Purpose, Basis: a.Basis, BasisRef: a.BasisRef, Document: a.Document, LegalBasis: a.LegalBasis, ConsentID: a.ConsentID, Until: until, Beside: have.RootID,
			Proposed: len(asked) > 0})
		if err != nil {
			return audit.Event{}, err
		}
		if err := settle(file, &r, version, Granted, "", grantID); err != nil {
			return audit.Event{}, err
		}
		if err := askOwners(file, &r, grantID, asked); err != nil {
			return audit.Event{}, err
		}
		event := gate.Disclosed(grantID, r.AgencyID, a.Purpose, a.Basis)
		event.Subject, event.SubjectCategory, event.Justification, event.OnBehalfOf = id, string(r.Kind), r.Reason, r.AgencyID
		event.Fields, event.Results = sharing.SectionWords(sections), []string{r.FileID}
		if waits || len(asked) > 0 { // nothing is disclosed before the last signature
			event.Op, event.Recipients = audit.Alter, nil
		}
		return event, tellGranted(file, &r, waits, len(asked) > 0)
	})
}

// kept refuses what its originator keeps, where the originator is not among those who have to sign.
func kept(file *gate.Tx, r *Request, sections authz.SectionSet, asked []owner) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	var signing []string
	for i := range asked {
		signing = append(signing, asked[i].AgencyID)
	}
	if err := sharing.Kept(file, wrong, sections, r.AgencyKind, signing); err != nil {
		return err
	}
	return wrong.OrNil()
}

// check holds the answer against the request.
func (a *Answer) check(tx *gate.Tx, r *Request, longest moment.Time) (authz.SectionSet, moment.Time, error) {
	wrong := invalid()
	sections := sharing.CheckSections(wrong, a.Sections)
	if !sections.Minus(r.Sections).Empty() && !has(wrong, "sections") {
		wrong.WithField("sections", "request.more_than_asked")
	}
	until := min(r.UntilAt, longest)
	if day := a.Terms.Check(wrong, tx.Now(), longest); a.Until != "" {
		until = min(until, day)
	}
	switch {
	case has(wrong, "until"):
	case a.Until > moment.DayOf(r.UntilAt):
		wrong.WithField("until", "request.longer_than_asked")
	case until <= tx.Now():
		wrong.WithField("until", "sharing.until_past")
	}
	for id := range sections.Each {
		if !has(wrong, "basis") && !tx.OpensTo(r.AgencyKind, id, r.Relations, a.Basis) {
			wrong.WithField("basis", "request.other_basis_needed")
		}
	}
	return sections, until, wrong.OrNil()
}

// tellGranted tells the asker that it is open, or who has to sign yet.
func tellGranted(file *gate.Tx, r *Request, waits, asked bool) error {
	code := "request_granted"
	switch {
	case asked:
		code = "request_owner_signs"
	case waits:
		code = "request_second_person"
	}
	return tellAsker(file, r, code)
}

// tellAsker tells the asker; one who was only pointed to the file learns its id with the access.
func tellAsker(tx *gate.Tx, r *Request, code string) error {
	n := notice.New{To: notice.To{Kind: "worker", ID: r.WorkerID, AgencyID: r.AgencyID}, Code: code, FileID: r.FileID, Subject: r.ID, Link: "request"}
	if r.PointerID != "" && code != "request_granted" {
		n.FileID = ""
	}
	_, err := notice.Tell(tx, n)
	return err
}

// Refuse says no for one of RefuseReasons; the asker sees it.
func (s *Service) Refuse(ctx context.Context, id string, version int64, reason string) error {
	return s.gate.Write(ctx, refuseAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		wrong := invalid()
		sharing.CheckCode(wrong, "reason", reason, RefuseReasons)
		r, file, err := toAnswer(tx, id)
		if err == nil {
			err = wrong.OrNil()
		}
		if err == nil {
			err = settle(file, &r, version, Refused, reason, "")
		}
		if err != nil {
			return audit.Event{}, err
		}
		return r.event(audit.Alter, reason, r.AgencyID), tellAsker(file, &r, "request_refused")
	})
}

// toAnswer is an open request that the caller may answer, and its file in the same transaction.
func toAnswer(tx *gate.Tx, id string) (r Request, file *gate.Tx, err error) {
	if r, err = requestOf(tx, id); err != nil {
		return r, nil, err
	}
	switch {
	case !r.Answers:
		return r, nil, fault.New(fault.Refused, "request.not_yours_to_answer", "Reason", string(authz.ReasonRelation))
	case !works(tx.Actor()):
		return r, nil, fault.New(fault.Refused, "request.not_your_task", "Reason", string(authz.ReasonNoRole))
	case !r.Open(tx.Now()):
		return r, nil, settled(&r, tx.Now())
	}
	file, err = fileOf(tx, &r)
	return r, file, err
}

// fileOf turns to the file of a request: by what the caller was granted, for who answers for the agency beside it, and for who was
// pointed to it through the pointer.
func fileOf(tx *gate.Tx, r *Request) (*gate.Tx, error) {
	file, err := tx.Enter(r.Kind, r.FileID)
	if fault.KindOf(err) == fault.NotFound {
		return fileAround(tx, r)
	}
	return file, err
}

// fileAround is fileOf for somebody to whom nothing was granted.
func fileAround(tx *gate.Tx, r *Request) (*gate.Tx, error) {
	switch {
	case r.Answers:
		return tx.Beside(r.FileID)
	case r.Mine && r.PointerID != "":
		return tx.Pointed(r.PointerID)
	}
	return nil, fault.New(fault.NotFound, "gate.not_found")
}

// event is what the trail says of a step that opens nothing.
func (r *Request) event(op audit.Op, reason string, concerns ...string) audit.Event {
	return audit.Event{Op: op, Subject: r.ID, SubjectCategory: string(r.Kind), Justification: reason, Purpose: r.Purpose, Basis: r.Basis,
		GrantID: r.GrantID, Results: []string{r.FileID}, Concerns: concerns}
}

// Withdraw takes a request back before it is answered; a colleague of the same desk may do so too.
func (s *Service) Withdraw(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, withdrawAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		r, err := requestOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !r.Mine || !works(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "request.not_yours", "Reason", string(authz.ReasonRelation))
		}
		if !r.Open(tx.Now()) {
			return audit.Event{}, settled(&r, tx.Now())
		}
		file, err := fileOf(tx, &r)
		if err == nil {
			err = settle(file, &r, version, Withdrawn, "", "")
		}
		return r.event(audit.Alter, ""), err
	})
}

// End takes back what was granted, or gives it up, before its day or before the last signature: the lead's side and the asker's may.
func (s *Service) End(ctx context.Context, id string, version int64) error {
	return s.gate.Write(ctx, endAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		r, err := requestOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if !works(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "request.not_your_task", "Reason", string(authz.ReasonNoRole))
		}
		if !r.Mine && !r.Answers { // who wrote in it says yes or no, and no more
			return audit.Event{}, fault.New(fault.Refused, "request.not_yours", "Reason", string(authz.ReasonRelation))
		}
		if !r.State.becomes(Ended) || !r.endable(tx.Now()) {
			return audit.Event{}, fault.New(fault.Conflict, "request.nothing_to_end")
		}
		file, err := fileOf(tx, &r)
		if err != nil {
			return audit.Event{}, err
		}
		if err := file.ExecOne(endRequest, gate.Args{"request": id, "version": version}); err != nil {
			return audit.Event{}, changed()
		}
		if err := file.ExecOne(endGiven, gate.Args{"grant": r.GrantID}); err != nil {
			return audit.Event{}, err
		}
		if _, err := tx.Exec(voidSignatures, gate.Args{"request": id}); err != nil {
			return audit.Event{}, err
		}
		event := r.event(audit.Alter, "", r.AgencyID)
		if r.Mine {
			return event, nil
		}
		return event, tellAsker(file, &r, "request_ended")
	})
}
