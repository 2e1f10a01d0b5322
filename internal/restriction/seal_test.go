package restriction_test

import (
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestSeal_takesTheFileOutOfSight of everybody, opens it for eight hours to who shows the order, and is lifted without being read.
func TestSeal_takesTheFileOutOfSight(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		fgp := s.ref("fgp", gate.Victim)
		sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Victim, s.Victim, order, ""))(t)
		for _, key := range []string{"rsz", "rsz.second", "fgp", "auditoraat"} {
			if onCase, onVictim := s.opens(key); !onCase || onVictim {
				t.Errorf("%s opens the case %v, the sealed victim file %v", key, onCase, onVictim)
			}
			if hits, _, err := w.Victims.Search(w.As(key), "Tran"); err != nil || len(hits) > 0 {
				t.Errorf("%s finds it by search: %v %v", key, hits, err)
			}
			if hits, _, err := w.Victims.Search(w.As(key), fgp); err != nil || len(hits) > 0 {
				t.Errorf("%s finds it by its reference: %v %v", key, hits, err)
			}
		}
		opened := must(w.Limits.Open(w.As("fgp"), strings.ToLower(fgp), " an45.l7. 1234/2026 "))(t)
		if opened.FileID != s.Victim || opened.Until != w.Now().Add(8*time.Hour) {
			t.Errorf("opened %+v", opened)
		}
		if _, onVictim := s.opens("fgp"); !onVictim {
			t.Error("closed to who has shown the order")
		}
		if _, onVictim := s.opens("fgp.head"); onVictim {
			t.Error("open to a colleague who has not")
		}
		w.Advance(8 * time.Hour)
		if _, onVictim := s.opens("fgp"); onVictim {
			t.Error("open for longer than eight hours")
		}
		list := must(w.Limits.Seals(w.As("auditoraat"), gate.Cursor{}))(t)
		if len(list.Items) != 1 || list.Items[0].Reference == "" || list.Items[0].Name == "" {
			t.Fatalf("listed %+v", list.Items)
		}
		wants(t, "a stale form", w.Limits.Unseal(w.As("auditoraat"), sealID, 2, lifting), fault.Conflict, "")
		if err := w.Limits.Unseal(w.As("auditoraat"), sealID, 1, lifting); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"rsz", "rsz.second", "fgp", "auditoraat"} {
			if onCase, onVictim := s.opens(key); !onCase || !onVictim || !s.meets(key) {
				t.Errorf("unsealed, %s opens %v %v", key, onCase, onVictim)
			}
		}
		wants(t, "unsealed twice", w.Limits.Unseal(w.As("auditoraat"), sealID, 1, lifting), fault.NotFound, "")
	})
}

// TestSeal_isForProsecutorAndCourt, and to strangers the file does not exist.
func TestSeal_isForProsecutorAndCourt(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		for _, key := range []string{"rsz", "rsz.head", "fgp"} {
			_, err := w.Limits.Seal(w.As(key), gate.Case, s.Case, order, "")
			wants(t, key, err, fault.Refused, "")
			_, err = w.Limits.SealForm(w.As(key), gate.Case, s.Case)
			wants(t, key+"'s form", err, fault.Refused, "")
		}
		_, err := w.Limits.Seal(w.As("court"), gate.Case, s.Case, order, "")
		wants(t, "a court that does not see the file", err, fault.NotFound, "")
		for name, bad := range map[string]string{"no order": " ", "a sentence": "the judge said so, 2026", "a name": "Peeters", "short": "A1", "long": strings.Repeat("1", 61)} {
			_, err := w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, bad, "")
			wants(t, name, err, fault.Invalid, "order")
		}
		if _, err := w.Limits.SealForm(w.As("auditoraat"), gate.Case, s.Case); err != nil {
			t.Fatal(err)
		}
		sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, "key-of-the-form"))(t)
		if again := must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, "key-of-the-form"))(t); again != sealID {
			t.Error("the same form sealed twice")
		}
		_, err = w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, "another-form")
		wants(t, "sealed already", err, fault.NotFound, "")
		for _, key := range []string{"rsz", "fgp", "court"} {
			wants(t, "unsealed by "+key, w.Limits.Unseal(w.As(key), sealID, 1, lifting), fault.NotFound, "")
			if list := must(w.Limits.Seals(w.As(key), gate.Cursor{}))(t); len(list.Items) != 0 {
				t.Errorf("%s lists %+v", key, list.Items)
			}
		}
		_, err = w.Limits.Seals(w.As("rsz.auditor"), gate.Cursor{})
		wants(t, "an auditor's list", err, fault.NotFound, "")
	})
}

