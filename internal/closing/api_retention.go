package closing

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// ItemBody is one closed file in review, or what is left of an erased one.
type ItemBody struct {
	ID         string      `json:"id"`
	Reference  string      `json:"reference" doc:"By which your agency knows the file"`
	FileKind   string      `json:"file_kind" enum:"case,victim"`
	Reason     string      `json:"reason"`
	ClosedAt   moment.Time `json:"closed_at"`
	Rule       string      `json:"rule"`
	KeptUntil  moment.Time `json:"kept_until"`
	LatestAt   moment.Time `json:"latest_at,omitempty" doc:"Beyond which no review keeps it"`
	OnHold     bool        `json:"on_hold"`
	Asked      string      `json:"asked,omitempty" doc:"Why erasure is asked for"`
	Approved   bool        `json:"approved" doc:"An auditor has signed"`
	ErasedAt   moment.Time `json:"erased_at"`
	Steps      []StepBody  `json:"steps,omitempty"`
	CanApprove bool        `json:"can_approve"`
	CanErase   bool        `json:"can_erase"`
	Version    int64       `json:"version"`
}

// StepBody is one decision about a closed file.
type StepBody struct {
	Step   string      `json:"step" enum:"postponed,requested,approved,refused,erased"`
	Reason string      `json:"reason"`
	Until  moment.Time `json:"until"`
	By     string      `json:"by,omitempty" doc:"Empty where a rule did"`
	At     moment.Time `json:"at"`
}

func itemBody(i *Item) ItemBody {
	b := ItemBody{ID: i.ID, Reference: i.Reference, FileKind: string(i.Kind), Reason: i.Reason, ClosedAt: i.ClosedAt, Rule: i.Rule, KeptUntil: i.DueAt, LatestAt: i.LatestAt, OnHold: i.OnHold,
		Asked: i.Asked, Approved: i.ApprovedBy != "", ErasedAt: i.ErasedAt, CanApprove: i.CanApprove, CanErase: i.CanConfirm && !i.OnHold, Version: i.Version}
	for _, s := range i.Steps {
		b.Steps = append(b.Steps, StepBody{Step: s.Step, Reason: s.Reason, Until: s.Until, By: s.By, At: s.At})
	}
	return b
}

type queueIn struct {
	Box string `query:"box" enum:"review,sign,erased" default:"review"`
	httpkit.Paged
}

type itemIn struct {
	Closure string `path:"closure" format:"uuid"`
}

type postponeIn struct {
	Closure string `path:"closure" format:"uuid"`
	Body    struct {
		Until  moment.Date `json:"until" doc:"At most a year later"`
		Reason string      `json:"reason"`
	}
}

type requestIn struct {
	Closure string `path:"closure" format:"uuid"`
	Body    struct {
		Reason string `json:"reason" doc:"due, wrong, person_asks or unlawful"`
	}
}

// retention registers the operations of the review.
func (o operations) retention(a *httpkit.API) {
	operation := func(id, method, path, summary, permission string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "closing", Permission: permission, Parent: "closure", NeedsIfMatch: method == "POST"}
	}
	queue := operation("list-retention", "GET", "/retention", "List the closed files that your agency answers for, or what is left of erased ones", "retention.list")
	queue.Parent = "none"
	httpkit.Operate(a, queue, o.queue)
	httpkit.Operate(a, operation("show-retention", "GET", "/retention/{closure}", "Show a closed file in review", "retention.show"), o.item)
	httpkit.Operate(a, operation("postpone-retention", "POST", "/retention/{closure}/postponement", "Keep a closed file longer, for a reason", "retention.postpone"), o.postpone)
	httpkit.Operate(a, operation("request-erasure", "POST", "/retention/{closure}/request", "Ask to erase a closed file; two other persons sign", "retention.request"), o.request)
	httpkit.Operate(a, operation("approve-erasure", "POST", "/retention/{closure}/approval", "Sign an erasure as an auditor who did not ask for it", "retention.approve"), o.approve)
	httpkit.Operate(a, operation("refuse-erasure", "POST", "/retention/{closure}/refusal", "Take back a request to erase", "retention.refuse"), o.refuse)
	o.removed(a)
	httpkit.Operate(a, operation("erase-file", "POST", "/retention/{closure}/erasure", "Sign an erasure as the second person: the keys of the file are destroyed", "retention.erase"), o.erase)
}

func (o operations) queue(ctx context.Context, in *queueIn) (*httpkit.Listed[ItemBody], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, next, err := o.s.Queue(ctx, Box(in.Box), after)
	return httpkit.ListOf(list, func(c *Closure) ItemBody { return itemBody(&Item{Closure: *c}) }, next.String()), err
}

func (o operations) item(ctx context.Context, in *itemIn) (*httpkit.Versioned[ItemBody], error) {
	return o.after(ctx, in.Closure, nil)
}

// after shows a closed file as it stands once something was decided about it.
func (o operations) after(ctx context.Context, closureID string, err error) (*httpkit.Versioned[ItemBody], error) {
	if err != nil {
		return nil, err
	}
	item, err := o.s.Item(ctx, closureID)
	if err != nil {
		return nil, err
	}
	return httpkit.VersionOf(item.Version, itemBody(&item)), nil
}

func (o operations) postpone(ctx context.Context, in *postponeIn) (*httpkit.Versioned[ItemBody], error) {
	return o.after(ctx, in.Closure, o.s.Postpone(ctx, in.Closure, httpkit.IfMatch(ctx), in.Body.Until, in.Body.Reason))
}

func (o operations) request(ctx context.Context, in *requestIn) (*httpkit.Versioned[ItemBody], error) {
	return o.after(ctx, in.Closure, o.s.Request(ctx, in.Closure, httpkit.IfMatch(ctx), in.Body.Reason))
}

func (o operations) approve(ctx context.Context, in *itemIn) (*httpkit.Versioned[ItemBody], error) {
	return o.after(ctx, in.Closure, o.s.Approve(ctx, in.Closure, httpkit.IfMatch(ctx)))
}

func (o operations) refuse(ctx context.Context, in *itemIn) (*httpkit.Versioned[ItemBody], error) {
	return o.after(ctx, in.Closure, o.s.Refuse(ctx, in.Closure, httpkit.IfMatch(ctx)))
}

func (o operations) erase(ctx context.Context, in *itemIn) (*httpkit.Versioned[ItemBody], error) {
	return o.after(ctx, in.Closure, o.s.Erase(ctx, in.Closure, httpkit.IfMatch(ctx)))
}
