package demo

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"relais/internal/moment"
)

// chance draws from shares; the same seed draws the same.
type chance struct{ *rand.Rand }

func newChance(seed uint64) *chance {
	return &chance{rand.New(rand.NewPCG(seed, 0x7265_6c61_6973))} // an invented population has no secrets
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

// day draws a birth date of somebody between two ages.
func (c *chance) day(now moment.Time, youngest, oldest int) string {
	days := youngest*365 + c.IntN(max((oldest-youngest)*365, 1)) + 20
	return now.Add(-time.Duration(days) * 24 * time.Hour).Time().Format(time.DateOnly)
}

func one[T any](c *chance, list []T) T { return list[c.IntN(len(list))] }
