package mainjob

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"relais/web/axe"
)

// inspection looks closely at every page that somebody comes to, each kind of page once for each agency and language: it has to be
// accessible, to fit a telephone and to leave the browser's console silent. Pictures go to RELAIS_SHOTS.
type inspection struct {
	t    *testing.T
	seen map[string]bool
}

const (
	desktopWide, desktopHigh     = 1280, 900
	telephoneWide, telephoneHigh = 360, 740
)

var varying = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|/invitation/.*|[?#].*`)

func (i *inspection) at(p *window, status int) {
	i.t.Helper()
	if complaints := p.tab.Complaints(); len(complaints) > 0 {
		i.t.Fatalf("%s: the browser complains at %s:\n%s", p.key, p.tab.URL(), strings.Join(complaints, "\n"))
	}
	path := strings.TrimPrefix(p.tab.URL(), p.s.URL)
	page := fmt.Sprintf("%s %s %s %d", p.w.Lang(), p.office(), varying.ReplaceAllString(path, "-"), status)
	if i.seen[page] {
		return
	}
	i.seen[page] = true
	for _, violation := range p.tab.Axe(axe.Script) {
		i.t.Errorf("%s: %s is not accessible: %s", p.key, path, violation)
	}
	name := fmt.Sprintf("%02d-%s", len(i.seen), awkward.ReplaceAllString(page, "-"))
	p.tab.Screenshot(name)
	p.tab.Size(telephoneWide, telephoneHigh)
	if p.tab.Overflows() {
		i.t.Errorf("%s: %s has to be scrolled sideways on a telephone", p.key, path)
	}
	p.tab.Screenshot(name + "-360")
	p.tab.Size(desktopWide, desktopHigh)
}

// office is where somebody works; whoever has not signed in yet is the same everywhere.
func (p *window) office() string {
	if strings.Contains(p.tab.URL(), "/sign-in") {
		return "nobody"
	}
	if strings.HasSuffix(p.key, ".admin") || strings.HasSuffix(p.key, ".auditor") { // these see pages of their own
		return p.key
	}
	office, _, _ := strings.Cut(p.key, ".")
	return office
}

// awkward is what a page's name may hold and a file's name should not.
var awkward = regexp.MustCompile(`[^\w.]+`)