// TestOpen_helpsNobodyGuess: a wrong order, a file that is not sealed and one that is not there answer alike, each miss is
// recorded and told to the auditors, and after five of them the right order does not help for an hour.
func TestOpen_helpsNobodyGuess(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		rsz, victim := s.ref("rsz", gate.Case), s.ref("rsz", gate.Victim)
		must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, ""))(t)
		for name, c := range map[string][3]string{
			"a stranger":               {"payoke", rsz, order},
			"an open file":             {"rsz", victim, order},
			"a file that is not there": {"rsz", "C-AAAA-AAAA", order},
			"a wrong order":            {"rsz", rsz, "AN45.L7.1234/2027"},
			"an auditor":               {"rsz.auditor", rsz, order},
		} {
			_, err := w.Limits.Open(w.As(c[0]), c[1], c[2])
			wants(t, name, err, fault.NotFound, "")
		}
		told := must(w.Notices.List(w.As("rsz.auditor"), notice.Open, gate.Cursor{}))(t).Items
		if len(told) != 1 || told[0].Code != "seal_refused" || told[0].FileID != s.Case {
			t.Errorf("the auditor is told %+v", told)
		}
		for range 4 {
			_, err := w.Limits.Open(w.As("rsz"), rsz, "AN45.L7.1234/2027")
			wants(t, "a wrong order", err, fault.NotFound, "")
		}
		_, err := w.Limits.Open(w.As("rsz"), rsz, order)
		wants(t, "after five misses", err, fault.NotFound, "")
		w.Advance(time.Hour)
		must(w.Limits.Open(w.As("rsz"), rsz, order))(t)
		told = must(w.Notices.List(w.As("rsz.auditor"), notice.Open, gate.Cursor{}))(t).Items
		if len(told) == 0 || told[0].Code != "seal_opened" {
			t.Errorf("the auditor is told %+v", told)
		}
		for name, c := range map[string][3]string{"no file": {"", order, "reference"}, "no order": {rsz, "", "order"}} {
			_, err := w.Limits.Open(w.As("rsz"), c[0], c[1])
			wants(t, name, err, fault.Invalid, c[2])
		}
	})
}

// TestSeal_holdsBackWhatIsOnOffer: a desk finds no offer of a sealed file and cannot accept it, and finds it again afterwards.
func TestSeal_holdsBackWhatIsOnOffer(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		offer := must(w.Sharing.Refer(w.As("rsz"), s.Victim, sharing.NewReferral{DeskID: w.Place("be.payoke").Desks[0], Sections: []string{"identity"},
			Urgency: sharing.Normal, Reason: "support", Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}, ""))(t)
		waiting := func() int {
			return len(must(w.Sharing.List(w.As("payoke"), sharing.Waiting, gate.Cursor{}))(t).Referrals) +
				len(must(w.Sharing.List(w.As("payoke"), sharing.Received, gate.Cursor{}))(t).Referrals)
		}
		if waiting() != 2 {
			t.Fatalf("%d lines before", waiting())
		}
		sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Victim, s.Victim, order, ""))(t)
		if waiting() != 0 {
			t.Errorf("%d lines of a sealed file", waiting())
		}
		_, err := w.Sharing.Show(w.As("payoke"), offer)
		wants(t, "the offer", err, fault.NotFound, "")
		_, err = w.Sharing.Accept(w.As("payoke"), offer, 1)
		wants(t, "an acceptance", err, fault.NotFound, "")
		if err := w.Limits.Unseal(w.As("auditoraat"), sealID, 1, lifting); err != nil {
			t.Fatal(err)
		}
		must(w.Sharing.Accept(w.As("payoke"), offer, 1))(t)
	})
}

