package exchange_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"relais/internal/authz"
	"relais/internal/exchange"
	"relais/internal/fault"
)

// sheetOf writes a workbook of our own with these rows on its first sheet.
func sheetOf(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range rows {
		at := must(excelize.CoordinatesToCellName(1, i+1))(t)
		must0(t, f.SetSheetRow("Sheet1", at, &row))
	}
	var out bytes.Buffer
	must0(t, f.Write(&out))
	return out.Bytes()
}

func local(t *testing.T) *scene { return newScene(t, "sqlite:"+t.TempDir()+"/relais.db") }

func TestImport_readsCSVWithNamesOrLabelsAndAnySeparator(t *testing.T) {
	s := local(t)
	want := map[string]string{"given_names": "Ana", "family_name": "Popa; Ionescu", "birth_date": "1998-04-27", "citizenships": "RO"}
	for name, file := range map[string]string{
		"names":          "prs_FirstName,prs_SecondName,prs_Birthdate,prs_Citizenship\nAna,Popa; Ionescu,1998-04-27,RO\n",
		"labels":         "First Name;Second Name;Birthdate;Citizenship\r\nAna;\"Popa; Ionescu\";27/04/1998;Romania\r\n",
		"mark":           "\uFEFFprs_First_Name,prs_Second_Name,prs_Birthdate,prs_Citizenship\nAna,Popa; Ionescu,1998-04-27,ROU",
		"tab":            "First Name\tSecond Name\tBirthdate\tCitizenship\nAna\tPopa; Ionescu\t1998-04-27\tRO\n",
		"both, and sep=": "sep=;\nprs_FirstName;prs_SecondName;prs_Birthdate;prs_Citizenship\nFirst Name;Second Name;Birthdate;Citizenship\n\n Ana ;\"Popa; Ionescu\";1998-04-27;RO;;\n",
	} {
		o := exchange.Options{}
		report := s.take("shelter", []byte(file), "persons.csv", o)
		if report.Rows != 1 {
			t.Errorf("%s: %+v", name, report)
			continue
		}
		if report.Already { // all five say the same
			continue
		}
		if diff := cmp.Diff(want, map[string]string(s.victimsOf("shelter", report.CaseID)[0][authz.Identity])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if n := s.count(); n.Batches != 1 {
		t.Errorf("the same person in five spellings was imported %d times", n.Batches)
	}
}

func TestImport_numbersTheRowsOfACSVAsASpreadsheetDoes(t *testing.T) {
	s := local(t)
	file := "First Name,Birthdate\n\n\"An\na\",1998-04-27\n\r\n\nMina,03/04/2020\n"
	if report := s.refused("shelter", []byte(file), "a.csv", exchange.Options{}); !at(report.Problems, "exchange.date_ambiguous", "B", 6) {
		t.Errorf("problems:\n%s%+v", told(report), report.Problems)
	}
}

func TestImport_refusesWhatItCannotReadForCertain(t *testing.T) {
	s := local(t)
	head := []any{"prs_FirstName", "prs_Birthdate", "vic_TypeOfExploitation"}
	for _, c := range []struct {
		claim, key, column string
		row                int
		file               []byte
		name               string
	}{
		{"an empty file", "file_empty", "", 0, []byte(" \n"), "a.csv"},
		{"text that is not UTF-8", "csv_not_utf8", "", 0, []byte("First Name\nRen\xe9\n"), "a.csv"},
		{"an old workbook", "file_locked_or_old", "", 0, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on"), "a.xls"},
		{"no workbook", "file_unreadable", "", 0, []byte("PK\x03\x04nonsense"), "a.xlsx"},
		{"text called a workbook", "file_unreadable", "", 0, []byte("First Name\nAna\n"), "a.xlsx"},
		{"an open quotation mark", "csv_broken", "", 3, []byte("First Name,Birthdate\nAna,\nA\"na,1990\n"), "a.csv"},
		{"a separator inside an answer", "row_too_long", "", 2, []byte("First Name,Birthdate\nAna, Maria,1990\n"), "a.csv"},
		{"no header", "no_header", "", 0, []byte("Ana,Popa\nMina,Popa\n"), "a.csv"},
		{"no person", "no_rows", "", 0, []byte("First Name,Birthdate\n"), "a.csv"},
		{"a label of three fields", "column_unclear", "B", 0, []byte("First Name,Longitude\nAna,4.4\n"), "a.csv"},
		{"a field twice", "column_twice", "B", 0, []byte("prs_FirstName,First Name\nAna,Maria\n"), "a.csv"},
		{"a formula in a CSV", "cell_formula", "A", 2, []byte("First Name\n\"=HYPERLINK(\"\"x\"\")\"\n"), "a.csv"},
		{"an error value", "cell_error", "B", 2, []byte("First Name,Birthdate\nAna,#N/A\n"), "a.csv"},
		{"a perpetrator", "column_of_case", "B", 0, []byte("First Name,per_RoleInProcess\nAna,Smuggler\n"), "a.csv"},
		{"a cell without end", "cell_too_long", "A", 2, []byte("First Name\n" + strings.Repeat("a", 10001) + "\n"), "a.csv"},
		{"a field of the catalogue", "section.rule.future", "B", 2, sheetOf(t, head, []any{"Ana", "2030-01-01", "ForcedLabour"}), "a.xlsx"},
		{"a formula", "cell_formula", "B", 2, edit(t, sheetOf(t, head, []any{"Ana", 1, "ForcedLabour"}), func(f *excelize.File) {
			must0(t, f.SetCellFormula("Sheet1", "B2", "TODAY()"))
		}), "a.xlsx"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			key := c.key
			if !strings.Contains(key, ".") {
				key = "exchange." + key
			}
			report := s.refused("shelter", c.file, c.name, exchange.Options{})
			if !at(report.Problems, key, c.column, c.row) {
				t.Errorf("problems:\n%s", told(report))
			}
			for _, p := range report.Problems {
				for _, arg := range p.Args {
					if text, ok := arg.(string); ok && strings.Contains(text, "Ana") {
						t.Errorf("an answer is repeated: %+v", p)
					}
				}
			}
		})
	}
}

func TestImport_refusesTooMuch(t *testing.T) {
	s := local(t)
	many := "First Name\n" + strings.Repeat("Ana\n", 5001)
	if report := s.refused("shelter", []byte(many), "a.csv", exchange.Options{}); !at(report.Problems, "exchange.too_many_rows", "", 5002) {
		t.Errorf("problems:\n%s", told(report))
	}
	large := make([]byte, exchange.LongestFile+1)
	if report := s.refused("shelter", large, "a.csv", exchange.Options{}); !at(report.Problems, "exchange.file_too_large", "", 0) {
		t.Errorf("problems:\n%s", told(report))
	}
	if report := s.refused("shelter", bomb(t), "a.xlsx", exchange.Options{}); !at(report.Problems, "exchange.file_unpacks_too_large", "", 0) {
		t.Errorf("problems:\n%s", told(report))
	}
	wide := edit(t, sheetOf(t, []any{"prs_FirstName"}, []any{"Ana"}), func(f *excelize.File) { must0(t, f.SetCellValue("Sheet1", "XFD2", 1)) })
	if report := s.refused("shelter", wide, "a.xlsx", exchange.Options{}); !at(report.Problems, "exchange.too_many_columns", "XFD", 2) {
		t.Errorf("problems:\n%s", told(report))
	}
}

// bomb is a workbook that unpacks to far more than it weighs.
func bomb(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	part := must(z.Create("xl/worksheets/sheet1.xml"))(t)
	zeros := make([]byte, 1<<20)
	for range 80 {
		must(part.Write(zeros))(t)
	}
	must0(t, z.Close())
	return out.Bytes()
}

func TestImport_leavesHiddenSheetsAloneAndSaysSo(t *testing.T) {
	s := local(t)
	file := edit(t, sheetOf(t, []any{"prs_FirstName"}, []any{"Ana"}, []any{"Mina"}), func(f *excelize.File) {
		for _, name := range []string{"Old", "Notes"} {
			must(f.NewSheet(name))(t)
			must0(t, f.SetCellValue(name, "A1", "First Name"))
			must0(t, f.SetCellValue(name, "A2", "Elsewhere"))
		}
		must0(t, f.SetCellValue("Notes", "A1", "Only a remark"))
		must0(t, f.SetSheetVisible("Old", false))
		must0(t, f.SetRowVisible("Sheet1", 3, false))
	})
	report := s.take("shelter", file, "a.xlsx", exchange.Options{})
	if report.Victims != 2 || !at(report.Warnings, "exchange.sheet_hidden", "", 0) || !at(report.Warnings, "exchange.rows_hidden", "", 0) || !at(report.Warnings, "exchange.sheet_without_header", "", 0) {
		t.Errorf("%+v\n%s", report, told(report))
	}
}

func TestImport_tellsWhatItDoesNotKeep(t *testing.T) {
	s := local(t)
	file := "prs_FirstName,cas_Status,Favourite colour,org_Name\nAna,Active,blue,\n,Closed,,\n"
	report := s.take("shelter", []byte(file), "a.csv", exchange.Options{})
	if report.Victims != 1 || len(report.Ignored) != 2 || !at(report.Warnings, "exchange.column_not_kept", "B", 0) ||
		!at(report.Warnings, "exchange.column_unknown", "C", 0) || !at(report.Warnings, "exchange.row_without_person", "", 3) {
		t.Errorf("%+v\n%s", report, told(report))
	}
}

func TestImport_takesOurOwnColumnsToo(t *testing.T) {
	s := local(t)
	file := "prs_FirstName,x_identity_sex,x_identity_aliases,x_consents_asked_on,con_Consent\nAna,2,Nana,2026-01-05,true\n"
	report := s.take("shelter", []byte(file), "a.csv", exchange.Options{})
	values := s.victimsOf("shelter", report.CaseID)[0]
	if values[authz.Identity]["sex"] != "female" || values[authz.Identity]["aliases"] != "Nana" || values[authz.Consents]["asked_on"] != "2026-01-05" {
		t.Errorf("%v", values)
	}
	if at(report.Warnings, "exchange.consent_undated", "", 0) {
		t.Error("a dated consent is told as undated")
	}
}

func TestImport_isForThoseWhoMayOpenVictimFiles(t *testing.T) {
	s := local(t)
	file := []byte("First Name\nAna\n")
	if _, err := s.exchange.Import(s.who["prosecutor"], file, "a.csv", exchange.Options{}); fault.KindOf(err) != fault.Refused {
		t.Errorf("a prosecutor opens no victim files, but: %v", err)
	}
	if _, err := s.exchange.Import(t.Context(), file, "a.csv", exchange.Options{}); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("nobody: %v", err)
	}
	for _, o := range []exchange.Options{{Purpose: "curiosity"}, {Basis: "none"}, {Without: []string{"people"}}, {DeskID: "another"}} {
		if _, err := s.exchange.Import(s.who["shelter"], file, "a.csv", o); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if n := s.count(); n != (stored{}) {
		t.Errorf("stored: %+v", n)
	}
}
