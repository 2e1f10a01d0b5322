package entry_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

// scene is a victim of the inspectorate: the police in the team, the immigration authority too, Payoke by referral.
type scene struct {
	*testkit.World
	caseID, victimID, identityID string
}

func newScene(w *testkit.World) scene {
	s := scene{World: w, caseID: w.OpenCase("rsz")}
	s.victimID = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen", "given_names": "Thi Lan"})
	w.AddToTeam("rsz", s.caseID, "be.fgp")
	w.AddToTeam("rsz", s.caseID, "be.dvz")
	w.Refer("rsz", s.victimID, "be.payoke", "payoke", "identity")
	s.identityID = w.SectionOf("rsz", s.victimID, authz.Identity).Entries[0].ID
	return s
}

func both(t *testing.T, test func(t *testing.T, s scene)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, ids := testkit.OpenAfter(t, engine, "entry scene", func(w *testkit.World) [3]string {
				s := newScene(w)
				return [3]string{s.caseID, s.victimID, s.identityID}
			})
			test(t, scene{w, ids[0], ids[1], ids[2]})
		})
	}
}

// refused checks a refusal with its reason id.
func refused(t *testing.T, err error, reason string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Refused || f.Args["Reason"] != reason {
		t.Errorf("want a refusal for %s, got %v", reason, err)
	}
}

func wantField(t *testing.T, err error, field, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.FieldFault) bool { return x.Name == field && x.Key == key }) {
		t.Errorf("want %s at %s, got %+v", key, field, err)
	}
}

func (s scene) identity(t *testing.T, who string) entry.View {
	t.Helper()
	v, err := s.Entries.Show(s.As(who), s.identityID, "")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func draft(v entry.View, changes section.Values) entry.Draft {
	values := maps.Clone(v.Values)
	maps.Copy(values, changes)
	return entry.Draft{Values: values, Purpose: v.Purpose, Basis: v.Basis, Nature: v.Nature}
}

func TestChange_addsAVersionAndLosesNone(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		first := s.identity(t, "rsz")
		for i, name := range []string{"Nguyên", "Nguyễn"} {
			version, err := s.Entries.Change(s.As("rsz"), s.identityID, int64(i+1), draft(first, section.Values{"family_name": name}))
			if err != nil || version != int64(i+2) {
				t.Fatalf("version %d: %v", version, err)
			}
		}
		history, base, err := s.Entries.History(s.As("rsz.second"), s.identityID, "")
		if err != nil || base != "/victims/"+s.victimID {
			t.Fatalf("history at %s: %v", base, err)
		}
		var names []string
		for _, v := range history {
			names = append(names, v.Values["family_name"])
		}
		if want := []string{"Nguyễn", "Nguyên", "Nguyen"}; !cmp.Equal(names, want) {
			t.Error(cmp.Diff(want, names))
		}
		if history[0].Author != "Lotte Vermoesen" || history[0].Version != 3 {
			t.Errorf("the newest version is %d by %q", history[0].Version, history[0].Author)
		}
	})
}

func TestChange_givesTheSecondEditorBothTexts(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		began := s.identity(t, "rsz")
		mine := draft(began, section.Values{"family_name": "Mine", "birth_place": "Hue"})
		theirs := draft(began, section.Values{"family_name": "Theirs", "sex": "female"})
		theirs.Basis = "legal_gateway"
		if _, err := s.Entries.Change(s.As("rsz.second"), s.identityID, 1, theirs); err != nil {
			t.Fatal(err)
		}
		_, err := s.Entries.Change(s.As("rsz"), s.identityID, 1, mine)
		c := conflictIn(t, err)
		if c.By != "Bram Oostwal" || c.Version != 2 || c.Began != 1 {
			t.Errorf("by %q at version %d from %d", c.By, c.Version, c.Began)
		}
		if want := []entry.ConflictField{{Name: "family_name", Mine: "Mine", Theirs: "Theirs"}}; !cmp.Equal(c.Fields, want) {
			t.Error(cmp.Diff(want, c.Fields))
		}
		if c.Base.Values["family_name"] != "Nguyen" || c.Mine.Values["family_name"] != "Mine" || c.Theirs.Values["sex"] != "female" {
			t.Errorf("not all texts are there: %+v", c)
		}
		want := draft(began, section.Values{"family_name": "Theirs", "birth_place": "Hue", "sex": "female"})
		want.Basis = "legal_gateway" // a ground that only they changed is not put back
		if !cmp.Equal(c.Merged, want) {
			t.Error(cmp.Diff(want, c.Merged))
		}
		if now := s.identity(t, "rsz"); now.Version != 2 || now.Values["family_name"] != "Theirs" {
			t.Errorf("the second write was stored: %+v", now)
		}
	})
}

func conflictIn(t *testing.T, err error) entry.Conflict {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Conflict {
		t.Fatalf("want a conflict, got %v", err)
	}
	c, ok := f.Detail.(entry.Conflict)
	if !ok {
		t.Fatalf("the conflict holds %T", f.Detail)
	}
	return c
}

