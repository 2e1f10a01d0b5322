package sharing_test

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/gate"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// served is a scene behind its real site.
func served(t *testing.T, test func(t *testing.T, s *scene, site *testkit.Served)) {
	t.Helper()
	onBoth(t, func(t *testing.T, s *scene) { test(t, s, s.Serve(t)) })
}

type object = map[string]any

func (s *scene) offerBody(house string, sections ...string) object {
	return object{"desk_id": s.desk(house), "sections": sections, "urgency": "urgent", "reason": "shelter", "note": "Speaks French.",
		"purpose": "protection", "basis": "legal_task"}
}

// looked is an offer with what its preview handed out to the client.
func looked(client *testkit.Client, url string, offer object) object {
	client.T.Helper()
	var shown struct {
		Seen string `json:"seen"`
	}
	delete(offer, "seen")
	client.JSON("POST", url+"/preview", offer).Want(200).Into(&shown)
	offer["seen"] = shown.Seen
	return offer
}

func TestAPI_refersAndAccepts(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		_, victims := s.openCase(1)
		sender, receiver := site.Key("rsz"), site.Key("payoke")
		var made struct {
			ID string `json:"id"`
		}
		url := "/api/v1/victims/" + victims[0] + "/referrals"
		offer := looked(sender, url, s.offerBody("payoke", "identity"))
		answer := sender.JSON("POST", url, offer, "Idempotency-Key", "again-and-again").Want(201).Into(&made)
		if answer.Location() != "/api/v1/referrals/"+made.ID {
			t.Errorf("made at %s", answer.Location())
		}
		first := made.ID
		s.Advance(2 * time.Hour) // the same again is no new offer, however old the look
		if sender.JSON("POST", url, offer, "Idempotency-Key", "again-and-again").Want(201).Into(&made); made.ID != first {
			t.Error("the same request made two referrals")
		}
		var list struct {
			Items []sharing.ReferralBody `json:"items"`
		}
		if receiver.Get("/api/v1/referrals").Want(200).Into(&list); len(list.Items) != 1 || list.Items[0].ID != first || list.Items[0].Note != "" {
			t.Errorf("the receiver's list is %+v", list.Items)
		}
		var shown sharing.ReferralBody
		got := receiver.Get("/api/v1/referrals/" + first).Want(200).Into(&shown)
		if !shown.CanAnswer || shown.VictimID != "" || shown.Note != "Speaks French." || len(shown.Preview) != 1 || shown.Preview[0].Entries[0].Values["family_name"] != "Nguyen" {
			t.Errorf("the receiver sees %+v", shown)
		}
		receiver.JSON("POST", "/api/v1/referrals/"+first+"/acceptance", nil).Want(http.StatusPreconditionRequired)
		if p := receiver.JSON("POST", "/api/v1/referrals/"+first+"/acceptance", nil, "If-Match", `"v9"`).Want(409).Problem(); p.Code != "sharing.referral_changed" {
			t.Errorf("a stale acceptance: %+v", p)
		}
		receiver.JSON("POST", "/api/v1/referrals/"+first+"/acceptance", nil, "If-Match", got.Header.Get("ETag")).Want(200)
		receiver.Get("/api/v1/victims/" + victims[0]).Want(200)
		if p := sender.JSON("POST", "/api/v1/referrals/"+first+"/withdrawal", nil, "If-Match", `"v2"`).Want(409).Problem(); p.Code != "sharing.already_accepted" {
			t.Errorf("a withdrawal after the acceptance: %+v", p)
		}
		if sender.Get("/api/v1/referrals?box=sent").Want(200).Into(&list); list.Items[0].State != "accepted" {
			t.Errorf("the sender's list is %+v", list.Items)
		}
	})
}

