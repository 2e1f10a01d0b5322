package audit

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

func TestAppend_keepsEachEntryOf64CallersOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		const callers, each = 64, 15
		var all sync.WaitGroup
		failures := make(chan error, callers*each)
		for caller := range callers {
			all.Go(func() {
				for n := range each {
					e := example(caller*each + n)
					e.ID = fmt.Sprintf("entry-%02d-%02d", caller, n)
					if err := h.Append(t.Context(), e); err != nil {
						failures <- err
					}
					if !h.has(e.ID) {
						failures <- fmt.Errorf("%s was acknowledged and is not there", e.ID)
					}
				}
			})
		}
		all.Wait()
		close(failures)
		for err := range failures {
			t.Error(err)
		}
		h.mustBeWhole(0, callers*each)
		h.sequence()
		h.mustBeWhole(callers*each, 0)
	})
}

// has reads on another connection than the one that wrote.
func (h *house) has(id string) bool {
	var found bool
	_ = h.db.Read(context.Background(), func(tx *database.Tx) error {
		_, err := h.Find(tx, id)
		found = err == nil
		return nil
	})
	return found
}

func TestAppend_fillsInTheIDAndTheTime(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.clock = func() moment.Time { return monday }
		e := example(1)
		e.At = 0
		if err := h.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if e.At != monday || e.ID == "" || !h.has(e.ID) {
			t.Errorf("at %s with id %q", e.At, e.ID)
		}
	})
}

// hold keeps entries from being committed until the returned function is called, as a commit that is under way does.
func (h *house) hold() (release func()) {
	for held := false; !held; runtime.Gosched() {
		h.pending.Lock()
		if !h.pending.running { // the commit of before has ended
			h.pending.running, held = true, true
		}
		h.pending.Unlock()
	}
	return h.handOn
}

func (h *house) waiting(n int) {
	for {
		h.pending.Lock()
		there := h.pending.batch != nil && len(h.pending.batch.rows) == n
		h.pending.Unlock()
		if there {
			return
		}
		runtime.Gosched()
	}
}

func TestAppend_sharesOneCommit(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		errs := make(chan error)
		release := h.hold()
		for n := range 8 {
			go func() { errs <- h.Append(t.Context(), example(n)) }()
		}
		h.waiting(8)
		b := h.pending.batch
		release()
		for range 8 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		if len(b.rows) != 8 {
			t.Errorf("the commit held %d entries", len(b.rows))
		}
		h.mustBeWhole(0, 8)
	})
}

func TestAppend_failsForAllWhenTheirCommitFails(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(0, 1)
		errs := make(chan error)
		release := h.hold()
		for n := range 4 {
			e := example(n)
			if n == 3 {
				e.ID = "entry-0000" // is there already
			}
			go func() { errs <- h.Append(t.Context(), e) }()
		}
		h.waiting(4)
		release()
		for range 4 {
			wantKey(t, <-errs, fault.Unavailable, "audit.unwritable")
		}
		h.mustBeWhole(0, 1)
		h.append(1, 3)
		h.mustBeWhole(0, 3)
	})
}

func TestAppend_writesNothingForACallerWhoLeftInTime(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := h.Append(gone, example(0)); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		release := h.hold()
		ctx, cancel := context.WithCancel(t.Context())
		left, stayed := make(chan error), make(chan error)
		go func() { left <- h.Append(ctx, example(1)) }()
		go func() { stayed <- h.Append(t.Context(), example(2)) }()
		h.waiting(2)
		cancel()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		release()
		if err := <-stayed; err != nil {
			t.Error(err)
		}
		h.mustBeWhole(0, 1)
	})
}

func TestAppend_awaitsTheOutcomeOnceTheCommitHasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t}
		h.Log = h.log(nil, Options{Heads: &DirHeads{}})
		h.hold()
		ctx, cancel := context.WithCancel(t.Context())
		outcome := make(chan error, 1)
		go func() { outcome <- h.Append(ctx, example(1)) }()
		synctest.Wait()
		b := h.pending.batch
		h.pending.batch = nil // taken
		cancel()
		synctest.Wait()
		select {
		case err := <-outcome:
			t.Fatalf("returned %v before the commit did", err)
		default:
		}
		close(b.done)
		if err := <-outcome; err != nil {
			t.Errorf("the entry is written, but the caller got %v", err)
		}
	})
}

func TestInsert_goesAndComesWithTheChange(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		undone := errors.New("undone")
		err := h.db.Write(t.Context(), func(tx *database.Tx) error {
			if err := h.Insert(tx, example(1)); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		h.mustBeWhole(0, 0)
		h.write(func(tx *database.Tx) error { return h.Insert(tx, example(2)) })
		h.mustBeWhole(0, 1)
	})
}

func TestLog_withoutASignerOnlyReads(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(0, 3)
		h.sequence()
		reader, err := Open(h.db, Options{VerifierKey: verifierKey, Origin: origin, Heads: h.heads})
		if err != nil {
			t.Fatal(err)
		}
		wantKey(t, reader.Append(t.Context(), example(9)), fault.Internal, "audit.read_only")
		_, err = reader.Sequence(t.Context())
		wantKey(t, err, fault.Internal, "audit.read_only")
		report, err := reader.Verify(t.Context())
		if err != nil || report.Wrong != nil || report.Size != 3 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

func TestOpen_refusesKeysThatDoNotBelong(t *testing.T) {
	heads := &DirHeads{}
	otherSigner, otherVerifier := mustKeys()
	strangeSigner, strangeVerifier, err := NewKeys("elsewhere.test/trail")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		opts Options
		key  string
	}{
		"no verifier":             {Options{SignerKey: signerKey, Heads: heads}, "audit.verifier_key"},
		"no verifier, but text":   {Options{SignerKey: signerKey, VerifierKey: "x", Heads: heads}, "audit.verifier_key"},
		"not a signer":            {Options{SignerKey: "x", VerifierKey: verifierKey, Heads: heads}, "audit.signer_key"},
		"not a pair":              {Options{SignerKey: otherSigner, VerifierKey: verifierKey, Heads: heads}, "audit.keys_do_not_match"},
		"verifier of another log": {Options{SignerKey: signerKey, VerifierKey: strangeVerifier, Heads: heads}, "audit.key_of_another_origin"},
		"signer of another log":   {Options{SignerKey: strangeSigner, VerifierKey: verifierKey, Heads: heads}, "audit.key_of_another_origin"},
		"no heads":                {Options{SignerKey: signerKey, VerifierKey: verifierKey}, "audit.heads_missing"},
	} {
		c.opts.Origin = origin
		if _, err := Open(nil, c.opts); err == nil {
			t.Errorf("%s: was opened", name)
		} else {
			wantKey(t, err, fault.Internal, c.key)
		}
	}
	both := Options{SignerKey: signerKey, VerifierKey: otherVerifier + "\n" + verifierKey, Origin: origin, Heads: heads}
	if _, err := Open(nil, both); err != nil {
		t.Errorf("with the key of before: %v", err)
	}
}
