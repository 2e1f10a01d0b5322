package pointer_test

import (
	"net/http"
	"slices"
	"testing"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/pointer"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// choose says of a file, as it stands, whether it takes part.
func (s *scene) choose(key, fileID string, choice pointer.Choice) error {
	s.T.Helper()
	now := must(s.Pointers.Matching(s.as(key), fileID))(s.T)
	return s.Pointers.Choose(s.as(key), fileID, now.Version, choice)
}

// said writes a choice behind the program's back, as an agency that led the file before would have made it.
func (s *scene) said(fileID, agencyID string, choice pointer.Choice) {
	s.exec(`INSERT INTO pointer_choice (file_id, version, choice, agency_id, set_at, set_by)
SELECT f.id, 1 + (SELECT COUNT(*) FROM pointer_choice c WHERE c.file_id = f.id), :choice, :agency, 1, f.created_by FROM file f WHERE f.id = :file`,
		database.Args{"file": fileID, "agency": agencyID, "choice": string(choice)})
}

// eachFile leaves it in an agency to who leads each file.
func (s *scene) eachFile(key string) {
	s.T.Helper()
	now := must(s.Pointers.Settings(s.as(key)))(s.T)
	must0(s.T, s.Pointers.Decide(s.as(key), now.Version, pointer.Decision{Allows: true, EachFile: true}))
}

// TestChoose_isOfWhoLeadsTheFile: a stranger finds nothing, a colleague of another agency in the team is refused, a stale page and a
// choice that the agency does not allow change nothing.
func TestChoose_isOfWhoLeadsTheFile(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		twin := s.twin()
		choose := func(key string, version int64, choice pointer.Choice) error {
			return s.Pointers.Choose(s.as(key), twin, version, choice)
		}
		for _, key := range []string{"fgp", "ghent.wijk", "rsz", "ghent.admin"} {
			wants(t, key, choose(key, 0, pointer.Hidden), fault.NotFound, "gate.not_found")
			_, err := s.Pointers.Matching(s.as(key), twin)
			wants(t, key+" looks", err, fault.NotFound, "gate.not_found")
		}
		must(s.Sharing.Add(s.as("ghent"), must(s.Victims.Show(s.as("ghent"), twin))(t).File.CaseID, sharing.NewMember{DeskID: s.Place("be.rsz").Desks[0],
			Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, ""))(t)
		wants(t, "a member of the team", choose("rsz", 0, pointer.Hidden), fault.Refused, "gate.refused")
		_, err := s.Pointers.Matching(s.as("rsz"), twin)
		wants(t, "a member of the team looks", err, fault.Refused, "gate.refused")
		wants(t, "something else", choose("ghent", 0, "everyone"), fault.Invalid, "")
		wants(t, "nothing", choose("ghent", 0, ""), fault.Invalid, "")
		must0(t, choose("ghent", 0, pointer.Hidden))
		wants(t, "a stale tab", choose("ghent.second", 0, pointer.Pointed), fault.Conflict, "pointer.changed")
		s.decide("ghent.admin", false)
		wants(t, "more than the agency allows", choose("ghent", 1, pointer.Pointed), fault.Invalid, "")
		s.decide("ghent.admin", true, s.ghent.Desks[0])
		wants(t, "more than the desk may", choose("ghent", 1, pointer.Pointed), fault.Invalid, "")
		now := must(s.Pointers.Matching(s.as("ghent.second"), twin))(t)
		if now.Choice != pointer.Hidden || now.Version != 1 || now.Tells || now.Allowed || len(now.Before) != 1 || now.Before[0].SetBy == "" {
			t.Errorf("it stands as %+v", now)
		}
		must0(t, choose("ghent", 1, pointer.Hidden)) // which may be said whatever the agency says
		for _, statement := range []string{`UPDATE pointer_choice SET set_at = 1`, `DELETE FROM pointer_choice`} {
			if err := s.Database.Write(t.Context(), func(tx *database.Tx) error { _, err := tx.Exec(statement, nil); return err }); err == nil {
				t.Errorf("%s goes through", statement)
			}
		}
		logged := slices.DeleteFunc(s.logged("pointer.choose"), func(e audit.Entry) bool { return e.Op == audit.Deny })
		if len(logged) != 2 || logged[0].Op != audit.Alter || logged[0].FileID != twin || len(logged[0].Concerns) > 1 {
			t.Errorf("it is logged as %+v", logged)
		}
	})
}

