package archtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestImports_followTheDrawing(t *testing.T) { undrawn(program(t)).report(t) }

func TestLibraries_standWhereTheyBelong(t *testing.T) { misplaced(program(t)).report(t) }

// undrawn finds imports between our packages that the drawing does not show. Tests may import whatever they need to
// set a scene; the program itself never imports the testkit.
func undrawn(program []*source) *verdict {
	v := judge("imports")
	for _, s := range program {
		row, allowed, ok := drawn(s.pkg)
		if !ok {
			v.against(s, fmt.Sprintf("%s: package %s is not in the drawing (drawing_test.go)", s.path, s.pkg))
			continue
		}
		for _, imported := range s.imports() {
			ours, found := strings.CutPrefix(imported, module)
			if !found || s.test {
				continue
			}
			ours = strings.TrimPrefix(ours, "internal/")
			target, _, _ := drawn(ours)
			if target != row && !slices.Contains(allowed, target) {
				v.against(s, fmt.Sprintf("%s: %s imports %s, which the drawing does not show", s.path, s.pkg, ours))
			}
		}
	}
	return v
}

// placement says where a library, or what lies below its path, may be imported.
type placement struct {
	library string
	allowed func(*source) bool
	testsOf bool // whether the tests of other packages are bound too
}

var placements = []placement{
	{library: "github.com/jmoiron/sqlx", allowed: within("database", "gate")},
	{library: "database/sql", allowed: within("database", "gate")},
	{library: "github.com/mattn/go-sqlite3", allowed: within("database")},
	{library: "github.com/jackc/pgx", allowed: within("database", "testkit/servers")},
	{library: "github.com/pressly/goose", allowed: within("database"), testsOf: true},
	{library: "github.com/casbin/casbin", allowed: within("authz"), testsOf: true},
	{library: "html/template", allowed: within("httpkit"), testsOf: true},
	{library: "github.com/gin-gonic/gin", allowed: either(within("httpkit", "server"), named("pages"))},
	{library: "github.com/danielgtaylor/huma", allowed: either(within("httpkit", "server"), named("api"))},
	{library: "github.com/sethvargo/go-envconfig", allowed: within("config"), testsOf: true},
	{library: "github.com/chromedp", allowed: within("testkit/servers"), testsOf: true},
	{library: "github.com/getkin/kin-openapi", allowed: within("testkit")},
	{library: "github.com/google/go-cmp", allowed: within("testkit")},
	{library: "pgregory.net/rapid", allowed: within("testkit")},
	{library: "github.com/wneessen/go-mail", allowed: within("mail"), testsOf: true},
	{library: "github.com/emersion", allowed: within("testkit/servers"), testsOf: true},
	{library: "testing", allowed: within("testkit", "httpkit/pagecheck")},
	{library: "github.com/jba/templatecheck", allowed: within("httpkit/pagecheck")},
}

// misplaced finds libraries outside their room. The driver interfaces are free: a type that stores itself needs them.
func misplaced(program []*source) *verdict {
	v := judge("libraries")
	for _, s := range program {
		for _, imported := range s.imports() {
			for _, p := range placements {
				inLibrary := imported == p.library || strings.HasPrefix(imported, p.library+"/")
				free := imported == "database/sql/driver" || s.test && !p.testsOf || p.allowed(s)
				if inLibrary && !free {
					v.against(s, fmt.Sprintf("%s: %s does not belong in package %s", s.path, imported, s.pkg))
				}
			}
		}
	}
	return v
}

// within allows packages and what lies below them.
func within(packages ...string) func(*source) bool {
	return func(s *source) bool {
		return slices.ContainsFunc(packages, func(p string) bool { return s.pkg == p || strings.HasPrefix(s.pkg, p+"/") })
	}
}

// named allows files called NAME.go or NAME_something.go.
func named(name string) func(*source) bool {
	return func(s *source) bool { return s.name == name+".go" || strings.HasPrefix(s.name, name+"_") }
}

func either(a, b func(*source) bool) func(*source) bool {
	return func(s *source) bool { return a(s) || b(s) }
}
