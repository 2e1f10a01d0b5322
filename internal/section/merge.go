package section

import (
	"maps"
	"slices"
)

// Change is one field that differs between two versions; no answer is "".
type Change struct{ Field, Before, After string }

// Conflict is one field that two people changed, each otherwise than the other, since the version both began with.
type Conflict struct{ Field, Base, Mine, Theirs string }

// Diff lists the fields that differ, sorted by name.
func Diff(before, after Values) (changes []Change) {
	for _, field := range fieldsOf(before, after) {
		if before[field] != after[field] {
			changes = append(changes, Change{field, before[field], after[field]})
		}
	}
	return changes
}

// Merge joins two versions that grew from the same base, field by field. Where only one side changed a field, its answer
// is taken. Where both did, merged keeps theirs, the one already stored, and the conflict holds all three texts: a person
// decides, and nothing is lost until then.
func Merge(base, mine, theirs Values) (merged Values, conflicts []Conflict) {
	merged = Values{}
	for _, field := range fieldsOf(base, mine, theirs) {
		b, m, t := base[field], mine[field], theirs[field]
		taken := t
		if t == b {
			taken = m
		}
		if m != t && m != b && t != b {
			conflicts = append(conflicts, Conflict{field, b, m, t})
		}
		if taken != "" {
			merged[field] = taken
		}
	}
	return merged, conflicts
}

// fieldsOf are the names in any of the versions, sorted; retired fields of old entries are among them.
func fieldsOf(versions ...Values) []string {
	all := map[string]bool{}
	for _, values := range versions {
		for field := range values {
			all[field] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
