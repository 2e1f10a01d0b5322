package server

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/seal"
)

var (
	rotateAction  = gate.ByProgram("key.rotate")
	disableAction = gate.ByProgram("key.disable")
	enableAction  = gate.ByProgram("key.enable")
	destroyAction = gate.ByProgram("key.destroy")
)

// note records what an operator is about to do at the terminal. What cannot be recorded is not done; an entry without its deed says
// that somebody tried.
func (p *Program) note(ctx context.Context, action gate.Action, subject, field string) error {
	return p.Gate.Write(gate.AsProgram(ctx, "operator"), action, gate.Own(), func(*gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Admin, Subject: subject, Fields: []string{field}}, nil
	})
}

const keyEncryptionKey = "key_encryption_key"

// RotateKey makes a new key-encryption key that wraps from now on; programs that run already do not know it before they start again.
func (p *Program) RotateKey(ctx context.Context) error {
	if err := p.alone(ctx); err != nil {
		return err
	}
	if err := p.note(ctx, rotateAction, "", keyEncryptionKey); err != nil {
		return err
	}
	return seal.Rotate(p.settings.Keys)
}

// RewrapKeys wraps every stored data key under the newest key-encryption key and tells how many it changed.
func (p *Program) RewrapKeys(ctx context.Context) (int, error) {
	older, err := p.olderKeys()
	if err != nil {
		return 0, err
	}
	if err := p.alone(ctx, older...); err != nil {
		return 0, err
	}
	return p.Gate.Rewrap(gate.AsProgram(ctx, "operator"))
}

// DisableKey stops an old key from opening anything, and can be undone by EnableKey.
func (p *Program) DisableKey(ctx context.Context, id uint32) error {
	return p.retire(ctx, disableAction, id, seal.Disable)
}

// EnableKey lets a disabled key open again.
func (p *Program) EnableKey(ctx context.Context, id uint32) error {
	if err := p.note(ctx, enableAction, strconv.FormatUint(uint64(id), 10), keyEncryptionKey); err != nil {
		return err
	}
	return seal.Enable(p.settings.Keys, id)
}

// DestroyKey removes a disabled key for good: what only it wrapped, in old backups too, is never read again.
func (p *Program) DestroyKey(ctx context.Context, id uint32) error {
	return p.retire(ctx, destroyAction, id, seal.Destroy)
}

// retire does something to an old key under which nothing lies any more. What the key directory refuses is refused before it is
// recorded.
func (p *Program) retire(ctx context.Context, action gate.Action, id uint32, do func(dir string, id uint32) error) error {
	states, err := seal.KEKs(p.settings.Keys)
	if err != nil {
		return err
	}
	if err := seal.Retirable(states, id, action == destroyAction); err != nil {
		return err
	}
	if err := p.alone(ctx, id); err != nil {
		return err
	}
	under, err := p.Gate.Wrappers(ctx)
	if err != nil {
		return err
	}
	if under[id] > 0 {
		return fmt.Errorf("%w: %d stored keys are wrapped under key %d; run relais key rewrap first", seal.ErrInUse, under[id], id)
	}
	if err := p.note(ctx, action, strconv.FormatUint(uint64(id), 10), keyEncryptionKey); err != nil {
		return err
	}
	return do(p.settings.Keys, id)
}

// Mark makes known, where several programs may work on one database, with which key this one wraps, until it is closed.
func (p *Program) Mark(ctx context.Context) error { return p.Database.Mark(ctx, p.Vault.Primary()) }

// alone makes sure that no other program goes on with keys that it has read before: on SQLite none may run, on PostgreSQL none that
// wraps with one of these, and none begins to before this one is closed.
func (p *Program) alone(ctx context.Context, ids ...uint32) error {
	if err := p.Database.Retire(ctx, ids...); err != nil {
		return errors.Join(err, errors.New("stop it, or with PostgreSQL start every instance again, before these keys are changed"))
	}
	return nil
}

// olderKeys are the key-encryption keys that do not wrap any more.
func (p *Program) olderKeys() ([]uint32, error) {
	states, err := seal.KEKs(p.settings.Keys)
	var ids []uint32
	for _, s := range states {
		if !s.Primary {
			ids = append(ids, s.ID)
		}
	}
	return ids, err
}