func TestAPI_refusesBadInput(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, victims := s.openCase(1)
		sender := site.Key("rsz")
		url := "/api/v1/victims/" + victims[0] + "/referrals"
		sender.JSON("POST", url, s.offerBody("payoke", "identity"), "Idempotency-Key", "").Want(400)
		p := sender.JSON("POST", url, s.offerBody("payoke", "health")).Want(422).Problem()
		if len(p.Errors) != 1 || p.Errors[0].Field != "sections" || p.Errors[0].Code != "sharing.not_yours.health" || !strings.Contains(p.Errors[0].Detail, "Health") {
			t.Errorf("a section that may not be passed on: %+v", p)
		}
		body := s.offerBody("payoke", "identity")
		body["surprise"] = true
		sender.JSON("POST", url, body).Want(422)
		sender.JSON("POST", url, nil, "Content-Type", "application/json").Want(400)
		sender.Get("/api/v1/referrals?box=all").Want(422)
		sender.Get("/api/v1/referrals?after=here").Want(422)
		sender.JSON("DELETE", "/api/v1/cases/"+caseID+"/team/"+gate.NewID(), nil).Want(http.StatusPreconditionRequired)
		sender.JSON("DELETE", "/api/v1/cases/"+caseID+"/team/"+gate.NewID(), nil, "If-Match", `"v1"`).Want(404)
		sender.JSON("DELETE", "/api/v1/cases/"+caseID+"/team/me", nil, "If-Match", `"v1"`).Want(404)
	})
}

func TestAPI_answersStrangersAsIfNothingWereThere(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, victims := s.openCase(1)
		id, member := s.refer(victims[0], "payoke", "identity"), s.addTeam(caseID, "prosecutor")
		for _, key := range []string{"fgp", "cosm", "spj"} {
			stranger := site.Key(key)
			for _, ask := range []struct{ method, path, id string }{
				{"GET", "/api/v1/referrals/%", id}, {"POST", "/api/v1/referrals/%/acceptance", id}, {"POST", "/api/v1/referrals/%/withdrawal", id},
				{"GET", "/api/v1/victims/%/access", victims[0]}, {"GET", "/api/v1/victims/%/named-workers", victims[0]},
				{"GET", "/api/v1/cases/%/team", caseID}, {"DELETE", "/api/v1/cases/%/team/" + member, caseID},
			} {
				theirs := stranger.JSON(ask.method, strings.Replace(ask.path, "%", ask.id, 1), nil, "If-Match", `"v1"`).Want(404)
				nothing := stranger.JSON(ask.method, strings.Replace(ask.path, "%", gate.NewID(), 1), nil, "If-Match", `"v1"`).Want(404)
				if !bytes.Equal(theirs.Body, nothing.Body) {
					t.Errorf("%s %s tells that there is something", ask.method, ask.path)
				}
			}
		}
	})
}

func TestAPI_addsAndRemovesFromTheTeam(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, victims := s.openCase(1)
		lead := site.Key("rsz")
		var made struct {
			ID string `json:"id"`
		}
		lead.JSON("POST", "/api/v1/cases/"+caseID+"/team", object{"desk_id": s.desk("police"), "purpose": "investigation", "basis": "legal_gateway", "basis_ref": "CIC 29", "until": "2026-06-30"}).Want(201).Into(&made)
		var team struct {
			Items []sharing.AccessBody `json:"items"`
		}
		site.Key("fgp").Get("/api/v1/cases/" + caseID + "/team").Want(200).Into(&team)
		at := slices.IndexFunc(team.Items, func(a sharing.AccessBody) bool { return a.ID == made.ID })
		if at < 0 || team.Items[at].BasisRef != "CIC 29" || team.Items[at].Desk != "Mensenhandel" {
			t.Fatalf("the team is %+v", team.Items)
		}
		if !s.sees("police", victims[0]) {
			t.Error("the police do not see the victim file")
		}
		lead.JSON("DELETE", "/api/v1/cases/"+caseID+"/team/"+made.ID, nil, "If-Match", `"v1"`).Want(204)
		if s.sees("police", victims[0]) {
			t.Error("the police still see the victim file")
		}
	})
}

