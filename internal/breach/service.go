package breach

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
)

// Actions, as they stand in the trail.
var (
	listAction    = gate.ByAnyone("breach.list")
	formAction    = gate.ByAnyone("breach.form")
	recordAction  = gate.ByAnyone("breach.record")
	showAction    = gate.ByAnyone("breach.show")
	correctAction = gate.ByAnyone("breach.correct")
)

// fields are what the trail says of what was written: their names.
var fields = []string{"kind", "known_at", "persons", "files", "story", "effects", "measures", "authority", "subjects"}

// Service is what those who answer for an agency do with its breaches.
type Service struct {
	gate *gate.Gate
	book *rulepack.Book
}

// NewService makes the service.
func NewService(g *gate.Gate, book *rulepack.Book) *Service { return &Service{gate: g, book: book} }

// List is one page of the breaches of the reader's agency.
type List struct {
	Now     moment.Time
	Items   []Breach
	Next    gate.Cursor
	Records bool // the reader may record one
	Law     string
}

// List gives a page, the newest first.
func (s *Service) List(ctx context.Context, box Box, after gate.Cursor) (list List, err error) {
	if !slices.Contains(Boxes(), box) {
		return list, invalid().WithField("box", "fault.field_unknown_code")
	}
	err = s.gate.Read(ctx, listAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		list = List{Now: tx.Now(), Records: mayRecord(tx), Law: s.law(tx.Actor().Country, tx.Now())}
		list.Items, list.Next, err = pageOf(tx, box, after, PageSize)
		return audit.Event{Op: audit.Consult, ResultCount: int64(len(list.Items))}, err
	})
	return list, err
}

// CountOpen counts the list BoxOpen up to most, inside a running use case of somebody who records breaches.
func CountOpen(tx *gate.Tx, most int) (count int, err error) {
	return count, tx.Get(&count, countOpen, gate.Args{"limit": most})
}

// Form says when it is, to somebody who may record a breach.
func (s *Service) Form(ctx context.Context) (now moment.Time, err error) {
	err = s.gate.Read(ctx, formAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if now = tx.Now(); !mayRecord(tx) {
			return audit.Event{}, notFound()
		}
		return audit.Event{Op: audit.Consult}, nil
	})
	return now, err
}

// law names the provision of the clock in a country.
func (s *Service) law(country string, at moment.Time) string {
	pack, _ := s.book.Pack(country, moment.DayOf(at))
	if pack == nil {
		return ""
	}
	rule, _ := pack.Clock(Rule)
	return rule.Source
}

// term is when the clock of a breach warns and ends, by the law of the day on which the breach became known.
func (s *Service) term(country string, known moment.Time) (warn, due moment.Time, ok bool) {
	pack, ok := s.book.Pack(country, moment.DayOf(known))
	if !ok {
		return 0, 0, false
	}
	rule, ok := pack.Clock(Rule)
	if !ok {
		return 0, 0, false
	}
	due = rule.DueAt(known)
	warn = due
	if len(rule.Warn) > 0 {
		warn = due.Add(-time.Duration(rule.Warn[0]) * time.Hour)
	}
	return warn, due, true
}

// checked is what may be written, with its clock and the files that it names.
type checked struct {
	New
	warn, due moment.Time
	files     []string
}

// checked holds what is written against the rules. Of a correction first is the end of the clock as it was recorded at first: what was told after
// that is late, however the clock has been moved since; zero is no such end.
func (s *Service) checked(tx *gate.Tx, n New, first moment.Time) (c checked, err error) {
	wrong := invalid()
	warn, due, ok := s.term(tx.Actor().Country, n.KnownAt)
	if n.KnownAt == 0 {
		wrong.WithField("known_at", "fault.field_required")
	} else if !ok {
		wrong.WithField("known_at", "breach.before_the_law")
	}
	end := due
	if first != 0 {
		end = min(due, first)
	}
	n.check(wrong, end, tx.Now())
	files, unknown, err := filesBy(tx, n.References)
	if err != nil {
		return c, err
	}
	if unknown > 0 {
		wrong.WithField("references", "breach.no_such_file", "Number", unknown)
	}
	return checked{n, warn, due, files}, wrong.OrNil()
}

