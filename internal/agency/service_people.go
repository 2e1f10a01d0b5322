package agency

import (
	"context"
	"encoding/json"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
)

// pageOfPeople is how many people a list shows at once.
const pageOfPeople = 50

// People is a page of the people of an agency; Next continues after it and is empty on the last page.
type People struct {
	Items []Worker `json:"items"`
	Next  string   `json:"next,omitempty"`
}

// Added is a new person and the link to hand over. The same once key gives the person again, without the link.
type Added struct {
	ID         string
	Invitation Invitation
}

// ListPeople lists the people of the caller's agency in the order in which they came.
func (s *Service) ListPeople(ctx context.Context, after string) (page People, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		page = People{Items: []Worker{}}
		if after != "" && !isID(after) {
			return audit.Event{}, fault.New(fault.Invalid, "fault.invalid").WithField("after", "fault.field_format")
		}
		found, err := workersAfter(tx, tx.Actor().AgencyID, after, pageOfPeople+1)
		if err != nil {
			return audit.Event{}, err
		}
		if len(found) > pageOfPeople {
			found = found[:pageOfPeople]
			page.Next = found[pageOfPeople-1].ID
		}
		page.Items = append(page.Items, found...)
		return audit.Event{Op: audit.Consult, ResultCount: int64(len(found))}, nil
	})
	return page, err
}

// ShowPerson shows one person of the caller's agency.
func (s *Service) ShowPerson(ctx context.Context, workerID string) (w Worker, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		found, err := workerOf(tx, tx.Actor().AgencyID, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		w = *found
		return audit.Event{Op: audit.Consult, Subject: workerID}, nil
	})
	return w, err
}

// Choices are what an administrator can choose from in the form of a person.
type Choices struct {
	Person Worker // empty for a new one
	Desks  []DeskListing
	Roles  []Role
	Self   bool // the person is the caller, whose own access nobody changes
	Beyond bool // the person holds what the caller may neither give nor take
}

// lookAtPerson is ShowPerson with the names of desks and roles.
func (s *Service) lookAtPerson(ctx context.Context, workerID string) (c Choices, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c, err = s.choices(tx, workerID)
		return audit.Event{Op: audit.Consult, Subject: workerID}, err
	})
	return c, err
}

// EditPerson gives the form of a person, or of a new one where workerID is empty. It asks for the second factor, so that
// nobody types for nothing. Nobody changes their own access, and that stands in the trail like every refusal.
func (s *Service) EditPerson(ctx context.Context, workerID string) (c Choices, err error) {
	err = s.gate.Read(ctx, editAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if c, err = s.choices(tx, workerID); err == nil && c.Self {
			err = refused("agency.own_access")
		}
		return audit.Event{Op: audit.Consult, Subject: workerID}, err
	})
	return c, err
}

func (s *Service) choices(tx *gate.Tx, workerID string) (c Choices, err error) {
	c.Self = workerID == tx.Actor().WorkerID
	if workerID != "" {
		found, err := workerOf(tx, tx.Actor().AgencyID, workerID)
		if err != nil {
			return c, err
		}
		c.Person = *found
		if err := s.reaches(tx, found); fault.KindOf(err) == fault.Refused {
			c.Beyond = true
		} else if err != nil {
			return c, err
		}
	}
	if c.Desks, err = liveDesks(tx, tx.Actor().AgencyID); err != nil {
		return c, err
	}
	c.Roles, err = s.roles(tx)
	return c, err
}

func liveDesks(tx *gate.Tx, agencyID string) ([]DeskListing, error) {
	rows, err := allDesks(tx)
	list := []DeskListing{}
	for _, row := range rows {
		if row.AgencyID == agencyID {
			list = append(list, DeskListing{ID: row.ID, Name: row.Name, Intake: row.Intake == 1})
		}
	}
	return list, err
}

// AddPerson adds a person to the caller's agency and gives the invitation that lets them set a password.
func (s *Service) AddPerson(ctx context.Context, n NewWorker, once string) (added Added, err error) {
	content, err := json.Marshal(n)
	if err != nil {
		return added, err
	}
	err = s.gate.Write(ctx, addAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		added = Added{}
		event := audit.Event{Op: audit.Consult}
		id, again, err := tx.Once(once, string(content), func() (string, error) {
			if err := s.mayGive(tx, Access{}.tidy(), n.access()); err != nil {
				return "", err
			}
			id, written, err := s.put(tx, tx.Actor().AgencyID, n)
			event = written
			return id, err
		})
		if err != nil {
			return audit.Event{}, err
		}
		added.ID, event.Subject = id, id
		if !again {
			added.Invitation, err = s.doors.Invite(tx, id)
		}
		return event, err
	})
	return added, err
}

// put checks and writes a new person; who may do so was decided before.
func (s *Service) put(tx *gate.Tx, agencyID string, n NewWorker) (string, audit.Event, error) {
	f := newInvalid()
	w := Worker{ID: gate.NewID(), Person: checkPerson(f, n.person()), Access: n.access(), Language: n.Language}
	checkLanguage(f, w.Language)
	if err := s.check(tx, f, agencyID, &w, Access{}.tidy()); err != nil {
		return "", audit.Event{}, err
	}
	if err := putWorker(tx, agencyID, &w); err != nil {
		return "", audit.Event{}, err
	}
	fields, err := s.apply(tx, w.ID, Access{}.tidy(), w.Access)
	if err != nil {
		return "", audit.Event{}, err
	}
	fields = append([]string{"given", "family", "email", "phone", "language"}, fields...)
	return w.ID, audit.Event{Op: audit.Admin, Subject: w.ID, Fields: fields}, tx.PolicyChanged()
}

