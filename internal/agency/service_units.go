package agency

import (
	"context"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	listUnitsAction = gate.OnOwn("desks.list", authz.People, authz.Manage)
	setUnitAction   = gate.OnOwn("desks.set_unit", authz.People, authz.Manage).SteppedUp()
)

// DeskUnit is a desk of the caller's agency with the unit of the law that it is; empty for none.
type DeskUnit struct {
	ID      string `json:"id" db:"id"`
	Name    string `json:"name" db:"name"`
	Unit    string `json:"unit" db:"unit"`
	Version int64  `json:"version" db:"version"`
}

// Units are the desks of an agency, and the units that the law of its country names for its kind.
type Units struct {
	Desks   []DeskUnit
	Offered []string
	Missing []string // units of the law that no desk is: what it leaves to them nobody of the agency records
}

// missing are the units that no desk is.
func (u *Units) missing() (units []string) {
	for _, unit := range u.Offered {
		if !slices.ContainsFunc(u.Desks, func(d DeskUnit) bool { return d.Unit == unit }) {
			units = append(units, unit)
		}
	}
	return units
}

// MissingUnits are the units of the law that no desk of the caller's agency is, inside a running use case of who manages the agency.
func (s *Service) MissingUnits(tx *gate.Tx) ([]string, error) {
	u, err := s.unitsOf(tx)
	return u.Missing, err
}

func (s *Service) unitsOf(tx *gate.Tx) (u Units, err error) {
	u = Units{Desks: []DeskUnit{}, Offered: s.offered(tx)}
	err = tx.Select(&u.Desks, selectDeskUnits, nil)
	u.Missing = u.missing()
	return u, err
}

// Units lists the desks of the caller's agency with the units of the law that they are.
func (s *Service) Units(ctx context.Context) (u Units, err error) {
	err = s.gate.Read(ctx, listUnitsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		u, err = s.unitsOf(tx)
		return audit.Event{Op: audit.Consult}, err
	})
	return u, err
}

func (s *Service) offered(tx *gate.Tx) []string {
	a := tx.Actor()
	return s.doors.Units(a.Country, string(a.Kind), moment.DayOf(tx.Now()))
}

// SetUnit says which unit of the law a desk is, or that it is none. From then on who sits there decides what the law leaves to the
// unit, and who leaves it does not. version is the desk's.
func (s *Service) SetUnit(ctx context.Context, deskID, unit string, version int64) (set DeskUnit, err error) {
	err = s.gate.Write(ctx, setUnitAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		var desks []DeskUnit
		if err := tx.Select(&desks, selectDeskUnits, nil); err != nil {
			return audit.Event{}, err
		}
		at := slices.IndexFunc(desks, func(d DeskUnit) bool { return d.ID == deskID })
		switch {
		case at < 0:
			return audit.Event{}, notFound()
		case unit != "" && !slices.Contains(s.offered(tx), unit):
			return audit.Event{}, fault.New(fault.Invalid, "fault.invalid").WithField("unit", "fault.field_unknown_code")
		case desks[at].Version != version:
			return audit.Event{}, gate.ChangedSince("agency.unit_changed", gate.Stale{Version: desks[at].Version,
				Fields: []gate.StaleField{{Name: "unit", Mine: unit, Theirs: desks[at].Unit}}})
		}
		if err := tx.ExecOne(updateUnit, gate.Args{"desk": deskID, "unit": unit, "version": version}); err != nil {
			return audit.Event{}, err
		}
		set = DeskUnit{ID: deskID, Name: desks[at].Name, Unit: unit, Version: version + 1}
		return audit.Event{Op: audit.PolicyChange, Subject: deskID, Fields: []string{"unit=" + unit, "before=" + desks[at].Unit}}, tx.PolicyChanged()
	})
	return set, err
}
