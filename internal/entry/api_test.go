package entry_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

type object = map[string]any

func labourDraft(employer string) object {
	return object{"values": object{"employer": employer}, "purpose": "labour_enforcement", "basis": "legal_task"}
}

func TestAPI_writesReadsAndChangesAnEntry(t *testing.T) {
	s, site := served(t)
	c := site.Key("rsz")
	base := "/api/v1/victims/" + s.victimID + "/sections/labour"
	made := c.JSON("POST", base+"/entries", labourDraft("Bouw BV")).Want(201)
	var created struct{ ID string }
	if made.Into(&created); made.Location() != "/api/v1/entries/"+created.ID {
		t.Errorf("made at %s", made.Location())
	}
	shown := c.Get(made.Location()).Want(200)
	var body entry.Body
	shown.Into(&body)
	if shown.Header.Get("ETag") != `"v1"` || body.Values["employer"] != "Bouw BV" || body.Author != "Lotte Vermoesen" || body.Nature != "fact" {
		t.Errorf("%s %+v", shown.Header.Get("ETag"), body)
	}
	changed := c.JSON("PUT", made.Location(), labourDraft("Bouw Delta BV"), "If-Match", `"v1"`).Want(200)
	if changed.Header.Get("ETag") != `"v2"` {
		t.Errorf("after the change: %s", changed.Header.Get("ETag"))
	}
	var versions struct{ Items []entry.Body }
	c.Get(made.Location() + "/versions").Want(200).Into(&versions)
	if len(versions.Items) != 2 || versions.Items[1].Values["employer"] != "Bouw BV" {
		t.Errorf("versions: %+v", versions.Items)
	}
	var look entry.SectionBody
	c.Get(base).Want(200).Into(&look)
	if !look.Open || !look.CanWrite || len(look.Entries) != 1 || look.Entries[0].Agency != "RSZ/ONSS" {
		t.Errorf("the section: %+v", look)
	}
	police := site.Key("fgp")
	var theirs entry.Body
	police.Get(made.Location()).Want(200).Into(&theirs)
	if theirs.Author != "" || theirs.CanEdit {
		t.Errorf("the police see %+v", theirs)
	}
	if p := police.JSON("PUT", made.Location(), labourDraft("x"), "If-Match", `"v2"`).Want(403).Problem(); p.ReasonID != "entry.other_agency" || p.NextStep == "" {
		t.Errorf("%+v", p)
	}
}

func TestAPI_conflictHoldsADraftReadyToSend(t *testing.T) {
	s, site := served(t)
	c := site.Key("rsz")
	at := "/api/v1/entries/" + s.identityID
	put := func(version string, values object) testkit.Answer {
		return c.JSON("PUT", at, object{"values": values, "purpose": "protection", "basis": "legal_task"}, "If-Match", version)
	}
	put(`"v1"`, object{"family_name": "Nguyen", "given_names": "Thi Lan", "birth_place": "Hue"}).Want(200)
	p := put(`"v1"`, object{"family_name": "Tran", "given_names": "Thi Lan"}).Want(409).Problem()
	if p.Code != "entry.conflict" || strings.Contains(p.Detail, "Tran") {
		t.Errorf("%+v", p)
	}
	var diff struct {
		Version int64
		By      string
		Mine    entry.Draft
		Theirs  entry.Draft
		Merged  json.RawMessage
		Fields  []entry.ConflictField
	}
	if err := json.Unmarshal(p.Diff, &diff); err != nil {
		t.Fatal(err)
	}
	if diff.By != "Lotte Vermoesen" || diff.Version != 2 || diff.Mine.Values["family_name"] != "Tran" || diff.Theirs.Values["birth_place"] != "Hue" || len(diff.Fields) != 0 {
		t.Errorf("%+v", diff)
	}
	c.JSON("PUT", at, diff.Merged, "If-Match", `"v2"`).Want(200)
	want := section.Values{"family_name": "Tran", "given_names": "Thi Lan", "birth_place": "Hue"}
	if now := s.identity(t, "rsz"); !cmp.Equal(now.Values, want) {
		t.Error(cmp.Diff(want, now.Values))
	}
}

func TestAPI_asksForVersionAndKey(t *testing.T) {
	s, site := served(t)
	c := site.Key("rsz")
	at := "/api/v1/entries/" + s.identityID
	c.JSON("PUT", at, labourDraft("x")).Want(428)
	for _, bad := range []string{"*", `W/"v1"`, `"1"`, "v1", `"v1", "v2"`, `"v-1"`} {
		c.JSON("PUT", at, labourDraft("x"), "If-Match", bad).Want(400)
	}
	c.JSON("PUT", at, object{"values": object{"family_name": "A"}, "purpose": "protection", "basis": "legal_task"}, "If-Match", `"v9223372036854775807"`).Want(409)
	list := "/api/v1/victims/" + s.victimID + "/sections/labour/entries"
	c.JSON("POST", list, labourDraft("Bouw BV"), "Idempotency-Key", "").Want(400)
	c.JSON("POST", list, labourDraft("Bouw BV"), "Idempotency-Key", "short").Want(400)
	first := c.JSON("POST", list, labourDraft("Bouw BV"), "Idempotency-Key", "the-same-key").Want(201)
	again := c.JSON("POST", list, labourDraft("Bouw BV"), "Idempotency-Key", "the-same-key").Want(201)
	if again.Location() != first.Location() {
		t.Errorf("a repeated creation made another: %s, %s", first.Location(), again.Location())
	}
	c.JSON("POST", list, labourDraft("Other BV"), "Idempotency-Key", "the-same-key").Want(409)
}

