package gate

import (
	"fmt"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/seal"
	"relais/internal/section"
)

// Args are the values of a statement's parameters. The gate itself sets :file_id, :case_id, :agency_id, :worker_id, :now
// and :grantees; a statement that names one of them gets the scope of this transaction and nothing else.
type Args = database.Args

// Tx is one admitted use case: a transaction with its caller, its file and what was granted on it.
type Tx struct {
	id          string // of the entry that will record the use case
	raw         *database.Tx
	gate        *Gate
	caller      Caller
	action      Action
	target      Target
	now         moment.Time
	generation  int64
	file        FileRow
	grants      []Grant
	granted     Decision
	given       map[string]ground // what the grants of this transaction rest on
	uses        []audit.SectionUse
	wrapped     map[seal.Domain][]byte     // the file's keys as they are stored
	keys        map[seal.Domain]*seal.Key  // those of them that were opened
	opened      map[seal.AD]section.Values // entries that were opened, for the parts of a page that show the same ones
	staff       map[string]*seal.Key       // keys of agencies
	borrowed    bool                       // looks with a receiver's eyes and cannot write
	agencyLeads bool
	writes      bool // what it does is kept
}

// FileRow is the target's row and the references by which the caller's agency knows it and, where the case is open to the
// caller too, its case.
type FileRow struct {
	ID            string      `db:"id"`
	Kind          Kind        `db:"kind"`
	CaseID        string      `db:"case_id"`
	AgencyID      string      `db:"agency_id"`
	Stage         string      `db:"stage"`
	CreatedAt     moment.Time `db:"created_at"`
	ChangedAt     moment.Time `db:"changed_at"`
	Version       int64       `db:"version"`
	Reference     string      `db:"reference"`
	CaseReference string      `db:"case_reference"` // of a victim file only
}

// Closed says whether nothing new may be written on the file: what would be refused is not offered either.
func (f FileRow) Closed() bool { return f.Stage == StageClosed }

// Actor is who acts, as rebuilt from the rows of this transaction where the session's picture was behind.
func (tx *Tx) Actor() *authz.Actor { return &tx.caller.Actor }

// Now is the instant at which the use case happens.
func (tx *Tx) Now() moment.Time { return tx.now }

// EntryID is the id of the entry that records this use case: whoever is told of a closed section can have it replayed by it.
func (tx *Tx) EntryID() string { return tx.id }

// File is the target file; empty where the action has none.
func (tx *Tx) File() FileRow { return tx.file }

// Section is the section that the target names.
func (tx *Tx) Section() authz.Section { return tx.target.section }

// Granted is the decision that let the caller in, where the action is decided like a section; how much it shows matters.
func (tx *Tx) Granted() Decision { return tx.granted }

// Grants are the live grants by which the caller sees the file.
func (tx *Tx) Grants() []Grant { return tx.grants }

// Grantees are the names under which something may have been granted to the caller: the worker and the desks.
func (tx *Tx) Grantees() []string {
	return append([]string{tx.caller.Actor.WorkerID}, tx.caller.Actor.Desks...)
}

// Get reads one row within the scope.
func (tx *Tx) Get(dest any, query string, args Args) error {
	scoped, err := tx.scope(args)
	if err != nil {
		return err
	}
	return tx.raw.Get(dest, query, scoped)
}

// Select reads rows within the scope.
func (tx *Tx) Select(dest any, query string, args Args) error {
	scoped, err := tx.scope(args)
	if err != nil {
		return err
	}
	return tx.raw.Select(dest, query, scoped)
}

// Exec writes within the scope and tells how many rows were touched.
func (tx *Tx) Exec(query string, args Args) (int64, error) {
	if tx.borrowed {
		return 0, errBorrowed
	}
	scoped, err := tx.scope(args)
	if err != nil {
		return 0, err
	}
	return tx.raw.Exec(query, scoped)
}

// ExecOne writes exactly one row; none means that somebody else changed it first.
func (tx *Tx) ExecOne(query string, args Args) error {
	rows, err := tx.Exec(query, args)
	if err != nil {
		return err
	}
	if rows != 1 {
		return fault.New(fault.Conflict, "gate.changed")
	}
	return nil
}

// Trail is the read side of the audit log inside this transaction.
func (tx *Tx) Trail() *database.Tx { return tx.raw }

func (tx *Tx) scope(args Args) (Args, error) {
	scoped := Args{"now": tx.now}
	if actor := &tx.caller.Actor; actor.WorkerID != "" {
		scoped["agency_id"] = actor.AgencyID
		scoped["worker_id"] = actor.WorkerID
		scoped["grantees"] = tx.Grantees()
	}
	if tx.file.ID != "" {
		scoped["file_id"] = tx.file.ID
		scoped["case_id"] = tx.file.CaseID
	}
	for name, value := range args {
		if _, taken := scoped[name]; taken {
			return nil, fmt.Errorf("gate: a statement may not set :%s by itself", name)
		}
		scoped[name] = value
	}
	return scoped, nil
}
