package mainjob

import (
	"regexp"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/httpkit"
	"relais/internal/testkit"
)

// TestMainJob_byTheKeyboardAlone walks the heart of the job without a mouse: an inspector signs in, opens a case and offers a victim to
// a shelter; a caseworker there signs in, reads the offer and accepts it.
func TestMainJob_byTheKeyboardAlone(t *testing.T) {
	served := testkit.Open(t, "sqlite").Serve(t)
	road := throughPages(t, served, true).(*pages)
	road.keys, road.look = true, nil // the same pages are looked at closely where they are walked with the mouse
	s := &story{Served: served, t: t, road: road, known: map[string]person{}}
	inspector := s.as("rsz").(*window)
	inspector.opensCase(site)
	s.youssef = file{"victim", served.OpenVictim("rsz", served.OpenCase("rsz"), youssefIs)}
	offered := inspector.refers(s.youssef, s.help("be.payoke", "Intake"))
	shelter := s.as("payoke").(*window)
	shelter.awaits(offered)
	shelter.seesOffer(offered).reads(authz.Identity, youssefIs)
	shelter.accepts(offered)
	shelter.sees(s.youssef).reads(authz.Identity, youssefIs)
}

// presses follows a link or presses a button.
func (p *window) presses(words string) {
	p.t.Helper()
	if !p.keys {
		p.tab.Click(words)
		return
	}
	p.tab.Reach(words)
	p.tab.Keys("Enter")
}

// ticks chooses one of a group of boxes.
func (p *window) ticks(group, words string) {
	p.t.Helper()
	if !p.keys {
		p.tab.In(group).Click(words)
		return
	}
	p.tab.In(group).Reach(words)
	p.tab.Keys("Space")
}

// writesInto answers a question with text; within is the group in which it stands, where there is one.
func (p *window) writesInto(label, text string, within ...string) {
	p.t.Helper()
	part := p.tab
	for _, name := range within {
		part = part.In(name)
	}
	if !p.keys {
		part.Fill(label, text)
		return
	}
	part.Reach(label)
	part.Keys(text)
}

// letters are those at the beginning of a choice that every keyboard has.
var letters = regexp.MustCompile(`^[A-Za-z]+`)

// longestChoice is how far down a list is gone after its first letters were typed.
const longestChoice = 60

// picks chooses the one answer of a list or of a group.
func (p *window) picks(label string, f httpkit.Field) {
	p.t.Helper()
	words := optionOf(p.t, f, f.Value)
	if !p.keys {
		p.tab.Fill(label, words)
		return
	}
	if f.Kind == httpkit.Radios {
		p.turnsTo(label, words)
		return
	}
	p.tab.Reach(label)
	p.tab.Keys(letters.FindString(words))
	for range longestChoice {
		if p.tab.Value(label) == words {
			return
		}
		p.tab.Keys("ArrowDown")
	}
	p.t.Fatalf("%s: the keyboard does not choose %q of %q", p.key, words, label)
}

// turnsTo goes into a group of choices, of which the keyboard stops at one, and on to the right one by the arrows.
func (p *window) turnsTo(group, words string) {
	p.t.Helper()
	choices := p.tab.In(group).Text()
	for range longestChoice {
		switch at := p.tab.Focus(); {
		case at == words:
			p.tab.Keys("Space")
			return
		case at != "" && strings.Contains(choices, at):
			p.tab.Keys("ArrowDown")
		default:
			p.tab.Keys("Tab")
		}
	}
	p.t.Fatalf("%s: the keyboard does not reach the choice %q", p.key, words)
}
