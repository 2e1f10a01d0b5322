package minor_test

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/minor"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/track"
)

// scene is a case of the inspection with somebody whose birth nobody knows and who is presumed to be a child; the police is on the team, the
// guardianship service sees the child.
type scene struct {
	*testkit.World
	victimID string
}

func setUp(w *testkit.World) *scene {
	s := &scene{World: w}
	caseID := w.OpenCase("rsz")
	s.victimID = w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "age_status": "presumed_child"})
	w.AddToTeam("rsz", caseID, "be.fgp")
	must(w.Sharing.Add(w.As("rsz"), caseID, sharing.NewMember{DeskID: w.Place("be.tutelles").Desks[0], VictimIDs: []string{s.victimID},
		Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}, ""))(w.T)
	return s
}

func TestMinor_fromThePresumptionToTheGuardiansSignature(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := setUp(w)
		s.presumes(t)
		s.disputes(t)
		s.assigns(t)
		s.keepsShut(t)
		s.refusesTypedGuardians(t)
		s.signs(t)
		s.refusesBadInput(t)
		s.ends(t)
		for _, stranger := range []string{"cosm", "avim", "rsz.other"} {
			_, err := s.Minors.Show(s.As(stranger), s.victimID)
			wants(t, err, fault.NotFound, stranger+" shows")
			_, err = s.Minors.Say(s.As(stranger), s.victimID, minor.NewAge{Status: minor.Adult, Method: "document"}, "")
			wants(t, err, fault.NotFound, stranger+" says")
			_, err = s.Minors.Assign(s.As(stranger), s.victimID, minor.NewGuardian{Service: "other"}, "")
			wants(t, err, fault.NotFound, stranger+" assigns")
		}
	})
}

// presumes: an empty birth date and the flag ask for a guardian, once, and the rules for children hold from then on.
func (s *scene) presumes(t *testing.T) {
	if got := s.number(`SELECT COUNT(*) FROM task WHERE rule = 'guardian_request' AND state = 'open' AND file_id = :file`); got != 1 {
		t.Errorf("%d tasks ask for a guardian, want 1", got)
	}
	if child := s.child(t, "fgp"); child != track.Yes {
		t.Errorf("the tracks: %q", child)
	}
	if v := s.show(t, "fgp"); !v.Full || v.Standing.Status != minor.Presumed || len(v.Steps) != 1 || !v.CanWrite {
		t.Errorf("police: %+v", v)
	}
	if v := s.show(t, "rsz"); v.Full || !v.Standing.Protects() || len(v.Steps) > 0 || v.CanWrite {
		t.Errorf("the inspection learns more than that the person is a minor: %+v", v)
	}
	body := s.yes()
	body.Minor = false
	_, err := s.Consents.Record(s.As("rsz"), s.victimID, body, "")
	wantsField(t, err, "minor", "a child's consent as an adult's")
}

// keepsShut: to whom guardianship was not shared what others say of it stays closed, but for what stands in an identity they read.
func (s *scene) keepsShut(t *testing.T) {
	s.Refer("rsz", s.victimID, "be.payoke", "payoke", "identity")
	v := s.show(t, "payoke")
	if len(v.Steps) != 1 || v.Steps[0].Source != "identity" || len(v.Guardians) != 0 || v.Standing.Decided != nil || v.Standing.Status != minor.Presumed {
		t.Errorf("the shelter sees what was not shared with it: %+v", v)
	}
}

func (s *scene) disputes(t *testing.T) {
	s.say(t, "fgp", minor.NewAge{Status: minor.Adult, Method: "interview", Note: "Looks thirty."})
	v := s.show(t, "fgp")
	if !v.Standing.Disputed || v.Standing.Status != minor.Presumed || v.Steps[0].Note != "Looks thirty." {
		t.Errorf("two differ: %+v", v.Standing)
	}
	_, err := s.Minors.Say(s.As("fgp"), s.victimID, minor.NewAge{Status: minor.Adult, Decided: true, Method: "medical"}, "")
	wantsField(t, err, "decided", "Belgian police decides")
	if _, err := s.Minors.Say(s.As("rsz"), s.victimID, minor.NewAge{Status: minor.Adult, Method: "document"}, ""); fault.KindOf(err) != fault.Refused {
		t.Errorf("who never writes on guardians says an age: %v", err)
	}
	s.say(t, "tutelles", minor.NewAge{Status: minor.Child, Decided: true, Method: "medical"})
	if v := s.show(t, "fgp"); v.Standing.Disputed || v.Standing.Status != minor.Child || v.Standing.Decided == nil {
		t.Errorf("decided: %+v", v.Standing)
	}
}

