package account

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	acceptAction  = gate.ByNobody("account.accept_invitation")
	enrolAction   = gate.ByAnyone("account.enrol").Weakly()
	replaceAction = gate.ByAnyone("account.replace_factor").SteppedUp()
	readyAction   = gate.ByProgram("account.enrol_for_demo")
)

// Enrolment is a second factor to be set up: the picture for the app, and the secret for whoever types it in.
type Enrolment struct {
	Secret  string
	Picture Picture
}

// Invite makes an invitation and ends every earlier one of the person; agency calls it inside its own transaction.
func (s *Service) Invite(tx *gate.Tx, workerID string) (agency.Invitation, error) {
	if _, err := tx.Exec(endInvitations, gate.Args{"worker": workerID}); err != nil {
		return agency.Invitation{}, err
	}
	made := agency.Invitation{Token: newToken(), Until: tx.Now().Add(invitationHolds)}
	err := tx.ExecOne(insertInvitation, gate.Args{"id": gate.NewID(), "worker": workerID, "until": made.Until,
		"token": s.hashed(forInvitation, made.Token), "by": tx.Actor().WorkerID})
	return made, err
}

// Dismiss ends all with which a person could come back: sessions, keys, invitations, password and second factor. Agency
// calls it inside its own transaction.
func (s *Service) Dismiss(tx *gate.Tx, workerID string) error {
	if err := endAllDoors(tx, workerID, ""); err != nil {
		return err
	}
	for _, statement := range []string{endInvitations, wipeCredential} {
		if _, err := tx.Exec(statement, gate.Args{"worker": workerID}); err != nil {
			return err
		}
	}
	return nil
}

// Invited says whether an invitation can still be accepted; not found where it is unknown, used or too old.
func (s *Service) Invited(ctx context.Context, token string) error {
	_, _, err := s.invited(ctx, token)
	return err
}

// invited finds the person behind an invitation and the address that the password must not hold.
func (s *Service) invited(ctx context.Context, token string) (c credential, email string, err error) {
	if !isToken(token) {
		return c, "", notFound()
	}
	err = s.gate.Identify(ctx, func(raw *database.Tx, now moment.Time) error {
		if c, err = credentialBy(raw, selectByInvitation, gate.Args{"token": s.hashed(forInvitation, token), "now": now}); err != nil {
			return err
		}
		if !c.live() {
			return notFound()
		}
		self, err := agency.SelfOf(raw, s.opener(raw), c.AgencyID, c.WorkerID)
		email = self.Person.Email
		return err
	})
	return c, email, err
}

// Accept sets the password of an invited person and leads on to the second factor. What was there before is gone: the old
// password and second factor, every session and every key.
func (s *Service) Accept(ctx context.Context, token, password string, from Place) (pass Pass, err error) {
	if err := s.slow(ctx, try{inviteTry, from.Network}); err != nil {
		return pass, err
	}
	_, email, err := s.invited(ctx, token)
	if err != nil {
		return pass, err
	}
	if err := checkPassword("password", password, email); err != nil {
		return pass, err
	}
	phc, err := s.hash.hash(ctx, password)
	if err != nil {
		return pass, err
	}
	err = s.gate.Write(nobody(ctx), acceptAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := credentialBy(tx, selectByInvitation, gate.Args{"token": s.hashed(forInvitation, token)})
		if err != nil {
			return audit.Event{}, err
		}
		if !c.live() {
			return audit.Event{}, notFound()
		}
		if err := s.begin(tx, &c, token, phc); err != nil {
			return audit.Event{}, err
		}
		c.TOTPAt = 0
		pass, err = s.open(tx, &c, 1, from)
		return audit.Event{Op: audit.Admin, Subject: c.WorkerID, Fields: []string{"invitation", "password"}, Concerns: []string{c.AgencyID}}, err
	})
	return pass, err
}

func (s *Service) begin(tx *gate.Tx, c *credential, token, phc string) error {
	if err := tx.ExecOne(useInvitation, gate.Args{"worker": c.WorkerID, "token": s.hashed(forInvitation, token)}); err != nil {
		return err
	}
	if err := endAllDoors(tx, c.WorkerID, ""); err != nil {
		return err
	}
	return setPassword(tx, c, phc, newSecret())
}

