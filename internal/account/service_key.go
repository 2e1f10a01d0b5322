package account

import (
	"context"
	"fmt"
	"time"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/section"
)

var (
	keysAction   = gate.ByAnyone("account.keys")
	newKeyAction = gate.ByAnyone("account.new_key").SteppedUp()
	addKeyAction = gate.ByAnyone("account.add_key").SteppedUp()
	endKeyAction = gate.ByAnyone("account.end_key")
)

func labelPlace(keyID string) seal.AD {
	return seal.AD{Table: "api_key", Row: keyID, Section: "label", Version: 1}
}

// Keys lists the caller's own live API keys.
func (s *Service) Keys(ctx context.Context) (list []Key, err error) {
	err = s.gate.Read(ctx, keysAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list, err = keysOf(tx)
		return audit.Event{Op: audit.Consult, Subject: tx.Actor().WorkerID}, err
	})
	return list, err
}

func keysOf(tx *gate.Tx) ([]Key, error) {
	var rows []keyRow
	if err := tx.Select(&rows, selectKeys, nil); err != nil {
		return nil, err
	}
	list := make([]Key, len(rows))
	for i, row := range rows {
		label, err := tx.OpenStaff(tx.Actor().AgencyID, labelPlace(row.ID), row.Label)
		if err != nil {
			return nil, err
		}
		list[i] = Key{ID: row.ID, Label: string(label), CreatedAt: row.CreatedAt, UntilAt: row.UntilAt}
	}
	return list, nil
}

// BeginKey asks for the second factor before anything is typed.
func (s *Service) BeginKey(ctx context.Context) error {
	return s.gate.Read(ctx, newKeyAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Consult, Subject: tx.Actor().WorkerID}, nil
	})
}

// AddKey makes a key with the caller's rights for so many days; its token is in this answer and nowhere else. What asks for
// the second factor stays closed to a key.
func (s *Service) AddKey(ctx context.Context, label string, days int, once string) (made NewKey, err error) {
	label, err = checkKey(label, days)
	if err != nil {
		return made, err
	}
	err = s.gate.Write(ctx, addKeyAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		made = NewKey{}
		id, again, err := tx.Once(once, fmt.Sprintf("%s\x00%d", label, days), func() (string, error) {
			made, err = s.putKey(tx, label, days)
			return made.ID, err
		})
		if err != nil {
			return audit.Event{}, err
		}
		if again {
			made.Key, err = keyOf(tx, id)
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Admin, Subject: id, Fields: []string{"key"}}, nil
	})
	return made, err
}

func (s *Service) putKey(tx *gate.Tx, label string, days int) (made NewKey, err error) {
	have, err := keysOf(tx)
	if err != nil {
		return made, err
	}
	if len(have) >= mostKeys {
		return made, fault.New(fault.Conflict, "account.too_many_keys", "Max", mostKeys)
	}
	made = NewKey{Token: keyPrefix + newToken(), Key: Key{ID: gate.NewID(), Label: label, CreatedAt: tx.Now(),
		UntilAt: tx.Now().Add(time.Duration(days) * 24 * time.Hour)}}
	sealed, err := tx.SealStaff(tx.Actor().AgencyID, labelPlace(made.ID), []byte(label))
	if err != nil {
		return made, err
	}
	return made, tx.ExecOne(insertKey, gate.Args{"id": made.ID, "token": s.hashed(forKey, made.Token), "label": sealed,
		"until": made.UntilAt})
}

func keyOf(tx *gate.Tx, id string) (Key, error) {
	list, err := keysOf(tx)
	for _, key := range list {
		if key.ID == id {
			return key, nil
		}
	}
	if err == nil {
		err = notFound()
	}
	return Key{}, err
}

func checkKey(label string, days int) (string, error) {
	f := fault.New(fault.Invalid, "fault.invalid")
	if label = section.FreeLine(f, "label", label, longestLabel); label == "" {
		f.WithField("label", "fault.field_required")
	}
	if days < 1 || days > longestKeyDays {
		f.WithField("days", "fault.field_range", "Min", 1, "Max", longestKeyDays)
	}
	if len(f.Fields) > 0 {
		return "", f
	}
	return label, nil
}

// EndKey ends one of the caller's own keys; somebody else's is not found.
func (s *Service) EndKey(ctx context.Context, keyID string) error {
	return s.gate.Write(ctx, endKeyAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !isID(keyID) {
			return audit.Event{}, notFound()
		}
		rows, err := tx.Exec(endKey, gate.Args{"key": keyID})
		if err == nil && rows == 0 {
			err = notFound()
		}
		return audit.Event{Op: audit.Admin, Subject: keyID, Fields: []string{"key"}}, err
	})
}

// Sweep removes what no longer means anything: marks of the throttle an hour after their time, known networks at their end, and sessions, keys and
// invitations 90 days after their end. The trail keeps what happened.
func (s *Service) Sweep(ctx context.Context) error {
	return s.gate.Touch(ctx, func(raw *database.Tx, now moment.Time) error {
		if _, err := raw.Exec(sweepThrottle, gate.Args{"before": now.Add(-time.Hour)}); err != nil {
			return err
		}
		if _, err := raw.Exec(sweepNetworks, gate.Args{"now": now}); err != nil {
			return err
		}
		for _, statement := range []string{sweepSessions, sweepKeys, sweepInvitations} {
			if _, err := raw.Exec(statement, gate.Args{"before": now.Add(-longestKeyDays * 24 * time.Hour)}); err != nil {
				return err
			}
		}
		return nil
	})
}
