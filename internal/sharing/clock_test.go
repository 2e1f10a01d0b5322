package sharing_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// told is a notice as it lies in the database.
type told struct {
	ToKind   string      `db:"to_kind"`
	ToID     string      `db:"to_id"`
	AgencyID string      `db:"agency_id"`
	FileID   string      `db:"file_id"`
	Subject  string      `db:"subject_id"`
	Link     string      `db:"link"`
	Must     bool        `db:"must_acknowledge"`
	DueAt    moment.Time `db:"due_at"`
}

// told are the notices of a code, the oldest first.
func (s *scene) told(code string) (rows []told) {
	s.T.Helper()
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		return tx.Select(&rows, `SELECT to_kind, to_id, agency_id, file_id, subject_id, link, must_acknowledge, due_at
			FROM notice WHERE code = :code ORDER BY told_at, id`, database.Args{"code": code})
	}))
	return rows
}

// wantsTold checks that one notice of a code went to a recipient and to nobody else.
func (s *scene) wantsTold(code, kind, id, referralID string) {
	s.T.Helper()
	rows := s.told(code)
	if len(rows) != 1 || rows[0].ToKind != kind || rows[0].ToID != id || rows[0].Subject != referralID || rows[0].Link != "referral" {
		s.T.Errorf("%s: want one to the %s %s about %s, got %+v", code, kind, id, referralID, rows)
	}
}

// press runs what the program does by itself, twice: the second time has to find nothing.
func (s *scene) press() (reminded, escalated int) {
	s.T.Helper()
	for i := range 2 {
		r := must(s.Sharing.Remind(s.AsProgram()))(s.T)
		e := must(s.Sharing.Escalate(s.AsProgram()))(s.T)
		if i == 0 {
			reminded, escalated = r, e
		} else if r+e > 0 {
			s.T.Errorf("%d reminded and %d escalated a second time", r, e)
		}
	}
	return reminded, escalated
}

func TestClock_remindsAtHalfTimeAndEscalatesAtItsEnd(t *testing.T) {
	for urgency, within := range map[sharing.Urgency]time.Duration{sharing.Urgent: 24 * time.Hour, sharing.Normal: 72 * time.Hour} {
		onBoth(t, func(t *testing.T, s *scene) {
			_, victims := s.openCase(1)
			n := offerTo(s.desk("payoke"), "identity")
			n.Urgency = urgency
			id := must(s.Sharing.Refer(s.as("inspection"), victims[0], n, ""))(t)
			due := s.Now().Add(within)
			s.waitUntil(due.Add(-within/2) - 1)
			if r, e := s.press(); r+e != 0 {
				t.Errorf("before half time: %d reminded, %d escalated", r, e)
			}
			s.Advance(time.Microsecond)
			if r, e := s.press(); r != 1 || e != 0 {
				t.Errorf("at half time: %d reminded, %d escalated", r, e)
			}
			s.wantsTold("referral.reminder", "desk", s.desk("payoke"), id)
			s.waitUntil(due - 1)
			if r, e := s.press(); r+e != 0 {
				t.Errorf("before the end: %d reminded, %d escalated", r, e)
			}
			s.Advance(time.Microsecond)
			if r, e := s.press(); r != 0 || e != 1 {
				t.Errorf("at the end: %d reminded, %d escalated", r, e)
			}
			s.wantsTold("referral.overdue", "supervisors", s.house("payoke").ID, id)
			if view := must(s.Sharing.Show(s.as("inspection"), id))(t); view.EscalatedAt != s.Now() || view.Version != 1 || view.State != sharing.Offered {
				t.Errorf("the sender sees %+v", view.Referral)
			}
			must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
			s.wantsTold("referral.accepted", "desk", s.desk("inspection"), id)
		})
	}
}

func TestClock_stopsWithTheAnswer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(4)
		declined := s.refer(victims[0], "payoke", "identity")
		must0(t, s.Sharing.Decline(s.as("payoke"), declined, 1, "no_capacity"))
		withdrawn := s.refer(victims[1], "payoke", "identity")
		must0(t, s.Sharing.Withdraw(s.as("inspection"), withdrawn, 1))
		must(s.Sharing.Accept(s.as("payoke"), s.refer(victims[2], "payoke", "identity"), 1))(t)
		ended := s.refer(victims[3], "payoke", "identity")
		s.exec(`UPDATE file_grant SET state = 'ended' WHERE id = :id`, database.Args{"id": ended})
		s.Advance(30 * time.Hour)
		if r, e := s.press(); r+e != 0 {
			t.Errorf("%d reminded, %d escalated", r, e)
		}
		s.wantsTold("referral.declined", "desk", s.desk("inspection"), declined)
		s.wantsTold("referral.withdrawn", "desk", s.desk("payoke"), withdrawn)
	})
}

func TestClock_lateTidyingEscalatesWithoutAReminder(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		s.Advance(30 * time.Hour)
		if r, e := s.press(); r != 0 || e != 1 {
			t.Errorf("%d reminded, %d escalated", r, e)
		}
		s.Advance(72 * time.Hour)
		must(s.Sharing.ExpireDue(s.AsProgram()))(t)
		s.wantsTold("referral.expired", "desk", s.desk("inspection"), id)
	})
}

