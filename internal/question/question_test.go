package question_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/question"
	"relais/internal/restriction"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

func desk(w *testkit.World, code string) string { return w.Place(code).Desks[0] }

func good(w *testkit.World) question.New {
	return question.New{DeskID: desk(w, "be.rsz"), ToDeskID: desk(w, "be.payoke"), Note: "Is there a room for a mother of 34 with a baby?",
		Subject: question.Subject{Need: "housing", Exploitation: "forced_labour", AgeBand: "26_64", Sex: "female", Country: "BE", Language: "vi"}}
}

func asked(t *testing.T, w *testkit.World, n question.New) string {
	t.Helper()
	id, err := w.Questions.Ask(w.As("rsz"), n, "")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func show(t *testing.T, w *testkit.World, who, id string) question.View {
	t.Helper()
	v, err := w.Questions.Show(w.As(who), id)
	if err != nil {
		t.Fatalf("%s: %v", who, err)
	}
	return v
}

func told(t *testing.T, w *testkit.World, who, code, id string) bool {
	t.Helper()
	list, err := w.Notices.List(w.As(who), notice.Open, gate.Cursor{})
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(list.Items, func(n notice.Notice) bool { return n.Code == code && n.Path() == "/questions/"+id && n.FileID == "" })
}

func field(err error, name, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == fault.Invalid && slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == name && ff.Key == key })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, w *testkit.World, query string, args database.Args) (n int64) {
	t.Helper()
	must(t, w.Database.Read(t.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, args) }))
	return n
}

// minh opens a victim file with a name, and a question about it.
func minh(t *testing.T, w *testkit.World) (victim, id string) {
	victim = w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyễn", "given_names": "Minh Anh"})
	n := good(w)
	n.VictimID = victim
	return victim, asked(t, w, n)
}

func TestQuestion_isSpokenBetweenTwoDesks(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := asked(t, w, good(w))
		if !told(t, w, "payoke.second", "question_asked", id) {
			t.Error("the desk is not told")
		}
		if v := show(t, w, "payoke", id); !v.Waiting || v.Asked || len(v.Words) != 1 || v.Words[0].Text != good(w).Note || v.Agency != "RSZ/ONSS" || v.Language != "vi" {
			t.Errorf("the shelter reads %+v", v)
		}
		must(t, w.Questions.Speak(w.As("payoke"), id, "Yes, from Thursday.", 1))
		if v := show(t, w, "rsz.second", id); !v.Waiting || !v.Asked || len(v.Words) != 2 || v.Words[1].Agency != "Payoke" || !told(t, w, "rsz", "question_answered", id) {
			t.Errorf("the asker reads %+v", v)
		}
		if err := w.Questions.Speak(w.As("rsz"), id, "Thank you.", 1); !errors.Is(err, fault.Conflict) {
			t.Errorf("on a version that nobody reads any more: %v", err)
		}
		must(t, w.Questions.Close(w.As("payoke"), id, 2))
		if !told(t, w, "rsz", "question_closed", id) || show(t, w, "rsz", id).State != question.Closed {
			t.Error("the asker does not learn of the end")
		}
		for _, err := range []error{w.Questions.Speak(w.As("rsz"), id, "x", 3), w.Questions.Close(w.As("rsz"), id, 3)} {
			if !errors.Is(err, fault.Conflict) {
				t.Errorf("after the end: %v", err)
			}
		}
	})
}

func TestQuestion_isNothingToEverybodyElse(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := asked(t, w, good(w))
		for _, who := range []string{"pagasa", "cosm", "spj", "fgp", "rsz.other", "rsz.auditor", "payoke.admin", "auditoraat"} {
			if _, err := w.Questions.Show(w.As(who), id); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s shows: %v", who, err)
			}
			if err := w.Questions.Speak(w.As(who), id, "x", 1); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s speaks: %v", who, err)
			}
			if err := w.Questions.Close(w.As(who), id, 1); !errors.Is(err, fault.NotFound) {
				t.Errorf("%s closes: %v", who, err)
			}
			for _, box := range question.Boxes() {
				if list, _, err := w.Questions.List(w.As(who), box, gate.Cursor{}); len(list) > 0 || err != nil && !errors.Is(err, fault.NotFound) {
					t.Errorf("%s lists %v, %v", who, list, err)
				}
			}
		}
		if list, _, err := w.Questions.List(w.As("payoke"), question.BoxReceived, gate.Cursor{}); err != nil || len(list) != 1 {
			t.Errorf("the shelter lists %v, %v", list, err)
		}
	})
}

