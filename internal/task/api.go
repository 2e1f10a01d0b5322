package task

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is a task in the JSON API, as one of its sides sees it.
type Body struct {
	ID         string      `json:"id"`
	Kind       string      `json:"kind" enum:"case,victim"`
	FileID     string      `json:"file_id,omitempty" doc:"Where the file is open to you"`
	Reference  string      `json:"reference,omitempty" doc:"By which your agency knows the file"`
	Flag       bool        `json:"flag" doc:"Something to be minded until a day, and nothing to be done"`
	Code       string      `json:"code" doc:"What is to be done; of a rule's task its rule"`
	Rule       string      `json:"rule,omitempty"`
	Text       string      `json:"text,omitempty" doc:"In the writer's words; only for the two sides"`
	Doer       string      `json:"doer" doc:"desk:, worker: or supervisors: and an id"`
	Agency     string      `json:"agency"`
	Desk       string      `json:"desk,omitempty"`
	Person     string      `json:"person,omitempty" doc:"Name of a colleague"`
	DueAt      moment.Time `json:"due_at"`
	Overdue    bool        `json:"overdue"`
	WaitsForID string      `json:"waits_for_id,omitempty"`
	State      string      `json:"state" enum:"open,waiting,done,cancelled"`
	Reason     string      `json:"reason,omitempty" doc:"Why it was cancelled"`
	MadeAt     moment.Time `json:"made_at"`
	ClosedAt   moment.Time `json:"closed_at"`
	Version    int64       `json:"version"`
}

// BodyOf is a task in the JSON API.
func BodyOf(t *Task, now moment.Time) Body {
	return Body{ID: t.ID, Kind: string(t.Kind), Reference: t.Reference, Flag: t.Flag, Code: t.Code, Rule: t.Rule, Text: t.Text, Doer: t.ToKind + ":" + t.ToID,
		Agency: t.ToAgency, Desk: t.ToDesk, Person: t.Person, DueAt: t.DueAt, Overdue: t.Overdue(now) && !t.Flag, WaitsForID: t.WaitsFor, State: string(t.State), Reason: t.Reason,
		MadeAt: t.MadeAt, ClosedAt: t.ClosedAt, Version: t.Version}
}

// StepBody is a line of a task's history.
type StepBody struct {
	At     moment.Time `json:"at"`
	Step   string      `json:"step"`
	Agency string      `json:"agency,omitempty" doc:"Empty where a rule acted"`
	By     string      `json:"by,omitempty" doc:"Name of a colleague"`
	To     string      `json:"to" doc:"Agency of the doer from then on"`
	Desk   string      `json:"desk,omitempty"`
	DueAt  moment.Time `json:"due_at"`
	Reason string      `json:"reason,omitempty"`
	Note   string      `json:"note,omitempty"`
}

type addBody struct {
	Flag     bool   `json:"flag,omitempty"`
	Code     string `json:"code"`
	Text     string `json:"text,omitempty" maxLength:"2000"`
	Doer     string `json:"doer" maxLength:"60" doc:"desk: or worker: and the id of somebody who sees the file"`
	Due      string `json:"due" doc:"Last day, as 2026-05-31"`
	WaitsFor string `json:"waits_for_id,omitempty"`
}

func (b *addBody) given() New {
	return New{Flag: b.Flag, Code: b.Code, Text: b.Text, Doer: b.Doer, Due: moment.Date(b.Due), WaitsFor: b.WaitsFor}
}

type addToVictimIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   addBody
}

type addToCaseIn struct {
	Case string `path:"case" format:"uuid"`
	Body addBody
}

type victimIn struct {
	Victim string `path:"victim" format:"uuid"`
}

type caseIn struct {
	Case string `path:"case" format:"uuid"`
}

type onFileOut struct {
	Body struct {
		Items []Body `json:"items"`
		Doers []Doer `json:"doers" doc:"To whom a task can be given here"`
	}
}

type listIn struct {
	Box string `query:"box" enum:"overdue,today,soon,later,waiting,flags,given,closed,house" doc:"Which list; today where none is named"`
	httpkit.Paged
}

type oneIn struct {
	Task string `path:"task" format:"uuid"`
}

// ViewBody is a task with its history.
type ViewBody struct {
	Body
	Steps     []StepBody `json:"steps"`
	CanFinish bool       `json:"can_finish"`
	CanCancel bool       `json:"can_cancel"`
	CanChange bool       `json:"can_change"`
}