func (s *scene) assigns(t *testing.T) {
	_, err := s.Minors.Assign(s.As("fgp"), s.victimID, minor.NewGuardian{Service: "be_guardianship", WorkerID: s.Person("fgp").ID}, "")
	wantsField(t, err, "worker", "the police names one of its own")
	_, err = s.Minors.Assign(s.As("tutelles"), s.victimID, minor.NewGuardian{Service: "be_guardianship", WorkerID: s.Person("fgp").ID}, "")
	wantsField(t, err, "worker", "somebody of another agency")
	n := minor.NewGuardian{Service: "be_guardianship", WorkerID: s.Person("tutelles").ID}
	id := must(s.Minors.Assign(s.As("tutelles"), s.victimID, n, "once"))(t)
	if again := must(s.Minors.Assign(s.As("tutelles"), s.victimID, n, "once"))(t); again != id {
		t.Error("sent twice it is two guardians")
	}
	_, err = s.Minors.Assign(s.As("fgp"), s.victimID, minor.NewGuardian{Service: "family", Outside: brother}, "")
	wants(t, err, fault.Conflict, "a second guardian")
	if got := s.number(`SELECT COUNT(*) FROM task WHERE rule = 'guardian_request' AND state = 'open' AND file_id = :file`); got != 0 {
		t.Errorf("%d tasks still ask for a guardian", got)
	}
	if v := s.show(t, "fgp"); v.Now() == nil || v.Now().Name != "" {
		t.Errorf("the police learns the guardian's name: %+v", v.Now())
	}
	if v := s.show(t, "tutelles"); v.Now() == nil || v.Now().Name == "" {
		t.Errorf("the service: %+v", v.Now())
	}
}

// brother is a guardian who does not work with this program.
var brother = minor.Outside{Name: "Nguyen  Van Minh", Document: "Justice de paix Bruxelles I, 26B117, 27.2.2026"}

// TestMinor_aGuardianElsewhereHasADocument: a name that somebody types agrees for nobody; the file has to name the guardian with the
// document, and then it is that one and no other.
func TestMinor_aGuardianElsewhereHasADocument(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := setUp(w)
		typed := s.yes()
		typed.Guardian = "X"
		_, err := s.Consents.Record(s.As("rsz"), s.victimID, typed, "")
		wantsField(t, err, "guardian", "a name without a guardian on file")
		for name, o := range map[string]minor.Outside{"nobody": {}, "without a document": {Name: "X"}, "without a name": {Document: "court order 5"},
			"a control letter": {Name: "X\u0007", Document: "court order 5"}, "too long": {Name: "X", Document: strings.Repeat("5", 501)}} {
			if _, err := s.Minors.Assign(s.As("fgp"), s.victimID, minor.NewGuardian{Service: "family", Outside: o}, ""); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(s.Minors.Assign(s.As("fgp"), s.victimID, minor.NewGuardian{Service: "family", Outside: brother}, ""))(t)
		if v := s.show(t, "tutelles"); v.Now().Outside.Name != "Nguyen Van Minh" || v.Now().Outside.Document != brother.Document {
			t.Errorf("the service reads %+v", v.Now())
		}
		if v := s.show(t, "rsz"); len(v.Guardians) != 0 {
			t.Errorf("the inspection learns who the guardian is: %+v", v.Guardians)
		}
		if got := s.number(`SELECT COUNT(*) FROM guardian WHERE file_id = :file AND (CAST(words AS TEXT) LIKE '%Minh%' OR CAST(words AS TEXT) LIKE '%26B117%')`); w.Engine == "sqlite" && got != 0 {
			t.Error("the guardian's name lies in clear")
		}
		_, err = s.Consents.Record(s.As("rsz"), s.victimID, typed, "")
		wantsField(t, err, "guardian", "another name than the guardian's")
		_, err = s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), "")
		wantsField(t, err, "guardian", "no name")
		typed.Guardian = "nguyen van minh "
		id := must(s.Consents.Record(s.As("rsz"), s.victimID, typed, ""))(t)
		if view := must(s.Consents.Show(s.As("rsz"), s.victimID, id))(t); view.State(s.Now()) != consent.Live || view.GuardianID != "" {
			t.Errorf("with the guardian's yes: %v", view.State(s.Now()))
		}
	})
}

// refusesTypedGuardians: a guardian who works with this program agrees with their own account, not by a name.
func (s *scene) refusesTypedGuardians(t *testing.T) {
	typed := s.yes()
	typed.Guardian = "X"
	_, err := s.Consents.Record(s.As("rsz"), s.victimID, typed, "")
	wantsField(t, err, "guardian", "a name beside the guardian's own account")
}

// yes is what the child has said: identity to Payoke.
func (s *scene) yes() consent.New {
	return consent.New{Sections: []string{"identity"}, Recipients: []consent.Recipient{{AgencyID: s.Place("be.payoke").ID}},
		Purposes: []string{"protection"}, AskedOn: "2026-03-02", Until: "2026-06-30", How: "with_guardian", Language: "vi",
		Explained: consent.Explanations(), Minor: true}
}

