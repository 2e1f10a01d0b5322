package entry

import (
	"maps"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Conflict is what the second of two editors gets: who was first, and both versions against what both began with.
// It holds names and values, so it goes to the page and the answer of this caller and nowhere else.
type Conflict struct {
	EntryID string          `json:"entry_id"`
	Version int64           `json:"version" doc:"The newest; a write that resolves the conflict is based on it"`
	Began   int64           `json:"began"`
	By      string          `json:"by" doc:"Who was first"`
	At      moment.Time     `json:"at"`
	Base    Draft           `json:"base"`
	Mine    Draft           `json:"mine"`
	Theirs  Draft           `json:"theirs"`
	Merged  Draft           `json:"merged" doc:"Both together; of fields that both changed it has theirs"`
	Fields  []ConflictField `json:"fields" doc:"What both changed, each otherwise than the other"`
}

// ConflictField is one field, or one of purpose, basis and nature, that both changed differently.
type ConflictField struct {
	Name   string `json:"name"`
	Mine   string `json:"mine"`
	Theirs string `json:"theirs"`
}

// conflict builds the answer to the second editor, who has to be able to read what the first one wrote.
func (s *Service) conflict(tx *gate.Tx, row *gate.EntryRow, theirs View, began int64, mine Draft) error {
	base, err := s.version(tx, row.ID, began)
	if err != nil {
		return err
	}
	by, err := s.name(tx, row.AuthorID)
	if err != nil {
		return err
	}
	merged, clashes := merge(base, mine, theirs.draft())
	return fault.New(fault.Conflict, "entry.conflict").With(Conflict{EntryID: row.ID, Version: row.Version, Began: began, By: by,
		At: row.WrittenAt, Base: base, Mine: mine, Theirs: theirs.draft(), Merged: merged, Fields: clashes})
}

// version is an entry as it was; a version that never was is an empty one, so that every field counts as changed by both.
func (s *Service) version(tx *gate.Tx, entryID string, number int64) (Draft, error) {
	if number < 1 {
		return Draft{}, nil
	}
	row, err := rowOf(tx, entryID, number)
	if fault.KindOf(err) == fault.NotFound {
		return Draft{}, nil
	}
	if err != nil {
		return Draft{}, err
	}
	view, err := s.visible(tx, row)
	return view.draft(), err
}

func (v View) draft() Draft {
	return Draft{Values: v.Values, Purpose: v.Purpose, Basis: v.Basis, Nature: v.Nature, TLP: gate.ParseMarking(v.Handling).TLP}
}

// merge joins two drafts field by field; purpose, basis and nature are fields like the others, because a changed ground must
// not be put back unseen.
func merge(base, mine, theirs Draft) (Draft, []ConflictField) {
	merged, clashes := section.Merge(base.answers(), mine.answers(), theirs.answers())
	fields := []ConflictField{}
	for _, c := range clashes {
		fields = append(fields, ConflictField{Name: c.Field, Mine: c.Mine, Theirs: c.Theirs})
	}
	return draftOf(merged), fields
}

// groundNames are the names under which a draft's grounds stand among its answers; no field of the catalogue has such a name.
var groundNames = []string{"nature", "purpose", "basis", "tlp"}

func (d Draft) answers() section.Values {
	all := section.Values{}
	maps.Copy(all, d.Values)
	all["nature"], all["purpose"], all["basis"], all["tlp"] = d.Nature, d.Purpose, d.Basis, d.TLP
	return all
}

func draftOf(all section.Values) Draft {
	d := Draft{Values: maps.Clone(all), Purpose: all["purpose"], Basis: all["basis"], Nature: all["nature"], TLP: all["tlp"]}
	for _, name := range groundNames {
		delete(d.Values, name)
	}
	return d
}

func notYours(tx *gate.Tx) error { return gate.RefusalFor(tx.Section(), otherAgency) }

// fixed refuses to change what is signed; the next step is an addition.
func fixed(tx *gate.Tx, v View) error {
	if v.Signed() {
		return gate.RefusalFor(tx.Section(), isSigned)
	}
	return nil
}

// visible is view for a caller who asked for this one entry: a closed one is a refusal with its reason.
func (s *Service) visible(tx *gate.Tx, row *gate.EntryRow) (View, error) {
	view, shown, err := s.view(tx, row, s.name)
	switch {
	case err != nil:
		return View{}, err
	case view.Full:
		view.CanEdit = row.AgencyID == tx.Actor().AgencyID && tx.Decide(view.Section, authz.Write).Allowed() && !tx.File().Closed() &&
			!view.Signed()
		return view, nil
	case shown.Allowed():
		return View{}, gate.RefusalFor(shown.Section, factsOnly)
	}
	if row.AgencyID != tx.Actor().AgencyID && shown.Missing.Has(authz.NeedOriginator) {
		return View{}, kept(tx, row, shown)
	}
	return View{}, gate.Refusal(shown.Section, shown.Decision)
}

// kept is the refusal of what its originator keeps; the next step names whom to ask.
func kept(tx *gate.Tx, row *gate.EntryRow, shown gate.Revealed) error {
	keeper, err := keeperOf(tx, row.AgencyID)
	if err != nil {
		return err
	}
	return fault.New(fault.Refused, "gate.refused", "Section", shown.Section.String(), "Reason", string(shown.Reason),
		"Who", keeper.Name()).With(askOriginator(shown.Reason))
}

// askOriginator is gate.Why with a next step that has a name in it.
type askOriginator authz.Reason

// ReasonID is the stable id of the reason.
func (y askOriginator) ReasonID() string { return string(y) }

// ReasonKey is the key of the sentence that says why.
func (y askOriginator) ReasonKey() string { return authz.Reason(y).Key() }

// NextStepKey is the key of what to do now.
func (y askOriginator) NextStepKey() string { return "entry.ask_originator" }
