package entry_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestAdd_withoutTheRightIsRefusedWithItsReason(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		for _, c := range []struct {
			who     string
			section authz.Section
			reason  string
		}{
			{"rsz", authz.Health, "role.none"}, {"rsz", authz.ShelterLocation, "role.none"}, {"fgp", authz.Health, "role.none"},
			{"dvz", authz.Exploitation, "role.none"}, {"payoke.second", authz.Health, "need.care_group"},
			{"payoke.second", authz.ShelterLocation, "relation.none"}, {"fgp", authz.Residence, "role.none"},
		} {
			_, err := s.Entries.Add(s.As(c.who), gate.Victim, s.victimID, c.section, testkit.Draft(section.Values{"remarks": "x"}), "")
			refused(t, err, c.reason)
			_, err = s.Entries.MayAdd(s.As(c.who), gate.Victim, s.victimID, c.section)
			refused(t, err, c.reason)
		}
		_, err := s.Entries.Add(s.As("fgp"), gate.Victim, s.victimID, authz.Intelligence, testkit.Draft(section.Values{"information": "x"}), "")
		if !errors.Is(err, fault.NotFound) {
			t.Errorf("a victim file has no such section: %v", err)
		}
	})
}

func TestAdd_needsABasisOnWhichTheAgencyCanReadItAgain(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		values := section.Values{"document_type": "passport", "document_number": "B1234567"}
		add := func(basis string) error {
			d := testkit.Draft(values)
			d.Basis = basis
			_, err := s.Entries.Add(s.As("payoke"), gate.Victim, s.victimID, authz.Identifiers, d, "")
			return err
		}
		wantField(t, add("legal_task"), "basis", "entry.basis_too_weak")
		if view := s.SectionOf("payoke", s.victimID, authz.Identifiers); len(view.Entries) != 0 || !view.CanWrite {
			t.Fatalf("after a refused write: %+v", view)
		}
		if err := add("consent"); err != nil {
			t.Fatal(err)
		}
		if got := s.SectionOf("payoke", s.victimID, authz.Identifiers).Entries; len(got) != 1 || got[0].Values["document_number"] != "B1234567" {
			t.Errorf("read back: %+v", got)
		}
	})
}

func TestShelterLocation_isForNamedWorkersWithAReasonEachTime(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		id := s.Write("payoke", s.victimID, authz.ShelterLocation, "legal_task", section.Values{"house_name": "Huis Linde", "municipality": "Mol"})
		if view := s.SectionOf("payoke", s.victimID, authz.ShelterLocation); !view.AskReason || len(view.Entries) != 0 {
			t.Fatalf("without a reason: %+v", view)
		}
		reveal := func(who, reason string) (entry.SectionView, error) {
			return s.Entries.Reveal(s.As(who), gate.Victim, s.victimID, authz.ShelterLocation, reason)
		}
		_, err := reveal("payoke", "")
		refused(t, err, "need.justification")
		_, err = reveal("payoke", "I like to know")
		wantField(t, err, "reason", "gate.no_reason")
		_, err = reveal("payoke.second", "protection")
		refused(t, err, "relation.none")
		_, err = reveal("rsz", "protection")
		refused(t, err, "role.none")
		s.Advance(time.Second)
		since := s.Now()
		view, err := reveal("payoke", "protection")
		if err != nil || len(view.Entries) != 1 || view.Entries[0].Values["house_name"] != "Huis Linde" {
			t.Fatalf("with a reason: %+v, %v", view, err)
		}
		looks := s.entriesSince(t, since, "section.reveal")
		if len(looks) != 1 || looks[0].Justification != "protection" || looks[0].Decision != audit.Allowed || looks[0].ActorID != s.Person("payoke").ID {
			t.Errorf("the trail says %+v", looks)
		}
		if _, err := reveal("payoke", ""); err == nil {
			t.Error("the second look needed no reason")
		}
		changeLocation(t, s, id)
	})
}

// changeLocation: who changes what is shown for a reason only gives the reason again, so that nothing is replaced unread.
func changeLocation(t *testing.T, s scene, id string) {
	t.Helper()
	_, _, err := s.Entries.ForEdit(s.As("payoke"), id, "")
	refused(t, err, "need.justification")
	view, _, err := s.Entries.ForEdit(s.As("payoke"), id, "protection")
	if err != nil {
		t.Fatal(err)
	}
	d := draft(view, section.Values{"house_name": "Huis Berk"})
	_, err = s.Entries.Change(s.As("payoke"), id, 1, d)
	refused(t, err, "need.justification")
	d.Reason = "protection"
	if _, err := s.Entries.Change(s.As("payoke"), id, 1, d); err != nil {
		t.Fatal(err)
	}
	d.Values = section.Values{"house_name": "Huis Es"}
	_, err = s.Entries.Change(s.As("payoke"), id, 1, d)
	if c := conflictIn(t, err); len(c.Fields) != 1 || c.Fields[0].Theirs != "Huis Berk" {
		t.Errorf("a stale change of a location: %+v", c)
	}
	if _, _, err := s.Entries.History(s.As("payoke"), id, ""); err == nil {
		t.Error("earlier locations were shown without a reason")
	}
}

