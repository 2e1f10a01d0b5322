package model

import (
	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/emergency"
	"relais/internal/victim"
)

func (g *game) alarms(rt *rapid.T) {
	file, by := one(rt, "file", g.victims()), "fgp"
	if rapid.IntRange(0, 4).Draw(rt, "anybody") == 0 {
		by = g.insider(rt, file)
	}
	d, want := g.alarm(by, file)
	id, err := g.Emergencies.Open(g.As(by), file, emergency.New{Sections: []string{authz.SafeContact.String()}, Danger: true, Reason: "abduction",
		Note: "Seen in a car with the employer an hour ago."}, "")
	g.expect(rt, want, err, "%s opens %s in danger to life", by, g.called(file))
	if want == done {
		d.id = id
	}
}

func (g *game) danger(rt *rapid.T) *danger {
	return one(rt, "danger", g.dangers[max(0, len(g.dangers)-2):])
}

func (g *game) confirms(rt *rapid.T) {
	d := g.danger(rt)
	by := g.of(rt, g.home[d.by])
	version := g.version("emergency", d.id)
	want := g.second(by, d)
	g.expect(rt, want, g.Emergencies.Confirm(g.As(by), d.id, version), "%s confirms the danger to %s", by, g.called(d.file))
}

func (g *game) calms(rt *rapid.T) {
	d := g.danger(rt)
	by := g.of(rt, g.home[d.by])
	version := g.version("emergency", d.id)
	want := g.calm(by, d)
	g.expect(rt, want, g.Emergencies.Close(g.As(by), d.id, version), "%s closes the danger to %s", by, g.called(d.file))
}

// sheltered says whether a file shows somebody of the police what keeps the person hidden: by danger alone.
func sheltered(view *victim.View) (open bool) {
	for _, s := range view.Sections {
		open = open || s.Section == authz.SafeContact && s.OthersOpen
	}
	return open
}
