package audit

import (
	"strconv"
	"strings"

	"relais/internal/database"
	"relais/internal/fault"
)

// steps are the numbers of rows that one statement takes. Few of them, so that the engines keep all statements prepared.
var steps = [...]int{64, 32, 16, 8, 4, 2, 1}

// bulk inserts rows into one table, many in a statement.
type bulk struct {
	texts map[int]string
	names [][]string
}

func newBulk(table string, columns ...string) *bulk {
	b := &bulk{texts: map[int]string{}}
	var rows []string
	for i := range steps[0] {
		names := make([]string, len(columns))
		for j, column := range columns {
			names[j] = column + strconv.Itoa(i)
		}
		b.names = append(b.names, names)
		rows = append(rows, "(:"+strings.Join(names, ", :")+")")
	}
	for _, n := range steps {
		b.texts[n] = "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ")\nVALUES " + strings.Join(rows[:n], ", ")
	}
	return b
}

// insert writes n rows; a row that did not arrive, because somebody put a trigger or a rule in its way, is an error.
func (b *bulk) insert(tx *database.Tx, n int, row func(i int) []any) error {
	for done := 0; done < n; {
		step := stepFor(n - done)
		args := make(database.Args, step*len(b.names[0]))
		for i := range step {
			for j, value := range row(done + i) {
				args[b.names[i][j]] = value
			}
		}
		written, err := tx.Exec(b.texts[step], args)
		if err != nil {
			return err
		}
		if written != int64(step) {
			return errDropped()
		}
		done += step
	}
	return nil
}

// stepFor is the largest step that n rows fill.
func stepFor(n int) int {
	for _, step := range steps {
		if step <= n {
			return step
		}
	}
	return 0
}

func errDropped() error { return fault.New(fault.Unavailable, "audit.row_dropped") }
