package mainjob

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"relais/web/axe"
)

// inspection looks closely at every page that somebody comes to: it has to be accessible, to fit a telephone and to leave the
// browser's console silent. A page of the same address and language that is made of the same parts as one before is not looked
// at again, nor is one in another language held to the rules of accessibility, which know no words. Pictures go to RELAIS_SHOTS.
type inspection struct {
	t          *testing.T
	seen       map[string]bool
	accessible map[string]bool
}

const (
	desktopWide, desktopHigh     = 1280, 900
	telephoneWide, telephoneHigh = 360, 740
)

var varying = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|/invitation/.*|[?#].*`)

func (i *inspection) at(p *window, html string) {
	i.t.Helper()
	if complaints := p.tab.Complaints(); len(complaints) > 0 {
		i.t.Fatalf("%s: the browser complains at %s:\n%s", p.key, p.tab.URL(), strings.Join(complaints, "\n"))
	}
	path := strings.TrimPrefix(p.tab.URL(), p.s.URL)
	address := varying.ReplaceAllString(path, "-")
	page, sketch := p.w.Lang()+" "+address, address+sketchOf(html)
	if i.seen[p.w.Lang()+sketch] {
		return
	}
	i.seen[p.w.Lang()+sketch] = true
	if !i.accessible[sketch] {
		i.accessible[sketch] = true
		for _, violation := range p.tab.Axe(axe.Script) {
			i.t.Errorf("%s: %s is not accessible: %s", p.key, path, violation)
		}
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

var class = regexp.MustCompile(`<(\w+)[^>]* class="([^"]*)"`)

// sketchOf is of what parts a page is made, whatever stands in them.
func sketchOf(html string) string {
	var parts []string
	for _, part := range class.FindAllStringSubmatch(html, -1) {
		parts = append(parts, part[1]+" "+part[2])
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), ",")
}

// awkward is what a page's name may hold and a file's name should not.
var awkward = regexp.MustCompile(`[^\w.]+`)