func TestList_ofWhatWaitsFollowsWhoSpokeLast(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := asked(t, w, good(w))
		waits := func(step string, want map[string]int) {
			t.Helper()
			for who, number := range want {
				list, _, err := w.Questions.List(w.As(who), question.BoxWaiting, gate.Cursor{})
				if must(t, err); len(list) != number || number == 1 && !list[0].Waiting {
					t.Errorf("%s: %s has %+v, want %d", step, who, list, number)
				}
			}
		}
		waits("asked", map[string]int{"payoke": 1, "rsz": 0, "rsz.second": 0, "pagasa": 0})
		must(t, w.Questions.Speak(w.As("payoke"), id, "There is.", 1))
		waits("answered", map[string]int{"payoke": 0, "rsz": 1, "rsz.second": 1})
		must(t, w.Questions.Close(w.As("payoke"), id, 2))
		waits("closed", map[string]int{"payoke": 0, "rsz": 0})
	})
}

func TestFile_behindAQuestionIsKnownToTheAskersSideOnly(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victim, linked := minh(t, w)
		plain := asked(t, w, good(w))
		if v := show(t, w, "rsz.second", linked); v.File.FileID != victim || v.File.Reference == "" {
			t.Errorf("the asker's side sees %+v", v.File)
		}
		with, without := show(t, w, "payoke", linked), show(t, w, "payoke", plain)
		with.ID, with.Words, without.ID, without.Words = "", nil, "", nil
		with.Question.CreatedAt, with.SpokenAt = without.Question.CreatedAt, without.SpokenAt
		if with.File != (question.Linked{}) || with.Question != without.Question {
			t.Errorf("the shelter can tell: %+v and %+v", with, without)
		}
		entries := number(t, w, "SELECT COUNT(*) FROM audit_entry WHERE agency_id = :a AND file_id = :f", database.Args{"a": w.Place("be.payoke").ID, "f": victim})
		if entries != 0 {
			t.Errorf("%d entries of the shelter name the file", entries)
		}
		n := good(w)
		n.VictimID = w.OpenVictim("payoke", w.OpenCase("payoke"), nil)
		if _, err := w.Questions.Ask(w.As("rsz"), n, ""); !field(err, "victim", "question.no_such_file") {
			t.Errorf("about somebody else's file: %v", err)
		}
	})
}

func TestAsk_refusesWhatTellsWhoItIs(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victim, id := minh(t, w)
		for note, key := range map[string]string{
			"Write to minh@example.org.":             "question.holds_address",
			"Born on 7/3/94, can she come?":          "question.holds_date",
			"Born 7 March 1994.":                     "question.holds_date",
			"Call +32 470 12 34 56.":                 "question.holds_number",
			"Her card is C1234567.":                  "question.holds_number",
			"National number 94.03.07-123.45":        "question.holds_date",
			"Can Minh come on Monday?":               "question.holds_name",
			"A woman called NGUYEN asks for a room.": "question.holds_name",
			"Die Frau heißt nguyễn.":                 "question.holds_name",
			"":                                       "fault.field_required",
		} {
			n := good(w)
			n.Note, n.VictimID = note, victim
			if _, err := w.Questions.Ask(w.As("rsz"), n, ""); !field(err, "note", key) {
				t.Errorf("%q: %v, want %s", note, err, key)
			}
			if err := w.Questions.Speak(w.As("rsz"), id, note, 1); !field(err, "note", key) {
				t.Errorf("%q in an answer: %v, want %s", note, err, key)
			}
		}
		n := good(w)
		n.Note = "Can Minh come on Monday?"
		if _, err := w.Questions.Ask(w.As("rsz"), n, ""); err != nil {
			t.Errorf("a word that is a name only in a file that the question is not about: %v", err)
		}
		if err := w.Questions.Speak(w.As("payoke"), id, "Can Minh come on Monday?", 1); err != nil {
			t.Errorf("the other desk learns by a refusal what stands in the file: %v", err)
		}
		for name, change := range map[string]func(n *question.New){
			"need": func(n *question.New) { n.Need = "" }, "age_band": func(n *question.New) { n.AgeBand = "34" }, "sex": func(n *question.New) { n.Sex = "refused" },
			"desk": func(n *question.New) { n.DeskID = desk(w, "be.payoke") }, "to": func(n *question.New) { n.ToDeskID = desk(w, "be.rsz") },
		} {
			n := good(w)
			change(&n)
			_, err := w.Questions.Ask(w.As("rsz"), n, "")
			if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestQuestion_becomesAReferralWithTheConsentOfThePerson(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victim, id := minh(t, w)
		other := asked(t, w, good(w))
		yes, err := w.Consents.Record(w.As("rsz"), victim, consent.New{Sections: []string{"identity"}, Recipients: []consent.Recipient{{AgencyID: w.Place("be.payoke").ID}},
			Purposes: []string{"protection"}, AskedOn: "2026-03-02", Until: "2026-06-30", How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Witness: "x"}, "")
		must(t, err)
		referral, err := w.Sharing.Refer(w.As("rsz"), victim, sharing.NewReferral{DeskID: desk(w, "be.payoke"), Sections: []string{"identity"}, Urgency: sharing.Urgent,
			Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: yes, Until: "2026-06-30"}}, "")
		must(t, err)
		for _, who := range []string{"rsz", "payoke"} {
			if v := show(t, w, who, id); v.State != question.Referred || v.ReferralID != referral || !v.SeesReferral {
				t.Errorf("%s reads %+v", who, v)
			}
		}
		if v := show(t, w, "payoke", id); v.File.FileID != "" {
			t.Errorf("the shelter sees the asker's link: %+v", v.File)
		}
		if v := show(t, w, "rsz", other); v.State != question.Open || v.ReferralID != "" {
			t.Errorf("a question about nobody was marked: %+v", v)
		}
	})
}

