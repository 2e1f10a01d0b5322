package sharing_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/fault"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// The model knows nothing of grants, sections or transactions: who is let in until when, and what became of each offer.
type model struct {
	s      *scene
	caseID string
	victim string
	offers []*offer
	member *place                   // of the police in the team
	lets   map[string][]moment.Time // by house: ends of accepted offers
}

type offer struct {
	id, from, to string
	at, until    moment.Time
	state        sharing.State
	version      int64
}

type place struct {
	id      string
	until   moment.Time
	removed bool
}

const answerTime, graceTime = 24 * time.Hour, 72 * time.Hour

func (o *offer) open(now moment.Time) bool {
	return o.state == sharing.Offered && now < o.at.Add(answerTime+graceTime) && now < o.until
}

func (m *model) sees(house string) bool {
	if house == "inspection" {
		return true
	}
	if house == "police" && m.member != nil && !m.member.removed && m.s.Now() < m.member.until {
		return true
	}
	for _, until := range m.lets[house] {
		if m.s.Now() < until {
			return true
		}
	}
	return false
}

// TestSharing_agreesWithAModel drives random sequences of offers, answers, team changes, jobs and time on both engines and
// compares every answer with the model.
func TestSharing_agreesWithAModel(t *testing.T) {
	testkit.Few(t, 20)
	onBoth(t, func(t *testing.T, s *scene) {
		rapid.Check(t, func(rt *rapid.T) {
			m := &model{s: s, lets: map[string][]moment.Time{}}
			var victims []string
			m.caseID, victims = s.openCase(1)
			m.victim = victims[0]
			rt.Repeat(map[string]func(*rapid.T){
				"refer": m.refer, "refer again": m.refer, "accept": m.accept, "decline": m.decline, "withdraw": m.withdraw, "complete": m.complete,
				"join": m.join, "leave": m.leave, "wait": m.wait, "expire": m.expire, "end": m.end, "": m.check,
			})
		})
	})
}

func (m *model) expect(rt *rapid.T, err error, want fault.Kind, what string) {
	if fault.KindOf(err) != want {
		rt.Fatalf("%s: the model says %q, the program %v", what, want, err)
	}
}

func (m *model) refer(rt *rapid.T) {
	from := rapid.SampledFrom([]string{"inspection", "police"}).Draw(rt, "from")
	to := rapid.SampledFrom([]string{"payoke", "moria"}).Draw(rt, "to")
	days := rapid.SampledFrom([]int{5, 20}).Draw(rt, "days")
	n := offerTo(m.s.desk(to), "identity")
	n.Until = moment.DayOf(m.s.Now()).AddDays(days)
	var want fault.Kind
	switch open := m.openOf(from, to); {
	case !m.sees(from):
		want = fault.NotFound
	case open != nil:
		want = fault.Invalid
	}
	id, err := m.s.Sharing.Refer(m.s.as(from), m.victim, n, "")
	m.expect(rt, err, want, from+" refers to "+to)
	if err != nil {
		return
	}
	for _, o := range m.offers {
		if o.from == from && o.to == to && o.state == sharing.Offered {
			o.state = sharing.Expired // what lapsed is marked when a new offer takes its place
		}
	}
	m.offers = append(m.offers, &offer{id: id, from: from, to: to, at: m.s.Now(), until: n.Until.EndOf(), state: sharing.Offered, version: 1})
}

func (m *model) openOf(from, house string) *offer {
	for _, o := range m.offers {
		if o.from == from && o.to == house && o.open(m.s.Now()) {
			return o
		}
	}
	return nil
}

func (m *model) pick(rt *rapid.T) *offer {
	if len(m.offers) == 0 {
		rt.Skip("no offer yet")
	}
	back := rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(rt, "how far back")
	return m.offers[max(0, len(m.offers)-back)]
}

func (m *model) accept(rt *rapid.T) {
	o := m.pick(rt)
	want := fault.Kind("")
	if !o.open(m.s.Now()) || !m.sees(o.from) {
		want = fault.Conflict
	}
	_, err := m.s.Sharing.Accept(m.s.as(o.to), o.id, o.version)
	m.expect(rt, err, want, o.to+" accepts")
	if err == nil {
		o.state = sharing.Accepted
		m.lets[o.to] = append(m.lets[o.to], o.until)
	}
}

