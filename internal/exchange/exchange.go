// Package exchange reads files of other systems into Relais, workbooks and CSV of IOM's standard HTCDS 2.0, and takes copies of
// files out of it: a page for paper, JSON, HTCDS. It does not check what a field may hold; the catalogue does, and what it refuses
// is told by row and column. Nor does it decide what may leave; the gate does.
package exchange

import (
	"relais/internal/casefile"
	"relais/internal/moment"
)

// The limits of a file; beyond them nothing is read (threats: zip and pixel bombs).
const (
	LongestFile = 10 << 20 // bytes
	mostRows    = 5000     // persons
	mostLines   = 20000    // lines of a sheet, IOM's numbered empty ones included
	mostColumns = 500
	longestCell = 10000    // characters
	unpacked    = 64 << 20 // bytes of a workbook's parts together
	mostTold    = 5000     // problems in a report, one a person; the rest is counted
)

// Options say how to import a file.
type Options struct {
	DryRun  bool           // everything but the storing
	Facts   casefile.Facts // what is said here goes before what the file says
	DeskID  string         // the desk that leads the case; empty as for any case
	Purpose string         // one of gate.Purposes; empty is the usual one of the discipline
	Basis   string         // one of gate.Bases; empty is the usual one of the discipline
	Without []string       // words of sections that are left out, such as "shelter_location"
}

// Place is where in a file something stands: the row and column as a spreadsheet numbers them. It is zero for the whole file.
type Place struct {
	Sheet  string `json:"sheet,omitempty"`
	Row    int    `json:"row,omitempty"`
	Column string `json:"column,omitempty"` // letter
	Label  string `json:"label,omitempty"`  // what the standard calls the column
}

// Problem is one reason why nothing was stored, or one warning. It never repeats what stands in the cell.
type Problem struct {
	Place
	Field string         `json:"field,omitempty"` // message key of the field's label
	Key   string         `json:"key"`
	Args  map[string]any `json:"args,omitempty"`
}

// Column is one column of the file and what became of it.
type Column struct {
	Place
	Section string `json:"section,omitempty"` // empty where no section keeps the column
	Field   string `json:"field,omitempty"`   // message key of the field's label
	Filled  int    `json:"filled"`            // cells with an answer
}

// Report tells what an import did, or in a dry run would do.
type Report struct {
	DryRun    bool           `json:"dry_run"`
	Already   bool           `json:"already"` // this content was imported before; nothing was stored
	At        moment.Time    `json:"at"`      // when it was, if Already
	BatchID   string         `json:"batch_id,omitempty"`
	CaseID    string         `json:"case_id,omitempty"`
	Reference string         `json:"reference,omitempty"` // by which the own agency knows the case; empty in a dry run
	Rows      int            `json:"rows"`                // rows that hold a person
	Victims   int            `json:"victims"`             // victim files opened
	Known     int            `json:"known"`               // rows imported earlier, left alone
	Facts     casefile.Facts `json:"facts"`
	Columns   []Column       `json:"columns"`
	Ignored   []Column       `json:"ignored"`
	Warnings  []Problem      `json:"warnings"`
	Problems  []Problem      `json:"problems"`
	More      int            `json:"more"` // problems beyond those listed
}

// Fields is how many columns found their field.
func (r *Report) Fields() int { return len(r.Columns) }

// findings collects problems and warnings while a file is read.
type findings struct {
	problems, warnings []Problem
	more               int
}

func (f *findings) refuse(p Problem) {
	if len(f.problems) == mostTold {
		f.more++
		return
	}
	f.problems = append(f.problems, p)
}

func (f *findings) warn(p Problem) {
	if len(f.warnings) < mostTold {
		f.warnings = append(f.warnings, p)
	}
}

func (f *findings) refused() bool { return len(f.problems) > 0 }

// says is a problem of a place with the arguments of its words, as name, value pairs.
func says(at Place, key string, args ...any) Problem {
	p := Problem{Place: at, Key: "exchange." + key}
	for i := 0; i+1 < len(args); i += 2 {
		if p.Args == nil {
			p.Args = map[string]any{}
		}
		p.Args[args[i].(string)] = args[i+1]
	}
	return p
}
