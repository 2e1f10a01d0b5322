package server_test

import (
	"maps"
	"slices"
	"strings"

	"relais/internal/circle"
	"relais/internal/consultation"
	"relais/internal/testkit"
)

// ring is what the story holds of circles: two of the inspectorate with the police, an untouched one, and one with which the
// first victim was shared.
type ring struct {
	Circle, SharedCircle string
	CircleMember, Share  string // the police in the first; the victim shared with the second
	Consultation         string // called by the inspectorate, with the shelter
}

func init() {
	maps.Copy(able, map[string]string{"list-circles": "fgp", "create-circle": "rsz", "show-circle": "fgp", "show-circle-effect": "rsz",
		"join-circle": "rsz", "leave-circle": "fgp", "close-circle": "rsz", "share-with-circle": "rsz", "end-circle-share": "rsz2",
		"list-consultations": "pay", "call-consultation": "rsz", "show-consultation": "pay", "write-minutes": "rsz", "cancel-consultation": "rsz2"})
}

func (s *story) circles(w *testkit.World) {
	for _, id := range []*string{&s.Circle, &s.SharedCircle} {
		*id = must(w.Circles.Create(w.As("rsz"), circle.New{Name: "Cel Haven", DeskID: w.Place("be.rsz").Desks[0], Purpose: "protection",
			Desks: w.Place("be.fgp").Desks}, ""))(w.T)
	}
	members := must(w.Circles.Show(w.As("fgp"), s.Circle))(w.T).Members
	s.CircleMember = members[slices.IndexFunc(members, func(m circle.Member) bool { return m.Mine })].ID
	s.Share = must(w.Circles.Share(w.As("rsz"), s.Victim, circle.NewShare{CircleID: s.SharedCircle, Sections: []string{"identity"}, Terms: terms}, ""))(w.T)
}

// talks calls a consultation.
func (s *story) talks(w *testkit.World) {
	s.Consultation = must(w.Consultations.Call(w.As("rsz"), consultation.New{DeskID: w.Place("be.rsz").Desks[0], Ground: "prosecutor_permission",
		Permission: "AN.2026/17", PermittedOn: "2026-02-27", HeldOn: "2026-03-02", Aim: "integrity", Subject: "Two workers of one site",
		Desks: w.Place("be.payoke").Desks}, ""))(w.T)
}

// param is the example of a parameter of a route about circles.
func (r ring) param(route, name string) (value string, ok bool) {
	switch name {
	case "circle":
		if strings.Contains(route, "/shares/") {
			return r.SharedCircle, true
		}
		return r.Circle, true
	case "circle_member":
		return r.CircleMember, true
	case "share":
		return r.Share, true
	case "consultation":
		return r.Consultation, true
	}
	return "", false
}

func (r ring) names() map[string]string {
	return map[string]string{"circle": r.Circle, "shared_circle": r.SharedCircle, "circle_member": r.CircleMember, "share": r.Share, "consultation": r.Consultation}
}

func (r ring) forms(w *testkit.World) map[string][]string {
	return map[string][]string{
		"/circles":                 {"name", "Cel", "desk", w.Place("be.rsz").Desks[0], "purpose", "protection", "members", w.Place("be.fgp").Desks[0]},
		"/circles/:circle/members": append([]string{"desk", w.Place("be.dvz").Desks[0]}, first...),
		"/circles/:circle/members/:circle_member/removal": first, "/circles/:circle/closure": first, "/circles/:circle/shares/:share/end": first,
		"/consultations": {"desk", w.Place("be.rsz").Desks[0], "ground", "law", "permission", "458ter-1", "permitted_on", "2026-02-27", "held_on", "2026-03-02",
			"aim", "integrity", "subject", "x", "participants", w.Place("be.payoke").Desks[0]},
		"/consultations/:consultation/minutes": append([]string{"text", "Agreed."}, first...), "/consultations/:consultation/cancellation": first,
		"/victims/:victim/circles": append([]string{"circle", r.Circle, "sections", "identity"}, grounds...),
	}
}

func (r ring) bodies(w *testkit.World) map[string]object {
	return map[string]object{
		"POST /circles": {"name": "Cel", "desk_id": w.Place("be.rsz").Desks[0], "purpose": "protection",
			"members": []string{w.Place("be.fgp").Desks[0]}},
		"POST /circles/:circle/members":                  {"desk_id": w.Place("be.dvz").Desks[0], "old_files": false},
		"DELETE /circles/:circle/members/:circle_member": nil,
		"POST /circles/:circle/closure":                  nil,
		"DELETE /circles/:circle/shares/:share":          nil,
		"POST /consultations": {"desk_id": w.Place("be.rsz").Desks[0], "ground": "law", "permission": "458ter-1", "permitted_on": "2026-02-27",
			"held_on": "2026-03-02", "aim": "integrity", "subject": "x", "participants": []string{w.Place("be.payoke").Desks[0]}},
		"POST /consultations/:consultation/minutes":      {"text": "Agreed."},
		"POST /consultations/:consultation/cancellation": nil,
		"POST /victims/:victim/circles": {"circle_id": r.Circle, "sections": []string{"identity"}, "purpose": "protection",
			"basis": "legal_task"},
	}
}
