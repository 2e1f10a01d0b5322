package mainjob

import (
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
)

// 7. The auditor sees who opened the victim file, when, as which role, on what grant and with what reason, the police
// officer's two hidden sections as refusals, and runs the verification.
func theAuditorSeesWhoLooked(s *story) {
	auditor := s.as("rsz.auditor")
	reference := s.reference("be.rsz", s.youssef)

	officer := looked{reference: reference, by: s.Person("fgp"), when: s.police.when, role: authz.RolePolice, agency: s.Place("be.fgp").Name,
		grantID: s.grant("be.fgp", "investigation"), purpose: "investigation", allowed: []authz.Section{authz.Identity, authz.Exploitation},
		refused: map[authz.Section]authz.Reason{authz.Health: authz.ReasonNoRole, authz.ShelterLocation: "need.break_glass"}}
	auditor.reviews(officer)

	nora := looked{reference: reference, by: s.Person("payoke"), when: s.shelter.when, role: authz.RoleShelter, agency: "Payoke",
		grantID: s.placeOf("payoke"), purpose: "protection", reason: "protection", allowed: []authz.Section{authz.ShelterLocation}}
	auditor.reviews(nora)

	auditor.verifies(finding{})
}

// 7, last: one audit row is changed directly in the database, and the verification names it.
func theVerificationNamesAChangedRow(s *story) {
	ctx := s.AsProgram()
	_, err := s.Trail.Sequence(ctx)
	here(s.t, err)
	var entryID string
	here(s.t, s.Database.Write(ctx, func(tx *database.Tx) error {
		if err := tx.Get(&entryID, `SELECT id FROM audit_entry WHERE action = 'victim.show' AND actor_id = :officer AND at = :at`,
			database.Args{"officer": s.Person("fgp").ID, "at": s.police.when}); err != nil {
			return err
		}
		for _, statement := range s.asTheDatabasesOwner() {
			if _, err := tx.Exec(statement, database.Args{"entry": entryID, "scapegoat": s.Person("fgp.other").ID}); err != nil {
				return err
			}
		}
		return nil
	}))
	s.as("rsz.auditor").verifies(finding{string(audit.ColumnChanged), entryID})
}

// asTheDatabasesOwner takes the guard off the trail and puts the look onto somebody else.
func (s *story) asTheDatabasesOwner() []string {
	unguard := `DROP TRIGGER audit_entry_unchanged`
	if s.Engine == "postgres" {
		unguard += ` ON audit_entry`
	}
	return []string{unguard, `UPDATE audit_entry SET actor_id = :scapegoat WHERE id = :entry`}
}

// reference is by which an agency knows a file.
func (s *story) reference(code string, f file) (reference string) {
	s.t.Helper()
	s.query(&reference, `SELECT reference FROM file_reference WHERE agency_id = :agency AND file_id = :file`,
		database.Args{"agency": s.Place(code).ID, "file": f.id})
	return reference
}

// grant is what an agency sees the referred victim's file by.
func (s *story) grant(code, purpose string) (id string) {
	s.t.Helper()
	s.query(&id, `SELECT id FROM file_grant WHERE agency_id = :agency AND file_id = :file AND purpose = :purpose`,
		database.Args{"agency": s.Place(code).ID, "file": s.youssef.id, "purpose": purpose})
	return id
}

// placeOf is the grant by which one person, and not the desk, sees the referred victim's file: as named for the location.
func (s *story) placeOf(key string) (id string) {
	s.t.Helper()
	s.query(&id, `SELECT id FROM file_grant WHERE grantee_id = :worker AND file_id = :file AND state = 'live'`,
		database.Args{"worker": s.Person(key).ID, "file": s.youssef.id})
	return id
}

func (s *story) query(into *string, question string, args database.Args) {
	s.t.Helper()
	here(s.t, s.Database.Read(s.t.Context(), func(tx *database.Tx) error { return tx.Get(into, question, args) }))
}