// TestHidden_isOutOfMatchingOnBothSides: what was pointed out is gone for both, nobody looks from the file, and it does not come back with
// the file.
func TestHidden_isOutOfMatchingOnBothSides(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		level := func() sharing.Level {
			return must(s.Sharing.Access(s.as("ghent"), twin))(t).Reach.Level
		}
		if level() != sharing.PointerOnly {
			t.Errorf("before, the file is shared as %q", level())
		}
		must0(t, s.choose("ghent", twin, pointer.Hidden))
		if level() != sharing.MyDesk {
			t.Errorf("hidden, the file is shared as %q", level())
		}
		for _, key := range []string{"fgp", "ghent"} {
			settled := must(s.Pointers.List(s.as(key), true, gate.Cursor{}))(t).Items
			if len(s.sees(key)) != 0 || len(settled) != 0 {
				t.Errorf("%s still sees the pointer", key)
			}
			wants(t, key+" asks", ask(s, key, id), fault.NotFound, "gate.not_found")
		}
		_, err := s.Pointers.Probe(s.as("ghent"), twin, "identification")
		wants(t, "a look from the hidden file", err, fault.Refused, "pointer.hidden")
		if found := s.probe("fgp", s.lan); len(found) != 0 || s.told("ghent", "pointer_match") != 1 {
			t.Error("the hidden file is found, or its desk is told")
		}
		must0(t, s.Pointers.Tidy(s.AsProgram()))
		if found := s.logged("pointer.found"); len(found) != 2 || len(found[0].Recipients) != 0 || found[0].Concerns[0] != s.ghent.ID {
			t.Errorf("the agency reads in its log %+v", found)
		}
		must0(t, s.choose("ghent", twin, pointer.Pointed))
		if len(s.sees("fgp")) != 0 || len(s.sees("ghent")) != 0 {
			t.Error("the pointer comes back with the file")
		}
		if found := s.probe("fgp", s.lan); len(found) != 1 || found[0].ID == id {
			t.Errorf("a new look finds %+v", found)
		}
	})
}

// TestHidden_alsoHidesWhatALookMadeInTheSameInstant, and what it made is not there again when the file is.
func TestHidden_alsoHidesWhatALookMadeInTheSameInstant(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		id, twin := s.pointed()
		s.said(twin, s.ghent.ID, pointer.Hidden) // committed beside the look: neither saw the other
		for _, key := range []string{"fgp", "ghent"} {
			_, err := s.Pointers.Show(s.as(key), id)
			wants(t, key, err, fault.NotFound, "gate.not_found")
			if len(s.sees(key)) != 0 {
				t.Errorf("%s sees it in the list", key)
			}
		}
		must0(t, s.choose("ghent", twin, pointer.Pointed))
		if len(s.sees("fgp"))+len(s.sees("ghent")) != 0 {
			t.Error("it is there again")
		}
	})
}

// TestProbe_answersAlikeWhateverWasChosen: whoever keeps the file out of matching, the answer is that of no match, byte for byte.
func TestProbe_answersAlikeWhateverWasChosen(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		client := site.SignIn("fgp")
		look := func() string {
			page := "/victims/" + s.lan + "/pointers"
			posted := client.PostForm(page, testkit.Fields("purpose", "identification")).Want(http.StatusSeeOther)
			said := client.JSON("POST", "/api/v1/victims/"+s.lan+"/probes", map[string]any{"purpose": "identification"}).Want(http.StatusOK)
			return posted.Location() + string(said.Body) + string(client.Get(page).Want(http.StatusOK).Body)
		}
		miss := look()
		twin := s.twin()
		must0(t, s.choose("ghent", twin, pointer.Hidden))
		if look() != miss {
			t.Error("a hidden file shows")
		}
		s.said(twin, s.ghent.ID, pointer.Pointed)
		s.said(twin, s.Place("be.fgp").ID, pointer.Hidden) // by who led it before
		if look() != miss {
			t.Error("a file that was handed over hidden shows")
		}
		s.eachFile("ghent.admin")
		other := s.twin()
		if look() != miss {
			t.Error("a file of which nobody said anything shows, where the agency leaves it to who leads")
		}
		s.said(other, s.Place("be.fgp").ID, pointer.Pointed) // by who led it before
		if look() != miss {
			t.Error("a file shows on the word of an agency that no longer leads it")
		}
		must0(t, s.choose("ghent", other, pointer.Pointed))
		if look() == miss {
			t.Error("a file that takes part does not show: the comparison is worth nothing")
		}
	})
}

