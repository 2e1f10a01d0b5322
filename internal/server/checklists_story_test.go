package server_test

import (
	"context"
	"maps"
	"strings"

	"relais/internal/checklist"
	"relais/internal/database"
	"relais/internal/testkit"
)

// checklists is what the story holds of them: one item that the inspectorate ticked on the first victim.
type checklists struct{ Item, OpenItem string }

func init() {
	maps.Copy(able, map[string]string{"show-checklist": "dvz", "tick-checklist": "rsz", "undo-checklist": "rsz2", "ask-checklist": "rsz", "choose-checklist": "rsz",
		"list-desk-units": "payD", "set-desk-unit": "payD"})
}

func (s *story) checks(w *testkit.World) {
	w.T.Helper()
	n := checklist.Tick{Items: []string{"be.safe_now"}, State: checklist.Done, On: "2026-02-27"}
	if err := w.Checklists.Tick(w.As("rsz"), s.Victim, n, ""); err != nil {
		w.T.Fatal(err)
	}
	view := must(w.Checklists.Show(w.As("rsz"), s.Victim))(w.T)
	_, done := view.Find("be.safe_now")
	_, open := view.Find("be.apart")
	s.Item, s.OpenItem = done.Key, open.Key
	err := w.Database.Write(context.Background(), func(tx *database.Tx) error { // the file is one of before the list's last version
		_, err := tx.Exec(`INSERT INTO checklist_choice (id, file_id, country, seq, edition, chosen_at, worker_id, agency_id)
SELECT 'story', f.id, 'BE', 1, '2015-11-16', f.created_at, 'story', f.agency_id FROM file f WHERE f.id = :file`, database.Args{"file": s.Victim})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
}

func (c checklists) param(route, name string) (value string, ok bool) {
	if name == "checklist_item" && strings.HasSuffix(route, "/task") {
		return c.OpenItem, true
	}
	value, ok = c.names()[name]
	return value, ok
}

func (c checklists) names() map[string]string {
	return map[string]string{"checklist_item": c.Item, "open_item": c.OpenItem}
}

func (c checklists) forms(w *testkit.World) map[string][]string {
	return map[string][]string{
		"/victims/:victim/checklist":                      {"items", "be.apart", "state", "done", "on", "2026-02-27"},
		"/victims/:victim/checklist/edition":              {"country", "BE", "edition", "2016-12-23", "version", "2"},
		"/victims/:victim/checklist/:checklist_item/undo": append([]string{"reason", "wrong_item"}, first...),
		"/desks/:desk": append([]string{"unit", "none"}, first...),
		"/victims/:victim/checklist/:checklist_item/task": {"desk", w.Place("be.rsz").Desks[0]},
	}
}

func (c checklists) bodies(w *testkit.World) map[string]object {
	return map[string]object{
		"PUT /agency/desks/:desk":                              {"unit": ""},
		"POST /victims/:victim/checklist/ticks":                {"items": []string{"be.apart"}, "state": "done", "on": "2026-02-27"},
		"POST /victims/:victim/checklist/edition":              {"country": "BE", "version": "2016-12-23"},
		"POST /victims/:victim/checklist/:checklist_item/undo": {"reason": "wrong_item"},
		"POST /victims/:victim/checklist/:checklist_item/task": {"desk_id": w.Place("be.rsz").Desks[0]},
	}
}
