package authz

import "strings"

// Need is a condition that a rule asks for besides role and relation; the gate finds out whether it is met.
type Need uint8

// The needs (domain 3.5), in the order in which a refusal names them.
const (
	NeedConsent       Need = iota + 1 // the victim's, for this section and recipient
	NeedLegalGateway                  // the provision that allows it is cited
	NeedJustification                 // given each time
	NeedBreakGlass                    // emergency access: two persons, 24 hours, reviewed afterwards
	NeedMagistrate                    // a magistrate's release or order
	NeedOriginator                    // leave of who supplied it (handling code)
	NeedCareGroup                     // a care professional on the case
	NeedGuardian                      // the guardian agrees
)

const numNeeds = int(NeedGuardian)

var needWords = words{
	"", "consent", "legal_gateway", "justification", "break_glass", "magistrate", "originator", "care_group", "guardian",
}

// ParseNeed finds a need by its word.
func ParseNeed(word string) (Need, bool) {
	n, ok := needWords.find(word)
	return Need(n), ok
}

// String is the need's word in the matrix, "" for none.
func (n Need) String() string { return needWords.at(uint8(n)) }

// Key is the message key of its name.
func (n Need) Key() string { return "authz.need." + n.String() }

// Needs is a set of needs, all of which have to be met.
type Needs uint16

// NeedsOf makes a set.
func NeedsOf(needs ...Need) (set Needs) {
	for _, need := range needs {
		set = set.With(need)
	}
	return set
}

// AllNeeds holds every need.
func AllNeeds() Needs { return 1<<numNeeds - 1 }

// ParseNeeds reads "consent+care_group"; "" is no need. A word twice or unknown is refused.
func ParseNeeds(text string) (set Needs, ok bool) {
	if text == "" {
		return 0, true
	}
	for word := range strings.SplitSeq(text, "+") {
		need, ok := ParseNeed(word)
		if !ok || set.Has(need) {
			return 0, false
		}
		set = set.With(need)
	}
	return set, true
}

// Has says whether the need is in the set.
func (n Needs) Has(need Need) bool { return uint32(n)&bit(need) != 0 }

// With is the set and this need.
func (n Needs) With(need Need) Needs { return n | Needs(bit(need)) }

// Minus is what is left once these are met.
func (n Needs) Minus(met Needs) Needs { return n &^ met }

// Each yields the needs in order.
func (n Needs) Each(yield func(Need) bool) {
	for need := NeedConsent; need <= NeedGuardian; need++ {
		if n.Has(need) && !yield(need) {
			return
		}
	}
}

// First is the need that a refusal names, 0 if there is none.
func (n Needs) First() Need {
	for need := range n.Each {
		return need
	}
	return 0
}

// String joins the words with "+", as in the matrix.
func (n Needs) String() string {
	var list []string
	for need := range n.Each {
		list = append(list, need.String())
	}
	return strings.Join(list, "+")
}
