package model

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"relais/internal/circle"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/sharing"
)

// desks are all houses: what works on a case, and the office that does not.
var desks = append([]string{"be.dvz"}, houses...)

func (g *game) gathers(rt *rapid.T) {
	if len(g.rings) == 2 {
		rt.Skip("enough circles")
	}
	by := g.person(rt)
	others := slices.DeleteFunc(rapid.SliceOfNDistinct(rapid.SampledFrom(desks), 2, 4, rapid.ID[string]).Draw(rt, "houses"),
		func(house string) bool { return house == g.home[by] })
	until := g.inDays(rt, 3, 30)
	n := circle.New{Name: "Cel Haven", DeskID: g.desk(g.home[by]), Purpose: "protection", Until: until}
	for _, house := range others {
		n.Desks = append(n.Desks, g.desk(house))
	}
	c := g.gather(by, others, int64(until.EndOf()))
	id, err := g.Circles.Create(g.As(by), n, "")
	g.expect(rt, done, err, "%s makes a circle of %v until %s", by, c.in, until)
	c.id = id
}

func (g *game) circle(rt *rapid.T) *ring { return one(rt, "circle", g.rings) }

// member is mostly somebody of the circle's owner, or of another house in it.
func (g *game) member(rt *rapid.T, c *ring) string {
	if rapid.IntRange(0, 2).Draw(rt, "not the owner") == 0 {
		return g.of(rt, one(rt, "member", c.in))
	}
	return g.of(rt, c.owner)
}

func (g *game) sharesAround(rt *rapid.T) {
	c, file := g.circle(rt), one(rt, "file", g.victims())
	by := g.insider(rt, file)
	if rapid.Bool().Draw(rt, "of the circle") {
		by = g.member(rt, c)
	}
	until := g.inDays(rt, 1, 5, 20)
	s, want := g.spread(by, file, c, int64(until.EndOf()))
	id, err := g.Circles.Share(g.As(by), file, circle.NewShare{CircleID: c.id, Sections: []string{"identity"},
		Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task", Until: until}}, "")
	g.expect(rt, want, err, "%s shares %s with the circle of %v until %s", by, g.called(file), c.in, until)
	if want == done {
		s.id = id
	}
}

func (g *game) enrols(rt *rapid.T) {
	c, house, old := g.circle(rt), one(rt, "house", desks), rapid.IntRange(0, 3).Draw(rt, "the new only") > 0
	by := g.member(rt, c)
	version := g.version("circle", c.id)
	want := g.enrol(by, c, house, old)
	_, err := g.Circles.Join(g.As(by), c.id, g.desk(house), old, version)
	g.expect(rt, want, err, "%s takes %s into the circle of %s, with what was shared: %v", by, house, c.owner, old)
}

func (g *game) quits(rt *rapid.T) {
	c := g.circle(rt)
	house := one(rt, "house", c.in)
	by := g.member(rt, c)
	if rapid.Bool().Draw(rt, "by itself") {
		by = g.of(rt, house)
	}
	member, version := g.memberID(c, house), g.version("circle", c.id)
	want := g.quit(by, c, house)
	g.expect(rt, want, g.Circles.Leave(g.As(by), c.id, member, version), "%s takes %s out of the circle of %s", by, house, c.owner)
}

func (g *game) memberID(c *ring, house string) (id string) {
	err := g.Database.Read(g.T.Context(), func(tx *database.Tx) error {
		return tx.Get(&id, `SELECT id FROM circle_member WHERE circle_id = :circle AND desk_id = :desk AND ended_at = 0`,
			database.Args{"circle": c.id, "desk": g.desk(house)})
	})
	if err != nil {
		g.T.Fatal(err)
	}
	return id
}

func (g *game) dissolves(rt *rapid.T) {
	c := g.circle(rt)
	by := g.member(rt, c)
	version := g.version("circle", c.id)
	want := g.dissolve(by, c)
	g.expect(rt, want, g.Circles.Close(g.As(by), c.id, version), "%s closes the circle of %s", by, c.owner)
}

func (g *game) takesBack(rt *rapid.T) {
	s := one(rt, "share", g.spreads[max(0, len(g.spreads)-3):])
	by := g.of(rt, s.by)
	version := g.version("circle_share", s.id)
	want := g.unspread(by, s)
	g.expect(rt, want, g.Circles.EndShare(g.As(by), s.ring.id, s.id, version), "%s takes %s back from the circle of %s",
		by, g.called(s.file), s.ring.owner)
}

// misgathers compares who knows of a circle, how many desks it has, and which files somebody is shown in it.
func (g *game) misgathers(person string) string {
	for _, c := range g.rings {
		view, err := g.Circles.Show(g.As(person), c.id)
		if got := err == nil; got != g.rules.knows(person, c) || err != nil && fault.KindOf(err) != fault.NotFound {
			return fmt.Sprintf("knows the circle of %s: %v", c.owner, err)
		}
		if err != nil {
			continue
		}
		if len(view.Members) != len(c.in) {
			return fmt.Sprintf("the circle of %s has %d desks, not %v", c.owner, len(view.Members), c.in)
		}
		for _, s := range g.spreads {
			got := slices.ContainsFunc(view.Shares, func(v circle.Share) bool { return v.ID == s.id })
			if want := s.ring == c && g.stands(s) && g.finds(person, s.file); got != want {
				return fmt.Sprintf("sees %s in the circle of %s: %v", g.called(s.file), c.owner, got)
			}
		}
	}
	return ""
}
