package server_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

// marked is the story with both files filled: in every section entries of two agencies, where two may write there, and in
// every free field a word that stands nowhere else.
type marked struct {
	*story
	Entries []*written
	marks   map[string]*written
}

// written is one entry and the words in it.
type written struct {
	ID      string
	Kind    gate.Kind
	Section authz.Section
	By      string // column
	Agency  string
	Basis   string
	Values  section.Values
	Marks   []string
}

func (e *written) String() string { return fmt.Sprintf("%s.%s by %s", e.Kind, e.Section, e.By) }

// standing is what ties the people of a column to one of the files: one grant.
type standing struct {
	file      gate.Kind
	relations authz.RelationSet
	sections  authz.SectionSet
	basis     string
}

// passed are the sections that went along to the shelter and to the focal point.
var passed = map[string][]string{
	"be.payoke": {"identity", "labour", "exploitation"}, "nl.comensha": {"identity", "exploitation"},
}

func sectionsOf(names []string) (set authz.SectionSet) {
	for _, name := range names {
		id, _ := authz.ParseSection(name)
		set = set.With(id)
	}
	return set
}

// standings say who stands where in the story. They are written by hand, apart from the program's own grants.
func standings() map[string][]standing {
	all, team := authz.FileSections(), authz.RelationsOf(authz.RelationTeam)
	both := func(relations authz.RelationSet, onCase authz.SectionSet, basis string) []standing {
		return []standing{{gate.Case, relations, onCase, basis}, {gate.Victim, relations, all, basis}}
	}
	lead, member := both(team, all, "legal_gateway"), both(team, all, "legal_task")
	received := []standing{{gate.Victim, team.With(authz.RelationReferred), sectionsOf(passed["be.payoke"]), "legal_task"}}
	named := standing{gate.Victim, authz.RelationsOf(authz.RelationNamed), authz.SectionsOf(authz.ShelterLocation), "legal_task"}
	return map[string][]standing{
		"rsz": lead, "rsz2": lead, "jud": member, "fgp": member, "dvz": member, "crt": member,
		"grd": both(authz.RelationsOf(authz.RelationWard), authz.SectionsOf(authz.Court), "legal_task"),
		"adv": both(authz.RelationsOf(authz.RelationClient), authz.SectionsOf(authz.Court), "legal_task"),
		"myr": both(authz.RelationsOf(authz.RelationAny), all, "legal_task"),
		"pay": append(slices.Clone(received), named), "pay2": received,
		"com": {{gate.Victim, authz.RelationsOf(authz.RelationReferred), sectionsOf(passed["nl.comensha"]), "legal_gateway"}},
	}
}

// writers are the columns that write, with the basis on which each of them does.
var writers = []struct{ column, basis string }{
	{"rsz", "legal_gateway"}, {"jud", "legal_task"}, {"fgp", "legal_task"}, {"pay", "consent"}, {"dvz", "legal_task"}, {"crt", "legal_task"},
	{"grd", "legal_task"}, {"adv", "consent"}, {"com", "legal_task"}, {"myr", "legal_task"}, {"pay2", "consent"},
}

const authors = 2 // of each section, at most

// openMarked opens a copy of the filled story, served.
func openMarked(t testing.TB, engine string) (*testkit.Served, *marked) {
	t.Helper()
	w, m := testkit.OpenAfter(t, engine, "marked", mark)
	return w.Serve(t), m
}

func mark(w *testkit.World) *marked {
	m := &marked{story: tell(w), marks: map[string]*written{}}
	for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
		for i, room := range section.All() {
			if !entry.Belongs(room, kind) {
				continue
			}
			wrote := map[string]bool{}
			for j := range writers {
				by := writers[(i+j)%len(writers)] // not always the same two
				e := &written{Kind: kind, Section: room.ID, By: by.column, Agency: w.Person(columnOf(by.column).key).AgencyID, Basis: by.basis}
				if m.mayWrite(w, e) && len(wrote) < authors && !wrote[e.Agency] {
					m.write(w, e, room)
					wrote[e.Agency] = true
				}
			}
		}
	}
	return m
}

func (m *marked) file(kind gate.Kind) string {
	return map[gate.Kind]string{gate.Case: m.Case, gate.Victim: m.Victim}[kind]
}

// mayWrite asks the matrix and makes sure that the program answers the same.
func (m *marked) mayWrite(w *testkit.World, e *written) bool {
	w.T.Helper()
	may := decide(w, e.By, e.Kind, authz.Question{Section: e.Section, Verb: authz.Write}, true, e.Basis)
	_, err := w.Entries.MayAdd(w.As(columnOf(e.By).key), e.Kind, m.file(e.Kind), e.Section)
	if (err == nil) != may.Allowed() {
		w.T.Errorf("writing %s: the matrix says %v, the program %v", e, may.Show, err)
	}
	return may.Show == authz.Full
}

func (m *marked) write(w *testkit.World, e *written, room *section.Section) {
	w.T.Helper()
	e.fill(room, len(m.Entries))
	draft := entry.Draft{Values: e.Values, Purpose: "protection", Basis: e.Basis}
	e.ID = must(w.Entries.Add(w.As(columnOf(e.By).key), e.Kind, m.file(e.Kind), e.Section, draft, ""))(w.T)
	m.Entries = append(m.Entries, e)
	for _, word := range e.Marks {
		m.marks[word] = e
	}
}

func columnOf(name string) caller {
	return callers[slices.IndexFunc(callers, func(c caller) bool { return c.name == name })]
}

