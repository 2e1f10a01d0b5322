package sharing_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// twoShelters is a victim file in which two shelters and the inspectorate have written papers, and the shelters of health; who is the
// consent that lets both go to the lawyers and the prosecutor.
func (s *scene) twoShelters() (victimID, yes string) {
	s.T.Helper()
	caseID, victims := s.openCase(1)
	victimID = victims[0]
	for _, house := range []string{"payoke", "pagasa", "migration"} {
		s.addTeam(caseID, house)
	}
	papers := func(who, basis, number string) {
		s.Write(who, victimID, authz.Identifiers, basis, section.Values{"document_type": "passport", "document_number": number})
	}
	papers("payoke", "consent", "P1111111")
	papers("pagasa", "consent", "A2222222")
	papers("rsz", "legal_gateway", "R3333333")
	s.Write("payoke", victimID, authz.Health, "legal_task", section.Values{"complaints": "Does not sleep."})
	s.Write("pagasa", victimID, authz.Health, "legal_task", section.Values{"complaints": "Headache."})
	return victimID, s.consented(victimID, "payoke", "lawyers", "court", "prosecutor")
}

func (s *scene) consented(victimID, by string, to ...string) string {
	s.T.Helper()
	return s.consentedTo(victimID, by, []string{"health", "identifiers"}, to...)
}

func (s *scene) consentedTo(victimID, by string, sections []string, to ...string) string {
	s.T.Helper()
	n := consent.New{Sections: sections, Purposes: []string{"protection"}, AskedOn: s.Today(), Until: s.inDays(100),
		How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Witness: "Lotte Vermoesen"}
	for _, house := range to {
		n.Recipients = append(n.Recipients, consent.Recipient{AgencyID: s.house(house).ID})
	}
	return must(s.Consents.Record(s.as(by), victimID, n, ""))(s.T)
}

func (s *scene) onConsent(yes, house string, sections ...string) sharing.NewReferral {
	n := offerTo(s.desk(house), sections...)
	n.Basis, n.ConsentID, n.Until = "consent", yes, s.inDays(60)
	return n
}

func (s *scene) onGateway(house string, sections ...string) sharing.NewReferral {
	n := offerTo(s.desk(house), sections...)
	n.Basis, n.BasisRef, n.Until = "legal_gateway", "PV AN.55.1/2026", s.inDays(60)
	return n
}

// written are the first values of the entries that a person reads in a section.
func (s *scene) written(who, victimID string, id authz.Section, field string) (values []string) {
	s.T.Helper()
	for _, e := range s.SectionOf(houses[who][1], victimID, id).Entries {
		values = append(values, e.Values[field])
	}
	slices.Sort(values)
	return values
}

func (s *scene) wantsWords(what string, got []string, want ...string) {
	s.T.Helper()
	if !slices.Equal(got, want) {
		s.T.Errorf("%s: %q, and not %q", what, got, want)
	}
}

