package audit

// Op is what was done to the data, in the words of the law (directive 2016/680, article 25) and of the house.
type Op string

// The operations.
const (
	Collect       Op = "collect"
	Alter         Op = "alter"
	Consult       Op = "consult"
	Disclose      Op = "disclose"
	Transfer      Op = "transfer"
	Combine       Op = "combine"
	Erase         Op = "erase"
	Search        Op = "search"
	Export        Op = "export"
	Print         Op = "print"
	Deny          Op = "deny"
	BreakGlass    Op = "break_glass"
	ConsentChange Op = "consent_change"
	PolicyChange  Op = "policy_change"
	Login         Op = "login"
	Logout        Op = "logout"
	Admin         Op = "admin"
)

// Ops lists every operation, in the order in which a filter offers them.
func Ops() []Op {
	return []Op{
		Consult, Search, Collect, Alter, Combine, Disclose, Transfer, Export, Print, Erase,
		BreakGlass, Deny, ConsentChange, PolicyChange, Admin, Login, Logout,
	}
}

func (o Op) known() bool {
	switch o {
	case Collect, Alter, Consult, Disclose, Transfer, Combine, Erase, Search, Export, Print,
		Deny, BreakGlass, ConsentChange, PolicyChange, Login, Logout, Admin:
		return true
	}
	return false
}

// Event is what a use case says it did. All of it is ids, codes and field names, never a value that somebody typed:
// an entry that holds a space or a letter outside ASCII is refused.
type Event struct {
	Op              Op
	Subject         string // id of the thing that was touched, where it is not the file itself
	SubjectCategory string // victim, witness, suspect …: the distinction of directive 2016/680, article 6
	Fields          []string
	Sections        []SectionUse
	Results         []string // ids of the files that a list or search revealed
	ResultCount     int64    // how many were found, where that is more than the ids in Results
	Recipients      []Recipient
	Concerns        []string // agencies other than the actor's that may see this entry, such as the file's controller
	Purpose         string
	Basis           string
	OnBehalfOf      string // id of the colleague, or of the other agency, at whose request this was signed or answered
	Justification   string // the code of the reason, or the id under which its sealed text is kept
	GrantID         string
	ConsentID       string
	Handling        string
	Evaluation      string
	Fingerprint     string // keyed hash of what was searched for
}

// IsZero says whether the use case did nothing that it could name; the gate then rolls back.
func (e Event) IsZero() bool { return e.Op == "" }

// SectionUse says how one section of the file was shown or refused, by which line of the policy and which grant.
type SectionUse struct {
	Section  string
	Show     string
	Decision string
	Reason   string
	Line     int
	GrantID  string
	Needs    string
}

// Recipient is an agency, and where known a person in it, that received something.
type Recipient struct {
	AgencyID string
	WorkerID string
}