func (s *scene) offer(consentID string) error {
	_, err := s.Sharing.Refer(s.As("rsz"), s.victimID, sharing.NewReferral{DeskID: s.Place("be.payoke").Desks[0], Sections: []string{"identity"},
		Urgency: sharing.Urgent, Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: consentID, Until: "2026-06-30"}}, "")
	return err
}

// signs: nothing rests on what a child allows before the guardian's own account has agreed.
func (s *scene) signs(t *testing.T) {
	no := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
	must0(t, s.Consents.Sign(s.As("tutelles"), s.victimID, no, 1, false))
	wantsField(t, s.offer(no), "consent", "a share against the guardian")
	id := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
	wantsField(t, s.offer(id), "consent", "a share before the guardian has agreed")
	wants(t, s.Consents.Sign(s.As("rsz"), s.victimID, id, 1, true), fault.Refused, "who asked the child signs for the guardian")
	wants(t, s.Consents.Sign(s.As("cosm"), s.victimID, id, 1, true), fault.NotFound, "a stranger signs")
	if view := must(s.Consents.Show(s.As("tutelles"), s.victimID, id))(t); !view.CanSign || view.State(s.Now()) != consent.Waiting {
		t.Errorf("the guardian: %+v", view.Consent)
	}
	if got := s.told(t, "tutelles", "consent_wanted"); got != 2 {
		t.Errorf("the guardian was told %d times", got)
	}
	wants(t, s.Consents.Sign(s.As("tutelles"), s.victimID, id, 2, true), fault.Conflict, "another version")
	must0(t, s.Consents.Sign(s.As("tutelles"), s.victimID, id, 1, true))
	wants(t, s.Consents.Sign(s.As("tutelles"), s.victimID, id, 1, false), fault.Conflict, "a second answer")
	must0(t, s.offer(id))
	must0(t, s.Consents.Change(s.As("rsz"), s.victimID, id, 1, s.yes()))
	if view := must(s.Consents.Show(s.As("rsz"), s.victimID, id))(t); view.State(s.Now()) != consent.Waiting || view.CanSign {
		t.Errorf("a new version waits again: %v", view.State(s.Now()))
	}
}

func (s *scene) refusesBadInput(t *testing.T) {
	for name, c := range map[string]struct {
		n     minor.NewAge
		field string
	}{
		"nothing":          {minor.NewAge{}, "status"},
		"no method":        {minor.NewAge{Status: minor.Adult}, "method"},
		"an unknown one":   {minor.NewAge{Status: "old", Method: "document"}, "status"},
		"in the future":    {minor.NewAge{Status: minor.Adult, Method: "document", On: "2026-03-03"}, "said_on"},
		"no day":           {minor.NewAge{Status: minor.Adult, Method: "document", On: "2026-02-30"}, "said_on"},
		"a decided doubt":  {minor.NewAge{Status: minor.Disputed, Method: "document", Decided: true}, "status"},
		"a control letter": {minor.NewAge{Status: minor.Adult, Method: "document", Note: "a\x00"}, "note"},
	} {
		_, err := s.Minors.Say(s.As("tutelles"), s.victimID, c.n, "")
		wantsField(t, err, c.field, name)
	}
	err := s.Database.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(`UPDATE age_step SET status = 'adult'`, nil)
		return err
	})
	if err == nil {
		t.Error("what was said was changed")
	}
}

func (s *scene) ends(t *testing.T) {
	view := s.show(t, "tutelles")
	g := view.Now()
	wants(t, s.Minors.End(s.As("fgp"), s.victimID, g.ID, g.Version, "", "replaced"), fault.Refused, "the police ends it")
	wantsField(t, s.Minors.End(s.As("tutelles"), s.victimID, g.ID, g.Version, "2026-01-01", "replaced"), "ended_on", "before it began")
	wantsField(t, s.Minors.End(s.As("tutelles"), s.victimID, g.ID, g.Version, "", ""), "end_reason", "no reason")
	wants(t, s.Minors.End(s.As("tutelles"), s.victimID, g.ID, g.Version+1, "", "replaced"), fault.Conflict, "a stale tab")
	wants(t, s.Minors.End(s.As("tutelles"), s.victimID, gate.NewID(), 1, "", "replaced"), fault.NotFound, "nobody")
	must0(t, s.Minors.End(s.As("tutelles"), s.victimID, g.ID, g.Version, "", "replaced"))
	if got := s.number(`SELECT COUNT(*) FROM task WHERE rule = 'guardian_request' AND state = 'open' AND file_id = :file`); got != 1 {
		t.Errorf("%d tasks ask for the next guardian, want 1", got)
	}
	s.say(t, "tutelles", minor.NewAge{Status: minor.Adult, Decided: true, Method: "document"})
	if got := s.number(`SELECT COUNT(*) FROM task WHERE rule = 'guardian_request' AND state = 'open' AND file_id = :file`); got != 0 {
		t.Errorf("an adult is asked a guardian for: %d", got)
	}
	if child := s.child(t, "fgp"); child != track.No {
		t.Errorf("the tracks still hold the rules for children: %q", child)
	}
}

