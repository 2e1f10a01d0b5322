package screening_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/screening"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "screening") }

// TestScreening_isMadeByKeyboardInTheBrowser fills the short form over a mistake to a result with keys alone, corrects it, and looks
// at the long form, at the empty form for paper and at the person's page.
func TestScreening_isMadeByKeyboardInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	file := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
	site := w.Serve(t)
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/victims/" + file)
	tab.Click("Deutsch")
	tab.Click("Eine Person screenen")
	testkit.Inspect(t, tab, "screening-form")
	tab.Click("Das Screening speichern")
	if tab.Status() != 422 || !tab.Has("Beantworten Sie mindestens einen Indikator") {
		t.Errorf("with no answer: %d %s", tab.Status(), tab.Text())
	}
	testkit.Inspect(t, tab, "screening-form-wrong")
	tab.Fill("Jemand anderes behält die Papiere", "Ja: Die Person sagt es")
	tab.Keys("Tab", "Tab", "J") // over the wages to the debt, and the first answer that begins so
	if tab.Focus() != "Die Person arbeitet eine Schuld ab" || !strings.HasPrefix(tab.Value("Die Person arbeitet eine Schuld ab"), "Ja") {
		t.Errorf("the keys lead to %s, %s", tab.Focus(), tab.Value("Die Person arbeitet eine Schuld ab"))
	}
	tab.Keys("Enter")
	tab.Click("Das Screening speichern")
	if !tab.Has("Anzeichen: starke") || !tab.Has("forced_labour") || !tab.Has("Das Ergebnis ist ein Rat") {
		t.Errorf("the result is %s", tab.Text())
	}
	testkit.Inspect(t, tab, "screening-show")
	tab.Click("Die Antworten berichtigen")
	tab.Fill("Die Person arbeitet eine Schuld ab", "Nein")
	tab.Click("Das Screening speichern")
	if !tab.Has("Anzeichen: einige") {
		t.Errorf("corrected, the result is %s", tab.Text())
	}
	for name, language := range map[string]string{"screening-paper-fr": "Français", "screening-paper-de": "Deutsch"} {
		tab.Open(site.URL + "/screening")
		tab.Click(language)
		tab.Open(site.URL + "/screening")
		if sheets := tab.Paper(name); sheets != 1 {
			t.Errorf("the form of one minute takes %d sheets of paper", sheets)
		}
	}
	for name, path := range map[string]string{"screening-long": "/victims/" + file + "/screenings/new?list=child", "screening-blank": "/screening?list=adult_labour",
		"victim-screened": "/victims/" + file} {
		tab.Open(site.URL + path)
		testkit.Inspect(t, tab, name)
	}
}

// TestForm_asksTheIndicatorsOfTheDayThatWasTyped: overtime is asked from March on; a screening of February that comes back with an
// error does not ask for it, neither new nor corrected, and the API names the lists of both days.
func TestForm_asksTheIndicatorsOfTheDayThatWasTyped(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	w.Screenings = screening.NewService(w.Gate, changedInMarch(t), w.Tracks)
	file := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
	site := w.Serve(t)
	client, path := site.SignIn("rsz"), "/victims/"+file+"/screenings"
	post := func(path, held string, pairs ...string) testkit.Answer {
		return client.PostForm(path, testkit.Fields(append(pairs, "list", "minute", "held_on", held, "purpose", "identification", "basis", "legal_gateway",
			"once", gate.NewID())...))
	}
	asks := func(page testkit.Answer) bool { return strings.Contains(string(page.Body), `name="minute.overtime"`) }
	if page := client.Get(path + "/new").Want(200); !asks(page) {
		t.Error("the form of today does not ask for overtime")
	}
	for held, want := range map[string]bool{"2026-03-01": true, "2026-02-20": false, "2026-13-40": true, "2027-01-01": true, "": true} {
		if page := post(path, held).Want(422); asks(page) != want || !strings.Contains(string(page.Body), `name="minute.papers"`) {
			t.Errorf("with the day %q, overtime is asked: %v", held, !want)
		}
	}
	kept := post(path, "2026-02-20", "minute.papers", "no").Want(303).Location()
	kept = strings.Split(strings.TrimPrefix(kept, site.URL), "?")[0]
	for held, want := range map[string]bool{"2026-03-01": true, "2026-02-19": false, "": false} {
		if page := post(kept, held, "version", "1").Want(422); asks(page) != want {
			t.Errorf("corrected with the day %q, overtime is asked: %v", held, !want)
		}
	}
	key := site.Key("rsz")
	for day, want := range map[string]int{"": 11, "&on=2026-03-01": 11, "&on=2026-02-20": 10} {
		var list struct{ Items []screening.IndicatorBody }
		if key.Get("/api/v1/screening-indicators?list=minute" + day).Want(200).Into(&list); len(list.Items) != want {
			t.Errorf("the API names %d indicators with %q, not %d", len(list.Items), day, want)
		}
	}
	for _, day := range []string{"2026-02-30", "2026-03-03", "1899-12-31"} {
		key.Get("/api/v1/screening-indicators?list=minute&on=" + day).Want(422)
	}
}

// changedInMarch is the shipped data with one indicator that begins in March 2026.
func changedInMarch(t *testing.T) *screening.Book {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"indicators.csv", "thresholds.csv", "rules.csv"} {
		text := must(os.ReadFile(data + "/" + name))(t)
		files[name] = &fstest.MapFile{Data: bytes.Replace(text, []byte("minute.overtime,2009-03-01"), []byte("minute.overtime,2026-03-01"), 1)}
	}
	return must(screening.Load(files))(t)
}
