package server_test

import (
	"maps"

	"relais/internal/screening"
	"relais/internal/testkit"
)

// screenings is what the story holds of them: one by the inspectorate on the first victim.
type screenings struct{ Screening string }

func init() {
	maps.Copy(able, map[string]string{"list-indicators": "dvz", "list-screenings": "dvz", "add-screening": "rsz", "show-screening": "fgp", "change-screening": "rsz2"})
}

func (s *story) screen(w *testkit.World) {
	s.Screening = must(w.Screenings.Add(w.As("rsz"), s.Victim, screening.Draft{List: "minute", HeldOn: "2026-02-26", Purpose: "identification", Basis: "legal_gateway",
		Answers: []screening.Answer{{Indicator: "minute.papers", Present: "yes", Source: "person"}, {Indicator: "minute.debt", Present: "no"}}}, ""))(w.T)
}

func (s screenings) param(_, name string) (value string, ok bool) {
	value, ok = s.names()[name]
	return value, ok
}

func (s screenings) names() map[string]string { return map[string]string{"screening": s.Screening} }

func (s screenings) forms(*testkit.World) map[string][]string {
	answers := []string{"list", "minute", "held_on", "2026-02-26", "minute.papers", "yes.person.fact", "purpose", "identification", "basis", "legal_gateway"}
	return map[string][]string{"/victims/:victim/screenings": answers, "/victims/:victim/screenings/:screening": append(answers, first...)}
}

func (s screenings) bodies(*testkit.World) map[string]object {
	body := object{"list": "minute", "held_on": "2026-02-26", "purpose": "identification", "basis": "legal_gateway",
		"answers": []object{{"indicator": "minute.papers", "answer": "yes", "source": "person"}}}
	return map[string]object{"POST /victims/:victim/screenings": body, "PUT /victims/:victim/screenings/:screening": body}
}