func TestPages_tellTheWholeStory(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, victims := s.openCase(1)
		lead, desk := site.SignIn("rsz"), site.SignIn("payoke")
		home := "/victims/" + victims[0]
		form := lead.Get(home + "/referrals/new").Want(200)
		for _, want := range []string{`value="identity"`, `value="health" disabled`, `name="once"`, s.desk("payoke")} {
			if !strings.Contains(strings.ReplaceAll(string(form.Body), ` checked`, ``), want) {
				t.Errorf("the form lacks %s", want)
			}
		}
		if strings.Contains(string(form.Body), s.desk("court")) || strings.Contains(string(form.Body), s.desk("inspection")) {
			t.Error("the form offers desks that take nobody in, or the own one")
		}
		again := lead.PostForm(home+"/referrals/preview", testkit.Fields("to", s.desk("payoke"), "note", "Kept text")).Want(422)
		if !bytes.Contains(again.Body, []byte("Kept text")) || !bytes.Contains(again.Body, []byte("govuk-error-summary")) {
			t.Error("the refused form forgets what was typed, or does not say what is wrong")
		}
		offer := testkit.Fields("to", s.desk("payoke"), "sections", "identity", "urgency", "normal", "reason", "support", "note", "Bel na 18 uur",
			"purpose", "protection", "basis", "legal_task", "until.day", "1", "until.month", "5", "until.year", "2026", "once", "a-form-sent-twice")
		if unseen := lead.PostForm(home+"/referrals", offer).Want(200); !strings.Contains(string(unseen.Body), home+"/referrals/preview") {
			t.Error("an offer that nobody has looked at was sent")
		}
		preview := string(lead.PostForm(home+"/referrals/preview", offer).Want(200).Body)
		offer.Set("seen", hiddenValue(t, preview, "seen"))
		offer.Set("change", "1")
		if form := string(lead.PostForm(home+"/referrals/preview", offer).Want(200).Body); !strings.Contains(form, "Bel na 18 uur") || strings.Contains(form, "govuk-error-summary") {
			t.Error("who changes the offer finds another form than the one that was filled")
		}
		offer.Del("change")
		sent := lead.PostForm(home+"/referrals", offer).Want(303)
		if twice := lead.PostForm(home+"/referrals", offer).Want(303); twice.Location() != sent.Location() {
			t.Error("the form sent twice made two offers")
		}
		page := desk.Get(sent.Location()).Want(200)
		if cardsOf(t, preview) != cardsOf(t, string(page.Body)) {
			t.Errorf("the preview shows %s\nand the desk sees %s", cardsOf(t, preview), cardsOf(t, string(page.Body)))
		}
		for _, want := range []string{"Nguyen", "Bel na 18 uur", sent.Location() + "/acceptance", sent.Location() + "/refusal"} {
			if !strings.Contains(string(page.Body), want) {
				t.Errorf("the offer's page lacks %q", want)
			}
		}
		if strings.Contains(string(page.Body), "/sections/") || strings.Contains(string(page.Body), "/entries/") {
			t.Error("the preview links to what is not open yet")
		}
		desk.Get(sent.Location() + "/refusal").Want(200)
		desk.PostForm(sent.Location()+"/refusal", testkit.Fields("version", "1")).Want(422)
		desk.PostForm(sent.Location()+"/acceptance", nil).Want(428)
		desk.PostForm(sent.Location()+"/acceptance", testkit.Fields("version", "1")).Want(303)
		for client, paths := range map[*testkit.Client][]string{
			desk: {"/referrals", "/referrals?box=received", sent.Location(), home + "/access", home + "/named-workers", home},
			lead: {"/referrals?box=sent", sent.Location(), "/cases/" + caseID + "/team", "/cases/" + caseID + "/team/new", "/cases/" + caseID},
		} {
			for _, path := range paths {
				client.Get(path).Want(200)
			}
		}
		completion := sent.Location() + "/completion"
		lead.Get(completion).Want(303)
		desk.PostForm(completion, testkit.Fields("version", "2")).Want(422)
		desk.Get(completion).Want(200)
		desk.PostForm(completion, testkit.Fields("version", "2", "outcome", "accommodated")).Want(303)
		if page := string(lead.Get(sent.Location()).Want(200).Body); !strings.Contains(page, "Opgevangen") {
			t.Error("the sender does not see the outcome")
		}
		for _, client := range []*testkit.Client{lead, desk} {
			if page := string(client.Get(sent.Location() + "/package").Want(200).Body); cardsOf(t, page) != cardsOf(t, preview) {
				t.Error("the evidence is not what was previewed")
			}
		}
		lead.Get(home + "/named-workers").Want(403)
		site.SignIn("fgp").Get(sent.Location() + "/package").Want(404)
		site.SignIn("fgp").Get(sent.Location()).Want(404)
	})
}

