package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

const maxKeyFile = 1 << 20 // bytes; a keyset has a few hundred per key

// Create makes a fresh set of keys in dir (0700, files 0600) and refuses to touch keys that are there.
// Keep a copy of dir apart from the database's backups: without it nothing sealed can be read again.
func Create(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	unlock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer unlock()
	texts, err := newTexts()
	if err != nil {
		return err
	}
	files := filesOf(&texts)
	for _, f := range files {
		if _, err := os.Lstat(filepath.Join(dir, f.name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: %s", ErrExists, filepath.Join(dir, f.name))
		}
	}
	for i, f := range files {
		if err := writeWhole(dir, f.name, *f.text); err != nil {
			for _, written := range files[:i] {
				os.Remove(filepath.Join(dir, written.name)) // nothing was sealed under them yet
			}
			return err
		}
	}
	return nil
}

type namedText struct {
	name string
	text *string
}

// filesOf pairs the texts with their files; the KEK is last, so a Create that was cut off is seen as a missing KEK.
func filesOf(t *Texts) []namedText {
	return []namedText{{signerFile, &t.Signer}, {indexFile, &t.Index}, {pepperFile, &t.Pepper}, {kekFile, &t.KEK}}
}

func readDir(dir string) (Texts, error) {
	if err := refuseOpen(dir); err != nil {
		return Texts{}, err
	}
	var texts Texts
	for _, f := range filesOf(&texts) {
		var err error
		if *f.text, err = readPrivate(filepath.Join(dir, f.name)); err != nil {
			return Texts{}, err
		}
	}
	return texts, nil
}

func readPrivate(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: %s", ErrMissing, path)
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return "", err
	}
	if !stat.Mode().IsRegular() || stat.Size() > maxKeyFile {
		return "", fmt.Errorf("%w: %s: not a key file of relais", ErrGarbled, path)
	}
	if err := refuseMode(path, stat.Mode(), 0o600); err != nil {
		return "", err
	}
	text, err := io.ReadAll(f)
	return string(text), err
}

func refuseOpen(dir string) error {
	stat, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrMissing, dir)
	}
	if err != nil {
		return err
	}
	return refuseMode(dir, stat.Mode(), 0o700)
}

func refuseMode(path string, mode, want fs.FileMode) error {
	if mode.Perm()&0o077 == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s has mode %04o, wants %04o", ErrTooOpen, path, mode.Perm(), want)
}

// writeWhole puts text in place by rename, so a crash leaves the old file or the new one and never half of one.
func writeWhole(dir, name, text string) error {
	tmp, err := os.CreateTemp(dir, "."+name+"-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// lockDir keeps a second key command out while one runs; the kernel drops the lock with the process.
func lockDir(dir string) (unlock func(), err error) {
	if err := refuseOpen(dir); err != nil {
		return nil, err
	}
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		d.Close()
		return nil, fmt.Errorf("%w: another key command runs in %s", ErrInUse, dir)
	}
	return func() { d.Close() }, nil
}
