package breach_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"relais/internal/breach"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/restriction"
	"relais/internal/section"
	"relais/internal/testkit"
)

// scene is a victim file of the inspection that Payoke has by a place in the team; Payoke loses a telephone.
type scene struct {
	*testkit.World
	t              *testing.T
	caseID, victim string
}

func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := &scene{World: w, t: t, caseID: w.OpenCase("rsz")}
		s.victim = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
		w.AddToTeam("rsz", s.caseID, "be.payoke")
		test(t, s)
	})
}

func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// reference is by which somebody's agency knows a file.
func (s *scene) reference(who, fileID string) string {
	s.t.Helper()
	return must(s.Victims.Show(s.As(who), fileID))(s.t).File.Reference
}

// known is a breach that became known so long ago, and nothing more.
func (s *scene) known(ago time.Duration) breach.New {
	return breach.New{Kind: "device_lost", KnownAt: s.Now().Add(-ago), Authority: breach.Pending, Subjects: breach.Undecided,
		Texts: breach.Texts{Story: "A telephone was left on a train."}}
}

func (s *scene) record(who string, n breach.New) string {
	s.t.Helper()
	return must(s.Breaches.Record(s.As(who), n, ""))(s.t)
}

func (s *scene) wants(err error, kind fault.Kind, what string) {
	s.t.Helper()
	if fault.KindOf(err) != kind {
		s.t.Errorf("%s: want %s, got %v", what, kind, err)
	}
}

func (s *scene) heard(who, code string) (count int) {
	s.t.Helper()
	for _, n := range must(s.Notices.List(s.As(who), notice.Open, gate.Cursor{}))(s.t).Items {
		if n.Code == code {
			count++
		}
	}
	return count
}

func (s *scene) tidy() {
	s.t.Helper()
	if err := s.Breaches.Tidy(s.AsProgram()); err != nil {
		s.t.Fatal(err)
	}
}

// TestRecord_isForWhoAnswersForTheAgency: supervisors and administrators record, the auditor reads, and to everybody else, at home and
// elsewhere, there is nothing.
func TestRecord_isForWhoAnswersForTheAgency(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.record("payoke.lead", s.known(time.Hour))
		s.record("payoke.admin", s.known(2*time.Hour))
		for _, who := range []string{"payoke.lead", "payoke.admin", "payoke.auditor"} {
			if v, err := s.Breaches.Show(s.As(who), id); err != nil || v.Texts.Story != "A telephone was left on a train." || v.By == "" {
				t.Errorf("%s reads %+v, %v", who, v.Texts, err)
			}
			if list, err := s.Breaches.List(s.As(who), breach.BoxOpen, gate.Cursor{}); err != nil || len(list.Items) != 2 {
				t.Errorf("%s has %d in the list, %v", who, len(list.Items), err)
			}
		}
		for _, who := range []string{"payoke", "rsz", "rsz.head", "rsz.auditor", "cosm", "spj"} {
			_, err := s.Breaches.Show(s.As(who), id)
			s.wants(err, fault.NotFound, who+" shows")
			s.wants(s.Breaches.Correct(s.As(who), id, 1, s.known(0)), fault.NotFound, who+" corrects")
		}
		for _, who := range []string{"payoke", "payoke.auditor", "rsz.auditor", "cosm"} {
			_, err := s.Breaches.Record(s.As(who), s.known(0), "")
			s.wants(err, fault.NotFound, who+" records")
		}
		s.wants(s.Breaches.Correct(s.As("payoke.auditor"), id, 1, s.known(0)), fault.NotFound, "the auditor corrects")
		if list := must(s.Breaches.List(s.As("rsz.head"), breach.BoxOpen, gate.Cursor{}))(t); len(list.Items) != 0 {
			t.Errorf("another agency lists %d", len(list.Items))
		}
	})
}

