package sharing_test

import (
	"testing"

	"relais/internal/httpkit/pagecheck"
	"relais/internal/locale"
	"relais/internal/sharing"
	"relais/web"

	"relais/internal/gate"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "sharing") }

func TestWords_existForEveryCode(t *testing.T) {
	words := must(locale.Load(web.Locales()))(t)
	var keys []string
	for _, code := range sharing.Reasons {
		keys = append(keys, "sharing.reason."+code)
	}
	for _, code := range sharing.DeclineReasons {
		keys = append(keys, "sharing.decline."+code)
	}
	for _, state := range sharing.States() {
		keys = append(keys, "sharing.state."+string(state))
		if state != sharing.Offered {
			keys = append(keys, "sharing.already_"+string(state))
		}
	}
	for _, box := range sharing.Boxes() {
		keys = append(keys, "sharing.box."+string(box), "sharing.empty."+string(box))
	}
	for _, code := range gate.Purposes {
		keys = append(keys, "gate.purpose."+code)
	}
	for _, code := range gate.Bases {
		keys = append(keys, "gate.basis."+code)
	}
	for _, lang := range []string{"en", "fr", "nl", "de"} {
		for _, key := range keys {
			if !words.For(lang).Has(key) {
				t.Errorf("%s: no words for %s", lang, key)
			}
		}
	}
}
