package worklist_test

import (
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/breach"
	"relais/internal/clock"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/question"
	"relais/internal/task"
	"relais/internal/testkit"
)

// days are the people whose days are looked at: those who work, second persons, who answers for others, administers, audits,
// and a stranger.
var days = []string{"rsz", "rsz.second", "rsz.head", "rsz.auditor", "payoke", "payoke.second", "payoke.lead", "payoke.admin", "payoke.auditor", "fgp", "cosm"}

var (
	tileOf  = regexp.MustCompile(`rl-tile__number">([^<]+)</span> <a class="govuk-link" href="([^"]+)"`)
	lineOf  = regexp.MustCompile(`<tr role="row" class="govuk-table__row[^"]*"><td|<section class="rl-card">`)
	olderOf = regexp.MustCompile(`href="([^"]+)" rel="next"`)
	saysOf  = regexp.MustCompile(`rl-length__number">([^<]+)</strong>`)
)

// TestNumbers_equalTheListsThatTheyOpen plays random days and follows every number of every role to the list that it opens,
// page by page: the list holds as many lines as the number says.
func TestNumbers_equalTheListsThatTheyOpen(t *testing.T) {
	testkit.Few(t, 2)
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		site := w.Serve(t)
		for _, key := range days {
			site.Enrol(key)
		}
		w.Keep()
		rapid.Check(t, func(rt *rapid.T) {
			w.Rewind()
			day := playDay(w, rt)
			opened, most := map[string]bool{}, 0
			for _, key := range days {
				c := site.SignIn(key)
				for path, number := range numbersOf(c) {
					opened[strings.SplitN(path, "&", 2)[0]] = true
					most = max(most, lengthIs(rt, c, path, number))
				}
			}
			if most <= 200 {
				rt.Fatalf("%d tasks came at once, and the longest list holds %d", day.crowd, most)
			}
			if len(opened) < 4 || day.tasks < 10 || day.clocks == 0 || !opened["/clocks?box=due"] && !opened["/clocks?box=overdue"] {
				rt.Fatalf("hardly anything was looked at: %v", opened)
			}
		})
	})
}

func numbersOf(c *testkit.Client) map[string]string {
	numbers := map[string]string{}
	page := string(c.Get("/").Want(http.StatusOK).Body)
	more := false
	for _, tile := range tileOf.FindAllStringSubmatch(page, -1) {
		numbers[html.UnescapeString(tile[2])] = html.UnescapeString(tile[1])
		more = more || strings.HasSuffix(html.UnescapeString(tile[1]), "+")
	}
	if explained := strings.Contains(html.UnescapeString(page), longer); explained != more {
		c.T.Errorf("what 200+ means is said: %v, where it stands: %v", explained, more)
	}
	return numbers
}

// longer is how my day and the list explain "200+".
const longer = "200+ betekent meer dan 200"

// lengthIs fails unless a list says the same number as my day on each of its pages, and holds as many lines: more than 200 where
// both say "200+". It gives how many.
func lengthIs(rt *rapid.T, c *testkit.Client, path, number string) int {
	lines, says := linesOf(c, path)
	for _, said := range says {
		if said != number {
			rt.Fatalf("%s says %s on my day and %s in the list", path, number, said)
		}
	}
	if number == "200+" {
		if lines <= 200 {
			rt.Fatalf("%s says 200+ and opens %d lines", path, lines)
		}
	} else if want, err := strconv.Atoi(number); err != nil || want != lines {
		rt.Fatalf("%s says %s and opens %d lines", path, number, lines)
	}
	return lines
}

// linesOf reads a list page by page: its lines, and the number that each page says.
func linesOf(c *testkit.Client, path string) (lines int, says []string) {
	for pages := 0; path != "" && pages < 10; pages++ {
		page := html.UnescapeString(string(c.Get(path).Want(http.StatusOK).Body))
		_, main, _ := strings.Cut(page, "<main")
		said := "nothing"
		if found := saysOf.FindStringSubmatch(main); found != nil {
			said = found[1]
		}
		if strings.HasSuffix(said, "+") != strings.Contains(main, longer) {
			said += ", without a word what that means"
		}
		says = append(says, said)
		lines += len(lineOf.FindAllString(main, -1))
		path = ""
		if older := olderOf.FindStringSubmatch(main); older != nil {
			path = older[1]
		}
	}
	return lines, says
}

// played is what a random day left behind.
type played struct {
	files         []string // victim files
	tasks, clocks int
	crowd         int // of the tasks, those that came to one desk for one day
}

// askAround lets desks ask each other, answer and fall silent.
func askAround(w *testkit.World, rt *rapid.T) {
	for range rapid.IntRange(1, 4).Draw(rt, "questions") {
		from, to := "rsz", "payoke"
		if rapid.Bool().Draw(rt, "turned") {
			from, to = to, from
		}
		id := must(w.Questions.Ask(w.As(from), question.New{DeskID: w.Place("be." + from).Desks[0], ToDeskID: w.Place("be." + to).Desks[0],
			Note: "Is there a room?", Subject: question.Subject{Need: "housing"}}, ""))(w.T)
		for i, who := range []string{to, from}[:rapid.IntRange(0, 2).Draw(rt, "answers")] {
			must0(w.T, w.Questions.Speak(w.As(who), id, "There is.", int64(i+1)))
		}
	}
}

