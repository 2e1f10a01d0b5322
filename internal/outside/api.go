package outside

import (
	"context"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Body is a package in the JSON API. Opening one is for people with a page and a code; no operation does it.
type Body struct {
	ID           string      `json:"id"`
	VictimID     string      `json:"victim_id"`
	Number       string      `json:"number"`
	AgencyID     string      `json:"agency_id" doc:"That sent it"`
	Organisation string      `json:"organisation"`
	Kind         string      `json:"kind"`
	Country      string      `json:"country"`
	Email        string      `json:"email"`
	Sections     []string    `json:"sections"`
	Reason       string      `json:"reason"`
	Purpose      string      `json:"purpose"`
	Basis        string      `json:"basis"`
	State        State       `json:"state" enum:"created,opened,expired,withdrawn,blocked,ended"`
	Mail         Delivery    `json:"mail" enum:"none,taken,unconfirmed" doc:"What is known of the mail with the link; an unconfirmed one is not tried again, a new link can be made"`
	Tries        int         `json:"tries" doc:"Wrong codes; the fifth kills the link"`
	Hash         string      `json:"hash"`
	SentAt       moment.Time `json:"sent_at"`
	UntilAt      moment.Time `json:"until_at"`
	EndedAt      moment.Time `json:"ended_at"`
	Version      int64       `json:"version"`
}

type (
	// NewBody is what goes to whom.
	NewBody struct {
		Organisation string   `json:"organisation" doc:"Its name; never a person's"`
		Kind         string   `json:"kind" doc:"The discipline by whose rights the package is made"`
		Country      string   `json:"country"`
		Email        string   `json:"email,omitempty" doc:"A function box, for the record; no mail is sent by this operation"`
		Sections     []string `json:"sections" maxItems:"40"`
		Entries      []string `json:"entries,omitempty" maxItems:"100" doc:"Of their sections these entries alone"`
		Reason       string   `json:"reason"`
		Note         string   `json:"note,omitempty"`
		Hours        int      `json:"hours" doc:"24, 48 or 72"`
		Purpose      string   `json:"purpose"`
		Basis        string   `json:"basis"`
		BasisRef     string   `json:"basis_ref,omitempty"`
		sharing.DocumentBody
		LegalBasis string `json:"legal_basis,omitempty"`
		ConsentID  string `json:"consent_id,omitempty"`
		Seen       string `json:"seen,omitempty" doc:"What the preview handed out; without it nothing is sent"`
	}
	inVictim struct {
		Victim string `path:"victim" format:"uuid"`
	}
	newIn struct {
		Victim string `path:"victim" format:"uuid"`
		Body   NewBody
	}
	oneIn struct {
		Victim  string `path:"victim" format:"uuid"`
		Package string `path:"package" format:"uuid"`
	}
	listOut struct {
		Body struct {
			Items []Body `json:"items"`
		}
	}
	oneOut struct {
		ETag string `header:"ETag"`
		Body Body
	}
	previewOut struct {
		Body struct {
			Sections []entry.SectionBody `json:"sections"`
			Entries  int                 `json:"entries"`
			Hash     string              `json:"hash"`
			Seen     string              `json:"seen"`
			UntilAt  moment.Time         `json:"until_at"`
		}
	}
	madeOut struct {
		Location string `header:"Location"`
		Body     struct {
			ID    string `json:"id"`
			Token string `json:"token,omitempty" doc:"Part of the link /package/{token}; answered once"`
			Code  string `json:"code,omitempty" doc:"To be told by another way; answered once"`
		}
	}
	nothing struct{}
)

// API registers the JSON operations of the sender.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "outside", Permission: "outside.send", Parent: "victim"}
	}
	httpkit.Operate(a, op("list-outside-packages", "GET", "/victims/{victim}/outside", "List what was handed to organisations without an account"), s.apiList)
	httpkit.Operate(a, op("preview-outside-package", "POST", "/victims/{victim}/outside/preview", "Show what an organisation without an account would see"), s.apiPreview)
	send := op("send-outside-package", "POST", "/victims/{victim}/outside", "Freeze a package that was previewed and make its link and its code")
	send.Status, send.NeedsIdempotencyKey = 201, true
	httpkit.Operate(a, send, s.apiSend)
	httpkit.Operate(a, op("show-outside-package", "GET", "/victims/{victim}/outside/{package}", "Show where a package stands"), s.apiShow)
	back := op("withdraw-outside-package", "POST", "/victims/{victim}/outside/{package}/withdrawal", "Kill a link that nobody has opened")
	back.Status, back.NeedsIfMatch = 204, true
	httpkit.Operate(a, back, s.apiWithdraw)
	link := op("link-outside-package", "POST", "/victims/{victim}/outside/{package}/link", "Make a new link and a new code; those before are dead")
	link.NeedsIfMatch = true
	httpkit.Operate(a, link, s.apiLink)
}

