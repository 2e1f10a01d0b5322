package server_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"relais/internal/gate"
	"relais/internal/testkit"
)

// part is what one slice adds to the story: its examples, the least that its pages and operations accept, and its ids by name.
type part interface {
	param(route, name string) (value string, ok bool)
	forms(w *testkit.World) map[string][]string
	bodies(w *testkit.World) map[string]object
	names() map[string]string
}

func (s *story) parts() []part {
	return []part{
		s.ring,
		s.ends,
		s.ticks,
		s.jobs,
		s.care,
		s.postOffice,
		s.signals,
		s.screenings,
		s.checklists,
		s.outward,
		s.copies,
		s.pointed,
		s.path,
		s.reviewed,
		s.breached,
		s.ceilings,
	}
}

// param is the example of a route's parameter in the story. A parameter that nobody thought of fails the test.
func (s *story) param(route, name string) (value string, ok bool) {
	for _, part := range s.parts() {
		if value, ok := part.param(route, name); ok {
			return value, ok
		}
	}
	switch name {
	case "entry":
		if strings.Contains(route, "/decisions/") {
			return s.Refusal, true
		}
		if strings.HasPrefix(route, "/log/") {
			return s.LogEntry, true
		}
		return s.Entry, true
	case "section":
		if strings.Contains(route, "/cases/") {
			return "labour", true
		}
		return "identity", true
	case "referral":
		if strings.HasSuffix(route, "/completion") || strings.HasSuffix(route, "/recall") || strings.HasSuffix(route, "/package") {
			return s.Accepted, true
		}
		return s.Referral, true
	case "grant", "member":
		return s.Member, true
	case "mail":
		return s.Mail, true
	}
	value, ok = map[string]string{"case": s.Case, "victim": s.Victim, "request": s.Request, "emergency": s.Emergency, "named": s.Named, "person": s.Person,
		"role": s.Role, "base": "shelter", "session": s.Session, "key": s.Key, "token": s.Token, "file": s.Asset,
		"notice": s.Notice, "consent": s.Consent, "exclusion": s.Exclusion, "seal": s.Seal,
		"approval": s.Approval, "track": "protection", "transfer": s.Transfer}[name]
	return value, ok
}

// words are parameters that name no thing, so that there is no absent one of their kind to compare with.
var words = map[string]bool{"section": true, "track": true, "base": true, "partner": true, "file": true}

// fill writes the story's examples, or ids of nothing, into a route; ok is false where the route names no thing.
func (s *story) fill(t testing.TB, route string, absent bool) (path string, ok bool) {
	t.Helper()
	parts := strings.Split(route, "/")
	for i, part := range parts {
		name, isParam := strings.CutPrefix(part, ":")
		if !isParam {
			continue
		}
		value, known := s.param(route, name)
		if !known {
			t.Fatalf("%s: the story has no example of :%s", route, name)
		}
		if !words[name] {
			ok = true
			if absent {
				value = idOfNothing(name)
			}
		}
		parts[i] = url.PathEscape(value)
	}
	return strings.Join(parts, "/"), ok
}

func idOfNothing(param string) string {
	if param == "token" {
		return strings.Repeat("A", 43)
	}
	return gate.NewID()
}

// queries are what a GET needs to be asked in earnest.
var queries = map[string]string{
	"/victims/:victim/tracks/:track/new": "?to=referred",
	"/log":                               "?reason=lawfulness_check", "/log/entries/:entry": "?reason=lawfulness_check", "/api/v1/log": "?reason=lawfulness_check",
	"/decisions/:entry": "?reason=lawfulness_check", "/api/v1/decisions/:entry": "?reason=lawfulness_check",
}

var (
	grounds  = []string{"purpose", "protection", "basis", "legal_task", "nature", "fact"}
	facts    = []string{"exploitation", "forced_labour", "sector", "F", "country", "BE", "detected_by", "labour_inspectorate", "detected_on", "2026-02-26"}
	identity = append([]string{"family_name", "Tran", "given_names", "Minh Anh"}, grounds...)
	labour   = append([]string{"employer", "Bouwbedrijf Demo"}, grounds...)
	first    = []string{"version", "1"}
)

