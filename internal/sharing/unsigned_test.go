package sharing_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/breach"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// unsigned is an offer of health to the lawyers that payoke made on a consent, with what went along.
type unsigned struct {
	victimID, yes, entryID, noteID, id string
}

// proposeHealth lets payoke offer its entry and its note on health to the lawyers, who have opened the file by an offer of the inspection.
func (s *scene) proposeHealth() (u unsigned) {
	s.T.Helper()
	u.victimID, u.yes = s.twoShelters()
	must(s.Sharing.Accept(s.as("lawyers"), s.refer(u.victimID, "lawyers", "identity"), 1))(s.T)
	for _, e := range s.SectionOf("payoke", u.victimID, authz.Health).Entries {
		if e.Values["complaints"] == "Does not sleep." {
			u.entryID = e.ID
		}
	}
	u.noteID = must(s.Journal.Write(s.as("payoke"), gate.Victim, u.victimID, journal.New{Section: "health", Text: "Sees a doctor on Monday."}, ""))(s.T)
	u.id = must(s.Sharing.Refer(s.as("payoke"), u.victimID, s.onConsent(u.yes, "lawyers", "health"), ""))(s.T)
	s.Advance(time.Minute)
	must(s.Victims.Show(s.as("lawyers"), u.victimID))(s.T)
	s.Trail.Settle(s.T.Context())
	s.Advance(time.Minute)
	return u
}

// correctHealth writes anew what went along, and gives how often each time the lawyers' desk was told.
func (s *scene) correctHealth(u unsigned) int {
	s.T.Helper()
	before := len(s.told("referral.corrected"))
	must(s.Entries.Change(s.as("payoke"), u.entryID, 1, testkit.Draft(section.Values{"complaints": "Sleeps badly."})))(s.T)
	must0(s.T, s.Journal.Correct(s.as("payoke"), u.noteID, 1, "Sees a doctor on Tuesday."))
	return len(s.told("referral.corrected")) - before
}

// letIn says whether a timeline tells that the grant of an offer let somebody in, or that it no longer does.
func (s *scene) letIn(who string, u unsigned) bool {
	s.T.Helper()
	return slices.ContainsFunc(must(s.Journal.Timeline(s.as(who), gate.Victim, u.victimID, gate.Cursor{}))(s.T).Events,
		func(e journal.Event) bool {
			return (e.Kind == journal.Shared || e.Kind == journal.Unshared) && e.ID == u.id
		})
}

// TestReferral_thatNobodySignedIsNotToldByWhatComesAfter: neither a correction of what went along nor the end of the consent tells the desk, no
// timeline tells of a disclosure that never was, and a breach does not name who would have made it. One that was signed and not taken is told
// to its desk, and is no disclosure either; one that was taken is.
func TestReferral_thatNobodySignedIsNotToldByWhatComesAfter(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
		s.person("lawyers", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
		sign := func(id string) { must0(t, s.Sharing.Approve(s.as("payoke/boss"), id, 1)) }
		for _, c := range []struct {
			how                   string
			then                  func(id string)
			corrected, withdrawn  int
			opened, givenByPayoke bool
		}{
			{"waits", func(string) {}, 0, 0, false, false},
			{"refused", func(id string) { must0(t, s.Sharing.RefuseApproval(s.as("payoke/boss"), id, 1)) }, 0, 0, false, false},
			{"signed", sign, 2, 1, false, true},
			{"taken", func(id string) { sign(id); must(s.Sharing.Accept(s.as("lawyers"), id, 1))(t) }, 2, 1, true, true},
		} {
			u := s.proposeHealth()
			c.then(u.id)
			if told := s.correctHealth(u); told != c.corrected {
				t.Errorf("%s: the desk is told of %d corrections, want %d", c.how, told, c.corrected)
			}
			before := len(s.told("consent_withdrawn"))
			must(s.Consents.Withdraw(s.as("payoke"), u.victimID, u.yes, 1, "spoken", ""))(t)
			if told := len(s.told("consent_withdrawn")) - before; told != c.withdrawn {
				t.Errorf("%s: the withdrawal is told %d times, want %d", c.how, told, c.withdrawn)
			}
			for _, who := range []string{"pagasa", "lawyers", "payoke"} {
				if s.letIn(who, u) != c.opened {
					t.Errorf("%s: the timeline of %s tells of an access: %v", c.how, who, !c.opened)
				}
			}
			if given := s.originOf(u, "Payoke"); given != c.givenByPayoke {
				t.Errorf("%s: a breach names who would have given it: %v", c.how, given)
			}
		}
	})
}