// hiddenValue finds what a page carries along unseen.
func hiddenValue(t *testing.T, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page carries no %s", name)
	}
	return found[1]
}

var sectionCards = regexp.MustCompile(`(?s)<section class="rl-card".*</section>`)

// cardsOf is what a page shows of sections, byte for byte.
func cardsOf(t *testing.T, page string) string {
	t.Helper()
	cards := sectionCards.FindString(page)
	if cards == "" {
		t.Fatal("the page shows no section")
	}
	return cards
}

func TestPages_addAndRemoveATeamMember(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, _ := s.openCase(1)
		lead := site.SignIn("rsz")
		team := "/cases/" + caseID + "/team"
		lead.PostForm(team, testkit.Fields("to", s.desk("tutelles"), "purpose", "guardianship", "basis", "legal_task")).Want(422)
		lead.PostForm(team, testkit.Fields("to", s.desk("police"), "purpose", "investigation", "basis", "legal_task")).Want(303)
		members := must(s.Sharing.Team(s.as("inspection"), caseID))(t).Members
		removal := team + "/" + members[1].GrantID + "/removal"
		if page := lead.Get(removal).Want(200); !strings.Contains(string(page.Body), members[1].Agency) {
			t.Error("the page does not say who is removed")
		}
		site.SignIn("fgp").Get(removal).Want(404)
		lead.Get(team + "/" + members[0].GrantID + "/removal").Want(404)
		lead.PostForm(removal, nil).Want(428)
		lead.PostForm(removal, testkit.Fields("version", "1")).Want(303)
		lead.PostForm(removal, testkit.Fields("version", "1")).Want(409)
	})
}

func TestPages_nameAWorker(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		_, victims := s.openCase(1)
		must(s.Sharing.Accept(s.as("payoke"), s.refer(victims[0], "payoke", "identity"), 1))(t)
		desk := site.SignIn("payoke")
		url := "/victims/" + victims[0] + "/named-workers"
		second := s.Person("payoke.second")
		if page := desk.Get(url).Want(200); !strings.Contains(string(page.Body), second.ID) {
			t.Error("a colleague cannot be chosen")
		}
		desk.PostForm(url, testkit.Fields("worker", gate.NewID())).Want(422)
		desk.PostForm(url, testkit.Fields("worker", second.ID)).Want(303)
		view := must(s.Sharing.NamedWorkers(s.as("payoke"), victims[0]))(t)
		at := slices.IndexFunc(view.Named, func(n sharing.Named) bool { return n.WorkerID == second.ID })
		desk.PostForm(url+"/"+view.Named[at].GrantID+"/end", testkit.Fields("version", "1")).Want(303)
		api := site.Key("payoke.second").Get("/api/v1" + url).Want(200)
		if !strings.Contains(string(api.Body), `"can_name":false`) {
			t.Errorf("who is not named may name: %s", api.Body)
		}
	})
}

func TestPages_speakFourLanguages(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, added: map[string]string{}}
	site := w.Serve(t)
	caseID, victims := s.openCase(1)
	id := s.refer(victims[0], "payoke", "identity")
	client := site.SignIn("rsz")
	for lang, want := range map[string]string{"en": "Case team", "fr": "Équipe de suivi du dossier", "nl": "Casusteam", "de": "Fallteam"} {
		client.PostForm("/language", testkit.Fields("lang", lang, "back", "/")).Want(303)
		for _, path := range []string{"/cases/" + caseID + "/team", "/cases/" + caseID + "/team/new", "/victims/" + victims[0] + "/referrals/new",
			"/victims/" + victims[0] + "/access", "/referrals?box=sent", "/referrals/" + id} {
			page := client.Get(path).Want(200)
			if !strings.Contains(string(page.Body), `<html lang="`+lang+`"`) || strings.Contains(string(page.Body), "sharing.") {
				t.Errorf("%s in %s is another language, or shows a key", path, lang)
			}
		}
		if page := client.Get("/cases/" + caseID + "/team"); !strings.Contains(string(page.Body), want) {
			t.Errorf("no %q on the page", want)
		}
	}
}
