package sharing

import (
	"context"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// ReferralBody is a referral in the JSON API, as one of its two sides sees it.
type ReferralBody struct {
	ID            string              `json:"id"`
	Reference     string              `json:"reference" doc:"By which your agency knows the file"`
	VictimID      string              `json:"victim_id,omitempty" doc:"Only where the file is open to you"`
	Kind          string              `json:"kind" enum:"assistance,registration_only"`
	State         string              `json:"state" enum:"offered,accepted,declined,withdrawn,expired,completed,taken_back"`
	Overdue       bool                `json:"overdue"`
	EscalatedAt   moment.Time         `json:"escalated_at" doc:"When the supervisors of the receiving agency were told that nobody had answered"`
	Urgency       string              `json:"urgency" enum:"urgent,normal"`
	Reason        string              `json:"reason"`
	FromAgencyID  string              `json:"from_agency_id"`
	FromAgency    string              `json:"from_agency"`
	ToAgencyID    string              `json:"to_agency_id"`
	ToAgency      string              `json:"to_agency"`
	ToDeskID      string              `json:"to_desk_id"`
	ToDesk        string              `json:"to_desk"`
	Sections      []string            `json:"sections"`
	OnlyOf        []entry.OnlyOfBody  `json:"only_of,omitempty" doc:"Sections of which the entries of these agencies alone are open"`
	Purpose       string              `json:"purpose"`
	Basis         string              `json:"basis"`
	BasisRef      string              `json:"basis_ref,omitempty"`
	Note          string              `json:"note,omitempty"`
	Attention     string              `json:"attention,omitempty" doc:"Whom at the desk it is meant for; anybody there may answer"`
	OfferedAt     moment.Time         `json:"offered_at"`
	DueAt         moment.Time         `json:"due_at"`
	Until         moment.Time         `json:"until" doc:"End of the access, if accepted"`
	AnsweredAt    moment.Time         `json:"answered_at"`
	DeclineReason string              `json:"decline_reason,omitempty"`
	Outcome       string              `json:"outcome,omitempty"`
	CompletedAt   moment.Time         `json:"completed_at"`
	RecalledAt    moment.Time         `json:"recalled_at" doc:"When it was taken back after it was accepted"`
	RecallReason  string              `json:"recall_reason,omitempty"`
	Left          []DepartedBody      `json:"left,omitempty" doc:"Copies taken before it was taken back: your own, or for the sender those of all who lost the file with it"`
	Corrected     int                 `json:"corrected,omitempty" doc:"Entries that went along and were written anew since"`
	Version       int64               `json:"version"`
	CanAnswer     bool                `json:"can_answer"`
	CanWithdraw   bool                `json:"can_withdraw"`
	CanComplete   bool                `json:"can_complete"`
	CanTakeBack   bool                `json:"can_take_back"`
	Preview       []entry.SectionBody `json:"preview,omitempty" doc:"Exactly what the receiving desk will see; only while the offer is open, and only to that desk"`
	Notes         []entry.NoteBody    `json:"notes,omitempty" doc:"The notes that it reads once it has accepted; like the preview"`
}

func referralBody(r *Referral, now moment.Time) ReferralBody {
	return ReferralBody{ID: r.ID, Reference: r.Reference, Kind: string(r.Kind), State: string(r.State), Overdue: r.Overdue(now), EscalatedAt: r.EscalatedAt, Urgency: string(r.Urgency),
		Reason: r.Reason, FromAgencyID: r.FromAgencyID, FromAgency: r.FromAgency, ToAgencyID: r.ToAgencyID, ToAgency: r.ToAgency,
		ToDeskID: r.ToDeskID, ToDesk: r.ToDesk, Sections: wordsOf(r.Sections), OnlyOf: entry.OnlyOfBodies(r.OnlyOf), Purpose: r.Purpose, Basis: r.Basis, BasisRef: r.BasisRef,
		OfferedAt: r.OfferedAt, DueAt: r.DueAt, Until: r.UntilAt, AnsweredAt: r.AnsweredAt, DeclineReason: r.DeclineReason, Outcome: r.Outcome, CompletedAt: r.CompletedAt,
		RecalledAt: r.RecalledAt, RecallReason: r.RecallReason, Version: r.Version}
}

// Bodies writes referrals for the API; the worklist answers with the same shape.
func Bodies(referrals []Referral, now moment.Time) []ReferralBody {
	bodies := make([]ReferralBody, 0, len(referrals))
	for i := range referrals {
		bodies = append(bodies, referralBody(&referrals[i], now))
	}
	return bodies
}

func wordsOf(sections authz.SectionSet) []string {
	words := []string{}
	for id := range sections.Each {
		words = append(words, id.String())
	}
	return words
}

type referIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		TermsBody
		Kind      string   `json:"kind,omitempty" doc:"assistance where none is given; registration_only where your country has it"`
		DeskID    string   `json:"desk_id" doc:"A desk of another agency that takes referrals in"`
		Attention string   `json:"attention,omitempty" maxLength:"100" doc:"Whom at the desk it is meant for; anybody there may answer"`
		Sections  []string `json:"sections" maxItems:"30" doc:"What goes along; no more than you may pass on"`
		Entries   []string `json:"entries,omitempty" maxItems:"100" doc:"Of their sections these entries alone; what is written later is not in it"`
		Urgency   string   `json:"urgency" doc:"urgent: answer within 24 hours; normal: within 72"`
		Reason    string   `json:"reason" doc:"What the desk is asked to do"`
		Note      string   `json:"note,omitempty" maxLength:"2000"`
		Seen      string   `json:"seen,omitempty" maxLength:"250" doc:"What the preview gave you for this offer within the last hour; without it nothing is sent (428), nor where something has changed since (409)"`
	}
}

