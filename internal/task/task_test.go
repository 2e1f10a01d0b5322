package task_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/task"
	"relais/internal/testkit"
)

var ruleAction = gate.OnFile("test.rule")

// onFile runs a rule's work inside a use case of somebody on a victim file.
func onFile(w *testkit.World, key, victimID string, fn func(tx *gate.Tx) error) {
	w.T.Helper()
	if err := w.Gate.Write(w.As(key), ruleAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Alter}, fn(tx)
	}); err != nil {
		w.T.Fatal(err)
	}
}

func openOf(w *testkit.World, key, victimID string) (list []task.Task) {
	w.T.Helper()
	onFile(w, key, victimID, func(tx *gate.Tx) (err error) {
		all, err := task.OpenOf(tx, victimID)
		for i := range all {
			if all[i].Rule == "test_rule" || all[i].Rule == "" { // and not what the program's own rules ask for
				list = append(list, all[i])
			}
		}
		return err
	})
	return list
}

// TestMake_fallsToWhoSeesTheFile: nobody leads it any more, and who works on it still writes what makes a task.
func TestMake_fallsToWhoSeesTheFile(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		victimID := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
		w.Advance(gate.LongestGrant - 24*time.Hour)
		w.AddToTeam("rsz", caseID, "be.fgp")
		w.Advance(48 * time.Hour)
		if _, err := w.Victims.Show(w.As("rsz"), victimID); fault.KindOf(err) != fault.NotFound {
			t.Fatalf("the lead still sees the file: %v", err)
		}
		onFile(w, "fgp", victimID, func(tx *gate.Tx) error {
			return task.Make(tx, task.Made{FileID: victimID, FileKind: gate.Victim, Rule: "test_rule", Subject: "one"})
		})
		if open := openOf(w, "fgp", victimID); len(open) != 1 || open[0].ToAgencyID != w.Place("be.fgp").ID {
			t.Errorf("open: %+v", open)
		}
	})
}

// TestMake_asksOnceForEachSubject, of whom the rule names, and of who leads the file where those do not see it.
func TestMake_asksOnceForEachSubject(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
		payoke := notice.To{Kind: notice.Desk, ID: w.Place("be.payoke").Desks[0], AgencyID: w.Place("be.payoke").ID}
		self := notice.To{Kind: notice.Worker, ID: w.Person("rsz.second").ID, AgencyID: w.Place("be.rsz").ID}
		make := func(subject string, to notice.To) {
			onFile(w, "rsz", victimID, func(tx *gate.Tx) error {
				return task.Make(tx, task.Made{FileID: victimID, FileKind: gate.Victim, Rule: "test_rule", Subject: subject, To: to})
			})
		}
		make("one", payoke)
		make("one", payoke)
		make("two", self)
		open := openOf(w, "rsz", victimID)
		if len(open) != 2 || open[0].ToID != w.Place("be.rsz").Desks[0] || open[1].ToID != self.ID || open[0].DueAt <= w.Now() {
			t.Fatalf("open: %+v", open)
		}
		settle := func(subject string) {
			onFile(w, "rsz", victimID, func(tx *gate.Tx) error { return task.Settle(tx, victimID, "test_rule", subject) })
		}
		settle("none")
		settle("one")
		settle("one")
		make("one", payoke)
		if open := openOf(w, "rsz", victimID); len(open) != 1 || open[0].Subject != "two" {
			t.Errorf("after it has happened: %+v", open)
		}
	})
}

func desk(w *testkit.World, code string) string { return notice.Desk + ":" + w.Place(code).Desks[0] }

func person(w *testkit.World, key string) string { return notice.Worker + ":" + w.Person(key).ID }

// scene is a victim file of the inspectorate that the shelter sees.
func scene(w *testkit.World) (victimID string) {
	victimID = w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
	w.Refer("rsz", victimID, "be.payoke", "payoke", "identity")
	return victimID
}

func call(w *testkit.World, doer string, days int) task.New {
	return task.New{Code: "call", Text: "Ask about Tuesday", Doer: doer, Due: w.Today().AddDays(days)}
}

func add(w *testkit.World, key, victimID string, n task.New) string {
	w.T.Helper()
	id, err := w.Tasks.Add(w.As(key), gate.Victim, victimID, n, "")
	if err != nil {
		w.T.Fatal(err)
	}
	return id
}

func show(w *testkit.World, key, id string) task.View {
	w.T.Helper()
	v, err := w.Tasks.Show(w.As(key), id)
	if err != nil {
		w.T.Fatal(err)
	}
	return v
}

