package notice_test

import (
	"errors"
	"testing"
	"time"

	"relais/internal/audit"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/testkit"
)

var (
	tellAction = gate.ByProgram("test.tell")
	fileAction = gate.OnFile("test.file")
)

func told(w *testkit.World, n notice.New) (id string) {
	w.T.Helper()
	err := w.Gate.Write(w.AsProgram(), tellAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		var err error
		id, err = notice.Tell(tx, n)
		return audit.Event{Op: audit.Admin, Subject: id}, err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return id
}

func desk(w *testkit.World, code string) notice.To {
	return notice.To{Kind: notice.Desk, ID: w.Place(code).Desks[0], AgencyID: w.Place(code).ID}
}

func list(w *testkit.World, key string, box notice.Box) []notice.Notice {
	w.T.Helper()
	page, err := w.Notices.List(w.As(key), box, gate.Cursor{})
	if err != nil {
		w.T.Fatal(err)
	}
	return page.Items
}

// TestList_tellsEachPartItsOwn: a desk's notice is for who works there, an agency's for the part that is named, and nobody
// else hears of it.
func TestList_tellsEachPartItsOwn(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		payoke := w.Place("be.payoke").ID
		for name, c := range map[string]struct {
			to notice.To
			by []string
		}{
			"desk":        {desk(w, "be.payoke"), []string{"payoke", "payoke.second"}},
			"worker":      {notice.To{Kind: notice.Worker, ID: w.Person("payoke").ID, AgencyID: payoke}, []string{"payoke"}},
			"auditors":    {notice.AuditorsOf(payoke), []string{"payoke.auditor"}},
			"supervisors": {notice.SupervisorsOf(payoke), []string{"payoke.admin"}},
		} {
			id := told(w, notice.New{To: c.to, Code: "other"})
			heard := map[string]bool{}
			for _, key := range c.by {
				heard[key] = true
			}
			for _, key := range []string{"payoke", "payoke.second", "payoke.admin", "payoke.auditor", "pagasa", "cosm", "rsz.auditor"} {
				found := false
				for _, n := range list(w, key, notice.Open) {
					found = found || n.ID == id
				}
				if found != heard[key] {
					t.Errorf("%s to %s: heard %v", name, key, found)
				}
				err := w.Notices.Acknowledge(w.As(key), id, 7)
				if want := map[bool]error{true: fault.Conflict, false: fault.NotFound}[heard[key]]; !errors.Is(err, want) {
					t.Errorf("%s acknowledged by %s: %v", name, key, err)
				}
			}
		}
	})
}

// TestAcknowledge_happensOnceForTheWholeDesk and says who did it.
func TestAcknowledge_happensOnceForTheWholeDesk(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		id := told(w, notice.New{To: desk(w, "be.payoke"), Code: "other", MustAcknowledge: true, DueAt: w.Now().Add(time.Hour)})
		if n := list(w, "payoke", notice.Open)[0]; n.Overdue(w.Now()) || !n.Overdue(w.Now().Add(time.Hour)) {
			t.Errorf("due at %v", n.DueAt)
		}
		if err := w.Notices.Acknowledge(w.As("payoke"), id, 1); err != nil {
			t.Fatal(err)
		}
		if err := w.Notices.Acknowledge(w.As("payoke.second"), id, 1); !errors.Is(err, fault.Conflict) {
			t.Errorf("a second time: %v", err)
		}
		if open := list(w, "payoke.second", notice.Open); len(open) != 0 {
			t.Errorf("still open: %v", open)
		}
		done := list(w, "payoke.second", notice.Done)
		if len(done) != 1 || done[0].By == "" || done[0].AcknowledgedBy != w.Person("payoke").ID {
			t.Errorf("done: %+v", done)
		}
	})
}

// TestList_comesInPages, each notice once, the newest first.
func TestList_comesInPages(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	const all = notice.PageSize + 7
	for range all {
		told(w, notice.New{To: desk(w, "be.payoke"), Code: "other"})
		w.Advance(time.Second)
	}
	seen, last, after := map[string]bool{}, w.Now(), gate.Cursor{}
	for pages := 0; pages == 0 || after.ID != ""; pages++ {
		page, err := w.Notices.List(w.As("payoke"), notice.Open, after)
		if err != nil || pages > 3 {
			t.Fatalf("page %d: %v", pages, err)
		}
		for _, n := range page.Items {
			if seen[n.ID] || n.ToldAt > last {
				t.Errorf("%s twice or out of order", n.ID)
			}
			seen[n.ID], last = true, n.ToldAt
		}
		after = page.Next
	}
	if len(seen) != all {
		t.Errorf("%d of %d", len(seen), all)
	}
	if _, err := w.Notices.List(w.As("payoke"), "else", gate.Cursor{}); !errors.Is(err, fault.Invalid) {
		t.Errorf("an unknown list: %v", err)
	}
}

