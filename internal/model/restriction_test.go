package model

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/restriction"
)

func (g *game) head(rt *rapid.T) (by string, head bool) {
	by = one(rt, "who", []string{"rsz.head", "rsz.head", "fgp.head", "rsz"})
	return by, by != "rsz"
}

// file is any file of the game.
func (g *game) file(rt *rapid.T) string { return one(rt, "file", append(g.victims(), g.caseID)) }

// reference is the one by which the person's house knows the file, or one that nobody knows.
func (g *game) reference(person, file string) (reference string) {
	err := g.Database.Read(g.T.Context(), func(tx *database.Tx) error {
		return tx.Get(&reference, `SELECT COALESCE(MAX(reference), 'XX-0000') FROM file_reference WHERE file_id = :file AND agency_id = :agency`,
			database.Args{"file": file, "agency": g.Person(person).AgencyID})
	})
	if err != nil {
		g.T.Fatal(err)
	}
	return reference
}

func (g *game) excludes(rt *rapid.T) {
	by, head := g.head(rt)
	person, file := one(rt, "whom", players), g.file(rt)
	n := restriction.NewExclusion{Reference: g.reference(by, file), Email: g.Person(person).Email, Reason: "related"}
	if g.home[person] == g.home[by] {
		n.Email, n.WorkerID = "", g.Person(person).ID
	}
	ban, want := g.exclude(by, person, file, head)
	id, err := g.Limits.Exclude(g.As(by), n, "")
	g.expect(rt, want, err, "%s excludes %s from %s", by, person, g.called(file))
	if want == done {
		ban.id = id
	}
}

func (g *game) includes(rt *rapid.T) {
	ban := one(rt, "ban", g.bans)
	by, head := g.head(rt)
	version := g.version("exclusion", ban.id)
	want := g.include(by, ban, head)
	g.expect(rt, want, g.Limits.EndExclusion(g.As(by), ban.id, version), "%s lets %s into %s again", by, ban.person, g.called(ban.files[0]))
}

// magistrates are who may seal.
var magistrates = agencies["be.auditoraat"]

func (g *game) magistrate(rt *rapid.T) (by string, may bool) {
	by = g.of(rt, "be.auditoraat")
	return by, slices.Contains(magistrates, by)
}

func (g *game) seals(rt *rapid.T) {
	by, may := g.magistrate(rt)
	file := g.file(rt)
	if n := len(g.orders); n > 0 && rapid.Bool().Draw(rt, "the same file") {
		file = g.orders[n-1].file
	}
	text := fmt.Sprintf("AN45.L7.%d/2026", 1000+len(g.orders))
	kind := gate.Victim
	if file == g.caseID {
		kind = gate.Case
	}
	order, want := g.close(by, file, text, may)
	id, err := g.Limits.Seal(g.As(by), kind, file, text, "")
	g.expect(rt, want, err, "%s seals %s", by, g.called(file))
	if want == done {
		order.id = id
	}
}

func (g *game) shows(rt *rapid.T) {
	order := one(rt, "order", g.orders[max(0, len(g.orders)-2):])
	by := g.person(rt)
	text := order.text
	if rapid.IntRange(0, 3).Draw(rt, "wrong order") == 0 {
		text = "AN45.L7.1/2026"
	}
	want := g.show(by, order.file, text)
	_, err := g.Limits.Open(g.As(by), g.reference(by, order.file), text)
	g.expect(rt, want, err, "%s shows the order %s for %s", by, text, g.called(order.file))
}

func (g *game) unseals(rt *rapid.T) {
	order := one(rt, "order", g.orders)
	by, may := g.magistrate(rt)
	version := g.version("file_seal", order.id)
	want := g.unclose(by, order, may)
	g.expect(rt, want, g.Limits.Unseal(g.As(by), order.id, version, "AN45.L7.99/2026"), "%s unseals %s", by, g.called(order.file))
}
