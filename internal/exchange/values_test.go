package exchange

import (
	"testing"

	"relais/internal/section"
)

func TestDate_readsWhatHasOneMeaningOnly(t *testing.T) {
	for _, c := range []struct {
		kind          kind
		written, want string
		wrong         string
		partial       bool
	}{
		{text, "2020-04-03", "2020-04-03", "", false},
		{text, "2020-4-3", "2020-4-3", "", false}, // the catalogue brings it into its form
		{text, "2020/04/03", "2020-04-03", "", false},
		{text, "2020-04-03T00:00:00Z", "2020-04-03", "", false},
		{text, "2020-04-03 14:05", "2020-04-03", "", false},
		{text, "27/04/1998", "1998-04-27", "", true},
		{text, "27.4.1998", "1998-04-27", "", true},
		{text, "04-27-1998", "1998-04-27", "", true},
		{text, "04/04/2020", "2020-04-04", "", false},
		{text, "03/04/2020", "", "date_ambiguous", false},
		{text, "3.4.2020", "", "date_ambiguous", false},
		{text, "03/04-2020", "", "date_unreadable", false},
		{text, "31/02/2020", "", "date_unreadable", false},
		{text, "13/13/2020", "", "date_unreadable", false},
		{text, "27/04/98", "", "date_unreadable", true},
		{text, "3 April 2020", "2020-04-03", "", false},
		{text, "1er août 2020", "2020-08-01", "", false},
		{text, "3. März 2020", "2020-03-03", "", false},
		{text, "3 mrt. 2020", "2020-03-03", "", false},
		{text, "03-Apr-2020", "2020-04-03", "", false},
		{text, "1990", "1990", "", true},
		{number, "1990", "1990", "", true},
		{text, "1990-05", "1990-05", "", true},
		{number, "1990", "", "date_unreadable", false},
		{number, "43924", "2020-04-03", "", false},
		{text, "43924", "2020-04-03", "", false},
		{number, "43924.75", "2020-04-03", "", true},
		{number, "99", "", "date_unreadable", true},
		{day, "2020-04-03", "2020-04-03", "", false},
		{truth, "true", "", "date_unreadable", false},
		{text, "last spring", "", "date_unreadable", false},
	} {
		got, wrong := date(cell{kind: c.kind, text: c.written}, c.partial)
		if got != c.want || wrong != c.wrong {
			t.Errorf("%q: %q %q", c.written, got, wrong)
		}
	}
}

func TestFromSerial_countsAsExcelDoes(t *testing.T) {
	for _, c := range []struct {
		serial float64
		from04 bool
		want   string
	}{
		{1, false, "1900-01-01"}, {59, false, "1900-02-28"}, {61, false, "1900-03-01"}, {43924, false, "2020-04-03"},
		{42462, true, "2020-04-03"}, {60, false, ""}, {0, false, ""}, {-5, false, ""}, {2958466, false, ""},
	} {
		if got, ok := fromSerial(c.serial, c.from04); got != c.want || ok != (c.want != "") {
			t.Errorf("%v: %q %v", c.serial, got, ok)
		}
	}
}

func TestDateFormat_tellsDaysFromTimesAndAmounts(t *testing.T) {
	custom := func(s string) *string { return &s }
	for _, c := range []struct {
		id   int
		text *string
		want bool
	}{
		{14, nil, true}, {22, nil, true}, {0, nil, false}, {2, nil, false}, {20, nil, false}, {46, nil, false},
		{164, custom("dd/mm/yyyy"), true}, {164, custom(`[$-813]d mmmm yyyy;@`), true}, {164, custom("[h]:mm:ss"), false},
		{164, custom(`0.00" days"`), false}, {164, custom(`#,##0\ \d`), false}, {164, custom("mmm"), false},
	} {
		if got := dateFormat(c.id, c.text); got != c.want {
			t.Errorf("%d %v: %v", c.id, c.text, got)
		}
	}
}

