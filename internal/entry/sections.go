package entry

import (
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
)

// Sections gives every section of the file as the caller may see it; closed ones are there with their reason.
func (s *Service) Sections(tx *gate.Tx) ([]SectionView, error) { return s.sections(tx, 0) }

// In gives the entries of one section that the caller may see.
func (s *Service) In(tx *gate.Tx, id authz.Section) ([]View, error) {
	sections, err := s.sections(tx, id)
	if err != nil || len(sections) == 0 {
		return nil, err
	}
	return sections[0].Entries, nil
}

// Some gives a few sections of the file as the caller may see them, without the names of authors: a part of a page that says a
// thing or two of them.
func (s *Service) Some(tx *gate.Tx, ids ...authz.Section) ([]SectionView, error) {
	rows, err := currentOf(tx)
	if err != nil {
		return nil, err
	}
	out := make([]SectionView, 0, len(ids))
	for _, id := range ids {
		view, err := s.section(tx, id, rows, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, view)
	}
	return out, nil
}

// Readable says whether the caller may read all of an entry of the file.
func (s *Service) Readable(tx *gate.Tx, entryID string) (bool, error) {
	row, err := rowOf(tx, entryID, 0)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	shown, err := tx.Reveal(row)
	return shown.Show == authz.Full, err
}

// sections reads all entries at once, or those of one section.
func (s *Service) sections(tx *gate.Tx, only authz.Section) ([]SectionView, error) {
	rows, err := currentOf(tx)
	if err != nil {
		return nil, err
	}
	name := remembering(s.name)
	rooms := section.All()
	out := make([]SectionView, 0, len(rooms))
	for _, room := range rooms {
		if only != 0 && room.ID != only || !Belongs(room, tx.File().Kind) {
			continue
		}
		view, err := s.section(tx, room.ID, rows, name)
		if err != nil {
			return nil, err
		}
		out = append(out, view)
	}
	return out, nil
}

func (s *Service) section(tx *gate.Tx, id authz.Section, rows []gate.EntryRow, name Namer) (SectionView, error) {
	look := tx.Look(id)
	view := SectionView{Section: id, Open: look.Open(), OthersOpen: look.Others.Allowed(), SomeOpen: look.Some.Show == authz.Full,
		SomeFacts: look.Some.Show == authz.Derived, Reason: look.Others.Reason, CanWrite: look.Write.Allowed() && !tx.File().Closed()}
	if !view.Open {
		view.Reason = look.Why().Reason
	}
	view.AskReason = !view.OthersOpen && look.Why().Missing == authz.NeedsOf(authz.NeedJustification)
	if !view.OthersOpen {
		_, could := tx.InEmergency(id)
		view.CanRequest, view.Emergency = tx.Askable(id) && !tx.File().Closed(), could && tx.Actor().DutyOfficer
	}
	var closed []gate.Revealed
	for i := range rows {
		if rows[i].Section != id.String() {
			continue
		}
		entry, shown, err := s.view(tx, &rows[i], name)
		if err != nil {
			return view, err
		}
		if !entry.Full {
			closed = append(closed, shown)
			continue
		}
		mine := view.CanWrite && entry.AgencyID == tx.Actor().AgencyID
		entry.CanEdit, entry.CanAddTo = mine && !entry.Signed(), mine && entry.Signed()
		view.Entries = append(view.Entries, entry)
	}
	view.Derived = gate.Derive(closed)
	return view, nil
}

// view opens one entry as far as the gate allows. Of an own entry the part that the agency writes is the whole entry.
func (s *Service) view(tx *gate.Tx, row *gate.EntryRow, name Namer) (View, gate.Revealed, error) {
	shown, err := tx.Reveal(row)
	if err != nil {
		return View{}, shown, err
	}
	view := viewOf(tx, row, &shown)
	if view.Full && row.AgencyID == tx.Actor().AgencyID && name != nil {
		view.Author, err = name(tx, row.AuthorID)
	}
	return view, shown, err
}

// viewOf is what was revealed of an entry, without its author.
func viewOf(tx *gate.Tx, row *gate.EntryRow, shown *gate.Revealed) View {
	view := View{ID: row.ID, Section: shown.Section, AgencyID: row.AgencyID, AgencyName: row.Agency, Version: row.Version,
		WrittenAt: row.WrittenAt, Nature: row.Nature, Purpose: row.Purpose, Basis: row.Basis, Handling: row.Handling,
		Full: shown.Show == authz.Full, Values: shown.Values}
	if row.AgencyID == tx.Actor().AgencyID && shown.Show == authz.Derived {
		room := section.Of(shown.Section)
		view.Only = openTo(room, tx.Decide(shown.Section, authz.Write))
		view.Values, view.Full = ownPart(room, *shown), view.Only != nil
	}
	return view
}

// remembering asks for each name once: most entries of an agency on a file are by the same hand.
func remembering(name Namer) Namer {
	if name == nil {
		return nil
	}
	known := map[string]string{}
	return func(tx *gate.Tx, workerID string) (string, error) {
		if found, ok := known[workerID]; ok {
			return found, nil
		}
		found, err := name(tx, workerID)
		known[workerID] = found
		return found, err
	}
}

func ownPart(room *section.Section, shown gate.Revealed) section.Values {
	part := section.Values{}
	for _, v := range gate.Derive([]gate.Revealed{shown}) {
		if room.Field(v.Name) != nil {
			part[v.Name] = v.Text
		}
	}
	return part
}
