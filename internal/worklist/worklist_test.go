package worklist_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/worklist"
)

var terms = sharing.Terms{Purpose: "protection", Basis: "legal_task"}

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

func show(w *testkit.World, ctx context.Context) worklist.View {
	w.T.Helper()
	return must(w.Worklist.Show(ctx))(w.T)
}

func victim(w *testkit.World, caseID string) string {
	return w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
}

// refer offers a victim file of the inspection to Payoke.
func refer(w *testkit.World, victimID string, until moment.Date) string {
	w.T.Helper()
	n := sharing.NewReferral{DeskID: w.Place("be.payoke").Desks[0], Sections: []string{"identity"}, Urgency: sharing.Urgent, Reason: "support", Terms: terms}
	n.Until = until
	return must(w.Sharing.Refer(w.As("rsz"), victimID, n, ""))(w.T)
}

func TestShow_putsWhatPressesMostFirst(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		first := refer(w, victim(w, caseID), "")
		w.Advance(20 * time.Hour)
		refer(w, victim(w, caseID), "")
		w.Advance(5 * time.Hour)
		view := show(w, w.As("payoke"))
		if len(view.Waiting) != 2 || view.Waiting[0].ID != first || !view.Overdue || view.WaitingCount.Number != 2 {
			t.Errorf("the desk's list is %+v", view)
		}
		if len(view.Changed) != 0 || view.Leaderless != nil || view.Manages || view.Reviews {
			t.Errorf("the desk sees more than its own: %+v", view)
		}
		sent := show(w, w.As("rsz"))
		if len(sent.Sent) != 2 || sent.SentCount.Number != 2 || sent.WaitingCount.Number != 0 || len(sent.Changed) != 3 {
			t.Errorf("the sender's list is %+v", sent)
		}
		must0(t, w.Sharing.Decline(w.As("payoke"), first, 1, "no_capacity"))
		if sent = show(w, w.As("rsz")); sent.Sent[1].State != sharing.Declined || sent.Sent[1].DeclineReason != "no_capacity" {
			t.Errorf("the sender does not see the answer: %+v", sent.Sent)
		}
	})
}

func TestShow_isEmptyForStrangers(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		refer(w, victim(w, caseID), "")
		for _, key := range []string{"rsz.other", "fgp", "cosm", "avim", "spj", "payoke.admin", "payoke.auditor"} {
			view := show(w, w.As(key))
			if len(view.Waiting)+len(view.Sent)+len(view.Changed)+len(view.Ending)+len(view.Leaderless) > 0 ||
				view.WaitingCount.Number+view.SentCount.Number+view.EndingCount.Number+view.LeaderlessCount.Number > 0 {
				t.Errorf("%s finds %+v", key, view)
			}
		}
	})
}

func TestEnding_announcesWhatTheDeskLosesWithinAFortnight(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		near, far, renewed := victim(w, caseID), victim(w, caseID), victim(w, caseID)
		accept := func(id string, days int) {
			must(w.Sharing.Accept(w.As("payoke"), refer(w, id, w.Today().AddDays(days)), 1))(t)
		}
		accept(near, 10)
		accept(far, 40)
		accept(renewed, 8)
		accept(renewed, 60)
		view := show(w, w.As("payoke"))
		if len(view.Ending) != 1 || view.Ending[0].FileID != near || view.EndingCount.Number != 1 {
			t.Errorf("what ends is %+v", view.Ending)
		}
		list := must(w.Worklist.Ending(w.As("payoke"), gate.Cursor{}))(t)
		if len(list.Items) != view.EndingCount.Number || list.Items[0].Reference == "" {
			t.Errorf("the list holds %+v", list.Items)
		}
		w.Advance(11 * 24 * time.Hour)
		if view := show(w, w.As("payoke")); view.EndingCount.Number != 0 {
			t.Errorf("what has ended is announced: %+v", view.Ending)
		}
	})
}

