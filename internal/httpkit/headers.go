package httpkit

import (
	"maps"
	"net/http"

	"github.com/gin-gonic/gin"

	"relais/internal/fault"
)

// policy allows our own files and nothing else. Trusted Types are left out: htmx 4 does not work under them.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets what every answer carries; a handler may tighten it, and static files loosen the caching. The values are made
// once for all answers: one that sets a header of its own puts another list in its place.
func (k *Kit) headers() gin.HandlerFunc {
	always := http.Header{}
	for name, value := range map[string]string{
		"Content-Security-Policy":      policy,
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Embedder-Policy": "require-corp",
		"Referrer-Policy":              "no-referrer",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
		"Cache-Control":                "no-store",
	} {
		always.Set(name, value)
	}
	if k.cfg.Secure {
		always.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
	return func(c *gin.Context) {
		maps.Copy(c.Writer.Header(), always)
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
