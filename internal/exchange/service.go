package exchange

import (
	"context"
	"errors"
	"slices"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/victim"
)

var importAction = gate.OnOwn("exchange.import", authz.CaseFile, authz.Open)

// Service reads files in, and takes copies out.
type Service struct {
	gate    *gate.Gate
	entries *entry.Service
	victims *victim.Service
	clock   moment.Clock
}

// NewService makes the service; clock tells which day lies in the future.
func NewService(g *gate.Gate, entries *entry.Service, victims *victim.Service, clock moment.Clock) *Service {
	return &Service{gate: g, entries: entries, victims: victims, clock: clock}
}

// errStopped undoes an import: something was refused, or it was a dry run.
var errStopped = errors.New("exchange: stopped")

// Import reads a workbook or CSV file of HTCDS 2.0 into one case file with its victim files, all or nothing, as the person in
// ctx. The name of the file tells a CSV file from nothing else. Whatever stands against it is in the report's problems, and
// the error is then Invalid; nothing is stored. The same content is imported once per agency.
func (s *Service) Import(ctx context.Context, file []byte, name string, o Options) (Report, error) {
	without, err := o.leftOut()
	if err != nil {
		return Report{}, err
	}
	f := s.take(file, name, without)
	b, err := s.store(ctx, f, o)
	if database.IsUnique(err) { // somebody else imported the same file in this instant: now it is known
		b, err = s.store(ctx, f, o)
	}
	if err != nil && !errors.Is(err, errStopped) {
		return Report{}, err
	}
	report := b.report()
	if len(report.Problems) > 0 {
		return report, fault.New(fault.Invalid, "exchange.refused", "Count", len(report.Problems)+report.More).With(report)
	}
	return report, nil
}

// leftOut reads the sections that are to be left out.
func (o *Options) leftOut() (set authz.SectionSet, err error) {
	for _, word := range o.Without {
		id, known := authz.ParseSection(strings.TrimSpace(word))
		if !known || !authz.FileSections().Has(id) {
			return 0, fault.New(fault.Invalid, "fault.invalid").WithField("without", "fault.field_unknown_code")
		}
		set = set.With(id)
	}
	return set, nil
}

// taken is a file that was read, before anybody asked whether it may be stored.
type taken struct {
	findings
	readings []*reading
	persons  []person
	used     authz.SectionSet // sections that some row has answers for
}

// take reads a file and checks every answer.
func (s *Service) take(file []byte, name string, without authz.SectionSet) *taken {
	t := &taken{}
	sheets, now := read(file, name, &t.findings), s.clock()
	for _, one := range sheets {
		r, ok := understand(one, &t.findings)
		if !ok {
			if len(one.lines) > 0 {
				t.warn(says(Place{Sheet: one.name}, "sheet_without_header"))
			}
			continue
		}
		r.settle(without, &t.findings)
		t.readings = append(t.readings, r)
		for _, l := range r.lines {
			if len(t.persons) == mostRows {
				t.refuse(says(Place{Sheet: r.sheet, Row: l.number}, "too_many_rows", "Max", mostRows))
				break
			}
			t.persons = append(t.persons, r.person(l, now, &t.findings))
		}
	}
	t.conclude()
	return t
}

// conclude says what holds for the file as a whole.
func (t *taken) conclude() {
	switch {
	case t.refused():
	case len(t.readings) == 0:
		t.refuse(says(Place{}, "no_header"))
	case len(t.persons) == 0:
		t.refuse(says(Place{}, "no_rows"))
	}
	undated := false
	for i := range t.persons {
		undated = undated || t.persons[i].undated
		for home, values := range t.persons[i].values {
			if len(values) > 0 {
				t.used = t.used.With(home.ID)
			}
		}
	}
	if undated {
		t.warn(says(Place{}, "consent_undated"))
	}
}

// columnsOf is where the answers of a section come from, for telling that it may not be written.
func (t *taken) columnsOf(id authz.Section) (columns []*column) {
	for _, r := range t.readings {
		for _, c := range r.columns {
			if c.kept() && c.filled > 0 && c.section.ID == id {
				columns = append(columns, c)
			}
		}
	}
	return columns
}

// store runs the batch in one transaction.
func (s *Service) store(ctx context.Context, f *taken, o Options) (b *batch, err error) {
	err = s.gate.Write(ctx, importAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		b = newBatch(s.victims, f, o)
		event, err := b.run(tx)
		if err == nil && o.DryRun && !b.already {
			err = errStopped
		}
		return event, err
	})
	return b, err
}

// report puts together what is told of a batch.
func (b *batch) report() Report {
	r := Report{DryRun: b.options.DryRun, Already: b.already, Rows: len(b.persons), Victims: len(b.opened), Known: b.known,
		Facts: b.facts, Problems: inOrder(b.problems), Warnings: b.warnings, More: b.more}
	r.Columns, r.Ignored = b.columns()
	switch {
	case len(r.Problems) > 0:
		r.Victims = 0
	case b.already:
		r.BatchID, r.CaseID, r.Reference, r.At = b.before.ID, b.caseID, b.reference, b.before.At
	case b.options.DryRun:
	default:
		r.BatchID, r.CaseID, r.Reference = b.id, b.caseID, b.reference
	}
	return r
}

// columns lists the columns that hold anything, kept and not.
func (t *taken) columns() (kept, ignored []Column) {
	for _, r := range t.readings {
		for _, c := range r.columns {
			line := Column{Place: c.Place, Filled: c.filled}
			switch {
			case c.filled == 0 || c.name == "" && r.counts(c):
			case c.name == incomingReferral:
				line.Field = "casefile.detected_on"
				kept = append(kept, line)
			case c.kept():
				line.Section, line.Field = c.section.ID.String(), c.field.Key()
				kept = append(kept, line)
			default:
				ignored = append(ignored, line)
			}
		}
	}
	return kept, ignored
}

// inOrder sorts problems as a reader goes through the file.
func inOrder(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if a.Sheet != b.Sheet {
			return strings.Compare(a.Sheet, b.Sheet)
		}
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		if len(a.Column) != len(b.Column) {
			return len(a.Column) - len(b.Column)
		}
		return strings.Compare(a.Column, b.Column)
	})
	return problems
}