// TestRefer_ofOwnEntriesOpensThemAndNobodyElses: a shelter refers its own health entries and papers with the person's consent, under
// four eyes. The lawyer gets them as previewed, later ones of that shelter too, never the other's, and nothing once the consent ends.
func TestRefer_ofOwnEntriesOpensThemAndNobodyElses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, yes := s.twoShelters()
		n := s.onConsent(yes, "lawyers", "health", "identifiers")
		looked := must(s.Sharing.Rehearse(s.as("payoke"), victimID, n))(t)
		previewed := wire(t, entry.BodiesOf(looked.Sections))
		if looked.Entries != 2 || !bytes.Contains(previewed, []byte("Does not sleep.")) || bytes.Contains(previewed, []byte("Headache.")) {
			t.Errorf("%d entries are previewed: %s", looked.Entries, previewed)
		}
		n.Seen = looked.Seen
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, n, ""))(t)
		_, err := s.Sharing.Preview(s.as("lawyers"), id)
		s.wants(err, fault.NotFound, "the lawyer looks before the second signature")
		waiting := must(s.Sharing.Approval(s.As("payoke.second"), id))(t)
		if waiting.OnlyOf.String() != gate.OnlyOf(nil).With(authz.Identifiers, s.house("payoke").ID).With(authz.Health, s.house("payoke").ID).String() {
			t.Errorf("the second person signs %v", waiting.OnlyOf)
		}
		must0(t, s.Sharing.Approve(s.As("payoke.second"), id, 1))
		offered := must(s.Sharing.Preview(s.as("lawyers"), id))(t)
		if got := wire(t, entry.BodiesOf(offered.Sections)); !bytes.Equal(got, previewed) {
			t.Errorf("the lawyer sees %s\nand the preview was %s", got, previewed)
		}
		must(s.Sharing.Accept(s.as("lawyers"), id, 1))(t)
		s.wantsWords("health", s.written("lawyers", victimID, authz.Health, "complaints"), "Does not sleep.")
		s.wantsWords("papers", s.written("lawyers", victimID, authz.Identifiers, "document_number"), "P1111111")
		for number, want := range map[string]bool{"P1111111": true, "A2222222": false, "R3333333": false} {
			if hits, _, err := s.Victims.Search(s.as("lawyers"), number); err != nil || (len(hits) == 1) != want {
				t.Errorf("searching %s finds %+v (%v)", number, hits, err)
			}
		}
		s.Write("pagasa", victimID, authz.Health, "legal_task", section.Values{"complaints": "Fever."})
		s.Write("payoke", victimID, authz.Health, "legal_task", section.Values{"complaints": "Sleeps."})
		s.wantsWords("health, later", s.written("lawyers", victimID, authz.Health, "complaints"), "Does not sleep.", "Sleeps.")
		s.wantsWords("health, to the other shelter", s.written("pagasa", victimID, authz.Health, "complaints"), "Fever.", "Headache.")
		must(s.Consents.Withdraw(s.as("payoke"), victimID, yes, 1, "spoken", ""))(t)
		if s.sees("lawyers", victimID) {
			t.Error("the lawyer sees the file after the withdrawal")
		}
	})
}

// TestRefer_ofOwnEntriesRestsOnTheProvisionToo: the inspectorate passes on its own papers on a gateway; the police open them for a
// reason at each look, and the renewal by the lead opens no more.
func TestRefer_ofOwnEntriesRestsOnTheProvisionToo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, _ := s.twoShelters()
		id := must(s.Sharing.Refer(s.as("inspection"), victimID, s.onGateway("police", "identifiers"), ""))(t)
		must(s.Sharing.Accept(s.as("police"), id, 1))(t)
		reads := func(when string) {
			t.Helper()
			if view := s.SectionOf("fgp", victimID, authz.Identifiers); len(view.Entries) > 0 || !view.AskReason {
				t.Errorf("%s, without a reason: %+v", when, view)
			}
			view := must(s.Entries.Reveal(s.as("police"), gate.Victim, victimID, authz.Identifiers, "investigation"))(t)
			if len(view.Entries) != 1 || view.Entries[0].Values["document_number"] != "R3333333" || view.OthersOpen || !view.SomeOpen {
				t.Errorf("%s, for a reason: %+v", when, view)
			}
		}
		reads("accepted")
		renewed := must(s.renew("inspection", id, must(s.Sharing.Grant(s.as("inspection"), id))(t).Version, s.inDays(80)))(t)
		reads("renewed")
		grant := must(s.Sharing.Grant(s.as("police"), renewed))(t)
		if of := grant.OnlyOf.Of(authz.Identifiers); !slices.Equal(of, []string{s.house("inspection").ID}) || grant.Writers[of[0]] == "" {
			t.Errorf("the renewed grant opens %v %v", grant.OnlyOf, grant.Writers)
		}
	})
}

