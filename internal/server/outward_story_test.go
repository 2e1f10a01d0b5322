package server_test

import (
	"maps"

	"relais/internal/directory"
	"relais/internal/testkit"
)

// outward is what the story holds of how agencies find each other: what the desk of the shelter offers.
type outward struct{ Desk string }

func init() {
	maps.Copy(able, map[string]string{"list-directory": "rsz", "show-directory-desk": "cosm", "write-directory-desk": "pay", "tell-places": "payD"})
}

var offered = directory.New{Services: []string{"housing"}, Languages: []string{"nl"}, Email: "onthaal@payoke.example"}

func (s *story) advertise(w *testkit.World) {
	w.T.Helper()
	s.Desk = w.Place("be.payoke").Desks[0]
	if err := w.Directory.Write(w.As("payoke"), s.Desk, offered, 1); err != nil {
		w.T.Fatal(err)
	}
}

func (o outward) param(_, name string) (value string, ok bool) {
	value, ok = o.names()[name]
	return value, ok
}

func (o outward) names() map[string]string { return map[string]string{"desk": o.Desk} }

func (o outward) forms(*testkit.World) map[string][]string {
	return map[string][]string{"/directory/:desk": {"services", "housing", "languages", "nl", "email", offered.Email, "version", "2"}, "/directory/:desk/places": {"free", "3"}}
}

func (o outward) bodies(*testkit.World) map[string]object {
	return map[string]object{"PUT /directory/:desk": {"services": offered.Services, "languages": offered.Languages, "email": offered.Email},
		"POST /directory/:desk/places": {"free": 3}}
}
