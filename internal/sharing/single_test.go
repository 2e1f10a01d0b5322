package sharing_test

import (
	"bytes"
	"slices"
	"testing"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/section"
	"relais/internal/sharing"
)

// threeJobs is a victim file of the inspection with three entries on her work.
func (s *scene) threeJobs() (victimID string, entries []string) {
	s.T.Helper()
	_, victims := s.openCase(1)
	for _, text := range []string{"roofer", "tiler", "plumber"} {
		entries = append(entries, s.job("rsz", victims[0], text))
	}
	return victims[0], entries
}

func (s *scene) job(key, victimID, text string) string {
	return s.Write(key, victimID, authz.Labour, "legal_task", section.Values{"occupation": text})
}

// TestRefer_ofOneEntryIsOfThatEntryAlone: in the preview, in the package, with the desk that has it, in what is written later and in what
// that desk may pass on.
func TestRefer_ofOneEntryIsOfThatEntryAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, entries := s.threeJobs()
		offer := offerTo(s.desk("police"), "identity", "labour")
		offer.Entries = entries[1:2]
		looked := must(s.Sharing.Rehearse(s.as("inspection"), victimID, offer))(t)
		if !named(looked.Sections) || looked.Entries != 2 {
			t.Fatalf("the preview holds %d entries", looked.Entries)
		}
		offer.Seen = looked.Seen
		id := must(s.Sharing.ReferSeen(s.as("inspection"), victimID, offer, ""))(t)
		offered := must(s.Sharing.Preview(s.as("police"), id))(t)
		if !bytes.Equal(wire(t, entry.BodiesOf(offered.Sections)), wire(t, entry.BodiesOf(looked.Sections))) {
			t.Error("what the desk is offered is not what was previewed")
		}
		must(s.Sharing.Accept(s.as("police"), id, 1))(t)
		s.job("rsz", victimID, "painter")
		s.wantsWords("the police read", s.written("police", victimID, authz.Labour, "occupation"), "tiler")
		grant := must(s.Sharing.Grant(s.as("police"), id))(t)
		s.wantsWords("the grant names", grant.OnlyOf.Entries(authz.Labour), entries[1])
		s.Advance(30 * day)
		renewed := must(s.renew("inspection", id, grant.Version, s.inDays(80)))(t)
		s.wantsWords("renewed, the police read", s.written("police", victimID, authz.Labour, "occupation"), "tiler")
		s.wantsWords("the renewed grant names", must(s.Sharing.Grant(s.as("police"), renewed))(t).OnlyOf.Entries(authz.Labour), entries[1])

		onward := offerTo(s.desk("prosecutor"), "labour")
		onward.Entries = entries[:1]
		_, err := s.Sharing.Refer(s.as("police"), victimID, onward, "")
		s.wantsField(err, "entries", "sharing.no_such_entry")
		onward.Entries = nil
		onID := must(s.Sharing.Refer(s.as("police"), victimID, onward, ""))(t)
		must(s.Sharing.Accept(s.as("prosecutor"), onID, 1))(t)
		s.wantsWords("the prosecutor reads", s.written("prosecutor", victimID, authz.Labour, "occupation"), "tiler")
	})
}

// TestRefer_refusesEntriesThatDoNotGo: one of another file, one whose section was not ticked, and too many.
func TestRefer_refusesEntriesThatDoNotGo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, entries := s.threeJobs()
		_, others := s.openCase(1)
		elsewhere := s.job("rsz", others[0], "cook")
		many := make([]string, 101)
		for _, c := range []struct {
			entries []string
			section string
			key     string
		}{
			{[]string{elsewhere}, "labour", "sharing.no_such_entry"},
			{[]string{"nonsense"}, "labour", "sharing.no_such_entry"},
			{entries[:1], "identity", "sharing.entry_without_section"},
			{many, "labour", "fault.field_too_many"},
		} {
			offer := offerTo(s.desk("police"), c.section)
			offer.Entries = c.entries
			_, err := s.Sharing.Refer(s.as("inspection"), victimID, offer, "")
			s.wantsField(err, "entries", c.key)
		}
		form := must(s.Sharing.ReferralForm(s.as("inspection"), victimID))(t)
		if len(form.Singles) != 4 {
			t.Errorf("the form offers %d entries", len(form.Singles))
		}
		if _, err := s.Sharing.ReferralForm(s.as("payoke"), victimID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a stranger gets %v", err)
		}
	})
}

