package section

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/authz"
)

func drawValues(t *rapid.T, label string) Values {
	name := rapid.StringMatching(`[a-z]{1,3}`)
	text := rapid.OneOf(rapid.StringN(0, 20, -1), rapid.SampledFrom([]string{"", "a", "b", "\n\"\\\t", "é"}))
	return rapid.MapOfN(name, text, 0, 8).Draw(t, label)
}

func TestEncode_isReadBackByDecodeAndByAnyJSONReader(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := drawValues(t, "values")
		want := answered(values)
		payload := values.Encode()
		got, err := Decode(payload)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		other := Values{}
		if err := json.Unmarshal(payload, &other); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, other); diff != "" {
			t.Fatal(diff)
		}
		if string(got.Encode()) != string(payload) {
			t.Fatal("equal values, other bytes")
		}
	})
}

// answered leaves out empty answers, which are the same as none.
func answered(values Values) Values {
	kept := Values{}
	for name, text := range values {
		if text != "" {
			kept[name] = text
		}
	}
	return kept
}

func TestEncode_sortsAndEscapesInOneWay(t *testing.T) {
	values := Values{"b": "line\nline\t\"q\" \\", "a": "é<&>", "c": ""}
	want := `{"a":"é<&>","b":"line\nline\u0009\"q\" \\"}`
	if got := string(values.Encode()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDecode_refusesWhatEncodeDoesNotWrite(t *testing.T) {
	for _, payload := range []string{
		``, `null`, `[]`, `{`, `{"a"}`, `{"a":"b"} `, `{ "a":"b"}`, `{"b":"1","a":"2"}`, `{"a":"1","a":"2"}`, `{"a":""}`,
		`{"a":"\/"}`, `{"a":"\u0041"}`, `{"a":"b",}`, "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}", `{"a":"b`, `{"a":"b\`, `{}{}`,
	} {
		if values, err := Decode([]byte(payload)); err == nil {
			t.Errorf("%q was read as %v", payload, values)
		}
	}
}

func TestDiff_listsWhatChanged(t *testing.T) {
	got := Diff(Values{"a": "1", "b": "2", "c": "3"}, Values{"a": "1", "b": "4", "d": "5", "e": ""})
	want := []Change{{"b", "2", "4"}, {"c", "3", ""}, {"d", "", "5"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMerge_takesTheOneSideThatChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, theirs := drawValues(t, "base"), drawValues(t, "theirs")
		for _, c := range []struct{ base, mine, theirs, want Values }{
			{base, base, theirs, theirs}, {base, theirs, base, theirs}, {base, theirs, theirs, theirs},
		} {
			merged, conflicts := Merge(c.base, c.mine, c.theirs)
			if len(conflicts) > 0 {
				t.Fatalf("conflicts %v", conflicts)
			}
			if diff := cmp.Diff(answered(c.want), merged); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

func TestMerge_losesNoText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := drawValues(t, "base"), drawValues(t, "mine"), drawValues(t, "theirs")
		merged, conflicts := Merge(base, mine, theirs)
		at := map[string]Conflict{}
		for _, c := range conflicts {
			at[c.Field] = c
		}
		for _, field := range fieldsOf(base, mine, theirs) {
			c, open := at[field]
			m, th, b := mine[field], theirs[field], base[field]
			if open && (c.Mine != m || c.Theirs != th || c.Base != b || merged[field] != th) {
				t.Fatalf("%s: the conflict does not hold what was typed", field)
			}
			if !open && (m != b && merged[field] != m || th != b && merged[field] != th) {
				t.Fatalf("%s: a change was lost", field)
			}
		}
		mirrored, others := Merge(base, theirs, mine)
		if len(others) != len(conflicts) || len(Diff(merged, mirrored)) != len(conflicts) {
			t.Fatal("it matters who comes second")
		}
	})
}

func TestMerge_treatsRemovingAndRewritingAsAConflict(t *testing.T) {
	_, conflicts := Merge(Values{"a": "old"}, Values{}, Values{"a": "new"})
	if diff := cmp.Diff([]Conflict{{"a", "old", "", "new"}}, conflicts); diff != "" {
		t.Error(diff)
	}
}

func TestSearchable_listsNamesOneByOneAndNothingElse(t *testing.T) {
	got := Of(authz.Identity).Searchable(Values{
		"family_name": "Haddad", "aliases": "Nour; Noor ;", "birth_date": "2001-05", "birth_place": "Fès", "sex": "female",
	})
	want := []Searchable{
		{"family_name", "name", "Haddad"}, {"aliases", "name", "Nour"}, {"aliases", "name", "Noor"}, {"birth_date", "date", "2001-05"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// payload is a usual identity entry.
var payload = Values{
	"given_names": "Amélie Joséphine", "family_name": "Haddad", "name_original_script": "حداد", "birth_date": "2001-05-17",
	"birth_date_certainty": "estimated", "birth_country": "MA", "age_status": "adult", "sex": "female", "citizenships": "BE;MA",
	"primary_language": "ar", "secondary_language": "fr", "interpreter_needed": "yes",
}.Encode()

func BenchmarkDecode(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(payload)))
	for b.Loop() {
		if _, err := Decode(payload); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecodeByLibrary is what the hand-written reader is measured against.
func BenchmarkDecodeByLibrary(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(payload)))
	for b.Loop() {
		values := Values{}
		if err := json.Unmarshal(payload, &values); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeWithLines(b *testing.B) {
	long := Values{"narrative": "first line\nsecond \"line\"\n", "types": "forced_labour", "sector": "F"}.Encode()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode(long); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	values, err := Decode(payload)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Of(authz.Identity).Check(values, noon); err != nil {
			b.Fatal(err)
		}
	}
}
