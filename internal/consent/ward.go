package consent

import (
	"context"
	"strings"

	"golang.org/x/text/unicode/norm"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
)

// Ward says whether the rules for children hold for the person, and who is the guardian. The slice of minors hands it in.
type Ward struct {
	Child    bool
	WorkerID string // the guardian, where that is somebody who works with this program
	AgencyID string
	Name     string // of a guardian elsewhere, as the file has it with the document that appoints them
}

// guarded says whether somebody can agree for the child: a name that was only typed is nobody's.
func (w *Ward) guarded() bool { return w.WorkerID != "" || w.Name != "" }

// is says whether a name that was typed is that of the guardian elsewhere; capitals and spaces do not matter.
func (w *Ward) is(typed string) bool {
	plain := func(name string) string { return strings.Join(strings.Fields(norm.NFC.String(name)), " ") }
	return strings.EqualFold(plain(w.Name), plain(typed))
}

// WardOf reads it inside a running use case on a victim file.
type WardOf func(tx *gate.Tx) (Ward, error)

var signAction = gate.OnFile("consent.sign").WhileClosed() // a no is possible whenever a withdrawal is

// wardOf is what the slice of minors says; without one nobody is a child.
func (s *Service) wardOf(tx *gate.Tx) (Ward, error) {
	if s.ward == nil {
		return Ward{}, nil
	}
	return s.ward(tx)
}

// awaits tells the guardian of a child that a new version waits for them: nothing may rest on it until they have signed.
func awaits(tx *gate.Tx, id string, g *Given, w Ward) error {
	if g.GuardianID == "" {
		return nil
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Worker, ID: w.WorkerID, AgencyID: w.AgencyID}, Code: "consent_wanted",
		FileID: tx.File().ID, Subject: id, Link: "consent"})
	return err
}

// Sign is the guardian's own yes or no to the newest version of a child's consent. version is the one that they have read. With a no
// ends what began on a version before.
func (s *Service) Sign(ctx context.Context, victimID, consentID string, version int64, agreed bool) error {
	return s.gate.Write(ctx, signAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		all, err := found(tx, consentID)
		if err != nil {
			return audit.Event{}, err
		}
		c := &all[0]
		if err := s.maySign(tx, c); err != nil {
			return audit.Event{}, err
		}
		if c.Version != version {
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed")
		}
		if c.State(tx.Now()) != Waiting {
			return audit.Event{}, fault.New(fault.Conflict, "consent.already_signed")
		}
		if agreed {
			if err := tx.DemandOpen(); err != nil {
				return audit.Event{}, err
			}
		}
		if err := tx.ExecOne(insertSignature, gate.Args{"id": consentID, "version": version, "agreed": gate.Flag(agreed)}); err != nil {
			return audit.Event{}, err
		}
		if !agreed {
			if err := s.end(tx, c, endDeclined); err != nil {
				return audit.Event{}, err
			}
		}
		e := event(consentID, &c.Given, "signed")
		e.Justification = map[bool]string{true: "agreed", false: "not_agreed"}[agreed]
		e.Concerns = append(e.Concerns, c.AgencyID)
		return e, s.tellSigned(tx, c, agreed)
	})
}

// maySign: only the guardian signs, and no colleague of theirs.
func (s *Service) maySign(tx *gate.Tx, c *Consent) error {
	w, err := s.wardOf(tx)
	if err == nil && (c.GuardianID == "" || w.WorkerID != tx.Actor().WorkerID) {
		err = fault.New(fault.Refused, "consent.not_guardian", "Section", authz.Consents.String(), "Reason", string(authz.ReasonRelation)).
			With(gate.Why(authz.ReasonRelation))
	}
	return err
}

func (s *Service) tellSigned(tx *gate.Tx, c *Consent, agreed bool) error {
	code := "consent_signed"
	if !agreed {
		code = "consent_not_signed"
	}
	var keepers []notice.To
	if err := tx.Select(&keepers, selectKeepers, gate.Args{"keeper": c.AgencyID}); err != nil {
		return err
	}
	return notice.TellAll(tx, notice.New{Code: code, FileID: tx.File().ID, Subject: c.ID, Link: "consent"}, keepers...)
}

// Release says of what waits for a guardian on a file that the person alone decides now, because they are no child any more: nothing
// rests on it, nobody waits any longer, and whoever keeps it or leads the file learns that the person has to be asked again. The slice
// of minors calls it; the file need not be that of the transaction.
func Release(tx *gate.Tx, fileID string) error {
	list, err := unsignedOn(tx, fileID)
	if err != nil || len(list) == 0 {
		return err
	}
	ids := make([]string, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].ID)
	}
	if _, err := tx.Exec(release, gate.Args{"ids": ids}); err != nil {
		return err
	}
	for i := range list {
		var keepers []notice.To
		if err := tx.Select(&keepers, selectKeepersOn, gate.Args{"on": fileID, "keeper": list[i].AgencyID}); err != nil {
			return err
		}
		n := notice.New{Code: "consent_alone", FileID: fileID, Subject: list[i].ID, Link: "consent"}
		if err := notice.TellAll(tx, n, keepers...); err != nil {
			return err
		}
	}
	return nil
}
