package minor

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/track"
)

// NewAge is what somebody says of an age.
type NewAge struct {
	Status  Status
	Decided bool // the deciding authority says so
	Method  string
	On      moment.Date // today where empty
	Note    string      // sealed
}

// NewGuardian is who becomes the guardian.
type NewGuardian struct {
	Service  string      // one of Services
	WorkerID string      // somebody of the caller's guardianship service; empty for one who does not work with this program
	On       moment.Date // today where empty
	Outside              // of one who does not: who it is, and by which document
}

func demandWrite(tx *gate.Tx) error {
	if d := tx.Decide(authz.Guardianship, authz.Write); !d.Allowed() {
		return gate.Refusal(authz.Guardianship, d)
	}
	return nil
}

func invalid() *fault.Fault { return fault.New(fault.Invalid, "fault.invalid") }

// checkDay gives today where no day is named, and refuses what is none or lies outside.
func checkDay(wrong *fault.Fault, field string, day *moment.Date, earliest, today moment.Date) {
	if *day == "" {
		*day = today
	}
	parsed, ok := moment.ParseDate(string(*day))
	switch {
	case !ok || parsed < "2000-01-01":
		wrong.WithField(field, "fault.field_not_a_date")
	case parsed > today:
		wrong.WithField(field, "minor.in_future")
	case parsed < earliest:
		wrong.WithField(field, "minor.before_start")
	}
}

