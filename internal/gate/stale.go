package gate

import (
	"encoding/json"
	"maps"
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

// Differences are the members in which two bodies of one type differ, as the JSON API names them; what is empty on both sides does not.
func Differences(mine, theirs any) []StaleField {
	m, t := members(mine), members(theirs)
	all := maps.Clone(m)
	maps.Copy(all, t)
	fields := []StaleField{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !reflect.DeepEqual(m[name], t[name]) && !(empty(m[name]) && empty(t[name])) {
			fields = append(fields, StaleField{Name: name, Mine: m[name], Theirs: t[name]})
		}
	}
	return fields
}

// members are those of a body; one that cannot be written as JSON has none, and could not have been read either.
func members(body any) map[string]any {
	all := map[string]any{}
	if text, err := json.Marshal(body); err == nil {
		_ = json.Unmarshal(text, &all)
	}
	return all
}

func empty(v any) bool {
	list, isList := v.([]any)
	return v == nil || isList && len(list) == 0 || !isList && reflect.ValueOf(v).IsZero()
}
