package account

import (
	"strconv"
	"strings"

	"relais/internal/agency"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// ShowPage is the own account.
type ShowPage struct {
	Card    httpkit.Summary
	Links   []httpkit.Link
	Replace httpkit.PostButton
}

// Template is the page's file.
func (ShowPage) Template() string { return "account/show" }

// PasswordPage changes the password.
type PasswordPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*PasswordPage) Template() string { return "account/password" }

// Line is one thing of a list that can be ended.
type Line struct {
	Name string
	Tag  httpkit.Tag
	Sub  string
	End  httpkit.PostButton
}

// SessionsPage lists the own sessions.
type SessionsPage struct {
	Back  httpkit.Link
	Lines []Line
	All   httpkit.PostButton
}

// Template is the page's file.
func (SessionsPage) Template() string { return "account/sessions" }

// KeysPage lists the own API keys.
type KeysPage struct {
	Back  httpkit.Link
	Lines []Line
	New   httpkit.Link
}

// Template is the page's file.
func (KeysPage) Template() string { return "account/keys" }

// KeyPage asks what a new key is for.
type KeyPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*KeyPage) Template() string { return "account/key" }

// TokenPage shows a new key, once.
type TokenPage struct {
	Back   httpkit.Link
	Token  string // empty when the page is loaded again
	Notice httpkit.Notice
	Card   httpkit.Summary
}

// Template is the page's file.
func (TokenPage) Template() string { return "account/token" }

var _ = httpkit.Register(ShowPage{}, &PasswordPage{}, SessionsPage{}, KeysPage{}, &KeyPage{}, TokenPage{})

func (p pages) show(r *httpkit.Request) (httpkit.Reply, error) {
	me, err := p.s.Me(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := ShowPage{Card: httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: r.W.T("account.name"), Value: me.Person.Name(), Name: true},
		{Label: r.W.T("account.email"), Value: me.Person.Email},
		{Label: r.W.T("account.phone"), Value: me.Person.Phone},
		{Label: r.W.T("account.agency"), Value: me.Agency},
		{Label: r.W.T("account.desks"), Value: strings.Join(me.Desks, "\n")},
		{Label: r.W.T("account.roles"), Value: strings.Join(RoleNames(r.W, me.Roles), "\n")}}}}
	for _, link := range []struct{ url, key string }{{"/account/password", "account.password_heading"},
		{"/account/sessions", "account.sessions_heading"}, {"/account/keys", "account.keys_heading"}, {"/account/mail", "notice.mail_heading"}, {"/breach-reports", "breach.reports_title"}} {
		page.Links = append(page.Links, httpkit.Link{URL: link.url, Text: r.W.T(link.key)})
	}
	page.Replace = httpkit.PostButton{Action: "/account/second-factor/new", Text: r.W.T("account.replace_factor"), Quiet: true}
	return httpkit.Show(page), nil
}

// RoleNames are the names of roles in the reader's language; those that an agency named itself stay as they are.
func RoleNames(w *locale.Words, roles []agency.HeldRole) []string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = agency.RoleName(w, role.Name, role.Standard)
	}
	return names
}

func (p pages) replaceFactor(r *httpkit.Request) (httpkit.Reply, error) {
	return httpkit.See("/account/second-factor?to=/account"), p.s.ReplaceFactor(r.Context())
}

func (p pages) passwordForm(r *httpkit.Request) (httpkit.Reply, error) {
	return httpkit.Show(passwordPage(r)), nil
}

func passwordPage(r *httpkit.Request) *PasswordPage {
	return &PasswordPage{Back: accountLink(r), Form: httpkit.Form{Action: "/account/password", Submit: r.W.T("web.save"), Fields: []httpkit.Field{
		{Kind: httpkit.Password, Name: "present", Label: r.W.T("account.present_password"), Autocomplete: "current-password", Required: true},
		newPasswordField(r)}}}
}

func (p pages) changePassword(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.ChangePassword(r.Context(), r.Form("present"), r.Form("password")); err != nil {
		page := passwordPage(r)
		return r.Again(page, &page.Form, err)
	}
	return httpkit.SeeWith("/account", "account.password_changed"), nil
}

