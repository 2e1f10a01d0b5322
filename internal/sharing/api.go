package sharing

import (
	"context"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// TermsBody is what has to be said whenever something is shared.
type TermsBody struct {
	Purpose  string `json:"purpose" doc:"Code of the purpose"`
	Basis    string `json:"basis" doc:"Code of the legal basis"`
	BasisRef string `json:"basis_ref,omitempty" maxLength:"60" doc:"Number of the document behind the basis; never a name"`
	DocumentBody
	Law     string      `json:"legal_basis,omitempty" maxLength:"60" doc:"Code of the provision; the usual one of the basis where none is given"`
	Consent string      `json:"consent_id,omitempty" maxLength:"36" doc:"The victim's consent, where that is the basis"`
	Until   moment.Date `json:"until,omitempty" doc:"Last day in Brussels; 90 days from now where none is given"`
}

// DocumentBody is what a provision may ask of the document besides its number.
type DocumentBody struct {
	On      moment.Date `json:"basis_on,omitempty" doc:"Day of the document, where the provision asks for it"`
	By      string      `json:"basis_by,omitempty" maxLength:"120" doc:"Who issued it, where the provision asks for it; it lies sealed"`
	Article string      `json:"basis_article,omitempty" maxLength:"40" doc:"The article or paragraph that applies, where the provision asks for it"`
}

// Document reads it.
func (b DocumentBody) Document() gate.Document {
	return gate.Document{On: b.On, By: b.By, Article: b.Article}
}

func (b TermsBody) terms() Terms {
	return Terms{Purpose: b.Purpose, Basis: b.Basis, BasisRef: b.BasisRef, Document: b.Document(),
		LegalBasis: b.Law, ConsentID: b.Consent, Until: b.Until}
}

// AccessBody is one line of the list of who sees a file.
type AccessBody struct {
	ID        string             `json:"id"`
	AgencyID  string             `json:"agency_id"`
	Agency    string             `json:"agency"`
	Country   string             `json:"country"`
	Desk      string             `json:"desk,omitempty"`
	OnePerson bool               `json:"one_person" doc:"A single worker, who is not named across agencies"`
	Worker    string             `json:"worker,omitempty" doc:"Name of a person of your own agency"`
	Lead      bool               `json:"lead"`
	Purpose   string             `json:"purpose"`
	Basis     string             `json:"basis"`
	BasisRef  string             `json:"basis_ref,omitempty"`
	BasisOn   moment.Date        `json:"basis_on,omitempty"`
	BasisBy   string             `json:"basis_by,omitempty"`
	Article   string             `json:"basis_article,omitempty"`
	Law       string             `json:"legal_basis,omitempty" doc:"Code of the provision"`
	Since     moment.Time        `json:"since"`
	Until     moment.Time        `json:"until"`
	Opened    moment.Time        `json:"last_opened" doc:"When somebody of the desk, or the one person, last had the file open; nothing where never"`
	Emergency bool               `json:"emergency,omitempty"`
	OnlyOf    []entry.OnlyOfBody `json:"only_of,omitempty" doc:"Sections of which the entries of these agencies alone are open"`
	Version   int64              `json:"version"`
}

func accessBodies(list []Access) []AccessBody {
	bodies := make([]AccessBody, 0, len(list))
	for i := range list {
		a := &list[i]
		bodies = append(bodies, AccessBody{Worker: a.Worker, Opened: a.Opened, Emergency: a.Emergency, ID: a.GrantID, AgencyID: a.AgencyID, Agency: a.Agency, Country: a.Country, Desk: a.Desk,
			OnePerson: a.OnePerson(), Lead: a.Lead, Purpose: a.Purpose, Basis: a.Basis, BasisRef: a.BasisRef, Since: a.Since,
			BasisOn: a.Document.On, BasisBy: a.Document.By, Article: a.Document.Article, Law: a.LegalBasis,
			Until: a.Until, OnlyOf: entry.OnlyOfBodies(a.OnlyOf), Version: a.Version})
	}
	return bodies
}

type caseIn struct {
	Case string `path:"case" format:"uuid"`
}

type victimIn struct {
	Victim string `path:"victim" format:"uuid"`
}

type accessOut struct {
	Body struct {
		Items []AccessBody `json:"items"`
		Level Level        `json:"level,omitempty" enum:"desk,pointer,agency,agencies" doc:"How far a victim file is shared now"`
	}
}

type addIn struct {
	Case string `path:"case" format:"uuid"`
	Body struct {
		TermsBody
		DeskID    string   `json:"desk_id,omitempty" doc:"The desk to add; or worker_id"`
		WorkerID  string   `json:"worker_id,omitempty"`
		VictimIDs []string `json:"victim_ids,omitempty" maxItems:"500" doc:"For a guardian or a lawyer: whose files; for all others the whole case is opened"`
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

type removeIn struct {
	Case  string `path:"case" format:"uuid"`
	Grant string `path:"grant" format:"uuid"`
}

type nameIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		WorkerID string      `json:"worker_id" format:"uuid"`
		Until    moment.Date `json:"until,omitempty" doc:"Last day in Brussels; the agency's own end where none is given"`
	}
}

// NamedBody is a worker of the caller's own agency who sees the shelter's location.
type NamedBody struct {
	ID       string      `json:"id"`
	WorkerID string      `json:"worker_id"`
	Name     string      `json:"name"`
	Since    moment.Time `json:"since"`
	Until    moment.Time `json:"until"`
	Waits    bool        `json:"waits" doc:"For a second person of your agency"`
	Version  int64       `json:"version"`
}

type namedOut struct {
	Body struct {
		Items   []NamedBody `json:"items"`
		CanName bool        `json:"can_name"`
	}
}

type endNamedIn struct {
	Victim string `path:"victim" format:"uuid"`
	Named  string `path:"named" format:"uuid"`
}

type operations struct{ s *Service }

// API registers the JSON operations of teams, access, named workers and referrals.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "show-team", Method: "GET", Path: "/cases/{case}/team", Summary: "List who works on a case",
		Tag: "sharing", Permission: "case.read", Parent: "case"}, o.team)
	httpkit.Operate(a, httpkit.Operation{ID: "add-to-team", Method: "POST", Path: "/cases/{case}/team", Summary: "Add a desk or a worker to the team of a case that your agency leads",
		Tag: "sharing", Permission: "team.manage", Parent: "case", Status: 201, NeedsIdempotencyKey: true}, o.add)
	httpkit.Operate(a, httpkit.Operation{ID: "remove-from-team", Method: "DELETE", Path: "/cases/{case}/team/{grant}", Summary: "End a place in the team, on the case and on all its victim files",
		Tag: "sharing", Permission: "team.manage", Parent: "case", Status: 204, NeedsIfMatch: true}, o.remove)
	httpkit.Operate(a, httpkit.Operation{ID: "show-access", Method: "GET", Path: "/victims/{victim}/access", Summary: "List who sees a victim file, why and until when",
		Tag: "sharing", Permission: "victim.read", Parent: "victim"}, o.access)
	httpkit.Operate(a, httpkit.Operation{ID: "list-named-workers", Method: "GET", Path: "/victims/{victim}/named-workers", Summary: "List your agency's workers who see the shelter's location",
		Tag: "sharing", Permission: "victim.read", Parent: "victim"}, o.named)
	httpkit.Operate(a, httpkit.Operation{ID: "name-worker", Method: "POST", Path: "/victims/{victim}/named-workers", Summary: "Let one more worker of your shelter see its location",
		Tag: "sharing", Permission: "shelter_location.name", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.name)
	httpkit.Operate(a, httpkit.Operation{ID: "end-named-worker", Method: "DELETE", Path: "/victims/{victim}/named-workers/{named}", Summary: "Take the shelter's location away from a worker",
		Tag: "sharing", Permission: "shelter_location.name", Parent: "victim", Status: 204, NeedsIfMatch: true}, o.endNamed)
	referralOperations(a, o)
	grantOperations(a, o)
	transferOperations(a, o)
}

