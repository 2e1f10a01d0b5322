package directory

import (
	"context"

	"relais/internal/httpkit"
	"relais/internal/moment"
)

// Body is what a desk offers, in the JSON API.
type Body struct {
	DeskID       string      `json:"desk_id"`
	Desk         string      `json:"desk"`
	AgencyID     string      `json:"agency_id"`
	Agency       string      `json:"agency"`
	Country      string      `json:"country"`
	Kind         string      `json:"kind"`
	Intake       bool        `json:"intake" doc:"Takes people in: a referral can go there"`
	Services     []string    `json:"services"`
	Languages    []string    `json:"languages"`
	People       []string    `json:"people"`
	Exploitation []string    `json:"exploitation"`
	Area         string      `json:"area"`
	AlwaysOpen   bool        `json:"always_open"`
	Days         []string    `json:"days"`
	Opens        string      `json:"opens"`
	Closes       string      `json:"closes"`
	Email        string      `json:"email"`
	Phone        string      `json:"phone"`
	FreePlaces   *int        `json:"free_places" doc:"null where it is not known: never told, or told more than 24 hours ago"`
	PlacesToldAt moment.Time `json:"places_told_at"`
	WrittenAt    moment.Time `json:"written_at"`
	Version      int64       `json:"version"`
}

type (
	listIn struct {
		Service  string `query:"service"`
		Language string `query:"language"`
		Country  string `query:"country"`
		Tonight  bool   `query:"tonight" doc:"Only desks that are known to have a place"`
		httpkit.Paged
	}
	// DeskIn names a desk.
	DeskIn struct {
		Desk string `path:"desk" format:"uuid"`
	}
	writeIn struct {
		DeskIn
		Body struct {
			Services     []string `json:"services" maxItems:"60"`
			Languages    []string `json:"languages" maxItems:"60"`
			People       []string `json:"people,omitempty" maxItems:"60"`
			Exploitation []string `json:"exploitation,omitempty" maxItems:"60"`
			Area         string   `json:"area,omitempty" doc:"Towns or regions; never an address"`
			AlwaysOpen   bool     `json:"always_open,omitempty"`
			Days         []string `json:"days,omitempty" maxItems:"7"`
			Opens        string   `json:"opens,omitempty"`
			Closes       string   `json:"closes,omitempty"`
			Email        string   `json:"email,omitempty" doc:"Of the function; never of a person"`
			Phone        string   `json:"phone,omitempty"`
		}
	}
	placesIn struct {
		DeskIn
		Body struct {
			Free int `json:"free"`
		}
	}
)

// API registers the JSON operations of the directory.
func API(a *httpkit.API, s *Service) {
	op := func(id, method, path, summary string) httpkit.Operation {
		return httpkit.Operation{ID: id, Method: method, Path: path, Summary: summary, Tag: "directory", Permission: "directory.reader", Parent: "none"}
	}
	httpkit.Operate(a, op("list-directory", "GET", "/directory", "List the desks that offer what is looked for"), s.apiList)
	httpkit.Operate(a, op("show-directory-desk", "GET", "/directory/{desk}", "Show what a desk offers"), s.apiShow)
	httpkit.Operate(a, op("write-directory-desk", "PUT", "/directory/{desk}", "Say what a desk of your own offers").Changes().Silent().Below("agency"), s.apiWrite)
	httpkit.Operate(a, op("tell-places", "POST", "/directory/{desk}/places", "Tell how many places are free at a desk of your own now").Silent().Below("agency"), s.apiPlaces)
}

func bodyOf(l *Listing, now moment.Time) Body {
	b := Body{DeskID: l.DeskID, Desk: l.Desk, AgencyID: l.AgencyID, Agency: l.Agency, Country: l.Country, Kind: string(l.Kind), Intake: l.Intake,
		Services: list(l.Services), Languages: list(l.Languages), People: list(l.People), Exploitation: list(l.Exploitation), Area: l.Area,
		AlwaysOpen: l.AlwaysOpen, Days: list(l.Days), Opens: l.Opens, Closes: l.Closes, Email: l.Email, Phone: l.Phone,
		PlacesToldAt: l.ToldAt, WrittenAt: l.WrittenAt, Version: l.Version}
	if l.Known(now) {
		b.FreePlaces = &l.Free
	}
	return b
}

// list is never null in JSON.
func list(c Codes) []string { return append([]string{}, c.List()...) }

func (s *Service) apiList(ctx context.Context, in *listIn) (*httpkit.Listed[Body], error) {
	page, err := s.List(ctx, Filter{Service: in.Service, Language: in.Language, Country: in.Country, Tonight: in.Tonight}, in.After)
	return httpkit.ListOf(page.Desks, func(l *Listing) Body { return bodyOf(l, page.Now) }, page.Next), err
}

func (s *Service) apiShow(ctx context.Context, in *DeskIn) (*httpkit.Versioned[Body], error) {
	v, err := s.Show(ctx, in.Desk)
	return httpkit.VersionOf(v.Version, bodyOf(&v.Listing, v.Now)), err
}

func (s *Service) apiWrite(ctx context.Context, in *writeIn) (*httpkit.Nothing, error) {
	b := in.Body
	return nil, s.Write(ctx, in.Desk, New{Services: b.Services, Languages: b.Languages, People: b.People, Exploitation: b.Exploitation, Area: b.Area,
		AlwaysOpen: b.AlwaysOpen, Days: b.Days, Opens: b.Opens, Closes: b.Closes, Email: b.Email, Phone: b.Phone}, httpkit.IfMatch(ctx))
}

func (s *Service) apiPlaces(ctx context.Context, in *placesIn) (*httpkit.Nothing, error) {
	return nil, s.TellPlaces(ctx, in.Desk, in.Body.Free)
}
