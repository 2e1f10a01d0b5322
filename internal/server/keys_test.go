package server_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"relais/internal/account"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/seal"
	"relais/internal/section"
	"relais/internal/server"
	"relais/internal/testkit"
)

// operated is a world whose program was stopped; open starts it again for one command, with the keys as they are by then.
type operated struct {
	t    *testing.T
	w    *testkit.World
	keys string
}

func (o *operated) command(do func(p *server.Program) error) error {
	o.t.Helper()
	p := must(server.Open(context.Background(), server.Settings{Database: o.w.URL, Keys: o.keys,
		Checkpoints: filepath.Join(o.w.Dir, "checkpoints"), Passwords: account.CheapCost, Clock: o.w.Now}))(o.t)
	err := do(p)
	if closed := p.Close(context.Background()); closed != nil {
		o.t.Error(closed)
	}
	return err
}

func (o *operated) must(what string, do func(p *server.Program) error) {
	o.t.Helper()
	if err := o.command(do); err != nil {
		o.t.Fatalf("%s: %v", what, err)
	}
}

// TestKeys_areRotatedAndTheOldOneDestroyed goes through all that the docs say, and through what is refused on the way.
func TestKeys_areRotatedAndTheOldOneDestroyed(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		victimID := w.OpenVictim("rsz.second", w.OpenCase("rsz.second"), section.Values{"family_name": "Quisenberry", "given_names": "Xanthippe"})
		o := &operated{t: t, w: w, keys: filepath.Join(w.Dir, "keys")}
		old := must(seal.KEKs(o.keys))(t)[0].ID
		destroy := func(id uint32) error {
			return o.command(func(p *server.Program) error { return p.DestroyKey(t.Context(), id) })
		}
		if err := destroy(old); !errors.Is(err, seal.ErrInUse) {
			t.Fatalf("the key that wraps was destroyed: %v", err)
		}
		o.must("rotate", func(p *server.Program) error { return p.RotateKey(t.Context()) })
		disable := func(p *server.Program) error { return p.DisableKey(t.Context(), old) }
		if err := o.command(disable); !errors.Is(err, seal.ErrInUse) {
			t.Fatalf("a key under which everything lies was disabled: %v", err)
		}
		o.must("rewrap", func(p *server.Program) error {
			if n, err := p.RewrapKeys(t.Context()); err != nil || n < 5 {
				t.Errorf("%d keys wrapped anew, %v", n, err)
			}
			if n, err := p.RewrapKeys(t.Context()); err != nil || n != 0 {
				t.Errorf("a second time %d, %v", n, err)
			}
			return nil
		})
		if err := destroy(old); !errors.Is(err, seal.ErrInUse) {
			t.Fatalf("an enabled key was destroyed: %v", err)
		}
		o.must("disable", disable)
		o.must("enable", func(p *server.Program) error { return p.EnableKey(t.Context(), old) })
		o.must("disable again", disable)
		if err := destroy(old + 1); !errors.Is(err, seal.ErrMissing) {
			t.Errorf("a key that is not there: %v", err)
		}
		if err := destroy(old); err != nil {
			t.Fatal(err)
		}
		if states := must(seal.KEKs(o.keys))(t); len(states) != 1 || states[0].ID == old {
			t.Errorf("the keys are %+v", states)
		}
		o.must("read", func(p *server.Program) error {
			view, err := p.Victims.Show(w.As("rsz.second"), victimID)
			if err == nil && familyNameOf(view.Sections) != "Quisenberry" {
				t.Error("the file cannot be read any more")
			}
			return err
		})
		for action, want := range map[string]int{"key.rotate": 1, "key.disable": 2, "key.enable": 1, "key.destroy": 1} {
			if n := countActions(t, w.Database, action); n != want {
				t.Errorf("%d entries of %s, want %d", n, action, want)
			}
		}
		if n := countActions(t, w.Database, "key.rewrap"); n < 2 {
			t.Errorf("%d entries of the wrapping", n)
		}
		var named int
		if err := w.Database.Get(t.Context(), &named, `SELECT COUNT(*) FROM audit_entry WHERE action = 'key.destroy' AND decision = 'allow'`, gate.Args{}); err != nil || named != 1 {
			t.Errorf("%d, %v", named, err)
		}
	})
}

// TestKeys_waitForTheProgramToStop: a program that runs goes on with the keys that it has read.
func TestKeys_waitForTheProgramToStop(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	if err := w.Database.Lock(); err != nil {
		t.Fatal(err)
	}
	o := &operated{t: t, w: w, keys: filepath.Join(w.Dir, "keys")}
	for name, do := range map[string]func(p *server.Program) error{
		"rotate":  func(p *server.Program) error { return p.RotateKey(t.Context()) },
		"rewrap":  func(p *server.Program) error { _, err := p.RewrapKeys(t.Context()); return err },
		"disable": func(p *server.Program) error { return p.DisableKey(t.Context(), 1) },
		"destroy": func(p *server.Program) error { return p.DestroyKey(t.Context(), 1) },
	} {
		if err := o.command(do); err == nil {
			t.Errorf("%s beside a program that runs", name)
		}
	}
	if states := must(seal.KEKs(o.keys))(t); len(states) != 1 {
		t.Errorf("the keys are %+v", states)
	}
}

// TestKeys_waitForEachInstanceToStartAgain: an instance of before a rotation would wrap the next file under the old key, and whoever
// destroyed that key would lose the file.
func TestKeys_waitForEachInstanceToStartAgain(t *testing.T) {
	w := testkit.Open(t, "postgres")
	o := &operated{t: t, w: w, keys: filepath.Join(w.Dir, "keys")}
	old := must(seal.KEKs(o.keys))(t)[0].ID
	before := w.Twin()
	if err := before.Program.Mark(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.must("rotate", func(p *server.Program) error { return p.RotateKey(t.Context()) })
	rewrap := func(p *server.Program) error { _, err := p.RewrapKeys(t.Context()); return err }
	disable := func(p *server.Program) error { return p.DisableKey(t.Context(), old) }
	for name, do := range map[string]func(p *server.Program) error{"rewrap": rewrap, "disable": disable} {
		if err := o.command(do); !errors.Is(err, database.ErrLocked) {
			t.Errorf("%s beside an instance of before: %v", name, err)
		}
	}
	if err := before.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := w.Twin()
	if err := after.Program.Mark(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.must("rewrap", rewrap)
	o.must("disable", disable)
	o.must("destroy", func(p *server.Program) error { return p.DestroyKey(t.Context(), old) })
}

// TestRestore_refusesABackupWhoseKeyWasDestroyed: whoever destroyed a key learns of it before an unreadable database is in place.
func TestRestore_refusesABackupWhoseKeyWasDestroyed(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	path, _ := kept(t, w)
	o := &operated{t: t, w: w, keys: filepath.Join(w.Dir, "keys")}
	old := must(seal.KEKs(o.keys))(t)[0].ID
	o.must("rotate", func(p *server.Program) error { return p.RotateKey(t.Context()) })
	if _, err := server.Restore(t.Context(), elsewhere(t, w), path); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
	o.must("rewrap", func(p *server.Program) error { _, err := p.RewrapKeys(t.Context()); return err })
	o.must("disable", func(p *server.Program) error { return p.DisableKey(t.Context(), old) })
	o.must("destroy", func(p *server.Program) error { return p.DestroyKey(t.Context(), old) })
	s := elsewhere(t, w)
	if _, err := server.Restore(t.Context(), s, path); !errors.Is(err, seal.ErrMissing) {
		t.Errorf("%v", err)
	}
	nothing(t, s)
}
