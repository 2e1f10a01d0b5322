package exchange

import (
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// marksOnPage is how often the watermark crosses a sheet.
const marksOnPage = 7

// PaperPage is a copy for people and paper. It says who took it, when and under which number, and neither what the program is for
// nor what the person is.
type PaperPage struct {
	Marks     []string // the watermark, line by line
	Stamp     string
	Facts     httpkit.Summary
	CaseFacts httpkit.Summary
	Cards     []entry.Card
	Absent    []AbsentLine
}

// AbsentLine is a section that is not in the copy, with why.
type AbsentLine struct{ Title, Reason string }

// Template is the page's file.
func (PaperPage) Template() string { return "exchange/paper" }

func paperOf(w *locale.Words, c *Copy) PaperPage {
	stamp := w.T("exchange.paper_stamp", "Person", c.Person, "Agency", c.Agency, "At", w.DateTime(c.At), "Reference", c.Reference, "Number", c.Number)
	page := PaperPage{Stamp: stamp, CaseFacts: c.caseFacts(w), Facts: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("exchange.number"), Value: c.Number},
		{Label: w.T("exchange.recipient_label"), Value: c.Recipient},
		{Label: w.T("exchange.reason_label"), Value: w.T("exchange.reason." + c.Reason), Note: w.T("gate.purpose." + c.Purpose)},
	}}}
	if text := entry.MarkingText(w, c.Marking); text != "" {
		page.Facts.Rows = append(page.Facts.Rows, httpkit.SummaryRow{Label: w.T("exchange.strictest"), Value: text})
	}
	for range marksOnPage {
		page.Marks = append(page.Marks, stamp)
	}
	page.Cards, _ = entry.Cards(w, c.Sections, "")
	for i := range page.Cards {
		page.Cards[i].Note = paperNote(w, c, page.Cards[i].ID)
	}
	for _, absent := range c.Absent {
		page.Absent = append(page.Absent, AbsentLine{Title: w.T(absent.Section.Key()), Reason: absentWords(w, absent.Reason)})
	}
	return page
}

// paperNote says under a section's title that only the own agency's entries are in it, or those of some agencies; who reads the paper is not the one whom the
// page of the file tells what to do.
func paperNote(w *locale.Words, c *Copy, id string) string {
	for i := range c.Sections {
		if c.Sections[i].Section.String() != id || c.Sections[i].OthersOpen {
			continue
		}
		switch {
		case c.Sections[i].SomeOpen:
			return w.T("exchange.only_some")
		case c.Sections[i].SomeFacts:
			return w.T("exchange.some_facts")
		}
		return w.T("exchange.only_own")
	}
	return ""
}

// absentWords says why a section is not in the copy to somebody who holds the paper: what the page of the file tells its reader of
// their own role, place or share is not theirs.
func absentWords(w *locale.Words, reason authz.Reason) string {
	switch {
	case reason == "":
		return w.T("exchange.not_asked")
	case strings.HasPrefix(string(reason), "need.") || strings.HasPrefix(string(reason), "section."):
		return w.T(reason.Key())
	}
	return w.T("exchange.absent_closed")
}
