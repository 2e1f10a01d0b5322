package consent

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// Actions, as they stand in the trail.
var (
	listAction     = gate.OnFile("consent.list")
	findAction     = gate.ByAnyone("consent.find")
	showAction     = gate.OnFile("consent.show")
	formAction     = gate.OnFile("consent.form").Form()
	recordAction   = gate.OnFile("consent.record")
	changeAction   = gate.OnFile("consent.change")
	withdrawAction = gate.OnFile("consent.withdraw").WhileClosed()
)

// Settle closes what was on offer on the ground of a consent whose grants have just ended; the sharing slice hands it in.
type Settle func(tx *gate.Tx, consentID string) error

// Service is what people do with consents.
type Service struct {
	gate   *gate.Gate
	settle Settle
	ward   WardOf
}

// NewService makes the service; without ward nobody is a child.
func NewService(g *gate.Gate, settle Settle, ward WardOf) *Service {
	return &Service{gate: g, settle: settle, ward: ward}
}

// List are the consents of a file that the reader may see.
type List struct {
	File      gate.FileRow
	Consents  []Consent // without their sealed words
	CanRecord bool
	Now       moment.Time
}

// List gives the consents of a victim file: the own agency's, those that came with a package, and those on which the reader's
// own access rests.
func (s *Service) List(ctx context.Context, victimID string) (list List, err error) {
	err = s.gate.Read(ctx, listAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		list = List{File: tx.File(), CanRecord: mayRecord(tx), Now: tx.Now()}
		own, others := tx.ReadBack(authz.Consents, "", ""), tx.Decide(authz.Consents, authz.Read).Allowed() || tx.ReadsSome(authz.Consents)
		list.Consents, err = readable(tx)
		if err == nil && len(list.Consents) == 0 && !list.CanRecord && !own.Allowed() && !others {
			err = gate.Refusal(authz.Consents, own)
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim", Sections: used(own)}, err
	})
	return list, err
}

// readable are the consents of the file that the caller may read.
func readable(tx *gate.Tx) ([]Consent, error) {
	all, err := consents(tx)
	return slices.DeleteFunc(all, func(c Consent) bool { return !mayRead(tx, &c) }), err
}

// mayRead: a consent is read by the agency that keeps it, by whom it was passed on to, and by whoever was let in on it.
func mayRead(tx *gate.Tx, c *Consent) bool {
	return tx.DecideOf(authz.Consents, authz.Read, c.AgencyID).Show == authz.Full || rests(tx, c.ID)
}

// Recorded says whether one of some agencies keeps a consent on the file.
func Recorded(tx *gate.Tx, agencies []string) (bool, error) {
	all, err := consents(tx)
	return slices.ContainsFunc(all, func(c Consent) bool { return slices.Contains(agencies, c.AgencyID) }), err
}

func used(d gate.Decision) []audit.SectionUse {
	use := audit.SectionUse{Section: authz.Consents.String(), Show: d.Show.String(), Decision: audit.Allowed, Line: d.Line, GrantID: d.GrantID}
	if !d.Allowed() {
		use.Decision, use.Reason = audit.Denied, string(d.Reason)
	}
	return []audit.SectionUse{use}
}

// View is one consent with its versions and what rests on it.
type View struct {
	Consent
	File        gate.FileRow
	Versions    []Consent // the newest first
	Resting     []Share
	Staying     []Share // what stays open on other grounds
	Outside     []Package
	CanChange   bool
	CanWithdraw bool
	CanSign     bool // the reader is the guardian, and it waits for them
	Closed      bool // the file is
	Now         moment.Time
}

// Show gives a consent with all its versions, what rests on it and what does not.
func (s *Service) Show(ctx context.Context, victimID, consentID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		all, err := found(tx, consentID)
		if err != nil {
			return audit.Event{}, err
		}
		view = View{Consent: all[0], File: tx.File(), Versions: all, Now: tx.Now()}
		open := view.WithdrawnAt == 0 && gate.WorksOnFiles(tx.Actor())
		view.CanWithdraw, view.CanChange = open, open && mayChange(tx, &view.Consent)
		view.Closed = tx.File().Closed()
		view.CanSign = view.Consent.State(tx.Now()) == Waiting && s.maySign(tx, &view.Consent) == nil
		if view.Resting, err = shares(tx, selectResting, consentID); err != nil {
			return audit.Event{}, err
		}
		if view.Outside, err = packages(tx, consentID); err != nil {
			return audit.Event{}, err
		}
		view.Staying, err = shares(tx, selectStaying, consentID)
		return audit.Event{Op: audit.Consult, Subject: consentID, SubjectCategory: "victim", ConsentID: consentID,
			Sections: used(tx.ReadBack(authz.Consents, "", "")), Concerns: []string{view.AgencyID}}, err
	})
	return view, err
}

