package exchange

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a cell holds, as far as the file itself tells.
type kind uint8

const (
	blank kind = iota
	text
	number  // its shortest decimal form
	day     // YYYY-MM-DD
	truth   // true or false
	formula // never evaluated, and its stored result is not taken for an answer
	broken  // an error value such as #N/A
)

// cell is one cell, without the space around its text.
type cell struct {
	kind kind
	text string
}

// line is one row of a sheet, numbered as the spreadsheet does.
type line struct {
	number int
	cells  []cell
	hidden bool // in the workbook
}

// sheet is one sheet of a workbook, or a CSV file.
type sheet struct {
	name      string
	lines     []line
	delimited bool // from a CSV file
}

// read takes a file apart. A workbook is told by its first bytes, whatever its name.
func read(file []byte, name string, found *findings) []sheet {
	switch {
	case len(file) > LongestFile:
		found.refuse(says(Place{}, "file_too_large", "Megabytes", LongestFile>>20))
		return nil
	case len(bytes.TrimSpace(file)) == 0:
		found.refuse(says(Place{}, "file_empty"))
		return nil
	case bytes.HasPrefix(file, []byte("PK\x03\x04")):
		return readWorkbook(file, found)
	case bytes.HasPrefix(file, []byte("\xD0\xCF\x11\xE0")):
		found.refuse(says(Place{}, "file_locked_or_old"))
		return nil
	case strings.EqualFold(path.Ext(name), ".xlsx"):
		found.refuse(says(Place{}, "file_unreadable"))
		return nil
	}
	return readCSV(file, found)
}

// add puts a line of a sheet down, unless it is empty or one too many.
func (s *sheet) add(l line, found *findings) (more bool) {
	cells := l.cells
	for len(cells) > 0 && cells[len(cells)-1].kind == blank {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return true
	}
	if len(s.lines) == mostLines {
		found.refuse(says(Place{Sheet: s.name, Row: l.number}, "too_many_lines", "Max", mostLines))
		return false
	}
	l.cells = cells
	s.lines = append(s.lines, l)
	return true
}

// written is a cell of text: without the space around it, blank where nothing is left.
func written(raw string) cell {
	raw = strings.TrimFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || unseen(r) })
	if raw == "" {
		return cell{}
	}
	if strings.ContainsAny(raw, "\u00A0\u202F") {
		raw = narrow.Replace(raw)
	}
	return cell{kind: text, text: raw}
}

// narrow turns the spaces that do not break, which copied text is full of, into plain ones.
var narrow = strings.NewReplacer("\u00A0", " ", "\u202F", " ")

// unseen are the marks that stand at the edge of copied text without anybody knowing.
func unseen(r rune) bool { return r == '\uFEFF' || r == '\u200B' || r == '\u2060' }

// tooLong says whether a cell is beyond the limit, without counting the characters of every short one.
func tooLong(content string) bool {
	return len(content) > longestCell && utf8.RuneCountInString(content) > longestCell
}

// letter is the name of a column, counted from 0: A, B, …, Z, AA.
func letter(column int) string {
	name := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}
