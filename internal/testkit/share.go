package testkit

import (
	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
)

// AddToTeam lets a lead add the first desk of an agency to a case team.
func (w *World) AddToTeam(lead, caseID, agency string) (grantID string) {
	w.T.Helper()
	grantID, err := w.Sharing.Add(w.As(lead), caseID, sharing.NewMember{DeskID: w.Place(agency).Desks[0],
		Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, "")
	if err != nil {
		w.T.Fatalf("add %s to the team: %v", agency, err)
	}
	return grantID
}

// SignAll lets a second person of an agency sign all that waits for one.
func (w *World) SignAll(signer string) (signed int) {
	w.T.Helper()
	list, err := w.Sharing.Approvals(w.As(signer), gate.Cursor{})
	for _, a := range list.Items {
		if err == nil {
			err = w.Sharing.Approve(w.As(signer), a.ID, a.Version)
		}
	}
	if err != nil {
		w.T.Fatalf("sign as %s: %v", signer, err)
	}
	return len(list.Items)
}

// Refer offers sections of a victim file to the first desk of an agency, and a person there accepts.
func (w *World) Refer(from, victimID, agency, accepts string, sections ...string) (referralID string) {
	w.T.Helper()
	referralID, err := w.Sharing.Refer(w.As(from), victimID, sharing.NewReferral{DeskID: w.Place(agency).Desks[0], Sections: sections,
		Urgency: sharing.Urgent, Reason: "shelter", Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}, "")
	if err != nil {
		w.T.Fatalf("refer to %s: %v", agency, err)
	}
	offered, err := w.Sharing.Show(w.As(accepts), referralID)
	if err == nil {
		_, err = w.Sharing.Accept(w.As(accepts), referralID, offered.Version)
	}
	if err != nil {
		w.T.Fatalf("accept the referral as %s: %v", accepts, err)
	}
	return referralID
}

// Write adds an entry in a section of a victim file as a person.
func (w *World) Write(key, victimID string, id authz.Section, basis string, values section.Values) (entryID string) {
	w.T.Helper()
	d := entry.Draft{Values: values, Purpose: "protection", Basis: basis, Nature: section.Fact}
	entryID, err := w.Entries.Add(w.As(key), gate.Victim, victimID, id, d, "")
	if err != nil {
		w.T.Fatalf("write %s as %s: %v", id, key, err)
	}
	return entryID
}
