package victim_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/victim"
)

func beginning(id authz.Section, values section.Values) victim.Beginning {
	return victim.Beginning{Section: id, Draft: testkit.Draft(values)}
}

func TestOpen_withEntries_letsTheTeamIn(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		w.AddToTeam("rsz", caseID, "be.fgp")
		id, err := w.Victims.Open(w.As("rsz"), caseID, victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{
			beginning(authz.Identity, section.Values{"family_name": "Nguyen"}), beginning(authz.Labour, section.Values{"employer": "Bouw BV"}),
		}}, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"rsz", "rsz.second", "fgp"} {
			view, err := w.Victims.Show(w.As(who), id)
			if err != nil || view.Status != victim.Presumed || view.DetectedOn != "2026-02-26" || view.CaseReference == "" || view.File.Reference == "" {
				t.Errorf("%s: %+v, %v", who, view, err)
			}
			if got := w.SectionOf(who, id, authz.Labour).Entries; len(got) != 1 || got[0].Values["employer"] != "Bouw BV" {
				t.Errorf("%s reads %+v", who, got)
			}
		}
		opened := lastOf(t, w, id, "victim.open")
		police := w.Place("be.fgp").ID
		if len(opened.Recipients) != 1 || opened.Recipients[0].AgencyID != police || !slices.Contains(opened.Concerns, police) ||
			!cmp.Equal(opened.Fields, []string{"detected_on", "identity.family_name", "labour.employer"}) {
			t.Errorf("the trail says %+v", opened)
		}
	})
}

// lastOf is the newest entry of an action on a file in the trail.
func lastOf(t *testing.T, w *testkit.World, fileID, action string) (found audit.Entry) {
	t.Helper()
	w.Trail.Settle(t.Context())
	err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
		page, _, err := w.Trail.List(tx, audit.Filter{Everywhere: true, FileID: fileID, Limit: 100})
		for _, e := range slices.Backward(page) {
			if e.Action == action {
				found = e
			}
		}
		return err
	})
	if err != nil || found.ID == "" {
		t.Fatalf("no entry of %s: %v", action, err)
	}
	return found
}

func TestOpen_isAllOrNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		good := beginning(authz.Identity, section.Values{"family_name": "Nguyen"})
		weak := beginning(authz.Labour, section.Values{"employer": "Bouw BV"})
		weak.Draft.Purpose = ""
		for name, c := range map[string]struct {
			new   victim.New
			kind  fault.Kind
			field string
		}{
			"a bad field":                     {victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{good, beginning(authz.Labour, section.Values{"hours_per_week": "many"})}}, fault.Invalid, "labour.hours_per_week"},
			"no purpose":                      {victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{good, weak}}, fault.Invalid, "labour.purpose"},
			"a section that is not theirs":    {victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{good, beginning(authz.Health, section.Values{"complaints": "x"})}}, fault.Refused, ""},
			"a section that is not in victim": {victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{good, beginning(authz.Intelligence, section.Values{"information": "x"})}}, fault.Invalid, "entries.section"},
			"no section":                      {victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{good, beginning(authz.People, section.Values{"x": "x"})}}, fault.Invalid, "entries.section"},
			"a future day":                    {victim.New{DetectedOn: "2026-03-03", Entries: []victim.Beginning{good}}, fault.Invalid, "detected_on"},
			"no day":                          {victim.New{}, fault.Invalid, "detected_on"},
		} {
			_, err := w.Victims.Open(w.As("rsz"), caseID, c.new, "")
			f, ok := fault.As(err)
			if !ok || f.Kind != c.kind || c.field != "" && f.Fields[0].Name != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if view, _ := w.Cases.Show(w.As("rsz"), caseID); len(view.Victims) != 0 {
			t.Errorf("%d victim files are left", len(view.Victims))
		}
		if found, _, _ := w.Victims.Search(w.As("rsz"), "Nguyen"); len(found) != 0 {
			t.Errorf("a name is left: %+v", found)
		}
	})
}

func TestOpen_withTheSameKeyOpensOneFile(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		open := func(n victim.New) (string, error) {
			return w.Victims.Open(w.As("rsz"), caseID, n, "the same key")
		}
		n := victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{beginning(authz.Identity, section.Values{"family_name": "Nguyen"})}}
		first, err := open(n)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := open(n); err != nil || again != first {
			t.Errorf("again: %s instead of %s, %v", again, first, err)
		}
		n.Entries[0].Draft.Basis = "legal_gateway"
		if _, err := open(n); !errors.Is(err, fault.Conflict) {
			t.Errorf("on another basis under the same key: %v", err)
		}
		if view, _ := w.Cases.Show(w.As("rsz"), caseID); len(view.Victims) != 1 {
			t.Errorf("%d victim files", len(view.Victims))
		}
	})
}

