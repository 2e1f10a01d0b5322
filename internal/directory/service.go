package directory

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Actions, as they stand in the trail.
var (
	listAction   = gate.ByAnyone("directory.list")
	showAction   = gate.ByAnyone("directory.show")
	formAction   = gate.ByAnyone("directory.form")
	writeAction  = gate.ByAnyone("directory.write")
	placesAction = gate.ByAnyone("directory.places")
)

// PageSize is how many desks stand on one page.
const PageSize = 50

// Service is what people do with the directory.
type Service struct{ gate *gate.Gate }

// NewService makes the service.
func NewService(g *gate.Gate) *Service { return &Service{gate: g} }

// reads says who may look: whoever works on files, and who administers or supervises an agency and has to see what it says of itself.
func reads(a *authz.Actor) bool {
	return gate.WorksOnFiles(a) || a.Supervisor || gate.Holds(a, authz.RoleAgencyAdmin)
}

// mayWrite says who speaks for a desk: whoever works on files there, and the administrators and supervisors of its agency.
func mayWrite(a *authz.Actor, agencyID, deskID string) bool {
	return agencyID == a.AgencyID && (gate.WorksOnFiles(a) && slices.Contains(a.Desks, deskID) ||
		a.Supervisor || gate.Holds(a, authz.RoleAgencyAdmin))
}

// Page is a page of the directory.
type Page struct {
	Desks  []Listing
	Own    []Listing // the desks that the reader speaks for, whatever is looked for
	Spoken []string  // the languages that there are to look for
	Next   string    // the desk after which the next page begins; empty on the last one
	Now    moment.Time
}

// List gives the desks that offer what is looked for, by country and name, after the given desk.
func (s *Service) List(ctx context.Context, f Filter, after string) (page Page, err error) {
	if err := f.check(); err != nil {
		return page, err
	}
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !reads(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		if page, err = read(tx, f, after); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Consult, ResultCount: int64(len(page.Desks))}, nil
	})
	return page, err
}

func read(tx *gate.Tx, f Filter, after string) (page Page, err error) {
	page.Now = tx.Now()
	if page.Desks, err = pageOf(tx, f, after); err != nil {
		return page, err
	}
	if len(page.Desks) > PageSize {
		page.Desks, page.Next = page.Desks[:PageSize], page.Desks[PageSize-1].DeskID
	}
	if page.Own, err = ownOf(tx); err != nil {
		return page, err
	}
	languages, err := spokenBy(tx)
	page.Spoken = spoken(languages)
	return page, err
}

// Show gives what one desk offers, and when that was written.
func (s *Service) Show(ctx context.Context, deskID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		view = View{Now: tx.Now()}
		if !reads(tx.Actor()) {
			return audit.Event{}, notFound()
		}
		if view.Listing, err = listingOf(tx, deskID); err != nil {
			return audit.Event{}, err
		}
		if view.Steps, err = stepsOf(tx, deskID); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Consult, Subject: deskID}, named(tx, view.Steps)
	})
	return view, err
}

// named gives the steps of the caller's own agency the names of their authors; those of others stay without.
func named(tx *gate.Tx, steps []Step) error {
	ids := make([]string, len(steps))
	for i := range steps {
		ids[i] = steps[i].AuthorID
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range steps {
		steps[i].Author = names[steps[i].AuthorID]
	}
	return err
}

// spokenFor finds a desk for which the caller may speak; of one that is not theirs they may know everything but that.
func spokenFor(tx *gate.Tx, deskID string) (Listing, error) {
	if !reads(tx.Actor()) {
		return Listing{}, notFound()
	}
	l, err := listingOf(tx, deskID)
	if err == nil && !l.Mine {
		err = fault.New(fault.Refused, "directory.not_yours")
	}
	return l, err
}

// Form gives what a desk has said of itself to who may say it anew.
func (s *Service) Form(ctx context.Context, deskID string) (l Listing, err error) {
	err = s.gate.Read(ctx, formAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		l, err = spokenFor(tx, deskID)
		return audit.Event{Op: audit.Consult, Subject: deskID}, err
	})
	return l, err
}

