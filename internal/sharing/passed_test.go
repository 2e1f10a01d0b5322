package sharing_test

import (
	"bytes"
	"slices"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

// policeCase is a case of the police, who took the inspectorate into the team on its task: of what the others write of the exploitation
// the inspector reads nothing, and on a gateway could pass it on if the rule of passing on alone counted.
func (s *scene) policeCase() (victimID string) {
	s.T.Helper()
	caseID := s.OpenCase("fgp")
	victimID = s.OpenVictim("fgp", caseID, section.Values{"family_name": "Nguyen", "given_names": "Thi"})
	must(s.Sharing.Add(s.as("police"), caseID, memberDesk(s.desk("inspection")), ""))(s.T)
	return victimID
}

func (s *scene) writeExploitation(who, victimID, basis, text, tlp string) {
	s.T.Helper()
	d := entry.Draft{Values: section.Values{"types": "forced_labour", "narrative": text}, Purpose: "protection", Basis: basis, Nature: section.Fact, TLP: tlp}
	must(s.Entries.Add(s.as(who), gate.Victim, victimID, authz.Exploitation, d, ""))(s.T)
}

// TestRefer_passesOnNothingThatTheSenderDoesNotRead: what the share rests on is met for its receiver, not for the sender. Of the
// exploitation only what the inspectorate wrote itself goes along, as previewed, whatever the police marked; before it wrote anything
// the section is refused.
func TestRefer_passesOnNothingThatTheSenderDoesNotRead(t *testing.T) {
	for _, tlp := range []string{"", "red"} {
		t.Run("marked "+tlp, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *scene) {
				victimID := s.policeCase()
				s.writeExploitation("police", victimID, "legal_task", "Locked up at night.", tlp)
				if view := s.SectionOf("rsz", victimID, authz.Exploitation); len(view.Entries) > 0 || view.OthersOpen {
					t.Fatalf("the inspector reads %+v", view)
				}
				n := s.onGateway("payoke", "identity", "exploitation")
				_, err := s.Sharing.Rehearse(s.as("inspection"), victimID, n)
				s.wantsField(err, "sections", "sharing.nothing_there")
				_, err = s.Sharing.Refer(s.as("inspection"), victimID, n, "")
				s.wantsField(err, "sections", "sharing.nothing_there")
				choice := func() sharing.Choice {
					t.Helper()
					form := must(s.Sharing.ReferralForm(s.as("inspection"), victimID))(t)
					return form.Sections[slices.IndexFunc(form.Sections, func(c sharing.Choice) bool { return c.Section == authz.Exploitation })]
				}
				if c := choice(); c.Allowed {
					t.Errorf("the form offers %+v", c)
				}
				s.writeExploitation("inspection", victimID, "legal_gateway", "No wages.", "")
				if c := choice(); !c.Allowed || c.Whose != gate.ReasonOwnEntries {
					t.Errorf("with an entry of its own the form offers %+v", c)
				}
				looked := must(s.Sharing.Rehearse(s.as("inspection"), victimID, n))(t)
				previewed := wire(t, entry.BodiesOf(looked.Sections))
				n.Seen = looked.Seen
				id := must(s.Sharing.Refer(s.as("inspection"), victimID, n, ""))(t)
				offered := must(s.Sharing.Preview(s.as("payoke"), id))(t)
				if got := wire(t, entry.BodiesOf(offered.Sections)); !bytes.Equal(got, previewed) {
					t.Errorf("the shelter is offered %s\nand the preview was %s", got, previewed)
				}
				must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
				s.wantsWords("exploitation", s.written("payoke", victimID, authz.Exploitation, "narrative"), "No wages.")
				s.writeExploitation("police", victimID, "legal_task", "Beaten.", "")
				s.wantsWords("exploitation, later", s.written("payoke", victimID, authz.Exploitation, "narrative"), "No wages.")
				s.wantsWords("exploitation, to the police", s.written("police", victimID, authz.Exploitation, "narrative"), "Beaten.", "Locked up at night.", "No wages.")
			})
		})
	}
}

// TestRefer_onConsentPassesOnNothingThatTheSenderDoesNotRead: a person's consent to a share opens nothing to the shelter that holds a
// place in the team on its task.
func TestRefer_onConsentPassesOnNothingThatTheSenderDoesNotRead(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "payoke")
		s.Write("rsz", victims[0], authz.Labour, "legal_task", section.Values{"occupation": "roofer"})
		if view := s.SectionOf("payoke", victims[0], authz.Labour); len(view.Entries) > 0 {
			t.Fatalf("the shelter reads %+v", view)
		}
		yes := s.consentedTo(victims[0], "payoke", []string{"labour"}, "lawyers")
		_, err := s.Sharing.Refer(s.as("payoke"), victims[0], s.onConsent(yes, "lawyers", "labour"), "")
		s.wantsField(err, "sections", "sharing.nothing_there")
	})
}

