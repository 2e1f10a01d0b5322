package server

import (
	"context"
	"net/http"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/notice"
	"relais/internal/task"
)

// newBell makes what tells open pages that something has changed.
func (p *Program) newBell(kit *httpkit.Kit) *notice.Bell {
	return notice.NewBell(func(req *http.Request) (context.Context, error) { return p.Accounts.Again(req, kit) }, p.waiting)
}

// waiting counts what waits for the caller: at each place as many as its list holds that opens there. It shows numbers and nothing of any file.
func (p *Program) waiting(ctx context.Context) (counts []notice.Count, err error) {
	err = p.Gate.Glimpse(ctx, func(tx *gate.Tx) error {
		notices, err := notice.CountFor(tx)
		if err != nil {
			return err
		}
		today, err := task.CountIn(tx, task.Today, notice.MostCount)
		counts = []notice.Count{notices, {Place: "/tasks", Words: "task.list_title", Count: today}}
		return err
	})
	return counts, err
}