// TestRefer_onwardGoesNoFurtherThanWhatWasReceived: a lawyer who got one shelter's papers hands on those, and no others.
func TestRefer_onwardGoesNoFurtherThanWhatWasReceived(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, yes := s.twoShelters()
		first := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "identifiers"), ""))(t)
		must(s.Sharing.Accept(s.as("lawyers"), first, 1))(t)
		form := must(s.Sharing.ReferralForm(s.as("lawyers"), victimID))(t)
		at := slices.IndexFunc(form.Sections, func(c sharing.Choice) bool { return c.Section == authz.Identifiers })
		if c := form.Sections[at]; !c.Allowed || c.Whose != gate.ReasonSomeEntries {
			t.Errorf("the lawyer may choose %+v", c)
		}
		second := must(s.Sharing.Refer(s.as("lawyers"), victimID, s.onConsent(yes, "prosecutor", "identifiers"), ""))(t)
		must(s.Sharing.Accept(s.as("prosecutor"), second, 1))(t)
		view := must(s.Entries.Reveal(s.as("prosecutor"), gate.Victim, victimID, authz.Identifiers, "prosecution"))(t)
		if len(view.Entries) != 1 || view.Entries[0].Values["document_number"] != "P1111111" {
			t.Errorf("the prosecutor reads %+v", view.Entries)
		}
	})
}

// TestRefer_ofOwnEntriesIsRefusedWhereNothingGoes says why.
func TestRefer_ofOwnEntriesIsRefusedWhereNothingGoes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.addTeam(caseID, "payoke")
		s.addTeam(caseID, "migration")
		s.Write("dvz", victims[0], authz.Identifiers, "legal_task", section.Values{"document_number": "D4444444"})
		yes := s.consented(victims[0], "payoke", "lawyers")
		refuses := func(who string, n sharing.NewReferral, key string) {
			t.Helper()
			_, err := s.Sharing.Refer(s.as(who), victims[0], n, "")
			s.wantsField(err, "sections", key)
			_, err = s.Sharing.Rehearse(s.as(who), victims[0], n)
			s.wantsField(err, "sections", key)
		}
		choice := func() sharing.Choice {
			t.Helper()
			form := must(s.Sharing.ReferralForm(s.as("payoke"), victims[0]))(t)
			return form.Sections[slices.IndexFunc(form.Sections, func(c sharing.Choice) bool { return c.Section == authz.Identifiers })]
		}
		refuses("payoke", s.onConsent(yes, "lawyers", "identifiers"), "sharing.nothing_there")
		refuses("payoke", s.onConsent(yes, "lawyers", "health"), "sharing.nothing_there")
		if c := choice(); c.Allowed || c.Reason != "entries.none" {
			t.Errorf("with nothing of its own the shelter may choose %+v", c)
		}
		s.Write("payoke", victims[0], authz.Identifiers, "consent", section.Values{"document_number": "P1111111"})
		if c := choice(); !c.Allowed || c.Whose != gate.ReasonOwnEntries {
			t.Errorf("with an entry of its own the shelter may choose %+v", c)
		}
		refuses("payoke", offerTo(s.desk("lawyers"), "identifiers"), "sharing.not_yours.identifiers")
		s.Write("payoke", victims[0], authz.Health, "legal_task", section.Values{"complaints": "Does not sleep."})
		_, err := s.Sharing.Refer(s.As("payoke.second"), victims[0], s.onConsent(yes, "lawyers", "health"), "")
		s.wantsField(err, "sections", "sharing.not_yours.health") // no care professional
	})
}

