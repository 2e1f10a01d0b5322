package main

import (
	"context"
	"errors"
	"fmt"
	"net"
)

func serve(ctx context.Context, env environment, _ []string) error {
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	if err := program.Database.Lock(); err != nil {
		return errors.Join(err, program.Close(context.WithoutCancel(ctx)))
	}
	public, err := net.Listen("tcp", env.cfg.Address)
	if err != nil {
		return errors.Join(err, program.Close(context.WithoutCancel(ctx)))
	}
	private, err := net.Listen("tcp", env.cfg.MetricsAddress)
	if err != nil {
		return errors.Join(err, public.Close(), program.Close(context.WithoutCancel(ctx)))
	}
	fmt.Fprintf(env.out, "Relais serves http://%s (health and metrics on http://%s)\n", public.Addr(), private.Addr())
	err = program.Run(ctx, public, private)
	return errors.Join(err, program.Close(context.WithoutCancel(ctx)))
}

func migrate(ctx context.Context, env environment, _ []string) error {
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(env.out, "The schema is the newest.")
	return program.Close(ctx)
}
