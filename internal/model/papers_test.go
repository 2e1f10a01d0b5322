package model

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
)

// Papers are what the houses write of somebody's passports. They are read and passed on by who wrote them: a shelter and an
// inspectorate read their own alone; police, prosecutor and migration read those of others too, as far as they were given them.

// A paper is one passport that a house wrote down.
type paper struct{ file, house, number string }

// everybody stands for the papers of all houses.
const everybody = "*"

var (
	shelters = []string{"be.payoke", "nl.shelter"}
	readers  = []string{"be.fgp", "nl.police", "be.auditoraat", "be.dvz"} // of what others wrote
	freely   = []string{"be.dvz"}                                         // without a reason at each look
	gateways = []string{"be.rsz", "be.fgp", "be.auditoraat", "nl.police"} // whose law knows one that reaches everybody
)

func writes(house string) bool { return house != "be.auditoraat" }

// gives says whose papers a grant opens.
func (g *grant) gives(house string) bool {
	return !g.sent || slices.Contains(g.papers, everybody) || slices.Contains(g.papers, house)
}

// reads says whether a house reads a paper, at most for a reason.
func (r *rules) reads(house string, p paper) bool {
	return p.house == house || slices.Contains(readers, house) && slices.ContainsFunc(r.grants, func(g *grant) bool {
		return g.house == house && g.file == p.file && r.live(g) && g.gives(p.house)
	})
}

// passes are the houses whose papers a house may pass on, everybody's at best. Of what it wrote itself the share has to rest on what
// the rule asks for; of what it was given that may do too on which it was given.
func (r *rules) passes(house, file, basis string) (of []string) {
	consent, gateway := basis == "consent", basis == "gateway"
	met := func(g *grant) bool { return consent || gateway || g.rests != nil || g.gateway }
	for _, g := range r.grants {
		if g.house == house && g.file == file && r.live(g) && slices.Contains(readers, house) && g.gives(everybody) && met(g) {
			return []string{everybody}
		}
	}
	switch {
	case !writes(house):
	case slices.Contains(shelters, house) && consent, house == "be.rsz" && gateway, slices.Contains(readers, house) && (consent || gateway):
		of = append(of, house)
	}
	for _, g := range r.grants {
		if g.house == house && g.file == file && r.live(g) && slices.Contains(readers, house) && g.sent && met(g) {
			of = append(of, slices.DeleteFunc(slices.Clone(g.papers), func(one string) bool { return one == house })...)
		}
	}
	return of
}

// there says whether one of the houses wrote a paper in the file.
func (r *rules) there(file string, of []string) bool {
	return slices.Contains(of, everybody) || slices.ContainsFunc(r.papers, func(p paper) bool { return p.file == file && slices.Contains(of, p.house) })
}

func (g *game) notes(rt *rapid.T) {
	file := one(rt, "file", g.victims())
	g.notesThis(rt, g.insider(rt, file), file)
}

func (g *game) notesThis(rt *rapid.T, by, file string) {
	p := paper{file, g.home[by], fmt.Sprintf("P%07d", len(g.papers)+1)}
	basis := "legal_task"
	switch {
	case slices.Contains(shelters, p.house):
		basis = "consent"
	case p.house == "be.rsz":
		basis = "legal_gateway"
	}
	want := done
	switch {
	case !g.opens(by, file):
		want = absent
	case !writes(p.house):
		want = refused
	}
	_, err := g.Entries.Add(g.As(by), gate.Victim, file, authz.Identifiers, entry.Draft{Values: section.Values{"document_number": p.number}, Purpose: "protection", Basis: basis, Nature: section.Fact}, "")
	g.expect(rt, want, err, "%s notes the paper %s of %s", by, p.number, g.called(file))
	if want == done {
		g.papers = append(g.papers, p)
	}
}

