package sharing_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/testkit"
)

// annotated is filled with notes: of the sender for the file and for the own agency, of another agency.
func (s *scene) annotated() (victimID string, notes map[string]string) {
	s.T.Helper()
	victimID, _ = s.filled()
	notes = map[string]string{}
	for name, n := range map[string]struct {
		who  string
		note journal.New
	}{
		"identity": {"rsz", journal.New{Section: "identity", Text: "She prefers <Thi> & speaks French."}},
		"house":    {"rsz", journal.New{Section: "identity", Text: "For our house alone.", Visibility: journal.ForAgency}},
		"labour":   {"rsz", journal.New{Section: "labour", Text: "The payslips lie with the foreman."}},
		"police":   {"fgp", journal.New{Section: "exploitation", Text: "Seen in Zelzate too."}},
	} {
		notes[name] = must(s.Journal.Write(s.As(n.who), gate.Victim, victimID, n.note, ""))(s.T)
	}
	must0(s.T, s.Journal.Correct(s.As("rsz"), notes["identity"], 1, "She prefers <Thi> & speaks French and Dutch."))
	return victimID, notes
}

// onTimeline are the notes that somebody reads on the timeline of a victim file, sorted.
func (s *scene) onTimeline(who, victimID string) (ids []string) {
	s.T.Helper()
	for _, e := range must(s.Journal.Timeline(s.as(who), gate.Victim, victimID, gate.Cursor{}))(s.T).Events {
		if e.Kind == journal.Noted {
			ids = append(ids, e.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func idsOf(notes []entry.NoteView) (ids []string) {
	for i := range notes {
		ids = append(ids, notes[i].ID)
	}
	slices.Sort(ids)
	return ids
}

// TestPreview_showsTheNotesThatTheDeskReadsOnceItHasAccepted: those and no others, whatever the receiver's discipline; the evidence and the
// offer show the same, under the same hash.
func TestPreview_showsTheNotesThatTheDeskReadsOnceItHasAccepted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for house, want := range map[string][]string{
			"payoke": {"identity", "police"}, "prosecutor": {"identity", "labour", "police"}, "migration": {"identity"}, "moria": {"identity"}, "tutelles": {"identity", "labour"},
		} {
			sections := map[string][]string{"payoke": {"identity", "labour", "exploitation"}, "prosecutor": {"identity", "labour", "exploitation"},
				"migration": {"identity"}, "moria": {"identity"}, "tutelles": {"identity", "labour"}}[house]
			victimID, notes := s.annotated()
			n := offerTo(s.desk(house), sections...)
			looked := must(s.Sharing.Rehearse(s.as("inspection"), victimID, n))(t)
			var wanted []string
			for _, name := range want {
				wanted = append(wanted, notes[name])
			}
			slices.Sort(wanted)
			if got := idsOf(looked.Notes); !slices.Equal(got, wanted) {
				t.Errorf("%s: the preview shows %d notes, want %v", house, len(got), want)
			}
			if looked.Hash != hashOf(t, looked.Seen, entry.BodiesOf(looked.Sections), entry.NoteBodiesOf(looked.Notes)) {
				t.Errorf("%s: the hash is not the one of the previewed bytes", house)
			}
			previewed := wire(t, entry.NoteBodiesOf(looked.Notes))
			n.Seen = looked.Seen
			id := must(s.Sharing.Refer(s.as("inspection"), victimID, n, ""))(t)
			if offered := must(s.Sharing.Preview(s.as(house), id))(t); !bytes.Equal(wire(t, entry.NoteBodiesOf(offered.Notes)), previewed) {
				t.Errorf("%s sees %s\nand the preview was %s", house, wire(t, entry.NoteBodiesOf(offered.Notes)), previewed)
			}
			must(s.Sharing.Accept(s.as(house), id, 1))(t)
			if got := s.onTimeline(house, victimID); !slices.Equal(got, wanted) {
				t.Errorf("%s reads %d notes after it has accepted, want %v", house, len(got), want)
			}
			must0(t, s.Journal.Correct(s.As("rsz"), notes["identity"], 2, "She prefers Thi."))
			for _, who := range []string{"inspection", house} {
				kept := must(s.Sharing.Evidence(s.as(who), id))(t)
				if !kept.Whole || kept.Hash != looked.Hash || kept.Corrected != 1 || !bytes.Equal(wire(t, entry.NoteBodiesOf(kept.Notes)), previewed) {
					t.Errorf("%s: the evidence for %s is whole %v, %d corrected, %+v", house, who, kept.Whole, kept.Corrected, kept.Notes)
				}
			}
		}
	})
}

// TestPreview_ofNotesIsByteForByteTheNoteItself: what the sender is shown, what the desk is shown, and the note as the desk reads it, in JSON
// and on the page.
func TestPreview_ofNotesIsByteForByteTheNoteItself(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		victimID, notes := s.annotated()
		sender, receiver := site.Key("rsz"), site.Key("payoke")
		url, body := "/api/v1/victims/"+victimID+"/referrals", s.offerBody("payoke", "identity", "labour", "exploitation")
		type answer struct {
			ID    string            `json:"id"`
			Seen  string            `json:"seen"`
			Notes []json.RawMessage `json:"notes"`
		}
		var looked, made, offered answer
		sender.JSON("POST", url+"/preview", body).Want(200).Into(&looked)
		body["seen"] = looked.Seen
		sender.JSON("POST", url, body).Want(201).Into(&made)
		receiver.Get("/api/v1/referrals/" + made.ID).Want(200).Into(&offered)
		page := string(site.SignIn("payoke").Get("/referrals/" + made.ID).Want(200).Body)
		receiver.Get("/api/v1/notes/" + notes["identity"]).Want(404)
		must(s.Sharing.Accept(s.as("payoke"), made.ID, 1))(t)
		if len(looked.Notes) != 2 || len(offered.Notes) != 2 {
			t.Fatalf("%d notes are previewed, %d offered", len(looked.Notes), len(offered.Notes))
		}
		for i, previewed := range looked.Notes {
			var note answer
			must0(t, json.Unmarshal(previewed, &note))
			read := receiver.Get("/api/v1/notes/" + note.ID).Want(200)
			if !bytes.Equal(bytes.TrimSpace(read.Body), previewed) || !bytes.Equal(offered.Notes[i], previewed) {
				t.Errorf("the note reads %s\nthe offer showed %s\nand the preview %s", read.Body, offered.Notes[i], previewed)
			}
			for _, version := range versionsOn(t, string(site.SignIn("payoke").Get("/notes/"+note.ID).Want(200).Body)) {
				if !strings.Contains(page, version) {
					t.Errorf("the page of the offer lacks %s", version)
				}
			}
		}
		receiver.Get("/api/v1/notes/" + notes["house"]).Want(404)
	})
}

