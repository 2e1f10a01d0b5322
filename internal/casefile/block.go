package casefile

import (
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// Block is a part of a file's page that a later slice fills: its tasks, its clocks, its tracks. What it says is decided inside the
// same audited look as the rest of the page. One without a heading is not shown.
type Block struct {
	ID      string // of the part; the heading's id is ID-title
	Heading string
	Tags    []httpkit.Tag
	Notice  httpkit.Notice
	Text    []string // paragraphs
	Lanes   []Lane   // where a person stands, course by course
	Summary httpkit.Summary
	Table   httpkit.Table // shown when it has columns
	Buttons []httpkit.PostButton
	Links   []httpkit.Link // beside the heading
}

// Lane is one course of a picture that shows several side by side: where it stands, what lies behind, what may come.
type Lane struct {
	ID     string
	Title  string
	Where  string // the country
	State  httpkit.Tag
	Since  string
	Closed string // why nothing is shown
	Stops  []Stop
	Ahead  []Ahead
}

// Stop is a station of a lane: Place is "done", "now" or "ahead", Note says it to who does not see the colour.
type Stop struct{ Text, Place, Note string }

// Ahead is what may come next, and who has to act.
type Ahead struct{ Text, Who string }

// BlockOf reads one part of a file's page inside the running look; the parts stand on the page in the order in which server names them.
type BlockOf func(tx *gate.Tx, w *locale.Words) (Block, error)

// Blocks reads the parts and leaves out those that have nothing to say.
func Blocks(tx *gate.Tx, w *locale.Words, parts []BlockOf) (blocks []Block, err error) {
	for _, read := range parts {
		block, err := read(tx, w)
		if err != nil {
			return nil, err
		}
		if block.Heading != "" {
			blocks = append(blocks, block)
		}
	}
	return blocks, nil
}
