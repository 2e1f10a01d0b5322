package server

import (
	"context"
	"net/http"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/notice"
)

// newBell makes what tells open pages that something has changed.
func (p *Program) newBell(kit *httpkit.Kit) *notice.Bell {
	return notice.NewBell(func(req *http.Request) (context.Context, error) { return p.Accounts.Again(req, kit) }, p.waiting)
}

// waiting counts what waits for the caller. It shows numbers and nothing of any file.
func (p *Program) waiting(ctx context.Context) (counts []notice.Count, err error) {
	err = p.Gate.Glimpse(ctx, func(tx *gate.Tx) error {
		notices, err := notice.CountFor(tx)
		counts = []notice.Count{notices}
		return err
	})
	return counts, err
}
