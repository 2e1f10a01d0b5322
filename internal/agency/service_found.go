package agency

import (
	"context"
	"errors"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/rulepack"
	"relais/internal/seal"
)

// NewAgency is what founding an agency needs. Kind is the discipline that the law gives it.
type NewAgency struct {
	Code    string
	Country string
	Kind    authz.Role
	Name    string
	Regime  string
	Desks   []NewDesk
}

// NewDesk is a desk to open; Intake marks one that takes referrals in.
type NewDesk struct {
	Name   string
	Intake bool
	Unit   string // that the law names, such as the judicial police of Luxembourg; empty for none
}

// Founded tells the ids of what founding made: desks in the order given, the standard roles by their names.
type Founded struct {
	ID    string
	Desks []string
	Roles map[string]string
}

// NewWorker is what appointing or adding a person needs.
type NewWorker struct {
	Given, Family, Email, Phone string
	Language                    string
	Desks                       []string
	Care, Supervisor, Duty      bool
	Hold, Give                  []string // ids of roles
}

func (n NewWorker) person() Person {
	return Person{Given: n.Given, Family: n.Family, Email: n.Email, Phone: n.Phone}
}

func (n NewWorker) access() Access {
	return Access{Desks: n.Desks, Care: n.Care, Supervisor: n.Supervisor, Duty: n.Duty, Hold: n.Hold, Give: n.Give}.tidy()
}

// Found makes an agency with its desks, its key and its standard roles. Only the program does so: no agency founds another.
func (s *Service) Found(ctx context.Context, n NewAgency) (made Founded, err error) {
	if err := checkAgency(&n); err != nil {
		return made, err
	}
	err = s.gate.Write(ctx, foundAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		made = Founded{ID: gate.NewID(), Roles: map[string]string{}}
		if err := putAgency(tx, made.ID, n); err != nil {
			return audit.Event{}, codeFree(err)
		}
		for _, desk := range n.Desks {
			id := gate.NewID()
			if err := putDesk(tx, made.ID, id, desk); err != nil {
				return audit.Event{}, err
			}
			made.Desks = append(made.Desks, id)
		}
		if err := s.standard(tx, made, n.Kind); err != nil {
			return audit.Event{}, err
		}
		// The first writer makes the agency's key: made here, so that two first colleagues cannot race for it.
		if _, err := tx.SealStaff(made.ID, seal.AD{Table: "agency", Row: made.ID}, nil); err != nil {
			return audit.Event{}, err
		}
		return audit.Event{Op: audit.Admin, Subject: made.ID, Concerns: []string{made.ID}}, tx.PolicyChanged()
	})
	return made, err
}

func (s *Service) standard(tx *gate.Tx, made Founded, kind authz.Role) error {
	for name, base := range map[string]authz.Role{Caseworker: kind, Administrator: authz.RoleAgencyAdmin, Auditor: authz.RoleAuditor} {
		made.Roles[name] = gate.NewID()
		err := putRole(tx, made.ID, made.Roles[name], base, name, true, s.actors.baseline.Ceiling(base))
		if err != nil {
			return err
		}
	}
	return nil
}

func checkAgency(n *NewAgency) error {
	f := newInvalid()
	n.Code = f.text("code", n.Code, longestCode, true)
	n.Name = f.text("name", n.Name, longestTitle, true)
	f.code("country", n.Country, Countries)
	f.code("regime", n.Regime, Regimes)
	if _, known := authz.ParseRole(string(n.Kind)); !known || n.Kind == authz.RoleAuditor || n.Kind == authz.RoleAgencyAdmin {
		f.WithField("kind", "fault.field_unknown_code")
	}
	for i := range n.Desks {
		n.Desks[i].Name = f.text("desks", n.Desks[i].Name, longestTitle, true)
		if unit := n.Desks[i].Unit; unit != "" && !slices.Contains(rulepack.Units(string(n.Kind)), unit) {
			f.WithField("desks", "fault.field_unknown_code")
		}
	}
	return f.OrNil()
}

func codeFree(err error) error {
	if database.IsUnique(err) {
		return fault.New(fault.Invalid, "fault.invalid").WithField("code", "fault.field_duplicate")
	}
	return err
}

// Appoint puts a person into an agency by the program: the first administrator, or the people of a demonstration.
func (s *Service) Appoint(ctx context.Context, agencyID string, n NewWorker) (workerID string, err error) {
	err = s.gate.Write(ctx, appointAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if _, err := kindOf(tx, agencyID); errors.Is(err, database.ErrNoRows) {
			return audit.Event{}, notFound()
		} else if err != nil {
			return audit.Event{}, err
		}
		var event audit.Event
		workerID, event, err = s.put(tx, agencyID, n)
		event.Concerns = []string{agencyID}
		return event, err
	})
	return workerID, err
}

// InviteAgain makes a new invitation by the program, for somebody whose agency has no administrator who could.
func (s *Service) InviteAgain(ctx context.Context, agencyID, workerID string) (made Invitation, err error) {
	err = s.gate.Write(ctx, appointAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		w, err := workerOf(tx, agencyID, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		if w.Disabled() {
			return audit.Event{}, fault.New(fault.Conflict, "agency.person_disabled")
		}
		made, err = s.doors.Invite(tx, workerID)
		return audit.Event{Op: audit.Admin, Subject: workerID, Fields: []string{"invitation"}, Concerns: []string{agencyID}}, err
	})
	return made, err
}

// Retire disables a person by the program, under the same rule that keeps an administrator and an auditor in place.
func (s *Service) Retire(ctx context.Context, agencyID, workerID string) error {
	return s.gate.Write(ctx, retireAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		w, err := workerOf(tx, agencyID, workerID)
		if err != nil {
			return audit.Event{}, err
		}
		event, err := s.disable(tx, agencyID, w)
		event.Concerns = []string{agencyID}
		return event, err
	})
}

// RenewStandardRoles brings the standard roles up to the baseline in force, after an upgrade that brought new sections.
// It tells how many roles changed.
func (s *Service) RenewStandardRoles(ctx context.Context) (changed int, err error) {
	err = s.gate.Write(ctx, renewAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		changed = 0
		roles, err := standardRoles(tx)
		if err != nil {
			return audit.Event{}, err
		}
		for _, role := range roles {
			renewed, err := s.renew(tx, role)
			if err != nil {
				return audit.Event{}, err
			}
			changed += renewed
		}
		event := audit.Event{Op: audit.PolicyChange, ResultCount: int64(changed)}
		if changed == 0 {
			return event, nil
		}
		return event, tx.PolicyChanged()
	})
	return changed, err
}

func (s *Service) renew(tx *gate.Tx, role roleRow) (int, error) {
	stored, err := rulesOf(tx, role.ID, role.Version)
	if err != nil {
		return 0, err
	}
	ceiling := s.actors.baseline.Ceiling(authz.Role(role.Base))
	if len(stored) == len(ceiling) && len(s.actors.within(authz.Role(role.Base), stored)) == len(ceiling) {
		return 0, nil
	}
	if err := tx.ExecOne(renewRole, gate.Args{"role": role.ID, "version": role.Version}); err != nil {
		return 0, err
	}
	return 1, putRules(tx, role.ID, role.Version+1, ceiling)
}