func TestTidy_runsTheClock(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		for _, step := range []struct {
			after time.Duration
			code  string
			kind  string
			to    string
		}{{13 * time.Hour, "referral.reminder", "desk", s.desk("payoke")}, {12 * time.Hour, "referral.overdue", "supervisors", s.house("payoke").ID},
			{73 * time.Hour, "referral.expired", "desk", s.desk("inspection")}} {
			s.Advance(step.after)
			must0(t, s.Tidy(t.Context()))
			s.wantsTold(step.code, step.kind, step.to, id)
		}
	})
}

func TestOverdue_isShownToSupervisorsWithoutTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
		s.person("payoke", "elsewhere", agency.NewWorker{Desks: []string{}})
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		view := must(s.Sharing.Show(s.as("payoke/boss"), id))(t)
		if view.State != sharing.Offered || view.CanAnswer || view.CanOpen || view.Note != "" || view.Attention != "" {
			t.Errorf("the supervisor sees %+v", view)
		}
		_, err := s.Sharing.Preview(s.as("payoke/boss"), id)
		s.wants(err, fault.NotFound, "a supervisor of no desk looks at the offer")
		_, err = s.Sharing.Show(s.as("payoke/elsewhere"), id)
		s.wants(err, fault.NotFound, "a colleague of no desk")
	})
}

func TestAttention_tellsThePersonAndLeavesTheDeskFree(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(5)
		for i, c := range []struct {
			called, key string
		}{{"Yara Bellefroy", "payoke.second"}, {"  bellefroy   YARA ", "payoke.second"}, {"Yara", ""}, {"Karel Somers-Dijk", ""}} {
			n := offerTo(s.desk("payoke"), "identity")
			n.Attention = c.called
			before := len(s.told("referral.for_you"))
			id := must(s.Sharing.Refer(s.as("inspection"), victims[i], n, ""))(t)
			rows := s.told("referral.for_you")[before:]
			if c.key == "" && len(rows) > 0 || c.key != "" && (len(rows) != 1 || rows[0].ToKind != "worker" || rows[0].ToID != s.Person(c.key).ID) {
				t.Errorf("%q: told %+v", c.called, rows)
			}
			if c.key != "" {
				for who, mine := range map[string]bool{c.key: true, "payoke": false} {
					if view := must(s.Sharing.Show(s.As(who), id))(t); view.ForMe != mine {
						t.Errorf("%s: meant for %s is %v", c.called, who, view.ForMe)
					}
				}
			}
			offered := must(s.Sharing.Preview(s.as("payoke"), id))(t)
			if offered.Attention == "" || !offered.CanAnswer {
				t.Errorf("a colleague sees %+v", offered.View)
			}
			must(s.Sharing.Accept(s.as("payoke"), id, 1))(t) // whoever is on leave, the desk handles it
		}
		n := offerTo(s.desk("payoke"), "identity")
		n.Attention = "Yara\x00Bellefroy"
		_, err := s.Sharing.Refer(s.as("inspection"), victims[4], n, "")
		s.wantsField(err, "attention", "fault.field_control_characters")
	})
}

func TestCorrection_isPushedToEveryPastRecipient(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, entries := s.filled()
		want := []string{}
		for house, end := range map[string]func(id string){
			"payoke":     func(id string) { must(s.Sharing.Accept(s.as("payoke"), id, 1))(t) },
			"moria":      func(id string) { must0(t, s.Sharing.Decline(s.as("moria"), id, 1, "no_capacity")) },
			"prosecutor": func(string) {},
			"tutelles": func(id string) {
				must(s.Sharing.Accept(s.as("tutelles"), id, 1))(t)
				must0(t, s.Sharing.Complete(s.as("tutelles"), id, 2, "represented"))
			},
		} {
			end(s.refer(victimID, house, "identity"))
			want = append(want, s.desk(house))
		}
		must0(t, s.Sharing.Withdraw(s.as("inspection"), s.refer(victimID, "migration", "identity"), 1)) // nobody there has looked
		looked := s.refer(victimID, "pagasa", "identity")
		must(s.Sharing.Preview(s.as("pagasa"), looked))(t)
		must(s.Trail.Sequence(t.Context()))(t)
		must0(t, s.Sharing.Withdraw(s.as("inspection"), looked, 1))
		want = append(want, s.desk("pagasa"))
		s.refer(victimID, "lawyers", "labour") // got something else
		s.correct("rsz", entries["identity"], 1, "Tran")
		got := []string{}
		for _, row := range s.told("referral.corrected") {
			if !row.Must || row.ToKind != "desk" || row.FileID != victimID || row.Link != "referral" {
				t.Errorf("told %+v", row)
			}
			got = append(got, row.ToID)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		must(s.Entries.Change(s.As("rsz"), entries["exploitation"], 1, draftOf("Antwerpen")))(t)
		if n := len(s.told("referral.corrected")); n != len(want) {
			t.Errorf("an entry that went nowhere was pushed: %d", n)
		}
		list := must(s.Sharing.List(s.as("payoke"), sharing.Received, gate.Cursor{}))(t)
		if view := must(s.Sharing.Show(s.as("payoke"), list.Referrals[0].ID))(t); view.Corrected != 1 {
			t.Errorf("the desk is told of %d corrections", view.Corrected)
		}
	})
}
