package notice_test

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"relais/internal/testkit"
)

// TestEvents_endAtTheFirstLook: whoever is shut out on another instance is seen to be gone the first time that the
// stream looks again. It looks each second, so no stream outlives a right by two.
func TestEvents_endAtTheFirstLook(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site, elsewhere := w.Serve(t), w.Twin()
		bell := site.Site.Bell
		if bell.Every > time.Second {
			t.Fatalf("looks every %s only", bell.Every)
		}
		bell.Every = 50 * time.Millisecond
		var over atomic.Bool
		var stale atomic.Int64
		again := bell.Again
		bell.Again = func(req *http.Request) (context.Context, error) {
			after := over.Load()
			ctx, err := again(req)
			if after && err == nil {
				stale.Add(1)
			}
			return ctx, err
		}
		yara := site.SignIn("payoke.second")
		open := []*testkit.Stream{yara.Listen(), yara.Listen()}
		for _, p := range open {
			p.Wants("at once", `"count":0`)
		}
		person, err := elsewhere.Agencies.ShowPerson(w.As("payoke.admin"), w.Person("payoke.second").ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := elsewhere.Agencies.Disable(w.As("payoke.admin"), person.ID, person.Version); err != nil {
			t.Fatal(err)
		}
		over.Store(true)
		for _, p := range open {
			p.Wants("shut out", "")
		}
		if stale.Load() != 0 { // a stream may also end by the count after a look that began before
			t.Errorf("%d looks still saw somebody who was shut out", stale.Load())
		}
	})
}
