package agency

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// RolesPage lists the roles of the agency.
type RolesPage struct {
	Back  httpkit.Link
	Table httpkit.Table
	New   []httpkit.Link // one for each discipline that the caller can compose from
}

// Template is the page's file.
func (RolesPage) Template() string { return "agency/roles" }

// RolePage shows what a role opens.
type RolePage struct {
	Back    httpkit.Link
	Name    string
	Card    httpkit.Summary
	Notice  httpkit.Notice
	Change  httpkit.Link
	Buttons []httpkit.PostButton
}

// Template is the page's file.
func (RolePage) Template() string { return "agency/role" }

var _ = httpkit.Register(RolesPage{}, RolePage{})

func (p pages) roles(r *httpkit.Request) (httpkit.Reply, error) {
	list, err := p.s.ListRoles(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := RolesPage{Back: peopleLink(r), Table: httpkit.Table{Caption: r.W.T("agency.roles_heading"), HideCaption: true,
		Columns: []httpkit.Column{{Label: r.W.T("agency.role_name")}, {Label: r.W.T("agency.base")}, {Label: r.W.T("agency.can_give")}}}}
	for _, role := range list.Items {
		kind := r.W.T("agency.role_own")
		if role.Standard {
			kind = r.W.T("agency.role_standard")
		}
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Cells: []httpkit.Cell{
			{Text: RoleName(r.W, role.Name, role.Standard), URL: pathOf("/roles", role.ID), Name: true, Sub: kind},
			{Text: baseName(r.W, role.Base)}, {Text: yesNo(r.W, role.CanGive)}}})
	}
	for _, ceiling := range list.Composable {
		page.New = append(page.New, httpkit.Link{URL: pathOf("/roles/new", string(ceiling.Base)),
			Text: r.W.T("agency.new_role", "Base", baseName(r.W, ceiling.Base))})
	}
	return httpkit.Show(page), nil
}

func rolesLink(r *httpkit.Request) httpkit.Link {
	return httpkit.Link{URL: "/roles", Text: r.W.T("agency.roles_heading")}
}

func (p pages) role(r *httpkit.Request) (httpkit.Reply, error) {
	role, err := p.s.ShowRole(r.Context(), r.Param("role"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := RolePage{Back: rolesLink(r), Name: RoleName(r.W, role.Name, role.Standard), Card: roleCard(r.W, role)}
	switch path := pathOf("/roles", role.ID); {
	case role.CanEdit:
		page.Change = httpkit.Link{URL: path + "/edit", Text: r.W.T("agency.change_role")}
		page.Buttons = []httpkit.PostButton{{Action: path + "/closure", Text: r.W.T("agency.close_role"), Version: role.Version, Danger: true}}
	case role.Standard:
		page.Notice.Text = r.W.T("agency.standard_role")
	default:
		page.Notice.Text = r.W.T("agency.cannot_change_role")
	}
	return httpkit.Show(page), nil
}

func roleCard(w *locale.Words, role Role) httpkit.Summary {
	card := httpkit.Summary{Rows: []httpkit.SummaryRow{{Label: w.T("agency.base"), Value: baseName(w, role.Base)}}}
	for _, verb := range authz.Verbs() {
		if names := sectionNames(w, role.Rules, verb); len(names) > 0 {
			card.Rows = append(card.Rows, httpkit.SummaryRow{Label: w.T(verb.Key()), Values: names})
		}
	}
	return card
}

func sectionNames(w *locale.Words, rules []Rule, verb authz.Verb) (names []string) {
	for _, rule := range rules {
		if section, known := authz.ParseSection(rule.Section); known && rule.Verb == verb.String() {
			names = append(names, w.T(section.Key()))
		}
	}
	return names
}

func (p pages) newRole(r *httpkit.Request) (httpkit.Reply, error) {
	base, _ := authz.ParseRole(r.Param("base"))
	role, ceiling, err := p.s.EditRole(r.Context(), "", base)
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(roleForm(r, role, ceiling, gate.NewID())), nil
}

func (p pages) editRole(r *httpkit.Request) (httpkit.Reply, error) {
	role, ceiling, err := p.s.EditRole(r.Context(), r.Param("role"), "")
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(roleForm(r, role, ceiling, "")), nil
}

// roleForm asks for a name and, verb by verb, for the sections; only what the caller may give is offered.
func roleForm(r *httpkit.Request, role Role, ceiling Ceiling, once string) *FormPage {
	page := &FormPage{Back: rolesLink(r), Heading: r.W.T("agency.new_role", "Base", baseName(r.W, ceiling.Base)),
		Form: httpkit.Form{Action: "/roles", Submit: r.W.T("web.save"), Version: role.Version, Cancel: httpkit.Link{URL: "/roles", Text: r.W.T("web.cancel")},
			Fields: []httpkit.Field{{Kind: httpkit.Text, Name: "name", Label: r.W.T("agency.role_name"), Value: role.Name, MaxLength: longestTitle, Required: true}}}}
	if once != "" {
		page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: once},
			httpkit.Field{Kind: httpkit.Hidden, Name: "base", Value: string(ceiling.Base)})
	} else {
		page.Heading = r.W.T("agency.change_role")
		page.Form.Action, page.Form.Submit = pathOf("/roles", role.ID)+"/effect", r.W.T("agency.role_to_effect")
	}
	for _, verb := range authz.Verbs() {
		if field := verbField(r.W, verb, role.Rules, ceiling.Rules); len(field.Options) > 0 {
			page.Form.Fields = append(page.Form.Fields, field)
		}
	}
	return page
}

