package minor

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/task"
	"relais/internal/track"
)

// Actions, as they stand in the trail.
var (
	showAction   = gate.OnFile("minor.show")
	ageAction    = gate.OnFile("minor.age")
	assignAction = gate.OnFile("minor.assign")
	endAction    = gate.OnFile("minor.end").WhileClosed()
)

// guardianRule asks for a guardian; the tracks ask by the same rule when a file opens.
const guardianRule = "guardian_request"

// Service is what people do for children.
type Service struct {
	gate   *gate.Gate
	book   *rulepack.Book
	tracks *track.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, book *rulepack.Book, tracks *track.Service) *Service {
	return &Service{gate: g, book: book, tracks: tracks}
}

// decides says whether the caller's agency decides a dispute about an age, by the law of its country today.
func (s *Service) decides(tx *gate.Tx) bool {
	a := tx.Actor()
	return s.book.DecidesAge(a.Country, string(a.Kind), moment.DayOf(tx.Now()))
}

// Show gives what holds for one person.
func (s *Service) Show(ctx context.Context, victimID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if view, err = read(tx); err != nil {
			return audit.Event{}, err
		}
		view.Decides = view.CanWrite && s.decides(tx)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim", Sections: used(tx, authz.Read)}, nil
	})
	return view, err
}

// seen is how much of it the reader may know: guardianship decides, for what the own agency wrote too.
func seen(tx *gate.Tx) gate.Decision {
	d := tx.Decide(authz.Guardianship, authz.Read)
	if own := tx.ReadBack(authz.Guardianship, "", ""); own.Show > d.Show && tx.Decide(authz.Guardianship, authz.Write).Allowed() {
		d = own
	}
	return d
}

func used(tx *gate.Tx, verb authz.Verb) []audit.SectionUse {
	d := seen(tx)
	if verb == authz.Write {
		d = tx.Decide(authz.Guardianship, verb)
	}
	return []audit.SectionUse{{Section: authz.Guardianship.String(), Show: d.Show.String(), Decision: audit.Allowed, Line: d.Line, GrantID: d.GrantID}}
}

func read(tx *gate.Tx) (view View, err error) {
	d := seen(tx)
	switch {
	case !d.Allowed():
		return view, gate.Refusal(authz.Guardianship, d)
	case d.Show < authz.Derived: // statistics, which this page does not hold
		return view, gate.RefusalFor(authz.Guardianship, authz.ReasonNoRole)
	}
	steps, err := stepsOf(tx)
	if err != nil {
		return view, err
	}
	all := othersOpen(tx)
	steps = visible(tx, steps)
	view = View{File: tx.File(), Standing: stand(steps), Full: d.Show == authz.Full, All: all, Today: moment.DayOf(tx.Now())}
	if !view.Full {
		view.Standing = Standing{Status: view.Standing.Status}
		return view, nil
	}
	if err := openNotes(tx, steps); err != nil {
		return view, err
	}
	slices.Reverse(steps)
	view.Steps = steps
	view.CanEnd = tx.Decide(authz.Guardianship, authz.Write).Allowed()
	view.CanWrite = view.CanEnd && !tx.File().Closed()
	if view.Guardians, err = guardiansOf(tx); err != nil {
		return view, err
	}
	if !all {
		view.Guardians = slices.DeleteFunc(view.Guardians, func(g Guardian) bool { return !g.mayEnd(tx.Actor()) })
	}
	for i := range view.Guardians {
		if err := view.Guardians[i].open(tx); err != nil {
			return view, err
		}
	}
	view.CanEnd = view.CanEnd && view.Now() != nil && view.Now().mayEnd(tx.Actor())
	return view, view.names(tx)
}

// othersOpen says whether what other agencies say on guardianship is shared with the caller, be it only the one fact.
func othersOpen(tx *gate.Tx) bool {
	return tx.Decide(authz.Guardianship, authz.Read).Show >= authz.Derived
}

// visible are the steps that the caller may know of: those of the own agency, those written in an identity that is open to them, and
// the others where the section is.
func visible(tx *gate.Tx, steps []Step) []Step {
	if othersOpen(tx) {
		return steps
	}
	identity := tx.Decide(authz.Identity, authz.Read).Show == authz.Full
	return slices.DeleteFunc(slices.Clone(steps), func(s Step) bool {
		return s.AgencyID != tx.Actor().AgencyID && !(identity && s.Source == authz.Identity.String())
	})
}

// names finds the names of the own agency's guardians, and whom it could name.
func (v *View) names(tx *gate.Tx) error {
	var ids []string
	for i := range v.Guardians {
		if v.Guardians[i].WorkerID != "" && v.Guardians[i].AgencyID == tx.Actor().AgencyID {
			ids = append(ids, v.Guardians[i].WorkerID)
		}
	}
	if v.CanWrite && tx.Actor().Kind == authz.RoleGuardian {
		here, err := placed(tx)
		if err != nil {
			return err
		}
		for _, id := range here {
			v.Choices = append(v.Choices, Person{ID: id})
		}
		ids = append(ids, here...)
	}
	if len(ids) == 0 {
		return nil
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range v.Guardians {
		v.Guardians[i].Name = names[v.Guardians[i].WorkerID]
	}
	for i := range v.Choices {
		v.Choices[i].Name = names[v.Choices[i].ID]
	}
	return err
}

// WardOf says whether the rules for children hold, and who has to agree to what a child allows.
func WardOf(tx *gate.Tx) (w consent.Ward, err error) {
	steps, err := stepsOf(tx)
	if err != nil {
		return w, err
	}
	w.Child = stand(steps).Protects()
	now, err := guardianNow(tx)
	if err != nil || now == nil {
		return w, err
	}
	if now.WorkerID != "" {
		w.WorkerID, w.AgencyID = now.WorkerID, now.AgencyID
		return w, nil
	}
	err = now.open(tx)
	w.Name = now.Outside.Name
	return w, err
}

// AgeOf says whether the rules for children hold, as far as the caller may know it: what was decided ends what entries still say.
func AgeOf(tx *gate.Tx) (track.Answer, error) {
	if seen(tx).Show < authz.Derived {
		return track.Unknown, nil
	}
	steps, err := stepsOf(tx)
	switch s := stand(visible(tx, steps)); {
	case s.Protects():
		return track.Yes, err
	case s.Decided != nil || s.OfAge != nil:
		return track.No, err
	}
	return track.Unknown, err
}

// within is how soon a guardian should be asked for (CETS 197, art. 10(4): as soon as possible).
const within = 1

// ask makes the task; subject is the guardian whose end made it needed again.
func ask(tx *gate.Tx, subject string) error {
	return task.Make(tx, task.Made{FileID: tx.File().ID, FileKind: gate.Victim, Rule: guardianRule, Subject: subject,
		DueAt: moment.DayOf(tx.Now()).AddDays(within).EndOf(), Link: "victim"})
}

// settle closes every open task that asks for a guardian.
func settle(tx *gate.Tx) error { return settleOn(tx, tx.File().ID) }

func settleOn(tx *gate.Tx, fileID string) error {
	open, err := task.OpenOf(tx, fileID)
	if err != nil {
		return err
	}
	for i := range open {
		if open[i].Rule == guardianRule {
			if err := task.Settle(tx, fileID, guardianRule, open[i].Subject); err != nil {
				return err
			}
		}
	}
	return nil
}
