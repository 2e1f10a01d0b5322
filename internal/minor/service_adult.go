package minor

import (
	"slices"

	"relais/internal/consent"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/sharing"
	"relais/internal/task"
)

// follow is what comes of it: the guardian's task and access end, what waits for their signature waits no longer, and whoever leads the
// file reviews what rests on childhood; where nobody leads it, the supervisors of the agency that opened it. Where somebody still holds
// the person to be a child the guardian stays. On a closed file nothing new is asked of anybody. It gives those who have lost access.
func follow(tx *gate.Tx, fileID string, w written, protects bool, today moment.Date) (lost []notice.To, err error) {
	to, err := notice.LeadDesksOf(tx, fileID)
	if err != nil {
		return nil, err
	}
	review := task.Made{FileID: fileID, FileKind: gate.Victim, Rule: majorityRule, DueAt: today.AddDays(reviewWithin).EndOf(), Link: "victim"}
	if len(to) == 0 {
		review.To = notice.SupervisorsOf(w.opener)
	}
	if !protects {
		own, err := endGuardianship(tx, fileID, today)
		if err != nil {
			return nil, err
		}
		if lost, err = sharing.EndWards(tx, fileID); err != nil {
			return nil, err
		}
		to = append(to, slices.DeleteFunc(own, func(one notice.To) bool { return slices.Contains(lost, one) })...)
		if err := consent.Release(tx, fileID); err != nil {
			return nil, err
		}
	}
	if w.closed {
		return lost, nil
	}
	if len(lost) > 0 {
		if err := sharing.TellWardsEnded(tx, fileID); err != nil {
			return nil, err
		}
	}
	n := notice.New{Code: "came_of_age", FileID: fileID, Link: "victim"}
	if err := notice.TellAll(tx, n, unique(to)...); err != nil {
		return nil, err
	}
	return lost, task.Make(tx, review)
}

// endGuardianship ends the task of whoever is the guardian, and what asks for one; it gives the guardian's desks.
func endGuardianship(tx *gate.Tx, fileID string, today moment.Date) (to []notice.To, err error) {
	guardians, err := endGuardianOn(tx, fileID, today)
	if err != nil {
		return nil, err
	}
	if err := settleOn(tx, fileID); err != nil {
		return nil, err
	}
	for i := range guardians {
		own, err := guardiansDesks(tx, fileID, &guardians[i])
		if err != nil {
			return nil, err
		}
		to = append(to, own...)
	}
	return to, nil
}

// guardiansDesks are those of the guardian's agency that see the file, or else the guardian.
func guardiansDesks(tx *gate.Tx, fileID string, g *Guardian) (to []notice.To, err error) {
	if g.AgencyID == "" {
		return nil, nil
	}
	ids, err := desksOn(tx, fileID, g.AgencyID)
	for _, id := range ids {
		to = append(to, notice.To{Kind: notice.Desk, ID: id, AgencyID: g.AgencyID})
	}
	if len(to) == 0 {
		to = append(to, notice.To{Kind: notice.Worker, ID: g.WorkerID, AgencyID: g.AgencyID})
	}
	return to, err
}

func unique(to []notice.To) (list []notice.To) {
	for _, one := range to {
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}
