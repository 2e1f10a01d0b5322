package server

import (
	"slices"
	"strings"

	"relais/internal/account"
	"relais/internal/authz"
	"relais/internal/consultation"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/worklist"
)

// chrome is what surrounds a page: who one is, and where one can go. It offers, it does not decide; the gate does.
func (p *Program) chrome(r *httpkit.Request) httpkit.Chrome {
	face, ok := account.FaceOf(r.Context())
	if !ok || face.AAL < 2 {
		return httpkit.Chrome{}
	}
	c := httpkit.Chrome{Person: face.Person.Given + " " + face.Person.Family, Agency: face.Agency,
		Role: strings.Join(account.RoleNames(r.W, face.Roles), ", "), AccountURL: "/account", SignOutURL: "/sign-out"}
	caller, _ := gate.CallerOf(r.Context())
	for _, item := range navigation(face, &caller.Actor) {
		current := item.holds(r.Path())
		c.Nav = append(c.Nav, httpkit.NavItem{Text: r.W.T(item.key), URL: item.url, Current: current})
		if !current {
			continue
		}
		for _, below := range item.below {
			if !below.in(caller.Actor.Country) {
				continue
			}
			c.Sub = append(c.Sub, httpkit.NavItem{Text: r.W.T(below.key), URL: below.url, Current: below.holds(r.Path())})
		}
	}
	c.Length = p.length(r)
	return c
}

// length is what my day says of the list that the page shows. Where it cannot be counted the page goes without.
func (p *Program) length(r *httpkit.Request) httpkit.Length {
	page := r.Path()
	if box := r.Query("box"); box != "" {
		page += "?box=" + box
	}
	if !worklist.Numbered(page) {
		return httpkit.Length{}
	}
	var length httpkit.Length
	err := p.Gate.Glimpse(r.Context(), func(tx *gate.Tx) error {
		n, ok, err := p.Worklist.LengthOf(tx, page)
		if ok {
			length = worklist.LengthFor(r.W, n)
		}
		return err
	})
	p.report("length", err)
	return length
}

// place is somewhere to go; those below it stand in a second line while one is there.
type place struct {
	url, key string
	below    []place
}

// holds says whether a path lies in the place.
func (p place) holds(path string) bool {
	return path == p.url || p.url != "/" && strings.HasPrefix(path, p.url+"/") || slices.ContainsFunc(p.below, func(q place) bool { return q.holds(path) })
}

// national are the places that the law of some countries alone has; all others are everywhere.
var national = map[string][]string{"/consultations": consultation.Countries}

// in says whether a country has the place.
func (p place) in(country string) bool {
	countries, only := national[p.url]
	return !only || slices.Contains(countries, country)
}

// shared are the places where agencies give each other access, or talk.
var shared = []place{{"/referrals", "sharing.nav", nil}, {"/requests", "request.list_title", nil}, {"/pointers", "pointer.list_title", nil},
	{"/approvals", "sharing.approvals_title", nil}, {"/reviews", "review.list_title", nil},
	{"/transfers", "sharing.transfers_title", nil}, {"/circles", "circle.list_title", nil}, {"/consultations", "consultation.list_title", nil},
	{"/directory", "directory.list_title", nil}, {"/questions", "question.list_title", nil}}

// pressing are the places of what has to be done, by whom or by when.
var pressing = []place{{"/tasks", "task.list_title", nil}, {"/clocks", "clock.list_title", nil}, {"/breach-reports", "breach.reports_title", nil}}

// house are the places where an administrator keeps the agency.
var house = []place{{"/people", "agency.nav_people", nil}, {"/pointer-setting", "pointer.nav_setting", nil}, {"/ceilings", "agency.ceilings_title", nil}, {"/desks", "agency.units_title", nil}}

func navigation(face account.Face, actor *authz.Actor) []place {
	var works, reviews, manages bool
	for _, role := range face.Roles {
		switch role.Base {
		case authz.RoleAuditor:
			reviews = true
		case authz.RoleAgencyAdmin:
			manages = true
		default:
			works = true
		}
	}
	places := []place{{"/", "worklist.nav", nil}}
	if works || manages || actor.Supervisor {
		places = append(places, place{"/tasks", "task.list_title", pressing})
	}
	if works {
		places = append(places, place{"/cases", "casefile.list_heading", nil}, place{"/victims", "victim.list_heading", nil},
			place{"/search", "victim.search_heading", nil}, place{"/signals", "signal.list_title", nil}, place{"/referrals", "web.nav_shared", shared})
	}
	if manages {
		places = append(places, place{"/people", "agency.nav_people", house}, place{"/roles", "agency.nav_roles", nil})
	}
	if manages || actor.Supervisor {
		places = append(places, place{"/figures", "report.nav", nil}, place{"/exclusions", "restriction.nav_exclusions", nil})
	}
	if works && (actor.Kind == authz.RoleProsecutor || actor.Kind == authz.RoleCourt || actor.Kind == authz.RolePolice) {
		places = append(places, place{"/sealed", "restriction.nav_seals", nil})
	}
	if manages || reviews {
		places = append(places, place{"/decisions", "trail.find_decision_title", nil})
	}
	if manages || reviews || actor.Supervisor {
		places = append(places, place{"/retention", "closing.nav", nil}, place{"/breaches", "breach.list_title", nil})
	}
	if reviews {
		places = append(places, place{"/emergencies", "emergency.list_title", nil}, place{"/log", "trail.list_heading", nil})
	}
	return append(places, place{"/notices", "notice.nav", nil})
}
