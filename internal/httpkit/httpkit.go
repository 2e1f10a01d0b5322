// Package httpkit turns use cases into HTTP: handlers that return errors, typed pages, forms, JSON operations, middleware.
// It knows no agency, no file and no rule about who may do what.
package httpkit

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"

	"relais/internal/locale"
)

// Config is what a Kit needs; Look and Logger are required.
type Config struct {
	Look   *Look
	Logger *slog.Logger

	Secure    bool // served over TLS: HSTS, Secure cookies with the __Host- prefix
	Synthetic bool // every page says that its persons are made up

	Chrome   func(r *Request) Chrome             // what surrounds a page: person, agency, navigation; may be nil
	Language func(r *Request) string             // the person's own language, "" if none; may be nil
	Remember func(r *Request, lang string) error // keeps the person's language; may be nil

	SignInURL      string        // where an error page for nobody points; default /sign-in
	ExitURL        string        // where the quick exit goes: a page that fits any shelter PC; default Wikipedia
	Idle           time.Duration // after this long without a key or a touch the page is blurred; default 3 minutes
	TrustedProxies []string      // networks whose X-Forwarded-For is believed; none by default
	TrustedOrigins []string      // further origins that may post, such as https://relais.example behind a proxy
}

// Kit renders pages, maps failures and builds the engine; it is safe for concurrent use once New has returned.
type Kit struct {
	cfg     Config
	words   *locale.Catalogue
	assets  *assets
	shelf   *shelf
	metrics *metrics
	engine  *gin.Engine
	bodies  map[string]bodyRule // route → a larger body than usual
}

// Look is what every kit of a process shows alike: the words, the parsed templates, the static files. It never changes.
type Look struct {
	words  *locale.Catalogue
	assets *assets
	shelf  *shelf
}

// Words are the words of a language, for what is not a page and has a reader all the same.
func (k *Kit) Words(lang string) *locale.Words { return k.words.For(lang) }

// NewLook parses every template for every language and fails on the first that is missing or broken. Templates are
// layouts, partials and one folder a slice; static are style sheets, scripts and pictures, found by their file names.
func NewLook(words *locale.Catalogue, templates, static fs.FS) (*Look, error) {
	assets, err := loadAssets(static)
	if err != nil {
		return nil, fmt.Errorf("httpkit: %w", err)
	}
	shelf, err := newShelf(templates, words, assets)
	if err != nil {
		return nil, fmt.Errorf("httpkit: %w", err)
	}
	return &Look{words: words, assets: assets, shelf: shelf}, nil
}

// New makes a kit.
func New(cfg Config) (*Kit, error) {
	if cfg.Look == nil || cfg.Logger == nil {
		return nil, errors.New("httpkit: Look and Logger are required")
	}
	cfg = withDefaults(cfg)
	k := &Kit{cfg: cfg, words: cfg.Look.words, assets: cfg.Look.assets, shelf: cfg.Look.shelf, metrics: newMetrics(), bodies: map[string]bodyRule{}}
	var err error
	if k.engine, err = k.newEngine(); err != nil {
		return nil, fmt.Errorf("httpkit: %w", err)
	}
	return k, nil
}

func withDefaults(cfg Config) Config {
	if cfg.SignInURL == "" {
		cfg.SignInURL = "/sign-in"
	}
	if cfg.ExitURL == "" {
		cfg.ExitURL = "https://www.wikipedia.org/"
	}
	if cfg.Idle == 0 {
		cfg.Idle = 3 * time.Minute
	}
	if cfg.Chrome == nil {
		cfg.Chrome = func(*Request) Chrome { return Chrome{} }
	}
	if cfg.Language == nil {
		cfg.Language = func(*Request) string { return "" }
	}
	return cfg
}
