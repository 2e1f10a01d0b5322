package archtest

import (
	"fmt"
	"go/ast"
	"regexp"
	"testing"
)

func TestTests_neitherSleepNorSkip(t *testing.T) { sleepers(program(t)).report(t) }

func TestCode_isFinished(t *testing.T) { unfinished(program(t)).report(t) }

// sleepers finds tests that wait by the clock or leave themselves out.
func sleepers(program []*source) *verdict {
	v := judge("sleep and skip")
	for _, s := range program {
		if !s.test && !within("testkit")(s) {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of, _ := selector.X.(*ast.Ident)
			switch name := selector.Sel.Name; {
			case name == "Sleep" && of != nil && of.Name == "time":
				v.against(s, s.at(n.Pos())+": waits by the clock; wait for what should happen")
			case isDrawn(of):
			case name == "SkipNow", name == "Skipf", name == "Skip" && (of == nil || of.Obj != nil):
				v.against(s, s.at(n.Pos())+": leaves itself out; what is absent is a failure")
			case name == "Short" && of != nil && of.Name == "testing":
				v.against(s, s.at(n.Pos())+": leaves itself out of short runs")
			}
			return true
		})
	}
	return v
}

// isDrawn tells that a name is a *rapid.T, whose Skip throws a drawn step away and draws again: no test is left out, and
// rapid fails when too few steps remain.
func isDrawn(name *ast.Ident) bool {
	if name == nil || name.Obj == nil {
		return false
	}
	declared, ok := name.Obj.Decl.(*ast.Field)
	if !ok {
		return false
	}
	pointer, ok := declared.Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	of, ok := pointer.X.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := of.X.(*ast.Ident)
	return ok && pkg.Name == "rapid" && of.Sel.Name == "T"
}

// promise matches the marks of work put off. It is spelt so that it does not match itself.
var promise = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

// unfinished finds comments that put work off.
func unfinished(program []*source) *verdict {
	v := judge("unfinished")
	for _, s := range program {
		for _, group := range s.ast.Comments {
			for _, comment := range group.List {
				if found := promise.FindString(comment.Text); found != "" {
					v.against(s, fmt.Sprintf("%s: %s", s.at(comment.Pos()), found))
				}
			}
		}
	}
	return v
}