func TestOpen_isForThoseWhoMayOpenOne(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		for _, agency := range []string{"be.fgp", "be.court", "be.auditoraat", "be.dvz"} {
			w.AddToTeam("rsz", caseID, agency)
		}
		for who, may := range map[string]bool{"fgp": true, "dvz": true, "court": false, "auditoraat": false} {
			_, opens := w.Victims.Open(w.As(who), caseID, victim.New{DetectedOn: "2026-02-26"}, "")
			form := w.Victims.MayOpen(w.As(who), caseID)
			if (opens == nil) != may || (form == nil) != may || !may && (!errors.Is(opens, fault.Refused) || !errors.Is(form, fault.Refused)) {
				t.Errorf("%s: opening says %v, the form %v", who, opens, form)
			}
		}
	})
}

func TestVictims_areNotThereForStrangers(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		id := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06"})
		w.Refer("rsz", id, "be.payoke", "payoke", "identity")
		reference := w.SectionOf("rsz", id, authz.Identity).Entries[0].ID
		for _, who := range []string{"cosm", "avim", "spj", "fgp", "rsz.other", "payoke.admin", "payoke.auditor", "rsz.auditor"} {
			ctx := w.As(who)
			_, foreign := w.Victims.Show(ctx, id)
			_, absent := w.Victims.Show(ctx, gate.NewID())
			_, other := w.Victims.Show(ctx, caseID)
			if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() || foreign.Error() != other.Error() {
				t.Errorf("%s: foreign %v, absent %v, the case %v", who, foreign, absent, other)
			}
			_, opens := w.Victims.Open(ctx, caseID, victim.New{DetectedOn: "2026-02-26"}, "")
			if form := w.Victims.MayOpen(ctx, caseID); !errors.Is(form, fault.NotFound) || !errors.Is(opens, fault.NotFound) {
				t.Errorf("%s: the form says %v, opening %v", who, form, opens)
			}
			if lines, next, err := w.Victims.List(ctx, gate.Cursor{}); err != nil || len(lines) != 0 || next.ID != "" {
				t.Errorf("%s lists %+v, %v", who, lines, err)
			}
			for _, words := range []string{"Nguyen", "1990-05-06", viewOf(t, w, "rsz", id).File.Reference, id, reference} {
				if found, more, err := w.Victims.Search(ctx, words); err != nil || len(found) != 0 || more {
					t.Errorf("%s finds %+v by %q, %v", who, found, words, err)
				}
			}
		}
	})
}

func viewOf(t *testing.T, w *testkit.World, who, id string) victim.View {
	t.Helper()
	view, err := w.Victims.Show(w.As(who), id)
	if err != nil {
		t.Fatal(err)
	}
	return view
}

func TestReferences_areEachAgenciesOwn(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
		w.Refer("rsz", id, "be.payoke", "payoke", "identity")
		ours, theirs := viewOf(t, w, "rsz", id), viewOf(t, w, "payoke", id)
		if ours.File.Reference == theirs.File.Reference || theirs.CaseReference != "" || theirs.Leads {
			t.Errorf("ours %+v, theirs %+v", ours.File, theirs)
		}
		for who, words := range map[string]string{"rsz": theirs.File.Reference, "payoke": ours.File.Reference} {
			if found, _, err := w.Victims.Search(w.As(who), words); err != nil || len(found) != 0 {
				t.Errorf("%s finds another agency's reference: %+v, %v", who, found, err)
			}
		}
	})
}

func TestShow_recordsClosedSectionsAsRefusals(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		id := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
		grant := w.AddToTeam("rsz", caseID, "be.fgp")
		viewOf(t, w, "fgp", id)
		look := lastOf(t, w, id, "victim.show")
		if look.ActorRole != "police" || look.GrantID == "" || look.Purpose != "investigation" || look.Basis != "be.labour.task" || grant == "" {
			t.Errorf("the trail says %+v", look)
		}
		refused := map[string]string{}
		for _, use := range look.Sections {
			if use.Decision == audit.Denied {
				refused[use.Section] = use.Reason
			}
		}
		for id, reason := range map[string]string{"health": "role.none", "shelter_location": "need.break_glass"} {
			if refused[id] != reason {
				t.Errorf("%s stands as %q in %v", id, refused[id], refused)
			}
		}
	})
}
