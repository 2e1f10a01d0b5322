package account

import (
	"relais/internal/agency"
	"relais/internal/httpkit"
)

// SignInPage asks for address and password.
type SignInPage struct{ Form httpkit.Form }

// Template is the page's file.
func (*SignInPage) Template() string { return "account/sign_in" }

// CodePage asks for the code of the second factor.
type CodePage struct {
	Form  httpkit.Form
	Other httpkit.PostButton // begins anew, as somebody else
}

// Template is the page's file.
func (*CodePage) Template() string { return "account/code" }

// InvitationPage asks an invited person for a password.
type InvitationPage struct{ Form httpkit.Form }

// Template is the page's file.
func (*InvitationPage) Template() string { return "account/invitation" }

// FactorPage shows the second factor to be set up and asks for its first code.
type FactorPage struct {
	Secret  string
	Picture Picture
	Form    httpkit.Form
}

// Template is the page's file.
func (*FactorPage) Template() string { return "account/second_factor" }

// ConfirmPage asks for the second factor once more.
type ConfirmPage struct {
	Form httpkit.Form
}

// Template is the page's file.
func (*ConfirmPage) Template() string { return "account/confirm" }

var _ = httpkit.Register(&SignInPage{}, &CodePage{}, &InvitationPage{}, &FactorPage{}, &ConfirmPage{})

func (p pages) signInForm(r *httpkit.Request) (httpkit.Reply, error) {
	if face, _ := FaceOf(r.Context()); face.AAL >= 2 {
		return httpkit.See(local(r.Query("to"))), nil
	}
	return httpkit.Show(signInPage(r, r.Query("to"))), nil
}

func signInPage(r *httpkit.Request, to string) *SignInPage {
	return &SignInPage{Form: httpkit.Form{Action: "/sign-in", Submit: r.W.T("web.continue"), Fields: []httpkit.Field{
		{Kind: httpkit.Email, Name: "email", Label: r.W.T("account.email"), Autocomplete: "username", Required: true, Width: 30},
		{Kind: httpkit.Password, Name: "password", Label: r.W.T("account.password"), Autocomplete: "current-password", Required: true},
		returnField(to)}}}
}

func (p pages) signIn(r *httpkit.Request) (httpkit.Reply, error) {
	pass, err := p.s.SignIn(r.Context(), r.Form("email"), r.Form("password"), placeOf(r))
	if err != nil {
		page := signInPage(r, r.Form("to"))
		return r.Again(page, &page.Form, err)
	}
	if _, before := FaceOf(r.Context()); before { // whoever sat here before has left
		if err := p.s.SignOut(r.Context()); err != nil {
			return httpkit.Reply{}, err
		}
	}
	return p.enter(pass, r.Form("to")), nil
}

func (p pages) codeForm(r *httpkit.Request) (httpkit.Reply, error) {
	if step, ok := elsewhere(r, "/sign-in/code"); ok {
		return step, nil
	}
	return httpkit.Show(codePage(r, r.Query("to"))), nil
}

// elsewhere leads whoever has done this step, or not yet the one before, to where they belong.
func elsewhere(r *httpkit.Request, here string) (httpkit.Reply, bool) {
	face, _ := FaceOf(r.Context())
	if face.AAL >= 2 {
		return httpkit.See(local(r.Query("to"))), true
	}
	if step := missingStep(face); step != here {
		return httpkit.See(withReturn(step, r.Query("to"))), true
	}
	return httpkit.Reply{}, false
}

func codePage(r *httpkit.Request, to string) *CodePage {
	return &CodePage{Form: httpkit.Form{Action: "/sign-in/code", Submit: r.W.T("web.sign_in"), Fields: []httpkit.Field{codeField(r), returnField(to)}},
		Other: httpkit.PostButton{Action: "/sign-out", Text: r.W.T("account.somebody_else"), Quiet: true}}
}