func verbField(w *locale.Words, verb authz.Verb, has, may []Rule) httpkit.Field {
	field := httpkit.Field{Kind: httpkit.Checkboxes, Name: "verb_" + verb.String(), Label: w.T(verb.Key())}
	for _, rule := range may {
		section, known := authz.ParseSection(rule.Section)
		if !known || rule.Verb != verb.String() {
			continue
		}
		field.Options = append(field.Options, httpkit.Option{Value: rule.Section, Label: w.T(section.Key())})
		if slices.Contains(has, rule) {
			field.Values = append(field.Values, rule.Section)
		}
	}
	return field
}

func postedRules(r *httpkit.Request) (rules []Rule) {
	for _, verb := range authz.Verbs() {
		for _, section := range r.FormValues("verb_" + verb.String()) {
			rules = append(rules, Rule{Section: section, Verb: verb.String()})
		}
	}
	return rules
}

func (p pages) createRole(r *httpkit.Request) (httpkit.Reply, error) {
	base, _ := authz.ParseRole(r.Form("base"))
	id, err := p.s.CreateRole(r.Context(), base, r.Form("name"), postedRules(r), r.Form("once"))
	if err == nil {
		return httpkit.SeeWith(pathOf("/roles", id), "web.saved"), nil
	}
	role, ceiling, failed := p.s.EditRole(r.Context(), "", base)
	if failed != nil {
		return httpkit.Reply{}, failed
	}
	page := roleForm(r, role, ceiling, r.Form("once"))
	return r.Again(page, &page.Form, err)
}

func (p pages) changeRole(r *httpkit.Request) (httpkit.Reply, error) {
	_, err := p.s.ChangeRole(r.Context(), r.Param("role"), r.Version(), r.Form("name"), postedRules(r))
	if err == nil {
		return httpkit.SeeWith(pathOf("/roles", r.Param("role")), "web.saved"), nil
	}
	return p.roleAgain(r, err)
}

func ruleNames(w *locale.Words, value any) string {
	rules, _ := value.([]Rule)
	var names []string
	for _, verb := range authz.Verbs() {
		if sections := sectionNames(w, rules, verb); len(sections) > 0 {
			names = append(names, w.Label(w.T(verb.Key()))+" "+strings.Join(sections, ", "))
		}
	}
	return strings.Join(names, "; ")
}

func (p pages) closeRole(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.CloseRole(r.Context(), r.Param("role"), r.Version())
	return httpkit.SeeWith("/roles", "agency.role_closed"), err
}
