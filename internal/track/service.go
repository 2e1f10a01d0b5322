package track

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/section"
)

// Actions, as they stand in the trail.
var (
	showAction = gate.OnFile("track.show")
	formAction = gate.OnFile("track.form").Form()
	moveAction = gate.OnFile("track.move")
)

// Clocks are what a move starts and ends, and what of it is undone; the clock slice hands them in.
type Clocks struct {
	Start func(tx *gate.Tx, rule, country string, on moment.Date) error
	End   func(tx *gate.Tx, rule string, on moment.Date, why string) error
	Undo  func(tx *gate.Tx, starts, ends []string, at moment.Time) error // of a step that was struck, recorded at that instant
}

// Service is what people do with the tracks.
type Service struct {
	gate    *gate.Gate
	entries *entry.Service
	book    *rulepack.Book
	clocks  Clocks
	age     Age
}

// NewService makes the service; age may be nil.
func NewService(g *gate.Gate, entries *entry.Service, book *rulepack.Book, clocks Clocks, age Age) *Service {
	return &Service{gate: g, entries: entries, book: book, clocks: clocks, age: age}
}

// Show gives the four tracks of a victim file as the caller may see them, with their history and what may come next.
func (s *Service) Show(ctx context.Context, victimID string) (view View, file gate.FileRow, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		file = tx.File()
		view, err = s.look(tx)
		if err == nil {
			err = s.open(tx, view.Lanes)
		}
		if err == nil {
			err = appeals(tx, view.Lanes)
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return view, file, err
}

// look is the view inside a running look, without documents and notes.
func (s *Service) look(tx *gate.Tx) (view View, err error) {
	steps, err := stepsOf(tx)
	if err != nil {
		return view, err
	}
	h, err := homeOf(tx)
	if err != nil {
		return view, err
	}
	today := moment.DayOf(tx.Now())
	if view.Person, err = s.facts(tx, today); err != nil {
		return view, err
	}
	courses := coursesOf(steps, h.Country)
	view.NoRemoval = removalBar(courses) != ""
	for i := range courses {
		if l := s.laneOf(tx, &courses[i], view.Person, today); !l.Void || l.Show == authz.Full || len(l.May) > 0 {
			view.Lanes = append(view.Lanes, l)
		}
	}
	for _, track := range rulepack.Tracks() { // what the caller's own country could begin
		if c := courseOf(steps, track, tx.Actor().Country); len(c.steps) == 0 && len(steps) > 0 && !hasCourse(courses, &c) {
			if l := s.laneOf(tx, &c, view.Person, today); len(l.May) > 0 {
				view.Lanes = append(view.Lanes, l)
			}
		}
	}
	return view, nil
}

func hasCourse(courses []course, c *course) bool {
	for i := range courses {
		if courses[i].track == c.track && courses[i].country == c.country {
			return true
		}
	}
	return false
}

// laneOf shows a course to the caller; a closed one is recorded as a refusal.
func (s *Service) laneOf(tx *gate.Tx, c *course, who Person, today moment.Date) Lane {
	id := SectionOf(c.track)
	tx.Look(id)
	d, ownOnly := sight(tx, c)
	l := c.lane(d, tx.Actor().Kind)
	if ownOnly {
		l.Steps = slices.DeleteFunc(slices.Clone(l.Steps), func(st Step) bool { return st.AgencyID != tx.Actor().AgencyID })
	}
	if l.Show != authz.Hidden {
		tx.Shown(id, d)
	}
	if tx.File().Closed() { // nothing is recorded on a closed file
		return l
	}
	if n := len(c.steps); n > 0 && c.mayStrike(tx, &c.steps[n-1]) == nil {
		l.CanStrike = &c.steps[n-1]
	}
	pack, _ := s.book.Pack(c.country, today)
	moves := movesFor(pack, c, who)
	if l.Show == authz.Full {
		l.Moves = moves
	}
	for i := range moves {
		if s.decides(tx, &moves[i], c) == nil {
			l.May = append(l.May, moves[i])
		}
	}
	return l
}

// sight is how much of a track the caller sees: as much as of its section. Who may write the section was asked to decide, and sees
// the state and the own steps, whatever was shared (ownOnly). Of protection whoever works on the file sees as much as it takes to
// help.
func sight(tx *gate.Tx, c *course) (d gate.Decision, ownOnly bool) {
	id := SectionOf(c.track)
	if d = tx.Decide(id, authz.Read); d.Show == authz.Full {
		return d, false
	}
	if w := tx.Decide(id, authz.Write); w.Show == authz.Full {
		return w, true
	}
	if c.track == rulepack.Protection && d.Show < authz.Derived && gate.Holds(tx.Actor(), tx.Actor().Kind) {
		d.Show = authz.Derived
	}
	return d, false
}

// decides refuses somebody who does not decide on a move: another country, another kind of agency, or a track that is closed.
func (s *Service) decides(tx *gate.Tx, m *rulepack.Move, c *course) error {
	actor := tx.Actor()
	d, _ := sight(tx, c)
	if !d.Allowed() {
		return gate.Refusal(SectionOf(c.track), d)
	}
	rule, enough := m.Name(), d.Show == authz.Full || classOf(c.track, c.state(), actor.Kind) != "" && c.track != rulepack.Criminal // who detects a person sees what it takes to help
	if !enough {                                                                                                                    // who does not see the state is not told it
		rule = c.track + ":>" + m.To
	}
	if !enough || !gate.Holds(actor, actor.Kind) || actor.Country != c.country || !m.DecidedBy(string(actor.Kind), actor.Units...) {
		return fault.New(fault.Invalid, "fault.invalid").WithField("to", "track.not_decider", "Rule", rule)
	}
	return nil
}

// open reads the documents and notes of the steps that are shown.
func (s *Service) open(tx *gate.Tx, lanes []Lane) error {
	for i := range lanes {
		steps := make([]Step, len(lanes[i].Steps))
		copy(steps, lanes[i].Steps)
		for j := range steps {
			st := &steps[j]
			said, err := reveal(tx, st, 1, st.Sealed)
			if err != nil {
				return err
			}
			struck, err := reveal(tx, st, strikeVersion, st.Strike.Sealed)
			if err != nil {
				return err
			}
			st.Document, st.Note, st.Strike.Note = said["document"], said["note"], struck["note"]
		}
		lanes[i].Steps = steps
	}
	return nil
}

// reveal reads what was sealed with a step, or with its strike.
func reveal(tx *gate.Tx, st *Step, version int64, sealed []byte) (section.Values, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	shown, err := tx.Reveal(&gate.EntryRow{ID: st.ID, Section: SectionOf(st.Track).String(), AgencyID: st.AgencyID, Version: version, Sealed: sealed})
	return shown.Values, err
}

// New is a step that somebody records. Its country is that of the caller's agency: an authority decides at home.
type New struct {
	Track     string
	To        string
	On        moment.Date
	Person    string   // adult or child, where the law has a step for each and the age is not known
	Confirmed []string // conditions that whoever decides confirms
	Document  string   // reference of the document behind it; sealed
	Note      string   // sealed
}

// Form is what the form for a step shows.
type Form struct {
	File   gate.FileRow
	Lane   Lane
	Move   rulepack.Move
	Person Person
}

// Form gives the form for one move, if the caller decides on it.
func (s *Service) Form(ctx context.Context, victimID, track, to, person string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if !slices.Contains(rulepack.Tracks(), track) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		steps, err := stepsOf(tx)
		if err != nil {
			return audit.Event{}, err
		}
		today := moment.DayOf(tx.Now())
		who, err := s.facts(tx, today)
		if err != nil {
			return audit.Event{}, err
		}
		who.Unpresumed = s.unpresumed(steps, tx.Actor().Country, today)
		c := courseOf(steps, track, tx.Actor().Country)
		form = Form{File: tx.File(), Lane: s.laneOf(tx, &c, who, today), Person: who}
		for _, m := range form.Lane.May {
			if m.To == to && (m.Person == person || m.Person == rulepack.Anybody || person == "") {
				form.Move = m
				return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, nil
			}
		}
		return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
	})
	return form, err
}

