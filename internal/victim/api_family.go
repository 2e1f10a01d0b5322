package victim

import (
	"context"

	"relais/internal/httpkit"
	"relais/internal/moment"
)

// LinkBody is one link in the JSON API; links to files that are not open to you are not there.
type LinkBody struct {
	ID        string      `json:"id"`
	Relation  string      `json:"relation" enum:"sibling,parent,child,partner,travelling" doc:"How the person of this file stands to the other"`
	VictimID  string      `json:"victim_id"`
	Reference string      `json:"reference"`
	MadeAt    moment.Time `json:"made_at"`
	Agency    string      `json:"agency"`
	EndedAt   moment.Time `json:"ended_at,omitempty"`
	EndReason string      `json:"end_reason,omitempty"`
	Version   int64       `json:"version" doc:"For If-Match"`
	CanEnd    bool        `json:"can_end"`
}

type familyOut struct {
	Body struct {
		Links []LinkBody `json:"links"`
	}
}

type linkIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		Reference string `json:"reference" maxLength:"20" doc:"By which your agency knows the other file"`
		Relation  string `json:"relation" enum:"sibling,parent,child,partner,travelling" doc:"How the person of this file stands to the other"`
	}
}

type linkOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type endLinkIn struct {
	Victim string `path:"victim" format:"uuid"`
	Link   string `path:"link" format:"uuid"`
	Body   struct {
		Reason string `json:"reason" enum:"mistake,no_longer,person_asks"`
	}
}

func (s *Service) familyAPI(a *httpkit.API) {
	httpkit.Operate(a, httpkit.Operation{ID: "show-family", Method: "GET", Path: "/victims/{victim}/family", Summary: "Show who belongs to a person, of those whose files are open to you",
		Tag: "victims", Permission: "victim.read", Parent: "victim"}, s.apiFamily)
	httpkit.Operate(a, httpkit.Operation{ID: "link-victims", Method: "POST", Path: "/victims/{victim}/family", Summary: "Say that two persons belong together; opens neither file",
		Tag: "victims", Permission: "identity.write", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, s.apiLink)
	httpkit.Operate(a, httpkit.Operation{ID: "end-link", Method: "POST", Path: "/victims/{victim}/family/{link}/end", Summary: "Say that a link holds no more",
		Tag: "victims", Permission: "identity.write", Parent: "victim", Status: 204, NeedsIfMatch: true}, s.apiEndLink)
}

func (s *Service) apiFamily(ctx context.Context, in *victimIn) (*familyOut, error) {
	f, err := s.Family(ctx, in.Victim)
	out := &familyOut{}
	out.Body.Links = []LinkBody{}
	for i := range f.Links {
		l := &f.Links[i]
		out.Body.Links = append(out.Body.Links, LinkBody{ID: l.ID, Relation: l.From(f.File.ID), VictimID: l.Other.ID, Reference: l.Other.Reference,
			MadeAt: l.MadeAt, Agency: l.Agency, EndedAt: l.EndedAt, EndReason: l.EndReason, Version: l.Version, CanEnd: l.CanEnd})
	}
	return out, err
}

func (s *Service) apiLink(ctx context.Context, in *linkIn) (*linkOut, error) {
	id, err := s.Link(ctx, in.Victim, NewLink{Reference: in.Body.Reference, Relation: in.Body.Relation}, httpkit.IdempotencyKey(ctx))
	out := &linkOut{Location: httpkit.APIPath + "/victims/" + in.Victim + "/family"}
	out.Body.ID = id
	return out, err
}

func (s *Service) apiEndLink(ctx context.Context, in *endLinkIn) (*struct{}, error) {
	return nil, s.EndLink(ctx, in.Victim, in.Link, httpkit.IfMatch(ctx), in.Body.Reason)
}