func idsIn(w *testkit.World, key string, box task.Box) (ids []string) {
	w.T.Helper()
	list, err := w.Tasks.List(w.As(key), box, gate.Cursor{})
	if err != nil {
		w.T.Fatal(err)
	}
	for i := range list.Tasks {
		ids = append(ids, list.Tasks[i].ID)
	}
	return ids
}

func wrongField(err error) string {
	if f, ok := fault.As(err); ok && len(f.Fields) > 0 {
		return f.Fields[0].Name + " " + f.Fields[0].Key
	}
	return ""
}

// TestTask_goesBetweenAgencies: from the inspectorate to the shelter's desk and back as done, with its text for both, nothing of it
// for strangers, and the whole way kept.
func TestTask_goesBetweenAgencies(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := scene(w)
		id := add(w, "rsz", victimID, call(w, desk(w, "be.payoke"), 2))
		for _, key := range []string{"rsz.other", "fgp", "pagasa", "cosm", "spj", "payoke.auditor"} {
			if _, err := w.Tasks.Show(w.As(key), id); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", key, err)
			}
			if err := w.Tasks.Finish(w.As(key), id, 1, ""); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s finishes: %v", key, err)
			}
		}
		if v := show(w, "payoke.second", id); v.Text != "Ask about Tuesday" || !v.CanFinish || v.CanCancel || !v.CanChange {
			t.Errorf("the shelter sees %+v", v.Task)
		}
		if v := show(w, "payoke.lead", id); v.Text != "" || v.CanOpen || v.CanFinish || !v.CanChange {
			t.Errorf("who answers for the shelter sees %+v", v.Task)
		}
		if v := show(w, "rsz.second", id); v.CanFinish || !v.CanCancel {
			t.Errorf("who asked may %+v", v)
		}
		if err := w.Tasks.Finish(w.As("rsz"), id, 1, ""); fault.KindOf(err) != fault.Refused {
			t.Errorf("who asked finishes: %v", err)
		}
		if err := w.Tasks.Change(w.As("payoke"), id, 1, task.Change{Doer: person(w, "payoke"), Due: w.Today().AddDays(2), Note: "I know her"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Tasks.Finish(w.As("payoke"), id, 1, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("with an old version: %v", err)
		}
		if err := w.Tasks.Finish(w.As("payoke.second"), id, 2, ""); fault.KindOf(err) != fault.Refused {
			t.Errorf("by a colleague: %v", err)
		}
		if err := w.Tasks.Finish(w.As("payoke"), id, 2, "She can come"); err != nil {
			t.Fatal(err)
		}
		v := show(w, "rsz", id)
		steps := []string{}
		for _, s := range v.Steps {
			steps = append(steps, s.Step)
		}
		if v.State != task.Done || !slices.Equal(steps, []string{"done", "given", "made"}) || v.Steps[0].Note != "She can come" || v.Steps[0].By != "" {
			t.Errorf("afterwards: %+v, %v", v.Task, v.Steps)
		}
		if err := w.Tasks.Cancel(w.As("rsz"), id, 3, "not_needed", ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("once done: %v", err)
		}
	})
}

// TestChange_tellsWhoWasFirst only where that is a colleague of whoever was second.
func TestChange_tellsWhoWasFirst(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := add(w, "rsz", scene(w), call(w, desk(w, "be.payoke"), 3))
		c := task.Change{Doer: person(w, "payoke"), Due: w.Today().AddDays(2)}
		if err := w.Tasks.Change(w.As("payoke"), id, 1, c); err != nil {
			t.Fatal(err)
		}
		first := w.Person("payoke")
		for who, by := range map[string]string{"payoke": first.Given + " " + first.Family, "rsz": ""} {
			f, _ := fault.As(w.Tasks.Change(w.As(who), id, 1, c))
			if f == nil || f.Kind != fault.Conflict {
				t.Errorf("%s: %v", who, f)
				continue
			}
			if stale, ok := f.Detail.(gate.Stale); !ok || stale.By != by || stale.At == 0 || stale.Version != 2 {
				t.Errorf("%s is told of %+v", who, f.Detail)
			}
		}
	})
}

