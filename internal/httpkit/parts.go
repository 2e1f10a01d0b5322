package httpkit

import "strings"

// Link is an address with its text; without a text it is not printed.
type Link struct {
	URL   string
	Text  string
	Short string // what is seen where the place says the rest; Text is what is read aloud
}

// Tag is a coloured state: grey, green, teal, blue, purple, orange, red or yellow. The text says it all; the colour helps.
type Tag struct {
	Text   string
	Colour string
}

// Summary is a list of facts, each with its label.
type Summary struct {
	Rows []SummaryRow
}

// SummaryRow is one fact. Hidden marks one that is there but not shown; Name keeps a right-to-left name in one piece.
type SummaryRow struct {
	Label  string
	Value  string
	Values []string // further lines
	Note   string   // in small: a source, a reason
	Tag    Tag
	Name   bool
	Hidden bool
	Change Link
}

// Lines are the lines of a value of several lines, nil for one.
func (r SummaryRow) Lines() []string {
	if !strings.Contains(r.Value, "\n") {
		return nil
	}
	return strings.Split(r.Value, "\n")
}

// Pagination leads to newer and older entries; there are no page numbers, because a number of pages is a count.
type Pagination struct {
	Newer string
	Older string
}

// HiddenSection says that there is something, why it is not shown, and what to do.
type HiddenSection struct {
	ID     string
	Title  string
	Reason string
	Next   string
	Action Link
	Urgent Link // the way that is for danger to life only
}

// Comparison sets two versions side by side, so that neither text is lost.
type Comparison struct {
	Caption string
	Mine    string // heading: yours
	Theirs  string // heading: theirs, with who and when
	Rows    []ComparedRow
}

// ComparedRow is one field of the two versions; CanJoin offers to keep both texts.
type ComparedRow struct {
	Name      string
	Label     string
	Mine      string
	Theirs    string
	MineText  string // what is shown of Mine where that is a code
	TheirText string
	Same      bool
	CanJoin   bool
	Kept      string // the choice made before, when the comparison is shown again
}

// Notice is a sentence that stands out: kind "" tells, "success" confirms, "warning" warns.
type Notice struct {
	Text string
	Kind string
}

// PostButton is a form of one button.
type PostButton struct {
	Action  string
	Text    string
	Version int64
	Danger  bool
	Quiet   bool // looks like a link
	Fields  []Field
}
