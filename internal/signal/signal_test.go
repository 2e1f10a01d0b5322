package signal_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/restriction"
	"relais/internal/signal"
	"relais/internal/testkit"
)

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func must0(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func desk(w *testkit.World, code string) string { return w.Place(code).Desks[0] }

func good(w *testkit.World, code string) signal.New {
	return signal.New{DeskID: desk(w, code), Country: "BE", Exploitation: "forced_labour", Persons: 4, SeenOn: w.Today(), Source: "own_observation",
		Place: "Zqhaven 12", Story: "Zqfour men sleep behind the car wash."}
}

func noted(t *testing.T, w *testkit.World, who, code string) string {
	t.Helper()
	return must(w.Signals.Note(w.As(who), good(w, code), ""))(t)
}

func show(t *testing.T, w *testkit.World, who, id string) signal.View {
	t.Helper()
	return must(w.Signals.Show(w.As(who), id))(t)
}

func told(t *testing.T, w *testkit.World, who, code, id string) bool {
	t.Helper()
	list := must(w.Notices.List(w.As(who), notice.Open, gate.Cursor{}))(t)
	return slices.ContainsFunc(list.Items, func(n notice.Notice) bool { return n.Code == code && n.Path() == "/signals/"+id })
}

func TestSignal_isPassedOnAnsweredAndFollowedUp(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := noted(t, w, "payoke", "be.payoke")
		t.Run("strangers find nothing", func(t *testing.T) { strangersFindNothing(t, w, id) })
		pass := signal.Pass{DeskID: desk(w, "be.rsz"), Purpose: "protection", Basis: "duty_to_report"}
		must0(t, w.Signals.Pass(w.As("payoke"), id, pass, 1))
		if v := show(t, w, "rsz", id); v.Story != "" || v.Place != "" || !v.CanAnswer() || v.CanFollow() || !told(t, w, "rsz", "signal_passed", id) {
			t.Errorf("with the facts alone, the inspectorate reads %+v", v)
		}
		again := pass
		again.DeskID = desk(w, "be.fgp")
		if err := w.Signals.Pass(w.As("payoke"), id, again, 2); !broke(err, "to", "signal.waits_already") {
			t.Errorf("passed to two at once: %v", err)
		}
		must0(t, w.Signals.Answer(w.As("rsz"), id, signal.Answer{Reason: "other_region"}, 2))
		if _, err := w.Signals.Show(w.As("rsz"), id); !errors.Is(err, fault.NotFound) || !told(t, w, "payoke", "signal_declined", id) {
			t.Errorf("given back, and still seen: %v", err)
		}
		again.WithStory = true
		must0(t, w.Signals.Pass(w.As("payoke"), id, again, 3))
		if err := w.Signals.Pass(w.As("fgp"), id, pass, 4); !errors.Is(err, fault.Refused) {
			t.Errorf("passed on by a desk that has not taken it: %v", err)
		}
		must0(t, w.Signals.Answer(w.As("fgp"), id, signal.Answer{Take: true}, 4))
		if err := w.Signals.Answer(w.As("fgp"), id, signal.Answer{Take: true}, 5); !errors.Is(err, fault.Conflict) {
			t.Errorf("answered twice: %v", err)
		}
		if v := show(t, w, "payoke", id); v.Mine || v.Story == "" || v.CanFollow() || len(v.Steps) != 5 || !told(t, w, "payoke", "signal_taken", id) {
			t.Errorf("who noted it reads %+v", v)
		}
		t.Run("into files", func(t *testing.T) { leadsToFiles(t, w, id) })
	})
}

func broke(err error, name, key string) bool {
	f, ok := fault.As(err)
	return ok && f.Kind == fault.Invalid && slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == name && ff.Key == key })
}

