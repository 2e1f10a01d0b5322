package worklist

import (
	"context"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

var (
	showAction        = gate.ByAnyone("worklist.show")
	endingAction      = gate.ByAnyone("worklist.ending")
	leaderlessAction  = gate.ByAnyone("worklist.leaderless")
	unprotectedAction = gate.OnOwn("worklist.unprotected", authz.People, authz.Manage)
)

// Service reads worklists.
type Service struct {
	gate   *gate.Gate
	clocks *clock.Service
	units  Units
}

// Units gives the units of the law that no desk of the caller's agency is.
type Units func(tx *gate.Tx) ([]string, error)

// NewService makes the service.
func NewService(g *gate.Gate, clocks *clock.Service, units Units) *Service {
	return &Service{gate: g, clocks: clocks, units: units}
}

// Show gives the caller's landing page.
func (s *Service) Show(ctx context.Context) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		view = standing(tx)
		view.clocks, view.units = s.clocks, s.units
		for _, part := range []struct {
			wanted bool
			read   func(tx *gate.Tx) error
		}{{view.Works, view.readReferrals}, {view.Works, view.readFiles}, {view.Watches, view.readLeaderless},
			{view.Manages, view.readMissing}, {view.Reviews, view.readVerified}, {true, view.readTasks}, {view.Works, view.readClocks}, {true, view.readNumbers}} {
			if !part.wanted {
				continue
			}
			if err := part.read(tx); err != nil {
				return audit.Event{}, err
			}
		}
		return audit.Event{Op: audit.Search, Results: view.files()}, nil
	})
	return view, err
}

// standing is for whom the day is: by the roles that the caller holds.
func standing(tx *gate.Tx) View {
	return View{Now: tx.Now(), Works: holds(tx.Actor(), tx.Actor().Kind), Watches: watches(tx),
		Manages: tx.Could(authz.People, authz.Manage), Reviews: holds(tx.Actor(), authz.RoleAuditor)}
}

// holds says whether the person holds a role of this discipline: the agency's own one works on files, the auditor's reviews.
func holds(a *authz.Actor, base authz.Role) bool {
	return slices.ContainsFunc(a.Held, func(h authz.Held) bool { return h.Base == base })
}

// watches says whether the person answers for what the agency's desks do.
func watches(tx *gate.Tx) bool {
	return tx.Actor().Supervisor || tx.Could(authz.People, authz.Manage)
}

func (v *View) readReferrals(tx *gate.Tx) (err error) {
	if v.Waiting, _, err = sharing.In(tx, sharing.Waiting, gate.Cursor{}, shown); err != nil {
		return err
	}
	v.Overdue = len(v.Waiting) > 0 && v.Waiting[0].Overdue(v.Now) // the most pressing stands first
	if v.Sent, _, err = sharing.In(tx, sharing.Sent, gate.Cursor{}, shown); err != nil {
		return err
	}
	found, err := sharing.CountIn(tx, sharing.Sent, Most+1)
	v.SentCount = countOf(found)
	return err
}

func (v *View) readFiles(tx *gate.Tx) (err error) {
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		page, _, err := tx.List(kind, gate.Cursor{}, recent)
		if err != nil {
			return err
		}
		files, err := filesOf(tx, page)
		if err != nil {
			return err
		}
		v.Changed = append(v.Changed, files...)
	}
	v.Ending, _, err = endingAfter(tx, gate.Cursor{}, shown)
	return err
}

func (v *View) readLeaderless(tx *gate.Tx) (err error) {
	v.Leaderless, _, err = leaderlessAfter(tx, gate.Cursor{}, shown)
	return err
}

func (v *View) readMissing(tx *gate.Tx) (err error) {
	v.Missing, err = v.units(tx)
	return err
}

func (v *View) readVerified(tx *gate.Tx) (err error) {
	v.Verified, err = lastVerified(tx)
	return err
}

// files are the ids of all files that the page speaks of, for the trail.
func (v *View) files() (ids []string) {
	for i := range v.Tasks {
		ids = append(ids, v.Tasks[i].FileID)
	}
	for i := range v.Clocks {
		ids = append(ids, v.Clocks[i].FileID)
	}
	for i := range v.Waiting {
		ids = append(ids, v.Waiting[i].FileID)
	}
	for i := range v.Sent {
		ids = append(ids, v.Sent[i].FileID)
	}
	for _, f := range v.Changed {
		ids = append(ids, f.ID)
	}
	for _, e := range v.Ending {
		ids = append(ids, e.FileID)
	}
	for _, l := range v.Leaderless {
		ids = append(ids, l.FileID)
	}
	return ids
}

// List is one page of a list.
type List[T any] struct {
	Items []T
	Next  gate.Cursor
	Now   moment.Time
}

// Ending is one page of the files that the caller's desks see only until a day within the next fortnight, the nearest first.
func (s *Service) Ending(ctx context.Context, after gate.Cursor) (list List[Ending], err error) {
	err = s.gate.Read(ctx, endingAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List[Ending]{Now: tx.Now()}
		list.Items, list.Next, err = endingAfter(tx, after, PageSize)
		event := audit.Event{Op: audit.Search}
		for _, e := range list.Items {
			event.Results = append(event.Results, e.FileID)
		}
		return event, err
	})
	return list, err
}

// Leaderless is one page of the cases that the agency leads while nobody is there to lead them. It is for supervisors and
// administrators of the agency and shows references only.
func (s *Service) Leaderless(ctx context.Context, after gate.Cursor) (list List[Leaderless], err error) {
	err = s.gate.Read(ctx, leaderlessAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !watches(tx) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		list = List[Leaderless]{Now: tx.Now()}
		list.Items, list.Next, err = leaderlessAfter(tx, after, PageSize)
		event := audit.Event{Op: audit.Search, SubjectCategory: "case"}
		for _, l := range list.Items {
			event.Results = append(event.Results, l.FileID)
		}
		return event, err
	})
	return list, err
}

// Unprotected is one page of the agency's people without a second factor, for its administrator.
func (s *Service) Unprotected(ctx context.Context, after gate.Cursor) (list List[Person], err error) {
	err = s.gate.Read(ctx, unprotectedAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List[Person]{Now: tx.Now()}
		if list.Items, list.Next, err = unprotectedAfter(tx, after, PageSize); err != nil {
			return audit.Event{}, err
		}
		ids := make([]string, 0, len(list.Items))
		for _, p := range list.Items {
			ids = append(ids, p.WorkerID)
		}
		names, err := agency.WorkerNames(tx, ids)
		for i := range list.Items {
			list.Items[i].Name = names[list.Items[i].WorkerID]
		}
		return audit.Event{Op: audit.Consult}, err
	})
	return list, err
}
