package testkit

import (
	"fmt"
	"net/http"
	"testing"

	"relais/internal/account"
	"relais/internal/testkit/servers"
	"relais/web/axe"
)

// Browse opens a browser window in which a person is signed in.
func (s *Served) Browse(key string) *servers.Tab {
	s.T.Helper()
	client, tab := s.SignIn(key), servers.Browser(s.T)
	tab.SetCookie(s.URL, &http.Cookie{Name: account.SessionCookie, Value: client.Session(), Path: "/", HttpOnly: true})
	return tab
}

// Inspect holds the page in a window to what every page has to be: one heading, no breach of the rules of accessibility, no
// complaint of the browser, nothing to scroll sideways at 1280 or 360 pixels. Pictures of both sizes go to RELAIS_SHOTS.
func Inspect(t testing.TB, tab *servers.Tab, name string) {
	t.Helper()
	for _, width := range []int{1280, 360} {
		tab.Size(width, 900)
		if tab.Overflows() {
			t.Errorf("%s at %d pixels has to be scrolled sideways", name, width)
		}
		for _, violation := range tab.Axe(axe.Script) {
			t.Errorf("%s at %d pixels: %s", name, width, violation)
		}
		tab.Screenshot(fmt.Sprintf("%s-%d", name, width))
	}
	for _, complaint := range tab.Complaints() {
		t.Errorf("%s: the browser says %s", name, complaint)
	}
	tab.Size(1280, 900)
}
