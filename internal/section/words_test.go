package section

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var languages = []string{"en", "fr", "nl", "de"}

// needed are all message keys that the catalogue and the rules can ask for.
func needed() map[string]bool {
	keys := map[string]bool{"section.invalid": true, "section.unreadable": true}
	for _, rule := range rules {
		keys["section.rule."+rule] = true
	}
	for _, s := range All() {
		for i := range s.Fields {
			f := &s.Fields[i]
			keys[f.Key()] = true
			if f.Hint {
				keys[f.HintKey()] = true
			}
			if f.Group != "" {
				keys[s.GroupKey(f.Group)] = true
			}
		}
		for _, lines := range s.derived {
			for _, line := range lines {
				keys[line.key()] = true
			}
		}
	}
	for name, l := range loaded.lists {
		if name == countryList || name == languageList {
			continue
		}
		for _, code := range l.codes {
			keys[CodeKey(name, code.Code)] = true
		}
	}
	return keys
}

// rules are the rules of check.go, text.go and rules.go with the placeholders their words may use.
var rules = []string{
	"unknown_field", "empty", "required", "text", "control", "line", "too_long", "code", "alone", "date", "partial_date",
	"date_range", "future", "before", "number", "whole_number", "range", "money", "phone", "email", "country", "language",
}

func TestRules_areAllListedHere(t *testing.T) {
	calls := regexp.MustCompile(`broken\("([a-z_]+)"|"(code|country|language)"\)$`)
	for _, file := range []string{"check.go", "text.go", "rules.go"} {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(source), "\n") {
			for _, call := range calls.FindAllStringSubmatch(line, -1) {
				if rule := call[1] + call[2]; !slices.Contains(rules, rule) {
					t.Errorf("%s: rule %q has no words", file, rule)
				}
			}
		}
	}
}

func TestWords_existInFourLanguagesForEveryFieldCodeAndRule(t *testing.T) {
	want := needed()
	for _, lang := range languages {
		words := wordsOf(t, lang)
		for key := range want {
			if strings.TrimSpace(words[key]) == "" {
				t.Errorf("%s: %s has no words", lang, key)
			}
		}
		for key := range words {
			if !want[key] {
				t.Errorf("%s: nothing asks for %s", lang, key)
			}
		}
	}
}

func TestWords_keepTheirPlaceholders(t *testing.T) {
	hole := regexp.MustCompile(`{{[^}]*}}`)
	english := wordsOf(t, "en")
	for _, lang := range languages[1:] {
		for key, text := range wordsOf(t, lang) {
			if got, want := hole.FindAllString(text, -1), hole.FindAllString(english[key], -1); !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, want %v", lang, key, got, want)
			}
		}
	}
}

func TestWords_ofOneListDiffer(t *testing.T) {
	for _, lang := range languages {
		words := wordsOf(t, lang)
		for name, l := range loaded.lists {
			seen := map[string]string{}
			for _, code := range l.codes {
				text := words[CodeKey(name, code.Code)]
				if text == "" {
					continue
				}
				if other, twice := seen[text]; twice {
					t.Errorf("%s: %s and %s of %s read the same", lang, other, code.Code, name)
				}
				seen[text] = code.Code
			}
		}
	}
}

func wordsOf(t *testing.T, lang string) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../web/locales/" + lang + "/section.json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(text, &words); err != nil {
		t.Fatal(err)
	}
	return words
}

func TestCodeName_namesEveryCountryAndLanguageInFourLanguages(t *testing.T) {
	for _, list := range []string{countryList, languageList} {
		for _, lang := range languages {
			seen := map[string]string{}
			for _, entry := range CodeList(list) {
				name := CodeName(list, entry.Code, lang)
				if name == "" {
					t.Errorf("%s: %s %s has no name", lang, list, entry.Code)
				}
				if other, twice := seen[name]; twice {
					t.Errorf("%s: %s and %s of %s are both %q", lang, other, entry.Code, list, name)
				}
				seen[name] = entry.Code
			}
			if len(Choices(list, lang)) != len(seen) {
				t.Errorf("%s: the choices of %s are not complete", lang, list)
			}
		}
	}
	if n := len(CodeList(countryList)); n != 249 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1", n)
	}
}

func TestCodeName_knowsCountriesUnderTheirPresentName(t *testing.T) {
	for _, c := range []struct{ list, code, lang, want string }{
		{countryList, "MK", "fr", "Macédoine du Nord"},
		{countryList, "BE", "nl", "België"},
		{countryList, "BE", "xx", "Belgium"},
		{languageList, "ar", "de", "Arabisch"},
		{countryList, "ZZ", "en", ""},
		{"sex", "male", "en", ""},
	} {
		if got := CodeName(c.list, c.code, c.lang); got != c.want {
			t.Errorf("%s %s in %s: %q, want %q", c.list, c.code, c.lang, got, c.want)
		}
	}
}

func TestChoices_areSortedAsTheLanguageSorts(t *testing.T) {
	names := Choices(countryList, "fr")
	at := func(code string) int {
		return slices.IndexFunc(names, func(c Choice) bool { return c.Code == code })
	}
	if !(at("EG") < at("AE") && at("AE") < at("ET") && at("ET") < at("FJ")) { // Égypte, Émirats, Éthiopie, Fidji
		t.Error("accents sort behind z")
	}
}