func codeField(r *httpkit.Request) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Text, Name: "code", Label: r.W.T("account.code"), Hint: r.W.T("account.code_hint"),
		InputMode: "numeric", Autocomplete: "one-time-code", Width: 10, MaxLength: 10, Required: true}
}

func (p pages) code(r *httpkit.Request) (httpkit.Reply, error) {
	pass, err := p.s.ShowCode(r.Context(), r.Form("code"), placeOf(r))
	if err != nil {
		page := codePage(r, r.Form("to"))
		return r.Again(page, &page.Form, err)
	}
	return p.enter(pass, r.Form("to")), nil
}

func (p pages) signOut(r *httpkit.Request) (httpkit.Reply, error) {
	if _, signedIn := FaceOf(r.Context()); !signedIn {
		return leave(p.k), nil
	}
	return leave(p.k), p.s.SignOut(r.Context())
}

func (p pages) invitationForm(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.Invited(r.Context(), r.Param("token")); err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.Show(invitationPage(r)), nil
}

func invitationPage(r *httpkit.Request) *InvitationPage {
	return &InvitationPage{Form: httpkit.Form{Action: pathOf(agency.InvitationPath, r.Param("token")), Submit: r.W.T("web.continue"),
		Fields: []httpkit.Field{newPasswordField(r)}}}
}

func newPasswordField(r *httpkit.Request) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Password, Name: "password", Label: r.W.T("account.new_password"),
		Hint: r.W.T("account.password_hint", "Min", shortestPassword), Autocomplete: "new-password", Required: true}
}

func (p pages) accept(r *httpkit.Request) (httpkit.Reply, error) {
	pass, err := p.s.Accept(r.Context(), r.Param("token"), r.Form("password"), placeOf(r))
	if err != nil {
		page := invitationPage(r)
		return r.Again(page, &page.Form, err)
	}
	return p.enter(pass, "/"), nil
}

// factorForm is for whoever has just set a password, and for whoever is replacing the second factor.
func (p pages) factorForm(r *httpkit.Request) (httpkit.Reply, error) {
	if face, _ := FaceOf(r.Context()); face.AAL < 2 {
		if step, ok := elsewhere(r, "/account/second-factor"); ok {
			return step, nil
		}
	}
	page, err := p.factorPage(r, r.Query("to"))
	return httpkit.Show(page), err
}

func (p pages) factorPage(r *httpkit.Request, to string) (*FactorPage, error) {
	e, err := p.s.Enrolment(r.Context())
	return &FactorPage{Secret: e.Secret, Picture: e.Picture, Form: httpkit.Form{Action: "/account/second-factor",
		Submit: r.W.T("web.confirm"), Fields: []httpkit.Field{codeField(r), returnField(to)}}}, err
}

func (p pages) enrol(r *httpkit.Request) (httpkit.Reply, error) {
	pass, failed := p.s.Enrol(r.Context(), r.Form("code"), placeOf(r))
	if failed == nil {
		return p.enter(pass, r.Form("to")), nil
	}
	page, err := p.factorPage(r, r.Form("to"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	return r.Again(page, &page.Form, failed)
}

func (p pages) confirmForm(r *httpkit.Request) (httpkit.Reply, error) {
	return httpkit.Show(confirmPage(r, r.Query("to"))), nil
}

func confirmPage(r *httpkit.Request, to string) *ConfirmPage {
	return &ConfirmPage{Form: httpkit.Form{Action: agency.StepUpPath, Submit: r.W.T("web.continue"), Cancel: httpkit.Link{URL: "/", Text: r.W.T("web.cancel")},
		Fields: []httpkit.Field{codeField(r), returnField(to)}}}
}

func (p pages) confirm(r *httpkit.Request) (httpkit.Reply, error) {
	if err := p.s.StepUp(r.Context(), r.Form("code")); err != nil {
		page := confirmPage(r, r.Form("to"))
		return r.Again(page, &page.Form, err)
	}
	return httpkit.See(local(r.Form("to"))), nil
}
