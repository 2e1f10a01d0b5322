package gate

import (
	"reflect"
	"slices"

	"relais/internal/fault"
	"relais/internal/moment"
)

// Stale is the detail of a conflict: what the second of two editors gets. It holds what is stored and who stored it, so a use case
// gives it only to somebody who could read that anyway.
type Stale struct {
	Version int64        `json:"version" doc:"The newest; a write that resolves the conflict is based on it"`
	By      string       `json:"by,omitempty" doc:"Who was first"`
	At      moment.Time  `json:"at,omitempty" doc:"When"`
	Fields  []StaleField `json:"fields" doc:"What differs"`
}

// StaleField is one field that differs.
type StaleField struct {
	Name   string `json:"name"`
	Mine   any    `json:"mine"`
	Theirs any    `json:"theirs"`
}

// ChangedSince is the conflict of a write that was based on an old version; fields that are the same on both sides are left out.
func ChangedSince(key string, s Stale) error {
	s.Fields = slices.DeleteFunc(append([]StaleField{}, s.Fields...), func(f StaleField) bool { return reflect.DeepEqual(f.Mine, f.Theirs) })
	return fault.New(fault.Conflict, key).With(s)
}
