package notice

import (
	"context"
	"slices"
	"time"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

var (
	listAction        = gate.ByAnyone("notice.list")
	acknowledgeAction = gate.ByAnyone("notice.acknowledge")
)

// PageSize is how many notices stand on one page.
const PageSize = 50

// Box is one of the two lists of notices.
type Box string

// The lists.
const (
	Open Box = "open" // nobody has acknowledged them yet, the newest first
	Done Box = "done" // acknowledged, the latest first
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{Open, Done} }

// Service is what people do with notices.
type Service struct {
	gate  *gate.Gate
	mails bool
}

// NewService makes the service; mails says whether there is a mail server.
func NewService(g *gate.Gate, mails bool) *Service { return &Service{gate: g, mails: mails} }

// Tell writes a notice inside a running use case, which reports it in its own event; the program may tell too.
func Tell(tx *gate.Tx, n New) (id string, err error) {
	if err := n.check(); err != nil {
		return "", err
	}
	id = gate.NewID()
	return id, tx.ExecOne(insertNotice, gate.Args{"id": id, "to_kind": n.To.Kind, "to_id": n.To.ID, "to_agency": n.To.AgencyID,
		"code": n.Code, "on": n.FileID, "subject": n.Subject, "link": n.Link, "must": gate.Flag(n.MustAcknowledge), "due": n.DueAt})
}

// TellAll is Tell for several recipients, in few statements: a withdrawn consent may concern a thousand.
func TellAll(tx *gate.Tx, n New, to ...To) error {
	for _, n.To = range to {
		if err := n.check(); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(to, atOnce) {
		if err := tellSome(tx, n, some); err != nil {
			return err
		}
	}
	return nil
}

// TellOnce is TellAll for whoever has not been told just that of the same subject before.
func TellOnce(tx *gate.Tx, n New, to ...To) error {
	for _, n.To = range to {
		told, err := toldBefore(tx, &n)
		if err == nil && !told {
			_, err = Tell(tx, n)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// LeadDesks are the desks, or the workers where no desk does, that lead the file of the transaction now.
func LeadDesks(tx *gate.Tx) ([]To, error) { return LeadDesksOf(tx, tx.File().ID) }

// LeadDesksOf is LeadDesks for another file, such as in the program's own work.
func LeadDesksOf(tx *gate.Tx, fileID string) (to []To, err error) {
	return to, tx.Select(&to, selectLeads, gate.Args{"on": fileID})
}

// LeadAnswers is the time that a desk's lead has to answer what has waited too long, before whoever stands in hears of it too.
const LeadAnswers = 24 * time.Hour

// LeadsOf are the leads of desks, the supervisors who sit there: who is excluded from the file is none. Where there are none, the agency's
// supervisors stand in.
func LeadsOf(tx *gate.Tx, fileID string, desks ...string) (to []To, err error) {
	if len(desks) == 0 {
		return nil, nil
	}
	return to, tx.Select(&to, selectLeadsOfDesks, gate.Args{"on": fileID, "desks": desks})
}

// List is one page of notices.
type List struct {
	Items []Notice
	Next  gate.Cursor
	Now   moment.Time
}

// List gives one page of the caller's notices.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List{Now: tx.Now()}
		if list.Items, list.Next, err = page(tx, box, after); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search}
		for i := range list.Items {
			if id := list.Items[i].FileID; id != "" {
				event.Results = append(event.Results, id)
			}
		}
		return event, named(tx, list.Items)
	})
	return list, err
}

func page(tx *gate.Tx, box Box, after gate.Cursor) (list []Notice, next gate.Cursor, err error) {
	query, args := map[Box]string{Open: selectOpen, Done: selectDone}[box], mine(tx).args()
	if query == "" {
		return nil, next, fault.New(fault.Invalid, "fault.invalid").WithField("box", "fault.field_unknown_code")
	}
	if after.ID == "" {
		after = gate.Cursor{At: 1 << 62, ID: "~"}
	}
	args["after_at"], args["after_id"], args["limit"] = after.At, after.ID, PageSize+1
	if err := tx.Select(&list, query, args); err != nil || len(list) <= PageSize {
		return list, next, err
	}
	list = list[:PageSize]
	last := &list[PageSize-1]
	if box == Done {
		return list, gate.Cursor{At: last.AcknowledgedAt, ID: last.ID}, nil
	}
	return list, gate.Cursor{At: last.ToldAt, ID: last.ID}, nil
}

func mine(tx *gate.Tx) standing { return standingOf(tx.Actor(), tx.Could(authz.People, authz.Manage)) }

// CountOpen counts the caller's open notices up to most, inside a running use case.
func CountOpen(tx *gate.Tx, most int) (count int, err error) {
	args := mine(tx).args()
	args["limit"] = most
	return count, tx.Get(&count, countOpen, args)
}

// Acknowledge says that the caller has read a notice, for everybody to whom it was told.
func (s *Service) Acknowledge(ctx context.Context, noticeID string, version int64) error {
	return s.gate.Write(ctx, acknowledgeAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		n, err := find(tx, noticeID)
		if err != nil {
			return audit.Event{}, err
		}
		if n.AcknowledgedAt != 0 {
			return audit.Event{}, fault.New(fault.Conflict, "notice.already_acknowledged")
		}
		if n.Version != version {
			return audit.Event{}, fault.New(fault.Conflict, "gate.changed")
		}
		event := audit.Event{Op: audit.Alter, Subject: noticeID, Fields: []string{"acknowledged_at"}}
		if n.FileID != "" {
			event.Results = []string{n.FileID}
		}
		return event, tx.ExecOne(acknowledge, gate.Args{"id": noticeID, "version": version})
	})
}
