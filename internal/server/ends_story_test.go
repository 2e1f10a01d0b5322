package server_test

import (
	"context"
	"maps"
	"strings"

	"relais/internal/closing"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/testkit"
	"relais/internal/track"
)

// ends is what the story holds of what is written down on the way, and of how a file ends.
type ends struct {
	Note        string // of the inspectorate on the first victim, in the identity
	Hold        string // of the prosecutor on a case of its own
	Ready       string // a case of the shelter that can be closed
	Gone        string // a victim file of the shelter that can be closed, because the person has died
	ClosedCase  string // of the shelter
	ClosedGone  string
	Closure     string // of the closed case
	Asked       string // the closing of another case, whose erasure the supervisor has asked for
	SignedClose string // and of one that the auditor has signed too
	Removal     string // of a further closed case, as if a rule had taken it from the shelter's use
}

func init() {
	maps.Copy(able, map[string]string{"list-case-timeline": "fgp", "list-victim-timeline": "pay", "write-case-note": "rsz", "write-victim-note": "pay",
		"show-note": "rsz2", "correct-note": "rsz",
		"show-case-closure": "pay", "show-victim-closure": "pay2", "close-case": "pay", "close-victim": "pay", "reopen-case": "pay", "reopen-victim": "pay2",
		"hold-case": "jud", "hold-victim": "jud", "list-holds": "jud", "lift-hold": "jud",
		"list-retention": "payA", "show-retention": "payD", "postpone-retention": "payA", "request-erasure": "payD", "approve-erasure": "payA",
		"refuse-erasure": "payD", "erase-file": "payD", "list-removals": "payA", "show-removal": "payA", "open-removed": "payD"})
}

// notes writes a note.
func (s *story) notes(w *testkit.World) {
	w.T.Helper()
	s.Note = must(w.Journal.Write(w.As("rsz"), gate.Victim, s.Victim, journal.New{Section: "identity", Text: "Goes by another name at work."}, ""))(w.T)
}

// end closes files of the shelter and lets them go different ways.
func (s *story) end(w *testkit.World) {
	w.T.Helper()
	s.Hold = must(w.Closing.Hold(w.As("auditoraat"), gate.Case, w.OpenCase("auditoraat"), "An appeal is pending.", ""))(w.T)
	s.Ready, s.ClosedCase = w.OpenCase("payoke"), w.OpenCase("payoke")
	s.Closure = s.shut(w, gate.Case, s.ClosedCase)
	home := w.OpenCase("payoke")
	for _, id := range []*string{&s.Gone, &s.ClosedGone} {
		*id = w.OpenVictim("payoke", home, nil)
		must(w.Tracks.Move(w.As("payoke"), *id, track.New{Track: "protection", To: "deceased", On: "2026-03-02"}, 2, ""))(w.T)
	}
	s.shut(w, gate.Victim, s.ClosedGone)
	s.Asked, s.SignedClose = s.shut(w, gate.Case, w.OpenCase("payoke")), s.shut(w, gate.Case, w.OpenCase("payoke"))
	for _, id := range []string{s.Asked, s.SignedClose} {
		if err := w.Closing.Request(w.As("payoke.lead"), id, 1, "wrong"); err != nil {
			w.T.Fatal(err)
		}
	}
	if err := w.Closing.Approve(w.As("payoke.auditor"), s.SignedClose, 2); err != nil {
		w.T.Fatal(err)
	}
	s.takeFromUse(w)
}

