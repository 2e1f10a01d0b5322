package outside_test

import (
	"bytes"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/authz"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/outside"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "outside") }

var (
	linkIn = regexp.MustCompile(`(/package/[A-Za-z0-9_-]{43})`)
	codeIn = regexp.MustCompile(`id="code"[^>]* value="([A-Z0-9-]{11})"`)
	seenIn = regexp.MustCompile(`name="seen" value="([^"]+)"`)
)

func typed() []string {
	return []string{"organisation", "Frauenhaus Aachen", "kind", "shelter", "country", "DE", "sections", "identity", "reason", "shelter", "note", "Zimmer für zwei.",
		"hours", "48", "email", "aufnahme@frauenhaus.example", "purpose", "protection", "basis", "legal_task"}
}

// TestPackage_isHandedOverInTheBrowser previews over a mistake, changes, sends, opens as somebody without an account over a wrong code,
// and follows it as the sender.
func TestPackage_isHandedOverInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	home := "/victims/" + w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen", "given_names": "Thi"}) + "/outside"
	rsz := site.SignIn("rsz")
	rsz.PostForm(home+"/preview", testkit.Fields("organisation", "x")).Want(422)
	preview := rsz.PostForm(home+"/preview", testkit.Fields(typed()...)).Want(200)
	if !strings.Contains(string(preview.Body), "Nguyen") || !strings.Contains(string(rsz.PostForm(home+"/preview", testkit.Fields(append(typed(), "change", "1")...)).Want(200).Body), "Frauenhaus Aachen") {
		t.Error("the preview, or the way back from it, shows nothing")
	}
	seen := seenIn.FindStringSubmatch(string(preview.Body))[1]
	if body := string(rsz.PostForm(home, testkit.Fields(typed()...)).Want(200).Body); linkIn.MatchString(body) {
		t.Error("a link is made of what nobody looked at")
	}
	form := append(typed(), "seen", seen, "once", "key-00000001")
	made := string(rsz.PostForm(home, testkit.Fields(form...)).Want(200).Body)
	link, code := linkIn.FindString(made), codeIn.FindStringSubmatch(made)[1]
	if again := string(rsz.PostForm(home, testkit.Fields(form...)).Want(200).Body); linkIn.MatchString(again) || codeIn.MatchString(again) {
		t.Error("the secrets are shown again")
	}
	mailed := append(typed(), "by_mail", "yes", "once", "key-00000002")
	again := string(rsz.PostForm(home, testkit.Fields(append(mailed, "seen", seen)...)).Want(409).Body)
	if !strings.Contains(again, "niet het aanbod dat u hebt bekeken") {
		t.Error("what was not looked at is not shown, or not with the reason")
	}
	byMail := string(rsz.PostForm(home, testkit.Fields(append(mailed, "seen", seenIn.FindStringSubmatch(again)[1])...)).Want(200).Body)
	if !linkIn.MatchString(byMail) || !strings.Contains(byMail, "De mail kon niet worden verzonden") {
		t.Error("without a mail server the link is lost, or nobody learns that it did not go out")
	}
	tab := site.Browse("rsz")
	for _, path := range []string{home, home + "/new"} {
		tab.Open(site.URL + path)
		testkit.Inspect(t, tab, "outside")
	}
	nobody := site.Nobody()
	nobody.Get(link).Want(200)
	nobody.PostForm(link, testkit.Fields("code", " ")).Want(422)
	nobody.PostForm(link, testkit.Fields("code", "AAAAA-AAAAA")).Want(404)
	read := nobody.PostForm(link, testkit.Fields("code", strings.ToLower(code))).Want(200)
	page := html.UnescapeString(string(read.Body))
	for _, part := range []string{"Nguyen", "Thi", "Zimmer für zwei.", "RSZ/ONSS", "Frauenhaus Aachen"} {
		if !strings.Contains(page, part) {
			t.Errorf("the package does not show %s", part)
		}
	}
	if strings.Count(page, "for Frauenhaus Aachen only") < 3 {
		t.Error("the mark does not stand on every part")
	}
	if read.Header.Get("Cache-Control") != "no-store" || read.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers %v", read.Header)
	}
	nobody.PostForm(link, testkit.Fields("code", code)).Want(404)
	if list := string(rsz.Get(home).Want(200).Body); !strings.Contains(list, "Geopend") {
		t.Error("the list does not say that it was opened")
	}
	if strings.Contains(string(w.Logged()), strings.TrimPrefix(link, "/package/")) || strings.Contains(string(w.Logged()), code) {
		t.Error("the log holds the link or the code")
	}
}

// TestDoor_isOneForEveryLink compares, byte by byte, what somebody gets who holds a live, a used, a withdrawn, an expired, a blocked and
// an invented link.
func TestDoor_isOneForEveryLink(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t, victim: w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})}
	site := w.Serve(t)
	short := good()
	short.Hours = 24
	expired := s.sent(short)
	w.Advance(longerThan(short.Hours))
	live, used, withdrawn, blocked := s.sent(good()), s.sent(good()), s.sent(good()), s.sent(good())
	if _, err := s.open(used); err != nil {
		t.Fatal(err)
	}
	s.must(w.Outside.Withdraw(w.As("rsz"), s.victim, withdrawn.ID, 1))
	for range outside.MostTries {
		s.dead(outside.Made{Token: blocked.Token, Code: "AAAAA-AAAAA"}, "a wrong code")
	}
	invented := strings.Repeat("A", 43)
	nobody := site.Nobody()
	door, refused := nobody.Get("/package/"+invented).Want(200), nobody.PostForm("/package/"+invented, testkit.Fields("code", "AAAAA-AAAAA")).Want(404)
	for why, made := range map[string]outside.Made{"live": live, "used": used, "withdrawn": withdrawn, "expired": expired, "blocked": blocked} {
		code := made.Code
		if why == "live" {
			code = "AAAAA-AAAAA"
		}
		got, no := nobody.Get("/package/"+made.Token).Want(200), nobody.PostForm("/package/"+made.Token, testkit.Fields("code", code)).Want(404)
		if body := bytes.ReplaceAll(got.Body, []byte(made.Token), []byte(invented)); !bytes.Equal(body, door.Body) {
			t.Errorf("%s: the door differs:\n%s", why, cmp.Diff(string(door.Body), string(body)))
		}
		if body := bytes.ReplaceAll(no.Body, []byte(made.Token), []byte(invented)); !bytes.Equal(body, refused.Body) {
			t.Errorf("%s: the refusal differs:\n%s", why, cmp.Diff(string(refused.Body), string(body)))
		}
	}
	if v := s.state(live); v.State != outside.Created || v.Tries != 1 {
		t.Errorf("looking at the door used the link up: %s, %d tries", v.State, v.Tries)
	}
	nobody.Get("/package/short").Want(404)
}

