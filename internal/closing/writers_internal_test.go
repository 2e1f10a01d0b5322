package closing

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// saysNothing are the tables that name a file and an agency in which nobody writes of the person: who has access, asks for it, passes it on,
// looks after it or takes it out.
var saysNothing = strings.Fields(`access_request access_review approval audit_entry casefile_version circle_share emergency erasure exclusion file file_closure file_export
	file_grant file_reference file_removal file_seal file_tombstone import_row legal_hold notice outside_package pointer_choice pointer_probe pointer_side referral
	request_signature signal_file transfer`)

// TestWriters_areOfAllTables: a table more, in which an agency writes of a person, is counted, or said here to hold nothing.
func TestWriters_areOfAllTables(t *testing.T) {
	schema, err := os.ReadFile("../../migrations/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?s)CREATE TABLE "?(\w+)"? \((.*?)STRICT;`).FindAllStringSubmatch(string(schema), -1) {
		columns := "\n" + m[2]
		if strings.Contains(columns, "\n  file_id ") && regexp.MustCompile(`\n  \w*agency\w* `).MatchString(columns) {
			tables[m[1]] = strings.Contains(selectWriters, "FROM "+m[1]+" ")
		}
	}
	for _, name := range saysNothing {
		if counted, there := tables[name]; counted || !there && name != "file" {
			t.Errorf("%s is counted all the same, or is no such table", name)
		}
		delete(tables, name)
	}
	for name, counted := range tables {
		if !counted {
			t.Errorf("%s is not counted among those who wrote in a file", name)
		}
	}
	if len(tables) < 15 {
		t.Errorf("the schema gives only %d tables", len(tables))
	}
}
