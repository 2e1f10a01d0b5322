package model

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/circle"
	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/emergency"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/restriction"
	"relais/internal/server"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// childKnows names what the process that is killed has to know.
const childKnows = "RELAIS_MODEL_CHILD"

// known is a database and the people in it; desk is their agency's.
type known struct {
	URL, Dir string
	People   map[string]struct{ ID, AgencyID, Desk string }
}

// TestKilled_nothingIsHalfDone kills a process in the middle of offers, consents, transfers, exclusions, seals, renewals, openings
// in danger, circles, what is taken back and what several sign, several times over, and looks whether what belongs together was done together.
func TestKilled_nothingIsHalfDone(t *testing.T) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) { killedOften(t, w) })
}

func killedOften(t *testing.T, w *testkit.World) {
	k := known{URL: w.URL, Dir: w.Dir, People: map[string]struct{ ID, AgencyID, Desk string }{}}
	for house, people := range agencies {
		for _, person := range people {
			p := w.Person(person)
			k.People[person] = struct{ ID, AgencyID, Desk string }{p.ID, p.AgencyID, w.Place(house).Desks[0]}
		}
	}
	lawyer := w.Person("advocaat")
	k.People["advocaat"] = struct{ ID, AgencyID, Desk string }{lawyer.ID, lawyer.AgencyID, w.Place("be.advocaat").Desks[0]}
	k.People[secondMagistrate] = colleague(t, w, "be.auditoraat")
	claims := maps.Clone(halfDone)
	maps.Copy(claims, halfShared)
	afters := []int{17, 53, 89, 137, 300}
	for i, after := range afters {
		killed(t, k, after)
		for claim, query := range claims {
			if strings.HasPrefix(claim, nothingDone) && i < len(afters)-1 {
				continue // whose turn comes first is the scheduler's
			}
			var found []string
			err := w.Database.Read(t.Context(), func(tx *database.Tx) error { return tx.Select(&found, query, nil) })
			if err != nil || len(found) > 0 {
				t.Errorf("killed after %d: %s: %v, %v", after, claim, found, err)
			}
		}
	}
}

// secondMagistrate signs beside the prosecutor.
const secondMagistrate = "auditoraat.second"

// colleague is one more person who works on files at an agency's first desk.
func colleague(t *testing.T, w *testkit.World, house string) struct{ ID, AgencyID, Desk string } {
	t.Helper()
	at := w.Place(house)
	id, err := w.Agencies.Appoint(w.AsProgram(), at.ID, agency.NewWorker{Given: "Ada", Family: "Worker", Email: "second." + house + "@example.org", Language: "en",
		Desks: at.Desks, Hold: []string{at.Roles[agency.Caseworker]}})
	if err != nil {
		t.Fatal(err)
	}
	return struct{ ID, AgencyID, Desk string }{id, at.ID, at.Desks[0]}
}

// nothingDone begins what must not hold in the end: then no kill would have met anything.
const nothingDone = "nothing was"