func (b *NewBody) words() New {
	return New{Organisation: b.Organisation, Email: b.Email, Hours: b.Hours, Language: "en", Outward: sharing.Outward{Kind: authz.Role(b.Kind),
		Country: b.Country, Sections: b.Sections, Entries: b.Entries, Reason: b.Reason, Note: b.Note, Seen: b.Seen, Terms: sharing.Terms{Purpose: b.Purpose, Basis: b.Basis,
			BasisRef: b.BasisRef, Document: b.Document(), LegalBasis: b.LegalBasis, ConsentID: b.ConsentID}}}
}

func bodyOf(p *Package, now moment.Time) Body {
	return Body{ID: p.ID, VictimID: p.FileID, Number: p.Number(), AgencyID: p.AgencyID, Organisation: p.Organisation, Kind: string(p.Kind),
		Country: p.Country, Email: p.Email, Sections: sectionWords(p.Sections), Reason: p.Reason, Purpose: p.Purpose, Basis: p.Basis,
		State: p.Now(now), Mail: p.Delivery(), Tries: p.Tries, Hash: p.Hash, SentAt: p.SentAt, UntilAt: p.UntilAt, EndedAt: p.EndedAt, Version: p.Version}
}

func (s *Service) apiList(ctx context.Context, in *inVictim) (*listOut, error) {
	_, list, now, err := s.List(ctx, in.Victim)
	out := &listOut{}
	out.Body.Items = []Body{}
	for i := range list {
		out.Body.Items = append(out.Body.Items, bodyOf(&list[i], now))
	}
	return out, err
}

func (s *Service) apiPreview(ctx context.Context, in *newIn) (*previewOut, error) {
	r, err := s.Rehearse(ctx, in.Victim, in.Body.words())
	out := &previewOut{}
	out.Body.Sections, out.Body.Entries, out.Body.Hash = entry.BodiesOf(r.Sections), r.Entries, r.Hash
	out.Body.Seen, out.Body.UntilAt = r.Seen, r.UntilAt
	return out, err
}

func (s *Service) apiSend(ctx context.Context, in *newIn) (*madeOut, error) {
	made, err := s.Send(ctx, in.Victim, in.Body.words(), httpkit.IdempotencyKey(ctx))
	return madeFor(in.Victim, &made), err
}

func madeFor(victimID string, made *Made) *madeOut {
	out := &madeOut{Location: httpkit.APIPath + "/victims/" + victimID + "/outside/" + made.ID}
	out.Body.ID, out.Body.Token, out.Body.Code = made.ID, made.Token, made.Code
	return out
}

func (s *Service) apiShow(ctx context.Context, in *oneIn) (*oneOut, error) {
	v, err := s.Show(ctx, in.Victim, in.Package)
	if err != nil {
		return nil, err
	}
	return &oneOut{ETag: httpkit.ETag(v.Version), Body: bodyOf(&v.Package, v.At)}, nil
}

func (s *Service) apiWithdraw(ctx context.Context, in *oneIn) (*nothing, error) {
	return nil, s.Withdraw(ctx, in.Victim, in.Package, httpkit.IfMatch(ctx))
}

func (s *Service) apiLink(ctx context.Context, in *oneIn) (*madeOut, error) {
	made, err := s.NewLink(ctx, in.Victim, in.Package, httpkit.IfMatch(ctx), false)
	return madeFor(in.Victim, &made), err
}