// Record writes down a breach of the caller's agency and starts its clock; the same once key with the same content gives the same breach.
func (s *Service) Record(ctx context.Context, n New, once string) (id string, err error) {
	err = s.gate.Write(ctx, recordAction, gate.Own(), func(tx *gate.Tx) (event audit.Event, err error) {
		if !mayRecord(tx) {
			return event, notFound()
		}
		var again bool
		id, again, err = tx.Once(once, fmt.Sprint(n), func() (string, error) {
			event, err = s.record(tx, n)
			return event.Subject, err
		})
		if again {
			event = audit.Event{Op: audit.Consult, Subject: id}
		}
		return event, err
	})
	return id, err
}

// record writes a breach down; unseen are further files that it touched, of which the caller may not know.
func (s *Service) record(tx *gate.Tx, n New, unseen ...string) (event audit.Event, err error) {
	c, err := s.checked(tx, n, 0)
	if err != nil {
		return event, err
	}
	id := gate.NewID()
	event = audit.Event{Op: audit.Collect, Subject: id, Fields: fields, Results: c.files}
	if err := tx.ExecOne(insertBreach, gate.Args{"id": id}); err != nil {
		return event, err
	}
	if err := putVersion(tx, id, 1, &c, append(c.files, unseen...)); err != nil {
		return event, err
	}
	return event, tell(tx, tx.Actor().AgencyID, "breach_recorded", id, c.due, true)
}

// tell tells the supervisors of the agency, and where it is for them too its auditors.
func tell(tx *gate.Tx, agencyID, code, id string, due moment.Time, auditors bool) error {
	to := []notice.To{notice.SupervisorsOf(agencyID)}
	if auditors {
		to = append(to, notice.AuditorsOf(agencyID))
	}
	for _, one := range to {
		if _, err := notice.Tell(tx, notice.New{To: one, Code: code, Subject: id, Link: "breach", DueAt: due}); err != nil {
			return err
		}
	}
	return nil
}

// Show gives a breach of the reader's agency with its versions.
func (s *Service) Show(ctx context.Context, id string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if err := admits(tx); err != nil {
			return audit.Event{}, err
		}
		view, err = viewOf(tx, id)
		view.Law = s.law(tx.Actor().Country, view.KnownAt)
		event := audit.Event{Op: audit.Consult, Subject: id}
		for _, version := range append([]Breach{view.Breach}, view.Before...) {
			for _, f := range version.Files {
				event.Results = append(event.Results, f.ID)
			}
		}
		slices.Sort(event.Results)
		event.Results = slices.Compact(event.Results)
		return event, err
	})
	return view, err
}

func viewOf(tx *gate.Tx, id string) (view View, err error) {
	versions, err := versionsOf(tx, id)
	if err != nil {
		return view, err
	}
	hidden, err := withheld(tx, id)
	if err != nil {
		return view, err
	}
	if !hidden {
		if err := openTexts(tx, versions); err != nil {
			return view, err
		}
	}
	if err := filesOf(tx, id, versions); err != nil {
		return view, err
	}
	view = View{Breach: versions[0], Before: versions[1:], Now: tx.Now(), Withheld: hidden, Records: mayRecord(tx), Country: tx.Actor().Country}
	if view.Report, err = reportOf(tx, id); err != nil {
		return view, err
	}
	view.Origins, err = originsOf(tx, id, view.Version)
	return view, err
}

