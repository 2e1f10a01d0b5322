package sharing_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

func TestAccept_letsTheReceivingAgencyIn(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity", "labour")
		if s.sees("payoke", victims[0]) {
			t.Error("the desk sees the file before it accepts")
		}
		preview := must(s.Sharing.Preview(s.as("payoke"), id))(t)
		if !named(preview.Sections) || preview.Note != "Speaks French." || len(preview.Sections) != 2 {
			t.Errorf("the preview shows %+v", preview)
		}
		file := must(s.Sharing.Accept(s.as("payoke"), id, preview.Version))(t)
		if file != victims[0] || !s.reads("payoke", victims[0]) {
			t.Error("the desk does not read the file after it accepted")
		}
		for _, stranger := range []string{"police", "moria"} {
			if s.sees(stranger, victims[0]) {
				t.Errorf("%s sees the file", stranger)
			}
		}
		view := must(s.Sharing.Show(s.as("inspection"), id))(t)
		if view.State != sharing.Accepted || !view.Sent || view.Received || view.CanWithdraw {
			t.Errorf("the sender sees %+v", view)
		}
	})
}

func TestAccept_opensOnlyTheSectionsOfTheOffer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "labour")
		if preview := must(s.Sharing.Preview(s.as("payoke"), id))(t); named(preview.Sections) {
			t.Error("the preview shows a section that was not offered")
		}
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		if s.reads("payoke", victims[0]) {
			t.Error("the identity was not offered, and yet it is read")
		}
		view := must(s.Victims.Show(s.as("payoke"), victims[0]))(t)
		for _, v := range view.Sections {
			if v.Section == authz.SafeContact && !v.CanWrite {
				t.Error("what the shelter writes itself is not cut by the offer")
			}
		}
	})
}

func TestReferral_doesNotExistForStrangers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		id := s.refer(victims[0], "payoke", "identity")
		for _, who := range []string{"police", "moria", "comensha"} {
			_, err := s.Sharing.Refer(s.as(who), victims[0], offerTo(s.desk("payoke"), "identity"), "")
			s.wants(err, fault.NotFound, who+" refers")
			_, err = s.Sharing.ReferralForm(s.as(who), victims[0])
			s.wants(err, fault.NotFound, who+" gets the form")
			_, err = s.Sharing.Show(s.as(who), id)
			s.wants(err, fault.NotFound, who+" shows")
			_, err = s.Sharing.Preview(s.as(who), id)
			s.wants(err, fault.NotFound, who+" previews")
			_, err = s.Sharing.Accept(s.as(who), id, 1)
			s.wants(err, fault.NotFound, who+" accepts")
			s.wants(s.Sharing.Decline(s.as(who), id, 1, "safety"), fault.NotFound, who+" declines")
			s.wants(s.Sharing.Withdraw(s.as(who), id, 1), fault.NotFound, who+" withdraws")
			for _, box := range sharing.Boxes() {
				if list := must(s.Sharing.List(s.as(who), box, gate.Cursor{}))(t); len(list.Referrals) > 0 {
					t.Errorf("%s finds %d in %s", who, len(list.Referrals), box)
				}
			}
		}
		s.wants(s.Sharing.Withdraw(s.as("payoke"), id, 1), fault.Refused, "the receiver withdraws")
		_, err := s.Sharing.Accept(s.as("inspection"), id, 1)
		s.wants(err, fault.NotFound, "the sender accepts")
	})
}

func TestRefer_refusesWhatIsNotTheSendersToGive(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		form := must(s.Sharing.ReferralForm(s.as("inspection"), victims[0]))(t)
		allowed := map[authz.Section]bool{}
		for _, c := range form.Sections {
			allowed[c.Section] = c.Allowed
			if !c.Allowed && c.Reason == "" {
				t.Errorf("%s is closed without a reason", c.Section)
			}
		}
		if !allowed[authz.Identity] || !allowed[authz.Labour] || allowed[authz.Statements] || allowed[authz.Health] {
			t.Errorf("the form offers %v", allowed)
		}
		for section, ok := range allowed {
			_, err := s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("prosecutor"), section.String()), "")
			switch {
			case ok:
				must0(t, err)
				s.settle(victims[0])
			case section == authz.Consents: // its own alone, and it has recorded none
				s.wantsField(err, "sections", "sharing.nothing_there")
			default:
				s.wantsField(err, "sections", "sharing.not_yours."+section.String())
			}
		}
		_, err := s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("migration"), "labour"), "")
		s.wantsField(err, "sections", "sharing.not_theirs.labour")
	})
}

