package httpkit

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"
)

// Page is the typed content of one page. Template names its file without ending ("victim/show" is
// templates/victim/show.html) and, with dots and "_title", the key of its tab title ("victim.show_title"). Titles take
// no arguments, so no name can stand in a tab or a browser's history.
type Page interface{ Template() string }

// Chrome is what surrounds a page; an empty Person shows neither navigation nor sign-out.
type Chrome struct {
	Person     string
	Agency     string
	Role       string
	Nav        []NavItem
	Sub        []NavItem // the places within the current one
	AccountURL string
	SignOutURL string
	Length     Length // of the list that the page shows, where a number led to it
}

// Length says of a list what the number said that opens it.
type Length struct {
	From   Link // where the number stands
	Number string
	Text   string
	More   string // that the list is longer than was counted
}

// mostPlaces is how many places a telephone shows before the page; more are folded there, under the one where the reader is.
const mostPlaces = 4

// Folds says whether the places within the current one are folded on a narrow screen.
func (c Chrome) Folds() bool { return len(c.Sub) > mostPlaces }

// NavItem is one entry of the navigation.
type NavItem struct {
	Text    string
	URL     string
	Current bool
}

// frame is the dot of the layout.
type frame struct {
	Chrome
	Lang      string
	Title     string
	Languages []languageChoice
	Back      string // where a change of language returns to
	Flash     string
	Synthetic bool
	ExitURL   string
	IdleMS    int64
	Main      template.HTML
}

var (
	registered   []Page
	registeredMu sync.Mutex
)

// Register makes page structs known, so that their templates are parsed at start and checked by the tests. Slices call
// it from a package variable: var _ = httpkit.Register(ShowPage{}).
func Register(pages ...Page) bool {
	registeredMu.Lock()
	defer registeredMu.Unlock()
	registered = append(registered, pages...)
	return true
}

// Registered lists the known page structs.
func Registered() []Page {
	registeredMu.Lock()
	defer registeredMu.Unlock()
	return slices.Clone(registered)
}

// TitleKey is the key of a page's tab title.
func TitleKey(template string) string { return strings.ReplaceAll(template, "/", ".") + "_title" }

// render writes a whole page into a buffer: first its content, then the layout around it.
func (k *Kit) render(r *Request, p Page, status int) (*bytes.Buffer, error) {
	var main bytes.Buffer
	main.Grow(32 << 10) // a victim's page; doubling up to it copies as much again
	if err := k.shelf.page(r.W.Lang(), p.Template(), &main, p); err != nil {
		return nil, fmt.Errorf("page %s: %w", p.Template(), err)
	}
	title := r.W.T(TitleKey(p.Template()))
	if failed, ok := p.(ErrorPage); ok {
		title = failed.Heading // words of the catalogue, by kind
	} else if status >= 400 {
		title = r.W.T("web.title_with_error", "Title", title)
	}
	whole := new(bytes.Buffer)
	whole.Grow(main.Len() + 8<<10)
	err := k.shelf.layout(r.W.Lang(), whole, frame{
		Chrome: k.cfg.Chrome(r), Lang: r.W.Lang(), Title: title, Languages: languages(r.W.Lang()), Back: r.back(status),
		Flash: k.takeFlash(r), Synthetic: k.cfg.Synthetic, ExitURL: k.cfg.ExitURL, IdleMS: k.cfg.Idle.Milliseconds(),
		Main: template.HTML(main.String()), // written by html/template a moment ago, not by a person
	})
	if err != nil {
		return nil, fmt.Errorf("layout of %s: %w", p.Template(), err)
	}
	return whole, nil
}
