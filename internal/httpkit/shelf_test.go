package httpkit_test

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"relais/internal/httpkit"
	"relais/web"
)

// TestLook_refusesANameThatTwoFilesDefine: all pages of a language stand in one set, where the second would silently take the
// place of the first on other slices' pages.
func TestLook_refusesANameThatTwoFilesDefine(t *testing.T) {
	sampleLook(t)
	for file, text := range map[string]string{
		"a partial": `{{define "form"}}another form{{end}}`, "a page": `{{define "sample/page.html"}}twice{{end}}`,
	} {
		templates := maps.Clone(sampled.templates)
		templates["sample/_more.html"] = &fstest.MapFile{Data: []byte(text)}
		_, err := httpkit.NewLook(sampled.words, templates, web.Static())
		if err == nil || !strings.Contains(err.Error(), "is defined elsewhere too") {
			t.Errorf("a part with the name of %s: %v", file, err)
		}
	}
}
