package agency

import (
	"strings"

	"relais/internal/authz"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// ForeseenPage says what a changed role would change, before it is saved.
type ForeseenPage struct {
	Back    httpkit.Link
	Heading string
	Notice  httpkit.Notice
	Card    httpkit.Summary
	Table   httpkit.Table
	Text    []string
	Form    httpkit.Form
	Change  httpkit.PostButton
}

// Template is the page's file.
func (ForeseenPage) Template() string { return "agency/foreseen" }

var _ = httpkit.Register(ForeseenPage{})

// foresee shows what a change of a role does and asks once more, or the form with what was typed.
func (p pages) foresee(r *httpkit.Request) (httpkit.Reply, error) {
	if r.Form("change") != "" {
		page, err := p.roleFormOf(r)
		if err != nil {
			return httpkit.Reply{}, err
		}
		page.Form.Fill(r)
		return httpkit.Show(page), nil
	}
	effect, err := p.s.ForeseeRole(r.Context(), r.Param("role"), r.Version(), r.Form("name"), postedRules(r))
	if err != nil {
		return p.roleAgain(r, err)
	}
	return httpkit.Show(foreseenPage(r, &effect)), nil
}

// roleFormOf is the form of the role as it stands.
func (p pages) roleFormOf(r *httpkit.Request) (*FormPage, error) {
	role, ceiling, err := p.s.EditRole(r.Context(), r.Param("role"), "")
	if err != nil {
		return nil, err
	}
	return roleForm(r, role, ceiling, ""), nil
}

// roleAgain shows the form of a role once more after a change was refused.
func (p pages) roleAgain(r *httpkit.Request, refused error) (httpkit.Reply, error) {
	page, err := p.roleFormOf(r)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return afterChange(r, page, refused, func(f StaleField) (string, any, any) {
		if f.Name == "name" {
			return r.W.T("agency.role_name"), f.Mine, f.Theirs
		}
		return r.W.T("agency.rules"), ruleNames(r.W, f.Mine), ruleNames(r.W, f.Theirs)
	})
}

func foreseenPage(r *httpkit.Request, e *RoleEffect) ForeseenPage {
	w, url := r.W, pathOf("/roles", e.Role.ID)
	page := ForeseenPage{Back: httpkit.Link{URL: url, Text: w.T("agency.role_back")}, Heading: w.T("agency.foreseen_heading", "Role", e.Role.Name),
		Notice: httpkit.Notice{Text: w.T("agency.foreseen_nothing")}, Card: roleCard(w, e.Role),
		Form:   httpkit.Form{Action: url, Submit: w.T("agency.role_save_now"), Version: r.Version(), Cancel: httpkit.Link{URL: url, Text: w.T("web.cancel")}},
		Change: httpkit.PostButton{Action: url + "/effect", Text: w.T("agency.role_change_again"), Version: r.Version(), Quiet: true}}
	if len(e.Shifts) > 0 {
		page.Notice = httpkit.Notice{Kind: "warning", Text: w.N("agency.foreseen_people", len(e.Shifts))}
		page.Table = shiftTable(w, e.Shifts)
	}
	if e.Same > 0 {
		page.Text = append(page.Text, w.N("agency.foreseen_same", e.Same))
	}
	for _, reason := range e.Reasons {
		page.Text = append(page.Text, w.T("agency.foreseen_refusal", "Reason", w.T(reason.Key()), "Next", w.T(reason.NextKey())))
	}
	page.Form.Fields = []httpkit.Field{{Kind: httpkit.Hidden, Name: "name", Value: e.Role.Name}}
	for _, rule := range e.Role.Rules {
		page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "verb_" + rule.Verb, Value: rule.Section})
	}
	page.Change.Fields = append(page.Form.Fields[:len(page.Form.Fields):len(page.Form.Fields)], httpkit.Field{Kind: httpkit.Hidden, Name: "change", Value: "1"})
	return page
}

func shiftTable(w *locale.Words, shifts []Shift) httpkit.Table {
	t := httpkit.Table{Caption: w.T("agency.foreseen_caption"), Columns: []httpkit.Column{{Label: w.T("agency.person")}, {Label: w.T("agency.foreseen_gains")},
		{Label: w.T("agency.foreseen_loses")}, {Label: w.T("agency.foreseen_files")}}}
	for i := range shifts {
		s := &shifts[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: s.Name, Name: true}, {Text: shiftText(w, s.Gains)}, {Text: shiftText(w, s.Loses)},
			{Text: filesText(w, s.Files)}}})
	}
	return t
}

func shiftText(w *locale.Words, rules []Rule) string {
	var lines []string
	for _, verb := range authz.Verbs() {
		if sections := sectionNames(w, rules, verb); len(sections) > 0 {
			lines = append(lines, w.Label(w.T(verb.Key()))+" "+strings.Join(sections, ", "))
		}
	}
	if len(lines) == 0 {
		return w.T("agency.foreseen_none")
	}
	return strings.Join(lines, "; ")
}

func filesText(w *locale.Words, least int) string {
	if least == 0 {
		return w.T("agency.foreseen_few")
	}
	return w.T("agency.foreseen_from", "Least", w.Number(least))
}
