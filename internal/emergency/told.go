package emergency

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
)

// tellOpened tells of an opening in the same transaction: the desks that lead the file, the agencies that wrote in the opened
// sections, the auditors of the opener's agency and of the lead, and the supervisors who can confirm. It gives the agencies.
func tellOpened(tx *gate.Tx, id string, sections authz.SectionSet) (parties []string, err error) {
	own := tx.Actor().AgencyID
	leads, err := notice.LeadDesks(tx)
	if err != nil {
		return nil, err
	}
	parties = []string{own}
	for _, lead := range leads {
		parties = append(parties, lead.AgencyID)
		if err := tell(tx, id, lead, "emergency_opened", 0); err != nil {
			return nil, err
		}
	}
	parties = distinct(parties)
	reviewers := slices.Clone(parties)
	writers, err := controllersOf(tx, sections)
	if err != nil {
		return nil, err
	}
	for _, w := range writers {
		parties = append(parties, w.AgencyID)
		if w.AgencyID == own || slices.Contains(reviewers, w.AgencyID) {
			continue
		}
		to := notice.To{Kind: "desk", ID: w.DeskID, AgencyID: w.AgencyID}
		if w.DeskID == "" { // it no longer sees the file by any desk
			to.Kind, to.ID = "supervisors", w.AgencyID
		}
		if err := tell(tx, id, to, "emergency_opened_yours", 0); err != nil {
			return nil, err
		}
	}
	parties = distinct(parties)
	if err := tellSecondPersons(tx, id); err != nil {
		return nil, err
	}
	return parties, enter(tx, id, parties, reviewers)
}

// tellSecondPersons tells those who could confirm: the supervisors and the other duty officers.
func tellSecondPersons(tx *gate.Tx, id string) error {
	own, due := tx.Actor().AgencyID, tx.Now().Add(ConfirmWithin)
	var duty []string
	if err := tx.Select(&duty, selectDuty, nil); err != nil {
		return err
	}
	for _, workerID := range duty {
		if err := tell(tx, id, notice.To{Kind: "worker", ID: workerID, AgencyID: own}, "emergency_confirm", due); err != nil {
			return err
		}
	}
	return tell(tx, id, notice.SupervisorsOf(own), "emergency_confirm", due)
}

// enter writes the parties down and asks the auditors of the reviewing ones for their review.
func enter(tx *gate.Tx, id string, parties, reviewers []string) error {
	for _, agencyID := range parties {
		due := moment.Time(0)
		if slices.Contains(reviewers, agencyID) {
			due = tx.Now().Add(ReviewWithin)
			if err := tell(tx, id, notice.To{Kind: "auditors", ID: agencyID, AgencyID: agencyID}, "emergency_review", due); err != nil {
				return err
			}
		}
		if err := tx.ExecOne(insertParty, gate.Args{"id": gate.NewID(), "emergency": id, "agency": agencyID, "due": due}); err != nil {
			return err
		}
	}
	return nil
}

func tell(tx *gate.Tx, id string, to notice.To, code string, due moment.Time) error {
	_, err := notice.Tell(tx, notice.New{To: to, Code: code, FileID: tx.File().ID, Subject: id, Link: "emergency", MustAcknowledge: true, DueAt: due})
	return err
}

// tellLapsed tells the opener and the supervisors that nobody confirmed.
func tellLapsed(tx *gate.Tx, e *spent) error {
	for _, to := range []notice.To{{Kind: "worker", ID: e.WorkerID, AgencyID: e.AgencyID}, {Kind: "supervisors", ID: e.AgencyID, AgencyID: e.AgencyID}} {
		if _, err := notice.Tell(tx, notice.New{To: to, Code: "emergency_lapsed", FileID: e.FileID, Subject: e.ID, Link: "emergency"}); err != nil {
			return err
		}
	}
	return nil
}

func distinct(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}
