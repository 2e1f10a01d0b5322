package support

import (
	"context"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is a need in the JSON API.
type Body struct {
	ID            string      `json:"id"`
	VictimID      string      `json:"victim_id"`
	Reference     string      `json:"reference,omitempty" doc:"By which your agency knows the file"`
	AgencyID      string      `json:"agency_id"`
	Agency        string      `json:"agency"`
	Service       string      `json:"service" doc:"A code of the list services"`
	State         string      `json:"state" enum:"open,asked,given,met,dropped"`
	NotedOn       moment.Date `json:"noted_on"`
	MovedOn       moment.Date `json:"moved_on" doc:"When it came into its state"`
	ReviewOn      moment.Date `json:"review_on,omitempty"`
	ReferralID    string      `json:"referral_id,omitempty"`
	ReferralTo    string      `json:"referral_to,omitempty"`
	ReferralState string      `json:"referral_state,omitempty"`
	Outcome       string      `json:"outcome,omitempty" doc:"A code of the list plan_outcome"`
	Version       int64       `json:"version"`
	CanMove       bool        `json:"can_move"`
}

func bodyOf(n *Need) Body {
	b := Body{ID: n.ID, VictimID: n.FileID, Reference: n.Reference, AgencyID: n.AgencyID, Agency: n.Agency, Service: n.Service, State: string(n.State),
		NotedOn: n.NotedOn, MovedOn: n.MovedOn, ReviewOn: n.ReviewOn, ReferralID: n.ReferralID, Outcome: n.Outcome, Version: n.Version, CanMove: n.CanMove}
	if n.Referral != nil {
		b.ReferralTo, b.ReferralState = n.Referral.ToAgency, string(n.Referral.State)
	}
	return b
}

func bodiesOf(list []Need) []Body {
	out := make([]Body, 0, len(list))
	for i := range list {
		out = append(out, bodyOf(&list[i]))
	}
	return out
}

// StepBody is one change of a need.
type StepBody struct {
	Version    int64       `json:"version"`
	WrittenAt  moment.Time `json:"written_at"`
	Author     string      `json:"author,omitempty" doc:"Only within the same agency"`
	State      string      `json:"state"`
	On         moment.Date `json:"on"`
	ReviewOn   moment.Date `json:"review_on,omitempty"`
	ReferralID string      `json:"referral_id,omitempty"`
	Outcome    string      `json:"outcome,omitempty"`
	Note       string      `json:"note,omitempty"`
}

// RiskBody is what the agencies say of the risk together.
type RiskBody struct {
	Highest     string           `json:"highest,omitempty" doc:"The higher of what police and shelter say"`
	Differ      bool             `json:"differ" doc:"The agencies do not agree"`
	ReviewOn    moment.Date      `json:"review_on,omitempty"`
	Assessments []AssessmentBody `json:"assessments"`
}

// AssessmentBody is what one agency says of the risk.
type AssessmentBody struct {
	Agency     string      `json:"agency"`
	Kind       string      `json:"kind"`
	Level      string      `json:"level"`
	AssessedOn moment.Date `json:"assessed_on"`
	ReviewOn   moment.Date `json:"review_on,omitempty"`
}

type (
	victimIn struct {
		Victim string `path:"victim" format:"uuid"`
	}
	needIn struct {
		Victim string `path:"victim" format:"uuid"`
		Need   string `path:"need" format:"uuid"`
	}
	showOut struct {
		Body struct {
			Sections []entry.SectionBody `json:"sections" doc:"Safe contact, risk level and support plan"`
			Risk     RiskBody            `json:"risk"`
			Needs    []Body              `json:"needs"`
			CanNote  bool                `json:"can_note"`
		}
	}
	noteIn struct {
		Victim string `path:"victim" format:"uuid"`
		Body   struct {
			Service  string      `json:"service" doc:"A code of the list services"`
			NotedOn  moment.Date `json:"noted_on,omitempty" doc:"Today where empty"`
			ReviewOn moment.Date `json:"review_on,omitempty"`
			Note     string      `json:"note,omitempty" maxLength:"2000"`
		}
	}
	createdOut struct {
		Location string `header:"Location"`
		Body     struct {
			ID string `json:"id"`
		}
	}
	needOut struct {
		ETag string `header:"ETag"`
		Body struct {
			Body
			Steps []StepBody `json:"steps"`
		}
	}
	moveIn struct {
		Victim string `path:"victim" format:"uuid"`
		Need   string `path:"need" format:"uuid"`
		Body   struct {
			State      string      `json:"state"`
			On         moment.Date `json:"on,omitempty" doc:"Today where empty"`
			ReviewOn   moment.Date `json:"review_on,omitempty"`
			ReferralID string      `json:"referral_id,omitempty" maxLength:"40"`
			Outcome    string      `json:"outcome,omitempty"`
			Note       string      `json:"note,omitempty" maxLength:"2000"`
		}
	}
	listIn struct {
		After string `query:"after" doc:"The place that the page before gave as next"`
	}
	listOut struct {
		Body struct {
			Items []Body `json:"items"`
			Next  string `json:"next,omitempty"`
		}
	}
)

type operations struct{ s *Service }

// API registers the JSON operations of support.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "list-old-needs", Method: "GET", Path: "/needs", Summary: "List needs that your agency noted and nobody has met for 30 days",
		Tag: "support", Permission: "support.list", Parent: "none"}, o.list)
	httpkit.Operate(a, httpkit.Operation{ID: "show-support", Method: "GET", Path: "/victims/{victim}/support", Summary: "Show safe contact, risk, support plan and needs of a person",
		Tag: "support", Permission: "support.read", Parent: "victim"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "note-need", Method: "POST", Path: "/victims/{victim}/needs", Summary: "Note a need of a person",
		Tag: "support", Permission: "support.write", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.note)
	httpkit.Operate(a, httpkit.Operation{ID: "show-need", Method: "GET", Path: "/victims/{victim}/needs/{need}", Summary: "Show a need with its history",
		Tag: "support", Permission: "support.read", Parent: "victim"}, o.need)
	httpkit.Operate(a, httpkit.Operation{ID: "move-need", Method: "POST", Path: "/victims/{victim}/needs/{need}/moves", Summary: "Write down what happened to a need",
		Tag: "support", Permission: "support.write", Parent: "victim", NeedsIfMatch: true}, o.move)
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, after)
	out := &listOut{}
	out.Body.Items, out.Body.Next = bodiesOf(list.Needs), list.Next.String()
	return out, err
}