// TestRead_isSoundInTheBrowser looks at the door and at what lies behind it as somebody without an account.
func TestRead_isSoundInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t, victim: w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen", "given_names": "Thi"})}
	site, made := w.Serve(t), s.sent(good())
	tab := site.Browse("rsz")
	tab.Open(site.URL + "/package/" + made.Token)
	testkit.Inspect(t, tab, "outside-door")
	tab.Fill("Code", made.Code)
	tab.Click("Openen")
	if !tab.Has("Nguyen") {
		t.Fatalf("it does not open: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "outside-read")
	tab.Open(site.URL + "/victims/" + s.victim + "/outside/" + made.ID)
	if !tab.Has("Geopend") {
		t.Errorf("the sender does not see it: %s", tab.Text())
	}
	testkit.Inspect(t, tab, "outside-show")
}

// TestLink_isMadeAnewWhereTheMailWasNotTaken: no mail server answers here. The sender sees it in the list and on the package's page, and
// makes a new link there; the one that was shown before is dead.
func TestLink_isMadeAnewWhereTheMailWasNotTaken(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t, victim: w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})}
	n := good()
	n.ByMail = true
	site, made := w.Serve(t), s.sent(n)
	home := "/victims/" + s.victim + "/outside"
	rsz := site.SignIn("rsz")
	for _, path := range []string{home, home + "/" + made.ID} {
		if page := string(rsz.Get(path).Want(200).Body); !strings.Contains(page, "Mail niet bevestigd") {
			t.Errorf("%s does not say that nobody confirmed the mail", path)
		}
	}
	rsz.PostForm(home+"/"+made.ID+"/link", testkit.Fields("by_mail", "yes")).Want(428)
	tab := site.Browse("rsz")
	tab.Open(site.URL + home + "/" + made.ID)
	testkit.Inspect(t, tab, "outside-waits")
	tab.Click("Een nieuwe link maken en mailen")
	page := tab.Text()
	if !strings.Contains(page, "De mail kon niet worden verzonden") {
		t.Errorf("after a second mail that was not taken: %s", page)
	}
	testkit.Inspect(t, tab, "outside-made")
	s.dead(made, "the link that was shown first")
	second := string(rsz.PostForm(home+"/"+made.ID+"/link", testkit.Fields("version", strconv.FormatInt(s.state(made).Version, 10))).Want(200).Body)
	nobody, link := site.Nobody(), linkIn.FindString(second)
	if body := string(nobody.PostForm(link, testkit.Fields("code", codeIn.FindStringSubmatch(second)[1])).Want(200).Body); !strings.Contains(body, "Nguyen") {
		t.Error("the new link opens nothing")
	}
	if page := string(rsz.Get(home + "/" + made.ID).Want(200).Body); strings.Contains(page, "/link\"") {
		t.Error("an opened package offers a new link")
	}
}

func TestPackage_byAPI(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	victim := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
	site := w.Serve(t)
	key, home := site.Key("rsz"), "/api/v1/victims/"+victim+"/outside"
	body := map[string]any{"organisation": "Frauenhaus Aachen", "kind": string(authz.RoleShelter), "country": "DE", "sections": []string{"identity"}, "reason": "shelter",
		"hours": 24, "purpose": "protection", "basis": "legal_task"}
	var shown struct{ Seen string }
	key.JSON("POST", home+"/preview", body).Want(200).Into(&shown)
	key.JSON("POST", home, body).Want(428)
	body["seen"] = shown.Seen
	var made struct{ ID, Token, Code string }
	key.JSON("POST", home, body).Want(201).Into(&made)
	if len(made.Token) != 43 || made.Code == "" {
		t.Errorf("made %+v", made)
	}
	var next struct{ ID, Token, Code string }
	key.JSON("POST", home+"/"+made.ID+"/link", nil).Want(428)
	key.JSON("POST", home+"/"+made.ID+"/link", nil, "If-Match", `"v1"`).Want(200).Into(&next)
	if next.ID != made.ID || len(next.Token) != 43 || next.Token == made.Token || next.Code == made.Code {
		t.Errorf("the new link is %+v", next)
	}
	key.JSON("POST", home+"/"+made.ID+"/link", nil, "If-Match", `"v1"`).Want(409)
	key.JSON("POST", home+"/"+made.ID+"/withdrawal", nil, "If-Match", `"v2"`).Want(204)
	var got outside.Body
	key.Get(home + "/" + made.ID).Want(200).Into(&got)
	if got.State != outside.Withdrawn || got.Mail != outside.NoMail {
		t.Errorf("state %s", got.State)
	}
	site.Key("pagasa").Get(home + "/" + made.ID).Want(404)
}
