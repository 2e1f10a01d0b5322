package restriction

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// ExclusionBody is one person kept from one file.
type ExclusionBody struct {
	ID        string      `json:"id"`
	FileID    string      `json:"file_id"`
	Kind      gate.Kind   `json:"kind"`
	Reference string      `json:"reference" doc:"By which your agency knows the file"`
	WorkerID  string      `json:"worker_id,omitempty" doc:"Of a person of your agency"`
	Name      string      `json:"name,omitempty" doc:"Of a person of your agency"`
	AgencyID  string      `json:"agency_id" doc:"The person's"`
	Reason    string      `json:"reason"`
	Note      string      `json:"note,omitempty" doc:"Where your agency wrote it"`
	ByAgency  string      `json:"by_agency"`
	CanEnd    bool        `json:"can_end"`
	Unread    bool        `json:"unread" doc:"No auditor of your agency is left to read the log of the file"`
	Since     moment.Time `json:"since"`
	Version   int64       `json:"version"`
}

// SealBody is one sealed file.
type SealBody struct {
	ID        string      `json:"id"`
	FileID    string      `json:"file_id"`
	Kind      gate.Kind   `json:"kind"`
	Reference string      `json:"reference"`
	SealedAt  moment.Time `json:"sealed_at"`
	SealedBy  string      `json:"sealed_by" doc:"Name of the colleague"`
	Version   int64       `json:"version"`
}

// LiftedBody is a seal that has ended.
type LiftedBody struct {
	ID         string      `json:"id"`
	FileID     string      `json:"file_id"`
	Kind       gate.Kind   `json:"kind"`
	Reference  string      `json:"reference"`
	SealedAt   moment.Time `json:"sealed_at"`
	UnsealedAt moment.Time `json:"unsealed_at"`
	UnsealedBy string      `json:"unsealed_by" doc:"Name of the colleague"`
	Order      string      `json:"order,omitempty" doc:"Reference of what lifted the order"`
}

type afterIn struct {
	After string `query:"after" doc:"Where the page before ended"`
}

type exclusionsOut struct {
	Body struct {
		Items []ExclusionBody `json:"items"`
		Next  string          `json:"next,omitempty"`
	}
}

type excludeIn struct {
	Body struct {
		Reference string `json:"reference" maxLength:"40" doc:"By which your agency knows the file"`
		WorkerID  string `json:"worker_id,omitempty" doc:"A person of your agency; or email"`
		Email     string `json:"email,omitempty" maxLength:"254" doc:"Of a person of another agency on the file, which your agency has to lead"`
		Reason    string `json:"reason"`
		Note      string `json:"note,omitempty" maxLength:"2000"`
	}
}

type createdOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

func created(location, id string) *createdOut {
	out := &createdOut{Location: httpkit.APIPath + location}
	out.Body.ID = id
	return out
}

type exclusionIn struct {
	Exclusion string `path:"exclusion" format:"uuid"`
}

type orderBody struct {
	Order string `json:"order" maxLength:"80" doc:"Reference of the order"`
}

type sealCaseIn struct {
	Case string `path:"case" format:"uuid"`
	Body orderBody
}

type sealVictimIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   orderBody
}

type sealsOut struct {
	Body struct {
		Items  []SealBody   `json:"items"`
		Lifted []LiftedBody `json:"lifted" doc:"The newest seals that have ended"`
		Next   string       `json:"next,omitempty"`
	}
}

type openIn struct {
	Body struct {
		Reference string `json:"reference" maxLength:"40" doc:"By which your agency knows the file"`
		Order     string `json:"order" maxLength:"80" doc:"Reference of the order"`
	}
}

// OpenedBody is a sealed file that is open to you for a while.
type OpenedBody struct {
	FileID string      `json:"file_id"`
	Kind   gate.Kind   `json:"kind"`
	Until  moment.Time `json:"until"`
}

type openOut struct{ Body OpenedBody }

type unsealIn struct {
	Seal string `path:"seal" format:"uuid"`
	Body struct {
		Order string `json:"order" maxLength:"80" doc:"Reference of what lifts the order"`
	}
}

type operations struct{ s *Service }