// Write keeps what a desk offers; version is the one that the writer has seen.
func (s *Service) Write(ctx context.Context, deskID string, n New, version int64) error {
	return s.gate.Write(ctx, writeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		l, err := spokenFor(tx, deskID)
		if err != nil {
			return audit.Event{}, err
		}
		wrong := invalid()
		n.check(wrong)
		if err := noPerson(tx, wrong, n.Email); err != nil {
			return audit.Event{}, err
		}
		if err := wrong.OrNil(); err != nil {
			return audit.Event{}, err
		}
		if l.Version != version {
			return audit.Event{}, second(tx, &l, &n)
		}
		return audit.Event{Op: audit.Alter, Subject: deskID, Fields: []string{"services", "languages", "people", "exploitation", "area",
			"hours", "email", "phone"}}, put(tx, deskID, n, version)
	})
}

// second is what the second of two writers gets: what differs from what stands in the directory by now.
func second(tx *gate.Tx, l *Listing, n *New) error {
	return agency.ChangedSince(tx, "gate.changed", l.AuthorID, gate.Stale{Version: l.Version, At: l.WrittenAt, Fields: []gate.StaleField{
		{Name: "services", Mine: list(CodesOf(n.Services)), Theirs: list(l.Services)},
		{Name: "languages", Mine: list(CodesOf(n.Languages)), Theirs: list(l.Languages)},
		{Name: "people", Mine: list(CodesOf(n.People)), Theirs: list(l.People)},
		{Name: "exploitation", Mine: list(CodesOf(n.Exploitation)), Theirs: list(l.Exploitation)},
		{Name: "area", Mine: n.Area, Theirs: l.Area}, {Name: "always_open", Mine: n.AlwaysOpen, Theirs: l.AlwaysOpen},
		{Name: "days", Mine: list(CodesOf(n.Days)), Theirs: list(l.Days)}, {Name: "opens", Mine: n.Opens, Theirs: l.Opens},
		{Name: "closes", Mine: n.Closes, Theirs: l.Closes}, {Name: "email", Mine: n.Email, Theirs: l.Email},
		{Name: "phone", Mine: n.Phone, Theirs: l.Phone}}})
}

// noPerson refuses the address of a colleague: one that signs in here, and one that bears the name of one (staff are at risk as
// well: CETS 197, article 28). Who signs in for other agencies it does not tell.
func noPerson(tx *gate.Tx, wrong *fault.Fault, email string) error {
	if email == "" {
		return nil
	}
	_, of, err := agency.PersonBy(tx, email)
	if err != nil {
		return err
	}
	colleagues, err := agency.Colleagues(tx)
	if of == tx.Actor().AgencyID || slices.ContainsFunc(colleagues, func(c agency.Colleague) bool { return bearsName(email, c.Name) }) {
		wrong.WithField("email", "directory.of_a_person")
	}
	return err
}

// TellPlaces keeps how many places are free at a desk now.
func (s *Service) TellPlaces(ctx context.Context, deskID string, free int) error {
	return s.gate.Write(ctx, placesAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		l, err := spokenFor(tx, deskID)
		if err != nil {
			return audit.Event{}, err
		}
		switch {
		case free < 0 || free > mostPlaces:
			return audit.Event{}, invalid().WithField("free", "directory.not_a_number", "Max", mostPlaces)
		case !l.Written():
			return audit.Event{}, fault.New(fault.Conflict, "directory.say_first")
		}
		return audit.Event{Op: audit.Alter, Subject: deskID, Fields: []string{"places"}},
			tx.ExecOne(insertPlaces, gate.Args{"id": gate.NewID(), "desk": deskID, "free": free})
	})
}
