package demo_test

import (
	"context"
	"math"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/server"
)

// measured are the figures of a country's victim files, as they lie in clear in the database.
type measured struct {
	Country    string  `db:"country"`
	Files      float64 `db:"files"`
	Supported  float64 `db:"supported"`
	Identified float64 `db:"identified"`
	OfThem     float64 `db:"of_them"` // identified and supported
	Asked      float64 `db:"asked"`   // for a consent
	Revoked    float64 `db:"revoked"`
	Corrected  float64 `db:"corrected"`
	Expired    float64 `db:"expired"` // reflection periods without a statement
	Went       float64 `db:"went"`    // and those after which the next paper came
	Across     float64 `db:"across"`  // offered to an agency of another country
	Claims     float64 `db:"claims"`
}

const selectMeasured = `SELECT a.country, COUNT(*) AS files, SUM(s.supported) AS supported, SUM(s.identified) AS identified,
  SUM(s.supported * s.identified) AS of_them, SUM(s.asked) AS asked, SUM(s.revoked) AS revoked, SUM(s.corrected) AS corrected,
  SUM(s.expired) AS expired, SUM(s.went) AS went, SUM(s.across) AS across, SUM(s.claims) AS claims
FROM (SELECT f.agency_id,
    CASE WHEN EXISTS (SELECT 1 FROM track_step t WHERE t.file_id = f.id AND t.track = 'protection' AND t.to_state = 'supported') THEN 1 ELSE 0 END AS supported,
    CASE WHEN EXISTS (SELECT 1 FROM track_step t WHERE t.file_id = f.id AND t.track = 'criminal' AND t.to_state = 'identified') THEN 1 ELSE 0 END AS identified,
    CASE WHEN EXISTS (SELECT 1 FROM consent c WHERE c.file_id = f.id) THEN 1 ELSE 0 END AS asked,
    CASE WHEN EXISTS (SELECT 1 FROM consent c WHERE c.file_id = f.id AND c.withdrawn_at > 0) THEN 1 ELSE 0 END AS revoked,
    CASE WHEN EXISTS (SELECT 1 FROM entry e WHERE e.file_id = f.id AND e.section = 'identity' AND e.version > 1) THEN 1 ELSE 0 END AS corrected,
    CASE WHEN EXISTS (SELECT 1 FROM track_step t WHERE t.file_id = f.id AND t.to_state = 'ended_expired') THEN 1 ELSE 0 END AS expired,
    CASE WHEN EXISTS (SELECT 1 FROM track_step t WHERE t.file_id = f.id AND t.from_state = 'reflection' AND t.to_state IN ('provisional', 'temporary')) THEN 1 ELSE 0 END AS went,
    CASE WHEN EXISTS (SELECT 1 FROM referral r JOIN file_grant g ON g.id = r.id JOIN agency b ON b.id = g.agency_id
      JOIN agency o ON o.id = r.from_agency_id WHERE r.file_id = f.id AND o.country <> b.country) THEN 1 ELSE 0 END AS across,
    CASE WHEN EXISTS (SELECT 1 FROM track_step t WHERE t.file_id = f.id AND t.track = 'remedy') AND EXISTS (SELECT 1 FROM entry e
      WHERE e.file_id = f.id AND e.section = 'claims') THEN 1 ELSE 0 END AS claims
  FROM file f WHERE f.kind = 'victim') s
JOIN agency a ON a.id = s.agency_id
GROUP BY a.country`

