package notice_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/locale"
	relaismail "relais/internal/mail"
	"relais/internal/notice"
	"relais/internal/server"
	"relais/internal/testkit"
	"relais/internal/testkit/servers"
	"relais/web"
)

const signInURL = "https://relais.example"

var words = sync.OnceValue(func() *locale.Catalogue {
	all, err := locale.Load(web.Locales())
	if err != nil {
		panic(err)
	}
	return all
})

// office is a world whose letters go to a real mail server.
type office struct {
	*testkit.World
	box  *servers.Mailbox
	post notice.Post
	read int
}

func openOffice(t *testing.T, w *testkit.World) *office {
	t.Helper()
	box := servers.SMTP(t)
	return &office{World: w, box: box, post: notice.Post{Send: sender(t, box.Address).Send, Words: words(), URL: signInURL}}
}

func sender(t testing.TB, address string) *relaismail.Sender {
	t.Helper()
	s, err := relaismail.New(relaismail.Server{Address: address, Plain: true, From: "relais@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// deliver does what the program does every few seconds, and gives the letters that came in since the last time, as "key: text".
func (o *office) deliver() (came []string) {
	o.T.Helper()
	if _, err := o.Notices.Spread(o.AsProgram()); err != nil {
		o.T.Fatal(err)
	}
	if _, err := o.Notices.Deliver(o.AsProgram(), o.post); err != nil {
		o.T.Fatal(err)
	}
	letters := o.box.Letters()
	for _, l := range letters[o.read:] {
		came = append(came, strings.TrimSuffix(l.To[0], "@example.org")+": "+firstLine(o.T, l))
	}
	o.read = len(letters)
	slices.Sort(came)
	return came
}

func bodyOf(t testing.TB, l servers.Taken) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(l.Text))
	if err != nil {
		t.Fatal(err)
	}
	var body io.Reader = m.Body
	switch m.Header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func firstLine(t testing.TB, l servers.Taken) string {
	line, _, _ := strings.Cut(bodyOf(t, l), "\n")
	return line
}

func (o *office) choose(key string, change func(c *notice.Choice)) {
	o.T.Helper()
	my, err := o.Notices.MyMail(o.As(key))
	if err != nil {
		o.T.Fatal(err)
	}
	change(&my.Choice)
	if _, err := o.Notices.Choose(o.As(key), my.Choice); err != nil {
		o.T.Fatal(err)
	}
}

func (o *office) want(claim string, want ...string) {
	o.T.Helper()
	if came := o.deliver(); !slices.Equal(came, want) {
		o.T.Errorf("%s: %q, want %q", claim, came, want)
	}
}

func (o *office) mails(key string, state notice.State) []notice.Mail {
	o.T.Helper()
	list, err := o.Notices.ListMails(o.As(key), state, gate.Cursor{})
	if err != nil {
		o.T.Fatal(err)
	}
	return list.Items
}

// TestMail is what becomes of notices by mail, at a real mail server.
func TestMail(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		o := openOffice(t, w)
		for _, claim := range []struct {
			name string
			test func(t *testing.T)
		}{{"tells that there is news", o.tellsThatThereIsNews}, {"tries again", o.triesAgain},
			{"is not sent twice by two instances", o.isNotSentTwice}, {"survives a kill between sending and noting", o.survivesAKill}} {
			t.Run(claim.name, claim.test)
			o.calm()
		}
		o.sayNothing()
	})
}

// calm lets everything that waits go out.
func (o *office) calm() {
	o.deliver()
	o.Advance(24 * time.Hour)
	o.deliver()
}

