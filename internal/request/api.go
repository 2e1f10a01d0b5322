package request

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Body is a request in the JSON API, as one of its two sides sees it.
type Body struct {
	ID           string          `json:"id"`
	Reference    string          `json:"reference" doc:"By which your agency knows the file; empty for one that you were only pointed to"`
	Kind         string          `json:"kind" enum:"case,victim"`
	FileID       string          `json:"file_id,omitempty" doc:"Only where the file is open to you"`
	PointerID    string          `json:"pointer_id,omitempty" doc:"The pointer that led your side, or the asker's, to a possible match"`
	State        string          `json:"state" enum:"asked,granted,refused,withdrawn,expired,ended"`
	Overdue      bool            `json:"overdue"`
	AgencyID     string          `json:"agency_id"`
	Agency       string          `json:"agency"`
	Desk         string          `json:"desk,omitempty" doc:"Empty where one person asks for themself"`
	Sections     []string        `json:"sections"`
	Reason       string          `json:"reason"`
	Note         string          `json:"note,omitempty"`
	Purpose      string          `json:"purpose"`
	Basis        string          `json:"basis"`
	BasisRef     string          `json:"basis_ref,omitempty"`
	Until        moment.Time     `json:"until" doc:"End of the access that is asked for"`
	AskedAt      moment.Time     `json:"asked_at"`
	DueAt        moment.Time     `json:"due_at"`
	AnsweredAt   moment.Time     `json:"answered_at"`
	RefuseReason string          `json:"refuse_reason,omitempty"`
	Given        []string        `json:"given" doc:"The sections that were granted"`
	GivenUntil   moment.Time     `json:"given_until"`
	Open         bool            `json:"open" doc:"The access that was granted is open now"`
	Version      int64           `json:"version"`
	Signatures   []SignatureBody `json:"signatures,omitempty" doc:"Of the agencies that wrote in the sections: all for who answers, its own for one of them"`
	CanAnswer    bool            `json:"can_answer"`
	CanSign      bool            `json:"can_sign" doc:"For an agency that wrote in the sections"`
	CanWithdraw  bool            `json:"can_withdraw"`
	CanEnd       bool            `json:"can_end"`
}

// SignatureBody is what an agency that wrote in some of the sections says.
type SignatureBody struct {
	Agency    string      `json:"agency,omitempty" doc:"Your own; others are not named"`
	Sections  []string    `json:"sections"`
	State     string      `json:"state" enum:"open,signed,refused,lapsed,void"`
	Reason    string      `json:"reason,omitempty"`
	DueAt     moment.Time `json:"due_at"`
	DecidedAt moment.Time `json:"decided_at"`
}

func bodyOf(r *Request, now moment.Time) Body {
	return Body{ID: r.ID, Reference: r.Reference, Kind: string(r.Kind), PointerID: r.PointerID, State: string(r.State), Overdue: r.Overdue(now), AgencyID: r.AgencyID,
		Agency: r.Agency, Desk: r.Desk, Sections: sharing.SectionWords(r.Sections), Reason: r.Reason, Purpose: r.Purpose, Basis: r.Basis,
		BasisRef: r.BasisRef, Until: r.UntilAt, AskedAt: r.AskedAt, DueAt: r.DueAt, AnsweredAt: r.AnsweredAt, RefuseReason: r.RefuseReason,
		Given: sharing.SectionWords(r.Given), GivenUntil: r.GivenTo, Open: r.Holds(now), Version: r.Version}
}

// AskBody asks for access.
type AskBody struct {
	sharing.TermsBody
	Sections []string `json:"sections" maxItems:"30" doc:"Closed sections of the file"`
	For      string   `json:"for" doc:"desk: your desk; me: you alone"`
	Reason   string   `json:"reason" doc:"Why you ask; a code"`
	Note     string   `json:"note" maxLength:"2000" doc:"Why you need it, in your own words"`
}

// Asked is what the body asks for.
func (b *AskBody) Asked() New {
	return New{Sections: b.Sections, For: b.For, Reason: b.Reason, Note: b.Note, Terms: b.Terms()}
}

type askVictimIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   AskBody
}

type askCaseIn struct {
	Case string `path:"case" format:"uuid"`
	Body AskBody
}

type requestIn struct {
	Request string `path:"request" format:"uuid"`
}

type grantIn struct {
	Request string `path:"request" format:"uuid"`
	Body    struct {
		sharing.TermsBody
		Sections []string `json:"sections" maxItems:"30" doc:"No more than was asked for"`
	}
}

type refuseIn struct {
	Request string `path:"request" format:"uuid"`
	Body    struct {
		Reason string `json:"reason"`
	}
}

type listIn struct {
	Box string `query:"box" doc:"waiting (for your answer), asked (by your side) or received; waiting where none is given"`
	httpkit.Paged
}

type operations struct{ s *Service }

