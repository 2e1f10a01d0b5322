package sharing

import (
	"context"

	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// RehearsalBody is an offer as the receiving desk will see it, before it is sent.
type RehearsalBody struct {
	Agency  string              `json:"agency"`
	Desk    string              `json:"desk"`
	Entries int                 `json:"entries" doc:"How many entries go along, each at its present version"`
	Hash    string              `json:"hash" doc:"SHA-256 of the package"`
	Seen    string              `json:"seen" doc:"To be handed back with the offer: nothing else is sent than what was looked at"`
	DueAt   moment.Time         `json:"due_at"`
	Until   moment.Time         `json:"until"`
	Preview []entry.SectionBody `json:"preview"`
	Notes   []entry.NoteBody    `json:"notes" doc:"The notes that the desk reads once it has accepted"`
}

// EvidenceBody is what was disclosed with a referral.
type EvidenceBody struct {
	Referral  string              `json:"referral_id"`
	Hash      string              `json:"hash"`
	Whole     bool                `json:"whole" doc:"The kept bytes still fit the hash"`
	Previewed bool                `json:"previewed"`
	MadeAt    moment.Time         `json:"made_at"`
	Entries   int                 `json:"entries"`
	Corrected int                 `json:"corrected" doc:"Entries and notes that were written anew since"`
	Preview   []entry.SectionBody `json:"preview" doc:"As far as you may see it"`
	Notes     []entry.NoteBody    `json:"notes" doc:"Those that went along, as far as you may see them"`
}

type rehearsalOut struct{ Body RehearsalBody }

type evidenceOut struct{ Body EvidenceBody }

type completeIn struct {
	Referral string `path:"referral" format:"uuid"`
	Body     struct {
		Outcome string `json:"outcome" doc:"A code"`
	}
}

func packageOperations(a *httpkit.API, o operations) {
	httpkit.Operate(a, httpkit.Operation{ID: "preview-referral", Method: "POST", Path: "/victims/{victim}/referrals/preview", Summary: "Show an offer exactly as the receiving desk will see it, without sending it",
		Tag: "referrals", Permission: "section.refer", Parent: "victim"}, o.rehearse)
	httpkit.Operate(a, httpkit.Operation{ID: "show-referral-package", Method: "GET", Path: "/referrals/{referral}/package", Summary: "Show what was disclosed with a referral, and whether it still fits its hash",
		Tag: "referrals", Permission: "referral.read", Parent: "referral"}, o.evidence)
	httpkit.Operate(a, httpkit.Operation{ID: "complete-referral", Method: "POST", Path: "/referrals/{referral}/completion", Summary: "Say how an accepted referral ended",
		Tag: "referrals", Permission: "referral.answer", Parent: "referral", NeedsIfMatch: true}, o.complete)
}

func (o operations) rehearse(ctx context.Context, in *referIn) (*rehearsalOut, error) {
	n := in.offer()
	n.Seen = ""
	v, err := o.s.Rehearse(ctx, in.Victim, n)
	if err != nil {
		return nil, err
	}
	return &rehearsalOut{Body: RehearsalBody{Agency: v.Agency, Desk: v.Desk, Entries: v.Entries, Hash: v.Hash, Seen: v.Seen, DueAt: v.DueAt,
		Until: v.UntilAt, Preview: entry.BodiesOf(v.Sections), Notes: entry.NoteBodiesOf(v.Notes)}}, nil
}

func (o operations) evidence(ctx context.Context, in *referralIn) (*evidenceOut, error) {
	e, err := o.s.Evidence(ctx, in.Referral)
	if err != nil {
		return nil, err
	}
	return &evidenceOut{Body: EvidenceBody{Referral: e.ID, Hash: e.Hash, Whole: e.Whole, Previewed: e.Previewed, MadeAt: e.MadeAt,
		Entries: e.Entries, Corrected: e.Corrected, Preview: entry.BodiesOf(e.Sections), Notes: entry.NoteBodiesOf(e.Notes)}}, nil
}

func (o operations) complete(ctx context.Context, in *completeIn) (*referralOut, error) {
	if err := o.s.Complete(ctx, in.Referral, httpkit.IfMatch(ctx), in.Body.Outcome); err != nil {
		return nil, err
	}
	return o.show(ctx, &referralIn{Referral: in.Referral})
}
