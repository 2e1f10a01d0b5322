package sharing_test

import (
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// ceiling lets the inspection's administrator set what agencies of a kind may have.
func (s *scene) ceiling(kind string, days, teamDays int, sections ...string) {
	s.T.Helper()
	if _, there := s.added["inspection/admin"]; !there {
		s.person("inspection", "admin", agency.NewWorker{Hold: []string{s.house("inspection").Roles[agency.Administrator]}})
	}
	admin := s.as("inspection/admin")
	now, _, err := s.Agencies.Ceiling(admin, kind)
	must0(s.T, err)
	must(s.Agencies.SetCeiling(admin, agency.NewCeiling{Kind: kind, Sections: sections, Days: days, TeamDays: teamDays}, now.Version))(s.T)
}

func until(day moment.Date) sharing.Terms {
	t := terms()
	t.Until = day
	return t
}

func (s *scene) offerUntil(victimID, house string, day moment.Date, sections ...string) error {
	n := offerTo(s.desk(house), sections...)
	n.Until = day
	return second(s.Sharing.Refer(s.as("inspection"), victimID, n, ""))
}

func TestPartnerCeiling_refusesWhatSomebodyChoseAboveIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.ceiling("shelter", 30, 20, "identity", "residence")
		err := s.offerUntil(victims[0], "payoke", s.inDays(30), "identity", "labour")
		s.wantsField(err, "sections", "gate.partner.section")
		if limit := limitOf(t, err); limit.PartnerKind != "shelter" || limit.SetBy != gate.SetByAgency || len(limit.Sections) != 1 || limit.Sections[0] != "labour" || limit.SetOn != s.Today() {
			t.Errorf("the refusal names %+v", limit)
		}
		s.wantsField(s.offerUntil(victims[0], "payoke", s.inDays(31), "identity"), "until", "gate.partner.days")
		must0(t, s.offerUntil(victims[0], "payoke", s.inDays(30), "identity"))
		must0(t, s.offerUntil(victims[0], "police", s.inDays(60), "identity", "labour")) // another kind of agency
		s.wantsField(second(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{DeskID: s.desk("payoke"), Terms: until(s.inDays(21))}, "")), "until", "gate.partner.team_days")
		s.ceiling("police", 30, 0, "identity")
		s.wantsField(second(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{DeskID: s.desk("police"), Terms: until(s.inDays(5))}, "")), "to", "gate.partner.no_team")
		s.ceiling("police", 30, 30)
		s.wantsField(second(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{DeskID: s.desk("police"), Terms: until(s.inDays(5))}, "")), "to", "gate.partner.no_section")
	})
}

func limitOf(t *testing.T, err error) gate.Limit {
	t.Helper()
	f, _ := fault.As(err)
	if f == nil {
		t.Fatalf("not refused: %v", err)
	}
	limit, ok := f.Detail.(gate.Limit)
	if !ok {
		t.Fatalf("no ceiling is named: %v", err)
	}
	return limit
}

func TestPartnerCeiling_cutsAPlaceInTheTeamAndWhatComesAlongWithIt(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		s.ceiling("shelter", 366, 40, "residence", "support_plan")
		member := must(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{DeskID: s.desk("payoke"), Terms: until(s.inDays(40))}, ""))(t)
		victims = append(victims, s.openVictim("inspection", caseID))
		for _, v := range victims {
			if !s.sees("payoke", v) || s.reads("payoke", v) {
				t.Error("a place opens more or less than the ceiling leaves")
			}
		}
		s.Advance(10 * day)
		renewed := must(s.renew("inspection", member, 1, s.inDays(40)))(t)
		s.Advance(35 * day)
		for _, v := range victims {
			if !s.sees("payoke", v) {
				t.Error("the victim file does not go on with the place")
			}
		}
		if h := must(s.Sharing.Grant(s.as("inspection"), renewed))(t); h.Sections != authz.SectionsOf(authz.Residence, authz.SupportPlan) {
			t.Errorf("the renewed place opens %s", h.Sections)
		}
	})
}

