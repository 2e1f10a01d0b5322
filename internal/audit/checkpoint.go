package audit

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"relais/internal/database"
	"relais/internal/fault"
)

// Checkpoint is a signed head of the tree: so many entries, with this root.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
	Text   []byte // the signed note, as it is handed out
}

// Checkpoint returns the newest signed checkpoint as text (C2SP tlog-checkpoint in a signed note); fault.NotFound before the
// first one.
func (l *Log) Checkpoint(ctx context.Context) ([]byte, error) {
	var text []byte
	err := l.db.Read(ctx, func(tx *database.Tx) error {
		cp, err := l.newest(tx)
		text = cp.Text
		return err
	})
	if err != nil {
		return nil, err
	}
	if text == nil {
		return nil, fault.New(fault.NotFound, "audit.no_checkpoint")
	}
	return text, nil
}

// newest reads the last checkpoint; the zero Checkpoint where nothing was signed yet.
func (l *Log) newest(tx *database.Tx) (Checkpoint, error) {
	text, err := newestNote(tx)
	if err != nil || text == nil {
		return Checkpoint{}, err
	}
	return l.open(text)
}

func (l *Log) sign(size int64, root tlog.Hash) (Checkpoint, error) {
	text, err := note.Sign(&note.Note{Text: headText(l.origin, size, root)}, l.signer)
	return Checkpoint{Origin: l.origin, Size: size, Root: root, Text: text}, err
}

// open reads a checkpoint that one of the log's own keys signed.
func (l *Log) open(text []byte) (Checkpoint, error) {
	cp, err := openCheckpoint(text, l.verifiers)
	if err == nil && cp.Origin != l.origin {
		err = errors.New("audit: a checkpoint of another log")
	}
	if err != nil {
		return Checkpoint{}, fault.New(fault.Internal, "audit.checkpoint_unreadable").Because(err)
	}
	return cp, nil
}

func headText(origin string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
}

func openCheckpoint(text []byte, verifiers note.Verifiers) (Checkpoint, error) {
	signed, err := note.Open(text, verifiers)
	if err != nil {
		return Checkpoint{}, err
	}
	lines := strings.SplitN(signed.Text, "\n", 4) // extension lines, if any, stay unread in the fourth part
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, errors.New("audit: not a checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, errors.New("audit: a checkpoint without a size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, errors.New("audit: a checkpoint without a root")
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: root, Text: text}, nil
}

// verifiersOf reads note verifier keys, one a line.
func verifiersOf(keys string) ([]note.Verifier, error) {
	var list []note.Verifier
	for key := range strings.FieldsSeq(keys) {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return nil, err
		}
		list = append(list, verifier)
	}
	if len(list) == 0 {
		return nil, errors.New("audit: no verifier key")
	}
	return list, nil
}

func parseVerifiers(keys, origin string) (note.Verifiers, error) {
	list, err := verifiersOf(keys)
	if err != nil {
		return nil, fault.New(fault.Internal, "audit.verifier_key").Because(err)
	}
	for _, verifier := range list {
		if verifier.Name() != origin {
			return nil, fault.New(fault.Internal, "audit.key_of_another_origin")
		}
	}
	return note.VerifierList(list...), nil
}

// parseSigner reads the signer key and makes sure that one of the verifier keys belongs to it.
func parseSigner(key, origin string, verifiers note.Verifiers) (note.Signer, error) {
	signer, err := note.NewSigner(key)
	if err != nil {
		return nil, fault.New(fault.Internal, "audit.signer_key") // the cause could quote the key
	}
	if signer.Name() != origin {
		return nil, fault.New(fault.Internal, "audit.key_of_another_origin")
	}
	if _, err := verifiers.Verifier(signer.Name(), signer.KeyHash()); err != nil {
		return nil, fault.New(fault.Internal, "audit.keys_do_not_match")
	}
	return signer, nil
}
