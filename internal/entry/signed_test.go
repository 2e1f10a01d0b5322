package entry_test

import (
	"net/http"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/section"
)

var statement = section.Values{"kind": "statement", "given_on": "2026-02-20", "summary": "She names the owner.", "signed": "no"}

// TestChange_refusesASignedStatement: until it is signed a statement is corrected by a version, afterwards by an addition.
func TestChange_refusesASignedStatement(t *testing.T) {
	both(t, func(t *testing.T, s scene) {
		id := s.Write("fgp", s.victimID, authz.Statements, "legal_task", statement)
		read := func() (version int64, summary string, canEdit bool) {
			v, err := s.Entries.Show(s.As("fgp"), id, "")
			if err != nil {
				t.Fatal(err)
			}
			return v.Version, v.Values["summary"], v.CanEdit
		}
		change := func(base int64, changes section.Values) error {
			v, err := s.Entries.Show(s.As("fgp"), id, "")
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Entries.Change(s.As("fgp"), id, base, draft(v, changes))
			return err
		}
		if err := change(1, section.Values{"signed": "yes", "signed_on": "2026-02-20"}); err != nil {
			t.Fatalf("signing: %v", err)
		}
		for base, changes := range map[int64]section.Values{1: {"summary": "Nobody."}, 2: {"signed": "no", "signed_on": ""}, 3: {"summary": "Nobody."}} {
			refused(t, change(base, changes), "entry.signed")
		}
		_, _, err := s.Entries.ForEdit(s.As("fgp"), id, "")
		refused(t, err, "entry.signed")
		if version, summary, canEdit := read(); version != 2 || summary != statement["summary"] || canEdit {
			t.Errorf("version %d, %q, may change %v", version, summary, canEdit)
		}
		for _, e := range s.SectionOf("fgp", s.victimID, authz.Statements).Entries {
			if e.CanEdit {
				t.Error("the section offers to change what is signed")
			}
		}
		s.Write("fgp", s.victimID, authz.Statements, "legal_task", section.Values{"kind": "addendum", "given_on": "2026-02-21", "summary": "The owner's brother, not the owner."})
		_, err = s.Entries.Change(s.As("fgp.other"), id, 2, draft(s.identity(t, "rsz"), statement))
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("a stranger learns that it is signed: %v", err)
		}
	})
}

func TestPages_offerAnAdditionToASignedStatement(t *testing.T) {
	s, site := served(t)
	signed := section.Values{"kind": "statement", "given_on": "2026-02-20", "summary": "She names the owner.", "signed": "yes", "signed_on": "2026-02-20"}
	id := s.Write("fgp", s.victimID, authz.Statements, "legal_task", signed)
	page := string(site.SignIn("fgp").Get("/victims/"+s.victimID, "Accept-Language", "en").Want(http.StatusOK).Body)
	add := `/victims/` + s.victimID + `/sections/statements/new"`
	if strings.Contains(page, "/entries/"+id+"/edit") || strings.Count(page, add) != 2 {
		t.Errorf("the page does not offer an addition in place of a change: %d links", strings.Count(page, add))
	}
	put := object{"values": object{"kind": "statement", "given_on": "2026-02-20", "summary": "Nobody."}, "purpose": "protection", "basis": "legal_task"}
	problem := site.Key("fgp").JSON("PUT", "/api/v1/entries/"+id, put, "If-Match", `"v1"`, "Accept-Language", "en").Want(http.StatusForbidden).Problem()
	if problem.ReasonID != "entry.signed" || problem.NextStep != "Write an addition: a new entry in the same section, of the kind “Addition to an earlier statement”." {
		t.Errorf("%+v", problem)
	}
}
