package demo

import (
	"container/heap"
	"context"
	"time"

	"relais/internal/moment"
)

// step is something that somebody does at an instant.
type step struct {
	at    moment.Time
	place int // of two steps at the same instant the one planned first comes first
	do    func(ctx context.Context) error
}

// queue holds the steps by their time; it is a heap.
type queue []step

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].place < q[j].place
}
func (q *queue) Push(x any) { *q = append(*q, x.(step)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// later plans a step after the present one, in office hours. What would come after today has not happened yet.
func (f *filling) later(after time.Duration, do func(ctx context.Context) error) {
	at := f.office(max(f.parts.Clock.at, f.start).Add(after))
	if at < f.end {
		f.plan(at, do)
	}
}

func (f *filling) plan(at moment.Time, do func(ctx context.Context) error) {
	f.planned++
	heap.Push(&f.queue, step{at: at, place: f.planned, do: do})
}

// run does every step at its time, the clock never going back.
func (f *filling) run(ctx context.Context) error {
	for f.queue.Len() > 0 {
		next := heap.Pop(&f.queue).(step)
		f.parts.Clock.at = max(next.at, f.parts.Clock.at+1)
		if err := next.do(ctx); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// tick lets a little time go by while somebody writes, never beyond today.
func (f *filling) tick(span time.Duration) {
	f.parts.Clock.at = max(f.parts.Clock.at, min(f.parts.Clock.at.Add(span), f.end-1))
}

// office moves an instant into a working day in Brussels, never backwards.
func (f *filling) office(at moment.Time) moment.Time {
	t := at.Time().In(moment.Brussels())
	if t.Hour() >= 18 {
		t = time.Date(t.Year(), t.Month(), t.Day()+1, 8, f.chance.IntN(60), t.Second(), 0, t.Location())
	}
	if t.Hour() < 8 {
		t = time.Date(t.Year(), t.Month(), t.Day(), 8, f.chance.IntN(60), t.Second(), 0, t.Location())
	}
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return max(at, moment.Of(t))
}
