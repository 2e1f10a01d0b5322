package exchange_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/entry"
	"relais/internal/exchange"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit/pagecheck"
	"relais/internal/section"
	"relais/internal/testkit"
)

func TestPages_matchTheirTemplatesAndWords(t *testing.T) { pagecheck.Slice(t, "exchange") }

// shelf is a victim file on which a shelter, the inspectorate and the police have written.
type shelf struct {
	*testkit.World
	caseID, victimID string
}

// filled is led by the shelter; everybody who works on it has written what the rule lets them.
func filled(w *testkit.World) *shelf {
	s := &shelf{World: w, caseID: w.OpenCase("payoke")}
	s.victimID = w.OpenVictim("payoke", s.caseID, section.Values{"family_name": "Tran", "given_names": "=Minh"})
	for _, house := range []string{"be.rsz", "be.fgp", "be.auditoraat", "be.dvz"} {
		w.AddToTeam("payoke", s.caseID, house)
	}
	w.Write("payoke", s.victimID, authz.SafeContact, "legal_task", section.Values{"mobile_phone": "+32470123456"})
	w.Write("payoke", s.victimID, authz.Health, "legal_task", section.Values{"complaints": "Asthma"})
	w.Write("payoke", s.victimID, authz.Residence, "legal_task", section.Values{"country": "BE", "status": "none_needed", "expires_on": "2026-12-31", "document_number": "B0001", "may_work": "yes"})
	w.Write("rsz", s.victimID, authz.Labour, "legal_gateway", section.Values{"occupation": "Tegelzetter", "employer": "Bouw Demo"})
	w.Write("rsz", s.victimID, authz.Exploitation, "legal_gateway", section.Values{"types": "forced_labour"})
	w.Write("fgp", s.victimID, authz.Identifiers, "legal_task", section.Values{"national_number": "12345"})
	return s
}

func wanted(format exchange.Format, sections ...string) exchange.Wanted {
	return exchange.Wanted{Format: format, Sections: sections, Purpose: "protection", Reason: "meeting", Recipient: "Parket  Antwerpen"}
}

// take exports and wants it to work.
func (s *shelf) take(key string, w exchange.Wanted) exchange.Copy {
	s.T.Helper()
	c, err := s.Exchange.Export(s.As(key), gate.Victim, s.victimID, w)
	if err != nil {
		s.T.Fatalf("%s: %v", key, err)
	}
	return c
}

func (s *shelf) document(c exchange.Copy) (d exchange.Document) {
	s.T.Helper()
	text, err := c.JSON()
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		s.T.Fatal(err)
	}
	return d
}

// TestExport_holdsWhatTheRuleOpensAndNamesTheRest: for each who may open the file, every section is taken that may leave. What is in
// it may be read by the same person, what never leaves is not in it, and the rest is named with its reason.
func TestExport_holdsWhatTheRuleOpensAndNamesTheRest(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := filled(w)
		never := []authz.Section{authz.ShelterLocation, authz.SafeContact, authz.Health, authz.Intelligence}
		holds := map[string][]string{}
		for _, key := range []string{"payoke", "rsz", "fgp", "auditoraat", "dvz"} {
			form, err := s.Exchange.ExportForm(s.As(key), gate.Victim, s.victimID)
			if err != nil {
				t.Fatal(err)
			}
			var open []string
			for _, view := range form.Sections {
				if view.Open || view.AskReason {
					open = append(open, view.Section.String())
				}
			}
			d := s.document(s.take(key, wanted(exchange.JSON, open...)))
			if len(d.Sections)+len(d.NotIncluded) != len(form.Sections) {
				t.Errorf("%s: %d in it, %d not, of %d", key, len(d.Sections), len(d.NotIncluded), len(form.Sections))
			}
			for _, part := range d.Sections {
				id, _ := authz.ParseSection(part.Section)
				if slices.Contains(never, id) {
					t.Errorf("%s takes out %s", key, part.Section)
				}
				s.readable(key, id, part)
				if len(part.Entries)+len(part.Facts) > 0 {
					holds[key] = append(holds[key], part.Section)
				}
			}
			for _, absent := range d.NotIncluded {
				if absent.Reason == "" {
					t.Errorf("%s: no reason for %s", key, absent.Section)
				}
			}
		}
		want := map[string][]string{
			"payoke": {"identity", "residence", "exploitation"}, "rsz": {"identity", "residence", "exploitation", "labour"},
			"fgp": {"identity", "identifiers", "residence", "exploitation", "labour"}, "auditoraat": {"identity", "identifiers", "residence", "exploitation", "labour"},
			"dvz": {"identity", "identifiers", "residence", "exploitation"},
		}
		if diff := cmp.Diff(want, holds); diff != "" {
			t.Errorf("sections with something in them (-want +got):\n%s", diff)
		}
	})
}