// originOf says whether a breach at the lawyers that touches the file names an agency as one that gave it.
func (s *scene) originOf(u unsigned, name string) bool {
	s.T.Helper()
	n := breach.New{Kind: "device_lost", KnownAt: s.Now(), Authority: breach.Pending, Subjects: breach.Undecided, Texts: breach.Texts{Story: "Lost."},
		References: []string{must(s.Victims.Show(s.as("lawyers"), u.victimID))(s.T).File.Reference}}
	id := must(s.Breaches.Record(s.as("lawyers/boss"), n, ""))(s.T)
	view := must(s.Breaches.Show(s.as("lawyers/boss"), id))(s.T)
	return slices.ContainsFunc(view.Origins, func(o breach.Origin) bool { return o.Agency == name })
}

// TestConsent_namesWhatNobodySignedToWhoGivesItOnly: a desk that was let in on the same consent does not read that health is on its way to it.
func TestConsent_namesWhatNobodySignedToWhoGivesItOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
		victimID, yes := s.twoShelters()
		taken := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "identifiers"), ""))(t)
		must(s.Sharing.Accept(s.as("lawyers"), taken, 1))(t)
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "health"), ""))(t)
		reads := func(when string, want map[string]bool) {
			t.Helper()
			for who, sees := range want {
				var got []string
				for _, share := range must(s.Consents.Show(s.as(who), victimID, yes))(t).Resting {
					got = append(got, share.GrantID)
				}
				if !slices.Contains(got, taken) || slices.Contains(got, id) != sees {
					t.Errorf("%s %s reads %v of %s and %s", when, who, got, taken, id)
				}
			}
		}
		reads("before it is signed", map[string]bool{"lawyers": false, "payoke": true})
		must0(t, s.Sharing.Approve(s.as("payoke/boss"), id, 1))
		reads("once it is signed", map[string]bool{"lawyers": true, "payoke": true})
	})
}

// TestRefer_ofAnotherAgencyIsNotHeldUp: what one agency has offered to a desk, signed or not, is not told to another that offers the same file
// to it. The desk has one offer of each before it, which it answers by itself, and each agency reads its own.
func TestRefer_ofAnotherAgencyIsNotHeldUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
		victimID, yes := s.twoShelters()
		lists := func(who string, box sharing.Box) (ids []string) {
			t.Helper()
			for _, r := range must(s.Sharing.List(s.as(who), box, gate.Cursor{}))(t).Referrals {
				ids = append(ids, r.ID)
			}
			slices.Sort(ids)
			return ids
		}
		hers := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "health"), ""))(t)
		_, err := s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "identifiers"), "")
		s.wantsField(err, "to", "sharing.already_offered")
		ours := s.refer(victimID, "lawyers", "identity")
		if got := lists("lawyers", sharing.Waiting); !slices.Equal(got, []string{ours}) {
			t.Errorf("before it is signed %v wait at the desk, want %s", got, ours)
		}
		must0(t, s.Sharing.Approve(s.as("payoke/boss"), hers, 1))
		_, err = s.Sharing.Refer(s.as("inspection"), victimID, offerTo(s.desk("lawyers"), "labour"), "")
		s.wantsField(err, "to", "sharing.already_offered")
		if got := lists("lawyers", sharing.Waiting); !slices.Equal(got, []string{hers, ours}) {
			t.Errorf("once it is signed %v wait, want %s and %s", got, hers, ours)
		}
		if got := lists("inspection", sharing.Sent); !slices.Equal(got, []string{ours}) {
			t.Errorf("the inspection reads %v", got)
		}
		must0(t, s.Sharing.Decline(s.as("lawyers"), ours, 1, "no_capacity"))
		must(s.Sharing.Accept(s.as("lawyers"), hers, 1))(t)
		again := s.refer(victimID, "lawyers", "identity")
		must(s.Sharing.Accept(s.as("lawyers"), again, 1))(t)
		for id, want := range map[string]sharing.State{hers: sharing.Accepted, ours: sharing.Declined, again: sharing.Accepted} {
			if view := must(s.Sharing.Show(s.as("lawyers"), id))(t); view.State != want {
				t.Errorf("%s is %s, want %s", id, view.State, want)
			}
		}
		if got := s.written("lawyers", victimID, authz.Health, "complaints"); !slices.Equal(got, []string{"Does not sleep."}) {
			t.Errorf("after both the desk reads %v", got)
		}
	})
}

// TestRefer_leavesTheOldOffersOfOthers: an offer that another agency's desk has left unanswered is marked by the program, which tells who made
// it, and not by whoever offers the file next.
func TestRefer_leavesTheOldOffersOfOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, yes := s.twoShelters()
		hers := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "identifiers"), ""))(t)
		s.Advance(40 * 24 * time.Hour)
		s.refer(victimID, "lawyers", "identity")
		must(s.Sharing.ExpireDue(s.AsProgram()))(t)
		if view := must(s.Sharing.Show(s.as("payoke"), hers))(t); view.State != sharing.Expired || len(s.told("referral.expired")) != 1 {
			t.Errorf("it is %s, told %+v", view.State, s.told("referral.expired"))
		}
	})
}
