package screening

import (
	"context"
	"fmt"
	"slices"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/track"
)

// Actions, as they stand in the trail.
var (
	blankAction  = gate.ByAnyone("screening.blank")
	formAction   = gate.OnSection("screening.form", authz.Write)
	addAction    = gate.OnSection("screening.add", authz.Write)
	editAction   = gate.OnSection("screening.edit", authz.Write)
	changeAction = gate.OnSection("screening.change", authz.Write)
	showAction   = gate.OnFile("screening.show")
	listAction   = gate.OnFile("screening.list")
)

// Service is what people do with screenings.
type Service struct {
	gate   *gate.Gate
	book   *Book
	tracks *track.Service
}

// NewService makes the service; book is the checked data, by the day on which a screening was held.
func NewService(g *gate.Gate, book *Book, tracks *track.Service) *Service {
	return &Service{gate: g, book: book, tracks: tracks}
}

// View is one version of a screening as this caller may see it.
type View struct {
	ID        string
	AgencyID  string
	Agency    string
	Country   string
	Version   int64
	Newest    int64
	WrittenAt moment.Time
	AuthorID  string
	Edition   string
	Draft     Draft
	Result    Result
	RuleID    string
	Judgement Judgement // counted again by the rules of today, for the form on the page; the result above is the one that was kept
	Own       bool
}

// Page is a screening with all its versions, the newest first.
type Page struct {
	FileID   string
	Versions []View
	CanEdit  bool
}

// target is the section of a victim file in which screenings stand.
func target(victimID string) gate.Target {
	return gate.File(gate.Victim, victimID).In(authz.Exploitation)
}

// Blank gives the indicators of a list as it was on a day, today where none is given, to anybody who works on files.
func (s *Service) Blank(ctx context.Context, list string, on moment.Date) ([]*Indicator, error) {
	indicators, _, err := s.blank(ctx, list, on)
	return indicators, err
}

// blank is Blank with the edition.
func (s *Service) blank(ctx context.Context, list string, on moment.Date) (indicators []*Indicator, edition string, err error) {
	err = s.gate.Read(ctx, blankAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !gate.WorksOnFiles(tx.Actor()) {
			return audit.Event{}, fault.New(fault.NotFound, "gate.not_found")
		}
		if on == "" {
			on = moment.DayOf(tx.Now())
		}
		wrong := fault.New(fault.Invalid, "fault.invalid")
		casefile.CheckPastDay(wrong, "on", on, tx.Now())
		book := s.book.On(on)
		edition = book.Edition()
		if indicators = book.List(list); indicators == nil {
			wrong.WithField("list", "fault.field_unknown_code")
		}
		if len(wrong.Fields) > 0 {
			indicators, edition = nil, ""
			return audit.Event{}, wrong
		}
		return audit.Event{Op: audit.Consult}, nil
	})
	return indicators, edition, err
}

