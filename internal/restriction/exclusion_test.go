package restriction_test

import (
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/consent"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/restriction"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestExclude_hidesTheFileEverywhere from the excluded person and from nobody else, until it ends.
func TestExclude_hidesTheFileEverywhere(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		second := w.Person("rsz.second").ID
		id := must(s.exclude("rsz.head", restriction.NewExclusion{Reference: s.ref("rsz", gate.Case), WorkerID: second, Note: "Zus van de werkgever"}))(t)
		if onCase, onVictim := s.opens("rsz.second"); onCase || onVictim || s.meets("rsz.second") {
			t.Errorf("excluded: opens %v %v, meets %v", onCase, onVictim, s.meets("rsz.second"))
		}
		if onCase, onVictim := s.opens("rsz"); !onCase || !onVictim || !s.meets("rsz") {
			t.Error("a colleague who is not excluded finds it no more")
		}
		later := w.OpenVictim("rsz", s.Case, nil)
		if _, err := w.Victims.Show(w.As("rsz.second"), later); err == nil {
			t.Error("a victim file opened later is open to the excluded person")
		}
		list := must(w.Limits.Exclusions(w.As("rsz.head"), gate.Cursor{}))(t)
		if len(list.Items) != 1 || list.Items[0].Note != "Zus van de werkgever" || !strings.Contains(list.Items[0].Name, w.Person("rsz.second").Family) {
			t.Errorf("listed: %+v", list.Items)
		}
		if err := w.Limits.EndExclusion(w.As("rsz.head"), id, 1); err != nil {
			t.Fatal(err)
		}
		if onCase, onVictim := s.opens("rsz.second"); !onCase || !onVictim || !s.meets("rsz.second") {
			t.Error("still excluded after the end")
		}
		wants(t, "ended twice", w.Limits.EndExclusion(w.As("rsz.head"), id, 1), fault.NotFound, "")
	})
}

// TestExclude_ofAVictimFileLeavesTheCase, and ending the case's exclusion leaves the victim file's.
func TestExclude_ofAVictimFileLeavesTheCase(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		second := w.Person("rsz.second").ID
		must(s.exclude("rsz.head", restriction.NewExclusion{Reference: s.ref("rsz", gate.Victim), WorkerID: second}))(t)
		if onCase, onVictim := s.opens("rsz.second"); !onCase || onVictim {
			t.Errorf("opens the case %v, the victim file %v", onCase, onVictim)
		}
		whole := must(s.exclude("rsz.head", restriction.NewExclusion{Reference: s.ref("rsz", gate.Case), WorkerID: second}))(t)
		if err := w.Limits.EndExclusion(w.As("rsz.head"), whole, 1); err != nil {
			t.Fatal(err)
		}
		if onCase, onVictim := s.opens("rsz.second"); !onCase || onVictim {
			t.Errorf("after the case's end: opens the case %v, the victim file %v", onCase, onVictim)
		}
	})
}

// TestExclude_isForWhoAnswersForPeople: a supervisor or an administrator, on a file that the agency sees; of another agency's
// people only the leading agency excludes, and theirs is told.
func TestExclude_isForWhoAnswersForPeople(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		rsz, fgp := s.ref("rsz", gate.Case), s.ref("fgp", gate.Case)
		second := restriction.NewExclusion{Reference: rsz, WorkerID: w.Person("rsz.second").ID}
		for name, key := range map[string]string{"a caseworker": "rsz", "an auditor": "rsz.auditor", "another agency's supervisor": "fgp.head", "a stranger": "payoke.admin"} {
			_, err := s.exclude(key, second)
			wants(t, name, err, fault.NotFound, "")
		}
		_, err := w.Limits.Exclusions(w.As("rsz"), gate.Cursor{})
		wants(t, "a caseworker's list", err, fault.NotFound, "")

		foreign := restriction.NewExclusion{Reference: fgp, Email: w.Person("rsz").Email}
		_, err = s.exclude("fgp.head", foreign)
		wants(t, "a person of the leading agency, by another", err, fault.Invalid, "email")
		_, err = s.exclude("rsz.head", restriction.NewExclusion{Reference: rsz, Email: w.Person("payoke").Email})
		wants(t, "a person of an agency that does not see the file", err, fault.Invalid, "email")

		id := must(s.exclude("rsz.head", restriction.NewExclusion{Reference: rsz, Email: strings.ToUpper(w.Person("fgp").Email), Note: "Buurman"}))(t)
		if onCase, _ := s.opens("fgp"); onCase {
			t.Error("the police officer still opens the case")
		}
		theirs := must(w.Limits.Exclusions(w.As("fgp.head"), gate.Cursor{}))(t).Items
		if len(theirs) != 1 || theirs[0].WrittenByMine || theirs[0].Note != "" || theirs[0].Name == "" {
			t.Errorf("the officer's own agency sees %+v", theirs)
		}
		ours := must(w.Limits.Exclusions(w.As("rsz.head"), gate.Cursor{}))(t).Items
		if len(ours) != 1 || ours[0].Name != "" || ours[0].WorkerID != "" || ours[0].Note != "Buurman" {
			t.Errorf("the leading agency sees %+v", ours)
		}
		wants(t, "ended by the officer's agency", w.Limits.EndExclusion(w.As("fgp.head"), id, 1), fault.NotFound, "")
		told := must(w.Notices.List(w.As("fgp.head"), notice.Open, gate.Cursor{}))(t).Items
		if len(told) != 1 || told[0].Code != "person_excluded" {
			t.Errorf("the officer's supervisor is told %+v", told)
		}
	})
}

