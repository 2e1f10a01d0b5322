package screening_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"relais/internal/moment"
	"relais/internal/screening"
)

const data = "../../policies/screening"

func shipped(t testing.TB) *screening.Book {
	t.Helper()
	book, err := screening.Load(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestLists_areAsLongAsTheirSource counts the indicators (domain 4.6: 67 for adults at work, 65 for children, none of them weak;
// eleven on the one-minute form).
func TestLists_areAsLongAsTheirSource(t *testing.T) {
	book := shipped(t)
	for list, want := range map[string]map[screening.Strength]int{
		"adult_labour": {screening.Strong: 7, screening.Medium: 53, screening.Weak: 7},
		"child":        {screening.Strong: 15, screening.Medium: 50, screening.Weak: 0, screening.Asked: 1},
		"minute":       {screening.Strong: 7, screening.Medium: 4},
	} {
		got := map[screening.Strength]int{}
		for _, i := range book.List(list) {
			strength, _ := i.In(list)
			got[strength]++
		}
		for strength, n := range want {
			if got[strength] != n {
				t.Errorf("%s has %d of strength %s, not %d", list, got[strength], strength, n)
			}
		}
	}
}

// TestJudge_combinesAsTheTableSays is made by hand from domain 4.6.
func TestJudge_combinesAsTheTableSays(t *testing.T) {
	book := shipped(t)
	const (
		recruited = "deception.job deception.wages"                          // one strong and one medium
		exploited = "exploitation.hours exploitation.pay"                    // one strong and one medium
		coerced   = "control.papers control.debt"                            // two strong
		dependent = "dependence.exploiters dependence.place dependence.past" // two medium and one weak
	)
	for _, c := range []struct {
		claim, country, list, present string
		result                        screening.Result
		rule                          string
	}{
		{"nothing", "NL", "adult_labour", "", screening.None, ""},
		{"the slightest indication", "NL", "adult_labour", "dependence.past", screening.Some, "slightest_adult_labour"},
		{"one strong alone", "NL", "adult_labour", "control.violence", screening.Some, "slightest_adult_labour"},
		{"recruitment, exploitation, coercion", "NL", "adult_labour", recruited + " " + exploited + " " + coerced, screening.StrongIndication, "adult_labour"},
		{"abuse of vulnerability stands in for coercion", "NL", "adult_labour", recruited + " " + exploited + " " + dependent, screening.StrongIndication, "adult_labour"},
		{"without recruitment", "NL", "adult_labour", exploited + " " + coerced, screening.Some, "slightest_adult_labour"},
		{"without exploitation", "NL", "adult_labour", recruited + " " + coerced, screening.Some, "slightest_adult_labour"},
		{"exploitation alone in the Netherlands", "NL", "adult_labour", exploited, screening.Some, "slightest_adult_labour"},
		{"exploitation alone in Belgium", "BE", "adult_labour", exploited, screening.StrongIndication, "be_human_dignity"},
		{"exploitation alone in Luxembourg", "LU", "adult_labour", exploited, screening.StrongIndication, "lu_human_dignity"},
		{"three medium", "BE", "adult_labour", "exploitation.pay exploitation.living exploitation.hazard", screening.StrongIndication, "be_human_dignity"},
		{"two medium and one weak", "BE", "adult_labour", "exploitation.pay exploitation.living exploitation.schooling", screening.StrongIndication, "be_human_dignity"},
		{"one medium and one weak", "BE", "adult_labour", "exploitation.pay exploitation.schooling", screening.Some, "slightest_adult_labour"},
		{"two medium", "BE", "adult_labour", "exploitation.pay exploitation.living", screening.Some, "slightest_adult_labour"},
		{"human dignity is a rule on labour", "BE", "adult_sexual", "exploitation.pay exploitation.living exploitation.hazard", screening.Some, "slightest_adult_sexual"},
		{"forced to clients", "BE", "adult_sexual", "deception.job deception.prostitution control.tasks control.papers exploitation.pay exploitation.living exploitation.hazard",
			screening.StrongIndication, "adult_sexual"},
		{"a child: an act and exploitation, no means", "NL", "child", "act.brought " + exploited, screening.StrongIndication, "child"},
		{"a child without an act", "NL", "child", exploited, screening.Some, "slightest_child"},
		{"a child that was only brought", "NL", "child", "act.brought", screening.None, ""},
		{"an indicator of another list", "NL", "child", "minute.papers exploitation.social", screening.None, ""},
		{"one minute, two strong", "LU", "minute", "minute.papers minute.debt", screening.StrongIndication, "forced_labour"},
		{"one minute, one strong", "LU", "minute", "minute.papers", screening.Some, "slightest_minute"},
		{"one minute, three medium", "LU", "minute", "minute.wages minute.threats minute.conditions", screening.StrongIndication, "forced_labour"},
	} {
		if j := book.Judge(c.country, c.list, strings.Fields(c.present)); j.Result != c.result || j.Rule.ID != c.rule {
			t.Errorf("%s: %s by %q, not %s by %q", c.claim, j.Result, j.Rule.ID, c.result, c.rule)
		}
	}
}

// TestJudge_isNeverLoweredByOneMore adds an indicator to any set of answers, in any country.
func TestJudge_isNeverLoweredByOneMore(t *testing.T) {
	book := shipped(t)
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SampledFrom(screening.Lists).Draw(rt, "list")
		country := rapid.SampledFrom(screening.Countries).Draw(rt, "country")
		var all []string
		for _, i := range book.List(list) {
			all = append(all, i.ID)
		}
		present := rapid.SliceOfDistinct(rapid.SampledFrom(all), rapid.ID[string]).Draw(rt, "present")
		more := rapid.SampledFrom(all).Draw(rt, "more")
		before, after := book.Judge(country, list, present), book.Judge(country, list, append(slices.Clone(present), more))
		if order := screening.Results(); slices.Index(order, after.Result) < slices.Index(order, before.Result) {
			rt.Fatalf("%s in %s: %v is %s, with %s it is %s", list, country, present, before.Result, more, after.Result)
		}
	})
}

// TestLoad_refusesWithTheFileTheRuleAndTheReason spoils one line of the data at a time.
func TestLoad_refusesWithTheFileTheRuleAndTheReason(t *testing.T) {
	for _, c := range []struct{ file, from, to, says string }{
		{"indicators.csv", "control.debt,2009-03-01,,control,S", "control.debt,2009-03-01,,kontrol,S", "screening/indicators.csv:50: control.debt: unknown dimension"},
		{"indicators.csv", "control.debt,2009-03-01,,control,S", "control.debt,2009-03-01,,control,X", `control.debt: unknown strength "X"`},
		{"indicators.csv", "control.debt,", "control.papers,", "needs a name of its own"},
		{"indicators.csv", "indicator,valid_from", "id,valid_from", "the first line has to be"},
		{"thresholds.csv", "any,2009-03-01,,2,0,0", "any,2009-03-01,,-2,0,0", `"-2" is no number of indicators`},
		{"thresholds.csv", "any,2009-03-01,,2,0,0", "any,2009-03-01,,0,0,0", "nothing at all must not be enough"},
		{"thresholds.csv", "any,2009-03-01,,2,0,0", "FR,2009-03-01,,2,0,0", `unknown country "FR"`},
		{"rules.csv", "child,2009-03-01,,any,child,strong,any:act exploitation", "child,2009-03-01,,any,child,strong,any:deed exploitation", `child: unknown need "any:deed"`},
		{"rules.csv", "child,2009-03-01,,any,child,strong,any:act exploitation", "child,2009-03-01,,any,child,identified,any:act exploitation", "the result has to be some or strong"},
		{"rules.csv", "child,2009-03-01,,any,child,strong,any:act exploitation", "child,2009-03-01,,any,minute,strong,any:act exploitation", "the list minute says nothing of act"},
		{"rules.csv", "child,2009-03-01,,any,child,strong,any:act exploitation", "child,2009-03-01,,any,child,strong,", "needs nothing"},
		{"rules.csv", "child,2009-03-01,,any,child,strong,any:act exploitation", "child,2009-03-01,,BE,child,strong,any:act exploitation", "no rule for every country leads from child to strong"},
		{"rules.csv", "child,2009-03-01,,any", "child,2009-02-30,,any", `child: unknown valid_from "2009-02-30"`},
		{"rules.csv", "child,2009-03-01,,any", "child,2009-03-01,soon,any", `child: unknown valid_to "soon"`},
		{"rules.csv", "child,2009-03-01,,any", "child,2009-03-01,2009-02-01,any", "screening/rules.csv:4: child: valid_to comes before valid_from"},
		{"rules.csv", "child,2009-03-01,,any", "child,2009-03-01,2026-06-30,any", "no rule for every country leads from child to strong on 2026-07-01"},
		{"rules.csv", "child,2009-03-01,,any", "child,2010-01-01,,any", "no rule for every country leads from child to strong on 2009-03-01"},
		{"rules.csv", "domain 4.6: the one-minute form", "", "forced_labour: has no source"},
		{"rules.csv", "forced_labour,2009-03-01,,any,minute,strong", "forced_labour, 2009-03-01,,any,minute,strong", "a space stands around a value"},
	} {
		files := fstest.MapFS{}
		for _, name := range []string{"indicators.csv", "thresholds.csv", "rules.csv"} {
			text, err := os.ReadFile(data + "/" + name)
			if err != nil {
				t.Fatal(err)
			}
			if name == c.file {
				if !strings.Contains(string(text), c.from) {
					t.Fatalf("%s does not hold %q", name, c.from)
				}
				text = []byte(strings.Replace(string(text), c.from, c.to, 1))
			}
			files[name] = &fstest.MapFile{Data: text}
		}
		if _, err := screening.Load(files); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s with %q says %v", c.file, c.to, err)
		}
	}
}

