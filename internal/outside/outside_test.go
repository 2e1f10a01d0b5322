package outside_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/journal"
	"relais/internal/outside"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

func TestPackage_opensOnceWithTheCodeAndTellsTheSender(t *testing.T) {
	onBoth(t, func(s *scene) {
		preview, err := s.Outside.Rehearse(s.As("rsz"), s.victim, good())
		s.must(err)
		made := s.sent(good())
		s.Write("rsz", s.victim, authz.Identity, "legal_task", section.Values{"family_name": "Later"})
		before := s.number("SELECT COUNT(*) FROM audit_entry", nil)
		given, err := s.open(outside.Made{Token: made.Token, Code: strings.ToLower(strings.ReplaceAll(made.Code, "-", " "))})
		s.must(err)
		if given.Organisation != "Frauenhaus Aachen" || given.Note != "She speaks Vietnamese." || len(given.Sections) != 1 ||
			len(given.Sections[0].Entries) != 1 || given.Sections[0].Entries[0].Values["given_names"] != "Thi Zq" {
			s.t.Errorf("reads %+v", given)
		}
		if len(preview.Sections) != 1 || preview.Sections[0].Entries[0].Values["family_name"] != given.Sections[0].Entries[0].Values["family_name"] {
			s.t.Errorf("the preview showed %+v", preview.Sections)
		}
		if given.Sections[0].CanWrite || given.Sections[0].Entries[0].CanEdit {
			s.t.Error("somebody without an account could write")
		}
		if after := s.number("SELECT COUNT(*) FROM audit_entry", nil); after != before+1 {
			s.t.Errorf("%d entries for the opening", after-before)
		}
		if n := s.number("SELECT COUNT(*) FROM audit_entry WHERE action = 'outside.open' AND op = 'disclose' AND decision = 'allow' AND actor_id = '' AND file_id = :file",
			database.Args{"file": s.victim}); n != 1 {
			s.t.Errorf("%d entries name the file and nobody", n)
		}
		if v := s.state(made); v.State != outside.Opened || v.EndedAt != s.Now() || !v.Whole {
			s.t.Errorf("after the opening: %+v", v)
		}
		if s.told("rsz", "outside_opened") != 1 || s.told("rsz.second", "outside_opened") != 1 {
			s.t.Error("the sending desk is not told")
		}
		s.dead(made, "a second time")
	})
}

// TestPackage_holdsNoNotes: who opens a link gets the entries and no file to read in, so a note in the section is neither kept nor hashed.
func TestPackage_holdsNoNotes(t *testing.T) {
	onBoth(t, func(s *scene) {
		_, err := s.Journal.Write(s.As("rsz"), gate.Victim, s.victim, journal.New{Section: "identity", Text: "She is afraid of the foreman."}, "")
		s.must(err)
		preview, err := s.Outside.Rehearse(s.As("rsz"), s.victim, good())
		s.must(err)
		n := good()
		n.Seen = preview.Seen
		made := s.sent(n)
		_, err = s.open(made)
		s.must(err)
		if v := s.state(made); !v.Whole {
			s.t.Errorf("after the opening: %+v", v)
		}
	})
}

func TestLink_diesOfFiveWrongCodes(t *testing.T) {
	onBoth(t, func(s *scene) {
		made := s.sent(good())
		for range outside.MostTries - 1 {
			s.dead(outside.Made{Token: made.Token, Code: "AAAAA-AAAAA"}, "a wrong code")
		}
		if v := s.state(made); v.State != outside.Created || v.Tries != outside.MostTries-1 || s.told("rsz", "outside_blocked") > 0 {
			s.t.Errorf("after %d wrong codes: %s, %d", outside.MostTries-1, v.State, v.Tries)
		}
		s.dead(outside.Made{Token: made.Token, Code: "AAAAA-AAAAB"}, "the fifth")
		s.dead(made, "the right code after that")
		if v := s.state(made); v.State != outside.Blocked || s.told("rsz", "outside_blocked") != 1 {
			s.t.Errorf("after the fifth: %s", v.State)
		}
		if n := s.number("SELECT COUNT(*) FROM audit_entry WHERE action = 'outside.open' AND op = 'deny' AND decision = 'deny'", nil); n != outside.MostTries+1 {
			s.t.Errorf("%d refusals in the trail", n)
		}
	})
}

