package agency

import (
	"context"
	"net/http"

	"relais/internal/authz"
	"relais/internal/httpkit"
)

type none struct{}

type agenciesOut struct {
	Body struct {
		Items []Listing `json:"items"`
	}
}

type peopleIn struct {
	After string `query:"after" maxLength:"36" doc:"The value of next in the page before"`
}

type peopleOut struct{ Body People }

type personIn struct {
	Person string `path:"person" format:"uuid"`
}

type personOut struct {
	ETag string `header:"ETag"`
	Body Worker
}

// PersonBody is what an administrator writes about a person.
type PersonBody struct {
	Given      string   `json:"given,omitempty" maxLength:"100"`
	Family     string   `json:"family" minLength:"1" maxLength:"100"`
	Email      string   `json:"email" maxLength:"254" doc:"The address with which the person signs in"`
	Phone      string   `json:"phone,omitempty" maxLength:"40"`
	Desks      []string `json:"desks,omitempty" maxItems:"100"`
	Care       bool     `json:"care,omitempty" doc:"Care professional"`
	Supervisor bool     `json:"supervisor,omitempty"`
	Duty       bool     `json:"duty,omitempty" doc:"Duty officer"`
	Hold       []string `json:"hold,omitempty" maxItems:"100" doc:"Ids of the roles the person holds"`
	Give       []string `json:"give,omitempty" maxItems:"100" doc:"Ids of the roles the person may give"`
}

type addPersonIn struct {
	Body struct {
		PersonBody
		Language string `json:"language" enum:"en,fr,nl,de"`
	}
}

type addPersonOut struct {
	Body struct {
		ID         string      `json:"id"`
		Invitation *Invitation `json:"invitation,omitempty" doc:"Shown once"`
	}
}

type changePersonIn struct {
	Person string `path:"person" format:"uuid"`
	Body   PersonBody
}

type invitationOut struct{ Body Invitation }

type rolesOut struct{ Body Roles }

type roleIn struct {
	Role string `path:"role" format:"uuid"`
}

type roleOut struct {
	ETag string `header:"ETag"`
	Body Role
}

// RoleBody is what an administrator writes about a role.
type RoleBody struct {
	Name  string `json:"name" minLength:"1" maxLength:"200"`
	Rules []Rule `json:"rules" minItems:"1" maxItems:"200"`
}

type createRoleIn struct {
	Body struct {
		RoleBody
		Base string `json:"base" maxLength:"40" doc:"The discipline that the role is cut from"`
	}
}

type createRoleOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

type changeRoleIn struct {
	Role string `path:"role" format:"uuid"`
	Body RoleBody
}

// API registers the directory and the administration of people and roles.
func API(a *httpkit.API, s *Service) {
	directory := httpkit.Operation{ID: "list-agencies", Method: http.MethodGet, Path: "/agencies", Summary: "List the agencies and their desks",
		Tag: "agency", Permission: "signed in", Parent: "none"}
	httpkit.Operate(a, directory, s.apiAgencies)
	peopleAPI(a, s)
	rolesAPI(a, s)
	unitsAPI(a, s)
	ceilingsAPI(a, s)
}

func operation(id, method, path, summary string) httpkit.Operation {
	return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "agency", Permission: "people.manage", Parent: "agency"}
}

func peopleAPI(a *httpkit.API, s *Service) {
	httpkit.Operate(a, operation("list-people", http.MethodGet, "/agency/people", "List the people of your agency"), s.apiPeople)
	httpkit.Operate(a, operation("show-person", http.MethodGet, "/agency/people/{person}", "Show a person of your agency"), s.apiPerson)
	add := operation("add-person", http.MethodPost, "/agency/people", "Add a person to your agency and invite them")
	add.Status, add.NeedsIdempotencyKey = http.StatusCreated, true
	httpkit.Operate(a, add, s.apiAddPerson)
	change := operation("change-person", http.MethodPut, "/agency/people/{person}", "Change a person's name, desks and roles")
	change.NeedsIfMatch = true
	httpkit.Operate(a, change, s.apiChangePerson)
	disable := operation("close-person", http.MethodPost, "/agency/people/{person}/closure", "Keep a person out from now on")
	disable.NeedsIfMatch, disable.Status = true, http.StatusNoContent
	httpkit.Operate(a, disable, func(ctx context.Context, in *personIn) (*none, error) {
		return &none{}, s.Disable(ctx, in.Person, httpkit.IfMatch(ctx))
	})
	restore := operation("restore-person", http.MethodPost, "/agency/people/{person}/restoration", "Let a person come back")
	restore.NeedsIfMatch = true
	httpkit.Operate(a, restore, func(ctx context.Context, in *personIn) (*invitationOut, error) {
		made, err := s.Restore(ctx, in.Person, httpkit.IfMatch(ctx))
		return &invitationOut{Body: made}, err
	})
	invite := operation("invite-person", http.MethodPost, "/agency/people/{person}/invitation", "Invite a person again; the link is shown once")
	invite.Status, invite.NeedsIdempotencyKey = http.StatusCreated, true
	httpkit.Operate(a, invite, func(ctx context.Context, in *personIn) (*invitationOut, error) {
		made, err := s.Invite(ctx, in.Person, httpkit.IdempotencyKey(ctx))
		return &invitationOut{Body: made}, err
	})
}