func (o operations) team(ctx context.Context, in *caseIn) (*accessOut, error) {
	team, err := o.s.Team(ctx, in.Case)
	out := &accessOut{}
	out.Body.Items = accessBodies(team.Members)
	return out, err
}

func (o operations) add(ctx context.Context, in *addIn) (*createdOut, error) {
	n := NewMember{DeskID: in.Body.DeskID, WorkerID: in.Body.WorkerID, VictimIDs: in.Body.VictimIDs, Terms: in.Body.terms()}
	id, err := o.s.Add(ctx, in.Case, n, httpkit.IdempotencyKey(ctx))
	return created("/cases/"+in.Case+"/team", id), err
}

func (o operations) remove(ctx context.Context, in *removeIn) (*struct{}, error) {
	return nil, o.s.Remove(ctx, in.Case, in.Grant, httpkit.IfMatch(ctx))
}

func (o operations) access(ctx context.Context, in *victimIn) (*accessOut, error) {
	view, err := o.s.Access(ctx, in.Victim)
	out := &accessOut{}
	out.Body.Items, out.Body.Level = accessBodies(view.List), view.Reach.Level
	return out, err
}

func (o operations) named(ctx context.Context, in *victimIn) (*namedOut, error) {
	view, err := o.s.NamedWorkers(ctx, in.Victim)
	out := &namedOut{}
	out.Body.Items, out.Body.CanName = []NamedBody{}, view.CanName
	for _, n := range view.Named {
		out.Body.Items = append(out.Body.Items, NamedBody{ID: n.GrantID, WorkerID: n.WorkerID, Name: n.Name, Since: n.Since, Until: n.Until, Waits: n.Waits(), Version: n.Version})
	}
	return out, err
}

func (o operations) name(ctx context.Context, in *nameIn) (*createdOut, error) {
	id, err := o.s.NameWorker(ctx, in.Victim, in.Body.WorkerID, in.Body.Until, httpkit.IdempotencyKey(ctx))
	return created("/victims/"+in.Victim+"/named-workers", id), err
}

func (o operations) endNamed(ctx context.Context, in *endNamedIn) (*struct{}, error) {
	return nil, o.s.EndNamed(ctx, in.Victim, in.Named, httpkit.IfMatch(ctx))
}
