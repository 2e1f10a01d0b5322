package mainjob

import (
	"strings"

	"relais/internal/account"
	"relais/internal/httpkit"
	"relais/internal/testkit"
)

const (
	withoutMouse = "fgp" // signs in by the keyboard alone
	inGerman     = "fgp" // chooses German
)

// signIn signs somebody in: address and password, then the code of the second factor.
func (p *pages) signIn(key string) person {
	p.t.Helper()
	at := p.window(key)
	p.s.Enrol(key)
	at.open("/")
	email, password := at.w.T("account.email"), at.w.T("account.password")
	if key == withoutMouse || p.keys {
		at.types(email, p.s.Person(key).Email, "Tab")
		at.types(password, testkit.Password, "Enter")
		at.arrives(200)
		at.types(at.w.T("account.code"), p.s.Code(key), "Enter")
		at.arrives(200)
	} else {
		at.tab.Fill(email, p.s.Person(key).Email)
		at.tab.Fill(password, testkit.Password)
		at.click(at.w.T("web.continue"))
		at.tab.Fill(at.w.T("account.code"), p.s.Code(key))
		at.click(at.w.T("web.sign_in"))
	}
	at.isSignedIn(p.s.Person(key).Given)
	if key == inGerman {
		at.chooses("de", "Deutsch")
	}
	return at
}

// types goes to a field by the keyboard, fills it in and presses one more key.
func (p *window) types(label, text, then string) {
	p.t.Helper()
	for range 20 {
		if p.tab.Focus() == label {
			p.tab.Keys(text, then)
			return
		}
		p.tab.Keys("Tab")
	}
	p.t.Fatalf("%s: the keyboard does not reach %q", p.key, label)
}

// isSignedIn checks that the page says who is there.
func (p *window) isSignedIn(name string) {
	p.t.Helper()
	p.says(name)
	p.says(p.w.T("web.sign_out"))
}

// chooses goes on in another language.
func (p *window) chooses(lang, name string) {
	p.t.Helper()
	p.tab.Click(name)
	p.w = p.words.For(lang)
	p.arrives(200)
}

// accept follows an invitation, chooses a password, sets up the second factor and signs in.
func (p *pages) accept(link string, n newcomer) person {
	p.t.Helper()
	at := p.window("payoke.new")
	at.open(strings.TrimPrefix(link, p.s.URL))
	at.tab.Fill(at.w.T("account.new_password"), testkit.Password)
	at.click(at.w.T("web.continue"))
	at.says(at.w.T("account.second_factor_heading"))
	code, err := account.Code(secretOn(p.t, at.tab.Text()), p.s.Now())
	here(p.t, err)
	at.tab.Fill(at.w.T("account.code"), code)
	at.click(at.w.T("web.confirm"))
	at.isSignedIn(n.given)
	return at
}

// confirms shows the second factor once more where the page asks for it.
func (p *window) confirms() {
	p.t.Helper()
	if !strings.Contains(p.tab.URL(), "/account/confirm") {
		return
	}
	p.fill(httpkit.Field{Kind: httpkit.Text, Label: p.w.T("account.code"), Required: true, Value: p.s.Code(p.key)})
	p.click(p.w.T("web.continue"))
}
