package exchange

import (
	"archive/zip"
	"bytes"
	"os"
	"testing"

	"relais/internal/moment"
)

// whole takes a file as far as it goes without storing it, and holds what comes out to its limits.
func whole(t *testing.T, file []byte, name string) {
	s := NewService(nil, nil, nil, func() moment.Time { return 1_772_442_000_000_000 })
	f := s.take(file, name, 0)
	if len(f.persons) > mostRows || len(f.problems) > mostTold || len(f.warnings) > mostTold {
		t.Errorf("%d persons, %d problems, %d warnings", len(f.persons), len(f.problems), len(f.warnings))
	}
	if len(f.persons) == 0 && !f.refused() {
		t.Error("nothing was read and nothing was told")
	}
	if f.refused() {
		return
	}
	for i := range f.persons {
		if f.persons[i].content() == "" {
			t.Errorf("row %d holds nobody", f.persons[i].at.Row)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, seed := range []string{
		"", "First Name\nAna\n", "sep=;\nprs_FirstName;prs_Birthdate\nAna;27/04/1998\n", "\uFEFFprs_FirstName,prs_Citizenship\n\"A\nna\",\"BE;NL|LU\"\n",
		"First Name,Consent,Home Phone\nAna,TRUE,32470550100\n,,\n\n\"=1\",#N/A,", "prs_FirstName\tFirst Name\n\x00\n", "Longitude\n4\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) { whole(t, file, "a.csv") })
}

// FuzzReadWorkbook takes whole files, and anything else as the XML of the one sheet of a workbook.
func FuzzReadWorkbook(f *testing.F) {
	if template, err := os.ReadFile("../../../shared/htcds/htcds-template-v2.0.xlsx"); err == nil {
		f.Add(template)
	}
	for _, seed := range []string{
		"", "PK\x03\x04", `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Birthdate</t></is></c></row>` +
			`<row r="2" hidden="1"><c t="inlineStr"><is><r><t>A</t></r><r><t>na</t></r></is></c><c r="B2" s="1"><v>43924.5</v></c></row></sheetData></worksheet>`,
		`<worksheet><sheetData><row r="1048576"><c r="XFD1048576" t="s"><v>0</v></c></row><row r="-1"><c r="1A" t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row></sheetData>`,
		`<worksheet><sheetData><row><c t="s"><v>0</v></c></row><row><c><f>1+1</f><v>2</v></c></row><row><c t="d"><v>2020-04-03T00:00:00</v></c></row></sheetData></worksheet>`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		if !bytes.HasPrefix(file, []byte("PK")) {
			file = around(t, file)
		}
		whole(t, file, "a.xlsx")
	})
}

// around makes a workbook of one sheet.
func around(t *testing.T, sheet []byte) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r1" Type="x/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst><si><t>First Name</t></si></sst>`,
		"xl/styles.xml":              `<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   string(sheet),
	} {
		part, err := z.Create(name)
		if err == nil {
			_, err = part.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
