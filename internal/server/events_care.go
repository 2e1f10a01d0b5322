package server

import (
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/minor"
	"relais/internal/section"
	"relais/internal/support"
)

// needEvents brings what happened to needs to the timeline.
func needEvents(tx *gate.Tx, before gate.Cursor, n int) (events []journal.Event, err error) {
	if tx.File().Kind != gate.Victim {
		return nil, nil
	}
	list, err := support.Happened(tx, before, n)
	for i := range list {
		e := &list[i]
		events = append(events, journal.Event{At: e.At, Kind: "need", ID: e.ID, Words: "support.event", Agency: e.Agency,
			Args: map[string]any{"Need": journal.Key(section.CodeKey("services", e.Service)), "State": journal.Key("support.state." + string(e.State))},
			Link: "/victims/" + tx.File().ID + "/needs/" + e.ID})
	}
	return events, err
}

// childEvents brings what was said of an age, and guardians, to the timeline.
func childEvents(tx *gate.Tx, before gate.Cursor, n int) (events []journal.Event, err error) {
	list, err := minor.Happened(tx, before, n)
	for i := range list {
		e := &list[i]
		code := journal.Key("minor.status." + e.Code)
		if e.What == "assigned" {
			code = journal.Key("minor.service." + e.Code)
		}
		events = append(events, journal.Event{At: e.At, Kind: "child", ID: e.ID, Words: "minor.event." + e.What, Agency: e.Agency,
			Args: map[string]any{"What": code}, Link: "/victims/" + tx.File().ID + "/minor"})
	}
	return events, err
}