func TestLink_diesWithTimeAndByTheSender(t *testing.T) {
	onBoth(t, func(s *scene) {
		n := good()
		n.Hours = 24
		late, taken := s.sent(n), s.sent(n)
		s.must(s.Outside.Withdraw(s.As("rsz.second"), s.victim, taken.ID, 1))
		s.dead(taken, "withdrawn")
		if err := s.Outside.Withdraw(s.As("rsz"), s.victim, taken.ID, 2); !errors.Is(err, fault.Conflict) {
			s.t.Errorf("withdrawn twice: %v", err)
		}
		s.Advance(24*time.Hour - time.Second)
		s.must(s.Outside.ExpireDue(s.AsProgram()))
		if v := s.state(late); v.State != outside.Created {
			s.t.Errorf("a second before its end: %s", v.State)
		}
		s.Advance(time.Second)
		s.dead(late, "at its end, before any job has run")
		if err := s.Outside.Withdraw(s.As("rsz"), s.victim, late.ID, 1); !errors.Is(err, fault.Conflict) {
			s.t.Errorf("withdrawn after its end: %v", err)
		}
		s.must(s.Outside.ExpireDue(s.AsProgram()))
		s.must(s.Outside.ExpireDue(s.AsProgram()))
		if v := s.state(late); v.State != outside.Expired || s.told("rsz", "outside_expired") != 1 {
			s.t.Errorf("after its end: %s, told %d times", v.State, s.told("rsz", "outside_expired"))
		}
	})
}

func TestLink_diesWithTheConsent(t *testing.T) {
	onBoth(t, func(s *scene) {
		yes := consent.New{Sections: []string{"identity"}, Outside: "Frauenhaus  Aachen\nSolwodi Trier", Purposes: []string{"protection"}, AskedOn: "2026-03-02",
			Until: "2026-06-30", How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Interpreter: "Tolk 114", Witness: "Lotte Vermoesen"}
		id, err := s.Consents.Record(s.As("rsz"), s.victim, yes, "")
		s.must(err)
		n := good()
		n.Basis, n.ConsentID = "consent", id
		first, second := s.sent(n), s.sent(n)
		other := n
		other.Organisation = "Frauenhaus Köln"
		_, err = s.Outside.Rehearse(s.As("rsz"), s.victim, other)
		s.wants(err, "organisation", "consent.other_organisation")
		n.Purpose = "investigation"
		_, err = s.Outside.Rehearse(s.As("rsz"), s.victim, n)
		s.wants(err, "purpose", "consent.other_purpose")
		s.Write("rsz", s.victim, authz.Exploitation, "legal_task", section.Values{"indications": "some"})
		n.Purpose, n.Sections = "protection", []string{"exploitation"}
		_, err = s.Outside.Rehearse(s.As("rsz"), s.victim, n)
		s.wants(err, "sections", "consent.other_section")
		if _, err := s.open(first); err != nil {
			s.t.Fatal(err)
		}
		_, err = s.Consents.Withdraw(s.As("rsz"), s.victim, id, 1, "spoken", "")
		s.must(err)
		s.dead(second, "after the withdrawal of the consent")
		if v := s.state(second); v.State != outside.Withdrawn || s.told("rsz", "outside_consent_ended") != 1 {
			s.t.Errorf("the link of a withdrawn consent is %s", v.State)
		}
		if v := s.state(first); v.State != outside.Opened {
			s.t.Errorf("what was opened before is %s", v.State)
		}
		if s.told("rsz", "outside_delete") != 1 {
			s.t.Errorf("the sender was told %d times to have deleted what was opened", s.told("rsz", "outside_delete"))
		}
		view, err := s.Consents.Show(s.As("rsz"), s.victim, id)
		s.must(err)
		if len(view.Outside) != 2 || view.Outside[0].State != "withdrawn" || view.Outside[1].State != "opened" || view.Outside[1].Organisation != "Frauenhaus Aachen" {
			s.t.Errorf("the consent's page names %+v", view.Outside)
		}
		site := s.Serve(s.t)
		if page := string(site.SignIn("rsz").Get("/victims/" + s.victim + "/consents/" + id).Want(200).Body); !strings.Contains(page, "Frauenhaus Aachen: geopend op") {
			s.t.Error("the page does not say who has opened a package")
		}
		_, err = s.Outside.Rehearse(s.As("rsz"), s.victim, outside.New{Organisation: "Frauenhaus Aachen", Hours: 24, Outward: sharing.Outward{Kind: authz.RoleShelter,
			Country: "DE", Sections: []string{"identity"}, Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: id}}})
		s.wants(err, "consent", "consent.is_withdrawn")
	})
}

