package question

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/moment"
	"relais/internal/section"
)

func TestCheckText_refusesIdentifiersInAnyTypingOfThem(t *testing.T) {
	for text, key := range map[string]string{
		"Call 0470\u00a012\u00a034\u00a056.":      "question.holds_number",
		"Call 0470\u202f12\u202f34\u202f56.":      "question.holds_number",
		"Call 0470–123–456.":                      "question.holds_number",
		"Call 0470\u2011123\u2212456.":            "question.holds_number",
		"Call ٠٤٧٠ ١٢ ٣٤ ٥٦.":                     "question.holds_number",
		"Call ०४७०१२३४५६.":                        "question.holds_number",
		"Call 04\u200b70\u200b12\u200b34\u200b56": "question.holds_number",
		"паспорт АВ12345":                         "question.holds_number",
		"Born March 7, 1994.":                     "question.holds_date",
		"Born Mar. 7th 94.":                       "question.holds_date",
		"Née le 7 mars 94.":                       "question.holds_date",
		"Née le 7\u00a0mars\u00a01994.":           "question.holds_date",
		"Geboren am 7. März ’94.":                 "question.holds_date",
		"Geboren op 7 mrt 94.":                    "question.holds_date",
		"Born 1994, March 7.":                     "question.holds_date",
		"Born 7–3–94.":                            "question.holds_date",
		"Born 7 / 3 / 1994.":                      "question.holds_date",
		"Born ٧/٣/١٩٩٤.":                          "question.holds_date",
		"1994年3月7日":                               "question.holds_date",
	} {
		wrong := invalid()
		checkText(wrong, text, thisYear)
		if f := wrong.Fields; len(f) != 1 || f[0].Key != key {
			t.Errorf("%q: %v, want %s", text, f, key)
		}
	}
}

var thisYear = moment.Of(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

// TestCheckText_letsPassWhatTellsOfNobody: years near now, how many people, how many places. What looks like them and could be somebody's
// number or birth does not pass.
func TestCheckText_letsPassWhatTellsOfNobody(t *testing.T) {
	for text, key := range map[string]string{
		"Is there a place in 2026?":                       "",
		"Any room for 12?":                                "",
		"A mother with 3 children.":                       "",
		"She has 3 children of 2, 5 and 11 years.":        "",
		"From mid 2026, for 2 or 3 months.":               "",
		"In winter 2025-2026, or 2026/2027.":              "",
		"Dès 2026, pour 12 personnes.":                    "",
		"Ab 2027: 4 Plätze?":                              "",
		"في ٢٠٢٦":                                         "",
		"Until 18.00, floor 2, 24/7.":                     "",
		"Born in 1994.":                                   "question.holds_number",
		"Née en 2009.":                                    "question.holds_number",
		"Passport AB 2026.":                               "question.holds_number",
		"Passport AB2026.":                                "question.holds_number",
		"Card c-2026.":                                    "question.holds_number",
		"Number 2026 2027 2028.":                          "question.holds_number",
		"Call 0470 12 2026.":                              "question.holds_number",
		"Call 2026 12 34 56.":                             "question.holds_number",
		"Her document: EH 123456.":                        "question.holds_number",
		"National number 94030712345, in 2026.":           "question.holds_number",
		"Write to minh@example.org in 2026, for 3 people": "question.holds_address",
		"Born 7 March 2026.":                              "question.holds_date",
		"Room for 3, born 7/3/2026.":                      "question.holds_date",
	} {
		wrong := invalid()
		checkText(wrong, text, thisYear)
		if f := wrong.Fields; key == "" && len(f) > 0 || key != "" && (len(f) != 1 || f[0].Key != key) {
			t.Errorf("%q: %v, want %q", text, f, key)
		}
	}
}

func TestPlain_leavesNoIdentifierByHowItIsTyped(t *testing.T) {
	gaps := []string{"", " ", "\u00a0", "\u202f", "\u2009", "\u3000", "-", "–", "—", "\u2011", "\u2212", "\u200b", ".", "/"}
	zeros := []rune{'0', '٠', '۰', '०', '০', '０', '𝟎', '᠐'}
	rapid.Check(t, func(rt *rapid.T) {
		var typed strings.Builder
		for range rapid.IntRange(6, 14).Draw(rt, "digits") {
			typed.WriteRune(rapid.SampledFrom(zeros).Draw(rt, "script") + rune(rapid.IntRange(0, 9).Draw(rt, "digit")))
			typed.WriteString(rapid.SampledFrom(gaps).Draw(rt, "gap"))
		}
		before := rapid.StringMatching(`([a-z]{5,9} ){0,60}`).Draw(rt, "before")
		wrong := invalid()
		if checkText(wrong, before+typed.String()+" please", thisYear); len(wrong.Fields) != 1 {
			rt.Fatalf("%q passes", typed.String())
		}
	})
}

func view(id authz.Section, values section.Values) []entry.SectionView {
	return []entry.SectionView{{Section: id, Entries: []entry.View{{Values: values}}}}
}

func TestCheckNames_comparesWhatTheFileIsFoundBy(t *testing.T) {
	long := strings.Repeat("She needs a quiet room. ", 40)
	for _, c := range []struct {
		section authz.Section
		values  section.Values
		text    string
		refused bool
	}{
		{authz.Identifiers, section.Values{"document_number": "C12X"}, "Her card says c-12 x.", true},
		{authz.Identifiers, section.Values{"document_number": "C12X"}, long + "Her card says C12X.", true},
		{authz.Identifiers, section.Values{"document_number": "C12X"}, long, false},
		{authz.Identity, section.Values{"birth_date": "1994-03-07"}, "Day 07, month 03, year 1994.", true},
		{authz.Identity, section.Values{"birth_date": "1994-03-07"}, "Month 3, day 7 and year 94.", true},
		{authz.Identity, section.Values{"birth_date": "1994-03-07"}, "Born in 1994: 7 weeks in, 3 to go.", false},
		{authz.Identity, section.Values{"birth_date": "1994"}, "Born in 1994.", false},
		{authz.SafeContact, section.Values{"mobile_phone": "+32 470 12 34 56"}, "Call 0470, then 12, then 34, then 56.", true},
		{authz.SafeContact, section.Values{"mobile_phone": "+32 470 12 34 56"}, "She is 34, with 2 children of 12 and 5.", false},
		{authz.SafeContact, section.Values{"email": "minh.anh94@example.org"}, "Write to Minh-Anh94 at example dot org.", true},
		{authz.SafeContact, section.Values{"email": "minh.anh94@example.org"}, "Can she be written to?", false},
	} {
		wrong := invalid()
		if checkNames(wrong, c.text, view(c.section, c.values)); (len(wrong.Fields) == 1) != c.refused {
			t.Errorf("%v against %q: %v", c.values, c.text, wrong.Fields)
		}
	}
}

func TestHolds_findsANumberWhereverItStands(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		number := rapid.StringMatching(`[A-Z]{0,2}[0-9]{4,10}`).Draw(rt, "number")
		before := strings.Repeat(rapid.StringMatching(`([a-zéß]{1,9}[ ,.\n]){0,9}`).Draw(rt, "before"), rapid.IntRange(1, 20).Draw(rt, "times"))
		if !holds(plain(before+number+" thanks"), "number", number) {
			rt.Fatalf("%s is not found after %d bytes", number, len(before))
		}
	})
}
