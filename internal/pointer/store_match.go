package pointer

import (
	"relais/internal/authz"
	"relais/internal/gate"
)

// selectCandidates finds who else wrote an identifier, on files that another agency of the same country leads. Sealed and closed
// files are not among them, nor those from which somebody of the caller's agency is kept, nor those which the caller's agency
// sees anyway; nor is anything for an agency of which somebody is kept from the caller's file.
const selectCandidates = `SELECT t.token, t.file_id, e.agency_id AS writer, l.agency_id, l.grantee_kind, l.grantee_id,
  COALESCE(c.choice, '') AS choice, COALESCE(c.agency_id, '') AS chooser
FROM search_token t
JOIN entry e ON e.id = t.entry_id AND e.section IN (:sections)
JOIN file f ON f.id = t.file_id AND f.kind = 'victim' AND f.stage NOT IN ('` + gate.StageClosed + `', '` + gate.StageErased + `')
JOIN file_grant l ON l.file_id = f.id AND l.lead = 1 AND l.state = 'live' AND l.from_at <= :now AND l.until_at > :now
JOIN agency a ON a.id = l.agency_id AND a.country = :country AND a.closed_at = 0
LEFT JOIN pointer_choice c ON c.file_id = f.id AND c.version = (SELECT MAX(n.version) FROM pointer_choice n WHERE n.file_id = f.id)
WHERE t.token IN (:tokens)
  AND t.file_id <> :file_id
  AND l.agency_id <> :agency_id
  AND NOT EXISTS (SELECT 1 FROM file_seal z WHERE z.file_id IN (t.file_id, :file_id) AND z.ended_at = 0)
  AND NOT EXISTS (SELECT 1 FROM exclusion x WHERE x.ended_at = 0
    AND (x.file_id = t.file_id AND x.worker_agency_id = :agency_id OR x.file_id = :file_id AND x.worker_agency_id = l.agency_id))
  AND NOT EXISTS (SELECT 1 FROM file_grant g
    WHERE g.file_id = t.file_id AND g.agency_id = :agency_id AND g.state IN ('live', 'sealed') AND g.until_at > :now)
ORDER BY t.file_id, l.id
LIMIT 1000`

// selectNames finds which spellings of a name some files carry.
const selectNames = `SELECT t.token, t.file_id, e.agency_id AS writer
FROM search_token t
JOIN entry e ON e.id = t.entry_id AND e.section = 'identity'
WHERE t.file_id IN (:files) AND t.token IN (:tokens)`

// selectPart is who takes part in the country; allows is -1 where nobody has said.
const selectPart = `SELECT a.id, a.kind, COALESCE(s.allows, -1) AS allows, COALESCE(s.each_file, 0) AS each_file, COALESCE(s.desks_off, '') AS desks_off
FROM agency a
LEFT JOIN pointer_setting s ON s.agency_id = a.id AND s.version = (SELECT MAX(n.version) FROM pointer_setting n WHERE n.agency_id = a.id)
WHERE a.country = :country AND a.closed_at = 0`

// candidate is one identifier on a file of another agency.
type candidate struct {
	Token  []byte `db:"token"`
	Writer string `db:"writer"`
	side
	Said
}

// spelling is one token of a name on a file.
type spelling struct {
	Token  []byte `db:"token"`
	FileID string `db:"file_id"`
	Writer string `db:"writer"`
}

// candidatesFor runs both statements whatever the first one finds, so that finding something takes no other way than finding nothing.
func candidatesFor(tx *gate.Tx, l *looked) (found []candidate, names []spelling, err error) {
	none := [][]byte{{}}
	words := make([]string, 0, len(sections))
	for _, id := range sections {
		words = append(words, id.String())
	}
	args := gate.Args{"tokens": append(l.leading(), none...), "sections": words, "country": tx.Actor().Country}
	if err := tx.Select(&found, selectCandidates, args); err != nil {
		return nil, nil, err
	}
	files := []string{""}
	for i := range found {
		if id := found[i].FileID; files[len(files)-1] != id {
			files = append(files, id)
		}
	}
	err = tx.Select(&names, selectNames, gate.Args{"files": files, "tokens": append(l.names(), none...)})
	return found, names, err
}

// participants are the settings of the agencies of the caller's country.
type participants map[string]*Setting

func participantsOf(tx *gate.Tx) (participants, error) {
	var rows []struct {
		ID       string     `db:"id"`
		Kind     authz.Role `db:"kind"`
		Allows   int        `db:"allows"`
		EachFile bool       `db:"each_file"`
		DesksOff string     `db:"desks_off"`
	}
	if err := tx.Select(&rows, selectPart, gate.Args{"country": tx.Actor().Country}); err != nil {
		return nil, err
	}
	all := participants{}
	for _, row := range rows {
		all[row.ID] = &Setting{Allows: row.Allows == 1 || row.Allows < 0 && takesPart(row.Kind), EachFile: row.EachFile, DesksOff: splitIDs(row.DesksOff)}
	}
	return all, nil
}

// allow says whether a side takes part with its file; agencies of other countries do not.
func (p participants) allow(s side, said *Said) bool {
	setting, known := p[s.AgencyID]
	return known && setting.tells(s, said)
}

// count says whether what an agency wrote in a file is compared.
func (p participants) count(agencyID string, said *Said) bool {
	s, known := p[agencyID]
	return known && s.counts(agencyID, said)
}
