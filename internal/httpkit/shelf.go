package httpkit

import (
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"

	"relais/internal/locale"
)

const (
	layoutFile    = "layouts/layout.html"
	documentFile  = "layouts/document.html" // around what leaves the program
	documentStyle = "document.css"
)

// shelf holds the parsed templates: for each language the layouts, and one set of all pages with the partials. A copy of the
// partials for each page would be most of what the program holds in memory.
type shelf struct {
	layouts   map[string]*template.Template
	documents map[string]*template.Template
	pages     map[string]*template.Template
}

// newShelf parses everything a registered page needs; a page without template or title is an error.
func newShelf(files fs.FS, words *locale.Catalogue, assets *assets) (*shelf, error) {
	s := &shelf{layouts: map[string]*template.Template{}, documents: map[string]*template.Template{}, pages: map[string]*template.Template{}}
	for _, lang := range locale.Langs() {
		parser, err := newParser(files, functions(words.For(lang), assets))
		if err != nil {
			return nil, err
		}
		if s.layouts[lang], err = parser.parse(layoutFile); err != nil {
			return nil, err
		}
		if s.documents[lang], err = parser.parse(documentFile); err != nil {
			return nil, err
		}
		if s.pages[lang], err = parser.pages(words.For(lang)); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// functions are what templates may call, in the words of one language.
func functions(w *locale.Words, assets *assets) template.FuncMap {
	return template.FuncMap{
		"t":         w.T,
		"n":         w.N,
		"date":      w.Date,
		"day":       w.Day,
		"datetime":  w.DateTime,
		"number":    w.Number,
		"lang":      w.Lang,
		"asset":     assets.url,
		"integrity": assets.integrity,
	}
}

// Parser parses pages together with the partials; checks use it as the kit does.
type Parser struct {
	files     fs.FS
	functions template.FuncMap
	partials  *template.Template
}

// NewParser reads the partials of a folder of templates, for checks: its pages are not for serving.
func NewParser(files fs.FS, w *locale.Words) (*Parser, error) {
	return newParser(files, functions(w, &assets{}))
}

func newParser(files fs.FS, functions template.FuncMap) (*Parser, error) {
	partials, err := template.New("").Funcs(functions).ParseFS(files, "partials/*.html")
	if err != nil {
		return nil, err
	}
	return &Parser{files: files, functions: functions, partials: partials}, nil
}

// Page parses one page ("victim/show") with the partials and the shared parts of its slice (files that begin with "_").
func (p *Parser) Page(name string) (*template.Template, error) {
	files, err := p.filesOf(name)
	if err != nil {
		return nil, err
	}
	return p.parse(files...)
}

// filesOf are the files of a page, itself last.
func (p *Parser) filesOf(name string) ([]string, error) {
	shared, err := fs.Glob(p.files, path.Join(path.Dir(name), "_*.html"))
	return append(shared, name+".html"), err
}

// pages puts every registered page, under its own name, and the shared parts of the slices into one set with the partials.
func (p *Parser) pages(w *locale.Words) (*template.Template, error) {
	set, err := p.partials.Clone()
	if err != nil {
		return nil, err
	}
	there := map[string]bool{} // the pages of a slice share parts
	for _, page := range Registered() {
		name := page.Template()
		if !w.Has(TitleKey(name)) {
			return nil, fmt.Errorf("page %s: no title %s in %s", name, TitleKey(name), w.Lang())
		}
		files, err := p.filesOf(name)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if there[file] {
				continue
			}
			there[file] = true
			if err := p.addTo(set, file); err != nil {
				return nil, err
			}
		}
	}
	return set, nil
}

// addTo parses a file into the set, under its path. A name that is defined twice is an error: one would stand in for the other.
func (p *Parser) addTo(set *template.Template, file string) error {
	text, err := fs.ReadFile(p.files, file)
	if err != nil {
		return err
	}
	alone, err := template.New(file).Funcs(p.functions).Parse(string(text))
	if err != nil {
		return err
	}
	for _, part := range alone.Templates() {
		if part.Tree == nil {
			continue
		}
		if set.Lookup(part.Name()) != nil {
			return fmt.Errorf("%s: %q is defined elsewhere too", file, part.Name())
		}
		if _, err := set.AddParseTree(part.Name(), part.Tree); err != nil {
			return err
		}
	}
	return nil
}

// parse adds files to a copy of the partials; the result executes the last one.
func (p *Parser) parse(names ...string) (*template.Template, error) {
	set, err := p.partials.Clone()
	if err != nil {
		return nil, err
	}
	if set, err = set.ParseFS(p.files, names...); err != nil {
		return nil, err
	}
	return set.Lookup(path.Base(names[len(names)-1])), nil
}

func (s *shelf) page(lang, name string, to io.Writer, p Page) error {
	page := s.pages[lang].Lookup(name + ".html")
	if page == nil {
		return fmt.Errorf("not registered")
	}
	return page.Execute(to, p)
}

func (s *shelf) layout(lang string, to io.Writer, f frame) error {
	return s.layouts[lang].Execute(to, f)
}
