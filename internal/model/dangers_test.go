package model

import "slices"

// Danger to life: one duty officer alone sees more of a file, for a quarter of an hour, or a day where a second person confirms.

const minute = hour / 60

// watch is what somebody does at a house beside the work on files.
type watch struct{ duty, answers bool }

// watching names who is on duty, or answers for the others.
var watching = map[string]watch{"fgp": {duty: true, answers: true}, "fgp.head": {answers: true}, "rsz.head": {answers: true}}

// A danger is one opening.
type danger struct {
	id, file, by string
	at           int64
	root         *grant   // by which the opener has the file anyway
	told         []string // the houses that know of it
	stood        string   // "opened" "confirmed" "ended"
}

// rages says whether an opening still opens.
func (r *rules) rages(d *danger) bool {
	return d.stood == "opened" && r.now < d.at+15*minute || d.stood == "confirmed" && r.now < d.at+24*hour
}

// alarm opens what keeps a person hidden to a duty officer of the police who has the file.
func (r *rules) alarm(by, file string) (*danger, outcome) {
	switch {
	case !r.opens(by, file):
		return nil, absent
	case !watching[by].duty:
		return nil, refused
	case slices.ContainsFunc(r.dangers, func(d *danger) bool { return d.by == by && d.file == file && r.rages(d) }):
		return nil, wrong
	}
	var base *grant
	for _, g := range r.grants {
		if g.file == file && g.house == r.home[by] && g.person == "" && r.live(g) && (base == nil || g.until > base.until) {
			base = g
		}
	}
	if base == nil { // by nothing but another danger, whose own ground is gone
		return nil, absent
	}
	if base.root != nil {
		base = base.root
	}
	d := &danger{file: file, by: by, at: r.now, root: base, told: []string{r.home[by]}, stood: "opened"}
	for _, g := range r.grants {
		if g.file == file && g.lead && r.live(g) {
			d.told = append(d.told, g.house)
		}
	}
	r.dangers = append(r.dangers, d)
	r.give(r.alone(d, r.now+15*minute))
	return d, done
}

// alone is a grant of the one who opened, hanging on what their house has.
func (r *rules) alone(d *danger, until int64) grant {
	return grant{file: d.file, house: r.home[d.by], person: d.by, root: d.root, state: "live", until: until, sent: true}
}

// hears says whether somebody knows of an opening: who opened it, and of the houses that were told those who answer for the others, or
// have the file. While it lies under a seal those alone do who have shown the order.
func (r *rules) hears(by string, d *danger) bool {
	house, seal := r.home[by], r.seal(d.file)
	if seal != nil && r.now >= seal.shown[by] {
		return false
	}
	has := seal == nil && slices.ContainsFunc(r.grants, func(g *grant) bool {
		return g.house == house && g.person == "" && g.file == d.file && r.live(g)
	})
	return !r.barred(by, d.file) && (by == d.by || slices.Contains(d.told, house) && (watching[by].answers || has))
}

// second is the second person's word.
func (r *rules) second(by string, d *danger) outcome {
	switch {
	case !r.hears(by, d):
		return absent
	case by == d.by || r.home[by] != r.home[d.by] || !watching[by].answers:
		return refused
	case d.stood != "opened" || !r.rages(d):
		return late
	case !r.live(d.root):
		return late
	}
	d.stood = "confirmed"
	r.give(r.alone(d, d.at+24*hour))
	return done
}

// calm ends an opening before its time.
func (r *rules) calm(by string, d *danger) outcome {
	switch {
	case !r.hears(by, d):
		return absent
	case r.home[by] != r.home[d.by] || by != d.by && !watching[by].answers:
		return refused
	case !r.rages(d):
		return late
	}
	d.stood = "ended"
	for _, g := range r.grants {
		if g.file == d.file && g.person == d.by {
			r.end(g)
		}
	}
	return done
}

// exposed says whether what keeps a person hidden is open to somebody by danger.
func (r *rules) exposed(person, file string) bool {
	return r.opens(person, file) && slices.ContainsFunc(r.grants, func(g *grant) bool {
		return g.file == file && g.person == person && r.live(g)
	})
}
