package checklist

import (
	"context"
	"slices"
	"strings"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/rulepack"
	"relais/internal/track"
)

// Actions, as they stand in the trail.
var (
	showAction   = gate.OnFile("checklist.show")
	tickAction   = gate.OnFile("checklist.tick")
	undoAction   = gate.OnFile("checklist.undo")
	askAction    = gate.OnFile("checklist.ask")
	chooseAction = gate.OnFile("checklist.choose")
)

// keyLength is enough of a keyed hash to tell the items of a list apart.
const keyLength = 16

// Service is what people do with the lists.
type Service struct {
	gate   *gate.Gate
	book   *rulepack.Book
	tracks *track.Service
}

// NewService makes the service.
func NewService(g *gate.Gate, book *rulepack.Book, tracks *track.Service) *Service {
	return &Service{gate: g, book: book, tracks: tracks}
}

// Show gives what is to be done for the person of a victim file, as far as the caller may see it.
func (s *Service) Show(ctx context.Context, victimID string) (view View, err error) {
	err = s.gate.Read(ctx, showAction, gate.File(gate.Victim, victimID), func(tx *gate.Tx) (audit.Event, error) {
		if view, err = s.look(tx); err != nil {
			return audit.Event{}, err
		}
		shown(tx, &view)
		return audit.Event{Op: audit.Consult, SubjectCategory: "victim"}, nil
	})
	return view, err
}

// shown records the sections of which the look told what was done.
func shown(tx *gate.Tx, view *View) {
	told := map[authz.Section]bool{}
	for i := range view.Lists {
		for j := range view.Lists[i].Lines {
			if l := &view.Lists[i].Lines[j]; l.Last != nil && !told[l.Section] {
				told[l.Section] = true
				tx.Shown(l.Section, tx.Decide(l.Section, authz.Read))
			}
		}
	}
}

// look reads the lists inside a running use case.
func (s *Service) look(tx *gate.Tx) (view View, err error) {
	view = View{File: tx.File(), Today: moment.DayOf(tx.Now())}
	sight := sightOf(tx)
	view.Works = sight.works && !tx.File().Closed()
	k, err := keptOf(tx)
	if err != nil {
		return view, err
	}
	h, err := homeOf(tx)
	if err != nil {
		return view, err
	}
	who, err := s.tracks.PersonOf(tx, view.Today)
	if err != nil {
		return view, err
	}
	due, err := clock.Days(tx)
	if err != nil {
		return view, err
	}
	tasks, err := askedFor(tx)
	if err != nil {
		return view, err
	}
	for _, country := range rulepack.Countries() {
		l, ok := s.listOf(&sight, &k, h.forms(), who, string(country), view.Today)
		if !ok || string(country) != h.Country && string(country) != tx.Actor().Country && !l.begun() {
			continue
		}
		for i := range l.Lines {
			line := &l.Lines[i]
			line.Due, line.mayDo = due[line.Clock], line.Mine && view.Works
			line.Asked = slices.ContainsFunc(tasks, func(subject string) bool { return asks(subject, line.Item.Item) })
		}
		l.CanChoose = view.Works && tx.Actor().Country == l.Country && l.Behind()
		view.Lists = append(view.Lists, l)
	}
	return view, nil
}

// begun says whether anything was ticked that the caller may see.
func (l *List) begun() bool {
	return slices.ContainsFunc(l.Lines, func(line Line) bool { return len(line.Steps) > 0 })
}

// listOf is the list of a country as the caller may see it; ok is false for a country without one, and where nothing can be seen.
func (s *Service) listOf(sight *sight, k *kept, forms []string, who track.Person, country string, today moment.Date) (l List, ok bool) {
	newest, ok := s.book.Checklist(country, today)
	if !ok {
		return l, false
	}
	l = List{Country: country, Newest: newest.Version}
	of, _ := s.book.Checklist(country, moment.DayOf(sight.tx.File().CreatedAt))
	if choice, chosen := k.chosen(country); chosen {
		of, _ = s.book.Checklist(country, choice.Edition)
		l.Choices = choice.Seq
	}
	l.Version = of.Version
	before, after := fitting(of.Items, sight, forms, who), fitting(newest.Items, sight, forms, who)
	for i := range before {
		l.Lines = append(l.Lines, lineOf(sight, k, &before[i], false))
	}
	for i := range k.steps { // what was ticked stays to be read, whatever became of the list
		step := &k.steps[i]
		if !strings.HasPrefix(step.Item, strings.ToLower(country)+".") || slices.ContainsFunc(l.Lines, func(line Line) bool { return line.Item.Item == step.Item }) {
			continue
		}
		stood, _ := s.book.Checklist(country, step.Edition)
		if item, found := stood.Find(step.Item); found {
			if sees, _ := sight.sees(item); sees && len(lineOf(sight, k, item, true).Steps) > 0 {
				l.Lines = append(l.Lines, lineOf(sight, k, item, true))
			}
		}
	}
	if l.Behind() {
		l.Added, l.Gone = lacking(after, before), lacking(before, after)
	}
	return l, len(l.Lines) > 0
}

// fitting are the items for this person that the caller may see. Where nobody knows whether somebody is a child, all of them.
func fitting(items []rulepack.Item, sight *sight, forms []string, who track.Person) (fit []rulepack.Item) {
	for i := range items {
		item := &items[i]
		if !item.Of(forms) || who.Child != track.Unknown && !item.For(who.Child == track.Yes) {
			continue
		}
		if sees, _ := sight.sees(item); sees {
			fit = append(fit, *item)
		}
	}
	return fit
}

func lineOf(sight *sight, k *kept, item *rulepack.Item, off bool) Line {
	_, all := sight.sees(item)
	line := Line{Item: *item, Key: sight.tx.Fingerprint(sight.tx.File().ID + item.Item)[:keyLength], Steps: sight.steps(k.steps, item.Item, all), Mine: sight.does(item), Off: off}
	line.State, line.Last = stand(line.Steps)
	if own := newestOf(line.Steps, sight.tx.Actor().AgencyID); own != nil {
		line.Own = own.Seq
	}
	return line
}

func invalid(field, key string, args ...any) *fault.Fault {
	return fault.New(fault.Invalid, "fault.invalid").WithField(field, key, args...)
}

// found gives a line, or the answer that who does not see it gets as well.
func (v *View) found(item string) (*List, *Line, error) {
	list, line := v.Find(item)
	if line == nil {
		return nil, nil, fault.New(fault.NotFound, "gate.not_found")
	}
	return list, line, nil
}