// TestClock_runsFromWhenItBecameKnown: 72 hours by the rule pack, a reminder a day before, the supervisors and the auditors when it is
// over, each once; another end is another clock, and what was told has none.
func TestClock_runsFromWhenItBecameKnown(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.record("payoke.lead", s.known(2*time.Hour))
		v := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
		if v.DueAt != v.KnownAt.Add(72*time.Hour) || v.Overdue(s.Now()) {
			t.Fatalf("due at %s", v.DueAt)
		}
		if s.heard("payoke.lead", "breach_recorded") != 1 || s.heard("payoke.auditor", "breach_recorded") != 1 || s.heard("payoke", "breach_recorded") != 0 {
			t.Error("who answers for the agency was not told, or somebody else")
		}
		s.Advance(45 * time.Hour)
		s.tidy()
		if s.heard("payoke.lead", "breach_due") != 0 {
			t.Error("reminded too early")
		}
		s.Advance(time.Hour)
		s.tidy()
		s.tidy()
		if s.heard("payoke.lead", "breach_due") != 1 || s.heard("payoke.auditor", "breach_due") != 0 {
			t.Errorf("reminded %d times", s.heard("payoke.lead", "breach_due"))
		}
		later := v.Version
		n := s.known(0)
		n.KnownAt = v.KnownAt.Add(time.Hour) // it became known an hour later than was thought
		if err := s.Breaches.Correct(s.As("payoke.admin"), id, later, n); err != nil {
			t.Fatal(err)
		}
		s.Advance(24*time.Hour + 30*time.Minute)
		s.tidy()
		if s.heard("payoke.lead", "breach_due") != 2 || s.heard("payoke.lead", "breach_overdue") != 0 {
			t.Error("the clock did not move with the correction")
		}
		s.Advance(time.Hour)
		s.tidy()
		s.tidy()
		if s.heard("payoke.lead", "breach_overdue") != 1 || s.heard("payoke.auditor", "breach_overdue") != 1 || s.heard("rsz.head", "breach_overdue") != 0 {
			t.Error("that it is over was not told once to each")
		}
		other := s.known(time.Hour)
		other.Authority, other.ToldAt = breach.Told, s.Now()
		s.record("payoke.lead", other)
		s.Advance(100 * time.Hour)
		s.tidy()
		if s.heard("payoke.lead", "breach_overdue") != 1 {
			t.Error("what was told is missed")
		}
	})
}

// TestClock_isNotMovedInSilence: who moves an end to later is seen by the auditors, and what was told after the first end is late all the same;
// an end that comes earlier, or stays, tells nobody.
func TestClock_isNotMovedInSilence(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.record("payoke.lead", s.known(71*time.Hour))
		n := s.known(72 * time.Hour)
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, n); err != nil {
			t.Fatal(err)
		}
		if s.heard("payoke.auditor", "breach_moved") != 0 {
			t.Error("an earlier end was told as a later one")
		}
		n = s.known(0)
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 2, n); err != nil {
			t.Fatal(err)
		}
		if s.heard("payoke.auditor", "breach_moved") != 1 || s.heard("payoke.lead", "breach_moved") != 1 || s.heard("rsz.auditor", "breach_moved") != 0 {
			t.Errorf("the auditors hear of it %d times", s.heard("payoke.auditor", "breach_moved"))
		}
		s.Advance(2 * time.Hour)
		n.Authority, n.ToldAt = breach.Told, s.Now()
		err := s.Breaches.Correct(s.As("payoke.lead"), id, 3, n)
		if f, _ := fault.As(err); fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "late" {
			t.Errorf("told after the first end without a reason: %v", err)
		}
		n.Late = "It was not recognised as a breach."
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 3, n); err != nil {
			t.Fatal(err)
		}
		if s.heard("payoke.auditor", "breach_moved") != 1 {
			t.Error("an end that stays was told")
		}
	})
}

