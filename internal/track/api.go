package track

import (
	"context"
	"slices"

	"relais/internal/authz"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// StepBody is a step in the JSON API.
type StepBody struct {
	ID        string       `json:"id"`
	From      string       `json:"from"`
	To        string       `json:"to"`
	On        moment.Date  `json:"on"`
	WrittenAt moment.Time  `json:"written_at"`
	Agency    string       `json:"agency"`
	Authority string       `json:"authority" doc:"Kind of the agency that decided"`
	Rule      string       `json:"rule"`
	Basis     string       `json:"basis"`
	Ground    string       `json:"ground,omitempty" doc:"What was confirmed, codes joined by a semicolon"`
	Pack      string       `json:"pack" doc:"Version of the country's rule pack"`
	Document  string       `json:"document,omitempty"`
	Note      string       `json:"note,omitempty"`
	Struck    *StrikeBody  `json:"struck,omitempty" doc:"The step was recorded wrongly and counts no more"`
	Appeals   []AppealBody `json:"appeals,omitempty" doc:"Against a decision on identification, in their order"`
}

// AppealBody is one line of an appeal.
type AppealBody struct {
	What   string      `json:"what" enum:"lodged,upheld,overturned,inadmissible,withdrawn"`
	On     moment.Date `json:"on"`
	Agency string      `json:"agency" doc:"That recorded it"`
}

// StrikeBody says by whom and why a step was struck.
type StrikeBody struct {
	At     moment.Time `json:"at"`
	Agency string      `json:"agency"`
	Reason string      `json:"reason" enum:"wrong_step,wrong_day,wrong_person,twice,annulled"`
	Note   string      `json:"note,omitempty"`
}

// NextBody is a step that the law allows now.
type NextBody struct {
	Rule       string     `json:"rule"`
	To         string     `json:"to"`
	Person     string     `json:"person" enum:"any,adult,child"`
	Deciders   []string   `json:"deciders" doc:"Kinds of agencies; where the law names a unit of one, kind:unit"`
	Conditions [][]string `json:"conditions" doc:"Of each list one has to be confirmed"`
	Yours      bool       `json:"yours" doc:"You decide on it"`
}

// LaneBody is one track in one country, as far as it is shown.
type LaneBody struct {
	Track    string      `json:"track" enum:"protection,residence,criminal,remedy"`
	Country  string      `json:"country"`
	Show     string      `json:"show" enum:"hidden,derived,full"`
	ReasonID string      `json:"reason_id,omitempty" doc:"Why it is closed"`
	State    string      `json:"state,omitempty" doc:"A derived view tells a class, such as open"`
	Since    moment.Date `json:"since,omitempty"`
	Final    bool        `json:"final"`
	Version  int64       `json:"version" doc:"For If-Match of the next step; 0 where you see no more than a fact and decide on nothing"`
	Steps    []StepBody  `json:"steps"`
	Next     []NextBody  `json:"next"`
	Strike   string      `json:"can_strike,omitempty" doc:"The step that you may strike"`
}

type tracksIn struct {
	Victim string `path:"victim" format:"uuid"`
}

type tracksOut struct {
	Body struct {
		Tracks    []LaneBody `json:"tracks"`
		Child     bool       `json:"child" doc:"The rules for children apply"`
		NoRemoval bool       `json:"no_removal" doc:"The person may not be removed meanwhile"`
	}
}

type moveIn struct {
	Victim string `path:"victim" format:"uuid"`
	Track  string `path:"track"`
	Body   struct {
		To        string      `json:"to"`
		On        moment.Date `json:"on"`
		Person    string      `json:"person,omitempty" doc:"adult or child, where the age is not known"`
		Confirmed []string    `json:"confirmed,omitempty" maxItems:"20"`
		Document  string      `json:"document,omitempty" maxLength:"200" doc:"Reference of the paper on which it rests"`
		Note      string      `json:"note,omitempty" maxLength:"2000"`
	}
}

type strikeIn struct {
	Victim string `path:"victim" format:"uuid"`
	Step   string `path:"step" format:"uuid"`
	Body   struct {
		Reason string `json:"reason" enum:"wrong_step,wrong_day,wrong_person,twice,annulled"`
		Note   string `json:"note,omitempty" maxLength:"2000"`
	}
}

type appealIn struct {
	Victim string `path:"victim" format:"uuid"`
	Step   string `path:"step" format:"uuid"`
	Body   struct {
		On     moment.Date `json:"on" doc:"When it was lodged, or when its result came"`
		Result string      `json:"result,omitempty" enum:"upheld,overturned,inadmissible,withdrawn" doc:"Of an appeal that runs"`
	}
}

type moveOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type operations struct{ s *Service }

// API registers the JSON operations of the tracks.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "show-tracks", Method: "GET", Path: "/victims/{victim}/tracks", Summary: "Show where a person stands in the four tracks",
		Tag: "tracks", Permission: "track.read", Parent: "victim"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "move-track", Method: "POST", Path: "/victims/{victim}/tracks/{track}/steps", Summary: "Record a step of a track that your agency decides on",
		Tag: "tracks", Permission: "track.move", Parent: "victim", Status: 201, NeedsIfMatch: true, NeedsIdempotencyKey: true}, o.move)
	httpkit.Operate(a, httpkit.Operation{ID: "strike-step", Method: "POST", Path: "/victims/{victim}/track-steps/{step}/strike", Summary: "Strike a step that was recorded wrongly",
		Tag: "tracks", Permission: "track.strike", Parent: "victim", Status: 204, NeedsIfMatch: true, NeedsIdempotencyKey: true}, o.strike)
	httpkit.Operate(a, httpkit.Operation{ID: "appeal-decision", Method: "POST", Path: "/victims/{victim}/track-steps/{step}/appeal", Summary: "Record an appeal against a decision on identification, or its result",
		Tag: "tracks", Permission: "track.appeal", Parent: "victim", Status: 204, NeedsIfMatch: true, NeedsIdempotencyKey: true}, o.appeal)
}

