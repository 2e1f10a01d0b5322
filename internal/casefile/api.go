package casefile

import (
	"context"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// FactsBody are the coded facts in the JSON API.
type FactsBody struct {
	Exploitation []string    `json:"exploitation" minItems:"1" maxItems:"20"`
	Sector       string      `json:"sector,omitempty"`
	Country      string      `json:"country"`
	DetectedBy   string      `json:"detected_by"`
	DetectedOn   moment.Date `json:"detected_on"`
}

func (b FactsBody) facts() Facts {
	return Facts{Exploitation: b.Exploitation, Sector: b.Sector, Country: b.Country, DetectedBy: b.DetectedBy, DetectedOn: b.DetectedOn}
}

func bodyOf(f Facts) FactsBody {
	return FactsBody{Exploitation: f.Exploitation, Sector: f.Sector, Country: f.Country, DetectedBy: f.DetectedBy, DetectedOn: f.DetectedOn}
}

// CaseBody is a case file in the JSON API.
type CaseBody struct {
	ID        string              `json:"id"`
	Reference string              `json:"reference"`
	Stage     string              `json:"stage"`
	Lead      string              `json:"lead"`
	ChangedAt moment.Time         `json:"changed_at"`
	Version   int64               `json:"version"`
	Facts     FactsBody           `json:"facts"`
	Victims   []VictimBody        `json:"victims"`
	Decision  string              `json:"decision_id" doc:"By this id your administrator or auditor can replay what is closed to you"`
	Sections  []entry.SectionBody `json:"sections"`
}

// VictimBody is a victim file as it stands in its case.
type VictimBody struct {
	ID        string      `json:"id"`
	Reference string      `json:"reference"`
	Status    string      `json:"status"`
	ChangedAt moment.Time `json:"changed_at"`
}

// LineBody is one case file of a list.
type LineBody struct {
	ID        string      `json:"id"`
	Reference string      `json:"reference"`
	Stage     string      `json:"stage"`
	Lead      string      `json:"lead"`
	ChangedAt moment.Time `json:"changed_at"`
	Facts     FactsBody   `json:"facts"`
}

// VersionBody is one version of the facts of a case.
type VersionBody struct {
	Version   int64       `json:"version"`
	Facts     FactsBody   `json:"facts"`
	Agency    string      `json:"agency,omitempty" doc:"Absent where nobody was kept"`
	Author    string      `json:"author,omitempty" doc:"Only within the same agency"`
	WrittenAt moment.Time `json:"written_at,omitempty" doc:"Absent where the time was not kept"`
}

type versionsOut struct {
	Body struct {
		Items []VersionBody `json:"items"`
	}
}

type caseIn struct {
	Case string `path:"case" format:"uuid"`
}

type caseOut struct {
	ETag string `header:"ETag"`
	Body CaseBody
}

type openIn struct {
	Body struct {
		Facts  FactsBody `json:"facts"`
		DeskID string    `json:"desk_id,omitempty" doc:"One of your desks; the first where none is given"`
		Level  Level     `json:"level,omitempty" enum:"desk,agency" doc:"Who sees it from the start: the desk that leads, where nothing is given; or every desk of your agency"`
	}
}

type openOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type changeIn struct {
	Case string `path:"case" format:"uuid"`
	Body FactsBody
}

type listIn struct {
	After string `query:"after" doc:"The place that the page before gave as next"`
}

type listOut struct {
	Body struct {
		Items []LineBody `json:"items"`
		Next  string     `json:"next,omitempty"`
	}
}

type operations struct {
	s       *Service
	entries *entry.Service
}

// API registers the JSON operations of case files.
func API(a *httpkit.API, s *Service, entries *entry.Service) {
	o := operations{s, entries}
	httpkit.Operate(a, httpkit.Operation{ID: "list-cases", Method: "GET", Path: "/cases", Summary: "List the case files that are open to you, newest change first",
		Tag: "cases", Permission: "case.list", Parent: "none"}, o.list)
	httpkit.Operate(a, httpkit.Operation{ID: "open-case", Method: "POST", Path: "/cases", Summary: "Open a case file led by your desk",
		Tag: "cases", Permission: "case_file.open", Parent: "none", Status: 201, NeedsIdempotencyKey: true}, o.open)
	httpkit.Operate(a, httpkit.Operation{ID: "show-case", Method: "GET", Path: "/cases/{case}", Summary: "Show a case file",
		Tag: "cases", Permission: "case.read", Parent: "case"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "change-case", Method: "PUT", Path: "/cases/{case}", Summary: "Change the coded facts of a case that your agency leads",
		Tag: "cases", Permission: "team.manage", Parent: "case", NeedsIfMatch: true}, o.change)
	httpkit.Operate(a, httpkit.Operation{ID: "list-case-versions", Method: "GET", Path: "/cases/{case}/versions", Summary: "List all versions of the coded facts of a case, newest first",
		Tag: "cases", Permission: "case.read", Parent: "case"}, o.versions)
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	lines, next, err := o.s.List(ctx, after)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []LineBody{}, next.String()
	for _, l := range lines {
		out.Body.Items = append(out.Body.Items, LineBody{ID: l.FileID, Reference: l.Reference, Stage: l.Stage, Lead: l.Agency, ChangedAt: l.ChangedAt,
			Facts: FactsBody{Exploitation: splitCodes(l.Exploitation), Sector: l.Sector, Country: l.Country, DetectedBy: l.DetectedBy, DetectedOn: l.DetectedOn}})
	}
	return out, err
}

func (o operations) open(ctx context.Context, in *openIn) (*openOut, error) {
	id, err := o.s.Open(ctx, New{Facts: in.Body.Facts.facts(), DeskID: in.Body.DeskID, Level: in.Body.Level}, httpkit.IdempotencyKey(ctx))
	out := &openOut{Location: "/api/v1/cases/" + id}
	out.Body.ID = id
	return out, err
}

func (o operations) show(ctx context.Context, in *caseIn) (*caseOut, error) {
	var sections []entry.SectionView
	view, err := o.s.Show(ctx, in.Case, func(tx *gate.Tx) (err error) {
		sections, err = o.entries.Sections(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	body := CaseBody{ID: view.File.ID, Reference: view.File.Reference, Stage: view.File.Stage, Lead: view.Lead, ChangedAt: view.File.ChangedAt,
		Version: view.Version, Facts: bodyOf(view.Facts), Victims: []VictimBody{}, Decision: view.EntryID, Sections: entry.ToldOf(ctx, sections)}
	for _, v := range view.Victims {
		body.Victims = append(body.Victims, VictimBody{ID: v.FileID, Reference: v.Reference, Status: v.Status, ChangedAt: v.ChangedAt})
	}
	return &caseOut{ETag: httpkit.ETag(view.Version), Body: body}, nil
}

func (o operations) change(ctx context.Context, in *changeIn) (*caseOut, error) {
	if err := o.s.Change(ctx, in.Case, httpkit.IfMatch(ctx), in.Body.facts()); err != nil {
		return nil, err
	}
	return o.show(ctx, &caseIn{Case: in.Case})
}

func (o operations) versions(ctx context.Context, in *caseIn) (*versionsOut, error) {
	_, versions, err := o.s.History(ctx, in.Case)
	out := &versionsOut{}
	out.Body.Items = []VersionBody{}
	for _, v := range versions {
		out.Body.Items = append(out.Body.Items, VersionBody{Version: v.Number, Facts: bodyOf(v.Facts), Agency: v.Agency, Author: v.Author, WrittenAt: v.WrittenAt})
	}
	return out, err
}
