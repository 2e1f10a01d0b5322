package clock

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is one clock in the JSON API.
type Body struct {
	ID          string      `json:"id"`
	VictimID    string      `json:"victim_id,omitempty" doc:"Only where the file is open to you"`
	Reference   string      `json:"reference" doc:"By which your agency knows the file"`
	Country     string      `json:"country" enum:"BE,NL,LU"`
	Rule        string      `json:"rule" doc:"Such as be.reflection; what it says stands in the country's rule pack"`
	Kind        string      `json:"kind" enum:"reflection,document,waiting,answer"`
	State       string      `json:"state" enum:"running,paused,ended"`
	StartOn     moment.Date `json:"start_on"`
	DueOn       moment.Date `json:"due_on" doc:"The last day on which the right holds, in Europe/Brussels"`
	Overdue     bool        `json:"overdue"`
	DaysLeft    int         `json:"days_left" doc:"Negative once the last day has passed"`
	Renewals    int         `json:"renewals"`
	PausedOn    moment.Date `json:"paused_on,omitempty"`
	PausedDays  int         `json:"paused_days"`
	ReviewOn    moment.Date `json:"review_on,omitempty" doc:"Of a pause: when somebody looks whether it goes on"`
	EndedOn     moment.Date `json:"ended_on,omitempty"`
	EndReason   string      `json:"end_reason,omitempty"`
	PackVersion moment.Date `json:"pack_version" doc:"The day since which the pack read as it did when the clock took its terms"`
	WouldDueOn  moment.Date `json:"would_due_on,omitempty" doc:"The last day by the rule as it reads now, where nobody has decided yet"`
	Version     int64       `json:"version"`
}

// ListBody is one page of clocks.
type ListBody struct {
	Items []Body `json:"items"`
	Next  string `json:"next,omitempty"`
}

// FullBody is one clock with its history and what you may do about it.
type FullBody struct {
	Body
	Responsible []string    `json:"responsible" doc:"Kinds of agencies that have to act; starter is the agency that started it"`
	Conditions  []string    `json:"conditions"`
	Documents   []string    `json:"documents"`
	Ends        []string    `json:"ends" doc:"What ends it early"`
	Next        []string    `json:"next" doc:"Rules of the clocks that come after it"`
	Source      string      `json:"source,omitempty"`
	Steps       []StepBody  `json:"steps"`
	CanAct      bool        `json:"can_act"`
	CanRenew    bool        `json:"can_renew"`
	Falls       string      `json:"due_falls_on,omitempty" doc:"Why offices of the country are closed on the last day: saturday, sunday or a public holiday. The last day stays"`
	Before      moment.Date `json:"last_working_day,omitempty" doc:"The last day up to it on which they are open"`
}

// StepBody is one step of a clock.
type StepBody struct {
	Step      string      `json:"step"`
	OnDay     moment.Date `json:"on_day"`
	DueBefore moment.Date `json:"due_before,omitempty"`
	DueOn     moment.Date `json:"due_on"`
	Reason    string      `json:"reason,omitempty"`
	AgencyID  string      `json:"agency_id,omitempty" doc:"Empty where the program did it"`
	At        moment.Time `json:"at"`
}

func bodyOf(c *Clock, today moment.Date) Body {
	b := Body{ID: c.ID, Reference: c.Reference, Country: c.Country, Rule: c.Rule, Kind: string(c.Kind), State: string(c.State), StartOn: c.StartOn,
		DueOn: c.DueOn, Overdue: c.Overdue(today), DaysLeft: c.DaysLeft(today), Renewals: c.Renewals, PausedOn: c.PausedOn, PausedDays: c.PausedDays, ReviewOn: c.ReviewOn,
		EndedOn: c.EndedOn, EndReason: c.EndReason, PackVersion: c.PackVersion, WouldDueOn: c.WouldDueOn, Version: c.Version}
	if c.Mine {
		b.VictimID = c.FileID
	}
	return b
}

