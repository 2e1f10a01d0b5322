package question_test

import (
	"strings"
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/question"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "question") }

// TestQuestion_isAskedAndLeadsToAReferralInTheBrowser asks over a slip, is answered, and goes on to the referral.
func TestQuestion_isAskedAndLeadsToAReferralInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	victim := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen", "given_names": "Minh"})
	rsz, pay := site.SignIn("rsz"), site.SignIn("payoke")
	if page := string(rsz.Get("/directory/" + desk(w, "be.payoke") + "?victim=" + victim).Want(200).Body); !strings.Contains(page, "/questions/new?to="+desk(w, "be.payoke")+"&amp;victim="+victim) {
		t.Error("the directory does not lead to the question")
	}
	if page := string(rsz.Get("/questions/new?to=" + desk(w, "be.payoke") + "&victim=" + victim).Want(200).Body); !strings.Contains(page, `<option value="`+desk(w, "be.payoke")+`" selected>`) {
		t.Error("the desk is not filled in")
	}
	pay.Get("/questions/new?victim=" + victim).Want(404)
	form := []string{"desk", desk(w, "be.rsz"), "to", desk(w, "be.payoke"), "need", "housing", "age_band", "26_64", "victim", victim}
	slip := string(rsz.PostForm("/questions", testkit.Fields(append(form, "note", "Minh needs a room.")...)).Want(422).Body)
	if !strings.Contains(slip, "Minh needs a room.") {
		t.Error("what was typed is lost")
	}
	at := rsz.PostForm("/questions", testkit.Fields(append(form, "note", "A woman needs a room.")...)).Want(303).Location()
	pay.PostForm(at+"/words", testkit.Fields("note", "Yes.")).Want(428)
	pay.PostForm(at+"/words", testkit.Fields("note", "Call 0470 12 34 56.", "version", "1")).Want(422)
	if page := string(pay.Get(at).Want(200).Body); strings.Contains(page, victim) || strings.Contains(page, "deze niet") {
		t.Error("the other desk sees that there is a file")
	}
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/questions")
	testkit.Inspect(t, tab, "question-list")
	tab.Open(site.URL + at)
	testkit.Inspect(t, tab, "question-received")
	pay.PostForm(at+"/words", testkit.Fields("note", "Yes, from Thursday.", "version", "1")).Want(303)
	mine := site.Browse("rsz")
	mine.Open(site.URL + at)
	if !mine.Has("Yes, from Thursday.") {
		t.Errorf("the answer is not there: %s", mine.Text())
	}
	testkit.Inspect(t, mine, "question-asked")
	mine.Click("Met toestemming van het slachtoffer: de persoon naar deze desk doorverwijzen")
	if !strings.Contains(mine.URL(), "/victims/"+victim+"/referrals/new") {
		t.Errorf("leads to %s", mine.URL())
	}
	for _, path := range []string{"/questions/new?victim=" + victim, "/questions?box=asked"} {
		mine.Open(site.URL + path)
		testkit.Inspect(t, mine, "question")
	}
	rsz.PostForm(at+"/closure", testkit.Fields("version", "2")).Want(303)
	if page := string(rsz.Get(at).Want(200).Body); strings.Contains(page, "/words") {
		t.Error("something can be said after the end")
	}
}

func TestQuestion_byAPI(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	site := w.Serve(t)
	victim := w.OpenVictim("rsz", w.OpenCase("rsz"), nil)
	rsz, pay := site.Key("rsz"), site.Key("payoke")
	var made struct{ ID string }
	rsz.JSON("POST", "/api/v1/questions", map[string]any{"desk_id": desk(w, "be.rsz"), "to_desk_id": desk(w, "be.payoke"), "need": "housing", "note": "A room?", "victim_id": victim}).
		Want(201).Into(&made)
	at := "/api/v1/questions/" + made.ID
	pay.JSON("POST", at+"/words", map[string]any{"note": "Yes."}, "If-Match", `"v1"`).Want(204)
	var own, theirs question.Body
	rsz.Get(at).Want(200).Into(&own)
	pay.Get(at).Want(200).Into(&theirs)
	if own.VictimID != victim || theirs.VictimID != "" || len(theirs.Words) != 2 {
		t.Errorf("the asker gets %+v, the shelter %+v", own, theirs)
	}
	pay.JSON("POST", at+"/closure", nil, "If-Match", `"v2"`).Want(204)
	site.Key("pagasa").Get(at).Want(404)
}