// settle withdraws what the inspection has on offer of a file.
func (s *scene) settle(victimID string) {
	s.T.Helper()
	list := must(s.Sharing.List(s.as("inspection"), sharing.Sent, gate.Cursor{}))(s.T)
	for _, r := range list.Referrals {
		if r.FileID == victimID && r.State == sharing.Offered {
			must0(s.T, s.Sharing.Withdraw(s.as("inspection"), r.ID, r.Version))
		}
	}
}

func TestRefer_namesEachFieldAtFault(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		closed := s.desk("tutelles")
		s.exec(`UPDATE desk SET closed_at = 1 WHERE id = :id`, database.Args{"id": closed})
		s.exec(`UPDATE agency SET closed_at = 1 WHERE id = :id`, database.Args{"id": s.house("lawyers").ID})
		for _, c := range []struct {
			field, key string
			change     func(n *sharing.NewReferral)
		}{
			{"to", "fault.field_required", func(n *sharing.NewReferral) { n.DeskID = "" }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewReferral) { n.DeskID = gate.NewID() }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewReferral) { n.DeskID = s.worker("payoke") }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewReferral) { n.DeskID = closed }},
			{"to", "sharing.no_such_desk", func(n *sharing.NewReferral) { n.DeskID = s.desk("lawyers") }},
			{"to", "sharing.own_agency", func(n *sharing.NewReferral) { n.DeskID = s.desk("inspection") }},
			{"to", "sharing.no_intake", func(n *sharing.NewReferral) { n.DeskID = s.desk("court") }},
			{"sections", "sharing.no_section", func(n *sharing.NewReferral) { n.Sections = nil }},
			{"sections", "fault.field_unknown_code", func(n *sharing.NewReferral) { n.Sections = []string{"everything"} }},
			{"sections", "fault.field_unknown_code", func(n *sharing.NewReferral) { n.Sections = []string{"access_log"} }},
			{"sections", "sharing.not_here.suspects", func(n *sharing.NewReferral) { n.Sections = []string{"suspects"} }},
			{"urgency", "fault.field_unknown_code", func(n *sharing.NewReferral) { n.Urgency = "soon" }},
			{"reason", "fault.field_required", func(n *sharing.NewReferral) { n.Reason = "" }},
			{"purpose", "fault.field_unknown_code", func(n *sharing.NewReferral) { n.Purpose = "curiosity killed" }},
			{"basis", "fault.field_required", func(n *sharing.NewReferral) { n.Basis = "" }},
			{"basis_ref", "sharing.basis_ref_required", func(n *sharing.NewReferral) { n.Basis = "legal_gateway" }},
			{"basis_ref", "sharing.basis_ref_shape", func(n *sharing.NewReferral) { n.BasisRef = "Thi Nguyen" }},
			{"basis_ref", "sharing.basis_ref_shape", func(n *sharing.NewReferral) { n.BasisRef = strings.Repeat("1", 61) }},
			{"until", "fault.field_not_a_date", func(n *sharing.NewReferral) { n.Until = "2026-02-30" }},
			{"until", "sharing.until_past", func(n *sharing.NewReferral) { n.Until = "2026-03-01" }},
			{"until", "sharing.until_before_answer", func(n *sharing.NewReferral) { n.Until = "2026-03-03" }},
			{"until", "sharing.until_too_late", func(n *sharing.NewReferral) { n.Until = "2027-03-10" }},
			{"note", "fault.field_too_long", func(n *sharing.NewReferral) { n.Note = strings.Repeat("é", 2001) }},
			{"note", "fault.field_control_characters", func(n *sharing.NewReferral) { n.Note = "a\x00b" }},
			{"note", "fault.field_not_text", func(n *sharing.NewReferral) { n.Note = "a\xffb" }},
		} {
			n := offerTo(s.desk("payoke"), "identity")
			c.change(&n)
			_, err := s.Sharing.Refer(s.as("inspection"), victims[0], n, "")
			s.wantsField(err, c.field, c.key)
		}
		if list := must(s.Sharing.List(s.as("inspection"), sharing.Sent, gate.Cursor{}))(t); len(list.Referrals) > 0 {
			t.Error("a refused offer left something behind")
		}
	})
}

func TestRefer_makesOneOpenOfferToADesk(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		first := must(s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("payoke"), "identity"), "key-12345"))(t)
		again := must(s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("payoke"), "identity"), "key-12345"))(t)
		if first != again {
			t.Error("the same request made two referrals")
		}
		_, err := s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("moria"), "identity"), "key-12345")
		s.wants(err, fault.Conflict, "the same key with another offer")
		_, err = s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("payoke"), "labour"), "")
		s.wantsField(err, "to", "sharing.already_offered")
		must0(t, s.Sharing.Decline(s.as("payoke"), first, 1, "no_capacity"))
		must(s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("payoke"), "identity"), ""))(t)
	})
}

