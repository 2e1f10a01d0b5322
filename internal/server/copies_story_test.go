package server_test

import (
	"maps"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/testkit"
)

// copies are the copies that are taken out of the story's files, and what opens only when somebody else signs too.
type copies struct {
	Signing string // the shelter's request for what the immigration office wrote, which the lead has granted
}

func init() {
	maps.Copy(able, map[string]string{"list-case-exports": "fgp", "list-victim-exports": "rsz", "export-case": "rsz", "export-victim": "rsz",
		"sign-request": "dvz", "object-to-request": "dvz"})
}

// own lets the inspectorate grant what the immigration office has to sign yet.
func (s *story) own(w *testkit.World) {
	w.T.Helper()
	caseID := w.OpenCase("rsz")
	w.AddToTeam("rsz", caseID, "be.dvz")
	victimID := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Pham"})
	w.Refer("rsz", victimID, "be.payoke", "payoke", "identity")
	w.Write("dvz", victimID, authz.Residence, "legal_task", section.Values{"status": "reflection"})
	s.Signing = must(w.Requests.Ask(w.As("payoke"), gate.Victim, victimID, request.New{Sections: []string{"residence"}, For: request.ForDesk,
		Reason: "support", Note: "For the residence card.", Terms: terms}, ""))(w.T)
	if err := w.Requests.Grant(w.As("rsz"), s.Signing, 1, request.Answer{Sections: []string{"residence"}, Terms: terms}); err != nil {
		w.T.Fatal(err)
	}
}

func (copies) forms(*testkit.World) map[string][]string {
	why := []string{"purpose", "protection", "reason", "meeting", "recipient", "Parket Antwerpen"}
	return map[string][]string{
		"/requests/:request/signature": {"version", "2"}, "/requests/:request/objection": {"version", "2", "reason", "safety"},
		"/cases/:case/exports":     append([]string{"format", "page", "sections", "labour"}, why...),
		"/victims/:victim/exports": append([]string{"format", "htcds", "sections", "identity"}, why...),
	}
}

func (copies) bodies(*testkit.World) map[string]object {
	why := object{"purpose": "protection", "reason": "meeting", "recipient": "Parket Antwerpen"}
	from := func(format, section string) object {
		body := maps.Clone(why)
		body["format"], body["sections"] = format, []string{section}
		return body
	}
	return map[string]object{"POST /requests/:request/signature": nil, "POST /requests/:request/objection": {"reason": "safety"},
		"POST /cases/:case/exports": from("json", "labour"), "POST /victims/:victim/exports": from("htcds", "identity")}
}

func (c copies) names() map[string]string { return map[string]string{"signing": c.Signing} }

func (c copies) param(route, name string) (value string, ok bool) {
	ok = name == "request" && (strings.HasSuffix(route, "/signature") || strings.HasSuffix(route, "/objection"))
	return c.Signing, ok
}
