package track_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/rulepack"
	"relais/internal/section"
	"relais/internal/task"
	"relais/internal/testkit"
	"relais/internal/track"
)

// stand puts a track into a state, whatever way would have led there.
func stand(t *testing.T, w *testkit.World, victimID, of, state string) {
	t.Helper()
	err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO track_step (id, file_id, track, country, seq, from_state, to_state, happened_on, written_at, worker_id, agency_id,
  authority, rule, basis, pack)
SELECT :id, :file, :track, 'BE', COALESCE(MAX(seq), 0) + 1, '', :state, '2026-02-26', 0, '', :agency, 'shelter', 'test', 'test', ''
FROM track_step WHERE file_id = :file AND track = :track AND country = 'BE'`,
			database.Args{"id": gate.NewID(), "file": victimID, "track": of, "state": state, "agency": w.Place("be.payoke").ID})
		if err == nil {
			_, err = tx.Exec(`UPDATE file SET version = version + 1 WHERE id = :file`, database.Args{"file": victimID})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestProtection_goesOnWhateverElseIs tries every step of help that the law draws while the three other tracks stand anywhere: help
// never depends on cooperation (CETS 197, art. 12(6)).
func TestProtection_goesOnWhateverElseIs(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w, section.Values{"family_name": "Nguyen", "citizenships": "VN", "age_status": "adult"})
	pack, _ := w.Rules.Pack("BE", w.Today())
	residence, criminal, remedy := rulepack.States("residence"), rulepack.States("criminal"), rulepack.States("remedy")
	tried := 0
	for _, m := range pack.AllMoves {
		if m.Track != rulepack.Protection || !m.DecidedBy("shelter") {
			continue
		}
		stand(t, w, id, "residence", residence[tried%len(residence)])
		stand(t, w, id, "criminal", criminal[tried%len(criminal)])
		stand(t, w, id, "remedy", remedy[tried%len(remedy)])
		stand(t, w, id, "protection", m.From)
		n := track.New{Track: m.Track, To: m.To, On: w.Today(), Confirmed: slices.Concat(m.Conditions...)}
		if _, err := w.Tracks.Move(w.As("payoke"), id, n, laneOf(t, w, "payoke", id, m.Track).Version, ""); err != nil {
			t.Errorf("%s while the criminal track stands at %s: %v", m.Name(), criminal[tried%len(criminal)], err)
		}
		tried++
	}
	if tried < 30 {
		t.Errorf("only %d steps were tried", tried)
	}
}

// TestCitizens_ofTheUnionHaveNoResidenceTrack, and children in Belgium get a document at once.
func TestCitizens_ofTheUnionHaveNoResidenceTrack(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	for _, c := range []struct {
		identity section.Values
		to       string
		person   string
		may      bool
	}{
		{section.Values{"citizenships": "RO", "age_status": "adult"}, "reflection", "adult", false},
		{section.Values{"citizenships": "RO", "age_status": "adult"}, "none_needed", "", true},
		{section.Values{"citizenships": "VN", "age_status": "adult"}, "none_needed", "", false},
		{section.Values{"citizenships": "VN", "age_status": "presumed_child"}, "reflection", "adult", false},
		{section.Values{"citizenships": "VN", "age_status": "presumed_child"}, "provisional", "child", true},
		{section.Values{"family_name": "Nguyen"}, "reflection", "adult", true},
	} {
		id := scene(w, c.identity)
		n := track.New{Track: "residence", To: c.to, Person: c.person, On: w.Today(),
			Confirmed: []string{"third_country", "free_movement", "left_milieu", "in_support"}, Document: "x"}
		_, err := w.Tracks.Move(w.As("dvz"), id, n, 1, "")
		if (err == nil) != c.may || err != nil && !errors.Is(err, fault.Invalid) {
			t.Errorf("%v to %s: %v", c.identity, c.to, err)
		}
	}
}

// TestMove_byWhoWasAskedToDecide: an office and a shelter that got only the identity decide and help, and see what they did
// themselves; everybody else sees no more than before.
func TestMove_byWhoWasAskedToDecide(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen", "citizenships": "VN", "age_status": "adult"})
	w.Refer("rsz", id, "be.payoke", "payoke", "identity")
	w.Refer("rsz", id, "be.dvz", "dvz", "identity")
	w.Refer("rsz", id, "be.pagasa", "pagasa", "identity")
	if _, err := w.Tracks.Move(w.As("payoke"), id, track.New{Track: "protection", To: "supported", On: w.Today()}, 2, ""); err != nil {
		t.Fatal(err)
	}
	n := reflection
	if _, err := w.Tracks.Move(w.As("dvz"), id, n, 1, ""); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string][4]struct {
		state string
		steps int
	}{
		"payoke": {{"supported", 1}, {"reflection", 0}, {"", 0}, {"not_assessed", 0}}, "pagasa": {{"supported", 0}, {"reflection", 0}, {"", 0}, {"not_assessed", 0}},
		"dvz": {{"in_care", 0}, {"reflection", 1}, {"", 0}, {"", 0}}, "rsz": {{"in_care", 0}, {"", 0}, {"", 0}, {"", 0}},
	} {
		for i, of := range rulepack.Tracks() {
			if l := laneOf(t, w, who, id, of); l.State != want[i].state || len(l.Steps) != want[i].steps {
				t.Errorf("%s sees of %s %q and %d steps", who, of, l.State, len(l.Steps))
			}
		}
	}
}

// TestBegin_asksForWhatCannotWait: a guardian, a report, a look at non-punishment; and once.
func TestBegin_asksForWhatCannotWait(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		facts := testkit.Site
		facts.Exploitation = []string{"forced_criminality"}
		caseID, err := w.Cases.Open(w.As("rsz"), casefile.New{Facts: facts}, "")
		if err != nil {
			t.Fatal(err)
		}
		id := w.OpenVictim("rsz", caseID, section.Values{"age_status": "presumed_child"})
		first := laneOf(t, w, "rsz", id, "protection")
		if first.State != "presumed" || first.Version != 2 {
			t.Errorf("the presumption is no step: %+v", first)
		}
		if _, err := w.Tracks.Move(w.As("rsz"), id, track.New{Track: "protection", To: "referred", On: w.Today()}, 2, ""); err != nil {
			t.Fatal(err)
		}
		var rules []string
		err = w.Gate.Read(w.As("rsz"), askAction, gate.File(gate.Victim, id), func(tx *gate.Tx) (audit.Event, error) {
			open, err := task.OpenOf(tx, id)
			for _, k := range open {
				rules = append(rules, k.Rule)
			}
			return audit.Event{Op: audit.Consult}, err
		})
		slices.Sort(rules)
		if want := []string{"art29_report", "guardian_request", "non_punishment_review"}; err != nil || !slices.Equal(rules, want) {
			t.Errorf("asked for %v, %v", rules, err)
		}
	})
}

var askAction = gate.OnFile("track.test")

// TestPage_isWalkedWithAndWithoutMistakes goes from the file to the picture and records a step, in French, on a wide screen and a
// small one.
func TestPage_isWalkedWithAndWithoutMistakes(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w, section.Values{"family_name": "Nguyen", "citizenships": "VN"})
	site := w.Serve(t)
	tab := site.Browse("dvz")
	tab.Open(site.URL + "/victims/" + id)
	if !tab.Has("Pas d’éloignement") || !tab.Has("Où en est la personne") {
		t.Errorf("the page of the file does not show the tracks: %s", tab.Text())
	}
	tab.Click("Volets et historique")
	testkit.Inspect(t, tab, "track-show-fr")
	tab.Click("délai de réflexion (adulte)")
	tab.Click("Consigner l’étape")
	if tab.Status() != 422 {
		t.Errorf("nothing was confirmed: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "track-form-wrong-fr")
	for _, condition := range []string{"Le contact avec les auteurs présumés est rompu", "Un centre agréé accompagne la personne"} {
		tab.Click(condition)
	}
	tab.Click("Consigner l’étape")
	if !tab.Has("L’étape a été consignée") || !tab.Has("Dienst Vreemdelingenzaken") {
		t.Errorf("%d: %s", tab.Status(), tab.Text())
	}
	testkit.Inspect(t, tab, "track-moved-fr")
	if lane := laneOf(t, w, "payoke", id, "residence"); lane.State != "reflection" {
		t.Errorf("%+v", lane)
	}
	inspectorSeesNothing(t, w, site, id)
}

// TestPage_isWalkedByKeyboardAlone takes the same way from the file to the recorded step with Tab, Space and Enter.
func TestPage_isWalkedByKeyboardAlone(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := scene(w, section.Values{"family_name": "Nguyen", "citizenships": "VN"})
	site := w.Serve(t)
	tab := site.Browse("dvz")
	tab.Open(site.URL + "/victims/" + id)
	for _, link := range []string{"Volets et historique", "délai de réflexion (adulte)"} {
		tab.Reach(link)
		tab.Keys("Enter")
	}
	for _, condition := range []string{"Le contact avec les auteurs présumés est rompu", "Un centre agréé accompagne la personne"} {
		tab.Reach(condition)
		tab.Keys("Space")
	}
	tab.Reach("Consigner l’étape")
	tab.Keys("Enter")
	if !tab.Has("L’étape a été consignée") {
		t.Errorf("%d: %s", tab.Status(), tab.Text())
	}
	if lane := laneOf(t, w, "payoke", id, "residence"); lane.State != "reflection" {
		t.Errorf("%+v", lane)
	}
}

func inspectorSeesNothing(t *testing.T, w *testkit.World, site *testkit.Served, id string) {
	t.Helper()
	if body := string(site.SignIn("rsz").Get("/victims/" + id + "/tracks").Want(200).Body); strings.Contains(body, "annexe") || strings.Contains(body, "bedenktijd of") {
		t.Error("an inspector learns of the residence")
	}
	if l := laneOf(t, w, "rsz", id, "residence"); l.Show != authz.Hidden || l.State != "" {
		t.Errorf("an inspector learns of the residence: %+v", l)
	}
}
