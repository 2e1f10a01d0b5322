package exchange

import (
	"encoding/csv"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/entry"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/track"
)

const today = moment.Time(1_772_442_000_000_000)

// nasty are what a spreadsheet would work out, or what reading could mistake.
var nasty = []string{"=1+1", "+32 3", "-5", "@SUM(A1)", "'=x", "''=x", "'quoted'", "#N/A", "'#ref!", "＝1", "a,b;c", "x;=HYPERLINK(\"http://x\");y", "x; -1", "x;\"=1", "x;'=1", "Nguyễn \"Ba\"", "true", "0032", "1e5"}

// answers draws what an entry can hold of the fields that the standard knows.
func answers(t *rapid.T, room *section.Section) section.Values {
	values := section.Values{}
	for i := range room.Fields {
		f := &room.Fields[i]
		if strings.HasPrefix(f.HTCDS, "x_") || f.HTCDS == "" || rapid.IntRange(0, 2).Draw(t, f.Name) == 0 {
			continue
		}
		switch f.Type {
		case section.Text, section.LongText, section.Reference:
			values[f.Name] = rapid.OneOf(rapid.SampledFrom(nasty), rapid.StringMatching(`[\pL][\pL0-9 ',;.=+@-]{0,30}`)).Draw(t, "text")
		case section.Date, section.PartialDate:
			values[f.Name] = rapid.SampledFrom([]string{"2001-02-28", "1999-12-31", "2024-02-29"}).Draw(t, "day")
		case section.Number:
			values[f.Name] = rapid.SampledFrom([]string{"0", "7", "12"}).Draw(t, "number")
		case section.Phone:
			values[f.Name] = rapid.SampledFrom([]string{"+32470123456", "+352621123456"}).Draw(t, "phone")
		case section.Email:
			values[f.Name] = "a.b@example.org"
		default:
			values[f.Name] = exactCodes(t, f)
		}
	}
	maps.DeleteFunc(values, func(_, text string) bool { return text == "" })
	return values
}

// exactCodes draws answers for which the standard has a value that means the same.
func exactCodes(t *rapid.T, f *section.Field) string {
	var exact []string
	for _, list := range f.Lists() {
		for _, c := range section.CodeList(list) {
			if _, same := section.ToHTCDS(list, c.Code); same && !c.Alone {
				exact = append(exact, c.Code)
			}
		}
	}
	if len(exact) == 0 {
		return ""
	}
	if !f.Many() {
		return rapid.SampledFrom(exact).Draw(t, "code")
	}
	return strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(exact), 1, min(3, len(exact)), rapid.ID[string]).Draw(t, "codes"), ";")
}

// TestHTCDS_isReadBackAsItWasWritten over random answers of every section that victim files have: reading takes the row for the
// same person, whatever a spreadsheet would have made of it.
func TestHTCDS_isReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, want := Copy{Consents: true}, map[string]section.Values{}
		for _, room := range section.All() {
			values, err := section.Values{}, error(nil)
			if room.InVictim() {
				if values, err = room.Check(completed(room, answers(rt, room)), today); err != nil {
					continue // such as an end before the beginning
				}
			}
			c.Sections = append(c.Sections, entry.SectionView{Section: room.ID, Open: true, Entries: []entry.View{{Full: true, Values: values}}})
			standardOnly := maps.Clone(values)
			maps.DeleteFunc(standardOnly, func(name, _ string) bool { return strings.HasPrefix(room.Field(name).HTCDS, "x_") })
			if track.Decided(standardOnly["trafficking_status"]) { // a row of a file decides nothing
				standardOnly["trafficking_status"] = "presumed"
				delete(standardOnly, "status_decided_by")
			}
			if len(standardOnly) > 0 {
				want[room.ID.String()] = standardOnly
			}
		}
		if len(want) == 0 {
			rt.Skip("nobody")
		}
		file, err := c.HTCDS()
		if err != nil {
			rt.Fatal(err)
		}
		noFormula(rt, string(file))
		taken := NewService(nil, nil, nil, func() moment.Time { return today }).take(file, "copy.csv", 0)
		if taken.refused() || len(taken.persons) != 1 {
			rt.Fatalf("%d persons, problems %+v\n%s", len(taken.persons), taken.problems, file)
		}
		got := map[string]section.Values{}
		for room, values := range taken.persons[0].values {
			maps.DeleteFunc(values, func(name, _ string) bool { return strings.HasPrefix(room.Field(name).HTCDS, "x_") })
			if len(values) > 0 {
				got[room.ID.String()] = values
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Errorf("(-written +read):\n%s\n%s", diff, file)
		}
	})
}

