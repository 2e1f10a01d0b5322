package model

import (
	"context"
	"fmt"
	"os"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/database"
	"relais/internal/gate"
	"relais/internal/request"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// Of what is taken back, renewed by two persons, or asked for and signed, by a second person of who gives it too: what must not be there, whenever the process was killed.
var halfShared = map[string]string{
	"nothing was taken back, signed or kept": `SELECT 'nothing' WHERE NOT EXISTS (SELECT 1 FROM referral_recall WHERE came_of <> '')
  OR NOT EXISTS (SELECT 1 FROM approval a JOIN file_grant g ON g.id = a.id AND g.renewed_from <> '' WHERE a.state = 'approved')
  OR NOT EXISTS (SELECT 1 FROM approval WHERE state = 'refused')
  OR NOT EXISTS (SELECT 1 FROM approval a JOIN request_signature s ON s.grant_id = a.id AND s.state = 'signed' WHERE a.state = 'approved')
  OR NOT EXISTS (SELECT 1 FROM approval a JOIN request_signature s ON s.grant_id = a.id AND s.state = 'refused')
  OR NOT EXISTS (SELECT 1 FROM request_signature WHERE state = 'signed') OR NOT EXISTS (SELECT 1 FROM request_signature WHERE state = 'refused')`,
	"what was taken back is open": `SELECT b.referral_id FROM referral_recall b JOIN file_grant g ON g.id = b.referral_id
WHERE g.state <> 'ended'
UNION ALL SELECT e.grant_id FROM recall_grant e JOIN file_grant g ON g.id = e.grant_id WHERE g.state <> 'ended'`,
	"a grant was taken back with nothing": `SELECT g.id FROM file_grant g JOIN file_grant r ON r.id = g.root_id
WHERE g.end_reason = 'taken_back' AND NOT EXISTS (SELECT 1 FROM recall_grant e WHERE e.grant_id = r.id)`,
	"what went on from what was taken back is open": `SELECT n.id FROM file_grant n JOIN recall_grant e ON e.grant_id = n.renewed_from
WHERE n.state <> 'ended'`,
	"what was passed on outlives its source": `SELECT g.id FROM file_grant g JOIN referral r ON r.id = g.id AND r.from_agency_id = g.granted_by_agency
WHERE g.state IN ('live', 'offered') AND NOT EXISTS (SELECT 1 FROM file_grant h
  WHERE h.file_id = g.file_id AND h.agency_id = r.from_agency_id AND h.state = 'live')`,
	"what was passed on was taken back by itself": `SELECT b.referral_id FROM referral_recall b
WHERE b.came_of <> '' AND NOT EXISTS (SELECT 1 FROM referral_recall a WHERE a.referral_id = b.came_of AND a.came_of = '')`,
	"somebody was not told that something was taken back": `SELECT b.referral_id FROM referral_recall b
WHERE 1 <> (SELECT COUNT(*) FROM notice n WHERE n.subject_id = b.referral_id AND n.code = 'referral.taken_back')`,
	"a signature and its renewal disagree": `SELECT a.id FROM approval a JOIN file_grant g ON g.id = a.id
WHERE a.state = 'open' AND g.state = 'live' OR a.state = 'refused' AND g.state <> 'ended'
  OR a.state = 'approved' AND g.state = 'proposed' AND NOT EXISTS (SELECT 1 FROM request_signature s WHERE s.grant_id = g.id AND s.state = 'open')`,
	"a signed renewal that the holder was not told of": `SELECT a.id FROM approval a JOIN file_grant g ON g.id = a.id AND g.renewed_from <> ''
WHERE (CASE a.state WHEN 'approved' THEN 1 ELSE 0 END) <> (SELECT COUNT(*) FROM notice n WHERE n.subject_id = a.id AND n.code = 'grant.renewed')`,
	"who was named hangs on what was renewed": `SELECT h.id FROM file_grant h JOIN file_grant g ON g.id = h.root_id AND g.end_reason = 'renewed'
WHERE h.state = 'live'`,
	"a request and its access disagree": `SELECT r.id FROM access_request r LEFT JOIN file_grant g ON g.id = r.grant_id
WHERE NOT (r.state = 'asked' AND r.grant_id = '' OR r.state = 'granted' AND g.state IN ('proposed', 'live')
  OR r.state IN ('ended', 'refused') AND g.state = 'ended')`,
	"an access is open that somebody has to sign, or keeps": `SELECT s.request_id FROM request_signature s JOIN file_grant g ON g.id = s.grant_id
WHERE g.state = 'live' AND (s.state NOT IN ('signed', 'refused') OR s.state = 'refused' AND (g.sections & s.sections) <> 0)`,
	"everybody has signed, and it waits": `SELECT g.id FROM file_grant g JOIN access_request r ON r.grant_id = g.id
WHERE g.state = 'proposed' AND NOT EXISTS (SELECT 1 FROM request_signature s WHERE s.grant_id = g.id AND s.state = 'open')
  AND NOT EXISTS (SELECT 1 FROM approval a WHERE a.id = g.id AND a.state = 'open')`,
	"an access is open for which not both have signed": `SELECT g.id FROM file_grant g JOIN approval a ON a.id = g.id JOIN access_request r ON r.grant_id = g.id
WHERE g.state = 'live' AND (a.state <> 'approved' OR EXISTS (SELECT 1 FROM request_signature s WHERE s.grant_id = g.id AND s.state <> 'signed'))`,
	"an asker was not told once that it is open, or was while it is not": `SELECT r.id FROM access_request r JOIN file_grant g ON g.id = r.grant_id
WHERE r.state = 'granted' AND (CASE g.state WHEN 'live' THEN 1 ELSE 0 END) <> (SELECT COUNT(*) FROM notice n WHERE n.subject_id = r.id AND n.code = 'request_granted')`,
	"a signature waits for nothing": `SELECT s.request_id FROM request_signature s JOIN file_grant g ON g.id = s.grant_id
WHERE s.state = 'open' AND g.state <> 'proposed'`,
	"an asker was not told what became of it": `SELECT r.id FROM access_request r
WHERE r.grant_id <> '' AND 1 <> (SELECT COUNT(*) FROM notice n WHERE n.subject_id = r.id AND n.code = 'request_owner_signs')
  OR r.state = 'refused' AND 1 <> (SELECT COUNT(*) FROM notice n WHERE n.subject_id = r.id AND n.code = 'request_refused')
  OR r.state = 'ended' AND 1 <> (SELECT COUNT(*) FROM notice n WHERE n.subject_id = r.id AND n.code = 'request_ended')`,
	"a step that the trail does not know, or the other way round": `SELECT 'referral.take_back'
WHERE (SELECT COUNT(*) FROM referral_recall WHERE came_of = '') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'referral.take_back')
UNION ALL SELECT 'approval.sign'
WHERE (SELECT COUNT(*) FROM approval WHERE state = 'approved') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'approval.sign')
UNION ALL SELECT 'approval.refuse'
WHERE (SELECT COUNT(*) FROM approval WHERE state = 'refused') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'approval.refuse')
UNION ALL SELECT 'request.ask'
WHERE (SELECT COUNT(*) FROM access_request) <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'request.ask')
UNION ALL SELECT 'request.grant'
WHERE (SELECT COUNT(*) FROM access_request WHERE grant_id <> '') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'request.grant')
UNION ALL SELECT 'request.sign'
WHERE (SELECT COUNT(*) FROM request_signature WHERE state = 'signed') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'request.sign')
UNION ALL SELECT 'request.keep'
WHERE (SELECT COUNT(*) FROM request_signature WHERE state = 'refused') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'request.keep')
UNION ALL SELECT 'request.end'
WHERE (SELECT COUNT(*) FROM access_request WHERE state = 'ended') <> (SELECT COUNT(*) FROM audit_entry WHERE action = 'request.end')`,
}

// gives is a referral that a desk takes.
func (c *child) gives(from, to, file string) (id string) {
	id = c.offers(from, to, file)
	_, err := c.p.Sharing.Accept(c.as(to), id, 1)
	c.did(err)
	return id
}

func (c *child) offers(from, to, file string) (id string) {
	terms := sharing.Terms{Purpose: "protection", Basis: "legal_task", Until: c.today().AddDays(5)}
	id, err := c.p.Sharing.Refer(c.as(from), file, sharing.NewReferral{DeskID: c.k.People[to].Desk, Sections: []string{"identity"},
		Urgency: sharing.Urgent, Reason: "shelter", Terms: terms}, "")
	c.did(err)
	return id
}

// recalls: the shelter gets a file and passes it on to two others, one of whom has taken it when everything is taken back; every other
// time it had been renewed.
func (c *child) recalls() {
	c.round++
	id := c.gives("rsz", "payoke", c.files[0])
	c.gives("payoke", "fgp", c.files[0])
	c.offers("payoke", "cosm", c.files[0])
	if c.round%2 == 0 {
		c.renewed(id, 6)
	}
	c.did(c.p.Sharing.TakeBack(c.as("rsz"), id, 2, "wrong_desk"))
}

func (c *child) renewed(id string, days int) string {
	held, err := c.p.Sharing.Grant(c.as("rsz"), id)
	c.did(err)
	next, err := c.p.Sharing.Renew(c.as("rsz"), id, held.Version, c.today().AddDays(days), "file_open")
	c.did(err)
	return next
}

// signatures: what a shelter has of a person's health goes on and on, by two persons; every third time the second one refuses first. No
// rule of today gives a shelter such a section, so it is set behind the program's back.
func (c *child) signatures() {
	if c.round++; c.round == 1 || c.round > 20 {
		c.files, c.round = nil, 1
		c.open()
		c.placeID = c.gives("rsz", "payoke", c.files[0])
		c.did(c.p.Database.Write(context.Background(), func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE file_grant SET sections = sections | CAST(:health AS BIGINT) WHERE id = :id`,
				database.Args{"health": int64(authz.SectionsOf(authz.Health)), "id": c.placeID})
			return err
		}))
	}
	next := c.renewed(c.placeID, 5+c.round)
	if c.round%3 == 1 {
		c.did(c.p.Sharing.RefuseApproval(c.as("rsz.second"), next, 1))
		next = c.renewed(c.placeID, 5+c.round)
	}
	c.did(c.p.Sharing.Approve(c.as("rsz.second"), next, 1))
	c.placeID = next
}

// requests: the shelter asks for what two others have written; both sign, one of them or both keep theirs, and what was opened ends.
func (c *child) requests() {
	if c.round++; c.round == 1 {
		_, err := c.p.Sharing.Add(c.as("rsz"), c.caseID, sharing.NewMember{DeskID: c.k.People["dvz"].Desk, Terms: task}, "")
		c.did(err)
		c.writes("dvz", authz.Residence, section.Values{"status": "reflection"})
		c.writes("auditoraat", authz.Exploitation, section.Values{"types": "forced_labour"})
		c.gives("rsz", "payoke", c.files[0])
	}
	asked := []string{"residence", "exploitation"}
	terms := sharing.Terms{Purpose: "protection", Basis: "legal_task"}
	id, err := c.p.Requests.Ask(c.as("payoke"), gate.Victim, c.files[0], request.New{Sections: asked, For: request.ForDesk, Reason: "support",
		Note: "The residence card decides where she may sleep.", Terms: terms}, "")
	c.did(err)
	c.did(c.p.Requests.Grant(c.as("rsz"), id, 1, request.Answer{Sections: asked, Terms: terms}))
	for i, owner := range []string{"dvz", "auditoraat"} {
		if keeps := c.round%3 > i; keeps {
			c.did(c.p.Requests.Keep(c.as(owner), id, c.seen(id), "safety"))
		} else {
			c.did(c.p.Requests.Sign(c.as(owner), id, c.seen(id)))
		}
	}
	if c.round%3 < 2 {
		c.did(c.p.Requests.End(c.as("rsz"), id, c.seen(id)))
	}
}

func (c *child) writes(who string, room authz.Section, values section.Values) {
	_, err := c.p.Entries.Add(c.as(who), gate.Victim, c.files[0], room, testkit.Draft(values), "")
	c.did(err)
}

// seen is the version of a request that somebody sees who has just looked.
func (c *child) seen(requestID string) int64 {
	view, err := c.p.Requests.Show(c.as("rsz"), requestID)
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	return view.Version
}

// doubles: a lawyer asks for what the police wrote of a case; the police and a second person of the prosecutor who gives it have to
// sign, the one or the other first, and each of them says no now and then.
func (c *child) doubles() {
	if c.round++; c.round == 1 {
		c.released()
	}
	release := sharing.Terms{Purpose: "prosecution", Basis: "magistrate_release", BasisRef: "2026/114", Document: gate.Document{On: "2026-02-20", By: "Investigating judge"}}
	id, err := c.p.Requests.Ask(c.as("advocaat"), gate.Case, c.caseID, request.New{Sections: []string{"intelligence"}, For: request.ForDesk, Reason: "support",
		Note: "It is in the indictment.", Terms: release}, "")
	c.did(err)
	c.did(c.p.Requests.Grant(c.as("auditoraat"), id, 1, request.Answer{Sections: []string{"intelligence"}, Terms: release}))
	view, err := c.p.Requests.Show(c.as("auditoraat"), id)
	c.did(err)
	owner := func() {
		if c.round%4 == 2 {
			c.did(c.p.Requests.Keep(c.as("fgp"), id, view.Version, "safety"))
			return
		}
		c.did(c.p.Requests.Sign(c.as("fgp"), id, view.Version))
	}
	second := func() {
		if c.round%4 == 3 {
			c.did(c.p.Sharing.RefuseApproval(c.as(secondMagistrate), view.GrantID, 1))
			return
		}
		c.did(c.p.Sharing.Approve(c.as(secondMagistrate), view.GrantID, 1))
	}
	switch c.round % 4 {
	case 0, 3:
		owner()
		second()
	case 1:
		second()
		owner()
	case 2:
		owner() // with its no there is nothing left for the second person
	}
	if c.round%4 < 2 && c.round%3 > 0 {
		view, err = c.p.Requests.Show(c.as("auditoraat"), id)
		c.did(err)
		c.did(c.p.Requests.End(c.as("auditoraat"), id, view.Version))
	}
}

// released opens a case that the prosecutor leads, with the police on its team, who wrote down what they know, and a lawyer for the victim.
func (c *child) released() {
	var err error
	c.caseID, err = c.p.Cases.Open(c.as("auditoraat"), casefile.New{Facts: testkit.Site}, "")
	c.did(err)
	_, err = c.p.Sharing.Add(c.as("auditoraat"), c.caseID, sharing.NewMember{DeskID: c.k.People["fgp"].Desk, Terms: task}, "")
	c.did(err)
	victimID, err := c.p.Victims.Open(c.as("fgp"), c.caseID, victim.New{DetectedOn: "2026-02-26"}, "")
	c.did(err)
	_, err = c.p.Sharing.Add(c.as("auditoraat"), c.caseID, sharing.NewMember{DeskID: c.k.People["advocaat"].Desk, VictimIDs: []string{victimID},
		Terms: sharing.Terms{Purpose: "prosecution", Basis: "legal_task"}}, "")
	c.did(err)
	known := testkit.Draft(section.Values{"received_on": "2026-02-27", "information": "Seen with two others.", "handling_codes": "H0",
		"source_evaluation": "A", "information_evaluation": "1"})
	_, err = c.p.Entries.Add(c.as("fgp"), gate.Case, c.caseID, authz.Intelligence, known, "")
	c.did(err)
}
