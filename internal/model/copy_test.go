package model

import (
	"fmt"
	"strings"

	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
)

// takesWrongly compares what a person can take out of a file: a copy with the name in it, or nothing, as if there were no file.
func (g *game) takesWrongly(person, file string) string {
	kind, section := gate.Victim, "identity"
	if file == g.caseID {
		kind, section = gate.Case, "labour"
	}
	c, err := g.Exchange.Export(g.As(person), kind, file, exchange.Wanted{Format: exchange.JSON, Sections: []string{section}, Purpose: "protection",
		Reason: "meeting", Recipient: "Parket"})
	want := absent
	if g.opens(person, file) {
		want = done
	}
	if outcome(fault.KindOf(err)) != want {
		return fmt.Sprintf("takes a copy of %s: %v", g.called(file), err)
	}
	text, err := c.JSON()
	if err != nil {
		return err.Error()
	}
	for other, name := range g.names {
		if holds := strings.Contains(string(text), name); holds != (want == done && other == file) {
			return fmt.Sprintf("the copy of %s holds %s: %v", g.called(file), name, holds)
		}
	}
	return ""
}