// readable holds what left against what the same person reads.
func (s *shelf) readable(key string, id authz.Section, part exchange.DocumentSection) {
	s.T.Helper()
	seen, err := s.Entries.Reveal(s.As(key), gate.Victim, s.victimID, id, "protection")
	if err != nil {
		s.T.Fatalf("%s reads %s: %v", key, id, err)
	}
	for _, e := range part.Entries {
		at := slices.IndexFunc(seen.Entries, func(v entry.View) bool { return v.ID == e.ID })
		if at < 0 || cmp.Diff(seen.Entries[at].Values, e.Values) != "" {
			s.T.Errorf("%s takes out of %s what is not theirs to read: %+v", key, id, e.Values)
		}
	}
}

func TestExport_isRecordedNumberedAndToldToWhoWroteIt(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := filled(w)
		c := s.take("auditoraat", wanted(exchange.HTCDS, "identity", "labour"))
		found := s.exported()
		if len(found) != 1 {
			t.Fatalf("%d entries", len(found))
		}
		e := found[0]
		if e.Op != audit.Export || e.Subject != c.ID || e.FileID != s.victimID || e.Purpose != "protection" || !slices.Contains(e.Fields, "labour.occupation") ||
			!slices.Contains(e.Concerns, s.Place("be.rsz").ID) || !slices.Contains(e.Concerns, s.Place("be.payoke").ID) {
			t.Errorf("the entry: %+v", e)
		}
		own := s.left("auditoraat")
		if len(own) != 1 || own[0].Recipient != "Parket Antwerpen" || own[0].Person != "Stijn Delvaux-Prins" || own[0].Sections.Has(authz.Residence) {
			t.Errorf("the agency that took it reads %+v", own)
		}
		theirs := s.left("rsz")
		if len(theirs) != 1 || theirs[0].Number != c.Number || theirs[0].Ours != 1 || theirs[0].Recipient != "" || theirs[0].Person != "" || theirs[0].Sections != 0 {
			t.Errorf("an agency whose entry went along reads %+v", theirs)
		}
		if dvz := s.left("dvz"); len(dvz) > 0 {
			t.Errorf("an agency that wrote nothing of it reads %+v", dvz)
		}
		var labour []entry.View
		for _, view := range must(s.Victims.Show(s.As("rsz"), s.victimID))(t).Sections {
			if view.Section == authz.Labour {
				labour = view.Entries
			}
		}
		must(s.Entries.Change(s.As("rsz"), labour[0].ID, 1, entry.Draft{Values: section.Values{"occupation": "Metser"}, Purpose: "investigation", Basis: "legal_gateway", Nature: "fact"}))(t)
		if own, theirs := s.left("auditoraat"), s.left("rsz"); own[0].Stale != 1 || theirs[0].Stale != 1 {
			t.Errorf("after a correction: %d, %d stale", own[0].Stale, theirs[0].Stale)
		}
	})
}

// exported are the entries of the trail about exports.
func (s *shelf) exported() (found []audit.Entry) {
	s.T.Helper()
	if err := s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		all, _, err := s.Trail.List(tx, audit.Filter{Everywhere: true, Limit: 500})
		for _, e := range all {
			if e.Action == "exchange.export" {
				found = append(found, e)
			}
		}
		return err
	}); err != nil {
		s.T.Fatal(err)
	}
	return found
}

// TestExport_isToldToWhomFactsAreDerivedFrom: an agency of whose entry only what may be known of it leaves learns of it too, and the
// copy is marked as that entry is.
func TestExport_isToldToWhomFactsAreDerivedFrom(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := filled(w)
		d := testkit.Draft(section.Values{"country": "BE", "status": "none_needed", "expires_on": "2026-11-30", "document_number": "B0002", "may_work": "yes"})
		d.TLP = "green"
		must(s.Entries.Add(s.As("dvz"), gate.Victim, s.victimID, authz.Residence, d, ""))(t)
		c := s.take("rsz", wanted(exchange.JSON, "residence"))
		if part := s.document(c).Sections[0]; len(part.Entries) > 0 || len(part.Facts) == 0 {
			t.Fatalf("the inspectorate takes out %+v", part)
		}
		found := s.exported()
		if len(found) != 1 || !slices.Contains(found[0].Concerns, s.Place("be.dvz").ID) || found[0].Handling != "tlp_green" || c.Marking.TLP != "green" {
			t.Errorf("the copy is marked %v; the entry: %+v", c.Marking, found)
		}
		if theirs := s.left("dvz"); len(theirs) != 1 || theirs[0].Ours != 1 {
			t.Errorf("the agency reads %+v", theirs)
		}
	})
}

