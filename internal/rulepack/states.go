package rulepack

import "slices"

// The four tracks (domain 1.2).
const (
	Protection = "protection"
	Residence  = "residence"
	Criminal   = "criminal" // identification and criminal
	Remedy     = "remedy"
)

// Tracks lists the tracks in the order in which they are shown.
func Tracks() []string { return []string{Protection, Residence, Criminal, Remedy} }

// states are the states of each track; the first is where it begins. A final one is marked by what stands in finals.
var states = map[string][]string{
	Protection: {"signal", "detected", "presumed", "referred", "intake", "supported", "aftercare", "closed", "declined",
		"not_victim", "lost_contact", "transferred", "deceased"},
	Residence: {"not_started", "none_needed", "reflection", "provisional", "temporary", "durable", "ended_expired", "ended_withdrawn",
		"ended_refused", "asylum_track", "return"},
	Criminal: {"not_reported", "reported", "under_investigation", "identified", "not_identified", "prosecution", "judgment_1st",
		"appeal", "final", "dismissed"},
	Remedy: {"not_assessed", "claim_prepared", "claimed", "awarded", "refused", "paid", "not_pursued"},
}

var finals = map[string][]string{
	Protection: {"closed", "declined", "not_victim", "lost_contact", "transferred", "deceased"},
	Residence:  {"none_needed", "durable", "ended_expired", "ended_withdrawn", "ended_refused", "asylum_track", "return"},
	Criminal:   {"not_reported", "not_identified", "final", "dismissed"},
	Remedy:     {"refused", "paid", "not_pursued"},
}

// States lists the states of a track; the first is where it begins.
func States(track string) []string { return slices.Clone(states[track]) }

// Final says whether a track may rest in a state when the file is closed.
func Final(track, state string) bool { return slices.Contains(finals[track], state) }

func known(track, state string) bool { return slices.Contains(states[track], state) }
