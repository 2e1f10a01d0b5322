package httpkit

import (
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/locale"
)

// What page handlers have in common. A slice's pages.go says which page is shown and which use case is called; how a form comes
// back, when a version is asked for and how a list goes on stands here.

// Handler answers one request to a page.
type Handler = func(r *Request) (Reply, error)

// Change is Do for a form that changes something: one that does not say from which version it was filled is refused.
func (k *Kit) Change(h Handler) gin.HandlerFunc {
	return k.Do(func(r *Request) (Reply, error) {
		if r.Version() == 0 {
			return Reply{}, fault.New(fault.PreconditionRequired, "fault.precondition_required")
		}
		return h(r)
	})
}

// Shows is the handler of a page that is only looked at.
func Shows[P Page](page func(r *Request) (P, error)) Handler {
	return func(r *Request) (Reply, error) {
		p, err := page(r)
		return Show(p), err
	}
}

// Asking is a page with a form that is shown again where an answer was wrong; it is a pointer, because the form is filled then.
type Asking interface {
	Page
	Asks() *Form
}

// Sheet is what a page with one form has, for embedding: the way back and the form.
type Sheet struct {
	Back Link
	Form Form
}

// Asks is the form.
func (s *Sheet) Asks() *Form { return &s.Form }

// Posted answers a posted form by what came of it: done where all went well; where an answer was wrong or somebody else was first,
// the page once more, with what was typed.
func Posted[P Asking](r *Request, err error, done Reply, page func(r *Request) (P, error)) (Reply, error) {
	return PostedIn(r, err, done, page, P.Asks)
}

// PostedIn is Posted for one of the forms of a page that has several.
func PostedIn[P Page](r *Request, err error, done Reply, page func(r *Request) (P, error), form func(P) *Form) (Reply, error) {
	if !ComesBack(err) {
		return done, err
	}
	p, broken := page(r)
	if broken != nil {
		return Reply{}, Gone(err, broken)
	}
	return r.Again(p, form(p), err)
}

// List is what a page of a list has, for embedding: the lists beside it, its rows, the way to older ones. {{template "list" .List}}
// prints it.
type List struct {
	Boxes Boxes
	Table Table
	Pages Pagination
}

// Boxes lead to the lists of one page, of which one is shown.
type Boxes struct {
	Label string // for screen readers
	Items []NavItem
}

// BoxesOf are the lists of a slice at a path; its words are SLICE.boxes and SLICE.box.BOX.
func BoxesOf[B ~string](w *locale.Words, slice, path string, boxes []B, current B) Boxes {
	list := Boxes{Label: w.T(slice + ".boxes")}
	for _, b := range boxes {
		list.Items = append(list.Items, NavItem{Text: w.T(slice + ".box." + string(b)), URL: path + "?box=" + string(b), Current: b == current})
	}
	return list
}

// Pages leads from one page of a list to its first and to the next one; next is the cursor where that begins.
func (r *Request) Pages(url, next string) (p Pagination) {
	if r.Query("after") != "" {
		p.Newer = url
	}
	if next == "" {
		return p
	}
	join := "?"
	if strings.Contains(url, "?") {
		join = "&"
	}
	p.Older = url + join + "after=" + next
	return p
}

// Options are the choices of a list of codes, each with its word under the prefix.
func Options(w *locale.Words, prefix string, codes []string) []Option {
	options := make([]Option, 0, len(codes))
	for _, code := range codes {
		options = append(options, Option{Value: code, Label: w.T(prefix + code)})
	}
	return options
}
