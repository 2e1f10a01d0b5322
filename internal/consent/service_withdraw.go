package consent

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
)

// Why a grant ended, as it stands in the grant.
const (
	endWithdrawn = "consent_withdrawn"
	endNarrowed  = "consent_changed"
	endDeclined  = "consent_declined" // by the guardian of a child
)

// endsEarlier is what those are told whose access goes on, and not as long as before.
const endsEarlier = "consent_shortened"

// Change writes a new version, after the person was asked again. What the new version no longer covers ends at once, and
// what holds longer ends with it. version is the one that the caller has seen.
func (s *Service) Change(ctx context.Context, victimID, consentID string, version int64, n New) error {
	return s.gate.Write(ctx, changeAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		all, err := found(tx, consentID)
		if err != nil {
			return audit.Event{}, err
		}
		if !mayChange(tx, &all[0]) {
			return audit.Event{}, notYours()
		}
		if err := settled(&all[0]); err != nil {
			return audit.Event{}, err
		}
		ward, err := s.wardOf(tx)
		if err != nil {
			return audit.Event{}, err
		}
		given, err := n.given(tx, referable(s.gate.Policy()), ward)
		if err != nil {
			return audit.Event{}, err
		}
		if all[0].Version != version {
			return audit.Event{}, agency.ChangedSince(tx, "gate.changed", all[0].AuthorID, gate.Stale{Version: all[0].Version, At: all[0].WrittenAt,
				Fields: gate.Differences(wordsBody(&given), wordsBody(&all[0].Given))})
		}
		if err := tx.ExecOne(raiseVersion, gate.Args{"id": consentID, "version": version}); err != nil {
			return audit.Event{}, err
		}
		if err := given.write(tx, consentID, version+1); err != nil {
			return audit.Event{}, err
		}
		if err := awaits(tx, consentID, &given, ward); err != nil {
			return audit.Event{}, err
		}
		return event(consentID, &given, "changed"), s.narrow(tx, &all[0], &given, version+1)
	})
}

// narrow ends and shortens what a new version no longer carries.
func (s *Service) narrow(tx *gate.Tx, before *Consent, g *Given, version int64) error {
	if _, err := tx.Exec(endUncovered, gate.Args{"id": before.ID, "reason": endNarrowed, "version": version, "purposes": g.Purposes,
		"named": int64(onlyNamed), "outside": int64(authz.AllSections().Minus(g.Sections))}); err != nil {
		return err
	}
	if err := shorten(tx, before.ID, g.UntilAt); err != nil {
		return err
	}
	return s.follow(tx, before, endNarrowed)
}

// shorten lets what rests on a consent, and what hangs on that, end no later than the new version, and tells whoever has it.
func shorten(tx *gate.Tx, consentID string, until moment.Time) error {
	args := gate.Args{"id": consentID, "until": until}
	var holders []notice.To
	if err := tx.Select(&holders, selectShortened, gate.Args{"id": consentID, "until": until, "named": int64(onlyNamed)}); err != nil {
		return err
	}
	for _, statement := range []string{shortenHanging, shortenRest} {
		if _, err := tx.Exec(statement, args); err != nil {
			return err
		}
	}
	return notice.TellAll(tx, notice.New{Code: endsEarlier, FileID: tx.File().ID, Subject: consentID, MustAcknowledge: true}, holders...)
}

// Withdraw ends a consent and everything that rests on it, in one transaction: a request that begins after it is refused.
// Whoever may read the consent may take the withdrawal; it must not be harder than giving was. gone says that the caller no
// longer sees the file.
func (s *Service) Withdraw(ctx context.Context, victimID, consentID string, version int64, how, note string) (gone bool, err error) {
	err = s.gate.Write(ctx, withdrawAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		all, err := found(tx, consentID)
		if err != nil {
			return audit.Event{}, err
		}
		if !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, fault.New(fault.Refused, "consent.not_your_task", "Reason", string(authz.ReasonNoRole)).With(gate.Why(authz.ReasonNoRole))
		}
		if err := settled(&all[0]); err != nil {
			return audit.Event{}, err
		}
		if err := s.withdraw(tx, &all[0], version, how, note); err != nil {
			return audit.Event{}, err
		}
		e := event(consentID, &all[0].Given, "withdrawn")
		e.Justification = how
		e.Concerns = append(e.Concerns, all[0].AgencyID)
		gone = fault.KindOf(tx.Reload()) == fault.NotFound
		return e, nil
	})
	return gone, err
}

func (s *Service) withdraw(tx *gate.Tx, c *Consent, version int64, how, note string) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	checkCode(wrong, "how", how, WithdrawalWays)
	note = section.FreeText(wrong, "note", note, longestNote)
	if len(wrong.Fields) > 0 {
		return wrong
	}
	sealed, err := tx.SealText("consent", c.ID, note)
	if err != nil {
		return err
	}
	if err := tx.ExecOne(withdraw, gate.Args{"id": c.ID, "version": version, "how": how, "note": sealed}); err != nil {
		return err
	}
	if err := s.end(tx, c, endWithdrawn); err != nil {
		return err
	}
	return tx.Changed()
}

// end ends all that rests on a consent.
func (s *Service) end(tx *gate.Tx, c *Consent, reason string) error {
	if _, err := tx.Exec(endRest, gate.Args{"id": c.ID, "reason": reason}); err != nil {
		return err
	}
	return s.follow(tx, c, reason)
}

// settled is the answer to somebody who comes too late.
func settled(c *Consent) error {
	if c.WithdrawnAt != 0 {
		return fault.New(fault.Conflict, "consent.already_withdrawn")
	}
	return nil
}

// follow ends what hung on the ended grants, closes what was on offer and tells everybody whom it concerns: recipients are
// asked to delete what they have taken down, and those who keep the consent or lead the file learn of it.
func (s *Service) follow(tx *gate.Tx, c *Consent, reason string) error {
	if _, err := tx.Exec(endHanging, gate.Args{"id": c.ID, "reason": reason}); err != nil {
		return err
	}
	if s.settle != nil {
		if err := s.settle(tx, c.ID); err != nil {
			return err
		}
	}
	var recipients, keepers []notice.To
	if err := tx.Select(&recipients, selectToldTo, gate.Args{"id": c.ID, "named": int64(onlyNamed)}); err != nil {
		return err
	}
	if err := tx.Select(&keepers, selectKeepers, gate.Args{"keeper": c.AgencyID}); err != nil {
		return err
	}
	n := notice.New{Code: reason, FileID: tx.File().ID, Subject: c.ID, MustAcknowledge: true}
	if err := notice.TellAll(tx, n, recipients...); err != nil {
		return err
	}
	if reason != endWithdrawn { // who keeps it has changed it, or reads what the guardian has said
		return nil
	}
	n.Code, n.Link, n.MustAcknowledge = reason+"_keeper", "consent", false
	return notice.TellAll(tx, n, keepers...)
}
