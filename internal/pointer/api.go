package pointer

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/request"
)

// Body is a pointer in the JSON API, as one of its two sides sees it.
type Body struct {
	ID        string      `json:"id"`
	State     string      `json:"state" enum:"open,not_same,ended"`
	FileID    string      `json:"file_id" doc:"Of your own file"`
	Reference string      `json:"reference" doc:"Of your own file"`
	AgencyID  string      `json:"agency_id" doc:"Whom to contact"`
	Agency    string      `json:"agency"`
	Desk      string      `json:"desk,omitempty" doc:"Empty where no desk leads"`
	DeskID    string      `json:"desk_id,omitempty" doc:"Of the directory, which says how the desk is reached"`
	Purpose   string      `json:"purpose,omitempty" doc:"Of the look, where your side looked"`
	Asked     bool        `json:"asked" doc:"Your side looked"`
	FoundAt   moment.Time `json:"found_at"`
	Until     moment.Time `json:"until"`
	Version   int64       `json:"version"`
}

func bodyOf(p *Pointer, now moment.Time) Body {
	return Body{ID: p.ID, State: string(p.StateAt(now)), FileID: p.FileID, Reference: p.Reference, AgencyID: p.AgencyID, Agency: p.Agency, Desk: p.Desk, DeskID: p.DeskID,
		Purpose: p.Purpose, Asked: p.Asked, FoundAt: p.MadeAt, Until: p.UntilAt, Version: p.Version}
}

func bodiesOf(list []Pointer, now moment.Time) []Body {
	bodies := make([]Body, 0, len(list))
	for i := range list {
		bodies = append(bodies, bodyOf(&list[i], now))
	}
	return bodies
}

type probeIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		Purpose string `json:"purpose" doc:"protection, identification, investigation, prosecution or guardianship"`
	}
}

type contactsOut struct {
	Body struct {
		Items []Body `json:"items" doc:"The pointers that stand; none where there is nothing to tell"`
	}
}

type listIn struct {
	Settled bool   `query:"settled" doc:"Those that no longer stand"`
	After   string `query:"after" doc:"The place that the page before gave as next"`
}

type listOut struct {
	Body struct {
		Items []Body `json:"items"`
		Next  string `json:"next,omitempty"`
	}
}

type pointerIn struct {
	Pointer string `path:"pointer" format:"uuid"`
}

type pointerOut struct {
	ETag string `header:"ETag"`
	Body Body
}

type pointedIn struct {
	Pointer string `path:"pointer" format:"uuid"`
	Body    request.AskBody
}

type pointedOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

// SettingBody is whether the caller's agency takes part.
type SettingBody struct {
	Allows   bool     `json:"allows" doc:"The agency takes part: its desks may look, and are told of each other's possible matches"`
	DesksOff []string `json:"desks_off" maxItems:"200" doc:"Ids of desks that do not"`
}

type settingOut struct {
	ETag string `header:"ETag"`
	Body struct {
		SettingBody
		Made    int `json:"pointers_in_a_year"`
		NotSame int `json:"of_those_not_the_same_person"`
	}
}

type decideIn struct{ Body SettingBody }

type operations struct{ s *Service }

// API registers the JSON operations of pointers.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	const tag = "pointers"
	httpkit.Operate(a, httpkit.Operation{ID: "probe-victim", Method: "POST", Path: "/victims/{victim}/probes", Summary: "Look whether another agency knows this person",
		Tag: tag, Permission: "pointer.probe", Parent: "victim"}, o.probe)
	httpkit.Operate(a, httpkit.Operation{ID: "list-pointers", Method: "GET", Path: "/pointers", Summary: "List possible matches with files of other agencies",
		Tag: tag, Permission: "pointer.list", Parent: "none"}, o.list)
	httpkit.Operate(a, httpkit.Operation{ID: "show-pointer", Method: "GET", Path: "/pointers/{pointer}", Summary: "Show whom to contact about a possible match",
		Tag: tag, Permission: "pointer.read", Parent: "pointer"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "refute-pointer", Method: "POST", Path: "/pointers/{pointer}/refutation", Summary: "Say that it is not the same person",
		Tag: tag, Permission: "pointer.mark", Parent: "pointer", NeedsIfMatch: true}, o.refute)
	httpkit.Operate(a, httpkit.Operation{ID: "ask-access-by-pointer", Method: "POST", Path: "/pointers/{pointer}/requests", Summary: "Ask for access to the other file",
		Tag: tag, Permission: "request.ask", Parent: "pointer", Status: 201, NeedsIdempotencyKey: true}, o.ask)
	httpkit.Operate(a, httpkit.Operation{ID: "show-pointer-setting", Method: "GET", Path: "/agency/pointer-setting", Summary: "Show whether your agency takes part in matching",
		Tag: tag, Permission: "people.manage", Parent: "none"}, o.setting)
	httpkit.Operate(a, httpkit.Operation{ID: "decide-pointer-setting", Method: "PUT", Path: "/agency/pointer-setting", Summary: "Say whether your agency takes part in matching",
		Tag: tag, Permission: "people.manage", Parent: "none", NeedsIfMatch: true}, o.decide)
}

func (o operations) probe(ctx context.Context, in *probeIn) (*contactsOut, error) {
	view, err := o.s.Probe(ctx, in.Victim, in.Body.Purpose)
	out := &contactsOut{}
	out.Body.Items = bodiesOf(view.Pointers, view.Now)
	return out, err
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, in.Settled, after)
	out := &listOut{}
	out.Body.Items, out.Body.Next = bodiesOf(list.Items, list.Now), list.Next.String()
	return out, err
}

func (o operations) show(ctx context.Context, in *pointerIn) (*pointerOut, error) {
	shown, err := o.s.Show(ctx, in.Pointer)
	if err != nil {
		return nil, err
	}
	return &pointerOut{ETag: httpkit.ETag(shown.Version), Body: bodyOf(&shown.Pointer, shown.Now)}, nil
}

func (o operations) refute(ctx context.Context, in *pointerIn) (*pointerOut, error) {
	if err := o.s.Mark(ctx, in.Pointer, httpkit.IfMatch(ctx)); err != nil {
		return nil, err
	}
	return o.show(ctx, in)
}

func (o operations) ask(ctx context.Context, in *pointedIn) (*pointedOut, error) {
	id, err := o.s.Ask(ctx, in.Pointer, in.Body.Asked(), httpkit.IdempotencyKey(ctx))
	out := &pointedOut{Location: httpkit.APIPath + "/requests/" + id}
	out.Body.ID = id
	return out, err
}

func (o operations) setting(ctx context.Context, _ *struct{}) (*settingOut, error) {
	s, err := o.s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := &settingOut{ETag: httpkit.ETag(s.Version + 1)}
	out.Body.SettingBody = SettingBody{Allows: s.Allows, DesksOff: append([]string{}, s.DesksOff...)}
	out.Body.Made, out.Body.NotSame = s.Made, s.NotSame
	return out, nil
}

func (o operations) decide(ctx context.Context, in *decideIn) (*settingOut, error) {
	if err := o.s.Decide(ctx, httpkit.IfMatch(ctx)-1, in.Body.Allows, in.Body.DesksOff); err != nil {
		return nil, err
	}
	return o.setting(ctx, nil)
}