// Say writes down what the caller's agency says of the age, or, by the deciding authority, what it has decided. The same once key
// with the same words says it once.
func (s *Service) Say(ctx context.Context, victimID string, n NewAge, once string) (id string, err error) {
	err = s.gate.Write(ctx, ageAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := demandWrite(tx); err != nil {
			return audit.Event{}, err
		}
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) {
			event, err = s.say(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func (s *Service) say(tx *gate.Tx, n NewAge) (audit.Event, error) {
	wrong := invalid()
	switch {
	case !slices.Contains(Statuses(), n.Status):
		sharing.CheckCode(wrong, "status", string(n.Status), nil)
	case n.Decided && (n.Status == Disputed || n.Status == Unknown):
		wrong.WithField("status", "minor.no_decision")
	}
	if n.Decided && !s.decides(tx) {
		wrong.WithField("decided", "minor.not_decider")
	}
	sharing.CheckCode(wrong, "method", n.Method, Methods)
	checkDay(wrong, "said_on", &n.On, "", moment.DayOf(tx.Now()))
	if err := s.tracks.BeforeBirth(tx, wrong, "said_on", n.On); err != nil {
		return audit.Event{}, err
	}
	n.Note = sharing.CheckNote(wrong, n.Note)
	if len(wrong.Fields) > 0 {
		return audit.Event{}, wrong
	}
	before, err := stepsOf(tx)
	if err != nil {
		return audit.Event{}, err
	}
	step := &Step{ID: gate.NewID(), Status: n.Status, Decided: n.Decided, Method: n.Method, SaidOn: n.On}
	event := audit.Event{Op: audit.Collect, Subject: step.ID, SubjectCategory: "victim", Purpose: "guardianship", Basis: "legal_task",
		Fields: []string{"age." + string(n.Status), "decided." + strconv.FormatBool(n.Decided)}, Sections: used(tx, authz.Write)}
	if err := add(tx, step, "", n.Note, before); err != nil {
		return audit.Event{}, err
	}
	return event, tx.Changed()
}

// Assign writes down who is the guardian. A guardianship service names one of its people, who from then on agrees or not to what
// the child allows; one who does not work with this program is written down by whoever works with them.
func (s *Service) Assign(ctx context.Context, victimID string, n NewGuardian, once string) (id string, err error) {
	err = s.gate.Write(ctx, assignAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		if err := demandWrite(tx); err != nil {
			return audit.Event{}, err
		}
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) {
			event, err = s.assign(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func (s *Service) assign(tx *gate.Tx, n NewGuardian) (audit.Event, error) {
	wrong := invalid()
	sharing.CheckCode(wrong, "service", n.Service, Services)
	checkDay(wrong, "assigned_on", &n.On, "", moment.DayOf(tx.Now()))
	if err := s.tracks.BeforeBirth(tx, wrong, "assigned_on", n.On); err != nil {
		return audit.Event{}, err
	}
	if err := n.checkWorker(tx, wrong); err != nil {
		return audit.Event{}, err
	}
	n.checkOutside(wrong)
	known, err := guardiansOf(tx)
	if err != nil {
		return audit.Event{}, err
	}
	if v := (View{Guardians: known}); v.Now() != nil {
		return audit.Event{}, fault.New(fault.Conflict, "minor.has_guardian")
	}
	if slices.ContainsFunc(known, func(g Guardian) bool { return n.On < g.EndedOn }) && len(wrong.Fields) == 0 {
		wrong.WithField("assigned_on", "minor.before_last_end")
	}
	if grown, err := s.grown(tx); err != nil {
		return audit.Event{}, err
	} else if grown {
		wrong.WithField("service", "minor.no_child")
	}
	if len(wrong.Fields) > 0 {
		return audit.Event{}, wrong
	}
	g := &Guardian{ID: gate.NewID(), Service: n.Service, WorkerID: n.WorkerID, AssignedOn: n.On, Outside: n.Outside}
	if g.WorkerID != "" {
		g.AgencyID = tx.Actor().AgencyID
	}
	if err := insertGuardian(tx, g); err != nil {
		return audit.Event{}, err
	}
	if err := tellGuardian(tx, g); err != nil {
		return audit.Event{}, err
	}
	event := audit.Event{Op: audit.Collect, Subject: g.ID, SubjectCategory: "victim", Purpose: "guardianship", Basis: "legal_task",
		Fields: []string{"guardian." + n.Service}, Sections: used(tx, authz.Write)}
	if g.WorkerID != "" {
		event.Recipients = []audit.Recipient{{AgencyID: g.AgencyID, WorkerID: g.WorkerID}}
	}
	if err := settle(tx); err != nil {
		return audit.Event{}, err
	}
	return event, tx.Changed()
}

// grown says whether the person is an adult, as far as the caller may know it, and nobody who may be heard doubts it.
func (s *Service) grown(tx *gate.Tx) (bool, error) {
	who, err := s.tracks.PersonOf(tx, moment.DayOf(tx.Now()))
	if err != nil || who.Child != track.Unknown {
		return who.Child == track.No, err
	}
	steps, err := stepsOf(tx)
	return stand(visible(tx, steps)).Status == Adult, err
}

// checkWorker: a service names its own people, and only those who see the file already.
func (n *NewGuardian) checkWorker(tx *gate.Tx, wrong *fault.Fault) error {
	if n.WorkerID == "" {
		return nil
	}
	if tx.Actor().Kind != authz.RoleGuardian {
		wrong.WithField("worker", "minor.not_your_people")
		return nil
	}
	here, err := placed(tx)
	if err == nil && !slices.Contains(here, n.WorkerID) {
		wrong.WithField("worker", "minor.not_on_file")
	}
	return err
}

const (
	longestName     = 200
	longestDocument = 500
)

// checkOutside: whoever nobody can ask here is somebody by name, and by a document that others can look up.
func (n *NewGuardian) checkOutside(wrong *fault.Fault) {
	if n.WorkerID != "" {
		n.Outside = Outside{}
		return
	}
	n.Name = section.FreeLine(wrong, "name", n.Name, longestName)
	n.Document = section.FreeLine(wrong, "document", n.Document, longestDocument)
	if n.Name == "" {
		wrong.WithField("name", "minor.name_needed")
	}
	if n.Document == "" {
		wrong.WithField("document", "minor.document_needed")
	}
}

func tellGuardian(tx *gate.Tx, g *Guardian) error {
	if g.WorkerID == "" || g.WorkerID == tx.Actor().WorkerID {
		return nil
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Worker, ID: g.WorkerID, AgencyID: g.AgencyID}, Code: "guardian_named",
		FileID: tx.File().ID, Link: "victim"})
	return err
}

// End writes down that somebody is no longer the guardian; a child then needs another one.
func (s *Service) End(ctx context.Context, victimID, guardianID string, version int64, on moment.Date, reason string) error {
	return s.gate.Write(ctx, endAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := demandWrite(tx); err != nil {
			return audit.Event{}, err
		}
		now, err := guardianNow(tx)
		if err != nil {
			return audit.Event{}, err
		}
		switch {
		case now == nil || now.ID != guardianID:
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		case !now.mayEnd(tx.Actor()):
			return audit.Event{}, fault.New(fault.Refused, "minor.not_yours", "Section", authz.Guardianship.String(), "Reason", string(authz.ReasonRelation)).
				With(gate.Why(authz.ReasonRelation))
		}
		wrong := invalid()
		checkDay(wrong, "ended_on", &on, now.AssignedOn, moment.DayOf(tx.Now()))
		sharing.CheckCode(wrong, "end_reason", reason, EndReasons)
		if len(wrong.Fields) > 0 {
			return audit.Event{}, wrong
		}
		if err := endGuardian(tx, now.ID, version, on, reason); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Subject: now.ID, SubjectCategory: "victim", Purpose: "guardianship", Basis: "legal_task",
			Fields: []string{"guardian.ended", "reason." + reason}, Sections: used(tx, authz.Write)}
		steps, err := stepsOf(tx)
		if err == nil && stand(steps).Protects() {
			err = ask(tx, now.ID)
		}
		if err != nil {
			return audit.Event{}, err
		}
		return event, tx.Changed()
	})
}
