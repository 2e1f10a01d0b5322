package breach_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/breach"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/restriction"
	"relais/internal/section"
)

// TestFiles_areThoseOfTheAgencyAndOpenNothing: by the agency's own references alone, and whoever is excluded from one neither names it nor
// sees it named, nor takes it out of the register by a correction.
func TestFiles_areThoseOfTheAgencyAndOpenNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		n := s.known(time.Hour)
		mine := s.reference("payoke", s.victim)
		for _, reference := range []string{s.reference("rsz", s.victim), "V-0000-0000"} {
			n.References = []string{mine, reference}
			_, err := s.Breaches.Record(s.As("payoke.lead"), n, "")
			s.wants(err, fault.Invalid, "a reference of others")
		}
		n.References = []string{mine, mine}
		id := s.record("payoke.lead", n)
		v := must(s.Breaches.Show(s.As("payoke.lead"), id))(t)
		if len(v.Files) != 1 || v.Files[0].Reference != mine {
			t.Fatalf("touched are %+v", v.Files)
		}
		if len(v.Origins) != 1 || v.Origins[0].Agency != "RSZ/ONSS" || v.Origins[0].Country != "BE" {
			t.Errorf("who gave access: %+v", v.Origins)
		}
		if _, err := s.Victims.Show(s.As("payoke.lead"), s.victim); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the register opened the file: %v", err)
		}
		must(s.Limits.Exclude(s.As("payoke.admin"), restriction.NewExclusion{Reference: mine, WorkerID: s.Person("payoke.lead").ID, Reason: restriction.Reasons[0]}, ""))(t)
		if v = must(s.Breaches.Show(s.As("payoke.lead"), id))(t); len(v.Files) != 0 || len(v.Origins) != 0 {
			t.Errorf("who is excluded sees %+v, %+v", v.Files, v.Origins)
		}
		_, err := s.Breaches.Record(s.As("payoke.lead"), n, "")
		s.wants(err, fault.Invalid, "who is excluded names the file")
		n.References = nil
		s.wants(s.Breaches.Correct(s.As("payoke.lead"), id, 1, n), fault.Invalid, "who is excluded writes another story")
		story := n.Story
		n.Story, n.Authority, n.ToldAt, n.ToldRef = "", breach.Told, s.Now(), "APD-2026-18"
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, n); err != nil {
			t.Fatal(err)
		}
		n.ToldRef, n.Persons = "", 3
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 2, n); err != nil {
			t.Fatal(err)
		}
		if v = must(s.Breaches.Show(s.As("payoke.admin"), id))(t); v.Version != 3 || len(v.Files) != 1 || v.Texts.Story != story || v.Texts.ToldRef != "APD-2026-18" {
			t.Errorf("a correction by who is excluded took out the file or the words: %+v %+v", v.Files, v.Texts)
		}
		f, _ := fault.As(s.Breaches.Correct(s.As("payoke.lead"), id, 2, n))
		if stale, ok := f.Detail.(gate.Stale); !ok || slices.ContainsFunc(stale.Fields, func(d gate.StaleField) bool { return d.Name == "story" || d.Name == "told_ref" }) {
			t.Errorf("who is excluded and second is told %+v", f.Detail)
		}
	})
}

// TestOrigins_areAlsoThoseWhoWrote: an agency that wrote an entry or a note for all in what the reader's own agency can open has to hear of the
// breach, also from whoever leads the file; who wrote in another section, or for its own people, is not named.
func TestOrigins_areAlsoThoseWhoWrote(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		for _, agency := range []string{"be.fgp", "be.dvz", "nl.shelter"} {
			s.AddToTeam("rsz", s.caseID, agency)
		}
		note := func(who string, visibility journal.Visibility) {
			t.Helper()
			must(s.Journal.Write(s.As(who), gate.Victim, s.victim, journal.New{Section: "identity", Visibility: visibility, Text: "She was heard."}, ""))(t)
		}
		names := func(who, fileID string) string {
			t.Helper()
			n := s.known(time.Hour)
			n.References = []string{s.reference(strings.TrimSuffix(strings.TrimSuffix(who, ".lead"), ".head"), fileID)}
			var names []string
			for _, o := range must(s.Breaches.Show(s.As(who), s.record(who, n)))(t).Origins {
				names = append(names, o.Country+" "+o.Agency)
			}
			return strings.Join(names, ", ")
		}
		if got := names("rsz.head", s.victim); got != "" {
			t.Errorf("where nobody else wrote: %s", got)
		}
		note("dvz", journal.ForAgency)
		note("cosm", journal.ForFile)
		s.Write("fgp", s.victim, authz.Identity, "legal_task", section.Values{"family_name": "Nguyen"})
		if got := names("rsz.head", s.victim); got != "BE Federale gerechtelijke politie Antwerpen, NL COSM Amsterdam" {
			t.Errorf("who leads has to tell %s", got)
		}
		if got := names("payoke.lead", s.victim); got != "BE Federale gerechtelijke politie Antwerpen, BE RSZ/ONSS, NL COSM Amsterdam" {
			t.Errorf("who has a place in the team has to tell %s", got)
		}
		caseID := s.OpenCase("rsz")
		part := s.OpenVictim("rsz", caseID, section.Values{"family_name": "Pham"})
		s.AddToTeam("rsz", caseID, "be.fgp")
		s.Write("fgp", part, authz.Identity, "legal_task", section.Values{"family_name": "Pham"})
		s.Refer("rsz", part, "be.payoke", "payoke", "labour")
		if got := names("payoke.lead", part); got != "BE RSZ/ONSS" {
			t.Errorf("who has one section has to tell %s", got)
		}
		s.Write("fgp", part, authz.Labour, "legal_task", section.Values{"occupation": "Car wash"})
		if got := names("payoke.lead", part); got != "BE Federale gerechtelijke politie Antwerpen, BE RSZ/ONSS" {
			t.Errorf("who has one section, in which others wrote, has to tell %s", got)
		}
	})
}

