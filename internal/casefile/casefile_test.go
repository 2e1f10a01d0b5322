package casefile_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestOpen_letsTheDeskLead(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenCase("rsz")
		for _, who := range []string{"rsz", "rsz.second"} {
			view, err := w.Cases.Show(w.As(who), id)
			if err != nil {
				t.Fatalf("%s: %v", who, err)
			}
			if !view.Leads || view.Lead != "RSZ/ONSS" || !cmp.Equal(view.Facts, testkit.Site) || view.File.Reference == "" || view.File.Stage != casefile.Active {
				t.Errorf("%s sees %+v", who, view)
			}
		}
	})
}

func TestOpen_isForWhoDetectsOrProsecutes(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		for _, who := range w.People() {
			_, opens := w.Cases.Open(w.As(who), casefile.New{Facts: testkit.Site}, "")
			_, form := w.Cases.MayOpen(w.As(who))
			mayNot := strings.HasSuffix(who, ".auditor") || strings.HasSuffix(who, ".admin") ||
				slices.Contains([]string{"court", "advocaat", "myria", "comensha", "tutelles"}, who)
			if errors.Is(opens, fault.NotFound) != mayNot || errors.Is(form, fault.NotFound) != mayNot || !mayNot && (opens != nil || form != nil) {
				t.Errorf("%s: opening says %v, the form %v", who, opens, form)
			}
		}
	})
}

func TestOpen_withTheSameKeyOpensOneCase(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		open := func(who string, facts casefile.Facts) (string, error) {
			return w.Cases.Open(w.As(who), casefile.New{Facts: facts}, "the same key")
		}
		first, err := open("rsz", testkit.Site)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := open("rsz", testkit.Site); err != nil || again != first {
			t.Errorf("again: %s instead of %s, %v", again, first, err)
		}
		other := testkit.Site
		other.Country = "NL"
		if _, err := open("rsz", other); !errors.Is(err, fault.Conflict) {
			t.Errorf("other facts under the same key: %v", err)
		}
		if theirs, err := open("rsz.second", testkit.Site); err != nil || theirs == first {
			t.Errorf("a colleague's key: %s, %v", theirs, err)
		}
		if lines, _, _ := w.Cases.List(w.As("rsz"), gate.Cursor{}); len(lines) != 2 {
			t.Errorf("%d cases", len(lines))
		}
	})
}

func TestOpen_refusesADeskOfSomebodyElse(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	for _, desk := range []string{w.Place("be.fgp").Desks[0], gate.NewID(), "nonsense"} {
		_, err := w.Cases.Open(w.As("rsz"), casefile.New{Facts: testkit.Site, DeskID: desk}, "")
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Fields[0].Name != "desk_id" {
			t.Errorf("desk %s: %v", desk, err)
		}
	}
}

func TestFacts_areCheckedByTheCatalogue(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	for name, spoil := range map[string]func(*casefile.Facts){
		"exploitation": func(f *casefile.Facts) { f.Exploitation = nil },
		"sector":       func(f *casefile.Facts) { f.Sector = "ZZ" },
		"country":      func(f *casefile.Facts) { f.Country = "" },
		"detected_by":  func(f *casefile.Facts) { f.DetectedBy = "a friend" },
		"detected_on":  func(f *casefile.Facts) { f.DetectedOn = "2026-03-03" },
	} {
		bad := testkit.Site
		spoil(&bad)
		_, err := w.Cases.Open(w.As("rsz"), casefile.New{Facts: bad}, "")
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, day := range []moment.Date{"", "2026-02-30", "1899-12-31", "yesterday", "2026-2-1x"} {
		bad := testkit.Site
		bad.DetectedOn = day
		if _, err := w.Cases.Open(w.As("rsz"), casefile.New{Facts: bad}, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("day %q: %v", day, err)
		}
	}
	if lines, _, _ := w.Cases.List(w.As("rsz"), gate.Cursor{}); len(lines) != 0 {
		t.Errorf("%d cases were stored", len(lines))
	}
}

func TestChange_isForTheLead_andConflictsWhenStale(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenCase("rsz")
		w.AddToTeam("rsz", id, "be.fgp")
		theirs, mine := testkit.Site, testkit.Site
		theirs.Country, mine.Sector = "NL", "A"
		if err := w.Cases.Change(w.As("rsz.second"), id, 1, theirs); err != nil {
			t.Fatal(err)
		}
		err := w.Cases.Change(w.As("rsz"), id, 1, mine)
		f, _ := fault.As(err)
		c, ok := f.Detail.(gate.Stale)
		differ := []gate.StaleField{{Name: "country", Mine: "BE", Theirs: "NL"}, {Name: "sector", Mine: "A", Theirs: "F"}}
		if f.Kind != fault.Conflict || !ok || c.Version != 2 || c.By != "Bram Oostwal" || c.At != w.Now() || !cmp.Equal(c.Fields, differ) {
			t.Fatalf("a stale change: %v, %+v", err, f)
		}
		if view, _ := w.Cases.Show(w.As("rsz"), id); !cmp.Equal(view.Facts, theirs) {
			t.Errorf("stored %+v", view.Facts)
		}
		if err := w.Cases.Change(w.As("rsz"), id, c.Version, mine); err != nil {
			t.Fatal(err)
		}
		if err := w.Cases.Change(w.As("fgp"), id, 3, mine); !errors.Is(err, fault.Refused) {
			t.Errorf("a member of the team changed the facts: %v", err)
		}
		if _, err := w.Cases.ForEdit(w.As("fgp"), id); !errors.Is(err, fault.Refused) {
			t.Errorf("a member of the team got the form: %v", err)
		}
		bad := mine
		bad.Country = "??"
		if err := w.Cases.Change(w.As("rsz"), id, 3, bad); !errors.Is(err, fault.Invalid) {
			t.Errorf("bad facts: %v", err)
		}
	})
}