// codes are answers that matter to what others may derive, or that nobody may give of somebody who is protected; elsewhere the first of the list is as good as any.
var codes = map[string]string{
	"handling_codes": "H1", "certificate_for": "prosecutor;court;migration", "certificate_kind": "medical_statement", "employer": "yes",
	"removal_order": "no",
}

// fill answers every question of a section, with a word of its own in each free field.
func (e *written) fill(room *section.Section, number int) {
	e.Values = section.Values{}
	for i := range room.Fields {
		f := &room.Fields[i]
		word := fmt.Sprintf("zq%s%szq", letters(number), letters(i))
		switch f.Type {
		case section.Text, section.LongText, section.Reference:
			e.Values[f.Name] = word
			e.Marks = append(e.Marks, word)
		case section.Email:
			e.Values[f.Name] = word + "@example.org"
			e.Marks = append(e.Marks, word)
		case section.Phone:
			phone := fmt.Sprintf("+32470%03d%03d", number, i)
			e.Values[f.Name] = phone
			e.Marks = append(e.Marks, phone)
		case section.Date:
			e.Values[f.Name] = "2026-01-15"
		case section.Code, section.Codes, section.Bool:
			if e.Values[f.Name] = codes[f.Name]; e.Values[f.Name] == "" {
				e.Values[f.Name] = section.CodeList(f.Lists()[0])[0].Code
			}
		}
	}
	if room.ID == authz.Consents {
		delete(e.Values, "withdrawn_on")
	}
}

// letters writes a number with letters, so that no word holds another or is a number.
func letters(n int) string {
	return string([]byte{'a' + byte(n/676%26), 'a' + byte(n/26%26), 'a' + byte(n%26)})
}

// decide asks the matrix itself, through every standing of the column, and takes the most showing answer.
func decide(w *testkit.World, column string, kind gate.Kind, q authz.Question, own bool, basis string) (best authz.Decision) {
	w.T.Helper()
	policy := must(authz.Shipped())(w.T)
	who := columnOf(column)
	for _, place := range standings()[column] {
		if place.file != kind || !own && !place.sections.Has(q.Section) {
			continue
		}
		asked := q
		asked.Relations, asked.Met = place.relations, q.Met|needs(place.basis)
		if place.relations.Has(authz.RelationWard) {
			asked.Met |= authz.NeedsOf(authz.NeedGuardian)
		}
		if who.name == "pay" {
			asked.Met |= authz.NeedsOf(authz.NeedCareGroup)
		}
		if own {
			asked.Relations, asked.Met = asked.Relations.With(authz.RelationOwn), asked.Met|needs(basis)
		}
		asked.Met |= authz.NeedsOf(authz.NeedOriginator) // no entry of the story is kept by its originator
		if who.name == "crt" && !own && (q.Section == authz.Intelligence || q.Section == authz.Suspects) {
			continue // the story's codes are H1: not in court without leave of who supplied it
		}
		if d := policy.Decide(baseline(w, who.key), asked); d.Show > best.Show {
			best = d
		}
	}
	return best
}

func needs(basis string) authz.Needs {
	return map[string]authz.Needs{"consent": authz.NeedsOf(authz.NeedConsent), "legal_gateway": authz.NeedsOf(authz.NeedLegalGateway)}[basis]
}

// disciplines of the columns that have a standing.
var disciplines = map[string]authz.Role{
	"rsz": authz.RoleLabourInspector, "rsz.second": authz.RoleLabourInspector, "auditoraat": authz.RoleProsecutor, "fgp": authz.RolePolice,
	"dvz": authz.RoleMigration, "court": authz.RoleCourt, "tutelles": authz.RoleGuardian, "advocaat": authz.RoleLawyer,
	"myria": authz.RoleRapporteur, "payoke": authz.RoleShelter, "payoke.second": authz.RoleShelter, "comensha": authz.RoleFocalPoint,
}

// baseline is a person whose agency narrows nothing.
func baseline(w *testkit.World, key string) *authz.Actor {
	held := authz.Held{RoleID: "baseline", Base: disciplines[key]}
	for _, verb := range authz.Verbs() {
		held.Allow[verb] = authz.AllSections()
	}
	return &authz.Actor{WorkerID: key, AgencyID: w.Person(key).AgencyID, Kind: disciplines[key], Held: []authz.Held{held}}
}

// permitted are the words that a column may meet, and those of them that it has to find; reason says that it gave a reason
// of access wherever it was asked for one.
func (m *marked) permitted(w *testkit.World, column string, reason bool) (may, shall map[string]bool) {
	w.T.Helper()
	may, shall = map[string]bool{}, map[string]bool{}
	if len(standings()[column]) == 0 {
		return may, shall
	}
	key := columnOf(column).key
	for _, e := range m.Entries {
		own := e.Agency == w.Person(key).AgencyID
		q := authz.Question{Section: e.Section, Verb: authz.Read}
		if reason {
			q.Met = authz.NeedsOf(authz.NeedJustification)
		}
		switch decide(w, column, e.Kind, q, own, e.Basis).Show {
		case authz.Full:
			for _, word := range e.Marks {
				may[word], shall[word] = true, true
			}
		case authz.Derived:
			maps.Copy(may, e.derived(disciplines[key]))
			maps.Copy(shall, e.derived(disciplines[key]))
		}
	}
	return may, shall
}

// derived are the words of an entry that a discipline may know although the entry stays closed.
func (e *written) derived(role authz.Role) map[string]bool {
	found := map[string]bool{}
	values, _ := section.Of(e.Section).Project(role, authz.Derived, []section.Values{e.Values})
	for _, value := range values {
		for _, word := range e.Marks {
			if strings.Contains(value.Text, word) {
				found[word] = true
			}
		}
	}
	return found
}
