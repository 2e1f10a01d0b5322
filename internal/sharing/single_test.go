package sharing_test

import (
	"bytes"
	"testing"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/section"
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
