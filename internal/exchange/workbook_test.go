package exchange_test

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"relais/internal/authz"
	"relais/internal/exchange"
	"relais/internal/section"
)

// fill writes cells into a copy of IOM's template.
func fill(t testing.TB, cells map[string]any) []byte {
	t.Helper()
	return edit(t, template(t), func(f *excelize.File) {
		for at, value := range cells {
			must0(t, f.SetCellValue("Sheet1", at, value))
		}
	})
}

func edit(t testing.TB, file []byte, change func(*excelize.File)) []byte {
	t.Helper()
	f := must(excelize.OpenReader(bytes.NewReader(file)))(t)
	defer func() { _ = f.Close() }()
	change(f)
	var out bytes.Buffer
	must0(t, f.Write(&out))
	return out.Bytes()
}

// twoPersons fills every column of the template that Relais keeps, as people do: by the labels.
func twoPersons() map[string]any {
	return map[string]any{
		"B3": "Somebody", "C3": "Ms", "D3": "Thị Hoa", "E3": " Nguyễn\u00A0", "F3": true, "G3": time.Date(1998, 4, 27, 0, 0, 0, 0, time.UTC),
		"H3": "Feminine ", "I3": "Viet Nam; BEL", "J3": "Nail technician", "K3": "mailto:hoa@example.org", "L3": 3235550100,
		"M3": "+32 470 55 01 00", "N3": "Lange Straat 1\nbus 4", "O3": "Antwerpen", "P3": "Antwerpen", "Q3": "2000", "R3": "Belgium",
		"S3": "Possible victim of trafficking", "T3": "Police", "U3": "Through online social networks | AtWork", "V3": "Hải Phòng",
		"W3": "DebtBondage , ThreatOfLawEnforcement;RestrictsMovement\nUses children", "X3": "ForcedLabour;Servitude",
		"Y3": "S_OtherServiceActivities", "Z3": "", "AA3": "A nail salon", "AB3": "Active", "AC3": "Somewhere",
		"AD3": time.Date(2026, 2, 10, 0, 0, 0, 0, time.UTC), "AF3": "Other",
		"D5": "محمد", "E5": "الخليل", "F5": "FALSE", "G5": "1990", "H5": "Not Specified/Unknown", "I5": "SYR", "R5": "be",
		"S5": "ActualVictimOfTrafficking", "X5": "Forced labour", "Y5": "Construction", "W5": "PhysicalThreats DebtBondage",
	}
}

func TestImport_readsIOMsOwnTemplate(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		report := s.take("shelter", fill(t, twoPersons()), "htcds.xlsx", exchange.Options{})
		if report.Victims != 2 || report.Rows != 2 || report.Reference == "" {
			t.Fatalf("report: %+v", report)
		}
		for _, c := range []string{"N", "O", "Q", "R"} { // P is where the two meet
			if !at(report.Warnings, "exchange.header_disagrees", c, 0) {
				t.Errorf("the shifted column %s is not told", c)
			}
		}
		if at(report.Warnings, "exchange.rows_hidden", "", 0) {
			t.Error("the template's own hidden header is told as a hidden row")
		}
		if !at(report.Warnings, "exchange.status_undecided", "", 5) {
			t.Errorf("that a row decides nothing is not told: %+v", report.Warnings)
		}
		got := s.victimsOf("shelter", report.CaseID)
		want := []map[authz.Section]section.Values{{
			authz.Identity: {"salutation": "Ms", "given_names": "Thị Hoa", "family_name": "Nguyễn", "birth_date": "1998-04-27",
				"gender": "feminine", "citizenships": "BE;VN"},
			authz.SafeContact: {"email": "hoa@example.org", "home_phone": "+3235550100", "mobile_phone": "+32470550100"},
			authz.ShelterLocation: {"street": "Lange Straat 1 bus 4", "municipality": "Antwerpen", "region": "Antwerpen", "postcode": "2000",
				"country": "BE"},
			authz.Exploitation: {"trafficking_status": "presumed", "status_decided_by": "police", "recruitment_methods": "work;online_network",
				"recruitment_place": "Hải Phòng", "control_methods": "debt_bondage;threat_of_law_enforcement;restricts_movement;uses_children",
				"types": "forced_labour;servitude", "sector": "S", "exploitation_place": "A nail salon"},
			authz.Labour:   {"occupation": "Nail technician"},
			authz.Consents: {"consent": "given", "asked_on": "2026-03-02"},
		}, {
			authz.Identity: {"given_names": "محمد", "family_name": "الخليل", "birth_date": "1990", "gender": "unknown", "citizenships": "SY"},
			authz.Exploitation: {"trafficking_status": "presumed", "types": "forced_labour", "sector": "F",
				"control_methods": "debt_bondage;physical_threats"},
			authz.ShelterLocation: {"country": "BE"},
			authz.Consents:        {"consent": "refused", "asked_on": "2026-03-02"},
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("values (-want +got):\n%s", diff)
		}
		facts := must(s.cases.Show(s.who["shelter"], report.CaseID))(t).Facts
		if facts.Country != "BE" || facts.DetectedOn != "2026-02-10" || facts.Sector != "F" ||
			!cmp.Equal(facts.Exploitation, []string{"forced_labour", "servitude"}) {
			t.Errorf("facts: %+v", facts)
		}
	})
}

func TestImport_ofTheSameContentCreatesNothingTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		cells := twoPersons()
		first := s.take("shelter", fill(t, cells), "htcds.xlsx", exchange.Options{})
		before := s.count()
		s.now = s.now.Add(72 * time.Hour)
		moved := map[string]any{}
		for at, value := range cells { // the same persons in other rows of a file saved anew
			moved[at[:len(at)-1]+map[byte]string{'3': "9", '5': "4"}[at[len(at)-1]]] = value
		}
		for name, file := range map[string][]byte{"the same": fill(t, cells), "other rows": fill(t, moved)} {
			again := s.take("shelter/colleague", file, "renamed.xlsx", exchange.Options{})
			if !again.Already || again.Victims != 0 || again.Reference != first.Reference || again.CaseID != first.CaseID {
				t.Errorf("%s: %+v", name, again)
			}
		}
		if after := s.count(); after != before {
			t.Errorf("%v before, %v after", before, after)
		}
		other := s.take("inspection", fill(t, cells), "htcds.xlsx", exchange.Options{Without: []string{"shelter_location", "safe_contact"}})
		if other.Already || other.Victims != 2 {
			t.Errorf("what one agency imported is told to another: %+v", other)
		}
	})
}

func TestImport_knowsTheContentWhateverIsLeftOut(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		cells := twoPersons()
		first := s.take("shelter", fill(t, cells), "htcds.xlsx", exchange.Options{Without: []string{"safe_contact", "shelter_location"}})
		before := s.count()
		for _, without := range [][]string{nil, {"safe_contact"}, {"safe_contact", "shelter_location"}} {
			again := s.take("shelter", fill(t, cells), "htcds.xlsx", exchange.Options{Without: without})
			if !again.Already || again.Victims != 0 || again.CaseID != first.CaseID {
				t.Errorf("without %v: %+v", without, again)
			}
			lines := again.Lines(words(t).For("en"))
			if !slices.Contains(lines, "What was left out in an earlier import is not added now; write it in the victim files.") {
				t.Errorf("without %v: %q", without, lines)
			}
		}
		if after := s.count(); after != before {
			t.Errorf("%v before, %v after", before, after)
		}
	})
}

