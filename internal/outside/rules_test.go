package outside

import (
	"strings"
	"testing"

	"relais/internal/locale"
	"relais/web"
)

// TestLetter_saysThatSomethingWaitsAndNothingElse in every language: it may be read by anybody.
func TestLetter_saysThatSomethingWaitsAndNothingElse(t *testing.T) {
	words, err := locale.Load(web.Locales())
	if err != nil {
		t.Fatal(err)
	}
	made := Made{ID: "01a218cc-acc6-797a-a2e4-75176e96bc8c", Token: newToken(), Code: newCode(), Email: "aufnahme@frauenhaus.example"}
	for _, lang := range []string{"en", "fr", "nl", "de"} {
		l := letter(words.For(lang), &made, "https://relais.example/package/"+made.Token, 1)
		if !strings.Contains(l.Text, "https://relais.example/package/"+made.Token) || l.To != made.Email {
			t.Errorf("%s: %+v", lang, l)
		}
		for _, word := range []string{made.Code, plainCode(made.Code), "victim", "victime", "slachtoffer", "Opfer", "trafficking", "traite", "mensenhandel"} {
			if strings.Contains(strings.ToLower(l.Subject+l.Text), strings.ToLower(word)) {
				t.Errorf("%s: the letter says %s", lang, word)
			}
		}
	}
}