func TestLeaderless_findsTheCasesThatNobodyLeadsAnyMore(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		rsz := w.Place("be.rsz")
		boss := appoint(w, "be.rsz", "boss", agency.NewWorker{Supervisor: true, Hold: []string{rsz.Roles[agency.Caseworker]}})
		caseID := w.OpenCase("rsz")
		alone := must(w.Cases.Open(w.As("rsz.other"), casefile.New{Facts: testkit.Site}, ""))(t) // led by a person without a desk
		if view := show(w, boss); !view.Watches || view.LeaderlessCount.Number != 0 {
			t.Errorf("while somebody is there: %+v", view.Leaderless)
		}
		for _, key := range []string{"rsz", "rsz.second", "rsz.head", "rsz.other"} {
			must0(t, w.Agencies.Retire(w.AsProgram(), rsz.ID, w.Person(key).ID))
		}
		view := show(w, boss)
		if len(view.Leaderless) != 2 || view.LeaderlessCount.Number != 2 {
			t.Fatalf("after all have left: %+v", view.Leaderless)
		}
		for _, l := range view.Leaderless {
			if l.FileID != caseID && l.FileID != alone || l.Reference == "" || l.Desk == "" { // the lead of a person who leaves passes to a desk
				t.Errorf("a line is %+v", l)
			}
		}
		list := must(w.Worklist.Leaderless(boss, gate.Cursor{}))(t)
		if len(list.Items) != 2 {
			t.Errorf("the list holds %d", len(list.Items))
		}
		_, err := w.Worklist.Leaderless(w.As("payoke"), gate.Cursor{})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody who does not supervise: %v", err)
		}
		appoint(w, "be.rsz", "new", agency.NewWorker{Desks: rsz.Desks})
		if view := show(w, boss); view.LeaderlessCount.Number != 0 {
			t.Errorf("after somebody new sits at the desk: %+v", view.Leaderless)
		}
	})
}

// appoint adds somebody to an agency and gives the context in which they act.
func appoint(w *testkit.World, code, as string, n agency.NewWorker) context.Context {
	w.T.Helper()
	n.Given, n.Family, n.Email, n.Language = "Ada", "Worker", as+"."+code+"@example.org", "en"
	at := w.Place(code)
	id := must(w.Agencies.Appoint(w.AsProgram(), at.ID, n))(w.T)
	return gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: id, AgencyID: at.ID, AAL: 2}, SteppedAt: w.Now()})
}

func TestUnprotected_isTheListThatItsNumberOpens(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		view := show(w, w.As("payoke.admin"))
		list := must(w.Worklist.Unprotected(w.As("payoke.admin"), gate.Cursor{}))(t)
		if !view.Manages || view.Works || view.Unprotected.Number != len(list.Items) || len(list.Items) == 0 || list.Items[0].Name == "" {
			t.Errorf("%d people, the list holds %+v", view.Unprotected.Number, list.Items)
		}
		must0(t, w.Accounts.EnrolForDemo(w.AsProgram(), w.Person("payoke").ID, testkit.Password, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"))
		after := show(w, w.As("payoke.admin"))
		if after.Unprotected.Number != view.Unprotected.Number-1 {
			t.Errorf("%d people after one enrolled", after.Unprotected.Number)
		}
		_, err := w.Worklist.Unprotected(w.As("payoke"), gate.Cursor{})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("somebody who does not manage people: %v", err)
		}
	})
}

// TestShow_tellsTheAuditorWhatCameOfTheLastVerification: that one was begun is no proof of anything.
func TestShow_tellsTheAuditorWhatCameOfTheLastVerification(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		says := func(when string, want worklist.Verified) {
			t.Helper()
			if view := show(w, w.As("payoke.auditor")); !view.Reviews || view.Works || view.Verified != want {
				t.Errorf("%s: %+v and not %+v", when, view.Verified, want)
			}
		}
		says("before", worklist.Verified{})
		must(w.Log.Verify(w.As("rsz.auditor"), gate.LogReasons[0]))(t)
		says("another agency's", worklist.Verified{})
		w.Advance(time.Hour)
		must(w.Log.Verify(w.As("payoke.auditor"), gate.LogReasons[0]))(t)
		says("whole", worklist.Verified{At: w.Now(), Outcome: worklist.Whole})

		w.Advance(time.Hour)
		heads := filepath.Join(w.Dir, "checkpoints", "checkpoints.log")
		must0(t, os.Rename(heads, heads+".away"))
		if _, err := w.Log.Verify(w.As("payoke.auditor"), gate.LogReasons[0]); err == nil {
			t.Error("without its heads the log was verified")
		}
		says("broken off", worklist.Verified{At: w.Now(), Outcome: worklist.BrokenOff})
		must0(t, os.Rename(heads+".away", heads))

		w.Advance(time.Hour)
		count := func(step string) { // the row that counts the entries, as somebody with the database's password changes it
			must0(t, w.Database.Write(context.Background(), func(tx *database.Tx) error {
				_, err := tx.Exec("UPDATE audit_head SET size = size "+step, nil)
				return err
			}))
		}
		count("- 1")
		defer count("+ 1")
		if report := must(w.Log.Verify(w.As("payoke.auditor"), gate.LogReasons[0]))(t); report.Wrong == nil {
			t.Error("a head that counts too few is whole")
		}
		says("faulty", worklist.Verified{At: w.Now(), Outcome: worklist.Faulty})
		for who, want := range map[string]int{"payoke.auditor": 1, "rsz.auditor": 0, "payoke": 0} {
			heard := 0
			for _, n := range must(w.Notices.List(w.As(who), notice.Open, gate.Cursor{}))(t).Items {
				if n.Code == "log.faulty" && n.Path() == "/log" {
					heard++
				}
			}
			if heard != want {
				t.Errorf("%s hears of it %d times, not %d", who, heard, want)
			}
		}
	})
}

