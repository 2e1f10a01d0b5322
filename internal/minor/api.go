package minor

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is what holds for one person, in the JSON API.
type Body struct {
	Minor     string         `json:"minor" enum:"yes,no,unknown" doc:"Whether the rules for children hold; in doubt they do"`
	Status    string         `json:"status,omitempty" enum:"adult,child,presumed_child,disputed,unknown"`
	Disputed  bool           `json:"disputed"`
	Since     moment.Date    `json:"since,omitempty"`
	Steps     []StepBody     `json:"steps" doc:"What was said and decided, the newest first"`
	Guardians []GuardianBody `json:"guardians" doc:"The newest first"`
	CanWrite  bool           `json:"can_write"`
	CanDecide bool           `json:"can_decide" doc:"Your agency decides disputes about an age"`
}

// StepBody is what one agency said of the age, or what was decided.
type StepBody struct {
	ID       string      `json:"id"`
	AgencyID string      `json:"agency_id"`
	Agency   string      `json:"agency"`
	Status   string      `json:"status"`
	Decided  bool        `json:"decided"`
	Method   string      `json:"method,omitempty" doc:"Empty where it was written in a section; birthday where the person came of age by the birth date written there"`
	SaidOn   moment.Date `json:"said_on"`
	Note     string      `json:"note,omitempty"`
}

// GuardianBody is a guardian of today or of before.
type GuardianBody struct {
	ID         string      `json:"id"`
	Service    string      `json:"service"`
	AgencyID   string      `json:"agency_id,omitempty" doc:"Where the guardian works with this program"`
	WorkerID   string      `json:"worker_id,omitempty" doc:"Only within the same agency"`
	Name       string      `json:"name,omitempty" doc:"Of a guardian who does not work with this program"`
	Document   string      `json:"document,omitempty" doc:"That appoints a guardian who does not work with this program"`
	AssignedOn moment.Date `json:"assigned_on"`
	EndedOn    moment.Date `json:"ended_on,omitempty"`
	EndReason  string      `json:"end_reason,omitempty"`
	Version    int64       `json:"version"`
}

func bodyOf(v *View, agencyID string) Body {
	b := Body{Minor: answer(v.Standing.Status), Steps: []StepBody{}, Guardians: []GuardianBody{}, CanWrite: v.CanWrite, CanDecide: v.Decides}
	if !v.Full {
		return b
	}
	b.Status, b.Disputed, b.Since = string(v.Standing.Status), v.Standing.Disputed, v.Standing.Since
	for i := range v.Steps {
		s := &v.Steps[i]
		b.Steps = append(b.Steps, StepBody{ID: s.ID, AgencyID: s.AgencyID, Agency: s.Agency, Status: string(s.Status), Decided: s.Decided, Method: s.Method,
			SaidOn: s.SaidOn, Note: s.Note})
	}
	for i := range v.Guardians {
		g := &v.Guardians[i]
		one := GuardianBody{ID: g.ID, Service: g.Service, AgencyID: g.AgencyID, AssignedOn: g.AssignedOn, EndedOn: g.EndedOn, EndReason: g.EndReason, Version: g.Version,
			Name: g.Outside.Name, Document: g.Outside.Document}
		if g.AgencyID == agencyID {
			one.WorkerID = g.WorkerID
		}
		b.Guardians = append(b.Guardians, one)
	}
	return b
}

