package closing

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// DutyBody is one open duty in the JSON API.
type DutyBody struct {
	Kind   string      `json:"kind" enum:"track,clock,task,offer,request,file,share,hold"`
	Blocks bool        `json:"blocks" doc:"It has to be settled before the file can be closed"`
	Due    moment.Time `json:"due"`
	Link   string      `json:"link" doc:"The page where it can be settled"`
}

func dutyBodies(duties []Duty) []DutyBody {
	bodies := []DutyBody{}
	for i := range duties {
		d := &duties[i]
		bodies = append(bodies, DutyBody{Kind: string(d.Kind), Blocks: d.Kind.Blocks(), Due: d.Due, Link: d.Link})
	}
	return bodies
}

// StateBody is how a file stands.
type StateBody struct {
	FileID    string        `json:"file_id"`
	Closed    bool          `json:"closed"`
	Duties    []DutyBody    `json:"duties" doc:"Of an open file, for who may close it; empty for others"`
	Closings  []ClosingBody `json:"closings" doc:"Every time that the file was closed, newest first"`
	Holds     []HoldBody    `json:"holds"`
	CanClose  bool          `json:"can_close"`
	CanReopen bool          `json:"can_reopen"`
}

// ClosingBody is one closing.
type ClosingBody struct {
	ID           string      `json:"id"`
	Reason       string      `json:"reason"`
	Note         string      `json:"note,omitempty"`
	Agency       string      `json:"agency"`
	ClosedAt     moment.Time `json:"closed_at"`
	Rule         string      `json:"rule,omitempty" doc:"Line of the retention rules; like the day only for the agency that closed"`
	KeptUntil    moment.Time `json:"kept_until,omitempty"`
	ReopenedAt   moment.Time `json:"reopened_at"`
	ReopenReason string      `json:"reopen_reason,omitempty"`
	Version      int64       `json:"version"`
}

// HoldBody is a prosecutor's order to keep a file.
type HoldBody struct {
	ID        string      `json:"id"`
	Reference string      `json:"reference"`
	Agency    string      `json:"agency"`
	Note      string      `json:"note,omitempty" doc:"Only for the agency that ordered it"`
	SetAt     moment.Time `json:"set_at"`
	Version   int64       `json:"version"`
}

type caseIn struct {
	Case string `path:"case" format:"uuid"`
}

type victimIn struct {
	Victim string `path:"victim" format:"uuid"`
}

// CloseBody says why a file is closed.
type CloseBody struct {
	Reason string `json:"reason"`
	Note   string `json:"note,omitempty" maxLength:"2000"`
	Known  bool   `json:"known,omitempty" doc:"You know of the shares and holds that stay"`
	Class  string `json:"class,omitempty" doc:"What the file is to your agency, where the retention rules of your country and kind name classes; empty for the ordinary"`
}

func (b CloseBody) closing() New {
	return New{Reason: b.Reason, Note: b.Note, Known: b.Known, Class: b.Class}
}

type closeCaseIn struct {
	Case string `path:"case" format:"uuid"`
	Body CloseBody
}

type closeVictimIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   CloseBody
}

// ReopenBody says why a file is opened again.
type ReopenBody struct {
	Reason string `json:"reason"`
	Note   string `json:"note,omitempty" maxLength:"2000"`
}

type reopenCaseIn struct {
	Case string `path:"case" format:"uuid"`
	Body ReopenBody
}

type reopenVictimIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   ReopenBody
}

// OrderBody is a new order to keep a file.
type OrderBody struct {
	Note string `json:"note" maxLength:"2000" doc:"Read by your agency only"`
}

type holdCaseIn struct {
	Case string `path:"case" format:"uuid"`
	Body OrderBody
}

type holdVictimIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   OrderBody
}

type holdIn struct {
	Hold string `path:"hold" format:"uuid"`
}

type stateOut struct {
	ETag string `header:"ETag" doc:"Of the closing that stands"`
	Body StateBody
}

type operations struct{ s *Service }

