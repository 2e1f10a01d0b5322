package screening

import (
	"context"

	"relais/internal/httpkit"
	"relais/internal/moment"
)

// AnswerBody is one answer in the JSON API.
type AnswerBody struct {
	Indicator string `json:"indicator"`
	Answer    string `json:"answer" doc:"yes, no or unknown"`
	Source    string `json:"source,omitempty" doc:"Of a yes: person, observed, document, third or inferred"`
	Nature    string `json:"nature,omitempty" doc:"Of a yes: fact or assessment; what was inferred is an assessment"`
}

// DraftBody is a screening as somebody writes it. It has no field for a status: a screening sets none.
type DraftBody struct {
	List    string       `json:"list" doc:"adult_labour, adult_sexual, child or minute"`
	HeldOn  moment.Date  `json:"held_on"`
	Answers []AnswerBody `json:"answers" maxItems:"100"`
	Note    string       `json:"note,omitempty"`
	Purpose string       `json:"purpose"`
	Basis   string       `json:"basis"`
}

// TallyBody is what was found in one dimension.
type TallyBody struct {
	Dimension string `json:"dimension"`
	Strong    int    `json:"strong"`
	Medium    int    `json:"medium"`
	Weak      int    `json:"weak"`
	Positive  bool   `json:"positive"`
}

// Body is a screening with its result, which is advice.
type Body struct {
	ID          string       `json:"id"`
	Agency      string       `json:"agency"`
	Country     string       `json:"country" doc:"Whose rules were applied"`
	List        string       `json:"list"`
	HeldOn      moment.Date  `json:"held_on"`
	Indications string       `json:"indications" enum:"none,some,strong"`
	Rule        string       `json:"rule,omitempty" doc:"That led to the result"`
	Edition     string       `json:"edition" doc:"Of the indicators and rules"`
	Dimensions  []TallyBody  `json:"dimensions"`
	Answers     []AnswerBody `json:"answers"`
	Note        string       `json:"note,omitempty"`
	WrittenAt   moment.Time  `json:"written_at"`
	Version     int64        `json:"version"`
}

// IndicatorBody is a line of a list.
type IndicatorBody struct {
	ID        string `json:"id"`
	Dimension string `json:"dimension"`
	Strength  string `json:"strength" doc:"S strong, M medium, W weak, N only asked"`
}

// VictimIn names a victim file.
type VictimIn struct {
	Victim string `path:"victim" format:"uuid"`
}

// OneIn names a screening on a victim file.
type OneIn struct {
	VictimIn
	Screening string `path:"screening" format:"uuid"`
}

type (
	indicatorsIn struct {
		List string      `query:"list" doc:"minute where none is given"`
		On   moment.Date `query:"on" doc:"YYYY-MM-DD, a day in Brussels: the list as it was then, today where none is given. Answers are checked by the list of the day on which the screening was held"`
	}
	indicatorsOut struct {
		Body struct {
			Edition string          `json:"edition"`
			Items   []IndicatorBody `json:"items"`
		}
	}
	addIn struct {
		VictimIn
		Body DraftBody
	}
	changeIn struct {
		OneIn
		Body DraftBody
	}
	madeOut struct {
		Location string `header:"Location"`
		Body     struct {
			ID string `json:"id"`
		}
	}
	oneOut struct {
		ETag string `header:"ETag"`
		Body Body
	}
	listOut struct {
		Body struct {
			Items []Body            `json:"items"`
			Facts map[string]string `json:"facts,omitempty" doc:"What may be known of screenings that stay closed to you"`
		}
	}
)

// API registers the JSON operations of screenings.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "screenings", Permission: "exploitation.read", Parent: "victim"}
	}
	indicators := op("list-indicators", "GET", "/screening-indicators", "List the indicators of a screening")
	indicators.Permission, indicators.Parent = "screening.blank", "none"
	httpkit.Operate(a, indicators, s.apiIndicators)
	httpkit.Operate(a, op("list-screenings", "GET", "/victims/{victim}/screenings", "List the screenings of a person"), s.apiList)
	add := op("add-screening", "POST", "/victims/{victim}/screenings", "Keep a screening; its result is advice and sets no status")
	add.Status, add.NeedsIdempotencyKey, add.Permission = 201, true, "exploitation.write"
	httpkit.Operate(a, add, s.apiAdd)
	httpkit.Operate(a, op("show-screening", "GET", "/victims/{victim}/screenings/{screening}", "Show a screening"), s.apiShow)
	change := op("change-screening", "PUT", "/victims/{victim}/screenings/{screening}", "Correct a screening; the earlier versions stay")
	change.NeedsIfMatch, change.Permission = true, "exploitation.write"
	httpkit.Operate(a, change, s.apiChange)
}

