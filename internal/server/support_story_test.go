package server_test

import (
	"maps"
	"strings"

	"relais/internal/consent"
	"relais/internal/minor"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/support"
	"relais/internal/testkit"
)

// care is what the story holds of help: a need of the first victim, noted by the shelter, and a child of another case, whose guardian
// has still to agree to a consent.
type care struct{ Need, Kid, Guardian, Unsigned string }

func init() {
	maps.Copy(able, map[string]string{"list-old-needs": "pay", "show-support": "pay", "note-need": "pay", "show-need": "pay", "move-need": "pay",
		"show-minor": "grd", "say-age": "grd", "assign-guardian": "grd", "end-guardian": "grd", "sign-consent": "grd"})
}

func (s *story) support(w *testkit.World) {
	w.T.Helper()
	c := &s.care
	c.Need = must(w.Support.Note(w.As("payoke"), s.Victim, support.New{Service: "medical", NotedOn: "2026-02-27"}, ""))(w.T)
	other := w.OpenCase("rsz")
	c.Kid = w.OpenVictim("rsz", other, section.Values{"family_name": "Petit", "age_status": "presumed_child"})
	must(w.Sharing.Add(w.As("rsz"), other, sharing.NewMember{DeskID: w.Place("be.tutelles").Desks[0], VictimIDs: []string{c.Kid}, Terms: terms}, ""))(w.T)
	c.Guardian = must(w.Minors.Assign(w.As("tutelles"), c.Kid, minor.NewGuardian{Service: "be_guardianship", WorkerID: w.Person("tutelles").ID}, ""))(w.T)
	c.Unsigned = must(w.Consents.Record(w.As("rsz"), c.Kid, consent.New{Sections: []string{"identity"},
		Recipients: []consent.Recipient{{AgencyID: w.Place("be.pagasa").ID}}, Purposes: []string{"protection"}, AskedOn: "2026-03-02",
		Until: "2026-06-30", How: "with_guardian", Language: "fr", Explained: consent.Explanations(), Minor: true}, ""))(w.T)
}

// param is the example of a parameter of a route about help.
func (c care) param(route, name string) (value string, ok bool) {
	if strings.Contains(route, "/:guardian/") || strings.HasSuffix(route, "/signature") && strings.Contains(route, "/consents/") {
		value = map[string]string{"victim": c.Kid, "guardian": c.Guardian, "consent": c.Unsigned}[name]
	} else if name == "need" {
		value = c.Need
	}
	return value, value != ""
}

func (c care) names() map[string]string {
	return map[string]string{"need": c.Need, "kid": c.Kid, "guardian": c.Guardian, "unsigned": c.Unsigned}
}

func (c care) forms(*testkit.World) map[string][]string {
	return map[string][]string{
		"/victims/:victim/needs":                        {"service", "housing"},
		"/victims/:victim/needs/:need":                  append([]string{"state", "asked"}, first...),
		"/victims/:victim/minor/age":                    {"status", "adult", "method", "document"},
		"/victims/:victim/minor/guardian":               {"service", "family", "name", "Thi Nguyen", "document", "26B117"},
		"/victims/:victim/minor/guardian/:guardian/end": append([]string{"end_reason", "replaced"}, first...),
		"/victims/:victim/consents/:consent/signature":  append([]string{"agreed", "yes"}, first...),
	}
}

func (c care) bodies(*testkit.World) map[string]object {
	return map[string]object{
		"POST /victims/:victim/needs":                        {"service": "housing"},
		"POST /victims/:victim/needs/:need/moves":            {"state": "asked"},
		"POST /victims/:victim/minor/age":                    {"status": "adult", "method": "document"},
		"POST /victims/:victim/minor/guardian":               {"service": "family", "name": "Thi Nguyen", "document": "26B117"},
		"POST /victims/:victim/minor/guardian/:guardian/end": {"end_reason": "replaced"},
		"POST /victims/:victim/consents/:consent/signature":  {"agreed": true},
	}
}
