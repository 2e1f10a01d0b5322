package entry

import (
	"context"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/section"
)

// Body is one entry in the JSON API.
type Body struct {
	ID        string            `json:"id"`
	Section   string            `json:"section"`
	AgencyID  string            `json:"agency_id"`
	Agency    string            `json:"agency,omitempty"`
	Version   int64             `json:"version"`
	WrittenAt moment.Time       `json:"written_at"`
	Author    string            `json:"author,omitempty" doc:"Only within the same agency"`
	Nature    string            `json:"nature" enum:"fact,assessment"`
	Purpose   string            `json:"purpose"`
	Basis     string            `json:"basis"`
	Handling  string            `json:"handling,omitempty"`
	Values    map[string]string `json:"values"`
	CanEdit   bool              `json:"can_edit"`
}

// SectionBody is one section of a file in the JSON API.
type SectionBody struct {
	Section   string        `json:"section"`
	Open      bool          `json:"open"`
	ReasonID  string        `json:"reason_id,omitempty" doc:"Why the section, or what other agencies wrote in it, is closed"`
	Reason    string        `json:"reason,omitempty" doc:"The same in the reader's language, where a file is shown"`
	NextStep  string        `json:"next_step,omitempty" doc:"What to do now, in the reader's language"`
	AskReason bool          `json:"ask_reason" doc:"Giving a reason of access opens it for one look"`
	CanWrite  bool          `json:"can_write"`
	Entries   []Body        `json:"entries"`
	Derived   []DerivedBody `json:"derived,omitempty" doc:"What may be known of entries that stay closed"`
}

// AppendJSON writes what encoding/json would.
func (b *Body) AppendJSON(to []byte) []byte {
	return httpkit.Begin(to).Text("id", b.ID).Text("section", b.Section).Text("agency_id", b.AgencyID).Given("agency", b.Agency).
		Number("version", b.Version).Instant("written_at", b.WrittenAt).Given("author", b.Author).Text("nature", b.Nature).
		Text("purpose", b.Purpose).Text("basis", b.Basis).Given("handling", b.Handling).Texts("values", b.Values).
		Flag("can_edit", b.CanEdit).End()
}

// AppendJSON writes what encoding/json would.
func (b *SectionBody) AppendJSON(to []byte) []byte {
	o := httpkit.Begin(to).Text("section", b.Section).Flag("open", b.Open).Given("reason_id", b.ReasonID).Given("reason", b.Reason).
		Given("next_step", b.NextStep).Flag("ask_reason", b.AskReason).Flag("can_write", b.CanWrite)
	o = httpkit.AppendList(o.Name("entries"), b.Entries, (*Body).AppendJSON)
	if len(b.Derived) > 0 {
		o = httpkit.AppendList(o.Name("derived"), b.Derived, (*DerivedBody).AppendJSON)
	}
	return o.End()
}

// AppendJSON writes what encoding/json would.
func (b *DerivedBody) AppendJSON(to []byte) []byte {
	return httpkit.Begin(to).Text("name", b.Name).Text("value", b.Value).End()
}

// DerivedBody is one fact derived from closed entries.
type DerivedBody struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// BodyOf writes an entry for the API.
func BodyOf(v View) Body {
	return Body{ID: v.ID, Section: v.Section.String(), AgencyID: v.AgencyID, Agency: v.AgencyName, Version: v.Version,
		WrittenAt: v.WrittenAt, Author: v.Author, Nature: v.Nature, Purpose: v.Purpose, Basis: v.Basis, Handling: v.Handling,
		Values: v.Values, CanEdit: v.CanEdit}
}

// BodiesOf writes the sections of a file for the API.
func BodiesOf(sections []SectionView) []SectionBody {
	out := make([]SectionBody, 0, len(sections))
	for _, s := range sections {
		body := SectionBody{Section: s.Section.String(), Open: s.Open, AskReason: s.AskReason, CanWrite: s.CanWrite, Entries: []Body{}}
		if !s.OthersOpen {
			body.ReasonID = string(s.Reason)
		}
		for _, e := range s.Entries {
			body.Entries = append(body.Entries, BodyOf(e))
		}
		for _, d := range s.Derived {
			body.Derived = append(body.Derived, DerivedBody{Name: d.Name, Value: d.Text})
		}
		out = append(out, body)
	}
	return out
}

// ToldOf is BodiesOf with why something is closed and what to do about it, in the words of who asks. What is kept and hashed has
// only the ids: words change.
func ToldOf(ctx context.Context, sections []SectionView) []SectionBody {
	told, w := BodiesOf(sections), httpkit.Words(ctx)
	for i := range told {
		if reason := authz.Reason(told[i].ReasonID); reason != "" {
			told[i].Reason, told[i].NextStep = reasonText(w, reason), nextText(w, reason)
		}
	}
	return told
}

// place is a section of a file, as an address names it; the two kinds of files have addresses of their own. What is embedded
// in an input has to be exported: huma passes over the rest.
type place interface {
	file() (gate.Kind, string)
	section() string
}

// InCase is a section of a case file.
type InCase struct {
	Case    string `path:"case" format:"uuid"`
	Section string `path:"section"`
}

func (p *InCase) file() (gate.Kind, string) { return gate.Case, p.Case }
func (p *InCase) section() string           { return p.Section }

// InVictim is a section of a victim file.
type InVictim struct {
	Victim  string `path:"victim" format:"uuid"`
	Section string `path:"section"`
}

