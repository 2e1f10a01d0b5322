package review

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is one grant that a desk of the reader's has to decide on this quarter.
type Body struct {
	ID       string      `json:"id" doc:"Of the grant"`
	FileID   string      `json:"file_id"`
	FileKind string      `json:"file_kind" enum:"case,victim"`
	AgencyID string      `json:"agency_id" doc:"Agency that has access"`
	Agency   string      `json:"agency"`
	Desk     string      `json:"desk,omitempty"`
	Purpose  string      `json:"purpose"`
	Basis    string      `json:"basis"`
	Since    moment.Time `json:"since"`
	Until    moment.Time `json:"until"`
	Version  int64       `json:"version" doc:"Of the grant: send it as If-Match"`
}

type decideIn struct {
	Grant string `path:"grant" format:"uuid"`
	Body  struct {
		Decision string `json:"decision" enum:"keep,end"`
		Reason   string `json:"reason,omitempty" doc:"Why it is kept: a code of why access goes on"`
	}
}

// API registers the JSON operations of the review.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "reviews", Permission: "review.lead", Parent: "grant"}
	}
	httpkit.Operate(a, op("list-reviews", "GET", "/reviews", "List the grants that your desks review this quarter"), s.apiList)
	httpkit.Operate(a, op("decide-review", "POST", "/reviews/{grant}", "Keep a grant for a reason, or end it").Changes().Silent(), s.apiDecide)
}

func (s *Service) apiList(ctx context.Context, in *httpkit.Paged) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := s.List(ctx, after)
	return httpkit.ListOf(list.Lines, bodyOf, list.Next.String()), err
}

func bodyOf(l *Line) Body {
	return Body{ID: l.GrantID, FileID: l.FileID, FileKind: string(l.Kind), AgencyID: l.AgencyID, Agency: l.Agency, Desk: l.Desk,
		Purpose: l.Purpose, Basis: l.Basis, Since: l.SinceAt, Until: l.UntilAt, Version: l.Version}
}

func (s *Service) apiDecide(ctx context.Context, in *decideIn) (*httpkit.Nothing, error) {
	d, err := decisionIn(in.Body.Decision, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return nil, s.Decide(ctx, in.Grant, httpkit.IfMatch(ctx), d)
}
