package romanise

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestNormalise_bringsScriptsIntoOneForm(t *testing.T) {
	for name, want := range map[string]string{
		"":                        "",
		"  Jan   JANSSEN ":        "jan janssen",
		"Łukasz":                  "lukasz",
		"Müller":                  "muller",
		"Mu\u0308ller":            "muller",
		"ＭÜＬＬＥＲ":                  "muller",
		"Ångström":                "angstrom",
		"Weiß":                    "weiss",
		"WEISS":                   "weiss",
		"Ðorđe Þórsson":           "dorde thorsson",
		"İbrahim Işık":            "ibrahim isik",
		"Nguyễn Thị Hương":        "nguyen thi huong",
		"Ștefan Țîrlea":           "stefan tirlea",
		"O’Brien":                 "obrien",
		"O'Brien":                 "obrien",
		"Jean-Pierre N’Diaye":     "jean pierre ndiaye",
		"Anne.Marie,van der Meer": "anne marie van der meer",
		"Щербакова":               "shcherbakova",
		"ЩЕРБАКОВА":               "shcherbakova",
		"Юлия Соловьёва":          "iuliia soloveva",
		"Сергей":                  "sergei",
		"Григорій":                "hryhorii",
		"Григорий":                "grigorii",
		"Ђорђе Његош":             "dorde njegosh",
		"Ελένη":                   "eleni",
		"Αυγέρης Παπανδρέου":      "avgeris papandreou",
		"Ευτυχία Μπότσαρη":        "eftychia botsari",
		"Γιώργος Αγγελόπουλος": "giorgos angelopoulos",
		"محمد":                       "mahamad",
		"مُحَمَّد":                   "mahamad",
		"محـمد":                      "mahamad",
		"\u202bمحمد\u202c":           "mahamad",
		"خديجة":                      "khadija",
		"يحيى":                       "yahaya",
		"موسى":                       "musa",
		"إبراهيم":                    "ibarahim",
		"سهام":                       "saham",
		"سءه":                        "sah",
		"عبد الرحمن":                 "abd al rahaman",
		"عبدالرحمن":                  "abd al rahaman",
		"عبدالله":                    "abd allah",
		"عبد الله":                   "abd allah",
		"الحسن":                      "al hasan",
		"علی‌رضا":                    "alirada",
		"گلشیفته":                    "galashifatah",
		"محمد ٢٣":                    "mahamad 23",
		"王伟":                         "wang wei",
		"Wang Wei":                   "wang wei",
		"wang wei":                   "wang wei",
		"王偉":                         "wang wei",
		"王小明":                        "wang xiaoming",
		"王 小明":                       "wang xiaoming",
		"王　小明":                       "wang xiaoming",
		"欧阳修":                        "ouyang xiu",
		"歐陽修":                        "ouyang xiu",
		"单单":                         "shan dan",
		"阿里·穆罕默德":                    "阿 li mu 罕 mode",
		"王龘":                         "wang 龘",
		"王小龘明":                       "wang xiao 龘 ming",
		"李Li":                        "li li",
		"सुनीता देवी":                "सुनीता देवी",
		"নুসরাত":                     "নুসরাত",
		"김철수":                        "김철수",
		"さくら":                        "さくら",
		"X Æ A-12":                   "x ae a 12",
		"name\u0000with\ncontrol":    "name with control",
		"bad \xff\xfe bytes":         "bad bytes",
		"a\u200bb\ufe0f":             "ab",
		"🙂 Li 🙂":                     "li",
		"Saʿd":                       "sad",
		"Robert'); DROP TABLE x; --": "robert drop table x",
	} {
		if got := Normalise(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestNormalise_doesNotDestroyDevanagariVowels(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"सीता", "सुता", "सत", "सती", "सेतु", "क़", "क"} {
		got := Normalise(name)
		if want := norm.NFKC.String(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
		if before, twice := seen[got]; twice {
			t.Errorf("%q and %q became one", name, before)
		}
		seen[got] = name
	}
}

func TestNormalise_readsComposedAndDecomposedAlike(t *testing.T) {
	for _, name := range []string{"Đặng Thị Ngọc Hân", "Żółć", "Йорданов", "Ёлкина", "Ελένη Ϊωνας", "سؤال", "김철수", "सुनीता क़", "がくと"} {
		if a, b := Normalise(norm.NFC.String(name)), Normalise(norm.NFD.String(name)); a != b {
			t.Errorf("%q: composed %q, decomposed %q", name, a, b)
		}
	}
}

func TestNormalise_isBoundedAndKeepsWholeLetters(t *testing.T) {
	for _, long := range []string{strings.Repeat("щ", 5000), strings.Repeat("龘", 5000), strings.Repeat("\ufdfa", 900), strings.Repeat("a ", 4000), "a" + strings.Repeat("김", 3000)} {
		got := Normalise(long)
		if len(got) > maxBytes || !utf8.ValidString(got) || got == "" {
			t.Errorf("%.9q…: %d bytes, valid %v", long, len(got), utf8.ValidString(got))
		}
		if Normalise(got) != got {
			t.Errorf("%.9q…: not settled", long)
		}
	}
}

// nameLike draws text from the scripts that have rules, from those that have none, and from the signs between.
var nameLike = rapid.StringOfN(rapid.OneOf(
	rapid.RuneFrom([]rune("abzäöüßøłđñçğıİÆÞ-'’. ,0٣")),
	rapid.RuneFrom([]rune("абвгґщъьюяіїЄЙ")),
	rapid.RuneFrom([]rune("αυευηγκντμπΓΎϊΰώςΰ")),
	rapid.RuneFrom([]rune("ابتعدوهةىيءئؤأإآلـَّ\u200c")),
	rapid.RuneFrom([]rune("王小明单欧阳龘々一")),
	rapid.RuneFrom([]rune("कािी़्김ᄀ\u1161\u11a8が゙ั\u0301\u0345\u200d\ufe0f\u0130")),
	rapid.Rune(),
), 0, 40, -1)

func TestNormalise_isSettled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkSettled(t, nameLike.Draw(t, "name")) })
}

type failer interface{ Fatalf(string, ...any) }

func checkSettled(t failer, name string) {
	once := Normalise(name)
	if twice := Normalise(once); twice != once {
		t.Fatalf("%q: once %q, twice %q", name, once, twice)
	}
	if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) {
		t.Fatalf("%q: %q is not NFC in UTF-8", name, once)
	}
	if once != strings.Join(strings.Fields(once), " ") {
		t.Fatalf("%q: spaces in %q", name, once)
	}
}

func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{"Müller", "محمد", "عبدالله", "王小明", "Щербакова", "Αυγέρης", "सुनीता", "김철수", "\xff", "İ", "ΰ", "ﷺ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		checkSettled(t, name)
		checkTokens(t, name)
		for what, of := range map[string]func(string) string{"date": Date, "number": Number, "phone": Phone} {
			if once := of(name); of(once) != once || !utf8.ValidString(once) {
				t.Fatalf("%s of %q: once %q, twice %q", what, name, once, of(once))
			}
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	for _, name := range []string{"jan janssen", "Jan Janssen", "Nguyễn Thị Hương", "Щербакова Юлия", "عبد الرحمن محمد", "王小明"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Normalise(name)
			}
		})
	}
}

func BenchmarkTokens(b *testing.B) {
	for _, name := range []string{"Jan Janssen", "Щербакова Юлия", "عبد الرحمن محمد"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Tokens(name)
			}
		})
	}
}
