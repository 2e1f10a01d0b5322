package notice

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is a notice in the JSON API.
type Body struct {
	ID              string      `json:"id"`
	To              string      `json:"to" doc:"desk, worker, auditors or supervisors: in which part you are told"`
	Code            string      `json:"code"`
	FileID          string      `json:"file_id,omitempty"`
	Reference       string      `json:"reference,omitempty" doc:"By which your agency knows the file"`
	SubjectID       string      `json:"subject_id,omitempty"`
	Link            string      `json:"link,omitempty" doc:"Kind of the thing that it is about"`
	MustAcknowledge bool        `json:"must_acknowledge"`
	DueAt           moment.Time `json:"due_at"`
	Overdue         bool        `json:"overdue"`
	ToldAt          moment.Time `json:"told_at"`
	AcknowledgedAt  moment.Time `json:"acknowledged_at"`
	AcknowledgedBy  string      `json:"acknowledged_by,omitempty" doc:"Name of the colleague"`
	Version         int64       `json:"version"`
}

type listIn struct {
	Box   string `query:"box" enum:"open,done" doc:"Which list; open where none is named"`
	After string `query:"after" doc:"Where the page before ended"`
}

// ListBody is one page of notices.
type ListBody struct {
	Items []Body `json:"items"`
	Next  string `json:"next,omitempty"`
}

type listOut struct{ Body ListBody }

type oneIn struct {
	Notice string `path:"notice" format:"uuid"`
}

type operations struct{ s *Service }

// API registers the JSON operations of notices.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "list-notices", Method: "GET", Path: "/notices", Summary: "List what you have to know",
		Tag: "notice", Permission: "notice.list", Parent: "none"}, o.list)
	httpkit.Operate(a, httpkit.Operation{ID: "acknowledge-notice", Method: "POST", Path: "/notices/{notice}/acknowledgment", Summary: "Say that you have read a notice",
		Tag: "notice", Permission: "notice.acknowledge", Parent: "none", Status: 204, NeedsIfMatch: true}, o.acknowledge)
	mailAPI(a, s)
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := o.s.List(ctx, parseBox(in.Box), after)
	out := &listOut{}
	out.Body.Items, out.Body.Next = []Body{}, list.Next.String()
	for i := range list.Items {
		n := &list.Items[i]
		out.Body.Items = append(out.Body.Items, Body{ID: n.ID, To: n.ToKind, Code: n.Code, FileID: n.FileID, Reference: n.Reference,
			SubjectID: n.Subject, Link: n.Link, MustAcknowledge: n.MustAcknowledge, DueAt: n.DueAt, Overdue: n.Overdue(list.Now),
			ToldAt: n.ToldAt, AcknowledgedAt: n.AcknowledgedAt, AcknowledgedBy: n.By, Version: n.Version})
	}
	return out, err
}

func (o operations) acknowledge(ctx context.Context, in *oneIn) (*struct{}, error) {
	return nil, o.s.Acknowledge(ctx, in.Notice, httpkit.IfMatch(ctx))
}