func TestQuestion_endsOfSilenceAndItsWordsAreDestroyed(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := asked(t, w, good(w))
		w.Advance(60 * 24 * time.Hour)
		must(t, w.Questions.Speak(w.As("payoke"), id, "Still here.", 1))
		w.Advance(90*24*time.Hour - time.Second)
		must(t, w.Questions.Tidy(w.AsProgram()))
		if v := show(t, w, "rsz", id); v.State != question.Open {
			t.Errorf("a second before: %s", v.State)
		}
		w.Advance(time.Second)
		must(t, w.Questions.Tidy(w.AsProgram()))
		must(t, w.Questions.Tidy(w.AsProgram()))
		if v := show(t, w, "rsz", id); v.State != question.Lapsed || !told(t, w, "rsz", "question_lapsed", id) || !told(t, w, "payoke", "question_lapsed", id) {
			t.Errorf("after 90 days of silence: %s", v.State)
		}
		w.Advance(90 * 24 * time.Hour)
		must(t, w.Questions.Tidy(w.AsProgram()))
		if v := show(t, w, "rsz", id); v.ErasedAt == 0 || len(v.Words) != 2 || v.Words[0].Text != "" {
			t.Errorf("90 days after its end: %+v", v)
		}
		if keys := number(t, w, "SELECT COUNT(*) FROM data_key WHERE owner_id = :id AND destroyed_at = 0", database.Args{"id": id}); keys != 0 {
			t.Errorf("%d keys are left", keys)
		}
	})
}

func TestWords_lieSealed(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		n := good(w)
		n.Note = "zqwordszq"
		asked(t, w, n)
		var all [][]byte
		must(t, w.Database.Read(t.Context(), func(tx *database.Tx) error { return tx.Select(&all, "SELECT sealed FROM question_word", nil) }))
		if len(all) != 1 || strings.Contains(string(all[0]), "zqwords") {
			t.Error("the words lie in clear")
		}
	})
}

var stageAction = gate.OnFile("test.question_stage").WhileClosed()

func TestSpeak_comparesNamesOfAClosedFileToo(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victim, id := minh(t, w)
		must(t, w.Gate.Write(w.As("rsz"), stageAction, gate.File(gate.Victim, victim), func(tx *gate.Tx) (audit.Event, error) {
			return audit.Event{Op: audit.Alter}, tx.SetStage(gate.StageClosed)
		}))
		if err := w.Questions.Speak(w.As("rsz"), id, "Her name is Nguyễn.", 1); !field(err, "note", "question.holds_name") {
			t.Errorf("a name of the closed file: %v", err)
		}
		must(t, w.Questions.Speak(w.As("rsz"), id, "She has found a room.", 1))
	})
}

