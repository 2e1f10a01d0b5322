package server_test

import (
	"context"
	"maps"
	"time"

	"relais/internal/gate"
	"relais/internal/mail"
	"relais/internal/notice"
	"relais/internal/testkit"
)

// postOffice is what the story holds of mail: one to the shelter's supervisor that the mail server refused.
type postOffice struct{ Mail string }

func init() {
	maps.Copy(able, map[string]string{"show-mail-choice": "pay", "change-mail-choice": "pay", "list-mails": "payD", "retry-mail": "payD"})
}

// write lets a mail be refused for good.
func (s *story) write(w *testkit.World) {
	w.T.Helper()
	lead := w.Person("payoke.lead")
	tellOne(w, notice.New{To: notice.To{Kind: notice.Worker, ID: lead.ID, AgencyID: lead.AgencyID}, Code: "other", DueAt: w.Now().Add(time.Hour)})
	must(w.Notices.Spread(w.AsProgram()))(w.T)
	must(w.Notices.Deliver(w.AsProgram(), notice.Post{Words: must(wordsOnce())(w.T), URL: "http://relais.invalid",
		Send: func(context.Context, mail.Letter) error { return &mail.Failure{Reason: mail.Refused, Final: true} }}))(w.T)
	list := must(w.Notices.ListMails(w.As("payoke.admin"), notice.Dead, gate.Cursor{}))(w.T)
	s.Mail = list.Items[0].ID
}

func (postOffice) forms(*testkit.World) map[string][]string {
	return map[string][]string{
		"/account/mail":        append([]string{"cadence", "daily", "hour", "9", "quiet_from", "20", "quiet_until", "8"}, first...),
		"/mails/:mail/attempt": {"version", "3"},
	}
}

func (postOffice) bodies(*testkit.World) map[string]object {
	return map[string]object{
		"PUT /me/mail":              {"cadence": "daily", "hour": 9, "quiet_from": 20, "quiet_until": 8, "urgent": true},
		"POST /mails/:mail/attempt": nil,
	}
}

func (p postOffice) names() map[string]string { return map[string]string{"mail": p.Mail} }

func (p postOffice) param(_, name string) (value string, ok bool) {
	value, ok = p.names()[name]
	return value, ok
}
