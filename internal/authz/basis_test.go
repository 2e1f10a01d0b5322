package authz

import (
	"strings"
	"testing"

	"relais/internal/moment"
	"relais/policies"
)

func TestLegalBases_theShippedListIsTaken(t *testing.T) {
	bases, refusals := parseBases(policies.Bases)
	if len(refusals) > 0 {
		t.Fatal(refusals)
	}
	if len(bases) != strings.Count(policies.Bases, "\n")-1 {
		t.Errorf("%d lines were read of %d", len(bases), strings.Count(policies.Bases, "\n")-1)
	}
	if len(LegalBases()) != len(bases) {
		t.Error("the program serves another list")
	}
}

// TestParseBases_namesTheLine gives each rule a line that breaks it, after a good list.
func TestParseBases_namesTheLine(t *testing.T) {
	good := strings.Join(basisColumns, ",") + "\neu.task,EU,any,legal_task,art. 6,2018-05-25,,,,\n"
	tests := []struct{ claim, line, problem string }{
		{"a value missing", "be.a,BE,police", "line 3: 3 values instead of 10"},
		{"space around a value", "be.a,BE,police,legal_task, art. 1,2020-01-01,,,,", "line 3: space around or a line break in the value of article"},
		{"a code of another country", "nl.a,BE,police,legal_task,art. 1,2020-01-01,,,,", `line 3: unknown code "nl.a"`},
		{"a code that shouts", "be.A,BE,police,legal_task,art. 1,2020-01-01,,,,", `line 3: unknown code "be.A"`},
		{"a foreign country", "fr.a,FR,police,legal_task,art. 1,2020-01-01,,,,", `line 3: unknown country "FR"`},
		{"no kind of agency", "be.a,BE,auditor,legal_task,art. 1,2020-01-01,,,,", `line 3: unknown kind "auditor"`},
		{"consent is a record, no provision", "be.a,BE,police,consent,art. 1,2020-01-01,,,,", `line 3: unknown basis "consent"`},
		{"no article", "be.a,BE,police,legal_task,,2020-01-01,,,,", `line 3: unknown article ""`},
		{"no such day", "be.a,BE,police,legal_task,art. 1,2020-02-30,,,,", `line 3: unknown from "2020-02-30"`},
		{"never in force", "be.a,BE,police,legal_task,art. 1,,,,,", `line 3: unknown from ""`},
		{"ends before it begins", "be.a,BE,police,legal_task,art. 1,2020-01-01,2019-01-01,,,", `line 3: unknown to "2019-01-01"`},
		{"asks for what no form has", "be.a,BE,police,legal_task,art. 1,2020-01-01,,stamp,,", `line 3: unknown required "stamp"`},
		{"a recipient that is no agency", "be.a,BE,police,legal_task,art. 1,2020-01-01,,,press,", `line 3: unknown recipients "press"`},
		{"a code with two meanings", "eu.task,EU,police,legal_task,art. 7,2018-05-25,,,,", "line 3: eu.task is something else in line 2"},
		{"two versions on one day", "eu.task,EU,any,legal_task,art. 7,2020-01-01,,,,", "line 3: eu.task holds on the same days as in line 2"},
		{"quotes", `be.a,BE,police,legal_task,"art. 1,2020-01-01,,,,`, "line 3: the quotes do not match"},
	}
	for _, test := range tests {
		t.Run(test.claim, func(t *testing.T) {
			_, refusals := parseBases(good + test.line + "\n")
			if !strings.Contains(refusals.Error(), basesFile+" "+test.problem) {
				t.Errorf("got %q", refusals.Error())
			}
		})
	}
	if _, refusals := parseBases("a,b\n"); !strings.Contains(refusals.Error(), "bases.csv line 1: the first line has to be") {
		t.Errorf("another header: %v", refusals)
	}
	if _, refusals := parseBases(strings.Join(basisColumns, ",") + "\n"); !strings.Contains(refusals.Error(), "no legal task for police in BE") {
		t.Errorf("an empty list: %v", refusals)
	}
}

func TestBases_aProvisionEndsAndAnotherFollows(t *testing.T) {
	bases, refusals := parseBases(strings.Join(basisColumns, ",") + "\n" +
		"eu.task,EU,any,legal_task,art. 6,2018-05-25,,,,\n" +
		"be.shelter.secrecy,BE,shelter,legal_gateway,art. 458bis,1998-04-01,2026-04-07,basis_ref,prosecutor,\n" +
		"be.shelter.secrecy,BE,shelter,legal_gateway,art. 353,2026-04-08,,basis_ref,prosecutor,\n")
	if len(refusals) > 0 {
		t.Fatal(refusals)
	}
	for day, article := range map[moment.Date]string{"1998-03-31": "", "2026-04-07": "art. 458bis", "2026-04-08": "art. 353"} {
		if b, _ := bases.Find("be.shelter.secrecy", day); b.Article != article {
			t.Errorf("on %s: %q, want %q", day, b.Article, article)
		}
	}
}

func TestBases_theUsualOneIsOfTheAgencysOwnLaw(t *testing.T) {
	tests := []struct {
		country string
		kind    Role
		family  string
		to      Role
		want    string
	}{
		{"BE", RoleLabourInspector, "legal_gateway", RoleShelter, "be.labour.gateway"},
		{"NL", RolePolice, "legal_gateway", RoleFocalPoint, "nl.police.registration"},
		{"NL", RolePolice, "legal_gateway", RoleShelter, "nl.police.provision"},
		{"LU", RolePolice, "legal_gateway", RoleMigration, "lu.police.notice"},
		{"BE", RoleShelter, "legal_gateway", RoleProsecutor, "be.shelter.secrecy"},
		{"BE", RoleShelter, "legal_gateway", RolePolice, ""},
		{"BE", RoleShelter, "duty_to_report", RoleProsecutor, ""},
		{"LU", RoleMigration, "duty_to_report", RoleProsecutor, "lu.migration.report"},
		{"NL", RoleFocalPoint, "legal_task", RoleShelter, "eu.task"},
		{"NL", RoleShelter, "vital_interest", RolePolice, "eu.vital"},
		{"NL", RoleShelter, "consent", RolePolice, ""},
		{"NL", RoleShelter, "magistrate_release", RolePolice, ""},
	}
	for _, test := range tests {
		got, found := LegalBases().For(test.country, test.kind, "2026-03-02").Usual(test.family, test.to)
		if got.Code != test.want || found != (test.want != "") {
			t.Errorf("%s %s %s to %s: %q, want %q", test.country, test.kind, test.family, test.to, got.Code, test.want)
		}
	}
}