// TestClock_staysWhereTheFormSaysTheSameMinute: the form shows minutes, and what the API recorded has seconds; a form that is sent as it came
// moves nothing, and reminds of nothing again.
func TestClock_staysWhereTheFormSaysTheSameMinute(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t}
	id := s.record("payoke.lead", s.known(50*time.Hour+17*time.Second))
	s.tidy()
	v := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
	day, known := strings.Split(string(moment.DayOf(v.KnownAt)), "-"), v.KnownAt.Time().In(moment.Brussels())
	if known.Second() == 0 {
		t.Fatal("the instant has no seconds to lose")
	}
	lead := w.Serve(t).SignIn("payoke.lead")
	for version, hour := range []string{known.Format("15:04"), known.Add(time.Minute).Format("15:04")} {
		form := testkit.Fields("kind", "device_lost", "known_at.year", day[0], "known_at.month", day[1], "known_at.day", day[2], "known_hour", hour,
			"story", "A telephone was left on a train.", "authority", "pending", "subjects", "undecided")
		form.Set("version", strconv.Itoa(version+1))
		lead.PostForm("/breaches/"+id+"/correction", form).Want(303)
		s.tidy()
		next := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
		if moved := next.DueAt != v.DueAt; moved != (version == 1) || s.heard("payoke.lead", "breach_due") != 1+version {
			t.Errorf("at %s due at %s after %s, reminded %d times", hour, next.DueAt, v.DueAt, s.heard("payoke.lead", "breach_due"))
		}
	}
}

// TestCorrect_keepsWhatWasWritten: a correction is a version more, the second of two learns that somebody was first, and the rows refuse
// to be changed.
func TestCorrect_keepsWhatWasWritten(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.record("payoke.lead", s.known(time.Hour))
		told := s.known(time.Hour)
		told.Authority, told.ToldAt, told.ToldRef = breach.Told, s.Now(), "APD-2026-17"
		told.Subjects, told.SubjectsOn = breach.SubjectsTold, s.Today()
		if err := s.Breaches.Correct(s.As("payoke.admin"), id, 1, told); err != nil {
			t.Fatal(err)
		}
		err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, s.known(time.Hour))
		s.wants(err, fault.Conflict, "the second")
		f, _ := fault.As(err)
		if stale, ok := f.Detail.(gate.Stale); !ok || stale.Version != 2 || !slices.ContainsFunc(stale.Fields, func(d gate.StaleField) bool { return d.Name == "authority" }) {
			t.Errorf("the second is told %+v", f.Detail)
		}
		v := must(s.Breaches.Show(s.As("payoke.auditor"), id))(t)
		if v.Version != 2 || v.Open() || v.Texts.ToldRef != "APD-2026-17" || len(v.Before) != 1 || v.Before[0].Authority != breach.Pending {
			t.Errorf("the register holds %+v", v)
		}
		if list := must(s.Breaches.List(s.As("payoke.auditor"), breach.BoxDone, gate.Cursor{}))(t); len(list.Items) != 1 || list.Items[0].ID != id {
			t.Errorf("done are %d", len(list.Items))
		}
		s.record("payoke.lead", s.known(100*time.Hour))
		s.tidy()
		for _, statement := range []string{`UPDATE breach_version SET kind = 'other'`, `DELETE FROM breach_version`, `DELETE FROM breach`,
			`UPDATE breach_step SET at = 1`, `DELETE FROM breach_step`} {
			if err := s.Database.Write(context.Background(), func(tx *database.Tx) error { _, err := tx.Exec(statement, nil); return err }); err == nil {
				t.Errorf("%s goes through", statement)
			}
		}
	})
}

