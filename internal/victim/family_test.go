package victim_test

import (
	"strings"
	"testing"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// kin is a mother and her child in a case of the inspection, and a third person in a case of its own; the shelter sees the mother only.
type kin struct {
	*testkit.World
	mother, child, third string
}

func family(w *testkit.World) *kin {
	caseID := w.OpenCase("rsz")
	k := &kin{World: w}
	k.mother = w.OpenVictim("rsz", caseID, section.Values{"family_name": "Tran", "birth_date": "1988-03-02"})
	k.child = w.OpenVictim("rsz", caseID, section.Values{"family_name": "Tran", "age_status": "child"})
	k.third = w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Pham"})
	w.Refer("rsz", k.mother, "be.payoke", "payoke", "identity")
	return k
}

func (k *kin) show(who, id string) victim.Family {
	k.T.Helper()
	f, err := k.Victims.Family(k.As(who), id)
	if err != nil {
		k.T.Fatal(err)
	}
	return f
}

func (k *kin) reference(who, id string) string { return k.show(who, id).File.Reference }

func (k *kin) number(query string) (n int64) {
	k.T.Helper()
	if err := k.Database.Read(k.T.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, nil) }); err != nil {
		k.T.Fatal(err)
	}
	return n
}

// TestFamily_isSeenByWhoSeesBothAndOpensNothing.
func TestFamily_isSeenByWhoSeesBothAndOpensNothing(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		k := family(w)
		grants, sorted := `SELECT COUNT(*) FROM file_grant`, `SELECT SUM(version) FROM file`
		before, moved, alone := k.number(grants), k.number(sorted), page(w, "payoke", k.mother)
		id, err := w.Victims.Link(w.As("rsz"), k.mother, victim.NewLink{Reference: strings.ToLower(k.reference("rsz", k.child)), Relation: "parent"}, "a link")
		if err != nil {
			t.Fatal(err)
		}
		for file, want := range map[string]string{k.mother: "parent", k.child: "child"} {
			if f := k.show("rsz", file); len(f.Links) != 1 || f.Links[0].From(file) != want || !f.Links[0].CanEnd || f.Links[0].Other.Reference == "" {
				t.Errorf("the inspection sees %+v, not %s", f.Links, want)
			}
			if e := lastOf(t, w, file, "family.link"); e.Op != "combine" {
				t.Errorf("the trail does not tell of it under %s: %+v", want, e)
			}
		}
		if again, err := w.Victims.Link(w.As("rsz"), k.mother, victim.NewLink{Reference: strings.ToLower(k.reference("rsz", k.child)), Relation: "parent"}, "a link"); err != nil || again != id {
			t.Errorf("again: %s, %v", again, err)
		}
		if f := k.show("payoke", k.mother); len(f.Links) != 0 {
			t.Errorf("the shelter learns of the child: %+v", f.Links)
		}
		if _, err := w.Victims.Show(w.As("payoke"), k.child); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the child's file opened: %v", err)
		}
		if after := page(w, "payoke", k.mother); after != alone {
			t.Error("the page of the mother's file is another for who does not see the child's")
		}
		if k.number(grants) != before || k.number(sorted) != moved {
			t.Error("a link gave access, or moved a file in lists of those who do not see it")
		}
		if _, err := w.Victims.Link(w.As("rsz"), k.child, victim.NewLink{Reference: k.reference("rsz", k.mother), Relation: "parent"}, ""); fault.KindOf(err) != fault.Conflict {
			t.Errorf("each is the other's parent: %v", err)
		}
		k.ends(t, id)
	})
}

// page is the shelter's page of a file as it is shown, without what differs at each look.
func page(w *testkit.World, who, id string) string {
	w.T.Helper()
	body := string(w.Serve(w.T).SignIn(who).Get("/victims/" + id).Want(200).Body)
	at := strings.Index(body, "id=\"family")
	if at < 0 {
		return ""
	}
	end := strings.Index(body[at:], "</section>")
	return body[at : at+max(end, 0)]
}

func (k *kin) ends(t *testing.T, id string) {
	end := func(who, file string, version int64, reason string) error {
		return k.Victims.EndLink(k.As(who), file, id, version, reason)
	}
	for claim, c := range map[string]struct {
		who, file string
		version   int64
		reason    string
		kind      fault.Kind
	}{
		"who sees one file only": {"payoke", k.mother, 1, "mistake", fault.NotFound},
		"from a third file":      {"rsz", k.third, 1, "mistake", fault.NotFound},
		"a stranger":             {"cosm", k.mother, 1, "mistake", fault.NotFound},
		"no reason":              {"rsz", k.mother, 1, "", fault.Invalid},
		"an older version":       {"rsz", k.mother, 9, "mistake", fault.Conflict},
	} {
		if err := end(c.who, c.file, c.version, c.reason); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", claim, err)
		}
	}
	if err := end("rsz", k.child, 1, "mistake"); err != nil {
		t.Fatal(err)
	}
	if f := k.show("rsz", k.mother); len(f.Links) != 1 || f.Links[0].EndedAt == 0 || f.Links[0].EndReason != "mistake" || f.Links[0].CanEnd {
		t.Errorf("ended as %+v", f.Links)
	}
	if err := end("rsz", k.mother, 2, "mistake"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("ended twice: %v", err)
	}
	if _, err := k.Victims.Link(k.As("rsz"), k.child, victim.NewLink{Reference: k.reference("rsz", k.mother), Relation: "parent"}, ""); err != nil {
		t.Errorf("the right way round, once the wrong one has ended: %v", err)
	}
}