// TestSealed_grantsEndInTime: whoever lost the file while it lay under the seal does not find it again.
func TestSealed_grantsEndInTime(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, ""))(t)
		w.Advance(gate.DefaultGrant + 24*time.Hour)
		if _, err := w.Sharing.EndDue(w.AsProgram()); err != nil {
			t.Fatal(err)
		}
		if err := w.Limits.Unseal(w.As("auditoraat"), sealID, 1, lifting); err != nil {
			t.Fatal(err)
		}
		if onCase, _ := s.opens("fgp"); onCase {
			t.Error("the team's place outlived its end")
		}
	})
}

// TestOpen_holdsForItsOwnOrder: what is sealed anew under another order is not open to who has shown the first.
func TestOpen_holdsForItsOwnOrder(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		fgp := s.ref("fgp", gate.Victim)
		sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Victim, s.Victim, order, ""))(t)
		must(w.Limits.Open(w.As("fgp"), fgp, order))(t)
		if err := w.Limits.Unseal(w.As("auditoraat"), sealID, 1, lifting); err != nil {
			t.Fatal(err)
		}
		must(w.Limits.Seal(w.As("auditoraat"), gate.Victim, s.Victim, "AN45.L7.77/2026", ""))(t)
		if _, onVictim := s.opens("fgp"); onVictim {
			t.Error("the first order opens what lies under the second")
		}
		must(w.Limits.Open(w.As("fgp"), fgp, "AN45.L7.77/2026"))(t)
		if _, onVictim := s.opens("fgp"); !onVictim {
			t.Error("the second order does not open it")
		}
	})
}

// TestSealed_placesCanBeTakenAway by a lead who has shown the order.
func TestSealed_placesCanBeTakenAway(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		rsz, place := s.ref("rsz", gate.Case), w.AddToTeam("rsz", s.Case, "be.dvz")
		sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, ""))(t)
		must(w.Limits.Open(w.As("rsz"), rsz, order))(t)
		if err := w.Sharing.Remove(w.As("rsz"), s.Case, place, 2); err != nil {
			t.Fatal(err)
		}
		if err := w.Limits.Unseal(w.As("auditoraat"), sealID, 1, lifting); err != nil {
			t.Fatal(err)
		}
		if onCase, onVictim := s.opens("dvz"); onCase || onVictim {
			t.Errorf("taken away under the seal, it opens the case %v, the victim file %v", onCase, onVictim)
		}
	})
}

// TestTrail_knowsEveryRestriction by its file or by its own id, and never the order.
func TestTrail_knowsEveryRestriction(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := set(w)
	rsz := s.ref("rsz", gate.Case)
	sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, ""))(t)
	_, _ = w.Limits.Open(w.As("rsz"), rsz, "AN45.L7.9999/2026")
	must(w.Limits.Open(w.As("rsz"), rsz, order))(t)
	if err := w.Limits.Unseal(w.As("auditoraat"), sealID, 1, lifting); err != nil {
		t.Fatal(err)
	}
	must(w.Trail.Sequence(w.AsProgram()))(t)
	want := map[string]string{"seal.add": audit.Allowed, "seal.open": audit.Allowed, "seal.end": audit.Allowed}
	denied := 0
	for _, e := range entries(w) {
		if strings.HasPrefix(e.Action, "seal.") && e.Decision == audit.Denied {
			denied++
			continue
		}
		delete(want, e.Action)
	}
	if len(want) > 0 || denied != 1 {
		t.Errorf("not in the trail: %v; %d misses", want, denied)
	}
}

