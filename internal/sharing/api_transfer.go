package sharing

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// TransferBody is a transfer of a case in the JSON API.
type TransferBody struct {
	ID            string      `json:"id"`
	CaseID        string      `json:"case_id,omitempty" doc:"Where the case is open to you"`
	Reference     string      `json:"reference"`
	State         string      `json:"state" enum:"offered,accepted,declined,withdrawn,expired"`
	Reason        string      `json:"reason"`
	FromAgencyID  string      `json:"from_agency_id"`
	FromAgency    string      `json:"from_agency"`
	ToAgencyID    string      `json:"to_agency_id"`
	ToAgency      string      `json:"to_agency"`
	ToDeskID      string      `json:"to_desk_id"`
	ToDesk        string      `json:"to_desk"`
	KeepUntil     moment.Time `json:"keep_until" doc:"Until when the old lead stays on the team; nothing where it does not"`
	Purpose       string      `json:"purpose"`
	Basis         string      `json:"basis"`
	OfferedAt     moment.Time `json:"offered_at"`
	DueAt         moment.Time `json:"due_at"`
	AnsweredAt    moment.Time `json:"answered_at"`
	DeclineReason string      `json:"decline_reason,omitempty"`
	Note          string      `json:"note,omitempty"`
	Victims       int         `json:"victims,omitempty" doc:"Victim files of the case, where it is open or offered to you"`
	CanAnswer     bool        `json:"can_answer"`
	CanWithdraw   bool        `json:"can_withdraw"`
	Version       int64       `json:"version"`
}

func (t *Transfer) body(now moment.Time) TransferBody {
	state := t.State
	if state == Offered && !t.Open(now) {
		state = Expired
	}
	return TransferBody{ID: t.ID, Reference: t.Reference, State: string(state), Reason: t.Reason, FromAgencyID: t.FromAgencyID,
		FromAgency: t.FromAgency, ToAgencyID: t.ToAgencyID, ToAgency: t.ToAgency, ToDeskID: t.ToDeskID, ToDesk: t.ToDesk, KeepUntil: t.KeepUntil,
		Purpose: t.Purpose, Basis: t.Basis, OfferedAt: t.OfferedAt, DueAt: t.DueAt, AnsweredAt: t.AnsweredAt, DeclineReason: t.DeclineReason,
		Version: t.Version}
}

type offerTransferIn struct {
	Case string `path:"case" format:"uuid"`
	Body struct {
		TermsBody
		DeskID string      `json:"desk_id" doc:"The desk that is to lead the case"`
		Reason string      `json:"reason" doc:"Code of why the case changes hands"`
		Keep   moment.Date `json:"keep_until,omitempty" doc:"Last day on which your desk stays on the team; none where it leaves"`
		Note   string      `json:"note,omitempty" maxLength:"2000"`
	}
}

type transferIn struct {
	Transfer string `path:"transfer" format:"uuid"`
}

type transferOut struct {
	ETag string `header:"ETag"`
	Body TransferBody
}

type transfersOut struct {
	Body struct {
		Items []TransferBody `json:"items"`
		Next  string         `json:"next,omitempty"`
	}
}

type declineTransferIn struct {
	Transfer string `path:"transfer" format:"uuid"`
	Body     struct {
		Reason string `json:"reason" doc:"Code of why the case is not taken over"`
	}
}

type tookOverOut struct {
	Body struct {
		CaseID string `json:"case_id"`
	}
}

// transferOperations registers the JSON operations of handing a case over.
func transferOperations(a *httpkit.API, o operations) {
	httpkit.Operate(a, httpkit.Operation{ID: "offer-transfer", Method: "POST", Path: "/cases/{case}/transfers", Summary: "Offer the lead of a case to a desk",
		Tag: "sharing", Permission: "team.manage", Parent: "case", Status: 201, NeedsIdempotencyKey: true}, o.offerTransfer)
	httpkit.Operate(a, httpkit.Operation{ID: "list-transfers", Method: "GET", Path: "/transfers", Summary: "List the transfers that concern your desks and your agency",
		Tag: "sharing", Permission: "transfer.list", Parent: "none"}, o.transfers)
	httpkit.Operate(a, httpkit.Operation{ID: "show-transfer", Method: "GET", Path: "/transfers/{transfer}", Summary: "Show one transfer",
		Tag: "sharing", Permission: "transfer.read", Parent: "transfer"}, o.transfer)
	httpkit.Operate(a, httpkit.Operation{ID: "accept-transfer", Method: "POST", Path: "/transfers/{transfer}/acceptance", Summary: "Sign for your desk and take the case over",
		Tag: "sharing", Permission: "transfer.answer", Parent: "transfer", NeedsIfMatch: true}, o.acceptTransfer)
	httpkit.Operate(a, httpkit.Operation{ID: "decline-transfer", Method: "POST", Path: "/transfers/{transfer}/refusal", Summary: "Do not take the case over",
		Tag: "sharing", Permission: "transfer.answer", Parent: "transfer", Status: 204, NeedsIfMatch: true}, o.declineTransfer)
	httpkit.Operate(a, httpkit.Operation{ID: "withdraw-transfer", Method: "POST", Path: "/transfers/{transfer}/withdrawal", Summary: "Take the offer of a case back",
		Tag: "sharing", Permission: "team.manage", Parent: "transfer", Status: 204, NeedsIfMatch: true}, o.withdrawTransfer)
}

func (o operations) offerTransfer(ctx context.Context, in *offerTransferIn) (*createdOut, error) {
	n := NewTransfer{DeskID: in.Body.DeskID, Reason: in.Body.Reason, Note: in.Body.Note, Keep: in.Body.Keep, Terms: in.Body.terms()}
	id, err := o.s.OfferTransfer(ctx, in.Case, n, httpkit.IdempotencyKey(ctx))
	return created("/transfers/"+id, id), err
}

func (o operations) transfers(ctx context.Context, in *afterIn) (*transfersOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.Transfers(ctx, after)
	out := &transfersOut{}
	out.Body.Items, out.Body.Next = []TransferBody{}, list.Next.String()
	for i := range list.Items {
		out.Body.Items = append(out.Body.Items, list.Items[i].body(list.Now))
	}
	return out, err
}

func (o operations) transfer(ctx context.Context, in *transferIn) (*transferOut, error) {
	view, err := o.s.ShowTransfer(ctx, in.Transfer)
	if err != nil {
		return nil, err
	}
	body := view.body(view.Now)
	body.Note, body.Victims, body.CanAnswer, body.CanWithdraw = view.Note, view.Victims, view.CanAnswer, view.CanWithdraw
	if view.CanOpen {
		body.CaseID = view.FileID
	}
	return &transferOut{ETag: httpkit.ETag(view.Version), Body: body}, nil
}

func (o operations) acceptTransfer(ctx context.Context, in *transferIn) (*tookOverOut, error) {
	caseID, err := o.s.AcceptTransfer(ctx, in.Transfer, httpkit.IfMatch(ctx))
	out := &tookOverOut{}
	out.Body.CaseID = caseID
	return out, err
}

func (o operations) declineTransfer(ctx context.Context, in *declineTransferIn) (*struct{}, error) {
	return nil, o.s.DeclineTransfer(ctx, in.Transfer, httpkit.IfMatch(ctx), in.Body.Reason)
}

func (o operations) withdrawTransfer(ctx context.Context, in *transferIn) (*struct{}, error) {
	return nil, o.s.WithdrawTransfer(ctx, in.Transfer, httpkit.IfMatch(ctx))
}
