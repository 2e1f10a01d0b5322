package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"relais/internal/seal"
	"relais/internal/server"
)

func keyInit(_ context.Context, env environment, _ []string) error {
	if err := seal.Create(env.cfg.Keys); err != nil {
		return err
	}
	fmt.Fprintf(env.out, "Keys made in %s. Back them up apart from the database: without them nobody reads it.\n", env.cfg.Keys)
	return nil
}

// keyList prints the key-encryption keys, the oldest first.
func keyList(_ context.Context, env environment, _ []string) error {
	states, err := seal.KEKs(env.cfg.Keys)
	if err != nil {
		return err
	}
	for _, s := range states {
		does := "opens what it wrapped"
		switch {
		case s.Primary:
			does = "wraps"
		case !s.Enabled:
			does = "disabled"
		}
		fmt.Fprintf(env.out, "%10d  %s\n", s.ID, does)
	}
	return nil
}

func keyRotate(ctx context.Context, env environment, _ []string) error {
	return env.withProgram(ctx, func(p *server.Program) error {
		if err := p.RotateKey(ctx); err != nil {
			return err
		}
		fmt.Fprintln(env.out, "A new key wraps from the next start on. Start every instance again, then run: relais key rewrap")
		return keyList(ctx, env, nil)
	})
}

func keyRewrap(ctx context.Context, env environment, _ []string) error {
	return env.withProgram(ctx, func(p *server.Program) error {
		changed, err := p.RewrapKeys(ctx)
		fmt.Fprintf(env.out, "%d stored keys wrapped anew.\n", changed)
		return err
	})
}

func keyDisable(ctx context.Context, env environment, args []string) error {
	return env.onKey(ctx, args, "disabled", (*server.Program).DisableKey)
}

func keyEnable(ctx context.Context, env environment, args []string) error {
	return env.onKey(ctx, args, "opens again", (*server.Program).EnableKey)
}

func keyDestroy(ctx context.Context, env environment, args []string) error {
	return env.onKey(ctx, args, "destroyed: what only it wrapped is erased, in every backup too", (*server.Program).DestroyKey)
}

// onKey does something to the key whose number was typed.
func (env environment) onKey(ctx context.Context, args []string, became string, do func(p *server.Program, ctx context.Context, id uint32) error) error {
	if len(args) != 1 {
		return errors.New("name the key by its number; relais key list prints them")
	}
	id, err := strconv.ParseUint(args[0], 10, 32)
	if err != nil {
		return errors.New("a key has a number; relais key list prints them")
	}
	return env.withProgram(ctx, func(p *server.Program) error {
		if err := do(p, ctx, uint32(id)); err != nil {
			return err
		}
		fmt.Fprintf(env.out, "Key %d: %s.\n", id, became)
		return nil
	})
}

// withProgram opens the program for one deed and closes it, with the entry of the deed numbered and signed.
func (env environment) withProgram(ctx context.Context, do func(p *server.Program) error) error {
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(program), program.Close(context.WithoutCancel(ctx)))
}