func TestImport_addsOnlyTheNewRowsOfAFileThatGrew(t *testing.T) {
	s := newScene(t, "sqlite:"+t.TempDir()+"/relais.db")
	cells := twoPersons()
	cells["M5"] = "+32470550199"
	first := s.take("shelter", fill(t, cells), "htcds.xlsx", exchange.Options{})
	grown := maps.Clone(cells)
	grown["D7"], grown["E7"], grown["X7"] = "Ana", "Popa", "SexualExploitation"
	second := s.take("shelter", fill(t, grown), "htcds.xlsx", exchange.Options{})
	if second.Victims != 1 || second.Known != 2 || second.CaseID != first.CaseID {
		t.Errorf("report: %+v", second)
	}
	if victims := s.victimsOf("shelter", first.CaseID); len(victims) != 3 {
		t.Errorf("%d victims in the case", len(victims))
	}
}

func TestImport_takesEqualRowsWithoutANameForSeveralPersons(t *testing.T) {
	s := newScene(t, "sqlite:"+t.TempDir()+"/relais.db")
	nameless := map[string]any{"I3": "NG", "X3": "SexualExploitation", "I4": "NG", "X4": "SexualExploitation"}
	first := s.take("shelter", fill(t, nameless), "a.xlsx", exchange.Options{})
	nameless["I5"], nameless["X5"] = "NG", "SexualExploitation"
	second := s.take("shelter", fill(t, nameless), "b.xlsx", exchange.Options{})
	if first.Victims != 2 || second.Victims != 3 || second.CaseID == first.CaseID {
		t.Errorf("first %+v, second %+v", first, second)
	}
}

func TestImport_refusesEverythingForAFaultInTheLastRow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		cells := twoPersons()
		cells["D1002"], cells["H1002"], cells["G1002"] = "Ana", "Female?", "03/04/2020"
		cells["X1001"] = "ForcedLabour"
		report := s.refused("shelter", fill(t, cells), "htcds.xlsx", exchange.Options{})
		if len(report.Problems) != 2 || !at(report.Problems, "exchange.value_unknown", "H", 1002) ||
			!at(report.Problems, "exchange.date_ambiguous", "G", 1002) {
			t.Errorf("problems:\n%s", told(report))
		}
		if report.Problems[0].Label != "Birthdate" || report.Problems[0].Field != "section.field.identity.birth_date" {
			t.Errorf("problem: %+v", report.Problems[0])
		}
	})
}

func TestImport_triesOutWithoutStoring(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		before := s.count()
		dry := s.take("shelter", fill(t, twoPersons()), "htcds.xlsx", exchange.Options{DryRun: true})
		if after := s.count(); after != before {
			t.Errorf("a dry run left rows: %v before, %v after", before, after)
		}
		wet := s.take("shelter", fill(t, twoPersons()), "htcds.xlsx", exchange.Options{})
		wet.DryRun, wet.BatchID, wet.CaseID, wet.Reference = true, "", "", ""
		if diff := cmp.Diff(dry, wet); diff != "" {
			t.Errorf("the dry run tells something else (-dry +real):\n%s", diff)
		}
	})
}

func TestImport_tellsEachColumnThatTheRoleMayNotWrite(t *testing.T) {
	s := newScene(t, "sqlite:"+t.TempDir()+"/relais.db")
	report := s.refused("inspection", fill(t, twoPersons()), "htcds.xlsx", exchange.Options{})
	for _, column := range []string{"K", "L", "M", "N", "O", "P", "Q", "R"} {
		if !at(report.Problems, "exchange.section_closed", column, 0) {
			t.Errorf("column %s is not told:\n%s", column, told(report))
		}
	}
	report = s.take("inspection", fill(t, twoPersons()), "htcds.xlsx", exchange.Options{Without: []string{"safe_contact", "shelter_location"}})
	if report.Victims != 2 || !at(report.Warnings, "exchange.column_left_out", "N", 0) {
		t.Errorf("report: %+v", report)
	}
	for _, values := range s.victimsOf("inspection", report.CaseID) {
		if values[authz.Identity]["family_name"] == "" || values[authz.ShelterLocation] != nil {
			t.Errorf("values: %v", values)
		}
	}
}
