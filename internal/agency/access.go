package agency

import (
	"cmp"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
)

// check refuses an address that is taken, and desks and roles that the agency does not have: those of another agency are
// as unknown as those that do not exist.
func (s *Service) check(tx *gate.Tx, f invalid, agencyID string, w *Worker, before Access) error {
	if len(f.Fields) == 0 {
		taken, err := loginTaken(tx, w.Email, w.ID)
		if err != nil {
			return err
		}
		if taken {
			f.WithField("email", "agency.login_taken")
		}
	}
	desks, err := liveDesks(tx, agencyID)
	if err != nil {
		return err
	}
	roles, err := allRoles(tx, agencyID)
	if err != nil {
		return err
	}
	var seats, known []string
	for _, desk := range desks {
		seats = append(seats, desk.ID)
	}
	for _, role := range roles {
		known = append(known, role.ID)
	}
	within(f, "desks", w.Desks, seats, before.Desks)
	within(f, "hold", w.Hold, known, before.Hold)
	within(f, "give", w.Give, known, before.Give)
	return f.OrNil()
}

// within refuses what is not in the list; what somebody has already, such as a closed desk, may stay.
func within(f invalid, field string, chosen, list, already []string) {
	for _, id := range chosen {
		if !slices.Contains(list, id) && !slices.Contains(already, id) {
			f.WithField(field, "fault.field_unknown_code")
			return
		}
	}
}

// mayGive refuses to give or take a role that the caller does not hold the right to give.
func (s *Service) mayGive(tx *gate.Tx, before, after Access) error {
	mine, err := rolesOf(tx, tx.Actor().AgencyID, tx.Actor().WorkerID, mayGive)
	if err != nil {
		return err
	}
	for _, id := range slices.Concat(differing(before.Hold, after.Hold), differing(before.Give, after.Give)) {
		if !slices.ContainsFunc(mine, func(role roleRow) bool { return role.ID == id }) {
			return refused("agency.not_yours_to_give")
		}
	}
	return nil
}

// reaches refuses what amounts to having all roles of a person, or to taking them away: a new invitation, another address to sign in
// with, closing the account.
func (s *Service) reaches(tx *gate.Tx, w *Worker) error {
	return s.mayGive(tx, w.Access, Access{}.tidy())
}

func differing(before, after []string) (ids []string) {
	return append(missing(before, after), missing(after, before)...)
}

