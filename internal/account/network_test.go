package account

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
)

// TestSignIn_fromAKnownNetworkIsNotSlowedByStrangers: six networks at their own pace use up what one account has from everywhere (T24).
func TestSignIn_fromAKnownNetworkIsNotSlowedByStrangers(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		h.signIn()
		h.pass(time.Hour)
		drain := func() {
			t.Helper()
			for i := 0; ; i++ {
				_, err := h.s.SignIn(h.stranger(), "nora@payoke.example", "wrong", Place{Network: fmt.Sprintf("198.51.100.%d", i/signInHere.burst)})
				if fault.KindOf(err) == fault.TooMany {
					break
				}
				if wants(t, err, fault.Invalid, "account.wrong_sign_in"); i > 2*signInAnyhow.burst {
					t.Fatal("the common bucket has no end")
				}
			}
		}
		in := func(network string) error {
			_, err := h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, Place{Network: network})
			return err
		}
		drain()
		fine(t, in(desk.Network))
		wants(t, in("203.0.113.9"), fault.TooMany, "account.too_many") // where she never was, as before
		for range signInHere.burst - 1 {
			fine(t, in(desk.Network))
		}
		wants(t, in(desk.Network), fault.TooMany, "account.too_many") // her own pace still counts

		h.pass(networkKnown)
		drain()
		wants(t, in(desk.Network), fault.TooMany, "account.too_many") // it is known no longer
	})
}

// TestNetworks_areFewHashedAndEnd: with half a sign-in none is kept.
func TestNetworks_areFewHashedAndEnd(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		kept := func() (rows [][]byte) {
			fine(t, h.db.Read(t.Context(), func(tx *database.Tx) error { return tx.Select(&rows, "SELECT network FROM known_network", nil) }))
			return rows
		}
		must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(t)
		if n := len(kept()); n != 0 {
			t.Errorf("%d networks after a password", n)
		}
		for i := range mostNetworks + 3 {
			from := Place{Network: fmt.Sprintf("203.0.113.%d", i)}
			half := must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, from))(t)
			must(h.s.ShowCode(h.back(half.Token), h.code(), from))(t)
			h.pass(time.Minute)
		}
		rows := kept()
		if len(rows) != mostNetworks {
			t.Errorf("%d networks are kept", len(rows))
		}
		for _, row := range rows {
			if strings.Contains(string(row), "203.0.113") || len(row) < 16 {
				t.Errorf("kept as %q", row)
			}
		}
		newest := h.s.networkHash(h.nora, fmt.Sprintf("203.0.113.%d", mostNetworks+2))
		if !slices.ContainsFunc(rows, func(row []byte) bool { return bytes.Equal(row, newest) }) {
			t.Error("the newest is not among them")
		}
		h.pass(networkKnown)
		fine(t, h.s.Sweep(h.program()))
		if n := len(kept()); n != 0 {
			t.Errorf("%d networks after their end", n)
		}
	})
}
