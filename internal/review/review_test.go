package review_test

import (
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/review"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

const day = 24 * time.Hour

// scene is a case of the inspection with a victim file, and a shelter that has a place in its team since before the quarter.
type scene struct {
	*testkit.World
	t                      *testing.T
	caseID, victim, member string
}

func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := &scene{World: w, t: t, caseID: w.OpenCase("rsz")}
		s.victim = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
		s.member = w.AddToTeam("rsz", s.caseID, "be.payoke")
		test(t, s)
	})
}

// nextQuarter lets time pass into the quarter after the one in which the scene began, the second day of March.
func (s *scene) nextQuarter() { s.Advance(34 * day) }

func (s *scene) list(who string) review.List {
	s.t.Helper()
	list, err := s.Reviews.List(s.As(who), gate.Cursor{})
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

func (s *scene) decide(who string, version int64, d review.Decision) error {
	return s.Reviews.Decide(s.As(who), s.member, version, d)
}

func (s *scene) wants(err error, kind fault.Kind, what string) {
	s.t.Helper()
	if fault.KindOf(err) != kind {
		s.t.Errorf("%s: want %s, got %v", what, kind, err)
	}
}

func (s *scene) tidy() {
	s.t.Helper()
	if err := s.Reviews.Tidy(s.AsProgram()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) sees(who string) bool {
	s.t.Helper()
	_, err := s.Victims.Show(s.As(who), s.victim)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		s.t.Fatal(err)
	}
	return err == nil
}

// TestList_isForTheDeskThatGave: in the quarter after the one in which access was given, it stands with the desk that gave it, once, with
// what hangs on it; nobody else learns that there is something to review.
func TestList_isForTheDeskThatGave(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		if list := s.list("rsz"); len(list.Lines) != 0 {
			t.Errorf("in the quarter in which it was given: %+v", list.Lines)
		}
		s.nextQuarter()
		list := s.list("rsz")
		if len(list.Lines) != 1 || list.Lines[0].GrantID != s.member || list.Quarter.String() != "2026-Q2" || list.Audits {
			t.Fatalf("the desk that leads has %+v", list)
		}
		for _, who := range []string{"payoke", "fgp", "cosm", "rsz.auditor"} {
			if list := s.list(who); len(list.Lines) != 0 {
				t.Errorf("%s is told %+v", who, list.Lines)
			}
			_, err := s.Reviews.Show(s.As(who), s.member)
			s.wants(err, fault.NotFound, who+" looks")
			s.wants(s.decide(who, 1, review.Decision{}), fault.NotFound, who+" decides")
		}
	})
}

// TestList_isOfWhoGaveIt: whom the shelter let in is the shelter's to review, and not for the lead to send away; the shelter decides.
func TestList_isOfWhoGaveIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.Refer("payoke", s.victim, "be.pagasa", "pagasa", "identity")
		s.Refer("rsz", s.victim, "be.payoke", "payoke", "identity") // the desk sees the file twice, and reviews once
		s.nextQuarter()
		s.tidy()
		if list := s.list("payoke"); len(list.Lines) != 1 || list.Lines[0].GrantID != id || s.Heard("payoke", "review.due") != 1 {
			t.Errorf("the shelter reviews %+v, and was asked %d times", list.Lines, s.Heard("payoke", "review.due"))
		}
		for _, l := range s.list("rsz").Lines {
			if l.GrantID == id {
				t.Error("the lead reviews what the shelter gave")
			}
		}
		if len(s.list("pagasa").Lines) != 0 || s.Heard("pagasa", "review.due") != 0 {
			t.Error("who has it reviews it")
		}
		for _, who := range []string{"rsz", "pagasa", "fgp", "cosm"} {
			_, err := s.Reviews.Show(s.As(who), id)
			s.wants(err, fault.NotFound, who+" looks")
			s.wants(s.Reviews.Decide(s.As(who), id, 1, review.Decision{}), fault.NotFound, who+" ends what the shelter gave")
		}
		s.Advance(31 * day)
		s.tidy()
		if list := s.list("payoke.auditor"); len(list.Tallies) != 1 || list.Tallies[0].Open != 1 || s.Heard("payoke.auditor", "review.missed") != 1 {
			t.Errorf("the shelter's auditor reads %+v", list.Tallies)
		}
		view, err := s.Reviews.Show(s.As("payoke"), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Reviews.Decide(s.As("payoke"), id, view.Version, review.Decision{}); err != nil || s.sees("pagasa") {
			t.Errorf("the shelter ends it: %v, and the second one sees the file: %v", err, s.sees("pagasa"))
		}
		s.wants(s.Reviews.Decide(s.As("payoke"), id, view.Version, review.Decision{}), fault.Conflict, "a second time")
	})
}

