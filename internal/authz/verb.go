package authz

// Verb is what somebody wants to do with a section.
type Verb uint8

// The verbs; Open creates a case or victim file, Manage changes a team or an agency's people.
const (
	Read Verb = iota + 1
	Write
	Refer // put into a package for another agency
	Export
	Erase
	Open
	Manage
)

// NumVerbs is the length of an array indexed by Verb; place 0 is no verb and stays empty.
const NumVerbs = int(Manage) + 1

var verbWords = words{"", "read", "write", "refer", "export", "erase", "open", "manage"}

// Verbs lists the verbs.
func Verbs() []Verb { return []Verb{Read, Write, Refer, Export, Erase, Open, Manage} }

// ParseVerb finds a verb by its word.
func ParseVerb(word string) (Verb, bool) {
	n, ok := verbWords.find(word)
	return Verb(n), ok
}

// String is the verb's word in the matrix, "" for no verb.
func (v Verb) String() string { return verbWords.at(uint8(v)) }

// Key is the message key of its name.
func (v Verb) Key() string { return "authz.verb." + v.String() }

func (v Verb) valid() bool { return v >= Read && v <= Manage }

// Mask is a set of sections per verb.
type Mask [NumVerbs]SectionSet

// Has says whether the section is in the verb's set.
func (m *Mask) Has(verb Verb, section Section) bool { return verb.valid() && m[verb].Has(section) }
