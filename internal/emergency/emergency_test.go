package emergency_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/emergency"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/testkit"
)

// scene is a victim file of the inspection with the police on the team and a shelter that wrote where she can be reached.
type scene struct {
	*testkit.World
	caseID, victimID, member                  string
	duty, second, plain, boss, auditor, other context.Context
	ids                                       map[string]string
}

func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	testkit.Both(t, func(t *testing.T, w *testkit.World) { test(t, setUp(w)) })
}

func setUp(w *testkit.World) *scene {
	s := &scene{World: w, ids: map[string]string{}}
	s.caseID = w.OpenCase("rsz")
	s.victimID = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen"})
	s.member = w.AddToTeam("rsz", s.caseID, "be.fgp")
	w.Refer("rsz", s.victimID, "be.payoke", "payoke", "identity")
	w.Write("payoke", s.victimID, authz.SafeContact, "legal_task", section.Values{"do_not": "Never call after six.", "hours": "10-12", "mobile_phone": "+32470123456", "checked_on": "2026-02-26"})
	police := w.Place("be.fgp")
	s.duty = s.person("be.fgp", "duty", agency.NewWorker{Duty: true, Desks: police.Desks})
	s.second = s.person("be.fgp", "second", agency.NewWorker{Duty: true})
	s.plain = s.person("be.fgp", "plain", agency.NewWorker{Desks: police.Desks})
	s.boss = s.person("be.fgp", "boss", agency.NewWorker{Supervisor: true})
	s.auditor = s.person("be.fgp", "auditor", agency.NewWorker{Hold: []string{police.Roles[agency.Auditor]}})
	s.other = s.person("nl.police", "other", agency.NewWorker{Duty: true, Supervisor: true})
	return s
}

// person adds somebody to an agency; without roles they get the discipline's.
func (s *scene) person(place, as string, n agency.NewWorker) context.Context {
	s.T.Helper()
	at := s.Place(place)
	n.Given, n.Family, n.Email, n.Language = "Ada", "Worker", as+"."+place+"@example.org", "en"
	if n.Hold == nil {
		n.Hold = []string{at.Roles[agency.Caseworker]}
	}
	id := must(s.Agencies.Appoint(s.AsProgram(), at.ID, n))(s.T)
	s.ids[as] = id
	actor := authz.Actor{WorkerID: id, AgencyID: at.ID, AAL: 2, SessionID: "test-session"}
	return gate.WithCaller(context.Background(), gate.Caller{Actor: actor, SteppedAt: s.Now()})
}

func danger(sections ...string) emergency.New {
	return emergency.New{Sections: sections, Danger: true, Reason: "abduction", Note: "Seen in a car with the employer an hour ago."}
}

func (s *scene) open() string {
	s.T.Helper()
	return must(s.Emergencies.Open(s.duty, s.victimID, danger("safe_contact", "shelter_location"), ""))(s.T)
}

// reads says whether the safe contact is open to somebody.
func (s *scene) reads(ctx context.Context) bool {
	s.T.Helper()
	view := must(s.Victims.Show(ctx, s.victimID))(s.T)
	for _, v := range view.Sections {
		if v.Section == authz.SafeContact {
			return v.OthersOpen && len(v.Entries) == 1
		}
	}
	return false
}

func (s *scene) show(ctx context.Context, id string) emergency.View {
	s.T.Helper()
	return must(s.Emergencies.Show(ctx, id))(s.T)
}

// told counts the notices with a code that somebody finds.
func (s *scene) told(ctx context.Context, code string) (found int) {
	s.T.Helper()
	for _, n := range must(notice.NewService(s.Gate, false).List(ctx, notice.Open, gate.Cursor{}))(s.T).Items {
		if n.Code == code {
			found++
		}
	}
	return found
}

func (s *scene) wants(err error, kind fault.Kind, what string) {
	s.T.Helper()
	if fault.KindOf(err) != kind {
		s.T.Errorf("%s: want %s, got %v", what, kind, err)
	}
}

func (s *scene) wantsKey(err error, kind fault.Kind, key, what string) {
	s.T.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != kind || f.Key != key {
		s.T.Errorf("%s: want %s, got %v", what, key, err)
	}
}

