package circle

import (
	"context"

	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Body is a circle in the JSON API.
type Body struct {
	ID        string       `json:"id"`
	Name      string       `json:"name"`
	AgencyID  string       `json:"agency_id" doc:"Whose it is"`
	DeskID    string       `json:"desk_id"`
	Purpose   string       `json:"purpose"`
	UntilAt   moment.Time  `json:"until_at"`
	ClosedAt  moment.Time  `json:"closed_at"`
	CanChange bool         `json:"can_change"`
	Version   int64        `json:"version"`
	Members   []MemberBody `json:"members,omitempty"`
	Shares    []ShareBody  `json:"shares,omitempty"`
}

// MemberBody is a desk in a circle.
type MemberBody struct {
	ID       string      `json:"id"`
	DeskID   string      `json:"desk_id"`
	Desk     string      `json:"desk"`
	AgencyID string      `json:"agency_id"`
	Agency   string      `json:"agency"`
	FromAt   moment.Time `json:"from_at"`
}

// ShareBody is a victim file shared with a circle.
type ShareBody struct {
	ID        string      `json:"id"`
	VictimID  string      `json:"victim_id"`
	Reference string      `json:"reference"`
	Agency    string      `json:"agency" doc:"That shared it"`
	Sections  []string    `json:"sections"`
	Purpose   string      `json:"purpose"`
	Basis     string      `json:"basis"`
	UntilAt   moment.Time `json:"until_at"`
	Version   int64       `json:"version"`

	OnlyOf []entry.OnlyOfBody `json:"only_of,omitempty" doc:"Sections of which the entries of these agencies alone are open"`
}

// EffectBody is what a change would do.
type EffectBody struct {
	Ends    int   `json:"ends" doc:"Files that are no longer seen by the circle"`
	Opens   int   `json:"opens" doc:"Files that your agency shared and could open to the desk"`
	Asks    int   `json:"asks" doc:"Files of other agencies, whose desks are asked"`
	Version int64 `json:"version" doc:"Of the circle whose effect this is: send it as If-Match"`
}

type effectOut struct{ Body EffectBody }

type createIn struct {
	Body struct {
		Name    string      `json:"name"`
		DeskID  string      `json:"desk_id" doc:"That owns it, one of your own"`
		Purpose string      `json:"purpose"`
		Until   moment.Date `json:"until,omitempty"`
		Members []string    `json:"members" doc:"Ids of the other desks" maxItems:"40"`
	}
}

type effectIn struct {
	CircleIn
	Desk   string `query:"desk" doc:"Id of a desk that would join"`
	Member string `query:"member" doc:"Id of a member that would leave; with neither, the circle would be closed"`
}

// CircleIn names a circle.
type CircleIn struct {
	Circle string `path:"circle" format:"uuid"`
}

type joinIn struct {
	CircleIn
	Body struct {
		DeskID   string `json:"desk_id"`
		OldFiles bool   `json:"old_files" doc:"Open to it what your agency has shared with the circle"`
	}
}

type memberIn struct {
	CircleIn
	Member string `path:"circle_member" format:"uuid"`
}

type shareIn struct {
	Victim string `path:"victim" format:"uuid"`
	Body   struct {
		sharing.TermsBody
		CircleID string   `json:"circle_id"`
		Sections []string `json:"sections" maxItems:"40"`
		Entries  []string `json:"entries,omitempty" maxItems:"100" doc:"Of their sections these entries alone; what is written later is not in it"`
	}
}

type endShareIn struct {
	CircleIn
	Share string `path:"share" format:"uuid"`
}

// API registers the JSON operations of circles.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "circles", Permission: "circle.member", Parent: "circle"}
	}
	httpkit.Operate(a, op("list-circles", "GET", "/circles", "List the circles of your desks"), s.apiList)
	httpkit.Operate(a, op("create-circle", "POST", "/circles", "Make a circle that one of your desks owns").Creates(), s.apiCreate)
	httpkit.Operate(a, op("show-circle", "GET", "/circles/{circle}", "Show a circle with its desks and the files shared with it"), s.apiShow)
	httpkit.Operate(a, op("show-circle-effect", "GET", "/circles/{circle}/effect", "Tell what a change of members or a closure would do"), s.apiEffect)
	httpkit.Operate(a, op("join-circle", "POST", "/circles/{circle}/members", "Take a desk into a circle").Changes(), s.apiJoin)
	httpkit.Operate(a, op("leave-circle", "DELETE", "/circles/{circle}/members/{circle_member}", "Take a desk out of a circle; what it sees by it ends").Changes().Silent(), s.apiLeave)
	httpkit.Operate(a, op("close-circle", "POST", "/circles/{circle}/closure", "Close a circle; everything that is seen by it ends").Changes().Silent(), s.apiClose)
	httpkit.Operate(a, op("share-with-circle", "POST", "/victims/{victim}/circles", "Share sections of a victim file with a circle").Creates().Below("victim"), s.apiShare)
	httpkit.Operate(a, op("end-circle-share", "DELETE", "/circles/{circle}/shares/{share}", "Take a victim file back from a circle").Changes().Silent(), s.apiEndShare)
}

