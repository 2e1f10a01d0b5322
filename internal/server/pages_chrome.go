package server

import (
	"strings"

	"relais/internal/account"
	"relais/internal/authz"
	"relais/internal/httpkit"
)

// chrome is what surrounds a page: who one is, and where one can go. It offers, it does not decide; the gate does.
func chrome(r *httpkit.Request) httpkit.Chrome {
	face, ok := account.FaceOf(r.Context())
	if !ok || face.AAL < 2 {
		return httpkit.Chrome{}
	}
	c := httpkit.Chrome{Person: face.Person.Given + " " + face.Person.Family, Agency: face.Agency,
		Role: strings.Join(account.RoleNames(r.W, face.Roles), ", "), AccountURL: "/account", SignOutURL: "/sign-out"}
	for _, item := range navigation(face) {
		path := r.Path()
		current := path == item.url || item.url != "/" && strings.HasPrefix(path, item.url+"/")
		c.Nav = append(c.Nav, httpkit.NavItem{Text: r.W.T(item.key), URL: item.url, Current: current})
	}
	return c
}

type place struct{ url, key string }

func navigation(face account.Face) []place {
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
	places := []place{{"/", "worklist.nav"}}
	if works {
		places = append(places, place{"/cases", "casefile.list_heading"}, place{"/victims", "victim.list_heading"},
			place{"/referrals", "sharing.nav"}, place{"/search", "victim.search_heading"})
	}
	if manages {
		places = append(places, place{"/people", "agency.nav_people"}, place{"/roles", "agency.nav_roles"})
	}
	if reviews {
		places = append(places, place{"/log", "trail.list_heading"})
	}
	return places
}
