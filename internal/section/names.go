package section

import (
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// dictionaries are CLDR's names in the four languages; no country or language is named by us.
var dictionaries = map[string]*display.Dictionary{
	"en": display.English, "fr": display.French, "nl": display.Dutch, "de": display.German,
}

// Choice is an answer with its name in the reader's language.
type Choice struct{ Code, Name string }

// CodeName is the name of a country or language in a reader's language; an unknown language reads English. It is "" for
// every other list, whose words are found under CodeKey, and for what is no code of the list.
func CodeName(list, code, lang string) string {
	return allNames()[nameKey{list, lang}.spoken()].byCode[code]
}

// Choices are the countries or languages with their names, sorted as the reader's language sorts; nil for other lists.
func Choices(list, lang string) []Choice {
	return slices.Clone(allNames()[nameKey{list, lang}.spoken()].sorted)
}

type nameKey struct{ list, lang string }

func (k nameKey) spoken() nameKey {
	if dictionaries[k.lang] == nil {
		k.lang = "en"
	}
	return k
}

type names struct {
	byCode map[string]string
	sorted []Choice
}

// allNames is made at the first use: eight small tables that then serve every page.
var allNames = sync.OnceValue(func() map[nameKey]names {
	all := map[nameKey]names{}
	for lang, words := range dictionaries {
		all[nameKey{countryList, lang}] = nameAll(countryList, lang, func(code string) string {
			return countryName(code, lang, words)
		})
		all[nameKey{languageList, lang}] = nameAll(languageList, lang, func(code string) string {
			base, err := language.ParseBase(code)
			if err != nil {
				return ""
			}
			return words.Languages().Name(base)
		})
	}
	return all
})

// countryName asks CLDR, after the few countries that changed their name since its version 32.
func countryName(code, lang string, words *display.Dictionary) string {
	if cells, ok := loaded.renamed[code]; ok {
		return cells[lang]
	}
	region, err := language.ParseRegion(code)
	if err != nil {
		return ""
	}
	return words.Regions().Name(region)
}

func nameAll(list, lang string, name func(code string) string) names {
	found := names{byCode: map[string]string{}}
	for _, entry := range loaded.codes(list) {
		found.byCode[entry.Code] = name(entry.Code)
		found.sorted = append(found.sorted, Choice{entry.Code, name(entry.Code)})
	}
	order := collate.New(language.Make(lang))
	slices.SortFunc(found.sorted, func(a, b Choice) int { return order.CompareString(a.Name, b.Name) })
	return found
}
