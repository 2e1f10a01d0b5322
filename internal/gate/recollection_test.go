package gate

import (
	"strconv"
	"testing"
	"time"

	"relais/internal/moment"
)

// TestRecollection_forgetsInTimeAndInNumber holds the two bounds: nothing is given after twice its time, and no more than
// twice the number is held.
func TestRecollection_forgetsInTimeAndInNumber(t *testing.T) {
	var r recollection
	start := moment.Of(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	w, at := what{"entry", "f"}, fence{3, 7}
	r.put(w, at, "kept", start)
	for name, other := range map[string]fence{"a later version": {4, 7}, "an earlier version": {2, 7}, "other roles": {3, 8}} {
		if _, ok := r.get(w, other, start); ok {
			t.Errorf("given at %s", name)
		}
	}
	if _, ok := r.get(w, at, start.Add(keptFor+time.Second)); !ok {
		t.Error("forgotten before its time")
	}
	if _, ok := r.get(w, at, start.Add(2*keptFor+2*time.Second)); ok {
		t.Error("given after twice its time")
	}
	for i := range 5 * mostKept {
		r.put(what{"entry", strconv.Itoa(i)}, at, i, start.Add(3*keptFor))
	}
	if held := len(r.young) + len(r.old); held > 2*mostKept {
		t.Errorf("%d things are held", held)
	}
}
