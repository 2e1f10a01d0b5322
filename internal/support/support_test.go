package support_test

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/support"
	"relais/internal/testkit"
)

// scene is a case of the inspection with a victim whom a shelter took in; police and the immigration office are on the team.
type scene struct {
	*testkit.World
	victimID string
}

func setUp(w *testkit.World) *scene {
	s := &scene{World: w}
	caseID := w.OpenCase("rsz")
	s.victimID = w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "birth_date": "2001-05-05"})
	w.AddToTeam("rsz", caseID, "be.fgp")
	w.AddToTeam("rsz", caseID, "be.dvz")
	w.Refer("fgp", s.victimID, "be.payoke", "payoke", "identity", "risk_level")
	return s
}

func TestSupport_fromSafeContactToAnOutcome(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := setUp(w)
		s.saysHowToReachThePerson(t)
		s.weighsTheRisk(t)
		s.walksANeed(t)
		s.tells(t)
		s.refusesBadInput(t)
		s.liesSealed(t)
		s.listsOldNeeds(t)
		for _, stranger := range []string{"cosm", "avim", "rsz.other"} {
			_, err := s.Support.Show(s.As(stranger), s.victimID)
			wants(t, err, fault.NotFound, stranger+" shows")
			_, err = s.Support.Note(s.As(stranger), s.victimID, support.New{Service: "medical"}, "")
			wants(t, err, fault.NotFound, stranger+" notes")
		}
	})
}

func (s *scene) saysHowToReachThePerson(t *testing.T) {
	s.Write("payoke", s.victimID, authz.SafeContact, "consent", section.Values{"do_not": "Never after seven", "code_word": "bluebird",
		"mobile_phone": "+32470123456", "channels": "message", "checked_on": "2026-03-01", "safe_until": "2026-04-01"})
	page := string(s.Serve(t).SignIn("payoke").Get("/victims/" + s.victimID).Want(200).Body)
	warning, phone := strings.Index(page, "Never after seven"), strings.Index(page, "32470123456")
	if warning < 0 || phone < warning || strings.Index(page, "bluebird") > phone {
		t.Errorf("the page shows the number (%d) before how the person may be reached (%d)", phone, warning)
	}
	if view := s.show(t, "fgp"); view.Contact.Open || len(view.Contact.Entries) > 0 {
		t.Errorf("police read the safe contact without consent: %+v", view.Contact)
	}
	if got := s.rules(t, "contact_review"); !slices.Equal(got, []moment.Time{moment.Date("2026-04-01").EndOf()}) {
		t.Errorf("to agree again: %v", got)
	}
}

func (s *scene) weighsTheRisk(t *testing.T) {
	first := s.Write("payoke", s.victimID, authz.RiskLevel, "legal_task", section.Values{"level": "high", "assessed_on": "2026-03-01", "review_on": "2026-03-20"})
	s.Write("fgp", s.victimID, authz.RiskLevel, "legal_task", section.Values{"level": "low", "assessed_on": "2026-03-02"})
	view := s.show(t, "payoke")
	if r := view.Weighed; r.Highest != "high" || !r.Differ || len(r.Rows) != 2 || r.Rows[0].Kind != authz.RolePolice || r.Review != "2026-03-20" {
		t.Errorf("%+v", r)
	}
	if r := s.show(t, "dvz").Weighed; r.Highest != "high" || len(r.Rows) != 0 || r.Differ || r.Review != "" {
		t.Errorf("the immigration office learns more than the level: %+v", r)
	}
	if got := s.rules(t, "risk_review"); !slices.Equal(got, []moment.Time{moment.Date("2026-03-20").EndOf()}) {
		t.Errorf("to assess again: %v", got)
	}
	d := testkit.Draft(section.Values{"level": "low", "assessed_on": "2026-03-02", "review_on": "2026-06-20"})
	must(s.Entries.Change(s.As("payoke"), first, 1, d))(t)
	if got := s.rules(t, "risk_review"); !slices.Equal(got, []moment.Time{moment.Date("2026-06-20").EndOf()}) {
		t.Errorf("to assess again after the change: %v", got)
	}
	if r := s.show(t, "payoke").Weighed; r.Differ || r.Highest != "low" {
		t.Errorf("both say low: %+v", r)
	}
	told := 0
	for _, n := range must(s.Notices.List(s.As("rsz"), notice.Open, gate.Cursor{}))(t).Items {
		if n.Code == "risk_assessed" {
			told++
		}
	}
	if told != 3 {
		t.Errorf("who leads the file was told %d times, want 3", told)
	}
}

