package exchange_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

// TestExport_ofACaseWithoutThePerson: the record says what was done and to whom of which kind, under a pseudonym of the agency; no
// name leaves, and it is a disclosure like any other.
func TestExport_ofACaseWithoutThePerson(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := filled(w)
		w.Write("payoke", s.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Tran", "birth_date": "1990-05-06", "sex": "female", "citizenships": "VN"})
		record := func(key string) (r exchange.ICTIP, text string) {
			c := s.take(key, wanted(exchange.ICTip, "identity", "exploitation"))
			file, err := c.ICTIP()
			if err == nil {
				err = json.Unmarshal(file, &r)
			}
			if err != nil || r.Number != c.Number {
				t.Fatal(err)
			}
			return r, string(file)
		}
		r, text := record("payoke")
		for what, got := range map[string][]string{"female": r.Victim["sex"], "VN": r.Victim["citizenship"], "adult": r.Victim["age_group"],
			"forced_labour_or_services": r.Event["purpose"], "shelter": r.Entity["kind"], "BE": r.Entity["country"], "2026": r.Entity["year"]} {
			if !slices.Equal(got, []string{what}) {
				t.Errorf("%q is told as %v", what, got)
			}
		}
		for _, secret := range []string{"Tran", "Minh", "1990", s.victimID, s.caseID} {
			if strings.Contains(text, secret) {
				t.Errorf("the record holds %q", secret)
			}
		}
		again, _ := record("payoke")
		other, _ := record("fgp")
		if again.Pseudonym != r.Pseudonym || other.Pseudonym == r.Pseudonym || len(r.Pseudonym) != 32 || again.Number == r.Number {
			t.Errorf("pseudonyms %s, %s, and of the police %s", r.Pseudonym, again.Pseudonym, other.Pseudonym)
		}
		left, err := w.Exchange.Exports(w.As("payoke"), gate.Victim, s.victimID)
		if err != nil || len(left.Left) == 0 || left.Left[len(left.Left)-1].Format != exchange.ICTip {
			t.Errorf("what left is %+v, %v", left.Left, err)
		}
		if _, err := w.Exchange.Export(w.As("payoke"), gate.Case, s.caseID, wanted(exchange.ICTip, "labour")); !errors.Is(err, fault.Invalid) {
			t.Errorf("of a case file: %v", err)
		}
		if _, err := w.Exchange.Export(w.As("pagasa"), gate.Victim, s.victimID, wanted(exchange.ICTip, "identity")); !errors.Is(err, fault.NotFound) {
			t.Errorf("a stranger: %v", err)
		}
	})
}