// TestCounts_equalTheListsThatTheyOpen walks every page of every list.
func TestCounts_equalTheListsThatTheyOpen(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		for i := range worklist.PageSize + 7 {
			id := refer(w, victim(w, caseID), w.Today().AddDays(9))
			w.Advance(time.Second)
			if i%3 == 0 {
				must(w.Sharing.Accept(w.As("payoke"), id, 1))(t)
			}
		}
		for _, key := range []string{"payoke", "rsz"} {
			view := show(w, w.As(key))
			for box, count := range map[sharing.Box]worklist.Count{sharing.Waiting: view.WaitingCount, sharing.Sent: view.SentCount} {
				listed := walk(t, func(after gate.Cursor) (int, gate.Cursor) {
					list := must(w.Sharing.List(w.As(key), box, after))(t)
					return len(list.Referrals), list.Next
				})
				if listed != count.Number || count.More {
					t.Errorf("%s: %s counts %+v, the list holds %d", key, box, count, listed)
				}
			}
			listed := walk(t, func(after gate.Cursor) (int, gate.Cursor) {
				list := must(w.Worklist.Ending(w.As(key), after))(t)
				return len(list.Items), list.Next
			})
			if listed != view.EndingCount.Number {
				t.Errorf("%s: %d end, the list holds %d", key, view.EndingCount.Number, listed)
			}
		}
	})
}

func walk(t *testing.T, page func(after gate.Cursor) (int, gate.Cursor)) (total int) {
	t.Helper()
	for after, pages := (gate.Cursor{}), 0; ; pages++ {
		found, next := page(after)
		if total += found; next.ID == "" {
			return total
		}
		if after = next; pages > 10 {
			t.Fatal("the list does not end")
		}
	}
}

func TestCount_stopsAtAThousand(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	id := victim(w, w.OpenCase("rsz"))
	must0(t, w.Database.Write(t.Context(), func(tx *database.Tx) error {
		for range worklist.Most + 5 {
			_, err := tx.Exec(`INSERT INTO file_grant (id, file_id, kind, grantee_kind, grantee_id, agency_id, state, relations, sections, purpose,
				basis, root_id, granted_by, granted_by_agency, from_at, until_at, sort_at)
				VALUES (:id, :file, 'victim', 'desk', :desk, :agency, 'offered', 2, 1, 'protection', 'legal_task', :id, '', '', 1, :until, 1)`,
				grantArgs(w, id))
			if err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO referral (id, file_id, grant_id, from_agency_id, from_worker_id, to_agency_id, to_desk_id, state, urgency, reason, offered_at, due_at)
			SELECT id, file_id, id, :from, :worker, agency_id, grantee_id, 'withdrawn', 'urgent', 'support', 1, 1 FROM file_grant WHERE state = 'offered'`,
			database.Args{"from": w.Place("be.rsz").ID, "worker": w.Person("rsz").ID})
		return err
	}))
	if view := show(w, w.As("rsz")); !view.SentCount.More || view.SentCount.Number != worklist.Most || len(view.Sent) == 0 {
		t.Errorf("the count is %+v", view.SentCount)
	}
}

func grantArgs(w *testkit.World, fileID string) database.Args {
	return database.Args{"id": gate.NewID(), "file": fileID, "desk": w.Place("be.payoke").Desks[0], "agency": w.Place("be.payoke").ID,
		"until": w.Now().Add(time.Hour)}
}