// TestRefer_ofOneEntryOfAnother: the lead passes on an entry that the police wrote and it reads; it sees which section goes along and renews
// it. A colleague of the team who does not read the entry learns of it neither from the grant nor from the list of who has access.
func TestRefer_ofOneEntryOfAnother(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		victimID := victims[0]
		s.addTeam(caseID, "police")
		s.addTeam(caseID, "migration")
		theirs := s.job("fgp", victimID, "roofer")
		s.job("fgp", victimID, "tiler")
		offer := offerTo(s.desk("prosecutor"), "labour")
		offer.Entries = []string{theirs}
		id := must(s.Sharing.Refer(s.as("inspection"), victimID, offer, ""))(t)
		must(s.Sharing.Accept(s.as("prosecutor"), id, 1))(t)
		s.wantsWords("the prosecutor reads", s.written("prosecutor", victimID, authz.Labour, "occupation"), "roofer")
		told := func(who string) bool {
			t.Helper()
			grant := must(s.Sharing.Grant(s.as(who), id))(t)
			list := must(s.Sharing.Access(s.as(who), victimID))(t).List
			at := slices.IndexFunc(list, func(a sharing.Access) bool { return a.GrantID == id })
			if at < 0 || grant.Sections.Has(authz.Labour) != (len(list[at].OnlyOf) == 1) {
				t.Errorf("the grant and the list tell %s different things: %v, %+v", who, grant.Sections, list)
			}
			return grant.Sections.Has(authz.Labour)
		}
		for who, want := range map[string]bool{"inspection": true, "police": true, "prosecutor": true, "migration": false} {
			if got := told(who); got != want {
				t.Errorf("%s is told: %v", who, got)
			}
		}
		s.Advance(30 * day)
		grant := must(s.Sharing.Grant(s.as("inspection"), id))(t)
		if !grant.CanRenew {
			t.Errorf("the lead may not renew: %v", grant.Why)
		}
		_, err := s.renew("police", id, grant.Version, s.inDays(80))
		s.wants(err, fault.Refused, "who wrote it and gave nothing renews")
		renewed := must(s.renew("inspection", id, grant.Version, s.inDays(80)))(t)
		s.wantsWords("renewed, the prosecutor reads", s.written("prosecutor", victimID, authz.Labour, "occupation"), "roofer")
		s.wantsWords("the renewed grant names", must(s.Sharing.Grant(s.as("inspection"), renewed))(t).OnlyOf.Entries(authz.Labour), theirs)
	})
}

// TestRefer_ofOneEntryThatTheLeadDoesNotRead: a shelter's own health entry, passed on alone, is told to no lead that cannot read it, and not
// for it to renew.
func TestRefer_ofOneEntryThatTheLeadDoesNotRead(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("payoke", "boss", agency.NewWorker{Supervisor: true, Desks: []string{}})
		victimID, yes := s.twoShelters()
		offer := s.onConsent(yes, "lawyers", "health")
		offer.Entries = []string{s.SectionOf("payoke", victimID, authz.Health).Entries[0].ID}
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, offer, ""))(t)
		must0(t, s.Sharing.Approve(s.as("payoke/boss"), id, 1))
		must(s.Sharing.Accept(s.as("lawyers"), id, 1))(t)
		grant := must(s.Sharing.Grant(s.as("inspection"), id))(t)
		if grant.CanRenew || grant.Sections.Has(authz.Health) || len(grant.OnlyOf) != 0 {
			t.Errorf("the lead is told %v, %v, and may renew: %v", grant.Sections, grant.OnlyOf, grant.CanRenew)
		}
		if mine := must(s.Sharing.Grant(s.as("payoke"), id))(t); !mine.CanRenew || len(mine.OnlyOf.Entries(authz.Health)) != 1 {
			t.Errorf("the shelter is told %v, and may renew: %v (%v)", mine.OnlyOf, mine.CanRenew, mine.Why)
		}
	})
}

// TestReferralForm_ofManyEntries names the newest 200 and says so in the trail, section by section; an older one goes along by its id.
func TestReferralForm_ofManyEntries(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		oldest := s.job("rsz", victims[0], "roofer")
		for range 200 {
			s.job("rsz", victims[0], "tiler")
		}
		form := must(s.Sharing.ReferralForm(s.as("inspection"), victims[0]))(t)
		if len(form.Singles) != 200 || slices.ContainsFunc(form.Singles, func(e entry.Single) bool { return e.EntryID == oldest }) {
			t.Errorf("the form names %d entries, or the oldest", len(form.Singles))
		}
		looks := s.trailOf(victims[0])
		at := slices.IndexFunc(looks, func(e audit.Entry) bool { return e.Action == "referral.form" })
		if at < 0 || len(looks[at].Sections) != 1 || looks[at].Sections[0].Section != "labour" || looks[at].Sections[0].Show != "full" {
			t.Errorf("the trail says of the form %+v", looks[max(at, 0)].Sections)
		}
		offer := offerTo(s.desk("police"), "labour")
		offer.Entries = []string{oldest}
		must(s.Sharing.Accept(s.as("police"), must(s.Sharing.Refer(s.as("inspection"), victims[0], offer, ""))(t), 1))(t)
		s.wantsWords("the police read", s.written("police", victims[0], authz.Labour, "occupation"), "roofer")
	})
}
