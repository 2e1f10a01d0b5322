package breach_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"relais/internal/breach"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
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