func TestSpeak_sendsNothingThatCouldNotBeCompared(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victim, id := minh(t, w)
		_, err := w.Limits.Exclude(w.As("rsz.head"), restriction.NewExclusion{Reference: show(t, w, "rsz", id).File.Reference,
			WorkerID: w.Person("rsz.second").ID, Reason: "related"}, "")
		must(t, err)
		if v := show(t, w, "rsz.second", id); v.File.FileID != "" {
			t.Fatalf("who is kept out of %s sees %+v", victim, v.File)
		}
		for _, text := range []string{"Her name is Nguyễn.", "Thank you."} {
			if err := w.Questions.Speak(w.As("rsz.second"), id, text, 1); !field(err, "note", "question.not_compared") {
				t.Errorf("%q: %v", text, err)
			}
		}
		if v := show(t, w, "payoke", id); len(v.Words) != 1 {
			t.Errorf("the other desk reads %+v", v.Words)
		}
		must(t, w.Questions.Speak(w.As("rsz"), id, "Thank you.", 1))
	})
}

func TestQuestion_staysOpenWhileItsReferralWaitsForASecondPerson(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victim := w.OpenVictim("payoke", w.OpenCase("payoke"), nil)
		ask := good(w)
		ask.DeskID, ask.ToDeskID, ask.VictimID = desk(w, "be.payoke"), desk(w, "nl.shelter"), victim
		id, err := w.Questions.Ask(w.As("payoke"), ask, "")
		must(t, err)
		yes, err := w.Consents.Record(w.As("payoke"), victim, consent.New{Sections: []string{"health"}, Recipients: []consent.Recipient{{AgencyID: w.Place("nl.shelter").ID}},
			Purposes: []string{"protection"}, AskedOn: "2026-03-02", Until: "2026-06-30", How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Witness: "x"}, "")
		must(t, err)
		w.Write("payoke", victim, authz.Health, "legal_task", section.Values{"complaints": "Does not sleep."}) // its own, which it may refer
		refer := func() string {
			referral, err := w.Sharing.Refer(w.As("payoke"), victim, sharing.NewReferral{DeskID: desk(w, "nl.shelter"), Sections: []string{"health"},
				Urgency: sharing.Urgent, Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: yes, Until: "2026-03-20"}}, "")
			must(t, err)
			return referral
		}
		stands := func(when string, want question.State, referral string) {
			t.Helper()
			for _, who := range []string{"payoke", "cosm"} {
				if v := show(t, w, who, id); v.State != want || v.ReferralID != referral {
					t.Errorf("%s: %s reads %s, %q", when, who, v.State, v.ReferralID)
				}
			}
		}
		refused := refer()
		stands("before anybody signed", question.Open, "")
		must(t, w.Sharing.RefuseApproval(w.As("payoke.second"), refused, 1))
		stands("after the second person refused", question.Open, "")
		must(t, w.Questions.Speak(w.As("cosm"), id, "There is a room.", 1))
		signed := refer()
		stands("before the second was signed", question.Open, "")
		must(t, w.Sharing.Approve(w.As("payoke.second"), signed, 1))
		stands("after the second person signed", question.Referred, signed)
	})
}

// TestAsk_sentTwiceIsOneQuestion, one after the other and in the same instant; other words under the same key are refused.
func TestAsk_sentTwiceIsOneQuestion(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		first, err := w.Questions.Ask(w.As("rsz"), good(w), "once-12345678")
		must(t, err)
		if again, err := w.Questions.Ask(w.As("rsz"), good(w), "once-12345678"); err != nil || again != first {
			t.Errorf("sent twice: %s and %s, %v", first, again, err)
		}
		other := good(w)
		other.Note = "Is there a room for two?"
		if _, err := w.Questions.Ask(w.As("rsz"), other, "once-12345678"); err == nil {
			t.Error("other words under the same key are taken for the same")
		}
		ids, errs := make([]string, 4), make([]error, 4)
		var all sync.WaitGroup
		for i := range ids {
			all.Go(func() { ids[i], errs[i] = w.Questions.Ask(w.As("rsz"), good(w), "once-87654321") })
		}
		all.Wait()
		must(t, errors.Join(errs...))
		if len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 1 {
			t.Errorf("at once: %v", ids)
		}
		if n := number(t, w, `SELECT COUNT(*) FROM question`, nil); n != 2 {
			t.Errorf("%d questions are asked", n)
		}
	})
}
