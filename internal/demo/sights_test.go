package demo_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"relais/internal/authz"
	"relais/internal/breach"
	"relais/internal/checklist"
	"relais/internal/clock"
	"relais/internal/consent"
	"relais/internal/directory"
	"relais/internal/emergency"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/journal"
	"relais/internal/notice"
	"relais/internal/outside"
	"relais/internal/question"
	"relais/internal/request"
	"relais/internal/server"
	"relais/internal/sharing"
	"relais/internal/signal"
	"relais/internal/support"
	"relais/internal/task"
)

// sight is something that a person of the demonstration finds, by the slice to which it belongs.
type sight struct {
	slice, what, who string
	count            func(s *shown) int
}

// shown is the demonstration as one person sees it.
type shown struct {
	t   *testing.T
	p   *server.Program
	ctx context.Context
}

// files counts something on the victim files that the person sees.
func (s *shown) files(count func(fileID string) int) (n int) {
	s.t.Helper()
	for after, more := (gate.Cursor{}), true; more; {
		lines, next, err := s.p.Victims.List(s.ctx, after)
		s.must(err)
		for _, line := range lines {
			n += count(line.FileID)
		}
		after, more = next, next.ID != ""
	}
	return n
}

// number is a number of the person's day.
func (s *shown) number(key string) int {
	s.t.Helper()
	view, err := s.p.Worklist.Show(s.ctx)
	s.must(err)
	for _, n := range view.Numbers {
		if n.Key == key {
			return n.Count.Number
		}
	}
	return 0
}

func many[T any](list []T, is func(*T) bool) (n int) {
	for i := range list {
		if is(&list[i]) {
			n++
		}
	}
	return n
}

// of counts what is so in a list that a service gives.
func of[T any](s *shown, list []T, err error, is func(*T) bool) int {
	s.t.Helper()
	s.must(err)
	return many(list, is)
}

func anything[T any](*T) bool { return true }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (s *shown) must(err error) {
	s.t.Helper()
	must(s.t, err)
}

func questions(box question.Box, state question.State) func(s *shown) int {
	return func(s *shown) int {
		list, _, err := s.p.Questions.List(s.ctx, box, gate.Cursor{})
		return of(s, list, err, func(q *question.Question) bool { return q.State == state })
	}
}

func requests(box request.Box, state request.State) func(s *shown) int {
	return func(s *shown) int {
		list, err := s.p.Requests.List(s.ctx, box, gate.Cursor{})
		return of(s, list.Requests, err, func(r *request.Request) bool { return r.State == state })
	}
}

