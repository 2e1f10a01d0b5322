package audit

import (
	"strings"
	"testing"
)

// TestOwnRows_rememberNoLongEntry: what waits for its number takes no more room than the shortest entries do, however many results the
// program's own work at night names in one.
func TestOwnRows_rememberNoLongEntry(t *testing.T) {
	var own ownRows
	short := &sealed{entry: &Entry{ID: "short"}, body: []byte("{}")}
	long := &sealed{entry: &Entry{ID: "long"}, body: []byte(strings.Repeat("x", longestOwn+1))}
	own.keep([]*sealed{short, long})
	if own.take("short") != short {
		t.Error("a short entry is not remembered")
	}
	if own.take("long") != nil {
		t.Error("a long entry is remembered")
	}
	if own.take("short") != nil {
		t.Error("what was taken is still there")
	}
}
