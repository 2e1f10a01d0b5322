package minor_test

import (
	"testing"

	"relais/internal/consent"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/minor"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestSign_aNoEndsWhatBeganBefore: while a new version waits for the guardian nothing more begins on the consent, an offer and a
// signature neither; with the guardian's no ends what rests on the version before.
func TestSign_aNoEndsWhatBeganBefore(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := setUp(w)
		must(s.Minors.Assign(s.As("tutelles"), s.victimID, minor.NewGuardian{Service: "be_guardianship", WorkerID: s.Person("tutelles").ID}, ""))(t)
		id := must(s.Consents.Record(s.As("rsz"), s.victimID, s.yes(), ""))(t)
		sign := func(version int64, agreed bool) {
			t.Helper()
			must0(t, s.Consents.Sign(s.As("tutelles"), s.victimID, id, version, agreed))
		}
		change := func(version int64) {
			t.Helper()
			must0(t, s.Consents.Change(s.As("rsz"), s.victimID, id, version, s.yes()))
		}
		waits := func(err error, what string) {
			t.Helper()
			if f, ok := fault.As(err); !ok || f.Kind != fault.Conflict || f.Key != "consent.is_waiting" {
				t.Errorf("%s on a version that waits for the guardian: %v", what, err)
			}
		}
		sign(1, true)
		must0(t, s.offer(id))
		offer := must(s.Sharing.List(s.As("payoke"), sharing.Waiting, gate.Cursor{}))(t).Referrals[0]
		change(1)
		_, err := s.Sharing.Accept(s.As("payoke"), offer.ID, offer.Version)
		waits(err, "an acceptance")
		sign(2, true)
		must(s.Sharing.Accept(s.As("payoke"), offer.ID, offer.Version))(t)

		named := must(s.Sharing.NameWorker(s.As("payoke"), s.victimID, s.Person("payoke.second").ID, "", ""))(t)
		change(2)
		waits(s.Sharing.Approve(s.As("payoke.lead"), named, 1), "a second signature")
		if _, err := s.Victims.Show(s.As("payoke"), s.victimID); err != nil {
			t.Errorf("what began before ends while the guardian is asked: %v", err)
		}

		sign(3, false)
		if _, err := s.Victims.Show(s.As("payoke"), s.victimID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("against the guardian the shelter still sees the child: %v", err)
		}
		wants(t, s.Sharing.Approve(s.As("payoke.lead"), named, 1), fault.Conflict, "a second signature against the guardian")
		if got := s.told(t, "payoke", "consent_declined"); got != 1 {
			t.Errorf("the shelter is told %d times to delete what it took down", got)
		}
		if got := s.told(t, "rsz", "consent_not_signed"); got != 1 {
			t.Errorf("who keeps the consent is told %d times", got)
		}
		if got := s.number(`SELECT COUNT(*) FROM file_grant WHERE file_id = :file AND end_reason = 'consent_declined'`); got < 2 {
			t.Errorf("%d grants ended by it", got)
		}
		if view := must(s.Consents.Show(s.As("rsz"), s.victimID, id))(t); view.State(s.Now()) != consent.Declined {
			t.Errorf("the consent stands at %s", view.State(s.Now()))
		}
	})
}