// MayAdd tells whether the caller may screen the person, and by which lists, before the form is shown.
func (s *Service) MayAdd(ctx context.Context, victimID string) (today moment.Date, lists []string, err error) {
	err = s.gate.Read(ctx, formAction, target(victimID), func(tx *gate.Tx) (audit.Event, error) {
		today = moment.DayOf(tx.Now())
		lists, err = s.listsFor(tx, today)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return today, lists, err
}

// Add keeps a screening and gives its id; the same once key with the same content gives the same screening again. No status of
// the person changes.
func (s *Service) Add(ctx context.Context, victimID string, d Draft, once string) (id string, err error) {
	err = s.gate.Write(ctx, addAction, target(victimID), func(tx *gate.Tx) (event audit.Event, err error) {
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(victimID, d), func() (made string, err error) {
			made, event, err = s.add(tx, d)
			return made, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

func (s *Service) add(tx *gate.Tx, d Draft) (id string, event audit.Event, err error) {
	if err := s.fit(tx, &d); err != nil {
		return "", event, err
	}
	if lists, err := s.listsFor(tx, d.HeldOn); err != nil {
		return "", event, err
	} else if !slices.Contains(lists, d.List) {
		return "", event, fault.New(fault.Invalid, "fault.invalid").WithField("list", "screening.for_adults")
	}
	id = gate.NewID()
	country := tx.Actor().Country
	book := s.book.On(d.HeldOn)
	j := book.Judge(country, d.List, d.present())
	if err := tx.ExecOne(insertScreening, gate.Args{"id": id, "list": d.List, "country": country, "held_on": string(d.HeldOn)}); err != nil {
		return "", event, err
	}
	if err := putVersion(tx, id, 1, book.edition, &d, &j); err != nil {
		return "", event, err
	}
	return id, eventOf(audit.Collect, id, &d), tx.Changed()
}

// fit checks a draft, and that its own agency could read it again on its basis.
func (s *Service) fit(tx *gate.Tx, d *Draft) error {
	if err := d.check(s.book.On(d.HeldOn), tx.Now()); err != nil {
		return err
	}
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if err := s.tracks.BeforeBirth(tx, wrong, "held_on", d.HeldOn); err != nil {
		return err
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	read := tx.ReadBack(authz.Exploitation, d.Basis, "")
	if !read.Allowed() && (read.Missing.Has(authz.NeedConsent) || read.Missing.Has(authz.NeedLegalGateway)) {
		return fault.New(fault.Invalid, "fault.invalid").WithField("basis", "entry.basis_too_weak")
	}
	return nil
}

// listsFor are the lists by which the person may be screened, the one that a page shows first in front. A list for adults asks
// for means, which nobody needs to have used against a child (directive 2011/36/EU, art. 2(5)).
func (s *Service) listsFor(tx *gate.Tx, on moment.Date) ([]string, error) {
	who, err := s.tracks.PersonOf(tx, on)
	if who.Child == track.Yes {
		return forChildren, err
	}
	return Lists, err
}

func eventOf(op audit.Op, id string, d *Draft) audit.Event {
	event := audit.Event{Op: op, Subject: id, SubjectCategory: "victim", Purpose: d.Purpose, Basis: d.Basis, Fields: []string{"list", "assessed_on", "indications"}}
	for _, a := range d.Answers {
		event.Fields = append(event.Fields, a.Indicator)
	}
	return event
}

// Change writes the next version of a screening of the caller's agency; the earlier ones stay.
func (s *Service) Change(ctx context.Context, victimID, id string, d Draft, version int64) error {
	return s.gate.Write(ctx, changeAction, target(victimID), func(tx *gate.Tx) (audit.Event, error) {
		rows, err := versionsOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		before := &rows[0]
		if before.AgencyID != tx.Actor().AgencyID {
			return audit.Event{}, fault.New(fault.Refused, "screening.not_yours")
		}
		if d.List != before.List {
			return audit.Event{}, fault.New(fault.Invalid, "fault.invalid").WithField("list", "fault.field_unknown_code")
		}
		if err := s.fit(tx, &d); err != nil {
			return audit.Event{}, err
		}
		if before.Version != version {
			return audit.Event{}, s.second(tx, id, &d)
		}
		if err := tx.ExecOne(raiseVersion, gate.Args{"id": id, "version": version, "held_on": string(d.HeldOn)}); err != nil {
			return audit.Event{}, err
		}
		book := s.book.On(d.HeldOn)
		j := book.Judge(before.Country, d.List, d.present())
		if err := putVersion(tx, id, version+1, book.edition, &d, &j); err != nil {
			return audit.Event{}, err
		}
		return eventOf(audit.Alter, id, &d), tx.Changed()
	})
}

// second is what the second of two correctors gets: what differs from the newest version.
func (s *Service) second(tx *gate.Tx, id string, mine *Draft) error {
	page, err := s.page(tx, id)
	if err != nil {
		return err
	}
	newest := &page.Versions[0]
	return agency.ChangedSince(tx, "gate.changed", newest.AuthorID, gate.Stale{Version: newest.Version, At: newest.WrittenAt,
		Fields: gate.Differences(draftBodyOf(mine), draftBodyOf(&newest.Draft))})
}

// Show gives a screening with all its versions to whoever reads its section in full.
func (s *Service) Show(ctx context.Context, victimID, id string) (page Page, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		page, err = s.page(tx, id)
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: "victim"}, err
	})
	return page, err
}

// ForEdit is Show for the form that corrects a screening: it is refused before anybody types.
func (s *Service) ForEdit(ctx context.Context, victimID, id string) (view View, err error) {
	err = s.gate.Read(ctx, editAction, target(victimID), func(tx *gate.Tx) (audit.Event, error) {
		page, err := s.page(tx, id)
		if err == nil && !page.CanEdit {
			err = fault.New(fault.Refused, "screening.not_yours")
		}
		if err != nil {
			return audit.Event{}, err
		}
		view = page.Versions[0]
		return audit.Event{Op: audit.Consult, Subject: id, SubjectCategory: "victim"}, nil
	})
	return view, err
}

// factsOnly: single facts of the section are open to the caller, what stands in it is not.
const factsOnly authz.Reason = "entry.facts_only"

func (s *Service) page(tx *gate.Tx, id string) (page Page, err error) {
	rows, err := versionsOf(tx, id)
	if err != nil {
		return page, err
	}
	page.FileID = tx.File().ID
	for i := range rows {
		shown, err := tx.Reveal(rows[i].asEntry())
		switch {
		case err != nil:
			return page, err
		case shown.Allowed() && shown.Show != authz.Full:
			return page, gate.RefusalFor(authz.Exploitation, factsOnly)
		case shown.Show != authz.Full:
			return page, gate.Refusal(authz.Exploitation, shown.Decision)
		}
		page.Versions = append(page.Versions, s.view(tx, &rows[i], shown.Values))
	}
	page.CanEdit = page.Versions[0].Own && !tx.File().Closed() && tx.Decide(authz.Exploitation, authz.Write).Show == authz.Full
	return page, nil
}

func (s *Service) view(tx *gate.Tx, r *row, values section.Values) View {
	v := View{ID: r.ID, AgencyID: r.AgencyID, Agency: r.Agency, Country: r.Country, Version: r.Version, Newest: r.Newest, WrittenAt: r.WrittenAt,
		AuthorID: r.AuthorID, Edition: r.Edition, Draft: draftOf(values), Result: Result(values["indications"]), RuleID: values["rule"], Own: r.AgencyID == tx.Actor().AgencyID}
	v.Draft.Purpose, v.Draft.Basis = r.Purpose, r.Basis
	v.Judgement = s.book.On(v.Draft.HeldOn).Judge(v.Country, v.Draft.List, v.Draft.present())
	return v
}

// List gives the newest version of each screening on a file that the caller reads in full, and what may be known of the others.
func (s *Service) List(ctx context.Context, victimID string) (views []View, derived []section.Value, err error) {
	err = s.gate.Read(ctx, listAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		views, derived, err = s.of(tx)
		if look := tx.Look(authz.Exploitation); err == nil && !look.Open() {
			return audit.Event{}, gate.Refusal(authz.Exploitation, look.Why())
		}
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, err
	})
	return views, derived, err
}

func (s *Service) of(tx *gate.Tx) (views []View, derived []section.Value, err error) {
	rows, err := newestOf(tx)
	if err != nil {
		return nil, nil, err
	}
	var closed []gate.Revealed
	for i := range rows {
		shown, err := tx.Reveal(rows[i].asEntry())
		if err != nil {
			return nil, nil, err
		}
		if shown.Show != authz.Full {
			closed = append(closed, shown)
			continue
		}
		views = append(views, s.view(tx, &rows[i], shown.Values))
	}
	return views, gate.Derive(closed), nil
}
