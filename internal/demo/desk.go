package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/rulepack"
	"relais/internal/task"
)

// week is how often a desk of the demonstration goes through what waits for it, and how far it looks ahead then.
const week = 7 * 24 * time.Hour

// nextDocument is why most time limits end: the paper was issued for which the person waited.
const nextDocument = "next_document"

// rounds plans what the program does by itself and, a little later, how each agency works off what came of it: so that on the last
// day there waits what a week leaves, and not what a year does.
func (f *filling) rounds() {
	for _, row := range f.world.agencies { // the evening before the last day everybody has read what there was
		f.plan(f.ago(1, 17), func(ctx context.Context) error { return f.putAway(f.as(ctx, f.people[row.code]), 24*time.Hour) })
	}
	for at := f.start.Add(week); at.Add(week/2) < f.end; at = at.Add(week) {
		if f.parts.Tidy != nil {
			f.plan(at, f.parts.Tidy)
		}
		for i, row := range f.world.agencies {
			by := f.people[row.code]
			f.plan(at.Add(time.Duration(i+1)*time.Minute), func(ctx context.Context) error {
				if err := f.round(f.as(ctx, by)); err != nil {
					return fmt.Errorf("demo: the week of %s: %w", by.agency.code, err)
				}
				return nil
			})
		}
	}
}

// round settles the legal time limits that run out, then does what is late and puts away what was read.
func (f *filling) round(ctx context.Context) error {
	for _, settle := range []func(ctx context.Context) error{f.settleClocks, f.finishLate} {
		if err := settle(ctx); err != nil {
			return err
		}
	}
	return f.putAway(ctx, week/2)
}

func (f *filling) settleClocks(ctx context.Context) error {
	for _, box := range []clock.Box{clock.Overdue, clock.Due} {
		for after, more := (gate.Cursor{}), true; more; {
			list, err := f.parts.Clocks.List(ctx, box, after)
			if err != nil {
				return err
			}
			for i := range list.Items {
				if list.Items[i].DueOn <= list.Today.AddDays(7) {
					if err := f.settleClock(ctx, list.Items[i].ID); err != nil {
						return err
					}
				}
			}
			after, more = list.Next, list.Next.ID != ""
		}
	}
	return nil
}

// settleClock renews a clock as often as it takes, or ends it: mostly because the next document was issued.
func (f *filling) settleClock(ctx context.Context, id string) error {
	for {
		view, err := f.parts.Clocks.Show(ctx, id)
		switch {
		case err != nil:
			return gone(err)
		case !view.CanAct || view.DueOn > view.Today.AddDays(7):
			return nil
		case view.Kind == rulepack.Reflection && view.DueOn > view.Today.AddDays(-3):
			return nil // the immigration authority decides what comes after it
		case view.CanRenew:
			err = f.parts.Clocks.Renew(ctx, id, view.Version)
		case slices.Contains(view.Rule.Ends, nextDocument):
			return gone(f.parts.Clocks.End(ctx, id, view.Version, view.Today, nextDocument))
		default:
			return nil
		}
		if err != nil {
			return gone(err)
		}
	}
}

func (f *filling) finishLate(ctx context.Context) error {
	for after, more := (gate.Cursor{}), true; more; {
		list, err := f.parts.Tasks.List(ctx, task.Overdue, after)
		if err != nil {
			return err
		}
		for i := range list.Tasks {
			if err := gone(f.parts.Tasks.Finish(ctx, list.Tasks[i].ID, list.Tasks[i].Version, "")); err != nil {
				return err
			}
		}
		after, more = list.Next, list.Next.ID != ""
	}
	return nil
}

// putAway says of what is older than that that it was read.
func (f *filling) putAway(ctx context.Context, age time.Duration) error {
	for after, more := (gate.Cursor{}), true; more; {
		list, err := f.parts.Notices.List(ctx, notice.Open, after)
		if err != nil {
			return err
		}
		for i := range list.Items {
			if n := &list.Items[i]; n.ToldAt < list.Now.Add(-age) {
				if err := gone(f.parts.Notices.Acknowledge(ctx, n.ID, n.Version)); err != nil {
					return err
				}
			}
		}
		after, more = list.Next, list.Next.ID != ""
	}
	return nil
}

// gone lets pass that somebody no longer sees a file, or that its state no longer asks for anything.
func gone(err error) error {
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Conflict, fault.Refused:
		return nil
	}
	return err
}
