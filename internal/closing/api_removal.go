package closing

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// RemovalBody is a closed file that your agency uses no more, or will soon not.
type RemovalBody struct {
	ID        string        `json:"id"`
	Reference string        `json:"reference" doc:"By which your agency knows the file"`
	FileKind  string        `json:"file_kind" enum:"case,victim"`
	ClosedAt  moment.Time   `json:"closed_at"`
	Rule      string        `json:"rule"`
	FromAt    moment.Time   `json:"from_at" doc:"When its use ends"`
	RemovedAt moment.Time   `json:"removed_at,omitempty" doc:"When the access of your people was ended"`
	Openings  []OpeningBody `json:"openings,omitempty" doc:"Who has read it again, the newest first"`
}

// OpeningBody is that a colleague reads it again for a time.
type OpeningBody struct {
	ID       string      `json:"id"`
	Worker   string      `json:"worker"`
	Reason   string      `json:"reason" enum:"complaint,accountability"`
	By       string      `json:"by"`
	OpenedAt moment.Time `json:"opened_at"`
	UntilAt  moment.Time `json:"until_at"`
}

type (
	removalIn struct {
		Removal string `path:"removal" format:"uuid"`
	}
	openRemovedIn struct {
		Removal string `path:"removal" format:"uuid"`
		Body    struct {
			WorkerID string      `json:"worker_id" format:"uuid" doc:"A colleague, not yourself"`
			Reason   string      `json:"reason" doc:"complaint or accountability"`
			Until    moment.Date `json:"until" doc:"The last day, at most a fortnight away"`
		}
	}
)

func removalBody(r *Removal) RemovalBody {
	return RemovalBody{ID: r.ID, Reference: r.Reference, FileKind: string(r.Kind), ClosedAt: r.ClosedAt, Rule: r.Rule, FromAt: r.FromAt, RemovedAt: r.RemovedAt}
}

// removed registers the operations on files that are removed from use.
func (o operations) removed(a *httpkit.API) {
	op := func(id, method, path, summary, permission, parent string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "closing", Permission: permission, Parent: parent}
	}
	httpkit.Operate(a, op("list-removals", "GET", "/removals", "List the closed files that your agency uses no more, or will soon not", "retention.list", "none"), o.removals)
	httpkit.Operate(a, op("show-removal", "GET", "/removals/{removal}", "Show one with who has read it again", "retention.show", "closure"), o.removal)
	httpkit.Operate(a, op("open-removed", "POST", "/removals/{removal}/openings", "Let a colleague read what your agency wrote there, for a complaint or to account for it", "agency.answers", "closure").Creates(), o.openRemoved)
}

func (o operations) removals(ctx context.Context, in *httpkit.Paged) (*httpkit.Listed[RemovalBody], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, next, err := o.s.Removals(ctx, after)
	return httpkit.ListOf(list, removalBody, next.String()), err
}

type removalOut struct{ Body RemovalBody }

func (o operations) removal(ctx context.Context, in *removalIn) (*removalOut, error) {
	v, err := o.s.Removal(ctx, in.Removal)
	if err != nil {
		return nil, err
	}
	out := &removalOut{Body: removalBody(&v.Removal)}
	for _, p := range v.Openings {
		out.Body.Openings = append(out.Body.Openings, OpeningBody{ID: p.ID, Worker: p.Worker, Reason: p.Reason, By: p.By, OpenedAt: p.OpenedAt, UntilAt: p.UntilAt})
	}
	return out, nil
}

func (o operations) openRemoved(ctx context.Context, in *openRemovedIn) (*httpkit.Made, error) {
	id, err := o.s.Open(ctx, in.Removal, NewOpening{WorkerID: in.Body.WorkerID, Reason: in.Body.Reason, Until: in.Body.Until}, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/removals/"+in.Removal, id), err
}
