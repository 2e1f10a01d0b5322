package model

import (
	"relais/internal/consent"

	"pgregory.net/rapid"
)

func (g *game) records(rt *rapid.T) {
	file := one(rt, "file", g.victims())
	by, until := g.insider(rt, file), g.inDays(rt, 6, 30)
	to := [][]string{{"be.payoke"}, {"be.payoke", "nl.shelter"}, {"nl.police"}, {"be.dvz"}}[rapid.IntRange(0, 3).Draw(rt, "recipients")]
	n := consent.New{Sections: []string{"identity", "identifiers"}, Purposes: []string{"protection"}, AskedOn: g.Today(), Until: until, How: "written",
		Language: "vi", Explained: consent.Explanations()}
	for _, house := range to {
		n.Recipients = append(n.Recipients, consent.Recipient{AgencyID: g.Place(house).ID})
	}
	c, want := g.record(by, file, to, int64(until.EndOf()))
	id, err := g.Consents.Record(g.As(by), file, n, "")
	g.expect(rt, want, err, "%s records the consent of %s for %s until %s", by, g.called(file), to, until)
	if want == done {
		c.id = id
	}
}

func (g *game) revokes(rt *rapid.T) {
	c := one(rt, "consent", g.consents[max(0, len(g.consents)-3):])
	by := g.insider(rt, c.file)
	version := g.version("consent", c.id)
	want := g.revoke(by, c)
	_, err := g.Consents.Withdraw(g.As(by), c.file, c.id, version, "spoken", "")
	g.expect(rt, want, err, "%s takes the withdrawal of the consent of %s for %s", by, g.called(c.file), c.to)
}