func (b *DraftBody) draft() Draft {
	d := Draft{List: b.List, HeldOn: b.HeldOn, Note: b.Note, Purpose: b.Purpose, Basis: b.Basis}
	for _, a := range b.Answers {
		d.Answers = append(d.Answers, Answer{Indicator: a.Indicator, Present: a.Answer, Source: a.Source, Nature: a.Nature})
	}
	return d
}

func draftBodyOf(d *Draft) DraftBody {
	return DraftBody{List: d.List, HeldOn: d.HeldOn, Answers: answerBodies(d.Answers), Note: d.Note, Purpose: d.Purpose, Basis: d.Basis}
}

func answerBodies(answers []Answer) []AnswerBody {
	bodies := []AnswerBody{}
	for _, a := range answers {
		bodies = append(bodies, AnswerBody{Indicator: a.Indicator, Answer: a.Present, Source: a.Source, Nature: a.Nature})
	}
	return bodies
}

func bodyOf(v *View) Body {
	body := Body{ID: v.ID, Agency: v.Agency, Country: v.Country, List: v.Draft.List, HeldOn: v.Draft.HeldOn, Indications: string(v.Result), Rule: v.RuleID,
		Edition: v.Edition, Dimensions: []TallyBody{}, Answers: answerBodies(v.Draft.Answers), Note: v.Draft.Note, WrittenAt: v.WrittenAt, Version: v.Version}
	for _, t := range v.Judgement.Tallies {
		body.Dimensions = append(body.Dimensions, TallyBody{Dimension: t.Dimension, Strong: t.Strong, Medium: t.Medium, Weak: t.Weak, Positive: t.Positive})
	}
	return body
}

func (s *Service) apiIndicators(ctx context.Context, in *indicatorsIn) (*indicatorsOut, error) {
	list := orMinute(in.List)
	indicators, edition, err := s.blank(ctx, list, in.On)
	out := &indicatorsOut{}
	out.Body.Edition, out.Body.Items = edition, []IndicatorBody{}
	for _, i := range indicators {
		strength, _ := i.In(list)
		out.Body.Items = append(out.Body.Items, IndicatorBody{ID: i.ID, Dimension: i.Dimension, Strength: string(strength)})
	}
	return out, err
}

func (s *Service) apiList(ctx context.Context, in *VictimIn) (*listOut, error) {
	views, derived, err := s.List(ctx, in.Victim)
	out := &listOut{}
	out.Body.Items = []Body{}
	for i := range views {
		out.Body.Items = append(out.Body.Items, bodyOf(&views[i]))
	}
	for _, fact := range derived {
		if out.Body.Facts == nil {
			out.Body.Facts = map[string]string{}
		}
		out.Body.Facts[fact.Name] = fact.Text
	}
	return out, err
}

func (s *Service) apiAdd(ctx context.Context, in *addIn) (*madeOut, error) {
	id, err := s.Add(ctx, in.Victim, in.Body.draft(), httpkit.IdempotencyKey(ctx))
	out := &madeOut{Location: httpkit.APIPath + "/victims/" + in.Victim + "/screenings/" + id}
	out.Body.ID = id
	return out, err
}

func (s *Service) apiShow(ctx context.Context, in *OneIn) (*oneOut, error) {
	page, err := s.Show(ctx, in.Victim, in.Screening)
	if err != nil {
		return nil, err
	}
	return &oneOut{ETag: httpkit.ETag(page.Versions[0].Version), Body: bodyOf(&page.Versions[0])}, nil
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*oneOut, error) {
	if err := s.Change(ctx, in.Victim, in.Screening, in.Body.draft(), httpkit.IfMatch(ctx)); err != nil {
		return nil, err
	}
	return s.apiShow(ctx, &in.OneIn)
}
