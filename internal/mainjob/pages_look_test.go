package mainjob

import (
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/moment"
	"relais/internal/section"
)

// seen is a page as somebody reads it.
type seen struct{ *window }

func (p seen) card(id authz.Section) string {
	p.t.Helper()
	return p.tab.In(p.w.T(id.Key())).Text()
}

func (p seen) where(id authz.Section) string {
	return p.key + " at " + p.tab.URL() + ", " + id.String()
}

func (p seen) reads(id authz.Section, values section.Values) {
	p.t.Helper()
	card := p.card(id)
	for name, value := range values {
		field := section.Of(id).Field(name)
		contains(p.t, p.where(id), card, p.w.T(field.Key()))
		for _, line := range entry.Lines(p.w, field, value) {
			contains(p.t, p.where(id), card, line)
		}
	}
}

func (p seen) from(id authz.Section, agency string) {
	p.t.Helper()
	contains(p.t, p.where(id), p.card(id), agency)
}

func (p seen) derives(id authz.Section, f derived) {
	p.t.Helper()
	card, value := p.card(id), p.w.Day(moment.Date(f.value))
	if f.list != "" {
		value = entry.CodeName(p.w, f.list, f.value)
	}
	contains(p.t, p.where(id), card, p.w.T("section.derived."+f.name))
	contains(p.t, p.where(id), card, value)
}

func (p seen) hides(id authz.Section, why authz.Reason) {
	p.t.Helper()
	card := p.card(id)
	for _, words := range []string{p.w.T("web.hidden"), p.w.T(why.Key()), p.w.T(why.NextKey())} {
		contains(p.t, p.where(id), card, words)
	}
}

func (p seen) asks(id authz.Section) {
	p.t.Helper()
	contains(p.t, p.where(id), p.card(id), p.w.T("entry.reason_open"))
}

func (p seen) opens(id authz.Section, reason string) look {
	p.t.Helper()
	card := p.tab.In(p.w.T(id.Key()))
	card.Fill(p.w.T("entry.reason_label"), p.w.T("gate.purpose."+reason))
	card.Click(p.w.T("entry.reason_open"))
	p.arrives(200)
	p.says(p.w.T("entry.look_text"))
	return p
}

// only checks the sections that an offer shows: each of these has a card, and there is no other.
func (p seen) only(open ...authz.Section) {
	p.t.Helper()
	text := p.tab.Text()
	for _, room := range section.All() {
		wanted := false
		for _, id := range open {
			wanted = wanted || id == room.ID
		}
		if _, shown := cardTitle(p.tab.HTML(), room.ID); shown != wanted {
			p.t.Errorf("%s: shown is %v:\n%s", p.where(room.ID), shown, text)
		}
	}
}

// cardTitle finds the heading of a section's card by the id that links lead to.
func cardTitle(html string, id authz.Section) (string, bool) {
	_, rest, shown := strings.Cut(html, `id="`+id.String()+`-title">`)
	title, _, _ := strings.Cut(rest, "<")
	return title, shown
}

func (p seen) lacks(words ...string) {
	p.t.Helper()
	html := p.tab.HTML()
	for _, secret := range words {
		if strings.Contains(html, secret) {
			p.t.Errorf("%s at %s: can read %q", p.key, p.tab.URL(), secret)
		}
	}
}
