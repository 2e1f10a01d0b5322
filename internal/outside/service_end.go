package outside

import (
	"context"
	"errors"
	"slices"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// atOnce is how many links one transaction looks at.
const atOnce = 50

// ExpireDue marks links whose hours are over and tells their senders.
func (s *Service) ExpireDue(ctx context.Context) error {
	err := s.gate.Write(ctx, expireAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		var due []Package
		if err := tx.Select(&due, selectDue, nil); err != nil {
			return audit.Event{}, err
		}
		if len(due) == 0 {
			return audit.Event{}, errNothing
		}
		event := audit.Event{Op: audit.Alter, ResultCount: int64(len(due)), Fields: []string{"expired"}}
		for i := range due {
			event.Results = append(event.Results, due[i].FileID)
		}
		return event, endAll(tx, due, Expired, "outside_expired")
	})
	if err != nil && !errors.Is(err, errNothing) {
		return err
	}
	return s.endLost(ctx)
}

// endLost ends the links whose senders may no longer pass on what is in them, and tells the senders.
func (s *Service) endLost(ctx context.Context) error {
	for after := ""; ; {
		var seen int
		from := after // a transaction that runs again begins where it began
		err := s.gate.Write(ctx, loseAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			var list []Package
			if err := tx.Select(&list, selectWaiting, gate.Args{"after": from, "limit": atOnce}); err != nil {
				return audit.Event{}, err
			}
			if seen = len(list); seen > 0 {
				after = list[seen-1].ID
			}
			if err := markLost(tx, list); err != nil {
				return audit.Event{}, err
			}
			event := audit.Event{Op: audit.Alter, Fields: []string{"ended"}}
			for i := range list {
				if !list[i].Lost {
					continue
				}
				event.Results, event.ResultCount = append(event.Results, list[i].FileID), event.ResultCount+1
				if err := lose(tx, &list[i]); err != nil {
					return audit.Event{}, err
				}
			}
			if event.ResultCount == 0 {
				return audit.Event{}, errNothing
			}
			return event, nil
		})
		if err != nil && !errors.Is(err, errNothing) || seen < atOnce {
			return orNothing(err)
		}
	}
}

func orNothing(err error) error {
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

func lose(tx *gate.Tx, p *Package) error {
	if err := tx.ExecOne(endLost, gate.Args{"package": p.ID, "version": p.Version}); err != nil {
		return err
	}
	return tell(tx, p, "outside_lost")
}

// markLost finds out of each package that waits whether it is still its sender's to pass on.
func markLost(tx *gate.Tx, list []Package) (err error) {
	for i := range list {
		if list[i].Lost, err = lost(tx, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// lost says whether a package could no longer be sent as it is: its sender has lost the file, or a section of it in which others
// wrote, or lets no such organisation have it any more. What somebody wrote stays theirs, as everywhere.
func lost(tx *gate.Tx, p *Package) (bool, error) {
	if p.Lost || !p.waits(tx.Now()) {
		return p.Lost, nil
	}
	grants, err := tx.OpenTo(p.FileID, p.AgencyID)
	if err != nil || len(grants) == 0 {
		return true, err
	}
	foreign, err := foreignIn(tx, p)
	if err != nil || slices.ContainsFunc(foreign, func(w gate.Writer) bool { return !opened(grants, w) }) {
		return true, err
	}
	lets, err := tx.Lets(p.AgencyID, p.Kind, p.Sections, p.UntilAt)
	return !lets, err
}

// opened says whether one of the grants opens an entry.
func opened(grants []gate.Grant, w gate.Writer) bool {
	return slices.ContainsFunc(grants, func(g gate.Grant) bool { return g.Opens(w) })
}

var errNothing = errors.New("nothing is due")

func endAll(tx *gate.Tx, list []Package, state State, code string) error {
	for i := range list {
		if err := end(tx, &list[i], state); err != nil {
			return err
		}
		if err := tell(tx, &list[i], code); err != nil {
			return err
		}
	}
	return nil
}

// SettleConsent kills the links that rest on a consent of the transaction's file which was withdrawn or changed: what it was made for
// may no longer be what the person wants, and the sender can make a new one. What was opened is in nobody's reach here: where the consent
// is no more, the sender is asked to have it deleted.
func SettleConsent(tx *gate.Tx, consentID string) error {
	var list, opened []Package
	if err := tx.Select(&list, selectOnConsent, gate.Args{"consent": consentID}); err != nil {
		return err
	}
	if err := endAll(tx, list, Withdrawn, "outside_consent_ended"); err != nil {
		return err
	}
	if err := tx.Select(&opened, selectOpenedOn, gate.Args{"consent": consentID}); err != nil {
		return err
	}
	for i := range opened {
		if err := tellKeeper(tx, &opened[i], "outside_delete"); err != nil {
			return err
		}
	}
	return nil
}

// SettleLoss kills the links of an agency that lost the transaction's file, or what is in them, because a referral was taken back.
func SettleLoss(tx *gate.Tx, loss *sharing.Loss) error {
	var list []Package
	if err := tx.Select(&list, selectWaitingOf, gate.Args{"sender": loss.AgencyID}); err != nil {
		return err
	}
	for i := range list {
		gone, err := lost(tx, &list[i])
		if err != nil {
			return err
		}
		if !gone {
			continue
		}
		if err := lose(tx, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// Corrected ends each link to a package with an older version of an entry, which was written anew, in it: nobody opens what is known to
// be wrong. Where somebody has, the sender has to say that they know, and passes the correction on. The entry slice calls it for each
// new version.
func Corrected(tx *gate.Tx, entryID string, version int64) error {
	var list []Package
	if err := tx.Select(&list, selectHolding, gate.Args{"entry": entryID, "version": version}); err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		switch p.Now(tx.Now()) {
		case Created:
			if err := endAll(tx, list[i:i+1], Withdrawn, "outside_text_changed"); err != nil {
				return err
			}
		case Opened:
			if err := tellKeeper(tx, p, "outside_corrected"); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellKeeper tells the sender of a package that was opened, and where it has lost the file since, those who lead it: somebody has to
// speak with the organisation.
func tellKeeper(tx *gate.Tx, p *Package, code string) error {
	n := about(p, code)
	n.MustAcknowledge = true
	to := []notice.To{n.To}
	has, err := hasStill(tx, p.AgencyID)
	if err == nil && !has {
		var leads []notice.To
		leads, err = notice.LeadDesks(tx)
		to = append(to, leads...)
	}
	if err != nil {
		return err
	}
	return notice.TellAll(tx, n, to...)
}
