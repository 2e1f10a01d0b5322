package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "relais/"

// source is one Go file of the program.
type source struct {
	path string // from the root of the module, such as internal/gate/gate.go
	pkg  string // as the drawing names it, such as gate or cmd/relais
	name string // gate.go
	test bool
	size int // lines
	ast  *ast.File
	set  *token.FileSet
}

// imports returns what the file imports, without quotes.
func (s *source) imports() []string {
	paths := make([]string, 0, len(s.ast.Imports))
	for _, spec := range s.ast.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			paths = append(paths, imported)
		}
	}
	return paths
}

// at names a place in the file.
func (s *source) at(pos token.Pos) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(pos).Line)
}

// program reads every Go file of the module that holds this package.
func program(t *testing.T) []*source {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sources := read(t, os.DirFS(root))
	if len(sources) < 10 {
		t.Fatalf("only %d files below %s: the test looks in the wrong place", len(sources), root)
	}
	return sources
}

// written reads one file that exists only in a test of these tests.
func written(t *testing.T, name, text string) []*source {
	t.Helper()
	return read(t, fstest.MapFS{name: {Data: []byte(text)}})
}

func read(t *testing.T, tree fs.FS) []*source {
	t.Helper()
	var sources []*source
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && isForeign(tree, name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		parsed, err := parse(tree, name)
		sources = append(sources, parsed)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

// isForeign tells that a directory holds nothing of the program: hidden, built, vendored, or a module of its own.
func isForeign(tree fs.FS, dir string) bool {
	switch base := path.Base(dir); {
	case strings.HasPrefix(base, "."), strings.HasPrefix(base, "_"):
		return true
	case base == "testdata", base == "node_modules", dir == "bin", dir == "build", dir == "data":
		return true
	}
	_, err := fs.Stat(tree, dir+"/go.mod")
	return err == nil
}

func parse(tree fs.FS, name string) (*source, error) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, name, text, parser.ParseComments)
	return &source{
		path: name, name: path.Base(name), pkg: strings.TrimPrefix(path.Dir(name), "internal/"),
		test: strings.HasSuffix(name, "_test.go"), size: strings.Count(string(text), "\n"), ast: parsed, set: set,
	}, err
}