// TestLink_refusesWhatIsNotTheirs: the answer for a file that is not open is the one for a file that is not there.
func TestLink_refusesWhatIsNotTheirs(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		k := family(w)
		foreign := w.OpenVictim("payoke", w.OpenCase("payoke"), section.Values{"family_name": "Ly"})
		theirs := k.reference("payoke", foreign)
		for claim, c := range map[string]struct {
			who, file string
			n         victim.NewLink
			kind      fault.Kind
			key       string
		}{
			"a file that is not open":  {"rsz", k.mother, victim.NewLink{Reference: theirs, Relation: "sibling"}, fault.Invalid, "victim.no_such_file"},
			"a file that is not there": {"rsz", k.mother, victim.NewLink{Reference: "V-2222-2222", Relation: "sibling"}, fault.Invalid, "victim.no_such_file"},
			"the file itself":          {"rsz", k.mother, victim.NewLink{Reference: k.reference("rsz", k.mother), Relation: "sibling"}, fault.Invalid, "victim.same_file"},
			"a relation that is none":  {"rsz", k.mother, victim.NewLink{Reference: theirs, Relation: "friend"}, fault.Invalid, "fault.field_unknown_code"},
			"nothing":                  {"rsz", k.mother, victim.NewLink{}, fault.Invalid, "fault.field_required"},
			"a stranger":               {"cosm", k.mother, victim.NewLink{Reference: theirs, Relation: "sibling"}, fault.NotFound, "gate.not_found"},
			"a colleague's auditor":    {"rsz.auditor", k.mother, victim.NewLink{Reference: theirs, Relation: "sibling"}, fault.NotFound, "gate.not_found"},
		} {
			_, err := w.Victims.Link(w.As(c.who), c.file, c.n, "")
			f, ok := fault.As(err)
			if !ok || f.Kind != c.kind || f.Key != c.key && (len(f.Fields) == 0 || f.Fields[0].Key != c.key) {
				t.Errorf("%s: %v", claim, err)
			}
		}
		if n := k.number(`SELECT COUNT(*) FROM victim_link`); n != 0 {
			t.Errorf("%d links were stored", n)
		}
		once := victim.NewLink{Reference: k.reference("rsz", k.child), Relation: "sibling"}
		if _, err := w.Victims.Link(w.As("rsz"), k.mother, once, ""); err != nil {
			t.Fatal(err)
		}
		back := victim.NewLink{Reference: k.reference("rsz", k.mother), Relation: "sibling"}
		if _, err := w.Victims.Link(w.As("rsz"), k.child, back, ""); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a symmetric link twice: %v", err)
		}
	})
}

// TestFamilyPage_isWalked in German on a small screen and a wide one.
func TestFamilyPage_isWalked(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	k := family(w)
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/victims/" + k.mother + "/family?lang=de")
	testkit.Inspect(t, tab, "victim-family")
	if err := linkBy(w, k); err != nil {
		t.Fatal(err)
	}
	tab.Open(site.URL + "/victims/" + k.mother + "/family")
	if !tab.Has(k.reference("rsz", k.child)) {
		t.Errorf("the page does not name the child's file: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "victim-family-linked")
	tab.Open(site.URL + "/victims/" + k.mother)
	testkit.Inspect(t, tab, "victim-with-family")
	client := site.SignIn("rsz")
	client.PostForm("/victims/"+k.mother+"/family", testkit.Fields("relation", "sibling", "reference", "V-2222-2222")).Want(422)
	client.PostForm("/victims/"+k.mother+"/family", testkit.Fields("relation", "sibling", "reference", k.reference("rsz", k.third))).Want(303)
	site.SignIn("cosm").Get("/victims/" + k.mother + "/family").Want(404)
	end := "/victims/" + k.mother + "/family/" + k.show("rsz", k.mother).Links[0].ID + "/end"
	tab.Open(site.URL + end)
	testkit.Inspect(t, tab, "victim-link-end")
	client.PostForm(end, testkit.Fields("reason", "mistake")).Want(428)
	client.PostForm(end, testkit.Fields("reason", "", "version", "1")).Want(422)
	client.PostForm(end, testkit.Fields("reason", "mistake", "version", "1")).Want(303)
}

func linkBy(w *testkit.World, k *kin) error {
	_, err := w.Victims.Link(w.As("rsz"), k.mother, victim.NewLink{Reference: k.reference("rsz", k.child), Relation: "parent"}, "")
	return err
}