// TestRenew_isForWhoMayKnowWhoseEntriesTheGrantOpens: the lead learns of narrowed sections neither by renewing, nor by the refusal, nor
// by becoming the giver of the row, as by a hand-over.
func TestRenew_isForWhoMayKnowWhoseEntriesTheGrantOpens(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, yes := s.twoShelters()
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "health", "identifiers"), ""))(t)
		must0(t, s.Sharing.Approve(s.As("payoke.second"), id, 1))
		must(s.Sharing.Accept(s.as("lawyers"), id, 1))(t)
		untold := func(when, grantID string) {
			t.Helper()
			grant := must(s.Sharing.Grant(s.as("inspection"), grantID))(t)
			if grant.CanRenew || grant.Sections.Has(authz.Health) || grant.Sections.Has(authz.Identifiers) || len(grant.OnlyOf) > 0 {
				t.Errorf("%s the lead is told %v %v, and may renew: %v", when, grant.Sections, grant.OnlyOf, grant.CanRenew)
			}
			for _, until := range []moment.Date{s.inDays(80), s.inDays(360)} { // the other is beyond a ceiling
				_, err := s.renew("inspection", grantID, grant.Version, until)
				s.wantsRefusal(err, "sharing.not_renewed_by_yours", "the lead renews")
				if f, _ := fault.As(err); f == nil || len(f.Fields) > 0 {
					t.Errorf("%s the refusal says %+v", when, f)
				}
			}
			list := must(s.Sharing.Access(s.as("inspection"), victimID))(t)
			if at := slices.IndexFunc(list.List, func(a sharing.Access) bool { return a.GrantID == grantID }); len(list.List[at].OnlyOf) > 0 {
				t.Errorf("%s the lead is told in the list %v", when, list.List[at].OnlyOf)
			}
		}
		untold("given,", id)
		version := must(s.Sharing.Grant(s.As("payoke.second"), id))(t).Version
		renewed := must(s.Sharing.Renew(s.As("payoke.second"), id, version, s.inDays(80), "support_continues"))(t)
		must0(t, s.Sharing.Approve(s.as("payoke"), renewed, 1))
		untold("renewed,", renewed)
		s.exec(`UPDATE file_grant SET granted_by_agency = :lead WHERE id = :id`, database.Args{"lead": s.house("inspection").ID, "id": renewed})
		untold("as its giver", renewed)
		if grant := must(s.Sharing.Grant(s.as("payoke"), renewed))(t); len(grant.OnlyOf) != 2 {
			t.Errorf("the shelter that wrote it is told %v", grant.OnlyOf)
		}
	})
}

// TestRed_closesWhatWasSharedByAnother: what the police mark TLP:RED after the inspectorate took the prosecutor in is closed to the
// prosecutor, older versions and the kept package too. The lead reads it, and so does the prosecutor once the police have agreed, also
// after the lead has renewed that access.
func TestRed_closesWhatWasSharedByAnother(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "police")
		d := entry.Draft{Values: section.Values{"family_name": "Tran"}, Purpose: "protection", Basis: "legal_task", Nature: section.Fact}
		id := must(s.Entries.Add(s.as("police"), gate.Victim, victims[0], authz.Identity, d, ""))(t)
		sent := s.accepted(victims[0], "prosecutor", "identity")
		reads := func(who string) bool {
			t.Helper()
			_, err := s.Entries.Show(s.as(who), id, "")
			if _, _, older := s.Entries.History(s.as(who), id, ""); (err == nil) != (older == nil) {
				t.Errorf("%s: entry %v, its history %v", who, err, older)
			}
			return err == nil
		}
		packed := func() (count int) {
			t.Helper()
			for _, v := range must(s.Sharing.Evidence(s.as("prosecutor"), sent))(t).Sections {
				count += len(v.Entries)
			}
			return count
		}
		if !reads("prosecutor") || !reads("inspection") || packed() != 2 {
			t.Fatal("what went along is not read")
		}
		d.TLP = "red"
		must(s.Entries.Change(s.as("police"), id, 1, d))(t)
		if reads("prosecutor") || packed() != 1 || !reads("inspection") || !reads("police") {
			t.Error("marked for named recipients, it is open to whom somebody else let in, or closed to the lead")
		}
		_, err := s.Entries.Show(s.as("prosecutor"), id, "")
		if f, _ := fault.As(err); f == nil || f.Args["Reason"] != "need.originator" {
			t.Errorf("the refusal says %v", err)
		}
		by := offerTo(s.desk("prosecutor"), "identity")
		by.Until = s.inDays(40)
		own := must(s.Sharing.Refer(s.as("police"), victims[0], by, ""))(t)
		must(s.Sharing.Accept(s.as("prosecutor"), own, 1))(t)
		if !reads("prosecutor") {
			t.Fatal("what its originator hands over is closed")
		}
		must(s.Sharing.Renew(s.as("inspection"), own, s.versionOf(own), s.inDays(80), "investigation_continues"))(t)
		if !reads("prosecutor") {
			t.Error("whoever renewed it took the originator's agreement away")
		}
		s.exec(`UPDATE file_grant SET agreed = '', purpose = purpose WHERE state <> 'ended'`, nil) // as it was renewed before anybody kept it
		if reads("prosecutor") {
			t.Fatal("without the agreement of its originator it is open")
		}
		s.Step("0058_grant_agreed_before")
		if !reads("prosecutor") {
			t.Error("a grant that was renewed before is not mended")
		}
	})
}

// TestKept_decidesByAllEntries: what the lead does not read counts too when a place in the team opens it; the lead learns neither who
// keeps it nor in which section.
func TestKept_decidesByAllEntries(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "migration")
		d := entry.Draft{Values: section.Values{"status": "reflection"}, Purpose: "protection", Basis: "legal_task", Nature: section.Fact, TLP: "amber"}
		must(s.Entries.Add(s.as("migration"), gate.Victim, victims[0], authz.Residence, d, ""))(t)
		if view := s.SectionOf("rsz", victims[0], authz.Residence); len(view.Entries) > 0 {
			t.Fatalf("the lead reads %+v", view)
		}
		_, err := s.Sharing.Add(s.as("inspection"), caseID, memberDesk(s.desk("prosecutor")), "")
		s.wantsField(err, "sections", "sharing.kept_unseen")
		if f, _ := fault.As(err); len(f.Fields) != 1 || len(f.Fields[0].Args) != 0 {
			t.Errorf("the lead is told %+v", f.Fields)
		}
		if s.sees("prosecutor", victims[0]) {
			t.Error("a place that was refused opens the file")
		}
	})
}
