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
	meAction           = gate.ByAnyone("account.me")
	languageAction     = gate.ByAnyone("account.language").Weakly()
	sessionsAction     = gate.ByAnyone("account.sessions")
	endSessionAction   = gate.ByAnyone("account.end_session")
	everywhereAction   = gate.ByAnyone("account.sign_out_everywhere")
	passwordAction     = gate.ByAnyone("account.change_password")
	passwordFailAction = gate.ByAnyone("account.change_password_refused")
)

// Me tells the caller about themselves.
func (s *Service) Me(ctx context.Context) (self agency.Self, err error) {
	err = s.gate.Read(ctx, meAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		self, err = agency.SelfOf(tx, tx.OpenStaff, tx.Actor().AgencyID, tx.Actor().WorkerID)
		return audit.Event{Op: audit.Consult, Subject: tx.Actor().WorkerID}, err
	})
	return self, err
}

// ChooseLanguage keeps the language in which the caller reads.
func (s *Service) ChooseLanguage(ctx context.Context, language string) error {
	return s.gate.Write(ctx, languageAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		event := audit.Event{Op: audit.Admin, Subject: tx.Actor().WorkerID, Fields: []string{"language"}}
		return event, agency.SetLanguage(tx, language)
	})
}

// Sessions lists the caller's own live sessions, the last used first.
func (s *Service) Sessions(ctx context.Context) (list []Session, err error) {
	err = s.gate.Read(ctx, sessionsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = []Session{}
		var rows []sessionRow
		err := tx.Select(&rows, selectSessions, gate.Args{"idle_since": tx.Now().Add(-s.settings.Idle)})
		for _, row := range rows {
			list = append(list, Session{ID: row.ID, CreatedAt: row.CreatedAt, SeenAt: row.SeenAt, UntilAt: row.UntilAt,
				Current: row.ID == tx.Actor().SessionID})
		}
		return audit.Event{Op: audit.Consult, Subject: tx.Actor().WorkerID}, err
	})
	return list, err
}

// EndSession ends one of the caller's own sessions; somebody else's is not found.
func (s *Service) EndSession(ctx context.Context, sessionID string) error {
	return s.gate.Write(ctx, endSessionAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !isID(sessionID) {
			return audit.Event{}, notFound()
		}
		rows, err := tx.Exec(endSession, gate.Args{"session": sessionID, "worker": tx.Actor().WorkerID})
		if err == nil && rows == 0 {
			err = notFound()
		}
		return audit.Event{Op: audit.Logout, Subject: sessionID}, err
	})
}

// SignOutEverywhere ends all of the caller's sessions, this one too, and all of their keys.
func (s *Service) SignOutEverywhere(ctx context.Context) error {
	return s.gate.Write(ctx, everywhereAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		event := audit.Event{Op: audit.Logout, Subject: tx.Actor().WorkerID, Fields: []string{"everywhere"}}
		return event, endAllDoors(tx, tx.Actor().WorkerID, "")
	})
}

// ChangePassword sets a new password for whoever knows the present one, and ends every other session and all keys.
func (s *Service) ChangePassword(ctx context.Context, present, next string) error {
	caller, _ := gate.CallerOf(ctx)
	if caller.Actor.ViaKey {
		return fault.New(fault.Refused, "gate.not_by_key")
	}
	if err := s.slow(ctx, try{passwordTry, caller.Actor.WorkerID}); err != nil {
		return err
	}
	c, email, err := s.ownCredential(ctx, caller)
	if err != nil {
		return err
	}
	right, err := s.hash.verify(ctx, c.Password, present)
	if err != nil {
		return err
	}
	if !right {
		return s.wrongPresent(ctx)
	}
	if err := checkPassword("password", next, email); err != nil {
		return err
	}
	phc, err := s.hash.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.gate.Write(ctx, passwordAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		err := tx.ExecOne(changePassword, gate.Args{"worker": tx.Actor().WorkerID, "password": phc, "before": c.Password})
		if err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Admin, Subject: tx.Actor().WorkerID, Fields: []string{"password"}}
		return event, endAllDoors(tx, tx.Actor().WorkerID, tx.Actor().SessionID)
	})
}

func (s *Service) ownCredential(ctx context.Context, caller gate.Caller) (c credential, email string, err error) {
	err = s.gate.Identify(ctx, func(raw *database.Tx, _ moment.Time) error {
		if c, err = credentialOf(raw, caller.Actor.WorkerID); err != nil || !c.live() {
			return err
		}
		self, err := agency.SelfOf(raw, s.opener(raw), c.AgencyID, c.WorkerID)
		email = self.Person.Email
		return err
	})
	return c, email, err
}

// wrongPresent records that somebody in a live session did not know the password, and says so at the field.
func (s *Service) wrongPresent(ctx context.Context) error {
	err := s.gate.Write(ctx, passwordFailAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Deny, Subject: tx.Actor().WorkerID, Fields: []string{"password"}}, nil
	})
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, "fault.invalid").WithField("present", "account.wrong_password")
}
