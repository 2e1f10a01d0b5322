// Package notice tells a desk, a worker, or the auditors or supervisors of an agency what they have to know: a code and ids.
// It never carries a personal value and grants nothing; whoever follows its link is decided on like anybody else.
package notice

import (
	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Kinds of recipients.
const (
	Desk        = "desk"        // whoever sits there and works on files
	Worker      = "worker"      // one person
	Auditors    = "auditors"    // of an agency
	Supervisors = "supervisors" // of an agency, and its administrators
)

// To is a recipient.
type To struct {
	Kind     string `db:"kind"`
	ID       string `db:"id"` // of the desk or the worker; of the agency for its auditors and supervisors
	AgencyID string `db:"agency_id"`
}

// AuditorsOf are the auditors of an agency.
func AuditorsOf(agencyID string) To { return To{Kind: Auditors, ID: agencyID, AgencyID: agencyID} }

// SupervisorsOf are the supervisors of an agency, and its administrators.
func SupervisorsOf(agencyID string) To {
	return To{Kind: Supervisors, ID: agencyID, AgencyID: agencyID}
}

// New is a notice to be told.
type New struct {
	To              To
	Code            string // its words are notice.code.<code>
	FileID          string // of the file that it is about; whoever is excluded from it does not see the notice
	Subject         string // id of the thing that the link leads to, where that is not the file
	Link            string // one of the kinds of paths
	MustAcknowledge bool
	DueAt           moment.Time // by when somebody has to do something; zero for never
}

// paths lead from the kind of a link to the page of a thing; the file's own come first.
var paths = map[string]string{
	"case": "/cases/", "victim": "/victims/",
	"referral": "/referrals/", "consent": "/consents/", "request": "/requests/", "emergency": "/emergencies/", "grant": "/grants/",
	"transfer": "/transfers/", "circle": "/circles/", "consultation": "/consultations/",
	"approval": "/approvals/", "clock": "/clocks/", "task": "/tasks/", "signal": "/signals/", "retention": "/retention/", "removal": "/removals/", "pointer": "/pointers/",
	"outside": "/victims/", "question": "/questions/", "clocks_moving": "/clocks?box=moving", "clocks_ruled": "/clocks?box=open", "checklist": "/victims/",
	"review": "/reviews", "breach": "/breaches/", "breach_report": "/breach-reports/", "breach_reports": "/breach-reports",
	"log": "/log",
}

// Leads says whether links of this kind lead anywhere.
func Leads(link string) bool { return paths[link] != "" }

// PathOf is the page to which a link leads; empty where there is none.
func PathOf(link, fileID, subject string) string {
	n := Notice{Link: link, FileID: fileID, Subject: subject}
	return n.Path()
}

// Notice is one, as its recipients see it.
type Notice struct {
	ID              string      `db:"id"`
	ToKind          string      `db:"to_kind"`
	Code            string      `db:"code"`
	FileID          string      `db:"file_id"`
	Subject         string      `db:"subject_id"`
	Link            string      `db:"link"`
	Reference       string      `db:"reference"` // by which the reader's agency knows the file
	MustAcknowledge bool        `db:"must_acknowledge"`
	DueAt           moment.Time `db:"due_at"`
	ToldAt          moment.Time `db:"told_at"`
	AcknowledgedAt  moment.Time `db:"acknowledged_at"`
	AcknowledgedBy  string      `db:"acknowledged_by"`
	By              string      `db:"-"` // name of the colleague who acknowledged it
	Version         int64       `db:"version"`
}

// Path is the page that the notice leads to; empty where there is none.
func (n *Notice) Path() string {
	base := paths[n.Link]
	switch {
	case base == "":
		return ""
	case n.Link == "case" || n.Link == "victim":
		return base + n.FileID
	case n.Link == "clocks_moving", n.Link == "clocks_ruled", n.Link == "review", n.Link == "breach_reports", n.Link == "log": // a list, of whose things the notice names none
		return base
	case n.Link == "outside":
		return base + n.FileID + "/outside/" + n.Subject
	case n.Link == "checklist": // the list and not the item: that tells what was done to the person
		return base + n.FileID + "/checklist"
	}
	return base + n.Subject
}

// Overdue says whether something should have been done by now.
func (n *Notice) Overdue(now moment.Time) bool {
	return n.AcknowledgedAt == 0 && n.DueAt != 0 && n.DueAt <= now
}

// check refuses a notice that could reach nobody or say nothing. It is a mistake of the program, never of its user.
func (n *New) check() error {
	switch n.To.Kind {
	case Desk, Worker, Auditors, Supervisors:
	default:
		return fault.New(fault.Internal, "notice.nobody")
	}
	_, known := paths[n.Link]
	if n.To.ID == "" || n.To.AgencyID == "" || n.Code == "" || n.Link != "" && !known {
		return fault.New(fault.Internal, "notice.nobody")
	}
	return nil
}

// standing is for whom the caller may read notices: a person, the desks where they work on files, and their agency in the
// parts that they hold.
type standing struct {
	recipients          []string
	auditor, supervisor bool
}

func standingOf(a *authz.Actor, manages bool) (s standing) {
	s.recipients = []string{a.WorkerID}
	for i := range a.Held {
		if a.Held[i].Base == a.Kind {
			s.recipients = append(s.recipients, a.Desks...)
			break
		}
	}
	for i := range a.Held {
		s.auditor = s.auditor || a.Held[i].Base == authz.RoleAuditor
	}
	s.supervisor = a.Supervisor || manages
	if s.auditor || s.supervisor {
		s.recipients = append(s.recipients, a.AgencyID)
	}
	return s
}

func (s standing) args() gate.Args {
	return gate.Args{"recipients": s.recipients, "auditor": gate.Flag(s.auditor), "supervisor": gate.Flag(s.supervisor)}
}

// named gives the notices the names of the colleagues who acknowledged them.
func named(tx *gate.Tx, list []Notice) error {
	var ids []string
	for i := range list {
		if list[i].AcknowledgedBy != "" {
			ids = append(ids, list[i].AcknowledgedBy)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range list {
		list[i].By = names[list[i].AcknowledgedBy]
	}
	return err
}
