package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/moment"
)

// drawTrail writes entries that share few agencies, people and files, numbers some of them, and returns them all.
func (h *house) drawTrail(n int) []Entry {
	h.t.Helper()
	var all []Entry
	agencies, ops := []string{"a1", "a2", "a3"}, []Op{Consult, Search, Deny}
	for i := range n {
		e := Entry{
			ID: fmt.Sprintf("entry-%03d", i*7919%1000), At: monday.Add(time.Duration(i*31%40) * 5 * time.Second), Action: "x.y",
			Event:    Event{Op: ops[i%3], Concerns: nonEmpty(agencies[:i%2])},
			Decision: []string{Allowed, Denied}[i%5/4], ActorID: fmt.Sprint("w", i%4), AgencyID: agencies[i%7%3],
			CaseID: fmt.Sprint("c", i%2), FileID: fmt.Sprint("f", i%3),
		}
		if e.Op == Search {
			e.Results = []string{"f0", fmt.Sprint("f", i%5), "f0"}
		}
		if err := h.Append(h.t.Context(), &e); err != nil {
			h.t.Fatal(err)
		}
		all = append(all, e)
		if i == n*2/3 {
			h.sequence()
		}
	}
	return all
}

func drawFilter(t *rapid.T) Filter {
	pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	f := Filter{
		ActorID: pick("actor", "", "", "w1", "w9"), FileID: pick("file", "", "f0", "f1", "f4"), CaseID: pick("case", "", "", "c1"),
		Op: Op(pick("op", "", "search", "deny")), Decision: pick("decision", "", "", "deny"),
		AgencyIDs: rapid.SampledFrom([][]string{nil, {"a1"}, {"a1", "a2"}, {"a3", "a3"}, {"a9"}}).Draw(t, "agencies"),
		Limit:     rapid.IntRange(1, 30).Draw(t, "limit"),
	}
	f.Everywhere = f.AgencyIDs == nil
	if rapid.Bool().Draw(t, "from") {
		f.From = monday.Add(50 * time.Second)
	}
	if rapid.Bool().Draw(t, "to") {
		f.To = monday.Add(150 * time.Second)
	}
	return f
}

func TestList_isTheTrailSiftedByTheFilter(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		all := h.drawTrail(120)
		slices.SortFunc(all, func(a, b Entry) int {
			if a.At != b.At {
				return int(b.At - a.At)
			}
			return strings.Compare(b.ID, a.ID)
		})
		rapid.Check(t, func(t *rapid.T) {
			f := drawFilter(t)
			var want []string
			for i := range all {
				if f.admits(&all[i]) {
					want = append(want, all[i].ID)
				}
			}
			got := h.listAll(t, f)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%+v: %s", f, diff)
			}
		})
	})
}

// listAll turns the pages.
func (h *house) listAll(t *rapid.T, f Filter) (ids []string) {
	for {
		var page []Entry
		err := h.db.Read(h.t.Context(), func(tx *database.Tx) (err error) {
			page, f.After, err = h.List(tx, f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) > f.Limit || len(page) < f.Limit && f.After != "" {
			t.Fatalf("a page of %d with limit %d, and the cursor %q", len(page), f.Limit, f.After)
		}
		for i := range page {
			ids = append(ids, page[i].ID)
		}
		if f.After == "" {
			return ids
		}
	}
}

func TestList_showsAnAgencyWhoOpenedItsFileAndWhoSawItInAList(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		opened := &Entry{ID: "entry-1", Action: "victim.open", Event: Event{Op: Consult, Concerns: []string{"payoke"}},
			Decision: Allowed, ActorID: "w1", AgencyID: "fgp", FileID: "f1"}
		listed := &Entry{ID: "entry-2", Action: "victim.list", Event: Event{Op: Search, Results: []string{"f2", "f1"}, Concerns: []string{"payoke"}},
			Decision: Allowed, ActorID: "w2", AgencyID: "dvz"}
		foreign := &Entry{ID: "entry-3", Action: "victim.open", Event: Event{Op: Consult}, Decision: Allowed, ActorID: "w3", AgencyID: "dvz", FileID: "f1"}
		for _, e := range []*Entry{opened, listed, foreign} {
			if err := h.Append(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // once from the queue, once from the tree
			h.read(func(tx *database.Tx) error {
				page, next, err := h.List(tx, Filter{AgencyIDs: []string{"payoke"}, FileID: "f1"})
				if err != nil || next != "" || !cmp.Equal(page, []Entry{*listed, *opened}) {
					t.Errorf("%+v, %q, %v", page, next, err)
				}
				found, err := h.Find(tx, "entry-2")
				if err != nil || !cmp.Equal(found, *listed) {
					t.Errorf("%+v, %v", found, err)
				}
				return nil
			})
			h.sequence()
		}
	})
}

func TestList_refusesToGuessItsScope(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.read(func(tx *database.Tx) error {
			for _, f := range []Filter{{}, {FileID: "f1"}, {Everywhere: true, AgencyIDs: []string{"a1"}}} {
				_, _, err := h.List(tx, f)
				wantKey(t, err, fault.Internal, "audit.list_without_scope")
			}
			for _, after := range []string{"x", "1", "x.y", "1.a b", "9223372036854775808.x"} {
				_, _, err := h.List(tx, Filter{Everywhere: true, After: after})
				wantKey(t, err, fault.Malformed, "audit.cursor")
			}
			_, err := h.Find(tx, "nobody")
			wantKey(t, err, fault.NotFound, "audit.no_entry")
			return nil
		})
	})
}

func TestList_pagesThroughALongQueue(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.write(func(tx *database.Tx) error {
			for n := range longestPage + 20 {
				e := example(n % 50)
				e.At = monday + moment.Time(n)
				if n == 3 {
					e.ActorID = "worker-rare"
				}
				if err := h.Insert(tx, e); err != nil {
					return err
				}
			}
			return nil
		})
		h.read(func(tx *database.Tx) error {
			page, next, err := h.List(tx, Filter{Everywhere: true, ActorID: "worker-rare"})
			if err != nil || len(page) != 1 || next != "" {
				t.Errorf("%d entries, %q, %v", len(page), next, err)
			}
			return nil
		})
	})
}
