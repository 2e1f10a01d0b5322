package authz

import (
	"fmt"
	"strings"
)

// Refusal is one fault in a policy text, for the operator who starts the program.
type Refusal struct {
	File    string
	Line    int
	Problem string
}

// Error is "matrix.csv line 12: unknown role "polise"".
func (r Refusal) Error() string { return fmt.Sprintf("%s line %d: %s", r.File, r.Line, r.Problem) }

// Refusals are all faults found, so that one start tells everything.
type Refusals []Refusal

// Error puts each fault on its own line.
func (r Refusals) Error() string {
	texts := make([]string, len(r))
	for i, refusal := range r {
		texts[i] = refusal.Error()
	}
	return strings.Join(texts, "\n")
}

// Unwrap gives the single faults to errors.As.
func (r Refusals) Unwrap() []error {
	list := make([]error, len(r))
	for i, refusal := range r {
		list[i] = refusal
	}
	return list
}

func (r *Refusals) add(file string, line int, format string, args ...any) {
	*r = append(*r, Refusal{File: file, Line: line, Problem: fmt.Sprintf(format, args...)})
}
