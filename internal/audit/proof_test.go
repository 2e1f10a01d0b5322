package audit

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/fault"
)

func rawHashes(hashes []tlog.Hash) (raw [][]byte) {
	for i := range hashes {
		raw = append(raw, hashes[i][:])
	}
	return raw
}

func TestInclusion_isAcceptedByAnotherImplementation(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		ids := h.append(0, 21)
		h.sequence()
		for n, id := range ids {
			p, err := h.Inclusion(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			leaf := rfc6962.DefaultHasher.HashLeaf(p.Entry)
			err = proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(p.Checkpoint.Size), leaf, rawHashes(p.Hashes), p.Checkpoint.Root[:])
			if err != nil || p.Index != int64(n) {
				t.Errorf("%s has number %d: %v", id, p.Index, err)
			}
			if err := CheckInclusion(verifierKey, p.Entry, p.Text()); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}

func TestConsistency_isAcceptedByAnotherImplementation(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		var heads []Checkpoint
		from := 0
		for _, to := range []int{1, 4, 7, 8, 19} {
			h.append(from, to)
			heads = append(heads, h.sequence())
			from = to
		}
		for i, older := range heads {
			for _, newer := range heads[i:] {
				p, err := h.Consistency(t.Context(), older.Size, newer.Size)
				if err != nil {
					t.Fatal(err)
				}
				err = proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(older.Size), uint64(newer.Size), rawHashes(p.Hashes), older.Root[:], newer.Root[:])
				if err != nil {
					t.Errorf("%d to %d: %v", older.Size, newer.Size, err)
				}
				if err := CheckConsistency(verifierKey, older.Text, p.Text()); err != nil {
					t.Errorf("%d to %d: %v", older.Size, newer.Size, err)
				}
			}
		}
		p, err := h.Consistency(t.Context(), 4, 0)
		if err != nil || p.Checkpoint.Size != 19 {
			t.Errorf("to the newest: %+v, %v", p, err)
		}
	})
}

func TestInclusion_hasTheFormatOfC2SP(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		ids := h.append(0, 3)
		cp := h.sequence()
		p, err := h.Inclusion(t.Context(), ids[2])
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex 2\n%s\n\n%s", p.Hashes[0], cp.Text)
		if string(p.Text()) != want {
			t.Errorf("%s\nwant\n%s", p.Text(), want)
		}
		c, err := h.Consistency(t.Context(), 2, 3)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("old 2\n%s\n\n%s", c.Hashes[0], cp.Text); string(c.Text()) != want {
			t.Errorf("%s\nwant\n%s", c.Text(), want)
		}
	})
}

func TestCheckInclusion_refusesEverythingElse(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		ids := h.append(0, 5)
		h.sequence()
		p, err := h.Inclusion(t.Context(), ids[2])
		if err != nil {
			t.Fatal(err)
		}
		text := string(p.Text())
		_, otherKey := mustKeys()
		if err := CheckInclusion(verifierKey, bytes.Replace(p.Entry, []byte("police"), []byte("polize"), 1), p.Text()); err == nil {
			t.Error("another entry was accepted")
		}
		if err := CheckInclusion(otherKey, p.Entry, p.Text()); err == nil {
			t.Error("another key was accepted")
		}
		if err := CheckInclusion(otherKey+"\n"+verifierKey, p.Entry, []byte(strings.Replace(text, "index", "extra AAAA\nindex", 1))); err != nil {
			t.Errorf("several keys and an extra line: %v", err)
		}
		for name, spoilt := range map[string]string{
			"empty": "", "another format": strings.Replace(text, "@v1", "@v2", 1), "no index": strings.Replace(text, "index 2", "index x", 1),
			"another index": strings.Replace(text, "index 2", "index 1", 1), "negative index": strings.Replace(text, "index 2", "index -1", 1),
			"a hash less": strings.Replace(text, p.Hashes[0].String()+"\n", "", 1), "no hash": strings.Replace(text, p.Hashes[0].String(), "x", 1),
			"another size": strings.Replace(text, "\n5\n", "\n6\n", 1), "no checkpoint": text[:strings.Index(text, "\n\n")],
		} {
			if err := CheckInclusion(verifierKey, p.Entry, []byte(spoilt)); err == nil {
				t.Errorf("%s was accepted", name)
			}
		}
	})
}

func TestCheckConsistency_refusesASecondHistory(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.append(0, 3)
		older := h.sequence()
		h.append(3, 5)
		h.sequence()
		p, err := h.Consistency(t.Context(), 3, 5)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			older []byte
			proof string
		}{
			"another tree":   {h.signedBy(signerKey, 3), string(p.Text())},
			"another size":   {h.signedBy(signerKey, 4), string(p.Text())},
			"unsigned":       {[]byte("x"), string(p.Text())},
			"another old":    {older.Text, strings.Replace(string(p.Text()), "old 3", "old 2", 1)},
			"no old":         {older.Text, strings.Replace(string(p.Text()), "old 3", "older", 1)},
			"nothing proved": {older.Text, ""},
		} {
			if err := CheckConsistency(verifierKey, c.older, []byte(c.proof)); err == nil {
				t.Errorf("%s was accepted", name)
			}
		}
	})
}

func TestProofs_ofWhatIsNotThere(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		_, err := h.Consistency(t.Context(), 1, 0)
		wantKey(t, err, fault.NotFound, "audit.no_checkpoint")
		ids := h.append(0, 2)
		_, err = h.Inclusion(t.Context(), ids[0])
		wantKey(t, err, fault.Conflict, "audit.not_numbered_yet")
		if _, err := h.Inclusion(t.Context(), "nobody"); !errors.Is(err, fault.NotFound) {
			t.Error(err)
		}
		h.sequence()
		_, err = h.Consistency(t.Context(), 1, 9)
		wantKey(t, err, fault.NotFound, "audit.no_checkpoint")
		for _, from := range []int64{-1, 0, 3} {
			_, err = h.Consistency(t.Context(), from, 2)
			wantKey(t, err, fault.Invalid, "audit.no_such_size")
		}
	})
}
