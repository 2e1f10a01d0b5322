package agency

import (
	"context"
	"net/http"

	"relais/internal/gate"
	"relais/internal/httpkit"
)

type ceilingsOut struct {
	Body struct {
		Items []PartnerCeiling `json:"items"`
	}
}

type ceilingIn struct {
	Kind string `path:"partner" maxLength:"40" doc:"Discipline of the receiving agencies"`
}

type ceilingOut struct {
	ETag string `header:"ETag"`
	Body struct {
		PartnerCeiling
		Versions []PartnerCeiling `json:"versions" doc:"All that were set, the newest first"`
	}
}

type setCeilingIn struct {
	Kind string `path:"partner" maxLength:"40" doc:"Discipline of the receiving agencies"`
	Body struct {
		Sections []string `json:"sections" maxItems:"30" doc:"Sections that may be given; none is nothing at all"`
		Days     int      `json:"days" minimum:"1" maximum:"366" doc:"Longest time of a share; 366 leaves it to the law's ceiling"`
		TeamDays int      `json:"team_days" minimum:"0" maximum:"366" doc:"Longest time of a place in a case team; 0 for none"`
	}
}

func (in *setCeilingIn) ceiling() NewCeiling {
	return NewCeiling{Kind: in.Kind, Sections: in.Body.Sections, Days: in.Body.Days, TeamDays: in.Body.TeamDays}
}

type setCeilingOut struct {
	ETag string `header:"ETag"`
	Body PartnerCeiling
}

type effectOut struct{ Body gate.Effect }

func ceilingsAPI(a *httpkit.API, s *Service) {
	httpkit.Operate(a, operation("list-ceilings", http.MethodGet, "/agency/ceilings", "List what your agency lets each kind of agency have"), s.apiCeilings)
	httpkit.Operate(a, operation("show-ceiling", http.MethodGet, "/agency/ceilings/{partner}", "Show the ceiling for one kind of agency, with its versions"), s.apiCeiling)
	httpkit.Operate(a, operation("foresee-ceiling", http.MethodPost, "/agency/ceilings/{partner}/effect", "Count what lies above a ceiling before it is set"),
		func(ctx context.Context, in *setCeilingIn) (*effectOut, error) {
			effect, err := s.CeilingEffect(ctx, in.ceiling())
			return &effectOut{Body: effect}, err
		})
	set := operation("set-ceiling", http.MethodPut, "/agency/ceilings/{partner}", "Set what your agency lets one kind of agency have; a new version")
	set.NeedsIfMatch = true
	httpkit.Operate(a, set, func(ctx context.Context, in *setCeilingIn) (*setCeilingOut, error) {
		c, err := s.SetCeiling(ctx, in.ceiling(), httpkit.IfMatch(ctx))
		return &setCeilingOut{ETag: httpkit.ETag(c.Version), Body: c}, err
	})
}

func (s *Service) apiCeilings(ctx context.Context, _ *none) (*ceilingsOut, error) {
	list, err := s.Ceilings(ctx)
	out := &ceilingsOut{}
	out.Body.Items = list
	return out, err
}

func (s *Service) apiCeiling(ctx context.Context, in *ceilingIn) (*ceilingOut, error) {
	now, versions, err := s.Ceiling(ctx, in.Kind)
	out := &ceilingOut{ETag: httpkit.ETag(now.Version)}
	out.Body.PartnerCeiling, out.Body.Versions = now, append([]PartnerCeiling{}, versions...)
	return out, err
}
