// Package demo fills an empty database with an invented Benelux: agencies under their public names, one person for each
// role, and victims with their cases drawn from published distributions. It goes through the same use cases as people do.
// It holds no real person; names are put together from lists and syllables.
package demo

import (
	"context"
	"errors"
	"time"

	"relais/internal/agency"
	"relais/internal/breach"
	"relais/internal/casefile"
	"relais/internal/checklist"
	"relais/internal/circle"
	"relais/internal/clock"
	"relais/internal/closing"
	"relais/internal/consent"
	"relais/internal/consultation"
	"relais/internal/directory"
	"relais/internal/emergency"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/minor"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/outside"
	"relais/internal/pointer"
	"relais/internal/question"
	"relais/internal/request"
	"relais/internal/restriction"
	"relais/internal/screening"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/support"
	"relais/internal/task"
	"relais/internal/track"
	"relais/internal/victim"
)

// Password and Secret open every account of the demonstration; they are printed and no secret.
const (
	Password = "Kanal-Windmolen-Ardennes-1839"
	Secret   = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
)

// Parts are the use cases that the demonstration goes through.
type Parts struct {
	Gate     *gate.Gate
	Agencies *agency.Service
	Cases    *casefile.Service
	Victims  *victim.Service
	Entries  *entry.Service
	Consents *consent.Service
	Sharing  *sharing.Service
	Tasks    *task.Service
	Tracks   *track.Service
	Clocks   *clock.Service
	Notices  *notice.Service

	Directory     *directory.Service
	Questions     *question.Service
	Pointers      *pointer.Service
	Requests      *request.Service
	Emergencies   *emergency.Service
	Circles       *circle.Service
	Consultations *consultation.Service
	Outside       *outside.Service
	Limits        *restriction.Service
	Signals       *signal.Service
	Screenings    *screening.Service
	Support       *support.Service
	Minors        *minor.Service
	Checklists    *checklist.Service
	Journal       *journal.Service
	Closing       *closing.Service
	Breaches      *breach.Service

	Tidy  func(ctx context.Context) error // what the program does by itself; may be nil
	Enrol func(ctx context.Context, workerID, password, secret string) error
	Mark  func(ctx context.Context) error // marks the installation as synthetic before anything is filled in; may be nil
	Clock *Clock
}

// Options say how much.
type Options struct {
	Victims  int // files, those of persons whom two agencies report included
	Seed     uint64
	Now      moment.Time // the day on which the demonstration ends; zero is the machine's
	Progress func(done, of int)
}

// Summary is what was filled in. Doubles are victim files of persons whom another agency has reported too.
type Summary struct {
	Agencies, People, Cases, Victims, Doubles, Referrals int
}

// span is how far back the cases of the demonstration reach: within a grant's longest life, so that all are still open.
// What was detected earlier is in them by its day of detection.
const span = 330 * 24 * time.Hour

// Clock is a time that the demonstration moves: cases come in over the past months, each a little later than the last.
type Clock struct{ at moment.Time }

// Now is the demonstration's time, and the machine's once it is through.
func (c *Clock) Now() moment.Time {
	if c.at == 0 {
		return moment.Now()
	}
	return c.at
}

// Filled says whether the demonstration was filled in before.
func Filled(ctx context.Context, p Parts) (bool, error) {
	_, err := p.Agencies.Find(gate.AsProgram(ctx, "demo"), firstAgency)
	if errors.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// Fill makes agencies, people, cases, victims and referrals; the same seed gives the same persons.
func Fill(ctx context.Context, p Parts, o Options) (Summary, error) {
	world, err := loadWorld()
	if err != nil {
		return Summary{}, err
	}
	if p.Mark != nil {
		if err := p.Mark(ctx); err != nil {
			return Summary{}, err
		}
	}
	f := newFilling(p, world, o)
	p.Clock.at = f.start
	defer func() { p.Clock.at = 0 }()
	if err := f.found(gate.AsProgram(ctx, "demo")); err != nil {
		return f.done, err
	}
	for _, i := range f.populate(max(0, o.Victims-world.storyFiles())) {
		f.plan(i.at, func(ctx context.Context) error { return f.open(ctx, i) })
	}
	f.scenes()
	f.rounds()
	err = f.run(ctx)
	return f.done, err
}

// filling is one run.
type filling struct {
	parts      Parts
	options    Options
	world      *world
	chance     *chance
	jobs       *chance // of tasks, apart, so that they move nothing else
	fates      *chance // of what befalls people later
	start, end moment.Time
	people     map[string]staff // by agency code
	led        map[string][]led // the cases of a country's police
	queue      queue
	planned    int
	done       Summary
}

func newFilling(p Parts, w *world, o Options) *filling {
	if o.Now == 0 {
		o.Now = moment.Now()
	}
	return &filling{parts: p, options: o, world: w, chance: newChance(o.Seed), jobs: newChance(o.Seed + 1), fates: newChance(o.Seed + 2),
		start: o.Now.Add(-span), end: o.Now, people: map[string]staff{}, led: map[string][]led{}}
}

// staff is an agency with its caseworker.
type staff struct {
	agency   agencyRow
	id       string
	desk     string
	workerID string
	others   map[string]string // workers by role
}
