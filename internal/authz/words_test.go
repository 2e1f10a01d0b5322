package authz

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// messageKeys is every key that this package can hand to a page or an answer.
func messageKeys() (keys []string) {
	for section := range AllSections().Each {
		keys = append(keys, section.Key())
	}
	for _, role := range Roles() {
		keys = append(keys, role.Key())
	}
	for _, verb := range Verbs() {
		keys = append(keys, verb.Key())
	}
	for relation := range AllRelations().Each {
		keys = append(keys, relation.Key())
	}
	for need := range AllNeeds().Each {
		keys = append(keys, need.Key())
	}
	for show := Hidden; show <= Full; show++ {
		keys = append(keys, show.Key())
	}
	for _, reason := range Reasons() {
		keys = append(keys, reason.Key(), reason.NextKey())
	}
	for _, rest := range []string{"refused", "base", "empty", "section", "verb", "effect", "twice", "outside"} {
		keys = append(keys, "authz.compose."+rest)
	}
	return append(keys, "authz.publish.empty", "authz.publish.older")
}

func TestWords_everyKeyHasThemInFourLanguages(t *testing.T) {
	keys := messageKeys()
	for _, language := range []string{"en", "fr", "nl", "de"} {
		text, err := os.ReadFile(filepath.Join("../../web/locales", language, "authz.json"))
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := json.Unmarshal(text, &words); err != nil {
			t.Fatalf("%s: %v", language, err)
		}
		for _, key := range keys {
			if words[key] == "" {
				t.Errorf("%s: no words for %s", language, key)
			}
			delete(words, key)
		}
		for key := range words {
			t.Errorf("%s: nothing says %s", language, key)
		}
	}
}
