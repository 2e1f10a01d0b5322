package server_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"relais/internal/testkit"
)

// room is what the pages of one package read of an address and where they are found, as its source says.
type room struct {
	names  []string         // of queries
	routes []*regexp.Regexp // of pages; what a source does not write out may be anything
}

// source is the program as it is written: its rooms, and what the constants of each package are given.
type source struct {
	rooms  map[string]*room
	consts map[string]map[string]ast.Expr
}

// queriesInCode reads the source of the program, so that a query which nobody has thought of here is tried all the same.
func queriesInCode(t testing.TB) map[string]*room {
	t.Helper()
	all := source{map[string]*room{}, map[string]map[string]ast.Expr{}}
	parsed := map[string]*ast.File{}
	for _, path := range must(filepath.Glob("../*/*.go"))(t) {
		if !strings.HasSuffix(path, "_test.go") {
			parsed[path] = must(parser.ParseFile(token.NewFileSet(), path, nil, 0))(t)
			all.keep(parsed[path])
		}
	}
	for path, file := range parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				all.read(t, path, file.Name.Name, call)
			}
			return true
		})
	}
	return all.rooms
}

// keep notes the constants of a file.
func (s *source) keep(file *ast.File) {
	pkg := file.Name.Name
	if s.rooms[pkg] == nil {
		s.rooms[pkg], s.consts[pkg] = &room{}, map[string]ast.Expr{}
	}
	for _, d := range file.Decls {
		group, ok := d.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			if given := spec.(*ast.ValueSpec); len(given.Names) == len(given.Values) {
				for i, name := range given.Names {
					s.consts[pkg][name.Name] = given.Values[i]
				}
			}
		}
	}
}

// read notes a call that reads a query or registers a page.
func (s *source) read(t testing.TB, path, pkg string, call *ast.CallExpr) {
	t.Helper()
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 {
		return
	}
	r, of := s.rooms[pkg], ""
	if name, ok := method.X.(*ast.Ident); ok {
		of = name.Name
	}
	switch {
	case method.Sel.Name == "GET":
		if text := s.text(pkg, call.Args[0]); text != anything {
			r.routes = append(r.routes, regexp.MustCompile("^"+text+"$"))
		}
	case of == "r" && slices.Contains([]string{"Query", "DefaultQuery", "GetQuery", "QueryArray", "QueryMap"}, method.Sel.Name):
		if literal, ok := call.Args[0].(*ast.BasicLit); ok && method.Sel.Name == "Query" {
			if name := must(strconv.Unquote(literal.Value))(t); !slices.Contains(r.names, name) {
				r.names = append(r.names, name)
			}
			return
		}
		t.Errorf("%s reads a query in a way that is not seen here", path)
	}
}

// anything stands for a part of a text that the source does not write out where it is used.
const anything = "[^/]*"

// text is as much of a text as stands in the source: written out, in what a name of the same file was given, or in a constant.
func (s *source) text(pkg string, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return regexp.QuoteMeta(text)
		}
	case *ast.BinaryExpr:
		return s.text(pkg, e.X) + s.text(pkg, e.Y)
	case *ast.SelectorExpr:
		if from, ok := e.X.(*ast.Ident); ok && s.consts[from.Name][e.Sel.Name] != nil {
			return s.text(from.Name, s.consts[from.Name][e.Sel.Name])
		}
	case *ast.Ident:
		if value := s.consts[pkg][e.Name]; value != nil {
			return s.text(pkg, value)
		}
		if e.Obj != nil {
			if given, ok := e.Obj.Decl.(*ast.AssignStmt); ok && len(given.Rhs) == len(given.Lhs) {
				return s.text(pkg, given.Rhs[0])
			}
		}
	}
	return anything
}

// nonsenseQueries puts pieces of nonsense into every query that a page reads, at every page of its package, asked by somebody who gets the page.
func (s *story) nonsenseQueries(w *testkit.Served, pieces []string) {
	w.T.Helper()
	var pages []route
	for _, r := range routesOf(w) {
		if r.method == http.MethodGet && !strings.HasPrefix(r.path, apiPath) && !strings.HasPrefix(r.path, "/static/") {
			pages = append(pages, r)
		}
	}
	tried, rooms := map[string]bool{}, queriesInCode(w.T)
	for _, room := range rooms {
		if len(room.names) == 0 {
			continue
		}
		for _, page := range pages {
			if slices.ContainsFunc(room.routes, func(r *regexp.Regexp) bool { return r.MatchString(page.path) }) {
				s.nonsenseAt(w, page, room.names, pieces)
				for _, name := range room.names {
					tried[name] = true
				}
			}
		}
	}
	for name, room := range rooms {
		for _, query := range room.names {
			if !tried[query] {
				w.T.Errorf("%s reads %q, and no page of it is tried", name, query)
			}
		}
	}
	if len(tried) < 20 {
		w.T.Errorf("the pages read %d queries: too few to be all", len(tried))
	}
}

func (s *story) nonsenseAt(w *testkit.Served, page route, names, pieces []string) {
	w.T.Helper()
	c, path := s.whoGets(w, page)
	for _, name := range names {
		query := queries[page.path] + "&"
		if query == "&" || strings.HasPrefix(query, "?"+name+"=") {
			query = "?"
		}
		for _, piece := range pieces {
			if a := c.Get(path + query + name + "=" + escape(piece)); a.Status >= 500 {
				w.T.Errorf("%s with %s=%q: %d", page.path, name, piece, a.Status)
			}
		}
	}
}

// whoGets is somebody to whom a page is shown; the last one where it is shown to none of them.
func (s *story) whoGets(w *testkit.Served, page route) (c *testkit.Client, path string) {
	w.T.Helper()
	path, _ = s.fill(w.T, page.path, false)
	for _, column := range []string{"rsz", "pay", "payD", "rszA", "payA", "fgp", "jud", "crt", "none"} {
		if c = s.client(w, columnOf(column)); c.Get(path+queries[page.path]).Status == http.StatusOK {
			break
		}
	}
	return c, path
}
