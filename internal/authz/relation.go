package authz

import "strings"

// Relation is what ties a person to a file or an entry at this moment; the gate reads it from grants and entries.
type Relation uint8

// The relations (domain 3.5, 3.7). Any is the tie of somebody who needs none: it too has to be in the question.
const (
	RelationOwn      Relation = iota + 1 // my agency wrote it, or leads it
	RelationTeam                         // a live place in the case team
	RelationReferred                     // in an accepted package
	RelationNamed                        // a worker named on the victim's file
	RelationWard                         // the guardian of this child
	RelationClient                       // the lawyer of this victim
	RelationAny
)

const numRelations = int(RelationAny)

var relationWords = words{"", "own", "team", "referred", "named", "ward", "client", "any"}

// ParseRelation finds a relation by its word.
func ParseRelation(word string) (Relation, bool) {
	n, ok := relationWords.find(word)
	return Relation(n), ok
}

// String is the relation's word in the matrix, "" for none.
func (r Relation) String() string { return relationWords.at(uint8(r)) }

// Key is the message key of its name.
func (r Relation) Key() string { return "authz.relation." + r.String() }

// RelationSet is a set of relations; the numbers of the bits are stored in grants and never change.
type RelationSet uint8

// RelationsOf makes a set.
func RelationsOf(relations ...Relation) (set RelationSet) {
	for _, relation := range relations {
		set = set.With(relation)
	}
	return set
}

// AllRelations holds every relation.
func AllRelations() RelationSet { return 1<<numRelations - 1 }

// Has says whether the relation is in the set.
func (s RelationSet) Has(relation Relation) bool { return uint32(s)&bit(relation) != 0 }

// With is the set and this relation.
func (s RelationSet) With(relation Relation) RelationSet { return s | RelationSet(bit(relation)) }

// Without is the set less this relation.
func (s RelationSet) Without(relation Relation) RelationSet { return s &^ RelationSet(bit(relation)) }

// Each yields the relations in order.
func (s RelationSet) Each(yield func(Relation) bool) {
	for relation := RelationOwn; relation <= RelationAny; relation++ {
		if s.Has(relation) && !yield(relation) {
			return
		}
	}
}

// String lists the words, joined by commas.
func (s RelationSet) String() string {
	var list []string
	for relation := range s.Each {
		list = append(list, relation.String())
	}
	return strings.Join(list, ",")
}
