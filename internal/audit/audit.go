// Package audit keeps the trail: entries that cannot be changed unseen, numbered in a Merkle tree (RFC 6962) under signed
// checkpoints, with proofs that anybody can check.
// It does not decide what is recorded and shows nothing to anybody: the gate fills entries in, the trail's pages show them.
package audit

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"hash"
	"log/slog"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// Options are the parts of a log.
type Options struct {
	SignerKey   string       // note signer key, from NewKeys; empty for a log that only verifies
	VerifierKey string       // note verifier keys, one a line: the present one and those of former signer keys
	Origin      string       // name of the log and of its keys, a URL without scheme such as relais.example.be/trail
	Heads       HeadStore    // where checkpoints are kept outside the database; needed to sign
	Looks       *database.DB // the file beside in which looks wait for their numbers; the database itself when nil
	Clock       moment.Clock // moment.Now when nil
	Logger      *slog.Logger // nothing is logged when nil
}

// Log is the trail of one database.
type Log struct {
	db        *database.DB
	origin    string
	signer    note.Signer
	verifiers note.Verifiers
	tagKey    []byte
	macs      sync.Pool // of hash.Hash under tagKey
	heads     HeadStore
	clock     moment.Clock
	logger    *slog.Logger

	pending    pending
	own        ownRows
	looks      looks
	sequencing sync.Mutex
}

// Open checks the keys against each other and the origin; it reads nothing from the database.
func Open(db *database.DB, opts Options) (*Log, error) {
	verifiers, err := parseVerifiers(opts.VerifierKey, opts.Origin)
	if err != nil {
		return nil, err
	}
	l := &Log{db: db, origin: opts.Origin, verifiers: verifiers, heads: opts.Heads, clock: opts.Clock, logger: opts.Logger,
		looks: looks{db: opts.Looks, unread: everywhere, many: make(chan struct{}, 1)}}
	if l.clock == nil {
		l.clock = moment.Now
	}
	if l.logger == nil {
		l.logger = slog.New(slog.DiscardHandler)
	}
	if opts.SignerKey == "" {
		return l, nil
	}
	if opts.Heads == nil {
		return nil, fault.New(fault.Internal, "audit.heads_missing")
	}
	if l.signer, err = parseSigner(opts.SignerKey, opts.Origin, verifiers); err != nil {
		return nil, err
	}
	l.tagKey = tagKey(opts.SignerKey)
	l.macs.New = func() any { return hmac.New(sha256.New, l.tagKey) }
	return l, nil
}

// NewKeys makes a key pair for a log of this origin, as the two strings that Options takes.
func NewKeys(origin string) (signerKey, verifierKey string, err error) {
	return note.GenerateKey(rand.Reader, origin)
}

// tagKey derives the key under which queued entries are tagged, so that the queue needs no secret of its own.
func tagKey(signerKey string) []byte {
	mac := hmac.New(sha256.New, []byte(signerKey))
	mac.Write([]byte("relais audit queue"))
	return mac.Sum(nil)
}

// tag is the keyed hash of a body; its state is used again, because every entry needs one.
func (l *Log) tag(body []byte) []byte {
	mac := l.macs.Get().(hash.Hash)
	defer l.macs.Put(mac)
	mac.Reset()
	mac.Write(body)
	return mac.Sum(nil)
}
