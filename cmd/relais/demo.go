package main

import (
	"context"
	"errors"
	"fmt"

	"relais/internal/account"
	"relais/internal/demo"
	"relais/internal/moment"
)

// demoVictims is the size of the invented Benelux.
const demoVictims = 2000

func fillDemo(ctx context.Context, env environment, _ []string) error {
	clock := &demo.Clock{}
	program, err := env.openAt(ctx, clock.Now)
	if err != nil {
		return err
	}
	parts := demo.Parts{Gate: program.Gate, Agencies: program.Agencies, Cases: program.Cases, Victims: program.Victims, Consents: program.Consents,
		Entries: program.Entries, Sharing: program.Sharing, Tasks: program.Tasks, Tracks: program.Tracks, Clocks: program.Clocks,
		Notices:   program.Notices,
		Directory: program.Directory, Questions: program.Questions, Pointers: program.Pointers, Requests: program.Requests, Emergencies: program.Emergencies, Circles: program.Circles, Consultations: program.Consultations, Outside: program.Outside, Limits: program.Limits, Signals: program.Signals, Screenings: program.Screenings, Support: program.Support, Minors: program.Minors, Checklists: program.Checklists, Journal: program.Journal, Closing: program.Closing, Breaches: program.Breaches, Tidy: program.Tidy, Enrol: program.Accounts.EnrolForDemo, Mark: program.MarkSynthetic, Clock: clock}
	filled, err := demo.Filled(ctx, parts)
	if err == nil && !filled {
		err = env.fill(ctx, parts)
	}
	if err == nil {
		err = env.printSignIns()
	}
	return errors.Join(err, program.Close(ctx))
}

func (env environment) fill(ctx context.Context, parts demo.Parts) error {
	fmt.Fprintf(env.out, "Filling an invented Benelux with %d victims, about a minute …\n", demoVictims)
	done, err := demo.Fill(ctx, parts, demo.Options{Victims: demoVictims, Seed: 1839})
	if err == nil {
		fmt.Fprintf(env.out, "%d agencies, %d people, %d cases, %d victims, %d referrals; all of them invented.\n",
			done.Agencies, done.People, done.Cases, done.Victims, done.Referrals)
	}
	return err
}

func (env environment) printSignIns() error {
	list, err := demo.SignIns()
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "\nSign in with one of these, password %s, and the code of: bin/relais demo code\n", demo.Password)
	fmt.Fprintf(env.out, "(or put the secret %s into an authenticator)\n\n", demo.Secret)
	for _, s := range list {
		fmt.Fprintf(env.out, "  %-38s %-12s  %s\n", s.Email, s.Role, s.Agency)
	}
	fmt.Fprintf(env.out, "\nA colleague signs where two have to. A code works once a person; the next one comes within 30 seconds.\n")
	fmt.Fprintf(env.out, "Who shows what: docs/guide.md.\n\n")
	return nil
}

// demoCode prints what an authenticator would show for the demonstration's accounts.
func demoCode(_ context.Context, env environment, _ []string) error {
	code, err := account.Code(demo.Secret, moment.Now())
	if err == nil {
		fmt.Fprintln(env.out, code)
	}
	return err
}
