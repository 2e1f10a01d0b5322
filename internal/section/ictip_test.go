package section

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// TestICTIP_isRefusedWhenItIsWrong changes one thing in the shipped mapping at a time.
func TestICTIP_isRefusedWhenItIsWrong(t *testing.T) {
	for claim, c := range map[string]struct{ file, old, new, want string }{
		"a field without a line":  {"fields.csv", "identity,sex,victim.sex,codes,\n", "", "fields.csv: identity.sex is missing"},
		"a field twice":           {"fields.csv", "identity,sex,", "identity,gender,", `field "gender": twice`},
		"a field nobody has":      {"fields.csv", "identity,sex,", "identity,shoe_size,", `field "shoe_size": not in the catalogue`},
		"a term nobody has":       {"fields.csv", "victim.sex,codes", "victim.height,codes", `term "victim.height": not in terms.csv`},
		"no term and no reason":   {"fields.csv", "identity,sex,victim.sex,codes,", "identity,sex,,,", `because ""`},
		"a term with a reason":    {"fields.csv", "identity,sex,victim.sex,codes,", "identity,sex,victim.sex,codes,free_text", "needs no reason"},
		"a code without a value":  {"codes.csv", "identity.sex,male,male\n", "", "identity.sex has no value for male"},
		"a value of another list": {"codes.csv", "identity.sex,male,male", "identity.sex,male,child", `value "child": no value of the term`},
		"a term twice":            {"terms.csv", "victim.gender,", "victim.sex,", `term "victim.sex": twice`},
		"a fifth object":          {"terms.csv", "victim.sex,victim,", "victim.sex,witness,", `object "witness"`},
		"no edition":              {"edition.txt", "IC-TIP 2025, names only, 1", "", "edition.txt"},
	} {
		files := fstest.MapFS{}
		names, err := fs.Glob(embeddedICTIP, "data/ictip/*")
		if err != nil || len(names) == 0 {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(embeddedICTIP, name)
			if err != nil {
				t.Fatal(err)
			}
			short := strings.TrimPrefix(name, "data/ictip/")
			if short == c.file {
				if !strings.Contains(string(text), c.old) {
					t.Errorf("%s: %s has no %q", claim, short, c.old)
				}
				text = []byte(strings.Replace(string(text), c.old, c.new, 1))
			}
			files[short] = &fstest.MapFile{Data: text}
		}
		if _, err := loadICTIP(files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", claim, err)
		}
	}
}

// TestICTIP_tellsNobodysNameAndNoText: what is told as a term is a code, a country, a year or an age; a name, a number, an address or a
// free text is told as none.
func TestICTIP_tellsNobodysNameAndNoText(t *testing.T) {
	for _, s := range loaded.sections {
		for i := range s.Fields {
			f := &s.Fields[i]
			m, ok := ICTIPOf(s.ID, f.Name)
			if !ok {
				t.Errorf("%s.%s has no line", s.ID, f.Name)
			}
			if m.Term == "" {
				continue
			}
			switch f.Type {
			case Text, LongText, Reference, Phone, Email, Money:
				t.Errorf("%s.%s is a %s and told as %s", s.ID, f.Name, f.Type, m.Term)
			case Code, Codes:
				if m.Turn != TurnCodes {
					t.Errorf("%s.%s is told by %s", s.ID, f.Name, m.Turn)
				}
			case Date, PartialDate:
				if m.Turn != TurnYear && m.Turn != TurnBirth {
					t.Errorf("the day %s.%s is told by %s", s.ID, f.Name, m.Turn)
				}
			}
		}
	}
	for value, want := range map[string]bool{"female": true, "Female": false, "": false, "not_specified": true} {
		if ValidICTIP("victim.sex", value) != want {
			t.Errorf("victim.sex %q: %v", value, !want)
		}
	}
	if ValidICTIP("victim.height", "1") || ValidICTIP("event.year", "26") || !ValidICTIP("event.year", "2026") || ValidICTIP("event.country", "ZZ") || !ValidICTIP("event.country", "BE") {
		t.Error("terms, years and countries are not held to what they may be")
	}
}