// TestList_fallsToTheLead where who gave it no longer sees the file: nothing that is shared is in nobody's review.
func TestList_fallsToTheLead(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.Refer("payoke", s.victim, "be.pagasa", "pagasa", "identity")
		s.nextQuarter()
		if err := s.decide("rsz", 1, review.Decision{}); err != nil { // the shelter leaves the team
			t.Fatal(err)
		}
		if list := s.list("payoke"); len(list.Lines) != 0 {
			t.Errorf("who is gone reviews %+v", list.Lines)
		}
		if list := s.list("rsz"); len(list.Lines) != 1 || list.Lines[0].GrantID != id {
			t.Fatalf("the lead reviews %+v", list.Lines)
		}
		keep := review.Decision{Keep: true, Reason: "support_continues"}
		if err := s.Reviews.Decide(s.As("rsz"), id, s.list("rsz").Lines[0].Version, keep); err != nil || !s.sees("pagasa") {
			t.Errorf("the lead keeps it: %v, and the second shelter sees the file: %v", err, s.sees("pagasa"))
		}
	})
}

// TestList_holdsSingleEntriesOfOthers: what the lead passed on of another agency alone is the lead's to review, who sees which section it is.
func TestList_holdsSingleEntriesOfOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.AddToTeam("rsz", s.caseID, "be.fgp")
		theirs := s.Write("fgp", s.victim, authz.Exploitation, "legal_task", section.Values{"exploitation_place": "Zelzate"})
		offer := sharing.NewReferral{DeskID: s.Place("be.auditoraat").Desks[0], Sections: []string{"exploitation"}, Entries: []string{theirs}, Urgency: sharing.Urgent,
			Reason: "investigation", Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}
		id, err := s.Sharing.Refer(s.As("rsz"), s.victim, offer, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Sharing.Accept(s.As("auditoraat"), id, 1); err != nil {
			t.Fatal(err)
		}
		s.nextQuarter()
		view, err := s.Reviews.Show(s.As("rsz"), id)
		if err != nil || !view.Sections.Has(authz.Exploitation) || len(view.OnlyOf.Entries(authz.Exploitation)) != 1 {
			t.Errorf("the lead reads %+v (%v)", view.Line, err)
		}
		s.wants(s.Reviews.Decide(s.As("fgp"), id, view.Version, review.Decision{}), fault.NotFound, "who wrote it and gave nothing")
	})
}

// TestDecide_keepsForAReasonOnce: the access stays as it was, the review is recorded, and who comes second learns that it was done. The
// next quarter asks again.
func TestDecide_keepsForAReasonOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.nextQuarter()
		s.wants(s.decide("rsz", 1, review.Decision{Keep: true}), fault.Invalid, "without a reason")
		s.wants(s.decide("rsz", 1, review.Decision{Keep: true, Reason: "habit"}), fault.Invalid, "for a reason that is none")
		s.wants(s.decide("rsz", 7, review.Decision{}), fault.Conflict, "from a stale page")
		keep := review.Decision{Keep: true, Reason: "support_continues"}
		if err := s.decide("rsz", 1, keep); err != nil {
			t.Fatal(err)
		}
		s.wants(s.decide("rsz", 1, review.Decision{}), fault.Conflict, "a second time")
		if list := s.list("rsz"); len(list.Lines) != 0 || !s.sees("payoke") {
			t.Errorf("afterwards %+v, and the shelter sees the file: %v", list.Lines, s.sees("payoke"))
		}
		if got := s.Heard("payoke", "review.ended"); got != 0 {
			t.Error("the shelter was told of an end")
		}
		grant, err := s.Sharing.Grant(s.As("rsz"), s.member)
		if err != nil || grant.State != "live" {
			t.Errorf("the grant is %+v (%v)", grant.Holding, err)
		}
	})
}

// TestDecide_endsWithAllThatHangsOnIt: at once, on the victim file too, and who had it is told.
func TestDecide_endsWithAllThatHangsOnIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.nextQuarter()
		if !s.sees("payoke") {
			t.Fatal("the shelter has no access before the review")
		}
		if err := s.decide("rsz", 1, review.Decision{}); err != nil {
			t.Fatal(err)
		}
		if s.sees("payoke") || s.Heard("payoke", "review.ended") != 1 {
			t.Errorf("the shelter sees the file: %v, and was told %d times", s.sees("payoke"), s.Heard("payoke", "review.ended"))
		}
	})
}

// TestDecide_keepsNothingBeyondTheCeilingOfTheDay: what may no longer be given for so long is ended, not kept.
func TestDecide_keepsNothingBeyondTheCeilingOfTheDay(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		at := s.Place("be.rsz")
		boss, err := s.Agencies.Appoint(s.AsProgram(), at.ID, agency.NewWorker{Given: "Ada", Family: "Boss", Email: "boss@example.org", Language: "en",
			Hold: []string{at.Roles[agency.Administrator]}, Desks: at.Desks[:1]})
		if err != nil {
			t.Fatal(err)
		}
		s.nextQuarter()
		actor := authz.Actor{WorkerID: boss, AgencyID: at.ID, AAL: 2, SessionID: "test-session"}
		admin := gate.WithCaller(t.Context(), gate.Caller{Actor: actor, SteppedAt: s.Now()})
		now, _, err := s.Agencies.Ceiling(admin, "shelter")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Agencies.SetCeiling(admin, agency.NewCeiling{Kind: "shelter", Sections: []string{"identity"}, Days: 10, TeamDays: 10}, now.Version); err != nil {
			t.Fatal(err)
		}
		view, err := s.Reviews.Show(s.As("rsz"), s.member)
		if err != nil || !view.TooLong {
			t.Errorf("the page says %+v (%v)", view, err)
		}
		err = s.decide("rsz", 1, review.Decision{Keep: true, Reason: "support_continues"})
		if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Key != "review.beyond" {
			t.Errorf("kept: %v", err)
		}
		if err := s.decide("rsz", 1, review.Decision{}); err != nil {
			t.Error(err)
		}
	})
}

