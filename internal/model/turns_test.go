package model

// How a case changes hands.

// turn offers the lead of a case to a house; nothing changes until somebody there signs too.
func (r *rules) turn(by, file, to string, keep int64) (*turn, outcome) {
	lead := r.leader(file)
	switch {
	case !r.opens(by, file):
		return nil, absent
	case !r.leads(r.home[by], file):
		return nil, refused
	case r.seal(file) != nil:
		return nil, absent
	case lead.house == to:
		return nil, wrong
	}
	for _, t := range r.turns {
		switch {
		case t.file != file || t.stood != "offered":
		case t.due > r.now:
			return nil, late
		default:
			r.fall(t, "expired") // what lapsed is marked when a new offer takes its place
		}
	}
	t := &turn{grant: r.give(grant{file: file, house: to, lead: true, state: "offered", until: r.now + 366*24*hour}), lead: lead,
		due: r.now + 7*24*hour, stood: "offered"}
	if keep > 0 {
		t.keep = r.give(grant{file: file, house: lead.house, state: "offered", until: keep})
	}
	r.turns = append(r.turns, t)
	return t, done
}

// leader is the root by which the case is led now, nil for none.
func (r *rules) leader(file string) *grant {
	for _, g := range r.grants {
		if g.file == file && g.root == nil && g.lead && r.live(g) {
			return g
		}
	}
	return nil
}

// fall ends an offer of the lead that does not come about.
func (r *rules) fall(t *turn, as string) {
	t.stood = as
	r.end(t.grant)
	if t.keep != nil {
		r.end(t.keep)
	}
}

// aware: the desk that is asked knows of a turn, and the old lead that signed it, as long as they may know of the case.
func (r *rules) aware(by string, t *turn) bool {
	return (t.house == r.home[by] || t.lead.house == r.home[by]) && !r.barred(by, t.file) && r.seal(t.file) == nil
}

// sign answers for the desk that is asked.
func (r *rules) sign(by string, t *turn, as string) outcome {
	switch {
	case !r.aware(by, t):
		return absent
	case t.stood != "offered" || t.due <= r.now:
		return late
	case t.house != r.home[by]:
		return absent
	case as == "accepted" && r.leader(t.file) != t.lead:
		return late
	case as != "accepted":
		r.fall(t, as)
		return done
	}
	r.handOver(t)
	return done
}

// handOver gives the new lead what hung on the old one, and the old one its place, if it keeps one.
func (r *rules) handOver(t *turn) {
	var alone []*grant
	for _, g := range r.grants {
		if g.file == t.file && g.house == t.house && g.root == nil && !g.lead && r.live(g) {
			alone = append(alone, r.openedBy(g)...)
			r.end(g) // its place in the team
		}
	}
	t.stood, t.grant.state = "accepted", "live"
	keeps := t.keep != nil && r.now < t.keep.until
	if keeps {
		t.keep.state = "live"
	}
	for _, g := range r.grants {
		if g.root != t.lead || !r.live(g) {
			continue
		}
		if g.person != "" { // what was opened in danger to life goes on with the place that its house keeps
			if keeps {
				r.follow(g, t.keep)
			}
			continue
		}
		r.give(grant{file: g.file, house: t.house, root: t.grant, lead: true, state: "live", until: t.until})
		if keeps {
			r.give(grant{file: g.file, house: t.lead.house, root: t.keep, state: "live", until: t.keep.until})
		}
	}
	for _, g := range alone {
		r.follow(g, t.grant)
	}
	r.end(t.lead)
	r.orphans("")
}

// openedBy is what was opened in danger to life to somebody who has the file by a grant.
func (r *rules) openedBy(root *grant) (alone []*grant) {
	for _, g := range r.grants {
		if g.root == root && g.person != "" && r.live(g) {
			alone = append(alone, g)
		}
	}
	return alone
}

// follow lets what was opened in danger to life go on with what took the place of the grant that it hung on.
func (r *rules) follow(g, root *grant) {
	next := *g
	next.root, next.until, next.state = root, min(g.until, root.until), "live"
	r.give(next)
}

// recall takes the offer back.
func (r *rules) recall(by string, t *turn) outcome {
	closed := t.stood != "offered" || t.due <= r.now
	switch {
	case !r.aware(by, t):
		return absent
	case !r.opens(by, t.file) && !closed:
		return absent
	case r.opens(by, t.file) && !r.leads(r.home[by], t.file):
		return refused
	case closed:
		return late
	}
	r.fall(t, "withdrawn")
	return done
}
