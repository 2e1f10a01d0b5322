// Package trail shows the access log to those who review it: who looked at what, when, as which role, on what grant and for
// what reason, and whether anybody changed the log. It shows no content of any file, and it writes no entries.
package trail

import (
	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/moment"
)

// Line is one entry as a reviewer reads it: ids turned into what the reviewer's agency knows them by.
type Line struct {
	audit.Entry
	Agency    string // public name of the actor's agency
	Person    string // the actor's name, only within the reviewer's agency
	Reference string // the reviewer's agency's reference of the file, if it has one
	Behalf    string // at whose request: a colleague's name or an agency's, only in entries of the reviewer's agency
	Paper     Paper  // the document behind the grant, where the reviewer's agency gave or holds it
}

// Paper is what lies in clear of the document behind a grant; who issued it is read on the file alone.
type Paper struct {
	Number  string      `db:"basis_ref"`
	On      moment.Date `db:"basis_on"`
	Article string      `db:"basis_article"`
}

// Question is what a reviewer asks the log.
type Question struct {
	Reason    string // one of gate.LogReasons; the look is recorded with it
	Reference string // of a file, as the reviewer's agency knows it
	PersonID  string // somebody of the reviewer's agency
	Op        audit.Op
	Decision  string
	From, To  moment.Date
	After     string
}

// Answer is one page of the log. Metadata says that the reader sees when and who of the own people only; Cases, that the reader works on
// files and sees when, who and what of those that they now have, and no sign-ins.
type Answer struct {
	Lines    []Line
	Next     string
	Metadata bool
	Cases    bool
	People   []agency.Colleague // of the reader's agency, to choose from
}

// PageSize is how many entries stand on one page.
const PageSize = 50

// technical are the operations that an agency's administrator sees of the own people: no files.
var technical = map[audit.Op]bool{audit.Login: true, audit.Logout: true, audit.Admin: true, audit.PolicyChange: true}
