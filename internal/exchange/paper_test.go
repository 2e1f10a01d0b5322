package exchange

import (
	"os"
	"testing"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/locale"
)

// TestPaperNote_saysWhoseEntriesAreInTheCopy: entries of some agencies, or no more than facts of them.
func TestPaperNote_saysWhoseEntriesAreInTheCopy(t *testing.T) {
	words, err := locale.Load(os.DirFS("../../web/locales"))
	if err != nil {
		t.Fatal(err)
	}
	w := words.For("en")
	for want, view := range map[string]entry.SectionView{
		"":                    {OthersOpen: true, SomeOpen: true, SomeFacts: true},
		"exchange.only_own":   {},
		"exchange.only_some":  {SomeOpen: true},
		"exchange.some_facts": {SomeFacts: true},
	} {
		view.Section = authz.Exploitation
		if want != "" {
			want = w.T(want)
		}
		if got := paperNote(w, &Copy{Sections: []entry.SectionView{view}}, "exploitation"); got != want {
			t.Errorf("%+v: %q, and not %q", view, got, want)
		}
	}
}
