package rulepack

import (
	"slices"

	"relais/internal/moment"
)

// Pack is the version of a country's pack that is in force on a day; ok is false for a country without one and for a day
// before its first line. Every page of a victim file asks for it, so the versions are put together once, when the book is loaded.
func (b *Book) Pack(country string, on moment.Date) (p *Pack, ok bool) {
	versions, known := b.packs[Country(country)]
	if !known {
		return nil, false
	}
	p = &Pack{Country: Country(country)}
	for _, v := range versions {
		if v.Version > on {
			break
		}
		p = v
	}
	return p, p.own()
}

// ReadingOf is the reading of a country's rule that is in force on a day, or that began on another one where the law has ended without a
// successor: what runs by it runs on by it.
func (b *Book) ReadingOf(rule, country string, on, from moment.Date) (ClockRule, bool) {
	if p, ok := b.Pack(country, on); ok {
		if r, ok := p.Clock(rule); ok {
			return r, true
		}
	}
	for i := range b.clocks {
		if r := &b.clocks[i]; r.Rule == rule && r.From == from && (r.Country == "" || string(r.Country) == country) {
			return *r, true
		}
	}
	return ClockRule{}, false
}

// bind puts the versions of each country together: a new one on every day on which a line began, or the day after one ended.
func (b *Book) bind() {
	b.packs = map[Country][]*Pack{}
	for _, country := range Countries() {
		versions := []*Pack{}
		for _, day := range b.turns(country) {
			versions = append(versions, b.version(country, day))
		}
		b.packs[country] = versions
	}
}

func (b *Book) turns(country Country) (days []moment.Date) {
	turn := func(from, to moment.Date) {
		days = append(days, from)
		if to != "" {
			days = append(days, to.AddDays(1))
		}
	}
	for i := range b.clocks {
		if r := &b.clocks[i]; r.Country == "" || r.Country == country {
			turn(r.From, r.To)
		}
	}
	for i := range b.moves {
		if m := &b.moves[i]; m.Country == country {
			turn(m.ValidFrom, m.ValidTo)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

func (b *Book) version(country Country, on moment.Date) *Pack {
	p := &Pack{Country: country, Version: on}
	for i := range b.clocks {
		if r := &b.clocks[i]; (r.Country == "" || r.Country == country) && r.holds(on) {
			p.Clocks = append(p.Clocks, *r)
		}
	}
	for i := range b.moves {
		if m := &b.moves[i]; m.Country == country && m.holds(on) {
			p.AllMoves = append(p.AllMoves, *m)
		}
	}
	return p
}

// own says whether anything in a pack is the country's own.
func (p *Pack) own() bool {
	return len(p.AllMoves) > 0 || slices.ContainsFunc(p.Clocks, func(r ClockRule) bool { return r.Country != "" })
}
