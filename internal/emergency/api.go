package emergency

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Body is one opening in the JSON API, as the reader may see it.
type Body struct {
	ID          string       `json:"id"`
	Reference   string       `json:"reference" doc:"By which your agency knows the file"`
	VictimID    string       `json:"victim_id,omitempty" doc:"Only where the file is open to you"`
	State       string       `json:"state" enum:"opened,confirmed,lapsed,ended"`
	AgencyID    string       `json:"agency_id"`
	Agency      string       `json:"agency"`
	Sections    []string     `json:"sections"`
	Reason      string       `json:"reason"`
	Note        string       `json:"note,omitempty"`
	OpenedAt    moment.Time  `json:"opened_at"`
	ClosesAt    moment.Time  `json:"closes_at" doc:"Unless a second person confirms before"`
	ConfirmedAt moment.Time  `json:"confirmed_at"`
	Until       moment.Time  `json:"until" doc:"End of the access, once confirmed"`
	EndedAt     moment.Time  `json:"ended_at"`
	Reviews     []ReviewBody `json:"reviews"`
	Version     int64        `json:"version"`
	CanConfirm  bool         `json:"can_confirm"`
	CanClose    bool         `json:"can_close"`
	CanSign     bool         `json:"can_sign"`
}

// ReviewBody is the review of one agency's auditors.
type ReviewBody struct {
	AgencyID string      `json:"agency_id"`
	Agency   string      `json:"agency"`
	DueAt    moment.Time `json:"due_at"`
	SignedAt moment.Time `json:"signed_at"`
	Finding  string      `json:"finding,omitempty"`
	Note     string      `json:"note,omitempty" doc:"Only within the agency that wrote it"`
}

func bodyOf(v *View) Body {
	b := Body{ID: v.ID, Reference: v.Reference, State: string(v.Stand), AgencyID: v.AgencyID, Agency: v.Agency, Sections: sharing.SectionWords(v.Sections),
		Reason: v.Reason, Note: v.Note, OpenedAt: v.OpenedAt, ClosesAt: v.ClosesAt, ConfirmedAt: v.ConfirmedAt, Until: v.UntilAt, EndedAt: v.EndedAt,
		Reviews: []ReviewBody{}, Version: v.Version, CanConfirm: v.CanConfirm, CanClose: v.CanClose, CanSign: v.CanSign}
	if v.CanOpen {
		b.VictimID = v.FileID
	}
	for _, r := range v.Reviews {
		b.Reviews = append(b.Reviews, ReviewBody{AgencyID: r.AgencyID, Agency: r.Agency, DueAt: r.DueAt, SignedAt: r.SignedAt, Finding: r.Finding, Note: r.Text})
	}
	return b
}

type openIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		Sections []string `json:"sections" maxItems:"30" doc:"Sections that open in an emergency"`
		Danger   bool     `json:"danger_to_life" doc:"You declare that a life is in danger"`
		Reason   string   `json:"reason" doc:"The danger; a code"`
		Note     string   `json:"note" maxLength:"2000" doc:"What is known of the danger"`
	}
}

type emergencyIn struct {
	Emergency string `path:"emergency" format:"uuid"`
}

type signIn struct {
	Emergency string `path:"emergency" format:"uuid"`
	Body      struct {
		Finding string `json:"finding" doc:"justified, not_justified or needs_follow_up"`
		Note    string `json:"note,omitempty" maxLength:"2000"`
	}
}

type listIn struct {
	Box string `query:"box" doc:"all, or review for what your agency has still to review; all where none is named"`
	httpkit.Paged
}

type operations struct{ s *Service }

// API registers the JSON operations of emergency access.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	op := func(id, method, path, permission, parent, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "emergencies", Permission: permission, Parent: parent}
	}
	httpkit.Operate(a, op("open-emergency", "POST", "/victims/{victim}/emergencies", "emergency.open", "victim", "Open sections at once in danger to life, for 15 minutes unless a second person confirms").Creates(), o.open)
	httpkit.Operate(a, op("list-emergencies", "GET", "/emergencies", "emergency.list", "none", "List the emergency openings that your agency is a party to"), o.list)
	httpkit.Operate(a, op("show-emergency", "GET", "/emergencies/{emergency}", "emergency.read", "emergency", "Show an emergency opening and its reviews"), o.show)
	httpkit.Operate(a, op("confirm-emergency", "POST", "/emergencies/{emergency}/confirmation", "emergency.confirm", "emergency", "Confirm an opening as the second person: it goes on until 24 hours after it began").Changes(), o.confirm)
	httpkit.Operate(a, op("close-emergency", "POST", "/emergencies/{emergency}/closure", "emergency.close", "emergency", "End an opening before its time").Changes(), o.close)
	httpkit.Operate(a, op("sign-emergency", "POST", "/emergencies/{emergency}/review", "emergency.sign", "emergency", "Sign your agency's review of an opening that is over").Changes(), o.sign)
}

func (o operations) open(ctx context.Context, in *openIn) (*httpkit.Made, error) {
	n := New{Sections: in.Body.Sections, Danger: in.Body.Danger, Reason: in.Body.Reason, Note: in.Body.Note}
	id, err := o.s.Open(ctx, in.Victim, n, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/emergencies/"+id, id), err
}

func (o operations) list(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, parseBox(in.Box), after)
	return httpkit.ListOf(list.Items, bodyOf, list.Next.String()), err
}

func (o operations) show(ctx context.Context, in *emergencyIn) (*httpkit.Versioned[Body], error) {
	view, err := o.s.Show(ctx, in.Emergency)
	if err != nil {
		return nil, err
	}
	return httpkit.VersionOf(view.Version, bodyOf(&view)), nil
}

// after shows the opening as it stands once something was done about it.
func (o operations) after(ctx context.Context, id string, err error) (*httpkit.Versioned[Body], error) {
	if err != nil {
		return nil, err
	}
	return o.show(ctx, &emergencyIn{Emergency: id})
}

func (o operations) confirm(ctx context.Context, in *emergencyIn) (*httpkit.Versioned[Body], error) {
	return o.after(ctx, in.Emergency, o.s.Confirm(ctx, in.Emergency, httpkit.IfMatch(ctx)))
}

func (o operations) close(ctx context.Context, in *emergencyIn) (*httpkit.Versioned[Body], error) {
	return o.after(ctx, in.Emergency, o.s.Close(ctx, in.Emergency, httpkit.IfMatch(ctx)))
}

func (o operations) sign(ctx context.Context, in *signIn) (*httpkit.Versioned[Body], error) {
	sig := Signature{Finding: in.Body.Finding, Note: in.Body.Note}
	return o.after(ctx, in.Emergency, o.s.Sign(ctx, in.Emergency, httpkit.IfMatch(ctx), sig))
}