// halfDone finds what must not be there, whenever the process was killed.
var halfDone = map[string]string{
	nothingDone + " done": `SELECT 'nothing' WHERE NOT EXISTS (SELECT 1 FROM consent) OR NOT EXISTS (SELECT 1 FROM transfer)
  OR NOT EXISTS (SELECT 1 FROM exclusion) OR NOT EXISTS (SELECT 1 FROM file_grant WHERE renewed_from <> '')
  OR NOT EXISTS (SELECT 1 FROM emergency WHERE state = 'ended') OR NOT EXISTS (SELECT 1 FROM circle WHERE closed_at <> 0)`,
	"a referral and its grant disagree": `SELECT r.id FROM referral r JOIN file_grant g ON g.id = r.grant_id
WHERE NOT (r.state = 'offered' AND g.state = 'offered' OR r.state = 'accepted' AND g.state IN ('live', 'sealed', 'ended')
  OR r.state = 'withdrawn' AND g.state = 'ended')`,
	"a grant outlives its consent": `SELECT g.id FROM file_grant g JOIN consent c ON c.id = g.consent_id
WHERE c.withdrawn_at <> 0 AND g.state <> 'ended'`,
	"a consent lives whose grants were ended": `SELECT c.id FROM consent c JOIN file_grant g ON g.consent_id = c.id
WHERE c.withdrawn_at = 0 AND g.state = 'ended'`,
	"a file without exactly one lead": `SELECT f.id FROM file f
WHERE 1 <> (SELECT COUNT(*) FROM file_grant g WHERE g.file_id = f.id AND g.lead = 1 AND g.state IN ('live', 'sealed'))`,
	"a victim file led by another than its case": `SELECT g.id FROM file_grant g JOIN file_grant r ON r.id = g.root_id
WHERE g.lead = 1 AND g.state IN ('live', 'sealed') AND (r.state NOT IN ('live', 'sealed') OR r.grantee_id <> g.grantee_id)`,
	"a transfer and its lead disagree": `SELECT t.id FROM transfer t JOIN file_grant g ON g.id = t.id JOIN file_grant k ON k.id = t.keep_grant_id
WHERE NOT (t.state = 'offered' AND g.state = 'offered' AND k.state = 'offered' OR t.state = 'accepted' AND g.state IN ('live', 'ended'))`,
	"an exclusion in force on a part of the case": `SELECT root_id FROM exclusion
GROUP BY root_id HAVING COUNT(*) <> 3 OR COUNT(DISTINCT ended_at) <> 1`,
	"a sealed file with an open grant": `SELECT g.id FROM file_grant g JOIN file_seal s ON s.file_id = g.file_id AND s.ended_at = 0
WHERE g.state = 'live'`,
	"a sealed grant on an open file": `SELECT g.id FROM file_grant g
WHERE g.state = 'sealed' AND NOT EXISTS (SELECT 1 FROM file_seal s WHERE s.file_id = g.file_id AND s.ended_at = 0)`,
	"a renewal beside what it follows": `SELECT g.id FROM file_grant g JOIN file_grant n ON n.renewed_from = g.id AND n.grantee_id = g.grantee_id
WHERE g.state <> 'ended' AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.id = n.id AND a.state <> 'approved')`,
	"what was renewed goes on by nothing": `SELECT g.id FROM file_grant g
WHERE g.end_reason = 'renewed' AND NOT EXISTS (SELECT 1 FROM file_grant n WHERE n.renewed_from = g.id)
  AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.id = g.id AND a.state <> 'approved')`, // nobody had signed it: it is proposed anew
	"a desk has two places in the team, or two on one file by it": `SELECT g.grantee_id FROM file_grant g JOIN file_grant r ON r.id = g.root_id
WHERE g.state IN ('live', 'sealed') AND r.kind = 'case' AND g.emergency = 0
  AND NOT EXISTS (SELECT 1 FROM access_request q WHERE q.grant_id = g.id) GROUP BY g.file_id, g.grantee_id HAVING COUNT(*) > 1`,
	"an opening in danger and its grants disagree": `SELECT e.id FROM emergency e
WHERE (SELECT COUNT(*) FROM file_grant g WHERE g.file_id = e.file_id AND g.grantee_id = e.worker_id AND g.emergency = 1 AND g.state = 'live')
  <> (SELECT COALESCE(SUM(CASE o.state WHEN 'opened' THEN 1 WHEN 'confirmed' THEN 2 ELSE 0 END), 0) FROM emergency o
    WHERE o.file_id = e.file_id AND o.worker_id = e.worker_id)`,
	"an opening in danger that nobody was told of": `SELECT e.id FROM emergency e
WHERE 2 <> (SELECT COUNT(*) FROM emergency_party p WHERE p.emergency_id = e.id) OR NOT EXISTS (SELECT 1 FROM notice n WHERE n.subject_id = e.id)`,
	"a closed circle through which something is seen": `SELECT c.id FROM circle c
WHERE c.closed_at <> 0 AND (EXISTS (SELECT 1 FROM circle_share s WHERE s.circle_id = c.id AND s.ended_at = 0)
  OR EXISTS (SELECT 1 FROM file_grant g WHERE g.circle_id = c.id AND g.state <> 'ended'))`,
	"who has left a circle sees by it, or who is in it does not": `SELECT s.id FROM circle_share s
JOIN circle c ON c.id = s.circle_id AND c.closed_at = 0
WHERE s.ended_at = 0 AND (
  EXISTS (SELECT 1 FROM circle_member m WHERE m.circle_id = c.id AND m.ended_at = 0 AND m.agency_id <> s.agency_id
    AND 1 <> (SELECT COUNT(*) FROM file_grant g WHERE g.circle_id = c.id AND g.file_id = s.file_id AND g.grantee_id = m.desk_id AND g.state = 'live'))
  OR EXISTS (SELECT 1 FROM file_grant g WHERE g.circle_id = c.id AND g.state = 'live'
    AND NOT EXISTS (SELECT 1 FROM circle_member m WHERE m.circle_id = c.id AND m.desk_id = g.grantee_id AND m.ended_at = 0)))`,
	"a circle without its desks": `SELECT c.id FROM circle c WHERE 2 > (SELECT COUNT(*) FROM circle_member m WHERE m.circle_id = c.id)`,
	"a change that the trail does not know, or the other way round": `SELECT 'consent.withdraw'
WHERE (SELECT COUNT(*) FROM consent WHERE withdrawn_at <> 0) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'consent.withdraw')
UNION ALL SELECT 'transfer.accept'
WHERE (SELECT COUNT(*) FROM transfer WHERE state = 'accepted') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'transfer.accept')
UNION ALL SELECT 'referral.offer'
WHERE (SELECT COUNT(*) FROM referral) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'referral.offer')
UNION ALL SELECT 'seal.add'
WHERE (SELECT COUNT(*) FROM file_seal) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'seal.add')
UNION ALL SELECT 'grant.renew'
WHERE (SELECT COUNT(*) FROM file_grant WHERE renewed_from <> '' AND id = root_id AND reason = 'file_open') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'grant.renew')
UNION ALL SELECT 'emergency.open'
WHERE (SELECT COUNT(*) FROM emergency) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'emergency.open')
UNION ALL SELECT 'emergency.confirm'
WHERE (SELECT COUNT(*) FROM emergency WHERE confirmed_at <> 0) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'emergency.confirm')
UNION ALL SELECT 'circle.share'
WHERE (SELECT COUNT(*) FROM circle_share) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'circle.share')
UNION ALL SELECT 'circle.close'
WHERE (SELECT COUNT(*) FROM circle WHERE closed_at <> 0) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'circle.close')`,
}

