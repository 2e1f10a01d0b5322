package entry

import (
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/section"
)

// Leaving gives every section of the file as the caller may take it out of the program, and which versions of which entries that
// takes; of sections outside want only whether they are open. Nobody is named who wrote an entry: staff stay in their agency.
func (s *Service) Leaving(tx *gate.Tx, want authz.SectionSet) (views []SectionView, pins []Pin, err error) {
	rows, err := currentOf(tx)
	if err != nil {
		return nil, nil, err
	}
	for _, room := range section.All() {
		if !Belongs(room, tx.File().Kind) {
			continue
		}
		look := tx.Leaves(room.ID)
		view := SectionView{Section: room.ID, Open: look.Open(), OthersOpen: look.Others.Allowed(), SomeOpen: look.Some.Show == authz.Full,
			SomeFacts: look.Some.Show == authz.Derived, Reason: look.Others.Reason}
		if !view.Open {
			view.Reason = look.Why().Reason
			view.AskReason = look.Why().Missing == authz.NeedsOf(authz.NeedJustification)
		}
		if view.Open && want.Has(room.ID) {
			taken, err := view.take(tx, rows)
			if err != nil {
				return nil, nil, err
			}
			pins = append(pins, taken...)
		}
		views = append(views, view)
	}
	return views, pins, nil
}

// take fills a section with what may leave of its entries.
func (v *SectionView) take(tx *gate.Tx, rows []gate.EntryRow) (pins []Pin, err error) {
	var closed []gate.Revealed
	for i := range rows {
		if rows[i].Section != v.Section.String() {
			continue
		}
		shown, err := tx.RevealLeaving(&rows[i])
		if err != nil {
			return nil, err
		}
		if shown.Show < authz.Derived {
			continue
		}
		pins = append(pins, pinOf(&rows[i]))
		if view := viewOf(tx, &rows[i], &shown); view.Full {
			v.Entries = append(v.Entries, view)
		} else {
			closed = append(closed, shown)
		}
	}
	v.Derived = gate.Derive(closed)
	return pins, nil
}
