package outside

import (
	"encoding/hex"
	"errors"
	"slices"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

const columns = `p.id, p.file_id, p.agency_id, a.name AS agency, p.desk_id, p.organisation, p.kind, p.country, p.email, p.sections, p.reason,
  p.purpose, p.basis, p.basis_ref, p.legal_basis, p.consent_id, p.marking, p.note, p.hash, p.salt, p.entries, p.code_hash, p.tries, p.state, p.lost,
  p.by_mail, p.mailed_at, p.sent_by, p.sent_at, p.until_at, p.ended_at, p.basis_on, p.basis_article, p.basis_by, p.version
FROM outside_package p
JOIN agency a ON a.id = p.agency_id`

// followed is true of what the reader's agency sent; who leads the file follows what others sent from it.
const followed = `p.file_id = :file_id AND (p.agency_id = :agency_id OR :leads = 1)`

const selectPage = `SELECT ` + columns + `
WHERE ` + followed + `
ORDER BY p.sent_at DESC, p.id DESC
LIMIT 100`

const selectOne = `SELECT ` + columns + `
WHERE p.id = :package AND ` + followed

const selectByToken = `SELECT ` + columns + `
WHERE p.token_hash = :token`

const selectDue = `SELECT ` + columns + `
WHERE p.state = 'created' AND p.until_at <= :now
ORDER BY p.until_at, p.id
LIMIT 50`

const selectWaiting = `SELECT ` + columns + `
WHERE p.state = 'created' AND p.until_at > :now AND p.id > :after
ORDER BY p.id
LIMIT :limit`

// selectForeign are the entries of others that went along.
const selectForeign = `SELECT e.section, e.agency_id, e.id
FROM outside_item i
JOIN entry e ON e.id = i.entry_id
WHERE i.package_id = :package AND e.agency_id <> :sender`

// endLost is a withdrawal that nobody made.
const endLost = `UPDATE outside_package
SET state = 'withdrawn', lost = 1, ended_at = :now, version = version + 1
WHERE id = :package AND state = 'created' AND version = :version`

const selectOnConsent = `SELECT ` + columns + `
WHERE p.consent_id = :consent AND p.file_id = :file_id AND p.state = 'created'
ORDER BY p.id`

// selectOpenedOn are the packages that somebody has opened on a consent which is no more: withdrawn, or declined by a guardian.
const selectOpenedOn = `SELECT ` + columns + `
JOIN consent c ON c.id = p.consent_id
WHERE p.consent_id = :consent AND p.file_id = :file_id AND p.state = 'opened'
  AND (c.withdrawn_at > 0 OR EXISTS (
    SELECT 1 FROM consent_signature s WHERE s.consent_id = c.id AND s.version = c.version AND s.agreed = 0))
ORDER BY p.id`

const selectWaitingOf = `SELECT ` + columns + `
WHERE p.file_id = :file_id AND p.agency_id = :sender AND p.state = 'created' AND p.until_at > :now
ORDER BY p.id`

const insertPackage = `INSERT INTO outside_package (id, file_id, agency_id, desk_id, organisation, kind, country, email, sections, reason, purpose,
  basis, basis_ref, legal_basis, consent_id, marking, language, note, hash, salt, entries, token_hash, code_hash, state, sent_by, sent_at, until_at,
  by_mail, basis_on, basis_article, basis_by)
VALUES (:id, :file_id, :agency_id, :desk, :organisation, :kind, :country, :email, :sections, :reason, :purpose, :basis, :basis_ref, :legal_basis,
  :consent, :marking, :language, :note, :hash, :salt, :entries, :token, :code, 'created', :worker_id, :now, :until, :by_mail,
  :basis_on, :basis_article, :basis_by)`

const insertPart = `INSERT INTO outside_part (package_id, section, sealed)
VALUES (:package, :section, :sealed)`

const insertItem = `INSERT INTO outside_item (package_id, entry_id, version)
VALUES (:package, :entry, :version)`

// selectWriters are the agencies whose entries went along, in full or as what may be known of them; its sender is left out.
const selectWriters = `SELECT DISTINCT e.agency_id
FROM outside_item i
JOIN entry e ON e.id = i.entry_id
WHERE i.package_id = :package AND e.agency_id <> :sender
ORDER BY e.agency_id`

// selectHolding are the packages with an older version of an entry in them which were opened, or can still be.
const selectHolding = `SELECT ` + columns + `
WHERE p.file_id = :file_id AND p.state IN ('created', 'opened')
  AND EXISTS (SELECT 1 FROM outside_item i WHERE i.package_id = p.id AND i.entry_id = :entry AND i.version < :version)
ORDER BY p.id`

// countHas asks whether an agency has the file still.
const countHas = `SELECT COUNT(*)
FROM file_grant g
WHERE g.file_id = :file_id AND g.agency_id = :sender AND g.state IN ('live', 'sealed') AND g.from_at <= :now AND g.until_at > :now`

const selectParts = `SELECT section, sealed FROM outside_part WHERE package_id = :package`

// endPackage lets exactly one of two win who end a package at once.
const endPackage = `UPDATE outside_package
SET state = :state, ended_at = :now, version = version + 1
WHERE id = :package AND state = 'created' AND version = :version`

const countTry = `UPDATE outside_package
SET tries = tries + 1, version = version + 1, state = CASE WHEN tries + 1 >= :most THEN 'blocked' ELSE state END,
  ended_at = CASE WHEN tries + 1 >= :most THEN :now ELSE ended_at END
WHERE id = :package AND state = 'created' AND version = :version`

const markMailed = `UPDATE outside_package SET mailed_at = :now
WHERE id = :package AND file_id = :file_id AND agency_id = :agency_id AND token_hash = :token AND mailed_at = 0`

// putLink lets a link go on under another token and another code. Of two who make one, or of one who does while it is opened, one wins.
const putLink = `UPDATE outside_package
SET token_hash = :token, code_hash = :code, by_mail = :by_mail, mailed_at = 0, version = version + 1
WHERE id = :package AND file_id = :file_id AND agency_id = :agency_id AND state = 'created' AND until_at > :now AND version = :version`

func packages(tx *gate.Tx) (list []Package, err error) {
	return list, tx.Select(&list, selectPage, gate.Args{"leads": gate.Flag(tx.AgencyLeads())})
}

func packageOf(tx *gate.Tx, id string) (p Package, err error) {
	if err = absent(tx.Get(&p, selectOne, gate.Args{"package": id, "leads": gate.Flag(tx.AgencyLeads())})); err != nil {
		return p, err
	}
	p.Note, err = tx.OpenText("outside_package", p.ID, p.Sealed)
	return p, err
}

func writersOf(tx *gate.Tx, packageID, sender string) (agencies []string, err error) {
	return agencies, tx.Select(&agencies, selectWriters, gate.Args{"package": packageID, "sender": sender})
}

func foreignIn(tx *gate.Tx, p *Package) (list []gate.Writer, err error) {
	var rows []struct {
		Section  string `db:"section"`
		AgencyID string `db:"agency_id"`
		ID       string `db:"id"`
	}
	err = tx.Select(&rows, selectForeign, gate.Args{"package": p.ID, "sender": p.AgencyID})
	for _, row := range rows {
		if id, known := authz.ParseSection(row.Section); known {
			list = append(list, gate.Writer{Section: id, AgencyID: row.AgencyID, EntryID: row.ID})
		}
	}
	return list, err
}

func hasStill(tx *gate.Tx, agencyID string) (bool, error) {
	var count int64
	err := tx.Get(&count, countHas, gate.Args{"sender": agencyID})
	return count > 0, err
}

func absent(err error) error {
	if errors.Is(err, database.ErrNoRows) {
		return notFound()
	}
	return err
}

// byToken finds a package for whoever holds its link; nil for a link that leads nowhere.
func byToken(tx *gate.Tx, hashed []byte) (*Package, error) {
	var p Package
	err := tx.Get(&p, selectByToken, gate.Args{"token": hashed})
	if errors.Is(err, database.ErrNoRows) {
		return nil, nil
	}
	return &p, err
}

// row is a package as it is stored first.
type row struct {
	id, desk, legalBasis string
	n                    *New
	bundle               *sharing.Bundle
	token, code          []byte
	until                moment.Time
}

func put(tx *gate.Tx, r row) error {
	note, err := tx.SealText("outside_package", r.id, r.n.Note)
	if err != nil {
		return err
	}
	salt, err := tx.SealText("outside_salt", r.id, hex.EncodeToString(r.bundle.Salt()))
	if err != nil {
		return err
	}
	document, err := tx.SealDocument("outside_package", r.id, r.n.Document)
	if err != nil {
		return err
	}
	if err := tx.ExecOne(insertPackage, document.Columns(gate.Args{"id": r.id, "desk": r.desk, "organisation": r.n.Organisation, "kind": string(r.n.Kind),
		"country": r.n.Country, "email": r.n.Email, "sections": int64(r.bundle.Sections), "reason": r.n.Reason, "purpose": r.n.Purpose,
		"basis": r.n.Basis, "basis_ref": r.n.BasisRef, "legal_basis": r.legalBasis, "consent": r.n.ConsentID, "marking": r.bundle.Marking,
		"language": r.n.Language, "note": note, "hash": r.bundle.Hash(), "salt": salt, "entries": len(r.bundle.Pins), "token": r.token,
		"code": r.code, "until": r.until, "by_mail": gate.Flag(r.n.ByMail)})); err != nil {
		return err
	}
	for _, part := range r.bundle.Parts() {
		sealed, err := tx.SealPart(part.Domain, "outside_part", r.id, part.Section, part.Bytes)
		if err != nil {
			return err
		}
		if err := tx.ExecOne(insertPart, gate.Args{"package": r.id, "section": part.Section, "sealed": sealed}); err != nil {
			return err
		}
	}
	for _, pin := range r.bundle.Pins {
		if err := tx.ExecOne(insertItem, gate.Args{"package": r.id, "entry": pin.EntryID, "version": pin.Version}); err != nil {
			return err
		}
	}
	return nil
}

// partsOf reads back what was packed, in the order in which it was hashed, and its hash.
func partsOf(tx *gate.Tx, p *Package) (parts []sharing.Part, hash string, err error) {
	var rows []struct {
		Section string `db:"section"`
		Sealed  []byte `db:"sealed"`
	}
	if err := tx.Select(&rows, selectParts, gate.Args{"package": p.ID}); err != nil {
		return nil, "", err
	}
	for _, r := range rows {
		domain := sharing.DomainOf(r.Section)
		text, err := tx.OpenPart(domain, "outside_part", p.ID, r.Section, r.Sealed)
		if err != nil {
			return nil, "", err
		}
		parts = append(parts, sharing.Part{Section: r.Section, Domain: domain, Bytes: text})
	}
	slices.SortFunc(parts, func(a, b sharing.Part) int { return sharing.PlaceOf(a.Section) - sharing.PlaceOf(b.Section) })
	text, err := tx.OpenText("outside_salt", p.ID, p.Salt)
	if err != nil {
		return nil, "", err
	}
	salt, err := hex.DecodeString(text)
	return parts, sharing.HashOf(salt, parts), err
}

func end(tx *gate.Tx, p *Package, state State) error {
	return tx.ExecOne(endPackage, gate.Args{"package": p.ID, "state": string(state), "version": p.Version})
}

func renewLink(tx *gate.Tx, p *Package, token, code []byte, byMail bool) error {
	return tx.ExecOne(putLink, gate.Args{"package": p.ID, "version": p.Version, "token": token, "code": code, "by_mail": gate.Flag(byMail)})
}