// TestOn_givesTheVersionOfTheDay: a rule that changes one day leaves what was held before as it was, and has another edition.
func TestOn_givesTheVersionOfTheDay(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"indicators.csv", "thresholds.csv", "rules.csv"} {
		text, err := os.ReadFile(data + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "thresholds.csv" { // from July on, one strong alone is enough
			text = append(text, "any,2026-07-01,,1,0,0,an amendment\n"...)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	book, err := screening.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	present := []string{"minute.papers"}
	for day, want := range map[moment.Date]screening.Result{"2000-01-01": screening.Some, "2009-03-01": screening.Some, "2026-06-30": screening.Some,
		"2026-07-01": screening.StrongIndication, "2030-01-01": screening.StrongIndication} {
		if got := book.On(day).Judge("LU", "minute", present).Result; got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
	if before, after := book.On("2026-06-30").Edition(), book.On("2026-07-01").Edition(); before == after || before != shipped(t).Edition() {
		t.Errorf("editions %s and %s, the shipped one is %s", before, after, shipped(t).Edition())
	}
}

// TestProvision_isTheLawAlone: people read the law that a rule rests on, not the notes of who keeps the rules.
func TestProvision_isTheLawAlone(t *testing.T) {
	for source, want := range map[string]string{
		"domain 4.6: as for labour": "", "domain 4.6: means are not needed (Palermo Protocol art. 3(c))": "Palermo Protocol art. 3(c)",
		"domain 4.6: not required (Penal Code art. 382-1)": "Penal Code art. 382-1", "": "", ")(": "",
	} {
		if got := screening.Provision(source); got != want {
			t.Errorf("%q: %q", source, got)
		}
	}
}
