package main

import (
	"context"
	"errors"
	"fmt"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/server"
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
		env.printLink(invitation)
	}
	return errors.Join(err, program.Close(ctx))
}

// userInvite is for whom no administrator of the agency may invite anew, since accepting the link is as good as their roles.
func userInvite(ctx context.Context, env environment, args []string) error {
	return withWorker(ctx, env, args, func(ctx context.Context, program *server.Program, agencyID, workerID string) error {
		invitation, err := program.Agencies.InviteAgain(ctx, agencyID, workerID)
		if err == nil {
			env.printLink(invitation)
		}
		return err
	})
}

func userClose(ctx context.Context, env environment, args []string) error {
	return withWorker(ctx, env, args, func(ctx context.Context, program *server.Program, agencyID, workerID string) error {
		err := program.Agencies.Retire(ctx, agencyID, workerID)
		if err == nil {
			fmt.Fprintln(env.out, "Closed: sessions, keys, roles and desks have ended.")
		}
		return err
	})
}

// withWorker does something about the live person who signs in with an address.
func withWorker(ctx context.Context, env environment, args []string, do func(context.Context, *server.Program, string, string) error) error {
	if len(args) != 1 {
		return errors.New("needs EMAIL")
	}
	program, err := env.open(ctx)
	if err != nil {
		return err
	}
	ctx = gate.AsProgram(ctx, "operator")
	workerID, agencyID, err := program.Agencies.WorkerByEmail(ctx, args[0])
	if fault.KindOf(err) == fault.NotFound {
		err = errors.New("nobody signs in with this address")
	}
	if err != nil {
		return errors.Join(err, program.Close(ctx))
	}
	return errors.Join(do(ctx, program, agencyID, workerID), program.Close(ctx))
}

func (env environment) printLink(invitation agency.Invitation) {
	fmt.Fprintf(env.out, "Hand this link over in person or by a second channel; it works once, for 72 hours:\n%s%s/%s\n",
		env.cfg.PublicURL, agency.InvitationPath, invitation.Token)
}
