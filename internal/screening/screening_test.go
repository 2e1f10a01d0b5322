package screening_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/screening"
	"relais/internal/section"
	"relais/internal/testkit"
)

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func yes(ids ...string) (answers []screening.Answer) {
	for _, id := range ids {
		answers = append(answers, screening.Answer{Indicator: id, Present: screening.Yes, Source: "person"})
	}
	return answers
}

func good(answers ...screening.Answer) screening.Draft {
	return screening.Draft{List: "minute", HeldOn: "2026-03-02", Answers: answers, Note: "Zqafraid of the foreman.", Purpose: "identification", Basis: "legal_gateway"}
}

func broke(err error, name, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == fault.Invalid && slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == name && ff.Key == key })
}

func TestScreening_isAdviceKeptInVersions(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		file := w.OpenVictim("rsz", caseID, nil)
		for _, code := range []string{"be.fgp", "be.dvz"} {
			w.AddToTeam("rsz", caseID, code)
		}
		before := must(w.Victims.Show(w.As("rsz"), file))(t).Status
		once := gate.NewID()
		draft := good(append(yes("minute.papers"), screening.Answer{Indicator: "minute.debt", Present: screening.No})...)
		id := must(w.Screenings.Add(w.As("rsz"), file, draft, once))(t)
		if twin := must(w.Screenings.Add(w.As("rsz"), file, draft, once))(t); twin != id {
			t.Errorf("sent twice, it makes %s", twin)
		}
		page := must(w.Screenings.Show(w.As("fgp"), file, id))(t)
		first := page.Versions[0]
		if page.CanEdit || first.Result != screening.Some || first.RuleID != "slightest_minute" || first.Country != "BE" || first.Draft.Note == "" ||
			!slices.Contains(first.Draft.Answers, screening.Answer{Indicator: "minute.papers", Present: "yes", Source: "person", Nature: "fact"}) {
			t.Errorf("the police reads %+v", page)
		}
		draft.Answers = append(yes("minute.papers", "minute.debt"), screening.Answer{Indicator: "minute.threats", Present: "yes", Source: "inferred"})
		if err := w.Screenings.Change(w.As("rsz.second"), file, id, draft, 1); err != nil {
			t.Fatal(err)
		}
		if err := w.Screenings.Change(w.As("rsz"), file, id, draft, 1); !errors.Is(err, fault.Conflict) {
			t.Errorf("on a version of before: %v", err)
		}
		if err := w.Screenings.Change(w.As("fgp"), file, id, draft, 2); !errors.Is(err, fault.Refused) {
			t.Errorf("by another agency: %v", err)
		}
		page = must(w.Screenings.Show(w.As("rsz"), file, id))(t)
		if len(page.Versions) != 2 || !page.CanEdit || page.Versions[0].Result != screening.StrongIndication || page.Versions[1].Result != screening.Some {
			t.Errorf("its versions are %+v", page.Versions)
		}
		if after := must(w.Victims.Show(w.As("rsz"), file))(t).Status; after != before {
			t.Errorf("a screening moves the person from %s to %s", before, after)
		}
		t.Run("others", func(t *testing.T) { othersSeeWhatTheMatrixSays(t, w, file, id, draft) })
		t.Run("sealed", func(t *testing.T) { nothingLiesInClear(t, w) })
	})
}

// othersSeeWhatTheMatrixSays asks immigration, which may know "indications yes/no, date", and strangers.
func othersSeeWhatTheMatrixSays(t *testing.T, w *testkit.World, file, id string, draft screening.Draft) {
	views, derived, err := w.Screenings.List(w.As("dvz"), file)
	if err != nil || len(views) != 0 || len(derived) != 2 || derived[0].Text != "yes" || derived[1].Text != "2026-03-02" {
		t.Errorf("immigration reads %v, %v, %v", views, derived, err)
	}
	if _, err := w.Screenings.Show(w.As("dvz"), file, id); !errors.Is(err, fault.Refused) {
		t.Errorf("immigration opens it: %v", err)
	}
	if _, err := w.Screenings.Add(w.As("dvz"), file, draft, ""); !errors.Is(err, fault.Refused) {
		t.Errorf("immigration screens: %v", err)
	}
	police := w.OpenCase("fgp")
	theirs := w.OpenVictim("fgp", police, nil)
	w.AddToTeam("fgp", police, "be.rsz")
	weak := draft
	weak.Basis = "legal_task"
	if _, err := w.Screenings.Add(w.As("rsz"), theirs, weak, ""); !broke(err, "basis", "entry.basis_too_weak") {
		t.Errorf("an inspector writes what the inspectorate could not read: %v", err)
	}
	own := w.OpenVictim("cosm", w.OpenCase("cosm"), nil)
	for _, who := range []string{"pagasa", "cosm", "spj", "rsz.other", "rsz.auditor"} {
		for name, call := range map[string]func(string) error{
			"list":   func(f string) error { _, _, err := w.Screenings.List(w.As(who), f); return err },
			"show":   func(f string) error { _, err := w.Screenings.Show(w.As(who), f, id); return err },
			"add":    func(f string) error { _, err := w.Screenings.Add(w.As(who), f, draft, ""); return err },
			"change": func(f string) error { return w.Screenings.Change(w.As(who), f, id, draft, 2) },
		} {
			foreign, absent := call(file), call(gate.NewID())
			if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() {
				t.Errorf("%s %s: foreign %v, absent %v", who, name, foreign, absent)
			}
		}
	}
	if _, err := w.Screenings.Show(w.As("cosm"), own, id); !errors.Is(err, fault.NotFound) {
		t.Errorf("found through another file: %v", err)
	}
	if _, err := w.Screenings.Blank(w.As("rsz.auditor"), "minute", ""); !errors.Is(err, fault.NotFound) {
		t.Errorf("an auditor takes a form: %v", err)
	}
}

