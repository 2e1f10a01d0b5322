package outside

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/sharing"
)

// Open shows a package once to whoever holds its link and its code. Whatever the reason why it does not open, the answer is the same
// and takes the same steps; what was tried stands in the trail.
func (s *Service) Open(ctx context.Context, token, code string) (given Given, err error) {
	opened := false
	err = s.gate.Write(nobody(ctx), openAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		opened, given = false, Given{}
		p, err := byToken(tx, s.tokenHash(token))
		if err != nil {
			return audit.Event{}, err
		}
		if p == nil {
			s.codeHash(gate.NewID(), code) // what a known link costs
			return audit.Event{Op: audit.Deny, Fingerprint: tx.Fingerprint(token), Fields: []string{"code"}}, nil
		}
		right := subtle.ConstantTimeCompare(p.CodeHash, s.codeHash(p.ID, code)) == 1
		refused := audit.Event{Op: audit.Deny, Subject: p.ID, Concerns: []string{p.AgencyID}, Fields: []string{"code"}}
		switch {
		case p.Now(tx.Now()) != Created:
			return refused, nil
		case !right:
			return refused, s.wrong(tx, p)
		}
		if err := tx.Hand(p.FileID, p.AgencyID); err != nil {
			return refused, asRefused(err)
		}
		if gone, err := lost(tx, p); err != nil || gone {
			return refused, err
		}
		given, err = s.give(tx, p)
		if err := asRefused(err); err != nil {
			return audit.Event{}, err
		}
		if given.ID == "" { // erased with the keys of the file
			return refused, nil
		}
		event := disclosed(p)
		writers, err := writersOf(tx, p.ID, p.AgencyID)
		if err != nil {
			return audit.Event{}, err
		}
		event.Concerns = append(event.Concerns, writers...)
		opened = true
		return event, tell(tx, p, "outside_opened")
	})
	switch {
	case fault.KindOf(err) == fault.Conflict: // somebody opened or ended it in the same instant
		return Given{}, notOpened()
	case err == nil && !opened:
		return Given{}, notOpened()
	}
	return given, err
}

// nobody is the context of whoever holds a link: that somebody happens to be signed in says nothing about who reads this.
func nobody(ctx context.Context) context.Context {
	caller, _ := gate.CallerOf(ctx)
	return gate.WithCaller(ctx, gate.Caller{TraceID: caller.TraceID})
}

// asRefused lets a not-found pass: a file that is under a seal or erased is no other answer than a dead link.
func asRefused(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// wrong counts a wrong code; the last one kills the link and tells the sender.
func (s *Service) wrong(tx *gate.Tx, p *Package) error {
	if err := tx.ExecOne(countTry, gate.Args{"package": p.ID, "version": p.Version, "most": MostTries}); err != nil {
		return err
	}
	if p.Tries+1 < MostTries {
		return nil
	}
	return tell(tx, p, "outside_blocked")
}

// give marks the package as opened and reads what was packed.
func (s *Service) give(tx *gate.Tx, p *Package) (given Given, err error) {
	parts, hash, err := partsOf(tx, p)
	if err != nil {
		return given, err
	}
	if hash != p.Hash {
		return given, fault.New(fault.Internal, "outside.altered")
	}
	views, err := viewsOf(parts, p.Kind)
	if err != nil {
		return given, err
	}
	note, err := tx.OpenText("outside_package", p.ID, p.Sealed)
	if err != nil {
		return given, err
	}
	if err := end(tx, p, Opened); err != nil {
		return given, err
	}
	given = Given{Package: *p, Sections: views, OpenedAt: tx.Now()}
	given.Note, given.State = note, Opened
	return given, nil
}

func viewsOf(parts []sharing.Part, kind authz.Role) (views []entry.SectionView, err error) {
	for _, part := range parts {
		var body entry.SectionBody
		if err := json.Unmarshal(part.Bytes, &body); err != nil {
			return nil, fault.New(fault.Internal, "outside.altered").Because(err)
		}
		view, known := entry.Reread(&body, kind)
		if !known {
			return nil, fault.New(fault.Internal, "outside.altered").Because(errors.New(part.Section))
		}
		views = append(views, view)
	}
	return views, nil
}

// disclosed is the entry of the opening; it is durable before anything is shown.
func disclosed(p *Package) audit.Event {
	event := audit.Event{Op: audit.Disclose, Subject: p.ID, SubjectCategory: "victim", Recipients: []audit.Recipient{{AgencyID: recipientOf(p.ID)}},
		Concerns: []string{p.AgencyID}, Purpose: p.Purpose, Basis: p.Basis, ConsentID: p.ConsentID, Handling: p.Marking, Fingerprint: p.Hash}
	if p.LegalBasis != "" {
		event.Basis = p.LegalBasis
	}
	for id := range p.Sections.Each {
		event.Sections = append(event.Sections, audit.SectionUse{Section: id.String(), Show: authz.Full.String(), Decision: audit.Allowed})
	}
	return event
}

// tell says to the desk that sent a package, or to the person where no desk did, what became of it.
func tell(tx *gate.Tx, p *Package, code string) error {
	_, err := notice.Tell(tx, about(p, code))
	return err
}

func about(p *Package, code string) notice.New {
	to := notice.To{Kind: notice.Desk, ID: p.DeskID, AgencyID: p.AgencyID}
	if p.DeskID == "" {
		to.Kind, to.ID = notice.Worker, p.SentBy
	}
	return notice.New{To: to, Code: code, FileID: p.FileID, Subject: p.ID, Link: "outside"}
}
