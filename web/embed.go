// Package web holds the templates, the words and the static files, embedded into the binary. It has no logic: httpkit
// renders, locale reads.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:templates
var templates embed.FS

//go:embed locales
var locales embed.FS

//go:embed static vendor
var static embed.FS

// Templates are the layouts, the partials and one folder a slice.
func Templates() fs.FS { return below(templates, "templates") }

// Locales are one folder a language, each with one file a slice.
func Locales() fs.FS { return below(locales, "locales") }

// Static are the style sheets, scripts and pictures, ours and those of others.
func Static() fs.FS { return static }

func below(files embed.FS, dir string) fs.FS {
	sub, err := fs.Sub(files, dir)
	if err != nil {
		panic("web: " + dir + " is not embedded")
	}
	return sub
}
