package signal

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is a signal in the JSON API, as far as your desk was given it.
type Body struct {
	ID           string      `json:"id"`
	Country      string      `json:"country"`
	Exploitation string      `json:"exploitation" doc:"Code of the list exploitation_types"`
	Persons      int64       `json:"persons" doc:"0 where it is not known"`
	SeenOn       string      `json:"seen_on" doc:"A day; the month once the signal is anonymised"`
	Source       string      `json:"source"`
	Place        string      `json:"place,omitempty"`
	Story        string      `json:"story,omitempty"`
	State        string      `json:"state" enum:"open,followed,closed,anonymised"`
	CloseReason  string      `json:"close_reason,omitempty"`
	Agency       string      `json:"agency" doc:"That noted it"`
	With         string      `json:"with" doc:"The agency that answers for it now"`
	Waiting      bool        `json:"waiting" doc:"It was passed to your desk, which has not answered"`
	Mine         bool        `json:"mine" doc:"Your desk answers for it"`
	CreatedAt    moment.Time `json:"created_at"`
	ExpiresAt    moment.Time `json:"expires_at" doc:"When it is anonymised unless somebody follows it up"`
	DueAt        moment.Time `json:"due_at" doc:"By when your desk has to answer"`
	Version      int64       `json:"version"`
	Steps        []StepBody  `json:"steps,omitempty"`
	Files        []FileBody  `json:"files,omitempty" doc:"Those that it led to and that are open to you"`
}

// StepBody is one thing that has happened to a signal.
type StepBody struct {
	Kind   string      `json:"kind"`
	At     moment.Time `json:"at"`
	Agency string      `json:"agency,omitempty"`
	Reason string      `json:"reason,omitempty"`
}

// FileBody is a file.
type FileBody struct {
	Kind string `json:"kind" enum:"case,victim"`
	ID   string `json:"id"`
}

// OneIn names a signal.
type OneIn struct {
	Signal string `path:"signal" format:"uuid"`
}

type (
	listIn struct {
		Box string `query:"box" doc:"waiting (for an answer of your desks), open or done; open where none is given"`
		httpkit.Paged
	}
	noteIn struct {
		Body struct {
			DeskID       string      `json:"desk_id" doc:"One of your own"`
			Country      string      `json:"country"`
			Exploitation string      `json:"exploitation"`
			Persons      int64       `json:"persons,omitempty"`
			SeenOn       moment.Date `json:"seen_on"`
			Source       string      `json:"source"`
			Place        string      `json:"place,omitempty"`
			Story        string      `json:"story"`
		}
	}
	passIn struct {
		OneIn
		Body struct {
			DeskID    string `json:"desk_id"`
			WithStory bool   `json:"with_story" doc:"The place and the text go along; else the coded facts alone"`
			Purpose   string `json:"purpose"`
			Basis     string `json:"basis"`
		}
	}
	answerIn struct {
		OneIn
		Body struct {
			Take   bool   `json:"take"`
			Reason string `json:"reason,omitempty" doc:"Why your desk does not take it; a code"`
		}
	}
	closeIn struct {
		OneIn
		Body struct {
			Reason string `json:"reason"`
		}
	}
	followIn struct {
		OneIn
		Body struct {
			Into      string `json:"into" doc:"case, victim or existing"`
			Reference string `json:"reference,omitempty" doc:"By which your agency knows the file, where it exists"`
		}
	}
	followOut struct {
		Location string `header:"Location"`
		Body     FileBody
	}
)

