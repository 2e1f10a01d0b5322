package archtest

import (
	"strings"
	"testing"
)

// TestRules_catchWhatTheyForbid gives each rule a file that breaks it and one that only looks as if it did.
func TestRules_catchWhatTheyForbid(t *testing.T) {
	tests := []struct {
		claim, path, text string
		rule              func([]*source) *verdict
		broken            bool
	}{
		{"a lower package imports a higher one", "internal/agency/service.go", `import "relais/internal/victim"`, undrawn, true},
		{"a slice imports an earlier one", "internal/victim/service.go", `import "relais/internal/agency"`, undrawn, false},
		{"a package below httpkit stands with it", "internal/httpkit/pagecheck/check.go", `import "relais/internal/httpkit"`, undrawn, false},
		{"the program imports the testkit", "internal/server/server.go", `import "relais/internal/testkit"`, undrawn, true},
		{"a test sets a scene", "internal/agency/agency_test.go", `import "relais/internal/victim"`, undrawn, false},
		{"a package that nobody drew", "internal/matching/matching.go", ``, undrawn, true},
		{"settings are for cmd", "internal/server/server.go", `import "relais/internal/config"`, undrawn, true},

		{"sqlx in a slice", "internal/agency/store.go", `import "github.com/jmoiron/sqlx"`, misplaced, true},
		{"a type that stores itself", "internal/moment/moment.go", `import "database/sql/driver"`, misplaced, false},
		{"gin in a service", "internal/agency/service.go", `import "github.com/gin-gonic/gin"`, misplaced, true},
		{"gin in pages", "internal/agency/pages_people.go", `import "github.com/gin-gonic/gin"`, misplaced, false},
		{"huma in pages", "internal/agency/pages.go", `import "github.com/danielgtaylor/huma/v2"`, misplaced, true},
		{"huma in an api", "internal/agency/api.go", `import "github.com/danielgtaylor/huma/v2"`, misplaced, false},
		{"templates in a slice", "internal/agency/pages.go", `import "html/template"`, misplaced, true},
		{"casbin in a test of the gate", "internal/gate/gate_test.go", `import "github.com/casbin/casbin/v2"`, misplaced, true},
		{"a library of tests in the program", "internal/demo/demo.go", `import "pgregory.net/rapid"`, misplaced, true},

		{"a query in a service", "internal/agency/service.go", "const q = `SELECT id FROM agency`", strayQueries, true},
		{"an update in pages", "internal/agency/pages.go", "const q = `UPDATE agency SET name = :name`", strayQueries, true},
		{"a query in a store", "internal/agency/store_people.go", "const q = `SELECT id FROM agency`", strayQueries, false},
		{"a sentence", "internal/agency/service.go", `const q = "DELETE and UPDATE are refused; SELECTED"`, strayQueries, false},

		{"a slice opens a transaction", "internal/agency/store.go", "import \"relais/internal/database\"\nvar d database.DB", aroundTheGate, true},
		{"sign-in has nobody yet", "internal/account/service.go", "import \"relais/internal/database\"\nfunc f(g G, tx *database.Tx) { g.Identify() }", aroundTheGate, false},
		{"a file is read as nobody", "internal/victim/service.go", "func f(g G) { g.Identify() }", aroundTheGate, true},
		{"a slice names parameters", "internal/agency/store.go", "import \"relais/internal/database\"\nvar a database.Args", aroundTheGate, false},

		{"no comment", "internal/agency/agency.go", ``, unexplained, true},
		{"a long function", "internal/agency/service.go", "func f() {" + strings.Repeat("\n", 60) + "}", tooLong, true},
		{"a long function in a test", "internal/agency/a_test.go", "func f() {" + strings.Repeat("\n", 60) + "}", tooLong, false},
		{"a long function in a table", "internal/agency/a.go", "var f = []func(){func() {" + strings.Repeat("\n", 60) + "}}", tooLong, true},
		{"a long file", "internal/agency/service.go", strings.Repeat("\n", 400), tooLong, true},

		{"a test that sleeps", "internal/agency/a_test.go", "import \"time\"\nfunc f() { time.Sleep(1) }", sleepers, true},
		{"a program that sleeps", "internal/agency/a.go", "import \"time\"\nfunc f() { time.Sleep(1) }", sleepers, false},
		{"a test that skips", "internal/agency/a_test.go", "func f(t T) { t.Skip() }", sleepers, true},
		{"a test that skips by a field", "internal/agency/a_test.go", "func f(s S) { s.t.Skip() }", sleepers, true},
		{"a drawn step that does not fit", "internal/agency/a_test.go", "func f(t *rapid.T) { t.Skip() }", sleepers, false},
		{"a promise", "internal/agency/a.go", "// TO" + "DO: later", unfinished, true},
		{"a word that looks like one", "internal/agency/a.go", "// autodoc", unfinished, false},
	}
	for _, test := range tests {
		t.Run(test.claim, func(t *testing.T) {
			found := test.rule(written(t, test.path, "package agency\n"+test.text))
			if broken := len(found.broken) > 0; broken != test.broken {
				t.Errorf("broken is %v: %v", broken, found.broken)
			}
		})
	}
}

func TestUnexplained_wantsACommentThatBeginsWithTheName(t *testing.T) {
	good := "// Package agency is for agencies.\npackage agency\n"
	if found := unexplained(written(t, "internal/agency/agency.go", good)); len(found.broken) > 0 {
		t.Errorf("refuses a comment: %v", found.broken)
	}
	if found := unexplained(written(t, "internal/util/util.go", "// Package util is for all.\npackage util\n")); len(found.broken) == 0 {
		t.Error("takes a name that says nothing")
	}
}

// TestDrawing_hasNoCircle walks the drawing: from no package does a way lead back to it.
func TestDrawing_hasNoCircle(t *testing.T) {
	var walk func(pkg string, seen []string)
	walk = func(pkg string, seen []string) {
		for _, before := range seen {
			if before == pkg {
				t.Fatalf("a circle: %s", strings.Join(append(seen, pkg), " -> "))
			}
		}
		for _, next := range drawing[pkg] {
			if _, known := drawing[next]; !known {
				t.Errorf("%s may import %s, which is not in the drawing", pkg, next)
			}
			walk(next, append(seen, pkg))
		}
	}
	for _, pkg := range []string{"gate", "httpkit", "consent"} {
		walk(pkg, nil)
	}
}