func TestRefer_atOnceFromTwoPeopleMakesOneOffer(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("inspection", "second", agency.NewWorker{})
		for range 5 {
			_, victims := s.openCase(1)
			errs := testkit.Together(
				func() error {
					_, err := s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("payoke"), "identity"), "")
					return err
				},
				func() error {
					_, err := s.Sharing.Refer(s.as("inspection/second"), victims[0], offerTo(s.desk("payoke"), "identity"), "")
					return err
				},
			)
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("one has to win: %v", errs)
			}
			for _, err := range errs {
				if err != nil {
					s.wantsField(err, "to", "sharing.already_offered")
				}
			}
		}
	})
}

func TestRefer_sentTwiceAtOnceIsOneReferral(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for range 5 {
			_, victims := s.openCase(1)
			var ids [2]string
			send := func(i int) func() error {
				return func() (err error) {
					ids[i], err = s.Sharing.Refer(s.as("inspection"), victims[0], offerTo(s.desk("payoke"), "identity"), victims[0])
					return err
				}
			}
			if errs := testkit.Together(send(0), send(1)); errs[0] != nil || errs[1] != nil || ids[0] != ids[1] {
				t.Fatalf("%v, %v", ids, errs)
			}
		}
	})
}

func TestReferral_leavesATrailAndNoWords(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(1)
		n := offerTo(s.desk("payoke"), "identity")
		n.Note = "Zoersel forest path 7"
		id := must(s.Sharing.Refer(s.as("inspection"), victims[0], n, ""))(t)
		must(s.Sharing.Accept(s.as("payoke"), id, 1))(t)
		entries := s.trailOf(victims[0])
		var offer, accept *audit.Entry
		for i := range entries {
			switch entries[i].Action {
			case "referral.offer":
				offer = &entries[i]
			case "referral.accept":
				accept = &entries[i]
			}
		}
		payoke := s.house("payoke").ID
		if offer == nil || offer.Op != audit.Disclose || offer.Subject != id || offer.Recipients[0].AgencyID != payoke || offer.Sections[0].Section != "identity" {
			t.Errorf("the offer's entry is %+v", offer)
		}
		if accept == nil || accept.Op != audit.Disclose || accept.Recipients[0].WorkerID != s.worker("payoke") || accept.GrantID != id {
			t.Errorf("the acceptance's entry is %+v", accept)
		}
		for _, file := range []string{s.path(), s.path() + "-wal"} {
			if text, err := os.ReadFile(file); err == nil && bytes.Contains(text, []byte("Zoersel")) {
				t.Errorf("the note lies in clear in %s", file)
			}
		}
	})
}

// trailOf is what the trail holds about a file.
func (s *scene) trailOf(fileID string) (entries []audit.Entry) {
	s.T.Helper()
	s.Trail.Settle(s.T.Context())
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) (err error) {
		entries, _, err = s.Trail.List(tx, audit.Filter{FileID: fileID, Everywhere: true, Limit: 1000})
		return err
	}))
	return entries
}

func TestList_pagesKeepTheirOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, _ := s.openCase(0)
		for range sharing.PageSize + 3 {
			id := s.openVictim("inspection", caseID)
			s.Advance(time.Second)
			s.refer(id, "payoke", "identity")
		}
		for _, c := range []struct {
			who string
			box sharing.Box
		}{{"payoke", sharing.Waiting}, {"payoke", sharing.Received}, {"inspection", sharing.Sent}} {
			first := must(s.Sharing.List(s.as(c.who), c.box, gate.Cursor{}))(t)
			rest := must(s.Sharing.List(s.as(c.who), c.box, first.Next))(t)
			all := append(first.Referrals, rest.Referrals...)
			seen := map[string]bool{}
			for i, r := range all {
				seen[r.ID] = true
				if i > 0 && (r.OfferedAt > all[i-1].OfferedAt) != (c.box == sharing.Waiting) {
					t.Fatalf("%s is out of order at %d", c.box, i)
				}
			}
			if len(first.Referrals) != sharing.PageSize || len(seen) != sharing.PageSize+3 || rest.Next.ID != "" {
				t.Errorf("%s: %d and %d", c.box, len(first.Referrals), len(rest.Referrals))
			}
		}
		_, err := s.Sharing.List(s.as("payoke"), "everything", gate.Cursor{})
		s.wantsField(err, "box", "fault.field_unknown_code")
	})
}
