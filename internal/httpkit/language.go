package httpkit

import (
	"net/http"
	"regexp"
	"time"

	"relais/internal/fault"
	"relais/internal/locale"
)

const (
	languageCookie = "relais_lang"
	languageAge    = 365 * 24 * time.Hour
	flashCookie    = "relais_flash"
	flashAge       = time.Minute
)

var flashShape = regexp.MustCompile(`^[a-z][a-z0-9_.]{2,60}$`)

type languageChoice struct {
	Code    string
	Name    string // in its own language
	Current bool
}

var languageNames = map[string]string{"en": "English", "fr": "Français", "nl": "Nederlands", "de": "Deutsch"}

func languages(current string) []languageChoice {
	var choices []languageChoice
	for _, lang := range []string{"nl", "fr", "de", "en"} {
		choices = append(choices, languageChoice{Code: lang, Name: languageNames[lang], Current: lang == current})
	}
	return choices
}

// chooseLanguage remembers a language, for the browser and for the person, and returns to the page.
func (k *Kit) chooseLanguage(r *Request) (Reply, error) {
	lang, back := r.Form("lang"), r.Form("back")
	if !locale.Spoken(lang) {
		return Reply{}, fault.New(fault.Invalid, "fault.invalid").WithField("lang", "fault.field_unknown_code")
	}
	if k.cfg.Remember != nil {
		if err := k.cfg.Remember(r, lang); err != nil {
			return Reply{}, err
		}
	}
	if !local(back) {
		back = "/"
	}
	return See(back).WithCookie(k.Cookie(languageCookie, lang, languageAge)), nil
}

// CookieName is a cookie's full name: with TLS the browser is made to keep it to this host.
func (k *Kit) CookieName(name string) string {
	if k.cfg.Secure {
		return "__Host-" + name
	}
	return name
}

// Cookie makes a cookie that scripts cannot read and other sites do not send along; an age below zero deletes it, and
// age zero ends it with the browser.
func (k *Kit) Cookie(name, value string, age time.Duration) *http.Cookie {
	return &http.Cookie{Name: k.CookieName(name), Value: value, Path: "/", MaxAge: maxAge(age), Secure: k.cfg.Secure,
		HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func maxAge(age time.Duration) int {
	if age < 0 {
		return -1
	}
	return int(age / time.Second)
}

// takeFlash reads the words that the page before left, once. Only a key of the catalogue is shown, so a forged cookie
// can say nothing of its own.
func (k *Kit) takeFlash(r *Request) string {
	key, err := r.Cookie(k.CookieName(flashCookie))
	if err != nil {
		return ""
	}
	http.SetCookie(r.Writer, k.Cookie(flashCookie, "", -1))
	if !flashShape.MatchString(key) || !r.W.Has(key) {
		return ""
	}
	return r.W.T(key)
}