func (p *InVictim) file() (gate.Kind, string) { return gate.Victim, p.Victim }
func (p *InVictim) section() string           { return p.Section }

type (
	addToCase struct {
		InCase
		Body Draft
	}
	addToVictim struct {
		InVictim
		Body Draft
	}
	lookInCase struct {
		InCase
		Why
	}
	lookInVictim struct {
		InVictim
		Why
	}
)

// Why is the reason of access that some sections ask for at each look.
type Why struct {
	Reason string `query:"reason" doc:"Reason of access, a code; some sections ask for one at each look"`
}

type createdOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type lookOut struct{ Body SectionBody }

// EntryIn is one entry.
type EntryIn struct {
	Entry string `path:"entry" format:"uuid"`
	Why
}

type entryOut struct {
	ETag string `header:"ETag"`
	Body Body
}

type changeIn struct {
	EntryIn
	Body Draft
}

type versionsOut struct {
	Body struct {
		Items []Body `json:"items"`
	}
}

// API registers the JSON operations of entries.
func API(a *httpkit.API, s *Service) {
	httpkit.Operate(a, lookOperation(gate.Case), func(ctx context.Context, in *lookInCase) (*lookOut, error) { return s.apiLook(ctx, in, in.Reason) })
	httpkit.Operate(a, lookOperation(gate.Victim), func(ctx context.Context, in *lookInVictim) (*lookOut, error) { return s.apiLook(ctx, in, in.Reason) })
	httpkit.Operate(a, addOperation(gate.Case), func(ctx context.Context, in *addToCase) (*createdOut, error) { return s.apiAdd(ctx, in, in.Body) })
	httpkit.Operate(a, addOperation(gate.Victim), func(ctx context.Context, in *addToVictim) (*createdOut, error) { return s.apiAdd(ctx, in, in.Body) })
	httpkit.Operate(a, httpkit.Operation{ID: "show-entry", Method: "GET", Path: "/entries/{entry}", Summary: "Show an entry",
		Tag: "entries", Permission: "section.read", Parent: "file"}, s.apiShow)
	httpkit.Operate(a, httpkit.Operation{ID: "change-entry", Method: "PUT", Path: "/entries/{entry}", Summary: "Write the next version of an entry",
		Tag: "entries", Permission: "section.write", Parent: "file", NeedsIfMatch: true}, s.apiChange)
	httpkit.Operate(a, httpkit.Operation{ID: "list-entry-versions", Method: "GET", Path: "/entries/{entry}/versions", Summary: "List all versions of an entry, newest first",
		Tag: "entries", Permission: "section.read", Parent: "file"}, s.apiVersions)
}

func parseSection(word string) (authz.Section, error) {
	id, ok := authz.ParseSection(word)
	if !ok || section.Of(id) == nil {
		return 0, fault.New(fault.NotFound, "gate.not_found")
	}
	return id, nil
}

func lookOperation(kind gate.Kind) httpkit.Operation {
	return httpkit.Operation{ID: "show-" + string(kind) + "-section", Method: "GET", Path: sectionPath(kind),
		Summary: "Show one section of a " + string(kind) + " file", Tag: "entries", Permission: "section.read", Parent: string(kind)}
}

func addOperation(kind gate.Kind) httpkit.Operation {
	return httpkit.Operation{ID: "add-" + string(kind) + "-entry", Method: "POST", Path: sectionPath(kind) + "/entries",
		Summary: "Write a new entry in a section of a " + string(kind) + " file", Tag: "entries", Permission: "section.write",
		Parent: string(kind), Status: 201, NeedsIdempotencyKey: true}
}

func sectionPath(kind gate.Kind) string {
	return "/" + string(kind) + "s/{" + string(kind) + "}/sections/{section}"
}

func (s *Service) apiLook(ctx context.Context, in place, reason string) (*lookOut, error) {
	id, err := parseSection(in.section())
	if err != nil {
		return nil, err
	}
	kind, fileID := in.file()
	view, err := s.Reveal(ctx, kind, fileID, id, reason)
	if err != nil {
		return nil, err
	}
	return &lookOut{Body: ToldOf(ctx, []SectionView{view})[0]}, nil
}

func (s *Service) apiAdd(ctx context.Context, in place, body Draft) (*createdOut, error) {
	id, err := parseSection(in.section())
	if err != nil {
		return nil, err
	}
	kind, fileID := in.file()
	entryID, err := s.Add(ctx, kind, fileID, id, body, httpkit.IdempotencyKey(ctx))
	out := &createdOut{Location: httpkit.APIPath + "/entries/" + entryID}
	out.Body.ID = entryID
	return out, err
}

func (s *Service) apiShow(ctx context.Context, in *EntryIn) (*entryOut, error) {
	view, err := s.Show(ctx, in.Entry, in.Reason)
	return &entryOut{ETag: httpkit.ETag(view.Version), Body: BodyOf(view)}, err
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*entryOut, error) {
	in.Body.Reason = in.Reason
	if _, err := s.Change(ctx, in.Entry, httpkit.IfMatch(ctx), in.Body); err != nil {
		return nil, err
	}
	return s.apiShow(ctx, &in.EntryIn)
}

func (s *Service) apiVersions(ctx context.Context, in *EntryIn) (*versionsOut, error) {
	views, _, err := s.History(ctx, in.Entry, in.Reason)
	out := &versionsOut{}
	out.Body.Items = []Body{}
	for _, v := range views {
		out.Body.Items = append(out.Body.Items, BodyOf(v))
	}
	return out, err
}
