// Package authz answers one question: may a person with these roles do this in this section of a file they stand in this relation to?
// It knows no file, grant or consent; the gate brings those facts with the question.
package authz

// Question is what the gate asks about one section; Met holds the needs that it has found fulfilled.
type Question struct {
	Section   Section
	Verb      Verb
	Relations RelationSet
	Met       Needs
}

// Rule is one alternative of a cell of the matrix: what is shown once the needs are met.
type Rule struct {
	Show  Show
	Needs Needs
	Line  int // in matrix.csv
}

// Decision is the answer, with all that the audit entry and the explanation to the reader need.
type Decision struct {
	Show    Show
	Missing Needs  // what would open it; empty unless Reason is a need
	Reason  Reason // empty when allowed
	Line    int    // of matrix.csv: the rule that opened, came nearest or denied; 0 if none
	Role    Role   // the discipline whose rule that is
	RoleID  string // the agency role through which it is held
}

// Allowed says whether anything at all is shown or may be done.
func (d Decision) Allowed() bool { return d.Show != Hidden }

// Reason is a stable id of why something stays closed; its words are authz.reason.<id> and authz.next.<id>.
type Reason string

// The reasons besides "need.<need>"; an allowed decision has the empty one.
const (
	ReasonNoRole   Reason = "role.none"     // the discipline has no rule for this
	ReasonAgency   Reason = "role.agency"   // the discipline may, the role that the agency gave does not
	ReasonRelation Reason = "relation.none" // nothing ties this person to the file in a way that opens it
	ReasonDenied   Reason = "deny"          // a rule forbids it, whatever else is held
)

// needReasons saves building the text in a decision.
var needReasons = func() (reasons [numNeeds + 1]Reason) {
	for need := range AllNeeds().Each {
		reasons[need] = Reason("need." + need.String())
	}
	return reasons
}()

// ReasonFor is the reason of a missing need.
func ReasonFor(need Need) Reason {
	if int(need) >= len(needReasons) {
		return ReasonNoRole
	}
	return needReasons[need]
}

// Reasons lists every reason a decision can give.
func Reasons() []Reason {
	reasons := []Reason{ReasonNoRole, ReasonAgency, ReasonRelation, ReasonDenied}
	return append(reasons, needReasons[1:]...)
}

// Key is the message key of the plain sentence.
func (r Reason) Key() string { return "authz.reason." + string(r) }

// NextKey is the message key of what the reader can do next.
func (r Reason) NextKey() string { return "authz.next." + string(r) }
