package agency

import (
	"net/url"
	"slices"

	"relais/internal/gate"
	"relais/internal/httpkit"
)

// PeoplePage lists the people of the agency.
type PeoplePage struct {
	Table httpkit.Table
	Pages httpkit.Pagination
	New   httpkit.Link
	Roles httpkit.Link
	Mails httpkit.Link
}

// Template is the page's file.
func (PeoplePage) Template() string { return "agency/people" }

// PersonPage shows one person to the administrator.
type PersonPage struct {
	Back    httpkit.Link
	Name    string
	State   httpkit.Tag
	Card    httpkit.Summary
	Change  httpkit.Link
	Buttons []httpkit.PostButton
	Notice  httpkit.Notice
}

// Template is the page's file.
func (PersonPage) Template() string { return "agency/person" }

// InvitationPage shows the link of an invitation, once.
type InvitationPage struct {
	Back   httpkit.Link
	Link   string // empty when the page is loaded again
	Notice httpkit.Notice
	Until  string
}

// Template is the page's file.
func (InvitationPage) Template() string { return "agency/invitation" }

var _ = httpkit.Register(PeoplePage{}, PersonPage{}, InvitationPage{})

func (p pages) people(r *httpkit.Request) (httpkit.Reply, error) {
	list, err := p.s.ListPeople(r.Context(), r.Query("after"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := PeoplePage{New: httpkit.Link{URL: "/people/new", Text: r.W.T("agency.add_person")},
		Roles: httpkit.Link{URL: "/roles", Text: r.W.T("agency.roles_heading")},
		Mails: httpkit.Link{URL: "/mails", Text: r.W.T("notice.mails_title")},
		Table: httpkit.Table{Caption: r.W.T("agency.people_heading"), HideCaption: true,
			Columns: []httpkit.Column{{Label: r.W.T("agency.name")}, {Label: r.W.T("agency.email")}, {Label: r.W.T("agency.state")}}}}
	for i := range list.Items {
		w := &list.Items[i]
		state := stateOf(r, w)
		page.Table.Rows = append(page.Table.Rows, httpkit.Row{Quiet: w.Disabled(), Cells: []httpkit.Cell{
			{Text: w.Name(), URL: pathOf("/people", w.ID), Name: true}, {Text: w.Email}, {Text: state.Text, Tag: state.Colour}}})
	}
	if r.Query("after") != "" {
		page.Pages.Newer = "/people"
	}
	if list.Next != "" {
		page.Pages.Older = "/people?after=" + url.QueryEscape(list.Next)
	}
	return httpkit.Show(page), nil
}

func stateOf(r *httpkit.Request, w *Worker) httpkit.Tag {
	if w.Disabled() {
		return httpkit.Tag{Text: r.W.T("agency.state_disabled"), Colour: "grey"}
	}
	return httpkit.Tag{Text: r.W.T("agency.state_active"), Colour: "green"}
}

func (p pages) person(r *httpkit.Request) (httpkit.Reply, error) {
	look, err := p.s.lookAtPerson(r.Context(), r.Param("person"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	w, path := &look.Person, pathOf("/people", look.Person.ID)
	page := PersonPage{Back: peopleLink(r), Name: w.Name(), State: stateOf(r, w), Card: personCard(r, look)}
	switch {
	case look.Self:
		page.Notice.Text = r.W.T("agency.own_access")
	case w.Disabled():
		page.Buttons = []httpkit.PostButton{{Action: path + "/restoration", Text: r.W.T("agency.restore"), Version: w.Version}}
	case look.Beyond:
		page.Notice.Text = r.W.T("agency.beyond")
		page.Change = httpkit.Link{URL: path + "/edit", Text: r.W.T("agency.change_person")}
	default:
		page.Change = httpkit.Link{URL: path + "/edit", Text: r.W.T("agency.change_person")}
		page.Buttons = []httpkit.PostButton{{Action: path + "/invitation", Text: r.W.T("agency.invite_again"), Version: w.Version},
			{Action: path + "/closure", Text: r.W.T("agency.disable"), Version: w.Version, Danger: true}}
	}
	return httpkit.Show(page), nil
}

func peopleLink(r *httpkit.Request) httpkit.Link {
	return httpkit.Link{URL: "/people", Text: r.W.T("agency.people_heading")}
}

func personCard(r *httpkit.Request, c Choices) httpkit.Summary {
	w := &c.Person
	flags := []string{}
	for _, flag := range flagWords {
		if flag.of(&w.Access) {
			flags = append(flags, r.W.T("agency."+flag.word))
		}
	}
	return httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("agency.email"), Value: w.Email}, {Label: r.W.T("agency.phone"), Value: w.Phone},
		{Label: r.W.T("agency.language"), Value: languageName(w.Language)},
		{Label: r.W.T("agency.desks"), Values: c.deskNames(w.Desks)}, {Label: r.W.T("agency.flags"), Values: flags},
		{Label: r.W.T("agency.hold"), Values: c.roleNames(r.W, w.Hold)}, {Label: r.W.T("agency.give"), Values: c.roleNames(r.W, w.Give)},
		{Label: r.W.T("agency.since"), Value: r.W.Date(w.CreatedAt)}}}
}

func languageName(code string) string {
	at := slices.IndexFunc(languageOptions(), func(o httpkit.Option) bool { return o.Value == code })
	if at < 0 {
		return code
	}
	return languageOptions()[at].Label
}

func (p pages) closePerson(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.Disable(r.Context(), r.Param("person"), r.Version())
	return httpkit.SeeWith(pathOf("/people", r.Param("person")), "agency.disabled_done"), err
}

func (p pages) restorePerson(r *httpkit.Request) (httpkit.Reply, error) {
	made, err := p.s.Restore(r.Context(), r.Param("person"), r.Version())
	return invitation(r, r.Param("person"), made), err
}

func (p pages) invitePerson(r *httpkit.Request) (httpkit.Reply, error) {
	made, err := p.s.Invite(r.Context(), r.Param("person"), "")
	return invitation(r, r.Param("person"), made), err
}

func invitation(r *httpkit.Request, workerID string, made Invitation) httpkit.Reply {
	page := InvitationPage{Back: httpkit.Link{URL: pathOf("/people", workerID), Text: r.W.T("agency.to_person")},
		Notice: httpkit.Notice{Text: r.W.T("agency.link_shown"), Kind: "warning"}}
	if made.Token != "" {
		page.Link, page.Until = linkTo(r, made.Token), r.W.DateTime(made.Until)
		page.Notice.Text = r.W.T("agency.link_once")
	}
	return httpkit.Show(page)
}

func (p pages) addPerson(r *httpkit.Request) (httpkit.Reply, error) {
	added, err := p.s.AddPerson(r.Context(), postedWorker(r), r.Form("once"))
	if err == nil {
		return invitation(r, added.ID, added.Invitation), nil
	}
	choices, failed := p.s.EditPerson(r.Context(), "")
	if failed != nil {
		return httpkit.Reply{}, failed
	}
	page := personForm(r, choices, r.Form("once"))
	return r.Again(page, &page.Form, err)
}

func (p pages) newPerson(r *httpkit.Request) (httpkit.Reply, error) {
	choices, err := p.s.EditPerson(r.Context(), "")
	return httpkit.Show(personForm(r, choices, gate.NewID())), err
}

func pathOf(base, id string) string { return base + "/" + url.PathEscape(id) }