type (
	victimIn struct {
		Victim string `path:"victim" format:"uuid"`
	}
	showOut struct{ Body Body }
	ageIn   struct {
		Victim string `path:"victim" format:"uuid"`
		Body   struct {
			Status  string      `json:"status"`
			Decided bool        `json:"decided,omitempty" doc:"Only by who decides disputes in their country"`
			Method  string      `json:"method" doc:"statement, document, interview, medical or authority"`
			SaidOn  moment.Date `json:"said_on,omitempty" doc:"Today where empty"`
			Note    string      `json:"note,omitempty" maxLength:"2000"`
		}
	}
	guardianIn struct {
		Victim string `path:"victim" format:"uuid"`
		Body   struct {
			Service    string      `json:"service"`
			WorkerID   string      `json:"worker_id,omitempty" maxLength:"40" doc:"Somebody of your guardianship service"`
			Name       string      `json:"name,omitempty" maxLength:"200" doc:"Without worker_id: who the guardian is"`
			Document   string      `json:"document,omitempty" maxLength:"500" doc:"Without worker_id: which document appoints them, its number and day"`
			AssignedOn moment.Date `json:"assigned_on,omitempty" doc:"Today where empty"`
		}
	}
	endIn struct {
		Victim   string `path:"victim" format:"uuid"`
		Guardian string `path:"guardian" format:"uuid"`
		Body     struct {
			EndedOn   moment.Date `json:"ended_on,omitempty" doc:"Today where empty"`
			EndReason string      `json:"end_reason"`
		}
	}
	createdOut struct {
		Location string `header:"Location"`
		Body     struct {
			ID string `json:"id"`
		}
	}
)

type operations struct{ s *Service }

// API registers the JSON operations of minors.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "show-minor", Method: "GET", Path: "/victims/{victim}/minor", Summary: "Show whether the rules for children hold, and who is the guardian",
		Tag: "minors", Permission: "guardianship.read", Parent: "victim"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "say-age", Method: "POST", Path: "/victims/{victim}/minor/age", Summary: "Write down what your agency says of the age, or has decided",
		Tag: "minors", Permission: "guardianship.write", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.say)
	httpkit.Operate(a, httpkit.Operation{ID: "assign-guardian", Method: "POST", Path: "/victims/{victim}/minor/guardian", Summary: "Write down who is the guardian",
		Tag: "minors", Permission: "guardianship.write", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.assign)
	httpkit.Operate(a, httpkit.Operation{ID: "end-guardian", Method: "POST", Path: "/victims/{victim}/minor/guardian/{guardian}/end", Summary: "Write down that somebody is no longer the guardian",
		Tag: "minors", Permission: "guardianship.write", Parent: "victim", NeedsIfMatch: true}, o.end)
}

func (o operations) show(ctx context.Context, in *victimIn) (*showOut, error) {
	view, err := o.s.Show(ctx, in.Victim)
	if err != nil {
		return nil, err
	}
	caller, _ := gate.CallerOf(ctx)
	return &showOut{Body: bodyOf(&view, caller.Actor.AgencyID)}, nil
}

func created(victimID, id string) *createdOut {
	out := &createdOut{Location: httpkit.APIPath + "/victims/" + victimID + "/minor"}
	out.Body.ID = id
	return out
}

func (o operations) say(ctx context.Context, in *ageIn) (*createdOut, error) {
	id, err := o.s.Say(ctx, in.Victim, NewAge{Status: Status(in.Body.Status), Decided: in.Body.Decided, Method: in.Body.Method, On: in.Body.SaidOn,
		Note: in.Body.Note}, httpkit.IdempotencyKey(ctx))
	return created(in.Victim, id), err
}

func (o operations) assign(ctx context.Context, in *guardianIn) (*createdOut, error) {
	id, err := o.s.Assign(ctx, in.Victim, NewGuardian{Service: in.Body.Service, WorkerID: in.Body.WorkerID, On: in.Body.AssignedOn,
		Outside: Outside{Name: in.Body.Name, Document: in.Body.Document}}, httpkit.IdempotencyKey(ctx))
	return created(in.Victim, id), err
}

func (o operations) end(ctx context.Context, in *endIn) (*showOut, error) {
	if err := o.s.End(ctx, in.Victim, in.Guardian, httpkit.IfMatch(ctx), in.Body.EndedOn, in.Body.EndReason); err != nil {
		return nil, err
	}
	return o.show(ctx, &victimIn{Victim: in.Victim})
}
