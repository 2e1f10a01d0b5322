package track

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
	"relais/internal/moment"
	"relais/internal/rulepack"
)

// Block is the picture of the four tracks on a victim file's page.
func (s *Service) Block(tx *gate.Tx, w *locale.Words) (casefile.Block, error) {
	view, err := s.look(tx)
	if err != nil {
		return casefile.Block{}, err
	}
	b := s.picture(tx.Actor().Kind, w, &view, moment.DayOf(tx.Now()))
	b.Links = []httpkit.Link{{URL: "/victims/" + tx.File().ID + "/tracks", Text: w.T("track.open")}}
	return b, nil
}

// picture draws a view.
func (s *Service) picture(reader authz.Role, w *locale.Words, view *View, today moment.Date) casefile.Block {
	b := casefile.Block{ID: "tracks", Heading: w.T("track.heading")}
	if view.NoRemoval && reader == authz.RoleMigration {
		b.Notice = httpkit.Notice{Kind: "warning", Text: w.T("track.no_removal")}
	}
	if view.Person.Child == Yes {
		b.Tags = append(b.Tags, httpkit.Tag{Text: w.T("track.child_rules"), Colour: "purple"})
	}
	for i := range view.Lanes {
		l := &view.Lanes[i]
		if l.Void && len(l.May) == 0 {
			continue
		}
		pack, _ := s.book.Pack(l.Country, today)
		b.Lanes = append(b.Lanes, laneOf(w, l, pack, view.Person))
	}
	return b
}

func laneOf(w *locale.Words, l *Lane, pack *rulepack.Pack, who Person) casefile.Lane {
	out := casefile.Lane{ID: "track-" + l.Track + "-" + strings.ToLower(l.Country), Title: w.T("track.track." + l.Track),
		Where: entry.CodeName(w, "countries", l.Country)}
	if l.Since != "" {
		out.Since = w.T("track.since", "Day", w.Day(l.Since))
	}
	switch {
	case l.Show == authz.Hidden && l.Reason == "":
		out.Closed = w.T("track.facts_in_section")
	case l.Show == authz.Hidden:
		out.Closed = w.T(l.Reason.Key())
	case l.Show == authz.Derived:
		out.State = httpkit.Tag{Text: stateName(w, l), Colour: "grey"}
	default:
		out.State = httpkit.Tag{Text: stateName(w, l), Colour: colourOf(l)}
		if needless(l, who) {
			out.State = httpkit.Tag{Text: w.T("track.state.residence.none_needed"), Colour: "grey"}
		}
		out.Stops, out.Ahead = stopsOf(w, l, pack, who), aheadOf(w, l)
	}
	return out
}

// stateName is the word of a state, or of the class that a derived view tells.
func stateName(w *locale.Words, l *Lane) string {
	if l.State == "" {
		return ""
	}
	if key := "track.class." + l.State; l.Show == authz.Derived && w.Has(key) {
		return w.T(key)
	}
	return stateWord(w, l.Track, l.State, l.Country)
}

// stateWord is the word of a state; the countries do not call everything alike.
func stateWord(w *locale.Words, track, state, country string) string {
	key := "track.state." + track + "." + state
	if own := key + "." + strings.ToLower(country); w.Has(own) {
		return w.T(own)
	}
	return w.T(key)
}

func colourOf(l *Lane) string {
	switch {
	case l.Final && l.State != begin(l.Track):
		return "grey"
	case l.State == begin(l.Track) || slices.Contains(prelude(l.Track), l.State):
		return "blue"
	}
	return "green"
}

// needless says whether somebody needs no residence track: who moves freely has none.
func needless(l *Lane, who Person) bool {
	return l.Track == rulepack.Residence && (l.State == "none_needed" || who.Free == Yes && l.State == begin(l.Track))
}

// stopsOf are the stations of the way that a country's law has, in words and in order; a way out stands at the end.
func stopsOf(w *locale.Words, l *Lane, pack *rulepack.Pack, who Person) (stops []casefile.Stop) {
	if needless(l, who) {
		return nil
	}
	been := map[string]bool{}
	way := way(pack, l.Track)
	if l.noticed() {
		been[signalled], been[detected] = true, true
		way = append(prelude(l.Track), way...)
	} else {
		been[begin(l.Track)] = true
	}
	for i := range l.Steps {
		been[l.Steps[i].To] = been[l.Steps[i].To] || !l.Steps[i].Struck()
	}
	if who.Child == Yes && pack != nil {
		way = slices.DeleteFunc(way, func(state string) bool { return !been[state] && !reachable(pack, l.Track, state, true) })
	}
	at := slices.Index(way, l.State)
	for i, state := range way {
		place := "ahead"
		switch {
		case state == l.State:
			place = "now"
		case been[state]:
			place = "done"
		case i < at || at < 0: // passed over, as help does not wait for every station
			continue
		}
		stops = append(stops, casefile.Stop{Text: stateWord(w, l.Track, state, l.Country), Place: place, Note: w.T("track.place." + place)})
	}
	if at < 0 {
		stops = append(stops, casefile.Stop{Text: stateWord(w, l.Track, l.State, l.Country), Place: "now", Note: w.T("track.place.now")})
	}
	return stops
}

// noticed says whether a file began with a signal, as far as the lane shows it.
func (l *Lane) noticed() bool {
	return slices.Contains(prelude(l.Track), l.State) || len(l.Steps) > 0 && l.Steps[0].From == signalled
}

// reachable says whether the law has a move to a state for a child, or for an adult.
func reachable(p *rulepack.Pack, track, state string, child bool) bool {
	return state == begin(track) || slices.ContainsFunc(p.AllMoves, func(m rulepack.Move) bool {
		return m.Track == track && m.To == state && m.For(child)
	})
}

// mostAhead is how many moves the picture names: what comes next, not every way out.
const mostAhead = 3

func aheadOf(w *locale.Words, l *Lane) (list []casefile.Ahead) {
	for i := range l.Moves {
		m := &l.Moves[i]
		if len(list) == mostAhead || !ahead(m.Track, m.From, m.To) && len(list) > 0 {
			break
		}
		if ahead(m.Track, m.From, m.To) || m.To == "none_needed" {
			list = append(list, casefile.Ahead{Text: w.T("track.next", "State", moveName(w, m)), Who: w.T("track.decides", "Who", deciders(w, m))})
		}
	}
	return list
}

// moveName is the state to which a move leads, and for whom where it is not for everybody.
func moveName(w *locale.Words, m *rulepack.Move) string {
	name := stateWord(w, m.Track, m.To, string(m.Country))
	if m.Person == rulepack.Anybody {
		return name
	}
	return name + " (" + w.T("track.person."+m.Person) + ")"
}

func deciders(w *locale.Words, m *rulepack.Move) string {
	names := make([]string, len(m.Deciders))
	for i, kind := range m.Deciders {
		if _, unit, ok := strings.Cut(kind, ":"); ok {
			names[i] = w.T("agency.unit." + unit)
			continue
		}
		names[i] = w.T(authz.Role(kind).Key())
	}
	return strings.Join(names, ", ")
}
