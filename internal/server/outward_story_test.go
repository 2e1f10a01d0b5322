package server_test

import (
	"maps"
	"strings"

	"relais/internal/authz"
	"relais/internal/directory"
	"relais/internal/outside"
	"relais/internal/question"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// outward is what the story holds of how agencies find each other: what the desk of the shelter offers, and a package for a
// house without an account.
type outward struct {
	Desk     string
	Package  string // of the first victim
	Door     string // of another
	DoorCode string
	Question string // of the inspectorate to the shelter, about the first victim
	Seen     string // what the preview of a package handed out
}

func init() {
	maps.Copy(able, map[string]string{"list-directory": "rsz", "show-directory-desk": "cosm", "write-directory-desk": "pay", "tell-places": "payD",
		"list-outside-packages": "rsz", "preview-outside-package": "rsz", "send-outside-package": "rsz", "show-outside-package": "rsz2",
		"withdraw-outside-package": "rsz2", "link-outside-package": "rsz", "list-questions": "pay", "ask-question": "rsz", "show-question": "pay2", "speak-in-question": "pay",
		"close-question": "rsz2"})
}

var offered = directory.New{Services: []string{"housing"}, Languages: []string{"nl"}, Email: "onthaal@payoke.example"}

func (s *story) advertise(w *testkit.World) {
	w.T.Helper()
	s.Desk = w.Place("be.payoke").Desks[0]
	if err := w.Directory.Write(w.As("payoke"), s.Desk, offered, 1); err != nil {
		w.T.Fatal(err)
	}
	s.Question = must(w.Questions.Ask(w.As("rsz"), question.New{DeskID: w.Place("be.rsz").Desks[0], ToDeskID: s.Desk, Note: "Is there a room?",
		VictimID: s.Victim, Subject: question.Subject{Need: "housing"}}, ""))(w.T)
	s.Package = s.handOut(w).ID
	made := s.handOut(w)
	s.Door, s.DoorCode = made.Token, made.Code
}

// handOut makes a package for a house without an account.
func (s *story) handOut(w *testkit.World) outside.Made {
	w.T.Helper()
	n := outside.New{Organisation: "Frauenhaus", Hours: 24, Language: "de", Outward: sharing.Outward{Kind: authz.RoleShelter, Country: "DE",
		Sections: []string{"identity"}, Reason: "shelter", Terms: terms}}
	s.Seen = must(w.Outside.Rehearse(w.As("rsz"), s.Victim, n))(w.T).Seen
	n.Seen = s.Seen
	return must(w.Outside.Send(w.As("rsz"), s.Victim, n, ""))(w.T)
}

func (o outward) param(route, name string) (value string, ok bool) {
	if strings.HasPrefix(route, "/package/") {
		return o.Door, true
	}
	value, ok = o.names()[name]
	return value, ok
}

func (o outward) names() map[string]string {
	return map[string]string{"desk": o.Desk, "package": o.Package, "question": o.Question}
}

func (o outward) forms(w *testkit.World) map[string][]string {
	handed := append([]string{"organisation", "Frauenhaus", "kind", "shelter", "country", "DE", "sections", "identity", "reason", "shelter", "hours", "24"}, grounds...)
	return map[string][]string{"/package/:token": {"code", o.DoorCode},
		"/victims/:victim/outside": handed, "/victims/:victim/outside/preview": handed, "/victims/:victim/outside/:package/withdrawal": first,
		"/victims/:victim/outside/:package/link": first,
		"/questions":                             {"desk", w.Place("be.rsz").Desks[0], "to", o.Desk, "need", "housing", "note", "Is there a room?"},
		"/questions/:question/words":             append([]string{"note", "There is."}, first...),
		"/questions/:question/closure":           first,
		"/directory/:desk":                       {"services", "housing", "languages", "nl", "email", offered.Email, "version", "2"}, "/directory/:desk/places": {"free", "3"}}
}

func (o outward) bodies(w *testkit.World) map[string]object {
	sent := object{"organisation": "Frauenhaus", "kind": "shelter", "country": "DE", "sections": []string{"identity"}, "reason": "shelter", "hours": 24,
		"purpose": "protection", "basis": "legal_task", "seen": o.Seen}
	return map[string]object{"POST /victims/:victim/outside/preview": sent, "POST /victims/:victim/outside": sent,
		"POST /victims/:victim/outside/:package/withdrawal": nil, "POST /victims/:victim/outside/:package/link": nil,
		"POST /questions":                   {"desk_id": w.Place("be.rsz").Desks[0], "to_desk_id": o.Desk, "need": "housing", "note": "Is there a room?"},
		"POST /questions/:question/words":   {"note": "There is."},
		"POST /questions/:question/closure": nil, "PUT /directory/:desk": {"services": offered.Services, "languages": offered.Languages, "email": offered.Email},
		"POST /directory/:desk/places": {"free": 3}}
}
