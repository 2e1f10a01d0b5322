package model

import "slices"

// Who sees a file asks for the papers in it: who leads answers, and each house that wrote one says yes or no to its being opened.

// A wish is one request for the papers of a file, for the house of who asks.
type wish struct {
	id, file, house string
	at, until       int64
	stood           string // "asked" "granted" "refused" "withdrawn" "expired" "ended"
	given           *grant
	words           map[string]string // house that wrote papers → "open" "signed", once it was granted; a no ends it all
}

const week = 7 * 24 * hour

func (r *rules) waits(w *wish) bool { return w.stood == "asked" && r.now < w.at+week }

// meets: who asked, who leads and who has to sign know of a wish, as long as they may know of the file.
func (r *rules) meets(by string, w *wish) bool {
	return !r.barred(by, w.file) && r.seal(w.file) == nil && (w.house == r.home[by] || r.leads(r.home[by], w.file) || r.signs(by, w))
}

// signs: the house wrote papers and still has the file.
func (r *rules) signs(by string, w *wish) bool { return w.words[r.home[by]] != "" && r.has(by, w.file) }

// latestOf is the grant by which a house has a file the longest, danger to life left aside; nil for none.
func (r *rules) latestOf(house, file string) (last *grant) {
	for _, g := range r.grants {
		if g.house == house && g.file == file && g.person == "" && r.live(g) && (last == nil || g.until > last.until) {
			last = g
		}
	}
	return last
}

// wishFor asks. Of a shelter and of an inspectorate the law knows no way to the papers of others; to whom they are open already, and who
// waits for an answer, asks for nothing.
func (r *rules) wishFor(by, file string, until int64) (*wish, outcome) {
	house := r.home[by]
	base := r.latestOf(house, file)
	switch {
	case !r.opens(by, file):
		return nil, absent
	case r.leads(house, file) || base == nil:
		return nil, refused
	case until > base.until, !slices.Contains(readers, house), slices.Contains(freely, house) && r.whole(house, file):
		return nil, wrong
	case slices.ContainsFunc(r.wishes, func(w *wish) bool { return w.house == house && w.file == file && w.stood == "asked" }):
		return nil, wrong
	}
	w := &wish{file: file, house: house, at: r.now, until: until, stood: "asked"}
	r.wishes = append(r.wishes, w)
	return w, done
}

// whole: the papers of everybody are open to a house.
func (r *rules) whole(house, file string) bool {
	return slices.ContainsFunc(r.grants, func(g *grant) bool {
		return g.house == house && g.file == file && g.person == "" && r.live(g) && g.gives(everybody)
	})
}

// toAnswer refuses who may not answer a wish for the house that leads.
func (r *rules) toAnswer(by string, w *wish) outcome {
	switch {
	case !r.meets(by, w):
		return absent
	case !r.leads(r.home[by], w.file):
		return refused
	case !r.waits(w):
		return late
	}
	return done
}

// fulfil opens the papers as far as the lead is concerned. Each other house that wrote some, and has the file, has to sign; the access
// hangs on what the asker had and ends with it.
func (r *rules) fulfil(by string, w *wish) outcome {
	if no := r.toAnswer(by, w); no != done {
		return no
	}
	base := r.latestOf(w.house, w.file)
	switch {
	case base == nil:
		return late
	case min(w.until, base.until) <= r.now:
		return wrong
	}
	root := base
	if base.root != nil {
		root = base.root
	}
	w.stood, w.words = "granted", map[string]string{}
	for _, p := range r.papers {
		if p.file == w.file && p.house != r.home[by] && p.house != w.house && r.latestOf(p.house, w.file) != nil {
			w.words[p.house] = "open"
		}
	}
	state := "live"
	if len(w.words) > 0 {
		state = "proposed"
	}
	w.given = r.give(grant{file: w.file, house: w.house, root: root, state: state, until: min(w.until, base.until), sent: true, papers: []string{everybody}})
	return done
}

func (r *rules) deny(by string, w *wish) outcome {
	no := r.toAnswer(by, w)
	if no == done {
		w.stood = "refused"
	}
	return no
}

// drop takes a wish back that nobody has answered.
func (r *rules) drop(by string, w *wish) outcome {
	switch {
	case !r.meets(by, w):
		return absent
	case w.house != r.home[by]:
		return refused
	case !r.waits(w):
		return late
	case !r.opens(by, w.file):
		return absent
	}
	w.stood = "withdrawn"
	return done
}

// word is what a house says that wrote papers. With the last yes they open; a no closes the wish, for nothing else was asked.
func (r *rules) word(by string, w *wish, yes bool) outcome {
	house := r.home[by]
	switch {
	case !r.meets(by, w):
		return absent
	case !r.signs(by, w):
		return refused
	case w.words[house] != "open" || w.given.state != "proposed" || r.now >= w.given.since+week:
		return late
	}
	w.words[house] = "signed"
	for _, said := range w.words {
		if said == "open" && yes {
			return done
		}
	}
	if !yes || r.now >= w.given.until {
		r.fail(w)
		return done
	}
	w.given.state = "live"
	return done
}

// fail is a wish that comes to nothing after the lead's yes.
func (r *rules) fail(w *wish) {
	w.stood, w.given.state = "refused", "ended"
	for house := range w.words {
		w.words[house] = "signed" // there is nothing left to sign
	}
}

// stop takes back what was granted, or gives it up, before its time or before the last signature.
func (r *rules) stop(by string, w *wish) outcome {
	mine, leads := w.house == r.home[by], r.leads(r.home[by], w.file)
	switch {
	case !r.meets(by, w):
		return absent
	case !mine && !leads:
		return refused
	case w.stood != "granted" || w.given.state != "proposed" && !r.live(w.given):
		return late
	case !r.opens(by, w.file):
		return absent
	}
	r.fail(w)
	w.stood = "ended"
	return done
}

// lapse is what the program does by itself: silence is no yes, and what a wish hung on may have ended.
func (r *rules) lapse() {
	for _, w := range r.wishes {
		switch {
		case w.stood == "asked" && !r.waits(w):
			w.stood = "expired"
		case w.stood == "granted" && w.given.state == "proposed" && r.now >= w.given.since+week:
			r.fail(w)
		case w.stood == "granted" && w.given.state == "ended" && slices.Contains(wordsOf(w), "open"):
			r.fail(w)
		}
	}
}

func wordsOf(w *wish) (said []string) {
	for _, word := range w.words {
		said = append(said, word)
	}
	return said
}