// API registers the JSON operations about the end of files.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	op := func(id, method, path, permission, parent, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "closing", Permission: permission, Parent: parent}
	}
	httpkit.Operate(a, op("show-case-closure", "GET", "/cases/{case}/closure", "closing.show", "case", "Show whether a case file is closed, and its open duties"), o.showCase)
	httpkit.Operate(a, op("show-victim-closure", "GET", "/victims/{victim}/closure", "closing.show", "victim", "Show whether a victim file is closed, and its open duties"), o.showVictim)
	httpkit.Operate(a, op("close-case", "POST", "/cases/{case}/closure", "team.manage", "case", "Close a case file that your agency leads").Creates(), o.closeCase)
	httpkit.Operate(a, op("close-victim", "POST", "/victims/{victim}/closure", "team.manage", "victim", "Close a victim file that your agency leads").Creates(), o.closeVictim)
	httpkit.Operate(a, op("reopen-case", "POST", "/cases/{case}/reopening", "team.manage", "case", "Open a closed case file again").Changes(), o.reopenCase)
	httpkit.Operate(a, op("reopen-victim", "POST", "/victims/{victim}/reopening", "team.manage", "victim", "Open a closed victim file again").Changes(), o.reopenVictim)
	httpkit.Operate(a, op("hold-case", "POST", "/cases/{case}/holds", "closing.hold", "case", "Order that a case file and its victim files are kept").Creates(), o.holdCase)
	httpkit.Operate(a, op("hold-victim", "POST", "/victims/{victim}/holds", "closing.hold", "victim", "Order that a victim file is kept").Creates(), o.holdVictim)
	httpkit.Operate(a, op("list-holds", "GET", "/holds", "closing.holds", "none", "List the orders of your agency to keep files"), o.holds)
	httpkit.Operate(a, op("lift-hold", "POST", "/holds/{hold}/end", "closing.hold", "hold", "Lift an order of your agency").Changes().Silent(), o.lift)
	o.retention(a)
}

func (o operations) showCase(ctx context.Context, in *caseIn) (*stateOut, error) {
	return o.show(ctx, gate.Case, in.Case, nil)
}

func (o operations) showVictim(ctx context.Context, in *victimIn) (*stateOut, error) {
	return o.show(ctx, gate.Victim, in.Victim, nil)
}

// show gives how a file stands, once something was done about it.
func (o operations) show(ctx context.Context, kind gate.Kind, fileID string, err error) (*stateOut, error) {
	if err != nil {
		return nil, err
	}
	v, err := o.s.Show(ctx, kind, fileID)
	if err != nil {
		return nil, err
	}
	out := &stateOut{ETag: httpkit.ETag(v.File.Version), Body: StateBody{FileID: v.File.ID, Closed: v.Closed() != nil, Duties: dutyBodies(v.Duties),
		Closings: []ClosingBody{}, Holds: []HoldBody{}, CanClose: v.CanClose, CanReopen: v.CanReopen}}
	if c := v.Closed(); c != nil {
		out.ETag = httpkit.ETag(c.Version)
	}
	for i := range v.Holds {
		out.Body.Holds = append(out.Body.Holds, holdBody(&v.Holds[i]))
	}
	for i := range v.Closures {
		c := &v.Closures[i]
		out.Body.Closings = append(out.Body.Closings, ClosingBody{ID: c.ID, Reason: c.Reason, Note: c.Note, Agency: c.Agency, ClosedAt: c.ClosedAt, Rule: c.Rule,
			KeptUntil: c.DueAt, ReopenedAt: c.ReopenedAt, ReopenReason: c.ReopenReason, Version: c.Version})
	}
	return out, nil
}

func holdBody(h *Hold) HoldBody {
	return HoldBody{ID: h.ID, Reference: h.Reference, Agency: h.Agency, Note: h.Note, SetAt: h.SetAt, Version: h.Version}
}

func (o operations) closeCase(ctx context.Context, in *closeCaseIn) (*httpkit.Made, error) {
	id, err := o.s.Close(ctx, gate.Case, in.Case, in.Body.closing(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt(home(gate.Case, in.Case)+"/closure", id), err
}

func (o operations) closeVictim(ctx context.Context, in *closeVictimIn) (*httpkit.Made, error) {
	id, err := o.s.Close(ctx, gate.Victim, in.Victim, in.Body.closing(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt(home(gate.Victim, in.Victim)+"/closure", id), err
}

func (o operations) reopenCase(ctx context.Context, in *reopenCaseIn) (*stateOut, error) {
	return o.show(ctx, gate.Case, in.Case, o.s.Reopen(ctx, gate.Case, in.Case, httpkit.IfMatch(ctx), in.Body.Reason, in.Body.Note))
}

func (o operations) reopenVictim(ctx context.Context, in *reopenVictimIn) (*stateOut, error) {
	return o.show(ctx, gate.Victim, in.Victim, o.s.Reopen(ctx, gate.Victim, in.Victim, httpkit.IfMatch(ctx), in.Body.Reason, in.Body.Note))
}

func (o operations) holdCase(ctx context.Context, in *holdCaseIn) (*httpkit.Made, error) {
	id, err := o.s.Hold(ctx, gate.Case, in.Case, in.Body.Note, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/holds", id), err
}

func (o operations) holdVictim(ctx context.Context, in *holdVictimIn) (*httpkit.Made, error) {
	id, err := o.s.Hold(ctx, gate.Victim, in.Victim, in.Body.Note, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/holds", id), err
}

func (o operations) holds(ctx context.Context, in *httpkit.Paged) (*httpkit.Listed[HoldBody], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, next, err := o.s.Holds(ctx, after)
	return httpkit.ListOf(list, holdBody, next.String()), err
}

func (o operations) lift(ctx context.Context, in *holdIn) (*httpkit.Nothing, error) {
	return nil, o.s.Lift(ctx, in.Hold, httpkit.IfMatch(ctx))
}
