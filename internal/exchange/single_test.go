package exchange_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/circle"
	"relais/internal/exchange"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// single is a victim file on which several things stand in two sections, of which one entry each goes along.
type single struct {
	*shelf
	entries []string // the one identity and the one job that go along
}

func oneOfEach(w *testkit.World) *single {
	s := &single{shelf: &shelf{World: w, caseID: w.OpenCase("rsz")}}
	s.victimID = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen", "birth_date": "1994-03-07"})
	alias := w.Write("rsz", s.victimID, authz.Identity, "legal_task", section.Values{"family_name": "Okonkwo", "birth_date": "1991-05-02"})
	w.Write("rsz", s.victimID, authz.Labour, "legal_task", section.Values{"occupation": "Roofer"})
	job := w.Write("rsz", s.victimID, authz.Labour, "legal_task", section.Values{"occupation": "Tiler"})
	s.entries = []string{alias, job}
	return s
}

// offer is of the two entries alone.
func (s *single) offer(code string) sharing.NewReferral {
	return sharing.NewReferral{DeskID: s.Place(code).Desks[0], Sections: []string{"identity", "labour"}, Entries: s.entries, Urgency: sharing.Urgent,
		Reason: "investigation", Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}
}

// alone checks what somebody who was given the two entries can take out, in every form, and find.
func (s *single) alone(t *testing.T, key string) {
	t.Helper()
	site := s.Serve(t).SignIn(key)
	for _, format := range []exchange.Format{exchange.Page, exchange.JSON, exchange.HTCDS} {
		c := s.take(key, wanted(format, "identity", "labour"))
		var ids []string
		for _, view := range c.Sections {
			for _, e := range view.Entries {
				ids = append(ids, e.ID)
			}
		}
		slices.Sort(ids)
		if !slices.Equal(ids, slices.Sorted(slices.Values(s.entries))) {
			t.Errorf("%s takes as %s %d entries: %v", key, format, len(ids), ids)
		}
		answer := site.PostForm("/victims/"+s.victimID+"/exports", testkit.Fields("format", string(format), "sections", "identity", "sections", "labour",
			"purpose", "protection", "reason", "meeting", "recipient", "Parket Antwerpen")).Want(200)
		if !bytes.Contains(answer.Body, []byte("Okonkwo")) {
			t.Errorf("%s: the copy as %s lacks what went along: %.300s", key, format, answer.Body)
		}
		for _, word := range []string{"Nguyen", "1994-03-07", "Roofer", "Painter"} {
			if bytes.Contains(answer.Body, []byte(word)) {
				t.Errorf("%s: the copy as %s holds %q", key, format, word)
			}
		}
	}
	for words, want := range map[string]bool{"Okonkwo": true, "1991-05-02": true, "Nguyen": false, "1994-03-07": false} {
		found, _, err := s.Victims.Search(s.As(key), words)
		if err != nil || (len(found) == 1) != want || want && strings.Contains(found[0].Name, "Nguyen") {
			t.Errorf("%s looks for %q and finds %+v (%v)", key, words, found, err)
		}
	}
}

// TestSingleEntry_leavesAndIsFoundAlone: who was given one entry of a section takes that one out as a page, JSON or HTCDS and finds the person
// by it, and neither by nor with the others; what is written later is not in it.
func TestSingleEntry_leavesAndIsFoundAlone(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := oneOfEach(w)
		id, err := s.Sharing.Refer(s.As("rsz"), s.victimID, s.offer("be.fgp"), "")
		if err != nil {
			t.Fatal(err)
		}
		if found, _, _ := s.Victims.Search(s.As("fgp"), "Okonkwo"); len(found) != 0 {
			t.Error("it is found before it was accepted")
		}
		if _, err := s.Sharing.Accept(s.As("fgp"), id, 1); err != nil {
			t.Fatal(err)
		}
		s.Write("rsz", s.victimID, authz.Labour, "legal_task", section.Values{"occupation": "Painter"})
		s.alone(t, "fgp")
		if found, _, _ := s.Victims.Search(s.As("payoke"), "Okonkwo"); len(found) != 0 {
			t.Error("a stranger finds it")
		}
	})
}

// TestSingleEntry_inACircle: each desk gets the entry alone, and so does one that joins when more has been written.
func TestSingleEntry_inACircle(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := oneOfEach(w)
		ring, err := s.Circles.Create(s.As("rsz"), circle.New{Name: "Cel Haven", DeskID: s.Place("be.rsz").Desks[0], Purpose: "investigation",
			Desks: []string{s.Place("be.fgp").Desks[0]}}, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Circles.Share(s.As("rsz"), s.victimID, circle.NewShare{CircleID: ring, Sections: []string{"identity", "labour"}, Entries: s.entries,
			Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, ""); err != nil {
			t.Fatal(err)
		}
		s.Write("rsz", s.victimID, authz.Labour, "legal_task", section.Values{"occupation": "Painter"})
		s.alone(t, "fgp")
		view, err := s.Circles.Show(s.As("rsz"), ring)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Circles.Join(s.As("rsz"), ring, s.Place("be.auditoraat").Desks[0], true, view.Version); err != nil {
			t.Fatal(err)
		}
		s.Advance(time.Minute)
		s.alone(t, "auditoraat")
		view, err = s.Circles.Show(s.As("rsz"), ring)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range view.Members {
			if m.DeskID == s.Place("be.fgp").Desks[0] {
				err = s.Circles.Leave(s.As("fgp"), ring, m.ID, view.Version)
			}
		}
		if found, _, _ := s.Victims.Search(s.As("fgp"), "Okonkwo"); err != nil || len(found) != 0 {
			t.Errorf("who has left finds %+v (%v)", found, err)
		}
	})
}