// Correct writes a further version of a breach; version is that which the person has seen. Files of which the person may not know stay, and
// so do the words that are withheld for their sake.
func (s *Service) Correct(ctx context.Context, id string, version int64, n New) error {
	return s.gate.Write(ctx, correctAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		if !mayRecord(tx) {
			return audit.Event{}, notFound()
		}
		view, err := viewOf(tx, id)
		if err != nil {
			return audit.Event{}, err
		}
		if view.Version != version {
			return audit.Event{}, view.changed(n)
		}
		if view.Withheld {
			if err := n.keepWords(tx, view.Breach); err != nil {
				return audit.Event{}, err
			}
		}
		n.keepInstants(&view.Breach)
		if at := view.Report.ReportedAt; at != 0 && n.KnownAt > at { // it was known when it was reported
			return audit.Event{}, invalid().WithField("known_at", "breach.after_report")
		}
		c, err := s.checked(tx, n, view.first().DueAt)
		if err != nil {
			return audit.Event{}, err
		}
		files, err := withUnseen(tx, id, version, c.files)
		if err != nil {
			return audit.Event{}, err
		}
		if err := tx.ExecOne(raiseVersion, gate.Args{"breach": id, "version": version}); err != nil {
			return audit.Event{}, err
		}
		if err := putVersion(tx, id, version+1, &c, files); err != nil {
			return audit.Event{}, err
		}
		event := audit.Event{Op: audit.Alter, Subject: id, Fields: fields, Results: c.files}
		if c.due <= view.DueAt {
			return event, nil
		}
		return event, tell(tx, tx.Actor().AgencyID, "breach_moved", id, c.due, true)
	})
}

// first is the version that was recorded at first.
func (v *View) first() *Breach {
	if len(v.Before) == 0 {
		return &v.Breach
	}
	return &v.Before[len(v.Before)-1]
}

// keepInstants keeps the instants of the version before where a form that asks for minutes says the same minute: seconds that nobody has touched
// would be another end of the clock.
func (n *New) keepInstants(before *Breach) {
	if !n.ToMinute {
		return
	}
	for _, one := range []struct {
		at  *moment.Time
		was moment.Time
	}{{&n.KnownAt, before.KnownAt}, {&n.ToldAt, before.ToldAt}} {
		if dayOf(*one.at) == dayOf(one.was) && hourOf(*one.at) == hourOf(one.was) {
			*one.at = one.was
		}
	}
	if dayOf(n.ToldAt) == dayOf(n.KnownAt) && hourOf(n.ToldAt) == hourOf(n.KnownAt) {
		n.ToldAt = max(n.ToldAt, n.KnownAt)
	}
}

// keepWords lets a correction keep the words of the version before, for somebody from whom they are withheld: who may write that the authority
// was told writes it, and what belongs to that choice.
func (n *New) keepWords(tx *gate.Tx, before Breach) error {
	wrong := invalid()
	for _, one := range []struct{ field, text string }{{"story", n.Story}, {"effects", n.Effects}, {"measures", n.Measures}} {
		if one.text != "" {
			wrong.WithField(one.field, "breach.withheld_stays")
		}
	}
	if err := wrong.OrNil(); err != nil {
		return err
	}
	list := []Breach{before}
	if err := openTexts(tx, list); err != nil {
		return err
	}
	kept := list[0].Texts
	n.Story, n.Effects, n.Measures = kept.Story, kept.Effects, kept.Measures
	if n.Authority == before.Authority {
		n.ToldRef, n.Late, n.NoRisk = cmp.Or(n.ToldRef, kept.ToldRef), cmp.Or(n.Late, kept.Late), cmp.Or(n.NoRisk, kept.NoRisk)
	}
	return nil
}

// changed is the conflict of somebody who was second.
func (v *View) changed(n New) error {
	if v.Withheld {
		n.Texts = Texts{}
	}
	return gate.ChangedSince("breach.changed", gate.Stale{Version: v.Version, By: v.By, At: v.WrittenAt,
		Fields: gate.Differences(writtenOf(n), writtenOf(v.asNew()))})
}

// asNew is a version as somebody would write it.
func (b *Breach) asNew() New {
	n := New{Kind: b.Kind, KnownAt: b.KnownAt, Persons: b.Persons, Authority: b.Authority, ToldAt: b.ToldAt, Subjects: b.Subjects,
		SubjectsOn: b.SubjectsOn, Exemption: b.Exemption, Texts: b.Texts}
	for _, f := range b.Files {
		n.References = append(n.References, f.Reference)
	}
	return n
}

// named gives versions the names of the colleagues who wrote them.
func named(tx *gate.Tx, list []Breach) error {
	ids := make([]string, 0, len(list))
	for i := range list {
		ids = append(ids, list[i].WrittenBy)
	}
	names, err := agency.WorkerNames(tx, ids)
	for i := range list {
		list[i].By = names[list[i].WrittenBy]
	}
	return err
}
