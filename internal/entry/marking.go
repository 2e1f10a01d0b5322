package entry

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/locale"
	"relais/internal/moment"
)

// Keeper is whose leave it takes to pass something on: the agency that supplied it, and its desk on the file. Public names, no
// person.
type Keeper struct {
	AgencyID string `db:"-"`
	Agency   string `db:"agency"`
	Desk     string `db:"desk"` // empty where it is on the file by a person only
	Unseen   bool   `db:"-"`    // of what it keeps the caller reads nothing: who it is is not for them to know
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
	return onward(tx, sections, only, to, false)
}

// Keepers is Onward for sections that are opened as such, whether or not the caller reads what is in them.
func Keepers(tx *gate.Tx, sections authz.SectionSet, to authz.Role) (keepers []Keeper, err error) {
	_, keepers, err = onward(tx, sections, nil, to, true)
	return keepers, err
}

func onward(tx *gate.Tx, sections authz.SectionSet, only gate.OnlyOf, to authz.Role, unseen bool) (whole gate.Marking, keepers []Keeper, err error) {
	rows, err := currentOf(tx)
	if err != nil {
		return whole, nil, err
	}
	asked := map[keeping]bool{}
	for i := range rows {
		row := &rows[i]
		id, known := authz.ParseSection(row.Section)
		if !known || row.Handling == "" || !sections.Has(id) || !only.Let(writerOf(row, id)) {
			continue
		}
		own := row.AgencyID == tx.Actor().AgencyID
		seen := own || tx.Readable(row)
		if !seen && !unseen {
			continue
		}
		m := gate.ParseMarking(row.Handling)
		whole = whole.With(m)
		if own || m.MayTravelTo(to) || asked[keeping{row.AgencyID, seen}] {
			continue
		}
		asked[keeping{row.AgencyID, seen}] = true
		keeper, err := keeperOf(tx, row.AgencyID)
		if err != nil {
			return whole, nil, err
		}
		keeper.AgencyID, keeper.Unseen = row.AgencyID, !seen
		keepers = append(keepers, keeper)
	}
	return whole, keepers, nil
}

// keeping is that an agency keeps something, which the caller reads or does not.
type keeping struct {
	agencyID string
	seen     bool
}

// Wrote says whether something of this stands in a section of the file.
func Wrote(tx *gate.Tx, id authz.Section, of gate.OnlyOf) (bool, error) {
	rows, err := currentOf(tx)
	return slices.ContainsFunc(rows, func(row gate.EntryRow) bool {
		return row.Section == id.String() && of.Let(writerOf(&row, id))
	}), err
}

func writerOf(row *gate.EntryRow, id authz.Section) gate.Writer {
	return gate.Writer{Section: id, AgencyID: row.AgencyID, EntryID: row.ID}
}

// Single is one entry that may be passed on alone: whose it is and since when it stands as it does, nothing of what it says.
type Single struct {
	gate.Writer
	Agency    string
	WrittenAt moment.Time
	read      gate.Decision
}

// mostSingle is how many entries a form offers one by one.
const mostSingle = 200

// Singles are the entries of the file that the caller reads in full, in the order in which they were written.
func Singles(tx *gate.Tx) (list []Single, err error) {
	rows, err := currentOf(tx)
	for i := range rows {
		if read := tx.DecideOn(&rows[i]); read.Show == authz.Full {
			id, _ := authz.ParseSection(rows[i].Section)
			list = append(list, Single{writerOf(&rows[i], id), rows[i].Agency, rows[i].WrittenAt, read})
		}
	}
	return list, err
}

// Newest leaves as many of them as a form can hold; any other is named by its id. That a form shows whose entries there are in a section,
// and since when, goes into the trail.
func Newest(tx *gate.Tx, list []Single) []Single {
	list = list[max(0, len(list)-mostSingle):]
	for i := range list {
		tx.Shown(list[i].Section, list[i].read)
	}
	return list
}

// MarkingText is a marking as people write it: "TLP:AMBER", "H1, H2".
func MarkingText(w *locale.Words, m gate.Marking) string {
	parts := m.Codes
	if m.TLP != "" {
		parts = append([]string{w.T("gate.tlp." + m.TLP)}, parts...)
	}
	return strings.Join(parts, ", ")
}