// forms are the least that each page accepts from somebody who may. A page that is not here fails the test.
func (s *story) forms(w *testkit.World) map[string][]string {
	person := []string{"given", "Yara", "family", "Bellefroy", "email", "yara@example.org", "language", "fr"}
	role := []string{"name", "Dagdienst", "base", "shelter", "verb_read", "identity"}
	referral := append([]string{"to", w.Place("be.pagasa").Desks[0], "sections", "identity", "urgency", "urgent", "reason", "shelter"}, grounds...)
	allowed, _ := yes(w)
	all := map[string][]string{
		"/victims/:victim/consents": allowed, "/victims/:victim/consents/:consent/change": append(allowed, first...),
		"/victims/:victim/consents/:consent/withdrawal": append([]string{"how", "spoken"}, first...),
		"/sign-in": {"email", "nobody@example.org", "password", "x"}, "/sign-in/code": {"code", "000000"}, "/sign-out": nil,
		"/invitation/:token": {"password", "x"}, "/language": {"lang", "nl", "back", "/"},
		"/account/second-factor": {"code", "000000"}, "/account/second-factor/new": nil, "/account/confirm": {"code", "000000"},
		"/account/password": {"present", "x", "password", "y"}, "/account/sessions/end": nil, "/account/sessions/:session/end": nil,
		"/account/keys": {"label", "script", "days", "7"}, "/account/keys/:key/end": nil,
		"/people": person, "/people/:person": append(person, first...), "/people/:person/closure": first,
		"/people/:person/restoration": first, "/people/:person/invitation": first,
		"/roles": role, "/roles/:role": append(role, first...), "/roles/:role/effect": append(role, first...), "/roles/:role/closure": first,
		"/cases": facts, "/cases/:case": append(facts, first...), "/cases/:case/victims": {"detected_on", "2026-02-26"},
		"/cases/:case/sections/:section": labour, "/victims/:victim/sections/:section": identity,
		"/cases/:case/sections/:section/look":     {"reason", "protection"},
		"/victims/:victim/sections/:section/look": {"reason", "protection"},
		"/entries/:entry":                         append(identity, first...), "/search": {"words", "Tran"},
		"/cases/:case/team":                         append([]string{"to", w.Place("be.pagasa").Desks[0]}, grounds...),
		"/cases/:case/team/:member/removal":         first,
		"/victims/:victim/named-workers":            {"worker", w.Person("payoke.second").ID},
		"/victims/:victim/named-workers/:named/end": first,
		"/victims/:victim/referrals":                referral, "/victims/:victim/referrals/preview": referral,
		"/referrals/:referral/acceptance": first, "/referrals/:referral/withdrawal": first,
		"/referrals/:referral/completion": {"outcome", "accommodated", "version", "2"}, "/referrals/:referral/recall": {"reason", "safety", "version", "2"},
		"/referrals/:referral/refusal": append([]string{"reason", "no_capacity"}, first...),
		"/log/verification":            {"reason", "lawfulness_check"},
		"/exclusions":                  {"reference", s.ShelterRef, "worker", w.Person("payoke.second").ID, "reason", "related"}, "/exclusions/:exclusion/end": first,
		"/cases/:case/seal": {"order", "AN45/2026"}, "/victims/:victim/seal": {"order", "AN45/2026"}, "/sealed/:seal/end": append([]string{"order", "AN46/2026"}, first...),
		"/sealed/openings":               {"reference", s.SealedRef, "order", "AN45/2026"},
		"/grants/:grant/renewal":         append([]string{"until.day", "1", "until.month", "7", "until.year", "2026", "reason", "file_open"}, first...),
		"/approvals/:approval/signature": first, "/approvals/:approval/refusal": first,
		"/cases/:case/transfers":          append([]string{"to", w.Place("be.fgp").Desks[0], "reason", "moved"}, grounds...),
		"/transfers/:transfer/acceptance": first, "/transfers/:transfer/withdrawal": first,
		"/transfers/:transfer/refusal":    append([]string{"reason", "no_capacity"}, first...),
		"/notices/:notice/acknowledgment": first,
		"/cases/:case/requests":           {"sections", "proceeds", "for", "me", "reason", "support", "note", "x", "purpose", "compensation", "basis", "magistrate_release", "basis_ref", "2026/114"},
		"/victims/:victim/requests":       append([]string{"sections", "residence", "for", "me", "reason", "support", "note", "x"}, grounds...),
		"/requests/:request/acceptance":   append(append([]string{"sections", "residence"}, grounds...), first...),
		"/requests/:request/refusal":      append([]string{"reason", "not_needed"}, first...),
		"/requests/:request/withdrawal":   first, "/requests/:request/end": first,
		"/victims/:victim/tracks/:track":       {"to", "referred", "on", "2026-03-01", "version", "2"},
		"/victims/:victim/emergencies":         {"sections", "safe_contact", "danger", "yes", "reason", "missing", "note", "x"},
		"/emergencies/:emergency/confirmation": first, "/emergencies/:emergency/closure": first,
		"/emergencies/:emergency/review": append([]string{"finding", "justified"}, first...),
	}
	for _, part := range s.parts() {
		maps.Copy(all, part.forms(w))
	}
	return all
}

