package model

import (
	"pgregory.net/rapid"

	"relais/internal/consent"
	"relais/internal/moment"
)

func (g *game) records(rt *rapid.T) {
	file := one(rt, "file", g.victims())
	by, until := g.insider(rt, file), g.inDays(rt, 6, 30)
	to := recipients(rt)
	c, want := g.record(by, file, to, int64(until.EndOf()))
	id, err := g.Consents.Record(g.As(by), file, g.saying(to, until), "")
	g.expect(rt, want, err, "%s records the consent of %s for %s until %s", by, g.called(file), to, until)
	if want == done {
		c.id = id
	}
}

func recipients(rt *rapid.T) []string {
	return [][]string{{"be.payoke"}, {"be.payoke", "nl.shelter"}, {"nl.police"}, {"be.dvz"}}[rapid.IntRange(0, 3).Draw(rt, "recipients")]
}

// saying is what a person says of their name and papers.
func (g *game) saying(to []string, until moment.Date) consent.New {
	n := consent.New{Sections: []string{"identity", "identifiers"}, Purposes: []string{"protection"}, AskedOn: g.Today(), Until: until, How: "written",
		Language: "vi", Explained: consent.Explanations()}
	for _, house := range to {
		n.Recipients = append(n.Recipients, consent.Recipient{AgencyID: g.Place(house).ID})
	}
	return n
}

// rewords is mostly done by the house that keeps the consent, and mostly for the same or fewer.
func (g *game) rewords(rt *rapid.T) {
	c := one(rt, "consent", g.consents[max(0, len(g.consents)-3):])
	by, to, until := g.of(rt, c.by), c.to, g.inDays(rt, 2, 6, 30)
	if rapid.Bool().Draw(rt, "others") {
		to = recipients(rt)
	}
	version := g.version("consent", c.id)
	want := g.reword(by, c, to, int64(until.EndOf()))
	g.expect(rt, want, g.Consents.Change(g.As(by), c.file, c.id, version, g.saying(to, until)), "%s writes anew the consent of %s for %s until %s",
		by, g.called(c.file), to, until)
}

func (g *game) revokes(rt *rapid.T) {
	c := one(rt, "consent", g.consents[max(0, len(g.consents)-3):])
	by := g.insider(rt, c.file)
	version := g.version("consent", c.id)
	want := g.revoke(by, c)
	_, err := g.Consents.Withdraw(g.As(by), c.file, c.id, version, "spoken", "")
	g.expect(rt, want, err, "%s takes the withdrawal of the consent of %s for %s", by, g.called(c.file), c.to)
}