func TestOpen_opensAtOnceToOnePersonAndCloses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		if s.reads(s.duty) {
			t.Fatal("open before the emergency")
		}
		id := s.open()
		if !s.reads(s.duty) || s.reads(s.plain) {
			t.Error("not open to exactly the person who opened")
		}
		if view := s.show(s.duty, id); view.Stand != emergency.Opened || view.CanConfirm || !view.CanClose || view.Note == "" {
			t.Errorf("the opener sees %+v", view)
		}
		s.Advance(emergency.ConfirmWithin - time.Second)
		if !s.reads(s.duty) {
			t.Error("closed before its time")
		}
		s.Advance(time.Second)
		if s.reads(s.duty) {
			t.Error("still open after 15 minutes")
		}
		if view := s.show(s.duty, id); view.Stand != emergency.Lapsed {
			t.Errorf("before any job ran it stands at %s", view.Stand)
		}
		for range 2 {
			must(s.Emergencies.EndDue(s.AsProgram()))(t)
		}
		if view := s.show(s.duty, id); view.State != emergency.Lapsed || s.told(s.duty, "emergency_lapsed") != 1 || s.told(s.boss, "emergency_lapsed") != 1 {
			t.Errorf("afterwards it is %+v", view)
		}
		s.wantsKey(s.Emergencies.Confirm(s.boss, id, s.show(s.boss, id).Version), fault.Conflict, "emergency.already_lapsed", "confirmed too late")
		s.open() // the danger goes on
	})
}

func TestConfirm_letsItGoOnForADay(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, by := range []context.Context{s.boss, s.second} {
			began, id := s.Now(), s.open()
			s.Advance(10 * time.Minute)
			if view := s.show(by, id); !view.CanConfirm || view.CanOpen || view.Note == "" {
				t.Errorf("the second person sees %+v", view)
			}
			s.wants(s.Emergencies.Confirm(s.duty, id, 1), fault.Refused, "the opener confirms")
			s.wants(s.Emergencies.Confirm(s.plain, id, 1), fault.Refused, "a colleague without duty confirms")
			s.wants(s.Emergencies.Confirm(s.auditor, id, 1), fault.Refused, "the auditor confirms")
			s.wants(s.Emergencies.Confirm(s.As("rsz"), id, 1), fault.Refused, "the lead confirms")
			s.wants(s.Emergencies.Confirm(s.other, id, 1), fault.NotFound, "a supervisor of another agency confirms")
			s.wantsKey(s.Emergencies.Confirm(by, id, 9), fault.Conflict, "emergency.changed", "a stale page")
			must0(t, s.Emergencies.Confirm(by, id, 1))
			s.wantsKey(s.Emergencies.Confirm(s.boss, id, 2), fault.Conflict, "emergency.already_confirmed", "confirmed twice")
			s.Advance(began.Add(emergency.Lasts).Sub(s.Now()) - time.Second)
			must(s.Emergencies.EndDue(s.AsProgram()))(t)
			if !s.reads(s.duty) || s.reads(s.plain) {
				t.Error("not open to exactly the opener until the end")
			}
			s.Advance(time.Second)
			if s.reads(s.duty) {
				t.Error("still open after 24 hours")
			}
			must(s.Emergencies.EndDue(s.AsProgram()))(t)
			if view := s.show(s.duty, id); view.State != emergency.Ended {
				t.Errorf("afterwards it is %s", view.State)
			}
		}
	})
}

func TestOpen_tellsEverybodyWhoHasToKnow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.open()
		for _, c := range []struct {
			who, code string
			ctx       context.Context
		}{
			{"the lead's desk", "emergency_opened", s.As("rsz")}, {"who wrote there", "emergency_opened_yours", s.As("payoke")},
			{"the supervisor", "emergency_confirm", s.boss}, {"the other duty officer", "emergency_confirm", s.second}, {"the auditor of the police", "emergency_review", s.auditor},
			{"the auditor of the lead", "emergency_review", s.As("rsz.auditor")},
		} {
			if got := s.told(c.ctx, c.code); got != 1 {
				t.Errorf("%s was told %d times", c.who, got)
			}
			if view := s.show(c.ctx, id); view.ID != id || view.Note == "" {
				t.Errorf("%s sees %+v", c.who, view)
			}
		}
		if s.told(s.As("payoke.auditor"), "emergency_review") != 0 {
			t.Error("the shelter's auditor has to review what is not theirs")
		}
		for _, key := range []string{"rsz", "payoke", "rsz.auditor"} {
			if view := s.show(s.As(key), id); view.Opener != "" || len(view.Reviews) != 2 {
				t.Errorf("%s learns the name of the opener, or not of the reviews: %+v", key, view)
			}
		}
		if s.show(s.auditor, id).Opener == "" {
			t.Error("the auditor of the police does not learn who opened")
		}
	})
}