func bodyOf(c *Circle) Body {
	return Body{ID: c.ID, Name: c.Name, AgencyID: c.AgencyID, DeskID: c.DeskID, Purpose: c.Purpose, UntilAt: c.UntilAt, ClosedAt: c.ClosedAt,
		CanChange: c.Owned, Version: c.Version}
}

func (s *Service) apiList(ctx context.Context, in *httpkit.Paged) (*httpkit.Listed[Body], error) {
	after, err := gate.ParseCursor(in.After)
	if err != nil {
		return nil, err
	}
	list, next, _, err := s.List(ctx, after)
	return httpkit.ListOf(list, bodyOf, next.String()), err
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*httpkit.Made, error) {
	id, err := s.Create(ctx, New{Name: in.Body.Name, DeskID: in.Body.DeskID, Purpose: in.Body.Purpose, Until: in.Body.Until, Desks: in.Body.Members},
		httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/circles/"+id, id), err
}

func (s *Service) apiShow(ctx context.Context, in *CircleIn) (*httpkit.Versioned[Body], error) {
	v, err := s.Show(ctx, in.Circle)
	if err != nil {
		return nil, err
	}
	body := bodyOf(&v.Circle)
	for _, m := range v.Members {
		body.Members = append(body.Members, MemberBody{ID: m.ID, DeskID: m.DeskID, Desk: m.Desk, AgencyID: m.AgencyID, Agency: m.Agency, FromAt: m.FromAt})
	}
	for _, sh := range v.Shares {
		one := ShareBody{ID: sh.ID, VictimID: sh.FileID, Reference: sh.Reference, Agency: sh.Agency, Purpose: sh.Purpose, Basis: sh.Basis,
			UntilAt: sh.UntilAt, Version: sh.Version, Sections: []string{}, OnlyOf: entry.OnlyOfBodies(sh.OnlyOf)}
		for id := range sh.Sections.Each {
			one.Sections = append(one.Sections, id.String())
		}
		body.Shares = append(body.Shares, one)
	}
	return httpkit.VersionOf(v.Version, body), nil
}

func (s *Service) apiEffect(ctx context.Context, in *effectIn) (*effectOut, error) {
	e, err := s.Effect(ctx, in.Circle, in.Desk, in.Member)
	return &effectOut{Body: EffectBody{Ends: e.Ends, Opens: e.Opens, Asks: e.Asks, Version: e.Version}}, err
}

func (s *Service) apiJoin(ctx context.Context, in *joinIn) (*httpkit.Made, error) {
	id, err := s.Join(ctx, in.Circle, in.Body.DeskID, in.Body.OldFiles, httpkit.IfMatch(ctx))
	return httpkit.MadeAt("/circles/"+in.Circle+"/members/"+id, id), err
}

func (s *Service) apiLeave(ctx context.Context, in *memberIn) (*httpkit.Nothing, error) {
	return nil, s.Leave(ctx, in.Circle, in.Member, httpkit.IfMatch(ctx))
}

func (s *Service) apiClose(ctx context.Context, in *CircleIn) (*httpkit.Nothing, error) {
	return nil, s.Close(ctx, in.Circle, httpkit.IfMatch(ctx))
}

func (s *Service) apiShare(ctx context.Context, in *shareIn) (*httpkit.Made, error) {
	b := in.Body
	id, err := s.Share(ctx, in.Victim, NewShare{CircleID: b.CircleID, Sections: b.Sections, Entries: b.Entries, Terms: b.Terms()}, httpkit.IdempotencyKey(ctx))
	return httpkit.MadeAt("/circles/"+b.CircleID+"/shares/"+id, id), err
}

func (s *Service) apiEndShare(ctx context.Context, in *endShareIn) (*httpkit.Nothing, error) {
	return nil, s.EndShare(ctx, in.Circle, in.Share, httpkit.IfMatch(ctx))
}
