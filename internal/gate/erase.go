package gate

import (
	"errors"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
)

// Stages of a file that the gate knows: nothing is written in a closed one, nothing is left of an erased one.
const (
	StageClosed = "closed"
	StageErased = "erased"
)

// Reasons that are not the policy's own; their words stand with the slice that closes files.
const (
	reasonClosed authz.Reason = "file.closed"
	reasonErased authz.Reason = "file.erased"
)

// EndErased is the reason with which the grants on an erased file end.
const EndErased = "erased"

const setStage = `UPDATE file SET stage = :stage WHERE id = :file_id`

const setErased = `UPDATE file SET stage = :stage, changed_at = :now, version = version + 1 WHERE id = :erased AND stage = :was`

const destroyKeys = `UPDATE data_key SET wrapped = NULL, destroyed_at = :now WHERE owner_id = :erased AND destroyed_at = 0`

const dropTokens = `DELETE FROM search_token WHERE file_id = :erased`

const dropImportedRows = `DELETE FROM import_row WHERE file_id = :erased`

const dropImports = `DELETE FROM import_batch
WHERE case_id = :erased AND NOT EXISTS (SELECT 1 FROM import_row r WHERE r.batch_id = import_batch.id)`

const endErasedGrants = `UPDATE file_grant
SET state = 'ended', ended_at = :now, ended_by = :worker_id, end_reason = :reason, version = version + 1
WHERE file_id = :erased AND state <> 'ended'`

// selectErasedFor asks whether the file was open to the caller until it was erased, or until the last day of their access; who
// was taken off before is told nothing.
const selectErasedFor = `SELECT COUNT(*)
FROM file_grant g
JOIN file f ON f.id = g.file_id AND f.stage = :stage
WHERE g.file_id = :target AND g.end_reason IN (:reason, 'until') AND g.grantee_id IN (:grantees) AND ` + NotExcluded

// SetStage moves the file of the transaction to a stage and marks it as changed.
func (tx *Tx) SetStage(stage string) error {
	if err := tx.ExecOne(setStage, Args{"stage": stage}); err != nil {
		return err
	}
	tx.file.Stage = stage
	return tx.Changed()
}

// Erase destroys the keys of a closed file for good, with what finds it: its search tokens and the fingerprints of what it was
// read in from. What stays is ids, dates and codes; its grants end. Who may ask for it, and after whose signatures, is for the
// use case to say.
func (tx *Tx) Erase(fileID string) error {
	args := Args{"erased": fileID}
	if err := tx.ExecOne(setErased, Args{"erased": fileID, "stage": StageErased, "was": StageClosed}); err != nil {
		return err
	}
	for _, statement := range []string{destroyKeys, dropTokens, dropImportedRows, dropImports} {
		if _, err := tx.Exec(statement, args); err != nil {
			return err
		}
	}
	_, err := tx.Exec(endErasedGrants, Args{"erased": fileID, "reason": EndErased})
	tx.gate.vault.Forget(fileID)
	return err
}

// absent is the answer where the caller has no grant: not found, but for those who had an erased file until the end.
func (tx *Tx) absent() error {
	notFound := fault.New(fault.NotFound, "gate.not_found")
	if tx.target.fileID == "" || tx.caller.Actor.WorkerID == "" || tx.target.shut != 0 || tx.target.grantID != "" {
		return notFound
	}
	var had int
	err := tx.raw.Get(&had, selectErasedFor, Args{"target": tx.target.fileID, "stage": StageErased, "reason": EndErased,
		"grantees": tx.Grantees(), "worker_id": tx.caller.Actor.WorkerID})
	switch {
	case err != nil && !errors.Is(err, database.ErrNoRows):
		return err
	case had == 0:
		return notFound
	}
	return standing(reasonErased)
}

// standing is a refusal for what has become of the file as a whole.
func standing(reason authz.Reason) error {
	return fault.New(fault.Refused, "gate.refused", "Section", "", "Reason", string(reason)).With(Why(reason))
}

// whileClosed refuses what writes on a closed file, and the forms for it, whatever the slice: somebody who leads the file opens
// it again first, with a reason. What was declared WhileClosed goes on.
func (tx *Tx) whileClosed() error {
	a := &tx.action
	forms := a.form || a.reach == onSection && a.verb == authz.Write || a.section == authz.VictimFile && a.verb == authz.Open
	if (tx.writes || forms) && !a.stays {
		return tx.DemandOpen()
	}
	return nil
}

// DemandOpen refuses on a closed file, where an action goes on there for some and not for all.
func (tx *Tx) DemandOpen() error {
	if tx.file.Closed() {
		return standing(reasonClosed)
	}
	return nil
}

// IsClosed says whether a refusal came from a closed file, where a use case goes over many files and passes over those.
func IsClosed(err error) bool {
	f, ok := fault.As(err)
	if !ok {
		return false
	}
	why, ok := f.Detail.(Why)
	return ok && authz.Reason(why) == reasonClosed
}
