package romanise

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Date is a date as 1990-03-05, or 1990-03 or 1990 where the day or the month is unknown (left out, 00 or XX). It reads
// the year first or the day first, with any separator and any script's digits; "" when that makes no date.
func Date(d string) string {
	groups := dateGroups(d)
	switch {
	case len(groups) == 1 && len(groups[0]) == 8:
		g := groups[0]
		return civil(g[:4], g[4:6], g[6:])
	case len(groups) == 1 && len(groups[0]) == 4:
		return civil(groups[0], "", "")
	case len(groups) == 2 && len(groups[0]) == 4:
		return civil(groups[0], groups[1], "")
	case len(groups) == 2 && len(groups[1]) == 4:
		return civil(groups[1], groups[0], "")
	case len(groups) == 3 && len(groups[0]) == 4:
		return civil(groups[0], groups[1], groups[2])
	case len(groups) == 3 && len(groups[2]) == 4:
		return civil(groups[2], groups[1], groups[0])
	}
	return ""
}

// dateGroups are the runs of digits, X read as 0; none when anything but digits and separators is in the text.
func dateGroups(d string) []string {
	if len(d) > 64 {
		return nil
	}
	plain := strings.Map(func(r rune) rune {
		if n, ok := digit(r); ok {
			return '0' + n
		}
		switch r {
		case 'x', 'X':
			return '0'
		case '-', '/', '.', ' ', '‐', '‑', '–', '年', '月', '日':
			return ' '
		}
		return '?'
	}, norm.NFKC.String(d))
	if strings.Contains(plain, "?") {
		return nil
	}
	return strings.Fields(plain)
}

func civil(year, month, day string) string {
	month, day = twoDigits(month), twoDigits(day)
	switch {
	case year < "1000" || month == "?" || day == "?":
		return ""
	case month == "00" && day == "00":
		return year
	case month == "00":
		return ""
	case day == "00":
		if month > "12" {
			return ""
		}
		return year + "-" + month
	}
	whole := year + "-" + month + "-" + day
	if _, err := time.Parse(time.DateOnly, whole); err != nil {
		return ""
	}
	return whole
}

func twoDigits(n string) string {
	if len(n) > 2 {
		return "?"
	}
	return "00"[len(n):] + n
}

// Number is a document's number in upper-case letters and digits only. Greek and Cyrillic capitals that look like Latin
// ones count as those, since that is how a clerk types them; other letters stay.
func Number(n string) string {
	var out strings.Builder
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(cut(n), "")) {
		r = unicode.ToUpper(r)
		if d, ok := digit(r); ok {
			r = '0' + d
		} else if latin, ok := lookalikes[r]; ok {
			r = latin
		} else if !unicode.IsLetter(r) {
			continue
		}
		if out.Len()+utf8.UTFMax > maxNumber {
			break
		}
		out.WriteRune(r)
	}
	return norm.NFC.String(out.String())
}

const maxNumber = 128 // bytes

var lookalikes = map[rune]rune{
	'Α': 'A', 'Β': 'B', 'Ε': 'E', 'Ζ': 'Z', 'Η': 'H', 'Ι': 'I', 'Κ': 'K', 'Μ': 'M', 'Ν': 'N', 'Ο': 'O', 'Ρ': 'P', 'Τ': 'T',
	'Υ': 'Y', 'Χ': 'X',
	'А': 'A', 'В': 'B', 'Е': 'E', 'І': 'I', 'К': 'K', 'М': 'M', 'Н': 'H', 'О': 'O', 'Р': 'P', 'С': 'C', 'Т': 'T', 'У': 'Y',
	'Х': 'X',
}

// Email is an address as it is compared: in small letters, without space around it.
func Email(e string) string { return strings.ToLower(norm.NFKC.String(strings.TrimSpace(cut(e)))) }

// Phone is a number in the digits of E.164 without the plus: 32470123456 for +32 (0)470 12.34.56 and 0032 470 123456.
// A number without its country stays as dialled, with its leading 0, and matches only the same. "" for what is no number.
func Phone(p string) string {
	if len(p) > 64 {
		return ""
	}
	digits, international := dialled(p)
	if rest, ok := strings.CutPrefix(digits, "00"); ok && !international {
		digits, international = rest, true
	}
	if international {
		digits = withoutTrunk(digits)
	}
	if len(digits) < 3 || len(digits) > 15 || international && digits[0] == '0' {
		return ""
	}
	return digits
}

// dialled is the digits up to an extension, and whether a plus stood first.
func dialled(p string) (digits string, international bool) {
	p = strings.ToLower(norm.NFKC.String(p))
	if at := strings.IndexAny(p, "#;x"); at > 0 {
		p = p[:at]
	}
	p = strings.ReplaceAll(p, "(0)", "")
	var out []byte
	for _, r := range p {
		if n, ok := digit(r); ok {
			out = append(out, byte('0'+n))
		} else if r == '+' && len(out) == 0 {
			international = true
		}
	}
	return string(out), international
}

// trunkZero are countries that dial a 0 at home and none from abroad, where people write +32 0470 all the same. Italy
// (39) and Luxembourg (352) are not among them.
var trunkZero = strings.Fields("20 27 31 32 33 40 41 43 44 46 49 53 55 61 62 63 66 81 82 84 86 90 91 92 93 94 95 98 " +
	"212 213 218 233 234 249 251 254 255 256 353 355 358 359 380 381 382 383 385 386 387 389 421 880 886 961 962 963 " +
	"964 967 970 972 977 994 995 996")

func withoutTrunk(digits string) string {
	for _, code := range trunkZero {
		if rest, ok := strings.CutPrefix(digits, code+"0"); ok {
			return code + rest
		}
	}
	return digits
}
