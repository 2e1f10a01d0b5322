package question

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is a question in the JSON API.
type Body struct {
	ID           string      `json:"id"`
	DeskID       string      `json:"desk_id" doc:"That asked"`
	Agency       string      `json:"agency"`
	ToDeskID     string      `json:"to_desk_id"`
	ToAgency     string      `json:"to_agency"`
	Need         string      `json:"need"`
	Exploitation string      `json:"exploitation,omitempty"`
	AgeBand      string      `json:"age_band,omitempty"`
	Sex          string      `json:"sex,omitempty"`
	Country      string      `json:"country,omitempty"`
	Language     string      `json:"language,omitempty"`
	State        State       `json:"state" enum:"open,closed,lapsed,referred"`
	CreatedAt    moment.Time `json:"created_at"`
	SpokenAt     moment.Time `json:"spoken_at"`
	EndedAt      moment.Time `json:"ended_at"`
	VictimID     string      `json:"victim_id,omitempty" doc:"The asker's own file; answered to the asking desk only"`
	ReferralID   string      `json:"referral_id,omitempty" doc:"Only where the referral is open to you"`
	Version      int64       `json:"version"`
	Words        []WordBody  `json:"words,omitempty"`
}

// WordBody is what one desk said.
type WordBody struct {
	Agency    string      `json:"agency"`
	DeskID    string      `json:"desk_id"`
	WrittenAt moment.Time `json:"written_at"`
	Note      string      `json:"note"`
}

type (
	listIn struct {
		Box string `query:"box" enum:"waiting,received,asked" default:"received"`
		httpkit.Paged
	}
	askIn struct {
		Body struct {
			DeskID       string `json:"desk_id" doc:"One of your own"`
			ToDeskID     string `json:"to_desk_id" doc:"Of another agency"`
			Need         string `json:"need"`
			Exploitation string `json:"exploitation,omitempty"`
			AgeBand      string `json:"age_band,omitempty"`
			Sex          string `json:"sex,omitempty"`
			Country      string `json:"country,omitempty"`
			Language     string `json:"language,omitempty"`
			Note         string `json:"note" doc:"Sealed; refused where it could tell who the person is"`
			VictimID     string `json:"victim_id,omitempty" doc:"Your own file; the other desk never learns of it"`
		}
	}
	oneIn struct {
		Question string `path:"question" format:"uuid"`
	}
	speakIn struct {
		Question string `path:"question" format:"uuid"`
		Body     struct {
			Note string `json:"note"`
		}
	}
)

// API registers the JSON operations of questions.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "questions", Permission: "question.desk", Parent: "question"}
	}
	httpkit.Operate(a, op("list-questions", "GET", "/questions", "List the questions that your desks asked or were asked"), s.apiList)
	httpkit.Operate(a, op("ask-question", "POST", "/questions", "Ask a desk without saying about whom").Creates(), s.apiAsk)
	httpkit.Operate(a, op("show-question", "GET", "/questions/{question}", "Show a question with its words"), s.apiShow)
	httpkit.Operate(a, op("speak-in-question", "POST", "/questions/{question}/words", "Add words to an open question").Changes().Silent(), s.apiSpeak)
	httpkit.Operate(a, op("close-question", "POST", "/questions/{question}/closure", "Close a question; either desk may").Changes().Silent(), s.apiClose)
}

func bodyOf(q *Question) Body {
	return Body{ID: q.ID, DeskID: q.DeskID, Agency: q.Agency, ToDeskID: q.ToDeskID, ToAgency: q.ToAgency, Need: q.Need, Exploitation: q.Exploitation,
		AgeBand: q.AgeBand, Sex: q.Sex, Country: q.Country, Language: q.Language, State: q.State, CreatedAt: q.CreatedAt, SpokenAt: q.SpokenAt,
		EndedAt: q.EndedAt, Version: q.Version}
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, next, err := s.List(ctx, Box(in.Box), after)
	return httpkit.ListOf(list, bodyOf, next.String()), err
}

func (s *Service) apiAsk(ctx context.Context, in *askIn) (*httpkit.Made, error) {
	b := in.Body
	id, err := s.Ask(ctx, New{DeskID: b.DeskID, ToDeskID: b.ToDeskID, Note: b.Note, VictimID: b.VictimID, Subject: Subject{Need: b.Need,
		Exploitation: b.Exploitation, AgeBand: b.AgeBand, Sex: b.Sex, Country: b.Country, Language: b.Language}}, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/questions/"+id, id), err
}

func (s *Service) apiShow(ctx context.Context, in *oneIn) (*httpkit.Versioned[Body], error) {
	v, err := s.Show(ctx, in.Question)
	if err != nil {
		return nil, err
	}
	body := bodyOf(&v.Question)
	body.VictimID = v.File.FileID
	if v.SeesReferral {
		body.ReferralID = v.ReferralID
	}
	for i := range v.Words {
		one := &v.Words[i]
		body.Words = append(body.Words, WordBody{Agency: one.Agency, DeskID: one.DeskID, WrittenAt: one.WrittenAt, Note: one.Text})
	}
	return httpkit.VersionOf(v.Version, body), nil
}

func (s *Service) apiSpeak(ctx context.Context, in *speakIn) (*httpkit.Nothing, error) {
	return nil, s.Speak(ctx, in.Question, in.Body.Note, httpkit.IfMatch(ctx))
}

func (s *Service) apiClose(ctx context.Context, in *oneIn) (*httpkit.Nothing, error) {
	return nil, s.Close(ctx, in.Question, httpkit.IfMatch(ctx))
}
