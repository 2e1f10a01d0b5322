package journal

import (
	"context"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// EventBody is one event of the timeline in the JSON API.
type EventBody struct {
	At     moment.Time `json:"at"`
	Kind   string      `json:"kind"`
	ID     string      `json:"id" doc:"Of the thing that it happened to"`
	Code   string      `json:"code" doc:"Key of the sentence that tells it"`
	Agency string      `json:"agency,omitempty"`
	Text   string      `json:"text,omitempty" doc:"Of a note"`
}

type caseIn struct {
	Case  string `path:"case" format:"uuid"`
	After string `query:"after" doc:"The place that the page before gave as next"`
}

type victimIn struct {
	Victim string `path:"victim" format:"uuid"`
	After  string `query:"after" doc:"The place that the page before gave as next"`
}

type timelineOut struct {
	Body struct {
		Items []EventBody `json:"items"`
		Next  string      `json:"next,omitempty"`
	}
}

// WriteBody is a new note.
type WriteBody struct {
	Section    string   `json:"section" doc:"In which it stands; whoever may read the section could read the note"`
	Visibility string   `json:"visibility,omitempty" enum:"file,agency,people" doc:"Narrows that; file where nothing is said"`
	Readers    []string `json:"readers,omitempty" maxItems:"50" doc:"Ids of colleagues, for people"`
	Text       string   `json:"text" maxLength:"8000"`
}

func (b WriteBody) note() New {
	return New{Section: b.Section, Visibility: Visibility(b.Visibility), Readers: b.Readers, Text: b.Text}
}

type writeOnCaseIn struct {
	Case string `path:"case" format:"uuid"`
	Body WriteBody
}

type writeOnVictimIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   WriteBody
}

type createdOut struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type noteIn struct {
	Note string `path:"note" format:"uuid"`
}

type correctIn struct {
	Note string `path:"note" format:"uuid"`
	Body struct {
		Text string `json:"text" maxLength:"8000"`
	}
}

type noteOut struct {
	ETag string `header:"ETag"`
	Body entry.NoteBody
}

type operations struct{ s *Service }

// API registers the JSON operations of notes and the timeline.
func API(a *httpkit.API, s *Service) {
	o := operations{s}
	httpkit.Operate(a, httpkit.Operation{ID: "list-case-timeline", Method: "GET", Path: "/cases/{case}/timeline", Summary: "List what happened on a case file, newest first",
		Tag: "journal", Permission: "journal.timeline", Parent: "case"}, o.onCase)
	httpkit.Operate(a, httpkit.Operation{ID: "list-victim-timeline", Method: "GET", Path: "/victims/{victim}/timeline", Summary: "List what happened on a victim file, newest first",
		Tag: "journal", Permission: "journal.timeline", Parent: "victim"}, o.onVictim)
	httpkit.Operate(a, httpkit.Operation{ID: "write-case-note", Method: "POST", Path: "/cases/{case}/notes", Summary: "Write a note in a section of a case file",
		Tag: "journal", Permission: "journal.write", Parent: "case", Status: 201, NeedsIdempotencyKey: true}, o.writeOnCase)
	httpkit.Operate(a, httpkit.Operation{ID: "write-victim-note", Method: "POST", Path: "/victims/{victim}/notes", Summary: "Write a note in a section of a victim file",
		Tag: "journal", Permission: "journal.write", Parent: "victim", Status: 201, NeedsIdempotencyKey: true}, o.writeOnVictim)
	httpkit.Operate(a, httpkit.Operation{ID: "show-note", Method: "GET", Path: "/notes/{note}", Summary: "Show a note with its history",
		Tag: "journal", Permission: "journal.read", Parent: "note"}, o.show)
	httpkit.Operate(a, httpkit.Operation{ID: "correct-note", Method: "PUT", Path: "/notes/{note}", Summary: "Write the next version of a note of your agency",
		Tag: "journal", Permission: "journal.write", Parent: "note", NeedsIfMatch: true}, o.correct)
}

func (o operations) onCase(ctx context.Context, in *caseIn) (*timelineOut, error) {
	return o.timeline(ctx, gate.Case, in.Case, in.After)
}

func (o operations) onVictim(ctx context.Context, in *victimIn) (*timelineOut, error) {
	return o.timeline(ctx, gate.Victim, in.Victim, in.After)
}

func (o operations) timeline(ctx context.Context, kind gate.Kind, fileID, after string) (*timelineOut, error) {
	at, err := gate.ParseCursor(after)
	if err != nil {
		return nil, err
	}
	t, err := o.s.Timeline(ctx, kind, fileID, at)
	out := &timelineOut{}
	out.Body.Items, out.Body.Next = []EventBody{}, t.Next.String()
	for i := range t.Events {
		e := &t.Events[i]
		out.Body.Items = append(out.Body.Items, EventBody{At: e.At, Kind: string(e.Kind), ID: e.ID, Code: e.Words, Agency: e.Agency, Text: e.Text})
	}
	return out, err
}

func (o operations) writeOnCase(ctx context.Context, in *writeOnCaseIn) (*createdOut, error) {
	return o.write(ctx, gate.Case, in.Case, in.Body)
}

func (o operations) writeOnVictim(ctx context.Context, in *writeOnVictimIn) (*createdOut, error) {
	return o.write(ctx, gate.Victim, in.Victim, in.Body)
}

func (o operations) write(ctx context.Context, kind gate.Kind, fileID string, b WriteBody) (*createdOut, error) {
	id, err := o.s.Write(ctx, kind, fileID, b.note(), httpkit.IdempotencyKey(ctx))
	out := &createdOut{Location: httpkit.APIPath + "/notes/" + id}
	out.Body.ID = id
	return out, err
}

func (o operations) show(ctx context.Context, in *noteIn) (*noteOut, error) {
	v, err := o.s.Show(ctx, in.Note)
	if err != nil {
		return nil, err
	}
	note := v.note()
	return &noteOut{ETag: httpkit.ETag(note.Version()), Body: entry.NoteBodyOf(&note)}, nil
}

func (o operations) correct(ctx context.Context, in *correctIn) (*noteOut, error) {
	if err := o.s.Correct(ctx, in.Note, httpkit.IfMatch(ctx), in.Body.Text); err != nil {
		return nil, err
	}
	return o.show(ctx, &noteIn{Note: in.Note})
}