// object is a JSON object.
type object = map[string]any

// bodies are the least that each operation accepts from somebody who may; nil is no body. One that is not here fails the test.
func (s *story) bodies(w *testkit.World) map[string]object {
	shared := func(o object) object { o["purpose"], o["basis"] = "protection", "legal_task"; return o }
	person := func(o object) object {
		o["given"], o["family"], o["email"] = "Yara", "Bellefroy", "yara@example.org"
		return o
	}
	rules := []object{{"section": "identity", "verb": "read"}}
	site := object{"exploitation": []string{"forced_labour"}, "sector": "F", "country": "BE", "detected_by": "labour_inspectorate", "detected_on": "2026-02-26"}
	referral := shared(object{"desk_id": w.Place("be.pagasa").Desks[0], "sections": []string{"identity"}, "urgency": "urgent", "reason": "shelter"})
	minh := object{"family_name": "Tran", "given_names": "Minh Anh"}
	_, allowed := yes(w)
	all := map[string]object{
		"POST /victims/:victim/consents": allowed, "PUT /victims/:victim/consents/:consent": allowed,
		"POST /victims/:victim/consents/:consent/withdrawal": {"how": "spoken"},
		"POST /cases": {"facts": site}, "PUT /cases/:case": site, "POST /cases/:case/victims": {"detected_on": "2026-02-26"},
		"POST /cases/:case/sections/:section/entries":     shared(object{"values": object{"employer": "Bouwbedrijf Demo"}}),
		"POST /victims/:victim/sections/:section/entries": shared(object{"values": minh}),
		"PUT /entries/:entry":                             shared(object{"values": minh}),
		"POST /searches":                                  {"words": "Tran"},
		"POST /cases/:case/team":                          shared(object{"desk_id": w.Place("be.pagasa").Desks[0]}),
		"DELETE /cases/:case/team/:grant":                 nil,
		"POST /victims/:victim/named-workers":             {"worker_id": w.Person("payoke.second").ID},
		"DELETE /victims/:victim/named-workers/:named":    nil,
		"POST /victims/:victim/referrals":                 withLook(referral, s.Looked), "POST /victims/:victim/referrals/preview": referral,
		"POST /referrals/:referral/completion": {"outcome": "accommodated"}, "POST /referrals/:referral/recall": {"reason": "safety"},
		"POST /referrals/:referral/acceptance": nil, "POST /referrals/:referral/withdrawal": nil,
		"POST /victims/:victim/tracks/:track/steps": {"to": "referred", "on": "2026-03-01"},
		"POST /referrals/:referral/refusal":         {"reason": "no_capacity"},
		"POST /agency/people":                       person(object{"language": "fr"}),
		"PUT /agency/people/:person":                person(object{"hold": []string{w.Place("be.payoke").Roles["caseworker"]}}),
		"POST /agency/people/:person/closure":       nil,
		"POST /agency/people/:person/restoration":   nil, "POST /agency/people/:person/invitation": nil,
		"POST /agency/roles":               {"name": "Dagdienst", "base": "shelter", "rules": rules},
		"PUT /agency/roles/:role":          {"name": "Dagdienst", "rules": rules},
		"POST /agency/roles/:role/effect":  {"name": "Dagdienst", "rules": rules},
		"POST /agency/roles/:role/closure": nil,
		"PUT /me/language":                 {"language": "nl"}, "POST /me/keys": {"label": "script", "days": 7},
		"DELETE /me/keys/:key": nil, "DELETE /me/sessions/:session": nil,
		"POST /log/verifications":             {"reason": "lawfulness_check"},
		"POST /grants/:grant/renewal":         {"until": "2026-07-01", "reason": "file_open"},
		"POST /approvals/:approval/signature": nil, "POST /approvals/:approval/refusal": nil,
		"POST /cases/:case/transfers":          shared(object{"desk_id": w.Place("be.fgp").Desks[0], "reason": "moved"}),
		"POST /transfers/:transfer/acceptance": nil, "POST /transfers/:transfer/withdrawal": nil,
		"POST /transfers/:transfer/refusal":    {"reason": "no_capacity"},
		"POST /notices/:notice/acknowledgment": nil,
		"POST /cases/:case/requests":           object{"sections": []string{"proceeds"}, "for": "me", "reason": "support", "note": "x", "purpose": "compensation", "basis": "magistrate_release", "basis_ref": "2026/114"},
		"POST /victims/:victim/requests":       shared(object{"sections": []string{"residence"}, "for": "me", "reason": "support", "note": "x"}),
		"POST /requests/:request/acceptance":   shared(object{"sections": []string{"residence"}}),
		"POST /requests/:request/refusal":      {"reason": "not_needed"},
		"POST /requests/:request/withdrawal":   nil, "POST /requests/:request/end": nil,
		"POST /victims/:victim/emergencies":         {"sections": []string{"safe_contact"}, "danger_to_life": true, "reason": "missing", "note": "x"},
		"POST /emergencies/:emergency/confirmation": nil, "POST /emergencies/:emergency/closure": nil,
		"POST /emergencies/:emergency/review": {"finding": "justified"},
		"POST /exclusions":                    {"reference": s.ShelterRef, "worker_id": w.Person("payoke.second").ID, "reason": "related"}, "POST /exclusions/:exclusion/end": nil,
		"POST /cases/:case/seal": {"order": "AN45/2026"}, "POST /victims/:victim/seal": {"order": "AN45/2026"}, "POST /seals/:seal/end": {"order": "AN46/2026"},
		"POST /seal-openings": {"reference": s.SealedRef, "order": "AN45/2026"},
	}
	for _, part := range s.parts() {
		maps.Copy(all, part.bodies(w))
	}
	return all
}