// TestFiles_stayInTheVersionThatNamedThem: what a correction strikes is read in the version before, on the page and in the API, by whoever may
// know of the file.
func TestFiles_stayInTheVersionThatNamedThem(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		n := s.known(time.Hour)
		mine := s.reference("payoke", s.victim)
		n.References = []string{mine}
		id := s.record("payoke.lead", n)
		n.References = nil
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, n); err != nil {
			t.Fatal(err)
		}
		v := must(s.Breaches.Show(s.As("payoke.auditor"), id))(t)
		if len(v.Files) != 0 || len(v.Before) != 1 || len(v.Before[0].Files) != 1 || v.Before[0].Files[0].Reference != mine {
			t.Errorf("the register names %+v, and before %+v", v.Files, v.Before)
		}
		site := s.Serve(t)
		reads := func(who string, want int) {
			t.Helper()
			for _, path := range []string{"/breaches/" + id, "/api/v1/breaches/" + id} {
				if got := strings.Count(string(site.SignIn(who).Get(path).Want(200).Body), mine); got != want {
					t.Errorf("%s reads the reference %d times at %s", who, got, path)
				}
			}
		}
		reads("payoke.auditor", 1)
		must(s.Limits.Exclude(s.As("payoke.admin"), restriction.NewExclusion{Reference: mine, WorkerID: s.Person("payoke.lead").ID, Reason: restriction.Reasons[0]}, ""))(t)
		reads("payoke.lead", 0)
		reads("payoke.auditor", 1)
	})
}

// TestWords_areWithheldFromWhoMayNotKnowTheFile: by an exclusion or a seal, of every version, on the page and in the API, also once the file was
// struck from the breach; everybody else reads on.
func TestWords_areWithheldFromWhoMayNotKnowTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		n := s.known(time.Hour)
		n.Effects, n.Measures = "The brother may have read it.", "The place of stay was changed."
		n.References = []string{s.reference("payoke", s.victim)}
		id := s.record("payoke.lead", n)
		n.References = nil
		if err := s.Breaches.Correct(s.As("payoke.lead"), id, 1, n); err != nil {
			t.Fatal(err)
		}
		reads := func(who string, all bool) {
			t.Helper()
			v := must(s.Breaches.Show(s.As(who), id))(t)
			if len(v.Before) != 1 || v.Withheld == all || v.Records != (who != "payoke.auditor") || (v.Texts == n.Texts) != all || (v.Before[0].Texts == n.Texts) != all ||
				!all && (v.Texts != breach.Texts{} || v.Before[0].Texts != breach.Texts{}) {
				t.Errorf("%s reads %+v and before %+v, withheld %v", who, v.Texts, v.Before, v.Withheld)
			}
		}
		reads("payoke.lead", true)
		must(s.Limits.Exclude(s.As("payoke.admin"), restriction.NewExclusion{Reference: s.reference("payoke", s.victim), WorkerID: s.Person("payoke.lead").ID,
			Reason: restriction.Reasons[0]}, ""))(t)
		reads("payoke.lead", false)
		reads("payoke.admin", true)
		reads("payoke.auditor", true)
		s.AddToTeam("rsz", s.caseID, "be.auditoraat")
		must(s.Limits.Seal(s.As("auditoraat"), gate.Victim, s.victim, "AN45/2026", ""))(t)
		for _, who := range []string{"payoke.lead", "payoke.admin", "payoke.auditor"} {
			reads(who, false)
		}
		lead := s.Serve(t).SignIn("payoke.lead")
		for _, path := range []string{"/breaches/" + id, "/breaches/" + id + "/correction", "/api/v1/breaches/" + id} {
			if body := string(lead.Get(path).Want(200).Body); strings.Contains(body, "brother") || strings.Contains(body, "place of stay") || strings.Contains(body, "on a train") {
				t.Errorf("%s gives %s", path, body)
			}
		}
	})
}