// API registers the JSON operations of signals.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "signals", Permission: "signal.holder", Parent: "signal"}
	}
	httpkit.Operate(a, op("list-signals", "GET", "/signals", "List the signals that your desks know of"), s.apiList)
	httpkit.Operate(a, op("note-signal", "POST", "/signals", "Note a signal: that somebody may be exploited, before anybody is known by name").Creates(), s.apiNote)
	httpkit.Operate(a, op("show-signal", "GET", "/signals/{signal}", "Show a signal with its history"), s.apiShow)
	httpkit.Operate(a, op("pass-signal", "POST", "/signals/{signal}/pass", "Pass a signal to another desk, which has to answer").Changes(), s.apiPass)
	httpkit.Operate(a, op("answer-signal", "POST", "/signals/{signal}/answer", "Take a signal that was passed to your desk, or give it back").Changes().Silent(), s.apiAnswer)
	httpkit.Operate(a, op("close-signal", "POST", "/signals/{signal}/closure", "Close a signal that nobody follows up").Changes(), s.apiClose)
	httpkit.Operate(a, op("follow-signal", "POST", "/signals/{signal}/follow-up", "Follow a signal up into a file").Changes().Creates(), s.apiFollow)
}

func bodyOf(s *Signal) Body {
	return Body{ID: s.ID, Country: s.Country, Exploitation: s.Exploitation, Persons: s.Persons, SeenOn: s.SeenOn, Source: s.Source, Place: s.Place,
		Story: s.Story, State: string(s.State), CloseReason: s.CloseReason, Agency: s.Agency, With: s.With, Waiting: s.CanAnswer(), Mine: s.Mine,
		CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, DueAt: s.DueAt, Version: s.Version}
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	box := BoxOpen
	if in.Box != "" {
		box = Box(in.Box)
	}
	list, next, err := s.List(ctx, box, after)
	return httpkit.ListOf(list, bodyOf, next.String()), err
}

func (s *Service) apiNote(ctx context.Context, in *noteIn) (*httpkit.Made, error) {
	b := in.Body
	id, err := s.Note(ctx, New{DeskID: b.DeskID, Country: b.Country, Exploitation: b.Exploitation, Persons: b.Persons, SeenOn: b.SeenOn,
		Source: b.Source, Place: b.Place, Story: b.Story}, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/signals/"+id, id), err
}

func (s *Service) apiShow(ctx context.Context, in *OneIn) (*httpkit.Versioned[Body], error) {
	v, err := s.Show(ctx, in.Signal)
	if err != nil {
		return nil, err
	}
	body := bodyOf(&v.Signal)
	for _, step := range v.Steps {
		body.Steps = append(body.Steps, StepBody{Kind: step.Kind, At: step.At, Agency: step.Agency, Reason: step.Reason})
	}
	for _, f := range v.Files {
		body.Files = append(body.Files, FileBody{Kind: string(f.Kind), ID: f.FileID})
	}
	return httpkit.VersionOf(v.Version, body), nil
}

func (s *Service) apiPass(ctx context.Context, in *passIn) (*httpkit.Versioned[Body], error) {
	err := s.Pass(ctx, in.Signal, Pass{DeskID: in.Body.DeskID, WithStory: in.Body.WithStory, Purpose: in.Body.Purpose, Basis: in.Body.Basis},
		httpkit.IfMatch(ctx))
	if err != nil {
		return nil, err
	}
	return s.apiShow(ctx, &in.OneIn)
}

func (s *Service) apiAnswer(ctx context.Context, in *answerIn) (*httpkit.Nothing, error) {
	return nil, s.Answer(ctx, in.Signal, Answer{Take: in.Body.Take, Reason: in.Body.Reason}, httpkit.IfMatch(ctx))
}

func (s *Service) apiClose(ctx context.Context, in *closeIn) (*httpkit.Versioned[Body], error) {
	if err := s.Close(ctx, in.Signal, in.Body.Reason, httpkit.IfMatch(ctx)); err != nil {
		return nil, err
	}
	return s.apiShow(ctx, &in.OneIn)
}

func (s *Service) apiFollow(ctx context.Context, in *followIn) (*followOut, error) {
	kind, fileID, err := s.Follow(ctx, in.Signal, FollowUp{Into: in.Body.Into, Reference: in.Body.Reference}, httpkit.IfMatch(ctx),
		httpkit.IdempotencyKey(ctx))
	return &followOut{Location: httpkit.APIPath + "/" + string(kind) + "s/" + fileID, Body: FileBody{Kind: string(kind), ID: fileID}}, err
}
