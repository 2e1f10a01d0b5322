package journal_test

import (
	"encoding/json"
	"strings"
	"testing"

	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/testkit"
)

// TestCorrection_thatComesSecondLosesNoText corrects a note that a colleague corrected meanwhile: the page gives back what was
// typed beside the colleague's text and name, the API both texts; somebody of another agency gets neither.
func TestCorrection_thatComesSecondLosesNoText(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := setUp(t, w)
		id := s.note("rsz", journal.New{Section: "identity", Visibility: journal.ForFile, Text: "Born in Hanoi."})
		if err := s.Journal.Correct(s.As("rsz.second"), id, 1, "Born in Hue."); err != nil {
			t.Fatal(err)
		}
		site := w.Serve(t)
		rsz := site.SignIn("rsz")
		page := string(rsz.PostForm("/notes/"+id, testkit.Fields("text", "Born in Da Nang.", "version", "1")).Want(409).Body)
		for _, want := range []string{"Born in Da Nang.</textarea>", `id="f-text-stored"`, "Born in Hue.", `name="version" value="2"`} {
			if !strings.Contains(page, want) {
				t.Errorf("the page has no %s", want)
			}
		}
		var diff gate.Stale
		body := map[string]string{"text": "Born in Da Nang."}
		problem := site.Key("rsz").JSON("PUT", "/api/v1/notes/"+id, body, "If-Match", `"v1"`).Want(409).Problem()
		if err := json.Unmarshal(problem.Diff, &diff); err != nil || diff.Version != 2 || diff.By == "" || len(diff.Fields) != 1 ||
			diff.Fields[0].Mine != "Born in Da Nang." || diff.Fields[0].Theirs != "Born in Hue." {
			t.Errorf("%v %+v", err, diff)
		}
		for _, other := range []string{"fgp", "pagasa"} {
			if a := site.Key(other).JSON("PUT", "/api/v1/notes/"+id, body, "If-Match", `"v1"`); a.Status == 409 || strings.Contains(string(a.Body), "Hue") {
				t.Errorf("%s learns of it: %d %s", other, a.Status, a.Body)
			}
		}
		rsz.PostForm("/notes/"+id, testkit.Fields("text", "Born in Da Nang.", "version", "2")).Want(303)
	})
}
