package servers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Text returns the words that can be seen on the page, or in the part that In names.
func (b *Tab) Text() string {
	b.t.Helper()
	return b.ask(question{What: "text"}).Text
}

// Has tells whether the words can be seen on the page or come within a moment, whatever spaces stand between them.
func (b *Tab) Has(words string) bool {
	b.t.Helper()
	return b.until(b.appearing, func() bool { return strings.Contains(spaces.Replace(b.Text()), spaces.Replace(words)) })
}

// spaces that hold a line together, as the ordinary ones that a test is written with.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// Value returns what the field with this label holds: its text, the words of the chosen option, or yes or no.
func (b *Tab) Value(label string) string {
	b.t.Helper()
	return b.ask(question{What: "value", Text: label}).Text
}

// Focus returns the name of what the keyboard is on, empty when that is the page itself or lies outside the part that In names.
func (b *Tab) Focus() string {
	b.t.Helper()
	return b.ask(question{What: "focus"}).Text
}

// HTML returns the whole document as it stands now.
func (b *Tab) HTML() string {
	b.t.Helper()
	return must(b, "read the document", chromedp.Evaluate[string]("document.documentElement.outerHTML"))
}

// URL returns the address of the page.
func (b *Tab) URL() string {
	b.t.Helper()
	return must(b, "read the address", chromedp.Location())
}

// Title returns the page's title, as the tab shows it.
func (b *Tab) Title() string {
	b.t.Helper()
	return must(b, "read the title", chromedp.Title())
}

// Status returns the HTTP status with which the document came.
func (b *Tab) Status() int {
	b.t.Helper()
	return must(b, "read the status", chromedp.Evaluate[int]("performance.getEntriesByType('navigation')[0].responseStatus"))
}

// Size makes the window this many CSS pixels wide and high.
func (b *Tab) Size(width, height int) {
	b.t.Helper()
	must(b, "resize the window", chromedp.EmulateViewport(int64(width), int64(height)))
}

// Overflows tells whether the page has to be scrolled sideways at this size.
func (b *Tab) Overflows() bool {
	b.t.Helper()
	return must(b, "measure the page",
		chromedp.Evaluate[bool]("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
}

// Language makes the browser ask for pages in this language, such as nl.
func (b *Tab) Language(tag string) {
	b.t.Helper()
	b.call("set the language", func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetExtraHTTPHeaders,
			network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": tag}})
		return err
	})
}

// WithoutScript turns JavaScript off for the pages that follow.
func (b *Tab) WithoutScript() {
	b.t.Helper()
	b.call("turn scripts off", func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled,
			emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
	b.state.Lock()
	defer b.state.Unlock()
	b.state.scriptless = true
}

// Cookies returns the cookies that the browser would send to the page it is on.
func (b *Tab) Cookies() []*http.Cookie {
	b.t.Helper()
	var kept []*http.Cookie
	b.call("read the cookies", func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{})
		for _, c := range got.Cookies {
			kept = append(kept, &http.Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path,
				Secure: c.Secure, HttpOnly: c.HTTPOnly, SameSite: sameSite(c.SameSite), Expires: expiry(c)})
		}
		return err
	})
	return kept
}

func sameSite(s network.CookieSameSite) http.SameSite {
	switch s {
	case network.CookieSameSiteStrict:
		return http.SameSiteStrictMode
	case network.CookieSameSiteLax:
		return http.SameSiteLaxMode
	case network.CookieSameSiteNone:
		return http.SameSiteNoneMode
	}
	return http.SameSiteDefaultMode
}

func expiry(c *network.Cookie) time.Time {
	if c.Session {
		return time.Time{}
	}
	return time.Unix(int64(c.Expires), 0)
}

// SetCookie puts a cookie into the browser for the given address, in place of one with the same name.
func (b *Tab) SetCookie(url string, cookie *http.Cookie) {
	b.t.Helper()
	b.call("set a cookie", func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{URL: url, Name: cookie.Name,
			Value: cookie.Value, Path: cookie.Path, Secure: &cookie.Secure, HTTPOnly: &cookie.HttpOnly})
		return err
	})
}

func (b *Tab) call(what string, f func(ctx context.Context, t *chromedp.Target) error) {
	b.t.Helper()
	must(b, what, chromedp.Func(f))
}

// sheet finds the pages of a printed document.
var sheet = regexp.MustCompile(`/Type\s*/Page\b`)

// Paper prints the page on A4 and returns how many sheets it takes; NAME.pdf is kept where pictures are.
func (b *Tab) Paper(name string) (sheets int) {
	b.t.Helper()
	var printed []byte
	b.call("print", func(ctx context.Context, t *chromedp.Target) error {
		res, err := cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{PaperWidth: 210 / 25.4, PaperHeight: 297 / 25.4})
		printed = res.Data
		return err
	})
	if dir := os.Getenv("RELAIS_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), printed, 0o644); err != nil {
			b.t.Errorf("print %s: %v", name, err)
		}
	}
	return len(sheet.FindAll(printed, -1))
}

// Screenshot writes a picture of the whole page to NAME.png in the directory RELAIS_SHOTS, if that is set.
func (b *Tab) Screenshot(name string) {
	b.t.Helper()
	if err := b.shoot(name); err != nil {
		b.t.Errorf("picture %s: %v", name, err)
	}
}

func (b *Tab) shoot(name string) error {
	dir := os.Getenv("RELAIS_SHOTS")
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	picture, err := run(b, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644)
}

// Violation is one rule of accessibility that a page breaks, with the elements that break it.
type Violation struct {
	Rule     string   `json:"id"`
	Impact   string   `json:"impact"`
	Help     string   `json:"help"`
	Elements []string `json:"elements"`
}

// String is a line per element, ready for a test's message.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n  %s", v.Rule, v.Impact, v.Help, strings.Join(v.Elements, "\n  "))
}

// Axe runs axe-core, whose script the caller hands in, over the page by the rules of WCAG 2.2 A and AA and axe's own
// best practice, and returns what it finds.
func (b *Tab) Axe(source string) []Violation {
	b.t.Helper()
	must(b, "load axe", chromedp.Evaluate[chromedp.Void](source))
	const check = `axe.run(document, {resultTypes: ['violations'], iframes: false, preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
		.then(found => JSON.stringify(found.violations.map(v => ({id: v.id, impact: v.impact, help: v.help,
			elements: v.nodes.map(n => n.html)}))))`
	said := must(b, "run axe", chromedp.Evaluate[string](check, chromedp.EvalAwaitPromise))
	var found []Violation
	if err := json.Unmarshal([]byte(said), &found); err != nil {
		b.fail("axe said %q: %v", said, err)
	}
	return found
}
