package sharing_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/server"
	"relais/internal/sharing"
)

// What the killed process has to know, in its environment.
const (
	childURL    = "RELAIS_SHARING_CHILD_URL"
	childDir    = "RELAIS_SHARING_CHILD_DIR"
	childPeople = "RELAIS_SHARING_CHILD_PEOPLE" // worker and agency of the sender, of the receiver; the receiving desk
	childFiles  = "RELAIS_SHARING_CHILD_FILES"
	childClock  = "RELAIS_SHARING_CHILD_CLOCK" // the instant that the scene's clock shows
)

// TestReferral_isNeverHalfDone kills a process in the middle of offers, answers and outcomes, several times over, and looks
// whether each referral is whole: with its grant in the state that fits, its package, and its entries in the trail.
func TestReferral_isNeverHalfDone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *scene) {
		_, victims := s.openCase(3)
		for round := range 3 {
			s.killedAfter(40+17*round, victims)
			s.wholeAfter(victims)
		}
	})
}

// killedAfter runs TestChild_refers in a process of its own and kills it once it has said so many lines.
func (s *scene) killedAfter(lines int, victims []string) {
	s.T.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestChild_refers$")
	people := []string{s.worker("inspection"), s.house("inspection").ID, s.worker("payoke"), s.house("payoke").ID, s.desk("payoke")}
	child.Env = append(os.Environ(), childURL+"="+s.URL, childDir+"="+s.Dir, childPeople+"="+strings.Join(people, " "),
		childFiles+"="+strings.Join(victims, " "), childClock+"="+strconv.FormatInt(int64(s.Now()), 10))
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	must0(s.T, err)
	said := bufio.NewScanner(out)
	seen, all := 0, ""
	for said.Scan() {
		all += said.Text() + "\n"
		if strings.HasPrefix(said.Text(), "did ") {
			seen++
		}
		if seen == lines {
			must0(s.T, child.Process.Kill())
		}
	}
	_ = child.Wait()
	if seen < lines {
		s.T.Fatalf("the child did %d things: %s", seen, all)
	}
}

// wholeAfter checks every referral there is.
func (s *scene) wholeAfter(victims []string) {
	s.T.Helper()
	var rows []struct {
		ID      string        `db:"id"`
		FileID  string        `db:"file_id"`
		State   sharing.State `db:"state"`
		Grant   string        `db:"granted"`
		Outcome string        `db:"outcome"`
		Parts   int           `db:"parts"`
		Items   int           `db:"items"`
		Told    int           `db:"told"`
	}
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		return tx.Select(&rows, `SELECT r.id, r.file_id, r.state, g.state AS granted, r.outcome,
			(SELECT COUNT(*) FROM referral_package p JOIN referral_part q ON q.referral_id = p.referral_id WHERE p.referral_id = r.id) AS parts,
			(SELECT COUNT(*) FROM referral_item i WHERE i.referral_id = r.id) AS items,
			(SELECT COUNT(*) FROM notice n WHERE n.subject_id = r.id) AS told
			FROM referral r JOIN file_grant g ON g.id = r.grant_id`, nil)
	}))
	granted := map[sharing.State]string{sharing.Offered: "offered", sharing.Accepted: "live", sharing.Completed: "live",
		sharing.Declined: "ended", sharing.Withdrawn: "ended"}
	notices := map[sharing.State]int{sharing.Accepted: 1, sharing.Declined: 1, sharing.Withdrawn: 1, sharing.Completed: 2}
	recorded := map[string]int{}
	for _, id := range victims {
		for _, e := range s.trailOf(id) {
			if e.Action == "referral.offer" {
				recorded[e.Subject]++
			}
		}
	}
	for _, r := range rows {
		if r.Grant != granted[r.State] || r.Parts != 1 || r.Items != 1 || r.Told != notices[r.State] || (r.Outcome != "") != (r.State == sharing.Completed) {
			s.T.Errorf("half done: %+v", r)
		}
		if recorded[r.ID] != 1 {
			s.T.Errorf("%s has %d offers in the trail", r.ID, recorded[r.ID])
		}
	}
	if len(rows) != len(recorded) || len(rows) < 5 {
		s.T.Errorf("%d referrals, %d in the trail", len(rows), len(recorded))
	}
}

// TestChild_refers is the process that the test above kills; by itself it does nothing.
func TestChild_refers(t *testing.T) {
	url := os.Getenv(childURL)
	if url == "" {
		return
	}
	dir, people := os.Getenv(childDir), strings.Fields(os.Getenv(childPeople))
	now := moment.Time(must(strconv.ParseInt(os.Getenv(childClock), 10, 64))(t))
	p := must(server.Open(context.Background(), server.Settings{Database: url, Keys: filepath.Join(dir, "keys"),
		Checkpoints: filepath.Join(dir, "checkpoints"), Synthetic: true, Clock: func() moment.Time { return now }}))(t)
	as := func(worker, agency string) context.Context {
		return gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: worker, AgencyID: agency, AAL: 2}})
	}
	sender, receiver := as(people[0], people[1]), as(people[2], people[3])
	before := must(p.Sharing.List(sender, sharing.Sent, gate.Cursor{}))(t)
	for _, r := range before.Referrals { // what the one before left open when it was killed
		if r.State == sharing.Offered {
			must0(t, p.Sharing.Withdraw(sender, r.ID, r.Version))
		}
	}
	for n := 0; ; n++ {
		for _, file := range strings.Fields(os.Getenv(childFiles)) {
			id := must(p.Sharing.Refer(sender, file, offerTo(people[4], "identity"), ""))(t)
			fmt.Println("did refer")
			switch n % 3 {
			case 0:
				must0(t, p.Sharing.Withdraw(sender, id, 1))
			case 1:
				must0(t, p.Sharing.Decline(receiver, id, 1, "no_capacity"))
			default:
				must(p.Sharing.Accept(receiver, id, 1))(t)
				fmt.Println("did accept")
				must0(t, p.Sharing.Complete(receiver, id, 2, "accommodated"))
			}
			fmt.Println("did the rest")
		}
	}
}
