package pointer

import (
	"context"

	"relais/internal/httpkit"
)

// MatchingBody is whether a file takes part in matching.
type MatchingBody struct {
	Choice  string `json:"choice,omitempty" enum:"hidden,pointed" doc:"The last word of who leads the file; empty where nobody has said anything"`
	Tells   bool   `json:"tells" doc:"Other agencies may learn now that your desk has a file on the person, and nothing of it"`
	Allowed bool   `json:"allowed" doc:"Your agency lets files of your desk take part"`
}

type matchingIn struct {
	Victim string `path:"victim" format:"uuid"`
}

type chooseIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		Choice string `json:"choice" enum:"hidden,pointed" doc:"hidden: kept out of matching; pointed: takes part"`
	}
}

func (o operations) matching(ctx context.Context, in *matchingIn) (*httpkit.Versioned[MatchingBody], error) {
	m, err := o.s.Matching(ctx, in.Victim)
	if err != nil {
		return nil, err
	}
	return httpkit.VersionOf(m.Version+1, MatchingBody{Choice: string(m.Choice), Tells: m.Tells, Allowed: m.Allowed}), nil
}

func (o operations) choose(ctx context.Context, in *chooseIn) (*httpkit.Versioned[MatchingBody], error) {
	if err := o.s.Choose(ctx, in.Victim, httpkit.IfMatch(ctx)-1, Choice(in.Body.Choice)); err != nil {
		return nil, err
	}
	return o.matching(ctx, &matchingIn{in.Victim})
}
