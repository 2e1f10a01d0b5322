package request_test

import (
	"testing"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/testkit"
)

// TestRace_letsOneOfThemWin answers, refuses and withdraws the same request at once: one of them happens, and what is open
// afterwards is what the request says.
func TestRace_letsOneOfThemWin(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for range 4 {
			id := s.ask("payoke", "residence")
			results := testkit.Together(
				func() error { return s.give(id, 1, "residence") },
				func() error { return s.Requests.Refuse(s.As("rsz.second"), id, 1, "safety") },
				func() error { return s.Requests.Withdraw(s.As("payoke"), id, 1) })
			won := 0
			for _, err := range results {
				if err == nil {
					won++
				} else {
					s.wants(err, fault.Conflict, "who came too late")
				}
			}
			view := s.show(s.As("payoke"), id)
			if won != 1 || view.State == request.Asked || s.reads("payoke", authz.Residence) != (view.State == request.Granted) {
				t.Fatalf("%d won, it is %s, and open is %v", won, view.State, s.reads("payoke", authz.Residence))
			}
			if view.State == request.Granted {
				must0(t, s.Requests.End(s.As("rsz"), id, view.Version))
			}
		}
	})
}

// TestRace_asksOnce sends the same form twice at once, and two colleagues ask in the same instant.
func TestRace_asksOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		var ids [2]string
		send := func(i int) func() error {
			return func() (err error) {
				ids[i], err = s.Requests.Ask(s.As("payoke"), gate.Victim, s.victimID, wanted("residence"), "the key of one form")
				return err
			}
		}
		for _, err := range testkit.Together(send(0), send(1)) {
			must0(t, err)
		}
		if ids[0] != ids[1] {
			t.Error("sent twice, asked twice")
		}
		must0(t, s.Requests.Withdraw(s.As("payoke"), ids[0], 1))
		ask := func(key string) func() error {
			return func() error {
				_, err := s.Requests.Ask(s.As(key), gate.Victim, s.victimID, wanted("residence"), "")
				return err
			}
		}
		refused := 0
		for _, err := range testkit.Together(ask("payoke"), ask("payoke.second")) {
			if err != nil {
				s.wantsField(err, "sections", "request.already_open", "the later one")
				refused++
			}
		}
		if refused != 1 {
			t.Errorf("%d of two were refused", refused)
		}
	})
}
