package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestSQL_standsInStores(t *testing.T) { strayQueries(program(t)).report(t) }

func TestSlices_leaveTheDatabaseToTheGate(t *testing.T) { aroundTheGate(program(t)).report(t) }

func TestPackages_sayWhatTheyAreFor(t *testing.T) { unexplained(program(t)).report(t) }

// query matches the statements that touch rows, not the words in a sentence or the method of a request.
var query = regexp.MustCompile(`\bSELECT\s|\bINSERT\s+(OR\s+\w+\s+)?INTO\b|\bUPDATE\s+\S+\s+(AS\s+\w+\s+)?SET\b|\bDELETE\s+FROM\b`)

// strayQueries finds SQL text outside the store files of slices and the packages that serve them.
func strayQueries(program []*source) *verdict {
	v := judge("sql")
	stores := either(within("database", "gate", "audit"), named("store"))
	for _, s := range program {
		if s.test || stores(s) {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			if text, err := strconv.Unquote(literal.Value); err == nil && query.MatchString(text) {
				v.against(s, fmt.Sprintf("%s: SQL outside a store file", s.at(literal.Pos())))
			}
			return true
		})
	}
	return v
}

// ofDatabase is what a slice may use of the package database: the words of a statement, never a way to run one.
var ofDatabase = list("Args ErrNoRows IsUnique")

// beforeSignIn are the ways through the gate for somebody who is not known yet, with a bare transaction. Account finds
// out who calls by them, agency makes the actor; nobody else may, nor look without leaving an entry.
var beforeSignIn = list("Identify IdentifyOne Touch Glimpse")

// aroundTheGate finds slices and pages that could reach rows without the gate.
func aroundTheGate(program []*source) *verdict {
	v := judge("gate")
	bound, identifies := either(within(trade...), within("httpkit", "section")), within("account", "agency")
	for _, s := range program {
		if s.test || !bound(s) {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of, _ := selector.X.(*ast.Ident)
			name := selector.Sel.Name
			bare := of != nil && of.Name == "database" && of.Obj == nil && !slices.Contains(ofDatabase, name)
			if slices.Contains(beforeSignIn, name) || bare && name == "Tx" {
				bare = !identifies(s)
			}
			if bare {
				v.against(s, fmt.Sprintf("%s: %s goes around the gate", s.at(selector.Pos()), name))
			}
			return true
		})
	}
	return v
}

// emptyNames say nothing about what is behind them.
var emptyNames = list("util utils common helper helpers manager base data info misc shared")

// unexplained finds packages without a comment, or with a name that explains nothing.
func unexplained(program []*source) *verdict {
	v := judge("packages")
	door, explained := map[string]*source{}, map[string]bool{}
	for _, s := range program {
		if s.test {
			continue
		}
		door[s.pkg] = s
		said := s.ast.Doc.Text()
		explained[s.pkg] = explained[s.pkg] || strings.HasPrefix(said, "Package "+s.ast.Name.Name+" ") ||
			strings.HasPrefix(said, "Command ")
	}
	for pkg, s := range door {
		if !explained[pkg] {
			v.against(s, fmt.Sprintf("%s: package %s has no comment that begins with its name", s.path, pkg))
		}
		if slices.Contains(emptyNames, s.ast.Name.Name) {
			v.against(s, fmt.Sprintf("%s: %s is no name of the trade", s.path, s.ast.Name.Name))
		}
	}
	return v
}
