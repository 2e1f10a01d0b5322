package server

import (
	"net/http"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"relais/internal/account"
	"relais/internal/agency"
	"relais/internal/breach"
	"relais/internal/casefile"
	"relais/internal/checklist"
	"relais/internal/circle"
	"relais/internal/clock"
	"relais/internal/closing"
	"relais/internal/consent"
	"relais/internal/consultation"
	"relais/internal/directory"
	"relais/internal/emergency"
	"relais/internal/entry"
	"relais/internal/exchange"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/journal"
	"relais/internal/locale"
	"relais/internal/minor"
	"relais/internal/notice"
	"relais/internal/outside"
	"relais/internal/pointer"
	"relais/internal/question"
	"relais/internal/report"
	"relais/internal/request"
	"relais/internal/restriction"
	"relais/internal/review"
	"relais/internal/screening"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/support"
	"relais/internal/task"
	"relais/internal/track"
	"relais/internal/trail"
	"relais/internal/victim"
	"relais/internal/worklist"
	"relais/web"
)

// Site is the pages and the JSON API of a program, ready to be served.
type Site struct {
	Kit    *httpkit.Kit
	API    *httpkit.API
	Engine *gin.Engine
	Bell   *notice.Bell // rings at open pages; Close ends its streams
}

// words are read once in a process.
var words = sync.OnceValues(func() (*locale.Catalogue, error) { return locale.Load(web.Locales()) })

// look is parsed once in a process: what is embedded never changes.
var look = sync.OnceValues(func() (*httpkit.Look, error) {
	all, err := words()
	if err != nil {
		return nil, err
	}
	return httpkit.NewLook(all, web.Templates(), web.Static())
})

// NewSite registers every route of the program.
func (p *Program) NewSite() (*Site, error) {
	shown, err := look()
	if err != nil {
		return nil, err
	}
	var kit *httpkit.Kit
	kit, err = httpkit.New(httpkit.Config{
		Look: shown, Logger: p.logger,
		Secure: strings.HasPrefix(p.settings.PublicURL, "https://"), Synthetic: p.settings.Synthetic,
		TrustedProxies: p.settings.Proxies, TrustedOrigins: p.origins(), Chrome: p.chrome, Language: account.Language,
		Remember: func(r *httpkit.Request, lang string) error { return account.Remember(kit, p.Accounts, r, lang) },
	})
	if err != nil {
		return nil, err
	}
	site := &Site{Kit: kit, Engine: kit.Engine()}
	site.Bell = p.newBell(kit)
	known := account.Authenticate(kit, p.Accounts)
	p.pages(site, known)
	p.api(site, known)
	return site, nil
}

// origins are the origins besides the address itself that may post: the public one, where a proxy stands in between.
func (p *Program) origins() []string {
	if p.settings.PublicURL == "" {
		return nil
	}
	return []string{p.settings.PublicURL}
}

