package sharing

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// View is a referral as one of its two sides sees it.
type View struct {
	Referral
	Note        string       // only for who sees the file now, or is offered it
	Attention   string       // whom it is meant for, as the sender calls them; like the note
	Corrected   int          // entries and notes that went along and have been written anew since; like the note
	Marking     gate.Marking // the strictest of what goes along; like the note
	CanAnswer   bool
	CanWithdraw bool
	CanComplete bool
	CanTakeBack bool
	CanOpen     bool       // the file itself
	Left        []Departed // copies taken before it was taken back: the reader's own, or for the sender those of all who lost the file
	Now         moment.Time
}

// OpenToMe says whether the offer is still open and waits for one of the reader's desks.
func (v *View) OpenToMe() bool { return v.Received && v.State == Offered && !v.lapsed(v.Now) }

// Show gives a referral to the desk that it was offered to and to those of the sending agency who see the file. The sender
// follows the state here and sees nothing of what the receiver does with the file.
func (s *Service) Show(ctx context.Context, referralID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		r, err := referralOf(tx, referralID)
		if err != nil {
			return audit.Event{}, err
		}
		view = View{Referral: r, Now: tx.Now()}
		open := r.State == Offered && !r.lapsed(tx.Now()) && gate.WorksOnFiles(tx.Actor())
		view.CanAnswer, view.CanWithdraw = open && r.Received, open && r.Sent
		view.CanComplete = r.State == Accepted && r.Received && gate.WorksOnFiles(tx.Actor())
		if err := view.readRecall(tx); err != nil {
			return audit.Event{}, err
		}
		file, err := tx.Enter(gate.Victim, r.FileID)
		if err == nil {
			view.CanOpen = true
			err = view.readTexts(file)
		}
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return audit.Event{Op: audit.Consult, Subject: referralID, SubjectCategory: "victim", Results: []string{r.FileID},
			Concerns: others(tx, &r)}, err
	})
	return view, err
}

// readTexts adds what only those may know to whom the file is open or offered.
func (v *View) readTexts(file *gate.Tx) (err error) {
	if v.Note, v.Attention, err = textsOf(file, v.ID); err != nil {
		return err
	}
	if v.Marking, err = markingOf(file, v.ID); err != nil {
		return err
	}
	v.Corrected, err = correctedSince(file, v.ID)
	return err
}

// others are the agencies on the other side of a referral. One that it never reached learns nothing of it, in its log either.
func others(tx *gate.Tx, r *Referral) (ids []string) {
	for _, id := range []string{r.FromAgencyID, r.ToAgencyID} {
		if id != tx.Actor().AgencyID && (r.Reached || id != r.ToAgencyID) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Preview is what the receiving desk would see, as this person would see it.
type Preview struct {
	View
	Sections []entry.SectionView
	Notes    []entry.NoteView
}

// Preview shows the offered sections to a person of the receiving desk: the frozen versions that the sender has previewed,
// by the same code. Somebody whose own role is narrower sees less of it.
func (s *Service) Preview(ctx context.Context, referralID string) (preview Preview, err error) {
	err = s.gate.Read(ctx, previewAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		r, err := openOffer(tx, referralID)
		if err != nil {
			return audit.Event{}, err
		}
		preview = Preview{View: View{Referral: r, CanAnswer: gate.WorksOnFiles(tx.Actor()), Now: tx.Now()}}
		if err = preview.readTexts(tx); err != nil {
			return audit.Event{}, err
		}
		preview.Sections, preview.Notes, err = s.unpack(tx, &r, grantOf(&r))
		return audit.Event{Op: audit.Consult, Subject: referralID, SubjectCategory: "victim", Concerns: others(tx, &r)}, err
	})
	if err != nil {
		err = s.explain(ctx, referralID, err)
	}
	return preview, err
}

// unpack gives what went along with a referral as the reader may see it, under the grant that was offered.
func (s *Service) unpack(tx *gate.Tx, r *Referral, g gate.Grant) (sections []entry.SectionView, notes []entry.NoteView, err error) {
	pins, err := pinsOf(tx, r.ID)
	if err != nil {
		return nil, nil, err
	}
	slips, err := slipRows(tx, r.ID)
	if err != nil {
		return nil, nil, err
	}
	to, err := receiverOf(tx, r.ToAgencyID)
	if err != nil {
		return nil, nil, err
	}
	receiver, at := asDesk(tx, r.ToAgencyID, to.Country, to.Kind, g), map[string]int64{}
	if sections, err = s.entries.Unpack(tx, receiver, r.Sections, pins); err != nil {
		return nil, nil, err
	}
	for i := range slips {
		at[slips[i].NoteID] = slips[i].Version
	}
	notes, err = s.notes(tx, receiver, r.Sections, at)
	return sections, notes, err
}

// openOffer is the referral behind the offered grant of the transaction; too late is a conflict that says why.
func openOffer(tx *gate.Tx, referralID string) (Referral, error) {
	r, err := referralOf(tx, referralID)
	if err != nil {
		return r, err
	}
	if r.State != Offered || r.lapsed(tx.Now()) {
		return r, settled(&r, tx.Now())
	}
	return r, nil
}

// Accept lets the receiving desk in, under the grant that was offered. In a shelter the person who accepts becomes the first
// one named for the shelter's location, where it keeps none yet: of what lies there already nobody lets themself in by accepting
// once more. version is that of the referral that the person has seen.
func (s *Service) Accept(ctx context.Context, referralID string, version int64) (fileID string, err error) {
	err = s.gate.Write(ctx, acceptAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		r, err := s.answer(tx, referralID, version, Accepted, "")
		if err != nil {
			return audit.Event{}, err
		}
		fileID = r.FileID
		if err := tx.StartGrant(referralID, "offered"); err != nil {
			return audit.Event{}, err
		}
		if first, err := takesIn(tx); err != nil {
			return audit.Event{}, err
		} else if first {
			terms := Terms{Purpose: r.Purpose, Basis: r.Basis, BasisRef: r.BasisRef}
			if _, err := tx.Grant(namedGrant(tx.Actor().WorkerID, referralID, terms, r.UntilAt)); err != nil {
				return audit.Event{}, err
			}
		}
		if err := tellSenderOf(tx, &r, "referral.accepted"); err != nil {
			return audit.Event{}, err
		}
		event := gate.Disclosed(referralID, r.ToAgencyID, r.Purpose, r.Basis)
		event.Subject, event.SubjectCategory = referralID, "victim"
		event.Recipients[0].WorkerID = tx.Actor().WorkerID
		event.Concerns = append(event.Concerns, r.FromAgencyID)
		return event, tx.Changed()
	})
	if err != nil {
		err = s.explain(ctx, referralID, err)
	}
	return fileID, err
}