func (s *scene) walksANeed(t *testing.T) {
	n := support.New{Service: "legal_aid", NotedOn: "2026-02-27", ReviewOn: "2026-03-09", Note: "Asked for a lawyer SECRETWORD."}
	id := must(s.Support.Note(s.As("payoke"), s.victimID, n, "once"))(t)
	if again := must(s.Support.Note(s.As("payoke"), s.victimID, n, "once"))(t); again != id {
		t.Error("sent twice it is two needs")
	}
	if _, err := s.Support.Note(s.As("payoke.second"), s.victimID, n, ""); fault.KindOf(err) != fault.Refused {
		t.Errorf("who is no care professional notes a need: %v", err)
	}
	if view := must(s.Support.Show(s.As("payoke.second"), s.victimID))(t); len(view.Needs) != 1 || view.Needs[0].CanMove {
		t.Errorf("the colleague: %+v", view.Needs)
	}
	for _, other := range []string{"fgp", "rsz", "dvz"} {
		if view := s.show(t, other); len(view.Needs) > 0 || view.Plan.Open {
			t.Errorf("%s sees the needs: %+v", other, view.Needs)
		}
		_, err := s.Support.Need(s.As(other), s.victimID, id)
		wants(t, err, fault.NotFound, other+" opens the need")
	}
	referral := s.referral(t)
	s.move(t, id, 1, support.Change{State: support.Asked, On: "2026-03-01", ReferralID: referral, ReviewOn: "2026-03-16"})
	s.move(t, id, 2, support.Change{State: support.Given, Note: "First meeting."})
	wants(t, s.Support.Move(s.As("payoke"), s.victimID, id, 2, support.Change{State: support.Met, Outcome: "reached"}), fault.Conflict, "a stale tab")
	s.move(t, id, 3, support.Change{State: support.Met, Outcome: "reached"})
	view := must(s.Support.Need(s.As("payoke"), s.victimID, id))(t)
	if len(view.Steps) != 4 || view.Steps[1].Note != "First meeting." || view.Steps[3].Note != n.Note || view.Steps[3].Author == "" {
		t.Errorf("%+v", view.Steps)
	}
	line := s.show(t, "payoke").Needs[0]
	if line.State != support.Met || line.Outcome != "reached" || line.Referral == nil || line.Referral.ToAgency != "Balie Antwerpen" {
		t.Errorf("request, referral and outcome on one line: %+v", line)
	}
	if got := s.rules(t, "need_review"); len(got) != 0 {
		t.Errorf("a met need still asks for a look: %v", got)
	}
}

// tells: the timeline tells what happened to a need to who may read it, and to nobody else.
func (s *scene) tells(t *testing.T) {
	count := func(who string) (found int) {
		page := must(s.Journal.Timeline(s.As(who), gate.Victim, s.victimID, gate.Cursor{}))(t)
		for _, e := range page.Events {
			if e.Kind == "need" {
				found++
			}
		}
		return found
	}
	if own, police := count("payoke.second"), count("fgp"); own < 4 || police != 0 {
		t.Errorf("the shelter's timeline has %d steps of needs, that of the police %d", own, police)
	}
}

func (s *scene) referral(t *testing.T) string {
	return must(s.Sharing.Refer(s.As("payoke"), s.victimID, sharing.NewReferral{DeskID: s.Place("be.advocaat").Desks[0], Sections: []string{"identity"},
		Urgency: sharing.Urgent, Reason: "legal_aid", Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}, ""))(t)
}