func TestPackage_isNothingAfterASealOrTheEndOfTheKeys(t *testing.T) {
	onBoth(t, func(s *scene) {
		first, second := s.sent(good()), s.sent(good())
		s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec("INSERT INTO file_seal (id, file_id, agency_id, order_hash, sealed_by, sealed_at) VALUES ('x', :f, :a, :h, 'x', 1)",
				database.Args{"f": s.victim, "a": s.Place("be.rsz").ID, "h": []byte("h")})
			return err
		}))
		s.dead(first, "of a sealed file")
		s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec("UPDATE file_seal SET ended_at = 2 WHERE id = 'x'", nil)
			return err
		}))
		if _, err := s.open(first); err != nil {
			s.t.Errorf("after the seal: %v", err)
		}
		s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
			_, err := tx.Exec("UPDATE data_key SET wrapped = NULL, destroyed_at = 1 WHERE owner_id = :f", database.Args{"f": s.victim})
			return err
		}))
		s.dead(second, "of an erased file")
	})
}

func TestSend_refusesWhatMustNotGoByLink(t *testing.T) {
	onBoth(t, func(s *scene) {
		for _, c := range []struct {
			change     func(n *outside.New)
			field, key string
		}{
			{func(n *outside.New) { n.Sections = []string{"shelter_location"} }, "sections", "sharing.never_outside"},
			{func(n *outside.New) { n.Sections = []string{"health"} }, "sections", "sharing.never_outside"},
			{func(n *outside.New) { n.Sections = []string{"statements"} }, "sections", "sharing.not_yours.statements"},
			{func(n *outside.New) { n.Kind = authz.RoleRapporteur }, "sections", "sharing.nothing_outside"},
			{func(n *outside.New) { n.Sections = nil }, "sections", "sharing.no_section"},
			{func(n *outside.New) { n.Country = "US" }, "country", "outside.third_country"},
			{func(n *outside.New) { n.Kind = authz.RoleAuditor }, "kind", "fault.field_unknown_code"},
			{func(n *outside.New) { n.Hours = 96 }, "hours", "fault.field_unknown_code"},
			{func(n *outside.New) { n.Organisation = " " }, "organisation", "fault.field_required"},
			{func(n *outside.New) { n.Email = s.Person("rsz.second").Email }, "email", "outside.has_account"},
			{func(n *outside.New) { n.Email, n.ByMail = "", true }, "email", "fault.field_required"},
			{func(n *outside.New) { n.Basis = "consent" }, "consent", "consent.other_person"},
			{func(n *outside.New) { n.Basis = "" }, "basis", "fault.field_required"},
			{func(n *outside.New) { n.Basis, n.BasisRef = "legal_gateway", "" }, "basis_ref", "sharing.basis_ref_required"},
		} {
			n := good()
			c.change(&n)
			_, err := s.Outside.Rehearse(s.As("rsz"), s.victim, n)
			s.wants(err, c.field, c.key)
		}
		if _, err := s.Outside.Send(s.As("rsz"), s.victim, good(), ""); !errors.Is(err, fault.PreconditionRequired) {
			s.t.Errorf("without a look: %v", err)
		}
		n := good()
		shown, err := s.Outside.Rehearse(s.As("rsz"), s.victim, n)
		s.must(err)
		s.Write("rsz", s.victim, authz.Identity, "legal_task", section.Values{"family_name": "Later"})
		n.Seen = shown.Seen
		if _, err := s.Outside.Send(s.As("rsz"), s.victim, n, ""); !errors.Is(err, fault.Conflict) {
			s.t.Errorf("another package than was looked at: %v", err)
		}
		if left := s.number("SELECT COUNT(*) FROM outside_package", nil); left != 0 {
			s.t.Errorf("%d packages were kept", left)
		}
	})
}

func TestPackage_isFollowedByItsSenderAndNobodyElse(t *testing.T) {
	onBoth(t, func(s *scene) {
		s.Refer("rsz", s.victim, "be.payoke", "payoke", "identity")
		made := s.sent(good())
		for _, who := range []string{"pagasa", "cosm", "spj", "rsz.other", "rsz.auditor", "payoke.admin"} {
			if _, _, _, err := s.Outside.List(s.As(who), s.victim); !errors.Is(err, fault.NotFound) {
				s.t.Errorf("%s lists: %v", who, err)
			}
			if _, err := s.Outside.Show(s.As(who), s.victim, made.ID); !errors.Is(err, fault.NotFound) {
				s.t.Errorf("%s shows: %v", who, err)
			}
			if err := s.Outside.Withdraw(s.As(who), s.victim, made.ID, 1); !errors.Is(err, fault.NotFound) {
				s.t.Errorf("%s withdraws: %v", who, err)
			}
		}
		_, list, _, err := s.Outside.List(s.As("payoke"), s.victim)
		if err != nil || len(list) > 0 {
			s.t.Errorf("another agency on the file lists %v, %v", list, err)
		}
		if _, err := s.Outside.Show(s.As("payoke"), s.victim, made.ID); !errors.Is(err, fault.NotFound) {
			s.t.Errorf("another agency on the file: %v", err)
		}
		other := s.OpenVictim("rsz", s.OpenCase("rsz"), nil)
		if _, err := s.Outside.Show(s.As("rsz"), other, made.ID); !errors.Is(err, fault.NotFound) {
			s.t.Errorf("through another file: %v", err)
		}
	})
}