func (o operations) show(ctx context.Context, in *victimIn) (*showOut, error) {
	view, err := o.s.Show(ctx, in.Victim)
	if err != nil {
		return nil, err
	}
	out := &showOut{}
	out.Body.Sections = entry.ToldOf(ctx, []entry.SectionView{view.Contact, view.Risk, view.Plan})
	out.Body.Risk = RiskBody{Highest: view.Weighed.Highest, Differ: view.Weighed.Differ, ReviewOn: view.Weighed.Review, Assessments: []AssessmentBody{}}
	for _, a := range view.Weighed.Rows {
		out.Body.Risk.Assessments = append(out.Body.Risk.Assessments, AssessmentBody{Agency: a.Agency, Kind: string(a.Kind), Level: a.Level,
			AssessedOn: a.On, ReviewOn: a.Review})
	}
	out.Body.Needs, out.Body.CanNote = bodiesOf(view.Needs), view.CanNote
	return out, nil
}

func (o operations) note(ctx context.Context, in *noteIn) (*createdOut, error) {
	id, err := o.s.Note(ctx, in.Victim, New{Service: in.Body.Service, NotedOn: in.Body.NotedOn, ReviewOn: in.Body.ReviewOn, Note: in.Body.Note},
		httpkit.IdempotencyKey(ctx))
	out := &createdOut{Location: httpkit.APIPath + "/victims/" + in.Victim + "/needs/" + id}
	out.Body.ID = id
	return out, err
}

func (o operations) need(ctx context.Context, in *needIn) (*needOut, error) {
	view, err := o.s.Need(ctx, in.Victim, in.Need)
	if err != nil {
		return nil, err
	}
	out := &needOut{ETag: httpkit.ETag(view.Version)}
	out.Body.Body, out.Body.Steps = bodyOf(&view.Need), []StepBody{}
	for i := range view.Steps {
		s := &view.Steps[i]
		out.Body.Steps = append(out.Body.Steps, StepBody{Version: s.Version, WrittenAt: s.WrittenAt, Author: s.Author, State: string(s.State), On: s.MovedOn,
			ReviewOn: s.ReviewOn, ReferralID: s.ReferralID, Outcome: s.Outcome, Note: s.Note})
	}
	return out, nil
}

func (o operations) move(ctx context.Context, in *moveIn) (*needOut, error) {
	c := Change{State: State(in.Body.State), On: in.Body.On, ReviewOn: in.Body.ReviewOn, ReferralID: in.Body.ReferralID, Outcome: in.Body.Outcome, Note: in.Body.Note}
	if err := o.s.Move(ctx, in.Victim, in.Need, httpkit.IfMatch(ctx), c); err != nil {
		return nil, err
	}
	return o.need(ctx, &needIn{Victim: in.Victim, Need: in.Need})
}
