package database

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// scriptFS is a flat, read-only file system of migration texts, as goose wants them.
type scriptFS map[string]string

// Open gives one script.
func (s scriptFS) Open(name string) (fs.File, error) {
	text, ok := s[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &script{Reader: strings.NewReader(text), name: name, size: int64(len(text))}, nil
}

// Glob answers goose's questions for the list of scripts.
func (s scriptFS) Glob(pattern string) ([]string, error) {
	var names []string
	for name := range s {
		match, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if match {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

type script struct {
	io.Reader
	name string
	size int64
}

func (f *script) Stat() (fs.FileInfo, error) { return f, nil }
func (f *script) Close() error               { return nil }
func (f *script) Name() string               { return f.name }
func (f *script) Size() int64                { return f.size }
func (f *script) Mode() fs.FileMode          { return 0o444 }
func (f *script) ModTime() time.Time         { return time.Time{} }
func (f *script) IsDir() bool                { return false }
func (f *script) Sys() any                   { return nil }
