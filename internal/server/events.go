package server

import (
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/clock"
	"relais/internal/closing"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/pointer"
	"relais/internal/signal"
	"relais/internal/task"
	"relais/internal/track"
)

// events are what other slices bring to a file's timeline.
func (p *Program) events() []journal.Source {
	return []journal.Source{closing.Events, needEvents, childEvents, consentEvents, signalEvents, screeningEvents, p.tickEvents}
}

// duties are what other slices still have open on a file that somebody wants to close.
func (p *Program) duties() []closing.Duties {
	return []closing.Duties{p.openTracks, openClocks, openTasks}
}

// openTracks are the tracks that have not come to rest.
func (p *Program) openTracks(tx *gate.Tx) (list []closing.Duty, err error) {
	if tx.File().Kind != gate.Victim {
		return nil, nil
	}
	_, open, err := p.Tracks.Final(tx)
	for _, track := range open {
		list = append(list, closing.Duty{Kind: closing.Track, Args: map[string]any{"Track": journal.Key("track.track." + track)},
			Link: "/victims/" + tx.File().ID + "/tracks"})
	}
	return list, err
}

// openClocks are the legal time limits that run or rest. Of one that the caller's role does not see they say that it is there.
func openClocks(tx *gate.Tx) (list []closing.Duty, err error) {
	running, err := clock.Running(tx, tx.File().ID)
	for i := range running {
		c := &running[i]
		duty := closing.Duty{Kind: closing.Clock, Words: "closing.duty.clock_hidden"}
		if clock.Seen(tx, c) {
			duty = closing.Duty{Kind: closing.Clock, Link: notice.PathOf("clock", c.FileID, c.ID), Due: c.DueOn.EndOf()}
		}
		list = append(list, duty)
	}
	return list, err
}

// openTasks are the tasks that are not done, whoever does them.
func openTasks(tx *gate.Tx) (list []closing.Duty, err error) {
	open, err := task.OpenOf(tx, tx.File().ID)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	for i := range open {
		t := &open[i]
		list = append(list, closing.Duty{Kind: closing.Task, Args: map[string]any{"Agency": t.ToAgency}, Link: notice.PathOf("task", t.FileID, t.ID), Due: t.DueAt})
	}
	return list, nil
}

// keptFor reads what the rules for keeping ask about a file's person, as far as the caller may know it. Of a child whose
// birth nobody knows it is the latest year that it can be, so that the file is not thrown away too early.
func (p *Program) keptFor(tx *gate.Tx) (who closing.Person, err error) {
	known, err := p.Entries.In(tx, authz.Identity)
	if err != nil {
		return who, err
	}
	found := moment.DayOf(tx.File().CreatedAt)
	for i := range known {
		if birth := known[i].Values["birth_date"]; birth != "" && !who.Child {
			who.Born, who.Child = closing.Child(birth, found)
		}
	}
	facts, err := p.Tracks.PersonOf(tx, found)
	if err != nil {
		return who, err
	}
	if who.Child = who.Child || facts.Child == track.Yes; who.Child && who.Born == 0 {
		who.Born = tx.File().CreatedAt.Time().Year()
	}
	who.NoVictim, err = track.NoVictim(tx)
	return who, err
}

// ClockPerson is what clocks ask about the person of a file.
func (p *Program) ClockPerson(tx *gate.Tx) (clock.Person, error) {
	born, err := p.Victims.Born(tx)
	if err != nil {
		return clock.Person{}, err
	}
	who, err := p.Tracks.PersonOf(tx, moment.DayOf(tx.Now()))
	return clock.Person{Born: born, Child: who.Child == track.Yes, Adult: who.Child == track.No, Free: who.Free == track.Yes}, err
}

// fileErased takes what other slices keep of an erased file.
func fileErased(tx *gate.Tx, fileID string) error {
	if err := signal.FileErased(tx, fileID); err != nil {
		return err
	}
	return pointer.FileErased(tx, fileID)
}

// closingBlock says on a file's page that it is closed or held.
var closingBlock casefile.BlockOf = closing.Block
