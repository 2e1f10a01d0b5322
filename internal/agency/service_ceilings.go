package agency

import (
	"context"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

var (
	listCeilingsAction = gate.OnOwn("ceilings.list", authz.People, authz.Manage)
	showCeilingAction  = gate.OnOwn("ceilings.show", authz.People, authz.Manage)
	effectAction       = gate.OnOwn("ceilings.effect", authz.People, authz.Manage).SteppedUp()
	setCeilingAction   = gate.OnOwn("ceilings.set", authz.People, authz.Manage).SteppedUp()
)

// Ceilings lists for each discipline what the caller's agency lets it have.
func (s *Service) Ceilings(ctx context.Context) (list []PartnerCeiling, err error) {
	err = s.gate.Read(ctx, listCeilingsAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = nil
		for _, kind := range authz.Receivers() {
			c, err := tx.PartnerCeiling(kind)
			if err != nil {
				return audit.Event{}, err
			}
			view, err := viewCeiling(tx, c)
			if err != nil {
				return audit.Event{}, err
			}
			list = append(list, view)
		}
		return audit.Event{Op: audit.Consult}, nil
	})
	return list, err
}

// Ceiling shows the ceiling for one discipline with all its versions, the newest first.
func (s *Service) Ceiling(ctx context.Context, kind string) (now PartnerCeiling, versions []PartnerCeiling, err error) {
	err = s.gate.Read(ctx, showCeilingAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		versions = nil
		if err := receives(kind); err != nil {
			return audit.Event{}, err
		}
		c, err := tx.PartnerCeiling(authz.Role(kind))
		if err != nil {
			return audit.Event{}, err
		}
		if now, err = viewCeiling(tx, c); err != nil {
			return audit.Event{}, err
		}
		rows, err := ceilingVersions(tx, kind)
		if err != nil {
			return audit.Event{}, err
		}
		for _, row := range rows {
			view, err := viewCeiling(tx, row)
			if err != nil {
				return audit.Event{}, err
			}
			versions = append(versions, view)
		}
		return audit.Event{Op: audit.Consult, Fields: []string{"partner=" + kind}}, nil
	})
	return now, versions, err
}

// CeilingEffect says how much of what the caller's agency has given lies above a ceiling, before it is set. It asks for the second
// factor, as setting does.
func (s *Service) CeilingEffect(ctx context.Context, n NewCeiling) (effect gate.Effect, err error) {
	err = s.gate.Read(ctx, effectAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := receives(n.Kind); err != nil {
			return audit.Event{}, err
		}
		c, err := n.check()
		if err != nil {
			return audit.Event{}, err
		}
		effect, err = tx.EffectOf(c)
		return audit.Event{Op: audit.Consult, Fields: []string{"partner=" + n.Kind}}, err
	})
	return effect, err
}

// SetCeiling sets what the caller's agency lets agencies of one discipline have from now on. The versions before stay; version is
// the one that the administrator has seen, 0 where there was none. What was given above it runs to its end.
func (s *Service) SetCeiling(ctx context.Context, n NewCeiling, version int64) (set PartnerCeiling, err error) {
	err = s.gate.Write(ctx, setCeilingAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := receives(n.Kind); err != nil {
			return audit.Event{}, err
		}
		c, err := n.check()
		if err != nil {
			return audit.Event{}, err
		}
		before, err := tx.PartnerCeiling(c.Kind)
		if err != nil {
			return audit.Event{}, err
		}
		if before.Version != version {
			return audit.Event{}, secondCeiling(tx, &before, &c)
		}
		c.Version, c.SetBy, c.SetAt = version+1, tx.Actor().WorkerID, tx.Now()
		if err := putCeiling(tx, &c); err != nil {
			return audit.Event{}, err
		}
		set, err = viewCeiling(tx, c)
		return audit.Event{Op: audit.PolicyChange, Fields: changes(&before, &c)}, err
	})
	if database.IsUnique(err) {
		err = fault.New(fault.Conflict, "agency.ceiling_changed")
	}
	return set, err
}

// secondCeiling is what the second of two administrators gets: what differs from the ceiling that is set by now.
func secondCeiling(tx *gate.Tx, now, mine *gate.PartnerCeiling) error {
	return ChangedSince(tx, "agency.ceiling_changed", now.SetBy, gate.Stale{Version: now.Version, At: now.SetAt, Fields: []gate.StaleField{
		{Name: "sections", Mine: sectionWords(mine.Sections), Theirs: sectionWords(now.Sections)}, {Name: "days", Mine: mine.Days, Theirs: now.Days},
		{Name: "team_days", Mine: mine.TeamDays, Theirs: now.TeamDays}}})
}

// receives: what no agency is has no ceiling.
func receives(kind string) error {
	if !slices.Contains(authz.Receivers(), authz.Role(kind)) {
		return notFound()
	}
	return nil
}

func viewCeiling(tx *gate.Tx, c gate.PartnerCeiling) (view PartnerCeiling, err error) {
	view = PartnerCeiling{Kind: c.Kind, Sections: sectionWords(c.Sections), Days: c.Days, TeamDays: c.TeamDays, SetAt: c.SetAt, Version: c.Version}
	team, _ := tx.TeamCeilingOf(c.Kind)
	view.Law = append(view.Law, LawDays{Section: authz.Team.String(), Days: team.Days})
	for id := range authz.FileSections().Each {
		law, _ := tx.CeilingOf(c.Kind, authz.SectionsOf(id))
		view.Law = append(view.Law, LawDays{Section: id.String(), Days: law.Days})
	}
	if c.SetBy != "" {
		view.SetBy, err = WorkerName(tx, c.SetBy)
	}
	return view, err
}
