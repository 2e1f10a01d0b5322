package notice

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// Events registers the stream that tells open pages that something has changed. It lies behind a look at the session that does not
// count as its use.
func Events(g *gin.RouterGroup, k *httpkit.Kit, b *Bell) {
	g.GET("/events", k.Stream(b.ring))
}

// item is one place in an event.
type item struct {
	URL   string `json:"url"`
	Count int    `json:"count"`
	Text  string `json:"text"`
}

// ring sends what waits for the reader, at once and whenever it changes, until the reader leaves, may no longer see anything, or the
// program ends.
func (b *Bell) ring(r *httpkit.Request, s *httpkit.Stream) error {
	caller, ok := gate.CallerOf(r.Context())
	if !ok {
		return fault.New(fault.Unauthenticated, "gate.nobody")
	}
	before, err := b.Counts(r.Context())
	if err != nil {
		return err
	}
	if !r.WantsStream() {
		return b.send(r.W, s, before)
	}
	if err := b.enter(caller.Actor.WorkerID); err != nil {
		return err
	}
	defer b.leave(caller.Actor.WorkerID)
	if err := b.send(r.W, s, before); err != nil {
		return err
	}
	look := time.NewTicker(b.Every)
	defer look.Stop()
	for looks := 1; ; looks++ {
		select {
		case <-b.closed:
			return nil
		case <-r.Context().Done():
			return nil
		case <-look.C:
		}
		if before, err = b.look(r, s, looks, before); err != nil {
			return b.end(s, err)
		}
	}
}

// look is what happens each second.
func (b *Bell) look(r *httpkit.Request, s *httpkit.Stream, looks int, before []Count) ([]Count, error) {
	ctx, err := b.Again(r.Request)
	if err != nil {
		return nil, err
	}
	if caller, ok := gate.CallerOf(ctx); !ok || caller.Actor.AAL < 2 {
		return nil, fault.New(fault.Unauthenticated, "gate.nobody")
	}
	if looks%beatEvery == 0 {
		if err := s.Beat(); err != nil {
			return nil, err
		}
	}
	if looks%countEvery != 0 {
		return before, nil
	}
	now, err := b.Counts(ctx)
	if err != nil || slices.Equal(now, before) {
		return now, err
	}
	return now, b.send(r.W, s, now)
}

// end tells the page of a reader who may not see anything any more not to come back.
func (b *Bell) end(s *httpkit.Stream, err error) error {
	if fault.KindOf(err) == fault.Unauthenticated {
		return s.Send("end", "")
	}
	return err
}

func (b *Bell) send(w *locale.Words, s *httpkit.Stream, counts []Count) error {
	items := make([]item, len(counts))
	for i, c := range counts {
		items[i] = item{URL: c.Place, Count: c.Count, Text: c.Text(w)}
	}
	data, err := json.Marshal(items)
	if err != nil {
		return err
	}
	return s.Send("counts", string(data))
}

// Text is the name of the place with the number, as it stands in the navigation.
func (c Count) Text(w *locale.Words) string {
	switch {
	case c.Count == 0:
		return w.T(c.Words)
	case c.Count > mostNews:
		return w.T("notice.place_some", "Place", w.T(c.Words), "Number", w.Number(mostNews)+"+")
	}
	return w.T("notice.place_some", "Place", w.T(c.Words), "Number", w.Number(c.Count))
}

// CountFor is how many notices wait for the caller, inside a glimpse.
func CountFor(tx *gate.Tx) (Count, error) {
	count, err := CountOpen(tx, MostCount)
	return Count{Place: "/notices", Words: "notice.nav", Count: count}, err
}
