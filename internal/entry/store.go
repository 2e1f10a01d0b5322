package entry

import (
	"errors"
	"slices"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/romanise"
	"relais/internal/section"
)

const versionColumns = `e.id, e.section, e.agency_id, a.name AS agency, v.version, v.author_id, v.written_at, v.nature, v.purpose, v.basis,
  v.handling, v.sealed`

// olderColumns say of an older version too how the newest is to be handled.
const olderColumns = versionColumns + `,
  COALESCE((SELECT s.handling FROM entry_version s WHERE s.entry_id = e.id AND s.version = e.version), '') AS stands`

const selectCurrent = `SELECT ` + versionColumns + `
FROM entry e
JOIN entry_version v ON v.entry_id = e.id AND v.version = e.version
JOIN agency a ON a.id = e.agency_id
WHERE e.file_id = :file_id
ORDER BY e.id`

const selectNewest = `SELECT ` + versionColumns + `
FROM entry e
JOIN entry_version v ON v.entry_id = e.id AND v.version = e.version
JOIN agency a ON a.id = e.agency_id
WHERE e.file_id = :file_id AND e.id = :entry`

const selectVersion = `SELECT ` + olderColumns + `
FROM entry e
JOIN entry_version v ON v.entry_id = e.id AND v.version = :version
JOIN agency a ON a.id = e.agency_id
WHERE e.file_id = :file_id AND e.id = :entry`

const selectVersions = `SELECT ` + olderColumns + `
FROM entry e
JOIN entry_version v ON v.entry_id = e.id
JOIN agency a ON a.id = e.agency_id
WHERE e.file_id = :file_id AND e.id = :entry
ORDER BY v.version DESC`

// selectPinned walks all versions of the entries; pinnedOf keeps those that were pinned.
const selectPinned = `SELECT ` + olderColumns + `
FROM entry e
JOIN entry_version v ON v.entry_id = e.id
JOIN agency a ON a.id = e.agency_id
WHERE e.file_id = :file_id AND e.id IN (:entries)
ORDER BY e.id`

const insertEntry = `INSERT INTO entry (id, file_id, section, agency_id, created_at, changed_at)
VALUES (:entry, :file_id, :section, :agency_id, :now, :now)`

const updateEntry = `UPDATE entry
SET version = version + 1, changed_at = :now
WHERE id = :entry AND file_id = :file_id AND agency_id = :agency_id AND version = :version`

const insertVersion = `INSERT INTO entry_version (entry_id, version, author_id, written_at, nature, purpose, basis, regime, subject, handling, sealed)
SELECT :entry, :version, :worker_id, :now, :nature, :purpose, :basis, a.regime, :subject, :handling, :sealed
FROM agency a
WHERE a.id = :agency_id`

const deleteTokens = `DELETE FROM search_token WHERE entry_id = :entry AND file_id = :file_id`

const insertToken = `INSERT INTO search_token (token, file_id, entry_id)
VALUES (:token, :file_id, :entry)
ON CONFLICT DO NOTHING`

// currentOf are all entries of the file as they are now. Several parts of a page ask for a section each, and the file is read once.
func currentOf(tx *gate.Tx) (rows []gate.EntryRow, err error) {
	return gate.Recall(tx, "entry", func() ([]gate.EntryRow, error) {
		return rows, tx.Select(&rows, selectCurrent, nil)
	})
}

// rowOf reads an entry of the file at a version; version 0 is the newest.
func rowOf(tx *gate.Tx, entryID string, version int64) (*gate.EntryRow, error) {
	var row gate.EntryRow
	query, args := selectNewest, gate.Args{"entry": entryID}
	if version != 0 {
		query, args["version"] = selectVersion, version
	}
	err := tx.Get(&row, query, args)
	if errors.Is(err, database.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "gate.not_found")
	}
	return &row, err
}

func versionsOf(tx *gate.Tx, entryID string) (rows []gate.EntryRow, err error) {
	return rows, tx.Select(&rows, selectVersions, gate.Args{"entry": entryID})
}

