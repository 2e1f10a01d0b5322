package entry

import (
	"slices"
	"strconv"
	"strings"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/section"
)

func (p pages) edit(r *httpkit.Request) (httpkit.Reply, error) {
	view, base, err := p.s.ForEdit(r.Context(), r.Param("entry"), r.Query("reason"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(editPage(r, view, base, r.Query("reason"))), nil
}

func editPage(r *httpkit.Request, view View, base, reason string) *FormPage {
	page := formPage(r, view.Section, view.Only, view.draft(), base+"#"+view.Section.String())
	page.Heading = r.W.T("entry.edit_heading", "Section", r.W.T(view.Section.Key()))
	page.Form.Action = "/entries/" + view.ID
	page.Form.Version = view.Version
	page.Form.Fields = append(page.Form.Fields, hidden("reason", reason))
	return page
}

func hidden(name, value string) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: name, Value: value}
}

func (p pages) change(r *httpkit.Request) (httpkit.Reply, error) {
	view, base, err := p.s.ForEdit(r.Context(), r.Param("entry"), r.Form("reason"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if r.Version() == 0 {
		return httpkit.Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
	}
	draft := posted(r, view.Section)
	version, open := keepChosen(r, view.Section, &draft)
	_, err = p.s.Change(r.Context(), view.ID, version, draft)
	if fault.KindOf(err) == fault.Conflict {
		return conflict(r, view, base, draft, open, err)
	}
	if err != nil {
		page := editPage(r, view, base, draft.Reason)
		return r.Again(page, &page.Form, err)
	}
	return httpkit.SeeWith(base+"#"+view.Section.String(), "entry.saved"), nil
}

// compared are the fields that a comparison can ask about: those of the section, and the grounds.
func compared(id authz.Section) []string {
	names := slices.Clone(groundNames)
	for i := range section.Of(id).Fields {
		names = append(names, section.Of(id).Fields[i].Name)
	}
	return names
}

// keepChosen takes over, field by field, what the editor chose to keep on the conflict page. While a field has no choice, the
// write is based on the version that the editor began with, so that it conflicts again instead of dropping one of two texts.
func keepChosen(r *httpkit.Request, id authz.Section, d *Draft) (version int64, open bool) {
	answers := d.answers()
	for _, name := range compared(id) {
		mine, theirs := r.Form("mine."+name), r.Form("theirs."+name)
		switch r.Kept(name) {
		case "mine":
			answers[name] = mine
		case "theirs":
			answers[name] = theirs
		case "both":
			answers[name] = strings.TrimSpace(theirs + "\n" + mine)
		default:
			if mine != theirs {
				answers[name], open = mine, true
			}
		}
		if answers[name] == "" {
			delete(answers, name)
		}
	}
	reason := d.Reason
	*d = draftOf(answers)
	d.Reason = reason
	if began, err := strconv.ParseInt(r.Form("began"), 10, 64); open && err == nil && began > 0 {
		return began, true
	}
	return r.Version(), false
}

func conflict(r *httpkit.Request, view View, base string, mine Draft, open bool, err error) (httpkit.Reply, error) {
	f, _ := fault.As(err)
	c, ok := f.Detail.(Conflict)
	if !ok {
		return httpkit.Reply{}, err
	}
	if c.By == "" {
		c.By = r.W.T("entry.a_colleague")
	}
	page := &ConflictPage{Back: httpkit.Link{URL: base, Text: r.W.T("entry.back")}, By: c.By,
		Heading: r.W.T("entry.conflict_heading", "Section", r.W.T(view.Section.Key())),
		Diff:    comparison(r, view.Section, c),
		Form: httpkit.Form{Action: "/entries/" + view.ID, Version: c.Version, Submit: r.W.T("entry.save_merged"),
			Fields: carried(view.Section, c, mine)},
	}
	if open {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.T("entry.conflict_choose")}
	}
	return httpkit.ShowStatus(page, 409), nil
}

// comparison sets the fields that both changed side by side, with the choices made before.
func comparison(r *httpkit.Request, id authz.Section, c Conflict) httpkit.Comparison {
	diff := httpkit.Comparison{Caption: r.W.T("entry.conflict_caption"), Mine: r.W.T("entry.conflict_mine"),
		Theirs: r.W.T("entry.conflict_theirs", "By", c.By, "At", r.W.DateTime(c.At))}
	for _, clash := range c.Fields {
		row := httpkit.ComparedRow{Name: clash.Name, Mine: clash.Mine, Theirs: clash.Theirs, Kept: r.Kept(clash.Name)}
		if row.Kept == "both" {
			row.Kept = "mine" // both texts stand in mine by now
		}
		if field := section.Of(id).Field(clash.Name); field != nil {
			row.Label, row.CanJoin = r.W.T(field.Key()), field.Type == section.LongText
			row.MineText, row.TheirText = plain(r.W, field, clash.Mine), plain(r.W, field, clash.Theirs)
		} else {
			row.Label = r.W.T("entry." + clash.Name + "_label")
			row.MineText, row.TheirText = groundText(r.W, clash.Name, clash.Mine), groundText(r.W, clash.Name, clash.Theirs)
		}
		diff.Rows = append(diff.Rows, row)
	}
	return diff
}

// plain is a value in one text, with the names of its codes.
func plain(w *locale.Words, field *section.Field, value string) string {
	if value == "" || field.Type == section.LongText {
		return value
	}
	return strings.Join(Lines(w, field, value), ", ")
}

func groundText(w *locale.Words, name, code string) string {
	switch {
	case code == "":
		return ""
	case name == "nature":
		return w.T("entry.nature." + code)
	}
	return w.T("gate." + name + "." + code)
}

// carried is what travels along unseen: the fields on which the two do not clash, merged, and of the others both texts.
func carried(id authz.Section, c Conflict, mine Draft) []httpkit.Field {
	fields := []httpkit.Field{hidden("reason", mine.Reason), hidden("began", strconv.FormatInt(c.Began, 10))}
	merged := c.Merged.answers()
	for _, clash := range c.Fields {
		delete(merged, clash.Name)
		fields = append(fields, hidden("theirs."+clash.Name, clash.Theirs))
	}
	for _, name := range compared(id) {
		values := []string{merged[name]}
		if field := section.Of(id).Field(name); field != nil && field.Many() {
			values = split(merged[name])
		}
		for _, value := range values {
			if value != "" {
				fields = append(fields, hidden(name, value))
			}
		}
	}
	return fields
}
