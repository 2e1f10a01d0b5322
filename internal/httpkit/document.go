package httpkit

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"relais/internal/locale"
)

// outside is the dot of the layout around a page that leaves the program.
type outside struct {
	Lang      string
	Title     string
	Style     template.CSS
	Synthetic bool
	Main      template.HTML
}

// Document is a page that leaves the program: one file with its look in it, which fetches nothing, links nowhere and runs nothing.
// It names neither the program nor what it is for: whoever finds such a sheet need not learn that (domain 3.1, annex 15).
func (k *Kit) Document(w *locale.Words, p Page) ([]byte, error) {
	var main, whole bytes.Buffer
	if err := k.shelf.page(w.Lang(), p.Template(), &main, p); err != nil {
		return nil, fmt.Errorf("document %s: %w", p.Template(), err)
	}
	style, ok := k.assets.byName[documentStyle]
	if !ok {
		return nil, fmt.Errorf("no static file %s", documentStyle)
	}
	err := k.shelf.documents[w.Lang()].Execute(&whole, outside{Lang: w.Lang(), Title: w.T(TitleKey(p.Template())), Synthetic: k.cfg.Synthetic,
		Style: template.CSS(withoutComments(style.plain)), // our own file, not a person's words
		Main:  template.HTML(main.String()),               // written by html/template a moment ago
	})
	if err != nil {
		return nil, fmt.Errorf("layout of %s: %w", p.Template(), err)
	}
	return whole.Bytes(), nil
}

// withoutComments takes the comments off a style sheet: they name the program.
func withoutComments(style []byte) string {
	text := string(style)
	for {
		before, rest, found := strings.Cut(text, "/*")
		_, after, closed := strings.Cut(rest, "*/")
		if !found || !closed {
			return text
		}
		text = before + strings.TrimLeft(after, "\n")
	}
}
