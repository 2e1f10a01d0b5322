package agency

import (
	"context"
	"net/http"

	"relais/internal/httpkit"
)

// ForeseenBody is what a changed role would change, before it is saved.
type ForeseenBody struct {
	RoleEffect
	Refusals []RefusalBody `json:"refusals" doc:"What those who lose something will read where they come upon it"`
}

// RefusalBody is why something is closed, in the reader's language.
type RefusalBody struct {
	ReasonID string `json:"reason_id"`
	Reason   string `json:"reason"`
	NextStep string `json:"next_step"`
}

type foreseenOut struct{ Body ForeseenBody }

func foreseeAPI(a *httpkit.API, s *Service) {
	foresee := operation("foresee-role", http.MethodPost, "/agency/roles/{role}/effect", "Say who gains and loses what by a changed role, before it is saved")
	foresee.NeedsIfMatch = true
	httpkit.Operate(a, foresee, s.apiForesee)
}

func (s *Service) apiForesee(ctx context.Context, in *changeRoleIn) (*foreseenOut, error) {
	effect, err := s.ForeseeRole(ctx, in.Role, httpkit.IfMatch(ctx), in.Body.Name, in.Body.Rules)
	if err != nil {
		return nil, err
	}
	out, w := &foreseenOut{Body: ForeseenBody{RoleEffect: effect, Refusals: []RefusalBody{}}}, httpkit.Words(ctx)
	for _, reason := range effect.Reasons {
		out.Body.Refusals = append(out.Body.Refusals, RefusalBody{ReasonID: string(reason), Reason: w.T(reason.Key()), NextStep: w.T(reason.NextKey())})
	}
	return out, nil
}