var noteVersions = regexp.MustCompile(`(?s)<h3 class="govuk-heading-s">.*?</dl>`)

// versionsOn are the versions of notes on a page, byte for byte.
func versionsOn(t *testing.T, page string) []string {
	t.Helper()
	found := noteVersions.FindAllString(page, -1)
	if len(found) == 0 {
		t.Fatal("the page shows no version of a note")
	}
	return found
}

// TestPreview_ofNotesThatChangedIsNotSent: a note that was corrected between the look and the offer is looked at again.
func TestPreview_ofNotesThatChangedIsNotSent(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, notes := s.annotated()
		n := offerTo(s.desk("payoke"), "identity")
		n.Seen = must(s.Sharing.Rehearse(s.as("inspection"), victimID, n))(t).Seen
		must0(t, s.Journal.Correct(s.As("rsz"), notes["identity"], 2, "Other words."))
		_, err := s.Sharing.ReferSeen(s.as("inspection"), victimID, n, "")
		s.wantsKey(err, "sharing.preview_changed", "an offer of another note than was looked at")
	})
}

// TestNotes_ofAPackageLieSealed, and cannot be changed.
func TestNotes_ofAPackageLieSealed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, _ := s.annotated()
		id := s.refer(victimID, "prosecutor", "identity", "labour")
		var rows [][]byte
		must0(t, s.Database.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Select(&rows, `SELECT sealed FROM referral_note WHERE referral_id = :id`, database.Args{"id": id})
		}))
		if len(rows) != 2 || bytes.Contains(bytes.Join(rows, nil), []byte("prefers")) || bytes.Contains(bytes.Join(rows, nil), []byte("payslips")) {
			t.Errorf("%d notes are kept, or in clear", len(rows))
		}
		if err := s.Database.Write(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE referral_note SET version = version`, nil)
			return err
		}); err == nil {
			t.Error("the evidence can be changed")
		}
	})
}

// TestSingleEntry_takesNoNotesAlong: who gets one entry of a section reads no note of it, and the preview shows none.
func TestSingleEntry_takesNoNotesAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, _ := s.annotated()
		n := offerTo(s.desk("prosecutor"), "identity", "labour")
		n.Entries = []string{s.SectionOf("rsz", victimID, authz.Identity).Entries[0].ID}
		looked := must(s.Sharing.Rehearse(s.as("inspection"), victimID, n))(t)
		must(s.Sharing.Accept(s.as("prosecutor"), must(s.Sharing.Refer(s.as("inspection"), victimID, n, ""))(t), 1))(t)
		if got := s.onTimeline("prosecutor", victimID); len(got) != 1 || !slices.Equal(got, idsOf(looked.Notes)) {
			t.Errorf("the desk reads %v, the preview showed %v", got, idsOf(looked.Notes))
		}
	})
}

// TestCorrectedNote_isPushedToWhoGotIt: the desk that accepted and the one that looked and declined acknowledge it; who was offered another
// section, and who gave it, hear nothing.
func TestCorrectedNote_isPushedToWhoGotIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, notes := s.annotated()
		must(s.Sharing.Accept(s.as("payoke"), s.refer(victimID, "payoke", "identity"), 1))(t)
		must0(t, s.Sharing.Decline(s.as("moria"), s.refer(victimID, "moria", "identity"), 1, "no_capacity"))
		s.refer(victimID, "lawyers", "labour")
		must0(t, s.Journal.Correct(s.As("rsz"), notes["house"], 1, "Still for our house."))
		if told := s.told("referral.corrected"); len(told) != 0 {
			t.Errorf("a note that went nowhere was pushed: %+v", told)
		}
		must0(t, s.Journal.Correct(s.As("rsz"), notes["identity"], 2, "She prefers Thi."))
		got := []string{}
		for _, row := range s.told("referral.corrected") {
			if !row.Must || row.ToKind != "desk" || row.FileID != victimID || row.Link != "referral" {
				t.Errorf("told %+v", row)
			}
			got = append(got, row.ToID)
		}
		want := []string{s.desk("payoke"), s.desk("moria")}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

// TestPreview_ofNotesInTheBrowser: the preview, the offer and the note on their pages.
func TestPreview_ofNotesInTheBrowser(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, added: map[string]string{}}
	site := w.Serve(t)
	victimID, notes := s.annotated()
	id := s.refer(victimID, "payoke", "identity", "exploitation")
	for _, lang := range []string{"de", "fr"} {
		for key, path := range map[string]string{"payoke": "/referrals/" + id, "rsz": "/notes/" + notes["identity"]} {
			site.SignIn(key).PostForm("/language", testkit.Fields("lang", lang, "back", "/")).Want(303)
			tab := site.Browse(key)
			tab.Open(site.URL + path)
			if !tab.Has("She prefers <Thi> & speaks French and Dutch.") {
				t.Errorf("%s: the note is not there: %s", path, tab.Text())
			}
			if key == "payoke" && !tab.Has(map[string]string{"de": "Notiz: Identität", "fr": "Note : Identité"}[lang]) {
				t.Errorf("%s does not say in which section the note stands: %s", path, tab.Text())
			}
			testkit.Inspect(t, tab, "notes-"+key+"-"+lang)
		}
	}
}
