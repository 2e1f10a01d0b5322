package server_test

import (
	"maps"

	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/testkit"
)

// ends is what the story holds of what is written down on the way, and of how a file ends.
type ends struct {
	Note string // of the inspectorate on the first victim, in the identity
}

func init() {
	maps.Copy(able, map[string]string{"list-case-timeline": "fgp", "list-victim-timeline": "pay", "write-case-note": "rsz", "write-victim-note": "pay",
		"show-note": "rsz2", "correct-note": "rsz"})
}

// notes writes a note.
func (s *story) notes(w *testkit.World) {
	w.T.Helper()
	s.Note = must(w.Journal.Write(w.As("rsz"), gate.Victim, s.Victim, journal.New{Section: "identity", Text: "Goes by another name at work."}, ""))(w.T)
}

// param is the example of a parameter of a route about the end of a file.
func (e ends) param(_, name string) (value string, ok bool) {
	value, ok = map[string]string{"note": e.Note}[name]
	return value, ok
}

func (e ends) names() map[string]string {
	return map[string]string{"note": e.Note}
}

func (e ends) forms(*testkit.World) map[string][]string {
	return map[string][]string{
		"/cases/:case/notes":     {"section", "labour", "text", "Second visit on Monday.", "visibility", "file"},
		"/victims/:victim/notes": {"section", "identity", "text", "Prefers to be called by the second name.", "visibility", "agency"},
		"/notes/:note":           append([]string{"text", "Goes by two other names at work."}, first...),
	}
}

func (e ends) bodies(*testkit.World) map[string]object {
	return map[string]object{
		"POST /cases/:case/notes":     {"section": "labour", "text": "Second visit on Monday."},
		"POST /victims/:victim/notes": {"section": "identity", "text": "Prefers to be called by the second name.", "visibility": "agency"},
		"PUT /notes/:note":            {"text": "Goes by two other names at work."},
	}
}
