package worklist_test

import (
	"strings"
	"testing"

	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/notice"
	"relais/internal/task"
	"relais/internal/testkit"
	_ "relais/internal/worklist"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "worklist") }

// TestBrowser_moreThanCounted, in French and German: my day and the list that it opens both say "200+", and what that means.
func TestBrowser_moreThanCounted(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := victim(w, w.OpenCase("rsz"))
	n := task.New{Code: task.Codes[0], Text: "x", Doer: notice.Desk + ":" + w.Place("be.rsz").Desks[0], Due: w.Today()}
	for range 201 {
		must(w.Tasks.Add(w.As("rsz"), gate.Victim, id, n, ""))(t)
	}
	site := w.Serve(t)
	tab := site.Browse("rsz")
	for _, look := range []struct{ language, says string }{{"Français", "200+ veut dire plus de 200"}, {"Deutsch", "200+ heißt mehr als 200"}} {
		for _, path := range []string{"/", "/tasks?box=today"} {
			tab.Open(site.URL + path)
			if path == "/" {
				tab.Click(look.language)
			}
			if !tab.Has(look.says) {
				t.Errorf("%s: %s", path, tab.Text())
			}
			testkit.Inspect(t, tab, "counted-"+look.language+strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(path))
		}
	}
}
