package sharing

import (
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
)

// tellBefore is how long before its end those who hold and those who gave a grant are told.
const tellBefore = 14 * 24 * time.Hour

// RenewReasons are the codes of why access goes on.
var RenewReasons = []string{
	"support_continues", "investigation_continues", "proceedings_continue", "residence_pending", "compensation_pending",
	"risk_remains", "guardianship_continues", "file_open",
}

const endRenewed = "renewed"

// Holding is one grant as those who see its file see it.
type Holding struct {
	Access
	FileID       string           `db:"file_id"`
	Kind         gate.Kind        `db:"kind"`
	State        string           `db:"state"`
	Sections     authz.SectionSet `db:"sections"`
	AgencyKind   authz.Role       `db:"agency_kind"`
	GrantedBy    string           `db:"granted_by"`
	GivenBy      string           `db:"given_by"` // public name of the agency that gave it
	EndReason    string           `db:"end_reason"`
	EndedAt      moment.Time      `db:"ended_at"`
	RenewedAs    string           `db:"renewed_as"` // the grant that goes on from it
	RenewedUntil moment.Time      `db:"renewed_until"`
	WasUntil     moment.Time      `db:"was_until"` // end of the grant that it goes on from; zero where it began anew
	Waits        bool             `db:"waits"`     // a renewal of it waits for its second signature
	untold       authz.SectionSet // narrowed, and the reader may not know of it
}

// holds says whether the grant opens the file now, or would if the file did not lie under a seal.
func (h *Holding) holds(now moment.Time) bool {
	return (h.State == "live" || h.State == "sealed") && h.Until > now
}

// Shown is the state as it reads at an instant: what has passed has ended, whether or not a job has marked it, and what was offered
// and never taken has expired.
func (h *Holding) Shown(now moment.Time) string {
	waited := h.State == "offered" || h.State == "proposed"
	switch {
	case waited && h.Until <= now, h.State == "ended" && h.EndReason == endExpired:
		return "expired"
	case h.State != "ended" && h.Until <= now:
		return "ended"
	}
	return h.State
}

// wantsDocument says whether it rests on something that asks for a document.
func (h *Holding) wantsDocument() bool {
	law, known := authz.LegalBases().Find(h.LegalBasis, moment.DayOf(h.Since))
	return needsDocument(h.Basis) || known && len(law.Required) > 0
}

// wholePlace says whether it is a place in a case team or a lead: what the second signature is not asked for.
func (h *Holding) wholePlace() bool { return h.Lead || h.Kind == gate.Case && !h.ThroughTeam() }

// needsTwo says whether a second person has to sign before it goes on.
func (h *Holding) needsTwo() bool { return NeedsTwo(h.Sections) && !h.wholePlace() }

// mayRenew is nil for whoever may let the access go on: somebody of the agency that leads the file, or that referred it and
// sees it still; places in the team are the lead's alone, whoever gave them. What needs two persons is
// proposed once at a time, and what opens entries of which an agency may not know not by that agency: it offers anew what it can pass on.
func (h *Holding) mayRenew(tx *gate.Tx) error {
	me := tx.Actor()
	switch {
	case !h.holds(tx.Now()):
		return fault.New(fault.Conflict, "sharing.grant_ended")
	case !gate.WorksOnFiles(me):
		return fault.New(fault.Refused, "sharing.not_your_task", "Reason", string(authz.ReasonNoRole))
	case !leads(tx) && (h.GivenByID != me.AgencyID || h.wholePlace()):
		return fault.New(fault.Refused, "sharing.not_yours_to_renew", "Reason", string(authz.ReasonRelation))
	case !h.untold.Empty(): // the words name no section, and say neither that one is narrowed nor to whom
		return fault.New(fault.Refused, "sharing.not_renewed_by_yours", "Reason", string(authz.ReasonRelation))
	case h.Emergency || h.ThroughTeam():
		return fault.New(fault.Refused, "sharing.not_renewed", "Reason", string(authz.ReasonRelation))
	case h.Waits:
		return fault.New(fault.Conflict, "sharing.renewal_open")
	case h.AgencyID != me.AgencyID || !leads(tx): // on a closed file the lead goes on, so that somebody can open it again, and nobody else
		return tx.DemandOpen()
	}
	return nil
}

// longest is the last instant that a renewal may name.
func (h *Holding) longest(tx *gate.Tx) (moment.Time, error) {
	most := tx.Now().Add(gate.LongestGrant)
	if h.Lead {
		return most, nil
	}
	last, err := tx.LastDay(h.AgencyKind, h.AgencyID, h.Sections, h.wholePlace())
	return min(last.EndOf(), most), err
}
