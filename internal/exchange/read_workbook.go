package exchange

import (
	"bytes"
	"encoding/xml"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// workbook is an opened workbook. Excelize unpacks it within limits and knows its styles; the cells are read here, because
// excelize tells no text from a formula's result in passing and fills every row up to its widest column in memory.
type workbook struct {
	file    *excelize.File
	strings []string
	styles  map[int]bool // style → shows a date
	from04  bool         // days are counted from 1904
	found   *findings
}

// tab is one entry of the workbook's list of sheets.
type tab struct {
	Name  string `xml:"name,attr"`
	State string `xml:"state,attr"`
	Part  string `xml:"id,attr"`
}

func (t tab) hidden() bool { return t.State == "hidden" || t.State == "veryHidden" }

// readWorkbook reads the visible sheets. Whatever the parser stumbles over is one sentence: the file cannot be read.
func readWorkbook(file []byte, found *findings) (sheets []sheet) {
	defer func() {
		if recover() != nil {
			found.refuse(says(Place{}, "file_unreadable"))
			sheets = nil
		}
	}()
	opened, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: unpacked, UnzipXMLSizeLimit: unpacked})
	if err != nil {
		key := "file_unreadable"
		if strings.Contains(err.Error(), "unzip size") {
			key = "file_unpacks_too_large"
		}
		found.refuse(says(Place{}, key))
		return nil
	}
	defer func() { _ = opened.Close() }()
	w := &workbook{file: opened, styles: map[int]bool{}, found: found}
	tabs, parts, ok := w.open()
	if !ok {
		found.refuse(says(Place{}, "file_unreadable"))
		return nil
	}
	for _, t := range tabs {
		if t.hidden() {
			found.warn(says(Place{Sheet: t.Name}, "sheet_hidden"))
			continue
		}
		if s, ok := w.sheet(t.Name, w.part(parts[t.Part])); ok {
			sheets = append(sheets, s)
		}
	}
	return sheets
}

// open finds the list of sheets and the shared texts by following the package's own links.
func (w *workbook) open() (tabs []tab, parts map[string]string, ok bool) {
	main := ""
	for _, link := range w.links("_rels/.rels") {
		if strings.HasSuffix(link.Type, "/officeDocument") {
			main = strings.TrimPrefix(link.Target, "/")
		}
	}
	var list struct {
		Sheets []tab `xml:"sheets>sheet"`
		Props  struct {
			From04 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
	}
	if xml.Unmarshal(w.part(main), &list) != nil {
		return nil, nil, false
	}
	w.from04 = list.Props.From04 == "1" || list.Props.From04 == "true"
	folder, parts := path.Dir(main), map[string]string{}
	for _, link := range w.links(path.Join(folder, "_rels", path.Base(main)+".rels")) {
		target := path.Join(folder, link.Target)
		if strings.HasPrefix(link.Target, "/") {
			target = strings.TrimPrefix(link.Target, "/")
		}
		parts[link.ID] = target
		if strings.HasSuffix(link.Type, "/sharedStrings") && !w.readStrings(target) {
			return nil, nil, false
		}
	}
	return list.Sheets, parts, len(list.Sheets) > 0
}

type link struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (w *workbook) links(name string) []link {
	var list struct {
		Links []link `xml:"Relationship"`
	}
	_ = xml.Unmarshal(w.part(name), &list) // an unreadable list is an empty one: what it leads to is then missing
	return list.Links
}

// part is the text of one part of the package, nil where there is none. Two spellings occur for the shared texts.
func (w *workbook) part(name string) []byte {
	if content, ok := w.file.Pkg.Load(name); ok {
		return content.([]byte)
	}
	if strings.EqualFold(name, "xl/sharedStrings.xml") {
		if content, ok := w.file.Pkg.Load("xl/sharedStrings.xml"); ok {
			return content.([]byte)
		}
	}
	return nil
}

// readStrings reads the table of shared texts, each with its runs joined and without the phonetic guide of Asian scripts.
func (w *workbook) readStrings(name string) bool {
	var table struct {
		Items []sharedText `xml:"si"`
	}
	if xml.Unmarshal(w.part(name), &table) != nil {
		return false
	}
	w.strings = make([]string, len(table.Items))
	for i := range table.Items {
		w.strings[i] = table.Items[i].String()
	}
	return true
}

// sharedText is a text of one piece or of runs in different type.
type sharedText struct {
	Text string `xml:"t"`
	Runs []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t *sharedText) String() string {
	joined := t.Text
	for i := range t.Runs {
		joined += t.Runs[i].Text
	}
	return joined
}

// showsDate says whether a style shows a number as a day.
func (w *workbook) showsDate(style int) bool {
	shows, known := w.styles[style]
	if known || len(w.styles) > mostLines {
		return shows
	}
	if s, err := w.file.GetStyle(style); err == nil {
		shows = dateFormat(s.NumFmt, s.CustomNumFmt)
	}
	w.styles[style] = shows
	return shows
}

// dateFormat knows the built-in formats with a day in them (ECMA-376, 18.8.30) and reads custom ones: letters outside
// quotes and brackets, where d or y means a date and h or s alone a time.
func dateFormat(id int, custom *string) bool {
	if custom == nil || *custom == "" {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id >= 57 && id <= 58
	}
	closing := map[rune]rune{'"': '"', '[': ']'}
	var until rune
	escaped := false
	for _, r := range strings.ToLower(*custom) {
		switch {
		case escaped:
			escaped = false
		case until != 0:
			if r == until {
				until = 0
			}
		case r == '\\' || r == '_' || r == '*':
			escaped = true
		case closing[r] != 0:
			until = closing[r]
		case r == 'd' || r == 'y':
			return true
		}
	}
	return false
}
