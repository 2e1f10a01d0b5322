package server_test

import (
	"maps"

	"relais/internal/agency"
	"relais/internal/testkit"
)

// ceilings is what the story holds of what the shelter lets others have: one version for lawyers.
type ceilings struct{}

func init() {
	maps.Copy(able, map[string]string{"list-ceilings": "payD", "show-ceiling": "payD", "foresee-ceiling": "payD", "set-ceiling": "payD"})
}

func (s *story) limit(w *testkit.World) {
	_ = must(w.Agencies.SetCeiling(w.As("payoke.admin"), agency.NewCeiling{Kind: "lawyer", Sections: []string{"identity", "court"}, Days: 90, TeamDays: 90}, 0))(w.T)
}

func (ceilings) param(_, name string) (value string, ok bool) { return "lawyer", name == "partner" }

func (ceilings) names() map[string]string { return nil }

func (ceilings) forms(*testkit.World) map[string][]string {
	set := []string{"sections", "identity", "days", "30", "team_days", "30", "version", "1"}
	return map[string][]string{"/ceilings/:partner": set, "/ceilings/:partner/effect": set}
}

func (ceilings) bodies(*testkit.World) map[string]object {
	body := object{"sections": []string{"identity"}, "days": 30, "team_days": 30}
	return map[string]object{"PUT /agency/ceilings/:partner": body, "POST /agency/ceilings/:partner/effect": body}
}
