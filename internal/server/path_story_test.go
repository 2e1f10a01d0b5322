package server_test

import (
	"maps"
	"strings"

	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
	"relais/internal/victim"
)

// path is what the story holds of the way of a victim: a step that the inspectorate took for the child and may strike.
type path struct{ Walker, Step, Link, Decided, Decision string }

func init() {
	maps.Copy(able, map[string]string{"strike-step": "rsz", "show-family": "rsz", "link-victims": "rsz", "end-link": "rsz", "appeal-decision": "jud"})
}

func (s *story) walk(w *testkit.World) {
	w.T.Helper()
	p := &s.path
	p.Walker = s.care.Kid
	p.Link = must(w.Victims.Link(w.As("rsz"), s.Victim, victim.NewLink{Reference: knownAs(w, "rsz", s.Second), Relation: "sibling"}, ""))(w.T)
	another := w.OpenCase("rsz")
	w.AddToTeam("rsz", another, "be.auditoraat")
	p.Decided = w.OpenVictim("rsz", another, section.Values{"family_name": "Petit"})
	for i, to := range []string{"reported", "identified"} {
		p.Decision = must(w.Tracks.Move(w.As("auditoraat"), p.Decided, track.New{Track: "criminal", To: to, On: "2026-03-01"}, int64(i+1), ""))(w.T)
	}
	p.Step = must(w.Tracks.Move(w.As("rsz"), p.Walker, track.New{Track: "protection", To: "referred", On: "2026-03-01"}, 2, ""))(w.T)
}

// param is the example of a parameter of a route about the way.
func (p path) param(route, name string) (value string, ok bool) {
	if strings.Contains(route, "/:step/strike") {
		value = map[string]string{"victim": p.Walker, "step": p.Step}[name]
	}
	if strings.Contains(route, "/:step/appeal") {
		value = map[string]string{"victim": p.Decided, "step": p.Decision}[name]
	}
	if name == "link" {
		value = p.Link
	}
	return value, value != ""
}

func (p path) names() map[string]string {
	return map[string]string{"step": p.Step, "link": p.Link, "decided": p.Decided, "decision": p.Decision}
}

func (p path) forms(w *testkit.World) map[string][]string {
	return map[string][]string{"/victims/:victim/tracks/:track/steps/:step/strike": {"reason", "wrong_day", "version", "3"},
		"/victims/:victim/tracks/:track/steps/:step/appeal": append([]string{"on.day", "2", "on.month", "3", "on.year", "2026"}, first...),
		"/victims/:victim/family":                           {"relation", "partner", "reference", knownAs(w, "rsz", p.Walker)},
		"/victims/:victim/family/:link/end":                 append([]string{"reason", "mistake"}, first...)}
}

func (p path) bodies(w *testkit.World) map[string]object {
	return map[string]object{"POST /victims/:victim/track-steps/:step/strike": {"reason": "wrong_day"},
		"POST /victims/:victim/track-steps/:step/appeal": {"on": "2026-03-02"},
		"POST /victims/:victim/family":                   {"relation": "partner", "reference": knownAs(w, "rsz", p.Walker)},
		"POST /victims/:victim/family/:link/end":         {"reason": "mistake"}}
}

// knownAs is the reference by which a person's agency knows a victim file.
func knownAs(w *testkit.World, key, victimID string) string {
	w.T.Helper()
	return must(w.Victims.Family(w.As(key), victimID))(w.T).File.Reference
}
