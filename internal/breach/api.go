package breach

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Written is what is written of a breach in the JSON API.
type Written struct {
	Kind       string      `json:"kind" doc:"What happened, as a code"`
	KnownAt    moment.Time `json:"known_at" doc:"When it became known to your agency; the clock runs from here"`
	Persons    int64       `json:"persons,omitempty" doc:"How many persons it concerns; 0 where that is not known"`
	References []string    `json:"references,omitempty" doc:"Of the files that it touched, as far as known, by your agency's own references"`
	Story      string      `json:"story" doc:"Sealed, like all texts"`
	Effects    string      `json:"effects,omitempty"`
	Measures   string      `json:"measures,omitempty"`
	Authority  string      `json:"authority" enum:"pending,told,no_risk"`
	ToldAt     moment.Time `json:"told_at,omitempty" doc:"When the authority was told"`
	ToldRef    string      `json:"told_ref,omitempty" doc:"Under which the authority keeps it"`
	Late       string      `json:"late,omitempty" doc:"Why it was told after the end of the clock"`
	NoRisk     string      `json:"no_risk,omitempty" doc:"Why it is unlikely to result in a risk"`
	Subjects   string      `json:"subjects" enum:"undecided,high_risk,told,exempt" doc:"Whether the persons have to be told"`
	SubjectsOn moment.Date `json:"subjects_on,omitempty"`
	Exemption  string      `json:"exemption,omitempty" doc:"Why they need not each be told, as a code"`
}

// Body is a breach of your agency.
type Body struct {
	ID string `json:"id"`
	Written
	DueAt     moment.Time   `json:"due_at" doc:"By when the authority has to be told"`
	Open      bool          `json:"open" doc:"The authority or the persons still wait for a word"`
	Withheld  bool          `json:"withheld" doc:"The texts of all versions are withheld from you: they may concern a file of which you may not know; send story, effects and measures empty in a correction, and they stay"`
	Version   int64         `json:"version"`
	WrittenAt moment.Time   `json:"written_at"`
	By        string        `json:"by,omitempty" doc:"Who wrote the version"`
	Origins   []OriginBody  `json:"origins,omitempty" doc:"Agencies that gave yours its access to these files, or wrote in them what yours can open"`
	Before    []VersionBody `json:"before,omitempty" doc:"The versions before, the newest first"`
	Report    string        `json:"report,omitempty" doc:"That it came of"`
}

// VersionBody is a version of a breach.
type VersionBody struct {
	Version   int64       `json:"version"`
	WrittenAt moment.Time `json:"written_at"`
	By        string      `json:"by,omitempty"`
	Written
}

// OriginBody is an agency that has to hear of it.
type OriginBody struct {
	Agency  string `json:"agency"`
	Country string `json:"country"`
}

// LineBody is a breach in a list.
type LineBody struct {
	ID        string      `json:"id"`
	Kind      string      `json:"kind"`
	KnownAt   moment.Time `json:"known_at"`
	DueAt     moment.Time `json:"due_at"`
	Authority string      `json:"authority" enum:"pending,told,no_risk"`
	Subjects  string      `json:"subjects" enum:"undecided,high_risk,told,exempt"`
	Version   int64       `json:"version"`
}

type (
	listIn struct {
		Box string `query:"box" doc:"open or done; open where none is given"`
		httpkit.Paged
	}
	recordIn struct{ Body Written }
	// OneIn names a breach.
	OneIn struct {
		Breach string `path:"breach" format:"uuid"`
	}
	correctIn struct {
		OneIn
		Body Written
	}
)

// API registers the JSON operations of breaches.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "breaches", Permission: "agency.answers", Parent: "breach"}
	}
	httpkit.Operate(a, op("list-breaches", "GET", "/breaches", "List the breaches of personal data at your agency"), s.apiList)
	httpkit.Operate(a, op("record-breach", "POST", "/breaches", "Record a breach of personal data; its clock runs from when it became known").Creates(), s.apiRecord)
	httpkit.Operate(a, op("show-breach", "GET", "/breaches/{breach}", "Show a breach with its versions"), s.apiShow)
	httpkit.Operate(a, op("correct-breach", "POST", "/breaches/{breach}/correction", "Write a further version of a breach").Changes(), s.apiCorrect)
	reportAPI(a, s)
}

func (w *Written) read() New {
	return New{Kind: w.Kind, KnownAt: w.KnownAt, Persons: w.Persons, References: w.References, Authority: Authority(w.Authority), ToldAt: w.ToldAt,
		Subjects: Subjects(w.Subjects), SubjectsOn: w.SubjectsOn, Exemption: w.Exemption,
		Texts: Texts{Story: w.Story, Effects: w.Effects, Measures: w.Measures, ToldRef: w.ToldRef, Late: w.Late, NoRisk: w.NoRisk}}
}

func writtenOf(n New) Written {
	return Written{Kind: n.Kind, KnownAt: n.KnownAt, Persons: n.Persons, References: n.References, Story: n.Story, Effects: n.Effects,
		Measures: n.Measures, Authority: string(n.Authority), ToldAt: n.ToldAt, ToldRef: n.ToldRef, Late: n.Late, NoRisk: n.NoRisk,
		Subjects: string(n.Subjects), SubjectsOn: n.SubjectsOn, Exemption: n.Exemption}
}

func bodyOf(v *View) Body {
	b := Body{ID: v.ID, Written: writtenOf(v.asNew()), DueAt: v.DueAt, Open: v.Open(), Withheld: v.Withheld, Version: v.Version, WrittenAt: v.WrittenAt, By: v.By, Report: v.Report.ID}
	for _, o := range v.Origins {
		b.Origins = append(b.Origins, OriginBody(o))
	}
	for i := range v.Before {
		before := &v.Before[i]
		b.Before = append(b.Before, VersionBody{Version: before.Version, WrittenAt: before.WrittenAt, By: before.By, Written: writtenOf(before.asNew())})
	}
	return b
}

func lineOf(b *Breach) LineBody {
	return LineBody{ID: b.ID, Kind: b.Kind, KnownAt: b.KnownAt, DueAt: b.DueAt, Authority: string(b.Authority), Subjects: string(b.Subjects), Version: b.Version}
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*httpkit.Listed[LineBody], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	box := BoxOpen
	if in.Box != "" {
		box = Box(in.Box)
	}
	list, err := s.List(ctx, box, after)
	return httpkit.ListOf(list.Items, lineOf, list.Next.String()), err
}

func (s *Service) apiRecord(ctx context.Context, in *recordIn) (*httpkit.Made, error) {
	id, err := s.Record(ctx, in.Body.read(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/breaches/"+id, id), err
}

func (s *Service) apiShow(ctx context.Context, in *OneIn) (*httpkit.Versioned[Body], error) {
	v, err := s.Show(ctx, in.Breach)
	if err != nil {
		return nil, err
	}
	return httpkit.VersionOf(v.Version, bodyOf(&v)), nil
}

func (s *Service) apiCorrect(ctx context.Context, in *correctIn) (*httpkit.Versioned[Body], error) {
	if err := s.Correct(ctx, in.Breach, httpkit.IfMatch(ctx), in.Body.read()); err != nil {
		return nil, err
	}
	return s.apiShow(ctx, &in.OneIn)
}
