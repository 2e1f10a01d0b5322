package entry

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/section"
)

// Card is one section on the page of a file, ready to print.
type Card struct {
	ID      string
	Title   string
	Note    string // said under the title: that entries of others are closed, and why
	Short   string // the same in a few words, where nothing stands in the section
	Ask     *AskReason
	Entries []EntryCard
	Derived httpkit.Summary
	Empty   string
	Add     httpkit.Link
	Request httpkit.Link // asks who leads the file to open what others wrote here
	Urgent  httpkit.Link // opens it in an emergency
}

// EntryCard is one entry on a card.
type EntryCard struct {
	Source  string // the agency that wrote it
	When    string
	Author  string
	Nature  httpkit.Tag
	Marking string // how far it may travel
	Facts   httpkit.Summary
	Edit    httpkit.Link
	History httpkit.Link
}

// AskReason is the form that opens a section for a reason.
type AskReason struct {
	Action  string
	Section string
	Field   httpkit.Field
	Submit  string
}

// Sheet is all sections of a file for its page: those with something in them, those still empty, those closed to the reader.
type Sheet struct {
	Cards  []Card
	Empty  []EmptySection
	Closed []httpkit.HiddenSection
	Number string // by which the closed sections can be replayed
}

// EmptySection is an open section in which nothing stands that the reader could see.
type EmptySection struct {
	ID    string
	Title string
	Note  string
	Add   httpkit.Link

	Request, Urgent httpkit.Link
}

// SheetOf sorts the sections of a file; base is the file's address.
func SheetOf(w *locale.Words, sections []SectionView, base string) (s Sheet) {
	cards, closed := Cards(w, sections, base)
	s.Closed = closed
	for _, c := range cards {
		if len(c.Entries) > 0 || len(c.Derived.Rows) > 0 || c.Ask != nil {
			s.Cards = append(s.Cards, c)
			continue
		}
		empty := EmptySection{ID: c.ID, Title: c.Title, Note: c.Short, Add: c.Add, Request: c.Request, Urgent: c.Urgent}
		s.Empty = append(s.Empty, empty)
	}
	return s
}

// Cards are the open sections of a file, and below them the closed ones with why and what to do. base is the file's address.
func Cards(w *locale.Words, sections []SectionView, base string) (open []Card, closed []httpkit.HiddenSection) {
	for _, s := range inReadingOrder(sections) {
		switch {
		case s.Open || s.AskReason || s.CanWrite:
			open = append(open, card(w, s, base))
		default:
			closed = append(closed, closedCard(w, s, base))
		}
	}
	return open, closed
}

// inReadingOrder puts the safe contact first: nobody shall dial a number before reading how the person may be reached.
func inReadingOrder(sections []SectionView) []SectionView {
	ordered := slices.Clone(sections)
	slices.SortStableFunc(ordered, func(a, b SectionView) int { return rank(a.Section) - rank(b.Section) })
	return ordered
}

func rank(id authz.Section) int {
	if id == authz.SafeContact {
		return 0
	}
	return 1
}

// Closed says of a section that it is closed, why, and what the reader may do about it.
func Closed(w *locale.Words, s SectionView) httpkit.HiddenSection {
	return httpkit.HiddenSection{ID: s.Section.String(), Title: w.T(s.Section.Key()), Reason: reasonText(w, s.Reason), Next: nextText(w, s.Reason)}
}

// closedCard is Closed with the ways that are open to the reader: asking who leads the file, and an emergency.
func closedCard(w *locale.Words, s SectionView, base string) httpkit.HiddenSection {
	card := Closed(w, s)
	card.Action, card.Urgent = ways(w, s, base)
	return card
}

// ways are those that lead to what is closed; none where the page is of no file that is open to the reader.
func ways(w *locale.Words, s SectionView, base string) (request, urgent httpkit.Link) {
	if base != "" && s.CanRequest {
		request = httpkit.Link{URL: base + "/requests/new?section=" + s.Section.String(), Text: w.T("entry.ask_access", "Section", w.T(s.Section.Key())), Short: w.T("entry.ask_short")}
	}
	if base != "" && s.Emergency {
		urgent = httpkit.Link{URL: base + "/emergencies/new?section=" + s.Section.String(), Text: w.T("entry.emergency", "Section", w.T(s.Section.Key())), Short: w.T("entry.emergency_short")}
	}
	return request, urgent
}

func reasonText(w *locale.Words, reason authz.Reason) string {
	return w.T(reason.Key())
}

func nextText(w *locale.Words, reason authz.Reason) string {
	return w.T(reason.NextKey())
}

