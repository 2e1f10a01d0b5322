package report

import (
	"context"
	"net/http"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/sharing"
)

// PeriodIn is the period of figures. What is embedded has to be exported, or the router leaves it out.
type PeriodIn struct {
	Quarter string `query:"quarter" maxLength:"7" doc:"A calendar quarter that has begun, YYYY-Qn; the running one if empty"`
}

type referralsOut struct{ Body Referrals }

type signalsOut struct{ Body Signals }

type listIn struct {
	PeriodIn
	Agency string `query:"agency" maxLength:"36" doc:"The sending agency"`
	Desk   string `query:"desk" maxLength:"36" doc:"The receiving desk"`
	After  string `query:"after" maxLength:"80" doc:"The value of next in the page before"`
}

type listOut struct {
	Body struct {
		Items []sharing.ReferralBody `json:"items"`
		Next  string                 `json:"next,omitempty"`
	}
}

// API registers the figures.
func API(a *httpkit.API, s *Service) {
	operation := func(id, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: http.MethodGet, Path: path, Summary: summary, Tag: "figures", Permission: "supervisor or people.manage", Parent: "agency"}
	}
	httpkit.Operate(a, operation("show-referral-figures", "/figures/referrals", "How long referrals from and to your agency wait and how they end; fewer than five are not told"),
		func(ctx context.Context, in *PeriodIn) (*referralsOut, error) {
			figures, err := s.Referrals(ctx, in.Quarter)
			return &referralsOut{Body: figures}, err
		})
	httpkit.Operate(a, operation("list-figure-referrals", "/figures/referrals/list", "List the referrals behind a figure that you may open"), s.apiList)
	httpkit.Operate(a, operation("show-signal-figures", "/figures/signals", "What came of the signals of your agency; fewer than five are not told"),
		func(ctx context.Context, in *PeriodIn) (*signalsOut, error) {
			figures, err := s.Signals(ctx, in.Quarter)
			return &signalsOut{Body: figures}, err
		})
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*listOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	page, err := s.List(ctx, in.Agency, in.Desk, in.Quarter, after)
	out := &listOut{}
	out.Body.Items = sharing.Bodies(page.Referrals, page.Now)
	if page.Next.ID != "" {
		out.Body.Next = page.Next.String()
	}
	return out, err
}