// TestMailed_isNotedOnThePackagesOwnFile: the number of a package on another file of the same agency marks nothing.
func TestMailed_isNotedOnThePackagesOwnFile(t *testing.T) {
	onBoth(t, func(s *scene) {
		made := s.sent(good())
		other := s.OpenVictim("rsz", s.OpenCase("rsz"), section.Values{"family_name": "Tran"})
		if err := s.Outside.Mailed(s.As("rsz"), other, &made); !errors.Is(err, fault.Conflict) || s.state(made).MailedAt != 0 {
			s.t.Errorf("marked through another file: %v", err)
		}
		s.must(s.Outside.Mailed(s.As("rsz"), s.victim, &made))
		if s.state(made).MailedAt == 0 {
			s.t.Error("not marked on its own file")
		}
	})
}

func TestPackage_liesSealedAndItsSecretsNowhere(t *testing.T) {
	onBoth(t, func(s *scene) {
		made := s.sent(good())
		for _, column := range []string{"outside_part.sealed", "outside_package.note", "outside_package.salt", "outside_package.token_hash", "outside_package.code_hash"} {
			table, name, _ := strings.Cut(column, ".")
			var all [][]byte
			s.must(s.Database.Read(s.t.Context(), func(tx *database.Tx) error { return tx.Select(&all, "SELECT "+name+" FROM "+table, nil) }))
			for _, text := range all {
				for _, secret := range []string{"Thi Zq", "Nguyen", "Vietnamese", made.Token, made.Code, strings.ReplaceAll(made.Code, "-", "")} {
					if len(text) == 0 || strings.Contains(string(text), secret) {
						s.t.Errorf("%s holds %s", column, secret)
					}
				}
			}
		}
		again := s.sent(good())
		if again.Token == made.Token || again.Code == made.Code || len(made.Token) != 43 || len(made.Code) != 11 {
			s.t.Errorf("links %+v and %+v", made, again)
		}
		if _, err := s.Outside.Open(context.Background(), made.Token, again.Code); !errors.Is(err, fault.NotFound) {
			s.t.Errorf("with the code of another package: %v", err)
		}
	})
}

func TestPackage_madeTwiceByOneFormIsOne(t *testing.T) {
	onBoth(t, func(s *scene) {
		n := good()
		shown, err := s.Outside.Rehearse(s.As("rsz"), s.victim, n)
		s.must(err)
		n.Seen = shown.Seen
		first, err := s.Outside.Send(s.As("rsz"), s.victim, n, "key-00000001")
		s.must(err)
		again, err := s.Outside.Send(s.As("rsz"), s.victim, n, "key-00000001")
		if err != nil || again.ID != first.ID || again.Token != "" || again.Code != "" {
			s.t.Errorf("the same form again: %+v, %v", again, err)
		}
	})
}

func TestOpen_atOnceHasOneWinner(t *testing.T) {
	onBoth(t, func(s *scene) {
		made := s.sent(good())
		var opened [4]bool
		var racing sync.WaitGroup
		for i := range opened {
			racing.Go(func() {
				_, err := s.open(made)
				opened[i] = err == nil
			})
		}
		racing.Wait()
		won := 0
		for _, one := range opened {
			if one {
				won++
			}
		}
		if won != 1 {
			s.t.Errorf("%d opened it", won)
		}
		if s.told("rsz", "outside_opened") != 1 {
			s.t.Errorf("told %d times", s.told("rsz", "outside_opened"))
		}
	})
}

func TestReread_showsTheSameFactsAsThePreview(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := &scene{World: w, t: t, victim: w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen", "birth_date": "1994-03-07", "citizenships": "VN", "sex": "female"})}
	n := good()
	shown, err := s.Outside.Rehearse(s.As("rsz"), s.victim, n)
	s.must(err)
	given, err := s.open(s.sent(n))
	s.must(err)
	site, err := w.NewSite()
	s.must(err)
	words := site.Kit.Words("fr")
	before, _ := entry.Cards(words, shown.Sections, "")
	after, _ := entry.Cards(words, given.Sections, "")
	if len(before) == 0 || len(before) != len(after) {
		t.Fatalf("%d cards, then %d", len(before), len(after))
	}
	for i := range before {
		for j := range before[i].Entries {
			if got, want := after[i].Entries[j].Facts.Rows, before[i].Entries[j].Facts.Rows; !slices.EqualFunc(got, want, func(a, b httpkit.SummaryRow) bool { return a.Label == b.Label && a.Value == b.Value }) {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
	}
}
