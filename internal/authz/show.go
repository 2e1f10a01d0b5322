package authz

// Show says how much of a section is shown, ordered from nothing to all; for other verbs than Read, how much it covers.
type Show uint8

// The steps (domain 3.5).
const (
	Hidden    Show = iota
	Aggregate      // suppressed statistics
	Pseudonym      // the content without the person
	Metadata       // that it exists, whose and when
	Derived        // the one fact that the matrix notes
	Full
)

var showWords = words{"hidden", "aggregate", "pseudonym", "metadata", "derived", "full"}

// ParseShow finds a step by its word.
func ParseShow(word string) (Show, bool) {
	n, ok := showWords.find(word)
	return Show(n), ok
}

// String is the step's word in the matrix.
func (s Show) String() string { return showWords.at(uint8(s)) }

// Key is the message key of its name.
func (s Show) Key() string { return "authz.show." + s.String() }
