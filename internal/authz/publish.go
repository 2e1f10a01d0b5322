package authz

import (
	"sync/atomic"

	"relais/internal/fault"
)

// Store holds the snapshot in force, for many readers and a rare writer.
type Store struct {
	current atomic.Pointer[published]
}

type published struct {
	snapshot   *Snapshot
	generation int64
}

// Load gives the snapshot in force and its generation; before the first Swap, nil (which decides no) and 0.
func (s *Store) Load() (*Snapshot, int64) {
	p := s.current.Load()
	if p == nil {
		return nil, 0
	}
	return p.snapshot, p.generation
}

// Swap puts a compiled snapshot in force. A snapshot without rules is refused, and so is one of an older generation:
// of two reloads at once, the slower must not bring back what the faster replaced.
func (s *Store) Swap(next *Snapshot, generation int64) error {
	if next == nil || len(next.lines) == 0 {
		return fault.New(fault.Internal, "authz.publish.empty")
	}
	for {
		old := s.current.Load()
		if old != nil && generation < old.generation {
			return fault.New(fault.Conflict, "authz.publish.older")
		}
		if s.current.CompareAndSwap(old, &published{next, generation}) {
			return nil
		}
	}
}
