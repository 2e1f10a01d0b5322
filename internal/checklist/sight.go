package checklist

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/rulepack"
)

// careful are the sections in which not even everybody of the own agency reads: an item of theirs is for who may write there.
var careful = []authz.Section{authz.Health, authz.SupportPlan, authz.ShelterLocation}

// sight is what of the lists the caller may see. It is asked once a look.
type sight struct {
	tx    *gate.Tx
	works bool
	forms bool // knows what was done to the person
	reads map[authz.Section]bool
}

func sightOf(tx *gate.Tx) sight {
	a := tx.Actor()
	s := sight{tx: tx, works: gate.Holds(a, a.Kind), reads: map[authz.Section]bool{}}
	s.forms = s.read(authz.Exploitation) || tx.File().AgencyID == a.AgencyID
	return s
}

// read says whether the caller reads a section in full, and so learns what was done about it.
func (s *sight) read(id authz.Section) bool {
	reads, asked := s.reads[id]
	if !asked {
		reads = s.tx.Decide(id, authz.Read).Show == authz.Full
		s.reads[id] = reads
	}
	return reads
}

// does says whether the caller's agency is one that does an item: of its country and kind.
func (s *sight) does(i *rulepack.Item) bool {
	a := s.tx.Actor()
	if !s.works || a.Country != string(i.Country) || !i.DoneBy(string(a.Kind)) {
		return false
	}
	return !slices.Contains(careful, i.Section) || s.tx.Decide(i.Section, authz.Write).Allowed()
}

// sees says whether the caller learns that the item is on the list; all says that what other agencies ticked is told too. Who does an
// item sees it. What only some forms of exploitation ask for is told to who knows the form.
func (s *sight) sees(i *rulepack.Item) (sees, all bool) {
	if len(i.Exploitation) > 0 && !s.forms {
		return false, false
	}
	all = s.read(i.Section)
	return all || s.does(i), all
}

// steps are those of an item that the caller may see: all, or those of the own agency.
func (s *sight) steps(list []Step, item string, all bool) (seen []Step) {
	for i := range list {
		if list[i].Item == item && (all || list[i].AgencyID == s.tx.Actor().AgencyID) {
			seen = append(seen, list[i])
		}
	}
	return seen
}
