package archtest

import (
	"fmt"
	"go/ast"
	"testing"
)

const (
	longestFile         = 400
	longestFunction     = 60
	longestTestFunction = 120
)

func TestFilesAndFunctions_staySmall(t *testing.T) { tooLong(program(t)).report(t) }

// tooLong finds files and functions that a reader cannot hold in mind.
func tooLong(program []*source) *verdict {
	v := judge("size")
	for _, s := range program {
		if s.size > longestFile {
			v.against(s, fmt.Sprintf("%s: %d lines, at most %d", s.path, s.size, longestFile))
		}
		limit := longestFunction
		if s.test {
			limit = longestTestFunction
		}
		for _, function := range functions(s.ast) {
			lines := s.set.Position(function.End()).Line - s.set.Position(function.Pos()).Line + 1
			if lines > limit {
				v.against(s, fmt.Sprintf("%s: a function of %d lines, at most %d", s.at(function.Pos()), lines, limit))
			}
		}
	}
	return v
}

// functions returns the declared functions and those that stand in a variable of the package.
func functions(file *ast.File) []ast.Node {
	var found []ast.Node
	for _, declaration := range file.Decls {
		ast.Inspect(declaration, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				found = append(found, n)
				return false
			}
			return true
		})
	}
	return found
}
