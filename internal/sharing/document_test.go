package sharing_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/locale"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/trail"
	"relais/web"
)

// released are terms on a magistrate's release, for which Belgian law is cited with number, day and authority.
func released() sharing.Terms {
	return sharing.Terms{Purpose: "prosecution", Basis: "magistrate_release", BasisRef: "AN.69.F1/2026",
		Document: gate.Document{On: "2026-02-20", By: "Investigating judge M. Peeters", Article: "28quinquies § 1"}}
}

// underRelease is a case of the labour prosecutor with a victim file.
func underRelease(s *scene) (caseID, victimID string) {
	caseID = s.OpenCase("auditoraat")
	s.AddToTeam("auditoraat", caseID, "be.rsz")
	return caseID, s.OpenVictim("rsz", caseID, section.Values{"family_name": "Nguyen", "given_names": "Thi"})
}

func (s *scene) addOn(caseID, house string, t sharing.Terms) (string, error) {
	return s.Sharing.Add(s.as("prosecutor"), caseID, sharing.NewMember{DeskID: s.desk(house), Terms: t}, "")
}

// TestDocument_isAskedForByTheProvision: what the list of legal bases asks for has to be said on every road, and nothing is shared
// before it is.
func TestDocument_isAskedForByTheProvision(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		caseID, victimID := underRelease(s)
		for _, c := range []struct {
			field, key string
			change     func(t *sharing.Terms)
		}{
			{"basis_on", "gate.no_document.basis_on", func(t *sharing.Terms) { t.Document.On = "" }},
			{"basis_by", "gate.no_document.basis_by", func(t *sharing.Terms) { t.Document.By = " " }},
			{"basis_ref", "sharing.basis_ref_required", func(t *sharing.Terms) { t.BasisRef = "" }},
			{"basis_on", "fault.field_not_a_date", func(t *sharing.Terms) { t.Document.On = "20 feb" }},
			{"basis_on", "sharing.basis_on_future", func(t *sharing.Terms) { t.Document.On = s.inDays(1) }},
			{"basis_by", "fault.field_too_long", func(t *sharing.Terms) { t.Document.By = strings.Repeat("x", 121) }},
			{"basis_by", "fault.field_control_characters", func(t *sharing.Terms) { t.Document.By = "a\x00b" }},
			{"basis_article", "sharing.basis_article_shape", func(t *sharing.Terms) { t.Document.Article = "Peeters" }},
		} {
			terms := released()
			c.change(&terms)
			_, err := s.addOn(caseID, "payoke", terms)
			s.wantsField(err, c.field, c.key)
			offer := offerTo(s.desk("payoke"), "identity")
			offer.Terms = terms
			_, err = s.Sharing.Refer(s.as("prosecutor"), victimID, offer, "")
			s.wantsField(err, c.field, c.key)
			_, err = s.Sharing.Rehearse(s.as("prosecutor"), victimID, offer)
			s.wantsField(err, c.field, c.key)
		}
		if s.sees("payoke", victimID) {
			t.Error("a place was given without its document")
		}
	})
}

// TestDocument_goesAlong: with the place, with what hangs on it, through a renewal, into the list of who has access and into the log;
// who issued it lies sealed.
func TestDocument_goesAlong(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		s.person("prosecutor", "auditor", agency.NewWorker{Hold: []string{s.house("prosecutor").Roles[agency.Auditor]}})
		caseID, victimID := underRelease(s)
		place := must(s.addOn(caseID, "payoke", released()))(t)
		for _, who := range []string{"prosecutor", "payoke"} {
			if a := s.accessOf(who, victimID, "payoke"); a.BasisRef != "AN.69.F1/2026" || a.Document != released().Document {
				t.Errorf("%s is told of %q, %+v", who, a.BasisRef, a.Document)
			}
		}
		s.Advance(30 * day)
		newer := sharing.Paper{BasisRef: "AN.69.F1/2026-2", Document: gate.Document{On: "2026-03-20"}}
		renewed := must(s.Sharing.RenewOn(s.as("prosecutor"), place, 1, s.inDays(100), "investigation_continues", newer))(t)
		view := must(s.Sharing.Grant(s.as("payoke"), renewed))(t)
		want := gate.Document{On: "2026-03-20", By: released().Document.By, Article: released().Document.Article}
		if view.BasisRef != newer.BasisRef || view.Document != want {
			t.Errorf("the renewed place rests on %q, %+v", view.BasisRef, view.Document)
		}
		if a := s.accessOf("payoke", victimID, "payoke"); a.BasisRef != newer.BasisRef || a.Document != want {
			t.Errorf("what hangs on it rests on %q, %+v", a.BasisRef, a.Document)
		}
		s.inTheLog(renewed)
		s.notInClear("Peeters")
	})
}

// accessOf is the line of an agency in the list of who has access, as somebody reads it.
func (s *scene) accessOf(who, victimID, house string) sharing.Access {
	s.T.Helper()
	for _, a := range must(s.Sharing.Access(s.as(who), victimID))(s.T).List {
		if a.AgencyID == s.house(house).ID {
			return a
		}
	}
	s.T.Fatalf("%s is not among those who have access", house)
	return sharing.Access{}
}

// inTheLog finds the entry of a grant, with its document but for who issued it.
func (s *scene) inTheLog(grantID string) {
	s.T.Helper()
	auditor := s.as("prosecutor/auditor")
	answer := must(s.Log.Read(auditor, trail.Question{Reason: gate.LogReasons[0], Op: audit.Disclose}))(s.T)
	for _, l := range answer.Lines {
		if l.GrantID != grantID {
			continue
		}
		line := must(s.Log.Show(auditor, l.ID, gate.LogReasons[0]))(s.T)
		if line.Paper.Number != "AN.69.F1/2026-2" || line.Paper.On != "2026-03-20" || line.Paper.Article != "28quinquies § 1" {
			s.T.Errorf("the log tells of %+v", line.Paper)
		}
		return
	}
	s.T.Error("the log has no entry of the grant")
}

// notInClear looks for a word in the file of the database and beside it.
func (s *scene) notInClear(word string) {
	s.T.Helper()
	if s.path() == "" {
		return
	}
	for _, name := range []string{s.path(), s.path() + "-wal"} {
		if text, err := os.ReadFile(name); err == nil && bytes.Contains(text, []byte(word)) {
			s.T.Errorf("%q stands in clear in the database", word)
		}
	}
}

// TestDocumentLine_isShort: what is known, and nothing of what is not.
func TestDocumentLine_isShort(t *testing.T) {
	w := must(locale.Load(web.Locales()))(t).For("en")
	if got := sharing.DocumentLine(w, "A/1", gate.Document{On: "2026-03-20", By: "Judge"}); got != "A/1 · 20 March 2026 · Judge" {
		t.Error(got)
	}
	if got := sharing.DocumentLine(w, "", gate.Document{}); got != "" {
		t.Error(got)
	}
	law, known := authz.LegalBases().Find("be.prosecutor.release", "2026-03-01")
	if !known || !law.Asks("basis_on") || !law.Asks("basis_by") || law.Asks("basis_article") {
		t.Errorf("%+v", law)
	}
}
