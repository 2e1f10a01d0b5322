// Package pagecheck checks templates against the page structs that slices register: types, words, size and the rules of
// a page. Only tests import it.
package pagecheck

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/jba/templatecheck"

	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/web"
)

// longestTemplate is the size from which a page is two pages.
const longestTemplate = 120

// Slice checks the pages of one slice; for the slice's own test.
func Slice(t *testing.T, slice string) {
	t.Helper()
	for _, problem := range Problems(web.Templates(), web.Locales(), slice) {
		t.Error(problem)
	}
}

// All checks every registered page, and that no template lies about unregistered; for the test of the package that
// imports all slices.
func All(t *testing.T) {
	t.Helper()
	for _, problem := range Problems(web.Templates(), web.Locales(), "") {
		t.Error(problem)
	}
}

// Problems lists what is wrong with the pages of a slice, or of all when slice is empty.
func Problems(templates, locales fs.FS, slice string) []string {
	words, err := locale.Load(locales)
	if err != nil {
		return []string{err.Error()}
	}
	c := &check{templates: templates, words: words.For(locale.English), slice: slice}
	if c.parser, err = httpkit.NewParser(templates, c.words); err != nil {
		return []string{err.Error()}
	}
	for _, page := range httpkit.Registered() {
		if slice == "" || path.Dir(page.Template()) == slice {
			c.page(page)
		}
	}
	c.orphans()
	c.sources()
	return c.found
}

type check struct {
	templates fs.FS
	words     *locale.Words
	slice     string
	parser    *httpkit.Parser
	found     []string
}

func (c *check) report(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// page type-checks one template with its struct as dot, the partials it calls included.
func (c *check) page(page httpkit.Page) {
	name := page.Template()
	title := httpkit.TitleKey(name)
	if !c.words.Has(title) {
		c.report("%s: no title %s", name, title)
	} else if len(c.words.Placeholders(title)) > 0 {
		c.report("%s: the title %s takes values; a name could stand in a tab", name, title)
	}
	parsed, err := c.parser.Page(name)
	if err != nil {
		c.report("%s: %v", name, err)
		return
	}
	if err := templatecheck.CheckHTMLStrict(parsed, page); err != nil {
		c.report("%s with %T: %v", name, page, err)
	}
}

// orphans finds templates that no registered page uses: nobody checks them, and nobody would notice that they are dead.
func (c *check) orphans() {
	known := map[string]bool{}
	for _, page := range httpkit.Registered() {
		known[page.Template()] = true
	}
	c.each(func(name, _ string) {
		page := strings.TrimSuffix(name, ".html")
		if !strings.HasPrefix(path.Base(name), "_") && !known[page] {
			c.report("%s: no registered page uses it", name)
		}
	})
}

var (
	literalKey = regexp.MustCompile(`\{\{[^}]*?\b([tn]) "([^"]+)"((?: "[A-Za-z]+" [^ })]+)*)`)
	argument   = regexp.MustCompile(` "([A-Za-z]+)" `)
	inline     = regexp.MustCompile(`(?i)<style|<script|\sstyle=|\son[a-z]+=|\shx-on|javascript:`)
	actions    = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tags       = regexp.MustCompile(`(?s)<[^>]*>|&[a-z]+;`)
	word       = regexp.MustCompile(`[A-Za-z]{3,}`)
	markup     = regexp.MustCompile(`(?s)<[^>]*>`)
	colon      = regexp.MustCompile(`\}\}\s*:|:\s*\{\{`)
)

// sources reads the templates as text: size, inline code, words that are not in the catalogue.
func (c *check) sources() {
	c.each(func(name, content string) {
		if lines := strings.Count(content, "\n"); lines > longestTemplate {
			c.report("%s: %d lines, more than %d", name, lines, longestTemplate)
		}
		if bad := inline.FindString(content); bad != "" {
			c.report("%s: %q, which the content security policy blocks", name, strings.TrimSpace(bad))
		}
		if colon.MatchString(markup.ReplaceAllString(content, "")) {
			c.report("%s: a colon of its own; French puts a space before it, web.label knows", name)
		}
		text := tags.ReplaceAllString(actions.ReplaceAllString(content, ""), "")
		for _, bad := range word.FindAllString(text, -1) {
			c.report("%s: the word %q is not in the catalogue", name, bad)
		}
		c.literals(name, content)
	})
}

func (c *check) literals(name, content string) {
	for _, match := range literalKey.FindAllStringSubmatch(content, -1) {
		key := match[2]
		if !c.words.Has(key) {
			c.report("%s: no words for %s", name, key)
			continue
		}
		given := map[string]bool{"Count": match[1] == "n"}
		for _, arg := range argument.FindAllStringSubmatch(match[3], -1) {
			given[arg[1]] = true
		}
		for _, wanted := range c.words.Placeholders(key) {
			if !given[wanted] {
				c.report("%s: %s wants a value for %s", name, key, wanted)
			}
		}
	}
}

// each walks the templates of the slice, or of all slices.
func (c *check) each(look func(name, content string)) {
	root := "."
	if c.slice != "" {
		root = c.slice
	}
	err := fs.WalkDir(c.templates, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".html" || skipped(name) {
			return err
		}
		content, err := fs.ReadFile(c.templates, name)
		if err != nil {
			return err
		}
		look(name, string(content))
		return nil
	})
	if err != nil {
		c.report("%v", err)
	}
}

// skipped leaves out what httpkit checks itself.
func skipped(name string) bool {
	return strings.HasPrefix(name, "layouts/") || strings.HasPrefix(name, "partials/")
}
