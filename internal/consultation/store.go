package consultation

import (
	"errors"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/seal"
)

const insertConsultation = `INSERT INTO consultation (id, agency_id, desk_id, ground, permission, permitted_on, held_on, aim, subject,
  state, created_by, created_at)
VALUES (:id, :agency_id, :desk, :ground, :permission, :permitted_on, :held_on, :aim, :subject, 'planned', :worker_id, :now)`

const insertParticipant = `INSERT INTO consultation_participant (consultation_id, desk_id, agency_id)
VALUES (:id, :desk, :of_agency)`

const columns = `c.id, c.agency_id, a.name AS agency, c.desk_id, d.name AS desk, c.ground, c.permission, c.permitted_on, c.held_on,
  c.aim, c.subject, c.state, c.created_at, c.version, CASE WHEN c.desk_id IN (:grantees) THEN 1 ELSE 0 END AS owned
FROM consultation c
JOIN agency a ON a.id = c.agency_id
JOIN desk d ON d.id = c.desk_id`

// takesPart is true where one of the caller's desks does; to everybody else there is no such consultation.
const takesPart = `EXISTS (
    SELECT 1 FROM consultation_participant p
    WHERE p.consultation_id = c.id AND p.desk_id IN (:grantees))`

const selectOne = `SELECT ` + columns + `
WHERE c.id = :id AND ` + takesPart

const selectPage = `SELECT ` + columns + `
WHERE ` + takesPart + ` AND (c.created_at, c.id) < (:before_at, :before_id)
ORDER BY c.created_at DESC, c.id DESC
LIMIT :limit`

const selectParticipants = `SELECT p.desk_id, d.name AS desk, p.agency_id, a.name AS agency, a.country
FROM consultation_participant p
JOIN desk d ON d.id = p.desk_id
JOIN agency a ON a.id = p.agency_id
WHERE p.consultation_id = :id
ORDER BY a.name, d.name, d.id`

const selectDesk = `SELECT d.id AS desk_id, d.name AS desk, a.id AS agency_id, a.name AS agency, a.country
FROM desk d
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE d.id = :desk AND d.closed_at = 0`

const selectMinutes = `SELECT m.version, m.written_at, a.name AS agency, m.marking, m.sealed
FROM consultation_minutes m
JOIN agency a ON a.id = m.agency_id
WHERE m.consultation_id = :id
ORDER BY m.version DESC`

const insertMinutes = `INSERT INTO consultation_minutes (consultation_id, version, written_by, agency_id, written_at, marking, sealed)
VALUES (:id, :version, :worker_id, :agency_id, :now, :marking, :sealed)`

const move = `UPDATE consultation SET state = :state, version = version + 1
WHERE id = :id AND state = :from AND version = :version`

func consultationOf(tx *gate.Tx, id string) (c Consultation, err error) {
	err = tx.Get(&c, selectOne, gate.Args{"id": id})
	if errors.Is(err, database.ErrNoRows) {
		return c, fault.New(fault.NotFound, "gate.not_found")
	}
	if err != nil {
		return c, err
	}
	return c, openSubject(tx, &c)
}

func openSubject(tx *gate.Tx, c *Consultation) error {
	subject, err := tx.OpenApart(c.ID, place(c.ID, "subject", 1), c.Sealed)
	c.Subject = string(subject)
	return err
}

// place binds a sealed text to its consultation, its part and its version.
func place(id, part string, version int64) seal.AD {
	return seal.AD{Table: "consultation", Row: id, Section: part, Version: version}
}

func pageOf(tx *gate.Tx, after gate.Cursor, limit int) (list []Consultation, next gate.Cursor, err error) {
	after = after.FromNewest()
	err = tx.Select(&list, selectPage, gate.Args{"before_at": after.At, "before_id": after.ID, "limit": limit + 1})
	if err != nil {
		return nil, next, err
	}
	list, next = gate.Cut(list, limit, func(c *Consultation) gate.Cursor { return gate.Cursor{At: c.CreatedAt, ID: c.ID} })
	for i := range list {
		if err := openSubject(tx, &list[i]); err != nil {
			return nil, next, err
		}
	}
	return list, next, nil
}

func deskOf(tx *gate.Tx, deskID string) (p Participant, found bool, err error) {
	err = tx.Get(&p, selectDesk, gate.Args{"desk": deskID})
	if errors.Is(err, database.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

func participantsOf(tx *gate.Tx, id string) (list []Participant, err error) {
	return list, tx.Select(&list, selectParticipants, gate.Args{"id": id})
}

func put(tx *gate.Tx, id string, n New, all []Participant) error {
	sealed, err := tx.SealApart(id, place(id, "subject", 1), []byte(n.Subject))
	if err != nil {
		return err
	}
	if err := tx.ExecOne(insertConsultation, gate.Args{"id": id, "desk": n.DeskID, "ground": n.Ground, "permission": n.Permission,
		"permitted_on": string(n.PermittedOn), "held_on": string(n.HeldOn), "aim": n.Aim, "subject": sealed}); err != nil {
		return err
	}
	for _, p := range all {
		if err := tx.ExecOne(insertParticipant, gate.Args{"id": id, "desk": p.DeskID, "of_agency": p.AgencyID}); err != nil {
			return err
		}
	}
	return nil
}

func minutesOf(tx *gate.Tx, id string) (list []Minutes, err error) {
	if err := tx.Select(&list, selectMinutes, gate.Args{"id": id}); err != nil {
		return nil, err
	}
	for i := range list {
		text, err := tx.OpenApart(id, place(id, "minutes", list[i].Version), list[i].Sealed)
		if err != nil {
			return nil, err
		}
		list[i].Text = string(text)
	}
	return list, nil
}

func putMinutes(tx *gate.Tx, id string, version int64, marking gate.Marking, text string) error {
	sealed, err := tx.SealApart(id, place(id, "minutes", version), []byte(text))
	if err != nil {
		return err
	}
	return tx.ExecOne(insertMinutes, gate.Args{"id": id, "version": version, "marking": marking.String(), "sealed": sealed})
}

func moveTo(tx *gate.Tx, c *Consultation, next State, version int64) error {
	return tx.ExecOne(move, gate.Args{"id": c.ID, "from": string(c.State), "state": string(next), "version": version})
}
