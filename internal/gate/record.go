package gate

import (
	"errors"

	"github.com/google/uuid"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
)

const (
	allowed = audit.Allowed
	denied  = audit.Denied
)

// NewID makes a UUIDv7, the only kind of id there is.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// entry completes what the use case reported with who, when, on which file and under which policy.
func (tx *Tx) entry(event audit.Event) *audit.Entry {
	actor := &tx.caller.Actor
	if event.Sections == nil {
		event.Sections = tx.uses
	} else {
		event.Sections = append(event.Sections, tx.uses...)
	}
	if event.Justification == "" {
		event.Justification = tx.target.reason
	}
	tx.cite(&event)
	if tx.file.AgencyID != "" {
		event.Concerns = addOnce(event.Concerns, tx.file.AgencyID)
	}
	decision := allowed
	if event.Op == audit.Deny { // a use case refused by itself, such as a wrong password
		decision = denied
	}
	return &audit.Entry{
		ID: tx.id, At: tx.now, Action: tx.action.name, Event: event,
		ActorID: actor.WorkerID, ActorRole: string(tx.actedAs()), AgencyID: actor.AgencyID, Country: actor.Country,
		FileID: tx.file.ID, CaseID: tx.file.CaseID, SessionID: actor.SessionID, Device: tx.caller.Device, TraceID: tx.caller.TraceID,
		PolicyVersion: tx.generation, Decision: decision,
	}
}

// actedAs is the role in which the caller acted: that whose rule decided, else that of the agency's own discipline, or the first that
// they hold where it is none of this.
func (tx *Tx) actedAs() authz.Role {
	actor := &tx.caller.Actor
	switch {
	case tx.granted.Role != "":
		return tx.granted.Role
	case Holds(actor, actor.Kind) || len(actor.Held) == 0:
		return actor.Kind
	}
	return actor.Held[0].Base
}

// carrying is the grant that opened what was shown: that of the first section that opened, or the oldest on the file where no
// section did.
func (tx *Tx) carrying(uses []audit.SectionUse) *Grant {
	if len(tx.grants) == 0 {
		return nil
	}
	for i := range uses {
		for j := range tx.grants {
			if uses[i].Decision == allowed && uses[i].GrantID == tx.grants[j].ID {
				return &tx.grants[j]
			}
		}
	}
	return &tx.grants[0]
}

// refusal is the entry of a no: only a decision leaves one, a mistake in the input does not.
func (tx *Tx) refusal(err error) *audit.Entry {
	if !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Refused) {
		return nil
	}
	event := audit.Event{Op: audit.Deny, Subject: tx.askedFor()}
	entry := tx.entry(event)
	entry.Decision, entry.Reason = denied, "not_found"
	if f, ok := fault.As(err); ok && f.Kind == fault.Refused {
		f.Entry = entry.ID
		if entry.Reason, ok = f.Args["Reason"].(string); !ok {
			entry.Reason = f.Key
		}
	}
	return entry
}

// askedFor is the id that was asked for, if it has the shape of an id: nothing that somebody typed goes into the trail.
func (tx *Tx) askedFor() string {
	for _, id := range []string{tx.target.fileID, tx.target.entryID, tx.target.grantID} {
		if _, err := uuid.Parse(id); err == nil && len(id) == 36 {
			return id
		}
	}
	return ""
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func addOnce(list []string, item string) []string {
	for _, have := range list {
		if have == item {
			return list
		}
	}
	return append(list, item)
}