// killed runs TestChild_shares in a process of its own and kills it once it has said so many lines. Several people's work goes on
// there at once, so that the end of one step lies anywhere in the others.
func killed(t *testing.T, k known, after int) {
	t.Helper()
	knows, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestChild_shares$")
	child.Env = append(os.Environ(), childKnows+"="+string(knows))
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said, seen, all := bufio.NewScanner(out), 0, ""
	for said.Scan() {
		all += said.Text() + "\n"
		if strings.HasPrefix(said.Text(), "did ") {
			seen++
		}
		if seen == after {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = child.Wait()
	if seen < after {
		t.Fatalf("the child did %d things: %s", seen, all)
	}
}

// TestChild_shares is the process that the test above kills; by itself it does nothing.
func TestChild_shares(t *testing.T) {
	var k known
	if text := os.Getenv(childKnows); text == "" {
		return
	} else if err := json.Unmarshal([]byte(text), &k); err != nil {
		t.Fatal(err)
	}
	p, err := server.Open(context.Background(), server.Settings{Database: k.URL, Keys: filepath.Join(k.Dir, "keys"),
		Checkpoints: filepath.Join(k.Dir, "checkpoints"), Synthetic: true, Clock: func() moment.Time { return testkit.Start.Add(time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, work := range []func(*child){(*child).consents, (*child).transfers, (*child).restrictions, (*child).renewals,
		(*child).emergencies, (*child).circles, (*child).recalls, (*child).signatures, (*child).requests, (*child).doubles} {
		all.Go(func() {
			c := &child{t: t, p: p, k: k}
			c.open()
			for {
				work(c)
			}
		})
	}
	all.Wait()
}

// child is one piece of work on a case of its own with two victim files.
type child struct {
	t       *testing.T
	p       *server.Program
	k       known
	caseID  string
	files   []string
	round   int
	placeID string // of the prosecutor in the team
}

func (c *child) as(person string) context.Context {
	who := c.k.People[person]
	return gate.WithCaller(context.Background(), gate.Caller{Actor: authz.Actor{WorkerID: who.ID, AgencyID: who.AgencyID, AAL: 2}, SteppedAt: c.p.Gate.Now()})
}

// did says that a step was acknowledged; a failure ends the process.
func (c *child) did(err error) {
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	fmt.Println("did it")
}

func (c *child) open() {
	var err error
	c.caseID, err = c.p.Cases.Open(c.as("rsz"), casefile.New{Facts: testkit.Site}, "")
	for err == nil && len(c.files) < 2 {
		var id string
		id, err = c.p.Victims.Open(c.as("rsz"), c.caseID, victim.New{DetectedOn: "2026-02-26"}, "")
		c.files = append(c.files, id)
	}
	if err == nil {
		c.placeID, err = c.p.Sharing.Add(c.as("rsz"), c.caseID, sharing.NewMember{DeskID: c.k.People["auditoraat"].Desk,
			Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task", Until: c.today().AddDays(2)}}, "")
	}
	c.did(err)
}

func (c *child) today() moment.Date { return moment.DayOf(c.p.Gate.Now()) }

var task = sharing.Terms{Purpose: "investigation", Basis: "legal_task"}

// consents: asked, referred on it, accepted or left open, withdrawn.
func (c *child) consents() {
	c.round++
	id, err := c.p.Consents.Record(c.as("rsz"), c.files[0], consent.New{Sections: []string{"identity"}, Purposes: []string{"protection"},
		AskedOn: "2026-03-02", Until: "2026-05-02", How: "written", Language: "vi", Explained: consent.Explanations(),
		Recipients: []consent.Recipient{{AgencyID: c.k.People["payoke"].AgencyID}}}, "")
	c.did(err)
	offer, err := c.p.Sharing.Refer(c.as("rsz"), c.files[0], sharing.NewReferral{DeskID: c.k.People["payoke"].Desk, Sections: []string{"identity"},
		Urgency: sharing.Urgent, Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: id, Until: "2026-04-02"}}, "")
	c.did(err)
	if c.round%2 == 0 {
		_, err = c.p.Sharing.Accept(c.as("payoke"), offer, 1)
		c.did(err)
	}
	_, err = c.p.Consents.Withdraw(c.as("rsz"), c.files[0], id, 1, "spoken", "")
	c.did(err)
}

// transfers: the lead goes to the police and comes back.
func (c *child) transfers() {
	for _, way := range [][2]string{{"rsz", "fgp"}, {"fgp", "rsz"}} {
		id, err := c.p.Sharing.OfferTransfer(c.as(way[0]), c.caseID, sharing.NewTransfer{DeskID: c.k.People[way[1]].Desk, Reason: "competence",
			Keep: "2026-04-02", Terms: task}, "")
		c.did(err)
		_, err = c.p.Sharing.AcceptTransfer(c.as(way[1]), id, 1)
		c.did(err)
	}
}

// restrictions: a colleague is excluded from the case and a victim file is sealed, and both end.
func (c *child) restrictions() {
	view, err := c.p.Cases.Show(c.as("rsz"), c.caseID)
	c.did(err)
	ban, err := c.p.Limits.Exclude(c.as("rsz.head"), restriction.NewExclusion{Reference: view.File.Reference, Reason: "related",
		WorkerID: c.k.People["rsz.second"].ID}, "")
	c.did(err)
	seal, err := c.p.Limits.Seal(c.as("auditoraat"), gate.Victim, c.files[0], "AN45.L7.1/2026", "")
	c.did(err)
	c.did(c.p.Limits.EndExclusion(c.as("rsz.head"), ban, 1))
	c.did(c.p.Limits.Unseal(c.as("auditoraat"), seal, 1, "AN45.L7.99/2026"))
}

// renewals: the prosecutor's place in the team goes on and on, and is given anew when it has reached the longest.
func (c *child) renewals() {
	c.round++
	if c.round > 60 {
		c.files, c.round = nil, 0
		c.open()
	}
	next, err := c.p.Sharing.Renew(c.as("rsz"), c.placeID, 1, c.today().AddDays(2+c.round), "file_open")
	c.did(err)
	c.placeID = next
}

// emergencies: the police on duty opens what is hidden, somebody confirms it every other time, and it is closed.
func (c *child) emergencies() {
	if c.round++; c.round == 1 {
		_, err := c.p.Sharing.Add(c.as("rsz"), c.caseID, sharing.NewMember{DeskID: c.k.People["fgp"].Desk, Terms: task}, "")
		c.did(err)
	}
	id, err := c.p.Emergencies.Open(c.as("fgp"), c.files[0], emergency.New{Sections: []string{"safe_contact"}, Danger: true, Reason: "abduction",
		Note: "Seen in a car an hour ago."}, "")
	c.did(err)
	version := int64(1)
	if c.round%2 == 0 {
		c.did(c.p.Emergencies.Confirm(c.as("fgp.head"), id, version))
		version++
	}
	c.did(c.p.Emergencies.Close(c.as("fgp"), id, version))
}

// circles: one is made, a file shared with it, a desk joins with what was shared, another leaves, and it is closed or the file taken back.
func (c *child) circles() {
	c.round++
	desk := func(who string) string { return c.k.People[who].Desk }
	id, err := c.p.Circles.Create(c.as("rsz"), circle.New{Name: "Cel", DeskID: desk("rsz"), Purpose: "protection", Desks: []string{desk("payoke"), desk("fgp")}}, "")
	c.did(err)
	share, err := c.p.Circles.Share(c.as("rsz"), c.files[0], circle.NewShare{CircleID: id, Sections: []string{"identity"}, Terms: task}, "")
	c.did(err)
	view, err := c.p.Circles.Show(c.as("rsz"), id)
	c.did(err)
	member, err := c.p.Circles.Join(c.as("rsz"), id, desk("cosm"), true, view.Version)
	c.did(err)
	c.did(c.p.Circles.Leave(c.as("rsz"), id, member, view.Version+1))
	if c.round%2 == 0 {
		c.did(c.p.Circles.EndShare(c.as("rsz"), id, share, 1))
	}
	view, err = c.p.Circles.Show(c.as("rsz"), id)
	c.did(err)
	c.did(c.p.Circles.Close(c.as("rsz"), id, view.Version))
}