// missing lists what of list the other one lacks.
func missing(list, other []string) (ids []string) {
	for _, id := range list {
		if !slices.Contains(other, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// apply writes the difference between two accesses and names it for the trail: codes and ids, each with + or -.
func (s *Service) apply(tx *gate.Tx, workerID string, before, after Access) (fields []string, err error) {
	by := tx.Actor().WorkerID
	for _, change := range []struct {
		word          string
		before, after []string
		add, end      func(id string) error
	}{
		{"desk", before.Desks, after.Desks,
			func(id string) error { return seat(tx, workerID, id) }, func(id string) error { return s.leaveDesk(tx, workerID, id) }},
		{mayHold, before.Hold, after.Hold,
			func(id string) error { return link(tx, workerID, id, mayHold, by) },
			func(id string) error { return unlink(tx, workerID, id, mayHold) }},
		{mayGive, before.Give, after.Give,
			func(id string) error { return link(tx, workerID, id, mayGive, by) },
			func(id string) error { return unlink(tx, workerID, id, mayGive) }},
	} {
		for _, id := range missing(change.after, change.before) {
			fields = append(fields, change.word+"+"+id)
			err = cmp.Or(err, change.add(id))
		}
		for _, id := range missing(change.before, change.after) {
			fields = append(fields, change.word+"-"+id)
			err = cmp.Or(err, change.end(id))
		}
	}
	return append(fields, flagsChanged(before, after)...), err
}

func (s *Service) leaveDesk(tx *gate.Tx, workerID, deskID string) error {
	if err := unseat(tx, workerID, deskID); err != nil {
		return err
	}
	return s.doors.Left(tx, workerID, deskID)
}

func flagsChanged(before, after Access) (fields []string) {
	for _, flag := range []struct {
		word     string
		was, now bool
	}{{"care", before.Care, after.Care}, {"supervisor", before.Supervisor, after.Supervisor}, {"duty", before.Duty, after.Duty}} {
		switch {
		case flag.now && !flag.was:
			fields = append(fields, flag.word+"+")
		case flag.was && !flag.now:
			fields = append(fields, flag.word+"-")
		}
	}
	return fields
}

func namesChanged(before, after *Worker) (fields []string) {
	for _, field := range differences(before, after) {
		if slices.Contains([]string{"given", "family", "email", "phone"}, field.Name) {
			fields = append(fields, field.Name)
		}
	}
	return fields
}

// Stale is what the second of two editors gets: the version that is there now, and what differs from theirs.
type Stale struct {
	Version int64        `json:"version"`
	Fields  []StaleField `json:"fields"`
}

// StaleField is one field that differs.
type StaleField struct {
	Name   string `json:"name"`
	Mine   any    `json:"mine"`
	Theirs any    `json:"theirs"`
}

func stale(theirs, mine *Worker) error {
	return fault.New(fault.Conflict, "agency.changed").With(Stale{Version: theirs.Version, Fields: differences(theirs, mine)})
}

func differences(theirs, mine *Worker) []StaleField {
	all := []StaleField{
		{"given", mine.Given, theirs.Given}, {"family", mine.Family, theirs.Family}, {"email", mine.Email, theirs.Email},
		{"phone", mine.Phone, theirs.Phone}, {"care", mine.Care, theirs.Care}, {"supervisor", mine.Supervisor, theirs.Supervisor},
		{"duty", mine.Duty, theirs.Duty},
	}
	fields := slices.DeleteFunc(all, func(f StaleField) bool { return f.Mine == f.Theirs })
	for _, list := range []struct {
		name         string
		mine, theirs []string
	}{{"desks", mine.Desks, theirs.Desks}, {"hold", mine.Hold, theirs.Hold}, {"give", mine.Give, theirs.Give}} {
		if len(differing(list.mine, list.theirs)) > 0 {
			fields = append(fields, StaleField{list.name, list.mine, list.theirs})
		}
	}
	return fields
}

// guarded runs a change of rights, says to every instance that rights changed, and undoes a change that leaves the agency
// without its last administrator or its last auditor. The row of the generation is written by every such change, so on
// PostgreSQL two administrators who remove each other at one moment collide there, and the second is judged again on what
// the first left.
func guarded(tx *gate.Tx, agencyID string, change func() (audit.Event, error)) (audit.Event, error) {
	before, err := watchOf(tx, agencyID)
	if err != nil {
		return audit.Event{}, err
	}
	event, err := change()
	if err != nil {
		return audit.Event{}, err
	}
	if err := tx.PolicyChanged(); err != nil {
		return audit.Event{}, err
	}
	after, err := watchOf(tx, agencyID)
	switch {
	case err != nil:
		return audit.Event{}, err
	case before.admins > 0 && after.admins == 0:
		return audit.Event{}, refused("agency.last_admin")
	case before.auditors > 0 && after.auditors == 0:
		return audit.Event{}, refused("agency.last_auditor")
	}
	return event, nil
}

// watch counts those whom an agency must not lose: who can let people in, and who can read what they did.
type watch struct{ admins, auditors int64 }

func watchOf(tx *gate.Tx, agencyID string) (w watch, err error) {
	if w.admins, err = holders(tx, agencyID, authz.RoleAgencyAdmin, authz.People, authz.Manage); err != nil {
		return w, err
	}
	w.auditors, err = holders(tx, agencyID, authz.RoleAuditor, authz.AccessLog, authz.Read)
	return w, err
}

func staleRole(theirs *Role, name string, rules []Rule) error {
	s := Stale{Version: theirs.Version}
	if name != theirs.Name {
		s.Fields = append(s.Fields, StaleField{"name", name, theirs.Name})
	}
	if len(ruleFields(theirs.Rules, rules)) > 0 {
		s.Fields = append(s.Fields, StaleField{"rules", rules, theirs.Rules})
	}
	return fault.New(fault.Conflict, "agency.changed").With(s)
}