// TestList_saysNothingOfAFileToWhoeverIsExcluded, nor to anybody but the auditors while it is sealed.
func TestList_saysNothingOfAFileToWhoeverIsExcluded(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		told(w, notice.New{To: desk(w, "be.rsz"), Code: "other", FileID: caseID, Link: "case"})
		told(w, notice.New{To: notice.AuditorsOf(w.Place("be.rsz").ID), Code: "other", FileID: caseID})
		second := w.Person("rsz.second")
		do := func(fn func(tx *gate.Tx) error) {
			t.Helper()
			if err := w.Gate.Write(w.As("rsz"), fileAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
				return audit.Event{Op: audit.Alter}, fn(tx)
			}); err != nil {
				t.Fatal(err)
			}
		}
		do(func(tx *gate.Tx) error {
			return tx.Exclude(gate.Exclusion{ID: gate.NewID(), WorkerID: second.ID, WorkerAgencyID: second.AgencyID, Reason: "related"})
		})
		heard := func(key string) int { return len(list(w, key, notice.Open)) }
		if heard("rsz") != 1 || heard("rsz.second") != 0 {
			t.Errorf("heard by %d of those who may, %d of the excluded", heard("rsz"), heard("rsz.second"))
		}
		if n := list(w, "rsz", notice.Open)[0]; n.Path() != "/cases/"+caseID || n.Reference == "" {
			t.Errorf("leads to %q, %q", n.Path(), n.Reference)
		}
		do(func(tx *gate.Tx) error { _, err := tx.SealFile("2026/1"); return err })
		if heard("rsz") != 0 || heard("rsz.auditor") != 1 {
			t.Errorf("sealed: heard by %d, and %d auditors", heard("rsz"), heard("rsz.auditor"))
		}
	})
}

// TestTell_refusesWhatReachesNobody: it would be a mistake of the program.
func TestTell_refusesWhatReachesNobody(t *testing.T) {
	w := testkit.Open(t, "sqlite")
	good := notice.New{To: desk(w, "be.payoke"), Code: "other"}
	for name, spoil := range map[string]func(*notice.New){
		"no recipient":    func(n *notice.New) { n.To.ID = "" },
		"no agency":       func(n *notice.New) { n.To.AgencyID = "" },
		"an unknown part": func(n *notice.New) { n.To.Kind = "everybody" },
		"no code":         func(n *notice.New) { n.Code = "" },
		"an unknown link": func(n *notice.New) { n.Link = "elsewhere" },
	} {
		bad := good
		spoil(&bad)
		err := w.Gate.Write(w.AsProgram(), tellAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			_, err := notice.Tell(tx, bad)
			return audit.Event{Op: audit.Admin}, err
		})
		if !errors.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLeadDesks_areWhoLeadsNow.
func TestLeadDesks_areWhoLeadsNow(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		caseID := w.OpenCase("rsz")
		if err := w.Gate.Read(w.As("rsz"), fileAction, gate.File(gate.Case, caseID), func(tx *gate.Tx) (audit.Event, error) {
			leads, err := notice.LeadDesks(tx)
			if len(leads) != 1 || leads[0] != desk(w, "be.rsz") {
				t.Errorf("leads are %v", leads)
			}
			return audit.Event{Op: audit.Consult}, err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestPages_andAPI(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site := w.Serve(t)
		first := told(w, notice.New{To: desk(w, "be.payoke"), Code: "other"})
		second := told(w, notice.New{To: desk(w, "be.payoke"), Code: "no such words", MustAcknowledge: true, DueAt: w.Now() - 1})
		client, stranger := site.SignIn("payoke"), site.SignIn("pagasa")
		client.Get("/notices").Want(200)
		client.Get("/notices?box=else").Want(422)
		client.Get("/notices?after=here").Want(422)
		stranger.PostForm("/notices/"+first+"/acknowledgment", testkit.Fields("version", "1")).Want(404)
		client.PostForm("/notices/"+first+"/acknowledgment", nil).Want(428)
		client.PostForm("/notices/"+first+"/acknowledgment", testkit.Fields("version", "1")).Want(303)
		client.Get("/notices?box=done").Want(200)
		var body struct{ Items []notice.Body }
		key := site.Key("payoke.second")
		key.Get("/api/v1/notices?box=open").Want(200).Into(&body)
		if len(body.Items) != 1 || !body.Items[0].Overdue || body.Items[0].ID != second {
			t.Errorf("open: %+v", body.Items)
		}
		path := "/api/v1/notices/" + second + "/acknowledgment"
		key.JSON("POST", path, nil).Want(428)
		site.Key("pagasa").JSON("POST", path, nil, "If-Match", `"v1"`).Want(404)
		key.JSON("POST", path, nil, "If-Match", `"v1"`).Want(204)
		key.JSON("POST", path, nil, "If-Match", `"v1"`).Want(409)
	})
}