func TestChange_mergesCrossingEdits_andConflictsAgainWhenStale(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		began := s.identity(t, "rsz")
		change := func(who string, base int64, d entry.Draft) error {
			_, err := s.Entries.Change(s.As(who), s.identityID, base, d)
			return err
		}
		if err := change("rsz.second", 1, draft(began, section.Values{"birth_place": "Hue"})); err != nil {
			t.Fatal(err)
		}
		c := conflictIn(t, change("rsz", 1, draft(began, section.Values{"sex": "female"})))
		if len(c.Fields) != 0 || c.Merged.Values["birth_place"] != "Hue" || c.Merged.Values["sex"] != "female" {
			t.Fatalf("crossing edits: %+v", c)
		}
		if err := change("rsz.second", 2, draft(began, section.Values{"birth_place": "Hue", "salutation": "Ms"})); err != nil {
			t.Fatal(err)
		}
		again := conflictIn(t, change("rsz", c.Version, c.Merged))
		if again.Version != 3 || again.Merged.Values["salutation"] != "Ms" {
			t.Fatalf("a third edit was overlooked: %+v", again)
		}
		if err := change("rsz", again.Version, again.Merged); err != nil {
			t.Fatal(err)
		}
		want := section.Values{"family_name": "Nguyen", "given_names": "Thi Lan", "birth_place": "Hue", "sex": "female", "salutation": "Ms"}
		if now := s.identity(t, "rsz"); now.Version != 4 || !cmp.Equal(now.Values, want) {
			t.Error(cmp.Diff(want, now.Values))
		}
	})
}

func TestChange_takesAVersionThatNeverWasForNoVersion(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		for _, base := range []int64{0, -1, 2, 1 << 60} {
			_, err := s.Entries.Change(s.As("rsz"), s.identityID, base, draft(s.identity(t, "rsz"), section.Values{"family_name": "Other"}))
			c := conflictIn(t, err)
			if want := []entry.ConflictField{{Name: "family_name", Mine: "Other", Theirs: "Nguyen"}}; !cmp.Equal(c.Fields, want) {
				t.Errorf("base %d: %s", base, cmp.Diff(want, c.Fields))
			}
		}
	})
}

func TestChange_isForTheAgencyThatWrote(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		seen := s.identity(t, "fgp")
		if seen.Author != "" || seen.CanEdit {
			t.Errorf("the police see the author %q, may change %v", seen.Author, seen.CanEdit)
		}
		card := s.SectionOf("fgp", s.victimID, authz.Identity).Entries[0]
		if card.AgencyName != "RSZ/ONSS" || card.Values["family_name"] != "Nguyen" {
			t.Errorf("the police see %+v", card)
		}
		_, err := s.Entries.Change(s.As("fgp"), s.identityID, 1, draft(seen, section.Values{"sex": "female"}))
		refused(t, err, "entry.other_agency")
		_, _, err = s.Entries.ForEdit(s.As("fgp"), s.identityID, "")
		refused(t, err, "entry.other_agency")
		own := s.Write("fgp", s.victimID, authz.Identity, "legal_task", section.Values{"sex": "female"})
		if _, err := s.Entries.Show(s.As("rsz"), own, ""); err != nil {
			t.Errorf("the inspectorate cannot read what the police wrote: %v", err)
		}
	})
}

func TestEntries_areNotThereForStrangers(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		for _, who := range []string{"cosm", "avim", "spj", "fgp.other", "rsz.other", "payoke.admin", "rsz.auditor", "court"} {
			absent := gate.NewID()
			for name, ask := range map[string]func(id string) error{
				"show":    func(id string) error { _, err := s.Entries.Show(s.As(who), id, ""); return err },
				"edit":    func(id string) error { _, _, err := s.Entries.ForEdit(s.As(who), id, ""); return err },
				"history": func(id string) error { _, _, err := s.Entries.History(s.As(who), id, ""); return err },
				"change": func(id string) error {
					_, err := s.Entries.Change(s.As(who), id, 1, testkit.Draft(section.Values{"sex": "female"}))
					return err
				},
			} {
				foreign, none := ask(s.identityID), ask(absent)
				if !errors.Is(foreign, fault.NotFound) || foreign.Error() != none.Error() {
					t.Errorf("%s, %s: foreign %v, absent %v", who, name, foreign, none)
				}
			}
			_, err := s.Entries.Add(s.As(who), gate.Victim, s.victimID, authz.Identity, testkit.Draft(section.Values{"sex": "female"}), "")
			if !errors.Is(err, fault.NotFound) {
				t.Errorf("%s added: %v", who, err)
			}
		}
	})
}

func TestAdd_withTheSameKeyWritesOnce(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		d := testkit.Draft(section.Values{"findings": "underpaid"})
		add := func(d entry.Draft) (string, error) {
			return s.Entries.Add(s.As("rsz"), gate.Victim, s.victimID, authz.Labour, d, "the same key")
		}
		first, err := add(d)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := add(d); err != nil || again != first {
			t.Errorf("again: %s instead of %s, %v", again, first, err)
		}
		if n := len(s.SectionOf("rsz", s.victimID, authz.Labour).Entries); n != 1 {
			t.Errorf("%d entries", n)
		}
		d.Basis = "legal_gateway"
		if _, err := add(d); !errors.Is(err, fault.Conflict) {
			t.Errorf("other content under the same key: %v", err)
		}
	})
}

func TestCheck_namesEveryFieldAndStoresNothing(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		_, err := s.Entries.Add(s.As("rsz"), gate.Victim, s.victimID, authz.Identity, entry.Draft{
			Values: section.Values{"sex": "blue", "birth_date": "2090-01-01", "nonsense": "x"}, Purpose: "curiosity", Nature: "guess"}, "")
		wantField(t, err, "sex", "section.rule.code")
		wantField(t, err, "birth_date", "section.rule.future")
		wantField(t, err, "", "section.rule.unknown_field")
		wantField(t, err, "purpose", "gate.no_purpose")
		wantField(t, err, "basis", "gate.no_basis")
		wantField(t, err, "nature", "gate.no_nature")
		if n := len(s.SectionOf("rsz", s.victimID, authz.Identity).Entries); n != 1 {
			t.Errorf("%d entries after a refused one", n)
		}
	})
}
