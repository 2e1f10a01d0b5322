package server_test

import (
	"maps"
	"strings"

	"relais/internal/testkit"
	"relais/internal/track"
)

// path is what the story holds of the way of a victim: a step that the inspectorate took for the child and may strike.
type path struct{ Walker, Step string }

func init() {
	maps.Copy(able, map[string]string{"strike-step": "rsz"})
}

func (s *story) walk(w *testkit.World) {
	w.T.Helper()
	p := &s.path
	p.Walker = s.care.Kid
	p.Step = must(w.Tracks.Move(w.As("rsz"), p.Walker, track.New{Track: "protection", To: "referred", On: "2026-03-01"}, 2, ""))(w.T)
}

// param is the example of a parameter of a route about the way.
func (p path) param(route, name string) (value string, ok bool) {
	if strings.Contains(route, "/:step/strike") {
		value = map[string]string{"victim": p.Walker, "step": p.Step}[name]
	}
	return value, value != ""
}

func (p path) names() map[string]string { return map[string]string{"step": p.Step} }

func (p path) forms(*testkit.World) map[string][]string {
	return map[string][]string{"/victims/:victim/tracks/:track/steps/:step/strike": {"reason", "wrong_day", "version", "3"}}
}

func (p path) bodies(*testkit.World) map[string]object {
	return map[string]object{"POST /victims/:victim/track-steps/:step/strike": {"reason": "wrong_day"}}
}