func TestPartnerCeiling_letsWhatWasGivenRunToItsEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victims := s.openCase(1)
		place := s.addTeam(caseID, "payoke")
		referral := s.refer(victims[0], "police", "identity", "labour")
		must(s.Sharing.Accept(s.as("police"), referral, 1))(t)
		s.ceiling("shelter", 30, 120, "residence")
		effect := must(s.Agencies.CeilingEffect(s.as("inspection/admin"), agency.NewCeiling{Kind: "police", Sections: []string{"identity"}, Days: 30, TeamDays: 30}))(t)
		if effect.Grants != 1 || effect.Files != 1 {
			t.Errorf("the effect is %+v, and one referral lies above it", effect)
		}
		if all := must(s.Agencies.CeilingEffect(s.as("inspection/admin"), agency.NewCeiling{Kind: "shelter", Sections: []string{"residence"}, Days: 30, TeamDays: 120}))(t); all.Grants != 2 || all.Files != 2 {
			t.Errorf("the effect is %+v, and a place on a case and its victim file lies above it", all)
		}
		s.ceiling("police", 30, 30, "identity")
		if !s.reads("payoke", victims[0]) || !s.reads("police", victims[0]) {
			t.Error("what was given before is cut")
		}
		_, err := s.renew("inspection", referral, 2, s.inDays(91))
		if f, ok := fault.As(err); ok && f.Kind == fault.Conflict {
			_, err = s.renew("inspection", referral, 3, s.inDays(91))
		}
		if limitOf(t, err).PartnerKind != "police" {
			t.Errorf("a referral is renewed above the ceiling: %v", err)
		}
		view := must(s.Sharing.Grant(s.as("inspection"), referral))(t)
		if view.Longest != s.inDays(30).EndOf() {
			t.Errorf("a renewal may name %v", view.Longest)
		}
		if later := s.openVictim("inspection", caseID); s.reads("payoke", later) || !s.sees("payoke", later) {
			t.Error("a file opened after the ceiling comes along above it")
		}
		renewed := must(s.renew("inspection", place, 1, s.inDays(120)))(t)
		if h := must(s.Sharing.Grant(s.as("inspection"), renewed))(t); h.Sections != authz.SectionsOf(authz.Residence) || s.reads("payoke", victims[0]) {
			t.Errorf("the place goes on with %s", h.Sections)
		}
	})
}

func TestPartnerCeiling_cutsNeitherDutyNorTheOwnAgency(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, _ := s.openCase(1)
		for _, kind := range authz.Receivers() {
			s.ceiling(string(kind), 1, 0)
		}
		s.person("inspection", "colleague", agency.NewWorker{})
		must(s.Sharing.Add(s.as("inspection"), caseID, sharing.NewMember{WorkerID: s.worker("inspection/colleague"), Terms: terms()}, ""))(t)
		id := must(s.Sharing.OfferTransfer(s.as("inspection"), caseID, sharing.NewTransfer{DeskID: s.desk("prosecutor"), Reason: "competence",
			Terms: terms()}, ""))(t)
		must(s.Sharing.AcceptTransfer(s.as("prosecutor"), id, 1))(t)
	})
}

func TestPartnerCeiling_isNamedByTheAPIAndThePages(t *testing.T) {
	served(t, func(t *testing.T, s *scene, site *testkit.Served) {
		caseID, victims := s.openCase(1)
		s.ceiling("shelter", 30, 0, "identity")
		lead := site.Key("rsz")
		answer := lead.JSON("POST", "/api/v1/victims/"+victims[0]+"/referrals", s.offerBody("payoke", "identity", "labour"),
			"Idempotency-Key", "ceiling-1", "Accept-Language", "fr").Want(422)
		p := answer.Problem()
		if p.Ceiling == nil || p.Ceiling.PartnerKind != "shelter" || p.Ceiling.SetBy != "agency" || p.Ceiling.Days != 30 {
			t.Fatalf("the API does not name the ceiling: %s", answer.Body)
		}
		for _, want := range []string{"Centre d’accueil spécialisé", "Travail", "30", "Les administrateurs de votre service"} {
			if !strings.Contains(string(answer.Body), want) {
				t.Errorf("the sentence lacks %q: %s", want, answer.Body)
			}
		}
		pages := site.SignIn("rsz")
		if form := string(pages.Get("/victims/" + victims[0] + "/referrals/new").Want(200).Body); !strings.Contains(form, "niet voor: Gespecialiseerde opvang") ||
			!strings.Contains(form, "Gespecialiseerde opvang: hoogstens 30 dagen") {
			t.Error("the form does not say what the ceiling leaves out")
		}
		if form := string(pages.Get("/cases/" + caseID + "/team/new").Want(200).Body); strings.Contains(form, s.desk("payoke")) || !strings.Contains(form, "geen plaats in een team") {
			t.Error("the form offers a place that the ceiling does not allow, or does not say why not")
		}
	})
}
