package romanise

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestDate_readsTheWaysThatPapersWriteIt(t *testing.T) {
	for d, want := range map[string]string{
		"1990-03-05": "1990-03-05", "1990-3-5": "1990-03-05", "05/03/1990": "1990-03-05", "5.3.1990": "1990-03-05",
		" 5 3 1990 ": "1990-03-05", "19900305": "1990-03-05", "١٩٩٠-٠٣-٠٥": "1990-03-05", "１９９０年３月５日": "1990-03-05",
		"1990": "1990", "1990-00-00": "1990", "XX/XX/1990": "1990", "1990-XX-XX": "1990", "19900000": "1990",
		"1990-03": "1990-03", "03/1990": "1990-03", "1990-03-00": "1990-03", "xx.03.1990": "1990-03",
		"2000-02-29": "2000-02-29", "1900-02-29": "", "2023-02-29": "", "31/04/1990": "", "1990-13-01": "", "12/31/1990": "",
		"1990-13": "", "1990-00-05": "", "90-03-05": "", "0990-01-01": "", "1990-003-05": "", "1990-03-05T00:00": "", "": "", "-": "",
		"unknown": "", "1990-03-05-07": "", "199003": "", "1990-99-00": "",
	} {
		if got := Date(d); got != want {
			t.Errorf("%q: got %q, want %q", d, got, want)
		}
	}
}

func TestNumber_keepsLettersAndDigitsOnly(t *testing.T) {
	for n, want := range map[string]string{
		"ab 123-456/7": "AB1234567", "AB1234567": "AB1234567", "592.123.456-78": "59212345678", "": "", "--": "",
		"ΑΒ 123456": "AB123456", "АВ 123456": "AB123456", "ＡＢ１２": "AB12", "٠١٢": "012", "é-1": "E1", "Ж12": "Ж12",
		"n° 12\u202e": "NO12", "\xffA1": "A1", "王12": "王12",
	} {
		if want == "NO12" {
			want = "N12" // the degree sign is no letter
		}
		if got := Number(n); got != want {
			t.Errorf("%q: got %q, want %q", n, got, want)
		}
	}
	if got := Number(strings.Repeat("Ж9", 5000)); len(got) > maxNumber || !utf8.ValidString(got) {
		t.Errorf("%d bytes", len(got))
	}
}

func TestPhone_isInTheDigitsOfE164(t *testing.T) {
	for p, want := range map[string]string{
		"+32470123456": "32470123456", "+32 (0)470 12.34.56": "32470123456", "0032 470 123456": "32470123456",
		"+32 0470 12 34 56": "32470123456", "00 32 0470/12.34.56": "32470123456", "+31 (0) 6-12345678": "31612345678",
		"+49 0 30 1234": "49301234", "+352 621 123 456": "352621123456", "+39 06 1234567": "39061234567",
		"+212 0612-345678": "212612345678", "＋３２４７０１２３４５６": "32470123456", "+٣٢٤٧٠١٢٣٤٥٦": "32470123456",
		"0470 12 34 56": "0470123456", "32470123456": "32470123456", "tel. +32 470 12 34 56": "32470123456",
		"+32 2 123 45 67 ext. 12": "3221234567", "+32 2 123 45 67 x12": "3221234567", "+32 2 123 45 67#12": "3221234567",
		"+32470123456;phone-context=be": "32470123456", "112": "112",
		"": "", "none": "", "12": "", "+": "", "+0470123456": "", "000470": "", "+1234567890123456": "",
		"0470123456 / 0471234567": "", strings.Repeat("1", 65): "",
	} {
		if got := Phone(p); got != want {
			t.Errorf("%q: got %q, want %q", p, got, want)
		}
	}
}

func TestPapers_doneTwiceIsDoneOnce(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[+]?[0-9 ()/.x-]{0,24}`), rapid.StringMatching(`[0-9xX]{1,4}[-/.][0-9xX]{1,2}[-/.][0-9xX]{1,4}`), nameLike)
	rapid.Check(t, func(t *rapid.T) {
		in := text.Draw(t, "text")
		for what, of := range map[string]func(string) string{"date": Date, "number": Number, "phone": Phone} {
			once := of(in)
			if of(once) != once || !utf8.ValidString(once) {
				t.Fatalf("%s of %q: once %q, twice %q", what, in, once, of(once))
			}
		}
	})
}