// ReplaceFactor begins a second factor anew, for another telephone; the one in force stays until the new one is confirmed.
func (s *Service) ReplaceFactor(ctx context.Context) error {
	return s.gate.Write(ctx, replaceAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := credentialOf(tx, tx.Actor().WorkerID)
		if err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Admin, Subject: c.WorkerID, Fields: []string{"second_factor"}}, prepareFactor(tx, &c)
	})
}

// Enrolment shows the second factor to be set up.
func (s *Service) Enrolment(ctx context.Context) (e Enrolment, err error) {
	err = s.gate.Read(ctx, enrolAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, secret, err := s.prepared(tx)
		if err != nil {
			return audit.Event{}, err
		}
		email, err := agency.EmailOf(tx, c.AgencyID, c.WorkerID)
		if err != nil {
			return audit.Event{}, err
		}
		e.Secret = spoken(secret)
		e.Picture, err = picture(keyURI(secret, email))
		return audit.Event{Op: audit.Consult, Subject: c.WorkerID, Fields: []string{"second_factor"}}, err
	})
	return e, err
}

// prepared opens the second factor that waits for its first code. Somebody who has one in force has to show that first.
func (s *Service) prepared(tx *gate.Tx) (c credential, secret []byte, err error) {
	if c, err = credentialOf(tx, tx.Actor().WorkerID); err != nil {
		return c, nil, err
	}
	switch {
	case c.enrolled() && tx.Actor().AAL < 2:
		return c, nil, fault.New(fault.Unauthenticated, "gate.second_factor")
	case tx.Actor().ViaKey:
		return c, nil, fault.New(fault.Refused, "gate.not_by_key")
	case len(c.Next) == 0:
		return c, nil, notFound()
	}
	secret, err = tx.OpenStaff(c.AgencyID, nextPlace(c.WorkerID), c.Next)
	return c, secret, err
}

// Enrol confirms the second factor by its first code. Whoever had only shown the password has then signed in, under a new
// token; whoever replaced an old one stays, and every other session and all keys end.
func (s *Service) Enrol(ctx context.Context, code string, from Place) (pass Pass, err error) {
	caller, _ := gate.CallerOf(ctx)
	if err := s.slow(ctx, try{codeTry, caller.Actor.WorkerID}); err != nil {
		return pass, err
	}
	right := false
	err = s.gate.Write(ctx, enrolAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, secret, err := s.prepared(tx)
		if err != nil {
			return audit.Event{}, err
		}
		var step int64
		if step, right = matchStep(secret, code, tx.Now()); !right {
			return refusal(&c, "code"), nil
		}
		if err := confirmFactor(tx, &c, secret, step); err != nil {
			return audit.Event{}, err
		}
		if err := endAllDoors(tx, c.WorkerID, ""); err != nil {
			return audit.Event{}, err
		}
		c.TOTPAt = tx.Now()
		pass, err = s.open(tx, &c, 2, from)
		return audit.Event{Op: audit.Login, Subject: c.WorkerID, Fields: []string{"second_factor"}}, err
	})
	if err == nil && !right {
		return Pass{}, wrongCode()
	}
	return pass, err
}

// EnrolForDemo gives a person a password and a second factor (in base32) without an invitation: for the demonstration, for
// tests, and for an operator who starts an installation. Only the program may.
func (s *Service) EnrolForDemo(ctx context.Context, workerID, password, secret string) error {
	raw, err := parseSecret(secret)
	if err != nil {
		return fault.New(fault.Invalid, "fault.invalid").WithField("secret", "fault.field_format").Because(err)
	}
	phc, err := s.hash.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.gate.Write(ctx, readyAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := credentialOf(tx, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		if !c.live() {
			return audit.Event{}, notFound()
		}
		if err := setPassword(tx, &c, phc, raw); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Admin, Subject: workerID, Fields: []string{"password", "second_factor"}, Concerns: []string{c.AgencyID}}
		return event, confirmFactor(tx, &c, raw, 0)
	})
}
