package clock_test

import (
	"testing"

	"relais/internal/clock"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/locale"
	"relais/internal/rulepack"
	"relais/web"
)

func TestPages_areSound(t *testing.T) { pagecheck.Slice(t, "clock") }

// TestWords_areThereForEveryRule looks for the words of everything that stands in a pack, in each language.
func TestWords_areThereForEveryRule(t *testing.T) {
	book := must(rulepack.Shipped())(t)
	keys := []string{"clock.ending.mistake", "notice.code.clock_warned", "notice.code.clock_overdue", "notice.code.clock_reached",
		"notice.code.clock_started", "notice.code.clock_paused", "notice.code.clock_resumed", "notice.code.clock_ended"}
	for _, r := range book.Clocks() {
		keys = append(keys, "clock.rule."+r.Rule, "clock.unit."+string(r.Unit))
	}
	for _, of := range []string{"event", "consequence", "document", "condition", "ending"} {
		for _, word := range rulepack.Vocabulary(of) {
			keys = append(keys, "clock."+of+"."+word)
		}
	}
	for _, reason := range clock.PauseReasons {
		keys = append(keys, "clock.pause."+reason)
	}
	words := must(locale.Load(web.Locales()))(t)
	for _, lang := range []string{"en", "fr", "nl", "de"} {
		for _, key := range keys {
			if !words.For(lang).Has(key) {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}
