package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/locale"
	"relais/internal/mail"
	"relais/internal/moment"
)

var (
	claimAction  = gate.ByProgram("mail.claim")
	settleAction = gate.ByProgram("mail.settle")
)

// Post is how letters leave the house: by Send, in Words, with the address under which people sign in.
type Post struct {
	Send  func(ctx context.Context, l mail.Letter) error
	Words *locale.Catalogue
	URL   string
}

// claimed is a mail that this instance sends now, under a name for this try alone: should the program die before it has noted what
// became of it, another instance tries again, so that a mail may come twice and never gets lost.
type claimed struct {
	Mail
	holder string
	person agency.Person
	words  string
	count  int
	at     moment.Time
}

// Deliver sends what is due, one mail after the other, and gives how many went out. Where the server is not there it stops. ctx is
// the program's own.
func (s *Service) Deliver(ctx context.Context, post Post) (sent int, err error) {
	return untilNothing(func() (int, error) {
		c, err := s.claim(ctx)
		if err != nil || c.holder == "" {
			return 0, err
		}
		failed := post.Send(ctx, letterTo(post, c))
		if err := s.settled(ctx, c, failed); err != nil {
			return 0, err
		}
		var reason *mail.Failure
		switch {
		case failed == nil:
			return 1, nil
		case errors.As(failed, &reason) && !reason.Down:
			return 0, nil
		}
		return 0, errNothing
	})
}

// claim takes the mail that is due first; without a holder there was nothing left to tell, and it is settled.
func (s *Service) claim(ctx context.Context) (c claimed, err error) {
	err = s.gate.Write(ctx, claimAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		c = claimed{at: tx.Now()}
		var due bool
		if c.Mail, due, err = mailBy(tx, selectDue, nil); err != nil || !due {
			return audit.Event{}, orNothing(err)
		}
		event := audit.Event{Op: audit.Admin, Subject: c.ID, Fields: []string{"email"}, Concerns: []string{c.AgencyID}}
		seen, err := tx.Behalf(c.WorkerID)
		if fault.KindOf(err) == fault.Unauthenticated {
			return event, settle(tx, &c.Mail, Dropped, reasonLeft, c.DueAt)
		}
		if err != nil {
			return event, err
		}
		if c.count, err = countSince(seen, c.SinceAt, mostNews+1); err != nil {
			return event, err
		}
		if c.count == 0 {
			return event, settle(tx, &c.Mail, Dropped, reasonRead, c.DueAt)
		}
		self, err := agency.SelfOf(tx, tx.OpenStaff, c.AgencyID, c.WorkerID)
		if err != nil {
			return event, err
		}
		c.person, c.words, c.holder = self.Person, self.Language, gate.NewID()
		return event, tx.ExecOne(holdMail, gate.Args{"id": c.ID, "version": c.Version, "holder": c.holder, "until": tx.Now().Add(holdsFor)})
	})
	return c, err
}

func orNothing(err error) error {
	if err != nil {
		return err
	}
	return errNothing
}

// letterTo says how many notices there are and where to sign in, and nothing else: it may be read by anybody.
func letterTo(post Post, c claimed) mail.Letter {
	w := post.Words.For(c.words)
	news := w.N("notice.mail_count", c.count)
	if c.count > mostNews {
		news = w.T("notice.mail_many", "Number", w.Number(mostNews))
	}
	text := fmt.Sprintf("%s\n\n%s\n%s\n\n%s\n", news, w.T("notice.mail_sign_in"), post.URL, w.T("notice.mail_why"))
	return mail.Letter{ID: c.ID, To: c.person.Email, Language: w.Lang(), Subject: w.T("notice.mail_subject"), Text: text}
}

// settled notes what became of a try. Somebody who took the mail over meanwhile notes it instead.
func (s *Service) settled(ctx context.Context, c claimed, failed error) error {
	err := s.gate.Write(ctx, settleAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		m, mine, err := mailBy(tx, selectHeld, gate.Args{"id": c.ID, "holder": c.holder})
		if err != nil || !mine {
			return audit.Event{}, orNothing(err)
		}
		event := audit.Event{Op: audit.Admin, Subject: m.ID, Fields: []string{"sent"}, Concerns: []string{m.AgencyID}}
		if failed != nil {
			event.Fields = []string{"failed"}
			return event, s.failed(tx, &m, failed)
		}
		if err := settle(tx, &m, Sent, "", m.DueAt); err != nil || m.News == c.News {
			return event, err
		}
		return event, s.again(tx, &m, c.at) // something new came while it was being sent
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

func (s *Service) failed(tx *gate.Tx, m *Mail, failed error) error {
	reason := &mail.Failure{Reason: mail.Unreachable, Down: true}
	_ = errors.As(failed, &reason) // whatever else it was, nothing of it is written down
	if reason.Final || m.Tries >= mostTries {
		return settle(tx, m, Dead, reason.Reason, m.DueAt)
	}
	choice, err := choiceOf(tx, m.WorkerID)
	if err != nil {
		return err
	}
	return settle(tx, m, Waiting, reason.Reason, choice.later(tx.Now().Add(waitAfter(m.Tries))))
}

func (s *Service) again(tx *gate.Tx, m *Mail, since moment.Time) error {
	choice, err := choiceOf(tx, m.WorkerID)
	if err != nil {
		return err
	}
	at, wanted := choice.next(tx.Now(), false)
	if !wanted {
		return nil
	}
	_, err = tx.Exec(putMail, gate.Args{"id": gate.NewID(), "worker": m.WorkerID, "agency": m.AgencyID, "since": since, "due": at})
	return err
}

// countSince counts the open notices that were told to somebody since an instant, up to most.
func countSince(seen *gate.Tx, since moment.Time, most int) (count int, err error) {
	args := mine(seen).args()
	args["limit"], args["since"] = most, since
	return count, seen.Get(&count, countOpenSince, args)
}

// isReason says whether there are words for why a mail failed.
func isReason(reason string) bool { return slices.Contains(mail.Reasons(), reason) }
