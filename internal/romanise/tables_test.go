package romanise

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// A line of letters.txt that cannot be read, or that another line repeats, would be lost in silence.
func TestLetters_everyLineIsOneLetterOnce(t *testing.T) {
	spelling := regexp.MustCompile(`^([a-z]{1,4}|-)$`)
	seen := map[string]bool{}
	for line := range strings.Lines(lettersText) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		r, size := utf8.DecodeRuneInString(f[0])
		if len(f) < 2 || len(f) > 3 || size != len(f[0]) || !unicode.IsLetter(r) || unicode.ToLower(r) != r || seen[f[0]] {
			t.Errorf("line %q", line)
			continue
		}
		seen[f[0]] = true
		for _, s := range f[1:] {
			if !spelling.MatchString(s) {
				t.Errorf("%s: spelling %q", f[0], s)
			}
		}
	}
	if len(seen) != len(letters) {
		t.Errorf("%d lines, %d letters", len(seen), len(letters))
	}
}

func TestLetters_everyAlphabetIsWhole(t *testing.T) {
	for name, alphabet := range map[string]string{
		"russian":    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
		"ukrainian":  "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
		"belarusian": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
		"bulgarian":  "абвгдежзийклмнопрстуфхцчшщъьюя",
		"serbian":    "абвгдђежзијклљмнњопрстћуфхцчџш",
		"macedonian": "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
		"kazakh":     "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
		"greek":      "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
		"arabic":     "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
		"persian":    "پچژکگیۀ",
		"urdu":       "ٹڈڑںھہۂےۓ",
		"pashto":     "ټځڅډړږښګڼې",
		"kurdish":    "ڕڵۆێەڤ",
		"turkish":    "abcçdefgğhıijklmnoöprsştuüvyz",
		"polish":     "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
		"romanian":   "ăâîșțşţ",
		"czech":      "áčďéěíňóřšťúůýž",
		"hungarian":  "áéíóöőúüű",
		"vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
		"icelandic":  "áðéíóúýþæö",
		"hausa":      "ɓɗƙƴ",
		"albanian":   "çë",
		"latvian":    "āčēģīķļņšūž",
	} {
		for _, r := range alphabet {
			if got := Normalise(string(r)); strings.Trim(got, "abcdefghijklmnopqrstuvwxyz") != "" {
				t.Errorf("%s %c stays %q", name, r, got)
			}
		}
	}
}

func TestPinyin_everyCharacterIsReadOnceAsASyllable(t *testing.T) {
	syllable := regexp.MustCompile(`^([bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(a|ai|an|ang|ao|e|ei|en|eng|er|i|ia|ian|iang|iao|ie|in|ing|iong|iu|o|ong|ou|u|ua|uai|uan|uang|ue|ui|un|uo|yu)$`)
	seen := map[rune]string{}
	for line := range strings.Lines(pinyinText) {
		f := strings.Fields(line)
		if len(f) == 0 || strings.ContainsAny(f[0], "#&@") {
			continue
		}
		if len(f) != 2 || !syllable.MatchString(f[0]) {
			t.Errorf("line %q", line)
			continue
		}
		for _, r := range f[1] {
			if seen[r] != "" || !isHan(r) {
				t.Errorf("%c is read %s and %s", r, seen[r], f[0])
			}
			seen[r] = f[0]
		}
	}
	if len(seen) < 500 {
		t.Errorf("only %d characters", len(seen))
	}
}

func TestPinyin_surnamesAreOfKnownCharacters(t *testing.T) {
	for name, reading := range pinyin.surname {
		n := utf8.RuneCountInString(name)
		if n > 2 || strings.Trim(reading, "abcdefghijklmnopqrstuvwxyz") != "" {
			t.Errorf("%s %q", name, reading)
		}
		for _, r := range name {
			if pinyin.of[r] == "" || n == 1 && pinyin.of[r] == reading {
				t.Errorf("%s: %c is read %q", name, r, pinyin.of[r])
			}
		}
	}
}

func TestPinyin_holdsTheMostFrequentSurnames(t *testing.T) {
	for _, r := range "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常" {
		if pinyin.of[r] == "" {
			t.Errorf("%c is missing", r)
		}
	}
}

func TestSounds_everyRuleCanBeReached(t *testing.T) {
	for i, s := range sounds {
		for _, before := range sounds[:i] {
			if before.when == nil && strings.HasPrefix(s.letters, before.letters) {
				t.Errorf("%s is never reached behind %s", s.letters, before.letters)
			}
		}
		for _, code := range s.codes {
			if strings.Trim(code, "AFHKLMNPRSTY") != "" {
				t.Errorf("%s has the code %q", s.letters, code)
			}
		}
	}
}
