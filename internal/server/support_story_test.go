package server_test

import (
	"maps"

	"relais/internal/support"
	"relais/internal/testkit"
)

// care is what the story holds of help: a need of the first victim, noted by the shelter.
type care struct{ Need string }

func init() {
	maps.Copy(able, map[string]string{"list-old-needs": "pay", "show-support": "pay", "note-need": "pay", "show-need": "pay", "move-need": "pay"})
}

func (s *story) support(w *testkit.World) {
	w.T.Helper()
	s.care.Need = must(w.Support.Note(w.As("payoke"), s.Victim, support.New{Service: "medical", NotedOn: "2026-02-27"}, ""))(w.T)
}

// names are the examples of parameters of routes about help.
func (c care) names() map[string]string { return map[string]string{"need": c.Need} }

func (c care) forms(*testkit.World) map[string][]string {
	return map[string][]string{
		"/victims/:victim/needs":       {"service", "housing"},
		"/victims/:victim/needs/:need": append([]string{"state", "asked"}, first...),
	}
}

func (c care) bodies(*testkit.World) map[string]object {
	return map[string]object{
		"POST /victims/:victim/needs":             {"service": "housing"},
		"POST /victims/:victim/needs/:need/steps": {"state": "asked"},
	}
}

func (c care) param(_, name string) (value string, ok bool) {
	value, ok = c.names()[name]
	return value, ok
}
