package entry

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/locale"
)

// Keeper is whose leave it takes to pass something on: the agency that supplied it, and its desk on the file. Public names, no
// person.
type Keeper struct {
	AgencyID string `db:"-"`
	Agency   string `db:"agency"`
	Desk     string `db:"desk"` // empty where it is on the file by a person only
}

// Name is the agency and its desk, as they are printed.
func (k Keeper) Name() string {
	if k.Desk == "" {
		return k.Agency
	}
	return k.Agency + " · " + k.Desk
}

// Onward looks at what the caller would pass on of these sections to an agency of a kind: the marking of all of it together,
// and who has to be asked first. What the caller cannot read does not travel and is not counted; what an agency supplied
// itself it may always pass on. Where only of some agencies anything goes along, only holds, and the others are not asked.
func Onward(tx *gate.Tx, sections authz.SectionSet, only gate.OnlyOf, to authz.Role) (whole gate.Marking, keepers []Keeper, err error) {
	rows, err := currentOf(tx)
	if err != nil {
		return whole, nil, err
	}
	asked := map[string]bool{}
	for i := range rows {
		row := &rows[i]
		id, known := authz.ParseSection(row.Section)
		own := row.AgencyID == tx.Actor().AgencyID
		if !known || row.Handling == "" || !sections.Has(id) || !only.Lets(id, row.AgencyID) || !own && !tx.Readable(row) {
			continue
		}
		m := gate.ParseMarking(row.Handling)
		whole = whole.With(m)
		if own || m.MayTravelTo(to) || asked[row.AgencyID] {
			continue
		}
		asked[row.AgencyID] = true
		keeper, err := keeperOf(tx, row.AgencyID)
		if err != nil {
			return whole, nil, err
		}
		keeper.AgencyID = row.AgencyID
		keepers = append(keepers, keeper)
	}
	return whole, keepers, nil
}

// Wrote says whether one of some agencies has an entry in a section of the file.
func Wrote(tx *gate.Tx, id authz.Section, agencies []string) (bool, error) {
	rows, err := currentOf(tx)
	return slices.ContainsFunc(rows, func(row gate.EntryRow) bool {
		return row.Section == id.String() && slices.Contains(agencies, row.AgencyID)
	}), err
}

// MarkingText is a marking as people write it: "TLP:AMBER", "H1, H2".
func MarkingText(w *locale.Words, m gate.Marking) string {
	parts := m.Codes
	if m.TLP != "" {
		parts = append([]string{w.T("gate.tlp." + m.TLP)}, parts...)
	}
	return strings.Join(parts, ", ")
}