// takeFromUse writes the row that closing writes for the police of the Netherlands, of whom nobody in the story reviews anything.
func (s *story) takeFromUse(w *testkit.World) {
	w.T.Helper()
	fileID := w.OpenCase("payoke")
	closure := s.shut(w, gate.Case, fileID)
	s.Removal = gate.NewID()
	if err := w.Database.Write(context.Background(), func(tx *database.Tx) error {
		_, err := tx.Exec("INSERT INTO file_removal (id, closure_id, file_id, agency_id, rule, from_at, removed_at) VALUES (:id, :closure, :file, :agency, 'nl_police', 1, 1)",
			database.Args{"id": s.Removal, "closure": closure, "file": fileID, "agency": w.Place("be.payoke").ID})
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
}

func (s *story) shut(w *testkit.World, kind gate.Kind, fileID string) string {
	w.T.Helper()
	return must(w.Closing.Close(w.As("payoke"), kind, fileID, closing.New{Reason: "help_completed", Known: true}, ""))(w.T)
}

// param is the example of a parameter of a route about the end of a file.
func (e ends) param(route, name string) (value string, ok bool) {
	ends := func(step string) bool { return strings.HasSuffix(route, step) }
	switch {
	case name == "case" && ends("/closure"):
		return e.Ready, true
	case name == "victim" && ends("/closure"):
		return e.Gone, true
	case name == "case" && ends("/reopening"):
		return e.ClosedCase, true
	case name == "victim" && ends("/reopening"):
		return e.ClosedGone, true
	case name == "closure" && (ends("/approval") || ends("/refusal")):
		return e.Asked, true
	case name == "closure" && ends("/erasure"):
		return e.SignedClose, true
	}
	value, ok = map[string]string{"note": e.Note, "hold": e.Hold, "closure": e.Closure, "removal": e.Removal}[name]
	return value, ok
}

// version is the one that a closed file has reached in the story; zero for other routes.
func (e ends) version(route string) int {
	switch {
	case !strings.Contains(route, "/retention/:closure/"):
		return 0
	case strings.HasSuffix(route, "/approval"), strings.HasSuffix(route, "/refusal"):
		return 2
	case strings.HasSuffix(route, "/erasure"):
		return 3
	}
	return 0
}

func (e ends) names() map[string]string {
	return map[string]string{"note": e.Note, "hold": e.Hold, "ready": e.Ready, "gone": e.Gone, "closed_case": e.ClosedCase, "closed_gone": e.ClosedGone,
		"closure": e.Closure, "asked": e.Asked, "signed": e.SignedClose, "removal": e.Removal}
}

func (e ends) forms(w *testkit.World) map[string][]string {
	until := strings.Split(string(w.Today().AddDays(5)), "-")
	reopen := append([]string{"reason", "new_facts"}, first...)
	return map[string][]string{
		"/cases/:case/notes":       {"section", "labour", "text", "Second visit on Monday.", "visibility", "file"},
		"/victims/:victim/notes":   {"section", "identity", "text", "Prefers to be called by the second name.", "visibility", "agency"},
		"/notes/:note":             append([]string{"text", "Goes by two other names at work."}, first...),
		"/cases/:case/closure":     {"reason", "help_completed", "known", "yes"},
		"/victims/:victim/closure": {"reason", "help_completed", "known", "yes"},
		"/cases/:case/reopening":   reopen, "/victims/:victim/reopening": reopen,
		"/cases/:case/holds": {"note", "An appeal is pending."}, "/victims/:victim/holds": {"note", "An appeal is pending."},
		"/holds/:hold/end":                 first,
		"/retention/:closure/postponement": append([]string{"until.day", "31", "until.month", "12", "until.year", "2036", "reason", "claim"}, first...),
		"/retention/:closure/request":      append([]string{"erase_reason", "wrong"}, first...),
		"/retention/:closure/approval":     {"version", "2"}, "/retention/:closure/refusal": {"version", "2"}, "/retention/:closure/erasure": {"version", "3"},
		"/removals/:removal/openings": {"reason", "complaint", "worker", w.Person("payoke").ID, "until.day", until[2], "until.month", until[1], "until.year", until[0]},
	}
}

func (e ends) bodies(w *testkit.World) map[string]object {
	over, again, order := object{"reason": "help_completed", "known": true}, object{"reason": "new_facts"}, object{"note": "An appeal is pending."}
	return map[string]object{
		"POST /cases/:case/notes":     {"section": "labour", "text": "Second visit on Monday."},
		"POST /victims/:victim/notes": {"section": "identity", "text": "Prefers to be called by the second name.", "visibility": "agency"},
		"PUT /notes/:note":            {"text": "Goes by two other names at work."},
		"POST /cases/:case/closure":   over, "POST /victims/:victim/closure": over, "POST /cases/:case/reopening": again, "POST /victims/:victim/reopening": again,
		"POST /cases/:case/holds": order, "POST /victims/:victim/holds": order, "POST /holds/:hold/end": nil,
		"POST /retention/:closure/postponement": {"until": "2036-12-31", "reason": "claim"}, "POST /retention/:closure/request": {"reason": "wrong"},
		"POST /retention/:closure/approval": nil, "POST /retention/:closure/refusal": nil, "POST /retention/:closure/erasure": nil,
		"POST /removals/:removal/openings": {"reason": "complaint", "worker_id": w.Person("payoke").ID, "until": string(w.Today().AddDays(5))},
	}
}
