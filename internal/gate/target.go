package gate

import "relais/internal/authz"

// Kind is a kind of file.
type Kind string

// The two kinds of files.
const (
	Case   Kind = "case"
	Victim Kind = "victim"
)

// Target says what an action is done to. Ids in it never choose the scope by themselves: the gate looks for a grant first.
type Target struct {
	kind       Kind
	fileID     string
	entryID    string
	grantID    string // an offered grant, looked at before it is accepted
	shut       shut   // found without showing anything
	reference  string // by which the caller's agency knows such a file
	section    authz.Section
	hasSection bool
	reason     string
}

// File is the file with this id.
func File(kind Kind, id string) Target { return Target{kind: kind, fileID: id} }

// Entry is the file and the section in which the entry stands.
func Entry(id string) Target { return Target{entryID: id} }

// Offer is the file that a grant offers to one of the caller's desks and that is not yet accepted.
func Offer(grantID string) Target { return OfferOf(Victim, grantID) }

// OfferOf is Offer for a file of either kind.
func OfferOf(kind Kind, grantID string) Target { return Target{kind: kind, grantID: grantID} }

// shut says by what a file is found of which nothing may be shown.
type shut int

const (
	bySeal   shut = iota + 1 // it lies under a seal, and was granted to the caller
	byAgency                 // it was granted to the caller's agency, whether or not to the caller
)

// Sealed is the file under a seal that was granted to the caller and that the agency knows by this reference: it can be
// opened with the order, and shows nothing.
func Sealed(reference string) Target { return Target{reference: reference, shut: bySeal} }

// Held is the file that the caller's agency sees and knows by this reference. It is for those who answer for the agency's
// people and see no files: what they may do is for the use case to ask, and it shows nothing.
func Held(reference string) Target { return Target{reference: reference, shut: byAgency} }

// Own is whatever belongs to the caller or the caller's agency.
func Own() Target { return Target{} }

// In narrows the target to one section.
func (t Target) In(section authz.Section) Target {
	t.section, t.hasSection = section, true
	return t
}

// Because gives the reason of access that some sections ask for each time. Only a code of Reasons or LogReasons is one: what
// somebody typed must not get into the trail.
func (t Target) Because(reason string) Target {
	t.reason = ""
	if among(Reasons, reason) || among(LogReasons, reason) {
		t.reason = reason
	}
	return t
}

// Reasons are the codes of the reasons of access (domain: purposes as a closed list, LED art. 25).
var Reasons = []string{
	"protection", "identification", "investigation", "prosecution", "residence_decision", "labour_enforcement",
	"compensation", "guardianship", "return",
}

// Purposes are the codes for which something may be written or shared.
var Purposes = append(append([]string{}, Reasons...), "statistics", "audit")

// UsualBasis is the basis that a form begins with: inspectors act on the provision that lets them (domain: "cite the legal
// gateway"), everybody else on a task laid down by law.
func UsualBasis(kind authz.Role) string {
	if kind == authz.RoleLabourInspector {
		return "legal_gateway"
	}
	return "legal_task"
}

// UsualPurpose is the purpose that a form begins with.
func UsualPurpose(kind authz.Role) string {
	if kind == authz.RoleShelter || kind == authz.RoleGuardian {
		return "protection"
	}
	return "identification"
}

// LogReasons are the codes for which the access log may be read (directive 2016/680, art. 25(2)), and a person's request
// to know who looked.
var LogReasons = []string{"lawfulness_check", "self_monitoring", "integrity_security", "criminal_proceedings", "data_subject_request"}

// Bases are the codes of the legal bases on which something may be written or shared.
var Bases = []string{"legal_task", "consent", "legal_gateway", "magistrate_release", "vital_interest", "duty_to_report"}
