package httpkit

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

// apiPrefix begins the paths that answer in JSON; everything else answers with pages.
const apiPrefix = "/api/"

// Engine is the kit's router, with the whole middleware in its order, the static files, the language switch and pages for
// unknown paths and methods. Whatever is registered on it is behind the cross-site check.
func (k *Kit) Engine() *gin.Engine { return k.engine }

func (k *Kit) newEngine() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	if err := e.SetTrustedProxies(k.cfg.TrustedProxies); err != nil { // gin trusts everybody unless told
		return nil, fmt.Errorf("trusted proxies: %w", err)
	}
	origins, err := newOriginCheck(k.cfg.TrustedOrigins)
	if err != nil {
		return nil, fmt.Errorf("trusted origins: %w", err)
	}
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false // a redirect would copy the path, and one address a page is enough
	e.Use(k.exchange(), k.watch(), k.recovery(), k.headers(), k.sameOrigin(origins), k.limitBody())
	e.NoRoute(k.answer(fault.New(fault.NotFound, "fault.not_found")))
	e.NoMethod(k.answer(fault.New(methodNotAllowed, "fault.method_not_allowed")))
	e.GET(staticPath+":file", k.static)
	e.HEAD(staticPath+":file", k.static)
	e.POST("/language", k.Do(k.chooseLanguage))
	return e, nil
}

// answer always fails with the same fault.
func (k *Kit) answer(f *fault.Fault) gin.HandlerFunc {
	return func(c *gin.Context) { k.Abort(c, f) }
}

// Abort ends a request with a failure, as a page or as a problem, by its path.
func (k *Kit) Abort(c *gin.Context, err error) {
	c.Abort()
	if isAPI(c) {
		k.problem(c, err)
		return
	}
	k.fail(k.request(c), err)
}
