package model

import (
	"pgregory.net/rapid"

	"relais/internal/database"
	"relais/internal/sharing"
)

func (g *game) turnsOver(rt *rapid.T) {
	by, to := g.of(rt, g.leading()), one(rt, "house", houses)
	n := sharing.NewTransfer{DeskID: g.desk(to), Reason: "competence", Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}
	var keep int64
	if rapid.Bool().Draw(rt, "keeps a place") {
		n.Keep = g.inDays(rt, 2, 15)
		keep = int64(n.Keep.EndOf())
	}
	turn, want := g.turn(by, g.caseID, to, keep)
	id, err := g.Sharing.OfferTransfer(g.As(by), g.caseID, n, "")
	g.expect(rt, want, err, "%s offers the lead to %s and stays until %q", by, to, n.Keep)
	if want == done {
		turn.id = id
	}
}

func (g *game) recentTurn(rt *rapid.T) *turn {
	return one(rt, "turn", g.turns[max(0, len(g.turns)-2):])
}

func (g *game) takesOver(rt *rapid.T) {
	turn := g.recentTurn(rt)
	by := g.of(rt, turn.house)
	version := g.version("transfer", turn.id)
	want := g.sign(by, turn, "accepted")
	_, err := g.Sharing.AcceptTransfer(g.As(by), turn.id, version)
	g.expect(rt, want, err, "%s takes the lead from %s for %s", by, turn.lead.house, turn.house)
	if want == done && turn.keep != nil && turn.keep.state == "live" {
		turn.keep.id = g.keptPlace(turn.id)
		g.places = append(g.places, turn.keep)
	}
}

func (g *game) keptPlace(transferID string) (id string) {
	err := g.Database.Read(g.T.Context(), func(tx *database.Tx) error {
		return tx.Get(&id, `SELECT keep_grant_id FROM transfer WHERE id = :id`, database.Args{"id": transferID})
	})
	if err != nil {
		g.T.Fatal(err)
	}
	return id
}

func (g *game) refusesLead(rt *rapid.T) {
	turn := g.recentTurn(rt)
	by := g.of(rt, turn.house)
	version := g.version("transfer", turn.id)
	want := g.sign(by, turn, "declined")
	g.expect(rt, want, g.Sharing.DeclineTransfer(g.As(by), turn.id, version, "no_capacity"), "%s does not take the lead from %s for %s",
		by, turn.lead.house, turn.house)
}

func (g *game) recallsLead(rt *rapid.T) {
	turn := g.recentTurn(rt)
	by := g.of(rt, turn.lead.house)
	version := g.version("transfer", turn.id)
	want := g.recall(by, turn)
	g.expect(rt, want, g.Sharing.WithdrawTransfer(g.As(by), turn.id, version), "%s takes the lead back from %s", by, turn.house)
}
