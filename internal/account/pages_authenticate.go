package account

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
	"relais/internal/httpkit"
)

// SessionCookie is the cookie's name without the prefix that TLS adds. It is SameSite=Lax: with Strict, a link in a notice
// would lead to the sign-in page in a signed-in browser. No GET writes, and posts from other sites are refused.
const SessionCookie = "relais_session"

// Authenticate finds out who calls, by session cookie or, on the API, by key, and puts them into the context; without
// either it is nobody. The cookie of a session that is forged or over is cleared.
func Authenticate(k *httpkit.Kit, s *Service) gin.HandlerFunc { return authenticate(k, s.find) }

// Glancing is Authenticate for what a page asks by itself, such as what is new: it keeps no session alive.
func Glancing(k *httpkit.Kit, s *Service) gin.HandlerFunc { return authenticate(k, s.Again) }

func authenticate(k *httpkit.Kit, find func(req *http.Request, k *httpkit.Kit) (context.Context, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, err := find(c.Request, k)
		if err != nil && fault.KindOf(err) != fault.Unauthenticated {
			k.Abort(c, err)
			return
		}
		if err != nil {
			if _, none := c.Request.Cookie(k.CookieName(SessionCookie)); none == nil && !showsKey(c.Request) {
				http.SetCookie(c.Writer, k.Cookie(SessionCookie, "", -1))
			}
			ctx = Nobody(c.Request.Context(), httpkit.TraceID(c.Request.Context()))
		}
		c.Request = c.Request.WithContext(ctx)
		c.Next()
	}
}

// find looks at the key first: whoever sends one means it, and a wrong one is not made good by a cookie.
func (s *Service) find(req *http.Request, k *httpkit.Kit) (context.Context, error) {
	ctx := req.Context()
	if showsKey(req) {
		scheme, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return ctx, signedOut()
		}
		return s.RecogniseKey(ctx, strings.TrimSpace(token), httpkit.TraceID(ctx))
	}
	cookie, err := req.Cookie(k.CookieName(SessionCookie))
	if err != nil {
		return Nobody(ctx, httpkit.TraceID(ctx)), nil
	}
	return s.Recognise(ctx, cookie.Value, httpkit.TraceID(ctx))
}

// Again finds out who comes with a request, by the session as it is now, without counting as use of it.
func (s *Service) Again(req *http.Request, k *httpkit.Kit) (context.Context, error) {
	ctx := req.Context()
	cookie, err := req.Cookie(k.CookieName(SessionCookie))
	if err != nil {
		return Nobody(ctx, httpkit.TraceID(ctx)), nil
	}
	return s.Glance(ctx, cookie.Value, httpkit.TraceID(ctx))
}

// showsKey says whether somebody comes with a key, which counts on the API alone.
func showsKey(req *http.Request) bool {
	return req.Header.Get("Authorization") != "" && strings.HasPrefix(req.URL.Path, httpkit.APIPath+"/")
}

// SignedIn lets through who has shown both factors and leads the others to what is missing, and back afterwards.
func SignedIn(k *httpkit.Kit) gin.HandlerFunc {
	return func(c *gin.Context) {
		face, _ := FaceOf(c.Request.Context())
		if face.AAL >= 2 {
			c.Next()
			return
		}
		if c.Request.Method != http.MethodGet || c.GetHeader("HX-Request") == "true" {
			k.Abort(c, signedOut())
			return
		}
		to := withReturn(missingStep(face), c.Request.URL.RequestURI())
		k.Do(func(*httpkit.Request) (httpkit.Reply, error) { return httpkit.See(to), nil })(c)
		c.Abort()
	}
}

// missingStep is the page on which somebody goes on signing in.
func missingStep(face Face) string {
	switch {
	case face.AAL == 0:
		return "/sign-in"
	case face.Enrolled:
		return "/sign-in/code"
	}
	return "/account/second-factor"
}

func withReturn(page, to string) string {
	if to = local(to); to == "/" {
		return page
	}
	return page + "?to=" + url.QueryEscape(to)
}

// local is an address on this site, or the start page: nobody is sent elsewhere by a link to the sign-in page.
func local(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || len(to) > 500 || strings.ContainsAny(to, "\\\r\n\t") ||
		strings.HasPrefix(to, "/sign-") || strings.HasPrefix(to, "/invitation") {
		return "/"
	}
	return to
}

// Language is the language of whoever is signed in, for httpkit's Config.
func Language(r *httpkit.Request) string {
	face, _ := FaceOf(r.Context())
	return face.Language
}

// Remember keeps the language of whoever is signed in, for httpkit's Config; for nobody it does nothing. The address of
// the language switch may lie outside of Authenticate, so it looks for itself.
func Remember(k *httpkit.Kit, s *Service, r *httpkit.Request, language string) error {
	ctx, err := s.find(r.Request, k)
	if fault.KindOf(err) == fault.Unauthenticated {
		return nil
	}
	if err != nil {
		return err
	}
	if _, signedIn := FaceOf(ctx); !signedIn {
		return nil
	}
	return s.ChooseLanguage(ctx, language)
}

func placeOf(r *httpkit.Request) Place {
	return Place{Network: NetworkOf(r.ClientIP()), Device: r.GetHeader("User-Agent")}
}
