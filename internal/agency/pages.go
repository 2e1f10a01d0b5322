package agency

import (
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// Addresses that the pages lead to; account serves them.
const (
	StepUpPath     = "/account/confirm" // asks for the second factor once more; ?to= is where it leads back
	InvitationPath = "/invitation"      // below it lies the page of each invitation, by its token
)

type pages struct{ s *Service }

// Pages registers the administration of people, roles and ceilings.
func Pages(g *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{s}
	g.GET("/people", k.Do(p.people))
	g.GET("/people/new", k.Do(again(p.newPerson)))
	g.POST("/people", k.Do(again(p.addPerson)))
	g.GET("/people/:person", k.Do(p.person))
	g.GET("/people/:person/edit", k.Do(again(p.editPerson)))
	g.POST("/people/:person", k.Do(again(p.changePerson)))
	g.POST("/people/:person/closure", k.Do(again(p.closePerson)))
	g.POST("/people/:person/restoration", k.Do(again(p.restorePerson)))
	g.POST("/people/:person/invitation", k.Do(again(p.invitePerson)))
	g.GET("/desks", k.Do(httpkit.Shows(p.units)))
	g.GET("/desks/:desk", k.Do(httpkit.Shows(p.unit)))
	g.POST("/desks/:desk", k.Change(again(p.setUnit)))
	g.GET("/ceilings", k.Do(p.ceilings))
	g.GET("/ceilings/:partner", k.Do(p.ceiling))
	g.POST("/ceilings/:partner/effect", k.Do(again(p.effect)))
	g.POST("/ceilings/:partner", k.Do(again(p.setCeiling)))
	g.GET("/roles", k.Do(p.roles))
	g.GET("/roles/new/:base", k.Do(again(p.newRole)))
	g.POST("/roles", k.Do(again(p.createRole)))
	g.GET("/roles/:role", k.Do(p.role))
	g.GET("/roles/:role/edit", k.Do(again(p.editRole)))
	g.POST("/roles/:role/effect", k.Do(again(p.foresee)))
	g.POST("/roles/:role", k.Do(again(p.changeRole)))
	g.POST("/roles/:role/closure", k.Do(again(p.closeRole)))
}

// again is StepUp for the pages of this slice.
func again(h func(r *httpkit.Request) (httpkit.Reply, error)) func(r *httpkit.Request) (httpkit.Reply, error) {
	return StepUp(startOf, h)
}

// StepUp leads to the second factor where the gate asks for it once more, and back to the page from which something was to be done.
func StepUp(back func(r *httpkit.Request) string, h func(r *httpkit.Request) (httpkit.Reply, error)) func(r *httpkit.Request) (httpkit.Reply, error) {
	return func(r *httpkit.Request) (httpkit.Reply, error) {
		reply, err := h(r)
		if NeedsStepUp(err) {
			return httpkit.See(StepUpPath + "?to=" + url.QueryEscape(back(r))), nil
		}
		return reply, err
	}
}

// NeedsStepUp says whether showing the second factor once more would open what was refused.
func NeedsStepUp(err error) bool {
	f, ok := fault.As(err)
	return ok && f.Key == "gate.step_up"
}

// startOf is the page that led to this request: itself for a page, the thing's own page for a button, the list else.
func startOf(r *httpkit.Request) string {
	path := r.Request.URL.Path
	if r.Request.Method == "GET" {
		return path
	}
	for _, verb := range []string{"/closure", "/restoration", "/invitation", "/effect"} {
		path = strings.TrimSuffix(path, verb)
	}
	return path
}

// RoleName is a role's name in the reader's language; one that the agency named itself stays as it is.
func RoleName(w *locale.Words, name string, standard bool) string {
	if standard {
		return w.T("agency.role_" + name)
	}
	return name
}

func baseName(w *locale.Words, base authz.Role) string { return w.T(base.Key()) }

func yesNo(w *locale.Words, yes bool) string {
	if yes {
		return w.T("web.yes")
	}
	return w.T("web.no")
}

func languageOptions() []httpkit.Option {
	return []httpkit.Option{{Value: "nl", Label: "Nederlands"}, {Value: "fr", Label: "Français"}, {Value: "de", Label: "Deutsch"},
		{Value: "en", Label: "English"}}
}

// linkTo is the address that an invited person opens, on the origin from which the browser posted: behind a proxy the
// request itself does not know it. A foreign origin was refused before.
func linkTo(r *httpkit.Request, token string) string {
	origin := r.GetHeader("Origin")
	if !strings.HasPrefix(origin, "http") {
		origin = "http://" + r.Request.Host
	}
	return origin + InvitationPath + "/" + token
}
