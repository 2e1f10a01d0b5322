package rulepack

import (
	"fmt"
	"strings"
)

// Refusal is one fault in a pack, for whoever changed it.
type Refusal struct {
	File   string // below policies/packs
	Line   int
	Rule   string // of the clock, or track:from>to of a move
	Reason string
}

// Error is "be/clocks.csv line 2: be.reflection: a reflection period has at least 30 days".
func (r Refusal) Error() string {
	if r.Rule == "" {
		return fmt.Sprintf("%s line %d: %s", r.File, r.Line, r.Reason)
	}
	return fmt.Sprintf("%s line %d: %s: %s", r.File, r.Line, r.Rule, r.Reason)
}

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

func (r *Refusals) add(file string, line int, rule, format string, args ...any) {
	*r = append(*r, Refusal{File: file, Line: line, Rule: rule, Reason: fmt.Sprintf(format, args...)})
}
