package agency

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

const selectRole = `SELECT id, base, name, standard, version
FROM role
WHERE id = :role AND agency_id = :agency AND closed_at = 0`

const selectRoles = `SELECT id, base, name, standard, version
FROM role
WHERE agency_id = :agency AND closed_at = 0
ORDER BY standard DESC, name, id`

const selectStandard = `SELECT id, base, name, standard, version
FROM role
WHERE standard = 1 AND closed_at = 0
ORDER BY id`

const insertRole = `INSERT INTO role (id, agency_id, base, name, standard, created_at)
VALUES (:role, :agency, :base, :name, :standard, :now)`

const insertRule = `INSERT INTO role_rule (role_id, version, section, verb, eft)
VALUES (:role, :version, :section, :verb, :eft)`

const updateRole = `UPDATE role
SET name = :name, version = version + 1
WHERE id = :role AND agency_id = :agency AND version = :version AND closed_at = 0`

const renewRole = `UPDATE role
SET version = version + 1
WHERE id = :role AND version = :version AND standard = 1`

const closeRole = `UPDATE role
SET closed_at = :now, version = version + 1
WHERE id = :role AND agency_id = :agency AND version = :version AND closed_at = 0`

const endRoleLinks = `UPDATE worker_role SET ended_at = :now WHERE role_id = :role AND ended_at = 0`

func roleOf(tx Rows, agencyID, roleID string) (row roleRow, err error) {
	if !isID(roleID) {
		return row, notFound()
	}
	err = tx.Get(&row, selectRole, gate.Args{"agency": agencyID, "role": roleID})
	if errors.Is(err, database.ErrNoRows) {
		err = notFound()
	}
	return row, err
}

func allRoles(tx Rows, agencyID string) (rows []roleRow, err error) {
	return rows, tx.Select(&rows, selectRoles, gate.Args{"agency": agencyID})
}

func standardRoles(tx Rows) (rows []roleRow, err error) {
	return rows, tx.Select(&rows, selectStandard, nil)
}

func putRole(tx *gate.Tx, agencyID, roleID string, base authz.Role, name string, standard bool, rules []authz.RoleRule) error {
	err := tx.ExecOne(insertRole, gate.Args{"role": roleID, "agency": agencyID, "base": string(base), "name": name,
		"standard": gate.Flag(standard)})
	if err != nil {
		return nameFree(err)
	}
	return putRules(tx, roleID, 1, rules)
}

func putRules(tx *gate.Tx, roleID string, version int64, rules []authz.RoleRule) error {
	for _, rule := range rules {
		err := tx.ExecOne(insertRule, gate.Args{"role": roleID, "version": version, "section": rule.Section.String(),
			"verb": rule.Verb.String(), "eft": string(rule.Effect)})
		if err != nil {
			return err
		}
	}
	return nil
}

func nameFree(err error) error {
	if database.IsUnique(err) {
		return fault.New(fault.Invalid, "fault.invalid").WithField("name", "agency.role_name_taken")
	}
	return err
}

// link and unlink write who holds or may give a role, or works at a desk.
func link(tx *gate.Tx, workerID, roleID, may, by string) error {
	return tx.ExecOne(insertRoleLink, gate.Args{"id": gate.NewID(), "worker": workerID, "role": roleID, "may": may, "by": by})
}

func unlink(tx *gate.Tx, workerID, roleID, may string) error {
	_, err := tx.Exec(endRoleLink, gate.Args{"worker": workerID, "role": roleID, "may": may})
	return err
}

func seat(tx *gate.Tx, workerID, deskID string) error {
	return tx.ExecOne(insertDeskLink, gate.Args{"worker": workerID, "desk": deskID})
}

func unseat(tx *gate.Tx, workerID, deskID string) error {
	_, err := tx.Exec(endDeskLink, gate.Args{"worker": workerID, "desk": deskID})
	return err
}

// holders counts the people who can sign in and hold a role that opens verb on section.
func holders(tx *gate.Tx, agencyID string, base authz.Role, section authz.Section, verb authz.Verb) (n int64, err error) {
	return n, tx.Get(&n, countHolders, gate.Args{"agency": agencyID, "base": string(base), "section": section.String(),
		"verb": verb.String()})
}

// saveRole writes the next version of a role; the rules of the versions before stay as they were.
func saveRole(tx *gate.Tx, row roleRow, name string, rules []authz.RoleRule) error {
	err := nameFree(tx.ExecOne(updateRole, gate.Args{"role": row.ID, "agency": tx.Actor().AgencyID, "name": name, "version": row.Version}))
	if err != nil {
		return err
	}
	return putRules(tx, row.ID, row.Version+1, rules)
}

func endRole(tx *gate.Tx, row roleRow) error {
	err := tx.ExecOne(closeRole, gate.Args{"role": row.ID, "agency": tx.Actor().AgencyID, "version": row.Version})
	if err != nil {
		return err
	}
	_, err = tx.Exec(endRoleLinks, gate.Args{"role": row.ID})
	return err
}