// TestExclude_isHiddenFromTheExcluded, even where they answer for people themselves.
func TestExclude_isHiddenFromTheExcluded(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		rsz, fgp := s.ref("rsz", gate.Case), s.ref("fgp", gate.Case)
		id := must(s.exclude("rsz.head", restriction.NewExclusion{Reference: rsz, Email: w.Person("fgp.head").Email}))(t)
		if list := must(w.Limits.Exclusions(w.As("fgp.head"), gate.Cursor{}))(t).Items; len(list) != 0 {
			t.Errorf("the excluded supervisor sees %+v", list)
		}
		if told := must(w.Notices.List(w.As("fgp.head"), notice.Open, gate.Cursor{}))(t).Items; len(told) != 0 {
			t.Errorf("the excluded supervisor is told %+v", told)
		}
		_, err := s.exclude("fgp.head", restriction.NewExclusion{Reference: fgp, WorkerID: w.Person("fgp").ID})
		wants(t, "excluding from a file one is excluded from", err, fault.NotFound, "")
		wants(t, "ending one's own exclusion", w.Limits.EndExclusion(w.As("fgp.head"), id, 1), fault.NotFound, "")
		if err := w.Limits.EndExclusion(w.As("rsz.head"), id, 2); err == nil {
			t.Error("ended from a stale form")
		}
	})
}

// TestExclude_refusesWhatMakesNoSense, each with its field.
func TestExclude_refusesWhatMakesNoSense(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := set(w)
	good := restriction.NewExclusion{Reference: s.ref("rsz", gate.Case), WorkerID: w.Person("rsz.second").ID, Reason: "related"}
	for name, c := range map[string]struct {
		spoil func(*restriction.NewExclusion)
		field string
	}{
		"no file":             {func(n *restriction.NewExclusion) { n.Reference = " " }, "reference"},
		"nobody":              {func(n *restriction.NewExclusion) { n.WorkerID = "" }, "worker"},
		"an unknown person":   {func(n *restriction.NewExclusion) { n.WorkerID = gate.NewID() }, "worker"},
		"another agency's id": {func(n *restriction.NewExclusion) { n.WorkerID = w.Person("fgp").ID }, "worker"},
		"two people":          {func(n *restriction.NewExclusion) { n.Email = "a@example.org" }, "email"},
		"an unknown address":  {func(n *restriction.NewExclusion) { n.WorkerID, n.Email = "", "nobody@example.org" }, "email"},
		"a long address":      {func(n *restriction.NewExclusion) { n.WorkerID, n.Email = "", strings.Repeat("a", 255) }, "email"},
		"oneself":             {func(n *restriction.NewExclusion) { n.WorkerID = w.Person("rsz.head").ID }, "worker"},
		"oneself by address":  {func(n *restriction.NewExclusion) { n.WorkerID, n.Email = "", w.Person("rsz.head").Email }, "email"},
		"no reason":           {func(n *restriction.NewExclusion) { n.Reason = "" }, "reason"},
		"an unknown reason":   {func(n *restriction.NewExclusion) { n.Reason = "because" }, "reason"},
		"a long note":         {func(n *restriction.NewExclusion) { n.Note = strings.Repeat("é", 2001) }, "note"},
		"a note of no text":   {func(n *restriction.NewExclusion) { n.Note = "a\x00b" }, "note"},
	} {
		bad := good
		c.spoil(&bad)
		_, err := w.Limits.Exclude(w.As("rsz.head"), bad, "")
		wants(t, name, err, fault.Invalid, c.field)
	}
	first := must(w.Limits.Exclude(w.As("rsz.head"), good, "key-of-the-form"))(t)
	if again := must(w.Limits.Exclude(w.As("rsz.head"), good, "key-of-the-form"))(t); again != first {
		t.Error("the same form made two exclusions")
	}
	_, err := w.Limits.Exclude(w.As("rsz.head"), good, "")
	wants(t, "excluded already", err, fault.Invalid, "worker")
	absent := good
	absent.Reference = "C-AAAA-AAAA"
	_, err = w.Limits.Exclude(w.As("rsz.head"), absent, "")
	wants(t, "a file that is not there", err, fault.NotFound, "")
}

