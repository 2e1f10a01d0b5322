package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// xmlCell is a cell as it stands in a sheet's XML.
type xmlCell struct {
	Ref     string      `xml:"r,attr"`
	Type    string      `xml:"t,attr"`
	Style   int         `xml:"s,attr"`
	Formula *struct{}   `xml:"f"`
	Value   string      `xml:"v"`
	Inline  *sharedText `xml:"is"`
}

// sheet streams one sheet; ok is false when it is beyond the limits or broken, which has then been told.
func (w *workbook) sheet(name string, content []byte) (s sheet, ok bool) {
	s.name = name
	decoder := xml.NewDecoder(bytes.NewReader(content))
	r := &rowReader{workbook: w, sheet: &s}
	for {
		token, err := decoder.Token()
		if token == nil {
			return s, r.ended(err)
		}
		switch element := token.(type) {
		case xml.StartElement:
			if err := r.start(decoder, element); err != nil {
				return s, r.ended(err)
			}
		case xml.EndElement:
			switch {
			case element.Name.Local == "row" && !r.flush():
				return s, false
			case element.Name.Local == "sheetData":
				return s, r.ended(nil)
			}
		}
	}
}

// rowReader puts rows together.
type rowReader struct {
	*workbook
	sheet  *sheet
	row    int
	column int
	cells  []cell
	hidden bool
	wide   bool // a cell beyond the last column was told
}

func (r *rowReader) start(decoder *xml.Decoder, element xml.StartElement) error {
	switch element.Name.Local {
	case "row":
		r.row++
		r.column, r.cells, r.hidden = 0, nil, false
		for _, attr := range element.Attr {
			switch attr.Name.Local {
			case "r":
				if n, err := strconv.Atoi(attr.Value); err == nil && n > 0 && n <= 1<<20 {
					r.row = n
				}
			case "hidden":
				r.hidden = attr.Value == "1" || attr.Value == "true"
			}
		}
	case "c":
		var raw xmlCell
		if err := decoder.DecodeElement(&raw, &element); err != nil {
			return err
		}
		r.put(&raw)
	}
	return nil
}

// put places a cell by its reference, or after the one before it where it has none.
func (r *rowReader) put(raw *xmlCell) {
	at := r.column
	if n, ok := columnOf(raw.Ref); ok {
		at = n
	}
	r.column = at + 1
	c := r.value(raw)
	if c.kind == blank {
		return
	}
	place := Place{Sheet: r.sheet.name, Row: r.row, Column: letter(min(at, 1<<14))}
	switch {
	case at >= mostColumns:
		if !r.wide {
			r.found.refuse(says(place, "too_many_columns", "Max", mostColumns))
		}
		r.wide = true
		return
	case tooLong(c.text):
		r.found.refuse(says(place, "cell_too_long", "Max", longestCell))
		return
	}
	for len(r.cells) <= at {
		r.cells = append(r.cells, cell{})
	}
	r.cells[at] = c
}

func (r *rowReader) flush() bool {
	more := r.sheet.add(line{number: r.row, cells: r.cells, hidden: r.hidden}, r.found)
	r.cells = nil
	return more
}

// ended closes a sheet. A part that breaks off in the middle would lose rows in silence.
func (r *rowReader) ended(err error) bool {
	if err != nil && !errors.Is(err, io.EOF) {
		r.found.refuse(says(Place{Sheet: r.sheet.name, Row: r.row}, "sheet_broken"))
		return false
	}
	return true
}

// value reads what the cell holds. A formula is noted and neither computed nor believed.
func (r *rowReader) value(raw *xmlCell) cell {
	if raw.Formula != nil {
		return cell{kind: formula}
	}
	switch raw.Type {
	case "s":
		n, err := strconv.Atoi(raw.Value)
		if err != nil || n < 0 || n >= len(r.strings) {
			return cell{}
		}
		return written(r.strings[n])
	case "inlineStr":
		if raw.Inline == nil {
			return cell{}
		}
		return written(raw.Inline.String())
	case "str":
		return written(raw.Value)
	case "b":
		return cell{kind: truth, text: strconv.FormatBool(strings.TrimSpace(raw.Value) == "1")}
	case "e":
		return cell{kind: broken}
	case "d":
		if len(raw.Value) >= 10 {
			return cell{kind: day, text: raw.Value[:10]}
		}
	}
	return r.number(strings.TrimSpace(raw.Value), raw.Style)
}

func (r *rowReader) number(value string, style int) cell {
	n, err := strconv.ParseFloat(value, 64)
	if value == "" || err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return written(value)
	}
	if r.showsDate(style) {
		if date, ok := fromSerial(n, r.from04); ok {
			return cell{kind: day, text: date}
		}
		return cell{kind: broken}
	}
	return cell{kind: number, text: strconv.FormatFloat(n, 'f', -1, 64)}
}

// lastSerial is 31 December 9999 as Excel counts days.
const lastSerial = 2958465

// fromSerial turns Excel's count of days into a day. The count from 1900 holds a 29 February that never was, at 60.
func fromSerial(n float64, from04 bool) (string, bool) {
	whole := math.Floor(n)
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from04:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case whole == 60:
		return "", false
	case whole < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	if whole < 1 || whole > lastSerial {
		return "", false
	}
	return epoch.AddDate(0, 0, int(whole)).Format(time.DateOnly), true
}

// columnOf is the column of a reference such as AB12, counted from 0.
func columnOf(ref string) (int, bool) {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i]
		if c < 'A' || c > 'Z' {
			return n - 1, n > 0
		}
		n = n*26 + int(c-'A') + 1
	}
	return 0, false
}