func emergencies(box emergency.Box) func(s *shown) int {
	return func(s *shown) int {
		list, err := s.p.Emergencies.List(s.ctx, box, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}
}

func links(state outside.State) func(s *shown) int {
	return func(s *shown) int {
		return s.files(func(id string) int {
			_, list, now, err := s.p.Outside.List(s.ctx, id)
			return of(s, list, err, func(p *outside.Package) bool { return p.Now(now) == state })
		})
	}
}

func referrals(state sharing.State) func(s *shown) int {
	return func(s *shown) int {
		list, err := s.p.Sharing.List(s.ctx, sharing.Received, gate.Cursor{})
		return of(s, list.Referrals, err, func(r *sharing.Referral) bool { return r.State == state })
	}
}

func signals(box signal.Box, state signal.State) func(s *shown) int {
	return func(s *shown) int {
		list, _, err := s.p.Signals.List(s.ctx, box, gate.Cursor{})
		return of(s, list, err, func(one *signal.Signal) bool { return one.State == state })
	}
}

func tasks(box task.Box) func(s *shown) int {
	return func(s *shown) int {
		list, err := s.p.Tasks.List(s.ctx, box, gate.Cursor{})
		return of(s, list.Tasks, err, anything)
	}
}

// sights are at least one thing of each slice that has pages, and of each state of it that somebody wants to show.
var sights = slices.Concat(between, onTheWay, atHome)

var between = []sight{
	{"directory", "desks", "caseworker@lu.spj", func(s *shown) int {
		page, err := s.p.Directory.List(s.ctx, directory.Filter{}, "")
		return of(s, page.Desks, err, anything)
	}},
	{"directory", "places tonight", "caseworker@lu.spj", func(s *shown) int {
		page, err := s.p.Directory.List(s.ctx, directory.Filter{}, "")
		return of(s, page.Desks, err, func(l *directory.Listing) bool { return l.Tonight(page.Now) })
	}},
	{"directory", "places nobody believes any more", "caseworker@lu.spj", func(s *shown) int {
		page, err := s.p.Directory.List(s.ctx, directory.Filter{}, "")
		return of(s, page.Desks, err, func(l *directory.Listing) bool { return l.ToldAt != 0 && !l.Known(page.Now) })
	}},
	{"question", "asked, open", "caseworker@be.payoke", questions(question.BoxReceived, question.Open)},
	{"question", "answered", "caseworker@be.payoke", questions(question.BoxAsked, question.Open)},
	{"question", "led to a referral", "caseworker@be.payoke", questions(question.BoxAsked, question.Referred)},
	{"pointer", "possible match", "caseworker@be.pjf.bruxelles", func(s *shown) int {
		list, err := s.p.Pointers.List(s.ctx, false, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"pointer", "another person", "caseworker@be.pjf.liege", func(s *shown) int {
		list, err := s.p.Pointers.List(s.ctx, true, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"pointer", "an agency that takes part", "admin@be.payoke", func(s *shown) int {
		set, err := s.p.Pointers.Settings(s.ctx)
		s.must(err)
		return int(gate.Flag(set.Allows && set.Version > 0))
	}},
	{"request", "waits for the lead", "caseworker@be.rsz", requests(request.Waiting, request.Asked)},
	{"request", "waits for who wrote it", "caseworker@be.dvz", requests(request.Waiting, request.Granted)},
	{"request", "granted", "caseworker@be.payoke", requests(request.Mine, request.Granted)},
	{"request", "refused", "caseworker@be.payoke", requests(request.Mine, request.Refused)},
	{"emergency", "to review", "auditor@be.fgp.antwerpen", emergencies(emergency.ToReview)},
	{"emergency", "reviewed", "auditor@be.rsz", emergencies(emergency.All)},
	{"circle", "circle", "caseworker@be.fgp.antwerpen", func(s *shown) int {
		list, _, _, err := s.p.Circles.List(s.ctx, gate.Cursor{})
		return of(s, list, err, anything)
	}},
	{"consultation", "held, with minutes, and planned", "caseworker@be.payoke", func(s *shown) int {
		list, _, err := s.p.Consultations.List(s.ctx, gate.Cursor{})
		return of(s, list, err, anything) / 2
	}},
	{"outside", "opened link", "caseworker@be.rsz", links(outside.Opened)},
	{"outside", "link that waits", "caseworker@be.rsz", links(outside.Created)},
	{"sharing", "second signature", "colleague@be.payoke", func(s *shown) int {
		list, err := s.p.Sharing.Approvals(s.ctx, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"sharing", "case offered", "caseworker@be.tsw", func(s *shown) int {
		list, err := s.p.Sharing.Transfers(s.ctx, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"sharing", "declined", "caseworker@be.payoke", referrals(sharing.Declined)},
	{"sharing", "completed", "caseworker@be.payoke", referrals(sharing.Completed)},
	{"sharing", "a client's file", "caseworker@be.balie", func(s *shown) int {
		return s.files(func(id string) int {
			view, err := s.p.Victims.Show(s.ctx, id)
			s.must(err)
			return of(s, view.Sections, nil, func(one *entry.SectionView) bool { return len(one.Entries) > 0 })
		})
	}},
	{"signal", "open", "caseworker@be.rsz", signals(signal.BoxOpen, signal.Open)},
	{"signal", "waits for an answer", "caseworker@be.fgp.antwerpen", signals(signal.BoxWaiting, signal.Open)},
	{"signal", "followed", "caseworker@be.payoke", signals(signal.BoxDone, signal.Followed)},
	{"signal", "closed", "caseworker@be.rsz", signals(signal.BoxDone, signal.Closed)},
}

var onTheWay = []sight{
	{"casefile", "cases", "caseworker@be.rsz", func(s *shown) int {
		list, _, err := s.p.Cases.List(s.ctx, gate.Cursor{})
		return of(s, list, err, anything)
	}},
	{"victim", "family", "caseworker@be.rsz", func(s *shown) int {
		return s.files(func(id string) int {
			f, err := s.p.Victims.Family(s.ctx, id)
			return of(s, f.Links, err, anything)
		})
	}},
	{"entry", "written", "caseworker@be.payoke", func(s *shown) int {
		return s.files(func(id string) (n int) {
			view, err := s.p.Victims.Show(s.ctx, id)
			s.must(err)
			for _, one := range view.Sections {
				n += len(one.Entries)
			}
			return n
		})
	}},
	{"consent", "waits for the guardian", "caseworker@be.minorndako", func(s *shown) int {
		return s.files(func(id string) int {
			list, err := s.p.Consents.List(s.ctx, id)
			return of(s, list.Consents, err, func(c *consent.Consent) bool { return c.State(list.Now) == consent.Waiting })
		})
	}},
	{"minor", "age in dispute, with a guardian", "caseworker@be.tutelles", func(s *shown) int {
		return s.files(func(id string) int {
			view, err := s.p.Minors.Show(s.ctx, id)
			s.must(err)
			return int(gate.Flag(view.Standing.Disputed && view.Now() != nil))
		})
	}},
	{"checklist", "ticked items", "caseworker@be.payoke", func(s *shown) int {
		return s.files(func(id string) (ticked int) {
			view, err := s.p.Checklists.Show(s.ctx, id)
			s.must(err)
			for i := range view.Lists {
				ticked += of(s, view.Lists[i].Lines, nil, func(l *checklist.Line) bool { return l.State == checklist.Done })
			}
			return ticked
		})
	}},
	{"review", "access to be looked at", "caseworker@be.rsz", func(s *shown) int {
		list, err := s.p.Reviews.List(s.ctx, gate.Cursor{})
		return of(s, list.Lines, err, anything)
	}},
	{"screening", "screenings", "caseworker@be.rsz", func(s *shown) int {
		return s.files(func(id string) int {
			views, _, err := s.p.Screenings.List(s.ctx, id)
			return of(s, views, err, anything)
		}) / 3
	}},
	{"journal", "note of the agency, corrected", "caseworker@be.payoke", func(s *shown) int {
		return s.files(func(id string) int {
			line, err := s.p.Journal.Timeline(s.ctx, gate.Victim, id, gate.Cursor{})
			return of(s, line.Events, err, func(e *journal.Event) bool { return e.Kind == journal.Noted })
		})
	}},
	{"support", "need that is old", "caseworker@be.payoke", func(s *shown) int {
		list, err := s.p.Support.List(s.ctx, gate.Cursor{})
		return of(s, list.Needs, err, func(n *support.Need) bool { return n.Service == "legal_aid" })
	}},
	{"track", "struck step", "caseworker@be.payoke", func(s *shown) int {
		return s.files(func(id string) (n int) {
			view, _, err := s.p.Tracks.Show(s.ctx, id)
			s.must(err)
			for i := range view.Lanes {
				for k := range view.Lanes[i].Steps {
					n += int(gate.Flag(view.Lanes[i].Steps[k].Struck()))
				}
			}
			return n
		})
	}},
	{"clock", "time limit that is nearly over", "caseworker@be.payoke", func(s *shown) int {
		list, err := s.p.Clocks.List(s.ctx, clock.Due, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"task", "late", "caseworker@be.payoke", tasks(task.Overdue)},
	{"task", "today", "caseworker@be.payoke", tasks(task.Today)},
	{"task", "for the police this week", "caseworker@be.fgp.antwerpen", tasks(task.Soon)},
	{"closing", "closed case", "caseworker@be.rsz", func(s *shown) int {
		list, _, err := s.p.Cases.List(s.ctx, gate.Cursor{})
		s.must(err)
		for _, line := range list {
			view, err := s.p.Closing.Show(s.ctx, gate.Case, line.FileID)
			s.must(err)
			if view.Closed() != nil {
				return 1
			}
		}
		return 0
	}},
	{"closing", "order to keep", "caseworker@be.arbeidsauditoraat", func(s *shown) int {
		list, _, err := s.p.Closing.Holds(s.ctx, gate.Cursor{})
		return of(s, list, err, anything)
	}},
}

var atHome = []sight{
	{"worklist", "tasks of today", "caseworker@be.payoke", func(s *shown) int { return s.number("tasks_today") }},
	{"notice", "notices", "caseworker@be.payoke", func(s *shown) int {
		list, err := s.p.Notices.List(s.ctx, notice.Open, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"agency", "a ceiling", "admin@be.payoke", func(s *shown) int {
		_, versions, err := s.p.Agencies.Ceiling(s.ctx, string(authz.RoleLawyer))
		return of(s, versions, err, anything)
	}},
	{"agency", "people", "admin@be.payoke", func(s *shown) int {
		page, err := s.p.Agencies.ListPeople(s.ctx, "")
		return of(s, page.Items, err, anything)
	}},
	{"restriction", "exclusion", "colleague@be.payoke", func(s *shown) int {
		list, err := s.p.Limits.Exclusions(s.ctx, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"restriction", "seal", "caseworker@be.arbeidsauditoraat", func(s *shown) int {
		list, err := s.p.Limits.Seals(s.ctx, gate.Cursor{})
		return of(s, list.Items, err, anything)
	}},
	{"breach", "reported", "admin@be.payoke", func(s *shown) int { return s.number("breach_reports") }},
	{"breach", "open, and told of", "admin@be.payoke", func(s *shown) int {
		open, err := s.p.Breaches.List(s.ctx, breach.BoxOpen, gate.Cursor{})
		must(s.t, err)
		done, err := s.p.Breaches.List(s.ctx, breach.BoxDone, gate.Cursor{})
		if len(open.Items) == 0 {
			return 0
		}
		return of(s, done.Items, err, anything)
	}},
	{"report", "referrals", "colleague@be.payoke", func(s *shown) int {
		figures, err := s.p.Figures.Referrals(s.ctx, "")
		return of(s, figures.Pairs, err, anything)
	}},
}

// notShown are slices with pages of which the demonstration has nothing to show, and why.
var notShown = map[string]string{
	"account":  "signing in is the first thing that everybody does",
	"exchange": "a copy is taken out with the code of whoever takes it",
	"trail":    "everything above stands in it",
	"server":   "no slice", "mainjob": "no slice",
}

// TestFill_showsEverySlice: whoever opens a page of the demonstration finds something there. A slice with pages that is new and
// has nothing in it fails here.
func TestFill_showsEverySlice(t *testing.T) {
	p, _ := fill(t, "sqlite", 400)
	seen := map[string]bool{}
	for _, sight := range sights {
		seen[sight.slice] = true
		worker, at, err := p.Agencies.WorkerByEmail(gate.AsProgram(t.Context(), "test"), sight.who+".example")
		must(t, err)
		s := &shown{t: t, p: p, ctx: gate.WithCaller(t.Context(), gate.Caller{Actor: authz.Actor{WorkerID: worker, AgencyID: at, AAL: 2}, SteppedAt: today})}
		if sight.count(s) == 0 {
			t.Errorf("%s finds nothing of %s: %s", sight.who, sight.slice, sight.what)
		}
	}
	pages, err := filepath.Glob("../*/pages*.go")
	must(t, err)
	if len(pages) < 20 {
		t.Fatalf("only %d files with pages were found", len(pages))
	}
	for _, path := range pages {
		if slice := filepath.Base(filepath.Dir(path)); !seen[slice] && notShown[slice] == "" {
			t.Errorf("%s has pages, and the demonstration shows nothing of it", slice)
		}
	}
	for _, slice := range slices.Sorted(maps.Keys(notShown)) {
		if _, err := os.Stat("../" + slice); err != nil || seen[slice] {
			t.Errorf("%s is excused and need not be: %v", slice, err)
		}
	}
}
