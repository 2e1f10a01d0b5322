package notice

import (
	"context"
	"net/http"
	"sync"
	"time"

	"relais/internal/fault"
)

const (
	countEvery = 2                // looks between two counts
	beatEvery  = 15               // looks between two signs of life
	mostOpen   = 5000             // streams of an instance
	mostOfOne  = 8                // streams of a person
	retryAfter = 60 * time.Second // for whoever is one too many
)

// MostCount is how far what waits is counted.
const MostCount = mostNews + 1

// Count is how much waits for somebody at one place of the site; it is a number and tells nothing of any file.
type Count struct {
	Place string // such as "/notices"
	Words string // key of the place's name
	Count int
}

// Bell keeps the streams that ring at the open pages of people when something has changed. Every second each looks again whether
// its reader may see anything at all, so that signing out and taking rights away end it; several instances need nothing else, because
// what is counted lies in the database.
type Bell struct {
	// Again finds out who comes with a request, as of now.
	Again func(req *http.Request) (context.Context, error)
	// Counts counts what waits for the caller.
	Counts func(ctx context.Context) ([]Count, error)
	// Every is how often each stream looks whether its reader may still see anything; a second.
	Every time.Duration

	lock   sync.Mutex
	all    int
	of     map[string]int
	closed chan struct{}
}

// NewBell makes a bell.
func NewBell(again func(req *http.Request) (context.Context, error), counts func(ctx context.Context) ([]Count, error)) *Bell {
	return &Bell{Again: again, Counts: counts, Every: time.Second, of: map[string]int{}, closed: make(chan struct{})}
}

// Close ends all streams, so that the program can end.
func (b *Bell) Close() {
	b.lock.Lock()
	defer b.lock.Unlock()
	select {
	case <-b.closed:
	default:
		close(b.closed)
	}
}

// enter lets one more stream in; the one who is too many has to wait.
func (b *Bell) enter(workerID string) error {
	b.lock.Lock()
	defer b.lock.Unlock()
	if b.all >= mostOpen || b.of[workerID] >= mostOfOne {
		return fault.New(fault.TooMany, "notice.too_many_pages").With(wait(retryAfter))
	}
	b.all++
	b.of[workerID]++
	return nil
}

func (b *Bell) leave(workerID string) {
	b.lock.Lock()
	defer b.lock.Unlock()
	b.all--
	if b.of[workerID]--; b.of[workerID] == 0 {
		delete(b.of, workerID)
	}
}

// wait is how long somebody who is too many has to wait; httpkit tells it as Retry-After.
type wait time.Duration

// RetryAfter is the wait as a duration.
func (w wait) RetryAfter() time.Duration { return time.Duration(w) }
