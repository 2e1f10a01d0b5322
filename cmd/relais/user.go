package main

import (
	"context"
	"errors"
	"fmt"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/gate"
)

func userAgency(ctx context.Context, env environment, args []string) error {
	if len(args) != 4 {
		return errors.New("user agency CODE COUNTRY KIND NAME, such as: user agency be.payoke BE shelter Payoke")
	}
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	kind := authz.Role(args[2])
	regime := "gdpr"
	if kind == authz.RolePolice || kind == authz.RoleProsecutor || kind == authz.RoleCourt {
		regime = "led" // directive 2016/680 binds who investigates, prosecutes and judges
	}
	made, err := program.Agencies.Found(gate.AsProgram(ctx, "operator"), agency.NewAgency{Code: args[0], Country: args[1], Kind: kind,
		Name: args[3], Regime: regime, Desks: []agency.NewDesk{{Name: "Intake", Intake: true}}})
	if err == nil {
		fmt.Fprintf(env.out, "Agency %s founded, id %s. Next: relais user admin %s EMAIL GIVEN FAMILY LANGUAGE\n", args[0], made.ID, args[0])
	}
	return errors.Join(err, program.Close(ctx))
}

func userAdmin(ctx context.Context, env environment, args []string) error {
	return appoint(ctx, env, args, agency.Administrator)
}

func userAuditor(ctx context.Context, env environment, args []string) error {
	return appoint(ctx, env, args, agency.Auditor)
}

// appoint puts a person with one standard role into an agency and prints the link with which they sign in first.
func appoint(ctx context.Context, env environment, args []string, role string) error {
	if len(args) != 5 {
		return errors.New("needs AGENCY-CODE EMAIL GIVEN FAMILY LANGUAGE")
	}
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	ctx = gate.AsProgram(ctx, "operator")
	at, err := program.Agencies.Find(ctx, args[0])
	if err != nil {
		return errors.Join(fmt.Errorf("no agency has the code %s", args[0]), program.Close(ctx))
	}
	n := agency.NewWorker{Email: args[1], Given: args[2], Family: args[3], Language: args[4], Hold: []string{at.Roles[role]}}
	if role == agency.Administrator {
		n.Give = []string{at.Roles[agency.Caseworker], at.Roles[agency.Administrator]}
	}
	id, err := program.Agencies.Appoint(ctx, at.ID, n)
	if err != nil {
		return errors.Join(err, program.Close(ctx))
	}
	invitation, err := program.Agencies.InviteAgain(ctx, at.ID, id)
	if err == nil {
		fmt.Fprintf(env.out, "Hand this link over in person or by a second channel; it works once, for 72 hours:\n%s%s/%s\n",
			env.cfg.PublicURL, agency.InvitationPath, invitation.Token)
	}
	return errors.Join(err, program.Close(ctx))
}