// API registers the JSON operations of requests for access.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	op := func(id, method, path, permission, parent, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "requests", Permission: permission, Parent: parent}
	}
	httpkit.Operate(a, op("ask-access-to-victim", "POST", "/victims/{victim}/requests", "request.ask", "victim", "Ask for access to closed sections of a victim file").Creates(), o.askVictim)
	httpkit.Operate(a, op("ask-access-to-case", "POST", "/cases/{case}/requests", "request.ask", "case", "Ask for access to closed sections of a case file").Creates(), o.askCase)
	httpkit.Operate(a, op("list-requests", "GET", "/requests", "request.list", "none", "List requests that wait for your answer, or that your side has asked or received"), o.list)
	httpkit.Operate(a, op("show-request", "GET", "/requests/{request}", "request.read", "request", "Show a request for access"), o.show)
	httpkit.Operate(a, op("grant-request", "POST", "/requests/{request}/acceptance", "request.answer", "request", "Grant what was asked for, or a part of it").Changes(), o.grant)
	httpkit.Operate(a, op("refuse-request", "POST", "/requests/{request}/refusal", "request.answer", "request", "Refuse access for a reason").Changes(), o.refuse)
	httpkit.Operate(a, op("sign-request", "POST", "/requests/{request}/signature", "request.sign", "request", "Agree for an agency that wrote in the sections").Changes(), o.sign)
	httpkit.Operate(a, op("object-to-request", "POST", "/requests/{request}/objection", "request.sign", "request", "Keep the sections that your agency wrote in closed").Changes(), o.keep)
	httpkit.Operate(a, op("withdraw-request", "POST", "/requests/{request}/withdrawal", "request.withdraw", "request", "Take an unanswered request back").Changes(), o.withdraw)
	httpkit.Operate(a, op("end-request", "POST", "/requests/{request}/end", "request.end", "request", "End the access that was granted before its day").Changes(), o.end)
}

func (o operations) askVictim(ctx context.Context, in *askVictimIn) (*httpkit.Made, error) {
	id, err := o.s.Ask(ctx, gate.Victim, in.Victim, in.Body.Asked(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/requests/"+id, id), err
}

func (o operations) askCase(ctx context.Context, in *askCaseIn) (*httpkit.Made, error) {
	id, err := o.s.Ask(ctx, gate.Case, in.Case, in.Body.Asked(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/requests/"+id, id), err
}

func (o operations) list(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, parseBox(in.Box), after)
	return httpkit.ListOf(list.Requests, func(r *Request) Body { return bodyOf(r, list.Now) }, list.Next.String()), err
}

func (o operations) show(ctx context.Context, in *requestIn) (*httpkit.Versioned[Body], error) {
	view, err := o.s.Show(ctx, in.Request)
	if err != nil {
		return nil, err
	}
	body := bodyOf(&view.Request, view.Now)
	body.Note, body.CanAnswer, body.CanWithdraw, body.CanEnd, body.CanSign = view.Note, view.CanAnswer, view.CanWithdraw, view.CanEnd, view.CanSign
	for i := range view.Signatures {
		one := &view.Signatures[i]
		body.Signatures = append(body.Signatures, SignatureBody{Agency: one.Agency, Sections: sharing.SectionWords(one.Sections), State: string(one.State),
			Reason: one.Reason, DueAt: one.DueAt, DecidedAt: one.DecidedAt})
	}
	if view.CanOpen {
		body.FileID = view.FileID
	}
	return httpkit.VersionOf(view.Version, body), nil
}

// after shows the request as it stands once something was done to it.
func (o operations) after(ctx context.Context, id string, err error) (*httpkit.Versioned[Body], error) {
	if err != nil {
		return nil, err
	}
	return o.show(ctx, &requestIn{Request: id})
}

func (o operations) grant(ctx context.Context, in *grantIn) (*httpkit.Versioned[Body], error) {
	a := Answer{Sections: in.Body.Sections, Terms: in.Body.Terms()}
	return o.after(ctx, in.Request, o.s.Grant(ctx, in.Request, httpkit.IfMatch(ctx), a))
}

func (o operations) refuse(ctx context.Context, in *refuseIn) (*httpkit.Versioned[Body], error) {
	return o.after(ctx, in.Request, o.s.Refuse(ctx, in.Request, httpkit.IfMatch(ctx), in.Body.Reason))
}

func (o operations) sign(ctx context.Context, in *requestIn) (*httpkit.Versioned[Body], error) {
	return o.after(ctx, in.Request, o.s.Sign(ctx, in.Request, httpkit.IfMatch(ctx)))
}

func (o operations) keep(ctx context.Context, in *refuseIn) (*httpkit.Versioned[Body], error) {
	return o.after(ctx, in.Request, o.s.Keep(ctx, in.Request, httpkit.IfMatch(ctx), in.Body.Reason))
}

func (o operations) withdraw(ctx context.Context, in *requestIn) (*httpkit.Versioned[Body], error) {
	return o.after(ctx, in.Request, o.s.Withdraw(ctx, in.Request, httpkit.IfMatch(ctx)))
}

func (o operations) end(ctx context.Context, in *requestIn) (*httpkit.Versioned[Body], error) {
	return o.after(ctx, in.Request, o.s.End(ctx, in.Request, httpkit.IfMatch(ctx)))
}