// TestExclusions_comeInPages, each once.
func TestExclusions_comeInPages(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := set(w)
	reference := s.ref("rsz", gate.Case)
	const all = restriction.PageSize + 3
	for i := range all {
		id, err := w.Agencies.Appoint(w.AsProgram(), w.Place("be.rsz").ID, newcomer(w, i))
		if err != nil {
			t.Fatal(err)
		}
		must(s.exclude("rsz.head", restriction.NewExclusion{Reference: reference, WorkerID: id}))(t)
	}
	first := must(w.Limits.Exclusions(w.As("rsz.head"), gate.Cursor{}))(t)
	second := must(w.Limits.Exclusions(w.As("rsz.head"), first.Next))(t)
	if len(first.Items) != restriction.PageSize || len(second.Items) != 3 || second.Next.ID != "" {
		t.Errorf("pages of %d and %d", len(first.Items), len(second.Items))
	}
}

func newcomer(w *testkit.World, i int) agency.NewWorker {
	return agency.NewWorker{Given: "Ada", Family: "Nieuw", Language: "nl", Email: "new" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "@example.org",
		Hold: []string{w.Place("be.rsz").Roles[agency.Caseworker]}}
}

// TestExclude_knowsNothingOfWhatNobodySigned: as long as an offer waits for its second signature, an address at the desk it is meant for
// answers as that of nobody; once it is there, the person can be excluded and their agency is told.
func TestExclude_knowsNothingOfWhatNobodySigned(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := set(w)
		w.Write("payoke", s.sheltered(), authz.Health, "consent", section.Values{"complaints": "Does not sleep."})
		yes := consent.New{Sections: []string{"health"}, Recipients: []consent.Recipient{{AgencyID: w.Place("be.advocaat").ID}}, Purposes: []string{"protection"}, AskedOn: w.Today(),
			Until: "2026-05-30", How: "oral_witnessed", Language: "vi", Explained: consent.Explanations(), Interpreter: "Tolk 114", Witness: "Nora Wijnants"}
		allowed := must(w.Consents.Record(w.As("payoke"), s.Victim, yes, ""))(t)
		must(w.Sharing.Refer(w.As("payoke"), s.Victim, sharing.NewReferral{DeskID: w.Place("be.advocaat").Desks[0], Sections: []string{"health"}, Urgency: sharing.Normal,
			Reason: "legal_aid", Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: allowed, Until: "2026-05-30"}}, ""))(t)
		lawyer := restriction.NewExclusion{Reference: s.ref("rsz", gate.Victim), Email: w.Person("advocaat").Email}
		_, err := s.exclude("rsz.head", lawyer)
		wants(t, "who was to be offered it", err, fault.Invalid, "email")
		if signed := w.SignAll("payoke.second"); signed != 1 {
			t.Fatalf("%d offers waited", signed)
		}
		must(s.exclude("rsz.head", lawyer))(t)
	})
}

// sheltered lets the shelter in.
func (s *scene) sheltered() string {
	s.Refer("rsz", s.Victim, "be.payoke", "payoke", "identity")
	return s.Victim
}
