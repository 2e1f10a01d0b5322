package breach

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// ReportWritten is what somebody reports in the JSON API.
type ReportWritten struct {
	Kind       string      `json:"kind" doc:"What happened, as a code"`
	NoticedAt  moment.Time `json:"noticed_at" doc:"When you noticed it"`
	Story      string      `json:"story" doc:"Sealed"`
	References []string    `json:"references,omitempty" doc:"Of the files that it touched and that you see, by your agency's own references"`
}

// ReportLine is a report in a list.
type ReportLine struct {
	ID         string      `json:"id"`
	Kind       string      `json:"kind"`
	ReportedAt moment.Time `json:"reported_at"`
	Outcome    string      `json:"outcome" enum:"waiting,taken,none" doc:"Taken: it is a breach in the register"`
	By         string      `json:"by,omitempty" doc:"Who reported it"`
	Version    int64       `json:"version"`
}

// ReportBody is a report to who answers for the agency.
type ReportBody struct {
	ID string `json:"id"`
	ReportWritten
	ReportedAt moment.Time `json:"reported_at" doc:"Your agency has become aware with it: the clock runs from here"`
	DueAt      moment.Time `json:"due_at" doc:"By when the authority has to be told, if it is a breach"`
	By         string      `json:"by,omitempty"`
	Outcome    string      `json:"outcome" enum:"waiting,taken,none"`
	Breach     string      `json:"breach,omitempty" doc:"That it became"`
	Reason     string      `json:"reason,omitempty" doc:"Why it is none"`
	DecidedAt  moment.Time `json:"decided_at,omitempty"`
	Decider    string      `json:"decider,omitempty"`
	Withheld   bool        `json:"withheld" doc:"Its words are withheld from you: it names a file of which you may not know; send no story when you take it up, and it stays"`
	Version    int64       `json:"version"`
}

type (
	reportIn  struct{ Body ReportWritten }
	reportsIn struct {
		Box string `query:"box" doc:"mine, waiting or decided; mine where none is given"`
		httpkit.Paged
	}
	// OneReportIn names a report.
	OneReportIn struct {
		Report string `path:"report" format:"uuid"`
	}
	takeUpIn struct {
		OneReportIn
		Body Written
	}
	dismissIn struct {
		OneReportIn
		Body struct {
			Reason string `json:"reason" doc:"Sealed; it stays beside the report"`
		}
	}
)

func reportAPI(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary, permission string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "breaches", Permission: permission, Parent: "breach"}
	}
	httpkit.Operate(a, op("list-breach-reports", "GET", "/breach-reports", "List what you reported, or what was reported at your agency", "signed in"), s.apiReports)
	httpkit.Operate(a, op("report-breach", "POST", "/breach-reports", "Report what may be a breach to who answers for your agency", "signed in").Creates(), s.apiReport)
	httpkit.Operate(a, op("show-breach-report", "GET", "/breach-reports/{report}", "Show a report with its words", "agency.answers"), s.apiShowReport)
	httpkit.Operate(a, op("take-up-breach-report", "POST", "/breach-reports/{report}/breach", "Make a report a breach in the register", "agency.answers").Creates(), s.apiTakeUp)
	httpkit.Operate(a, op("dismiss-breach-report", "POST", "/breach-reports/{report}/dismissal", "Say why a report is no breach", "agency.answers").Changes(), s.apiDismiss)
}

func (w *ReportWritten) read() NewReport {
	return NewReport{Kind: w.Kind, NoticedAt: w.NoticedAt, Story: w.Story, References: w.References}
}

func reportBody(v *Reported) ReportBody {
	b := ReportBody{ID: v.ID, ReportWritten: ReportWritten{Kind: v.Kind, NoticedAt: v.NoticedAt, Story: v.Story}, ReportedAt: v.ReportedAt, DueAt: v.DueAt, By: v.By,
		Outcome: string(v.Outcome), Breach: v.BreachID, Reason: v.Reason, DecidedAt: v.DecidedAt, Decider: v.Decider, Withheld: v.Withheld, Version: v.Version()}
	for _, f := range v.Files {
		b.References = append(b.References, f.Reference)
	}
	return b
}

func reportLine(p *Report) ReportLine {
	return ReportLine{ID: p.ID, Kind: p.Kind, ReportedAt: p.ReportedAt, Outcome: string(p.Outcome), By: p.By, Version: p.Version()}
}

func (s *Service) apiReports(ctx context.Context, in *reportsIn) (*httpkit.Listed[ReportLine], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	box := BoxMine
	if in.Box != "" {
		box = ReportBox(in.Box)
	}
	list, err := s.Reports(ctx, box, after)
	return httpkit.ListOf(list.Items, reportLine, list.Next.String()), err
}

func (s *Service) apiReport(ctx context.Context, in *reportIn) (*httpkit.Made, error) {
	id, err := s.Report(ctx, in.Body.read(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/breach-reports", id), err
}

func (s *Service) apiShowReport(ctx context.Context, in *OneReportIn) (*httpkit.Versioned[ReportBody], error) {
	v, err := s.ShowReport(ctx, in.Report)
	if err != nil {
		return nil, err
	}
	return httpkit.VersionOf(v.Version(), reportBody(&v)), nil
}

func (s *Service) apiTakeUp(ctx context.Context, in *takeUpIn) (*httpkit.Made, error) {
	id, err := s.TakeUp(ctx, in.Report, in.Body.read(), httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/breaches/"+id, id), err
}

func (s *Service) apiDismiss(ctx context.Context, in *dismissIn) (*httpkit.Versioned[ReportBody], error) {
	if err := s.Dismiss(ctx, in.Report, httpkit.IfMatch(ctx), in.Body.Reason); err != nil {
		return nil, err
	}
	return s.apiShowReport(ctx, &in.OneReportIn)
}
