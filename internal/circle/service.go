package circle

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	listAction      = gate.ByAnyone("circle.list")
	formAction      = gate.ByAnyone("circle.form")
	createAction    = gate.ByAnyone("circle.create")
	showAction      = gate.ByAnyone("circle.show")
	effectAction    = gate.ByAnyone("circle.effect")
	joinAction      = gate.ByAnyone("circle.join")
	leaveAction     = gate.ByAnyone("circle.leave").WhileClosed()
	closeAction     = gate.ByAnyone("circle.close").WhileClosed()
	shareFormAction = gate.OnFile("circle.share_form").Form()
	shareAction     = gate.OnFile("circle.share")
	endShareAction  = gate.OnFile("circle.end_share").WhileClosed()
)

// PageSize is how many circles stand on one page.
const PageSize = 25

// Service is what people do with circles.
type Service struct {
	gate    *gate.Gate
	sharing *sharing.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, s *sharing.Service) *Service { return &Service{gate: g, sharing: s} }

// List gives a page of the circles in which one of the caller's desks is.
func (s *Service) List(ctx context.Context, after gate.Cursor) (list []Circle, next gate.Cursor, now moment.Time, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if now = tx.Now(); !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		list, next, err = circlesAfter(tx, after, PageSize)
		return audit.Event{Op: audit.Consult, ResultCount: int64(len(list))}, err
	})
	return list, next, now, err
}

// Form is what the form for a new circle offers: the caller's own desks, and all desks.
type Form struct {
	Own   []agency.DeskListing
	Desks []agency.Listing
	Now   moment.Time
}

// Form gives the desks; somebody who sits at none can make no circle.
func (s *Service) Form(ctx context.Context) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if form.Now = tx.Now(); !mayOwn(tx) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		if form.Desks, err = agency.Directory(tx); err != nil {
			return audit.Event{}, err
		}
		form.Own = agency.OwnDesks(tx, form.Desks)
		return audit.Event{Op: audit.Consult}, nil
	})
	return form, err
}

func mayOwn(tx *gate.Tx) bool {
	return gate.WorksOnFiles(tx.Actor()) && len(tx.Actor().Desks) > 0
}

// Create makes a circle that one of the caller's desks owns and gives its id; a circle of one desk alone would be nobody.
func (s *Service) Create(ctx context.Context, n New, once string) (circleID string, err error) {
	err = s.gate.Write(ctx, createAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		if !mayOwn(tx) {
			return event, fault.New(fault.NotFound, "gate.not_found")
		}
		var again bool
		circleID, again, err = tx.Once(once, fmt.Sprint(n), func() (id string, err error) {
			id, event, err = create(tx, n)
			return id, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: circleID}
		}
		return event, err
	})
	return circleID, err
}

func create(tx *gate.Tx, n New) (id string, event audit.Event, err error) {
	wrong := invalid()
	until := n.check(wrong, tx.Actor(), tx.Now())
	members, err := chosen(tx, wrong, n)
	if err == nil {
		err = wrong.OrNil()
	}
	if err != nil {
		return "", event, err
	}
	id = gate.NewID()
	sealed, err := tx.SealStaff(tx.Actor().AgencyID, place(id), []byte(n.Name))
	if err != nil {
		return "", event, err
	}
	if err := tx.ExecOne(insertCircle, gate.Args{"id": id, "desk": n.DeskID, "name": sealed, "purpose": n.Purpose, "until": until}); err != nil {
		return "", event, err
	}
	event = audit.Event{Op: audit.Alter, Subject: id, Purpose: n.Purpose, Fields: []string{"members"}}
	for i := range members {
		if err := putMember(tx, id, &members[i]); err != nil {
			return "", event, err
		}
		if err := tell(tx, id, "circle_joined", members[i]); err != nil {
			return "", event, err
		}
		event.Concerns = append(event.Concerns, members[i].AgencyID)
	}
	return id, event, nil
}

// chosen are the desks of a new circle, the owner's first.
func chosen(tx *gate.Tx, wrong *fault.Fault, n New) (members []Member, err error) {
	for _, id := range append([]string{n.DeskID}, n.Desks...) {
		m, found, err := deskOf(tx, id)
		if err != nil {
			return nil, err
		}
		if !found && id != n.DeskID {
			wrong.WithField("members", "circle.no_such_desk")
			break
		}
		members = append(members, m)
	}
	return members, nil
}

// tell says to a desk other than the caller's own what happened to a circle.
func tell(tx *gate.Tx, circleID, code string, m Member) error {
	if slices.Contains(tx.Actor().Desks, m.DeskID) {
		return nil
	}
	_, err := notice.Tell(tx, notice.New{To: notice.To{Kind: notice.Desk, ID: m.DeskID, AgencyID: m.AgencyID}, Code: code,
		Subject: circleID, Link: "circle"})
	return err
}

// Show gives a circle to its members.
func (s *Service) Show(ctx context.Context, circleID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		view, err = viewOf(tx, circleID)
		event := audit.Event{Op: audit.Consult, Subject: circleID}
		for _, share := range view.Shares {
			event.Results = append(event.Results, share.FileID)
		}
		return event, err
	})
	return view, err
}

func viewOf(tx *gate.Tx, circleID string) (view View, err error) {
	c, err := circleOf(tx, circleID)
	if err != nil {
		return view, err
	}
	view = View{Circle: c, Now: tx.Now()}
	if view.Members, err = membersOf(tx, circleID); err != nil {
		return view, err
	}
	view.Shares, err = sharesOf(tx, circleID)
	return view, err
}
