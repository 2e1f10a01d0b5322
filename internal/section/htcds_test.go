package section

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"
)

// standard reads the sheet of HTCDS 2.0: name → picklist values.
func standard(t *testing.T) map[string][]string {
	t.Helper()
	file, err := os.Open("testdata/htcds-fields.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string][]string{}
	for _, row := range rows[1:] {
		if row[3] != "" && row[3] != "N/A" {
			fields[row[3]] = strings.Split(row[6], ";")
		}
	}
	return fields
}

func kept(name string) bool {
	prefix, _, _ := strings.Cut(name, "_")
	return strings.Contains("prs vic per hte spl con", prefix)
}

func TestHome_givesEveryFieldOfTheStandardExactlyOneField(t *testing.T) {
	want := standard(t)
	want["per_Organisation"] = nil // named in the standard's template, not in its sheet
	homes := map[string]int{}
	for _, s := range All() {
		for _, f := range s.Fields {
			homes[f.HTCDS]++
		}
	}
	found := 0
	for name := range want {
		if !kept(name) {
			continue
		}
		found++
		if homes[name] != 1 {
			t.Errorf("%s has %d homes", name, homes[name])
		}
		if _, f, ok := Home(name); !ok || f.HTCDS != name {
			t.Errorf("Home(%s) does not lead to it", name)
		}
	}
	if found != 60 {
		t.Errorf("%d fields of the standard, want 60", found)
	}
	for name := range homes {
		if _, ok := want[name]; !ok && !strings.HasPrefix(name, "x_") {
			t.Errorf("%s is no field of the standard", name)
		}
	}
}

func TestHome_doesNotMindIOMsOwnSpellings(t *testing.T) {
	for _, name := range []string{"prs_First_Name", "vic_Methods_of_Control", "PRS_FIRSTNAME ", "x_identity_aliases"} {
		if _, _, ok := Home(name); !ok {
			t.Errorf("%q has no home", name)
		}
	}
	if _, _, ok := Home("org_Name"); ok {
		t.Error("organisations are kept elsewhere")
	}
}

func TestFromHTCDS_readsEveryPicklistValueAndToHTCDSGivesItBack(t *testing.T) {
	for name, values := range standard(t) {
		if !kept(name) {
			continue
		}
		_, f, _ := Home(name)
		for _, value := range values {
			if value = strings.TrimSpace(value); value == "" || strings.HasPrefix(value, "Use ISO") {
				continue
			}
			code, ok := FromHTCDS(f.Codes, value)
			if !ok {
				t.Errorf("%s: %q is not read", name, value)
				continue
			}
			if back, exact := ToHTCDS(f.Codes, code); back != value || !exact {
				t.Errorf("%s: %q became %s and went back as %q, exact %v", name, value, code, back, exact)
			}
		}
	}
}

func TestFromHTCDS_readsBothSetsOfControlMethodsAndTheTypos(t *testing.T) {
	for _, c := range []struct{ list, value, want string }{
		{"control_methods", "ThreatOfLawEnforcement", "threat_of_law_enforcement"},
		{"control_methods", "DebtBondage ", "debt_bondage"},
		{"control_methods", "RestrictsMovement", "restricts_movement"},
		{"control_methods", "UsesChildren", "uses_children"},
		{"control_methods", "PsychoactiveSubstances", "psychoactive_substances"},
		{"control_methods", "Threatens children/family", "threatens_family"},
		{"relationship", "Unaquainted", "stranger"},
		{"relationship", "Unacquainted", "stranger"},
		{"gender", "Not Specified/Unknown", "unknown"},
		{"sectors", "Construction", "F"},
		{"sectors", "F", "F"},
		{"languages", "dut", "nl"},
		{"languages", "NLD", "nl"},
		{"countries", "BEL", "BE"},
		{"yes_no_unknown", "TRUE", "yes"},
	} {
		if got, ok := FromHTCDS(c.list, c.value); !ok || got != c.want {
			t.Errorf("%s %q: %q", c.list, c.value, got)
		}
	}
	if _, ok := FromHTCDS("control_methods", "Hypnosis"); ok {
		t.Error("an unknown value was read")
	}
}

func TestToHTCDS_saysWhenTheStandardOnlyComesNear(t *testing.T) {
	for _, c := range []struct {
		list, code, want string
		exact            bool
	}{
		{"exploitation_types", "forced_criminality", "Other", false},
		{"exploitation_types", "domestic_servitude", "Servitude", false},
		{"exploitation_types", "servitude", "Servitude", true},
		{"control_methods", "not_asked", "", false},
		{"languages", "nl", "nld", true},
		{"sex", "no such code", "", false},
	} {
		if got, exact := ToHTCDS(c.list, c.code); got != c.want || exact != c.exact {
			t.Errorf("%s %s: %q, exact %v", c.list, c.code, got, exact)
		}
	}
}

func TestCodeLists_keepUnknownNotAskedAndRefusedApart(t *testing.T) {
	for _, list := range []string{
		"yes_no_unknown", "sex", "gender", "birth_date_certainty", "marital_status", "country_extra", "language_extra",
		"control_methods", "recruitment_methods",
	} {
		for _, code := range []string{"unknown", "not_asked", "refused"} {
			if !loaded.has(list, code) {
				t.Errorf("%s lacks %s", list, code)
			}
		}
	}
}

// TestTraffickingStatus_ofWhoIsOnlyDetected: the standard has one word for both; what it says is read as presumed, ours as what it is.
func TestTraffickingStatus_ofWhoIsOnlyDetected(t *testing.T) {
	for code, want := range map[string]bool{"detected": false, "presumed": true} {
		if value, exact := ToHTCDS("trafficking_status", code); value != "PossibleVictimOfTrafficking" || exact != want {
			t.Errorf("%s goes out as %q, exact %v", code, value, exact)
		}
		if read, ok := FromHTCDS("trafficking_status", code); !ok || read != code {
			t.Errorf("%s is read as %q", code, read)
		}
	}
}
