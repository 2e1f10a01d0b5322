package main

import (
	"context"
	"errors"
	"fmt"
)

func auditVerify(ctx context.Context, env environment, _ []string) error {
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = program.Database.Close() }() // verifying must not sign anything new
	report, err := program.Trail.Verify(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "entries %d, queued %d, heads in the database %d, heads outside %d, root %s\n",
		report.Size, report.Queued, report.Checkpoints, report.HeadsOutside, report.Root)
	if wrong := report.Wrong; wrong != nil {
		return fmt.Errorf("the trail is not whole: %s at number %d, entry %s, %s", wrong.What, wrong.Seq, wrong.EntryID, wrong.Detail)
	}
	fmt.Fprintln(env.out, "The trail is whole.")
	return nil
}

func auditCheckpoint(ctx context.Context, env environment, _ []string) error {
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	if _, err := program.Trail.Sequence(ctx); err != nil {
		return errors.Join(err, program.Database.Close())
	}
	text, err := program.Trail.Checkpoint(ctx)
	fmt.Fprintf(env.out, "%s", text)
	return errors.Join(err, program.Close(ctx))
}
