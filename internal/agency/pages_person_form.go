package agency

import (
	"fmt"
	"slices"
	"strings"

	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// FormPage adds or changes a person or a role. Diff says what somebody else changed meanwhile.
type FormPage struct {
	Back    httpkit.Link
	Heading string
	Notice  httpkit.Notice
	Diff    httpkit.Table
	Form    httpkit.Form
}

// Template is the page's file.
func (*FormPage) Template() string { return "agency/form" }

var _ = httpkit.Register(&FormPage{})

// flagWords are the yes and no of a person's access, with the keys of their words.
var flagWords = []struct {
	word string
	of   func(a *Access) bool
}{
	{"care", func(a *Access) bool { return a.Care }},
	{"supervisor", func(a *Access) bool { return a.Supervisor }},
	{"duty", func(a *Access) bool { return a.Duty }},
}

// personForm is the form of a person; once is empty where an existing one is changed.
func personForm(r *httpkit.Request, c Choices, once string) *FormPage {
	w, text := &c.Person, r.W.T
	page := &FormPage{Back: peopleLink(r), Heading: text("agency.add_person"),
		Form: httpkit.Form{Action: "/people", Submit: text("agency.add_and_invite"), Version: w.Version, Cancel: httpkit.Link{URL: "/people", Text: text("web.cancel")},
			Fields: []httpkit.Field{
				{Kind: httpkit.Text, Name: "given", Label: text("agency.given"), Value: w.Given, MaxLength: longestName},
				{Kind: httpkit.Text, Name: "family", Label: text("agency.family"), Value: w.Family, MaxLength: longestName, Required: true},
				{Kind: httpkit.Email, Name: "email", Label: text("agency.email"), Hint: text("agency.email_hint"), Value: w.Email, Required: true},
				{Kind: httpkit.Tel, Name: "phone", Label: text("agency.phone"), Value: w.Phone, Width: 20}}}}
	if once != "" {
		page.Form.Fields = append(page.Form.Fields, httpkit.Field{Kind: httpkit.Radios, Name: "language", Label: text("agency.language"),
			Options: languageOptions(), Value: r.W.Lang(), Required: true}, httpkit.Field{Kind: httpkit.Hidden, Name: "once", Value: once})
	} else {
		page.Back = httpkit.Link{URL: pathOf("/people", w.ID), Text: text("agency.to_person")}
		page.Heading, page.Form.Submit = text("agency.change_person"), text("web.save")
		page.Form.Action, page.Form.Cancel.URL = page.Back.URL, page.Back.URL
	}
	page.Form.Fields = append(page.Form.Fields, accessFields(r.W, c)...)
	return page
}

func accessFields(w *locale.Words, c Choices) []httpkit.Field {
	desks, flags := []httpkit.Option{}, []httpkit.Option{}
	for _, desk := range c.Desks {
		desks = append(desks, httpkit.Option{Value: desk.ID, Label: desk.Name})
	}
	var set []string
	for _, flag := range flagWords {
		flags = append(flags, httpkit.Option{Value: flag.word, Label: w.T("agency." + flag.word), Hint: w.T("agency." + flag.word + "_hint")})
		if flag.of(&c.Person.Access) {
			set = append(set, flag.word)
		}
	}
	fields := []httpkit.Field{
		{Kind: httpkit.Checkboxes, Name: "hold", Label: w.T("agency.hold"), Hint: w.T("agency.hold_hint"), Options: roleOptions(w, c.Roles, true), Values: c.Person.Hold},
		{Kind: httpkit.Checkboxes, Name: "give", Label: w.T("agency.give"), Hint: w.T("agency.give_hint"), Options: roleOptions(w, c.Roles, false), Values: c.Person.Give},
		{Kind: httpkit.Checkboxes, Name: "flags", Label: w.T("agency.flags"), Options: flags, Values: set}}
	if len(desks) > 0 {
		fields = append([]httpkit.Field{{Kind: httpkit.Checkboxes, Name: "desks", Label: w.T("agency.desks"), Options: desks, Values: c.Person.Desks}}, fields...)
	}
	return fields
}

// roleOptions offers the roles; one that the caller may not give stands there, but cannot be ticked.
func roleOptions(w *locale.Words, roles []Role, all bool) (options []httpkit.Option) {
	for _, role := range roles {
		if !role.CanGive && !all {
			continue
		}
		option := httpkit.Option{Value: role.ID, Label: RoleName(w, role.Name, role.Standard), Disabled: !role.CanGive, Hint: w.T(role.Base.Key())}
		if option.Hint == option.Label {
			option.Hint = ""
		}
		options = append(options, option)
	}
	return options
}

func postedPerson(r *httpkit.Request) Person {
	return Person{Given: r.Form("given"), Family: r.Form("family"), Email: r.Form("email"), Phone: r.Form("phone")}
}

func postedAccess(r *httpkit.Request) Access {
	flags := r.FormValues("flags")
	return Access{Desks: r.FormValues("desks"), Hold: r.FormValues("hold"), Give: r.FormValues("give"),
		Care: slices.Contains(flags, "care"), Supervisor: slices.Contains(flags, "supervisor"), Duty: slices.Contains(flags, "duty")}
}

func postedWorker(r *httpkit.Request) NewWorker {
	p, a := postedPerson(r), postedAccess(r)
	return NewWorker{Given: p.Given, Family: p.Family, Email: p.Email, Phone: p.Phone, Language: r.Form("language"), Desks: a.Desks,
		Care: a.Care, Supervisor: a.Supervisor, Duty: a.Duty, Hold: a.Hold, Give: a.Give}
}

func (p pages) editPerson(r *httpkit.Request) (httpkit.Reply, error) {
	choices, err := p.s.EditPerson(r.Context(), r.Param("person"))
	return httpkit.Show(personForm(r, choices, "")), err
}

// changePerson writes the form. A browser does not post a box that cannot be ticked, so roles that the caller may not give
// stay as they are.
func (p pages) changePerson(r *httpkit.Request) (httpkit.Reply, error) {
	choices, err := p.s.EditPerson(r.Context(), r.Param("person"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	access := postedAccess(r)
	access.Hold = append(access.Hold, choices.fixed(choices.Person.Hold)...)
	access.Give = append(access.Give, choices.fixed(choices.Person.Give)...)
	_, err = p.s.ChangePerson(r.Context(), r.Param("person"), r.Version(), postedPerson(r), access)
	if err == nil {
		return httpkit.SeeWith(pathOf("/people", r.Param("person")), "web.saved"), nil
	}
	page := personForm(r, choices, "")
	return afterChange(r, page, err, func(f StaleField) (string, any, any) {
		return r.W.T("agency." + f.Name), choices.text(r.W, f.Mine), choices.text(r.W, f.Theirs)
	})
}

// fixed are the roles that the caller may not give, and so not take.
func (c Choices) fixed(ids []string) (out []string) {
	for _, id := range ids {
		if !slices.ContainsFunc(c.Roles, func(role Role) bool { return role.ID == id && role.CanGive }) {
			out = append(out, id)
		}
	}
	return out
}

// afterChange shows a form again: with its mistakes, or with what somebody else stored meanwhile. In the second case what
// was typed stays, and sending again replaces the version that is shown.
func afterChange(r *httpkit.Request, page *FormPage, err error, words func(StaleField) (label string, mine, theirs any)) (httpkit.Reply, error) {
	f, _ := fault.As(err)
	if f == nil || f.Kind != fault.Conflict {
		return r.Again(page, &page.Form, err)
	}
	stale, ok := f.Detail.(Stale)
	if !ok {
		return httpkit.Reply{}, err
	}
	page.Form.Fill(r)
	page.Form.Version = stale.Version
	page.Notice = httpkit.Notice{Text: r.W.T("agency.changed"), Kind: "warning"}
	page.Diff = httpkit.Table{Caption: r.W.T("agency.changed_fields"), Columns: []httpkit.Column{{Label: r.W.T("web.field")},
		{Label: r.W.T("web.mine")}, {Label: r.W.T("web.theirs")}}, Empty: r.W.T("agency.changed_nothing")}
	for _, field := range stale.Fields {
		label, mine, theirs := words(field)
		page.Diff.Rows = append(page.Diff.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: label}, {Text: fmt.Sprint(mine), Name: true}, {Text: fmt.Sprint(theirs), Name: true}}})
	}
	return httpkit.ShowStatus(page, 409), nil
}

// text prints a value of a difference: yes or no, names for ids, or the text itself.
func (c Choices) text(w *locale.Words, value any) string {
	switch v := value.(type) {
	case bool:
		return yesNo(w, v)
	case []string:
		return strings.Join(append(c.deskNames(v), c.roleNames(w, v)...), ", ")
	case string:
		return v
	}
	return ""
}

func (c Choices) deskNames(ids []string) (names []string) {
	for _, desk := range c.Desks {
		if slices.Contains(ids, desk.ID) {
			names = append(names, desk.Name)
		}
	}
	return names
}

func (c Choices) roleNames(w *locale.Words, ids []string) (names []string) {
	for _, role := range c.Roles {
		if slices.Contains(ids, role.ID) {
			names = append(names, RoleName(w, role.Name, role.Standard))
		}
	}
	return names
}