func nothingLiesInClear(t *testing.T, w *testkit.World) {
	err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
		var sealed [][]byte
		err := tx.Select(&sealed, "SELECT sealed FROM screening_version", nil)
		for _, bytes := range sealed {
			for _, word := range []string{"Zqafraid", "minute.papers", "strong", "indications"} {
				if strings.Contains(string(bytes), word) {
					t.Errorf("%s lies in clear", word)
				}
			}
		}
		if len(sealed) != 2 {
			t.Errorf("%d versions", len(sealed))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAdd_namesWhatIsWrong(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	file := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
	answer := func(a screening.Answer) func(*screening.Draft) {
		return func(d *screening.Draft) { d.Answers = []screening.Answer{a} }
	}
	for _, c := range []struct {
		field, key string
		spoil      func(*screening.Draft)
	}{
		{"list", "fault.field_unknown_code", func(d *screening.Draft) { d.List = "ghost" }},
		{"held_on", "fault.field_future", func(d *screening.Draft) { d.HeldOn = "2026-03-03" }},
		{"held_on", "fault.field_required", func(d *screening.Draft) { d.HeldOn = "" }},
		{"purpose", "gate.no_purpose", func(d *screening.Draft) { d.Purpose = "curiosity" }},
		{"basis", "gate.no_basis", func(d *screening.Draft) { d.Basis = "" }},
		{"answers", "screening.nothing_answered", func(d *screening.Draft) { d.Answers = nil }},
		{"answers", "screening.no_such_indicator", answer(screening.Answer{Indicator: "control.debt", Present: "no"})},
		{"answers", "screening.no_such_indicator", answer(screening.Answer{Indicator: "ghost", Present: "no"})},
		{"answers", "screening.no_such_indicator", func(d *screening.Draft) { d.Answers = append(d.Answers, d.Answers...) }},
		{"minute.debt", "screening.bad_answer", answer(screening.Answer{Indicator: "minute.debt", Present: "maybe"})},
		{"minute.debt", "screening.bad_answer", answer(screening.Answer{Indicator: "minute.debt", Present: "yes"})},
		{"minute.debt", "screening.bad_answer", answer(screening.Answer{Indicator: "minute.debt", Present: "no", Source: "person"})},
		{"minute.debt", "screening.bad_answer", answer(screening.Answer{Indicator: "minute.debt", Present: "yes", Source: "inferred", Nature: "fact"})},
		{"note", "fault.field_too_long", func(d *screening.Draft) { d.Note = strings.Repeat("x", 2001) }},
		{"note", "fault.field_control_characters", func(d *screening.Draft) { d.Note = "a\x00b" }},
	} {
		d := good(yes("minute.papers")...)
		c.spoil(&d)
		if _, err := w.Screenings.Add(w.As("rsz"), file, d, ""); !broke(err, c.field, c.key) {
			t.Errorf("%s %s: %v", c.field, c.key, err)
		}
	}
	if views, _, err := w.Screenings.List(w.As("rsz"), file); err != nil || len(views) > 0 {
		t.Errorf("something was stored: %v, %v", views, err)
	}
}

// TestAdd_aChildIsScreenedByTheChildrensList: the lists for adults ask for means, and no day lies before the birth.
func TestAdd_aChildIsScreenedByTheChildrensList(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		presumed := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "age_status": "presumed_child"})
		born := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Haddad", "birth_date": "2010-05-05"})
		adult := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Okafor", "birth_date": "1990-05-05"})
		with := func(list string, on moment.Date) screening.Draft {
			d := good()
			d.List, d.HeldOn = list, on
			for _, i := range must(w.Screenings.Blank(w.As("rsz"), list, ""))(t)[:1] {
				d.Answers = yes(i.ID)
			}
			return d
		}
		for _, list := range []string{"adult_labour", "adult_sexual"} {
			for _, child := range []string{presumed, born} {
				if _, err := w.Screenings.Add(w.As("rsz"), child, with(list, "2026-03-02"), ""); !broke(err, "list", "screening.for_adults") {
					t.Errorf("%s for a child: %v", list, err)
				}
			}
			must(w.Screenings.Add(w.As("rsz"), adult, with(list, "2026-03-02"), ""))(t)
		}
		for _, list := range []string{"child", "minute"} {
			must(w.Screenings.Add(w.As("rsz"), presumed, with(list, "2026-03-02"), ""))(t)
		}
		if _, err := w.Screenings.Add(w.As("rsz"), born, with("child", "2005-01-01"), ""); !broke(err, "held_on", "track.born_later") {
			t.Errorf("before the birth: %v", err)
		}
		for file, want := range map[string][]string{presumed: {"child", "minute"}, adult: screening.Lists} {
			if _, lists, err := w.Screenings.MayAdd(w.As("rsz"), file); err != nil || !slices.Equal(lists, want) {
				t.Errorf("the form offers %v, %v", lists, err)
			}
		}
	})
}
