package victim

import (
	"context"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is a victim file in the JSON API.
type Body struct {
	ID            string              `json:"id"`
	Reference     string              `json:"reference"`
	CaseID        string              `json:"case_id,omitempty" doc:"Only where the case file is open to you too"`
	CaseReference string              `json:"case_reference,omitempty"`
	Status        string              `json:"status"`
	DetectedOn    moment.Date         `json:"detected_on"`
	ChangedAt     moment.Time         `json:"changed_at"`
	Decision      string              `json:"decision_id" doc:"By this id your administrator or auditor can replay what is closed to you"`
	Sections      []entry.SectionBody `json:"sections"`
}

// AppendJSON writes what encoding/json would: a victim file is what is read most.
func (b Body) AppendJSON(to []byte) []byte {
	o := httpkit.Begin(to).Text("id", b.ID).Text("reference", b.Reference).Given("case_id", b.CaseID).
		Given("case_reference", b.CaseReference).Text("status", b.Status).Text("detected_on", string(b.DetectedOn)).
		Instant("changed_at", b.ChangedAt).Text("decision_id", b.Decision)
	o = httpkit.AppendList(o.Name("sections"), b.Sections, (*entry.SectionBody).AppendJSON)
	return o.End()
}

// LineBody is one victim file of a list; lists hold no names.
type LineBody struct {
	ID        string      `json:"id"`
	Reference string      `json:"reference"`
	Status    string      `json:"status"`
	Country   string      `json:"country"`
	OpenedBy  string      `json:"opened_by"`
	ChangedAt moment.Time `json:"changed_at"`
}

// FoundBody is one hit of a search.
type FoundBody struct {
	Kind      string `json:"kind" enum:"case,victim"`
	ID        string `json:"id"`
	Reference string `json:"reference"`
	Name      string `json:"name,omitempty" doc:"Only where the identity that matched is open to you"`
	BirthDate string `json:"birth_date,omitempty"`
}

type victimIn struct {
	Victim string `path:"victim" format:"uuid"`
}

type victimOut struct{ Body Body }

type listIn struct {
	After string `query:"after" doc:"The place that the page before gave as next"`
}

type listOut struct {
	Body struct {
		Items []LineBody `json:"items"`
		Next  string     `json:"next,omitempty"`
	}
}

type openIn struct {
	Case string `path:"case" format:"uuid"`
	Body struct {
		DetectedOn moment.Date `json:"detected_on"`
		Entries    []struct {
			Section string            `json:"section"`
			Values  map[string]string `json:"values"`
			Purpose string            `json:"purpose"`
			Basis   string            `json:"basis"`
			Nature  string            `json:"nature,omitempty" enum:"fact,assessment"`
		} `json:"entries,omitempty" maxItems:"20"`
	}
}

type openOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type searchIn struct {
	Body struct {
		Words string `json:"words" minLength:"1" maxLength:"200"`
	}
}

type searchOut struct {
	Body struct {
		Items []FoundBody `json:"items"`
		More  bool        `json:"more"`
	}
}

// API registers the JSON operations of victim files and of the search.
func API(a *httpkit.API, s *Service) {
	s.familyAPI(a)
	httpkit.Operate(a, httpkit.Operation{ID: "list-victims", Method: "GET", Path: "/victims", Summary: "List the victim files that are open to you, newest change first",
		Tag: "victims", Permission: "victim.list", Parent: "none"}, s.apiList)
	httpkit.Operate(a, httpkit.Operation{ID: "open-victim", Method: "POST", Path: "/cases/{case}/victims", Summary: "Open a victim file in a case",
		Tag: "victims", Permission: "victim_file.open", Parent: "case", Status: 201, NeedsIdempotencyKey: true}, s.apiOpen)
	httpkit.Operate(a, httpkit.Operation{ID: "show-victim", Method: "GET", Path: "/victims/{victim}", Summary: "Show a victim file, section by section",
		Tag: "victims", Permission: "victim.read", Parent: "victim"}, s.apiShow)
	httpkit.Operate(a, httpkit.Operation{ID: "search", Method: "POST", Path: "/searches", Summary: "Search the files that are open to you",
		Tag: "victims", Permission: "victim.search", Parent: "none"}, s.apiSearch)
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*listOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	lines, next, err := s.List(ctx, after)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []LineBody{}, next.String()
	for _, l := range lines {
		out.Body.Items = append(out.Body.Items, LineBody{ID: l.FileID, Reference: l.Reference, Status: l.Status, Country: l.Country,
			OpenedBy: l.Agency, ChangedAt: l.ChangedAt})
	}
	return out, err
}

func (s *Service) apiOpen(ctx context.Context, in *openIn) (*openOut, error) {
	n := New{DetectedOn: in.Body.DetectedOn}
	for _, e := range in.Body.Entries {
		id, ok := authz.ParseSection(e.Section)
		if !ok {
			return nil, fault.New(fault.Invalid, "fault.invalid").WithField("entries.section", "fault.field_unknown_code")
		}
		n.Entries = append(n.Entries, Beginning{Section: id, Draft: entry.Draft{Values: e.Values, Purpose: e.Purpose, Basis: e.Basis, Nature: e.Nature}})
	}
	id, err := s.Open(ctx, in.Case, n, httpkit.IdempotencyKey(ctx))
	out := &openOut{Location: "/api/v1/victims/" + id}
	out.Body.ID = id
	return out, err
}

func (s *Service) apiShow(ctx context.Context, in *victimIn) (*victimOut, error) {
	view, err := s.Show(ctx, in.Victim)
	if err != nil {
		return nil, err
	}
	body := Body{ID: view.File.ID, Reference: view.File.Reference, Status: view.Status, DetectedOn: view.DetectedOn,
		ChangedAt: view.File.ChangedAt, CaseReference: view.CaseReference, Decision: view.EntryID, Sections: entry.ToldOf(ctx, view.Sections)}
	if view.CaseReference != "" {
		body.CaseID = view.File.CaseID
	}
	return &victimOut{Body: body}, nil
}

func (s *Service) apiSearch(ctx context.Context, in *searchIn) (*searchOut, error) {
	found, more, err := s.Search(ctx, in.Body.Words)
	out := &searchOut{}
	out.Body.Items, out.Body.More = []FoundBody{}, more
	for _, f := range found {
		out.Body.Items = append(out.Body.Items, FoundBody{Kind: string(f.Kind), ID: f.FileID, Reference: f.Reference, Name: f.Name, BirthDate: f.BirthDate})
	}
	return out, err
}
