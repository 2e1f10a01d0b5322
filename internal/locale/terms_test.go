package locale

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

// elsewhere is where a word stands for something else: a place in a log or a list, or the verb.
var elsewhere = []string{"audit.cursor", "gate.bad_cursor", "trail.wrong_detail"}

// TestTerms_areOneWordEachForAgencyAndDesk holds what stood for an agency, a desk or an organisation without an account beside its
// own word.
func TestTerms_areOneWordEachForAgencyAndDesk(t *testing.T) {
	c, err := Load(os.DirFS("../../web/locales"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]*regexp.Regexp{
		"en": regexp.MustCompile(`(?i)\b(our|your) authority\b|\bagency without an account\b`),
		"fr": regexp.MustCompile(`(?i)\b(notre|votre) autorité\b|\bun organisme\b`),
		"nl": regexp.MustCompile(`(?i)\b(onze|uw) overheid\b|\binstantie zonder account\b`),
		"de": regexp.MustCompile(`(?i:\b(unsere|ihre)r? Behörde\b)|\bStelle\b|\bStellen [^S]|\} Dienste? `),
	}
	for lang, pattern := range wrong {
		for key, m := range c.messages[lang] {
			for _, form := range []string{m.one, m.many, m.other} {
				if found := pattern.FindString(form); found != "" && !slices.Contains(elsewhere, key) {
					t.Errorf("%s %s says %q: %s", lang, key, found, form)
				}
			}
		}
	}
}
