package sharing

import (
	"encoding/hex"
	"errors"
	"relais/internal/audit"
	"slices"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/section"
)

// Statements about the packages of referrals. Nothing of a package is ever changed.

const insertPackageRow = `INSERT INTO referral_package (referral_id, hash, salt, previewed, made_at)
VALUES (:referral, :hash, :salt, :previewed, :now)`

const insertPartRow = `INSERT INTO referral_part (referral_id, section, sealed)
VALUES (:referral, :section, :sealed)`

const insertItemRow = `INSERT INTO referral_item (referral_id, entry_id, version)
VALUES (:referral, :entry, :version)`

const insertNoteRow = `INSERT INTO referral_note (referral_id, note_id, version, section, sealed)
VALUES (:referral, :note, :version, :section, :sealed)`

const selectPackage = `SELECT p.hash, p.salt, p.previewed, p.made_at
FROM referral_package p
JOIN referral r ON r.id = p.referral_id AND r.file_id = :file_id
WHERE p.referral_id = :referral`

const selectParts = `SELECT p.section, p.sealed
FROM referral_part p
JOIN referral r ON r.id = p.referral_id AND r.file_id = :file_id
WHERE p.referral_id = :referral`

const selectPins = `SELECT i.entry_id, i.version
FROM referral_item i
JOIN referral r ON r.id = i.referral_id AND r.file_id = :file_id
WHERE i.referral_id = :referral
ORDER BY i.entry_id`

const selectSlips = `SELECT n.note_id, n.version, n.section, n.sealed
FROM referral_note n
JOIN referral r ON r.id = n.referral_id AND r.file_id = :file_id
WHERE n.referral_id = :referral
ORDER BY n.note_id`

// selectCorrected counts the entries and notes that were written anew since the package was made.
const selectCorrected = `SELECT (
    SELECT COUNT(*)
    FROM referral_item i
    JOIN entry e ON e.id = i.entry_id
    WHERE i.referral_id = :referral AND e.version > i.version) + (
    SELECT COUNT(*)
    FROM referral_note n
    JOIN journal_note j ON j.id = n.note_id
    WHERE n.referral_id = :referral AND j.version > n.version)`

// selectHolders are the offers whose desk has, or has had, an older version of the entry before it. Of what was withdrawn or left to
// expire these are the ones that somebody of the desk looked at while it was open; of what nobody signed there are none.
var selectHolders = holdersAmong("referral_item", "entry_id")

// selectHoldersOfNote are the same for a note.
var selectHoldersOfNote = holdersAmong("referral_note", "note_id")

func holdersAmong(table, id string) string {
	return `SELECT DISTINCT r.id, r.to_desk_id, r.to_agency_id
FROM ` + table + ` i
JOIN referral r ON r.id = i.referral_id
JOIN file_grant g ON g.id = r.grant_id
WHERE i.` + id + ` = :what AND i.version < :version AND r.file_id = :file_id AND r.to_agency_id <> :agency_id
  AND (r.state IN ('accepted', 'completed', 'declined') OR r.state = 'offered' AND g.state <> 'ended' OR EXISTS (
    SELECT 1 FROM worker_desk k
    WHERE k.desk_id = r.to_desk_id AND ` + audit.LatestOpening("r.file_id", "k.worker_id", "r.offered_at",
		"CASE WHEN r.answered_at = 0 THEN :now ELSE r.answered_at END") + ` IS NOT NULL))
  AND ` + gate.Reached + ` AND ` + gate.NotSealed + `
ORDER BY r.id`
}

const selectReceiver = `SELECT country, kind FROM agency WHERE id = :agency`

const selectMarkings = `SELECT DISTINCT v.handling
FROM referral_item i
JOIN entry_version v ON v.entry_id = i.entry_id AND v.version = i.version
WHERE i.referral_id = :referral AND v.handling <> ''`

// kept is the row of a package.
type kept struct {
	Hash      string      `db:"hash"`
	Salt      []byte      `db:"salt"`
	Previewed bool        `db:"previewed"`
	MadeAt    moment.Time `db:"made_at"`
}

// holder is a desk that received a package.
type holder struct {
	ID       string `db:"id"`
	DeskID   string `db:"to_desk_id"`
	AgencyID string `db:"to_agency_id"`
}

// receiverOf is the country and the discipline of a receiving agency.
func receiverOf(tx *gate.Tx, agencyID string) (to grantee, err error) {
	return to, tx.Get(&to, selectReceiver, gate.Args{"agency": agencyID})
}

