package audit

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// What is in this file and in checkpoint.go's openCheckpoint is all that somebody needs who does not trust the program: the
// rest is golang.org/x/mod.

const inclusionHeading = "c2sp.org/tlog-proof@v1"

var errProof = errors.New("audit: not a proof")

// CheckInclusion checks that the entry is in the log of one of the verifier keys. Entry is the bytes as they were handed out,
// proof is the text of an Inclusion.
func CheckInclusion(verifierKeys string, entry, proof []byte) error {
	heading, rest, _ := strings.Cut(string(proof), "\n")
	if heading != inclusionHeading {
		return errProof
	}
	if strings.HasPrefix(rest, "extra ") {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	index, hashes, cp, err := readProof(verifierKeys, "index ", rest)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(hashes, cp.Size, cp.Root, index, tlog.RecordHash(entry))
}

// CheckConsistency checks that the log of the older checkpoint was only added to until the checkpoint in the proof, which is
// the text of a Consistency. Both have to be signed by one of the verifier keys.
func CheckConsistency(verifierKeys string, older, proof []byte) error {
	from, hashes, newer, err := readProof(verifierKeys, "old ", string(proof))
	if err != nil {
		return err
	}
	keys, err := verifiersOf(verifierKeys)
	if err != nil {
		return err
	}
	old, err := openCheckpoint(older, note.VerifierList(keys...))
	if err != nil {
		return err
	}
	if old.Origin != newer.Origin || old.Size != from {
		return errProof
	}
	return tlog.CheckTree(hashes, newer.Size, newer.Root, old.Size, old.Root)
}

// readProof reads "keyword N", the hashes, an empty line and the checkpoint.
func readProof(verifierKeys, keyword, text string) (n int64, hashes []tlog.Hash, cp Checkpoint, err error) {
	top, checkpoint, _ := strings.Cut(text, "\n\n")
	number, lines, _ := strings.Cut(top, "\n")
	if !strings.HasPrefix(number, keyword) {
		return 0, nil, cp, errProof
	}
	if n, err = strconv.ParseInt(number[len(keyword):], 10, 64); err != nil || n < 0 {
		return 0, nil, cp, errProof
	}
	for line := range strings.FieldsSeq(lines) {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, cp, errProof
		}
		hashes = append(hashes, hash)
	}
	keys, err := verifiersOf(verifierKeys)
	if err != nil {
		return 0, nil, cp, err
	}
	if cp, err = openCheckpoint([]byte(checkpoint), note.VerifierList(keys...)); err != nil {
		return 0, nil, cp, err
	}
	if cp.Origin != keys[0].Name() {
		return 0, nil, cp, errProof
	}
	return n, hashes, cp, nil
}
