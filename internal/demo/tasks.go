package demo

import (
	"context"
	"fmt"
	"time"

	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/task"
)

// usual is what a shelter usually has to do after it has taken somebody in, and within how many days.
var usual = []struct {
	code       string
	from, upTo int
	mine       bool // of the caseworker, not of the desk
}{{"interpreter", 1, 4, false}, {"appointment", 4, 15, true}, {"document", 10, 30, false}}

// giveTasks writes down what the shelter has to do for somebody it supports. Nearly all of it is done in time; what is due after
// the last day of the demonstration still waits.
func (f *filling) giveTasks(ctx context.Context, v *supported, by staff) error {
	for _, u := range usual {
		days := u.from + f.jobs.IntN(u.upTo-u.from)
		n := task.New{Code: u.code, Text: f.text(by, "note"), Doer: notice.Desk + ":" + by.desk, Due: f.today(days)}
		if u.mine {
			n.Doer = notice.Worker + ":" + by.workerID
		}
		id, err := f.parts.Tasks.Add(f.as(ctx, by), gate.Victim, v.fileID, n, "")
		if err != nil {
			return fmt.Errorf("demo: give a task: %w", err)
		}
		if f.jobs.in(4) {
			continue // forgotten
		}
		f.later(time.Duration(f.jobs.IntN(24*days)+1)*time.Hour, func(ctx context.Context) error {
			// the desk's round may have been quicker, or the shelter sees the file no longer
			return gone(f.parts.Tasks.Finish(f.as(ctx, by), id, 1, ""))
		})
	}
	return nil
}
