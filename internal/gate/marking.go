package gate

import (
	"slices"
	"strings"

	"relais/internal/authz"
)

// TLPs are the words of the traffic light protocol (FIRST, TLP 2.0) for text between agencies, the widest first. Police data
// carry Europol's handling codes instead; neither is turned into the other.
var TLPs = []string{"clear", "green", "amber", "amber_strict", "red"}

const (
	tlpMark = "tlp_"
	tlpRed  = "red"
)

// Marking says how far something may travel. Europol's codes cumulate, of the traffic lights the strictest counts.
type Marking struct {
	Codes []string // H0 to H3, in order
	TLP   string   // one of TLPs, or empty
}

// ParseMarking reads what stands with an entry: codes joined by ";", and "tlp_" with its word.
func ParseMarking(text string) (m Marking) {
	for code := range strings.SplitSeq(text, ";") {
		if word, isTLP := strings.CutPrefix(code, tlpMark); isTLP {
			m = m.With(Marking{TLP: word})
		} else if code != "" {
			m = m.With(Marking{Codes: []string{code}})
		}
	}
	return m
}

// String writes the marking as ParseMarking reads it; it holds no space, so it can stand in the trail.
func (m Marking) String() string {
	codes := m.Codes
	if m.TLP != "" {
		codes = append(slices.Clone(codes), tlpMark+m.TLP)
	}
	return strings.Join(codes, ";")
}

// With is what holds for two things that travel together: all codes of both, and the stricter light.
func (m Marking) With(other Marking) Marking {
	codes := append(slices.Clone(m.Codes), other.Codes...)
	slices.Sort(codes)
	if slices.Index(TLPs, other.TLP) > slices.Index(TLPs, m.TLP) {
		m.TLP = other.TLP
	}
	m.Codes = slices.Compact(codes)
	return m
}

// Stays says whether whoever received it may not pass it on without asking who supplied it: H2 and H3 say so, and every light
// that keeps it with those who got it (amber: the own organisation).
func (m Marking) Stays() bool {
	return slices.Contains(m.Codes, "H2") || slices.Contains(m.Codes, "H3") || slices.Index(TLPs, m.TLP) >= slices.Index(TLPs, "amber")
}

// outOfCourt says whether it may not be disclosed in judicial proceedings without leave of who supplied it (H1).
func (m Marking) outOfCourt() bool { return slices.Contains(m.Codes, "H1") }

// MayTravelTo says whether somebody else than who supplied it may hand it to an agency of this kind.
func (m Marking) MayTravelTo(kind authz.Role) bool {
	return !m.Stays() && !(kind == authz.RoleCourt && m.outOfCourt())
}

// originatorAsks says whether one of the handling codes keeps an entry with its originator: Europol's H2 and H3 do.
func originatorAsks(handling string) bool {
	m := ParseMarking(handling)
	return slices.Contains(m.Codes, "H2") || slices.Contains(m.Codes, "H3")
}

// keptFromCourt refuses a court what others supplied under H1, whatever its line of the matrix says.
func (tx *Tx) keptFromCourt(q *question, d authz.Decision) authz.Decision {
	if q.own || !d.Allowed() || tx.caller.Actor.Kind != authz.RoleCourt || !ParseMarking(q.handling).outOfCourt() {
		return d
	}
	return forOriginator(d)
}

// keptAsRed refuses what is for named recipients only (TLP:RED) to whoever was let in by somebody else than who supplied it, whenever
// it was marked. Who leads the file answers for it and reads it; danger to life does not wait.
func keptAsRed(q *question, g *Grant, d authz.Decision) authz.Decision {
	if q.own || !d.Allowed() || g.Lead || g.Emergency || ParseMarking(q.handling).TLP != tlpRed || g.agreedBy(q.writer) {
		return d
	}
	return forOriginator(d)
}

// forOriginator is the refusal of what takes the originator's permission.
func forOriginator(d authz.Decision) authz.Decision {
	return authz.Decision{Missing: authz.NeedsOf(authz.NeedOriginator), Reason: authz.ReasonFor(authz.NeedOriginator), Line: d.Line, Role: d.Role, RoleID: d.RoleID}
}
