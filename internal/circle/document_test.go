package circle_test

import (
	"testing"

	"relais/internal/circle"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestShare_carriesItsDocumentToWhoJoinsLater: what is known of the document behind a share stands in the grant of each desk, of one that
// joins later too; where the provision asks for it, nothing is shared without it.
func TestShare_carriesItsDocumentToWhoJoinsLater(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id, file := ring(t, w), victim(w)
		paper := gate.Document{On: "2026-02-20", By: "Inspector Peeters", Article: "art. 54 § 1"}
		share := circle.NewShare{CircleID: id, Sections: []string{"identity"}, Terms: sharing.Terms{Purpose: "protection", Basis: "legal_gateway",
			BasisRef: "PV AN.55.1/2026", Document: paper}}
		if _, err := w.Circles.Share(w.As("rsz"), file, share, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Circles.Join(w.As("rsz"), id, desk(w, "be.pagasa"), true, show(t, w, "rsz", id).Version); err != nil {
			t.Fatal(err)
		}
		view, err := w.Sharing.Access(w.As("pagasa"), file)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for _, a := range view.List {
			if !a.Lead && a.Document == paper && a.BasisRef == "PV AN.55.1/2026" {
				told++
			}
		}
		if told != 3 {
			t.Errorf("the document stands in %d grants of three: %+v", told, view.List)
		}

		dutch := w.OpenVictim("avim", w.OpenCase("avim"), section.Values{"family_name": "Tran"})
		id, err = w.Circles.Create(w.As("avim"), circle.New{Name: "Haven", DeskID: desk(w, "nl.police"), Purpose: "protection",
			Desks: []string{desk(w, "be.fgp")}}, "")
		if err != nil {
			t.Fatal(err)
		}
		share = circle.NewShare{CircleID: id, Sections: []string{"identity"}, Terms: sharing.Terms{Purpose: "protection", Basis: "legal_gateway",
			BasisRef: "PL 1/2026", LegalBasis: "nl.police.provision"}}
		_, err = w.Circles.Share(w.As("avim"), dutch, share, "")
		if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Key != "gate.no_document.basis_article" {
			t.Errorf("without the article: %v", err)
		}
		share.Document.Article = "art. 18"
		if _, err := w.Circles.Share(w.As("avim"), dutch, share, ""); err != nil {
			t.Error(err)
		}
	})
}