func (in *referIn) offer() NewReferral {
	b := &in.Body
	return NewReferral{Kind: Kind(b.Kind), DeskID: b.DeskID, Attention: b.Attention, Sections: b.Sections, Entries: b.Entries, Urgency: Urgency(b.Urgency),
		Reason: b.Reason, Note: b.Note, Seen: b.Seen, Terms: b.terms()}
}

type referralIn struct {
	Referral string `path:"referral" format:"uuid"`
}

type referralOut struct {
	ETag string `header:"ETag"`
	Body ReferralBody
}

type acceptOut struct {
	Location string `header:"Location"`
	Body     struct {
		VictimID string `json:"victim_id"`
	}
}

type declineIn struct {
	Referral string `path:"referral" format:"uuid"`
	Body     struct {
		Reason string `json:"reason"`
	}
}

type listIn struct {
	Box   string `query:"box" doc:"waiting (for your desks' answer), received or sent; waiting where none is given"`
	After string `query:"after" doc:"The place that the page before gave as next"`
}

type listOut struct {
	Body struct {
		Items []ReferralBody `json:"items"`
		Next  string         `json:"next,omitempty"`
	}
}

func referralOperations(a *httpkit.API, o operations) {
	httpkit.Operate(a, httpkit.Operation{ID: "refer-victim", Method: "POST", Path: "/victims/{victim}/referrals", Summary: "Offer sections of a victim file to a desk of another agency",
		Tag: "referrals", Permission: "section.refer", Parent: "victim", Status: 201, NeedsIdempotencyKey: true, NeedsLook: true}, o.refer)
	httpkit.Operate(a, httpkit.Operation{ID: "list-referrals", Method: "GET", Path: "/referrals", Summary: "List referrals offered to your desks or sent by your agency",
		Tag: "referrals", Permission: "referral.list", Parent: "none"}, o.list)
	httpkit.Operate(a, httpkit.Operation{ID: "show-referral", Method: "GET", Path: "/referrals/{referral}", Summary: "Show a referral; to the receiving desk with exactly what it will see",
		Tag: "referrals", Permission: "referral.read", Parent: "referral"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "accept-referral", Method: "POST", Path: "/referrals/{referral}/acceptance", Summary: "Accept a referral for your desk",
		Tag: "referrals", Permission: "referral.answer", Parent: "referral", NeedsIfMatch: true}, o.accept)
	httpkit.Operate(a, httpkit.Operation{ID: "decline-referral", Method: "POST", Path: "/referrals/{referral}/refusal", Summary: "Decline a referral for a reason",
		Tag: "referrals", Permission: "referral.answer", Parent: "referral", NeedsIfMatch: true}, o.decline)
	httpkit.Operate(a, httpkit.Operation{ID: "withdraw-referral", Method: "POST", Path: "/referrals/{referral}/withdrawal", Summary: "Take an unanswered referral back",
		Tag: "referrals", Permission: "referral.withdraw", Parent: "referral", NeedsIfMatch: true}, o.withdraw)
	recallOperation(a, o)
	packageOperations(a, o)
}

func (o operations) refer(ctx context.Context, in *referIn) (*createdOut, error) {
	id, err := o.s.ReferSeen(ctx, in.Victim, in.offer(), httpkit.IdempotencyKey(ctx))
	return created("/referrals/"+id, id), err
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, parseBox(in.Box), after)
	out := &listOut{}
	out.Body.Items, out.Body.Next = Bodies(list.Referrals, list.Now), list.Next.String()
	return out, err
}

func (o operations) show(ctx context.Context, in *referralIn) (*referralOut, error) {
	view, err := o.s.Show(ctx, in.Referral)
	if err != nil {
		return nil, err
	}
	var sections []entry.SectionView
	var notes []entry.NoteView
	if view.OpenToMe() {
		preview, err := o.s.Preview(ctx, in.Referral)
		if err != nil {
			return nil, err
		}
		view, sections, notes = preview.View, preview.Sections, preview.Notes
	}
	body := referralBody(&view.Referral, view.Now)
	body.Note, body.Attention, body.Corrected = view.Note, view.Attention, view.Corrected
	body.CanAnswer, body.CanWithdraw, body.CanComplete = view.CanAnswer, view.CanWithdraw, view.CanComplete
	body.addRecall(&view)
	if view.CanOpen {
		body.VictimID = view.FileID
	}
	if sections != nil {
		body.Preview, body.Notes = entry.BodiesOf(sections), entry.NoteBodiesOf(notes)
	}
	return &referralOut{ETag: httpkit.ETag(view.Version), Body: body}, nil
}

func (o operations) accept(ctx context.Context, in *referralIn) (*acceptOut, error) {
	id, err := o.s.Accept(ctx, in.Referral, httpkit.IfMatch(ctx))
	out := &acceptOut{Location: httpkit.APIPath + "/victims/" + id}
	out.Body.VictimID = id
	return out, err
}

func (o operations) decline(ctx context.Context, in *declineIn) (*referralOut, error) {
	if err := o.s.Decline(ctx, in.Referral, httpkit.IfMatch(ctx), in.Body.Reason); err != nil {
		return nil, err
	}
	return o.show(ctx, &referralIn{Referral: in.Referral})
}

func (o operations) withdraw(ctx context.Context, in *referralIn) (*referralOut, error) {
	if err := o.s.Withdraw(ctx, in.Referral, httpkit.IfMatch(ctx)); err != nil {
		return nil, err
	}
	return o.show(ctx, in)
}
