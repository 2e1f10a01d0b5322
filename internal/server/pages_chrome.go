package server

import (
	"slices"
	"strings"

	"relais/internal/account"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/notice"
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
		path := r.Path()
		current := path == item.url || item.url != "/" && strings.HasPrefix(path, item.url+"/")
		c.Nav = append(c.Nav, httpkit.NavItem{Text: p.textOf(r, item), URL: item.url, Current: current})
	}
	return c
}

// mostUnread is how far the notices in the head of a page are counted.
const mostUnread = 99

// textOf names a place; the notices bear how many are to be read. A number that cannot be counted is left out: the page
// itself matters more.
func (p *Program) textOf(r *httpkit.Request, item place) string {
	caller, ok := gate.CallerOf(r.Context())
	if item.url != "/notices" || !ok {
		return r.W.T(item.key)
	}
	manages := slices.ContainsFunc(caller.Actor.Held, func(h authz.Held) bool { return h.Base == authz.RoleAgencyAdmin })
	query, args := notice.Unread(&caller.Actor, manages, p.Gate.Now(), mostUnread+1)
	var count int
	switch err := p.Gate.IdentifyOne(r.Context(), &count, query, args); {
	case err != nil || count == 0:
		return r.W.T(item.key)
	case count > mostUnread:
		return r.W.T("notice.nav_some", "Number", r.W.Number(mostUnread)+"+")
	}
	return r.W.T("notice.nav_some", "Number", r.W.Number(count))
}

type place struct{ url, key string }

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
	places := []place{{"/", "worklist.nav"}, {"/notices", "notice.nav"}}
	if works {
		places = append(places, place{"/cases", "casefile.list_heading"}, place{"/victims", "victim.list_heading"},
			place{"/referrals", "sharing.nav"}, place{"/search", "victim.search_heading"}, place{"/circles", "circle.list_title"}, place{"/consultations", "consultation.list_title"})
		places = append(places, place{"/requests", "request.list_title"})
	}
	if manages {
		places = append(places, place{"/people", "agency.nav_people"}, place{"/roles", "agency.nav_roles"})
	}
	if manages || actor.Supervisor {
		places = append(places, place{"/exclusions", "restriction.nav_exclusions"})
	}
	if works && (actor.Kind == authz.RoleProsecutor || actor.Kind == authz.RoleCourt || actor.Kind == authz.RolePolice) {
		places = append(places, place{"/sealed", "restriction.nav_seals"})
	}
	if manages || reviews {
		places = append(places, place{"/decisions", "trail.find_decision_title"})
	}
	if reviews {
		places = append(places, place{"/emergencies", "emergency.list_title"}, place{"/log", "trail.list_heading"})
	}
	return places
}
