package gate

import (
	"context"

	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/seal"
)

// rewrapStep is how many keys are wrapped anew in one transaction: a file that somebody writes in waits for no more than these.
const rewrapStep = 200

var rewrapAction = ByProgram("key.rewrap")

const selectWrapped = `SELECT owner_id, domain, wrapped FROM data_key
WHERE destroyed_at = 0 AND (owner_id, domain) > (:owner, :domain)
ORDER BY owner_id, domain LIMIT :step`

const replaceWrapped = `UPDATE data_key SET wrapped = :wrapped WHERE owner_id = :owner AND domain = :domain AND wrapped = :was AND destroyed_at = 0`

// storedKey is a data key as it lies in the database.
type storedKey struct {
	Owner   string `db:"owner_id"`
	Domain  int64  `db:"domain"`
	Wrapped []byte `db:"wrapped"`
}

// Rewrap wraps every stored data key under the newest key-encryption key, some at a time: a run that was cut off begins again. It
// gives how many it changed. What the keys have sealed is not touched.
func (g *Gate) Rewrap(ctx context.Context) (changed int, err error) {
	last := storedKey{}
	for more := true; more; {
		var step rewrapped // of the run that was committed: a transaction may run again
		err := g.Write(ctx, rewrapAction, Own(), func(tx *Tx) (_ audit.Event, err error) {
			step, err = g.rewrapSome(tx, last)
			return audit.Event{Op: audit.Admin, Fields: []string{"data_key"}, ResultCount: int64(step.changed)}, err
		})
		if err != nil {
			return changed, err
		}
		changed, more, last = changed+step.changed, step.more, step.last
	}
	return changed, nil
}

type rewrapped struct {
	changed int
	more    bool
	last    storedKey
}

func (g *Gate) rewrapSome(tx *Tx, last storedKey) (done rewrapped, err error) {
	var keys []storedKey
	if err := tx.Select(&keys, selectWrapped, Args{"owner": last.Owner, "domain": last.Domain, "step": int64(rewrapStep)}); err != nil {
		return done, err
	}
	for _, k := range keys {
		anew, isOld, err := g.vault.Rewrap(tx.raw.Context(), k.Wrapped, k.Owner, seal.Domain(k.Domain))
		if err != nil {
			return done, err
		}
		if !isOld {
			continue
		}
		if err := tx.ExecOne(replaceWrapped, Args{"wrapped": anew, "owner": k.Owner, "domain": k.Domain, "was": k.Wrapped}); err != nil {
			return done, err
		}
		g.vault.Forget(k.Owner)
		done.changed++
	}
	if done.more = len(keys) == rewrapStep; done.more {
		done.last = keys[len(keys)-1]
	}
	return done, nil
}

const selectAllWrapped = `SELECT owner_id, domain, wrapped FROM data_key WHERE destroyed_at = 0`

// Wrappers counts the stored data keys by the key-encryption key that alone opens them.
func (g *Gate) Wrappers(ctx context.Context) (under map[uint32]int, err error) {
	err = g.db.Read(ctx, func(raw *database.Tx) error {
		under = map[uint32]int{}
		return raw.Each(selectAllWrapped, nil, func(scan func(dest any) error) error {
			var k storedKey
			if err := scan(&k); err != nil {
				return err
			}
			by, _ := seal.WrappedBy(k.Wrapped)
			under[by]++
			return nil
		})
	})
	return under, err
}
