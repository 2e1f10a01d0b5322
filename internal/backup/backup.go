// Package backup writes some files into one and takes them out again: a manifest with the hash of each, a mark over it by whoever
// holds the keys, then the files. It never overwrites anything.
// It does not know what the files are, and no key ever goes in: keys are kept apart, or the backup would open itself.
package backup

import (
	"archive/tar"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Format is what the manifest of a backup begins with; another format would have another.
const Format = "relais-backup-1"

// The first two members of the archive.
const (
	manifestName = "manifest.json"
	markName     = "manifest.mark"
)

// longest is the most bytes that the manifest or its mark may have.
const longest = 1 << 20

// What can be wrong with a backup.
var (
	ErrNoBackup = errors.New("not a backup of relais")
	ErrChanged  = errors.New("the backup was changed or is damaged")
)

// File is one file of a backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Manifest is what a backup says of itself.
type Manifest struct {
	Format string    `json:"format"`
	MadeAt time.Time `json:"made_at"`
	Keys   string    `json:"keys"` // names the keys that open it, without giving anything away
	Files  []File    `json:"files"`
}

// Mark is a keyed hash of a manifest, by keys that are not in the backup.
type Mark func(manifest []byte) []byte

// Write puts files of a directory into a new file at path, which only its owner may read. It is on disk when Write returns.
func Write(path, dir string, names []string, m Manifest, mark Mark) (written Manifest, err error) {
	m.Format = Format
	for _, name := range names {
		file, err := measure(dir, name)
		if err != nil {
			return m, err
		}
		m.Files = append(m.Files, file)
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return m, err
	}
	archive := tar.NewWriter(out)
	err = errors.Join(putText(archive, manifestName, text), putText(archive, markName, []byte(hex.EncodeToString(mark(text)))))
	for _, file := range m.Files {
		if err == nil {
			err = putFile(archive, dir, file)
		}
	}
	err = errors.Join(err, archive.Close(), out.Sync(), out.Close())
	if err != nil {
		return m, errors.Join(err, os.Remove(path))
	}
	return m, syncDir(filepath.Dir(path))
}

func measure(dir, name string) (File, error) {
	in, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return File{}, err
	}
	defer func() { _ = in.Close() }()
	sum := sha256.New()
	size, err := io.Copy(sum, in)
	return File{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

func putText(archive *tar.Writer, name string, text []byte) error {
	err := archive.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text))})
	if err == nil {
		_, err = archive.Write(text)
	}
	return err
}

func putFile(archive *tar.Writer, dir string, file File) error {
	in, err := os.Open(filepath.Join(dir, file.Name))
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	if err := archive.WriteHeader(&tar.Header{Name: file.Name, Mode: 0o600, Size: file.Size}); err != nil {
		return err
	}
	_, err = io.Copy(archive, in)
	return err
}

// Unpack takes a backup apart into an empty directory and holds every file against the manifest, and the manifest against the
// mark. What is not in the manifest is refused, and so is a file that lacks.
func Unpack(path, dir string, mark Mark) (m Manifest, err error) {
	in, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer func() { _ = in.Close() }()
	archive := tar.NewReader(in)
	text, err := takeText(archive, manifestName)
	if err != nil {
		return m, err
	}
	if json.Unmarshal(text, &m) != nil || m.Format != Format {
		return Manifest{}, ErrNoBackup
	}
	marked, err := takeText(archive, markName)
	if err != nil {
		return m, err
	}
	if !hmac.Equal(marked, []byte(hex.EncodeToString(mark(text)))) {
		return m, fmt.Errorf("%w, or these are not its keys: the mark of the manifest does not fit", ErrChanged)
	}
	for _, file := range m.Files {
		if err := takeFile(archive, dir, file); err != nil {
			return m, err
		}
	}
	if _, err := archive.Next(); !errors.Is(err, io.EOF) {
		return m, fmt.Errorf("%w: there is more in it than the manifest says", ErrChanged)
	}
	return m, nil
}

// ReadManifest reads what a backup says of itself, before anybody believes it.
func ReadManifest(path string) (m Manifest, err error) {
	in, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer func() { _ = in.Close() }()
	text, err := takeText(tar.NewReader(in), manifestName)
	if err == nil && (json.Unmarshal(text, &m) != nil || m.Format != Format) {
		err = ErrNoBackup
	}
	return m, err
}

func takeText(archive *tar.Reader, name string) ([]byte, error) {
	header, err := archive.Next()
	if err != nil || header.Name != name || header.Size > longest {
		return nil, ErrNoBackup
	}
	text, err := io.ReadAll(archive)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrChanged, name)
	}
	return text, nil
}

// takeFile writes the next member, which has to be the one that the manifest names, under a name that leads nowhere else.
func takeFile(archive *tar.Reader, dir string, file File) error {
	header, err := archive.Next()
	if err != nil || header.Name != file.Name || header.Size != file.Size || header.Typeflag != tar.TypeReg || !filepath.IsLocal(file.Name) ||
		filepath.Base(file.Name) != file.Name {
		return fmt.Errorf("%w: %s is not where the manifest says", ErrChanged, file.Name)
	}
	out, err := os.OpenFile(filepath.Join(dir, file.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, sum), archive)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrChanged, file.Name, err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
		return fmt.Errorf("%w: the hash of %s does not fit", ErrChanged, file.Name)
	}
	return nil
}

func syncDir(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
