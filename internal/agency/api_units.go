package agency

import (
	"context"
	"net/http"

	"relais/internal/httpkit"
)

type unitsOut struct {
	Body struct {
		Desks   []DeskUnit `json:"desks"`
		Offered []string   `json:"offered" doc:"Units that the law of the country names for agencies of this kind"`
	}
}

type setUnitIn struct {
	Desk string `path:"desk" format:"uuid"`
	Body struct {
		Unit string `json:"unit" maxLength:"40" doc:"One of those offered; empty for none"`
	}
}

func unitsAPI(a *httpkit.API, s *Service) {
	httpkit.Operate(a, operation("list-desk-units", http.MethodGet, "/agency/desks", "List the desks of your agency with the units of the law that they are"),
		func(ctx context.Context, _ *none) (*unitsOut, error) {
			u, err := s.Units(ctx)
			out := &unitsOut{}
			out.Body.Desks, out.Body.Offered = u.Desks, append([]string{}, u.Offered...)
			return out, err
		})
	httpkit.Operate(a, operation("set-desk-unit", http.MethodPut, "/agency/desks/{desk}", "Say which unit of the law a desk is").Changes(),
		func(ctx context.Context, in *setUnitIn) (*httpkit.Versioned[DeskUnit], error) {
			d, err := s.SetUnit(ctx, in.Desk, in.Body.Unit, httpkit.IfMatch(ctx))
			return httpkit.VersionOf(d.Version, d), err
		})
}