// TestEachFile_takesPartWhereWhoLeadsItSaysSo, to look and to be found, and nothing that the agency wrote elsewhere counts.
func TestEachFile_takesPartWhereWhoLeadsItSaysSo(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		wants(t, "each file of none", s.Pointers.Decide(s.as("ghent.admin"), 0, pointer.Decision{EachFile: true}), fault.Invalid, "")
		id, twin := s.pointed()
		s.eachFile("ghent.admin")
		if len(s.sees("fgp"))+len(s.sees("ghent")) != 0 {
			t.Error("the pointer to a file of which nobody said anything outlives the decision")
		}
		_, err := s.Pointers.Probe(s.as("ghent"), twin, "identification")
		wants(t, "a look before", err, fault.Refused, "pointer.unchosen")
		must0(t, s.choose("ghent", twin, pointer.Pointed))
		found := s.probe("ghent", twin)
		if len(found) != 1 || found[0].ID == id {
			t.Fatalf("a look then finds %+v", found)
		}
		s.eachFile("ghent.admin")
		if len(s.sees("ghent")) != 1 {
			t.Error("the pointer to a file that takes part ends with a decision that lets it")
		}
		s.decide("ghent.admin", false)
		if m := must(s.Pointers.Matching(s.as("ghent"), twin))(t); m.Tells || len(s.sees("ghent")) != 0 {
			t.Error("the choice goes beyond what the agency allows")
		}
		s.eachFile("ghent.admin")

		number := section.Values{"document_number": "B1234567"}
		theirs := s.file("rsz", section.Values{"family_name": "Tran"})
		s.setting("be.rsz", true)
		must(s.Sharing.Add(s.as("rsz"), must(s.Victims.Show(s.as("rsz"), theirs))(t).File.CaseID, sharing.NewMember{DeskID: s.ghent.Desks[0],
			Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, ""))(t)
		s.write("ghent", theirs, authz.Identifiers, "legal_task", number)
		mine := s.file("fgp", section.Values{"family_name": "Vu"})
		s.write("fgp", mine, authz.Identifiers, "legal_task", number)
		if len(s.probe("fgp", mine)) != 0 {
			t.Error("what the agency wrote in the file of another is compared")
		}
		s.decide("ghent.admin", true)
		if len(s.probe("fgp", mine)) != 1 {
			t.Error("it is not compared once the agency takes part with all: the comparison is worth nothing")
		}
	})
}

// TestMatching_pagesAndAPI lead from the file to the choice, and need the version.
func TestMatching_pagesAndAPI(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		site := s.Serve(t)
		police, page := site.SignIn("fgp"), "/victims/"+s.lan+"/matching"
		says(t, police.Get("/victims/"+s.lan).Want(http.StatusOK), page)
		says(t, police.Get(page).Want(http.StatusOK), `value="pointed" checked`, `name="version" value="1"`)
		police.PostForm(page, testkit.Fields("choice", "hidden")).Want(http.StatusPreconditionRequired)
		says(t, police.PostForm(page, testkit.Fields("version", "1")).Want(http.StatusUnprocessableEntity), `href="#f-choice"`)
		police.PostForm(page, testkit.Fields("choice", "hidden", "version", "1")).Want(http.StatusSeeOther)
		says(t, police.Get(page).Want(http.StatusOK), `value="hidden" checked`, "Keuzes tot nu toe")
		police.PostForm(page, testkit.Fields("choice", "pointed", "version", "1")).Want(http.StatusConflict)
		says(t, police.PostForm("/victims/"+s.lan+"/pointers", testkit.Fields("purpose", "identification")).Want(http.StatusForbidden), "buiten het vergelijken")
		site.SignIn("avim").Get(page).Want(http.StatusNotFound)

		key, at := site.Key("fgp"), "/api/v1/victims/"+s.lan+"/matching"
		var body pointer.MatchingBody
		seen := key.Get(at).Want(http.StatusOK)
		seen.Into(&body)
		if body.Choice != "hidden" || body.Tells || !body.Allowed || seen.Header.Get("ETag") != `"v2"` {
			t.Errorf("it says %+v, %s", body, seen.Header.Get("ETag"))
		}
		key.JSON(http.MethodPut, at, map[string]any{"choice": "pointed"}, "If-Match", `"v1"`).Want(http.StatusConflict)
		key.JSON(http.MethodPut, at, map[string]any{"choice": "pointed"}, "If-Match", `"v2"`).Want(http.StatusOK).Into(&body)
		if body.Choice != "pointed" || !body.Tells {
			t.Errorf("then it says %+v", body)
		}

		admin := site.SignIn("payoke.admin")
		admin.PostForm("/pointer-setting", testkit.Fields("allows", "each_file", "version", "1")).Want(http.StatusSeeOther)
		says(t, admin.Get("/pointer-setting").Want(http.StatusOK), `value="each_file" checked`)
		admin.PostForm("/pointer-setting", testkit.Fields("allows", "no", "version", "2")).Want(http.StatusSeeOther)
		says(t, admin.Get("/pointer-setting").Want(http.StatusOK), "Alleen de dossiers")
	})
}