func (p *Program) pages(site *Site, known gin.HandlerFunc) {
	open := site.Engine.Group("", known)
	in := site.Engine.Group("", known, account.SignedIn(site.Kit))
	account.Pages(open, in, site.Kit, p.Accounts)
	agency.Pages(in, site.Kit, p.Agencies)
	notice.Pages(in, site.Kit, p.Notices)
	notice.Events(site.Engine.Group("", account.Glancing(site.Kit, p.Accounts), account.SignedIn(site.Kit)), site.Kit, site.Bell)
	task.Pages(in, site.Kit, p.Tasks)
	restriction.Pages(in, site.Kit, p.Limits)
	casefile.Pages(in, site.Kit, p.Cases, p.Entries, p.panel, p.caseBlocks()...)
	victim.Pages(in, site.Kit, p.Victims, p.panel, sharing.CanRefer, p.victimBlocks()...)
	consent.Pages(in, site.Kit, p.Consents)
	entry.Pages(in, site.Kit, p.Entries)
	sharing.Pages(in, site.Kit, p.Sharing)
	request.Pages(in, site.Kit, p.Requests)
	pointer.Pages(in, site.Kit, p.Pointers)
	emergency.Pages(in, site.Kit, p.Emergencies)
	circle.Pages(in, site.Kit, p.Circles)
	consultation.Pages(in, site.Kit, p.Consultations)
	directory.Pages(in, site.Kit, p.Directory)
	outside.Pages(open, in, site.Kit, p.Outside, outside.Doors{Slow: p.Accounts.SlowPackage, Send: p.letters(), PublicURL: p.settings.PublicURL})
	question.Pages(in, site.Kit, p.Questions)
	review.Pages(in, site.Kit, p.Reviews)
	breach.Pages(in, site.Kit, p.Breaches)
	journal.Pages(in, site.Kit, p.Journal)
	closing.Pages(in, site.Kit, p.Closing)
	track.Pages(in, site.Kit, p.Tracks)
	clock.Pages(open, in, site.Kit, p.Clocks, clock.Doors{Recognise: p.Accounts.RecogniseBy, Words: site.Kit.Words, PublicURL: p.settings.PublicURL})
	support.Pages(in, site.Kit, p.Support)
	screening.Pages(in, site.Kit, p.Screenings)
	report.Pages(in, site.Kit, p.Figures)
	signal.Pages(in, site.Kit, p.Signals)
	minor.Pages(in, site.Kit, p.Minors)
	checklist.Pages(in, site.Kit, p.Checklists)
	worklist.Pages(in, site.Kit, p.Worklist)
	trail.Pages(in, site.Kit, p.Log)
	exchange.Pages(in, site.Kit, p.Exchange)
}

func (p *Program) api(site *Site, known gin.HandlerFunc) {
	site.API = httpkit.NewAPI(site.Engine, site.Kit, known)
	account.API(site.API, p.Accounts)
	agency.API(site.API, p.Agencies)
	notice.API(site.API, p.Notices)
	task.API(site.API, p.Tasks)
	restriction.API(site.API, p.Limits)
	consent.API(site.API, p.Consents)
	casefile.API(site.API, p.Cases, p.Entries)
	victim.API(site.API, p.Victims)
	entry.API(site.API, p.Entries)
	sharing.API(site.API, p.Sharing)
	request.API(site.API, p.Requests)
	pointer.API(site.API, p.Pointers)
	emergency.API(site.API, p.Emergencies)
	circle.API(site.API, p.Circles)
	consultation.API(site.API, p.Consultations)
	directory.API(site.API, p.Directory)
	outside.API(site.API, p.Outside)
	question.API(site.API, p.Questions)
	review.API(site.API, p.Reviews)
	breach.API(site.API, p.Breaches)
	journal.API(site.API, p.Journal)
	closing.API(site.API, p.Closing)
	track.API(site.API, p.Tracks)
	clock.API(site.API, p.Clocks)
	support.API(site.API, p.Support)
	screening.API(site.API, p.Screenings)
	report.API(site.API, p.Figures)
	signal.API(site.API, p.Signals)
	minor.API(site.API, p.Minors)
	checklist.API(site.API, p.Checklists)
	worklist.API(site.API, p.Worklist)
	trail.API(site.API, p.Log)
	exchange.API(site.API, p.Exchange)
}

// ServeHTTP makes the site a handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.Engine.ServeHTTP(w, r) }

// panel is who has access to a file, with the ways to restrict it.
func (p *Program) panel(tx *gate.Tx, w *locale.Words) (casefile.Panel, error) {
	out, err := p.Sharing.Panel(tx, w)
	out.Links = append(journal.Links(tx, w), out.Links...)
	out.Links = append(out.Links, exchange.Links(tx, w)...)
	out.Links = append(out.Links, closing.Links(tx, w)...)
	out.Links = append(out.Links, restriction.Links(tx, w)...)
	out.Links = append(out.Links, breach.Links(tx, w)...)
	return out, err
}
