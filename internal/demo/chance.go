package demo

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"relais/internal/moment"
)

// chance draws from shares; the same seed draws the same.
type chance struct {
	*rand.Rand
	quotas map[string]*quota
}

// quota counts what was drawn of a list, so that a small population follows its shares too.
type quota struct {
	drawn map[string]float64
	total float64
}

func newChance(seed uint64) *chance {
	source := rand.NewPCG(seed, 0x7265_6c61_6973) // an invented population has no secrets
	return &chance{Rand: rand.New(source), quotas: map[string]*quota{}}
}

// of draws a code by weight.
func (c *chance) of(list []share) string {
	total := 0.0
	for _, s := range list {
		total += s.weight
	}
	at := c.Float64() * total
	for _, s := range list {
		if at -= s.weight; at < 0 {
			return s.code
		}
	}
	return list[len(list)-1].code
}

// evenly draws a code for so many persons at once, what has been drawn too seldom first: chance within a frame.
func (c *chance) evenly(name string, list []share, persons int) string {
	q := c.quotas[name]
	if q == nil {
		q = &quota{drawn: map[string]float64{}}
		c.quotas[name] = q
	}
	q.total += float64(persons)
	weights, sum := make([]share, 0, len(list)), 0.0
	for _, s := range list {
		sum += s.weight
	}
	owed := 0.0
	for _, s := range list {
		lack := max(0, s.weight/sum*q.total-q.drawn[s.code])
		weights, owed = append(weights, share{s.code, lack}), owed+lack
	}
	code := c.of(weights)
	if owed == 0 {
		code = c.of(list)
	}
	q.drawn[code] += float64(persons)
	return code
}

// count notes persons whose code was not drawn but given, as in a case of one nationality.
func (c *chance) count(name, code string, persons int) {
	q := c.quotas[name]
	if q == nil {
		q = &quota{drawn: map[string]float64{}}
		c.quotas[name] = q
	}
	q.total, q.drawn[code] = q.total+float64(persons), q.drawn[code]+float64(persons)
}

// in says yes in so many of a hundred.
func (c *chance) in(percent float64) bool { return c.Float64()*100 < percent }

// between draws a number of a range such as "2-6".
func (c *chance) between(span string) int {
	low, high, _ := strings.Cut(span, "-")
	from, _ := strconv.Atoi(low)
	to, _ := strconv.Atoi(high)
	if to <= from {
		return max(from, 1)
	}
	return from + c.IntN(to-from+1)
}

// hours is a span between two numbers of hours.
func (c *chance) hours(from, to int) time.Duration {
	return time.Duration(from)*time.Hour + time.Duration(c.IntN((to-from)*60+1))*time.Minute
}

// day draws a birth date of somebody between two ages; one in fifty is born on a leap day, if the years allow it.
func (c *chance) day(now moment.Time, youngest, oldest int) string {
	days := youngest*365 + c.IntN(max((oldest-youngest)*365, 1)) + 20
	born := now.Add(-time.Duration(days) * 24 * time.Hour).Time()
	if year := born.Year(); c.in(2) && year%4 == 0 && year%100 != 0 {
		return time.Date(year, 2, 29, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	return born.Format(time.DateOnly)
}

func one[T any](c *chance, list []T) T { return list[c.IntN(len(list))] }
