package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"relais/internal/agency"
	"relais/internal/authz"
)

// SignIn is an account of the demonstration.
type SignIn struct {
	Agency string
	Kind   authz.Role // discipline of the agency
	Role   string     // caseworker, agency_admin, auditor or Second
	Email  string
}

// accounts are the roles of which every agency has a person, and the first part of their addresses.
var accounts = []struct{ role, address string }{
	{agency.Caseworker, "caseworker"}, {agency.Administrator, "admin"}, {agency.Auditor, "auditor"},
}

// Second is the role under which SignIns names the second person where one has to sign: a caseworker who supervises.
const Second = "colleague"

// seconds are the agencies that have one: inspection, police and shelter of each cast.
func (w *world) seconds() (codes []string) {
	for _, row := range w.casts {
		codes = append(codes, row[:3]...)
	}
	return codes
}

// SignIns are the accounts of the demonstration, agency by agency.
func SignIns() ([]SignIn, error) {
	w, err := loadWorld()
	if err != nil {
		return nil, err
	}
	var list []SignIn
	for _, row := range w.agencies {
		for _, a := range accounts {
			list = append(list, SignIn{Agency: row.name, Kind: row.kind, Role: a.role, Email: a.address + "@" + row.code + ".example"})
		}
		if slices.Contains(w.seconds(), row.code) {
			list = append(list, SignIn{Agency: row.name, Kind: row.kind, Role: Second, Email: Second + "@" + row.code + ".example"})
		}
	}
	return list, nil
}

// found makes the agencies with three people each: one who works on files, one who manages, one who reviews. Some have a fourth,
// who signs where two have to.
func (f *filling) found(ctx context.Context) error {
	for _, row := range f.world.agencies {
		if err := f.foundOne(ctx, row); err != nil {
			return fmt.Errorf("demo: %s: %w", row.code, err)
		}
	}
	return nil
}

func (f *filling) foundOne(ctx context.Context, row agencyRow) error {
	n := agency.NewAgency{Code: row.code, Country: row.country, Kind: row.kind, Name: row.name, Regime: row.regime}
	for _, desk := range row.desks {
		name, unit, _ := strings.Cut(desk, "=")
		n.Desks = append(n.Desks, agency.NewDesk{Name: strings.TrimSuffix(name, "*"), Intake: strings.HasSuffix(name, "*"), Unit: unit})
	}
	made, err := f.parts.Agencies.Found(ctx, n)
	if err != nil {
		return err
	}
	at := staff{agency: row, id: made.ID, desk: made.Desks[0], others: map[string]string{}}
	for _, a := range accounts {
		id, err := f.appoint(ctx, row, made, a.role, a.address)
		if err != nil {
			return err
		}
		at.others[a.role] = id
	}
	if slices.Contains(f.world.seconds(), row.code) {
		if at.others[Second], err = f.appoint(ctx, row, made, Second, Second); err != nil {
			return err
		}
	}
	at.workerID = at.others[agency.Caseworker]
	f.people[row.code] = at
	f.done.Agencies++
	return nil
}

// appoint puts one person into an agency. In a shelter the caseworker is a care professional and supervises, so that health
// and the shelter's location can be shown; in the police the caseworker is on duty.
func (f *filling) appoint(ctx context.Context, row agencyRow, made agency.Founded, role, address string) (string, error) {
	n := agency.NewWorker{Given: one(f.chance, f.world.staff["given"]), Family: f.colleague(), Language: row.language,
		Email: address + "@" + row.code + ".example", Hold: []string{made.Roles[role]}}
	shelter := row.kind == authz.RoleShelter
	switch role {
	case Second:
		n.Hold, n.Desks, n.Care, n.Supervisor = []string{made.Roles[agency.Caseworker]}, made.Desks, shelter, true
	case agency.Caseworker:
		n.Desks, n.Care, n.Supervisor, n.Duty = made.Desks, shelter, shelter, row.kind == authz.RolePolice
	case agency.Administrator:
		n.Give = []string{made.Roles[agency.Caseworker], made.Roles[agency.Administrator]}
	}
	id, err := f.parts.Agencies.Appoint(ctx, made.ID, n)
	if err != nil {
		return "", err
	}
	f.done.People++
	return id, f.parts.Enrol(ctx, id, Password, Secret)
}

// colleague is an invented family name of the Low Countries.
func (f *filling) colleague() string {
	return one(f.chance, f.world.staff["stem"]) + one(f.chance, f.world.staff["end"])
}
