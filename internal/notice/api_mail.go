package notice

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// ChoiceBody is how somebody wants to be told by mail, in the JSON API.
type ChoiceBody struct {
	Cadence    string `json:"cadence" enum:"at_once,hourly,daily,never"`
	Hour       int    `json:"hour" minimum:"0" maximum:"23" doc:"Of the daily mail, by the clock in Brussels"`
	QuietFrom  int    `json:"quiet_from" minimum:"0" maximum:"23"`
	QuietUntil int    `json:"quiet_until" minimum:"0" maximum:"23" doc:"The same as quiet_from for no quiet time"`
	Urgent     bool   `json:"urgent" doc:"What has to be done within a day comes at once, in quiet hours too"`
}

// MailBody is a mail in the JSON API.
type MailBody struct {
	ID        string      `json:"id"`
	WorkerID  string      `json:"worker_id"`
	Name      string      `json:"name"`
	State     string      `json:"state"`
	Tries     int         `json:"tries"`
	Reason    string      `json:"reason,omitempty" doc:"Why the last try failed"`
	MadeAt    moment.Time `json:"made_at"`
	DueAt     moment.Time `json:"due_at"`
	SettledAt moment.Time `json:"settled_at"`
	Version   int64       `json:"version"`
}

type (
	choiceOut struct {
		ETag string `header:"ETag"`
		Body ChoiceBody
	}
	choiceIn struct{ Body ChoiceBody }
	mailsIn  struct {
		State string `query:"state" enum:"dead,waiting,sent" doc:"Which list; dead where none is named"`
		After string `query:"after" doc:"Where the page before ended"`
	}
	mailsOut struct {
		Body struct {
			Items []MailBody `json:"items"`
			Next  string     `json:"next,omitempty"`
		}
	}
	mailIn struct {
		Mail string `path:"mail" format:"uuid"`
	}
)

func mailAPI(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary, permission string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "notice", Permission: permission, Parent: "none"}
	}
	httpkit.Operate(a, op("show-mail-choice", "GET", "/me/mail", "Show how you are told by mail", "mail.choice"), s.apiChoice)
	choose := op("change-mail-choice", "PUT", "/me/mail", "Choose how you are told by mail", "mail.choose")
	choose.NeedsIfMatch = true
	httpkit.Operate(a, choose, s.apiChoose)
	httpkit.Operate(a, op("list-mails", "GET", "/mails", "List the mails to the people of your agency", "mail.list"), s.apiMails)
	retry := op("retry-mail", "POST", "/mails/{mail}/attempt", "Have a mail tried again that was given up", "mail.retry")
	retry.Status, retry.NeedsIfMatch = 204, true
	httpkit.Operate(a, retry, s.apiRetry)
}

func choiceBody(c *Choice) *choiceOut {
	return &choiceOut{ETag: httpkit.ETag(c.Version), Body: ChoiceBody{Cadence: string(c.Cadence), Hour: c.Hour, QuietFrom: c.QuietFrom,
		QuietUntil: c.QuietUntil, Urgent: c.Urgent}}
}

func (s *Service) apiChoice(ctx context.Context, _ *struct{}) (*choiceOut, error) {
	my, err := s.MyMail(ctx)
	if err != nil {
		return nil, err
	}
	return choiceBody(&my.Choice), nil
}

func (s *Service) apiChoose(ctx context.Context, in *choiceIn) (*choiceOut, error) {
	b := in.Body
	kept, err := s.Choose(ctx, Choice{Cadence: Cadence(b.Cadence), Hour: b.Hour, QuietFrom: b.QuietFrom, QuietUntil: b.QuietUntil, Urgent: b.Urgent,
		Version: httpkit.IfMatch(ctx)})
	if err != nil {
		return nil, err
	}
	return choiceBody(&kept), nil
}

func (s *Service) apiMails(ctx context.Context, in *mailsIn) (*mailsOut, error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, err := s.ListMails(ctx, parseState(in.State), after)
	out := &mailsOut{}
	out.Body.Items, out.Body.Next = []MailBody{}, list.Next.String()
	for i := range list.Items {
		m := &list.Items[i]
		out.Body.Items = append(out.Body.Items, MailBody{ID: m.ID, WorkerID: m.WorkerID, Name: m.Name, State: string(m.State), Tries: m.Tries, Reason: m.Reason,
			MadeAt: m.MadeAt, DueAt: m.DueAt, SettledAt: m.SettledAt, Version: m.Version})
	}
	return out, err
}

func (s *Service) apiRetry(ctx context.Context, in *mailIn) (*struct{}, error) {
	return nil, s.Retry(ctx, in.Mail, httpkit.IfMatch(ctx))
}
