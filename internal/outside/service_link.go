package outside

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
)

// NewLink makes a new link and a new code for a package that nobody has opened: those before are dead at once. Link and code are kept
// nowhere, so that a mail that did not go out cannot be tried again, and what somebody has lost cannot be found. The package, its hours
// and the wrong codes stay as they are. Only the person who sent it makes one: they read all that goes along, and whoever holds the link
// and the code can open it.
func (s *Service) NewLink(ctx context.Context, victimID, packageID string, version int64, byMail bool) (made Made, err error) {
	err = s.gate.Write(ctx, linkAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		made = Made{}
		p, err := asItStands(tx, packageID)
		if err != nil {
			return audit.Event{}, err
		}
		switch {
		case p.SentBy != tx.Actor().WorkerID || p.AgencyID != tx.Actor().AgencyID:
			return audit.Event{}, fault.New(fault.Refused, "outside.not_your_link", "Reason", string(authz.ReasonRelation))
		case p.Now(tx.Now()) != Created:
			return audit.Event{}, fault.New(fault.Conflict, "outside.already_"+string(p.Now(tx.Now())))
		case byMail && p.Email == "":
			return audit.Event{}, invalid().WithField("email", "fault.field_required")
		}
		made = Made{ID: p.ID, Token: newToken(), Code: newCode(), UntilAt: p.UntilAt, Email: p.Email}
		p.Version = version
		return audit.Event{Op: audit.Alter, Subject: p.ID, SubjectCategory: "victim", Recipients: []audit.Recipient{{AgencyID: recipientOf(p.ID)}},
			Fields: []string{"link"}}, renewLink(tx, &p, s.tokenHash(made.Token), s.codeHash(p.ID, made.Code), byMail)
	})
	if err != nil {
		return Made{}, err
	}
	return made, nil
}

// Mailed notes that the link went out by mail. A link that was made anew in the meantime is not the one that went.
func (s *Service) Mailed(ctx context.Context, victimID string, made *Made) error {
	return s.gate.Write(ctx, mailedAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Alter, Subject: made.ID, Fields: []string{"mailed"}},
			tx.ExecOne(markMailed, gate.Args{"package": made.ID, "token": s.tokenHash(made.Token)})
	})
}
