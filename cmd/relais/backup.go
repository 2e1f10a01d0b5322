package main

import (
	"context"
	"errors"
	"fmt"

	"relais/internal/server"
)

func makeBackup(ctx context.Context, env environment, args []string) error {
	if len(args) != 1 {
		return errors.New("name the file to write: relais backup FILE")
	}
	return env.withProgram(ctx, func(p *server.Program) error {
		m, err := p.Backup(ctx, args[0])
		if err != nil {
			return err
		}
		for _, file := range m.Files {
			fmt.Fprintf(env.out, "%s  %12d  %s\n", file.SHA256, file.Size, file.Name)
		}
		fmt.Fprintf(env.out, "Written to %s. The keys in %s are not in it: keep them apart.\n", args[0], env.cfg.Keys)
		return nil
	})
}

func restore(ctx context.Context, env environment, args []string) error {
	if len(args) != 1 {
		return errors.New("name the file to read: relais restore FILE")
	}
	done, err := server.Restore(ctx, env.settings(), args[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "Restored what was kept at %s: %d entries of the trail, whole, root %s.\n",
		done.Manifest.MadeAt.Format("2006-01-02 15:04:05 MST"), done.Trail.Size, done.Trail.Root)
	return nil
}
