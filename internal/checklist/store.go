package checklist

import (
	"strings"

	"relais/internal/gate"
)

const selectSteps = `SELECT s.id, s.item, s.agency_id, a.name AS agency, s.seq, s.state, s.happened_on, s.reason, s.edition, s.written_at, s.worker_id
FROM checklist_step s
JOIN agency a ON a.id = s.agency_id
WHERE s.file_id = :file_id
ORDER BY s.written_at, s.id`

const insertStep = `INSERT INTO checklist_step (id, file_id, item, agency_id, seq, state, happened_on, reason, edition, written_at, worker_id)
VALUES (:id, :file_id, :item, :agency_id, :seq, :state, :on, :reason, :edition, :now, :worker_id)`

const selectChoices = `SELECT c.country, c.seq, c.edition, c.chosen_at, a.name AS agency
FROM checklist_choice c
JOIN agency a ON a.id = c.agency_id
WHERE c.file_id = :file_id
ORDER BY c.country, c.seq`

const insertChoice = `INSERT INTO checklist_choice (id, file_id, country, seq, edition, chosen_at, worker_id, agency_id)
VALUES (:id, :file_id, :country, :seq, :edition, :now, :worker_id, :agency_id)`

// selectHome is the country of the case and what was done to the person there: facts in clear.
const selectHome = `SELECT c.country, c.exploitation
FROM victim v
JOIN casefile c ON c.file_id = v.case_id
WHERE v.file_id = :file_id`

// selectDesks are the desks that see the file, with the kind and the country of their agency.
const selectDesks = `SELECT DISTINCT d.id, d.name, a.id AS agency_id, a.name AS agency, a.kind, a.country
FROM file_grant l
JOIN desk d ON d.id = l.grantee_id AND d.closed_at = 0
JOIN agency a ON a.id = d.agency_id AND a.closed_at = 0
WHERE l.file_id = :file_id AND l.state = 'live' AND l.grantee_kind = 'desk' AND l.emergency = 0 AND l.from_at <= :now AND l.until_at > :now
ORDER BY a.name, d.name, d.id
LIMIT 200`

// desk is a desk that sees the file.
type desk struct {
	ID       string `db:"id"`
	Name     string `db:"name"`
	AgencyID string `db:"agency_id"`
	Agency   string `db:"agency"`
	Kind     string `db:"kind"`
	Country  string `db:"country"`
}

// kept is what is stored of a file's lists. It is kept in memory under the file's version: nobody may change it.
type kept struct {
	steps   []Step
	choices []Choice
}

func keptOf(tx *gate.Tx) (kept, error) {
	return gate.Recall(tx, "checklist", func() (k kept, err error) {
		if err = tx.Select(&k.steps, selectSteps, nil); err != nil {
			return k, err
		}
		return k, tx.Select(&k.choices, selectChoices, nil)
	})
}

// chosen is the newest choice of a country; ok is false where nobody has chosen.
func (k *kept) chosen(country string) (c Choice, ok bool) {
	for i := range k.choices {
		if k.choices[i].Country == country {
			c, ok = k.choices[i], true
		}
	}
	return c, ok
}

func insert(tx *gate.Tx, s *Step) error {
	return tx.ExecOne(insertStep, gate.Args{"id": s.ID, "item": s.Item, "seq": s.Seq, "state": string(s.State), "on": string(s.On),
		"reason": s.Reason, "edition": string(s.Edition)})
}

func choose(tx *gate.Tx, c *Choice) error {
	return tx.ExecOne(insertChoice, gate.Args{"id": gate.NewID(), "country": c.Country, "seq": c.Seq, "edition": string(c.Edition)})
}

// home is what the case says.
type home struct {
	Country      string `db:"country"`
	Exploitation string `db:"exploitation"`
}

func homeOf(tx *gate.Tx) (h home, err error) { return h, tx.Get(&h, selectHome, nil) }

func (h home) forms() []string {
	return strings.FieldsFunc(h.Exploitation, func(r rune) bool { return r == ';' })
}

func desksOn(tx *gate.Tx) (list []desk, err error) { return list, tx.Select(&list, selectDesks, nil) }
