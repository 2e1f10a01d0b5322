package track_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/clock"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/testkit"
	"relais/internal/track"
)

// TestAppeal_isRecordedWithItsResult: against a decision on identification that stands, by who sees it; what came of it by an authority;
// it moves no track, nothing of it is overwritten, and strangers find nothing.
func TestAppeal_isRecordedWithItsResult(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		move := func(who, to string, version int64) string {
			t.Helper()
			step, err := w.Tracks.Move(w.As(who), id, track.New{Track: "criminal", To: to, On: w.Today()}, version, "")
			if err != nil {
				t.Fatal(err)
			}
			return step
		}
		reported := move("fgp", "reported", 1)
		step := move("auditoraat", "not_identified", 2)
		appeal := func(who, of string, n track.NewAppeal, version int64) error {
			return w.Tracks.Appeal(w.As(who), id, of, n, version, "")
		}
		today := track.NewAppeal{On: w.Today()}
		for name, test := range map[string]struct {
			err  error
			want error
		}{
			"a stranger":               {appeal("cosm", step, today, 1), fault.NotFound},
			"another agency's shelter": {appeal("pagasa", step, today, 1), fault.NotFound},
			"who does not see it":      {appeal("rsz", step, today, 1), fault.NotFound},
			"no decision":              {appeal("auditoraat", reported, today, 1), fault.NotFound},
			"no step":                  {appeal("auditoraat", id, today, 1), fault.NotFound},
			"no day":                   {appeal("auditoraat", step, track.NewAppeal{}, 1), fault.Invalid},
			"tomorrow":                 {appeal("auditoraat", step, track.NewAppeal{On: w.Today().AddDays(1)}, 1), fault.Invalid},
			"before the decision":      {appeal("auditoraat", step, track.NewAppeal{On: w.Today().AddDays(-1)}, 1), fault.Invalid},
			"a result of nothing":      {appeal("auditoraat", step, track.NewAppeal{On: w.Today(), Result: "upheld"}, 1), fault.Invalid},
			"another version":          {appeal("auditoraat", step, today, 2), fault.Conflict},
		} {
			if !errors.Is(test.err, test.want) {
				t.Errorf("%s: %v", name, test.err)
			}
		}
		if err := appeal("auditoraat", step, today, 1); err != nil {
			t.Fatal(err)
		}
		if err := appeal("auditoraat", step, today, 2); !errors.Is(err, fault.Invalid) {
			t.Errorf("a second appeal beside the first: %v", err)
		}
		if err := appeal("court", step, track.NewAppeal{On: w.Today(), Result: "lodged"}, 2); !errors.Is(err, fault.Invalid) {
			t.Errorf("no result: %v", err)
		}
		if err := appeal("court", step, track.NewAppeal{On: w.Today(), Result: "overturned"}, 2); err != nil {
			t.Fatal(err)
		}
		lane := laneOf(t, w, "auditoraat", id, "criminal")
		last := lane.Steps[len(lane.Steps)-1]
		if lane.State != "not_identified" || len(last.Appeals) != 2 || last.Appeals[0].What != "lodged" || last.Appeals[1].What != "overturned" || len(lane.Appeal) != 1 {
			t.Errorf("the track: %+v", lane)
		}
		told := func(who, code string) (found int) {
			t.Helper()
			list, err := w.Notices.List(w.As(who), notice.Open, gate.Cursor{})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range list.Items {
				if n.Code == code {
					found++
				}
			}
			return found
		}
		if told("auditoraat", "track_appeal_ended") != 1 || told("rsz", "track_appealed")+told("rsz", "track_appeal_ended") != 0 {
			t.Error("who decided is not told of the result, or who leads is told of the decision")
		}
		if err := w.Database.Write(t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE track_appeal SET what = 'upheld' WHERE file_id = :id`, database.Args{"id": id})
			return err
		}); err == nil {
			t.Error("a result was overwritten")
		}
	})
}

// TestAppealTerm_runsFromARefusalOfStay: by the pack's term, until an appeal is lodged or somebody says that none will
// be: the law may count from a later day than the decision, so the program closes no door by itself. A refusal that is struck had none.
func TestAppealTerm_runsFromARefusalOfStay(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		refused := func() (id, step string) {
			id = scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
			move(t, w, "dvz", id, reflection)
			return id, move(t, w, "dvz", id, track.New{Track: "residence", To: "ended_refused", On: w.Today(), Confirmed: []string{"third_country"}})
		}
		term := func(id string) (found clock.Clock) {
			t.Helper()
			list, err := w.Clocks.OfFile(w.As("dvz"), id)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list.Items {
				if c.Rule == "be.appeal.residence" {
					found = c
				}
			}
			return found
		}
		lodged, step := refused()
		if c := term(lodged); c.State != clock.Runs || c.DueOn != w.Today().AddDays(30) {
			t.Fatalf("the term is %+v", c)
		}
		if err := w.Tracks.Appeal(w.As("dvz"), lodged, step, track.NewAppeal{On: w.Today()}, 1, ""); err != nil {
			t.Fatal(err)
		}
		if c := term(lodged); c.State != clock.Ended || c.EndReason != "answered" {
			t.Errorf("with the appeal the term is %+v", c)
		}
		struck, wrong := refused()
		if err := w.Tracks.Strike(w.As("dvz"), struck, wrong, track.NewStrike{Reason: "wrong_person"}, laneOf(t, w, "dvz", struck, "residence").Version, ""); err != nil {
			t.Fatal(err)
		}
		if c := term(struck); c.State != clock.Ended || c.EndReason != "mistake" {
			t.Errorf("with the strike the term is %+v", c)
		}
		passed, _ := refused()
		w.Advance(40 * 24 * time.Hour)
		if err := w.Clocks.Tidy(w.AsProgram()); err != nil {
			t.Fatal(err)
		}
		c := term(passed)
		if c.State != clock.Runs {
			t.Errorf("after its last day the term is %+v", c)
		}
		if err := w.Clocks.End(w.As("dvz"), c.ID, c.Version, w.Today(), "term_over"); err != nil {
			t.Fatal(err)
		}
		if c := term(passed); c.State != clock.Ended || c.EndReason != "term_over" {
			t.Errorf("it ended as %+v", c)
		}
	})
}

// TestAppeal_standsInTheTimeline, lodged and answered, for who sees the decision in full and for nobody else.
func TestAppeal_standsInTheTimeline(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := scene(w, section.Values{"family_name": "Nguyen", "birth_date": "1990-05-06", "citizenships": "VN"})
		var step string
		for i, m := range []struct{ who, to string }{{"fgp", "reported"}, {"auditoraat", "not_identified"}} {
			made, err := w.Tracks.Move(w.As(m.who), id, track.New{Track: "criminal", To: m.to, On: w.Today()}, int64(i+1), "")
			if err != nil {
				t.Fatal(err)
			}
			step = made
		}
		told := func(who string) (whats []string) {
			line, err := w.Journal.Timeline(w.As(who), gate.Victim, id, gate.Cursor{})
			if err != nil {
				t.Fatalf("%s: %v", who, err)
			}
			for _, e := range line.Events {
				if e.Words == "journal.event.appeal" {
					whats = append(whats, fmt.Sprint(e.Args["What"], " ", e.Args["Track"], " ", e.Args["State"]))
				}
			}
			return whats
		}
		if got := told("auditoraat"); len(got) != 0 {
			t.Errorf("before: %v", got)
		}
		for i, n := range []track.NewAppeal{{On: w.Today()}, {On: w.Today(), Result: "overturned"}} {
			w.Advance(time.Minute)
			if err := w.Tracks.Appeal(w.As("auditoraat"), id, step, n, int64(i+1), ""); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{"track.appeal_what.overturned track.track.criminal track.state.criminal.not_identified",
			"track.appeal_what.lodged track.track.criminal track.state.criminal.not_identified"}
		for _, who := range []string{"auditoraat", "fgp", "court"} {
			if got := told(who); !slices.Equal(got, want) {
				t.Errorf("%s: %v", who, got)
			}
		}
		for _, who := range []string{"payoke", "rsz", "dvz"} { // who sees no more of it than that proceedings are open
			if got := told(who); len(got) != 0 {
				t.Errorf("%s is told %v", who, got)
			}
		}
		page := string(w.Serve(t).SignIn("auditoraat").Get("/victims/" + id + "/timeline").Want(200).Body)
		if strings.Contains(page, "journal.event.appeal") || strings.Contains(page, "track.appeal_what") || !strings.Contains(page, "Beslissing vernietigd") {
			t.Error("the page does not say it in words")
		}
	})
}