// TestFiles_areThoseOfTheAgencyAndOpenNothing: by the agency's own references alone, and whoever is excluded from one neither names it nor
// sees it named, nor takes it out of the register by a correction.
func TestFiles_areThoseOfTheAgencyAndOpenNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		n := s.known(time.Hour)
		mine := s.reference("payoke", s.victim)
		for _, reference := range []string{s.reference("rsz", s.victim), "V-0000-0000"} {
			n.References = []string{mine, reference}
			_, err := s.Breaches.Record(s.As("payoke.lead"), n, "")
			s.wants(err, fault.Invalid, "a reference of others")
		}
		n.References = []string{mine, mine}
		id := s.record("payoke.lead", n)
		v := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
		if len(v.Files) != 1 || v.Files[0].Reference != mine {
			t.Fatalf("touched are %+v", v.Files)
		}
		if len(v.Origins) != 1 || v.Origins[0].Agency != "RSZ/ONSS" || v.Origins[0].Country != "BE" {
			t.Errorf("who gave access: %+v", v.Origins)
		}
		if _, err := s.Victims.Show(s.As("payoke.lead"), s.victim); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the register opened the file: %v", err)
		}
		must(s.Limits.Exclude(s.As("payoke.admin"), restriction.NewExclusion{Reference: mine, WorkerID: s.Person("payoke.lead").ID, Reason: restriction.Reasons[0]}, ""))(t)
		if v = must(s.Breaches.Show(s.As("payoke.lead"), id))(t); len(v.Files) != 0 || len(v.Origins) != 0 {
			t.Errorf("who is excluded sees %+v, %+v", v.Files, v.Origins)
		}
		_, err := s.Breaches.Record(s.As("payoke.lead"), n, "")
		s.wants(err, fault.Invalid, "who is excluded names the file")
		n.References = nil
		s.wants(s.Breaches.Correct(s.As("payoke.lead"), id, 1, n), fault.Invalid, "who is excluded writes another story")
		story := n.Story
		n.Story, n.Authority, n.ToldAt, n.ToldRef = "", breach.Told, s.Now(), "APD-2026-18"
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, n); err != nil {
			t.Fatal(err)
		}
		n.ToldRef, n.Persons = "", 3
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 2, n); err != nil {
			t.Fatal(err)
		}
		if v = must(s.Breaches.Show(s.As("payoke.admin"), id))(t); v.Version != 3 || len(v.Files) != 1 || v.Texts.Story != story || v.Texts.ToldRef != "APD-2026-18" {
			t.Errorf("a correction by who is excluded took out the file or the words: %+v %+v", v.Files, v.Texts)
		}
		f, _ := fault.As(s.Breaches.Correct(s.As("payoke.lead"), id, 2, n))
		if stale, ok := f.Detail.(gate.Stale); !ok || slices.ContainsFunc(stale.Fields, func(d gate.StaleField) bool { return d.Name == "story" || d.Name == "told_ref" }) {
			t.Errorf("who is excluded and second is told %+v", f.Detail)
		}
	})
}

// TestWords_areWithheldFromWhoMayNotKnowTheFile: by an exclusion or a seal, of every version, on the page and in the API, also once the file was
// struck from the breach; everybody else reads on.
func TestWords_areWithheldFromWhoMayNotKnowTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		n := s.known(time.Hour)
		n.Effects, n.Measures = "The brother may have read it.", "The place of stay was changed."
		n.References = []string{s.reference("payoke", s.victim)}
		id := s.record("payoke.lead", n)
		n.References = nil
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, n); err != nil {
			t.Fatal(err)
		}
		reads := func(who string, all bool) {
			t.Helper()
			v := must(s.Breaches.Show(s.As(who), id))(t)
			if len(v.Before) != 1 || v.Withheld == all || v.Records != (who != "payoke.auditor") || (v.Texts == n.Texts) != all || (v.Before[0].Texts == n.Texts) != all ||
				!all && (v.Texts != breach.Texts{} || v.Before[0].Texts != breach.Texts{}) {
				t.Errorf("%s reads %+v and before %+v, withheld %v", who, v.Texts, v.Before, v.Withheld)
			}
		}
		reads("payoke.lead", true)
		must(s.Limits.Exclude(s.As("payoke.admin"), restriction.NewExclusion{Reference: s.reference("payoke", s.victim), WorkerID: s.Person("payoke.lead").ID,
			Reason: restriction.Reasons[0]}, ""))(t)
		reads("payoke.lead", false)
		reads("payoke.admin", true)
		reads("payoke.auditor", true)
		s.AddToTeam("rsz", s.caseID, "be.auditoraat")
		must(s.Limits.Seal(s.As("auditoraat"), gate.Victim, s.victim, "AN45/2026", ""))(t)
		for _, who := range []string{"payoke.lead", "payoke.admin", "payoke.auditor"} {
			reads(who, false)
		}
		lead := s.Serve(t).SignIn("payoke.lead")
		for _, path := range []string{"/breaches/" + id, "/breaches/" + id + "/correction", "/api/v1/breaches/" + id} {
			if body := string(lead.Get(path).Want(200).Body); strings.Contains(body, "brother") || strings.Contains(body, "place of stay") || strings.Contains(body, "on a train") {
				t.Errorf("%s gives %s", path, body)
			}
		}
	})
}

