package trail

import (
	"context"

	"relais/internal/audit"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// LineBody is one entry in the JSON API.
type LineBody struct {
	ID            string        `json:"id"`
	At            moment.Time   `json:"at"`
	Action        string        `json:"action"`
	Operation     string        `json:"operation"`
	Decision      string        `json:"decision" enum:"allow,deny"`
	ReasonID      string        `json:"reason_id,omitempty"`
	ActorID       string        `json:"actor_id,omitempty"`
	ActorRole     string        `json:"actor_role,omitempty"`
	AgencyID      string        `json:"agency_id,omitempty"`
	Agency        string        `json:"agency,omitempty"`
	Reference     string        `json:"reference,omitempty" doc:"Of the file, as your agency knows it"`
	Justification string        `json:"justification,omitempty"`
	Purpose       string        `json:"purpose,omitempty"`
	Basis         string        `json:"basis,omitempty" doc:"Code of the provision, or of the family where there is none"`
	ConsentID     string        `json:"consent_id,omitempty"`
	GrantID       string        `json:"grant_id,omitempty"`
	OnBehalfOf    string        `json:"on_behalf_of,omitempty" doc:"Id of the colleague or the agency at whose request it was signed or answered; in entries of your agency"`
	Device        string        `json:"device,omitempty" doc:"Keyed mark of the browser in which this person signed in: the same person in the same kind of browser has the same mark; in entries of your agency"`
	Fields        []string      `json:"fields,omitempty"`
	Sections      []SectionBody `json:"sections,omitempty"`
}

// SectionBody says how one section was shown or refused.
type SectionBody struct {
	Section  string `json:"section"`
	Decision string `json:"decision"`
	Show     string `json:"show,omitempty"`
	ReasonID string `json:"reason_id,omitempty"`
	Line     int    `json:"line,omitempty" doc:"Line of the matrix that decided"`
}

// ReportBody is the outcome of a verification.
type ReportBody struct {
	Whole        bool       `json:"whole"`
	Size         int64      `json:"size"`
	Root         string     `json:"root"`
	Queued       int64      `json:"queued"`
	Checkpoints  int64      `json:"checkpoints"`
	HeadsOutside int64      `json:"heads_outside"`
	Wrong        *WrongBody `json:"wrong,omitempty"`
}

// WrongBody names the first thing that is wrong.
type WrongBody struct {
	What    string `json:"what"`
	Seq     int64  `json:"seq"`
	EntryID string `json:"entry_id,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

type listIn struct {
	Reason    string      `query:"reason" required:"true" doc:"Why you read the log, a code"`
	Reference string      `query:"reference"`
	Person    string      `query:"person"`
	Op        string      `query:"operation"`
	Decision  string      `query:"decision"`
	From      moment.Date `query:"from"`
	To        moment.Date `query:"to"`
	After     string      `query:"after"`
}

type listOut struct {
	Body struct {
		Items []LineBody `json:"items"`
		Next  string     `json:"next,omitempty"`
	}
}

type verifyIn struct {
	Body struct {
		Reason string `json:"reason"`
	}
}

type verifyOut struct{ Body ReportBody }

// API registers the reviewer's JSON operations.
func API(a *httpkit.API, s *Service) {
	httpkit.Operate(a, httpkit.Operation{ID: "list-log", Method: "GET", Path: "/log", Summary: "List the access log of your agency, newest first",
		Tag: "log", Permission: "access_log.read", Parent: "agency"}, s.apiList)
	httpkit.Operate(a, httpkit.Operation{ID: "verify-log", Method: "POST", Path: "/log/verifications", Summary: "Recompute the log and name the first thing that is wrong",
		Tag: "log", Permission: "access_log.read", Parent: "agency"}, s.apiVerify)
	httpkit.Operate(a, httpkit.Operation{ID: "replay-decision", Method: "GET", Path: "/decisions/{entry}", Summary: "Show a refusal by its number, and decide it again as of now",
		Tag: "log", Permission: "access_log.read", Parent: "agency"}, s.apiDecision)
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*listOut, error) {
	answer, err := s.Read(ctx, Question{Reason: in.Reason, Reference: in.Reference, PersonID: in.Person, Op: audit.Op(in.Op),
		Decision: in.Decision, From: in.From, To: in.To, After: in.After})
	out := &listOut{}
	out.Body.Items, out.Body.Next = []LineBody{}, answer.Next
	for _, l := range answer.Lines {
		out.Body.Items = append(out.Body.Items, bodyOf(l))
	}
	return out, err
}

func bodyOf(l Line) LineBody {
	body := LineBody{ID: l.ID, At: l.At, Action: l.Action, Operation: string(l.Op), Decision: l.Decision, ReasonID: l.Reason,
		ActorID: l.ActorID, ActorRole: l.ActorRole, AgencyID: l.AgencyID, Agency: l.Agency, Reference: l.Reference,
		Justification: l.Justification, Purpose: l.Purpose, Basis: l.Basis, ConsentID: l.ConsentID, GrantID: l.GrantID,
		OnBehalfOf: l.OnBehalfOf, Device: l.Device, Fields: l.Fields}
	for _, s := range l.Sections {
		body.Sections = append(body.Sections, SectionBody{Section: s.Section, Decision: s.Decision, Show: s.Show, ReasonID: s.Reason, Line: s.Line})
	}
	return body
}

func (s *Service) apiVerify(ctx context.Context, in *verifyIn) (*verifyOut, error) {
	report, err := s.Verify(ctx, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	body := ReportBody{Whole: report.Wrong == nil, Size: report.Size, Root: report.Root.String(), Queued: report.Queued,
		Checkpoints: report.Checkpoints, HeadsOutside: report.HeadsOutside}
	if w := report.Wrong; w != nil {
		body.Wrong = &WrongBody{What: string(w.What), Seq: w.Seq, EntryID: w.EntryID, Detail: w.Detail}
	}
	return &verifyOut{Body: body}, nil
}