// withLook is an offer with what its preview handed out.
func withLook(offer object, seen string) object {
	offer = maps.Clone(offer)
	offer["seen"] = seen
	return offer
}

const apiPath = "/api/v1"

// versionOf is the version that a route's thing has in the story: what was accepted has changed once, and a victim file
// has begun with a step.
func versionOf(route string) string {
	if version := (ends{}).version(route); version > 0 {
		return fmt.Sprintf(`"v%d"`, version)
	}
	if strings.HasSuffix(route, "/completion") || strings.HasSuffix(route, "/recall") || strings.HasSuffix(route, "/resumption") || strings.HasSuffix(route, "/tracks/:track/steps") || strings.HasSuffix(route, "/signals/:signal/answer") ||
		strings.HasSuffix(route, "/directory/:desk") || strings.HasSuffix(route, "/checklist/edition") || strings.HasSuffix(route, "/requests/:request/signature") || strings.HasSuffix(route, "/requests/:request/objection") {
		return `"v2"`
	}
	if strings.HasSuffix(route, "/mails/:mail/attempt") || strings.HasSuffix(route, "/:step/strike") {
		return `"v3"`
	}
	return `"v1"`
}

// call is one route asked in earnest: with the story's ids, or with ids of nothing.
func (s *story) call(c *testkit.Client, w *testkit.World, method, route, path string) testkit.Answer {
	c.T.Helper()
	below, isAPI := strings.CutPrefix(route, apiPath)
	switch {
	case method == http.MethodGet || method == http.MethodHead:
		return c.Do(method, path+queries[route], nil)
	case isAPI:
		body, known := s.bodies(w)[method+" "+below]
		if !known {
			c.T.Fatalf("%s %s: the test has no body for this operation", method, below)
		}
		var sent any
		if body != nil {
			sent = body
		}
		return c.JSON(method, path, sent, "If-Match", versionOf(route))
	}
	form, known := s.forms(w)[route]
	if !known || method != http.MethodPost {
		c.T.Fatalf("%s %s: the test has no form for this page", method, route)
	}
	return c.PostForm(path, testkit.Fields(append(form, "once", gate.NewID())...))
}

// normal writes known ids in an address by their names, and others as *, so that it reads the same each time.
func (s *story) normal(address string) string {
	pairs := []string{}
	for name, id := range map[string]string{"case": s.Case, "victim": s.Victim, "second": s.Second, "entry": s.Entry, "referral": s.Referral, "accepted": s.Accepted,
		"person": s.Person, "consent": s.Consent, "role": s.Role, "member": s.Member, "named": s.Named, "session": s.Session, "key": s.Key, "log": s.LogEntry, "refusal": s.Refusal, "token": s.Token} {
		pairs = append(pairs, id, fmt.Sprintf("{%s}", name))
	}
	for _, part := range s.parts() {
		for name, id := range part.names() {
			pairs = append(pairs, id, fmt.Sprintf("{%s}", name))
		}
	}
	address = strings.NewReplacer(pairs...).Replace(address)
	return anyID.ReplaceAllString(address, "*")
}
