package server_test

import (
	"maps"
	"strings"

	"relais/internal/signal"
	"relais/internal/testkit"
)

// signals is what the story holds of signals: one with the inspectorate, one that it passed to the shelter.
type signals struct{ Signal, PassedSignal string }

func init() {
	maps.Copy(able, map[string]string{"list-signals": "rsz", "note-signal": "rsz", "show-signal": "rsz2", "pass-signal": "rsz", "answer-signal": "pay",
		"close-signal": "rsz", "follow-signal": "rsz"})
}

func (s *story) hear(w *testkit.World) {
	for _, id := range []*string{&s.Signal, &s.PassedSignal} {
		*id = must(w.Signals.Note(w.As("rsz"), signal.New{DeskID: w.Place("be.rsz").Desks[0], Country: "BE", Exploitation: "forced_labour", Persons: 2,
			SeenOn: "2026-02-26", Source: "anonymous", Story: "Two men sleep on the site."}, ""))(w.T)
	}
	if err := w.Signals.Pass(w.As("rsz"), s.PassedSignal, signal.Pass{DeskID: w.Place("be.payoke").Desks[0], Purpose: "protection", Basis: "legal_task"}, 1); err != nil {
		w.T.Fatal(err)
	}
}

// param is the example of a parameter of a route about signals.
func (s signals) param(route, name string) (value string, ok bool) {
	if name == "signal" && strings.HasSuffix(route, "/answer") {
		return s.PassedSignal, true
	}
	return s.Signal, name == "signal"
}

func (s signals) names() map[string]string {
	return map[string]string{"signal": s.Signal, "passed_signal": s.PassedSignal}
}

func (s signals) forms(w *testkit.World) map[string][]string {
	return map[string][]string{
		"/signals": {"desk", w.Place("be.rsz").Desks[0], "country", "BE", "exploitation", "forced_labour", "persons", "2", "seen_on", "2026-02-26",
			"source", "anonymous", "story", "x"},
		"/signals/:signal/pass":      append([]string{"to", w.Place("be.fgp").Desks[0], "with_story", "no", "purpose", "protection", "basis", "legal_task"}, first...),
		"/signals/:signal/answer":    {"answer", "take", "version", "2"},
		"/signals/:signal/closure":   append([]string{"reason", "unfounded"}, first...),
		"/signals/:signal/follow-up": append([]string{"into", "victim"}, first...),
	}
}

func (s signals) bodies(w *testkit.World) map[string]object {
	return map[string]object{
		"POST /signals": {"desk_id": w.Place("be.rsz").Desks[0], "country": "BE", "exploitation": "forced_labour", "seen_on": "2026-02-26",
			"source": "anonymous", "story": "x"},
		"POST /signals/:signal/pass":      {"desk_id": w.Place("be.fgp").Desks[0], "with_story": false, "purpose": "protection", "basis": "legal_task"},
		"POST /signals/:signal/answer":    {"take": true},
		"POST /signals/:signal/closure":   {"reason": "unfounded"},
		"POST /signals/:signal/follow-up": {"into": "victim"},
	}
}
