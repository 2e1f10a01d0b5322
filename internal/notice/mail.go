package notice

import (
	"slices"
	"time"

	"relais/internal/fault"
	"relais/internal/moment"
)

// Cadence is how often a person wants mail.
type Cadence string

// The cadences.
const (
	Never  Cadence = "never"
	AtOnce Cadence = "at_once"
	Hourly Cadence = "hourly" // at the full hour, all notices in one
	Daily  Cadence = "daily"  // at one hour of the day, all notices in one
)

// Cadences lists the cadences.
func Cadences() []Cadence { return []Cadence{AtOnce, Hourly, Daily, Never} }

// Choice is how a person wants to be told by mail. Hours are those of the clock in Brussels; equal ones make no quiet time.
type Choice struct {
	Cadence    Cadence `db:"cadence"`
	Hour       int     `db:"hour"` // of the daily mail
	QuietFrom  int     `db:"quiet_from"`
	QuietUntil int     `db:"quiet_until"`
	Urgent     bool    `db:"-"` // what has to be done within a day comes at once, in quiet hours too
	Version    int64   `db:"version"`
}

// usual is what somebody gets who has not chosen: it wakes nobody but for what cannot wait.
var usual = Choice{Cadence: Hourly, Hour: 8, QuietFrom: 19, QuietUntil: 7, Urgent: true, Version: 1}

func (c *Choice) check() error {
	broken := fault.New(fault.Invalid, "fault.invalid")
	if !slices.Contains(Cadences(), c.Cadence) {
		broken.WithField("cadence", "fault.field_unknown_code")
	}
	for name, hour := range map[string]int{"hour": c.Hour, "quiet_from": c.QuietFrom, "quiet_until": c.QuietUntil} {
		if hour < 0 || hour > 23 {
			broken.WithField(name, "notice.no_hour")
		}
	}
	if len(broken.Fields) > 0 {
		return broken
	}
	return nil
}

// next is when a mail about something told at news goes out; ok is false where none does.
func (c *Choice) next(news moment.Time, urgent bool) (at moment.Time, ok bool) {
	if c.Cadence == Never {
		return 0, false
	}
	if urgent && c.Urgent {
		return news, true
	}
	local := news.Time().In(moment.Brussels())
	switch c.Cadence {
	case Hourly:
		local = fullHour(local)
	case Daily:
		for local = fullHour(local); !c.daily(local); local = fullHour(local) {
		}
	}
	return moment.Of(c.afterQuiet(local)), true
}

// later is when something that failed may be tried again.
func (c *Choice) later(at moment.Time) moment.Time {
	return moment.Of(c.afterQuiet(at.Time().In(moment.Brussels())))
}

// daily also takes the hour after, on the day in March on which the hour itself is left out.
func (c *Choice) daily(at time.Time) bool {
	before := at.Add(-time.Hour).Hour()
	return at.Hour() == c.Hour && before != c.Hour || at.Hour() == c.Hour+1 && before == c.Hour-1
}

func (c *Choice) afterQuiet(at time.Time) time.Time {
	for c.quiet(at.Hour()) {
		at = fullHour(at)
	}
	return at
}

func (c *Choice) quiet(hour int) bool {
	if c.QuietFrom <= c.QuietUntil {
		return c.QuietFrom <= hour && hour < c.QuietUntil
	}
	return hour >= c.QuietFrom || hour < c.QuietUntil
}

// fullHour is the next one; both offsets of the zone are whole hours.
func fullHour(at time.Time) time.Time { return at.Truncate(time.Hour).Add(time.Hour) }

// State is where a mail stands.
type State string

// The states.
const (
	Waiting State = "waiting"
	Sent    State = "sent"
	Dead    State = "dead"    // the program has given up; an administrator can have it tried again
	Dropped State = "dropped" // nothing was left to tell
)

// States lists what an administrator looks at.
func States() []State { return []State{Dead, Waiting, Sent} }

// Why a mail was dropped; why one failed is a reason of package mail.
const (
	reasonRead   = "read"   // everything had been read by then
	reasonLeft   = "left"   // the person may no longer sign in
	reasonUnwant = "unwant" // the person wants no mail any more
	reasonJoined = "joined" // another one tells it
)

const (
	mostTries = 8
	holdsFor  = 5 * time.Minute // how long an instance may take for one mail before another one tries
	mostNews  = 99              // how far new notices are counted
	keptFor   = 90 * 24 * time.Hour
)

// waits are the times between the tries; the last one repeats.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}

func waitAfter(tries int) time.Duration { return waits[min(max(tries, 1), len(waits))-1] }

// Mail is one, as administrators and its recipient see it.
type Mail struct {
	ID        string      `db:"id"`
	WorkerID  string      `db:"worker_id"`
	AgencyID  string      `db:"agency_id"`
	State     State       `db:"state"`
	SinceAt   moment.Time `db:"since_at"` // it tells of notices from then on
	News      int64       `db:"news"`     // how often there was something new while it waited
	DueAt     moment.Time `db:"due_at"`   // when it is tried next
	Tries     int         `db:"tries"`
	Reason    string      `db:"reason"` // why the last try failed, or why it was dropped
	MadeAt    moment.Time `db:"made_at"`
	SettledAt moment.Time `db:"settled_at"`
	Version   int64       `db:"version"`
	Name      string      `db:"-"` // of the recipient, for administrators of the own agency
}
