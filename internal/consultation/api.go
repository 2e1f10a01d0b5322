package consultation

import (
	"context"

	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is a consultation in the JSON API.
type Body struct {
	ID           string            `json:"id"`
	Agency       string            `json:"agency" doc:"That called it"`
	DeskID       string            `json:"desk_id"`
	Ground       string            `json:"ground"`
	Permission   string            `json:"permission" doc:"Number of the permission or of the provision"`
	PermittedOn  moment.Date       `json:"permitted_on"`
	HeldOn       moment.Date       `json:"held_on"`
	Aim          string            `json:"aim"`
	Subject      string            `json:"subject"`
	State        string            `json:"state" enum:"planned,held,cancelled"`
	Version      int64             `json:"version"`
	Participants []ParticipantBody `json:"participants,omitempty"`
	Minutes      []MinutesBody     `json:"minutes,omitempty" doc:"All versions, newest first"`
}

// ParticipantBody is a desk that takes part.
type ParticipantBody struct {
	DeskID string `json:"desk_id"`
	Desk   string `json:"desk"`
	Agency string `json:"agency"`
}

// MinutesBody is one version of the minutes.
type MinutesBody struct {
	WrittenAt moment.Time `json:"written_at"`
	Agency    string      `json:"agency"`
	Marking   string      `json:"marking"`
	Text      string      `json:"text"`
}

// OneIn names a consultation.
type OneIn struct {
	Consultation string `path:"consultation" format:"uuid"`
}

type (
	listIn struct {
		httpkit.Paged
	}
	callIn struct {
		Body struct {
			DeskID       string      `json:"desk_id" doc:"That calls it, one of your own"`
			Ground       string      `json:"ground"`
			Permission   string      `json:"permission"`
			PermittedOn  moment.Date `json:"permitted_on"`
			HeldOn       moment.Date `json:"held_on"`
			Aim          string      `json:"aim"`
			Subject      string      `json:"subject"`
			Participants []string    `json:"participants" doc:"Ids of the other desks" maxItems:"30"`
		}
	}
	minutesIn struct {
		OneIn
		Body struct {
			Text string `json:"text"`
			TLP  string `json:"tlp,omitempty" doc:"How far they may travel; red where empty"`
		}
	}
)

// API registers the JSON operations of consultations.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "consultations", Permission: "consultation.participant",
			Parent: "consultation"}
	}
	httpkit.Operate(a, op("list-consultations", "GET", "/consultations", "List the case consultations in which your desks take part"), s.apiList)
	httpkit.Operate(a, op("call-consultation", "POST", "/consultations", "Call a case consultation (Belgium, article 458ter)").Creates(), s.apiCall)
	httpkit.Operate(a, op("show-consultation", "GET", "/consultations/{consultation}", "Show a case consultation with its minutes"), s.apiShow)
	httpkit.Operate(a, op("write-minutes", "POST", "/consultations/{consultation}/minutes", "Write the next version of the minutes").Changes(), s.apiMinutes)
	httpkit.Operate(a, op("cancel-consultation", "POST", "/consultations/{consultation}/cancellation", "Call a consultation off").Changes().Silent(), s.apiCancel)
}

func bodyOf(c *Consultation) Body {
	return Body{ID: c.ID, Agency: c.Agency, DeskID: c.DeskID, Ground: c.Ground, Permission: c.Permission, PermittedOn: c.PermittedOn,
		HeldOn: c.HeldOn, Aim: c.Aim, Subject: c.Subject, State: string(c.State), Version: c.Version}
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, next, err := s.List(ctx, after)
	return httpkit.ListOf(list, bodyOf, next.String()), err
}

func (s *Service) apiCall(ctx context.Context, in *callIn) (*httpkit.Made, error) {
	b := in.Body
	id, err := s.Call(ctx, New{DeskID: b.DeskID, Ground: b.Ground, Permission: b.Permission, PermittedOn: b.PermittedOn, HeldOn: b.HeldOn,
		Aim: b.Aim, Subject: b.Subject, Desks: b.Participants}, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/consultations/"+id, id), err
}

func (s *Service) apiShow(ctx context.Context, in *OneIn) (*httpkit.Versioned[Body], error) {
	v, err := s.Show(ctx, in.Consultation)
	if err != nil {
		return nil, err
	}
	body := bodyOf(&v.Consultation)
	for _, p := range v.Participants {
		body.Participants = append(body.Participants, ParticipantBody{DeskID: p.DeskID, Desk: p.Desk, Agency: p.Agency})
	}
	for _, m := range v.Minutes {
		body.Minutes = append(body.Minutes, MinutesBody{WrittenAt: m.WrittenAt, Agency: m.Agency, Marking: m.Marking, Text: m.Text})
	}
	return httpkit.VersionOf(v.Version, body), nil
}

func (s *Service) apiMinutes(ctx context.Context, in *minutesIn) (*httpkit.Versioned[Body], error) {
	if err := s.WriteMinutes(ctx, in.Consultation, in.Body.Text, in.Body.TLP, httpkit.IfMatch(ctx)); err != nil {
		return nil, err
	}
	return s.apiShow(ctx, &in.OneIn)
}

func (s *Service) apiCancel(ctx context.Context, in *OneIn) (*httpkit.Nothing, error) {
	return nil, s.Cancel(ctx, in.Consultation, httpkit.IfMatch(ctx))
}
