package account

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"relais/internal/fault"
)

const (
	shortestPassword = 12
	longestPassword  = 200
	leastOwn         = 6 // characters that have to remain when everything well known is taken out
)

//go:embed common.txt
var commonList string

// common are words that guessers try first, in the languages of the three countries, longest first.
var common = func() []string {
	words := strings.Fields(commonList)
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}()

// rows are the sequences that a hand falls into.
var rows = []string{
	"01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "qwertzuiop", "qwertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm",
	"azertyuiop", "qsdfghjklm", "wxcvbn",
}

var leet = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t")

// checkPassword says what is wrong with a new password for the person with this address.
func checkPassword(field, password, email string) error {
	password = normal(password)
	f := fault.New(fault.Invalid, "fault.invalid")
	switch n := utf8.RuneCountInString(password); {
	case password == "":
		return f.WithField(field, "fault.field_required")
	case n < shortestPassword:
		return f.WithField(field, "account.password_too_short", "Min", shortestPassword)
	case n > longestPassword:
		return f.WithField(field, "fault.field_too_long", "Max", longestPassword)
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return f.WithField(field, "fault.field_control_characters")
	case holdsEmail(password, email):
		return f.WithField(field, "account.password_has_email")
	case utf8.RuneCountInString(own(password)) < leastOwn:
		return f.WithField(field, "account.password_common")
	}
	return nil
}

func holdsEmail(password, email string) bool {
	lower := strings.ToLower(password)
	local, domain, _ := strings.Cut(email, "@")
	host, _, _ := strings.Cut(domain, ".")
	for _, part := range []string{local, host} {
		if len(part) >= 4 && strings.Contains(lower, part) {
			return true
		}
	}
	return email != "" && strings.Contains(lower, email)
}

// own is what remains of a password when well-known words, sequences and repeated characters are taken out.
func own(password string) string {
	plain := withoutRows(strings.ToLower(password))
	read := leet.Replace(plain)
	for _, word := range common {
		read = strings.ReplaceAll(read, word, "")
	}
	return squeezed(read)
}

// withoutRows takes out pieces of four or more characters of a sequence.
func withoutRows(text string) string {
	for _, row := range rows {
		for n := len(row); n >= 4; n-- {
			for i := 0; i+n <= len(row); i++ {
				text = strings.ReplaceAll(text, row[i:i+n], "")
			}
		}
	}
	return text
}

// squeezed keeps each character once: a repeated one adds nothing to guess.
func squeezed(text string) string {
	var out []rune
	for _, r := range text {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return string(out)
}