// refersPapers offers the name and the papers, on the law, on a gateway or on a consent.
func (g *game) refersPapers(rt *rapid.T) {
	file := one(rt, "file", g.victims())
	to := one(rt, "house", []string{"be.dvz", "be.dvz", "be.fgp", "nl.police", "be.payoke"})
	by := g.insider(rt, file)
	basis, terms := "law", sharing.Terms{Purpose: "protection", Basis: "legal_task"}
	var c *yes
	switch choice := rapid.IntRange(0, 4).Draw(rt, "basis"); {
	case choice > 2 && len(g.consents) > 0:
		c = one(rt, "consent", g.consents[max(0, len(g.consents)-3):])
		basis, terms.Basis, terms.ConsentID = "consent", "consent", c.id
		if rapid.IntRange(0, 4).Draw(rt, "not covered") > 0 {
			file, to = c.file, c.to[0]
			by = g.insider(rt, file)
		}
	case choice > 0 && slices.Contains(gateways, g.home[by]):
		basis, terms.Basis, terms.BasisRef = "gateway", "legal_gateway", "PV 1/2026"
		if g.home[by] == "nl.police" { // the act names several, so its provision asks which one
			terms.Document.Article = "16"
		}
	}
	terms.Until = g.inDays(rt, 5, 20)
	of := g.passes(g.home[by], file, basis)
	o, want := (*offer)(nil), wrong
	if !g.opens(by, file) {
		want = absent
	} else if len(of) > 0 && g.there(file, of) {
		if o, want = g.refer(by, file, to, int64(terms.Until.EndOf()), c); want == done {
			o.papers, o.gateway = of, basis == "gateway"
		}
	}
	id, err := g.Sharing.Refer(g.As(by), file, sharing.NewReferral{DeskID: g.desk(to), Sections: []string{"identity", "identifiers"}, Urgency: sharing.Urgent,
		Reason: "shelter", Terms: terms}, "")
	g.expect(rt, want, err, "%s refers %s with papers of %v to %s until %s on %s", by, g.called(file), of, to, terms.Until, basis)
	if want == done {
		o.id = id
	}
}

// misreads compares which papers of a file a person reads for a reason, finds by their number, and takes out.
func (g *game) misreads(person, file string) string {
	house := g.home[person]
	view, err := g.Entries.Reveal(g.As(person), gate.Victim, file, authz.Identifiers, "protection")
	if err != nil && fault.KindOf(err) != fault.NotFound && fault.KindOf(err) != fault.Refused {
		return "papers: " + err.Error()
	}
	var taken string
	takes := (house == "be.dvz" || house == "be.payoke") && g.opens(person, file)
	if takes {
		c, err := g.Exchange.Export(g.As(person), gate.Victim, file, exchange.Wanted{Format: exchange.JSON, Sections: []string{"identifiers"}, Purpose: "protection",
			Reason: "meeting", Recipient: "Parket"})
		if err != nil {
			return "takes papers: " + err.Error()
		}
		text, err := c.JSON()
		if err != nil {
			return err.Error()
		}
		taken = string(text)
	}
	for _, p := range g.papers {
		if p.file != file {
			continue
		}
		reads := g.opens(person, file) && g.reads(house, p)
		if got := slices.ContainsFunc(view.Entries, func(e entry.View) bool { return e.Values["document_number"] == p.number }); got != reads {
			return fmt.Sprintf("reads the paper %s of %s: %v", p.number, g.called(file), got)
		}
		if got := strings.Contains(taken, p.number); takes && got != reads {
			return fmt.Sprintf("takes the paper %s of %s out: %v", p.number, g.called(file), got)
		}
		hits, _, err := g.Victims.Search(g.As(person), p.number)
		if err != nil {
			return "search: " + err.Error()
		}
		without := g.finds(person, file) && g.reads(house, p) && (slices.Contains(freely, house) || !slices.Contains(readers, house))
		if found := len(hits) > 0; found != without {
			return fmt.Sprintf("searching the paper %s of %s finds it %v", p.number, g.called(file), found)
		}
	}
	return ""
}
