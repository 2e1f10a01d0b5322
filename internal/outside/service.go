package outside

import (
	"context"
	"fmt"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/directory"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
)

// Actions, as they stand in the trail.
var (
	listAction     = gate.OnFile("outside.list")
	formAction     = gate.OnFile("outside.form").Form()
	rehearseAction = gate.OnFile("outside.rehearse")
	sendAction     = gate.OnFile("outside.send")
	showAction     = gate.OnFile("outside.show")
	withdrawAction = gate.OnFile("outside.withdraw").WhileClosed()
	linkAction     = gate.OnFile("outside.link")
	mailedAction   = gate.OnFile("outside.mailed").WhileClosed()
	openAction     = gate.ByNobody("outside.open")
	expireAction   = gate.ByProgram("outside.expire")
	loseAction     = gate.ByProgram("outside.lose")
)

// Service is what people do with packages for organisations without an account.
type Service struct {
	gate    *gate.Gate
	sharing *sharing.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, s *sharing.Service) *Service { return &Service{gate: g, sharing: s} }

// Form is what the form offers.
type Form struct {
	File     gate.FileRow
	Sections []sharing.Choice
	Singles  []entry.Single // entries that may go along alone
	Grounds  sharing.Grounds
	Now      moment.Time
}

// Form gives the sections that the caller may pass on this way.
func (s *Service) Form(ctx context.Context, victimID string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayHand(tx); err != nil {
			return audit.Event{}, err
		}
		form = Form{File: tx.File(), Now: tx.Now()}
		if form.Grounds, err = sharing.GroundsOf(tx); err != nil {
			return audit.Event{}, err
		}
		choices, err := sharing.Choices(tx, &form.Grounds)
		if err != nil {
			return audit.Event{}, err
		}
		for _, c := range choices {
			if !sharing.NeedsTwo(authz.SectionsOf(c.Section)) {
				form.Sections = append(form.Sections, c)
			}
		}
		form.Singles, err = sharing.SinglesFor(tx, form.Sections)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return form, err
}

// mayHand refuses who works on no files: an administrator or auditor passes nothing on.
func mayHand(tx *gate.Tx) error {
	if !gate.WorksOnFiles(tx.Actor()) {
		return notFound()
	}
	return nil
}

// List gives what the caller's agency has sent from the file, the newest first; who leads the file sees what others sent.
func (s *Service) List(ctx context.Context, victimID string) (file gate.FileRow, list []Package, now moment.Time, err error) {
	err = s.gate.Read(ctx, listAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayHand(tx); err != nil {
			return audit.Event{}, err
		}
		file, now = tx.File(), tx.Now()
		if list, err = packages(tx); err == nil {
			err = markLost(tx, list)
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim", ResultCount: int64(len(list))}, err
	})
	return file, list, now, err
}

// Rehearsal is what the organisation will see, before anything is sent.
type Rehearsal struct {
	File     gate.FileRow
	Sections []entry.SectionView
	Entries  int
	Hash     string
	Seen     string // to be handed back, so that nothing else is sent than what was looked at
	UntilAt  moment.Time
}

// Rehearse shows the package with the eyes of the organisation's discipline. Nothing is stored; it runs as a write because a consent
// is held while it is looked at.
func (s *Service) Rehearse(ctx context.Context, victimID string, n New) (r Rehearsal, err error) {
	n.Seen = ""
	err = s.gate.Write(ctx, rehearseAction, target(victimID, &n), func(tx *gate.Tx) (audit.Event, error) {
		b, until, _, err := s.prepare(tx, &n)
		if err != nil {
			return audit.Event{}, err
		}
		r = Rehearsal{File: tx.File(), Sections: b.Views, Entries: len(b.Pins), Hash: b.Hash(), Seen: s.sharing.Looked(tx, &b, n.looked()), UntilAt: until}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim", Purpose: n.Purpose, Basis: n.Basis, Fingerprint: r.Hash}, nil
	})
	return r, err
}

func target(victimID string, n *New) gate.Target {
	return gate.File(gate.Victim, victimID).Because(n.Purpose)
}

// prepare checks everything and packs; it writes nothing.
func (s *Service) prepare(tx *gate.Tx, n *New) (b sharing.Bundle, until moment.Time, legalBasis string, err error) {
	if err := mayHand(tx); err != nil {
		return b, 0, "", err
	}
	wrong := invalid()
	n.check(wrong)
	if err := checkEmail(tx, wrong, n.Email); err != nil {
		return b, 0, "", err
	}
	if b, err = s.sharing.Bundle(tx, wrong, &n.Outward); err != nil {
		return b, 0, "", err
	}
	if err := wrong.OrNil(); err != nil {
		return b, 0, "", err
	}
	until = tx.Now().Add(min(time.Duration(n.Hours)*time.Hour, longestHold))
	grant := gate.NewGrant{Sections: b.Sections, Purpose: n.Purpose, Basis: n.Basis, BasisRef: n.BasisRef, Document: n.Document, LegalBasis: n.LegalBasis,
		ConsentID: n.ConsentID, Until: until}
	if legalBasis, err = tx.Outward(grant, n.Kind); err != nil {
		return b, 0, "", err
	}
	if n.Basis == "consent" {
		err = consent.CoversOutside(tx, n.ConsentID, n.Organisation, grant)
	}
	return b, until, legalBasis, err
}

