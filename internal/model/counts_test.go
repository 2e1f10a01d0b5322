package model

import (
	"fmt"
	"slices"

	"relais/internal/worklist"
)

// miscounts compares what the landing page counts and prints.
func (g *game) miscounts(person string, view *worklist.View) string {
	var waiting, sent, changed, ending int
	for _, o := range g.offers {
		waiting += number(g.offered(person, o) && g.open(o))
		sent += number(g.sent(person, o))
	}
	for file := range g.caseOf {
		changed += number(g.finds(person, file))
		ending += number(g.ends(person, file))
	}
	want := []int{waiting, sent, changed, ending}
	if got := []int{view.WaitingCount.Number, view.SentCount.Number, len(view.Changed), view.EndingCount.Number}; !slices.Equal(got, want) {
		return fmt.Sprintf("offers that wait, offers sent, files changed, files that end soon: %v, not %v", got, want)
	}
	return ""
}

func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
