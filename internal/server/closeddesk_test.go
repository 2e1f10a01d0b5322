package server_test

import (
	"testing"

	"relais/internal/circle"
	"relais/internal/consent"
	"relais/internal/consultation"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/question"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/testkit"
)

// TestClosedDesk_isReachedOnNoRoad: at a desk that was closed, or of an agency that was, nobody reads any more. Nothing goes there, on whatever
// road, and nothing is left of the try.
func TestClosedDesk_isReachedOnNoRoad(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		victimID := w.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen"})
		to, own, rsz := w.Place("be.payoke").Desks[0], w.Place("be.rsz").Desks[0], w.As("rsz")
		terms := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
		ring := must(w.Circles.Create(rsz, circle.New{Name: "Cel", DeskID: own, Purpose: "protection", Desks: []string{w.Place("be.fgp").Desks[0]}}, ""))(t)
		noted := must(w.Signals.Note(rsz, signal.New{DeskID: own, Country: "BE", Exploitation: "forced_labour", Persons: 1, SeenOn: w.Today(), Source: "own_observation",
			Story: "Somebody sleeps in the kitchen."}, ""))(t)
		roads := map[string]func() error{
			"a referral": func() error {
				_, err := w.Sharing.Refer(rsz, victimID, sharing.NewReferral{DeskID: to, Sections: []string{"identity"}, Urgency: sharing.Urgent, Reason: "shelter", Terms: terms}, "")
				return err
			},
			"a place in the team": func() error {
				_, err := w.Sharing.Add(rsz, caseID, sharing.NewMember{DeskID: to, Terms: terms}, "")
				return err
			},
			"the lead": func() error {
				_, err := w.Sharing.OfferTransfer(rsz, caseID, sharing.NewTransfer{DeskID: to, Reason: "competence", Terms: terms}, "")
				return err
			},
			"a new circle": func() error {
				_, err := w.Circles.Create(rsz, circle.New{Name: "Cel", DeskID: own, Purpose: "protection", Desks: []string{to}}, "")
				return err
			},
			"a circle": func() error { _, err := w.Circles.Join(rsz, ring, to, false, 1); return err },
			"a consultation": func() error {
				_, err := w.Consultations.Call(rsz, consultation.New{DeskID: own, Ground: "prosecutor_permission", Permission: "AN.2026/17", PermittedOn: "2026-02-27",
					HeldOn: w.Today(), Aim: "integrity", Subject: "Two workers", Desks: []string{to}}, "")
				return err
			},
			"a question": func() error {
				_, err := w.Questions.Ask(rsz, question.New{DeskID: own, ToDeskID: to, Note: "Is there a room?",
					Subject: question.Subject{Need: "housing", Exploitation: "forced_labour", AgeBand: "26_64", Sex: "female", Country: "BE", Language: "vi"}}, "")
				return err
			},
			"a consent": func() error {
				_, err := w.Consents.Record(rsz, victimID, consent.New{Sections: []string{"identity"}, Purposes: []string{"protection"}, AskedOn: w.Today(),
					Until: w.Today().AddDays(30), How: "written", Language: "vi", Explained: consent.Explanations(),
					Recipients: []consent.Recipient{{AgencyID: w.Place("be.payoke").ID, DeskID: to}}}, "")
				return err
			},
			"a signal": func() error {
				return w.Signals.Pass(rsz, noted, signal.Pass{DeskID: to, Purpose: "protection", Basis: "legal_task"}, 1)
			},
		}
		w.Keep()
		for _, closing := range []string{`UPDATE desk SET closed_at = 1 WHERE id = :desk`,
			`UPDATE agency SET closed_at = 1 WHERE id = (SELECT agency_id FROM desk WHERE id = :desk)`} {
			w.Rewind()
			if err := w.Database.Write(t.Context(), func(tx *database.Tx) error { _, err := tx.Exec(closing, database.Args{"desk": to}); return err }); err != nil {
				t.Fatal(err)
			}
			for road, goes := range roads {
				if err := goes(); fault.KindOf(err) != fault.Invalid {
					t.Errorf("%s: %s goes there: %v", closing[:12], road, err)
				}
			}
			left := must(count(w, `SELECT COUNT(*) FROM file_grant WHERE grantee_id = :desk`, to))(t)
			if left += must(count(w, `SELECT COUNT(*) FROM notice WHERE to_id = :desk`, to))(t); left != 0 {
				t.Errorf("%s: %d rows are left of the tries", closing[:12], left)
			}
		}
		w.Rewind()
		for road, goes := range roads { // open, the desk is reached: the refusals are of what was closed
			w.Rewind()
			if err := goes(); err != nil {
				t.Errorf("open: %s does not go there: %v", road, err)
			}
		}
	})
}

func count(w *testkit.World, query, desk string) (n int64, err error) {
	return n, w.Database.Read(w.T.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, database.Args{"desk": desk}) })
}
