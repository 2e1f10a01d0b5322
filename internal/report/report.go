// Package report makes figures: how long referrals wait between two agencies and how they end, and what came of signals. It only
// reads, for the people who answer for an agency, and of their own agency alone.
// It exports no file and shows no person: what fewer than five share is not told.
package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Fewest is how many there have to be before a figure is told: fewer could point at a person.
const Fewest = 5

// Period is one calendar quarter in Brussels, the running one until today. There is no other: of periods that overlap somebody could
// subtract one from another, and read a number that neither tells.
type Period struct {
	Quarter string `json:"quarter" doc:"YYYY-Qn"`
	From    string `json:"from" doc:"First day"`
	Until   string `json:"until" doc:"Last day; today in the running quarter"`

	since, end moment.Time
}

// newPeriod reads a quarter that has begun; none is the running one.
func newPeriod(quarter string, now moment.Time) (Period, error) {
	today := now.Time().In(moment.Brussels())
	running := quarterOf(today)
	if quarter == "" {
		quarter = running
	}
	first, ok := firstOf(quarter)
	if !ok || quarter > running {
		return Period{}, fault.New(fault.Invalid, "fault.invalid").WithField("quarter", "report.period")
	}
	next := first.AddDate(0, 3, 0)
	until := min(next.AddDate(0, 0, -1).Format(time.DateOnly), today.Format(time.DateOnly))
	return Period{Quarter: quarter, From: first.Format(time.DateOnly), Until: until, since: startOf(first), end: startOf(next)}, nil
}

func quarterOf(day time.Time) string {
	return fmt.Sprintf("%04d-Q%d", day.Year(), (int(day.Month())+2)/3)
}

// firstOf is the first day of a quarter, which is written in one way only.
func firstOf(quarter string) (time.Time, bool) {
	year, number, _ := strings.Cut(quarter, "-Q")
	day, err := time.Parse("2006", year)
	if err != nil || len(number) != 1 || number < "1" || number > "4" {
		return time.Time{}, false
	}
	return day.AddDate(0, 3*int(number[0]-'1'), 0), true
}

// startOf is the first instant of a day.
func startOf(day time.Time) moment.Time {
	return moment.Of(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, moment.Brussels()))
}

// Pair is what happened to the referrals from one agency to a desk of another in a period, one of the two being the reader's.
type Pair struct {
	FromAgencyID string `json:"from_agency_id"`
	FromAgency   string `json:"from_agency"`
	ToAgencyID   string `json:"to_agency_id"`
	ToAgency     string `json:"to_agency"`
	ToDeskID     string `json:"to_desk_id"`
	ToDesk       string `json:"to_desk"`

	Number  int     `json:"number"`            // 0 where there were fewer than five; then nothing else is told either
	Answer  *Times  `json:"answer,omitempty"`  // from the offer to the first answer
	Service *Times  `json:"service,omitempty"` // from the acceptance until the desk completed it with an outcome, which both sides know
	InTime  *int    `json:"in_time,omitempty"` // per cent of those that had to be answered by now, answered within their 24 or 72 hours
	Ends    []Count `json:"ends"`              // how they stand or ended, the most frequent first
	MayOpen int     `json:"may_open"`          // how many of them the reader may open: as many as List gives
}

// Times are a median and a ninth decile, by nearest rank; nil where fewer than five took their time. How many did is not told:
// subtracted from the pair's number it could leave fewer than five.
type Times struct {
	Median time.Duration `json:"median" doc:"Nanoseconds"`
	P90    time.Duration `json:"p90" doc:"Nanoseconds"`
}

// Count is how many share a code: offered, accepted, withdrawn, expired, declined.<reason>, completed.<outcome>, or rest for what
// is too rare to be told apart.
type Count struct {
	Code   string `json:"code"`
	Number int    `json:"number"`
}

const rest = "rest"

// referral is one as the figures need it: codes and instants.
type referral struct {
	FromAgencyID  string      `db:"from_agency_id"`
	FromAgency    string      `db:"from_agency"`
	ToAgencyID    string      `db:"to_agency_id"`
	ToAgency      string      `db:"to_agency"`
	ToDeskID      string      `db:"to_desk_id"`
	ToDesk        string      `db:"to_desk"`
	State         string      `db:"state"`
	OfferedAt     moment.Time `db:"offered_at"`
	DueAt         moment.Time `db:"due_at"`
	AnsweredAt    moment.Time `db:"answered_at"`
	CompletedAt   moment.Time `db:"completed_at"`
	DeclineReason string      `db:"decline_reason"`
	Outcome       string      `db:"outcome"`
	MayOpen       bool        `db:"may_open"`
}