func TestAnswer_readsTheSpellingsThatFilesUse(t *testing.T) {
	for _, c := range []struct{ field, written, want, wrong string }{
		{"vic_MethodsOfControl", "DebtBondage ", "debt_bondage", ""},
		{"vic_MethodsOfControl", "ThreatsLawEnforcement;ThreatOfLawEnforcement", "threat_of_law_enforcement;threat_of_law_enforcement", ""},
		{"vic_MethodsOfControl", "Threatens children/family | Uses children", "threatens_family;uses_children", ""},
		{"vic_MethodsOfControl", "RestrictsMovement, Threats\nFalsePromises", "restricts_movement;threats;false_promises", ""},
		{"vic_MethodsOfControl", "DebtBondage TakesEarnings", "debt_bondage;takes_earnings", ""},
		{"vic_MethodsOfControl", "Debt bondage, DebtBondage TakesEarnings", "debt_bondage;debt_bondage;takes_earnings", ""},
		{"vic_MethodsOfControl", "Hypnosis", "", "value_unknown"},
		{"vic_MethodsOfControl", "DebtBondage;Hypnosis", "", "value_unknown"},
		{"vic_MethodsOfControl", ";;", "", ""},
		{"vic_RelationshipToTrafficker", "Unaquainted", "stranger", ""},
		{"vic_RelationshipToTrafficker", "Unacquainted", "stranger", ""},
		{"vic_ForcedLabourIndustry", "Water supply; sewerage, waste management and remediation", "E", ""},
		{"vic_ForcedLabourIndustry", "F", "F", ""},
		{"vic_ForcedLabourIndustry", "F_Construction", "F", ""},
		{"prs_HighestLevelOfEducation", "Bachelor’s or Equivalent Level", "bachelor", ""},
		{"prs_Gender", "Not Specified/Unknown", "unknown", ""},
		{"prs_Gender", "Female", "", "value_unknown"}, // a sex is no gender, and neither is read from the other
		{"prs_Citizenship", "BE", "BE", ""},
		{"prs_Citizenship", "bel,NLD", "BE;NL", ""},
		{"prs_Citizenship", "Belgique", "BE", ""},
		{"prs_Citizenship", "Côte d'Ivoire", "CI", ""},
		{"prs_Citizenship", "Korea, Republic of", "KR", ""},
		{"prs_Citizenship", "Roemenië; Bulgarien", "RO;BG", ""},
		{"prs_Citizenship", "Viet Nam", "VN", ""},
		{"prs_Citizenship", "Stateless", "stateless", ""},
		{"prs_Citizenship", "Congo", "", "value_unknown"},
		{"prs_MailingCountry", "LUX", "LU", ""},
		{"prs_PrimaryLanguage", "dut", "nl", ""},
		{"prs_PrimaryLanguage", "NLD", "nl", ""},
		{"prs_PrimaryLanguage", "Albanian", "sq", ""},
		{"prs_Deceased", "TRUE", "yes", ""},
		{"prs_Deceased", "0", "no", ""},
		{"prs_Deceased", "nee", "no", ""},
		{"con_Consent", "yes", "given", ""},
		{"con_Consent", "FALSE", "refused", ""},
		{"prs_MobilePhone", "32470550100", "+32470550100", ""},
		{"prs_MobilePhone", "0032470550100", "0032470550100", ""},
		{"prs_MobilePhone", "0470550100", "0470550100", ""}, // whose country? the catalogue refuses it
		{"prs_NumberOfChildren", "2.0", "2", ""},
		{"prs_MailingLatitude", "50,85", "50.85", ""},
		{"prs_MailingLatitude", "50.850000000000001", "50.85", ""},
		{"prs_FirstName", "Anna\nMaria", "Anna Maria", ""},
	} {
		_, f, ok := section.Home(c.field)
		if !ok {
			t.Fatalf("%s has no home", c.field)
		}
		got, wrong := answer(f, written(c.written))
		if got != c.want || wrong != c.wrong {
			t.Errorf("%s %q: %q %q", c.field, c.written, got, wrong)
		}
	}
}

func TestAnswer_refusesANumberThatTheSpreadsheetHasRounded(t *testing.T) {
	_, f, _ := section.Home("prs_IdentityNumber")
	if _, wrong := answer(f, cell{kind: number, text: "8501011234567890"}); wrong != "number_rounded" {
		t.Errorf("told %q", wrong)
	}
	if value, _ := answer(f, cell{kind: number, text: "85010112345"}); value != "85010112345" {
		t.Errorf("read %q", value)
	}
}

func TestStandard_knowsEveryNameAndOnlyCodesOfTheCatalogue(t *testing.T) {
	if len(standard.labelOf) != 84 {
		t.Errorf("%d names", len(standard.labelOf))
	}
	for list, spellings := range standard.spellings {
		for spelling, code := range spellings {
			if _, ok := section.FromHTCDS(list, code); code != "" && !ok {
				t.Errorf("%s: %s is spelt %q and no code", list, code, spelling)
			}
		}
	}
	for _, typo := range []string{"vic_TraffickinStatusDecisionMakingOrg", "prs_First_Name", "group_a/prs_Second_Name", "vic_Methods_of_Control ",
		"PRS_BIRTHDATE", "x_identity_aliases"} {
		if standard.name(typo) == "" {
			t.Errorf("%s is not known", typo)
		}
	}
}

func TestLetter_namesColumns(t *testing.T) {
	for at, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := letter(at); got != want {
			t.Errorf("%d: %s", at, got)
		}
		if back, ok := columnOf(letter(at) + "7"); !ok || back != at {
			t.Errorf("%s: %d", letter(at), back)
		}
	}
}