// TestSeal_asksForTheSecondFactorAgain, for sealing, for opening and for unsealing.
func TestSeal_asksForTheSecondFactorAgain(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		reference := s.ref("fgp", gate.Case)
		sealed := must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, ""))(t)
		judge, police := w.As("auditoraat"), w.As("fgp")
		w.Advance(11 * time.Minute)
		_, sealing := w.Limits.Seal(judge, gate.Victim, s.Victim, order, "")
		_, opening := w.Limits.Open(police, reference, order)
		_, form := w.Limits.UnsealForm(judge, sealed)
		unsealing := w.Limits.Unseal(judge, sealed, 1, lifting)
		for what, err := range map[string]error{"sealing": sealing, "opening": opening, "the form that unseals": form, "unsealing": unsealing} {
			if f, ok := fault.As(err); !ok || f.Key != "gate.step_up" {
				t.Errorf("%s without a fresh second factor: %v", what, err)
			}
		}
		if err := w.Limits.Unseal(w.As("auditoraat"), sealed, 1, lifting); err != nil {
			t.Errorf("unsealing: %v", err)
		}
	})
}

// TestUnseal_namesWhatLiftsTheOrder: without it nothing is lifted; it lies sealed, is read by the agency that sealed and by nobody else,
// and the auditors of that agency are told.
func TestUnseal_namesWhatLiftsTheOrder(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		house := w.Place("be.auditoraat")
		id := must(w.Agencies.Appoint(w.AsProgram(), house.ID, agency.NewWorker{Given: "Ada", Family: "Auditor", Email: "auditor@be.auditoraat.example.org",
			Language: "en", Hold: []string{house.Roles[agency.Auditor]}}))(t)
		auditor := gate.WithCaller(t.Context(), gate.Caller{Actor: authz.Actor{WorkerID: id, AgencyID: house.ID, AAL: 2, SessionID: "test-session"}, SteppedAt: w.Now()})
		sealID := must(w.Limits.Seal(w.As("auditoraat"), gate.Case, s.Case, order, ""))(t)
		for name, bad := range map[string]string{"nothing": "", "a name": "Peeters"} {
			wants(t, name, w.Limits.Unseal(w.As("auditoraat"), sealID, 1, bad), fault.Invalid, "order")
		}
		wants(t, "a stranger without a reference", w.Limits.Unseal(w.As("fgp"), sealID, 1, ""), fault.NotFound, "")
		if form := must(w.Limits.UnsealForm(w.As("auditoraat"), sealID))(t); form.Version != 1 || form.Reference == "" {
			t.Errorf("the form: %+v", form)
		}
		if err := w.Limits.Unseal(w.As("auditoraat"), sealID, 1, " an45.l7. 99/2026"); err != nil {
			t.Fatal(err)
		}
		list := must(w.Limits.Seals(w.As("auditoraat"), gate.Cursor{}))(t)
		if len(list.Items) != 0 || len(list.Lifted) != 1 || list.Lifted[0].LiftedBy != lifting || list.Lifted[0].Name == "" || list.Lifted[0].EndedAt != w.Now() {
			t.Errorf("listed %+v", list)
		}
		if found := must(w.Limits.Seals(w.As("court"), gate.Cursor{}))(t); len(found.Lifted) != 0 {
			t.Errorf("a court lists what another agency has unsealed: %+v", found.Lifted)
		}
		told := must(w.Notices.List(auditor, notice.Open, gate.Cursor{}))(t).Items
		if len(told) == 0 || told[0].Code != "seal_lifted" || told[0].FileID != s.Case {
			t.Errorf("the auditor is told %+v", told)
		}
		err := w.Database.Read(t.Context(), func(tx *database.Tx) error {
			var row []byte
			err := tx.Get(&row, "SELECT lifted_by FROM file_seal WHERE id = :id", database.Args{"id": sealID})
			if len(row) == 0 || strings.Contains(strings.ToUpper(string(row)), "AN45") {
				t.Errorf("lies as %q", row)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
