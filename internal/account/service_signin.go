package account

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	signInAction  = gate.ByNobody("account.sign_in")
	codeAction    = gate.ByAnyone("account.code").Weakly()
	stepUpAction  = gate.ByAnyone("account.step_up")
	signOutAction = gate.ByAnyone("account.sign_out").Weakly()
)

// nobody is the context of somebody who has not signed in, whatever session the browser still has.
func nobody(ctx context.Context) context.Context {
	caller, _ := gate.CallerOf(ctx)
	return gate.WithCaller(ctx, gate.Caller{Actor: *authz.Nobody(), TraceID: caller.TraceID})
}

// wrongSignIn is the one answer to a wrong address, a wrong password and an account that is closed.
func wrongSignIn() error { return fault.New(fault.Invalid, "account.wrong_sign_in") }

// SignIn is the first step: address and password give a session that only opens the page of the second factor. Whether
// there is such an account shows neither in the answer nor in the time it takes.
func (s *Service) SignIn(ctx context.Context, email, password string, from Place) (pass Pass, err error) {
	login := agency.LoginToken(s.gate, email)
	if err := s.slowSignIn(ctx, login, from.Network); err != nil {
		return pass, err
	}
	var who credential
	err = s.gate.Identify(ctx, func(raw *database.Tx, _ moment.Time) error {
		who, err = credentialBy(raw, selectByLogin, gate.Args{"login": login})
		return err
	})
	if err != nil {
		return pass, err
	}
	right, err := s.hash.verify(ctx, who.Password, password)
	if err != nil {
		return pass, err
	}
	fresh, err := s.freshHash(ctx, right, who.Password, password)
	if err != nil {
		return pass, err
	}
	admitted := false
	err = s.gate.Write(nobody(ctx), signInAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		now, err := credentialOf(tx, who.WorkerID)
		if err != nil {
			return audit.Event{}, err
		}
		admitted = right && now.live() && now.Password == who.Password // nothing happened while the hash was made
		if !admitted {
			event := refusal(&who, "password")
			event.Fingerprint = tx.Fingerprint(string(login))
			return event, nil
		}
		if pass, err = s.letIn(tx, &now, from); err != nil {
			return audit.Event{}, err
		}
		if err := rehash(tx, &now, fresh); err != nil {
			return audit.Event{}, err
		}
		return knewPassword(&now), nil
	})
	if err == nil && !admitted {
		return Pass{}, wrongSignIn()
	}
	return pass, err
}

// knewPassword is the event of a right password: half a sign-in.
func knewPassword(c *credential) audit.Event {
	return audit.Event{Op: audit.Login, Subject: c.WorkerID, Fields: []string{"password"}, Concerns: []string{c.AgencyID}}
}

// refusal is the event of a wrong password or code; it concerns the agency of the account, if there is one.
func refusal(c *credential, field string) audit.Event {
	event := audit.Event{Op: audit.Deny, Subject: c.WorkerID, Fields: []string{field}}
	if c.AgencyID != "" {
		event.Concerns = []string{c.AgencyID}
	}
	return event
}

// letIn opens a session of assurance 1, and makes a second factor to set up where there is none.
func (s *Service) letIn(tx *gate.Tx, c *credential, from Place) (Pass, error) {
	if !c.enrolled() && len(c.Next) == 0 {
		if err := prepareFactor(tx, c); err != nil {
			return Pass{}, err
		}
	}
	return s.open(tx, c, 1, from)
}

// open writes a session with a new token.
func (s *Service) open(tx *gate.Tx, c *credential, aal int, from Place) (Pass, error) {
	pass := Pass{Token: newToken(), AAL: aal, Enrolled: c.enrolled()}
	n := newSession{token: s.hashed(forSession, pass.Token), worker: c.WorkerID, aal: aal, until: tx.Now().Add(codeHolds),
		device: s.gate.Pepper(forDevice, []byte(c.WorkerID+"\x00"+from.Device))}
	if aal == 2 {
		n.stepped, n.until = tx.Now(), tx.Now().Add(s.settings.Length)
		if from.Network != "" {
			if err := rememberNetwork(tx, c.WorkerID, s.networkHash(c.WorkerID, from.Network)); err != nil {
				return Pass{}, err
			}
		}
	}
	return pass, putSession(tx, n)
}

