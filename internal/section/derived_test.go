package section

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"relais/internal/authz"
)

// derivedCells are the cells of the policy that open a section as derived facts: section and role.
func derivedCells(t *testing.T) map[string]bool {
	t.Helper()
	file, err := os.Open("../../policies/matrix.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	cells := map[string]bool{}
	for _, row := range rows[1:] {
		if column(row, "verb") == "read" && column(row, "show") == "derived" {
			cells[column(row, "section")+" "+column(row, "role")] = true
		}
	}
	return cells
}

func TestProject_coversExactlyTheDerivedCellsOfThePolicy(t *testing.T) {
	want := derivedCells(t)
	if len(want) != 19 {
		t.Errorf("the policy has %d derived cells, want 19", len(want))
	}
	for _, s := range All() {
		for _, role := range authz.Roles() {
			_, ok := s.Project(role, authz.Derived, nil)
			if cell := s.ID.String() + " " + string(role); ok != want[cell] {
				t.Errorf("%s: projected %v, in the policy %v", cell, ok, want[cell])
			}
			for _, show := range []authz.Show{authz.Hidden, authz.Aggregate, authz.Pseudonym, authz.Metadata, authz.Full} {
				if _, ok := s.Project(role, show, nil); ok {
					t.Errorf("%s %s: projected for %s", s.ID, role, show)
				}
			}
			if ok != (len(s.DerivedKeys(role)) > 0) {
				t.Errorf("%s %s: keys and values differ", s.ID, role)
			}
		}
	}
}

func TestProject_showsTheFactAndNothingElse(t *testing.T) {
	for _, c := range []struct {
		name    string
		section authz.Section
		role    authz.Role
		entries []Values
		want    []string // name=text
	}{
		{"the immigration authority gets the office, not the house", authz.ShelterLocation, authz.RoleMigration,
			[]Values{{"street": "Secret street 1", "care_of": "Office, Brussels"}}, []string{"care_of=Office, Brussels"}},
		{"the prosecutor gets the certificate that was meant for him", authz.Health, authz.RoleProsecutor,
			[]Values{
				{"complaints": "pain", "certificate_kind": "medical_certificate", "certificate_text": "A", "certificate_for": "prosecutor;court"},
				{"certificate_kind": "medical_certificate", "certificate_text": "B", "certificate_for": "court"},
			}, []string{"certificate_kind=medical_certificate", "certificate_text=A"}},
		{"immigration gets medical statements only", authz.Health, authz.RoleMigration,
			[]Values{
				{"certificate_kind": "psychological_certificate", "certificate_text": "A", "certificate_for": "migration"},
				{"certificate_kind": "medical_statement", "certificate_text": "B", "certificate_for": "migration"},
			}, []string{"certificate_kind=medical_statement", "certificate_text=B"}},
		{"police get status and expiry", authz.Residence, authz.RolePolice,
			[]Values{{"status": "reflection", "expires_on": "2026-12-01", "conditions": "x", "may_work": "no"}},
			[]string{"status=reflection", "expires_on=2026-12-01"}},
		{"inspectors get may work", authz.Residence, authz.RoleLabourInspector,
			[]Values{{"status": "reflection", "may_work": "no"}}, []string{"may_work=no"}},
		{"indications are yes with their last date", authz.Exploitation, authz.RoleMigration,
			[]Values{
				{"indications": "strong", "assessed_on": "2026-03-01", "narrative": "x"},
				{"indications": "some", "assessed_on": "2026-05-01"}, {"indications": "none", "assessed_on": "2026-07-01"},
			}, []string{"indications=yes", "indications_on=2026-05-01"}},
		{"no indications", authz.Exploitation, authz.RoleMigration, []Values{{"indications": "none"}}, []string{"indications=no"}},
		{"a statement was made", authz.Statements, authz.RoleMigration,
			[]Values{{"given_on": "2026-02-01", "summary": "x"}, {"kind": "informal_account", "given_on": "2026-09-01"}},
			[]string{"statement_made=yes", "statement_on=2026-02-01"}},
		{"no statement", authz.Statements, authz.RoleMigration, nil, []string{"statement_made=no"}},
		{"the wage part", authz.Claims, authz.RoleLabourInspector,
			[]Values{{"wages_due": "900.00 EUR", "claimed": "5000.00 EUR", "debt_creditor": "x"}}, []string{"wages_due=900.00 EUR"}},
		{"open or closed", authz.Court, authz.RoleMigration,
			[]Values{{"stage": "investigation", "offences": "x"}, {"stage": "final", "outcome": "conviction"}},
			[]string{"proceedings=open", "proceedings=closed", "outcome=conviction"}},
		{"the higher level counts", authz.RiskLevel, authz.RoleFocalPoint,
			[]Values{{"level": "high"}, {"level": "medium", "measures_details": "x"}}, []string{"risk_level=high"}},
		{"no level", authz.RiskLevel, authz.RoleMigration, nil, nil},
		{"employer facts only", authz.Suspects, authz.RoleLabourInspector,
			[]Values{
				{"employer": "yes", "organisation": "Bouw X", "company_number": "0123", "family_name": "Y"},
				{"employer": "no", "organisation": "Club Z"},
			}, []string{"organisation=Bouw X", "company_number=0123"}},
		{"one danger is danger", authz.Suspects, authz.RoleShelter,
			[]Values{{"contact_conflict": "no", "family_name": "Y"}, {"contact_conflict": "yes"}}, []string{"contact_conflict=yes"}},
		{"silence is no reassurance", authz.Suspects, authz.RoleShelter,
			[]Values{{"contact_conflict": "no"}, {"family_name": "Y"}}, []string{"contact_conflict=unknown"}},
		{"nobody on file is not known", authz.Suspects, authz.RoleShelter, nil, []string{"contact_conflict=unknown"}},
		{"all say no", authz.Suspects, authz.RoleShelter, []Values{{"contact_conflict": "no"}}, []string{"contact_conflict=no"}},
		{"minor", authz.Guardianship, authz.RoleLabourInspector,
			[]Values{{"minor": "yes", "guardian_name": "x"}}, []string{"minor=yes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			shown, ok := Of(c.section).Project(c.role, authz.Derived, c.entries)
			if !ok {
				t.Fatal("not projected")
			}
			var got []string
			for _, v := range shown {
				got = append(got, v.Name+"="+v.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProject_givesCodesOfTheListItNames(t *testing.T) {
	entries := []Values{
		{"stage": "appeal", "outcome": "conviction", "level": "low", "minor": "no", "contact_conflict": "yes", "may_work": "unknown"},
		{"indications": "some", "given_on": "2026-01-01", "certificate_kind": "medical_statement", "certificate_for": "migration"},
	}
	for _, s := range All() {
		for _, role := range authz.Roles() {
			shown, _ := s.Project(role, authz.Derived, entries)
			for _, v := range shown {
				if v.List != "" && !loaded.has(v.List, v.Text) {
					t.Errorf("%s %s: %s is no code of %s", s.ID, role, v.Text, v.List)
				}
				if v.Entry >= len(entries) {
					t.Errorf("%s %s: entry %d", s.ID, role, v.Entry)
				}
			}
		}
	}
}