func insertPackage(tx *gate.Tx, referralID, hash string, salt []byte, previewed bool) error {
	return tx.ExecOne(insertPackageRow, gate.Args{"referral": referralID, "hash": hash, "salt": salt, "previewed": gate.Flag(previewed)})
}

func insertPart(tx *gate.Tx, referralID string, p part) error {
	return tx.ExecOne(insertPartRow, gate.Args{"referral": referralID, "section": p.Section, "sealed": p.Bytes})
}

func insertSlip(tx *gate.Tx, referralID string, s slip) error {
	return tx.ExecOne(insertNoteRow, gate.Args{"referral": referralID, "note": s.NoteID, "version": s.Version, "section": s.Section, "sealed": s.Bytes})
}

func insertPins(tx *gate.Tx, referralID string, pins []entry.Pin) error {
	for _, pin := range pins {
		err := tx.ExecOne(insertItemRow, gate.Args{"referral": referralID, "entry": pin.EntryID, "version": pin.Version})
		if err != nil {
			return err
		}
	}
	return nil
}

func pinsOf(tx *gate.Tx, referralID string) (pins []entry.Pin, err error) {
	return pins, tx.Select(&pins, selectPins, gate.Args{"referral": referralID})
}

func correctedSince(tx *gate.Tx, referralID string) (count int, err error) {
	return count, tx.Get(&count, selectCorrected, gate.Args{"referral": referralID})
}

// holdersBy are the desks that have an older version of an entry or of a note.
func holdersBy(tx *gate.Tx, query, id string, version int64) (holders []holder, err error) {
	return holders, tx.Select(&holders, query, gate.Args{"what": id, "version": version})
}

// keptPackage reads a package back; found is false for an offer that was made before packages were kept.
func keptPackage(tx *gate.Tx, referralID string) (row kept, p parcel, found bool, err error) {
	err = tx.Get(&row, selectPackage, gate.Args{"referral": referralID})
	if errors.Is(err, database.ErrNoRows) {
		return row, p, false, nil
	}
	if err != nil {
		return row, p, false, err
	}
	salt, err := tx.OpenText("referral_package", referralID, row.Salt)
	if err != nil {
		return row, p, true, err
	}
	if p.salt, err = hex.DecodeString(salt); err != nil {
		return row, p, true, err
	}
	if err := tx.Select(&p.parts, selectParts, gate.Args{"referral": referralID}); err != nil {
		return row, p, true, err
	}
	for i := range p.parts {
		one := &p.parts[i]
		if one.Bytes, err = tx.OpenPart(domainOf(one.Section), "referral_part", referralID, one.Section, one.Bytes); err != nil {
			return row, p, true, err
		}
	}
	slices.SortFunc(p.parts, func(a, b part) int { return placeOf(a.Section) - placeOf(b.Section) })
	p.slips, err = keptSlips(tx, referralID)
	return row, p, true, err
}

// keptSlips reads back the notes of a package, in the order in which they were hashed.
func keptSlips(tx *gate.Tx, referralID string) (slips []slip, err error) {
	if slips, err = slipRows(tx, referralID); err != nil {
		return nil, err
	}
	for i := range slips {
		one := &slips[i]
		if one.Bytes, err = tx.OpenPart(domainOf(one.Section), "referral_note", referralID, one.NoteID, one.Bytes); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(slips, func(a, b slip) int { return placeOf(a.Section) - placeOf(b.Section) })
	return slips, nil
}

// slipRows are the notes of a package, sealed.
func slipRows(tx *gate.Tx, referralID string) (slips []slip, err error) {
	return slips, tx.Select(&slips, selectSlips, gate.Args{"referral": referralID})
}

// domainOf is the key domain of a section by its word.
func domainOf(word string) seal.Domain {
	if id, ok := authz.ParseSection(word); ok && section.Of(id) != nil {
		return section.Of(id).Domain
	}
	return seal.General
}

// placeOf is where the section of this word stands in a package.
func placeOf(word string) int {
	id, ok := authz.ParseSection(word)
	if !ok {
		return -1
	}
	return section.Place(id)
}

// markingOf is how far what went along with a referral may travel: of all its entries the strictest counts.
func markingOf(tx *gate.Tx, referralID string) (m gate.Marking, err error) {
	var all []string
	if err := tx.Select(&all, selectMarkings, gate.Args{"referral": referralID}); err != nil {
		return m, err
	}
	for _, one := range all {
		m = m.With(gate.ParseMarking(one))
	}
	return m, nil
}
