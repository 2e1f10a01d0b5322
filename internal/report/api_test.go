package report_test

import (
	"testing"
	"time"

	"relais/internal/testkit"
)

// TestAPI_takesTheQuarterEverywhere: a quarter of last year holds none of this year's referrals, in the list behind a figure too.
func TestAPI_takesTheQuarterEverywhere(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	caseID := w.OpenCase("rsz")
	for range 6 {
		refer(t, w, caseID, time.Hour, "")
	}
	w.Advance(300 * 24 * time.Hour) // into the last quarter of 2026
	client := w.Serve(t).SignIn("rsz.head")
	list := "/api/v1/figures/referrals/list?agency=" + w.Place("be.rsz").ID + "&desk=" + w.Place("be.payoke").Desks[0]
	for query, want := range map[string]int{"": 0, "&quarter=2025-Q4": 0, "&quarter=2026-Q1": 6} {
		var page struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		client.Get(list + query).Want(200).Into(&page)
		if len(page.Items) != want {
			t.Errorf("%q lists %d, not %d", query, len(page.Items), want)
		}
		var figures struct {
			Period struct {
				Until string `json:"until"`
			} `json:"period"`
			Pairs []struct {
				Number int `json:"number"`
			} `json:"pairs"`
		}
		client.Get("/api/v1/figures/referrals?" + query).Want(200).Into(&figures)
		if told := len(figures.Pairs) == 1 && figures.Pairs[0].Number == 6; told != (want == 6) {
			t.Errorf("%q tells %+v", query, figures)
		}
	}
	client.Get(list + "&quarter=2027-Q1").Want(422)
	client.Get("/api/v1/figures/signals?quarter=2026-01").Want(422)
}
