package web

import (
	"crypto/sha512"
	"encoding/base64"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func TestVendored_isWhatTheReadmeSays(t *testing.T) {
	readme, err := os.ReadFile("vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"vendor/govuk.css", "vendor/htmx.js", "axe/axe.min.js"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha512.Sum384(content)
		if !strings.Contains(string(readme), base64.StdEncoding.EncodeToString(sum[:])) {
			t.Errorf("%s is not the file that vendor/README.md describes", file)
		}
	}
}

func TestStyleSheets_loadNothingFromElsewhere(t *testing.T) {
	for _, file := range []string{"vendor/govuk.css", "static/relais.css", "static/document.css", "static/relais.js"} {
		content, err := fs.ReadFile(Static(), file)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"url(", "@import", "@font-face", "GDS Transport", "crest", "innerHTML", "eval(", "localStorage", "sessionStorage", "fetch("} {
			if strings.Contains(string(content), bad) {
				t.Errorf("%s holds %q", file, bad)
			}
		}
	}
}

func TestProduct_embedsNoTestTool(t *testing.T) {
	err := fs.WalkDir(Static(), ".", func(name string, _ fs.DirEntry, err error) error {
		if strings.Contains(name, "axe") || strings.Contains(name, "node_modules") {
			t.Errorf("%s is embedded", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
