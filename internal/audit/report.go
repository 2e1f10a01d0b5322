package audit

import "golang.org/x/mod/sumdb/tlog"

// Report is what a verification found.
type Report struct {
	Size         int64     // entries that are numbered
	Root         tlog.Hash // root of the tree that was recomputed from them
	Queued       int64     // entries without a number yet
	Checkpoints  int64     // signed heads in the database, each compared with the tree
	HeadsOutside int64     // signed heads outside, each compared with the tree
	Wrong        *Finding  // the first thing that is wrong; nil when the trail is whole
}

// Finding names one thing that is wrong with the trail.
type Finding struct {
	What    Wrong
	Seq     int64  // number of the entry, or size of the tree for a head; -1 where there is none
	EntryID string // empty where there is none
	Detail  string // the column, the place in the tree or the term
}

// Wrong is a sort of finding; it is also the key of its words.
type Wrong string

// What a verification can find.
const (
	EntryMissing       Wrong = "audit.wrong_entry_missing"      // numbered, but its row is gone
	EntryChanged       Wrong = "audit.wrong_entry_changed"      // its body is not the one that was hashed
	ColumnChanged      Wrong = "audit.wrong_column_changed"     // a column says something else than the body
	LeafMissing        Wrong = "audit.wrong_leaf_missing"       // a number is missing
	LeafChanged        Wrong = "audit.wrong_leaf_changed"       // the number's hash is not the entry's
	TreeChanged        Wrong = "audit.wrong_tree_changed"       // a hash of the tree is not what the entries give
	TreeMissing        Wrong = "audit.wrong_tree_missing"       // a hash of the tree is gone
	QueuedAgain        Wrong = "audit.wrong_queued_again"       // numbered and put into the queue once more
	BeyondHead         Wrong = "audit.wrong_beyond_head"        // rows that no sequencer wrote
	HeadMissing        Wrong = "audit.wrong_head_missing"       // the row that counts the entries is gone
	CheckpointForged   Wrong = "audit.wrong_checkpoint_forged"  // none of the log's keys signed it
	CheckpointDiffers  Wrong = "audit.wrong_checkpoint_differs" // signed, but for other entries than these
	CheckpointMissing  Wrong = "audit.wrong_checkpoint_missing" // it was signed and is gone
	OutsideForged      Wrong = "audit.wrong_outside_forged"     // a head outside that none of the log's keys signed
	OutsideDiffers     Wrong = "audit.wrong_outside_differs"    // a head outside was signed for other entries than these
	TailMissing        Wrong = "audit.wrong_tail_missing"       // a head outside counts more entries than there are
	EntryUnaccounted   Wrong = "audit.wrong_entry_unaccounted"  // neither numbered nor queued
	QueuedEntryMissing Wrong = "audit.wrong_queued_missing"     // queued, but its row is gone
	QueuedEntryForeign Wrong = "audit.wrong_queued_foreign"     // queued, but not as the program wrote it
	LookupMissing      Wrong = "audit.wrong_lookup_missing"     // the entry cannot be found under one of its terms
	LookupForeign      Wrong = "audit.wrong_lookup_foreign"     // a term leads to an entry that does not belong there
)

// Findings lists every sort of finding.
func Findings() []Wrong {
	return []Wrong{
		EntryMissing, EntryChanged, ColumnChanged, LeafMissing, LeafChanged, TreeChanged, TreeMissing, QueuedAgain,
		BeyondHead, HeadMissing, CheckpointForged, CheckpointDiffers, CheckpointMissing, OutsideForged, OutsideDiffers,
		TailMissing, EntryUnaccounted, QueuedEntryMissing, QueuedEntryForeign, LookupMissing, LookupForeign,
	}
}

// parse reads the entry's body and holds the columns against it.
func (c *columns) parse() (Entry, *Finding) {
	if c.Body == nil {
		return Entry{}, &Finding{What: EntryMissing, Seq: -1}
	}
	e, err := ParseEntry(c.Body)
	if err != nil {
		return Entry{}, &Finding{What: EntryChanged, Seq: -1, EntryID: c.ID}
	}
	for _, column := range [...]struct {
		name  string
		equal bool
	}{
		{"id", c.ID == e.ID}, {"at", c.At == e.At}, {"action", c.Action == e.Action}, {"op", c.Op == string(e.Op)},
		{"decision", c.Decision == e.Decision}, {"actor_id", c.ActorID == e.ActorID},
		{"agency_id", c.AgencyID == e.AgencyID}, {"file_id", c.FileID == e.FileID},
	} {
		if !column.equal {
			return e, &Finding{What: ColumnChanged, Seq: -1, EntryID: c.ID, Detail: column.name}
		}
	}
	return e, nil
}
