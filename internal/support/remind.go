package support

import (
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/task"
)

// The rules by which this slice asks for something to be done again on a day.
const (
	riskReview    = "risk_review"
	planReview    = "plan_review"
	contactReview = "contact_review"
	needReview    = "need_review"
)

// Heard turns what agencies write in the sections of this slice into tasks: a day of review is a task of the desk that named it, and
// who leads the file is told that a risk was assessed.
func Heard(tx *gate.Tx, id authz.Section, entryID string, _, values section.Values) error {
	switch id {
	case authz.RiskLevel:
		if err := tellLeads(tx); err != nil {
			return err
		}
		return remind(tx, riskReview, entryID, moment.Date(values["review_on"]))
	case authz.SupportPlan:
		on := moment.Date(values["review_on"])
		if values["ended_on"] != "" {
			on = ""
		}
		return remind(tx, planReview, entryID, on)
	case authz.SafeContact:
		return remind(tx, contactReview, entryID, moment.Date(values["safe_until"]))
	}
	return nil
}

func remindNeed(tx *gate.Tx, n *Need) error { return remind(tx, needReview, n.ID, n.ReviewOn) }

// remind closes what was asked for before and asks for a look on a day; without a day nothing is asked.
func remind(tx *gate.Tx, rule, thing string, on moment.Date) error {
	open, err := task.OpenOf(tx, tx.File().ID)
	if err != nil {
		return err
	}
	subject, asked := thing+"/"+string(on), false
	for i := range open {
		if open[i].Rule != rule || !strings.HasPrefix(open[i].Subject, thing+"/") {
			continue
		}
		if asked = asked || open[i].Subject == subject; open[i].Subject == subject {
			continue
		}
		if err := task.Settle(tx, tx.File().ID, rule, open[i].Subject); err != nil {
			return err
		}
	}
	if on == "" || asked {
		return nil
	}
	return task.Make(tx, task.Made{FileID: tx.File().ID, FileKind: tx.File().Kind, Rule: rule, Subject: subject, To: side(tx), DueAt: on.EndOf()})
}

// side is the desk by which the caller's agency sees the file, or the caller where no desk does.
func side(tx *gate.Tx) notice.To {
	to := notice.To{Kind: notice.Worker, ID: tx.Actor().WorkerID, AgencyID: tx.Actor().AgencyID}
	for _, g := range tx.Grants() {
		if g.GranteeKind == notice.Desk && g.AgencyID == to.AgencyID {
			return notice.To{Kind: notice.Desk, ID: g.GranteeID, AgencyID: g.AgencyID}
		}
	}
	return to
}

func tellLeads(tx *gate.Tx) error {
	leads, err := notice.LeadDesks(tx)
	if err != nil {
		return err
	}
	leads = slices.DeleteFunc(leads, func(to notice.To) bool { return slices.Contains(tx.Grantees(), to.ID) })
	return notice.TellAll(tx, notice.New{Code: "risk_assessed", FileID: tx.File().ID, Link: "victim"}, leads...)
}
