package closing

import (
	"context"
	"errors"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Box is one of the lists of closed files.
type Box string

// The lists.
const (
	ToReview Box = "review" // whose time is over soon, or whose erasure was asked for; the most pressing first
	ToSign   Box = "sign"   // whose erasure waits for the caller's own signature
	Erased   Box = "erased" // what is left of erased files, the latest first
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{ToReview, ToSign, Erased} }

// Queue gives one page of the closed files that the caller's agency answers for. It opens none of them.
func (s *Service) Queue(ctx context.Context, box Box, after gate.Cursor) (list []Closure, next gate.Cursor, err error) {
	err = s.gate.Read(ctx, queueAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !reviews(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		read := map[Box]func(*gate.Tx, gate.Cursor, int) ([]Closure, error){ToReview: queue, ToSign: toSign, Erased: erasedBefore}[box]
		if read == nil {
			return audit.Event{}, invalid().WithField("box", "fault.field_unknown_code")
		}
		if list, err = read(tx, after, PageSize+1); err != nil {
			return audit.Event{}, err
		}
		list, next = gate.Cut(list, PageSize, func(c *Closure) gate.Cursor {
			if box == Erased {
				return gate.Cursor{At: c.ErasedAt, ID: c.ID}
			}
			return gate.Cursor{At: c.DueAt, ID: c.ID}
		})
		event := audit.Event{Op: audit.Search}
		for i := range list {
			event.Results = append(event.Results, list[i].FileID)
		}
		return event, nil
	})
	return list, next, err
}

// CountToSign counts the erasures that wait for the caller's signature up to most, inside a running look at their own affairs; the list
// holds as many.
func CountToSign(tx *gate.Tx, most int) (int, error) {
	if !reviews(tx.Actor()) {
		return 0, nil
	}
	list, err := toSign(tx, gate.Cursor{}, most)
	return len(list), err
}

// Item is one closed file in review, with what was decided about it.
type Item struct {
	Closure
	Steps       []Step
	Now         moment.Time
	CanKeep     bool // ask to erase
	CanPostpone bool
	CanApprove  bool
	CanConfirm  bool
	CanRefuse   bool
}

// Item gives one closed file of the caller's agency.
func (s *Service) Item(ctx context.Context, closureID string) (item Item, err error) {
	err = s.gate.Read(ctx, itemAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		item, err = itemOf(tx, closureID)
		return audit.Event{Op: audit.Consult, Subject: closureID, Results: []string{item.FileID}}, err
	})
	return item, err
}

func itemOf(tx *gate.Tx, closureID string) (item Item, err error) {
	item = Item{Now: tx.Now()}
	if item.Closure, err = reviewed(tx, closureID); err != nil {
		return item, err
	}
	if item.Steps, err = stepsOf(tx, closureID); err != nil {
		return item, err
	}
	var ids []string
	for i := range item.Steps {
		ids = append(ids, item.Steps[i].ByID)
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range item.Steps {
		item.Steps[i].By = names[item.Steps[i].ByID]
	}
	item.CanKeep, item.CanPostpone, item.CanRefuse = item.Live(), item.mayPostpone(), item.Live() && item.Asked != "" && item.AskedBy != ""
	item.CanApprove, item.CanConfirm = item.canApprove(tx), item.canConfirm(tx.Actor())
	return item, err
}

// reviewed finds a closed file of the caller's agency, for those who answer for how long it is kept.
func reviewed(tx *gate.Tx, closureID string) (Closure, error) {
	if !reviews(tx.Actor()) {
		return Closure{}, notFound()
	}
	return closureOf(tx, closureID)
}

// decide is one decision about a closed file: it finds it, holds it against the version that was seen, and keeps the step.
func (s *Service) decide(ctx context.Context, action gate.Action, closureID string, version int64, do func(tx *gate.Tx, c *Closure) (audit.Event, error)) error {
	return s.gate.Write(ctx, action, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err := reviewed(tx, closureID)
		switch {
		case err != nil:
			return audit.Event{}, err
		case c.ErasedAt != 0:
			return audit.Event{}, fault.New(fault.Conflict, "closing.already_erased")
		case c.Version != version:
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed")
		}
		event, err := do(tx, &c)
		event.Subject, event.Results = c.ID, []string{c.FileID}
		return event, err
	})
}

// Postpone keeps a closed file until a later day, for a reason; a request to erase it is taken back with it.
func (s *Service) Postpone(ctx context.Context, closureID string, version int64, until moment.Date, reason string) error {
	return s.decide(ctx, keepAction, closureID, version, func(tx *gate.Tx, c *Closure) (audit.Event, error) {
		wrong := invalid()
		sharing.CheckCode(wrong, "reason", reason, PostponeReasons)
		end := checkUntil(wrong, until, c, tx.Now())
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		if _, err := drop(tx, c.ID); err != nil {
			return audit.Event{}, err
		}
		if err := raise(tx, c, version, end); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Fields: []string{"due_at"}}, record(tx, c, "postponed", reason, end)
	})
}

// Request asks to erase a closed file, before its time only for a reason that allows it; two other persons have to sign.
func (s *Service) Request(ctx context.Context, closureID string, version int64, reason string) error {
	return s.decide(ctx, askAction, closureID, version, func(tx *gate.Tx, c *Closure) (audit.Event, error) {
		if err := c.mayAsk(reason, tx.Now()); err != nil {
			return audit.Event{}, err
		}
		made, err := ask(tx, c, reason, tx.Actor().WorkerID)
		if err == nil && !made {
			err = fault.New(fault.Conflict, "closing.already_asked")
		}
		if err == nil {
			err = raise(tx, c, version, c.DueAt)
		}
		if err == nil {
			err = tell(tx, c, "erasure_asked")
		}
		if err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Fields: []string{"erasure"}}, record(tx, c, "requested", reason, 0)
	})
}

