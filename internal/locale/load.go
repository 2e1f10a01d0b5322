package locale

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// message is one entry of a file: a text, or its plural forms.
type message struct {
	file             string
	one, many, other string // one is empty for a text without plural
}

var keyShape = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[A-Za-z0-9_-]+)+$`)

// Load reads <lang>/*.json of every language from files. A file that is no flat object of keys, or a key written twice,
// is an error; languages that differ from each other are found by Problems.
func Load(files fs.FS) (*Catalogue, error) {
	c := &Catalogue{words: map[string]*Words{}, messages: map[string]map[string]message{}, codes: map[string]bool{}}
	bundle := i18n.NewBundle(language.English)
	for i, lang := range Langs() {
		messages, err := readLanguage(files, lang)
		if err != nil {
			return nil, err
		}
		c.messages[lang] = messages
		if err := bundle.AddMessages(tags[i], forBundle(messages)...); err != nil {
			return nil, fmt.Errorf("locale: %s: %w", lang, err)
		}
	}
	for _, lang := range Langs() {
		c.words[lang] = newWords(c, bundle, lang)
	}
	for key := range c.messages[English] {
		if strings.Count(key, ".") > 1 { // slice.list.code; with one dot it is a word of a page
			c.codes[key[strings.LastIndexByte(key, '.')+1:]] = true
		}
	}
	return c, nil
}

func readLanguage(files fs.FS, lang string) (map[string]message, error) {
	names, err := fs.Glob(files, path.Join(lang, "*.json"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("locale: no files for %s", lang)
	}
	sort.Strings(names)
	messages := map[string]message{}
	for _, name := range names {
		if err := readFile(files, name, messages); err != nil {
			return nil, fmt.Errorf("locale: %s: %w", name, err)
		}
	}
	if lang == "fr" {
		for key, m := range messages {
			m.one, m.many, m.other = unbroken(m.one), unbroken(m.many), unbroken(m.other)
			messages[key] = m
		}
	}
	return messages, nil
}

// unbroken keeps a French mark of punctuation on the line of the word before it: the files have an ordinary space there.
func unbroken(text string) string { return spaced.Replace(text) }

var spaced = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " »", "\u00a0»", "« ", "«\u00a0")

func readFile(files fs.FS, name string, into map[string]message) error {
	content, err := files.Open(name)
	if err != nil {
		return err
	}
	defer content.Close()
	entries := json.NewDecoder(content)
	if start, err := entries.Token(); err != nil || start != json.Delim('{') {
		return fmt.Errorf("not a JSON object")
	}
	for entries.More() { // token by token, because a decoded map would hide a key written twice
		if err := readEntry(entries, path.Base(name), into); err != nil {
			return err
		}
	}
	return endOf(entries)
}

func readEntry(entries *json.Decoder, file string, into map[string]message) error {
	token, err := entries.Token()
	if err != nil {
		return err
	}
	key, _ := token.(string)
	if !keyShape.MatchString(key) {
		return fmt.Errorf("%q is not a key of the shape slice.thing", key)
	}
	if earlier, ok := into[key]; ok {
		return fmt.Errorf("%q stands in %s already", key, earlier.file)
	}
	var raw json.RawMessage
	if err := entries.Decode(&raw); err != nil {
		return err
	}
	m, err := readMessage(raw)
	if err != nil {
		return fmt.Errorf("%q: %w", key, err)
	}
	m.file = file
	into[key] = m
	return nil
}

func endOf(entries *json.Decoder) error {
	if _, err := entries.Token(); err != nil {
		return err
	}
	if _, err := entries.Token(); err != io.EOF {
		return fmt.Errorf("something follows the JSON object")
	}
	return nil
}

// readMessage reads a text or {"one", "other"}; "many" is for French millions and may be left out.
func readMessage(raw json.RawMessage) (message, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return message{other: text}, nil
	}
	var forms struct {
		One, Many, Other string
	}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&forms); err != nil || forms.One == "" || forms.Other == "" {
		return message{}, fmt.Errorf("neither a text nor the forms one and other")
	}
	if forms.Many == "" {
		forms.Many = forms.Other
	}
	return message{one: forms.One, many: forms.Many, other: forms.Other}, nil
}

func forBundle(messages map[string]message) []*i18n.Message {
	list := make([]*i18n.Message, 0, len(messages))
	for key, m := range messages {
		list = append(list, &i18n.Message{ID: key, One: m.one, Many: m.many, Other: m.other})
	}
	return list
}

func plainOf(messages map[string]message) map[string]string {
	plain := make(map[string]string, len(messages))
	for key, m := range messages {
		if m.one == "" && m.other != "" && !strings.Contains(m.other, "{{") {
			plain[key] = m.other
		}
	}
	return plain
}