func TestAPI_refusesBadInputByItsField(t *testing.T) {
	s, site := served(t)
	c := site.Key("rsz")
	list := "/api/v1/victims/" + s.victimID + "/sections/labour/entries"
	for name, body := range map[string]any{
		"no values": object{"purpose": "protection", "basis": "legal_task"}, "a number": object{"values": object{"employer": 3}, "purpose": "protection", "basis": "legal_task"},
		"an unknown member":      object{"values": object{"employer": "x"}, "purpose": "protection", "basis": "legal_task", "secret": "SECRET"},
		"the reason in the body": object{"values": object{"employer": "x"}, "purpose": "protection", "basis": "legal_task", "Reason": "protection"},
		"an unknown field":       object{"values": object{"secret": "SECRET"}, "purpose": "protection", "basis": "legal_task"},
		"a bad value":            object{"values": object{"hours_per_week": "SECRET"}, "purpose": "protection", "basis": "legal_task"},
		"nothing":                object{"values": object{}, "purpose": "protection", "basis": "legal_task"},
		"no purpose":             object{"values": object{"employer": "x"}, "purpose": "", "basis": "legal_task"},
		"no basis":               object{"values": object{"employer": "x"}, "purpose": "protection", "basis": "SECRET"},
		"an unknown nature":      object{"values": object{"employer": "x"}, "purpose": "protection", "basis": "legal_task", "nature": "guess"},
	} {
		answer := c.JSON("POST", list, body).Want(422)
		if p := answer.Problem(); len(p.Errors) == 0 || p.Errors[0].Code == "" || p.Errors[0].Detail == p.Errors[0].Code {
			t.Errorf("%s: %+v", name, p)
		}
		if strings.Contains(string(answer.Body), "SECRET") {
			t.Errorf("%s: the answer repeats what was sent: %s", name, answer.Body)
		}
	}
	c.Post(list, "application/json", "{", "Idempotency-Key", gate.NewID()).Want(400)
	if n := len(s.SectionOf("rsz", s.victimID, authz.Labour).Entries); n != 0 {
		t.Errorf("%d entries were stored", n)
	}
}

func TestAPI_asksForTheReasonOfALook(t *testing.T) {
	s, site := served(t)
	id := s.Write("payoke", s.victimID, authz.ShelterLocation, "legal_task", section.Values{"house_name": "Huis Linde"})
	c := site.Key("payoke")
	for _, at := range []string{"/api/v1/victims/" + s.victimID + "/sections/shelter_location", "/api/v1/entries/" + id, "/api/v1/entries/" + id + "/versions"} {
		p := c.Get(at).Want(403).Problem()
		if p.ReasonID != "need.justification" || !strings.Contains(p.NextStep, "reason") {
			t.Errorf("%s: %+v", at, p)
		}
		if answer := c.Get(at + "?reason=protection").Want(200); !strings.Contains(string(answer.Body), "Huis Linde") {
			t.Errorf("%s: %s", at, answer.Body)
		}
	}
	c.Get("/api/v1/victims/" + s.victimID + "/sections/shelter_location?reason=curiosity").Want(422)
	draft := object{"values": object{"house_name": "Huis Berk"}, "purpose": "protection", "basis": "legal_task"}
	c.JSON("PUT", "/api/v1/entries/"+id, draft, "If-Match", `"v1"`).Want(403)
	c.JSON("PUT", "/api/v1/entries/"+id+"?reason=protection", draft, "If-Match", `"v1"`).Want(200)
	var own entry.SectionBody
	s.Write("payoke", s.victimID, authz.Health, "legal_task", section.Values{"complaints": "Does not sleep."})
	if c.Get("/api/v1/victims/" + s.victimID + "/sections/health").Want(200).Into(&own); len(own.Entries) != 1 {
		t.Errorf("own entries of a section that is closed otherwise: %+v", own)
	}
}

func TestAPI_answersAStrangerLikeNothing(t *testing.T) {
	s, site := served(t)
	for _, who := range []string{"cosm", "avim", "fgp.other"} {
		c := site.Key(who)
		for _, at := range []string{"/api/v1/entries/%s", "/api/v1/entries/%s/versions", "/api/v1/victims/%s/sections/identity"} {
			real := s.identityID
			if strings.Contains(at, "victims") {
				real = s.victimID
			}
			foreign, absent := c.Get(strings.Replace(at, "%s", real, 1)).Want(404), c.Get(strings.Replace(at, "%s", gate.NewID(), 1)).Want(404)
			if string(foreign.Body) != string(absent.Body) || !cmp.Equal(headers(foreign), headers(absent)) {
				t.Errorf("%s at %s: %s and %s", who, at, foreign.Body, absent.Body)
			}
		}
		c.JSON("PUT", "/api/v1/entries/"+s.identityID, labourDraft("x"), "If-Match", `"v1"`).Want(404)
		c.JSON("POST", "/api/v1/victims/"+s.victimID+"/sections/labour/entries", labourDraft("x")).Want(404)
	}
	site.Key("rsz").Get("/api/v1/entries/nonsense").Want(404)
	site.Nobody().Get("/api/v1/entries/" + s.identityID).Want(401)
}

// headers are those of an answer that could tell one nothing from another.
func headers(a testkit.Answer) map[string][]string {
	kept := a.Header.Clone()
	kept.Del("Date")
	kept.Del("X-Trace-Id")
	kept.Del("X-Request-Id")
	return kept
}