// TestFill_followsTheDistributions measures what befalls people after the first days (domain 6.5) on a filled database.
func TestFill_followsTheDistributions(t *testing.T) {
	p, _ := fill(t, "sqlite", 600)
	var rows []measured
	query(t, p, &rows, selectMeasured)
	all, of := measured{}, map[string]measured{}
	for _, m := range rows {
		of[m.Country] = m
		all.Files, all.Asked, all.Revoked, all.Corrected = all.Files+m.Files, all.Asked+m.Asked, all.Revoked+m.Revoked, all.Corrected+m.Corrected
		all.Supported, all.Claims = all.Supported+m.Supported, all.Claims+m.Claims
	}
	be, nl, lu := of["BE"], of["NL"], of["LU"]
	for _, c := range []struct {
		what               string
		got, among         float64
		want, under, above float64 // what would come after the last day has not happened yet, so mostly a little is missing
	}{
		{"supported in Belgium are identified", be.OfThem, be.Supported, 60, 12, 6},
		{"presumed in the Netherlands are identified", nl.Identified, nl.Files, 30, 6, 4},
		{"presumed in Luxembourg are identified", lu.Identified, lu.Files, 30, 15, 10},
		{"who were asked withdrew a consent", all.Revoked, all.Asked, 6, 2, 2},
		{"were corrected", all.Corrected, all.Files, 4, 1.5, 1.5},
		{"reflection periods in Belgium ran out", be.Expired, be.Expired + be.Went, 35, 15, 15},
		{"reflection periods in the Netherlands ran out", nl.Expired, nl.Expired + nl.Went, 45, 15, 12},
		{"in Belgium lead across a border", be.Across, be.Files, 8, 3, 4},
		{"in the Netherlands lead across a border", nl.Across, nl.Files, 8, 3, 4},
		{"in Luxembourg lead across a border", lu.Across, lu.Files, 20, 10, 12},
		{"who are supported claim", all.Claims, all.Supported, 20, 8, 8},
		{"are suspects elsewhere", suspects(t, p), all.Files, 3, 1.5, 1},
	} {
		if got := 100 * c.got / c.among; got < c.want-c.under || got > c.want+c.above || math.IsNaN(got) {
			t.Errorf("%.1f %% %s (%.0f of %.0f), the distribution says %.0f", got, c.what, c.got, c.among, c.want)
		}
	}
	supportLasts(t, p)
}

// supportLasts holds how many tracks of protection have ended against how many should have, by how long each has run.
func supportLasts(t *testing.T, p *server.Program) {
	t.Helper()
	var tracks []struct {
		Country string      `db:"country"`
		Since   moment.Date `db:"happened_on"`
		Ended   int64       `db:"ended"`
	}
	query(t, p, &tracks, `SELECT t.country, t.happened_on, CASE WHEN EXISTS (SELECT 1 FROM track_step e WHERE e.file_id = t.file_id
  AND e.track = 'protection' AND e.from_state = 'supported') THEN 1 ELSE 0 END AS ended
FROM track_step t WHERE t.track = 'protection' AND t.to_state = 'supported'`)
	median := map[string]float64{"BE": 30, "NL": 14, "LU": 12}
	ended, expected := 0.0, 0.0
	for _, track := range tracks {
		months := float64(today-track.Since.EndOf()) / (365.0 / 12 * 24 * 3600 * 1e6)
		if ended += float64(track.Ended); months > 0 {
			expected += math.Erfc(-math.Log(months/median[track.Country])/0.7/math.Sqrt2) / 2
		}
	}
	if off := 4 * math.Sqrt(expected); len(tracks) < 100 || expected < 5 || math.Abs(ended-expected) > off {
		t.Errorf("%.0f of %d tracks have ended, %.1f ± %.1f should have", ended, len(tracks), expected, off)
	}
}

// suspects counts the persons whom the police have as suspects by name: all of them are victims in another case.
func suspects(t *testing.T, p *server.Program) (count float64) {
	t.Helper()
	for _, code := range []string{"be.fgp.antwerpen", "be.pjf.bruxelles", "be.pjf.liege", "nl.avim", "nl.kmar", "lu.spj"} {
		ctx := caseworker(t, p, code)
		for after, more := (gate.Cursor{}), true; more; {
			lines, next, err := p.Cases.List(ctx, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range lines {
				count += named(ctx, p, line.FileID)
			}
			after, more = next, next.ID != ""
		}
	}
	return count
}

func query(t *testing.T, p *server.Program, rows any, text string) {
	t.Helper()
	if err := p.Database.Read(t.Context(), func(tx *database.Tx) error { return tx.Select(rows, text, nil) }); err != nil {
		t.Fatal(err)
	}
}

// named counts the suspects of a case whom the caller's agency has written down by name.
func named(ctx context.Context, p *server.Program, caseID string) (count float64) {
	room, err := p.Entries.Reveal(ctx, gate.Case, caseID, authz.Suspects, "investigation")
	if err != nil {
		return 0 // of a case in whose team they are no longer
	}
	caller, _ := gate.CallerOf(ctx)
	for _, e := range room.Entries {
		if e.AgencyID == caller.Actor.AgencyID && e.Values["kind"] == "person" && e.Values["family_name"] != "" && e.Values["given_names"] != "" {
			count++
		}
	}
	return count
}
