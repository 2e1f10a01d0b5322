package server_test

import (
	"maps"

	"relais/internal/consent"
	"relais/internal/testkit"
)

func init() {
	maps.Copy(able, map[string]string{"list-consents": "rsz", "record-consent": "rsz", "show-consent": "rsz", "change-consent": "rsz",
		"withdraw-consent": "rsz"})
}

// allow records that the first victim lets the inspectorate pass two sections on to another shelter.
func (s *story) allow(w *testkit.World) {
	w.T.Helper()
	s.Consent = must(w.Consents.Record(w.As("rsz"), s.Victim, consent.New{Sections: []string{"identity", "exploitation"},
		Recipients: []consent.Recipient{{AgencyID: w.Place("be.pagasa").ID}}, Purposes: []string{"protection"}, AskedOn: "2026-03-02",
		Until: "2026-06-30", How: "written", Language: "vi", Explained: consent.Explanations()}, ""))(w.T)
}

// yes is the least that a form or an operation takes.
func yes(w *testkit.World) (form []string, body object) {
	form = []string{"sections", "identity", "recipients", w.Place("be.pagasa").ID, "purposes", "protection", "asked_on", "2026-03-02",
		"until", "2026-06-30", "how", "written", "language", "vi"}
	for _, point := range consent.Explanations() {
		form = append(form, "explained", point)
	}
	return form, object{"sections": []string{"identity"}, "recipients": []object{{"agency_id": w.Place("be.pagasa").ID}},
		"purposes": []string{"protection"}, "asked_on": "2026-03-02", "until": "2026-06-30", "how": "written", "language": "vi",
		"explained": consent.Explanations()}
}
