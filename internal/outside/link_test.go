package outside_test

import (
	"errors"
	"sync"
	"testing"

	"relais/internal/fault"
	"relais/internal/outside"
)

// again makes a new link as somebody, on a version of the package.
func (s *scene) again(who string, made outside.Made, version int64) (outside.Made, error) {
	return s.Outside.NewLink(s.As(who), s.victim, made.ID, version, false)
}

// TestNewLink_takesTheOldOnesPlace: what was sent by mail and confirmed by nobody says so, and leads to a new link. The old one is dead,
// its late confirmation counts for nothing, wrong codes stay counted, and the package opens once by the new link.
func TestNewLink_takesTheOldOnesPlace(t *testing.T) {
	onBoth(t, func(s *scene) {
		n := good()
		n.ByMail = true
		first := s.sent(n)
		v := s.state(first)
		if v.Delivery() != outside.NotMailed || !v.CanLink {
			s.t.Errorf("before any confirmation: %s, a new link: %v", v.Delivery(), v.CanLink)
		}
		s.dead(outside.Made{Token: first.Token, Code: "AAAAA-AAAAA"}, "a wrong code")
		_, err := s.again("rsz", first, v.Version)
		if !errors.Is(err, fault.Conflict) {
			s.t.Errorf("on a stale version: %v", err)
		}
		next, err := s.Outside.NewLink(s.As("rsz"), s.victim, first.ID, s.state(first).Version, true)
		s.must(err)
		if next.ID != first.ID || next.Token == first.Token || next.Code == first.Code || next.UntilAt != first.UntilAt || next.Email != n.Email {
			s.t.Errorf("made %+v of %+v", next, first)
		}
		s.dead(first, "the old link")
		s.dead(outside.Made{Token: first.Token, Code: next.Code}, "the old link with the new code")
		if err := s.Outside.Mailed(s.As("rsz"), s.victim, &first); !errors.Is(err, fault.Conflict) || s.state(first).MailedAt != 0 {
			s.t.Errorf("the old link's mail is confirmed for the new one: %v", err)
		}
		s.must(s.Outside.Mailed(s.As("rsz"), s.victim, &next))
		v = s.state(first)
		if v.Delivery() != outside.Mailed || v.Tries != 1 || !v.Whole {
			s.t.Errorf("then: %s, %d wrong codes, whole: %v", v.Delivery(), v.Tries, v.Whole)
		}
		if given, err := s.open(next); err != nil || len(given.Sections) == 0 {
			s.t.Errorf("the new link: %v", err)
		}
		if v = s.state(first); v.CanLink {
			s.t.Error("an opened package offers a new link")
		}
		_, err = s.again("rsz", first, v.Version)
		if f, ok := fault.As(err); !ok || f.Key != "outside.already_opened" {
			s.t.Errorf("after it was opened: %v", err)
		}
	})
}

// TestNewLink_isForTheAgencyThatSent the package: not for who leads the file, nor for others who see it, nor through another file, nor
// once its hours are over.
func TestNewLink_isForTheAgencyThatSent(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.Refer("rsz", s.victim, "be.payoke", "payoke", "identity")
		made := s.sent(good())
		refused := func(why string, kind fault.Kind, err error) {
			s.t.Helper()
			if fault.KindOf(err) != kind {
				s.t.Errorf("%s: %v", why, err)
			}
		}
		for _, who := range []string{"payoke", "pagasa", "rsz.auditor", "rsz.other"} {
			_, err := s.again(who, made, 1)
			refused(who, fault.NotFound, err)
		}
		_, err := s.again("rsz.second", made, 1)
		refused("a colleague, who may read less than what went along", fault.Refused, err)
		other := s.OpenVictim("rsz", s.OpenCase("rsz"), nil)
		_, err = s.Outside.NewLink(s.As("rsz"), other, made.ID, 1, false)
		refused("through another file", fault.NotFound, err)
		s.exec(`UPDATE outside_package SET agency_id = '` + s.Place("be.payoke").ID + `'`)
		v, err := s.Outside.Show(s.As("rsz"), s.victim, made.ID)
		s.must(err)
		if v.CanLink || !v.CanWithdraw {
			s.t.Errorf("who leads may make a link: %v, withdraw it: %v", v.CanLink, v.CanWithdraw)
		}
		_, err = s.again("rsz", made, 1)
		refused("who leads", fault.Refused, err)
		s.exec(`UPDATE outside_package SET agency_id = '` + s.Place("be.rsz").ID + `', email = ''`)
		_, err = s.Outside.NewLink(s.As("rsz"), s.victim, made.ID, 1, true)
		refused("by mail to nowhere", fault.Invalid, err)
		s.Advance(longerThan(72))
		_, err = s.again("rsz", made, 1)
		refused("after its hours", fault.Conflict, err)
	})
}

// TestNewLink_whileItIsOpenedHasOneWinner: either the old link opens it or the new one is made, never both.
func TestNewLink_whileItIsOpenedHasOneWinner(t *testing.T) {
	onBoth(t, func(s *scene) {
		for range 4 {
			made := s.sent(good())
			var opened, linked error
			var both sync.WaitGroup
			both.Go(func() { _, opened = s.open(made) })
			both.Go(func() { _, linked = s.again("rsz", made, 1) })
			both.Wait()
			if (opened == nil) == (linked == nil) {
				s.t.Errorf("opened: %v, made anew: %v", opened, linked)
			}
			if state := s.state(made).State; (opened == nil) != (state == outside.Opened) {
				s.t.Errorf("opened: %v, and it is %s", opened, state)
			}
		}
	})
}
