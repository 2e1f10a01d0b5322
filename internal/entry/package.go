package entry

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/section"
)

// Pin is an entry at the version that goes along with a referral or leaves. Whose it is and how it is to be handled stands there
// only where it is packed: nothing of it is kept a second time.
type Pin struct {
	EntryID  string `db:"entry_id"`
	Version  int64  `db:"version"`
	AgencyID string `db:"-"`
	Handling string `db:"-"`
}

func pinOf(row *gate.EntryRow) Pin {
	return Pin{EntryID: row.ID, Version: row.Version, AgencyID: row.AgencyID, Handling: row.Handling}
}

// Pack gives the sections as receiver may see them, and which versions of which entries that takes. Only what the sender of
// the transaction reads in full goes along: nobody passes on what is closed to themselves.
func (s *Service) Pack(tx, receiver *gate.Tx, sections authz.SectionSet) ([]SectionView, []Pin, error) {
	rows, err := currentOf(tx)
	if err != nil {
		return nil, nil, err
	}
	return s.asReceived(receiver, sections, rows, func(row *gate.EntryRow, _ gate.Revealed) (bool, error) {
		mine, err := tx.Reveal(row)
		return mine.Show == authz.Full, err
	})
}

// Unpack gives pinned versions as receiver may see them, less what the reader of the transaction may not see. For somebody
// who holds all of the receiving discipline's role these are the very bytes that Pack gave.
func (s *Service) Unpack(tx, receiver *gate.Tx, sections authz.SectionSet, pins []Pin) ([]SectionView, error) {
	rows, err := pinnedOf(tx, pins)
	if err != nil {
		return nil, err
	}
	views, _, err := s.asReceived(receiver, sections, rows, func(row *gate.EntryRow, theirs gate.Revealed) (bool, error) {
		mine, err := tx.Reveal(row)
		return mine.Show >= theirs.Show, err
	})
	for i := range views {
		if look := tx.Look(views[i].Section); views[i].Open && !look.Open() {
			views[i] = SectionView{Section: views[i].Section, Reason: look.Why().Reason}
		}
	}
	return views, err
}

// asReceived renders sections with the receiver's eyes, of the rows that let lets pass.
func (s *Service) asReceived(receiver *gate.Tx, sections authz.SectionSet, rows []gate.EntryRow,
	let func(row *gate.EntryRow, theirs gate.Revealed) (bool, error)) (views []SectionView, pins []Pin, err error) {
	var passed []gate.EntryRow
	for i := range rows {
		id, _ := authz.ParseSection(rows[i].Section)
		if !sections.Has(id) {
			continue
		}
		theirs, err := receiver.Reveal(&rows[i])
		if err != nil {
			return nil, nil, err
		}
		if theirs.Show < authz.Derived {
			continue
		}
		ok, err := let(&rows[i], theirs)
		if err != nil {
			return nil, nil, err
		}
		if ok {
			passed = append(passed, rows[i])
			pins = append(pins, pinOf(&rows[i]))
		}
	}
	for _, room := range section.All() {
		if !sections.Has(room.ID) || !Belongs(room, receiver.File().Kind) {
			continue
		}
		view, err := s.section(receiver, room.ID, passed, nil) // without names: staff is not named across agencies
		if err != nil {
			return nil, nil, err
		}
		views = append(views, stripped(view))
	}
	return views, pins, nil
}

// stripped takes from a section what works only once the file is open: writing, and opening for a reason.
func stripped(v SectionView) SectionView {
	v.CanWrite, v.AskReason = false, false
	for i := range v.Entries {
		v.Entries[i].CanEdit, v.Entries[i].CanAddTo = false, false
	}
	return v
}
