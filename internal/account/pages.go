package account

import (
	"net/url"

	"github.com/gin-gonic/gin"

	"relais/internal/agency"
	"relais/internal/httpkit"
)

type pages struct {
	k *httpkit.Kit
	s *Service
}

// Pages registers the pages of signing in on open, which anybody may see, and those of the own account on in, which lies
// behind SignedIn. Both lie behind Authenticate.
func Pages(open, in *gin.RouterGroup, k *httpkit.Kit, s *Service) {
	p := pages{k, s}
	open.GET("/sign-in", k.Do(p.signInForm))
	open.POST("/sign-in", k.Do(p.signIn))
	open.GET("/sign-in/code", k.Do(p.codeForm))
	open.POST("/sign-in/code", k.Do(p.code))
	open.POST("/sign-out", k.Do(p.signOut))
	open.GET(agency.InvitationPath+"/:token", k.Do(p.invitationForm))
	open.POST(agency.InvitationPath+"/:token", k.Do(p.accept))
	open.GET("/account/second-factor", k.Do(p.factorForm))
	open.POST("/account/second-factor", k.Do(p.enrol))

	in.GET("/account", k.Do(p.show))
	in.POST("/account/second-factor/new", k.Do(p.again("/account", p.replaceFactor)))
	in.GET(agency.StepUpPath, k.Do(p.confirmForm))
	in.POST(agency.StepUpPath, k.Do(p.confirm))
	in.GET("/account/password", k.Do(p.passwordForm))
	in.POST("/account/password", k.Do(p.changePassword))
	in.GET("/account/sessions", k.Do(p.sessions))
	in.POST("/account/sessions/:session/end", k.Do(p.endSession))
	in.POST("/account/sessions/end", k.Do(p.endSessions))
	in.GET("/account/keys", k.Do(p.keys))
	in.GET("/account/keys/new", k.Do(p.again("/account/keys/new", p.keyForm)))
	in.POST("/account/keys", k.Do(p.again("/account/keys/new", p.addKey)))
	in.POST("/account/keys/:key/end", k.Do(p.endKey))
}

// again leads to the second factor where the gate asks for it, and back to a page afterwards.
func (p pages) again(back string, h func(r *httpkit.Request) (httpkit.Reply, error)) func(r *httpkit.Request) (httpkit.Reply, error) {
	return agency.StepUp(func(*httpkit.Request) string { return back }, h)
}

// enter gives a browser its new session.
func (p pages) enter(pass Pass, to string) httpkit.Reply {
	step := missingStep(Face{AAL: pass.AAL, Enrolled: pass.Enrolled})
	if pass.AAL >= 2 {
		return httpkit.See(local(to)).WithCookie(p.k.Cookie(SessionCookie, pass.Token, 0))
	}
	return httpkit.See(withReturn(step, to)).WithCookie(p.k.Cookie(SessionCookie, pass.Token, 0))
}

func leave(k *httpkit.Kit) httpkit.Reply {
	return httpkit.See("/sign-in").Forget().WithCookie(k.Cookie(SessionCookie, "", -1))
}

// returnField carries the address to come back to through a form.
func returnField(to string) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Hidden, Name: "to", Value: local(to)}
}

func accountLink(r *httpkit.Request) httpkit.Link {
	return httpkit.Link{URL: "/account", Text: r.W.T("account.show_heading")}
}

// pathOf writes an id into an address.
func pathOf(base, id string) string { return base + "/" + url.PathEscape(id) }