// API registers the JSON operations of exclusions and of sealed files.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "list-exclusions", Method: "GET", Path: "/exclusions", Summary: "List who is excluded from a file",
		Tag: "restriction", Permission: "exclusion.list", Parent: "none"}, o.exclusions)
	httpkit.Operate(a, httpkit.Operation{ID: "exclude-person", Method: "POST", Path: "/exclusions", Summary: "Exclude a person from a file of your agency, and from the victim files of a case",
		Tag: "restriction", Permission: "exclusion.add", Parent: "none", Status: 201, NeedsIdempotencyKey: true}, o.exclude)
	httpkit.Operate(a, httpkit.Operation{ID: "end-exclusion", Method: "POST", Path: "/exclusions/{exclusion}/end", Summary: "End an exclusion that your agency wrote",
		Tag: "restriction", Permission: "exclusion.end", Parent: "none", Status: 204, NeedsIfMatch: true}, o.endExclusion)
	httpkit.Operate(a, httpkit.Operation{ID: "seal-case", Method: "POST", Path: "/cases/{case}/seal", Summary: "Seal a case file under an order",
		Tag: "restriction", Permission: "seal.add", Parent: "case", Status: 201, NeedsIdempotencyKey: true}, o.sealCase)
	httpkit.Operate(a, httpkit.Operation{ID: "seal-victim", Method: "POST", Path: "/victims/{victim}/seal", Summary: "Seal a victim file under an order",
		Tag: "restriction", Permission: "seal.add", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.sealVictim)
	httpkit.Operate(a, httpkit.Operation{ID: "list-seals", Method: "GET", Path: "/seals", Summary: "List the files that your agency has sealed",
		Tag: "restriction", Permission: "seal.list", Parent: "none"}, o.seals)
	httpkit.Operate(a, httpkit.Operation{ID: "open-sealed-file", Method: "POST", Path: "/seal-openings", Summary: "Open a sealed file for eight hours with the reference of its order",
		Tag: "restriction", Permission: "seal.open", Parent: "none"}, o.open)
	httpkit.Operate(a, httpkit.Operation{ID: "end-seal", Method: "POST", Path: "/seals/{seal}/end", Summary: "Unseal a file without opening it",
		Tag: "restriction", Permission: "seal.end", Parent: "none", Status: 204, NeedsIfMatch: true}, o.unseal)
}

func (o operations) exclusions(ctx context.Context, in *afterIn) (*exclusionsOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.Exclusions(ctx, after)
	out := &exclusionsOut{}
	out.Body.Items, out.Body.Next = []ExclusionBody{}, list.Next.String()
	for i := range list.Items {
		e := &list.Items[i]
		out.Body.Items = append(out.Body.Items, ExclusionBody{ID: e.ID, FileID: e.FileID, Kind: e.Kind, Reference: e.Reference, WorkerID: e.WorkerID,
			Name: e.Name, AgencyID: e.AgencyID, Reason: e.Reason, Note: e.Note, ByAgency: e.ByAgency, CanEnd: e.WrittenByMine, Unread: e.Unread, Since: e.Since, Version: e.Version})
	}
	return out, err
}

func (o operations) exclude(ctx context.Context, in *excludeIn) (*createdOut, error) {
	id, err := o.s.Exclude(ctx, NewExclusion{Reference: in.Body.Reference, WorkerID: in.Body.WorkerID, Email: in.Body.Email,
		Reason: in.Body.Reason, Note: in.Body.Note}, httpkit.IdempotencyKey(ctx))
	return created("/exclusions", id), err
}

func (o operations) endExclusion(ctx context.Context, in *exclusionIn) (*struct{}, error) {
	return nil, o.s.EndExclusion(ctx, in.Exclusion, httpkit.IfMatch(ctx))
}

func (o operations) sealCase(ctx context.Context, in *sealCaseIn) (*createdOut, error) {
	id, err := o.s.Seal(ctx, gate.Case, in.Case, in.Body.Order, httpkit.IdempotencyKey(ctx))
	return created("/seals", id), err
}

func (o operations) sealVictim(ctx context.Context, in *sealVictimIn) (*createdOut, error) {
	id, err := o.s.Seal(ctx, gate.Victim, in.Victim, in.Body.Order, httpkit.IdempotencyKey(ctx))
	return created("/seals", id), err
}

func (o operations) seals(ctx context.Context, in *afterIn) (*sealsOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.Seals(ctx, after)
	out := &sealsOut{}
	out.Body.Items, out.Body.Next = []SealBody{}, list.Next.String()
	for i := range list.Items {
		s := &list.Items[i]
		out.Body.Items = append(out.Body.Items, SealBody{ID: s.ID, FileID: s.FileID, Kind: s.Kind, Reference: s.Reference, SealedAt: s.SealedAt,
			SealedBy: s.Name, Version: s.Version})
	}
	out.Body.Lifted = []LiftedBody{}
	for i := range list.Lifted {
		s := &list.Lifted[i]
		out.Body.Lifted = append(out.Body.Lifted, LiftedBody{ID: s.ID, FileID: s.FileID, Kind: s.Kind, Reference: s.Reference, SealedAt: s.SealedAt,
			UnsealedAt: s.EndedAt, UnsealedBy: s.Name, Order: s.LiftedBy})
	}
	return out, err
}

func (o operations) open(ctx context.Context, in *openIn) (*openOut, error) {
	opened, err := o.s.Open(ctx, in.Body.Reference, in.Body.Order)
	out := &openOut{}
	out.Body.FileID, out.Body.Kind, out.Body.Until = opened.FileID, opened.Kind, opened.Until
	return out, err
}

func (o operations) unseal(ctx context.Context, in *unsealIn) (*struct{}, error) {
	return nil, o.s.Unseal(ctx, in.Seal, httpkit.IfMatch(ctx), in.Body.Order)
}
