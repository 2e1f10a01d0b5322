package rulepack

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"relais/internal/moment"
	"relais/policies"
)

var update = flag.Bool("update", false, "write the golden files")

// TestChecklist_ofEachCountryHoldsEveryFormOfExploitation: a person of each form has items of her own in each country.
func TestChecklist_ofEachCountryHoldsEveryFormOfExploitation(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, country := range Countries() {
		list, ok := b.Checklist(string(country), "2026-11-27")
		if !ok {
			t.Fatalf("%s has no checklist", country)
		}
		for _, form := range exploitations {
			own := slices.ContainsFunc(list.Items, func(i Item) bool { return slices.Contains(i.Exploitation, form) })
			if general := form == "other" || form == "unknown"; own == general {
				t.Errorf("%s, %s: items of its own: %v", country, form, own)
			}
		}
		for _, phase := range phases {
			if !slices.ContainsFunc(list.Items, func(i Item) bool { return i.Phase == phase && len(i.Exploitation) == 0 }) {
				t.Errorf("%s has nothing to do in %s", country, phase)
			}
		}
	}
}

// TestChecklist_ofADayIsThatDays: the version of a day, the first before it, none for a country without a template.
func TestChecklist_ofADayIsThatDays(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2001-01-01": "2015-11-16", "2026-07-14": "2018-05-25", "2026-07-15": "2026-07-15", "2030-01-01": "2026-07-15"} {
		list, ok := b.Checklist("NL", moment.Date(day))
		_, marriage := list.Find("nl.marriage_lawyer")
		if !ok || string(list.Version) != want || marriage != (want == "2026-07-15") {
			t.Errorf("%s: %s, forced marriage: %v", day, list.Version, marriage)
		}
	}
	if _, ok := b.Checklist("DE", "2026-07-15"); ok {
		t.Error("a template for a country that has none")
	}
}

// TestChecklist_namesFileItemAndReason changes one thing in the shipped list at a time.
func TestChecklist_namesFileItemAndReason(t *testing.T) {
	for claim, c := range map[string]struct{ old, new, want string }{
		"another country's item":   {"be.safe_now", "nl.safe_now", "be/checklist.csv line 2: nl.safe_now: an item is lower case and begins with its country"},
		"a name of three parts":    {"be.safe_now", "be.safe.now", "begins with its country"},
		"an unknown phase":         {"detection,any,any", "discovery,any,any", `be.safe_now: unknown phase "discovery"`},
		"an unknown form":          {"detection,any,any", "detection,slavery,any", `unknown exploitation "slavery"`},
		"no form":                  {"detection,any,any", "detection,,any", "exploitation is missing"},
		"an unknown person":        {"detection,any,any", "detection,any,men", `unknown person "men"`},
		"a role that does not act": {"police labour_inspector shelter guardian,risk", "auditor,risk", `unknown roles "auditor"`},
		"nobody":                   {"police labour_inspector shelter guardian,risk", ",risk", "roles are missing"},
		"an unknown section":       {"guardian,risk_level", "guardian,risks", `unknown section "risks"`},
		"no basis":                 {`"Directive 2012/29/EU, art. 18",,1`, ",,1", "basis is missing"},
		"another country's clock":  {"be.minor.ai", "nl.b83", `be.child_registration: names an unknown clock "nl.b83"`},
		"no days":                  {"art. 18\",,1,", "art. 18\",,0,", "days has to be a whole number"},
		"days without end":         {"art. 18\",,1,", "art. 18\",,400,", "days are at most 366"},
		"an item twice":            {"be.apart,", "be.safe_now,", "be/checklist.csv line 3: be.safe_now: holds on the same days as in line 2"},
		"an end before its start":  {"be.safe_now,2015-11-16,", "be.safe_now,2015-11-16,2015-01-01", "valid_to comes before valid_from"},
	} {
		files := shippedFiles(t)
		text := string(files["be/checklist.csv"].Data)
		if !strings.Contains(text, c.old) {
			t.Errorf("%s: the list has no %q", claim, c.old)
		}
		files["be/checklist.csv"] = &fstest.MapFile{Data: []byte(strings.Replace(text, c.old, c.new, 1))}
		if _, err := Load(files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", claim, err)
		}
	}
}

// TestChecklist_isNeverChangedInPlace: a file keeps its version by the day, so what a version says stays as it was. To change an item,
// end its line and write its successor; then this file gets a line more.
func TestChecklist_isNeverChangedInPlace(t *testing.T) {
	const golden = "testdata/checklists.golden"
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, country := range Countries() {
		for _, version := range b.checklists[country] {
			var text strings.Builder
			for n := range version.Items {
				i := &version.Items[n]
				fmt.Fprintln(&text, i.Item, i.Phase, i.Exploitation, i.Person, i.Roles, i.Section, i.Basis, i.Clock, i.Days)
			}
			fmt.Fprintf(&lines, "%s %s %d items %x\n", country, version.Version, len(version.Items), sha256.Sum256([]byte(text.String())))
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != lines.String() {
		t.Errorf("a version of a checklist reads otherwise than before: %v\n%s", err, lines.String())
	}
}

// shippedFiles is a copy of the shipped packs, to change one thing in.
func shippedFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	names, err := fs.Glob(policies.Packs, "packs/*/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(policies.Packs, name)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.TrimPrefix(name, "packs/")] = &fstest.MapFile{Data: text}
	}
	return files
}