func TestEmergencies_doNotExistForStrangers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.open()
		for key, ctx := range map[string]context.Context{"other": s.other, "pagasa": s.As("pagasa"), "cosm": s.As("cosm"), "rsz.other": s.As("rsz.other"),
			"fgp.other": s.As("fgp.other"), "payoke.admin": s.As("payoke.admin"), "spj": s.As("spj")} {
			_, err := s.Emergencies.Show(ctx, id)
			s.wants(err, fault.NotFound, key+" shows it")
			s.wants(s.Emergencies.Confirm(ctx, id, 1), fault.NotFound, key+" confirms it")
			s.wants(s.Emergencies.Close(ctx, id, 1), fault.NotFound, key+" closes it")
			s.wants(s.Emergencies.Sign(ctx, id, 1, emergency.Signature{Finding: "justified"}), fault.NotFound, key+" signs it")
			if list := must(s.Emergencies.List(ctx, emergency.All, gate.Cursor{}))(t); len(list.Items) > 0 {
				t.Errorf("%s finds %d", key, len(list.Items))
			}
		}
		_, err := s.Emergencies.Open(s.other, s.victimID, danger("safe_contact"), "")
		s.wants(err, fault.NotFound, "a duty officer without a part in the file opens")
		_, err = s.Emergencies.Open(s.second, s.victimID, danger("safe_contact"), "")
		s.wants(err, fault.NotFound, "a duty officer at no desk opens")
		_, err = s.Emergencies.Open(s.plain, s.victimID, danger("safe_contact"), "")
		s.wantsKey(err, fault.Refused, "emergency.duty_officers_only", "a police officer without duty opens")
	})
}

func TestOpen_refusesBadInput(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, c := range []struct {
			claim, field, key string
			change            func(n *emergency.New)
		}{
			{"no danger to life", "danger", "emergency.danger_required", func(n *emergency.New) { n.Danger = false }},
			{"no danger named", "reason", "fault.field_required", func(n *emergency.New) { n.Reason = "" }},
			{"a reason that is no danger", "reason", "fault.field_unknown_code", func(n *emergency.New) { n.Reason = "hurry" }},
			{"no note", "note", "fault.field_required", func(n *emergency.New) { n.Note = " " }},
			{"no section", "sections", "sharing.no_section", func(n *emergency.New) { n.Sections = nil }},
			{"an unknown section", "sections", "fault.field_unknown_code", func(n *emergency.New) { n.Sections = []string{"diary"} }},
			{"a section that no emergency opens", "sections", "emergency.not_by_emergency", func(n *emergency.New) { n.Sections = []string{"health"} }},
			{"a section that is open", "sections", "emergency.not_by_emergency", func(n *emergency.New) { n.Sections = []string{"identity"} }},
		} {
			n := danger("safe_contact")
			c.change(&n)
			_, err := s.Emergencies.Open(s.duty, s.victimID, n, "")
			f, ok := fault.As(err)
			if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.FieldFault) bool { return x.Name == c.field && x.Key == c.key }) {
				t.Errorf("%s: want %s at %s, got %v", c.claim, c.key, c.field, err)
			}
		}
		first := must(s.Emergencies.Open(s.duty, s.victimID, danger("safe_contact"), "key-of-the-form"))(t)
		if again := must(s.Emergencies.Open(s.duty, s.victimID, danger("safe_contact"), "key-of-the-form"))(t); again != first {
			t.Error("sent twice, opened twice")
		}
		_, err := s.Emergencies.Open(s.duty, s.victimID, danger("shelter_location"), "")
		s.wants(err, fault.Invalid, "a second opening of the same person")
	})
}

func TestClose_endsItAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, confirmed := range []bool{false, true} {
			id, version := s.open(), int64(1)
			if confirmed {
				must0(t, s.Emergencies.Confirm(s.boss, id, version))
				version++
			}
			s.wants(s.Emergencies.Close(s.As("rsz"), id, version), fault.Refused, "the lead closes")
			must0(t, s.Emergencies.Close(s.duty, id, version))
			if s.reads(s.duty) {
				t.Error("still open")
			}
			s.wantsKey(s.Emergencies.Close(s.duty, id, version+1), fault.Conflict, "emergency.already_ended", "closed twice")
			s.wantsKey(s.Emergencies.Confirm(s.boss, id, version+1), fault.Conflict, "emergency.already_ended", "confirmed after it was closed")
		}
	})
}

