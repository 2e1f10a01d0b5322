package rulepack

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/moment"
)

// checklistFile is what is to be done for a person in a country, phase by phase.
const checklistFile = "checklist.csv"

var checklistColumns = strings.Split("item,valid_from,valid_to,phase,exploitation,person,roles,section,basis,clock,days,source,note", ",")

// phases are those of a national template, in order (features F4).
var phases = strings.Fields("detection identification reflection status proceedings aftercare")

// Phases lists the phases of a template in order.
func Phases() []string { return slices.Clone(phases) }

// exploitations are the codes of the catalogue's exploitation_types; a test compares them.
var exploitations = strings.Fields(`forced_labour undignified_work sexual_exploitation child_labour domestic_servitude servitude
	forced_criminality forced_begging forced_marriage illegal_adoption surrogacy organ_removal forced_military other unknown`)

// Exploitations are the forms of exploitation for which a template may hold items of their own.
func Exploitations() []string { return slices.Clone(exploitations) }

// longestWait is how many days an item may leave whoever is asked for it.
const longestWait = 366

// Item is one thing that the template of a country wants done, as it reads in one time. Its words are checklist.item.<Code>.
type Item struct {
	Item         string
	Country      Country
	From, To     moment.Date
	Phase        string
	Exploitation []string // empty where it holds for every form
	Person       string
	Roles        []string // kinds of agencies that do it
	Section      authz.Section
	Basis        string
	Clock        string // the legal time limit that it has to keep; empty for none
	Days         int    // that whoever is asked for it has
	Source, Note string

	line int
	file string
}

// Code is the item without its country: the same thing has the same words everywhere.
func (i *Item) Code() string {
	_, code, _ := strings.Cut(i.Item, ".")
	return code
}

// For says whether the item holds for a child, or for an adult.
func (i *Item) For(child bool) bool { return holdsFor(i.Person, child) }

// Of says whether the item holds for one of these forms of exploitation.
func (i *Item) Of(forms []string) bool {
	return len(i.Exploitation) == 0 || slices.ContainsFunc(forms, func(form string) bool { return slices.Contains(i.Exploitation, form) })
}

// DoneBy says whether agencies of a kind do it.
func (i *Item) DoneBy(kind string) bool { return slices.Contains(i.Roles, kind) }

// Checklist is the template of a country as it reads since a day. It is shared: nobody changes it.
type Checklist struct {
	Country Country
	Version moment.Date
	Items   []Item
}

// Find gives an item by its name.
func (c *Checklist) Find(item string) (*Item, bool) {
	at := slices.IndexFunc(c.Items, func(i Item) bool { return i.Item == item })
	if at < 0 {
		return nil, false
	}
	return &c.Items[at], true
}

// Checklist is the version of a country's template in force on a day, the first one for a day before it; ok is false for a country
// without a template.
func (b *Book) Checklist(country string, on moment.Date) (c *Checklist, ok bool) {
	versions := b.checklists[Country(country)]
	for i, version := range versions {
		if i == 0 || version.Version <= on {
			c = version
		}
	}
	return c, c != nil
}

func (b *Book) readChecklist(packs fs.FS, directory string, country Country, refusals *Refusals) {
	read(packs, path.Join(directory, checklistFile), checklistColumns, refusals, func(c *cells) { b.items = append(b.items, itemOf(c, country)) })
}

func itemOf(c *cells, country Country) Item {
	c.rule = c.values[0]
	i := Item{Item: c.text("item"), Country: country, line: c.line, file: c.file}
	if !ruleCode.MatchString(i.Item) || strings.Count(i.Item, ".") != 1 || !strings.HasPrefix(i.Item, strings.ToLower(string(country))+".") {
		c.refuse("an item is lower case and begins with its country")
	}
	i.From, i.To = c.days()
	i.Phase, i.Person = c.code("phase", phases), c.code("person", persons)
	if c.text("exploitation") != Anybody {
		if i.Exploitation = c.codes("exploitation", exploitations); len(i.Exploitation) == 0 {
			c.refuse("exploitation is missing")
		}
	}
	if i.Roles = c.codes("roles", working()); len(i.Roles) == 0 {
		c.refuse("roles are missing")
	}
	section, ok := authz.ParseSection(c.text("section"))
	if i.Section = section; !ok {
		c.refuse("unknown section %q", c.text("section"))
	}
	i.Basis, i.Clock, i.Source, i.Note = c.needed("basis"), c.text("clock"), c.needed("source"), c.text("note")
	if i.Days = c.number("days", 1); i.Days > longestWait {
		c.refuse("days are at most %d", longestWait)
	}
	return i
}

// checkItems refuses an item twice on one day, and a clock that the country does not have.
func (b *Book) checkItems(refusals *Refusals) {
	for n := range b.items {
		i := &b.items[n]
		if i.Clock != "" && !b.has(i.Clock, i.Country) {
			refusals.add(i.file, i.line, i.Item, "names an unknown clock %q", i.Clock)
		}
		for m := range n {
			if o := &b.items[m]; o.Item == i.Item && overlap(i.From, i.To, o.From, o.To) {
				refusals.add(i.file, i.line, i.Item, "holds on the same days as in line %d", o.line)
			}
		}
	}
}

// bindChecklists puts the versions of each country's template together: a new one on every day on which a line began, or the day
// after one ended.
func (b *Book) bindChecklists() {
	b.checklists = map[Country][]*Checklist{}
	for _, country := range Countries() {
		var days []moment.Date
		for n := range b.items {
			if i := &b.items[n]; i.Country == country {
				days = append(days, i.From)
				if i.To != "" {
					days = append(days, i.To.AddDays(1))
				}
			}
		}
		slices.Sort(days)
		for _, day := range slices.Compact(days) {
			b.checklists[country] = append(b.checklists[country], b.checklistOn(country, day))
		}
	}
}

func (b *Book) checklistOn(country Country, on moment.Date) *Checklist {
	c := &Checklist{Country: country, Version: on}
	for n := range b.items {
		if i := &b.items[n]; i.Country == country && i.From <= on && (i.To == "" || on <= i.To) {
			c.Items = append(c.Items, *i)
		}
	}
	slices.SortStableFunc(c.Items, func(a, b Item) int { return slices.Index(phases, a.Phase) - slices.Index(phases, b.Phase) })
	return c
}
