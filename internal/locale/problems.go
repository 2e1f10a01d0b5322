package locale

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
)

var (
	placeholder = regexp.MustCompile(`\{\{\s*\.([A-Za-z]+)\s*\}\}`)
	anyBraces   = regexp.MustCompile(`\{\{.*?\}\}|\{\{|\}\}`)
)

// Keys are the keys of the source language, sorted.
func (c *Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.messages[English]))
	for key := range c.messages[English] {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// IsPlural says whether a key has forms for one and many.
func (c *Catalogue) IsPlural(key string) bool { return c.messages[English][key].one != "" }

// Problems lists what a reader of one language would miss: keys that lack, texts that are blank, plurals in one language
// only, placeholders that differ. A test holds it empty.
func (c *Catalogue) Problems() []string {
	var found []string
	for _, lang := range Langs() {
		for key, m := range c.messages[lang] {
			source, ok := c.messages[English][key]
			if !ok {
				found = append(found, fmt.Sprintf("%s/%s: %s is not in English", lang, m.file, key))
				continue
			}
			for _, trouble := range compare(source, m) {
				found = append(found, fmt.Sprintf("%s/%s: %s %s", lang, m.file, key, trouble))
			}
		}
		for key, source := range c.messages[English] {
			if _, ok := c.messages[lang][key]; !ok {
				found = append(found, fmt.Sprintf("%s/%s: %s is missing", lang, source.file, key))
			}
		}
	}
	sort.Strings(found)
	return found
}

func compare(source, m message) []string {
	var troubles []string
	if strings.TrimSpace(m.other) == "" || m.other != strings.TrimSpace(m.other) {
		troubles = append(troubles, "is blank or has spaces around it")
	}
	if (source.one == "") != (m.one == "") {
		troubles = append(troubles, "is a plural in one language only")
	}
	if !slices.Equal(namesIn(source), namesIn(m)) {
		troubles = append(troubles, fmt.Sprintf("has the placeholders %v, English has %v", namesIn(m), namesIn(source)))
	}
	for _, form := range []string{m.one, m.many, m.other} {
		if len(anyBraces.FindAllString(form, -1)) != len(placeholder.FindAllString(form, -1)) {
			troubles = append(troubles, "has braces that are no placeholder")
		}
	}
	return troubles
}

func namesIn(m message) []string {
	var names []string
	for _, form := range []string{m.one, m.many, m.other} {
		for _, match := range placeholder.FindAllStringSubmatch(form, -1) {
			if !slices.Contains(names, match[1]) {
				names = append(names, match[1])
			}
		}
	}
	sort.Strings(names)
	return names
}
