package rulepack

import (
	"io/fs"
	"path"

	"relais/internal/moment"
)

// movementFile lists whose citizens move freely and so have no residence track.
const movementFile = "free_movement.csv"

var movementColumns = []string{"country", "valid_from", "valid_to", "source"}

// membership is the time in which citizens of a country move freely.
type membership struct {
	country  string
	from, to moment.Date
}

func (b *Book) readMovement(packs fs.FS, refusals *Refusals) {
	read(packs, path.Join(everywhere, movementFile), movementColumns, refusals, func(c *cells) {
		c.rule = c.needed("country")
		m := membership{country: c.rule}
		m.from, m.to = c.days()
		c.needed("source")
		b.members = append(b.members, m)
	})
}

// FreeMovement says whether citizens of a country (ISO 3166-1 alpha-2) move freely within the three countries on a day.
func (b *Book) FreeMovement(country string, on moment.Date) bool {
	for _, m := range b.members {
		if m.country == country && m.from <= on && (m.to == "" || on <= m.to) {
			return true
		}
	}
	return false
}
