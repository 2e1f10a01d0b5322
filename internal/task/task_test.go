package task_test

import (
	"slices"
	"testing"

	"relais/internal/audit"
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
		list, err = task.OpenOf(tx, victimID)
		return err
	})
	return slices.DeleteFunc(list, func(t task.Task) bool { return t.Subject == "" }) // what the opening of the file asked for itself
}

// TestMake_asksOnceForEachSubject, of whom the rule names, and of who leads the file where those do not see it.
func TestMake_asksOnceForEachSubject(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen"})
		payoke := notice.To{Kind: notice.Desk, ID: w.Place("be.payoke").Desks[0], AgencyID: w.Place("be.payoke").ID}
		self := notice.To{Kind: notice.Worker, ID: w.Person("rsz.second").ID, AgencyID: w.Place("be.rsz").ID}
		make := func(subject string, to notice.To) {
			onFile(w, "rsz", victimID, func(tx *gate.Tx) error {
				return task.Make(tx, task.Made{FileID: victimID, FileKind: gate.Victim, Rule: "art29_report", Subject: subject, To: to})
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
			onFile(w, "rsz", victimID, func(tx *gate.Tx) error { return task.Settle(tx, victimID, "art29_report", subject) })
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
