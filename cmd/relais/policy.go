package main

import (
	"context"
	"errors"
	"fmt"

	"relais/internal/authz"
)

// policyExplain prints what the baseline says of a cell, with the line of policies/matrix.csv.
func policyExplain(_ context.Context, env environment, args []string) error {
	if len(args) != 3 {
		return errors.New("policy explain ROLE SECTION VERB, such as: policy explain police health read")
	}
	role, knownRole := authz.ParseRole(args[0])
	section, knownSection := authz.ParseSection(args[1])
	verb, knownVerb := authz.ParseVerb(args[2])
	if !knownRole || !knownSection || !knownVerb {
		return errors.New("no such role, section or verb")
	}
	policy, err := authz.Shipped()
	if err != nil {
		return err
	}
	held, err := authz.CompileRole(role, policy.Ceiling(role), policy)
	if err != nil {
		return err
	}
	actor := &authz.Actor{WorkerID: "operator", AgencyID: "operator", Kind: role, Held: []authz.Held{held}}
	for _, line := range policy.Explain(actor, authz.Question{Section: section, Verb: verb, Relations: authz.AllRelations(), Met: authz.AllNeeds()}) {
		fmt.Fprintf(env.out, "line %d: %s %s", line.Line, line.Relation, line.Show)
		if line.Needs != 0 {
			fmt.Fprintf(env.out, ", needs %s", line.Needs)
		}
		fmt.Fprintln(env.out)
	}
	return nil
}
