package report_test

import (
	"strings"
	"testing"
	"time"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/signal"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "report") }

// TestPages_showTheFiguresAndWhatLiesBehindThem to the sending desk's supervisor, in two languages.
func TestPages_showTheFiguresAndWhatLiesBehindThem(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	caseID := w.OpenCase("rsz")
	for i := range 7 {
		refer(t, w, caseID, time.Duration(i+1)*time.Hour, "")
		must(w.Signals.Note(w.As("rsz"), signal.New{DeskID: w.Place("be.rsz").Desks[0], Country: "BE", Exploitation: "forced_labour", SeenOn: "2026-02-20",
			Source: "third_person", Story: "Men sleep in a container."}, ""))(t)
	}
	for _, lang := range []string{"de", "fr"} {
		client := site.SignIn("rsz.head")
		client.PostForm("/language", testkit.Fields("lang", lang, "back", "/")).Want(303)
		page := string(client.Get("/figures").Want(200).Body)
		for _, want := range []string{"Payoke", "100 %", map[string]string{"de": "7 öffnen", "fr": "En ouvrir 7"}[lang]} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q in the figures", lang, want)
			}
		}
		client.Get("/figures?quarter=2026-01").Want(422)
		if signals := string(client.Get("/figures/signals").Want(200).Body); !strings.Contains(signals, map[string]string{"de": "Zwangsarbeit", "fr": "Travail forcé"}[lang]) {
			t.Errorf("%s: the exploitation has no name", lang)
		}
		tab := site.Browse("rsz.head")
		for _, path := range []string{"/figures", "/figures/signals", "/figures/referrals?desk=" + w.Place("be.payoke").Desks[0] + "&agency=" + w.Place("be.rsz").ID} {
			tab.Open(site.URL + path)
			testkit.Inspect(t, tab, "figures-"+lang+strings.ReplaceAll(strings.SplitN(path, "?", 2)[0], "/", "-"))
		}
	}
	site.SignIn("rsz").Get("/figures").Want(404)
}