// ChangePerson writes name, desks, flags and roles of a person from the version that the editor saw; a Conflict tells what
// differs. Nobody changes their own.
func (s *Service) ChangePerson(ctx context.Context, workerID string, version int64, p Person, a Access) (changed Worker, err error) {
	a = a.tidy()
	err = s.gate.Write(ctx, changeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		agencyID := tx.Actor().AgencyID
		w, err := s.editable(tx, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		f := newInvalid()
		before := *w
		w.Person, w.Access = checkPerson(f, p), a
		if err := s.check(tx, f, agencyID, w, before.Access); err != nil {
			return audit.Event{}, err
		}
		if before.Version != version {
			return audit.Event{}, stale(&before, w)
		}
		if err := s.mayGive(tx, before.Access, a); err != nil {
			return audit.Event{}, err
		}
		if before.Email != w.Email {
			if err := s.reaches(tx, &before); err != nil {
				return audit.Event{}, err
			}
		}
		return guarded(tx, agencyID, func() (audit.Event, error) {
			event, err := s.change(tx, &before, w)
			changed = *w
			return event, err
		})
	})
	return changed, err
}

func (s *Service) change(tx *gate.Tx, before, after *Worker) (audit.Event, error) {
	if err := saveWorker(tx, tx.Actor().AgencyID, after); err != nil {
		return audit.Event{}, err
	}
	links, err := s.apply(tx, after.ID, before.Access, after.Access)
	event := audit.Event{Op: audit.Admin, Subject: after.ID, Fields: append(namesChanged(before, after), links...)}
	if len(links) > 0 {
		event.Op = audit.PolicyChange
	}
	return event, err
}

// editable finds a person whose access the caller may change.
func (s *Service) editable(tx *gate.Tx, workerID string) (*Worker, error) {
	w, err := workerOf(tx, tx.Actor().AgencyID, workerID)
	switch {
	case err != nil:
		return nil, err
	case workerID == tx.Actor().WorkerID:
		return nil, refused("agency.own_access")
	case w.Disabled():
		return nil, fault.New(fault.Conflict, "agency.person_disabled")
	}
	return w, nil
}

// Disable keeps a person out from this moment on: sessions, keys, roles and desks end, and nothing of what they wrote. Of roles that
// the caller may not take, such as the auditor's, the operator decides at the terminal.
func (s *Service) Disable(ctx context.Context, workerID string, version int64) error {
	return s.gate.Write(ctx, closeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		w, err := s.editable(tx, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		if w.Version != version {
			return audit.Event{}, stale(w, w)
		}
		if err := s.reaches(tx, w); err != nil {
			return audit.Event{}, err
		}
		return s.disable(tx, tx.Actor().AgencyID, w)
	})
}

func (s *Service) disable(tx *gate.Tx, agencyID string, w *Worker) (audit.Event, error) {
	if w.Disabled() {
		return audit.Event{}, fault.New(fault.Conflict, "agency.person_disabled")
	}
	return guarded(tx, agencyID, func() (audit.Event, error) {
		fields, err := s.apply(tx, w.ID, w.Access, Access{}.tidy())
		if err != nil {
			return audit.Event{}, err
		}
		w.Access, w.DisabledAt = Access{}.tidy(), tx.Now()
		if err := saveWorker(tx, agencyID, w); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Admin, Subject: w.ID, Fields: append([]string{"disabled"}, fields...)}
		if err := s.doors.Left(tx, w.ID, ""); err != nil {
			return audit.Event{}, err
		}
		return event, s.doors.Dismiss(tx, w.ID)
	})
}

// Restore lets somebody who was disabled come back, without any role or desk: those are given anew.
func (s *Service) Restore(ctx context.Context, workerID string, version int64) (made Invitation, err error) {
	err = s.gate.Write(ctx, restoreAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		agencyID := tx.Actor().AgencyID
		w, err := workerOf(tx, agencyID, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		if !w.Disabled() {
			return audit.Event{}, fault.New(fault.Conflict, "agency.person_not_disabled")
		}
		if w.Version != version {
			return audit.Event{}, stale(w, w)
		}
		w.DisabledAt = 0
		if err := saveWorker(tx, agencyID, w); err != nil {
			return audit.Event{}, err
		}
		if made, err = s.doors.Invite(tx, workerID); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Admin, Subject: workerID, Fields: []string{"disabled", "invitation"}}
		return event, tx.PolicyChanged()
	})
	return made, err
}

// Invite makes a new invitation for somebody who lost the link, the password or the telephone. Accepting it ends the old
// password and second factor, and every session: whoever holds the link becomes that person, so the caller must be able to give every
// role that the person holds. The same once key again makes no other link and does not show the first one.
func (s *Service) Invite(ctx context.Context, workerID, once string) (made Invitation, err error) {
	err = s.gate.Write(ctx, inviteAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		made = Invitation{}
		w, err := s.editable(tx, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		if err := s.reaches(tx, w); err != nil {
			return audit.Event{}, err
		}
		_, again, err := tx.Once(once, workerID, func() (_ string, err error) {
			made, err = s.doors.Invite(tx, workerID)
			return workerID, err
		})
		if again {
			return audit.Event{Op: audit.Consult, Subject: workerID}, err
		}
		return audit.Event{Op: audit.Admin, Subject: workerID, Fields: []string{"invitation"}}, err
	})
	return made, err
}