// found gives all versions of a consent of the file, if the caller may read it; otherwise it is not there.
func found(tx *gate.Tx, consentID string) ([]Consent, error) {
	all, err := versions(tx, consentID)
	if err == nil && !mayRead(tx, &all[0]) {
		err = fault.New(fault.NotFound, "gate.not_found")
	}
	return all, err
}

// mayRecord says whether the caller may write down what the person allows.
func mayRecord(tx *gate.Tx) bool {
	return tx.Decide(authz.Consents, authz.Write).Allowed() && !tx.File().Closed()
}

// mayChange: only the agency that asked the person writes down what they said.
func mayChange(tx *gate.Tx, c *Consent) bool {
	return c.AgencyID == tx.Actor().AgencyID && mayRecord(tx)
}

// Find gives the victim file of a consent to whoever sees that file, for a link that knows only the consent.
func (s *Service) Find(ctx context.Context, consentID string) (victimID string, err error) {
	err = s.gate.Read(ctx, findAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		fileID, err := fileOf(tx, consentID)
		if err != nil {
			return audit.Event{}, err
		}
		file, err := tx.Enter(gate.Victim, fileID)
		if err != nil {
			return audit.Event{}, err
		}
		if _, err := found(file, consentID); err != nil {
			return audit.Event{}, err
		}
		victimID = fileID
		return audit.Event{Op: audit.Consult, Subject: consentID, Results: []string{fileID}}, nil
	})
	return victimID, err
}

// Form is what the form for a consent offers.
type Form struct {
	File     gate.FileRow
	Before   *Consent // the version that a change begins from
	Sections authz.SectionSet
	Agencies []agency.Listing
	Country  string // of the reader
	Now      moment.Time
}

// Form gives the sections that can be passed on at all and everybody who could receive them; with a consent's id, its newest
// version to begin from.
func (s *Service) Form(ctx context.Context, victimID, consentID string) (form Form, err error) {
	err = s.gate.Read(ctx, formAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if err := demandWrite(tx); err != nil {
			return audit.Event{}, err
		}
		form = Form{File: tx.File(), Sections: referable(s.gate.Policy()), Country: tx.Actor().Country, Now: tx.Now()}
		event := audit.Event{Op: audit.Consult, SubjectCategory: "victim", Subject: consentID, ConsentID: consentID}
		if consentID != "" {
			all, err := found(tx, consentID)
			if err == nil && !mayChange(tx, &all[0]) {
				err = notYours()
			}
			if err != nil {
				return audit.Event{}, err
			}
			form.Before = &all[0]
		}
		form.Agencies, err = agency.Directory(tx)
		return event, err
	})
	return form, err
}

func demandWrite(tx *gate.Tx) error {
	if d := tx.Decide(authz.Consents, authz.Write); !d.Allowed() {
		return gate.Refusal(authz.Consents, d)
	}
	return nil
}

func notYours() error {
	return fault.New(fault.Refused, "consent.not_yours", "Section", authz.Consents.String(), "Reason", string(authz.ReasonRelation)).
		With(gate.Why(authz.ReasonRelation))
}

// Record writes down what a person allowed. The same once key with the same words gives the same consent again.
func (s *Service) Record(ctx context.Context, victimID string, n New, once string) (consentID string, err error) {
	err = s.gate.Write(ctx, recordAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		consentID, again, err = tx.Once(once, fmt.Sprint(victimID, n), func() (string, error) {
			event, err = s.record(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: consentID}
		}
		return event, err
	})
	return consentID, err
}

func (s *Service) record(tx *gate.Tx, n New) (audit.Event, error) {
	if err := demandWrite(tx); err != nil {
		return audit.Event{}, err
	}
	ward, err := s.wardOf(tx)
	if err != nil {
		return audit.Event{}, err
	}
	given, err := n.given(tx, referable(s.gate.Policy()), ward)
	if err != nil {
		return audit.Event{}, err
	}
	id := gate.NewID()
	if err := tx.ExecOne(insertConsent, gate.Args{"id": id}); err != nil {
		return audit.Event{}, err
	}
	if err := given.write(tx, id, 1); err != nil {
		return audit.Event{}, err
	}
	if err := awaits(tx, id, &given, ward); err != nil {
		return audit.Event{}, err
	}
	return event(id, &given, "recorded"), tx.Changed()
}

// event is the entry of a change: what happened, and to whom the sections may go.
func event(id string, g *Given, what string) audit.Event {
	e := audit.Event{Op: audit.ConsentChange, Subject: id, SubjectCategory: "victim", ConsentID: id, Fields: []string{"consent." + what}}
	for section := range g.Sections.Each {
		e.Sections = append(e.Sections, audit.SectionUse{Section: section.String(), Decision: audit.Allowed})
	}
	for _, agencyID := range g.agencies() {
		e.Recipients = append(e.Recipients, audit.Recipient{AgencyID: agencyID})
		e.Concerns = append(e.Concerns, agencyID)
	}
	return e
}