// TestCheck_refusesWhatDoesNotFit walks the rules.
func TestCheck_refusesWhatDoesNotFit(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t}
	for name, c := range map[string]struct {
		change func(n *breach.New)
		field  string
	}{
		"an unknown kind":          {func(n *breach.New) { n.Kind = "theft" }, "kind"},
		"no instant":               {func(n *breach.New) { n.KnownAt = 0 }, "known_at"},
		"known tomorrow":           {func(n *breach.New) { n.KnownAt = s.Now().Add(time.Hour) }, "known_at"},
		"before there was a duty":  {func(n *breach.New) { n.KnownAt = moment.Date("2018-05-20").EndOf() }, "known_at"},
		"no story":                 {func(n *breach.New) { n.Story = " " }, "story"},
		"fewer than nobody":        {func(n *breach.New) { n.Persons = -1 }, "persons"},
		"no choice":                {func(n *breach.New) { n.Authority = "" }, "authority"},
		"told without a day":       {func(n *breach.New) { n.Authority = breach.Told }, "told_at"},
		"told tomorrow":            {func(n *breach.New) { n.Authority, n.ToldAt = breach.Told, s.Now().Add(time.Hour) }, "told_at"},
		"told before it was known": {func(n *breach.New) { n.Authority, n.ToldAt = breach.Told, n.KnownAt.Add(-time.Hour) }, "told_at"},
		"told late without a reason": {func(n *breach.New) {
			n.Authority, n.ToldAt, n.KnownAt = breach.Told, s.Now(), s.Now().Add(-73*time.Hour)
		}, "late"},
		"a day, and not told":          {func(n *breach.New) { n.ToldAt = s.Now() }, "told_at"},
		"no risk without a reason":     {func(n *breach.New) { n.Authority = breach.NoRisk }, "no_risk"},
		"a reason that fits nothing":   {func(n *breach.New) { n.NoRisk = "It was encrypted." }, "no_risk"},
		"persons told without a day":   {func(n *breach.New) { n.Subjects = breach.SubjectsTold }, "subjects_on"},
		"persons told tomorrow":        {func(n *breach.New) { n.Subjects, n.SubjectsOn = breach.SubjectsTold, s.Today().AddDays(1) }, "subjects_on"},
		"persons told before":          {func(n *breach.New) { n.Subjects, n.SubjectsOn = breach.SubjectsTold, s.Today().AddDays(-9) }, "subjects_on"},
		"a day that is none":           {func(n *breach.New) { n.Subjects, n.SubjectsOn = breach.SubjectsTold, "2026-02-30" }, "subjects_on"},
		"exempt without a ground":      {func(n *breach.New) { n.Subjects = breach.Exempt }, "exemption"},
		"a ground, and not exempt":     {func(n *breach.New) { n.Exemption = "unintelligible" }, "exemption"},
		"text that cannot be seen":     {func(n *breach.New) { n.Measures = "a\u202Eb" }, "measures"},
		"references that lead nowhere": {func(n *breach.New) { n.References = []string{"V-1"} }, "references"},
	} {
		n := s.known(time.Hour)
		c.change(&n)
		_, err := s.Breaches.Record(s.As("payoke.lead"), n, "")
		f, _ := fault.As(err)
		if fault.KindOf(err) != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field {
			t.Errorf("%s: %v %+v", name, err, f)
		}
	}
	if list := must(s.Breaches.List(s.As("payoke.lead"), breach.BoxOpen, gate.Cursor{}))(t); len(list.Items) != 0 {
		t.Errorf("%d were stored all the same", len(list.Items))
	}
	late := s.known(80 * time.Hour)
	late.Authority, late.ToldAt, late.Late = breach.Told, s.Now(), "The telephone was believed to be in the office."
	s.record("payoke.lead", late)
	once := s.known(time.Minute)
	first := must(s.Breaches.Record(s.As("payoke.lead"), once, "k1"))(t)
	if again := must(s.Breaches.Record(s.As("payoke.lead"), once, "k1"))(t); again != first {
		t.Error("the same form twice made two")
	}
}
