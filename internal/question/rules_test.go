package question

import (
	"testing"

	"relais/internal/fault"
)

func TestCheckText_letsOrdinaryWordsPass(t *testing.T) {
	for _, text := range []string{
		"Is there a room for a mother of 34 with 2 children from Thursday at 14:30?",
		"Two men, 19 and 22 years old, speak Vietnamese; they may stay 45 days.",
		"She can pay 250 euro a month. Article 61/3 applies.",
		"From 2 March to 14 April two men, 20 and 31, may need a doctor.",
		"Since March 2026 she is in Belgium, since the 2nd in your town.",
	} {
		wrong := invalid()
		if checkText(wrong, text, thisYear); len(wrong.Fields) > 0 {
			t.Errorf("%q is refused: %v", text, wrong.Fields)
		}
	}
}

func TestCheckText_refusesIdentifiersHoweverWritten(t *testing.T) {
	for text, key := range map[string]string{
		"x@y.example": "question.holds_address", "see www.example.org": "question.holds_address",
		"born 07-03-1994": "question.holds_date", "né le 7 mars 1994": "question.holds_date", "geboren 1994-03-07": "question.holds_date",
		"0470/12.34.56": "question.holds_date", "(0)470 123456": "question.holds_number", "passport EH 123456": "question.holds_number",
		"case 2026114": "question.holds_number",
	} {
		wrong := invalid()
		checkText(wrong, text, thisYear)
		if f := wrong.Fields; len(f) != 1 || f[0].Key != key {
			t.Errorf("%q: %v, want %s", text, f, key)
		}
	}
	if wrong := fault.New(fault.Invalid, "x"); wrong.OrNil() != nil {
		t.Error("nothing wrong is an error")
	}
}
