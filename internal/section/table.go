package section

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
)

// row is one line of a data file, its cells by column, with the place to name when something is wrong.
type row struct {
	file  string
	line  int
	cells map[string]string
}

// readTable reads a CSV file whose header has exactly these columns.
func readTable(files fs.FS, name string, columns []string, wrong *mistakes) []row {
	file, err := files.Open(name)
	if err != nil {
		wrong.add("%s: %v", name, err)
		return nil
	}
	defer file.Close()
	lines := csv.NewReader(file)
	head, err := lines.Read()
	if err != nil || !slices.Equal(head, columns) {
		wrong.add("%s:1: the columns have to be %v", name, columns)
		return nil
	}
	return readRows(lines, name, columns, wrong)
}

func readRows(lines *csv.Reader, name string, columns []string, wrong *mistakes) (rows []row) {
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			wrong.add("%s: %v", name, err) // the reader names the line
			return rows
		}
		line, _ := lines.FieldPos(0)
		r := row{file: name, line: line, cells: make(map[string]string, len(columns))}
		for i, column := range columns {
			r.cells[column] = cells[i]
		}
		rows = append(rows, r)
	}
}

func (r row) cell(column string) string { return r.cells[column] }

// wrong reports a cell with file and line.
func (r row) wrong(all *mistakes, column, why string) {
	all.add("%s:%d: %s %q: %s", r.file, r.line, column, r.cells[column], why)
}

func (r row) must(ok bool, column, why string, all *mistakes) {
	if !ok {
		r.wrong(all, column, why)
	}
}

// yes reads a cell that is "yes" or empty.
func (r row) yes(column string, all *mistakes) bool {
	r.must(r.cells[column] == "" || r.cells[column] == "yes", column, "has to be yes or empty", all)
	return r.cells[column] == "yes"
}

// number reads a whole number; an empty cell is the default.
func (r row) number(column string, otherwise int, all *mistakes) int {
	if r.cells[column] == "" {
		return otherwise
	}
	n, err := strconv.Atoi(r.cells[column])
	r.must(err == nil, column, "not a whole number", all)
	return n
}

// oneOf reads a cell that has to be one of the words.
func (r row) oneOf(column string, all *mistakes, words ...string) string {
	r.must(slices.Contains(words, r.cells[column]), column, "has to be one of "+quoted(words), all)
	return r.cells[column]
}

func quoted(words []string) (text string) {
	for i, word := range words {
		if i > 0 {
			text += ", "
		}
		text += strconv.Quote(word)
	}
	return text
}
