package checklist

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// ListBody is the list of one country, in the JSON API.
type ListBody struct {
	Country   string      `json:"country"`
	Version   moment.Date `json:"version" doc:"Of the list, as the file has it"`
	Newest    moment.Date `json:"newest" doc:"Version that is in force today"`
	Choices   int64       `json:"choices" doc:"How often a newer version was taken; If-Match of the next time is one more"`
	CanChoose bool        `json:"can_choose"`
	Items     []ItemBody  `json:"items"`
}

// ItemBody is one item, as far as you may see it.
type ItemBody struct {
	Item    string      `json:"item"`
	Key     string      `json:"key" doc:"For addresses"`
	Phase   string      `json:"phase" enum:"detection,identification,reflection,status,proceedings,aftercare"`
	Roles   []string    `json:"roles" doc:"Kinds of agencies that do it"`
	Basis   string      `json:"basis"`
	Clock   string      `json:"clock,omitempty" doc:"Rule of the legal time limit that it has to keep"`
	DueOn   moment.Date `json:"due_on,omitempty"`
	State   string      `json:"state" enum:"open,done,not_needed"`
	Own     int64       `json:"own" doc:"Your agency's newest step, for If-Match; 0 for none"`
	Asked   bool        `json:"asked" doc:"A task for it is open"`
	Off     bool        `json:"off_list" doc:"Ticked on a version that the file no longer has"`
	CanTick bool        `json:"can_tick"`
	CanUndo bool        `json:"can_undo"`
	Steps   []StepBody  `json:"steps"`
}

// StepBody is one tick, or its taking back.
type StepBody struct {
	State     string      `json:"state" enum:"open,done,not_needed"`
	On        moment.Date `json:"on"`
	WrittenAt moment.Time `json:"written_at"`
	Agency    string      `json:"agency"`
	Reason    string      `json:"reason,omitempty" enum:"not_done,wrong_item,wrong_person,once_more"`
	Version   moment.Date `json:"version" doc:"Of the list"`
}

type victimIn struct {
	Victim string `path:"victim" format:"uuid"`
}

type listsOut struct {
	Body struct {
		Lists []ListBody `json:"lists"`
	}
}

type tickIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		Items []string    `json:"items" minItems:"1" maxItems:"100"`
		State string      `json:"state" enum:"done,not_needed"`
		On    moment.Date `json:"on"`
	}
}

type undoIn struct {
	Victim string `path:"victim" format:"uuid"`
	Item   string `path:"checklist_item" maxLength:"60"`
	Body   struct {
		Reason string `json:"reason" enum:"not_done,wrong_item,wrong_person,once_more"`
	}
}

type askIn struct {
	Victim string `path:"victim" format:"uuid"`
	Item   string `path:"checklist_item" maxLength:"60"`
	Body   struct {
		DeskID string `json:"desk_id" format:"uuid" doc:"Of an agency that does it and sees the file"`
	}
}

type chooseIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		Country string      `json:"country" enum:"BE,NL,LU"`
		Version moment.Date `json:"version" doc:"The newest one"`
	}
}

type operations struct{ s *Service }

// API registers the JSON operations of the lists.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: "/victims/{victim}/checklist" + path, Summary: summary, Tag: "checklists",
			Permission: id, Parent: "victim"}
	}
	httpkit.Operate(a, op("show-checklist", "GET", "", "Show what is to be done for a person, and what of it was done"), o.show)
	tick := op("tick-checklist", "POST", "/ticks", "Write down that items were done, or are not needed")
	tick.NeedsIdempotencyKey = true
	httpkit.Operate(a, tick, o.tick)
	httpkit.Operate(a, op("undo-checklist", "POST", "/{checklist_item}/undo", "Take back what your agency ticked").Changes(), o.undo)
	ask := op("ask-checklist", "POST", "/{checklist_item}/task", "Make a task of an item for a desk that does it")
	ask.NeedsIdempotencyKey = true
	httpkit.Operate(a, ask, o.ask)
	httpkit.Operate(a, op("choose-checklist", "POST", "/edition", "Take the newest version of a country's list for this file").Changes(), o.choose)
}

func (o operations) show(ctx context.Context, in *victimIn) (*listsOut, error) {
	view, err := o.s.Show(ctx, in.Victim)
	if err != nil {
		return nil, err
	}
	caller, _ := gate.CallerOf(ctx)
	out := &listsOut{}
	out.Body.Lists = []ListBody{}
	for i := range view.Lists {
		out.Body.Lists = append(out.Body.Lists, bodyOf(&view.Lists[i], caller.Actor.AgencyID))
	}
	return out, nil
}

func bodyOf(l *List, agencyID string) ListBody {
	b := ListBody{Country: l.Country, Version: l.Version, Newest: l.Newest, Choices: l.Choices, CanChoose: l.CanChoose, Items: []ItemBody{}}
	for i := range l.Lines {
		line := &l.Lines[i]
		item := ItemBody{Item: line.Item.Item, Key: line.Key, Phase: line.Phase, Roles: line.Roles, Basis: line.Basis, Clock: line.Clock, DueOn: line.Due,
			State: string(line.State), Own: line.Own, Asked: line.Asked, Off: line.Off, CanTick: line.CanTick(), CanUndo: line.CanUndo(agencyID), Steps: []StepBody{}}
		for j := range line.Steps {
			s := &line.Steps[j]
			item.Steps = append(item.Steps, StepBody{State: string(s.State), On: s.On, WrittenAt: s.WrittenAt, Agency: s.Agency, Reason: s.Reason, Version: s.Edition})
		}
		b.Items = append(b.Items, item)
	}
	return b
}

func (o operations) tick(ctx context.Context, in *tickIn) (*listsOut, error) {
	n := Tick{Items: in.Body.Items, State: State(in.Body.State), On: in.Body.On}
	return o.after(ctx, in.Victim, o.s.Tick(ctx, in.Victim, n, httpkit.IdempotencyKey(ctx)))
}

func (o operations) undo(ctx context.Context, in *undoIn) (*listsOut, error) {
	return o.after(ctx, in.Victim, o.s.Undo(ctx, in.Victim, in.Item, in.Body.Reason, httpkit.IfMatch(ctx)))
}

func (o operations) ask(ctx context.Context, in *askIn) (*listsOut, error) {
	return o.after(ctx, in.Victim, o.s.Ask(ctx, in.Victim, in.Item, in.Body.DeskID, httpkit.IdempotencyKey(ctx)))
}

func (o operations) choose(ctx context.Context, in *chooseIn) (*listsOut, error) {
	return o.after(ctx, in.Victim, o.s.Choose(ctx, in.Victim, in.Body.Country, in.Body.Version, httpkit.IfMatch(ctx)))
}

// after answers a change with the lists as they are now.
func (o operations) after(ctx context.Context, victimID string, err error) (*listsOut, error) {
	if err != nil {
		return nil, err
	}
	return o.show(ctx, &victimIn{Victim: victimID})
}
