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

// selectCorrected counts what was written anew since the package was made.
const selectCorrected = `SELECT COUNT(*)
FROM referral_item i
JOIN entry e ON e.id = i.entry_id
WHERE i.referral_id = :referral AND e.version > i.version`

// selectHolders are the offers whose desk has, or has had, an older version of the entry before it. Of what was withdrawn or left to
// expire these are the ones that somebody of the desk looked at while it was open.
var selectHolders = `SELECT DISTINCT r.id, r.to_desk_id, r.to_agency_id
FROM referral_item i
JOIN referral r ON r.id = i.referral_id
JOIN file_grant g ON g.id = r.grant_id
WHERE i.entry_id = :entry AND i.version < :version AND r.file_id = :file_id AND r.to_agency_id <> :agency_id
  AND (r.state IN ('accepted', 'completed', 'declined') OR r.state = 'offered' AND g.state <> 'ended' OR EXISTS (
    SELECT 1 FROM worker_desk k
    WHERE k.desk_id = r.to_desk_id AND ` + audit.LatestOpening("r.file_id", "k.worker_id", "r.offered_at",
	"CASE WHEN r.answered_at = 0 THEN :now ELSE r.answered_at END") + ` IS NOT NULL))
  AND ` + gate.NotSealed + `
ORDER BY r.id`

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

func holdersOf(tx *gate.Tx, entryID string, version int64) (holders []holder, err error) {
	return holders, tx.Select(&holders, selectHolders, gate.Args{"entry": entryID, "version": version})
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
	return row, p, true, nil
}

// domainOf is the key domain of a section by its word.
func domainOf(word string) seal.Domain {
	if id, ok := authz.ParseSection(word); ok && section.Of(id) != nil {
		return section.Of(id).Domain
	}
	return seal.General
}

// placeOf is where a section stands in the order of the access matrix, in which a package is hashed.
func placeOf(word string) int {
	return slices.IndexFunc(section.All(), func(room *section.Section) bool { return room.ID.String() == word })
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