func (m *model) decline(rt *rapid.T) {
	o := m.pick(rt)
	want := fault.Kind("")
	if !o.open(m.s.Now()) || !m.sees(o.from) {
		want = fault.Conflict
	}
	err := m.s.Sharing.Decline(m.s.as(o.to), o.id, o.version, "no_capacity")
	m.expect(rt, err, want, o.to+" declines")
	if err == nil {
		o.state = sharing.Declined
	}
}

func (m *model) complete(rt *rapid.T) {
	o := m.pick(rt)
	want := fault.Kind("")
	if o.state != sharing.Accepted {
		want = fault.Conflict
	}
	err := m.s.Sharing.Complete(m.s.as(o.to), o.id, o.version+1, "accommodated")
	m.expect(rt, err, want, o.to+" completes")
	if err == nil {
		o.state = sharing.Completed
	}
}

func (m *model) withdraw(rt *rapid.T) {
	o := m.pick(rt)
	want := fault.Kind("")
	switch {
	case !m.sees(o.from):
		want = fault.NotFound
	case !o.open(m.s.Now()):
		want = fault.Conflict
	}
	err := m.s.Sharing.Withdraw(m.s.as(o.from), o.id, o.version)
	m.expect(rt, err, want, o.from+" withdraws")
	if err == nil {
		o.state = sharing.Withdrawn
	}
}

func (m *model) join(rt *rapid.T) {
	n := memberDesk(m.s.desk("police"))
	n.Until = moment.DayOf(m.s.Now()).AddDays(rapid.SampledFrom([]int{1, 30}).Draw(rt, "days"))
	want := fault.Kind("")
	if m.sees("police") {
		want = fault.Invalid
	}
	id, err := m.s.Sharing.Add(m.s.as("inspection"), m.caseID, n, "")
	m.expect(rt, err, want, "the police joins")
	if err == nil {
		m.member = &place{id: id, until: n.Until.EndOf()}
	}
}

func (m *model) leave(rt *rapid.T) {
	if !m.sees("police") {
		rt.Skip("the police is not in the team")
	}
	m.expect(rt, m.s.Sharing.Remove(m.s.as("inspection"), m.caseID, m.member.id, 1), "", "the police leaves")
	m.member.removed = true
	m.orphans()
}

// orphans withdraws what the police can no longer hand over.
func (m *model) orphans() {
	for _, o := range m.offers {
		if o.state == sharing.Offered && !m.sees(o.from) {
			o.state = sharing.Withdrawn
		}
	}
}

func (m *model) wait(rt *rapid.T) {
	m.s.Advance(time.Duration(rapid.SampledFrom([]int{1, 12, 30, 64}).Draw(rt, "hours")) * time.Hour)
}

func (m *model) expire(rt *rapid.T) {
	if _, err := m.s.Sharing.ExpireDue(m.s.AsProgram()); err != nil {
		rt.Fatal(err)
	}
	for _, o := range m.offers {
		if o.state == sharing.Offered && !o.open(m.s.Now()) {
			o.state = sharing.Expired
		}
	}
}

func (m *model) end(rt *rapid.T) {
	if _, err := m.s.Sharing.EndDue(m.s.AsProgram()); err != nil {
		rt.Fatal(err)
	}
	m.orphans()
}

func (m *model) check(rt *rapid.T) {
	all := []string{"inspection", "police", "payoke", "moria", "migration"}
	for _, house := range all {
		_, err := m.s.Sharing.Access(m.s.as(house), m.victim)
		if got, want := err == nil, m.sees(house); got != want {
			rt.Fatalf("%s sees the file: %v, the model says %v", house, err, want)
		}
	}
	if house := rapid.SampledFrom(all).Draw(rt, "reader"); m.s.sees(house, m.victim) != m.sees(house) {
		rt.Fatalf("the list or the page of %s says otherwise than the model", house)
	}
	for _, o := range m.offers {
		for _, who := range []string{o.from, o.to} {
			if who == o.from && !m.sees(who) {
				continue
			}
			view, err := m.s.Sharing.Show(m.s.as(who), o.id)
			if err != nil || view.State != o.state || view.CanAnswer != (who == o.to && o.open(m.s.Now())) || view.CanWithdraw != (who == o.from && o.open(m.s.Now())) || view.CanComplete != (who == o.to && o.state == sharing.Accepted) {
				rt.Fatalf("%s sees %+v (%v), the model says %+v", who, view, err, o)
			}
		}
	}
}
