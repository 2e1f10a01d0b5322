package mainjob

import (
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/section"
	"relais/internal/testkit"
)

// begun is the form of an entry, open in a browser.
type begun struct {
	*window
	section authz.Section
}

func (p *window) begins(at file, id authz.Section) edit {
	p.t.Helper()
	p.open(at.path())
	p.tab.In(p.w.T(id.Key())).Click(p.w.T("entry.edit"))
	p.arrives(200)
	return begun{p, id}
}

// types over the fields; the grounds stay as they are.
func (b begun) fillIn(values section.Values) {
	b.t.Helper()
	b.fill(entry.Fields(b.w, b.section, values, "")...)
	b.tab.Click(b.w.T("entry.save"))
}

func (b begun) saves(values section.Values) {
	b.t.Helper()
	b.fillIn(values)
	b.arrives(200)
	b.says(b.w.T("entry.saved"))
}

func (b begun) collides(values section.Values) conflict {
	b.t.Helper()
	b.fillIn(values)
	b.arrives(409)
	return collision{b}
}

// collision is the page with both versions.
type collision struct{ begun }

func (c collision) isWith(first testkit.Person) {
	c.t.Helper()
	c.says(c.w.T("entry.conflict_text", "By", first.Given+" "+first.Family))
}

func (c collision) compares(field, mine, theirs string) {
	c.t.Helper()
	row := c.tab.In(c.label(field)).Text()
	for _, text := range []string{mine, theirs} {
		contains(c.t, c.key+" at "+c.tab.URL()+", "+field, row, text)
	}
}

func (c collision) label(field string) string {
	return c.w.T(section.Of(c.section).Field(field).Key())
}

func (c collision) merges(keep map[string]string) {
	c.t.Helper()
	for field, which := range keep {
		c.tab.In(c.w.T("entry.conflict_caption")).Click(c.w.T("web.keep_"+which) + " (" + c.label(field) + ")")
	}
	c.click(c.w.T("entry.save_merged"))
	c.says(c.w.T("entry.saved"))
}

func (p *window) remembers(at file, id authz.Section, versions int, texts ...string) {
	p.t.Helper()
	p.open(at.path())
	p.tab.In(p.w.T(id.Key())).Click(p.w.T("entry.history"))
	p.arrives(200)
	for version := range versions {
		p.says(p.w.T("entry.version", "Number", version+1))
	}
	for _, text := range texts {
		p.says(text)
	}
}