// Move records a step. version is the one that the caller began with: nobody moves a track that has moved meanwhile. The same
// once key with the same content gives the same step again.
func (s *Service) Move(ctx context.Context, victimID string, n New, version int64, once string) (stepID string, err error) {
	err = s.gate.Write(ctx, moveAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		fields := []string{"track." + n.Track}
		id, again, err := tx.Once(once, fmt.Sprint(victimID, version, n), func() (string, error) {
			made, presumes, err := s.move(tx, n, version)
			if presumes {
				fields = append(fields, "track."+rulepack.Protection)
			}
			return made, err
		})
		stepID = id
		if again || err != nil {
			return audit.Event{Op: audit.Consult, Subject: id}, err
		}
		return audit.Event{Op: audit.Alter, Subject: id, SubjectCategory: "victim", Fields: fields}, nil
	})
	return stepID, err
}

// seal closes a document's reference and a note under the file's key of the track's section.
func seal(tx *gate.Tx, st *Step) ([]byte, error) {
	values := section.Values{}
	for name, text := range map[string]string{"document": st.Document, "note": st.Note} {
		if text != "" {
			values[name] = text
		}
	}
	if len(values) == 0 {
		return nil, nil
	}
	return tx.Seal(SectionOf(st.Track), st.ID, 1, values)
}

// Final says whether all four tracks have come to rest, and which have not. Who moves freely needs no residence track.
func (s *Service) Final(tx *gate.Tx) (bool, []string, error) {
	steps, err := stepsOf(tx)
	if err != nil {
		return false, nil, err
	}
	h, err := homeOf(tx)
	if err != nil {
		return false, nil, err
	}
	who, err := s.facts(tx, moment.DayOf(tx.Now()))
	open := unfinished(coursesOf(steps, h.Country), who)
	return len(open) == 0, open, err
}