// leadsToFiles follows a signal up into a new file, and into one of another agency's case.
func leadsToFiles(t *testing.T, w *testkit.World, id string) {
	once := gate.NewID()
	f := signal.FollowUp{Into: signal.IntoVictim}
	kind, file, err := w.Signals.Follow(w.As("fgp"), id, f, 5, once)
	if err != nil || kind != gate.Victim {
		t.Fatalf("into %s: %v", kind, err)
	}
	if _, twin, err := w.Signals.Follow(w.As("fgp"), id, f, 5, once); err != nil || twin != file {
		t.Errorf("sent twice, it makes %s, %v", twin, err)
	}
	view := must(w.Victims.Show(w.As("fgp"), file))(t)
	site := w.Serve(t)
	if page := string(site.SignIn("fgp").Get("/victims/" + file).Want(200).Body); !strings.Contains(page, "Zqfour men") || !strings.Contains(page, "Payoke") {
		t.Error("the file does not say what it began with")
	}
	w.AddToTeam("fgp", view.File.CaseID, "be.dvz")
	if page := string(site.SignIn("dvz").Get("/victims/" + file).Want(200).Body); strings.Contains(page, "Zqfour men") {
		t.Error("immigration reads the story")
	}
	v := show(t, w, "fgp", id)
	if v.State != signal.Followed || len(v.Files) != 2 || v.Files[1].FileID != file {
		t.Errorf("followed up, it is %+v", v)
	}
	if v := show(t, w, "payoke", id); len(v.Files) != 0 {
		t.Errorf("who does not see the file is led to it: %+v", v.Files)
	}
	own := must(w.Cases.Show(w.As("fgp"), w.OpenCase("fgp")))(t).File
	join := signal.FollowUp{Into: signal.IntoExisting, Reference: own.Reference}
	if _, joined, err := w.Signals.Follow(w.As("fgp"), id, join, 6, ""); err != nil || joined != own.ID {
		t.Errorf("joined to %s, %v", joined, err)
	}
	for _, reference := range []string{own.Reference, must(w.Cases.Show(w.As("rsz"), w.OpenCase("rsz")))(t).File.Reference, "C-2222-2222", ""} {
		join.Reference = reference
		if _, _, err := w.Signals.Follow(w.As("fgp"), id, join, 7, ""); !errors.Is(err, fault.Invalid) {
			t.Errorf("joined to %q: %v", reference, err)
		}
	}
	w.Advance(8 * 31 * 24 * time.Hour)
	must0(t, w.Signals.Tidy(w.AsProgram()))
	if v := show(t, w, "fgp", id); v.Story == "" {
		t.Error("a signal that was followed up is anonymised")
	}
	if v := show(t, w, "payoke", id); v.Story != "" || v.Place != "" {
		t.Error("who has none of the files reads the story after six months")
	}
	shut := must(w.Limits.Exclude(w.As("fgp.head"), restriction.NewExclusion{Reference: view.File.Reference, WorkerID: w.Person("fgp").ID,
		Reason: "involved"}, ""))(t)
	if v := show(t, w, "fgp", id); v.Story != "" || v.Place != "" {
		t.Error("who is excluded from the file reads it in the signal")
	}
	must0(t, w.Limits.EndExclusion(w.As("fgp.head"), shut, 1))
	if v := show(t, w, "fgp", id); v.Story == "" {
		t.Error("the exclusion has ended, and the story is gone")
	}
}

func strangersFindNothing(t *testing.T, w *testkit.World, id string) {
	for _, who := range []string{"pagasa", "dvz", "cosm", "spj", "fgp", "payoke.lead", "payoke.auditor", "payoke.admin", "myria"} {
		for name, call := range map[string]func(string) error{
			"show":   func(id string) error { _, err := w.Signals.Show(w.As(who), id); return err },
			"pass":   func(id string) error { return w.Signals.Pass(w.As(who), id, signal.Pass{}, 1) },
			"answer": func(id string) error { return w.Signals.Answer(w.As(who), id, signal.Answer{Take: true}, 1) },
			"close":  func(id string) error { return w.Signals.Close(w.As(who), id, "unfounded", 1) },
			"follow": func(id string) error {
				_, _, err := w.Signals.Follow(w.As(who), id, signal.FollowUp{Into: signal.IntoCase}, 1, "")
				return err
			},
		} {
			foreign, absent := call(id), call(gate.NewID())
			if !errors.Is(foreign, fault.NotFound) || foreign.Error() != absent.Error() {
				t.Errorf("%s %s: foreign %v, absent %v", who, name, foreign, absent)
			}
		}
		if list, _, err := w.Signals.List(w.As(who), signal.BoxOpen, gate.Cursor{}); len(list) > 0 || err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("%s lists %v, %v", who, list, err)
		}
	}
}

