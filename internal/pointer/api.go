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
	Yours     bool        `json:"same_said_by_you" doc:"Your side says that it is the same person"`
	Others    bool        `json:"same_said_by_other" doc:"The other side says so"`
	Version   int64       `json:"version"`
}

func bodyOf(p *Pointer, now moment.Time) Body {
	return Body{ID: p.ID, State: string(p.StateAt(now)), FileID: p.FileID, Reference: p.Reference, AgencyID: p.AgencyID, Agency: p.Agency, Desk: p.Desk, DeskID: p.DeskID,
		Purpose: p.Purpose, Asked: p.Asked, FoundAt: p.MadeAt, Until: p.UntilAt, Yours: p.SaidByMine, Others: p.SaidByOther, Version: p.Version}
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
	Settled bool `query:"settled" doc:"Those that no longer stand"`
	httpkit.Paged
}

type pointerIn struct {
	Pointer string `path:"pointer" format:"uuid"`
}

type pointedIn struct {
	Pointer string `path:"pointer" format:"uuid"`
	Body    request.AskBody
}

// SettingBody is whether the caller's agency takes part.
type SettingBody struct {
	Allows   bool     `json:"allows" doc:"The agency takes part: its desks may look, and are told of each other's possible matches"`
	EachFile bool     `json:"each_file,omitempty" doc:"Only with files of which who leads them says so"`
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
	op := func(id, method, path, permission, parent, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "pointers", Permission: permission, Parent: parent}
	}
	httpkit.Operate(a, op("probe-victim", "POST", "/victims/{victim}/probes", "pointer.probe", "victim", "Look whether another agency knows this person"), o.probe)
	httpkit.Operate(a, op("show-matching", "GET", "/victims/{victim}/matching", "pointer.choice", "victim", "Show whether a file that you lead takes part in matching"), o.matching)
	httpkit.Operate(a, op("choose-matching", "PUT", "/victims/{victim}/matching", "pointer.choose", "victim", "Say whether a file that you lead takes part in matching").Changes(), o.choose)
	httpkit.Operate(a, op("list-pointers", "GET", "/pointers", "pointer.list", "none", "List possible matches with files of other agencies"), o.list)
	httpkit.Operate(a, op("show-pointer", "GET", "/pointers/{pointer}", "pointer.read", "pointer", "Show whom to contact about a possible match"), o.show)
	httpkit.Operate(a, op("refute-pointer", "POST", "/pointers/{pointer}/refutation", "pointer.mark", "pointer", "Say that it is not the same person").Changes(), o.refute)
	httpkit.Operate(a, op("confirm-pointer", "POST", "/pointers/{pointer}/confirmation", "pointer.mark", "pointer", "Say that it is the same person").Changes(), o.confirm)
	httpkit.Operate(a, op("ask-access-by-pointer", "POST", "/pointers/{pointer}/requests", "request.ask", "pointer", "Ask for access to the other file").Creates(), o.ask)
	httpkit.Operate(a, op("show-pointer-setting", "GET", "/agency/pointer-setting", "people.manage", "none", "Show whether your agency takes part in matching"), o.setting)
	httpkit.Operate(a, op("decide-pointer-setting", "PUT", "/agency/pointer-setting", "people.manage", "none", "Say whether your agency takes part in matching").Changes(), o.decide)
}

func (o operations) probe(ctx context.Context, in *probeIn) (*contactsOut, error) {
	view, err := o.s.Probe(ctx, in.Victim, in.Body.Purpose)
	out := &contactsOut{}
	out.Body.Items = bodiesOf(view.Pointers, view.Now)
	return out, err
}

func (o operations) list(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, in.Settled, after)
	return httpkit.ListOf(list.Items, func(p *Pointer) Body { return bodyOf(p, list.Now) }, list.Next.String()), err
}

func (o operations) show(ctx context.Context, in *pointerIn) (*httpkit.Versioned[Body], error) {
	shown, err := o.s.Show(ctx, in.Pointer)
	if err != nil {
		return nil, err
	}
	return httpkit.VersionOf(shown.Version, bodyOf(&shown.Pointer, shown.Now)), nil
}

func (o operations) refute(ctx context.Context, in *pointerIn) (*httpkit.Versioned[Body], error) {
	if err := o.s.Mark(ctx, in.Pointer, httpkit.IfMatch(ctx)); err != nil {
		return nil, err
	}
	return o.show(ctx, in)
}

func (o operations) confirm(ctx context.Context, in *pointerIn) (*httpkit.Versioned[Body], error) {
	if err := o.s.Same(ctx, in.Pointer, httpkit.IfMatch(ctx)); err != nil {
		return nil, err
	}
	return o.show(ctx, in)
}

func (o operations) ask(ctx context.Context, in *pointedIn) (*httpkit.Made, error) {
	id, err := o.s.Ask(ctx, in.Pointer, in.Body.Asked(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/requests/"+id, id), err
}

func (o operations) setting(ctx context.Context, _ *struct{}) (*settingOut, error) {
	s, err := o.s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	out := &settingOut{ETag: httpkit.ETag(s.Version + 1)}
	out.Body.SettingBody = SettingBody{Allows: s.Allows, EachFile: s.EachFile, DesksOff: append([]string{}, s.DesksOff...)}
	out.Body.Made, out.Body.NotSame = s.Made, s.NotSame
	return out, nil
}

func (o operations) decide(ctx context.Context, in *decideIn) (*settingOut, error) {
	if err := o.s.Decide(ctx, httpkit.IfMatch(ctx)-1, Decision(in.Body)); err != nil {
		return nil, err
	}
	return o.setting(ctx, nil)
}