// TestTask_waitsForAnother until that one is closed; tasks never wait for each other.
func TestTask_waitsForAnother(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := scene(w)
		first := add(w, "rsz", victimID, call(w, person(w, "rsz"), 1))
		n := call(w, desk(w, "be.payoke"), 5)
		n.WaitsFor = first
		second := add(w, "rsz", victimID, n)
		n.WaitsFor = second
		third := add(w, "rsz", victimID, n)
		if got := idsIn(w, "payoke", task.Blocked); !slices.Equal(got, []string{second, third}) || len(idsIn(w, "payoke", task.Soon)) != 0 {
			t.Errorf("waiting: %v", got)
		}
		if err := w.Tasks.Finish(w.As("payoke"), second, 1, ""); !errors.Is(err, fault.Conflict) {
			t.Errorf("before the other: %v", err)
		}
		back := task.Change{Doer: person(w, "rsz"), Due: w.Today().AddDays(1), WaitsFor: third}
		if err := w.Tasks.Change(w.As("rsz"), first, 1, back); wrongField(err) != "waits_for task.cycle" {
			t.Errorf("in a circle: %v", err)
		}
		other := scene(w)
		back.WaitsFor = add(w, "rsz", other, call(w, person(w, "rsz"), 1))
		if err := w.Tasks.Change(w.As("rsz"), first, 1, back); wrongField(err) != "waits_for task.not_open_there" {
			t.Errorf("of another file: %v", err)
		}
		if err := w.Tasks.Finish(w.As("rsz"), first, 1, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.Tasks.Cancel(w.As("rsz"), second, 2, "twice", ""); err != nil {
			t.Fatal(err)
		}
		if v := show(w, "payoke", third); v.State != task.Open || v.WaitsFor != "" || v.Version != 2 {
			t.Errorf("afterwards: %+v", v.Task)
		}
	})
}

// TestAdd_refusesWhatIsWrong with the field and its rule, and stores nothing.
func TestAdd_refusesWhatIsWrong(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	victimID := scene(w)
	for want, spoil := range map[string]func(*task.New){
		"code fault.field_required":           func(n *task.New) { n.Code = "" },
		"code fault.field_unknown_code":       func(n *task.New) { n.Code = "flag_danger" },
		"text fault.field_required":           func(n *task.New) { n.Code, n.Text = "other", " " },
		"text fault.field_control_characters": func(n *task.New) { n.Text = "\x00" },
		"doer fault.field_required":           func(n *task.New) { n.Doer = "" },
		"doer fault.field_unknown_code":       func(n *task.New) { n.Doer = "agency:1" },
		"doer task.does_not_see":              func(n *task.New) { n.Doer = desk(w, "be.pagasa") },
		"due fault.field_required":            func(n *task.New) { n.Due = "" },
		"due fault.field_not_a_date":          func(n *task.New) { n.Due = "2026-02-30" },
		"due task.day_past":                   func(n *task.New) { n.Due = w.Today().AddDays(-1) },
		"due task.day_too_far":                func(n *task.New) { n.Due = w.Today().AddDays(4 * 365) },
		"waits_for task.not_open_there":       func(n *task.New) { n.WaitsFor = gate.NewID() },
	} {
		n := call(w, desk(w, "be.payoke"), 1)
		spoil(&n)
		if _, err := w.Tasks.Add(w.As("rsz"), gate.Victim, victimID, n, ""); wrongField(err) != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	n := call(w, person(w, "payoke"), 1)
	if _, err := w.Tasks.Add(w.As("rsz"), gate.Victim, victimID, n, ""); wrongField(err) != "doer task.does_not_see" {
		t.Errorf("a person of another agency: %v", err)
	}
	if open := openOf(w, "rsz", victimID); len(open) != 0 {
		t.Errorf("something was stored: %+v", open)
	}
	good := call(w, desk(w, "be.payoke"), 1)
	one, err := w.Tasks.Add(w.As("rsz"), gate.Victim, victimID, good, "key")
	two, again := w.Tasks.Add(w.As("rsz"), gate.Victim, victimID, good, "key")
	if err != nil || again != nil || one != two {
		t.Errorf("sent twice: %s and %s, %v, %v", one, two, err, again)
	}
}

// TestTidy_endsFlagsAndBringsTasksBack: a flag ends with its day, and a task whose doer has lost the file comes to who leads it;
// doing it twice changes nothing.
func TestTidy_endsFlagsAndBringsTasksBack(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := scene(w)
		flag := add(w, "rsz", victimID, task.New{Flag: true, Code: "flag_danger", Text: "He knows the address", Doer: desk(w, "be.payoke"), Due: w.Today().AddDays(3)})
		job := add(w, "rsz", victimID, call(w, desk(w, "be.payoke"), 120))
		if got := idsIn(w, "payoke", task.Flags); !slices.Equal(got, []string{flag}) {
			t.Errorf("flags: %v", got)
		}
		w.Advance(4 * 24 * time.Hour)
		tidy := func() {
			t.Helper()
			if err := w.Tasks.Tidy(w.AsProgram()); err != nil {
				t.Fatal(err)
			}
		}
		tidy()
		if v := show(w, "payoke", flag); v.State != task.Cancelled || v.Steps[0].Step != "expired" {
			t.Errorf("the flag: %+v", v.Task)
		}
		w.Advance(gate.DefaultGrant) // the shelter's access is over
		if _, err := w.Tasks.Show(w.As("payoke"), job); fault.KindOf(err) != fault.NotFound {
			t.Errorf("after the access: %v", err)
		}
		tidy()
		tidy()
		v := show(w, "rsz", job)
		if v.ToID != w.Place("be.rsz").Desks[0] || len(v.Steps) != 2 || v.Steps[0].Step != "returned" {
			t.Errorf("the task: %+v, %v", v.Task, v.Steps)
		}
		left := add(w, "rsz", victimID, call(w, person(w, "rsz.second"), 300))
		if err := w.Agencies.Retire(w.AsProgram(), w.Place("be.rsz").ID, w.Person("rsz.second").ID); err != nil {
			t.Fatal(err)
		}
		w.Advance(2 * time.Hour)
		tidy()
		if v := show(w, "rsz", left); v.ToKind != notice.Desk || v.ToID != w.Place("be.rsz").Desks[0] {
			t.Errorf("the task of a colleague who has left: %+v", v.Task)
		}
		if got := idsIn(w, "rsz", task.Later); !slices.Contains(got, left) || !slices.Contains(got, job) {
			t.Errorf("the lead's desk has %v", got)
		}
	})
}