func card(w *locale.Words, s SectionView, base string) Card {
	c := Card{ID: s.Section.String(), Title: w.T(s.Section.Key())}
	for _, e := range s.Entries {
		one := entryCard(w, e, s.Given)
		if e.CanAddTo {
			one.Edit = httpkit.Link{URL: base + "/sections/" + s.Section.String() + "/new", Text: w.T("entry.add_to_signed")}
		}
		c.Entries = append(c.Entries, one)
	}
	c.Derived = derivedFacts(w, s.Derived)
	c.Request, c.Urgent = ways(w, s, base)
	switch {
	case s.AskReason:
		c.Ask = askReason(w, s.Section, base)
	case s.SomeOpen && !s.OthersOpen:
		c.Note, c.Short = w.T("entry.some_only"), w.T("entry.some_short")
	case s.SomeFacts && !s.OthersOpen:
		c.Note, c.Short = w.T("entry.some_facts"), w.T("entry.some_facts_short")
	case !s.OthersOpen && s.Open:
		c.Note, c.Short = w.T("entry.own_only")+" "+reasonText(w, s.Reason), w.T("entry.own_short")
	case !s.Open:
		c.Note, c.Short = reasonText(w, s.Reason), w.T("entry.own_short")
	}
	if len(c.Entries) == 0 && len(c.Derived.Rows) == 0 && c.Ask == nil && s.Open {
		c.Empty = w.T("entry.nothing_yet")
	}
	if s.CanWrite {
		c.Add = httpkit.Link{URL: base + "/sections/" + s.Section.String() + "/new", Text: w.T("entry.add_to", "Section", c.Title), Short: w.T("entry.add")}
	}
	return c
}

func askReason(w *locale.Words, id authz.Section, base string) *AskReason {
	return &AskReason{Action: base + "/sections/" + id.String() + "/look", Section: id.String(),
		Field: ReasonField(w, "reason", w.T("entry.reason_label")), Submit: w.T("entry.reason_open")}
}

// ReasonField asks for the reason of access.
func ReasonField(w *locale.Words, name, label string) httpkit.Field {
	return httpkit.Field{Kind: httpkit.Select, Name: name, Label: label, Required: true, Options: codeOptions(w, "gate.purpose.", gate.Reasons)}
}

func codeOptions(w *locale.Words, prefix string, codes []string) []httpkit.Option {
	var options []httpkit.Option
	for _, code := range codes {
		options = append(options, httpkit.Option{Value: code, Label: w.T(prefix + code)})
	}
	return options
}

// entryCard is an entry with its links; given is the reason of access by which it is open, which the links carry on.
func entryCard(w *locale.Words, e View, given string) EntryCard {
	c := EntryCard{Source: e.AgencyName, When: w.DateTime(e.WrittenAt), Author: e.Author,
		Nature: httpkit.Tag{Text: w.T("entry.nature." + e.Nature), Colour: "grey"}}
	if e.Nature == "assessment" {
		c.Nature.Colour = "purple"
	}
	c.Marking = MarkingText(w, gate.ParseMarking(e.Handling))
	c.Facts = Facts(w, e.Section, e.Values)
	query := ""
	if given != "" {
		query = "?reason=" + given
	}
	if e.Version > 1 {
		c.History = httpkit.Link{URL: "/entries/" + e.ID + "/history" + query, Text: w.T("entry.history")}
	}
	if e.CanEdit {
		c.Edit = httpkit.Link{URL: "/entries/" + e.ID + "/edit" + query, Text: w.T("entry.edit")}
	}
	return c
}

// Facts are the filled fields of an entry, in the order of the catalogue.
func Facts(w *locale.Words, id authz.Section, values section.Values) httpkit.Summary {
	var list httpkit.Summary
	room := section.Of(id)
	for i := range room.Fields {
		field := &room.Fields[i]
		if values[field.Name] == "" {
			continue
		}
		list.Rows = append(list.Rows, row(w, field, values[field.Name]))
	}
	return list
}

func row(w *locale.Words, field *section.Field, value string) httpkit.SummaryRow {
	row := httpkit.SummaryRow{Label: w.T(field.Key()), Name: field.Search == "name"}
	lines := Lines(w, field, value)
	row.Value, row.Values = lines[0], lines[1:]
	return row
}

func derivedFacts(w *locale.Words, values []section.Value) httpkit.Summary {
	var list httpkit.Summary
	for _, v := range values {
		lines := []string{v.Text}
		switch {
		case v.List != "":
			lines = nil
			for _, code := range strings.Split(v.Text, ";") {
				lines = append(lines, CodeName(w, v.List, code))
			}
		case v.Type == section.Date || v.Type == section.PartialDate:
			lines = []string{dayText(w, v.Text)}
		case v.Type == section.Money:
			lines = []string{moneyText(w, v.Text)}
		}
		list.Rows = append(list.Rows, httpkit.SummaryRow{Label: w.T(v.Key), Value: lines[0], Values: lines[1:]})
	}
	return list
}