// Approve is the first signature under an erasure: an auditor's who did not ask for it.
func (s *Service) Approve(ctx context.Context, closureID string, version int64) error {
	return s.decide(ctx, approveAction, closureID, version, func(tx *gate.Tx, c *Closure) (audit.Event, error) {
		switch {
		case c.Asked == "":
			return audit.Event{}, fault.New(fault.Conflict, "closing.not_asked")
		case c.ApprovedBy != "":
			return audit.Event{}, fault.New(fault.Conflict, "closing.already_approved")
		case !c.canApprove(tx):
			return audit.Event{}, fault.New(fault.Refused, "closing.not_yours_to_approve")
		}
		if err := tx.ExecOne(approveErasure, gate.Args{"closure": c.ID}); err != nil {
			return audit.Event{}, err
		}
		if err := raise(tx, c, version, c.DueAt); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Fields: []string{"erasure"}}, record(tx, c, "approved", c.Asked, 0)
	})
}

// Refuse takes back what a person asked for. What a rule asked for is postponed instead, with a day.
func (s *Service) Refuse(ctx context.Context, closureID string, version int64) error {
	return s.decide(ctx, refuseAction, closureID, version, func(tx *gate.Tx, c *Closure) (audit.Event, error) {
		switch {
		case c.Asked == "":
			return audit.Event{}, fault.New(fault.Conflict, "closing.not_asked")
		case c.AskedBy == "":
			return audit.Event{}, fault.New(fault.Conflict, "closing.postpone_instead")
		}
		if _, err := drop(tx, c.ID); err != nil {
			return audit.Event{}, err
		}
		if err := raise(tx, c, version, c.DueAt); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Alter, Fields: []string{"erasure"}}, record(tx, c, "refused", c.Asked, 0)
	})
}

// Erase is the second signature under an erasure, by somebody who neither asked for it nor signed before: the keys of the file
// are destroyed in this transaction, and what is left says who, when and on what ground.
func (s *Service) Erase(ctx context.Context, closureID string, version int64) error {
	return s.decide(ctx, eraseAction, closureID, version, func(tx *gate.Tx, c *Closure) (audit.Event, error) {
		if err := erasable(tx, c); err != nil {
			return audit.Event{}, err
		}
		parties, err := partiesOf(tx, c.FileID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := raise(tx, c, version, c.DueAt); err != nil {
			return audit.Event{}, err
		}
		if err := tx.Erase(c.FileID); err != nil {
			return audit.Event{}, err
		}
		if err := s.gone(tx, c.FileID); err != nil {
			return audit.Event{}, err
		}
		if err := finish(tx, c.ID); err != nil {
			return audit.Event{}, err
		}
		// The rule stays with the tombstone: the entry is read by the auditors of all parties, and the rule says what the file was to this agency.
		return audit.Event{Op: audit.Erase, Concerns: parties, SubjectCategory: string(c.Kind), Justification: c.Asked},
			record(tx, c, "erased", c.Asked, 0)
	})
}

// erasable says why the caller cannot erase a file now; nil where nothing is in the way.
func erasable(tx *gate.Tx, c *Closure) error {
	switch {
	case c.Asked == "":
		return fault.New(fault.Conflict, "closing.not_asked")
	case c.ApprovedBy == "":
		return fault.New(fault.Conflict, "closing.not_approved")
	case !c.canConfirm(tx.Actor()):
		return fault.New(fault.Refused, "closing.second_person")
	case c.OnHold:
		return fault.New(fault.Conflict, "closing.on_hold")
	case c.Kind != gate.Case:
		return nil
	}
	left, err := liveVictims(tx, c.FileID)
	if err == nil && left > 0 {
		err = fault.New(fault.Conflict, "closing.victims_first")
	}
	return err
}

// tell says to the agency's auditors and supervisors that somebody has to sign.
func tell(tx *gate.Tx, c *Closure, code string) error {
	return notice.TellAll(tx, notice.New{Code: code, FileID: c.FileID, Subject: c.ID, Link: "retention"}, notice.AuditorsOf(c.AgencyID), notice.SupervisorsOf(c.AgencyID))
}

// errNothing undoes a transaction of the program that found nothing to do; it leaves no entry in the trail.
var errNothing = errors.New("closing: nothing to do")

// AskDue asks, by the rules themselves, to erase the files whose time is over, and tells those who sign. It gives the number; a
// second run, or another instance, changes nothing. ctx is the program's own.
func (s *Service) AskDue(ctx context.Context) (done int, err error) {
	for {
		switch err := s.gate.Write(ctx, dueAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) { return askSome(tx, &done) }); {
		case errors.Is(err, errNothing):
			return done, nil
		case err != nil:
			return done, err
		}
	}
}

func askSome(tx *gate.Tx, done *int) (audit.Event, error) {
	list, err := due(tx)
	if err != nil {
		return audit.Event{}, err
	}
	event := audit.Event{Op: audit.Alter, Fields: []string{"erasure"}}
	for i := range list {
		c := &list[i]
		made, err := ask(tx, c, "due", "")
		if err == nil && made {
			err = record(tx, c, "requested", "due", 0)
		}
		if err == nil && made {
			err = tell(tx, c, "retention_due")
		}
		if err != nil {
			return audit.Event{}, err
		}
		if made {
			event.Results = append(event.Results, c.FileID)
		}
	}
	if len(event.Results) == 0 {
		return event, errNothing
	}
	*done += len(event.Results)
	return event, nil
}
