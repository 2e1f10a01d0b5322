package trail

import (
	"context"

	"relais/internal/authz"
)

// DecisionBody is a refusal in the JSON API, as it was and as it would be now.
type DecisionBody struct {
	Entry    LineBody      `json:"entry"`
	Told     string        `json:"told" doc:"Key of the sentence that the person read"`
	NextStep string        `json:"next_step" doc:"Key of what the person was told to do"`
	Gone     bool          `json:"gone" doc:"The person can no longer sign in, so nothing is decided again"`
	Tied     *bool         `json:"tied,omitempty" doc:"Of a file: the person has access to it now"`
	Refused  []RefusedBody `json:"refused"`
}

// RefusedBody is one section or resource that was refused.
type RefusedBody struct {
	Section  string     `json:"section"`
	Verb     string     `json:"verb"`
	Then     string     `json:"then" doc:"Reason id of the refusal"`
	Now      string     `json:"now" enum:"allow,deny"`
	Show     string     `json:"show,omitempty"`
	ReasonID string     `json:"reason_id,omitempty" doc:"Why it would be refused now"`
	Rules    []RuleBody `json:"rules" doc:"The lines of the matrix that speak of it"`
}

// RuleBody is one line of the matrix and what keeps it from opening.
type RuleBody struct {
	Line     int    `json:"line"`
	Relation string `json:"relation,omitempty"`
	Needs    string `json:"needs,omitempty"`
	Show     string `json:"show"`
	ReasonID string `json:"reason_id,omitempty" doc:"What it lacks; empty where it opens"`
}

type decisionIn struct {
	Entry  string `path:"entry" format:"uuid"`
	Reason string `query:"reason" required:"true" doc:"Why you read the log, a code"`
}

type decisionOut struct{ Body DecisionBody }

func (s *Service) apiDecision(ctx context.Context, in *decisionIn) (*decisionOut, error) {
	d, err := s.Replay(ctx, in.Entry, in.Reason)
	if err != nil {
		return nil, err
	}
	told, next := toldKeys(d.Reason)
	body := DecisionBody{Entry: bodyOf(d.Line), Told: told, NextStep: next, Gone: d.Gone, Refused: []RefusedBody{}}
	if d.OnFile {
		body.Tied = &d.Tied
	}
	for _, r := range d.Refused {
		one := RefusedBody{Section: r.Section.String(), Verb: r.Verb.String(), Then: r.Then.Reason, Now: decisionWord(r.Now.Allowed()),
			ReasonID: string(r.Now.Reason), Rules: []RuleBody{}}
		if r.Now.Allowed() {
			one.Show = r.Now.Show.String()
		}
		for _, l := range r.Lines {
			one.Rules = append(one.Rules, ruleBody(l))
		}
		body.Refused = append(body.Refused, one)
	}
	return &decisionOut{Body: body}, nil
}

func ruleBody(l authz.Line) RuleBody {
	rule := RuleBody{Line: l.Line, Show: l.Show.String(), ReasonID: string(l.Why)}
	if l.Line > 0 {
		rule.Relation = l.Relation.String()
	}
	if l.Needs != 0 {
		rule.Needs = l.Needs.String()
	}
	return rule
}