// TestTidy_givesThirtyDaysFromWhenItAsked: a program that first runs late in a quarter has told nobody yet.
func TestTidy_givesThirtyDaysFromWhenItAsked(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.nextQuarter()
		s.Advance(40 * day)
		s.tidy()
		if s.Heard("rsz", "review.due") != 1 || s.Heard("rsz.auditor", "review.missed") != 0 {
			t.Error("the desk was not asked, or is late at once")
		}
		if list := s.list("rsz"); list.DueAt <= s.Now() {
			t.Errorf("due at %s", list.DueAt)
		}
		s.Advance(10 * day)
		s.tidy()
		if s.Heard("rsz.auditor", "review.missed") != 0 {
			t.Error("the auditor was told before thirty days had passed")
		}
	})
}

// TestTidy_asksOnceAndTellsTheAuditorsOfTheRest: each desk at the beginning of the quarter, the auditors after thirty days, with numbers
// and no file.
func TestTidy_asksOnceAndTellsTheAuditorsOfTheRest(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.tidy()
		if s.Heard("rsz", "review.due") != 0 {
			t.Error("asked although nothing is older than the quarter")
		}
		s.nextQuarter()
		s.tidy()
		s.tidy()
		if got := s.Heard("rsz", "review.due"); got != 1 {
			t.Errorf("the desk was asked %d times", got)
		}
		if s.Heard("payoke", "review.due") != 0 || s.Heard("rsz.auditor", "review.missed") != 0 {
			t.Error("somebody else was asked, or the auditor told too early")
		}
		s.Advance(31 * day)
		s.tidy()
		s.tidy()
		if got := s.Heard("rsz.auditor", "review.missed"); got != 1 {
			t.Errorf("the auditor was told %d times", got)
		}
		list := s.list("rsz.auditor")
		if !list.Audits || len(list.Tallies) != 1 || list.Tallies[0].Open != 1 || list.Tallies[0].Done != 0 || list.Tallies[0].Desk == "" {
			t.Fatalf("the auditor reads %+v", list.Tallies)
		}
		if err := s.decide("rsz", 1, review.Decision{Keep: true, Reason: "support_continues"}); err != nil {
			t.Fatal(err)
		}
		if list := s.list("rsz.auditor"); len(list.Tallies) != 1 || list.Tallies[0].Open != 0 || list.Tallies[0].Done != 1 {
			t.Errorf("afterwards the auditor reads %+v", list.Tallies)
		}
	})
}

// TestPages_areFilledInAndSaved walks the page and the JSON of the review.
func TestPages_areFilledInAndSaved(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.nextQuarter()
		site := s.Serve(t)
		c := site.SignIn("rsz")
		if page := string(c.Get("/reviews").Want(200).Body); !strings.Contains(page, "/reviews/"+s.member) {
			t.Error("the list does not lead to the grant")
		}
		c.Get("/reviews/" + s.member).Want(200)
		c.PostForm("/reviews/"+s.member, testkit.Fields("version", "1", "decision", "keep")).Want(422)
		c.PostForm("/reviews/"+s.member, testkit.Fields("version", "1", "decision", "keep", "reason", "file_open")).Want(303)
		site.SignIn("payoke").Get("/reviews/" + s.member).Want(404)
		k := site.Key("rsz")
		k.JSON("POST", "/api/v1/reviews/"+s.member, map[string]string{"decision": "end"}, "If-Match", `"v1"`).Want(409)
		k.JSON("POST", "/api/v1/reviews/"+s.member, map[string]string{"decision": "end"}).Want(428)
		if body := string(k.Get("/api/v1/reviews").Want(200).Body); !strings.Contains(body, `"items":[]`) {
			t.Error(body)
		}
	})
}

// TestQuarter_isOfTheCalendarInBrussels: its first instant is midnight there.
func TestQuarter_isOfTheCalendarInBrussels(t *testing.T) {
	for text, want := range map[string]string{"2026-03-31T21:59:59Z": "2026-Q1", "2026-03-31T22:00:00Z": "2026-Q2", "2026-12-31T23:00:00Z": "2027-Q1",
		"2026-06-30T12:00:00Z": "2026-Q2", "2026-07-01T12:00:00Z": "2026-Q3"} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		q := review.QuarterOf(moment.Of(at))
		if q.String() != want || q.Begins() > moment.Of(at) {
			t.Errorf("%s is in %s, which begins at %v", text, q, q.Begins())
		}
	}
}