// TestAccess_saysWhoseEntriesToThoseWhoMayKnow: that a shelter passed on its health entries says that there are some, which is for it,
// for who got them and for nobody else.
func TestAccess_saysWhoseEntriesToThoseWhoMayKnow(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, yes := s.twoShelters()
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "health", "identifiers"), ""))(t)
		must0(t, s.Sharing.Approve(s.As("payoke.second"), id, 1))
		must(s.Sharing.Accept(s.as("lawyers"), id, 1))(t)
		for who, knows := range map[string]bool{"payoke": true, "lawyers": true, "inspection": false, "pagasa": false, "migration": false} {
			list := must(s.Sharing.Access(s.as(who), victimID))(t)
			at := slices.IndexFunc(list.List, func(a sharing.Access) bool { return a.GrantID == id })
			if told := len(list.List[at].OnlyOf) > 0; told != knows {
				t.Errorf("%s is told in the list: %v", who, told)
			}
			grant := must(s.Sharing.Grant(s.as(who), id))(t)
			if told := grant.Sections.Has(authz.Health) || len(grant.OnlyOf) > 0; told != knows {
				t.Errorf("%s is told on the grant's page: %v, %v", who, grant.Sections, grant.OnlyOf)
			}
		}
		papers := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "prosecutor", "identifiers"), ""))(t)
		must(s.Sharing.Accept(s.as("prosecutor"), papers, 1))(t)
		for who, knows := range map[string]bool{"payoke": true, "lawyers": true, "prosecutor": false} {
			view := must(s.Consents.Show(s.as(who), victimID, yes))(t)
			at := slices.IndexFunc(view.Resting, func(g consent.Share) bool { return g.GrantID == id })
			share := &view.Resting[at]
			if told := share.Sections.Has(authz.Health) || len(share.OnlyOf.Of(authz.Health)) > 0; told != knows {
				t.Errorf("%s is told on the consent's page: %v, %v", who, share.Sections, share.OnlyOf)
			}
			if !share.Sections.Has(authz.Identifiers) || len(share.OnlyOf.Of(authz.Identifiers)) == 0 {
				t.Errorf("%s got the same papers, and reads of %v, %v", who, share.Sections, share.OnlyOf)
			}
		}
	})
}

// TestRefer_ofOwnConsentsOpensThem: consents are kept beside the entries, and go along like them.
func TestRefer_ofOwnConsentsOpensThem(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		victimID, yes := s.twoShelters()
		theirs := s.consented(victimID, "pagasa", "lawyers")
		s.wantsHidden(yes, "police", victimID)
		id := must(s.Sharing.Refer(s.as("payoke"), victimID, offerTo(s.desk("police"), "identity", "consents"), ""))(t)
		must(s.Sharing.Accept(s.as("police"), id, 1))(t)
		list := must(s.Consents.List(s.as("police"), victimID))(t)
		if len(list.Consents) != 1 || list.Consents[0].ID != yes {
			t.Errorf("the police read %d consents, and not the one that went along", len(list.Consents))
		}
		must(s.Consents.Show(s.as("police"), victimID, yes))(t)
		s.wantsHidden(theirs, "police", victimID)
	})
}

func (s *scene) wantsHidden(consentID, who, victimID string) {
	s.T.Helper()
	if _, err := s.Consents.Show(s.as(who), victimID, consentID); fault.KindOf(err) != fault.NotFound {
		s.T.Errorf("%s asks for a consent that did not go along: %v", who, err)
	}
}

func TestAPI_saysWhoseEntriesAReferralOpens(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		victimID, _ := s.twoShelters()
		body := s.offerBody("migration", "identity", "identifiers")
		body["basis"], body["basis_ref"] = "legal_gateway", "PV AN.55.1/2026"
		url := "/api/v1/victims/" + victimID + "/referrals"
		var looked struct {
			Seen string `json:"seen"`
		}
		looking := site.Key("rsz").JSON("POST", url+"/preview", body).Want(200)
		looking.Into(&looked)
		if text := string(looking.Body); !strings.Contains(text, "R3333333") || strings.Contains(text, "P1111111") {
			t.Errorf("the preview is %s", text)
		}
		body["seen"] = looked.Seen
		var made struct {
			ID string `json:"id"`
		}
		site.Key("rsz").JSON("POST", url, body).Want(201).Into(&made)
		var got struct {
			OnlyOf []entry.OnlyOfBody `json:"only_of"`
		}
		site.Key("dvz").Get("/api/v1/referrals/" + made.ID).Want(200).Into(&got)
		if len(got.OnlyOf) != 1 || got.OnlyOf[0].Section != "identifiers" || !slices.Equal(got.OnlyOf[0].AgencyIDs, []string{s.house("inspection").ID}) {
			t.Errorf("the desk is told %+v", got.OnlyOf)
		}
	})
}
