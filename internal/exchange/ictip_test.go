package exchange

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"relais/internal/entry"
	"relais/internal/section"
)

// marked is in every text of the full record, so that none of them can leave unseen.
const marked = "Qzwerty"

// full answers every field of a section, with the n-th code of each list.
func full(room *section.Section, n int) section.Values {
	values := section.Values{}
	for i := range room.Fields {
		f := &room.Fields[i]
		switch f.Type {
		case section.Date:
			values[f.Name] = "2001-02-28"
		case section.PartialDate:
			values[f.Name] = []string{"2001", "2001-02", "2001-02-28"}[n%3]
		case section.Number, section.Money:
			values[f.Name] = "12"
		case section.Phone:
			values[f.Name] = "+32470123456"
		case section.Email:
			values[f.Name] = marked + "@example.org"
		case section.Text, section.LongText, section.Reference:
			values[f.Name] = marked
		default:
			lists := f.Lists()
			codes := section.CodeList(lists[n%len(lists)])
			values[f.Name] = codes[n%len(codes)].Code
		}
	}
	return values
}

// picklists are the values of the standard's own field sheet, by field.
func picklists(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../section/testdata/htcds-fields.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	name, kind, values := slices.Index(rows[0], "name"), slices.Index(rows[0], "type"), slices.Index(rows[0], "values")
	lists := map[string][]string{}
	for _, row := range rows[1:] {
		lists[row[name]] = nil
		if strings.Contains(row[kind], "Picklist") && row[values] != "" && !strings.HasPrefix(row[values], "[") {
			for value := range strings.SplitSeq(row[values], ";") {
				lists[row[name]] = append(lists[row[name]], strings.TrimSpace(value))
			}
		}
	}
	return lists
}

// TestExport_isValidInBothStandards fills every field of every section of a victim file, with each code in turn: each column and each
// value of the row is the standard's, each term and value of the record the classification's, and no text is in the record.
func TestExport_isValidInBothStandards(t *testing.T) {
	lists := picklists(t)
	told := map[string]bool{}
	for n := range 40 {
		c := Copy{At: today, Number: "E-1", Consents: true, pseudonym: "f00", kind: "shelter", country: "BE"}
		for _, room := range section.All() {
			if room.InVictim() {
				c.Sections = append(c.Sections, entry.SectionView{Section: room.ID, Open: true, Entries: []entry.View{{Full: true, Values: full(room, n)}}})
			}
		}
		row, err := c.HTCDS()
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(strings.NewReader(string(row))).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatal(err)
		}
		for i, name := range lines[0] {
			allowed, known := lists[name]
			if !known && name != "per_Organisation" { // has no line in the standard's sheet, and is always empty
				t.Errorf("%s is no field of HTCDS", name)
			}
			for value := range strings.SplitSeq(lines[1][i], ";") {
				if home, f, ok := section.Home(name); ok && home != nil && len(f.Lists()) > 0 && (f.Type == section.Language || f.Type == section.Countries || f.Type == section.Country) {
					if value != "" && len(value) > len("vie") {
						t.Errorf("HTCDS: %s holds %q, which is no ISO code", name, value)
					}
					continue
				}
				if value != "" && allowed != nil && !slices.Contains(allowed, value) {
					t.Errorf("HTCDS: %s holds %q, which its list has not", name, value)
				}
			}
		}
		r := c.record()
		for object, part := range map[string]Told{"event": r.Event, "victim": r.Victim, "response": r.Response, "entity": r.Entity} {
			checkTold(t, object, part, told)
		}
		if text, err := c.ICTIP(); err != nil || strings.Contains(string(text), marked) || strings.Contains(string(text), "2001-02") {
			t.Errorf("a text or a day is in the record: %v\n%s", err, text)
		}
	}
	for _, term := range section.ICTIPTerms() {
		if !told[term.Name] && term.Object != "perpetrator" {
			t.Errorf("no field of a victim file tells %s", term.Name)
		}
	}
}

func checkTold(t *testing.T, object string, part Told, told map[string]bool) {
	t.Helper()
	for leaf, values := range part {
		term := object + "." + leaf
		told[term] = true
		if len(values) == 0 {
			t.Errorf("%s is told as nothing", term)
		}
		for _, value := range values {
			if !section.ValidICTIP(term, value) {
				t.Errorf("%s is told as %q", term, value)
			}
		}
	}
}

// TestTold_inDoubtSaysChildAndKeepsWhatWasSaid.
func TestTold_inDoubtSaysChildAndKeepsWhatWasSaid(t *testing.T) {
	told := Told{}
	for _, said := range [][2]string{{"victim.age_group", "adult"}, {"victim.age_group", "child"}, {"victim.age_group", "adult"}, {"event.means", "not_specified"},
		{"event.means", "force"}, {"event.means", "not_specified"}, {"event.means", "force"}, {"event.purpose", ""}} {
		told.add(said[0], said[1])
	}
	one := Told{}
	one.add("victim.age_group", "adult")
	if !slices.Equal(one["victim.age_group"], []string{"adult"}) || !slices.Equal(told["victim.age_group"], []string{"child"}) || !slices.Equal(told["event.means"], []string{"force"}) || told["event.purpose"] != nil {
		t.Errorf("%v", told)
	}
	for born, want := range map[string]string{"2008-03-01": "adult", "2008-03-03": "child", "2008": "child", "2007": "adult", "2008-03": "child", "2008-02": "adult"} {
		if got := turned(0, "", section.TurnBirth, born, "2026-03-02"); got != want {
			t.Errorf("born %s: %s on 2 March 2026", born, got)
		}
	}
}