func (p pages) sessions(r *httpkit.Request) (httpkit.Reply, error) {
	list, err := p.s.Sessions(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := SessionsPage{Back: accountLink(r), All: httpkit.PostButton{Action: "/account/sessions/end", Text: r.W.T("account.end_all"), Danger: true}}
	for _, session := range list {
		line := Line{Name: r.W.T("account.session_since", "At", r.W.DateTime(session.CreatedAt)),
			Sub: r.W.T("account.session_seen", "At", r.W.DateTime(session.SeenAt)),
			End: httpkit.PostButton{Action: pathOf("/account/sessions", session.ID) + "/end", Text: r.W.T("account.end_session"), Quiet: true}}
		if session.Current {
			line.Tag = httpkit.Tag{Text: r.W.T("account.session_current"), Colour: "green"}
		}
		page.Lines = append(page.Lines, line)
	}
	return httpkit.Show(page), nil
}

func (p pages) endSession(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.EndSession(r.Context(), r.Param("session"))
	return httpkit.SeeWith("/account/sessions", "account.session_ended"), err
}

func (p pages) endSessions(r *httpkit.Request) (httpkit.Reply, error) {
	return leave(p.k), p.s.SignOutEverywhere(r.Context())
}

func (p pages) keys(r *httpkit.Request) (httpkit.Reply, error) {
	list, err := p.s.Keys(r.Context())
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := KeysPage{Back: accountLink(r), New: httpkit.Link{URL: "/account/keys/new", Text: r.W.T("account.new_key")}}
	for _, key := range list {
		page.Lines = append(page.Lines, Line{Name: key.Label, Sub: r.W.T("account.key_until", "At", r.W.DateTime(key.UntilAt)),
			End: httpkit.PostButton{Action: pathOf("/account/keys", key.ID) + "/end", Text: r.W.T("account.end_key"), Quiet: true}})
	}
	return httpkit.Show(page), nil
}

func (p pages) keyForm(r *httpkit.Request) (httpkit.Reply, error) {
	return httpkit.Show(keyPage(r, gate.NewID())), p.s.BeginKey(r.Context())
}

func keyPage(r *httpkit.Request, once string) *KeyPage {
	days := []httpkit.Option{}
	for _, n := range []int{7, 30, longestKeyDays} {
		days = append(days, httpkit.Option{Value: strconv.Itoa(n), Label: r.W.N("account.days", n)})
	}
	return &KeyPage{Back: httpkit.Link{URL: "/account/keys", Text: r.W.T("account.keys_heading")},
		Form: httpkit.Form{Action: "/account/keys", Submit: r.W.T("account.make_key"), Fields: []httpkit.Field{
			{Kind: httpkit.Text, Name: "label", Label: r.W.T("account.key_label"), Hint: r.W.T("account.key_label_hint"), MaxLength: longestLabel, Required: true},
			{Kind: httpkit.Radios, Name: "days", Label: r.W.T("account.key_days"), Options: days, Value: "30", Required: true},
			{Kind: httpkit.Hidden, Name: "once", Value: once}}}}
}

func (p pages) addKey(r *httpkit.Request) (httpkit.Reply, error) {
	days, _ := strconv.Atoi(r.Form("days")) // what is no number is 0, which the rule refuses
	made, err := p.s.AddKey(r.Context(), r.Form("label"), days, r.Form("once"))
	if err != nil {
		page := keyPage(r, r.Form("once"))
		return r.Again(page, &page.Form, err)
	}
	page := TokenPage{Back: httpkit.Link{URL: "/account/keys", Text: r.W.T("account.keys_heading")}, Token: made.Token,
		Notice: httpkit.Notice{Text: r.W.T("account.token_once"), Kind: "warning"},
		Card: httpkit.Summary{Rows: []httpkit.SummaryRow{{Label: r.W.T("account.key_label"), Value: made.Label, Name: true},
			{Label: r.W.T("account.until"), Value: r.W.DateTime(made.UntilAt)}}}}
	if made.Token == "" {
		page.Notice.Text = r.W.T("account.token_shown")
	}
	return httpkit.Show(page), nil
}

func (p pages) endKey(r *httpkit.Request) (httpkit.Reply, error) {
	err := p.s.EndKey(r.Context(), r.Param("key"))
	return httpkit.SeeWith("/account/keys", "account.key_ended"), err
}