// freshHash makes the hash anew where the stored one was made at another cost; "" where nothing is to be done.
func (s *Service) freshHash(ctx context.Context, right bool, stored, password string) (string, error) {
	if !right || !s.hash.needsRehash(stored) {
		return "", nil
	}
	return s.hash.hash(ctx, password)
}

func rehash(tx *gate.Tx, c *credential, fresh string) error {
	if fresh == "" {
		return nil
	}
	_, err := tx.Exec(rehashPassword, gate.Args{"worker": c.WorkerID, "password": fresh, "before": c.Password})
	return err
}

// ShowCode is the second step: the code of the second factor gives the session that opens the house, under a new token.
func (s *Service) ShowCode(ctx context.Context, code string, from Place) (pass Pass, err error) {
	err = s.withCode(ctx, codeAction, code, func(tx *gate.Tx, c *credential) (audit.Event, error) {
		if err := end(tx, c.WorkerID, tx.Actor().SessionID); err != nil {
			return audit.Event{}, err
		}
		pass, err = s.open(tx, c, 2, from)
		return audit.Event{Op: audit.Login, Subject: c.WorkerID, Fields: []string{"code"}}, err
	})
	return pass, err
}

// StepUp shows the second factor once more, which opens for ten minutes what asks for it.
func (s *Service) StepUp(ctx context.Context, code string) error {
	return s.withCode(ctx, stepUpAction, code, func(tx *gate.Tx, c *credential) (audit.Event, error) {
		if tx.Actor().ViaKey {
			return audit.Event{}, fault.New(fault.Refused, "gate.not_by_key")
		}
		err := tx.ExecOne(stepSession, gate.Args{"session": tx.Actor().SessionID})
		return audit.Event{Op: audit.Login, Subject: c.WorkerID, Fields: []string{"step_up"}}, err
	})
}

// withCode checks a code of the second factor in force, uses it up and runs then. A wrong one is an entry of its own.
func (s *Service) withCode(ctx context.Context, action gate.Action, code string, then func(tx *gate.Tx, c *credential) (audit.Event, error)) error {
	caller, _ := gate.CallerOf(ctx)
	if err := s.slow(ctx, try{codeTry, caller.Actor.WorkerID}); err != nil {
		return err
	}
	right := false
	err := s.gate.Write(ctx, action, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := credentialOf(tx, tx.Actor().WorkerID)
		if err != nil {
			return audit.Event{}, err
		}
		if !c.enrolled() {
			return audit.Event{}, fault.New(fault.Conflict, "account.not_enrolled")
		}
		secret, err := tx.OpenStaff(c.AgencyID, factorPlace(c.WorkerID, c.TOTPAt), c.TOTP)
		if err != nil {
			return audit.Event{}, err
		}
		step, matches := matchStep(secret, code, tx.Now())
		if right, err = matches, nil; matches {
			right, err = burn(tx, c.WorkerID, step)
		}
		if err != nil || !right {
			return refusal(&c, "code"), err
		}
		return then(tx, &c)
	})
	if err == nil && !right {
		return wrongCode()
	}
	return err
}

func wrongCode() error {
	return fault.New(fault.Invalid, "fault.invalid").WithField("code", "account.wrong_code")
}

// SignOut ends the session that the caller came with.
func (s *Service) SignOut(ctx context.Context) error {
	return s.gate.Write(ctx, signOutAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		err := end(tx, tx.Actor().WorkerID, tx.Actor().SessionID)
		return audit.Event{Op: audit.Logout, Subject: tx.Actor().WorkerID}, err
	})
}

func end(tx *gate.Tx, workerID, sessionID string) error {
	_, err := tx.Exec(endSession, gate.Args{"session": sessionID, "worker": workerID})
	return err
}