// child is what the tracks go by.
func (s *scene) child(t *testing.T, who string) track.Answer {
	t.Helper()
	view, _, err := s.Tracks.Show(s.As(who), s.victimID)
	must0(t, err)
	return view.Person.Child
}

func (s *scene) show(t *testing.T, who string) minor.View {
	t.Helper()
	return must(s.Minors.Show(s.As(who), s.victimID))(t)
}

func (s *scene) say(t *testing.T, who string, n minor.NewAge) {
	t.Helper()
	must(s.Minors.Say(s.As(who), s.victimID, n, ""))(t)
}

func (s *scene) told(t *testing.T, who, code string) (count int) {
	for _, n := range must(s.Notices.List(s.As(who), notice.Open, gate.Cursor{}))(t).Items {
		if n.Code == code {
			count++
		}
	}
	return count
}

func (s *scene) number(query string) (n int64) {
	s.T.Helper()
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, database.Args{"file": s.victimID}) }))
	return n
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
		must0(t, err)
		return value
	}
}

func must0(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestMinor_noDayLiesBeforeTheBirth as far as the writer knows it.
func TestMinor_noDayLiesBeforeTheBirth(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		child := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Haddad", "birth_date": "2010-05-05"})
		must(w.Sharing.Add(w.As("rsz"), caseID, sharing.NewMember{DeskID: w.Place("be.tutelles").Desks[0], VictimIDs: []string{child},
			Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}, ""))(t)
		_, err := w.Minors.Say(w.As("tutelles"), child, minor.NewAge{Status: minor.Child, Method: "document", On: "2010-05-04"}, "")
		wantsField(t, err, "said_on", "said before the birth")
		_, err = w.Minors.Assign(w.As("tutelles"), child, minor.NewGuardian{Service: "be_guardianship", WorkerID: w.Person("tutelles").ID, On: "2010-05-04"}, "")
		wantsField(t, err, "assigned_on", "assigned before the birth")
		_, err = w.Minors.Assign(w.As("tutelles"), child, minor.NewGuardian{Service: "be_guardianship", WorkerID: w.Person("tutelles").ID, On: "2010-05-05"}, "")
		must("", err)(t)
	})
}

// TestAssign_isForAChildAndAfterTheLast: nobody becomes the guardian of an adult, or on a day on which another one still was.
func TestAssign_isForAChildAndAfterTheLast(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		open := func(identity section.Values) string {
			caseID := w.OpenCase("rsz")
			id := w.OpenVictim("rsz", caseID, identity)
			must(w.Sharing.Add(w.As("rsz"), caseID, sharing.NewMember{DeskID: w.Place("be.tutelles").Desks[0], VictimIDs: []string{id},
				Terms: sharing.Terms{Purpose: "guardianship", Basis: "legal_task"}}, ""))(t)
			return id
		}
		assign := func(id string, on moment.Date) (string, error) {
			return w.Minors.Assign(w.As("tutelles"), id, minor.NewGuardian{Service: "be_guardianship", WorkerID: w.Person("tutelles").ID, On: on}, "")
		}
		child := open(section.Values{"family_name": "Haddad", "birth_date": "2010-05-05"})
		adult := open(section.Values{"family_name": "Haddad", "birth_date": "1990-05-05"})
		_, err := assign(adult, w.Today())
		wantsField(t, err, "service", "the guardian of an adult")
		first := must(assign(child, "2026-02-01"))(t)
		must0(t, w.Minors.End(w.As("tutelles"), child, first, 1, "2026-02-20", "replaced"))
		_, err = assign(child, "2026-02-19")
		wantsField(t, err, "assigned_on", "from before the end of the last one")
		if v := must(w.Minors.Show(w.As("tutelles"), child))(t); len(v.Guardians) != 1 {
			t.Errorf("stored: %+v", v.Guardians)
		}
		must(assign(child, "2026-02-20"))(t)
		unknown := open(section.Values{"family_name": "Haddad"}) // whose age nobody knows may be a child
		must(w.Minors.Say(w.As("tutelles"), unknown, minor.NewAge{Status: minor.Adult, Method: "interview"}, ""))(t)
		_, err = assign(unknown, w.Today())
		wantsField(t, err, "service", "of whom the service says that they are an adult")
		must(w.Minors.Say(w.As("tutelles"), unknown, minor.NewAge{Status: minor.Disputed, Method: "interview"}, ""))(t)
		must(assign(unknown, w.Today()))(t)
	})
}