func pinnedOf(tx *gate.Tx, pins []Pin) (rows []gate.EntryRow, err error) {
	if len(pins) == 0 {
		return nil, nil
	}
	version, ids := map[string]int64{}, make([]string, len(pins))
	for i, pin := range pins {
		version[pin.EntryID], ids[i] = pin.Version, pin.EntryID
	}
	if err := tx.Select(&rows, selectPinned, gate.Args{"entries": ids}); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(row gate.EntryRow) bool { return row.Version != version[row.ID] }), nil
}

func insertNew(tx *gate.Tx, entryID string, id authz.Section) error {
	return tx.ExecOne(insertEntry, gate.Args{"entry": entryID, "section": id.String()})
}

func raiseVersion(tx *gate.Tx, entryID string, from int64) error {
	return tx.ExecOne(updateEntry, gate.Args{"entry": entryID, "version": from})
}

// putVersion adds a version and points the blind index at it.
func putVersion(tx *gate.Tx, entryID string, id authz.Section, version int64, d Draft) error {
	sealed, err := tx.Seal(id, entryID, version, d.Values)
	if err != nil {
		return err
	}
	if err := tx.ExecOne(insertVersion, gate.Args{"entry": entryID, "version": version, "nature": d.Nature,
		"purpose": d.Purpose, "basis": d.Basis, "subject": subjectOf(id, tx.File().Kind),
		"handling": d.marking().String(), "sealed": sealed}); err != nil {
		return err
	}
	return index(tx, entryID, id, d.Values)
}

func index(tx *gate.Tx, entryID string, id authz.Section, values section.Values) error {
	if _, err := tx.Exec(deleteTokens, gate.Args{"entry": entryID}); err != nil {
		return err
	}
	for _, token := range Tokens(tx, section.Of(id).Searchable(values)) {
		if _, err := tx.Exec(insertToken, gate.Args{"entry": entryID, "token": token}); err != nil {
			return err
		}
	}
	return nil
}

// Tokens are the keyed tokens of searchable values, sorted and each once.
func Tokens(tx *gate.Tx, found []section.Searchable) [][]byte {
	var words []string
	for _, f := range found {
		switch f.Kind {
		case "name":
			for _, token := range romanise.Tokens(f.Value) {
				words = append(words, "name\x00"+token)
			}
		case "date":
			words = append(words, "date\x00"+romanise.Date(f.Value))
		case "number":
			words = append(words, "number\x00"+romanise.Number(f.Value))
		case "phone":
			words = append(words, "phone\x00"+romanise.Phone(f.Value))
		case "email":
			words = append(words, "email\x00"+romanise.Email(f.Value))
		}
	}
	slices.Sort(words)
	var tokens [][]byte
	for _, word := range slices.Compact(words) {
		tokens = append(tokens, tx.Token("search", word))
	}
	return tokens
}

// NameWords are the keyed tokens of the words of a name that is searched for: an entry bears the name when it has a token of each.
func NameWords(tx *gate.Tx, name string) (words [][][]byte) {
	for _, word := range romanise.Words(name) {
		var tokens [][]byte
		for _, token := range word {
			tokens = append(tokens, tx.Token("search", "name\x00"+token))
		}
		words = append(words, tokens)
	}
	return words
}

// selectKeeper is the public name of an agency, and that of its desk on the file.
const selectKeeper = `SELECT a.name AS agency, COALESCE((
    SELECT MIN(d.name)
    FROM file_grant g
    JOIN desk d ON d.id = g.grantee_id
    WHERE g.file_id = :file_id AND g.agency_id = a.id AND g.state = 'live' AND g.grantee_kind = 'desk' AND g.until_at > :now), '') AS desk
FROM agency a
WHERE a.id = :originator`

func keeperOf(tx *gate.Tx, agencyID string) (k Keeper, err error) {
	return k, tx.Get(&k, selectKeeper, gate.Args{"originator": agencyID})
}