// entriesSince reads the trail from the database, newest last.
func (s scene) entriesSince(t *testing.T, since interface{ Time() time.Time }, action string) (found []audit.Entry) {
	t.Helper()
	s.Trail.Settle(t.Context())
	err := s.Database.Read(t.Context(), func(tx *database.Tx) error {
		page, _, err := s.Trail.List(tx, audit.Filter{Everywhere: true, FileID: s.victimID, Limit: 200})
		for _, e := range page {
			if e.Action == action && !e.At.Time().Before(since.Time()) {
				found = append(found, e)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestHealth_isForCareProfessionals(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		id := s.Write("payoke", s.victimID, authz.Health, "legal_task", section.Values{"complaints": "Does not sleep."})
		if got := s.SectionOf("payoke", s.victimID, authz.Health).Entries; len(got) != 1 {
			t.Errorf("the care professional sees %+v", got)
		}
		for who, reason := range map[string]string{"payoke.second": "need.care_group", "fgp": "role.none", "rsz": "role.none"} {
			view := s.SectionOf(who, s.victimID, authz.Health)
			if view.Open || len(view.Entries) != 0 || string(view.Reason) != reason {
				t.Errorf("%s sees %+v", who, view)
			}
			if _, err := s.Entries.Show(s.As(who), id, ""); !errors.Is(err, fault.Refused) {
				t.Errorf("%s asked for the entry: %v", who, err)
			}
		}
	})
}

func TestPolice_seeWhoIsWrittenAbout_andNotWhereTheySleep(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		s.Write("payoke", s.victimID, authz.Health, "legal_task", section.Values{"complaints": "Does not sleep."})
		s.Write("payoke", s.victimID, authz.ShelterLocation, "legal_task", section.Values{"house_name": "Huis Linde"})
		s.Write("payoke", s.victimID, authz.Residence, "legal_task", section.Values{"status": "reflection", "remarks": "Waits."})
		s.Write("rsz", s.victimID, authz.Exploitation, "legal_gateway", section.Values{"indications": "strong", "narrative": "Locked in."})
		for id, reason := range map[authz.Section]string{authz.Health: "role.none", authz.ShelterLocation: "need.break_glass"} {
			view := s.SectionOf("fgp", s.victimID, id)
			if view.Open || view.AskReason || len(view.Entries)+len(view.Derived) != 0 || string(view.Reason) != reason {
				t.Errorf("%s: %+v", id, view)
			}
		}
		for id, agency := range map[authz.Section]string{authz.Identity: "RSZ/ONSS", authz.Exploitation: "RSZ/ONSS"} {
			if got := s.SectionOf("fgp", s.victimID, id).Entries; len(got) != 1 || got[0].AgencyName != agency {
				t.Errorf("%s: %+v", id, got)
			}
		}
		residence := s.SectionOf("fgp", s.victimID, authz.Residence)
		if len(residence.Entries) != 0 || len(residence.Derived) != 1 || residence.Derived[0].Name != "status" {
			t.Errorf("of the residence: %+v", residence)
		}
	})
}

func TestMigration_seesFactsAndNoNarrative(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		id := s.Write("rsz", s.victimID, authz.Exploitation, "legal_gateway",
			section.Values{"indications": "strong", "assessed_on": "2026-02-27", "narrative": "Locked in."})
		view := s.SectionOf("dvz", s.victimID, authz.Exploitation)
		if len(view.Entries) != 0 {
			t.Errorf("entries: %+v", view.Entries)
		}
		var facts []string
		for _, d := range view.Derived {
			facts = append(facts, d.Name+"="+d.Text)
		}
		if want := []string{"indications=yes", "indications_on=2026-02-27"}; !cmp.Equal(facts, want) {
			t.Error(cmp.Diff(want, facts))
		}
		_, err := s.Entries.Show(s.As("dvz"), id, "")
		refused(t, err, "entry.facts_only")
	})
}

func TestInspectors_writeAndReadTheWagePartOfTheClaims(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		only, err := s.Entries.MayAdd(s.As("rsz"), gate.Victim, s.victimID, authz.Claims)
		if want := []string{"wages_due", "wages_from", "wages_until", "wages_recovered", "wage_claim_status"}; err != nil || !cmp.Equal(only, want) {
			t.Errorf("%v %v", only, err)
		}
		_, err = s.Entries.Add(s.As("rsz"), gate.Victim, s.victimID, authz.Claims,
			testkit.Draft(section.Values{"wages_due": "1200", "debt_creditor": "The boss"}), "")
		wantField(t, err, "debt_creditor", "entry.not_your_field")
		id := s.Write("rsz", s.victimID, authz.Claims, "legal_task", section.Values{"wages_due": "1200"})
		view := s.SectionOf("rsz", s.victimID, authz.Claims)
		if len(view.Entries) != 1 || !view.Entries[0].CanEdit || view.Entries[0].Values["wages_due"] != "1200.00 EUR" || len(view.Derived) != 0 {
			t.Fatalf("own claims: %+v", view)
		}
		if _, err := s.Entries.Change(s.As("rsz"), id, 1, draft(view.Entries[0], section.Values{"wages_due": "1300"})); err != nil {
			t.Fatal(err)
		}
		s.AddToTeam("rsz", s.caseID, "be.auditoraat")
		s.Write("payoke", s.victimID, authz.Claims, "legal_task", section.Values{"wages_due": "900", "debt_creditor": "The boss"})
		if view := s.SectionOf("rsz", s.victimID, authz.Claims); len(view.Entries) != 1 {
			t.Errorf("claims of others: %+v", view.Entries)
		}
		if got := s.SectionOf("auditoraat", s.victimID, authz.Claims).Entries; len(got) != 2 {
			t.Errorf("the labour auditor sees %d claims", len(got))
		}
	})
}

func TestCatalogue_hasNoFieldCalledLikeAGround(t *testing.T) {
	for _, room := range section.All() {
		for _, name := range []string{"nature", "purpose", "basis", "reason", "version", "once", "began"} {
			if room.Field(name) != nil {
				t.Errorf("%s has a field %s, which a form already has", room.ID, name)
			}
		}
	}
}