func TestList_isSortedByChange_andPaged(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		var ids []string
		for range casefile.PageSize + 3 {
			ids = append(ids, w.OpenCase("rsz"))
			w.Advance(time.Second)
		}
		if err := w.Cases.Change(w.As("rsz"), ids[0], 1, testkit.Site); err != nil {
			t.Fatal(err)
		}
		want := append(slices.Clone(ids[1:]), ids[0])
		slices.Reverse(want)
		var got []string
		var next gate.Cursor
		for pages := 0; pages == 0 || next.ID != ""; pages++ {
			lines, following, err := w.Cases.List(w.As("rsz.second"), next)
			if err != nil || pages > 2 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, line := range lines {
				got = append(got, line.FileID)
			}
			next = following
		}
		if !cmp.Equal(got, want) {
			t.Error(cmp.Diff(want, got))
		}
	})
}

func TestCases_areNotThereForStrangers(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenCase("rsz")
		victimID := w.OpenVictim("rsz", id, section.Values{"family_name": "Nguyen"})
		for _, who := range []string{"cosm", "avim", "spj", "fgp", "fgp.other", "rsz.other", "payoke.admin", "rsz.auditor"} {
			ctx := w.As(who)
			for name, ask := range map[string]func(id string) error{
				"show":   func(id string) error { _, err := w.Cases.Show(ctx, id); return err },
				"edit":   func(id string) error { _, err := w.Cases.ForEdit(ctx, id); return err },
				"change": func(id string) error { return w.Cases.Change(ctx, id, 1, testkit.Site) },
			} {
				foreign, absent, other := ask(id), ask(gate.NewID()), ask(victimID)
				if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() || foreign.Error() != other.Error() {
					t.Errorf("%s, %s: foreign %v, absent %v, a victim file %v", who, name, foreign, absent, other)
				}
			}
			if lines, next, err := w.Cases.List(ctx, gate.Cursor{}); err != nil || len(lines) != 0 || next.ID != "" {
				t.Errorf("%s lists %+v, %v", who, lines, err)
			}
		}
	})
}

func TestShow_listsTheVictimFilesThatAreOpenToTheReader(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenCase("rsz")
		victims := []string{w.OpenVictim("rsz", id, nil), w.OpenVictim("rsz", id, nil)}
		if view, _ := w.Cases.Show(w.As("rsz"), id); len(view.Victims) != 2 || view.Victims[0].FileID != victims[0] || view.Victims[0].Reference == "" {
			t.Errorf("the lead sees %+v", view.Victims)
		}
		w.AddToTeam("rsz", id, "be.fgp")
		third := w.OpenVictim("fgp", id, nil)
		for _, who := range []string{"rsz", "fgp"} {
			if view, _ := w.Cases.Show(w.As(who), id); len(view.Victims) != 3 || view.Victims[2].FileID != third {
				t.Errorf("%s sees %+v", who, view.Victims)
			}
		}
		w.Refer("rsz", victims[0], "be.payoke", "payoke", "identity")
		if _, err := w.Cases.Show(w.As("payoke"), id); !errors.Is(err, fault.NotFound) {
			t.Errorf("who received one victim file sees the case: %v", err)
		}
	})
}