// noFormula holds that no cell begins with one, whatever ends a cell: a comma, or what spreadsheets of other languages take.
func noFormula(t interface{ Errorf(string, ...any) }, file string) {
	for _, cell := range strings.FieldsFunc(file, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
		if cell = strings.TrimLeft(cell, `" `); cell != "" && strings.ContainsRune(formulaStarts, []rune(cell)[0]) {
			t.Errorf("a cell begins with %.30q", cell)
		}
	}
}

// TestHarmless_guardsEveryPiece that a spreadsheet may take for a cell, and is taken off again.
func TestHarmless_guardsEveryPiece(t *testing.T) {
	for content, want := range map[string]string{`x;=HYPERLINK("http://x");y`: `x;'=HYPERLINK("http://x");y`, "\t=1": "\t'=1", "\r=1": "\r'=1",
		"first\n- second": "first\n'- second", `x;"=1`: `x;'"=1`, "x; =1": "x;' =1", "VN;RO": "VN;RO", "a-b;c=d": "a-b;c=d"} {
		if got := harmless(content); got != want {
			t.Errorf("%q is written %q", content, got)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		content := rapid.StringMatching(`[=+@'" ;\t\r\nx#-]{0,12}`).Draw(rt, "content")
		noFormula(rt, harmless(content))
		if back := asWritten(harmless(content)); back != content {
			rt.Errorf("%q is read back as %q", content, back)
		}
	})
}

// completed adds the day on which consent was asked, which the standard lacks and the catalogue demands.
func completed(room *section.Section, values section.Values) section.Values {
	if room == consentBox.section && len(values) > 0 {
		values[consentDay] = string(moment.DayOf(today))
	}
	return values
}

func TestHTCDS_holdsTheStandardsColumnsAndNoFormula(t *testing.T) {
	identity, _, _ := section.Home("prs_FirstName")
	c := Copy{Sections: []entry.SectionView{{Section: identity.ID, Open: true, Entries: []entry.View{
		{Values: section.Values{"given_names": "=HYPERLINK(\"http://x\")", "family_name": "Newer", "gender": "not_asked", "aliases": "Ba"}, WrittenAt: 20},
		{Values: section.Values{"family_name": "Older", "citizenships": "VN;RO", "primary_language": "vi"}, WrittenAt: 10},
	}}}}
	file, err := c.HTCDS()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[0]) != 84 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if slices.ContainsFunc(rows[0], func(name string) bool { return strings.HasPrefix(name, "x_") }) || strings.Contains(string(file), "Ba") {
		t.Error("a strict file holds what is not the standard's")
	}
	for name, want := range map[string]string{"prs_FirstName": "'=HYPERLINK(\"http://x\")", "prs_SecondName": "Newer", "prs_Gender": "NonSpecifiedUnknown",
		"prs_Citizenship": "VN;RO", "prs_PrimaryLanguage": "vie", "org_Name": "", "con_Consent": ""} {
		if got := rows[1][slices.Index(rows[0], name)]; got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
}

// TestHTCDS_saysConsentOnlyWhileOneHolds (domain 4.1: true only if a valid consent exists).
func TestHTCDS_saysConsentOnlyWhileOneHolds(t *testing.T) {
	for _, c := range []struct {
		said  string
		holds bool
		want  string
	}{{"given", true, "true"}, {"given", false, ""}, {"refused", false, "false"}} {
		one := Copy{Consents: c.holds, Sections: []entry.SectionView{{Section: consentBox.section.ID, Entries: []entry.View{
			{Values: section.Values{consentBox.field.Name: c.said}}}}}}
		if got := one.cell("con_Consent", map[*section.Field]string{consentBox.field: c.said}); got != c.want {
			t.Errorf("%s, holds %v: %q", c.said, c.holds, got)
		}
	}
}
