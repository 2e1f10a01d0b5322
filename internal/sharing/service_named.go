package sharing

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Named is a worker of the caller's own agency who may see and write the shelter's location on a file.
type Named struct {
	GrantID  string      `db:"id"`
	WorkerID string      `db:"worker_id"`
	Name     string      `db:"-"`
	Since    moment.Time `db:"from_at"`
	Until    moment.Time `db:"until_at"`
	State    string      `db:"state"`
	Version  int64       `db:"version"`
}

// Waits says that a second person has to sign before the worker sees the location.
func (n *Named) Waits() bool { return n.State == "proposed" }

// NamedView is who is named on a file, whom the caller may name, and whether.
type NamedView struct {
	File       gate.FileRow
	Named      []Named
	Colleagues []agency.Colleague // not yet named
	CanName    bool
	Longest    moment.Time
	Now        moment.Time
}

// NamedWorkers lists the own agency's named workers on a victim file.
func (s *Service) NamedWorkers(ctx context.Context, victimID string) (view NamedView, err error) {
	err = s.gate.Read(ctx, namedAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := onlyShelters(tx); err != nil {
			return audit.Event{}, err
		}
		root, err := agencyRoot(tx)
		if err != nil {
			return audit.Event{}, err
		}
		view = NamedView{File: tx.File(), CanName: mayName(tx), Longest: root.UntilAt, Now: tx.Now()}
		if view.Named, err = namedOf(tx); err != nil {
			return audit.Event{}, err
		}
		all, err := agency.Colleagues(tx)
		view.match(all)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return view, err
}

// match gives the named their names and leaves the others to choose from.
func (v *NamedView) match(all []agency.Colleague) {
	v.Colleagues = nil
	for _, c := range all {
		at := slices.IndexFunc(v.Named, func(n Named) bool { return n.WorkerID == c.ID })
		if at < 0 {
			v.Colleagues = append(v.Colleagues, c)
			continue
		}
		v.Named[at].Name = c.Name
	}
}

// onlyShelters: nobody else hides a person, so nobody else names workers for it (domain 3.5, F04).
func onlyShelters(tx *gate.Tx) error {
	if tx.Actor().Kind != authz.RoleShelter {
		return fault.New(fault.Refused, "sharing.not_a_shelter", "Section", authz.ShelterLocation.String(),
			"Reason", string(authz.ReasonNoRole))
	}
	return nil
}

// mayName says whether the caller is named on the file, or supervises in an agency that sees it.
func mayName(tx *gate.Tx) bool {
	return tx.Actor().Supervisor && gate.WorksOnFiles(tx.Actor()) ||
		slices.ContainsFunc(tx.Grants(), func(g gate.Grant) bool { return g.Relations.Has(authz.RelationNamed) })
}

func demandNaming(tx *gate.Tx) error {
	if err := onlyShelters(tx); err != nil {
		return err
	}
	if !mayName(tx) {
		return fault.New(fault.Refused, "sharing.not_named", "Section", authz.ShelterLocation.String(),
			"Reason", string(authz.ReasonRelation))
	}
	return nil
}

// NameWorker lets one more worker of the own agency see and write the shelter's location once a second person has signed, until a day at most as far off as
// the agency's own end on the file. It ends with the agency's place on the file.
func (s *Service) NameWorker(ctx context.Context, victimID, workerID string, until moment.Date, once string) (grantID string, err error) {
	target := gate.File(gate.Victim, victimID)
	return s.create(ctx, nameAction, target, once, fmt.Sprint(victimID, workerID, until), func(tx *gate.Tx) (audit.Event, error) {
		if err := demandNaming(tx); err != nil {
			return audit.Event{}, err
		}
		return nameWorker(tx, workerID, until)
	})
}

func nameWorker(tx *gate.Tx, workerID string, until moment.Date) (audit.Event, error) {
	root, err := agencyRoot(tx)
	if err != nil {
		return audit.Event{}, err
	}
	wrong := invalid()
	untilAt := root.UntilAt
	if until != "" {
		untilAt = checkUntil(wrong, until, tx.Now(), root.UntilAt)
	}
	if err := checkColleague(tx, wrong, workerID); err != nil {
		return audit.Event{}, err
	}
	if err := wrong.OrNil(); err != nil {
		return audit.Event{}, err
	}
	if err := tx.ExecOne(holdRoot, gate.Args{"root": root.RootID}); err != nil {
		return audit.Event{}, err
	}
	id, _, err := Give(tx, namedGrant(workerID, root.RootID, Terms{Purpose: root.Purpose, Basis: root.Basis, BasisRef: root.BasisRef}, untilAt))
	event := gate.Disclosed(id, tx.Actor().AgencyID, root.Purpose, root.Basis)
	event.Subject, event.Recipients[0].WorkerID = id, workerID
	return event, err
}

// namedGrant is the place of a named worker: the shelter's location and nothing else, hanging on the agency's grant.
func namedGrant(workerID, root string, t Terms, until moment.Time) gate.NewGrant {
	return gate.NewGrant{GranteeKind: "worker", GranteeID: workerID, Relations: authz.RelationsOf(authz.RelationNamed),
		Sections: authz.SectionsOf(authz.ShelterLocation), Purpose: t.Purpose, Basis: t.Basis, BasisRef: t.BasisRef,
		Until: until, Root: root}
}

func checkColleague(tx *gate.Tx, wrong *fault.Fault, workerID string) error {
	colleague, err := isColleague(tx, workerID)
	if err != nil {
		return err
	}
	if !colleague {
		wrong.WithField("worker", "sharing.no_such_worker")
		return nil
	}
	named, err := namedOf(tx)
	if slices.ContainsFunc(named, func(n Named) bool { return n.WorkerID == workerID }) {
		wrong.WithField("worker", "sharing.already_named")
	}
	return err
}

// EndNamed takes a named worker's place away again; nobody has to be left.
func (s *Service) EndNamed(ctx context.Context, victimID, grantID string, version int64) error {
	return s.gate.Write(ctx, endNamedAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := demandNaming(tx); err != nil {
			return audit.Event{}, err
		}
		named, err := namedOf(tx)
		if err != nil {
			return audit.Event{}, err
		}
		if !slices.ContainsFunc(named, func(n Named) bool { return n.GrantID == grantID }) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		err = tx.ExecOne(endNamed, gate.Args{"grant": grantID, "reason": endRemoved, "named": onlyNamed, "version": version})
		return audit.Event{Op: audit.Alter, Subject: grantID, GrantID: grantID}, err
	})
}
