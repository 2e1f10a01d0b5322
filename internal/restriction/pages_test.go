package restriction_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/locale"
	"relais/internal/restriction"
	"relais/web"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "restriction") }

func TestWords_existForEveryCode(t *testing.T) {
	words, err := locale.Load(web.Locales())
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{"notice.code.person_excluded", "notice.code.seal_lifted", "notice.code.seal_opened", "notice.code.seal_refused"}
	for _, code := range restriction.Reasons {
		keys = append(keys, "restriction.reason."+code)
	}
	for _, lang := range []string{"en", "fr", "nl", "de"} {
		for _, key := range keys {
			if !words.For(lang).Has(key) {
				t.Errorf("%s: no words for %s", lang, key)
			}
		}
	}
}
