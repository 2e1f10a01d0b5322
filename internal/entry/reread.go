package entry

import (
	"relais/internal/authz"
	"relais/internal/section"
)

// Reread is a section as it was written down for an agency of a discipline: what stands in the body and nothing else. It is for
// showing kept bytes; nothing of it can be changed.
func Reread(body *SectionBody, kind authz.Role) (SectionView, bool) {
	id, known := authz.ParseSection(body.Section)
	room := section.Of(id)
	if !known || room == nil {
		return SectionView{}, false
	}
	view := SectionView{Section: id, Open: body.Open, OthersOpen: body.ReasonID == "", Reason: authz.Reason(body.ReasonID)}
	for i := range body.Entries {
		e := &body.Entries[i]
		view.Entries = append(view.Entries, View{ID: e.ID, Section: id, AgencyID: e.AgencyID, AgencyName: e.Agency, Version: 1,
			WrittenAt: e.WrittenAt, Nature: e.Nature, Purpose: e.Purpose, Basis: e.Basis, Handling: e.Handling, Values: e.Values})
	}
	for _, d := range body.Derived {
		if fact, ok := room.Fact(kind, d.Name, d.Value); ok {
			view.Derived = append(view.Derived, fact)
		}
	}
	return view, true
}
