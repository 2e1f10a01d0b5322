package exchange

import (
	"bytes"
	"embed"
	"encoding/csv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"relais/internal/section"
)

//go:embed data/*.csv
var embedded embed.FS

// standard are the names and labels of HTCDS 2.0, and the spellings of values that the catalogue does not know.
var standard = loadStandard()

type vocabulary struct {
	order     []string                     // names as the standard lists them
	names     map[string]string            // folded name → name
	labels    map[string][]string          // folded label → names
	labelOf   map[string]string            // name → label
	spellings map[string]map[string]string // code list → folded value → code
}

func loadStandard() *vocabulary {
	v := &vocabulary{names: map[string]string{}, labels: map[string][]string{}, labelOf: map[string]string{},
		spellings: map[string]map[string]string{}}
	for _, row := range table("data/standard.csv") {
		name, label, also := row[0], row[1], row[2]
		v.order = append(v.order, name)
		v.names[fold(name)], v.labelOf[name] = name, label
		if also != "" {
			v.names[fold(also)] = name
		}
		if label != "" {
			v.labels[fold(label)] = append(v.labels[fold(label)], name)
		}
	}
	for _, row := range table("data/spellings.csv") {
		if v.spellings[row[0]] == nil {
			v.spellings[row[0]] = map[string]string{}
		}
		v.spellings[row[0]][fold(row[1])] = row[2]
	}
	for _, list := range []string{"countries", "languages"} {
		v.nameAll(list)
	}
	return v
}

// table reads an embedded file without its head; a mistake in it is a mistake in the build.
func table(name string) [][]string {
	content, err := embedded.ReadFile(name)
	if err != nil {
		panic("exchange: " + err.Error())
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		panic("exchange: " + name + ": " + err.Error())
	}
	return rows[1:]
}

// nameAll adds the names of a list in the four languages; a name that means two things means none.
func (v *vocabulary) nameAll(list string) {
	known := v.spellings[list]
	if known == nil {
		known = map[string]string{}
		v.spellings[list] = known
	}
	for _, lang := range []string{"en", "fr", "nl", "de"} {
		for _, choice := range section.Choices(list, lang) {
			name := fold(choice.Name)
			if before, taken := known[name]; taken && before != choice.Code {
				known[name] = ""
				continue
			}
			known[name] = choice.Code
		}
	}
}

// name is the standard's name that a header cell gives, or one of our own x_ names, "" for neither. A survey form puts the
// name of its group and a slash in front.
func (v *vocabulary) name(header string) string {
	for _, part := range []string{header, header[strings.LastIndexByte(header, '/')+1:]} {
		if name, ok := v.names[fold(part)]; ok {
			return name
		}
		if _, f, ok := section.Home(part); ok {
			return f.HTCDS
		}
	}
	return ""
}

// code reads a value of a list: the standard's, ours, or a spelling that files use.
func (v *vocabulary) code(list, value string) (string, bool) {
	if code, ok := section.FromHTCDS(list, value); ok {
		return code, true
	}
	code := v.spellings[list][fold(value)]
	return code, code != ""
}

// fold keeps letters and digits of any script, in lower case and without accents.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}
