package sharing

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
)

// Complete says how an accepted referral ended, with one of Outcomes. The sender sees it without opening the receiver's file;
// the access that came with the referral goes on until its own end.
func (s *Service) Complete(ctx context.Context, referralID string, version int64, outcome string) error {
	return s.gate.Write(ctx, completeAction, gate.Offer(referralID), func(tx *gate.Tx) (audit.Event, error) {
		r, err := referralOf(tx, referralID)
		if err != nil {
			return audit.Event{}, err
		}
		if !r.Received || !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "sharing.not_receiver", "Reason", string(authz.ReasonRelation))
		}
		if !r.State.becomes(Completed) {
			return audit.Event{}, notAccepted(&r, tx)
		}
		wrong := invalid()
		checkCode(wrong, "outcome", outcome, Outcomes)
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		if err := orChanged(&r, complete(tx, referralID, version, outcome)); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Subject: referralID, GrantID: referralID, SubjectCategory: "victim", Justification: outcome,
			Results: []string{r.FileID}, Concerns: []string{r.FromAgencyID}}, tellSenderOf(tx, &r, "referral.completed")
	})
}

// notAccepted is the answer to a completion of what was not accepted, or was completed before.
func notAccepted(r *Referral, tx *gate.Tx) error {
	if r.State == Offered && !r.lapsed(tx.Now()) {
		return fault.New(fault.Conflict, "sharing.not_accepted").With(Settled{State: r.State, Version: r.Version})
	}
	return settled(r, tx.Now())
}