// takesIn says whether the caller's agency hides people and has neither named anybody on this file nor written where the person is.
func takesIn(tx *gate.Tx) (bool, error) {
	if tx.Actor().Kind != authz.RoleShelter {
		return false, nil
	}
	named, err := namedOf(tx)
	if err != nil || len(named) > 0 {
		return false, err
	}
	wrote, err := entry.Wrote(tx, authz.ShelterLocation, gate.OnlyOf{}.With(authz.ShelterLocation, tx.Actor().AgencyID))
	return !wrote, err
}

// Decline turns the offer down for one of DeclineReasons; the sender sees it.
func (s *Service) Decline(ctx context.Context, referralID string, version int64, reason string) error {
	err := s.gate.Write(ctx, declineAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		wrong := invalid()
		checkCode(wrong, "reason", reason, DeclineReasons)
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		r, err := s.answer(tx, referralID, version, Declined, reason)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tellSenderOf(tx, &r, "referral.declined"); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: referralID, GrantID: referralID, SubjectCategory: "victim", Justification: reason,
			Concerns: []string{r.FromAgencyID}}, tx.EndGrants(referralID, endDeclined)
	})
	if err != nil {
		err = s.explain(ctx, referralID, err)
	}
	return err
}

// answer settles an open offer for the receiving desk. Of two that answer at once, the version in the statement lets one win.
func (s *Service) answer(tx *gate.Tx, referralID string, version int64, as State, reason string) (Referral, error) {
	if !gate.WorksOnFiles(tx.Actor()) {
		return Referral{}, fault.New(fault.Refused, "sharing.not_your_task", "Reason", string(authz.ReasonNoRole))
	}
	r, err := openOffer(tx, referralID)
	if err != nil {
		return r, err
	}
	if present, err := senderPresent(tx, r.FromAgencyID); err != nil || !present {
		return r, orGone(err)
	}
	return r, settle(tx, &r, version, as, reason)
}

func orGone(err error) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "sharing.sender_gone")
}

// settle writes the final state. A stale version is refused although the offer is still open: the person has to look again.
func settle(tx *gate.Tx, r *Referral, version int64, as State, reason string) error {
	if !r.State.becomes(as) {
		return settled(r, tx.Now())
	}
	err := tx.ExecOne(settleReferral, gate.Args{"referral": r.ID, "version": version, "state": string(as), "reason": reason})
	return orChanged(r, err)
}

// orChanged says of a stale version how the referral stands now.
func orChanged(r *Referral, err error) error {
	if fault.KindOf(err) == fault.Conflict {
		return fault.New(fault.Conflict, "sharing.referral_changed").With(Settled{State: r.State, Version: r.Version})
	}
	return err
}

// Withdraw takes an offer back before it is answered. Whoever of the sending agency works on the file may do so.
func (s *Service) Withdraw(ctx context.Context, referralID string, version int64) error {
	return s.gate.Write(ctx, withdrawAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		r, err := referralOf(tx, referralID)
		if err != nil {
			return audit.Event{}, err
		}
		if !r.Sent || !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "sharing.not_sender", "Reason", string(authz.ReasonRelation))
		}
		if r.State != Offered || r.lapsed(tx.Now()) {
			return audit.Event{}, settled(&r, tx.Now())
		}
		file, err := tx.Enter(gate.Victim, r.FileID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := settle(file, &r, version, Withdrawn, ""); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Subject: referralID, GrantID: referralID, SubjectCategory: "victim", Results: []string{r.FileID}}
		if r.Reached {
			event.Concerns = []string{r.ToAgencyID}
			if err := tellReceiver(file, &r, "referral.withdrawn"); err != nil {
				return audit.Event{}, err
			}
		}
		return event, file.EndGrants(referralID, endWithdrawn)
	})
}
