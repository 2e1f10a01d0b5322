package server

import (
	"relais/internal/consent"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/minor"
	"relais/internal/screening"
	"relais/internal/section"
	"relais/internal/signal"
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
		switch e.What {
		case "assigned":
			code = journal.Key("minor.service." + e.Code)
		case "ended":
			code = journal.Key("minor.end_reason." + e.Code)
		}
		events = append(events, journal.Event{At: e.At, Kind: "child", ID: e.ID, Words: "minor.event." + e.What, Agency: e.Agency,
			Args: map[string]any{"What": code}, Link: "/victims/" + tx.File().ID + "/minor"})
	}
	return events, err
}

// consentEvents brings what became of consents to the timeline, without what they say.
func consentEvents(tx *gate.Tx, before gate.Cursor, n int) (events []journal.Event, err error) {
	list, err := consent.Happened(tx, before, n)
	for i := range list {
		e := &list[i]
		events = append(events, journal.Event{At: e.At, Kind: "consent", ID: e.ID, Words: "consent.event." + e.What, Agency: e.Agency,
			Link: "/victims/" + tx.File().ID + "/consents/" + e.ID})
	}
	return events, err
}

// signalEvents brings the signals that led to the file.
func signalEvents(tx *gate.Tx, before gate.Cursor, n int) (events []journal.Event, err error) {
	list, err := signal.Happened(tx, before, n)
	for i := range list {
		e := &list[i]
		events = append(events, journal.Event{At: e.At, Kind: "signal", ID: e.ID, Words: "signal.event", Agency: e.Agency,
			Link: "/" + string(tx.File().Kind) + "s/" + tx.File().ID + "#signals"})
	}
	return events, err
}

// screeningEvents brings the screenings to the timeline, without their answers.
func screeningEvents(tx *gate.Tx, before gate.Cursor, n int) (events []journal.Event, err error) {
	list, err := screening.Happened(tx, before, n)
	for i := range list {
		e := &list[i]
		words := "screening.event.added"
		if e.Changed {
			words = "screening.event.changed"
		}
		events = append(events, journal.Event{At: e.At, Kind: "screening", ID: e.ID, Words: words, Agency: e.Agency,
			Args: map[string]any{"List": journal.Key("screening.list." + e.List)}, Link: "/victims/" + tx.File().ID + "/screenings/" + e.ID})
	}
	return events, err
}

// tickEvents brings the ticks of the checklists. They lead to the list and not to the item: that tells what was done to the person.
func (p *Program) tickEvents(tx *gate.Tx, before gate.Cursor, n int) (events []journal.Event, err error) {
	list, err := p.Checklists.Happened(tx, before, n)
	for i := range list {
		e := &list[i]
		events = append(events, journal.Event{At: e.At, Kind: "checklist", ID: e.ID, Words: "checklist.event." + string(e.State), Agency: e.Agency,
			Args: map[string]any{"Item": journal.Key("checklist.item." + e.Code)}, Link: "/victims/" + tx.File().ID + "/checklist"})
	}
	return events, err
}
