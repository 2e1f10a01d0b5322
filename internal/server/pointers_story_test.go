package server_test

import (
	"maps"
	"strings"

	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/section"
	"relais/internal/testkit"
)

// pointed is what the story holds of possible matches: a file of the inspectorate, which takes part, and the pointer to the police,
// which has a file on the same person.
type pointed struct{ Pointer, Matched string }

func init() {
	maps.Copy(able, map[string]string{"probe-victim": "rsz", "list-pointers": "rsz", "show-pointer": "rsz2", "refute-pointer": "rsz", "confirm-pointer": "rsz",
		"ask-access-by-pointer": "rsz", "show-pointer-setting": "payD", "decide-pointer-setting": "payD", "show-matching": "rsz", "choose-matching": "rsz"})
}

func (s *story) point(w *testkit.World) {
	w.T.Helper()
	same := section.Values{"given_names": "Thi Lan", "family_name": "Nguyen", "birth_date": "1998-02-15"}
	s.Matched = w.OpenVictim("rsz", w.OpenCase("rsz"), same)
	w.OpenVictim("fgp", must(w.Cases.Open(w.As("fgp"), casefile.New{Facts: testkit.Site}, ""))(w.T), same)
	if err := w.Database.Write(w.T.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`INSERT INTO pointer_setting (agency_id, version, allows, set_at, set_by) VALUES (:agency, 1, 1, 1, :worker)`,
			database.Args{"agency": w.Place("be.rsz").ID, "worker": w.Person("rsz").ID})
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	view := must(w.Pointers.Probe(w.As("rsz"), s.Matched, "identification"))(w.T)
	s.Pointer = view.Pointers[0].ID
}

// param is the example of a parameter of a route about possible matches.
func (s pointed) param(route, name string) (value string, ok bool) {
	if name == "victim" && strings.HasSuffix(route, "/probes") {
		return s.Matched, true
	}
	return s.Pointer, name == "pointer"
}

func (s pointed) names() map[string]string {
	return map[string]string{"pointer": s.Pointer, "matched": s.Matched}
}

func (s pointed) forms(*testkit.World) map[string][]string {
	return map[string][]string{
		"/victims/:victim/pointers":     {"purpose", "identification"},
		"/victims/:victim/matching":     append([]string{"choice", "hidden"}, first...),
		"/pointers/:pointer/refutation": first, "/pointers/:pointer/confirmation": first,
		"/pointers/:pointer/requests": append([]string{"sections", "identity", "for", "me", "reason", "support", "note", "x"}, grounds...),
		"/pointer-setting":            append([]string{"allows", "yes"}, first...),
	}
}

func (s pointed) bodies(*testkit.World) map[string]object {
	return map[string]object{
		"POST /victims/:victim/probes":       {"purpose": "identification"},
		"POST /pointers/:pointer/refutation": nil, "POST /pointers/:pointer/confirmation": nil,
		"POST /pointers/:pointer/requests": {"sections": []string{"identity"}, "for": "me", "reason": "support", "note": "x", "purpose": "protection",
			"basis": "legal_task"},
		"PUT /victims/:victim/matching": {"choice": "hidden"},
		"PUT /agency/pointer-setting":   {"allows": true, "desks_off": []string{}},
	}
}
