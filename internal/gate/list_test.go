package gate_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/testkit"
)

// longestDrawn is the longest that a drawn grant holds.
const longestDrawn = 8 * time.Hour

var foundAction = gate.ByAnyone("test.found")

// archive is a house with three desks, and people who sit at none, one, two and all of them.
type archive struct {
	agencyID string
	desks    []string
	people   []string
}

func openArchive(w *testkit.World) archive {
	made, err := w.Agencies.Found(w.AsProgram(), agency.NewAgency{Code: "be.archive", Country: "BE", Kind: authz.RolePolice, Name: "Archive", Regime: "led",
		Desks: []agency.NewDesk{{Name: "North"}, {Name: "East"}, {Name: "South"}}})
	if err != nil {
		w.T.Fatal(err)
	}
	a := archive{agencyID: made.ID, desks: made.Desks}
	for i, desks := range [][]string{nil, made.Desks[:1], made.Desks[1:], made.Desks} {
		id, err := w.Agencies.Appoint(w.AsProgram(), made.ID, agency.NewWorker{Given: "Ada", Family: "Worker", Language: "en", Desks: desks,
			Email: string(rune('a'+i)) + "@archive.example.org", Hold: []string{made.Roles[agency.Caseworker]}})
		if err != nil {
			w.T.Fatal(err)
		}
		a.people = append(a.people, id)
	}
	return a
}

func (a archive) as(workerID string) context.Context {
	return gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: workerID, AgencyID: a.agencyID, AAL: 2}})
}

// TestList_isTheFilesThatDecideLetsIn draws files and grants of every sort and holds the list against the door itself: for
// everybody the pages together are the files that can be entered, each once, the newest change first.
func TestList_isTheFilesThatDecideLetsIn(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, a := testkit.OpenAfter(t, engine, "archive", openArchive)
			rapid.Check(t, func(rt *rapid.T) {
				w.Advance(longestDrawn + time.Hour) // what was drawn before has ended by now
				files := a.fill(rt, w)
				for _, person := range a.people {
					for _, kind := range []gate.Kind{gate.Case, gate.Victim} {
						want, got := a.enterable(rt, w, person, kind, files), a.listed(rt, w, person, kind)
						if !slices.Equal(got, want) {
							rt.Fatalf("%s of person %d: listed\n%s\nenterable\n%s", kind, slices.Index(a.people, person), strings.Join(got, "\n"), strings.Join(want, "\n"))
						}
					}
				}
			})
		})
	}
}

// fill makes files with grants to random people and desks: live, offered, ended, and such as end while time passes.
func (a archive) fill(rt *rapid.T, w *testkit.World) (files []string) {
	grantees := append(slices.Clone(a.desks), a.people...)
	count := rapid.IntRange(0, 8).Draw(rt, "files")
	for range count {
		kind := rapid.SampledFrom([]gate.Kind{gate.Case, gate.Victim}).Draw(rt, "kind")
		err := w.Gate.Write(a.as(a.people[0]), foundAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			if err := tx.Create(kind, gate.NewID(), "active"); err != nil {
				return audit.Event{}, err
			}
			files = append(files, tx.File().ID)
			for range rapid.IntRange(0, 5).Draw(rt, "grants") {
				if err := a.grant(rt, tx, rapid.SampledFrom(grantees).Draw(rt, "grantee")); err != nil {
					return audit.Event{}, err
				}
			}
			if err := a.restrict(rt, tx); err != nil {
				return audit.Event{}, err
			}
			var err error
			if rapid.Bool().Draw(rt, "changed") {
				err = tx.Changed()
			}
			return audit.Event{Op: audit.Collect}, err
		})
		if err != nil {
			rt.Fatal(err)
		}
		w.Advance(time.Duration(rapid.IntRange(0, 2).Draw(rt, "hours")) * time.Hour)
	}
	return files
}

// restrict excludes somebody from some files, lets some of them in again, and seals and unseals others.
func (a archive) restrict(rt *rapid.T, tx *gate.Tx) error {
	for _, person := range a.people {
		if rapid.IntRange(0, 3).Draw(rt, "excluded") > 0 {
			continue
		}
		id := gate.NewID()
		err := tx.Exclude(gate.Exclusion{ID: id, WorkerID: person, WorkerAgencyID: a.agencyID, Reason: "other"})
		if err == nil && rapid.IntRange(0, 2).Draw(rt, "let in again") == 0 {
			err = tx.EndExclusion(id)
		}
		if err != nil {
			return err
		}
	}
	if rapid.IntRange(0, 4).Draw(rt, "sealed") > 0 {
		return nil
	}
	id, err := tx.SealFile("order 1")
	if err == nil && rapid.Bool().Draw(rt, "granted under the seal") {
		err = a.grant(rt, tx, a.people[1])
	}
	if err == nil && rapid.Bool().Draw(rt, "unsealed") {
		err = tx.UnsealFile(id, 1, nil)
	}
	return err
}

func (a archive) grant(rt *rapid.T, tx *gate.Tx, grantee string) error {
	kind := "worker"
	if slices.Contains(a.desks, grantee) {
		kind = "desk"
	}
	id, err := tx.Grant(gate.NewGrant{GranteeKind: kind, GranteeID: grantee, Relations: authz.RelationsOf(authz.RelationTeam),
		Sections: authz.FileSections(), Purpose: "investigation", Basis: "legal_task", Offered: rapid.IntRange(0, 3).Draw(rt, "offered") == 0,
		Until: tx.Now().Add(time.Duration(rapid.IntRange(1, int(longestDrawn/time.Hour)).Draw(rt, "holds")) * time.Hour)})
	if err == nil && rapid.IntRange(0, 3).Draw(rt, "ended") == 0 {
		err = tx.EndGrants(id, "removed")
	}
	return err
}

// enterable asks the door for every file, and sorts what it lets in.
func (a archive) enterable(rt *rapid.T, w *testkit.World, person string, kind gate.Kind, files []string) []string {
	type open struct {
		id string
		at moment.Time
	}
	var in []open
	err := w.Gate.Read(a.as(person), foundAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		in = nil
		for _, id := range files {
			file, err := tx.Enter(kind, id)
			if errors.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return audit.Event{}, err
			}
			in = append(in, open{id, file.File().ChangedAt})
		}
		return audit.Event{Op: audit.Consult}, nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	slices.SortFunc(in, func(x, y open) int { return cmp.Or(cmp.Compare(y.at, x.at), cmp.Compare(y.id, x.id)) })
	ids := []string{}
	for _, one := range in {
		ids = append(ids, one.id)
	}
	return ids
}

// listed puts the pages together; the cursor goes through its text as in an address.
func (a archive) listed(rt *rapid.T, w *testkit.World, person string, kind gate.Kind) []string {
	ids, limit := []string{}, rapid.IntRange(1, 4).Draw(rt, "limit")
	next := ""
	for pages := 0; pages == 0 || next != ""; pages++ {
		err := w.Gate.Read(a.as(person), foundAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
			after, err := gate.ParseCursor(next)
			if err != nil {
				return audit.Event{}, err
			}
			page, following, err := tx.List(kind, after, limit)
			for _, item := range page {
				ids = append(ids, item.FileID)
			}
			if following.ID != "" && len(page) != limit {
				rt.Errorf("a page of %d of %d says there is more", len(page), limit)
			}
			next = following.String()
			return audit.Event{Op: audit.Search}, err
		})
		if err != nil || pages > 20 {
			rt.Fatalf("page %d: %v", pages, err)
		}
	}
	return ids
}