// checkEmail takes the box of a function only: never a colleague who signs in here. Of other agencies it does not tell who does.
func checkEmail(tx *gate.Tx, wrong *fault.Fault, email string) error {
	if email == "" {
		return nil
	}
	if !directory.IsEmail(email) {
		wrong.WithField("email", "directory.not_an_email")
		return nil
	}
	_, of, err := agency.PersonBy(tx, email)
	if of == tx.Actor().AgencyID {
		wrong.WithField("email", "outside.has_account")
	}
	return err
}

// Send freezes a package that was looked at, and makes its link and its code. They are shown once: only their keyed hashes stay.
func (s *Service) Send(ctx context.Context, victimID string, n New, once string) (made Made, err error) {
	err = s.gate.Write(ctx, sendAction, target(victimID, &n), func(tx *gate.Tx) (event audit.Event, err error) {
		made = Made{}
		var again bool
		id, again, err := tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) {
			made, event, err = s.send(tx, &n)
			return made.ID, err
		})
		if again {
			made, event = Made{ID: id}, audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return made, err
}

func (s *Service) send(tx *gate.Tx, n *New) (made Made, event audit.Event, err error) {
	b, until, legalBasis, err := s.prepare(tx, n)
	if err != nil {
		return made, event, err
	}
	if err := s.sharing.CheckLook(tx, &b, n.Seen, n.looked()); err != nil {
		return made, event, err
	}
	made = Made{ID: gate.NewID(), Token: newToken(), Code: newCode(), UntilAt: until, Email: n.Email}
	if err := put(tx, row{id: made.ID, desk: sharing.SendingDesk(tx), legalBasis: legalBasis, n: n, bundle: &b, until: until,
		token: s.tokenHash(made.Token), code: s.codeHash(made.ID, made.Code)}); err != nil {
		return Made{}, event, err
	}
	event = audit.Event{Op: audit.Disclose, Subject: made.ID, SubjectCategory: "victim", Recipients: []audit.Recipient{{AgencyID: recipientOf(made.ID)}},
		Sections: b.Uses, Purpose: n.Purpose, Basis: n.Basis, ConsentID: n.ConsentID, Handling: b.Marking, Fingerprint: b.Hash()}
	if legalBasis != "" {
		event.Basis = legalBasis
	}
	event.Concerns, err = writersOf(tx, made.ID, tx.Actor().AgencyID)
	return made, event, err
}

// recipientOf is the organisation in the trail, which holds no names: the package says who it is.
func recipientOf(packageID string) string { return "outside:" + packageID }

func (s *Service) tokenHash(token string) []byte {
	return s.gate.Pepper("outside-token", []byte(token))
}

// codeHash binds a code to its package.
func (s *Service) codeHash(packageID, code string) []byte {
	return s.gate.Pepper("outside-code", []byte(packageID+"\x00"+plainCode(code)))
}

// View is a package as the sender follows it.
type View struct {
	Package
	Reference   string
	Whole       bool // the kept bytes are still those that the hash was made over
	CanWithdraw bool
	CanLink     bool // a new link can be made
	At          moment.Time
}

// asItStands is a package of the file, for somebody who may hand files on, and whether its sender has lost what is in it.
func asItStands(tx *gate.Tx, packageID string) (p Package, err error) {
	if err := mayHand(tx); err != nil {
		return p, err
	}
	if p, err = packageOf(tx, packageID); err != nil {
		return p, err
	}
	p.Lost, err = lost(tx, &p)
	return p, err
}

// Show tells where a package stands, to the agency that sent it and to who leads the file.
func (s *Service) Show(ctx context.Context, victimID, packageID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		p, err := asItStands(tx, packageID)
		if err != nil {
			return audit.Event{}, err
		}
		_, hash, err := partsOf(tx, &p)
		if fault.KindOf(err) == fault.NotFound {
			err = nil // a section was erased with its key: the hash stays, and fits no longer
		}
		if err == nil {
			p.Document, err = tx.OpenDocument("outside_package", p.ID, p.SealedDocument)
		}
		view = View{Package: p, Reference: tx.File().Reference, Whole: hash == p.Hash, At: tx.Now(),
			CanWithdraw: p.waits(tx.Now()),
			CanLink:     p.Now(tx.Now()) == Created && p.AgencyID == tx.Actor().AgencyID && p.SentBy == tx.Actor().WorkerID && !tx.File().Closed()}
		return audit.Event{Op: audit.Consult, Subject: p.ID, SubjectCategory: "victim", Fingerprint: p.Hash}, err
	})
	return view, err
}

// Withdraw kills a link that nobody has opened; who comes too late learns what has happened. Whoever leads the file withdraws what
// others sent from it as well, and they are told: a sender may have lost the file since.
func (s *Service) Withdraw(ctx context.Context, victimID, packageID string, version int64) error {
	return s.gate.Write(ctx, withdrawAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := mayHand(tx); err != nil {
			return audit.Event{}, err
		}
		p, err := packageOf(tx, packageID)
		switch {
		case err != nil:
			return audit.Event{}, err
		case !p.waits(tx.Now()):
			return audit.Event{}, fault.New(fault.Conflict, "outside.already_"+string(p.Now(tx.Now())))
		}
		p.Version = version
		if err = end(tx, &p, Withdrawn); err == nil && p.AgencyID != tx.Actor().AgencyID {
			err = tell(tx, &p, "outside_taken_back")
		}
		return audit.Event{Op: audit.Alter, Subject: p.ID, SubjectCategory: "victim", Recipients: []audit.Recipient{{AgencyID: recipientOf(p.ID)}},
			Concerns: []string{p.AgencyID}, Fields: []string{"withdrawn"}}, err
	})
}
