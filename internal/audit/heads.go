package audit

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// HeadStore keeps signed checkpoints where whoever can write the database cannot: without a head held elsewhere a database
// that was set back cannot be told from a true one.
type HeadStore interface {
	Append(checkpoint []byte) error // durable before it returns
	Latest() ([]byte, error)        // nil, nil when there is none yet
	All() iter.Seq2[[]byte, error]  // in the order of Append
}

// DirHeads keeps checkpoints in DIR/checkpoints.log, one after the other, as text that people and witnesses can read.
// The file is only appended to, so it may be made append-only (chattr +a) or lie on a medium of another administrator.
type DirHeads struct {
	path string
	lock sync.Mutex
}

// gap ends a record: a checkpoint has no two line ends in a row but the one before its signatures.
const gap = "\n\n"

// tailSize is what Latest reads first; a checkpoint with one signature has about 200 bytes.
const tailSize = 8 << 10

// NewDirHeads uses the directory, which it makes for the owner only where it does not exist.
func NewDirHeads(dir string) (*DirHeads, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	d := &DirHeads{path: filepath.Join(dir, "checkpoints.log")}
	file, err := os.OpenFile(d.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return d, errors.Join(file.Close(), syncDir(dir))
}

func syncDir(dir string) error {
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// Append writes the checkpoint and waits until it is on disk.
func (d *DirHeads) Append(checkpoint []byte) error {
	d.lock.Lock()
	defer d.lock.Unlock()
	file, err := os.OpenFile(d.path, os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	torn, err := isTorn(file)
	if err == nil {
		_, err = file.Write(record(checkpoint, torn))
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// record is the checkpoint and an empty line; after a torn record it begins with a line that makes that one unreadable.
func record(checkpoint []byte, torn bool) []byte {
	text := append([]byte(nil), bytes.TrimRight(checkpoint, "\n")...)
	if torn {
		text = append([]byte("\n(torn)"+gap), text...)
	}
	return append(text, gap...)
}

// isTorn says whether a crash left half a record at the end.
func isTorn(file *os.File) (bool, error) {
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return false, err
	}
	last := make([]byte, min(end, int64(len(gap))))
	_, err = file.ReadAt(last, end-int64(len(last)))
	return string(last) != gap, err
}

// Latest reads the newest whole checkpoint.
func (d *DirHeads) Latest() ([]byte, error) {
	file, err := os.Open(d.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	end, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	for size := int64(tailSize); ; size *= 16 {
		start := max(0, end-size)
		tail := make([]byte, end-start)
		if _, err := file.ReadAt(tail, start); err != nil {
			return nil, err
		}
		if latest := lastRecord(tail, start == 0); latest != nil || start == 0 {
			return latest, nil
		}
	}
}

// lastRecord finds the last whole checkpoint in the file's tail; the first part counts only where the file begins with it.
func lastRecord(tail []byte, whole bool) []byte {
	parts := bytes.Split(tail, []byte(gap))
	first := 1
	if whole {
		first = 0
	}
	for i := len(parts) - 2; i > first; i-- { // the last part is empty, or torn
		if isSigned(parts[i]) && !isSigned(parts[i-1]) {
			return join(parts[i-1], parts[i])
		}
	}
	return nil
}

// All reads every whole checkpoint.
func (d *DirHeads) All() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		file, err := os.Open(d.path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = file.Close() }()
		var body []byte
		parts := bufio.NewScanner(file)
		parts.Split(upToGap)
		for parts.Scan() {
			if body == nil || !isSigned(parts.Bytes()) {
				body = bytes.Clone(parts.Bytes())
				continue
			}
			if !yield(join(body, parts.Bytes()), nil) {
				return
			}
			body = nil
		}
		if err := parts.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// upToGap cuts the file at its empty lines; what follows the last one is torn and left out.
func upToGap(text []byte, atEnd bool) (advance int, token []byte, err error) {
	if i := bytes.Index(text, []byte(gap)); i >= 0 {
		return i + len(gap), text[:i], nil
	}
	if atEnd {
		return len(text), nil, nil
	}
	return 0, nil, nil
}

// isSigned says whether the text is made of signature lines only.
func isSigned(text []byte) bool {
	for line := range bytes.SplitSeq(text, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("— ")) {
			return false
		}
	}
	return true
}

func join(body, signatures []byte) []byte {
	return slices.Concat(body, []byte(gap), signatures, []byte("\n"))
}