// tellsThatThereIsNews walks through three days of a desk: who gets which letter when.
func (o *office) tellsThatThereIsNews(t *testing.T) {
	w := o.World
	caseID := w.OpenCase("rsz")
	rsz, payoke := desk(w, "be.rsz"), desk(w, "be.payoke")
	o.deliver() // whatever opening the case told
	o.choose("rsz", func(c *notice.Choice) { c.Cadence = notice.AtOnce })
	o.choose("rsz.head", func(c *notice.Choice) { c.Cadence = notice.Never })
	o.choose("payoke", func(c *notice.Choice) { c.Cadence, c.Hour, c.Urgent = notice.Daily, 9, false })

	told(w, notice.New{To: rsz, Code: "other", FileID: caseID, Link: "case"})
	told(w, notice.New{To: rsz, Code: "other"})
	o.want("at once, both in one", "rsz: Er zijn 2 nieuwe berichten voor u in Relais.")
	o.want("and once")
	w.Advance(time.Hour)
	o.want("hourly is the usual", "rsz.second: Er zijn 2 nieuwe berichten voor u in Relais.")

	told(w, notice.New{To: payoke, Code: "other"})
	id := told(w, notice.New{To: notice.To{Kind: notice.Worker, ID: w.Person("payoke.second").ID, AgencyID: payoke.AgencyID}, Code: "other"})
	o.want("not yet")
	w.Advance(time.Hour)
	o.want("in the person's language", "payoke.second: Il y a 2 nouveaux avis pour vous dans Relais.")
	if err := w.Notices.Acknowledge(w.As("payoke.second"), id, 1); err != nil {
		t.Fatal(err)
	}
	id = told(w, notice.New{To: rsz, Code: "other"})
	o.want("only what is new", "rsz: Er is 1 nieuw bericht voor u in Relais.")
	if err := w.Notices.Acknowledge(w.As("rsz"), id, 1); err != nil {
		t.Fatal(err)
	}
	w.Advance(8 * time.Hour) // 20:00 in Brussels
	o.want("what was read is no news")

	told(w, notice.New{To: payoke, Code: "other", DueAt: w.Now().Add(15 * time.Minute), MustAcknowledge: true})
	o.want("what cannot wait wakes whoever lets it", "payoke.second: Il y a 1 nouvel avis pour vous dans Relais.")
	told(w, notice.New{To: rsz, Code: "other"})
	o.want("what can wait does")
	w.Advance(13 * time.Hour) // the next morning, 9:00 in Brussels
	o.want("in the morning", "payoke: Er zijn 2 nieuwe berichten voor u in Relais.", "rsz.second: Er is 1 nieuw bericht voor u in Relais.",
		"rsz: Er is 1 nieuw bericht voor u in Relais.")

	second := w.Person("rsz.second")
	if err := w.Gate.Write(w.As("rsz"), fileAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
		return audit.Event{Op: audit.Alter}, tx.Exclude(gate.Exclusion{ID: gate.NewID(), WorkerID: second.ID, WorkerAgencyID: second.AgencyID, Reason: "related"})
	}); err != nil {
		t.Fatal(err)
	}
	told(w, notice.New{To: rsz, Code: "other", FileID: caseID, Link: "case"})
	o.want("of a file from which somebody is excluded", "rsz: Er is 1 nieuw bericht voor u in Relais.")
	w.Advance(time.Hour)
	o.want("that person hears nothing")

	told(w, notice.New{To: notice.SupervisorsOf(payoke.AgencyID), Code: "other"})
	told(w, notice.New{To: notice.AuditorsOf(payoke.AgencyID), Code: "other"})
	o.deliver()
	w.Advance(time.Hour)
	o.want("each part of an agency", "payoke.admin: Er is 1 nieuw bericht voor u in Relais.", "payoke.auditor: Er is 1 nieuw bericht voor u in Relais.",
		"payoke.lead: Er is 1 nieuw bericht voor u in Relais.")

	told(w, notice.New{To: payoke, Code: "other"})
	o.deliver()
	o.choose("payoke.second", func(c *notice.Choice) { c.Cadence = notice.Never })
	w.Advance(time.Hour)
	o.want("who wants none any more gets none")
}

// sayNothing reads every letter that ever left: one subject and one text for each language and number, and nothing of any
// person but the address it went to.
func (o *office) sayNothing() {
	o.T.Helper()
	for _, l := range o.box.Letters() {
		m, err := mail.ReadMessage(strings.NewReader(l.Text))
		if err != nil {
			o.T.Fatal(err)
		}
		lang := m.Header.Get("Content-Language")
		w := words().For(lang)
		lines := strings.SplitN(bodyOf(o.T, l), "\n", 2)
		if want := fmt.Sprintf("\n%s\n%s\n\n%s\n", w.T("notice.mail_sign_in"), signInURL, w.T("notice.mail_why")); strings.TrimSpace(lines[1]) != strings.TrimSpace(want) {
			o.T.Errorf("says more: %q", lines[1])
		}
		if m.Header.Get("From") != "<relais@example.org>" || m.Header.Get("To") != "<"+l.To[0]+">" {
			o.T.Errorf("From %q, To %q", m.Header.Get("From"), m.Header.Get("To"))
		}
		all := strings.ReplaceAll(l.Text, l.To[0], "")
		for _, key := range o.People() {
			p := o.Person(key)
			for _, told := range []string{p.ID, p.AgencyID, p.Email, p.Family, "+32", "-2026-", "/cases", "case"} {
				if strings.Contains(all, told) {
					o.T.Errorf("%q in %s", told, all)
				}
			}
		}
	}
}

