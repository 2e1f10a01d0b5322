package server_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/exchange"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/web"
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

// TestExports_ofEveryFormatAreInTheDocument takes a copy in each format that the program has, and holds what is said of all of them against
// the document.
func TestExports_ofEveryFormatAreInTheDocument(t *testing.T) {
	w, s := openStory(t, "sqlite")
	c := &contract{t: t, w: w, s: s, doc: document(t, w), words: must(locale.Load(web.Locales()))(t), seen: map[string]map[int]bool{}}
	found := map[string]httpkit.Operation{}
	for _, op := range w.Site.API.Operations() {
		found[op.ID], c.seen[op.ID] = op, map[int]bool{}
	}
	export, list := found["export-victim"], found["list-victim-exports"]
	path, _ := c.path(export, false)
	body := copies{}.bodies(w.World)["POST /victims/:victim/exports"]
	page := append([]string{"format", "page"}, copies{}.forms(w.World)["/victims/:victim/exports"][2:]...)
	for _, format := range exchange.FormatsOf(gate.Victim) {
		if format == exchange.Page { // made on the site
			c.as("rsz").PostForm("/victims/"+s.Victim+"/exports", testkit.Fields(page...)).Want(http.StatusOK)
			continue
		}
		body["format"] = format
		c.holds(export, c.as("rsz").JSON(http.MethodPost, path, body)).Want(http.StatusOK)
	}
	path, _ = c.path(list, false)
	var left struct{ Items []exchange.LeftBody }
	c.holds(list, c.as("rsz").Get(path)).Want(http.StatusOK).Into(&left)
	for _, format := range exchange.FormatsOf(gate.Victim) {
		if !slices.ContainsFunc(left.Items, func(l exchange.LeftBody) bool { return l.Format == string(format) }) {
			t.Errorf("no copy as %s is listed: %+v", format, left.Items)
		}
	}
}
