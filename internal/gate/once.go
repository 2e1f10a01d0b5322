package gate

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"relais/internal/database"
	"relais/internal/fault"
)

// Once makes a creation happen once. The first call with a key runs create and remembers the id; the same key with the same
// content gives that id again; the same key with other content is refused. An empty key runs create without remembering.
func (tx *Tx) Once(key, content string, create func() (string, error)) (id string, again bool, err error) {
	if key == "" {
		id, err = create()
		return id, false, err
	}
	if len(key) > 200 {
		return "", false, fault.New(fault.Invalid, "gate.invalid").WithField("Idempotency-Key", "gate.bad_once_key")
	}
	if id, again, err = tx.OnceBefore(tx.action, key, content); err != nil || again {
		return id, again, err
	}
	if id, err = create(); err != nil {
		return "", false, err
	}
	hashed, fingerprint := tx.onceOf(tx.action, key, content)
	// A twin that committed meanwhile makes this a serialization failure on PostgreSQL: the whole use case runs again and
	// finds what the twin made. SQLite has one writer, so there are no twins.
	return id, false, tx.ExecOne(insertOnce, Args{"key": hashed, "fingerprint": fingerprint, "result": id})
}

// OnceBefore looks for what an action made before under a key. It serves a creation that takes its own file out of sight, so
// that the same request finds no file when it comes again.
func (tx *Tx) OnceBefore(a Action, key, content string) (id string, again bool, err error) {
	hashed, fingerprint := tx.onceOf(a, key, content)
	var before struct {
		Fingerprint []byte `db:"fingerprint"`
		ResultID    string `db:"result_id"`
	}
	err = tx.Get(&before, selectOnce, Args{"key": hashed})
	switch {
	case err == nil && subtle.ConstantTimeCompare(before.Fingerprint, fingerprint) == 1:
		return before.ResultID, true, nil
	case err == nil:
		return "", false, fault.New(fault.Conflict, "gate.once_other_content")
	case errors.Is(err, database.ErrNoRows):
		return "", false, nil
	}
	return "", false, err
}

func (tx *Tx) onceOf(a Action, key, content string) (hashed, fingerprint []byte) {
	return tx.gate.Pepper("once", []byte(key)), tx.gate.Pepper("once-content", []byte(a.name+"\x00"+content))
}

// onceHolds is how long a creation is remembered; nobody sends the same form again after a month.
const onceHolds = 30 * 24 * time.Hour

// Sweep forgets creations of long ago. What was created stays.
func (g *Gate) Sweep(ctx context.Context) error {
	return g.db.Write(ctx, func(raw *database.Tx) error {
		_, err := raw.Exec(sweepOnce, Args{"before": g.clock().Add(-onceHolds)})
		return err
	})
}
