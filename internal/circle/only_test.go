package circle_test

import (
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/circle"
	"relais/internal/database"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestShow_tellsOfPartOfASectionOnlyItsParties: that some agency's entries of a section are shared says that there are some. Who shared
// them or holds a grant with them is told, and that not everybody's are; a member that came later and sees the file by something else is not.
func TestShow_tellsOfPartOfASectionOnlyItsParties(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		w.Write("rsz", file, authz.Identifiers, "legal_gateway", section.Values{"document_number": "R3333333"})
		share := circle.NewShare{CircleID: id, Sections: []string{"identity", "identifiers"},
			Terms: sharing.Terms{Purpose: "protection", Basis: "legal_gateway", BasisRef: "PV AN.55.1/2026"}}
		if _, err := w.Circles.Share(w.As("rsz"), file, share, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Circles.Join(w.As("rsz"), id, desk(w, "be.pagasa"), false, show(t, w, "rsz", id).Version); err != nil {
			t.Fatal(err)
		}
		w.Refer("rsz", file, "be.pagasa", "pagasa", "identity")
		site := w.Serve(t)
		for who, knows := range map[string]bool{"rsz": true, "fgp": true, "payoke": true, "pagasa": false} {
			v := show(t, w, who, id)
			if len(v.Shares) != 1 || !v.Shares[0].Sections.Has(authz.Identity) {
				t.Fatalf("%s is told %+v", who, v.Shares)
			}
			s := v.Shares[0]
			if s.Sections.Has(authz.Identifiers) != knows || slices.Equal(s.OnlyOf.Of(authz.Identifiers), []string{w.Place("be.rsz").ID}) != knows {
				t.Errorf("%s is told %v, only %v", who, s.Sections, s.OnlyOf)
			}
			body := string(site.Key(who).Get("/api/v1/circles/" + id).Want(200).Body)
			if strings.Contains(body, `"only_of":[{"section":"identifiers"`) != knows || strings.Contains(body, "identifiers") != knows {
				t.Errorf("the answer to %s: %s", who, body)
			}
			if page := string(site.SignIn(who).Get("/circles/" + id).Want(200).Body); strings.Contains(page, "niet van iedereen") != knows {
				t.Errorf("the page of %s does not say as much", who)
			}
		}
	})
}

// TestJoin_opensWhatIsWrittenLater: a desk that joins gets what was shared in part although nothing stands there yet: nothing opens now,
// then what that agency writes, and never what somebody else does.
func TestJoin_opensWhatIsWrittenLater(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		share := circle.NewShare{CircleID: id, Sections: []string{"identity"},
			Terms: sharing.Terms{Purpose: "protection", Basis: "legal_gateway", BasisRef: "PV AN.55.1/2026"}}
		shared, err := w.Circles.Share(w.As("rsz"), file, share, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Database.Write(t.Context(), func(tx *database.Tx) error { // as if the entry that was shared had been erased since
			_, err := tx.Exec(`UPDATE circle_share SET sections = :sections, only_of = :of WHERE id = :id`, database.Args{"id": shared,
				"sections": int64(authz.SectionsOf(authz.Identity, authz.Identifiers)), "of": " identifiers:" + w.Place("be.rsz").ID + " "})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Circles.Join(w.As("rsz"), id, desk(w, "be.dvz"), true, show(t, w, "rsz", id).Version); err != nil {
			t.Fatal(err)
		}
		reads := func(when string, want ...string) {
			t.Helper()
			var got []string
			for _, e := range w.SectionOf("dvz", file, authz.Identifiers).Entries {
				got = append(got, e.Values["document_number"])
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s the desk reads %q, and not %q", when, got, want)
			}
		}
		reads("with nothing there")
		w.Write("rsz", file, authz.Identifiers, "legal_gateway", section.Values{"document_number": "R3333333"})
		w.Write("fgp", file, authz.Identifiers, "legal_task", section.Values{"document_number": "F4444444"})
		reads("afterwards", "R3333333")
	})
}