// TestHistory_cannotBeChanged, on either engine.
func TestHistory_cannotBeChanged(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		add(w, "rsz", scene(w), call(w, person(w, "rsz"), 1))
		for _, statement := range []string{`UPDATE task_step SET step = 'x'`, `DELETE FROM task_step`, `DELETE FROM task`} {
			err := w.Database.Write(t.Context(), func(tx *database.Tx) error { _, err := tx.Exec(statement, nil); return err })
			if err == nil {
				t.Errorf("%s was done", statement)
			}
		}
		var found int
		if err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
			return tx.Get(&found, `SELECT COUNT(*) FROM task WHERE CAST(text AS TEXT) LIKE '%Tuesday%'`, nil)
		}); err == nil && found > 0 {
			t.Error("the text lies in clear")
		}
	})
}

// TestTask_isHiddenFromWhoeverMayNotKnow: who leads the file learns that the shelter has something to do and not what was written;
// an excluded colleague learns nothing, and while the file is sealed nobody does.
func TestTask_isHiddenFromWhoeverMayNotKnow(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := scene(w)
		own := add(w, "payoke", victimID, call(w, desk(w, "be.payoke"), 2))
		if v := show(w, "rsz", own); v.Text != "" || v.Steps[0].Note != "" || v.CanFinish || v.CanCancel || v.CanChange {
			t.Errorf("who leads the file reads %+v", v)
		}
		asked := add(w, "rsz", victimID, call(w, desk(w, "be.rsz"), 2))
		if _, err := w.Tasks.Show(w.As("payoke"), asked); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the shelter sees what the inspectorate does: %v", err)
		}
		excluded := w.Person("rsz.second")
		onFile(w, "rsz", victimID, func(tx *gate.Tx) error {
			return tx.Exclude(gate.Exclusion{ID: gate.NewID(), WorkerID: excluded.ID, WorkerAgencyID: excluded.AgencyID, Reason: "related"})
		})
		if _, err := w.Tasks.Show(w.As("rsz.second"), asked); fault.KindOf(err) != fault.NotFound || len(idsIn(w, "rsz.second", task.Soon)) > 0 {
			t.Errorf("the excluded colleague: %v", err)
		}
		n := call(w, person(w, "rsz.second"), 1)
		if _, err := w.Tasks.Add(w.As("rsz"), gate.Victim, victimID, n, ""); wrongField(err) != "doer task.does_not_see" {
			t.Errorf("a task for the excluded colleague: %v", err)
		}
		onFile(w, "rsz", victimID, func(tx *gate.Tx) error { _, err := tx.SealFile("2026/1"); return err })
		for key, id := range map[string]string{"rsz": asked, "payoke": own} {
			if _, err := w.Tasks.Show(w.As(key), id); fault.KindOf(err) != fault.NotFound || slices.Contains(idsIn(w, key, task.Soon), id) {
				t.Errorf("%s sees a task of the sealed file: %v", key, err)
			}
		}
	})
}