func (s *scene) refusesBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		n     support.New
		field string
	}{
		"no service":      {support.New{}, "service"},
		"an unknown one":  {support.New{Service: "gold"}, "service"},
		"in the future":   {support.New{Service: "medical", NotedOn: "2026-12-01"}, "noted_on"},
		"no day":          {support.New{Service: "medical", NotedOn: "2026-02-30"}, "noted_on"},
		"before birth":    {support.New{Service: "medical", NotedOn: "2000-12-31"}, "noted_on"},
		"a past review":   {support.New{Service: "medical", ReviewOn: "2026-01-01"}, "review_on"},
		"too far":         {support.New{Service: "medical", ReviewOn: "2036-01-01"}, "review_on"},
		"a control":       {support.New{Service: "medical", Note: "a\x00b"}, "note"},
		"too long a note": {support.New{Service: "medical", Note: strings.Repeat("a", 2001)}, "note"},
	} {
		_, err := s.Support.Note(s.As("payoke"), s.victimID, c.n, "")
		wantsField(t, err, c.field, name)
	}
	id := must(s.Support.Note(s.As("payoke"), s.victimID, support.New{Service: "medical"}, ""))(t)
	for name, c := range map[string]struct {
		c     support.Change
		field string
	}{
		"no state":                {support.Change{}, "state"},
		"before it began":         {support.Change{State: support.Asked, On: "2026-03-01"}, "on"},
		"in the future":           {support.Change{State: support.Asked, On: "2026-03-09"}, "on"},
		"an end without outcome":  {support.Change{State: support.Met}, "outcome"},
		"an outcome of another":   {support.Change{State: support.Met, Outcome: "declined"}, "outcome"},
		"an outcome too early":    {support.Change{State: support.Given, Outcome: "reached"}, "outcome"},
		"a referral from nowhere": {support.Change{State: support.Asked, ReferralID: gate.NewID()}, "referral_id"},
	} {
		wantsField(t, s.Support.Move(s.As("payoke"), s.victimID, id, 1, c.c), c.field, name)
	}
	s.move(t, id, 1, support.Change{State: support.Dropped, Outcome: "declined"})
	wantsField(t, s.Support.Move(s.As("payoke"), s.victimID, id, 2, support.Change{State: support.Given}), "state", "from an end")
	if view := must(s.Support.Need(s.As("payoke"), s.victimID, id))(t); len(view.Steps) != 2 {
		t.Errorf("something refused was stored: %+v", view.Steps)
	}
}

// liesSealed: words lie under the file's keys, and no step is changed or taken away.
func (s *scene) liesSealed(t *testing.T) {
	err := s.Database.Write(t.Context(), func(tx *database.Tx) error {
		var notes [][]byte
		if err := tx.Select(&notes, `SELECT note FROM need_step WHERE note IS NOT NULL`, nil); err != nil {
			return err
		}
		for _, note := range notes {
			if strings.Contains(string(note), "SECRETWORD") {
				t.Error("a note lies in clear")
			}
		}
		if len(notes) == 0 {
			t.Error("no note was stored")
		}
		_, err := tx.Exec(`UPDATE need_step SET outcome = 'x'`, nil)
		return err
	})
	if err == nil {
		t.Error("a step was changed")
	}
}

func (s *scene) listsOldNeeds(t *testing.T) {
	id := must(s.Support.Note(s.As("payoke"), s.victimID, support.New{Service: "housing", NotedOn: "2026-01-29"}, ""))(t)
	must(s.Support.Note(s.As("payoke"), s.victimID, support.New{Service: "work", NotedOn: "2026-01-31"}, ""))(t)
	list := must(s.Support.List(s.As("payoke"), gate.Cursor{}))(t)
	if len(list.Needs) != 1 || list.Needs[0].ID != id || list.Needs[0].Reference == "" || !list.Needs[0].Old(list.Today) {
		t.Errorf("%+v", list.Needs)
	}
	for _, other := range []string{"fgp", "rsz", "cosm", "payoke.lead"} {
		if list := must(s.Support.List(s.As(other), gate.Cursor{}))(t); len(list.Needs) > 0 {
			t.Errorf("%s lists %+v", other, list.Needs)
		}
	}
}

func (s *scene) show(t *testing.T, who string) support.View {
	t.Helper()
	return must(s.Support.Show(s.As(who), s.victimID))(t)
}

func (s *scene) move(t *testing.T, id string, version int64, c support.Change) {
	t.Helper()
	if err := s.Support.Move(s.As("payoke"), s.victimID, id, version, c); err != nil {
		t.Fatal(err)
	}
}

// rules are the days on which the open tasks of a rule are due.
func (s *scene) rules(t *testing.T, rule string) (due []moment.Time) {
	t.Helper()
	err := s.Database.Read(t.Context(), func(tx *database.Tx) error {
		return tx.Select(&due, `SELECT due_at FROM task WHERE rule = :rule AND file_id = :file AND state = 'open'`,
			database.Args{"rule": rule, "file": s.victimID})
	})
	if err != nil {
		t.Fatal(err)
	}
	return due
}

func wants(t *testing.T, err error, kind fault.Kind, what string) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Errorf("%s: want %s, got %v", what, kind, err)
	}
}

func wantsField(t *testing.T, err error, field, what string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.FieldFault) bool { return x.Name == field }) {
		t.Errorf("%s: want a fault at %s, got %v", what, field, err)
	}
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}
