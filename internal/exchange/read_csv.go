package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// readCSV reads UTF-8 with or without its mark; the separator is the one that the first line uses most.
func readCSV(file []byte, found *findings) []sheet {
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	if !utf8.Valid(file) || bytes.IndexByte(file, 0) >= 0 {
		found.refuse(says(Place{}, "csv_not_utf8"))
		return nil
	}
	comma, skipped, rest := separator(file)
	reader := csv.NewReader(bytes.NewReader(rest))
	reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord = comma, -1, true
	s := sheet{delimited: true}
	for row, offset := skipped, 0; ; {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return []sheet{s}
		}
		row += 1 + emptyLines(rest[offset:])
		if err != nil {
			found.refuse(says(Place{Row: row}, "csv_broken"))
			return nil
		}
		offset = int(reader.InputOffset())
		if !s.add(line{number: row, cells: fromRecord(record, row, found)}, found) {
			return nil
		}
	}
}

// emptyLines counts the lines that the reader passes over in silence, so that rows are numbered as a spreadsheet does.
func emptyLines(rest []byte) (count int) {
	for {
		switch {
		case bytes.HasPrefix(rest, []byte("\n")):
			rest = rest[1:]
		case bytes.HasPrefix(rest, []byte("\r\n")):
			rest = rest[2:]
		default:
			return count
		}
		count++
	}
}

// separator chooses between the three that spreadsheets write, by the first line or by Excel's own "sep=;" above it.
func separator(file []byte) (comma rune, skipped int, rest []byte) {
	first, after, _ := bytes.Cut(file, []byte("\n"))
	said := strings.TrimSpace(string(first))
	if len(said) == 5 && strings.HasPrefix(strings.ToLower(said), "sep=") && strings.Contains(",;\t", said[4:]) {
		return rune(said[4]), 1, after
	}
	comma, most := ',', 0
	for _, candidate := range ",;\t" {
		if count := strings.Count(outsideQuotes(string(first)), string(candidate)); count > most {
			comma, most = candidate, count
		}
	}
	return comma, 0, file
}

func outsideQuotes(line string) string {
	parts := strings.Split(line, `"`)
	kept := ""
	for i := 0; i < len(parts); i += 2 {
		kept += parts[i]
	}
	return kept
}

func fromRecord(record []string, row int, found *findings) []cell {
	cells := make([]cell, 0, len(record))
	for i, raw := range record {
		c := written(raw)
		switch {
		case i >= mostColumns:
			if c.kind != blank {
				found.refuse(says(Place{Row: row, Column: letter(i)}, "too_many_columns", "Max", mostColumns))
				return cells
			}
			continue
		case tooLong(c.text):
			found.refuse(says(Place{Row: row, Column: letter(i)}, "cell_too_long", "Max", longestCell))
			c = cell{}
		case strings.HasPrefix(c.text, "="):
			c = cell{kind: formula}
		case strings.HasPrefix(c.text, "#") && errorValues[strings.ToUpper(c.text)]:
			c = cell{kind: broken}
		default:
			c.text = asWritten(c.text)
		}
		cells = append(cells, c)
	}
	return cells
}

// errorValues are what spreadsheets write where a formula failed.
var errorValues = map[string]bool{
	"#N/A": true, "#REF!": true, "#VALUE!": true, "#NAME?": true, "#DIV/0!": true, "#NULL!": true, "#NUM!": true, "#SPILL!": true,
}
