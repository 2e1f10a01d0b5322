package account

import (
	"context"
	"net/http"

	"relais/internal/httpkit"
)

// Myself is the caller as the API tells it.
type Myself struct {
	ID       string       `json:"id"`
	Given    string       `json:"given"`
	Family   string       `json:"family"`
	Email    string       `json:"email"`
	Phone    string       `json:"phone,omitempty"`
	Language string       `json:"language"`
	AgencyID string       `json:"agency_id"`
	Agency   string       `json:"agency"`
	Desks    []string     `json:"desks"`
	Roles    []MyselfRole `json:"roles"`
}

// MyselfRole is a role that the caller holds.
type MyselfRole struct {
	Base string `json:"base"`
	Name string `json:"name"`
}

type none struct{}

type meOut struct{ Body Myself }

type languageIn struct {
	Body struct {
		Language string `json:"language" enum:"en,fr,nl,de"`
	}
}

type sessionsOut struct {
	Body struct {
		Items []Session `json:"items"`
	}
}

type sessionIn struct {
	Session string `path:"session" format:"uuid"`
}

type keysOut struct {
	Body struct {
		Items []Key `json:"items"`
	}
}

type keyIn struct {
	Key string `path:"key" format:"uuid"`
}

type addKeyIn struct {
	Body struct {
		Label string `json:"label" maxLength:"80" doc:"What the key is for"`
		Days  int    `json:"days" minimum:"1" maximum:"90" doc:"How long it holds"`
	}
}

type addKeyOut struct{ Body NewKey }

// API registers the operations on the caller's own account.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "account", Permission: "own account", Parent: "none"}
	}
	httpkit.Operate(a, op("show-me", http.MethodGet, "/me", "Show yourself"), s.apiMe)
	language := op("choose-language", http.MethodPut, "/me/language", "Choose the language you read in")
	language.Status = http.StatusNoContent
	httpkit.Operate(a, language, func(ctx context.Context, in *languageIn) (*none, error) {
		return &none{}, s.ChooseLanguage(ctx, in.Body.Language)
	})
	httpkit.Operate(a, op("list-sessions", http.MethodGet, "/me/sessions", "List your sessions"), s.apiSessions)
	end := op("end-session", http.MethodDelete, "/me/sessions/{session}", "End one of your sessions")
	end.Status = http.StatusNoContent
	httpkit.Operate(a, end, func(ctx context.Context, in *sessionIn) (*none, error) {
		return &none{}, s.EndSession(ctx, in.Session)
	})
	httpkit.Operate(a, op("list-keys", http.MethodGet, "/me/keys", "List your API keys"), s.apiKeys)
	add := op("add-key", http.MethodPost, "/me/keys", "Make an API key with your rights; its token is shown once")
	add.Status, add.NeedsIdempotencyKey = http.StatusCreated, true
	httpkit.Operate(a, add, func(ctx context.Context, in *addKeyIn) (*addKeyOut, error) {
		made, err := s.AddKey(ctx, in.Body.Label, in.Body.Days, httpkit.IdempotencyKey(ctx))
		return &addKeyOut{Body: made}, err
	})
	stop := op("end-key", http.MethodDelete, "/me/keys/{key}", "End one of your API keys")
	stop.Status = http.StatusNoContent
	httpkit.Operate(a, stop, func(ctx context.Context, in *keyIn) (*none, error) { return &none{}, s.EndKey(ctx, in.Key) })
}

func (s *Service) apiMe(ctx context.Context, _ *none) (*meOut, error) {
	me, err := s.Me(ctx)
	if err != nil {
		return nil, err
	}
	out := Myself{ID: me.ID, Given: me.Person.Given, Family: me.Person.Family, Email: me.Person.Email, Phone: me.Person.Phone,
		Language: me.Language, AgencyID: me.AgencyID, Agency: me.Agency, Desks: append([]string{}, me.Desks...), Roles: []MyselfRole{}}
	for _, role := range me.Roles {
		out.Roles = append(out.Roles, MyselfRole{Base: string(role.Base), Name: role.Name})
	}
	return &meOut{Body: out}, nil
}

func (s *Service) apiSessions(ctx context.Context, _ *none) (*sessionsOut, error) {
	list, err := s.Sessions(ctx)
	out := &sessionsOut{}
	out.Body.Items = list
	return out, err
}

func (s *Service) apiKeys(ctx context.Context, _ *none) (*keysOut, error) {
	list, err := s.Keys(ctx)
	out := &keysOut{}
	out.Body.Items = list
	return out, err
}
