package agency

import (
	"context"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	directoryAction = gate.ByAnyone("agency.directory")
	listAction      = gate.OnOwn("people.list", authz.People, authz.Manage)
	showAction      = gate.OnOwn("people.show", authz.People, authz.Manage)
	editAction      = gate.OnOwn("people.edit", authz.People, authz.Manage).SteppedUp()
	addAction       = gate.OnOwn("people.add", authz.People, authz.Manage).SteppedUp()
	changeAction    = gate.OnOwn("people.change", authz.People, authz.Manage).SteppedUp()
	closeAction     = gate.OnOwn("people.close", authz.People, authz.Manage).SteppedUp()
	restoreAction   = gate.OnOwn("people.restore", authz.People, authz.Manage).SteppedUp()
	inviteAction    = gate.OnOwn("people.invite", authz.People, authz.Manage).SteppedUp()

	listRolesAction   = gate.OnOwn("roles.list", authz.People, authz.Manage)
	showRoleAction    = gate.OnOwn("roles.show", authz.People, authz.Manage)
	editRoleAction    = gate.OnOwn("roles.edit", authz.People, authz.Manage).SteppedUp()
	createRoleAction  = gate.OnOwn("roles.create", authz.People, authz.Manage).SteppedUp()
	foreseeRoleAction = gate.OnOwn("roles.effect", authz.People, authz.Manage).SteppedUp()
	changeRoleAction  = gate.OnOwn("roles.change", authz.People, authz.Manage).SteppedUp()
	closeRoleAction   = gate.OnOwn("roles.close", authz.People, authz.Manage).SteppedUp()

	foundAction   = gate.ByProgram("agency.found")
	appointAction = gate.ByProgram("agency.appoint")
	retireAction  = gate.ByProgram("agency.retire")
	renewAction   = gate.ByProgram("agency.renew_roles")
)

// Doors are what signing in does for an agency; account hands them in.
type Doors struct {
	Invite  func(tx *gate.Tx, workerID string) (Invitation, error) // a new link, which ends every earlier one
	Dismiss func(tx *gate.Tx, workerID string) error               // ends sessions, keys and links

	// Units are what the law of a country names of agencies of a kind on a day; the rule packs say it.
	Units func(country, kind string, on moment.Date) []string

	// Left ends what came with a desk that a person leaves, or with the agency where deskID is empty; sharing hands it in.
	Left func(tx *gate.Tx, workerID, deskID string) error
}

// Service is what people do with their agency.
type Service struct {
	gate   *gate.Gate
	actors *Actors
	doors  Doors
}

// NewService makes the service on the gate that resolves with the same actors.
func NewService(g *gate.Gate, actors *Actors, doors Doors) *Service {
	if g == nil || actors == nil || doors.Invite == nil || doors.Dismiss == nil {
		panic("agency: a part is missing")
	}
	if doors.Left == nil {
		doors.Left = func(*gate.Tx, string, string) error { return nil }
	}
	if doors.Units == nil {
		doors.Units = func(string, string, moment.Date) []string { return nil }
	}
	return &Service{gate: g, actors: actors, doors: doors}
}

// Agencies lists all agencies and their desks by their public names.
func (s *Service) Agencies(ctx context.Context) (list []Listing, err error) {
	err = s.gate.Read(ctx, directoryAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list, err = Directory(tx)
		return audit.Event{Op: audit.Consult}, err
	})
	return list, err
}
