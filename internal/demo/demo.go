// Package demo fills an empty database with an invented Benelux: agencies under their public names, one person for each
// role, and victims with their cases drawn from published distributions. It goes through the same use cases as people do.
// It holds no real person; names are put together from lists and syllables.
package demo

import (
	"context"
	"errors"
	"time"

	"relais/internal/agency"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
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
	Sharing  *sharing.Service
	Enrol    func(ctx context.Context, workerID, password, secret string) error
	Clock    *Clock
}

// Options say how much.
type Options struct {
	Victims  int
	Seed     uint64
	Progress func(done, of int)
}

// SignIn is an account of the demonstration.
type SignIn struct {
	Agency string
	Role   string // caseworker, agency_admin or auditor
	Email  string
}

// Summary is what was filled in.
type Summary struct {
	Agencies, People, Cases, Victims, Referrals int
}

// span is how far back the cases of the demonstration reach: within a grant's longest life, so that all are still open.
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
	end := moment.Now()
	p.Clock.at = end.Add(-span)
	defer func() { p.Clock.at = 0 }()
	f := &filling{parts: p, world: world, chance: newChance(o.Seed), end: end, people: map[string]staff{}}
	if err := f.found(gate.AsProgram(ctx, "demo")); err != nil {
		return f.done, err
	}
	for f.done.Victims < o.Victims-len(waiting) {
		if err := f.incident(ctx, o.Victims-len(waiting)); err != nil {
			return f.done, err
		}
		if o.Progress != nil {
			o.Progress(f.done.Victims, o.Victims)
		}
	}
	return f.done, f.leaveWaiting(ctx)
}

// filling is one run.
type filling struct {
	parts  Parts
	world  *world
	chance *chance
	end    moment.Time
	people map[string]staff // by agency code
	done   Summary
}

// staff is an agency with its caseworker.
type staff struct {
	agency   agencyRow
	id       string
	desk     string
	workerID string
}
