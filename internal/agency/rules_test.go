package agency

import (
	"testing"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/httpkit/pagecheck"
)

func TestNormalEmail_comparesAddressesAsPeopleDo(t *testing.T) {
	for text, want := range map[string]string{
		" Nora@Example.ORG ": "nora@example.org", "a.b+c@x.be": "a.b+c@x.be", "jose\u0301@x.be": "josé@x.be",
		"": "", "nora": "", "@x.be": "", "a@": "", "a@b": "", "a b@x.be": "", "a@x.be@y.be": "", "a@.be": "", "a@x.": "", "a\x00@x.be": "",
	} {
		if got := NormalEmail(text); got != want {
			t.Errorf("NormalEmail(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestBeyond_letsNoRuleThroughThatTheCeilingLacks is the rule behind "nobody gives what they may not give".
func TestBeyond_letsNoRuleThroughThatTheCeilingLacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ceiling authz.Mask
		rules := rapid.SliceOf(rapid.Custom(func(t *rapid.T) authz.RoleRule {
			return authz.RoleRule{Section: authz.Section(rapid.IntRange(1, int(authz.People)).Draw(t, "section")),
				Verb: rapid.SampledFrom(authz.Verbs()).Draw(t, "verb"), Effect: authz.Allow}
		})).Draw(t, "rules")
		inside := rapid.SliceOfN(rapid.Bool(), len(rules), len(rules)).Draw(t, "inside")
		for i, rule := range rules {
			if inside[i] {
				ceiling[rule.Verb] = ceiling[rule.Verb].With(rule.Section)
			}
		}
		over := beyond(rules, &ceiling)
		for _, rule := range rules {
			found := false
			for _, o := range over {
				found = found || o == rule
			}
			if found == ceiling.Has(rule.Verb, rule.Section) {
				t.Fatalf("%v: beyond=%t, in the ceiling=%t", rule, found, !found)
			}
		}
	})
}

func TestPages_fitTheirTemplates(t *testing.T) { pagecheck.Slice(t, "agency") }
