package server_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/testkit"
)

// liveStory writes every private piece through the real site, reads it back, searches it, gets it wrong and shares it.
func liveStory(t *testing.T, w *program) {
	t.Helper()
	rsz, pay, admin := w.Key("rsz"), w.Key("payoke"), w.SignIn("payoke.admin")
	site := object{"exploitation": []string{"forced_labour"}, "sector": "F", "country": "BE", "detected_by": "labour_inspectorate", "detected_on": "2026-02-26"}
	caseID := made(rsz.JSON(http.MethodPost, "/api/v1/cases", object{"facts": site}))
	victim := "/api/v1/victims/" + made(rsz.JSON(http.MethodPost, "/api/v1/cases/"+caseID+"/victims", object{"detected_on": "2026-02-26"}))
	wrote := entryBy(t, rsz, victim, "identity", object{"family_name": private["family name"], "given_names": private["given names"],
		"name_original_script": private["name in Arabic"], "aliases": strings.Join([]string{private["alias"], private["name in Cyrillic"],
			private["name in Chinese"], private["name in Devanagari"]}, ", "), "birth_date": private["birth date"], "birth_place": private["birth place"]})
	entryBy(t, rsz, victim, "identifiers", object{"document_number": private["document"], "national_number": private["national number"]})
	entryBy(t, rsz, victim, "labour", object{"employer": private["employer"], "narrative": private["note"]})
	rsz.JSON(http.MethodPut, "/api/v1/entries/"+wrote, shared(object{"values": object{"family_name": private["family name"], "given_names": private["given names"],
		"name_original_script": private["name in Cyrillic"]}}), "If-Match", `"v1"`).Want(http.StatusOK)
	offer := shared(object{"desk_id": w.Place("be.payoke").Desks[0], "sections": []string{"identity", "labour"},
		"urgency": "urgent", "reason": "shelter", "note": private["referral note"]})
	var look struct {
		Seen string `json:"seen"`
	}
	rsz.JSON(http.MethodPost, victim+"/referrals/preview", offer).Want(http.StatusOK).Into(&look)
	referral := made(rsz.JSON(http.MethodPost, victim+"/referrals", withLook(offer, look.Seen)))
	pay.JSON(http.MethodPost, "/api/v1/referrals/"+referral+"/acceptance", nil, "If-Match", `"v1"`).Want(http.StatusOK)
	entryBy(t, pay, victim, "safe_contact", object{"mobile_phone": private["phone"], "email": private["e-mail"], "do_not": private["note"]})
	entryBy(t, pay, victim, "shelter_location", object{"street": private["street"], "house_name": private["house"]})
	entryBy(t, pay, victim, "health", object{"injuries": private["health"]})
	w.askAround(t, victim, strings.TrimPrefix(victim, "/api/v1"))
	w.manage(t, admin)
}

func shared(o object) object { o["purpose"], o["basis"] = "protection", "legal_task"; return o }

func made(a testkit.Answer) string {
	var body struct {
		ID string `json:"id"`
	}
	a.Want(http.StatusCreated).Into(&body)
	return body.ID
}

func entryBy(t *testing.T, c *testkit.Client, victim, section string, values object) string {
	t.Helper()
	return made(c.JSON(http.MethodPost, victim+"/sections/"+section+"/entries", shared(object{"values": values})))
}

// askAround reads and searches by pages and operations, with success, with refusal and with mistakes.
func (w *program) askAround(t *testing.T, document, page string) {
	t.Helper()
	inspector, worker, stranger := w.SignIn("rsz"), w.SignIn("payoke"), w.Key("cosm")
	found := 0
	for _, name := range []string{"family name", "name in Arabic", "name in Cyrillic", "birth date", "phone", "document", "employer", "search"} {
		for _, c := range []*testkit.Client{inspector, worker} {
			a := c.PostForm("/search", testkit.Fields("words", private[name])).Want(http.StatusOK)
			found += strings.Count(string(a.Body), page)
		}
		stranger.JSON(http.MethodPost, "/api/v1/searches", object{"words": private[name]}).Want(http.StatusOK)
	}
	if found < 5 {
		t.Errorf("the searches found %d times: the story is not what it should be", found)
	}
	if body := string(inspector.Get(page).Want(http.StatusOK).Body); !strings.Contains(body, private["family name"]) {
		t.Error("the page does not show the name")
	}
	worker.PostForm(page+"/sections/shelter_location/look", testkit.Fields("reason", "protection")).Want(http.StatusOK)
	stranger.Get(document).Want(http.StatusNotFound)
	long := strings.Repeat(private["note"]+" ", 500)
	inspector.PostForm(page+"/sections/identity", testkit.Fields("family_name", long, "birth_date", private["birth date"]+private["phone"])).Want(http.StatusUnprocessableEntity)
	worker.JSON(http.MethodPost, document+"/sections/safe_contact/entries", object{"values": object{private["family name"]: private["street"]}}).Want(http.StatusUnprocessableEntity)
	for _, path := range []string{"/search?words=", "/victims/", "/cases?after=", "/no/such/page/", "/api/v1/searches?words=", "/sign-in?to=/"} {
		for _, c := range []*testkit.Client{inspector, stranger, w.Nobody()} {
			c.Get(path+strings.ReplaceAll(private["family name"]+private["street"], " ", "%20"), "Referer", w.URL+"/"+strings.ReplaceAll(private["alias"], " ", ""),
				"User-Agent", private["employer"], "X-Forwarded-For", private["phone"])
		}
	}
	w.Nobody().PostForm("/sign-in", testkit.Fields("email", private["colleague's e-mail"], "password", private["key"])).Want(http.StatusUnprocessableEntity)
}

// manage adds a colleague and a key, gets some of it wrong, and uses a private text as the name of a method.
func (w *program) manage(t *testing.T, admin *testkit.Client) {
	t.Helper()
	admin.JSON(http.MethodPost, "/api/v1/agency/people", object{"given": "Q", "family": private["colleague"], "email": private["colleague's e-mail"],
		"phone": private["colleague's phone"], "language": "nl", "hold": []string{w.Place("be.payoke").Roles["caseworker"]}}).Want(http.StatusCreated)
	admin.PostForm("/people", testkit.Fields("family", private["colleague"], "email", private["colleague"])).Want(http.StatusUnprocessableEntity)
	admin.JSON(http.MethodPost, "/api/v1/me/keys", object{"label": private["key"], "days": 7}).Want(http.StatusCreated)
	admin.Get("/people").Want(http.StatusOK)
	admin.Do("KOLIBRIESCRIPT", "/people", nil)
	admin.PostForm("/account/password", testkit.Fields("present", private["street"], "password", private["note"])).Want(http.StatusUnprocessableEntity)
}
