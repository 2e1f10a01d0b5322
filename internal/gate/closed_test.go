package gate_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

var update = flag.Bool("update", false, "write the table of what a closed file refuses anew")

var stageAction = gate.OnFile("test.stage")

// errProbe undoes what a probe was let in to do.
var errProbe = errors.New("let in")

// TestClosed_refusesEveryWriteThatIsNotNamed tries every action of the program on a closed file, whatever slice it belongs to, and
// compares the answers with a table: a new action stands there or the test fails.
func TestClosed_refusesEveryWriteThatIsNotNamed(t *testing.T) {
	table := filepath.Join("testdata", "closed.golden")
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("payoke")
		victimID := w.OpenVictim("payoke", caseID, section.Values{"family_name": "Nguyen"})
		open := probes(w, victimID)
		stage(t, w, victimID, gate.StageClosed)
		closed := probes(w, victimID)
		var rows strings.Builder
		for i, row := range open {
			if row.write != letIn || row.read != letIn {
				continue // not this person's, open or closed
			}
			shut := closed[i]
			if !row.onFiles && shut.write == refused {
				continue // as everything is that nobody named
			}
			rows.WriteString(row.name + " read:" + shut.read + " write:" + shut.write + "\n")
		}
		if *update && w.Engine == "sqlite" {
			if err := os.WriteFile(table, []byte(rows.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		if rows.String() != string(want) {
			t.Errorf("what a closed file refuses has changed; look at each line, then -update\n%s", rows.String())
		}
	})
}

// The answers of a probe.
const (
	letIn   = "goes_on"
	refused = "refused"
	other   = "other"
)

// probe is what an action may do on a file.
type probe struct {
	name, read, write string
	onFiles           bool // its target is a file; otherwise the use case turns to one, if it touches any
}

// probes tries every action as the lead of the file, in the order of their names.
func probes(w *testkit.World, victimID string) (all []probe) {
	for _, a := range gate.DeclaredActions() {
		if strings.HasPrefix(a.Name(), "test.") || !a.OnFiles() && !a.ByPeople() {
			continue
		}
		target, fn := gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			if _, err := tx.Enter(gate.Victim, victimID); err != nil {
				return audit.Event{}, err
			}
			return audit.Event{}, errProbe
		}
		if a.OnFiles() {
			target, fn = gate.File(gate.Victim, victimID), func(*gate.Tx) (audit.Event, error) { return audit.Event{}, errProbe }
		}
		if a.InSection() {
			target = target.In(authz.Identity)
		}
		all = append(all, probe{name: a.Name(), onFiles: a.OnFiles(), read: answer(w.Gate.Read(w.As("payoke"), a, target, fn)),
			write: answer(w.Gate.Write(w.As("payoke"), a, target, fn))})
	}
	return all
}

func answer(err error) string {
	switch {
	case errors.Is(err, errProbe):
		return letIn
	case gate.IsClosed(err):
		return refused
	}
	return other
}

// stage moves a file to a stage, as the slice that closes files does.
func stage(t *testing.T, w *testkit.World, victimID, to string) {
	t.Helper()
	err := w.Gate.Write(w.As("payoke"), stageAction.WhileClosed(), gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Alter}, tx.SetStage(to)
	})
	if err != nil {
		t.Fatal(err)
	}
}