// triesAgain and shows the administrator what it gave up; nobody else sees it.
func (o *office) triesAgain(t *testing.T) {
	w := o.World
	nora := notice.To{Kind: notice.Worker, ID: w.Person("payoke").ID, AgencyID: w.Place("be.payoke").ID}
	o.choose("payoke", func(c *notice.Choice) { c.Cadence = notice.AtOnce })
	told(w, notice.New{To: nora, Code: "other"})
	o.box.Answer(451, "payoke")
	o.want("asked to come later")
	if m := o.mails("payoke.admin", notice.Waiting); len(m) != 1 || m[0].Tries != 1 || m[0].Reason != relaismail.Later || m[0].DueAt != w.Now().Add(time.Minute) ||
		m[0].Name != "Nora Wijnants" {
		t.Errorf("waiting: %+v", m)
	}
	o.box.Answer(0, "")
	o.want("not before its time")
	w.Advance(time.Minute)
	o.want("then it goes", "payoke: Er is 1 nieuw bericht voor u in Relais.")

	told(w, notice.New{To: nora, Code: "other"})
	o.box.Answer(550, "payoke")
	o.want("refused for good")
	dead := o.mails("payoke.admin", notice.Dead)
	if len(dead) != 1 || dead[0].Tries != 1 || dead[0].Reason != relaismail.Refused {
		t.Fatalf("dead: %+v", dead)
	}
	for _, stranger := range []string{"payoke", "payoke.auditor", "pagasa", "rsz.head"} {
		if _, err := o.Notices.ListMails(w.As(stranger), notice.Dead, gate.Cursor{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s lists: %v", stranger, err)
		}
		if err := o.Notices.Retry(w.As(stranger), dead[0].ID, dead[0].Version); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s tries again: %v", stranger, err)
		}
	}
	o.box.Answer(0, "")
	if err := o.Notices.Retry(w.As("payoke.admin"), dead[0].ID, dead[0].Version); err != nil {
		t.Fatal(err)
	}
	if err := o.Notices.Retry(w.As("payoke.admin"), dead[0].ID, dead[0].Version); !errors.Is(err, fault.Conflict) {
		t.Errorf("twice: %v", err)
	}
	o.want("tried again", "payoke: Er is 1 nieuw bericht voor u in Relais.")

	told(w, notice.New{To: nora, Code: "other"})
	address := o.box.Address
	o.box.Stop()
	for range 12 {
		o.deliver()
		w.Advance(12 * time.Hour)
	}
	if dead = o.mails("payoke.admin", notice.Dead); len(dead) != 1 || dead[0].Tries != 8 || dead[0].Reason != relaismail.Unreachable {
		t.Errorf("given up: %+v", dead)
	}
	o.box.Start(address)
	told(w, notice.New{To: nora, Code: "other"})
	if err := o.Notices.Retry(w.As("payoke.admin"), dead[0].ID, dead[0].Version); err != nil {
		t.Fatal(err)
	}
	if came := o.deliver(); len(came) != 1 {
		t.Errorf("after the pause: %q", came)
	}
	w.Advance(91 * 24 * time.Hour)
	if err := o.Notices.Sweep(w.AsProgram()); err != nil {
		t.Fatal(err)
	}
	if left := len(o.mails("payoke.admin", notice.Sent)) + len(o.mails("payoke.admin", notice.Dead)); left != 0 {
		t.Errorf("%d mails after 90 days", left)
	}
}

// TestMail_isNotSentTwiceByTwoInstances, and what comes up while a letter is on its way is told by the next.
func (o *office) isNotSentTwice(t *testing.T) {
	w := o.World
	for _, key := range []string{"payoke", "payoke.second", "rsz", "rsz.second", "fgp"} {
		o.choose(key, func(c *notice.Choice) { c.Cadence = notice.AtOnce })
		told(w, notice.New{To: notice.To{Kind: notice.Worker, ID: w.Person(key).ID, AgencyID: w.Person(key).AgencyID}, Code: "other"})
	}
	twin := w.Twin()
	var both sync.WaitGroup
	for _, p := range []*server.Program{w.Program, twin.Program} {
		post := o.post
		post.Send = sender(t, o.box.Address).Send
		both.Go(func() {
			_, err := p.Notices.Spread(w.AsProgram())
			if err == nil {
				_, err = p.Notices.Deliver(w.AsProgram(), post)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if n := len(o.box.Letters()) - o.read; n != 5 {
		t.Errorf("%d letters for five people", n)
	}
	o.read = len(o.box.Letters())

	nora := notice.To{Kind: notice.Worker, ID: w.Person("payoke").ID, AgencyID: w.Person("payoke").AgencyID}
	send, during := o.post.Send, true
	o.post.Send = func(ctx context.Context, l relaismail.Letter) error {
		if during {
			during = false
			w.Advance(time.Second)
			told(w, notice.New{To: nora, Code: "other"})
			if _, err := w.Notices.Spread(w.AsProgram()); err != nil {
				t.Error(err)
			}
		}
		return send(ctx, l)
	}
	w.Advance(time.Second)
	told(w, notice.New{To: nora, Code: "other"})
	if came := o.deliver(); len(came) != 2 {
		t.Errorf("%q", came)
	}
}
