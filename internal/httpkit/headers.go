package httpkit

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

// policy allows our own files and nothing else. Trusted Types are left out: htmx 4 does not work under them.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets what every answer carries; a handler may tighten it, and static files loosen the caching.
func (k *Kit) headers() gin.HandlerFunc {
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Embedder-Policy", "require-corp")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cache-Control", "no-store")
		if k.cfg.Secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		c.Next()
	}
}

func newOriginCheck(trusted []string) (*http.CrossOriginProtection, error) {
	check := http.NewCrossOriginProtection()
	for _, origin := range trusted {
		if err := check.AddTrustedOrigin(origin); err != nil {
			return nil, err
		}
	}
	return check, nil
}

// sameOrigin refuses a write that another site's page sends. It is no authentication: a program that sends neither
// Sec-Fetch-Site nor Origin passes.
func (k *Kit) sameOrigin(check *http.CrossOriginProtection) gin.HandlerFunc {
	return func(c *gin.Context) {
		if check.Check(c.Request) != nil {
			k.Abort(c, fault.New(fault.CrossSite, "fault.cross_site"))
			return
		}
		c.Next()
	}
}