func (s *shelf) left(key string) []exchange.Left {
	s.T.Helper()
	view, err := s.Exchange.Exports(s.As(key), gate.Victim, s.victimID)
	if err != nil {
		s.T.Fatal(err)
	}
	return view.Left
}

// TestExport_keepsWhatItsOriginatorKeeps: what others marked as theirs to pass on stays, and the own goes along.
func TestExport_keepsWhatItsOriginatorKeeps(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := filled(w)
		for _, tlp := range []string{"amber", "green"} {
			d := testkit.Draft(section.Values{"family_name": "Marked " + tlp})
			d.TLP = tlp
			must(s.Entries.Add(s.As("rsz"), gate.Victim, s.victimID, authz.Identity, d, ""))(t)
		}
		names := func(key string) (names []string) {
			for _, e := range s.document(s.take(key, wanted(exchange.JSON, "identity"))).Sections[0].Entries {
				names = append(names, e.Values["family_name"])
			}
			slices.Sort(names)
			return names
		}
		if got := names("payoke"); !slices.Equal(got, []string{"Marked green", "Tran"}) {
			t.Errorf("another agency takes out %v", got)
		}
		if got := names("rsz"); !slices.Equal(got, []string{"Marked amber", "Marked green", "Tran"}) {
			t.Errorf("its own agency takes out %v", got)
		}
		for codes, goes := range map[string]bool{"H0": true, "H1": false, "H2": false} {
			suspect := s.OpenCase("fgp")
			s.AddToTeam("fgp", suspect, "be.auditoraat")
			d := testkit.Draft(section.Values{"family_name": "Vos", "handling_codes": codes, "source_evaluation": "A", "information_evaluation": "1"})
			must(s.Entries.Add(s.As("fgp"), gate.Case, suspect, authz.Suspects, d, ""))(t)
			c, err := s.Exchange.Export(s.As("auditoraat"), gate.Case, suspect, wanted(exchange.JSON, "suspects"))
			if err != nil {
				t.Fatalf("%s: %v", codes, err)
			}
			if went := len(s.document(c).Sections[0].Entries) == 1; went != goes {
				t.Errorf("under %s it leaves: %v", codes, went)
			}
		}
	})
}

func TestExport_refusesWhatIsNotTheirs(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := filled(w)
		stale := s.As("payoke")
		for _, c := range []struct {
			claim, key string
			kind       gate.Kind
			change     func(w *exchange.Wanted)
			want       fault.Kind
		}{
			{"a stranger of the same kind", "pagasa", gate.Victim, nil, fault.NotFound},
			{"a stranger from another country", "avim", gate.Victim, nil, fault.NotFound},
			{"a victim file as a case", "payoke", gate.Case, func(w *exchange.Wanted) { w.Format = exchange.JSON }, fault.NotFound},
			{"a section that never leaves", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Sections = []string{"identity", "health"} }, fault.Refused},
			{"a section of case files", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Sections = []string{"suspects"} }, fault.Refused},
			{"no section", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Sections = nil }, fault.Invalid},
			{"an unknown section", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Sections = []string{"team"} }, fault.Invalid},
			{"an unknown format", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Format = "pdf" }, fault.Invalid},
			{"no purpose", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Purpose = "audit" }, fault.Invalid},
			{"no reason", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Reason = "" }, fault.Invalid},
			{"nobody to whom it goes", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Recipient = " \n" }, fault.Invalid},
			{"a letter instead of a recipient", "payoke", gate.Victim, func(w *exchange.Wanted) { w.Recipient = strings.Repeat("é", 201) }, fault.Invalid},
		} {
			want := wanted(exchange.HTCDS, "identity")
			if c.change != nil {
				c.change(&want)
			}
			if _, err := s.Exchange.Export(s.As(c.key), c.kind, s.victimID, want); fault.KindOf(err) != c.want {
				t.Errorf("%s: %v", c.claim, err)
			}
		}
		if _, err := s.Exchange.Export(s.As("payoke"), gate.Case, s.caseID, wanted(exchange.HTCDS, "labour")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a case as HTCDS: %v", err)
		}
		s.Advance(11 * time.Minute)
		if _, err := s.Exchange.Export(stale, gate.Victim, s.victimID, wanted(exchange.JSON, "identity")); fault.KindOf(err) != fault.Refused {
			t.Errorf("without a fresh second factor: %v", err)
		}
		if list := s.left("payoke"); len(list) > 0 {
			t.Errorf("what was refused is listed: %+v", list)
		}
	})
}

