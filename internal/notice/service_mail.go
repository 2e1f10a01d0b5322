package notice

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
)

var (
	choiceAction = gate.ByAnyone("mail.choice")
	chooseAction = gate.ByAnyone("mail.choose")
	mailsAction  = gate.OnOwn("mail.list", authz.People, authz.Manage)
	retryAction  = gate.OnOwn("mail.retry", authz.People, authz.Manage)
)

// mineShown is how many of their own mails people see.
const mineShown = 10

// MyMail is how the caller is told by mail, and what became of the last ones.
type MyMail struct {
	Choice
	Email string
	Last  []Mail
	Off   bool // this installation sends no mail
}

// MyMail gives how the caller wants to be told by mail.
func (s *Service) MyMail(ctx context.Context) (my MyMail, err error) {
	err = s.gate.Read(ctx, choiceAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		my = MyMail{Off: !s.mails}
		event := audit.Event{Op: audit.Consult, Subject: tx.Actor().WorkerID}
		if my.Choice, err = choiceOf(tx, tx.Actor().WorkerID); err != nil {
			return event, err
		}
		self, err := agency.SelfOf(tx, tx.OpenStaff, tx.Actor().AgencyID, tx.Actor().WorkerID)
		if err != nil {
			return event, err
		}
		my.Email = self.Person.Email
		return event, tx.Select(&my.Last, selectMine, gate.Args{"limit": mineShown})
	})
	return my, err
}

// Choose keeps how the caller wants to be told; a mail that waits goes out by the new choice.
func (s *Service) Choose(ctx context.Context, c Choice) (kept Choice, err error) {
	if err := c.check(); err != nil {
		return Choice{}, err
	}
	err = s.gate.Write(ctx, chooseAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		event := audit.Event{Op: audit.Admin, Subject: tx.Actor().WorkerID, Fields: []string{"cadence", "hour", "quiet_from", "quiet_until", "urgent"}}
		if err := putChoice(tx, &c); err != nil {
			return event, err
		}
		if kept, err = choiceOf(tx, tx.Actor().WorkerID); err != nil {
			return event, err
		}
		return event, reschedule(tx, &kept)
	})
	return kept, err
}

func reschedule(tx *gate.Tx, c *Choice) error {
	m, waits, err := mailBy(tx, selectWaitingOf, gate.Args{"worker": tx.Actor().WorkerID})
	if err != nil || !waits || m.Tries > 0 {
		return err
	}
	at, wanted := c.next(m.MadeAt, false)
	if !wanted {
		return settle(tx, &m, Dropped, reasonUnwant, m.DueAt)
	}
	return settle(tx, &m, Waiting, "", at)
}

// Mails is one page of the mails of an agency's people.
type Mails struct {
	Items []Mail
	Next  gate.Cursor
	Off   bool // this installation sends no mail
}

// ListMails gives one page of the mails in a state to the people of the caller's agency, the newest first.
func (s *Service) ListMails(ctx context.Context, state State, after gate.Cursor) (list Mails, err error) {
	err = s.gate.Read(ctx, mailsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = Mails{Off: !s.mails}
		event := audit.Event{Op: audit.Consult, Subject: tx.Actor().AgencyID, Fields: []string{"mail"}}
		if !isState(state) {
			return event, fault.New(fault.Invalid, "fault.invalid").WithField("state", "fault.field_unknown_code")
		}
		if after.ID == "" {
			after = gate.Cursor{At: 1 << 62, ID: "~"}
		}
		if err := tx.Select(&list.Items, selectOfAgency, gate.Args{"state": state, "after_at": after.At, "after_id": after.ID, "limit": PageSize + 1}); err != nil {
			return event, err
		}
		if len(list.Items) > PageSize {
			list.Items = list.Items[:PageSize]
			list.Next = gate.Cursor{At: list.Items[PageSize-1].MadeAt, ID: list.Items[PageSize-1].ID}
		}
		return event, recipients(tx, list.Items)
	})
	return list, err
}

func isState(state State) bool {
	for _, known := range States() {
		if state == known {
			return true
		}
	}
	return false
}

// recipients gives the mails the names of those to whom they go.
func recipients(tx *gate.Tx, list []Mail) error {
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].WorkerID
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range list {
		list[i].Name = names[list[i].WorkerID]
	}
	return err
}

// Retry has a mail tried again that the program has given up; where another one waits for the same person, that one tells it.
func (s *Service) Retry(ctx context.Context, mailID string, version int64) error {
	return s.gate.Write(ctx, retryAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		m, found, err := mailBy(tx, selectMail, gate.Args{"id": mailID})
		switch {
		case err != nil:
			return audit.Event{}, err
		case !found:
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		case m.Version != version:
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed")
		case m.State != Dead:
			return audit.Event{}, fault.New(fault.Conflict, "notice.not_dead")
		}
		event := audit.Event{Op: audit.Admin, Subject: m.ID, Fields: []string{"retry"}}
		_, waits, err := mailBy(tx, selectWaitingOf, gate.Args{"worker": m.WorkerID})
		if err != nil {
			return event, err
		}
		if waits {
			return event, tx.ExecOne(joinMail, gate.Args{"id": m.ID, "version": m.Version, "reason": reasonJoined})
		}
		return event, tx.ExecOne(reviveMail, gate.Args{"id": m.ID, "version": m.Version})
	})
}