// loseThings lets the shelter lose telephones, and tell the authority of some, and a caseworker report what they noticed.
func loseThings(w *testkit.World, rt *rapid.T) {
	for range rapid.IntRange(1, 3).Draw(rt, "reports") {
		id := must(w.Breaches.Report(w.As("payoke"), breach.NewReport{Kind: "device_lost", NoticedAt: w.Now(), Story: "A bag is gone."}, ""))(w.T)
		if rapid.IntRange(0, 2).Draw(rt, "none") == 0 {
			must0(w.T, w.Breaches.Dismiss(w.As("payoke.lead"), id, 1, "It was found again."))
		}
	}
	for range rapid.IntRange(1, 4).Draw(rt, "breaches") {
		n := breach.New{Kind: "device_lost", KnownAt: w.Now().Add(-time.Hour), Authority: breach.Pending, Subjects: breach.Exempt, Exemption: "unintelligible",
			Texts: breach.Texts{Story: "A telephone was left on a train."}}
		if rapid.Bool().Draw(rt, "told") {
			n.Authority, n.ToldAt = breach.Told, w.Now()
		}
		must(w.Breaches.Record(w.As(rapid.SampledFrom([]string{"payoke.lead", "payoke.admin"}).Draw(rt, "who")), n, ""))(w.T)
	}
}

// playDay lets some files be referred, and tasks and flags be given, finished and left.
func playDay(w *testkit.World, rt *rapid.T) (day played) {
	caseID := w.OpenCase("rsz")
	w.AddToTeam("rsz", caseID, "be.fgp")
	w.AddToTeam("rsz", caseID, "be.dvz")
	files := rapid.IntRange(3, 5).Draw(rt, "files")
	for i := range files {
		id := victim(w, caseID)
		day.files = append(day.files, id)
		referral := refer(w, id, w.Today().AddDays(rapid.IntRange(9, 40).Draw(rt, "until")))
		if i > 0 && rapid.IntRange(0, 3).Draw(rt, "accepted") > 0 || i == 1 {
			must(w.Sharing.Accept(w.As("payoke"), referral, 1))(w.T)
		}
	}
	for i, id := range day.files[:2] {
		ago := rapid.IntRange(30, 50).Draw(rt, "days ago")
		for _, rule := range []string{"be.reflection", "be.acard"} {
			must(w.Clocks.Start(w.As("dvz"), id, clock.New{Rule: rule, Start: w.Today().AddDays(-ago)}, ""))(w.T)
			day.clocks++
		}
		if i == 1 { // the shelter has to act before they end, where it may know of them
			w.Refer("dvz", id, "be.payoke", "payoke", "residence")
		}
	}
	doers := []string{notice.Desk + ":" + w.Place("be.rsz").Desks[0], notice.Worker + ":" + w.Person("rsz").ID, notice.Worker + ":" + w.Person("rsz.second").ID,
		notice.Desk + ":" + w.Place("be.payoke").Desks[0], notice.Desk + ":" + w.Place("be.fgp").Desks[0]}
	var given []string
	for range rapid.IntRange(60, 75).Draw(rt, "tasks") {
		n := task.New{Code: task.Codes[0], Text: "x", Doer: rapid.SampledFrom(doers).Draw(rt, "doer"), Due: w.Today().AddDays(rapid.IntRange(0, 20).Draw(rt, "due"))}
		if n.Flag = rapid.IntRange(0, 9).Draw(rt, "flag") == 0; n.Flag {
			n.Code = task.FlagReasons[0]
		}
		if id, err := w.Tasks.Add(w.As("rsz"), gate.Victim, day.files[rapid.IntRange(0, files-1).Draw(rt, "file")], n, ""); err == nil {
			given = append(given, id)
		}
	}
	day.crowd = rapid.SampledFrom([]int{201, 204, 230}).Draw(rt, "crowd")
	for range day.crowd {
		must(w.Tasks.Add(w.As("rsz"), gate.Victim, day.files[0], task.New{Code: task.Codes[0], Text: "x", Doer: doers[0], Due: w.Today()}, ""))(w.T)
	}
	day.tasks = len(given)
	for range 10 {
		id, key := given[rapid.IntRange(0, len(given)-1).Draw(rt, "task")], rapid.SampledFrom([]string{"rsz", "payoke", "rsz.second"}).Draw(rt, "by")
		if rapid.Bool().Draw(rt, "finish") {
			_ = w.Tasks.Finish(w.As(key), id, 1, "") // refused where it is not theirs
			continue
		}
		_ = w.Tasks.Cancel(w.As(key), id, 1, task.CancelReasons[0], "")
	}
	askAround(w, rt)
	loseThings(w, rt)
	w.Advance(time.Duration(rapid.IntRange(24, 24*6).Draw(rt, "hours")) * time.Hour)
	if rapid.Bool().Draw(rt, "tidy") {
		must0(w.T, w.Tidy(w.AsProgram()))
	}
	w.Write("rsz", day.files[0], authz.Identity, "legal_task", map[string]string{"family_name": "Tran"})
	return day
}