func rolesAPI(a *httpkit.API, s *Service) {
	httpkit.Operate(a, operation("list-roles", http.MethodGet, "/agency/roles", "List the roles of your agency"), s.apiRoles)
	httpkit.Operate(a, operation("show-role", http.MethodGet, "/agency/roles/{role}", "Show a role of your agency"), s.apiRole)
	create := operation("create-role", http.MethodPost, "/agency/roles", "Compose a role within what you may give")
	create.Status, create.NeedsIdempotencyKey = http.StatusCreated, true
	httpkit.Operate(a, create, s.apiCreateRole)
	change := operation("change-role", http.MethodPut, "/agency/roles/{role}", "Change a role of your agency")
	change.NeedsIfMatch = true
	httpkit.Operate(a, change, s.apiChangeRole)
	foreseeAPI(a, s)
	closing := operation("close-role", http.MethodPost, "/agency/roles/{role}/closure", "End a role for everybody who holds it")
	closing.NeedsIfMatch, closing.Status = true, http.StatusNoContent
	httpkit.Operate(a, closing, func(ctx context.Context, in *roleIn) (*none, error) {
		return &none{}, s.CloseRole(ctx, in.Role, httpkit.IfMatch(ctx))
	})
}

func (s *Service) apiAgencies(ctx context.Context, _ *none) (*agenciesOut, error) {
	list, err := s.Agencies(ctx)
	out := &agenciesOut{}
	out.Body.Items = list
	return out, err
}

func (s *Service) apiPeople(ctx context.Context, in *peopleIn) (*peopleOut, error) {
	page, err := s.ListPeople(ctx, in.After)
	return &peopleOut{Body: page}, err
}

func (s *Service) apiPerson(ctx context.Context, in *personIn) (*personOut, error) {
	w, err := s.ShowPerson(ctx, in.Person)
	return &personOut{ETag: httpkit.ETag(w.Version), Body: w}, err
}

func (b *PersonBody) access() Access {
	return Access{Desks: b.Desks, Care: b.Care, Supervisor: b.Supervisor, Duty: b.Duty, Hold: b.Hold, Give: b.Give}
}

func (s *Service) apiAddPerson(ctx context.Context, in *addPersonIn) (*addPersonOut, error) {
	b := &in.Body
	added, err := s.AddPerson(ctx, NewWorker{Given: b.Given, Family: b.Family, Email: b.Email, Phone: b.Phone, Language: b.Language,
		Desks: b.Desks, Care: b.Care, Supervisor: b.Supervisor, Duty: b.Duty, Hold: b.Hold, Give: b.Give}, httpkit.IdempotencyKey(ctx))
	out := &addPersonOut{}
	out.Body.ID = added.ID
	if added.Invitation.Token != "" {
		out.Body.Invitation = &added.Invitation
	}
	return out, err
}

func (s *Service) apiChangePerson(ctx context.Context, in *changePersonIn) (*personOut, error) {
	b := &in.Body
	p := Person{Given: b.Given, Family: b.Family, Email: b.Email, Phone: b.Phone}
	w, err := s.ChangePerson(ctx, in.Person, httpkit.IfMatch(ctx), p, b.access())
	return &personOut{ETag: httpkit.ETag(w.Version), Body: w}, err
}

func (s *Service) apiRoles(ctx context.Context, _ *none) (*rolesOut, error) {
	list, err := s.ListRoles(ctx)
	return &rolesOut{Body: list}, err
}

func (s *Service) apiRole(ctx context.Context, in *roleIn) (*roleOut, error) {
	role, err := s.ShowRole(ctx, in.Role)
	return &roleOut{ETag: httpkit.ETag(role.Version), Body: role}, err
}

func (s *Service) apiCreateRole(ctx context.Context, in *createRoleIn) (*createRoleOut, error) {
	id, err := s.CreateRole(ctx, authz.Role(in.Body.Base), in.Body.Name, in.Body.Rules, httpkit.IdempotencyKey(ctx))
	out := &createRoleOut{}
	out.Body.ID = id
	return out, err
}

func (s *Service) apiChangeRole(ctx context.Context, in *changeRoleIn) (*roleOut, error) {
	role, err := s.ChangeRole(ctx, in.Role, httpkit.IfMatch(ctx), in.Body.Name, in.Body.Rules)
	return &roleOut{ETag: httpkit.ETag(role.Version), Body: role}, err
}
