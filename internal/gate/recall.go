package gate

import (
	"sync"
	"time"

	"relais/internal/moment"
)

// What was read of a file is kept for a while under the version at which it was read, and read again when the file has moved
// on, or roles, people or agencies have changed. Version and generation are read in the transaction that uses what was kept, in the statement that finds the grants, so nothing stale
// is ever used; the database itself moves it with every entry and every change of a key (migration 0013). Kept are rows as they
// lie in the database, sealed and wrapped; decisions are made anew each time.

// keptFor is the shortest time after which what was kept is forgotten; the longest is twice that. It is as long as the vault
// keeps an opened key.
const keptFor = 5 * time.Minute

// mostKept bounds how many things are kept before the older half is forgotten.
const mostKept = 4096

// what names a kept thing: a kind of rows, and whose they are.
type what struct{ kind, of string }

type kept struct {
	at    fence
	value any
}

// fence is the instant of the data at which something was read; every change that matters to it moves one of the two.
type fence struct{ version, generation int64 }

// recollection has two halves: what was used lately, and what was before. The older half is forgotten as a whole.
type recollection struct {
	lock       sync.Mutex
	young, old map[what]kept
	turned     moment.Time
}

func (r *recollection) get(w what, at fence, now moment.Time) (any, bool) {
	found, ok := r.look(w, now)
	return found.value, ok && found.at == at
}

// find gives a thing that carries its own fence.
func (r *recollection) find(w what, now moment.Time) (any, bool) {
	found, ok := r.look(w, now)
	return found.value, ok
}

func (r *recollection) look(w what, now moment.Time) (kept, bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.turn(now)
	found, ok := r.young[w]
	if !ok {
		found, ok = r.old[w]
	}
	return found, ok
}

func (r *recollection) put(w what, at fence, value any, now moment.Time) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.turn(now)
	r.young[w] = kept{at: at, value: value}
}

// turn forgets the older half when its time has come or the younger one is full; a clock that was set back counts as time.
func (r *recollection) turn(now moment.Time) {
	if age := now.Sub(r.turned); r.young != nil && age >= 0 && age < keptFor && len(r.young) < mostKept {
		return
	}
	r.old, r.young, r.turned = r.young, map[what]kept{}, now
}

// Recall gives what read gives for this file, without reading where nothing was written in the file since. What it gives is
// shared: nobody may change it. It must depend on the file alone, never on who asks.
func Recall[T any](tx *Tx, kind string, read func() (T, error)) (T, error) {
	return recall(tx, what{kind, tx.file.ID}, fence{tx.file.Version, tx.generation}, read)
}

// RecallStaff is Recall for what the caller's agency knows of its people: it changes with the generation of the roles, which
// every change of a person raises.
func RecallStaff[T any](tx *Tx, kind, workerID string, read func() (T, error)) (T, error) {
	return recall(tx, what{kind, tx.caller.Actor.AgencyID + workerID}, fence{generation: tx.generation}, read)
}

func recall[T any](tx *Tx, w what, at fence, read func() (T, error)) (T, error) {
	if at.generation == 0 || w.of == "" || tx.raw.Writes() { // the program has no generation; who writes reads what was just written
		return read()
	}
	if value, ok := tx.gate.recalls.get(w, at, tx.now); ok {
		return value.(T), nil
	}
	value, err := read()
	if err == nil {
		tx.gate.recalls.put(w, at, value, tx.now)
	}
	return value, err
}
