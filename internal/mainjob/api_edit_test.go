package mainjob

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/section"
	"relais/internal/testkit"
)

// read is an entry as somebody read it before writing.
type read struct {
	*caller
	entry entry.Body
	etag  string
}

func (c *caller) begins(at file, id authz.Section) edit {
	c.t.Helper()
	entries := c.sees(at).(received).section(id).Entries
	own := slices.IndexFunc(entries, func(e entry.Body) bool { return e.CanEdit })
	if own < 0 {
		c.t.Fatalf("%s: has no entry of its own in %s", c.key, id)
	}
	r := read{caller: c}
	answer := c.calls.JSON("GET", v1("/entries/"+entries[own].ID), nil).Want(http.StatusOK).Into(&r.entry)
	r.etag = answer.Header.Get("ETag")
	return &r
}

// puts writes the next version on the one that was read.
func (r *read) puts(values section.Values) testkit.Answer {
	r.t.Helper()
	whole := maps.Clone(r.entry.Values)
	maps.Copy(whole, values)
	return r.calls.JSON("PUT", v1("/entries/"+r.entry.ID), map[string]any{"values": whole, "purpose": r.entry.Purpose, "basis": r.entry.Basis,
		"nature": r.entry.Nature}, "If-Match", r.etag)
}

func (r *read) saves(values section.Values) {
	r.t.Helper()
	answer := r.puts(values).Want(http.StatusOK).Into(&r.entry)
	r.etag = answer.Header.Get("ETag")
}

func (r *read) collides(values section.Values) conflict {
	r.t.Helper()
	problem := r.puts(values).Want(http.StatusConflict).Problem()
	c := difference{read: r}
	here(r.t, json.Unmarshal(problem.Diff, &c.diff))
	return c
}

// difference is the problem with both versions.
type difference struct {
	*read
	diff entry.Conflict
}

func (d difference) isWith(first testkit.Person) {
	d.t.Helper()
	if d.diff.By != first.Given+" "+first.Family {
		d.t.Errorf("%s: the conflict is with %q", d.key, d.diff.By)
	}
}

func (d difference) compares(field, mine, theirs string) {
	d.t.Helper()
	if !slices.Contains(d.diff.Fields, entry.ConflictField{Name: field, Mine: mine, Theirs: theirs}) {
		d.t.Errorf("%s: the conflict does not compare %s: %+v", d.key, field, d.diff.Fields)
	}
}

func (d difference) merges(keep map[string]string) {
	d.t.Helper()
	merged := maps.Clone(d.diff.Merged.Values)
	for field, which := range keep {
		mine, theirs := d.diff.Mine.Values[field], d.diff.Theirs.Values[field]
		merged[field] = map[string]string{"mine": mine, "theirs": theirs, "both": theirs + "\n" + mine}[which]
	}
	d.etag = httpkit.ETag(d.diff.Version)
	d.entry.Values = merged
	d.saves(nil)
}

func (c *caller) remembers(at file, id authz.Section, versions int, texts ...string) {
	c.t.Helper()
	var body struct{ Items []entry.Body }
	answer := c.calls.JSON("GET", v1("/entries/"+c.begins(at, id).(*read).entry.ID+"/versions"), nil).Want(http.StatusOK).Into(&body)
	if len(body.Items) != versions {
		c.t.Errorf("%s: %s has %d versions, want %d", c.key, answer.Asked, len(body.Items), versions)
	}
	for _, text := range texts {
		contains(c.t, answer.Asked, string(answer.Body), text)
	}
}