func fullOf(v *View) FullBody {
	b := FullBody{Body: bodyOf(&v.Clock, v.Today), Responsible: filled(v.Rule.Responsible), Conditions: filled(v.Rule.Conditions),
		Documents: filled(v.Rule.Documents), Ends: filled(v.Rule.Ends), Next: []string{}, Source: v.Rule.Source, Steps: []StepBody{}, CanAct: v.CanAct, CanRenew: v.CanRenew, Before: v.Before}
	if v.Before != "" {
		b.Falls = v.Falls
	}
	for _, r := range v.Next {
		b.Next = append(b.Next, r.Rule)
	}
	for _, s := range v.Steps {
		b.Steps = append(b.Steps, StepBody{Step: s.Step, OnDay: s.OnDay, DueBefore: s.DueBefore, DueOn: s.DueOn, Reason: s.Reason, AgencyID: s.AgencyID, At: s.At})
	}
	return b
}

func filled(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type listIn struct {
	Box   string `query:"box" enum:"due,overdue,open,moving" doc:"due (the default): your kind of agency has to act; overdue; open: all that you may know of; moving: its rule reads otherwise now"`
	After string `query:"after" doc:"The place that the page before gave as next"`
}

type listOut struct{ Body ListBody }

type ofVictim struct {
	Victim string `path:"victim" format:"uuid"`
}

type startIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		Rule    string      `json:"rule" maxLength:"60"`
		StartOn moment.Date `json:"start_on" doc:"The day of the event, YYYY-MM-DD"`
		Until   moment.Date `json:"until,omitempty" doc:"An earlier end that the authority set, where the rule says at most"`
	}
}

type createdOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type clockIn struct {
	Clock string `path:"clock" format:"uuid"`
}

type clockOut struct {
	ETag string `header:"ETag"`
	Body FullBody
}

type dayIn struct {
	Clock string `path:"clock" format:"uuid"`
	Body  struct {
		On     moment.Date `json:"on" doc:"YYYY-MM-DD"`
		Reason string      `json:"reason,omitempty" maxLength:"60"`
	}
}

type pauseIn struct {
	Clock string `path:"clock" format:"uuid"`
	Body  struct {
		On       moment.Date `json:"on" doc:"YYYY-MM-DD"`
		ReviewOn moment.Date `json:"review_on" doc:"When somebody looks whether it goes on: at most 92 days from today"`
		Reason   string      `json:"reason" maxLength:"60"`
	}
}

type decideIn struct {
	Clock string `path:"clock" format:"uuid"`
	Body  struct {
		Keep bool `json:"keep" doc:"true leaves the clock by its old terms, false moves it to those of the pack"`
	}
}

type operations struct{ s *Service }

// API registers the JSON operations of clocks.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "list-clocks", Method: "GET", Path: "/clocks", Summary: "List legal time limits, the first last day first",
		Tag: "clocks", Permission: "clock.list", Parent: "none"}, o.list)
	httpkit.Operate(a, httpkit.Operation{ID: "list-victim-clocks", Method: "GET", Path: "/victims/{victim}/clocks", Summary: "List the time limits of a victim file that you may know of",
		Tag: "clocks", Permission: "clock.read", Parent: "victim"}, o.ofVictim)
	httpkit.Operate(a, httpkit.Operation{ID: "start-clock", Method: "POST", Path: "/victims/{victim}/clocks", Summary: "Start a time limit on a victim file",
		Tag: "clocks", Permission: "clock.start", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.start)
	httpkit.Operate(a, httpkit.Operation{ID: "show-clock", Method: "GET", Path: "/clocks/{clock}", Summary: "Show a time limit, its rule and its history",
		Tag: "clocks", Permission: "clock.read", Parent: "clock"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "pause-clock", Method: "POST", Path: "/clocks/{clock}/pause", Summary: "Let a time limit stand still until somebody looks at it again",
		Tag: "clocks", Permission: "clock.act", Parent: "clock", NeedsIfMatch: true}, o.pause)
	step := func(id, path, summary string, h func(context.Context, *dayIn) (*clockOut, error)) {
		httpkit.Operate(a, httpkit.Operation{ID: id, Method: "POST", Path: "/clocks/{clock}/" + path, Summary: summary,
			Tag: "clocks", Permission: "clock.act", Parent: "clock", NeedsIfMatch: true}, h)
	}
	step("resume-clock", "resumption", "Let a paused time limit run on; its last day moves by the days of the pause", o.resume)
	step("end-clock", "end", "End a time limit for one of its rule's reasons", o.end)
	httpkit.Operate(a, httpkit.Operation{ID: "renew-clock", Method: "POST", Path: "/clocks/{clock}/renewal", Summary: "Renew a time limit as its rule allows",
		Tag: "clocks", Permission: "clock.act", Parent: "clock", NeedsIfMatch: true}, o.renew)
	httpkit.Operate(a, httpkit.Operation{ID: "decide-clock", Method: "POST", Path: "/clocks/{clock}/decision", Summary: "Decide whether a time limit follows its changed rule",
		Tag: "clocks", Permission: "clock.act", Parent: "clock", NeedsIfMatch: true}, o.decide)
	feedAPI(a, o)
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	box, err := parseBox(in.Box)
	if err != nil {
		return nil, err
	}
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, box, after)
	return bodiesOf(&list), err
}

