package task_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/gate"
	"relais/internal/locale"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/task"
	"relais/internal/testkit"
	"relais/policies"
	"relais/web"
)

// noticed counts what was told of a task to a person, their desks or their agency by a code.
func noticed(w *testkit.World, key, code, id string) (found int) {
	w.T.Helper()
	list, err := w.Notices.List(w.As(key), notice.Open, gate.Cursor{})
	if err != nil {
		w.T.Fatal(err)
	}
	for _, n := range list.Items {
		if n.Code == code && n.Subject == id {
			found++
		}
	}
	return found
}

// TestLate_isToldToTheDoerAndThenToTheLead, once each, by the days of the rule; another day begins anew, and what is done, or a flag,
// is never late.
func TestLate_isToldToTheDoerAndThenToTheLead(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := scene(w)
		job := add(w, "rsz", victimID, call(w, desk(w, "be.payoke"), 2))
		done := add(w, "rsz", victimID, call(w, desk(w, "be.payoke"), 2))
		add(w, "rsz", victimID, task.New{Flag: true, Code: "flag_danger", Text: "He knows the address", Doer: desk(w, "be.payoke"), Due: w.Today().AddDays(2)})
		if err := w.Tasks.Finish(w.As("payoke"), done, 1, ""); err != nil {
			t.Fatal(err)
		}
		check := func(day string, doer, lead int) {
			t.Helper()
			for range 2 {
				if err := w.Tasks.Tidy(w.AsProgram()); err != nil {
					t.Fatal(err)
				}
			}
			if d, l := noticed(w, "payoke", "task_late", job), noticed(w, "payoke.lead", "task_late_lead", job); d != doer || l != lead {
				t.Errorf("%s: the doer was told %d times and not %d, the lead %d and not %d", day, d, doer, l, lead)
			}
		}
		days := func(n int) { w.Advance(time.Duration(n) * 24 * time.Hour) }
		days(2)
		check("on the last day", 0, 0)
		days(1)
		check("a day late", 1, 0)
		days(2)
		check("three days late, in the morning", 1, 0)
		days(1)
		check("after the third day", 1, 1)
		days(33)
		check("39 days late", 1, 1)
		v := show(w, "payoke", job)
		if err := w.Tasks.Change(w.As("payoke"), job, v.Version, task.Change{Doer: desk(w, "be.payoke"), Due: w.Today().AddDays(1)}); err != nil {
			t.Fatal(err)
		}
		check("on another day", 1, 1)
		days(2)
		check("late again", 2, 1)
		if noticed(w, "rsz", "task_late", job) != 0 || noticed(w, "payoke", "task_late", done) != 0 {
			t.Error("somebody else is told")
		}
	})
}

// TestLate_followsTheRuleThatMadeTheTask: that a child has no guardian is told to the lead a day later, and not after three.
func TestLate_followsTheRuleThatMadeTheTask(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID, id := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen", "age_status": "presumed_child"}), ""
		onFile(w, "rsz", victimID, func(tx *gate.Tx) error {
			open, err := task.OpenOf(tx, victimID)
			for i := range open {
				if open[i].Rule == "guardian_request" {
					id = open[i].ID
				}
			}
			return err
		})
		w.Advance(3 * 24 * time.Hour) // due on the next day, told on the one after, to the lead on the third
		if _, err := w.Tasks.TellLate(w.AsProgram()); err != nil {
			t.Fatal(err)
		}
		if d, l := noticed(w, "rsz", "task_late", id), noticed(w, "rsz.head", "task_late_lead", id); d != 1 || l != 1 {
			t.Errorf("the guardian is asked for: the doer was told %d times, the lead %d", d, l)
		}
	})
}

// TestLoadLate_namesFileLineAndReason of each line that is wrong; the shipped one is right, and each of its rules makes tasks.
func TestLoadLate_namesFileLineAndReason(t *testing.T) {
	shipped, err := task.LoadLate(policies.Tasks)
	if err != nil || len(shipped) < 3 {
		t.Fatalf("the shipped file: %v, %v", shipped, err)
	}
	words, err := locale.Load(web.Locales())
	if err != nil {
		t.Fatal(err)
	}
	for rule := range shipped {
		if rule != "any" && !slices.Contains(words.Keys(), "task.rule."+rule) {
			t.Errorf("no task is made by %s", rule)
		}
	}
	const head = "rule,doer_after,lead_after,source\n"
	for text, want := range map[string]string{
		"rule,days\n":                      "tasks.csv",
		"rule,doer,lead,source\nany,0,3,x": "line 1: the first line has to be",
		head + "clock_review,0,3,x\n":      `no line for "any"`,
		head + "any,-1,3,x\n":              "line 2: the rule \"any\": days are whole numbers",
		head + "any,0,31,x\n":              "line 2: the rule \"any\": days are whole numbers",
		head + "any,0,soon,x\n":            "line 2: the rule \"any\": days are whole numbers",
		head + "any,3,1,x\n":               "line 2: the rule \"any\" tells the lead before the doer",
		head + "any,0,1,\n":                "line 2: the rule \"any\" has no source",
		head + "any,0,1,x\nany,0,2,x\n":    "line 3: the rule \"any\" has two lines",
		head + "any,0,1,x\n,0,2,x\n":       "line 3: no rule is named",
	} {
		if _, err := task.LoadLate(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, not %q", text, err, want)
		}
	}
}