// answered says whether the desk said yes or no.
func (r *referral) answered() bool {
	return r.State == "accepted" || r.State == "declined" || r.State == "completed"
}

func (r *referral) code() string {
	switch r.State {
	case "declined":
		return "declined." + r.DeclineReason
	case "completed":
		return "completed." + r.Outcome
	}
	return r.State
}

// pairsOf puts referrals together by sender, receiver and desk.
func pairsOf(list []referral, now moment.Time) []Pair {
	groups := map[[2]string][]*referral{}
	for i := range list {
		key := [2]string{list[i].FromAgencyID, list[i].ToDeskID}
		groups[key] = append(groups[key], &list[i])
	}
	pairs := make([]Pair, 0, len(groups))
	for _, group := range groups {
		pairs = append(pairs, pairOf(group, now))
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.FromAgency, b.FromAgency), cmp.Compare(a.ToAgency, b.ToAgency), cmp.Compare(a.ToDesk, b.ToDesk), cmp.Compare(a.ToDeskID, b.ToDeskID))
	})
	return pairs
}

func pairOf(group []*referral, now moment.Time) Pair {
	one := group[0]
	p := Pair{FromAgencyID: one.FromAgencyID, FromAgency: one.FromAgency, ToAgencyID: one.ToAgencyID, ToAgency: one.ToAgency,
		ToDeskID: one.ToDeskID, ToDesk: one.ToDesk, Ends: []Count{}}
	ends := map[string]int{}
	var answers, services []time.Duration
	asked, inTime := 0, 0
	for _, r := range group {
		ends[r.code()]++
		if r.MayOpen {
			p.MayOpen++
		}
		if r.answered() {
			answers = append(answers, r.AnsweredAt.Sub(r.OfferedAt))
		}
		if r.State == "completed" {
			services = append(services, r.CompletedAt.Sub(r.AnsweredAt))
		}
		if r.answered() || r.State == "expired" || r.State == "offered" && r.DueAt <= now {
			asked++
			inTime += one01(r.answered() && r.AnsweredAt <= r.DueAt)
		}
	}
	if len(group) < Fewest {
		return p
	}
	p.Number, p.Answer, p.Service, p.Ends = len(group), timesOf(answers), timesOf(services), fold(ends)
	if asked >= Fewest {
		share := int(math.Round(float64(inTime) * 100 / float64(asked)))
		p.InTime = &share
	}
	return p
}

func one01(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// timesOf is nil for fewer than five.
func timesOf(took []time.Duration) *Times {
	if len(took) < Fewest {
		return nil
	}
	slices.Sort(took)
	rank := func(share float64) time.Duration { return took[int(math.Ceil(share*float64(len(took))))-1] }
	return &Times{Median: rank(0.5), P90: rank(0.9)}
}

// fold keeps the codes that at least five share and puts the others together. Where those are fewer than five too, the rarest of
// the kept ones goes with them, so that nothing can be found by subtraction.
func fold(counts map[string]int) []Count {
	kept, others := []Count{}, 0
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		if counts[code] >= Fewest {
			kept = append(kept, Count{Code: code, Number: counts[code]})
		} else {
			others += counts[code]
		}
	}
	slices.SortStableFunc(kept, func(a, b Count) int { return cmp.Compare(b.Number, a.Number) })
	if others > 0 && others < Fewest && len(kept) > 0 {
		others += kept[len(kept)-1].Number
		kept = kept[:len(kept)-1]
	}
	if others > 0 {
		kept = append(kept, Count{Code: rest, Number: others})
	}
	return kept
}

func notFound() error { return fault.New(fault.NotFound, "gate.not_found") }

// mayRead: figures are for who answers for a desk and for who keeps the agency.
func mayRead(tx *gate.Tx) error {
	if tx.Actor().Supervisor || administers(tx) {
		return nil
	}
	return notFound()
}