// TestPages_giveTheFileAsAnAttachment in each form, with nothing of the person in its name and nothing that a browser would fetch.
func TestPages_giveTheFileAsAnAttachment(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := filled(w)
	site := w.Serve(t)
	client := site.SignIn("payoke")
	url := "/victims/" + s.victimID + "/exports"
	for _, c := range []struct {
		kind  gate.Kind
		form  exchange.Format
		media string
	}{{gate.Victim, exchange.Page, "text/html"}, {gate.Victim, exchange.JSON, "application/json"}, {gate.Victim, exchange.HTCDS, "text/csv"}, {gate.Case, exchange.Page, "text/html"}} {
		at, sections := url, "identity"
		if c.kind == gate.Case {
			at, sections = "/cases/"+s.caseID+"/exports", "labour"
		}
		a := client.PostForm(at, testkit.Fields("format", string(c.form), "sections", sections, "purpose", "protection", "reason", "meeting", "recipient", "Parket")).Want(http.StatusOK)
		name := a.Header.Get("Content-Disposition")
		if !strings.HasPrefix(a.Header.Get("Content-Type"), c.media) || !strings.HasPrefix(name, "attachment; filename=E-") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", c.form, a.Header)
		}
		body := string(a.Body)
		if c.kind == gate.Victim && !strings.Contains(body, "Tran") {
			t.Errorf("%s holds nobody: %s", c.form, body)
		}
		if c.form != exchange.Page {
			continue
		}
		number := strings.TrimSuffix(strings.TrimPrefix(name, "attachment; filename="), ".html")
		for _, is := range []string{number, "Nora Wijnants, Payoke", "Niet opgenomen", "Parket"} {
			if !strings.Contains(body, is) {
				t.Errorf("the page does not say %q", is)
			}
		}
		for _, not := range []string{"<script", "<link", "<img", "href=", "http://", "https://", "Relais", "relais", "mensenhandel"} {
			if strings.Contains(body, not) {
				t.Errorf("the page holds %q", not)
			}
		}
	}
	wrong := client.PostForm(url, testkit.Fields("format", "page", "sections", "identity")).Want(http.StatusUnprocessableEntity)
	if !strings.Contains(string(wrong.Body), "f-recipient-error") {
		t.Error("the form does not say what is missing")
	}
	w.Advance(11 * time.Minute)
	if to := client.Get(url + "/new").Want(http.StatusSeeOther).Location(); !strings.HasPrefix(to, "/account/confirm?to=%2Fvictims%2F") {
		t.Errorf("without a fresh second factor: %s", to)
	}
}

// printed saves the page for paper as a browser would.
func (s *shelf) printed(key string) (path string) {
	s.T.Helper()
	a := s.Serve(s.T).SignIn(key).PostForm("/victims/"+s.victimID+"/exports", testkit.Fields("format", "page", "sections", "identity", "sections", "residence",
		"sections", "exploitation", "purpose", "protection", "reason", "lawyer", "recipient", "Advocaat van de persoon")).Want(http.StatusOK)
	path = filepath.Join(s.T.TempDir(), "E.html")
	if err := os.WriteFile(path, a.Body, 0o600); err != nil {
		s.T.Fatal(err)
	}
	return path
}

// TestBrowser_takesACopyOut in German and French, and looks at the paper.
func TestBrowser_takesACopyOut(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	s := filled(w)
	site := w.Serve(t)
	tab := site.Browse("payoke")
	tab.Open(site.URL + "/victims/" + s.victimID)
	tab.Click("Deutsch")
	tab.Click("Was hinausging")
	testkit.Inspect(t, tab, "exchange-exports-empty-de")
	tab.Click("Kopie entnehmen")
	testkit.Inspect(t, tab, "exchange-export-de")
	tab.Click("Festhalten und Kopie speichern")
	if tab.Status() != http.StatusUnprocessableEntity {
		t.Errorf("an empty form: %d", tab.Status())
	}
	testkit.Inspect(t, tab, "exchange-export-wrong-de")
	tab.Open("file://" + s.printed("payoke"))
	testkit.Inspect(t, tab, "exchange-paper-nl")
	tab.Open(site.URL + "/victims/" + s.victimID + "/exports")
	tab.Click("Français")
	testkit.Inspect(t, tab, "exchange-exports-fr")
}