type finishIn struct {
	Task string `path:"task" format:"uuid"`
	Body struct {
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

type cancelIn struct {
	Task string `path:"task" format:"uuid"`
	Body struct {
		Reason string `json:"reason"`
		Note   string `json:"note,omitempty" maxLength:"2000"`
	}
}

type changeIn struct {
	Task string `path:"task" format:"uuid"`
	Body struct {
		Doer     string `json:"doer" maxLength:"60"`
		Due      string `json:"due"`
		WaitsFor string `json:"waits_for_id,omitempty"`
		Note     string `json:"note,omitempty" maxLength:"2000"`
	}
}

type operations struct{ s *Service }

// API registers the JSON operations of tasks.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	op := func(id, method, path, summary, permission, parent string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "tasks", Permission: permission, Parent: parent}
	}
	httpkit.Operate(a, op("add-task-to-victim", "POST", "/victims/{victim}/tasks", "Give a task or set a flag on a victim file", "task.add", "victim").Creates(), o.addToVictim)
	httpkit.Operate(a, op("add-task-to-case", "POST", "/cases/{case}/tasks", "Give a task or set a flag on a case file", "task.add", "case").Creates(), o.addToCase)
	httpkit.Operate(a, op("list-tasks-of-victim", "GET", "/victims/{victim}/tasks", "List the open tasks of a victim file that you may see", "task.on_file", "victim"), o.onVictim)
	httpkit.Operate(a, op("list-tasks-of-case", "GET", "/cases/{case}/tasks", "List the open tasks of a case file that you may see", "task.on_file", "case"), o.onCase)
	httpkit.Operate(a, op("list-tasks", "GET", "/tasks", "List what you have to do, have given to others, or have done", "task.list", "none"), o.list)
	httpkit.Operate(a, op("show-task", "GET", "/tasks/{task}", "Show a task and its history", "task.show", "task"), o.show)
	httpkit.Operate(a, op("finish-task", "POST", "/tasks/{task}/closure", "Say that a task is done", "task.finish", "task").Changes(), o.finish)
	httpkit.Operate(a, op("cancel-task", "POST", "/tasks/{task}/cancellation", "Say why a task is not to be done", "task.cancel", "task").Changes(), o.cancel)
	httpkit.Operate(a, op("change-task", "PUT", "/tasks/{task}", "Give a task to somebody else or to another day", "task.change", "task").Changes(), o.change)
}

func (o operations) addToVictim(ctx context.Context, in *addToVictimIn) (*httpkit.Made, error) {
	id, err := o.s.Add(ctx, gate.Victim, in.Victim, in.Body.given(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/tasks/"+id, id), err
}

func (o operations) addToCase(ctx context.Context, in *addToCaseIn) (*httpkit.Made, error) {
	id, err := o.s.Add(ctx, gate.Case, in.Case, in.Body.given(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/tasks/"+id, id), err
}

func (o operations) onVictim(ctx context.Context, in *victimIn) (*onFileOut, error) {
	return o.onFile(ctx, gate.Victim, in.Victim)
}

func (o operations) onCase(ctx context.Context, in *caseIn) (*onFileOut, error) {
	return o.onFile(ctx, gate.Case, in.Case)
}

func (o operations) onFile(ctx context.Context, kind gate.Kind, fileID string) (*onFileOut, error) {
	c, err := o.s.OnFile(ctx, kind, fileID)
	if err != nil {
		return nil, err
	}
	out := &onFileOut{}
	out.Body.Items, out.Body.Doers = Bodies(c.Open, c.Now), []Doer{}
	if c.Self.Value != "" {
		out.Body.Doers = append(out.Body.Doers, c.Self)
	}
	out.Body.Doers = append(append(out.Body.Doers, c.Mates...), c.Desks...)
	return out, nil
}

// Bodies are some tasks in the JSON API.
func Bodies(list []Task, now moment.Time) []Body {
	bodies := make([]Body, 0, len(list))
	for i := range list {
		bodies = append(bodies, BodyOf(&list[i], now))
	}
	return bodies
}

func (o operations) list(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	box, err := parseBox(in.Box)
	if err != nil {
		return nil, err
	}
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, box, after)
	return httpkit.ListOf(list.Tasks, func(t *Task) Body { return BodyOf(t, list.Now) }, list.Next.String()), err
}

func (o operations) show(ctx context.Context, in *oneIn) (*httpkit.Versioned[ViewBody], error) {
	v, err := o.s.Show(ctx, in.Task)
	if err != nil {
		return nil, err
	}
	body := ViewBody{Body: BodyOf(&v.Task, v.Now), Steps: []StepBody{}, CanFinish: v.CanFinish, CanCancel: v.CanCancel, CanChange: v.CanChange}
	if v.CanOpen {
		body.FileID = v.FileID
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		body.Steps = append(body.Steps, StepBody{At: s.At, Step: s.Step, Agency: s.Agency, By: s.By, To: s.ToAgency, Desk: s.ToDesk, DueAt: s.DueAt,
			Reason: s.Reason, Note: s.Note})
	}
	return httpkit.VersionOf(v.Version, body), nil
}

// after shows the task as it stands once something was done to it.
func (o operations) after(ctx context.Context, id string, err error) (*httpkit.Versioned[ViewBody], error) {
	if err != nil {
		return nil, err
	}
	return o.show(ctx, &oneIn{Task: id})
}

func (o operations) finish(ctx context.Context, in *finishIn) (*httpkit.Versioned[ViewBody], error) {
	return o.after(ctx, in.Task, o.s.Finish(ctx, in.Task, httpkit.IfMatch(ctx), in.Body.Note))
}

func (o operations) cancel(ctx context.Context, in *cancelIn) (*httpkit.Versioned[ViewBody], error) {
	return o.after(ctx, in.Task, o.s.Cancel(ctx, in.Task, httpkit.IfMatch(ctx), in.Body.Reason, in.Body.Note))
}

func (o operations) change(ctx context.Context, in *changeIn) (*httpkit.Versioned[ViewBody], error) {
	c := Change{Doer: in.Body.Doer, Due: moment.Date(in.Body.Due), WaitsFor: in.Body.WaitsFor, Note: in.Body.Note}
	return o.after(ctx, in.Task, o.s.Change(ctx, in.Task, httpkit.IfMatch(ctx), c))
}
