package server_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/locale"
	"relais/internal/testkit"
	"relais/web"
)

// reviewers are the auditors and the administrators of the story's agencies that have some.
var reviewers = map[string][]string{"rsz": {"rsz.auditor"}, "payoke": {"payoke.auditor", "payoke.admin"}}

var (
	languageOf = regexp.MustCompile(`<html lang="([a-z]{2})"`)
	reasonOf   = regexp.MustCompile(`data-reason="([^"]+)"`)
	wordsOnce  = sync.OnceValues(func() (*locale.Catalogue, error) { return locale.Load(web.Locales()) })
)

// whyNot is what an answer tells somebody who was refused.
type whyNot struct{ lang, reason, sentence, next, decision string }

// explains holds every refusal, of every route to every caller, to saying its reason id, one sentence and the next step in the
// reader's language; and every 403 to a number by which the auditor and the administrator of that agency can replay it. A not-found has no number,
// so that all of them are equal.
func (s *story) explains(w *testkit.Served, r route, c caller, a testkit.Answer) {
	w.T.Helper()
	switch a.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
	default:
		return
	}
	told := toldBy(a, strings.HasPrefix(r.path, apiPath))
	words := must(wordsOnce())(w.T).For(told.lang)
	sentence, next := told.reason, told.reason+"_next"
	if words.Has("authz.reason." + told.reason) {
		sentence, next = "authz.reason."+told.reason, "authz.next."+told.reason
	} else if words.Has("fault." + told.reason) {
		sentence, next = "fault."+told.reason, "fault."+told.reason+"_next"
	} else if !words.Has(next) {
		next = "fault.refused_next"
	}
	if told.reason == "" || !words.Has(sentence) || !strings.Contains(told.sentence, words.T(sentence)) || !strings.Contains(told.next, words.T(next)) {
		w.T.Errorf("%s as %s: %d in %q explains nothing: %+v", r, c.name, a.Status, told.lang, told)
	}
	switch {
	case a.Status == http.StatusNotFound && told.decision != "":
		w.T.Errorf("%s as %s: a not-found has a number", r, c.name)
	case a.Status == http.StatusForbidden && told.decision == "":
		w.T.Errorf("%s as %s: the refusal %s has no number", r, c.name, told.reason)
	case a.Status == http.StatusForbidden:
		s.replays(w, r, c, told)
	}
}

// toldBy reads a problem, or an error page.
func toldBy(a testkit.Answer, isAPI bool) whyNot {
	if isAPI {
		p := a.Problem()
		return whyNot{a.Header.Get("Content-Language"), p.ReasonID, p.Detail, p.NextStep, p.Decision}
	}
	page := html.UnescapeString(string(a.Body))
	told := whyNot{sentence: page, next: page}
	if found := languageOf.FindStringSubmatch(page); found != nil {
		told.lang = found[1]
	}
	if found := reasonOf.FindStringSubmatch(page); found != nil {
		told.reason = found[1]
	}
	told.decision = anyID.FindString(strings.ReplaceAll(page, a.Header.Get("X-Request-Id"), ""))
	return told
}

// replays looks the number up as those who answer for the agency's access, and as those of another.
func (s *story) replays(w *testkit.Served, r route, c caller, told whyNot) {
	w.T.Helper()
	own, _, _ := strings.Cut(c.key, ".")
	for agency, people := range reviewers {
		for _, who := range people {
			d, err := w.Log.Replay(w.As(who), told.decision, gate.LogReasons[0])
			switch {
			case agency == own && (err != nil || d.ActorID != w.Person(c.key).ID || d.Reason == ""):
				w.T.Errorf("%s as %s: %s cannot replay %s: %+v, %v", r, c.name, who, told.reason, d.Line, err)
			case agency != own && fault.KindOf(err) != fault.NotFound:
				w.T.Errorf("%s as %s: %s of another agency replays it, or learns that it is there: %v", r, c.name, who, err)
			case d.Metadata && d.FileID+d.CaseID+d.Subject != "":
				w.T.Errorf("%s as %s: who administers is told of the file: %+v", r, c.name, d.Line)
			}
		}
	}
}