// TestTidy_anonymisesWhatNobodyFollowsUp lets six months pass over an open, a closed and a waiting signal.
func TestTidy_anonymisesWhatNobodyFollowsUp(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		open, closed := noted(t, w, "rsz", "be.rsz"), noted(t, w, "rsz", "be.rsz")
		must0(t, w.Signals.Close(w.As("rsz"), closed, "too_little", 1))
		must0(t, w.Signals.Pass(w.As("rsz"), open, signal.Pass{DeskID: desk(w, "be.fgp"), WithStory: true, Purpose: "identification", Basis: "legal_task"}, 1))
		if err := w.Signals.Close(w.As("rsz"), closed, "too_little", 2); !errors.Is(err, fault.Conflict) {
			t.Errorf("closed twice: %v", err)
		}
		w.Advance(show(t, w, "rsz", open).ExpiresAt.Sub(w.Now()) - 13*24*time.Hour)
		for range 2 {
			must0(t, w.Signals.Tidy(w.AsProgram()))
		}
		if !told(t, w, "rsz", "signal_ending", open) || told(t, w, "rsz", "signal_ending", closed) || show(t, w, "rsz", closed).Story == "" {
			t.Error("the desk is not told of the end, or of what it has closed itself")
		}
		w.Advance(14 * 24 * time.Hour)
		if v := show(t, w, "rsz", open); v.Story != "" {
			t.Error("past its time, and not yet tidied up, it is still read")
		}
		for range 2 {
			must0(t, w.Signals.Tidy(w.AsProgram()))
		}
		for _, id := range []string{open, closed} {
			v := show(t, w, "rsz", id)
			if v.State != signal.Anonymised || v.Story != "" || v.Place != "" || v.SeenOn != "2026-03" || v.Persons != 4 || v.Exploitation != "forced_labour" {
				t.Errorf("anonymised, it is %+v", v)
			}
			if _, _, err := w.Signals.Follow(w.As("rsz"), id, signal.FollowUp{Into: signal.IntoCase}, v.Version, ""); !errors.Is(err, fault.Conflict) {
				t.Errorf("followed up afterwards: %v", err)
			}
		}
		if _, err := w.Signals.Show(w.As("fgp"), open); !errors.Is(err, fault.NotFound) {
			t.Errorf("what waited for another desk waits on: %v", err)
		}
		must0(t, w.Database.Write(t.Context(), func(tx *database.Tx) error {
			var left int64
			must0(t, tx.Get(&left, "SELECT COUNT(*) FROM signal WHERE place IS NOT NULL OR story IS NOT NULL", nil))
			var keys int64
			must0(t, tx.Get(&keys, "SELECT COUNT(*) FROM data_key k JOIN signal s ON s.id = k.owner_id WHERE k.wrapped IS NOT NULL", nil))
			if left+keys > 0 {
				t.Errorf("%d texts and %d keys are left", left, keys)
			}
			return nil
		}))
	})
}

func TestNote_namesWhatIsWrong(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	for _, c := range []struct {
		field, key string
		spoil      func(*signal.New)
	}{
		{"desk", "signal.not_your_desk", func(n *signal.New) { n.DeskID = desk(w, "be.payoke") }},
		{"country", "fault.field_unknown_code", func(n *signal.New) { n.Country = "XX" }},
		{"exploitation", "fault.field_unknown_code", func(n *signal.New) { n.Exploitation = "bad luck" }},
		{"persons", "signal.persons_range", func(n *signal.New) { n.Persons = -1 }},
		{"persons", "signal.persons_range", func(n *signal.New) { n.Persons = 1001 }},
		{"source", "fault.field_unknown_code", func(n *signal.New) { n.Source = "rumour" }},
		{"seen_on", "fault.field_not_a_date", func(n *signal.New) { n.SeenOn = "soon" }},
		{"seen_on", "fault.field_future", func(n *signal.New) { n.SeenOn = "2026-03-03" }},
		{"story", "fault.field_required", func(n *signal.New) { n.Story = " " }},
		{"story", "fault.field_too_long", func(n *signal.New) { n.Story = strings.Repeat("x", 4001) }},
		{"place", "fault.field_control_characters", func(n *signal.New) { n.Place = "a\x00b" }},
	} {
		n := good(w, "be.rsz")
		c.spoil(&n)
		if _, err := w.Signals.Note(w.As("rsz"), n, ""); !broke(err, c.field, c.key) {
			t.Errorf("%s: %v", c.key, err)
		}
	}
	if list, _, err := w.Signals.List(w.As("rsz"), signal.BoxOpen, gate.Cursor{}); err != nil || len(list) > 0 {
		t.Errorf("something was stored: %v, %v", list, err)
	}
	if d := must(w.Signals.Form(w.As("tutelles")))(t); len(d.Own) != 1 {
		t.Errorf("a guardian notes signals at %v", d.Own)
	}
}
