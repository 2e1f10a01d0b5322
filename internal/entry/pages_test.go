package entry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "entry") }

func served(t *testing.T) (scene, *testkit.Served) {
	t.Helper()
	w := testkit.Open(t, "sqlite")
	return newScene(w), w.Serve(t)
}

// TestConflict_isSolvedInTheBrowser walks the second editor through the conflict page, first without choosing.
func TestConflict_isSolvedInTheBrowser(t *testing.T) {
	s, site := served(t)
	id := s.Write("rsz", s.victimID, authz.Labour, "legal_task", section.Values{"employer": "Bouw BV", "narrative": "Found at work."})
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/entries/" + id + "/edit")
	testkit.Inspect(t, tab, "entry-edit-nl")
	mine, theirs := "Slept on the site.", "Slept in a container."
	tab.Fill("Vastgestelde feiten", mine)
	tab.Fill("Loon per", "Maand")
	current, err := s.Entries.Show(s.As("rsz.second"), id, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Entries.Change(s.As("rsz.second"), id, 1, draft(current, section.Values{"narrative": theirs, "contract": "none"})); err != nil {
		t.Fatal(err)
	}
	tab.Click("Opslaan")
	for _, words := range []string{mine, theirs, "Bram Oostwal"} {
		if !tab.Has(words) {
			t.Errorf("the conflict page does not say %q", words)
		}
	}
	testkit.Inspect(t, tab, "entry-conflict-nl")
	tab.Click("Deze versie opslaan")
	if tab.Status() != 409 || !tab.Has("Kies voor elk veld") {
		t.Error("one of two texts was dropped without a choice")
	}
	testkit.Inspect(t, tab, "entry-conflict-again-nl")
	tab.Click("Beide houden, onder elkaar (Vastgestelde feiten)")
	tab.Click("Deze versie opslaan")
	now, err := s.Entries.Show(s.As("rsz"), id, "")
	if err != nil {
		t.Fatal(err)
	}
	want := section.Values{"employer": "Bouw BV", "narrative": theirs + "\n" + mine, "wage_period": "month", "contract": "none"}
	if now.Version != 3 || !cmp.Equal(now.Values, want) {
		t.Error(cmp.Diff(want, now.Values))
	}
}

// TestForms_workWithoutScript adds and changes an entry by the form alone, and sees a mistake at its field.
func TestForms_workWithoutScript(t *testing.T) {
	s, site := served(t)
	c := site.SignIn("payoke")
	base := "/victims/" + s.victimID
	form := c.Get(base + "/sections/safe_contact/new").Want(200)
	once := hiddenValue(t, string(form.Body), "once")
	sent := testkit.Fields("mobile_phone", "0470", "do_not", "Never call at night.", "nature", "fact", "purpose", "protection", "basis", "legal_task", "once", once)
	wrong := c.PostForm(base+"/sections/safe_contact", sent).Want(422)
	for _, part := range []string{`href="#f-mobile_phone"`, `aria-invalid="true"`, "Never call at night.", once} {
		if !strings.Contains(string(wrong.Body), part) {
			t.Errorf("the form does not come back with %q", part)
		}
	}
	sent.Set("mobile_phone", "0032 470 12 34 56")
	for range 2 { // the second time as somebody who pressed twice
		if to := c.PostForm(base+"/sections/safe_contact", sent).Want(303).Location(); to != base+"#safe_contact" {
			t.Errorf("sent to %s", to)
		}
	}
	entries := s.SectionOf("payoke", s.victimID, authz.SafeContact).Entries
	if len(entries) != 1 || entries[0].Values["mobile_phone"] != "+32470123456" {
		t.Fatalf("stored %+v", entries)
	}
	c.PostForm("/entries/"+entries[0].ID, testkit.Fields("do_not", "x", "nature", "fact", "purpose", "protection", "basis", "legal_task")).Want(428)
	c.Get("/victims/" + s.victimID + "/sections/people/new").Want(404)
	c.Get("/victims/" + s.victimID + "/sections/nonsense/new").Want(404)
	c.Get("/cases/" + s.victimID + "/sections/labour/new").Want(404)
	refusal := c.Get(base + "/sections/statements/new").Want(403)
	if !strings.Contains(string(refusal.Body), "Instanties") {
		t.Errorf("the refusal does not say why: %s", refusal.Body)
	}
}

func hiddenValue(t *testing.T, body, name string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `name="`+name+`" value="`)
	value, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		t.Fatalf("no hidden field %s", name)
	}
	return value
}

// TestLook_opensForAReasonAndCarriesItOn opens the shelter's location, changes it and reads its versions.
func TestLook_opensForAReasonAndCarriesItOn(t *testing.T) {
	s, site := served(t)
	s.Write("payoke", s.victimID, authz.ShelterLocation, "legal_task", section.Values{"house_name": "Huis Linde"})
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/victims/" + s.victimID)
	if strings.Contains(tab.HTML(), "Huis Linde") {
		t.Error("the location stands on the page without a reason")
	}
	tab.In("Locatie van de veilige opvang").Click("Deze rubriek openen")
	if tab.Status() != 422 {
		t.Errorf("without a reason: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "entry-look-asked-nl")
	tab.Fill("Reden van toegang", "Bescherming van het slachtoffer")
	tab.Click("Deze rubriek openen")
	testkit.Inspect(t, tab, "entry-look-nl")
	tab.Click("Wijzigen")
	if tab.Value("Naam van het huis") != "Huis Linde" {
		t.Error("the form does not hold what is stored")
	}
	tab.Fill("Naam van het huis", "Huis Berk")
	tab.Click("Opslaan")
	view, err := s.Entries.Reveal(s.As("payoke"), gate.Victim, s.victimID, authz.ShelterLocation, "protection")
	if err != nil || view.Entries[0].Values["house_name"] != "Huis Berk" {
		t.Fatalf("%+v %v", view, err)
	}
	tab.Open(site.URL + "/entries/" + view.Entries[0].ID + "/history?reason=protection")
	testkit.Inspect(t, tab, "entry-history-nl")
	if !tab.Has("Huis Linde") {
		t.Error("the earlier version is not there")
	}
}

// TestLongForm_opensItsGroupsByKeyboard reaches a folded group with Tab, opens it with Enter, and finds it open after a mistake.
func TestLongForm_opensItsGroupsByKeyboard(t *testing.T) {
	s, site := served(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/victims/" + s.victimID + "/sections/exploitation/new")
	if tab.Has("Plaats van werving") {
		t.Error("a group that holds nothing is open")
	}
	testkit.Inspect(t, tab, "entry-long-form-nl")
	for range 60 {
		if tab.Keys("Tab"); tab.Focus() == "Werving" {
			break
		}
	}
	tab.Keys("Enter")
	tab.Fill("Plaats van werving", "Hanoi")
	tab.Click("Eén gebeurtenis onderweg")
	tab.Fill("Breedtegraad", "north")
	tab.Click("Opslaan")
	if tab.Status() != 422 || tab.Value("Plaats van werving") != "Hanoi" || tab.Value("Breedtegraad") != "north" {
		t.Errorf("after a mistake: %d %q %q", tab.Status(), tab.Value("Plaats van werving"), tab.Value("Breedtegraad"))
	}
	testkit.Inspect(t, tab, "entry-long-form-wrong-nl")
}
