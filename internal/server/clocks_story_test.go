package server_test

import (
	"io/fs"
	"maps"
	"strings"
	"testing/fstest"

	"relais/internal/clock"
	"relais/internal/rulepack"
	"relais/internal/testkit"
	"relais/policies"
)

// ticks is what the story holds of time limits of the first victim, all started by the shelter.
type ticks struct {
	Clock     string // began under a rule that reads otherwise now
	Stopped   string // is paused
	Feed      string // of the shelter worker
	FeedToken string
}

func init() {
	maps.Copy(able, map[string]string{"list-clocks": "pay", "list-victim-clocks": "dvz", "start-clock": "dvz", "show-clock": "fgp", "pause-clock": "dvz",
		"resume-clock": "dvz", "end-clock": "dvz", "renew-clock": "dvz", "decide-clock": "dvz", "list-clock-feeds": "pay", "create-clock-feed": "crt",
		"revoke-clock-feed": "pay"})
}

// clocks starts a clock under a pack of other times, and pauses another one.
func (s *story) clocks(w *testkit.World) {
	w.T.Helper()
	packs := fstest.MapFS{}
	for _, name := range must(fs.Glob(policies.Packs, "packs/*/*.csv"))(w.T) {
		text := string(must(fs.ReadFile(policies.Packs, name))(w.T))
		packs[strings.TrimPrefix(name, "packs/")] = &fstest.MapFile{Data: []byte(strings.Replace(text, "adult,registration_issued,3,", "adult,registration_issued,4,", 1))}
	}
	other := clock.NewService(w.Gate, must(rulepack.Load(packs))(w.T), w.ClockPerson)
	s.ticks.Clock = must(other.Start(w.As("dvz"), s.Victim, clock.New{Rule: "be.ai", Start: "2025-11-20"}, ""))(w.T)
	s.Stopped = must(w.Clocks.Start(w.As("dvz"), s.Victim, clock.New{Rule: "be.acard", Start: "2026-02-27"}, ""))(w.T)
	if err := w.Clocks.Pause(w.As("dvz"), s.Stopped, 1, clock.Stop{On: "2026-02-28", Review: "2026-03-20", Reason: "in_hospital"}); err != nil {
		w.T.Fatal(err)
	}
	must(w.Clocks.Compare(w.AsProgram()))(w.T)
	made := must(w.Clocks.AddFeed(w.As("payoke"), "", ""))(w.T)
	s.Feed, s.FeedToken = made.ID, made.Token
}

// param is the example of a parameter of a route about time limits.
func (c ticks) param(route, name string) (value string, ok bool) {
	switch name {
	case "clock":
		if strings.HasSuffix(route, "/resumption") {
			return c.Stopped, true
		}
		return c.Clock, true
	case "feed":
		return c.Feed, true
	case "token":
		return c.FeedToken, strings.HasPrefix(route, "/calendar/")
	}
	return "", false
}

func (c ticks) names() map[string]string {
	return map[string]string{"clock": c.Clock, "stopped_clock": c.Stopped, "feed": c.Feed, "feed_token": c.FeedToken}
}

func (c ticks) forms(*testkit.World) map[string][]string {
	day := []string{"on.day", "1", "on.month", "3", "on.year", "2026"}
	return map[string][]string{
		"/victims/:victim/clocks":       {"rule", "be.reflection", "start_on.day", "27", "start_on.month", "2", "start_on.year", "2026"},
		"/clocks/:clock/pause":          append(append([]string{"reason", "abroad", "review_on.day", "20", "review_on.month", "3", "review_on.year", "2026"}, day...), first...),
		"/clocks/:clock/resumption":     append([]string{"version", "2"}, day...),
		"/clocks/:clock/end":            append(append([]string{"reason", "fraud"}, day...), first...),
		"/clocks/:clock/renewal":        first,
		"/clocks/:clock/decision":       append([]string{"keep", "yes"}, first...),
		"/clock-feeds":                  {"desk", "mine"},
		"/clock-feeds/:feed/revocation": nil,
	}
}

func (c ticks) bodies(*testkit.World) map[string]object {
	return map[string]object{
		"POST /victims/:victim/clocks":   {"rule": "be.reflection", "start_on": "2026-02-27"},
		"POST /clocks/:clock/pause":      {"on": "2026-03-01", "review_on": "2026-03-20", "reason": "abroad"},
		"POST /clocks/:clock/resumption": {"on": "2026-03-01"},
		"POST /clocks/:clock/end":        {"on": "2026-03-01", "reason": "fraud"},
		"POST /clocks/:clock/renewal":    nil,
		"POST /clocks/:clock/decision":   {"keep": true},
		"POST /clock-feeds":              {"desk_id": ""},
		"DELETE /clock-feeds/:feed":      nil,
	}
}
