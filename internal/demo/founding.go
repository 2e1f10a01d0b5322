package demo

import (
	"context"
	"fmt"
	"strings"

	"relais/internal/agency"
	"relais/internal/authz"
)

// found makes the agencies with three people each: one who works on files, one who manages, one who reviews.
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
		n.Desks = append(n.Desks, agency.NewDesk{Name: strings.TrimSuffix(desk, "*"), Intake: strings.HasSuffix(desk, "*")})
	}
	made, err := f.parts.Agencies.Found(ctx, n)
	if err != nil {
		return err
	}
	at := staff{agency: row, id: made.ID, desk: made.Desks[0]}
	for _, role := range []string{agency.Caseworker, agency.Administrator, agency.Auditor} {
		id, err := f.appoint(ctx, at, made, role)
		if err != nil {
			return err
		}
		if role == agency.Caseworker {
			at.workerID = id
		}
	}
	f.people[row.code] = at
	f.done.Agencies++
	return nil
}

func (f *filling) appoint(ctx context.Context, at staff, made agency.Founded, role string) (string, error) {
	given := one(f.chance, f.world.names["latin/"+one(f.chance, []string{"f", "m"})])
	n := agency.NewWorker{Given: given.latin, Family: f.surname("latin").latin, Email: email(at.agency.code, role),
		Language: at.agency.language, Hold: []string{made.Roles[role]}}
	switch role {
	case agency.Caseworker:
		n.Desks, n.Care = made.Desks, at.agency.kind == authz.RoleShelter
	case agency.Administrator:
		n.Give = []string{made.Roles[agency.Caseworker], made.Roles[agency.Administrator]}
	}
	id, err := f.parts.Agencies.Appoint(ctx, at.id, n)
	if err != nil {
		return "", err
	}
	f.done.People++
	return id, f.parts.Enrol(ctx, id, Password, Secret)
}

// email is the invented address of an account: caseworker@be.payoke.example.
func email(code, role string) string {
	return map[string]string{agency.Caseworker: "caseworker", agency.Administrator: "admin", agency.Auditor: "auditor"}[role] + "@" + code + ".example"
}

// SignIns are the accounts of the demonstration, agency by agency.
func SignIns() ([]SignIn, error) {
	w, err := loadWorld()
	if err != nil {
		return nil, err
	}
	var list []SignIn
	for _, row := range w.agencies {
		for _, role := range []string{agency.Caseworker, agency.Administrator, agency.Auditor} {
			list = append(list, SignIn{Agency: row.name, Role: role, Email: email(row.code, role)})
		}
	}
	return list, nil
}
