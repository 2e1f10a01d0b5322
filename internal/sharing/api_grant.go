package sharing

import (
	"context"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// GrantBody is one grant in the JSON API.
type GrantBody struct {
	AccessBody
	FileID    string      `json:"file_id"`
	FileKind  string      `json:"file_kind" enum:"case,victim"`
	State     string      `json:"state" enum:"proposed,offered,expired,live,sealed,ended"`
	Sections  []string    `json:"sections"`
	GivenBy   string      `json:"given_by,omitempty" doc:"Agency that gave it"`
	RenewedAs string      `json:"renewed_as,omitempty" doc:"The grant that goes on from it"`
	WasUntil  moment.Time `json:"was_until" doc:"End of the grant that it goes on from"`
	CanRenew  bool        `json:"can_renew"`
	Longest   moment.Date `json:"longest" doc:"The last day that a renewal may name"`
}

type grantIn struct {
	Grant string `path:"grant" format:"uuid"`
}

type grantOut struct {
	ETag string `header:"ETag"`
	Body GrantBody
}

type renewIn struct {
	Grant string `path:"grant" format:"uuid"`
	Body  struct {
		Until    moment.Date `json:"until" doc:"Last day in Brussels"`
		Reason   string      `json:"reason" doc:"Code of why access goes on"`
		BasisRef string      `json:"basis_ref,omitempty" maxLength:"60" doc:"Number of a newer document; what is left out stays as it was"`
		DocumentBody
	}
}

// ApprovalBody is a proposal that waits for, or had, its second signature.
type ApprovalBody struct {
	ID        string             `json:"id" doc:"Also of the grant"`
	FileID    string             `json:"file_id"`
	FileKind  string             `json:"file_kind" enum:"case,victim"`
	Reference string             `json:"reference"`
	State     string             `json:"state" enum:"open,approved,refused,lapsed"`
	AgencyID  string             `json:"agency_id" doc:"Agency that would receive"`
	Agency    string             `json:"agency"`
	Desk      string             `json:"desk,omitempty"`
	Sections  []string           `json:"sections"`
	OnlyOf    []entry.OnlyOfBody `json:"only_of,omitempty" doc:"Sections of which the entries of these agencies alone are open"`
	Purpose   string             `json:"purpose"`
	Basis     string             `json:"basis"`
	BasisRef  string             `json:"basis_ref,omitempty"`
	Until     moment.Time        `json:"until"`
	AskedAt   moment.Time        `json:"asked_at"`
	LapsesAt  moment.Time        `json:"lapses_at"`
	DecidedAt moment.Time        `json:"decided_at"`
	CanSign   bool               `json:"can_sign"`
	Version   int64              `json:"version"`
}

func (a *Approval) body(canSign bool, now moment.Time) ApprovalBody {
	state := a.State
	if state == Proposed && !a.Open(now) {
		state = Lapsed
	}
	return ApprovalBody{ID: a.ID, FileID: a.FileID, FileKind: string(a.Kind), Reference: a.Reference, State: string(state), AgencyID: a.AgencyID,
		Agency: a.Agency, Desk: a.Desk, Sections: wordsOf(a.Sections), OnlyOf: entry.OnlyOfBodies(a.OnlyOf), Purpose: a.Purpose, Basis: a.Basis, BasisRef: a.BasisRef,
		Until: a.UntilAt, AskedAt: a.AskedAt, LapsesAt: a.LapsesAt, DecidedAt: a.DecidedAt, CanSign: canSign, Version: a.Version}
}

type approvalIn struct {
	Approval string `path:"approval" format:"uuid"`
}

type approvalOut struct {
	ETag string `header:"ETag"`
	Body ApprovalBody
}

type afterIn struct {
	After string `query:"after" doc:"Where the page before ended"`
}

type approvalsOut struct {
	Body struct {
		Items []ApprovalBody `json:"items"`
		Next  string         `json:"next,omitempty"`
	}
}

// DutyBody is who had the duty of a file from one instant until another.
type DutyBody struct {
	AgencyID   string      `json:"agency_id"`
	Agency     string      `json:"agency"`
	Desk       string      `json:"desk,omitempty"`
	From       moment.Time `json:"from"`
	Until      moment.Time `json:"until" doc:"Nothing while it lasts"`
	TransferID string      `json:"transfer_id,omitempty"`
}

type dutyIn struct {
	Case string      `path:"case" format:"uuid"`
	On   moment.Date `query:"on" doc:"A day in Brussels: who had the duty then"`
}

type victimDutyIn struct {
	Victim string      `path:"victim" format:"uuid"`
	On     moment.Date `query:"on" doc:"A day in Brussels: who had the duty then"`
}

type dutyOut struct {
	Body struct {
		Items []DutyBody `json:"items"`
	}
}

// grantOperations registers the JSON operations of single grants, second signatures and the history of duty.
func grantOperations(a *httpkit.API, o operations) {
	httpkit.Operate(a, httpkit.Operation{ID: "show-grant", Method: "GET", Path: "/grants/{grant}", Summary: "Show one grant on a file that you see",
		Tag: "sharing", Permission: "grant.read", Parent: "grant"}, o.grant)
	httpkit.Operate(a, httpkit.Operation{ID: "renew-grant", Method: "POST", Path: "/grants/{grant}/renewal", Summary: "Let access go on, for a reason and within the ceiling",
		Tag: "sharing", Permission: "grant.renew", Parent: "grant", NeedsIfMatch: true}, o.renew)
	httpkit.Operate(a, httpkit.Operation{ID: "list-approvals", Method: "GET", Path: "/approvals", Summary: "List what waits for a second person of your agency",
		Tag: "sharing", Permission: "approval.list", Parent: "none"}, o.approvals)
	httpkit.Operate(a, httpkit.Operation{ID: "show-approval", Method: "GET", Path: "/approvals/{approval}", Summary: "Show what waits for a second signature",
		Tag: "sharing", Permission: "approval.read", Parent: "approval"}, o.approval)
	httpkit.Operate(a, httpkit.Operation{ID: "sign-approval", Method: "POST", Path: "/approvals/{approval}/signature", Summary: "Sign as the second person",
		Tag: "sharing", Permission: "approval.sign", Parent: "approval", Status: 204, NeedsIfMatch: true}, o.sign)
	httpkit.Operate(a, httpkit.Operation{ID: "refuse-approval", Method: "POST", Path: "/approvals/{approval}/refusal", Summary: "Refuse to sign as the second person",
		Tag: "sharing", Permission: "approval.sign", Parent: "approval", Status: 204, NeedsIfMatch: true}, o.refuseToSign)
	httpkit.Operate(a, httpkit.Operation{ID: "show-duty", Method: "GET", Path: "/cases/{case}/duty", Summary: "Tell who had the duty of a case on each day",
		Tag: "sharing", Permission: "case.read", Parent: "case"}, o.caseDuty)
	httpkit.Operate(a, httpkit.Operation{ID: "show-victim-duty", Method: "GET", Path: "/victims/{victim}/duty", Summary: "Tell who had the duty of a victim file on each day",
		Tag: "sharing", Permission: "victim.read", Parent: "victim"}, o.victimDuty)
}

func (o operations) grant(ctx context.Context, in *grantIn) (*grantOut, error) {
	view, err := o.s.Grant(ctx, in.Grant)
	if err != nil {
		return nil, err
	}
	return &grantOut{ETag: httpkit.ETag(view.Version), Body: GrantBody{AccessBody: accessBodies([]Access{view.Access})[0], FileID: view.FileID,
		FileKind: string(view.Kind), State: view.Shown(view.Now), Sections: wordsOf(view.Sections), GivenBy: view.GivenBy, RenewedAs: view.RenewedAs, WasUntil: view.WasUntil,
		CanRenew: view.CanRenew, Longest: moment.DayOf(view.Longest)}}, nil
}

func (o operations) renew(ctx context.Context, in *renewIn) (*createdOut, error) {
	id, err := o.s.RenewOn(ctx, in.Grant, httpkit.IfMatch(ctx), in.Body.Until, in.Body.Reason, Paper{in.Body.BasisRef, in.Body.Document()})
	return created("/grants/"+id, id), err
}

func (o operations) approvals(ctx context.Context, in *afterIn) (*approvalsOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.Approvals(ctx, after)
	out := &approvalsOut{}
	out.Body.Items, out.Body.Next = []ApprovalBody{}, list.Next.String()
	for i := range list.Items {
		out.Body.Items = append(out.Body.Items, list.Items[i].body(list.CanSign[i], list.Now))
	}
	return out, err
}

func (o operations) approval(ctx context.Context, in *approvalIn) (*approvalOut, error) {
	view, err := o.s.Approval(ctx, in.Approval)
	if err != nil {
		return nil, err
	}
	return &approvalOut{ETag: httpkit.ETag(view.Version), Body: view.body(view.CanSign, view.Now)}, nil
}

func (o operations) sign(ctx context.Context, in *approvalIn) (*struct{}, error) {
	return nil, o.s.Approve(ctx, in.Approval, httpkit.IfMatch(ctx))
}

func (o operations) refuseToSign(ctx context.Context, in *approvalIn) (*struct{}, error) {
	return nil, o.s.RefuseApproval(ctx, in.Approval, httpkit.IfMatch(ctx))
}

func (o operations) caseDuty(ctx context.Context, in *dutyIn) (*dutyOut, error) {
	return o.duty(ctx, gate.Case, in.Case, in.On)
}

func (o operations) victimDuty(ctx context.Context, in *victimDutyIn) (*dutyOut, error) {
	return o.duty(ctx, gate.Victim, in.Victim, in.On)
}

func (o operations) duty(ctx context.Context, kind gate.Kind, id string, on moment.Date) (*dutyOut, error) {
	view, err := o.s.Duty(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	history := view.History
	if on != "" {
		day, ok := moment.ParseDate(string(on))
		if !ok {
			return nil, invalid().WithField("on", "fault.field_not_a_date")
		}
		history = DutyOn(history, day)
	}
	out := &dutyOut{}
	out.Body.Items = []DutyBody{}
	for _, d := range history {
		out.Body.Items = append(out.Body.Items, DutyBody{AgencyID: d.AgencyID, Agency: d.Agency, Desk: d.Desk, From: d.From, Until: d.Until, TransferID: d.TransferID})
	}
	return out, nil
}
