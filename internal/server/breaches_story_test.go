package server_test

import (
	"maps"
	"strings"
	"time"

	"relais/internal/breach"
	"relais/internal/testkit"
)

// breached is what the story holds of the shelter's register of breaches.
type breached struct{ Lost, Reported string }

func init() {
	maps.Copy(able, map[string]string{"list-breaches": "payD", "record-breach": "payD", "show-breach": "payD", "correct-breach": "payD",
		"list-breach-reports": "pay", "report-breach": "pay", "show-breach-report": "payD", "take-up-breach-report": "payD", "dismiss-breach-report": "payD"})
}

// lose lets the shelter have lost a telephone an hour ago.
func (s *story) lose(w *testkit.World) {
	w.T.Helper()
	s.Lost = must(w.Breaches.Record(w.As("payoke.admin"), breach.New{Kind: "device_lost", KnownAt: w.Now().Add(-time.Hour), Authority: breach.Pending,
		Subjects: breach.Undecided, Texts: breach.Texts{Story: "A telephone was left on a train."}}, ""))(w.T)
	s.Reported = must(w.Breaches.Report(w.As("payoke"), breach.NewReport{Kind: "wrong_recipient", NoticedAt: w.Now().Add(-time.Hour), Story: "A report went to another desk.",
		References: []string{must(w.Victims.Show(w.As("payoke"), s.Victim))(w.T).File.Reference}}, ""))(w.T)
}

func (b breached) param(route, name string) (value string, ok bool) {
	if name == "report" {
		return b.Reported, true
	}
	return b.Lost, name == "breach" && strings.Contains(route, "/breaches/")
}

func (b breached) names() map[string]string {
	return map[string]string{"lost": b.Lost, "reported": b.Reported}
}

var lossForm = []string{"kind", "device_lost", "known_at.day", "1", "known_at.month", "12", "known_at.year", "2025", "known_hour", "09:00",
	"story", "A bag was left on a train.", "authority", "pending", "subjects", "undecided"}

func (b breached) forms(*testkit.World) map[string][]string {
	return map[string][]string{"/breaches": lossForm, "/breaches/:breach/correction": append(lossForm[:len(lossForm):len(lossForm)], first...),
		"/breach-reports":                {"kind", "device_lost", "noticed_at.day", "1", "noticed_at.month", "12", "noticed_at.year", "2025", "noticed_hour", "09:00", "story", "A bag was left."},
		"/breach-reports/:report/breach": lossForm, "/breach-reports/:report/dismissal": append([]string{"reason", "It was found again."}, first...)}
}

func (b breached) bodies(*testkit.World) map[string]object {
	loss := object{"kind": "device_lost", "known_at": "2025-12-01T08:00:00Z", "story": "A bag was left on a train.", "authority": "pending", "subjects": "undecided"}
	return map[string]object{"POST /breaches": loss, "POST /breaches/:breach/correction": loss, "POST /breach-reports/:report/breach": loss,
		"POST /breach-reports": {"kind": "device_lost", "noticed_at": "2025-12-01T08:00:00Z", "story": "A bag was left."}, "POST /breach-reports/:report/dismissal": {"reason": "It was found again."}}
}
