package request

import (
	"context"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// PageSize is how many requests stand on one page of a list.
const PageSize = 50

// Box is one of the lists of requests.
type Box string

// The three lists.
const (
	Waiting  Box = "waiting"  // that the caller may answer, the most pressing first
	Mine     Box = "asked"    // by the caller or one of the caller's desks, the newest first
	Received Box = "received" // ever asked of the files that the caller's side leads, the newest first
)

// Boxes lists the lists.
func Boxes() []Box { return []Box{Waiting, Mine, Received} }

func parseBox(word string) Box {
	if word == "" {
		return Waiting
	}
	return Box(word)
}

// List is one page of a list of requests.
type List struct {
	Requests []Request
	Next     gate.Cursor
	Now      moment.Time
}

// List gives one page of a list; after is where the page before ended.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		list = List{Now: tx.Now()}
		if list.Requests, list.Next, err = page(tx, box, after, PageSize); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Search}
		for i := range list.Requests {
			event.Results = append(event.Results, list.Requests[i].FileID)
		}
		return event, nil
	})
	return list, err
}

func page(tx *gate.Tx, box Box, after gate.Cursor, limit int) (rows []Request, next gate.Cursor, err error) {
	query := map[Box]string{Waiting: selectWaiting, Mine: selectAsked, Received: selectReceived}[box]
	if query == "" {
		return nil, next, invalid().WithField("box", "fault.field_unknown_code")
	}
	if box != Waiting {
		after = after.FromNewest()
	}
	args := gate.Args{"limit": limit + 1, "after_at": after.At, "after_id": after.ID}
	if err := tx.Select(&rows, query, standing(tx, args)); err != nil {
		return nil, next, err
	}
	rows, next = gate.Cut(rows, limit, func(r *Request) gate.Cursor {
		if box == Waiting {
			return gate.Cursor{At: r.DueAt, ID: r.ID}
		}
		return gate.Cursor{At: r.AskedAt, ID: r.ID}
	})
	return rows, next, nil
}

// CountWaiting counts what waits for the caller's answer up to most.
func CountWaiting(tx *gate.Tx, most int) (found int, err error) {
	return found, tx.Get(&found, countWaiting, standing(tx, gate.Args{"limit": most}))
}

// View is a request as one of its two sides sees it.
type View struct {
	Request
	Note        string // why, in the asker's words; only for who sees the file or answers
	Asker       string // the name, only within the asker's agency
	CanAnswer   bool
	CanWithdraw bool
	CanEnd      bool
	CanSign     bool             // for an agency that wrote in the sections
	Signatures  []Signature      // of those who wrote in them: for the lead all, for one of them its own
	CanOpen     bool             // the file itself
	Grounds     sharing.Grounds  // on which it could be given, for who answers
	Partners    sharing.Partners // what the agency that answers lets others have
	Now         moment.Time
}

// Show gives a request to the asker's side and to those who may answer it.
func (s *Service) Show(ctx context.Context, id string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		r, err := requestOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		working := works(tx.Actor())
		view = View{Request: r, Now: tx.Now(), CanAnswer: working && r.Answers && r.Open(tx.Now()),
			CanWithdraw: working && r.Mine && r.Open(tx.Now()), CanEnd: working && (r.Mine || r.Answers) && r.endable(tx.Now())}
		if view.Asker, err = agency.WorkerName(tx, r.WorkerID); err != nil {
			return audit.Event{}, err
		}
		if err := view.signatures(tx); err != nil {
			return audit.Event{}, err
		}
		err = view.open(tx)
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: string(r.Kind), Results: []string{r.FileID},
			Concerns: others(tx, r.AgencyID)}, err
	})
	return view, err
}

// signatures reads who has to sign. That an agency wrote in a section is not for the asker to know, and its name not for the lead.
func (v *View) signatures(tx *gate.Tx) error {
	if !v.Answers && !v.Signs {
		return nil
	}
	list, err := signaturesOf(tx, v.ID, tx.Actor().AgencyID)
	for i := range list {
		one := &list[i]
		if v.Signs && one.Mine {
			v.CanSign = works(tx.Actor()) && one.open(v.Now) && v.GrantState == "proposed"
		} else if one.Agency, one.AgencyID = "", ""; !v.Answers {
			continue
		}
		v.Signatures = append(v.Signatures, *one)
	}
	return err
}

// open reads the note through the file, where the reader sees it or answers for who leads it.
func (v *View) open(tx *gate.Tx) error {
	file, err := tx.Enter(v.Kind, v.FileID)
	v.CanOpen = err == nil
	if fault.KindOf(err) == fault.NotFound {
		if file, err = fileAround(tx, &v.Request); fault.KindOf(err) == fault.NotFound && !v.Answers {
			return nil
		}
	}
	if err != nil {
		return err
	}
	if v.Note, err = noteOf(file, v.ID); err == nil && v.CanAnswer {
		if v.Grounds, err = sharing.GroundsOf(file); err == nil && v.AgencyID != tx.Actor().AgencyID {
			v.Partners, err = sharing.PartnersOf(tx)
		}
	}
	return err
}

func others(tx *gate.Tx, agencyID string) []string {
	if agencyID == tx.Actor().AgencyID {
		return nil
	}
	return []string{agencyID}
}