func (o operations) strike(ctx context.Context, in *strikeIn) (*struct{}, error) {
	n := NewStrike{Reason: in.Body.Reason, Note: in.Body.Note}
	return nil, o.s.Strike(ctx, in.Victim, in.Step, n, httpkit.IfMatch(ctx), httpkit.IdempotencyKey(ctx))
}

func (o operations) show(ctx context.Context, in *tracksIn) (*tracksOut, error) {
	view, _, err := o.s.Show(ctx, in.Victim)
	out := &tracksOut{}
	out.Body.Tracks, out.Body.Child, out.Body.NoRemoval = []LaneBody{}, view.Person.Child == Yes, view.NoRemoval
	for i := range view.Lanes {
		out.Body.Tracks = append(out.Body.Tracks, bodyOf(&view.Lanes[i]))
	}
	return out, err
}

func bodyOf(l *Lane) LaneBody {
	b := LaneBody{Track: l.Track, Country: l.Country, Show: l.Show.String(), State: l.State, Since: l.Since, Final: l.Final, Version: l.Version,
		Steps: []StepBody{}, Next: []NextBody{}}
	if l.Show == authz.Hidden {
		b.ReasonID = string(l.Reason)
	}
	if l.CanStrike != nil {
		b.Strike = l.CanStrike.ID
	}
	if l.Show != authz.Full && len(l.May) == 0 && l.CanStrike == nil { // how often a closed track has moved is nobody's matter
		b.Version = 0
	}
	for i := range l.Steps {
		st := &l.Steps[i]
		step := StepBody{ID: st.ID, From: st.From, To: st.To, On: st.On, WrittenAt: st.WrittenAt, Agency: st.Agency,
			Authority: st.Authority, Rule: st.Rule, Basis: st.Basis, Ground: st.Ground, Pack: st.Pack, Document: st.Document, Note: st.Note}
		if st.Struck() {
			step.Struck = &StrikeBody{At: st.Strike.At, Agency: st.Strike.Agency, Reason: st.Strike.Reason, Note: st.Strike.Note}
		}
		for _, a := range st.Appeals {
			step.Appeals = append(step.Appeals, AppealBody{What: a.What, On: a.On, Agency: a.Agency})
		}
		b.Steps = append(b.Steps, step)
	}
	shown := l.Moves
	if l.Show != authz.Full {
		shown = l.May
	}
	for i := range shown {
		m := &shown[i]
		yours := slices.ContainsFunc(l.May, func(mine rulepack.Move) bool { return mine.To == m.To && mine.Person == m.Person })
		conditions := m.Conditions
		if conditions == nil {
			conditions = [][]string{}
		}
		b.Next = append(b.Next, NextBody{Rule: m.Name(), To: m.To, Person: m.Person, Deciders: m.Deciders, Conditions: conditions, Yours: yours})
	}
	return b
}

func (o operations) move(ctx context.Context, in *moveIn) (*moveOut, error) {
	n := New{Track: in.Track, To: in.Body.To, On: in.Body.On, Person: in.Body.Person, Confirmed: in.Body.Confirmed, Document: in.Body.Document, Note: in.Body.Note}
	id, err := o.s.Move(ctx, in.Victim, n, httpkit.IfMatch(ctx), httpkit.IdempotencyKey(ctx))
	out := &moveOut{Location: httpkit.APIPath + "/victims/" + in.Victim + "/tracks"}
	out.Body.ID = id
	return out, err
}

func (o operations) appeal(ctx context.Context, in *appealIn) (*struct{}, error) {
	n := NewAppeal{Result: in.Body.Result, On: in.Body.On}
	return nil, o.s.Appeal(ctx, in.Victim, in.Step, n, httpkit.IfMatch(ctx), httpkit.IdempotencyKey(ctx))
}
