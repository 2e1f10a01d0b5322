package database

import (
	"errors"
	"strings"
)

// ErrDropped is what an insert answers when a row did not arrive, because somebody put a trigger or a rule in its way.
var ErrDropped = errors.New("database: a row did not arrive")

// bulkSteps are the numbers of rows that one statement takes. Few of them, so that the engines keep all statements prepared.
var bulkSteps = [...]int{64, 32, 16, 8, 4, 2, 1}

// MostAtOnce is how many rows one statement of a Bulk takes at most.
const MostAtOnce = 64

// Bulk inserts rows into one table, many in a statement, without a name for each value.
type Bulk struct {
	columns int
	texts   [2]map[int]string // by engine, by the number of rows
}

// NewBulk prepares the statements for a table.
func NewBulk(table string, columns ...string) *Bulk {
	b := &Bulk{columns: len(columns)}
	begin := "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ")\nVALUES "
	for _, engine := range []Engine{SQLite, Postgres} {
		texts := map[int]string{}
		for _, rows := range bulkSteps {
			texts[rows] = begin + marks(engine, rows, len(columns))
		}
		b.texts[engineIndex(engine)] = texts
	}
	return b
}

// marks writes "(?, ?), (?, ?)" or "($1, $2), ($3, $4)".
func marks(engine Engine, rows, columns int) string {
	var text strings.Builder
	for n := range rows * columns {
		switch {
		case n == 0:
			text.WriteByte('(')
		case n%columns == 0:
			text.WriteString("), (")
		default:
			text.WriteString(", ")
		}
		text.WriteString(mark(engine, n+1))
	}
	text.WriteByte(')')
	return text.String()
}

// Insert writes n rows; row appends the values of row i. ErrDropped where one of them did not arrive.
func (b *Bulk) Insert(tx *Tx, n int, row func(i int, values []any) []any) error {
	values := make([]any, 0, min(n, MostAtOnce)*b.columns)
	for done := 0; done < n; {
		step := StepFor(n - done)
		values = values[:0]
		for i := range step {
			values = row(done+i, values)
		}
		written, err := tx.execValues(b.texts[engineIndex(tx.engine)][step], values)
		if err != nil {
			return err
		}
		if written != int64(step) {
			return ErrDropped
		}
		done += step
	}
	return nil
}

// StepFor is how many of n rows the next statement takes.
func StepFor(n int) int {
	for _, step := range bulkSteps {
		if step <= n {
			return step
		}
	}
	return 0
}