func TestSign_keepsTheReviewOpenUntilBothAuditorsHave(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.open()
		justified := emergency.Signature{Finding: "justified"}
		s.wantsKey(s.Emergencies.Sign(s.auditor, id, 1, justified), fault.Conflict, "emergency.still_open", "signed while it is open")
		must0(t, s.Emergencies.Close(s.duty, id, 1))
		s.wants(s.Emergencies.Sign(s.duty, id, 2, justified), fault.Refused, "the opener signs")
		s.wants(s.Emergencies.Sign(s.boss, id, 2, justified), fault.Refused, "the supervisor signs")
		s.wants(s.Emergencies.Sign(s.auditor, id, 2, emergency.Signature{}), fault.Invalid, "signed without a finding")
		s.wants(s.Emergencies.Sign(s.auditor, id, 2, emergency.Signature{Finding: "not_justified"}), fault.Invalid, "a finding without a word")
		s.wants(s.Emergencies.Sign(s.auditor, id, 1, justified), fault.Conflict, "a stale page")
		for _, c := range []struct {
			ctx  context.Context
			want int
		}{{s.auditor, 1}, {s.As("rsz.auditor"), 1}, {s.As("payoke.auditor"), 0}, {s.boss, 0}} {
			if tile := must(s.Worklist.Show(c.ctx))(t); tile.Emergencies.Number != c.want {
				t.Errorf("a worklist counts %d reviews, want %d", tile.Emergencies.Number, c.want)
			}
		}
		if !s.show(s.auditor, id).CanSign || !s.show(s.As("rsz.auditor"), id).CanSign || s.show(s.boss, id).CanSign {
			t.Error("not exactly the auditors are asked to sign")
		}
		must0(t, s.Emergencies.Sign(s.auditor, id, 2, emergency.Signature{Finding: "not_justified", Note: "The employer was abroad."}))
		s.wantsKey(s.Emergencies.Sign(s.auditor, id, 2, justified), fault.Conflict, "emergency.already_signed", "signed twice")
		if s.told(s.boss, "emergency_finding") != 1 {
			t.Error("the supervisor does not hear of the finding")
		}
		s.Advance(30 * 24 * time.Hour)
		view := s.show(s.As("rsz.auditor"), id)
		if !view.Review || !view.CanSign || view.Reviews[0].Finding == view.Reviews[1].Finding {
			t.Errorf("the other review is not open any more: %+v", view)
		}
		for _, r := range view.Reviews {
			if r.Text != "" {
				t.Error("the note of another agency's auditor is told")
			}
		}
		must0(t, s.Emergencies.Sign(s.As("rsz.auditor"), id, 2, justified))
		if s.show(s.As("rsz.auditor"), id).Review {
			t.Error("signed, and still open for review")
		}
	})
}

func TestSign_isNotForWhoTookPart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		police := s.Place("be.fgp")
		both := s.person("be.fgp", "both", agency.NewWorker{Duty: true, Desks: police.Desks,
			Hold: []string{police.Roles[agency.Caseworker], police.Roles[agency.Auditor]}})
		id := must(s.Emergencies.Open(both, s.victimID, danger("safe_contact"), ""))(t)
		must0(t, s.Emergencies.Close(both, id, 1))
		s.wants(s.Emergencies.Sign(both, id, 2, emergency.Signature{Finding: "justified"}), fault.Refused, "the opener, who audits too, signs")
		id = s.open()
		must0(t, s.Emergencies.Confirm(both, id, 1))
		must0(t, s.Emergencies.Close(s.duty, id, 2))
		s.wants(s.Emergencies.Sign(both, id, 3, emergency.Signature{Finding: "justified"}), fault.Refused, "the second person, who audits too, signs")
	})
}

func TestConfirm_isRefusedOnceTheOpenerIsGone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.open()
		must0(t, s.Sharing.Remove(s.As("rsz"), s.caseID, s.member, 1))
		_, err := s.Victims.Show(s.duty, s.victimID)
		s.wants(err, fault.NotFound, "who left the team sees the file by an emergency")
		s.wantsKey(s.Emergencies.Confirm(s.boss, id, 1), fault.Conflict, "emergency.opener_gone", "confirmed for who left the team")
	})
}

func TestExcluded_findNothingEvenInAnEmergency(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id := s.open()
		for _, who := range []string{"duty", "boss"} {
			worker := s.ids[who]
			must0(t, s.Database.Write(t.Context(), func(tx *database.Tx) error {
				_, err := tx.Exec(`INSERT INTO exclusion (id, file_id, worker_id, worker_agency_id, reason, excluded_by, agency_id, from_at, root_id)
VALUES (:id, :file, :worker, :agency, 'conflict_of_interest', 'test', :agency, :now, :id)`, database.Args{"id": gate.NewID(), "file": s.victimID,
					"worker": worker, "agency": s.Place("be.fgp").ID, "now": s.Now()})
				return err
			}))
		}
		_, err := s.Victims.Show(s.duty, s.victimID)
		s.wants(err, fault.NotFound, "an excluded duty officer opens the file")
		for _, ctx := range []context.Context{s.duty, s.boss} {
			_, err = s.Emergencies.Show(ctx, id)
			s.wants(err, fault.NotFound, "an excluded person shows it")
			s.wants(s.Emergencies.Confirm(ctx, id, 1), fault.NotFound, "an excluded person confirms it")
			if list := must(s.Emergencies.List(ctx, emergency.All, gate.Cursor{}))(t); len(list.Items) > 0 {
				t.Error("an excluded person finds it in the list")
			}
		}
		_, err = s.Emergencies.Open(s.duty, s.victimID, danger("safe_contact"), "")
		s.wants(err, fault.NotFound, "an excluded duty officer opens again")
	})
}

// must hands a value on and fails the test on an error: must(call())(t).
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