func bodiesOf(list *List) *listOut {
	out := &listOut{}
	out.Body.Items, out.Body.Next = []Body{}, list.Next.String()
	for i := range list.Items {
		out.Body.Items = append(out.Body.Items, bodyOf(&list.Items[i], list.Today))
	}
	return out
}

func (o operations) ofVictim(ctx context.Context, in *ofVictim) (*listOut, error) {
	list, err := o.s.OfFile(ctx, in.Victim)
	return bodiesOf(&list), err
}

func (o operations) start(ctx context.Context, in *startIn) (*createdOut, error) {
	n := New{Rule: in.Body.Rule, Start: in.Body.StartOn, Until: in.Body.Until}
	id, err := o.s.Start(ctx, in.Victim, n, httpkit.IdempotencyKey(ctx))
	out := &createdOut{Location: httpkit.APIPath + "/clocks/" + id}
	out.Body.ID = id
	return out, err
}

func (o operations) show(ctx context.Context, in *clockIn) (*clockOut, error) {
	view, err := o.s.Show(ctx, in.Clock)
	if err != nil {
		return nil, err
	}
	return &clockOut{ETag: httpkit.ETag(view.Version), Body: fullOf(&view)}, nil
}

// after shows the clock as it stands once something was done about it.
func (o operations) after(ctx context.Context, id string, err error) (*clockOut, error) {
	if err != nil {
		return nil, err
	}
	return o.show(ctx, &clockIn{Clock: id})
}

func (o operations) pause(ctx context.Context, in *pauseIn) (*clockOut, error) {
	return o.after(ctx, in.Clock, o.s.Pause(ctx, in.Clock, httpkit.IfMatch(ctx), Stop{On: in.Body.On, Review: in.Body.ReviewOn, Reason: in.Body.Reason}))
}

func (o operations) resume(ctx context.Context, in *dayIn) (*clockOut, error) {
	return o.after(ctx, in.Clock, o.s.Resume(ctx, in.Clock, httpkit.IfMatch(ctx), in.Body.On))
}

func (o operations) end(ctx context.Context, in *dayIn) (*clockOut, error) {
	return o.after(ctx, in.Clock, o.s.End(ctx, in.Clock, httpkit.IfMatch(ctx), in.Body.On, in.Body.Reason))
}

func (o operations) renew(ctx context.Context, in *clockIn) (*clockOut, error) {
	return o.after(ctx, in.Clock, o.s.Renew(ctx, in.Clock, httpkit.IfMatch(ctx)))
}

func (o operations) decide(ctx context.Context, in *decideIn) (*clockOut, error) {
	return o.after(ctx, in.Clock, o.s.Decide(ctx, in.Clock, httpkit.IfMatch(ctx), in.Body.Keep))
}
