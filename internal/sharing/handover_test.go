package sharing_test

import (
	"slices"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/sharing"
)

// given are the entries that somebody reads in a section: at once, or for a reason where the section asks for one.
func (s *scene) given(who, victimID string, id authz.Section, field string) (values []string) {
	s.T.Helper()
	view := s.SectionOf(houses[who][1], victimID, id)
	if view.AskReason {
		view = must(s.Entries.Reveal(s.as(who), gate.Victim, victimID, id, "prosecution"))(s.T)
	}
	for _, e := range view.Entries {
		values = append(values, e.Values[field])
	}
	slices.Sort(values)
	return values
}

// handedOver is a file from which each of three passed on what it wrote, or what it was shown, before the case changes hands.
type handedOver struct {
	*scene
	caseID, victimID string
	health, papers   string // what the shelter gave the lawyers; what the inspectorate gave the police
}

func (s *scene) beforeTheHandOver(t *testing.T) *handedOver {
	t.Helper()
	victimID, yes := s.twoShelters()
	h := &handedOver{scene: s, victimID: victimID, caseID: must(s.Victims.Show(s.as("inspection"), victimID))(t).File.CaseID}
	h.health = must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "lawyers", "health", "identifiers"), ""))(t)
	must0(t, s.Sharing.Approve(s.As("payoke.second"), h.health, 1))
	must(s.Sharing.Accept(s.as("lawyers"), h.health, 1))(t)
	h.papers = must(s.Sharing.Refer(s.as("inspection"), victimID, s.onGateway("police", "identifiers"), ""))(t)
	must(s.Sharing.Accept(s.as("police"), h.papers, 1))(t)
	// Who leads afterwards has some of it already, and no more than that.
	some := must(s.Sharing.Refer(s.as("payoke"), victimID, s.onConsent(yes, "prosecutor", "identifiers"), ""))(t)
	must(s.Sharing.Accept(s.as("prosecutor"), some, 1))(t)
	return h
}

// recipientsRead holds what those who were given some entries read: the hand-over gives them nothing and takes nothing from them.
func (h *handedOver) recipientsRead(when string) {
	h.T.Helper()
	h.wantsWords(when+", health, to the lawyers", h.given("lawyers", h.victimID, authz.Health, "complaints"), "Does not sleep.")
	h.wantsWords(when+", papers, to the lawyers", h.given("lawyers", h.victimID, authz.Identifiers, "document_number"), "P1111111")
	h.wantsWords(when+", papers, to the police", h.given("police", h.victimID, authz.Identifiers, "document_number"), "R3333333")
	h.wantsWords(when+", health, to its shelter", h.given("payoke", h.victimID, authz.Health, "complaints"), "Does not sleep.")
	h.wantsWords(when+", health, to the other shelter", h.given("pagasa", h.victimID, authz.Health, "complaints"), "Headache.")
}

// knows holds of which sections somebody is told on a grant's page that it opens them in part, and whether they may let it go on.
func (h *handedOver) knows(when, who, grantID string, renews bool, told ...authz.Section) {
	h.T.Helper()
	grant := must(h.Sharing.Grant(h.as(who), grantID))(h.T)
	for _, id := range []authz.Section{authz.Health, authz.Identifiers} {
		want := slices.Contains(told, id)
		if grant.Sections.Has(id) != want || (len(grant.OnlyOf.Of(id)) > 0) != want {
			h.T.Errorf("%s, %s is told %v %v", when, who, grant.Sections, grant.OnlyOf)
		}
	}
	if grant.CanRenew != renews {
		h.T.Errorf("%s, %s may renew: %v (%v)", when, who, grant.CanRenew, grant.Why)
	}
}

// TestTransfer_ofAFileThatIsSharedInPart is the whole hand-over, with and without the old lead staying for a while: the new lead reads
// what a lead reads, not what only recipients were given; the recipients keep what they had, no more; and nobody learns by leading, or
// by having led, whose entries went to whom.
func TestTransfer_ofAFileThatIsSharedInPart(t *testing.T) {
	for name, keep := range map[string]int{"goes": 0, "stays for a month": 30} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *scene) {
				h := s.beforeTheHandOver(t)
				h.recipientsRead("before")
				s.wantsWords("papers, to the prosecutor before", h.given("prosecutor", h.victimID, authz.Identifiers, "document_number"), "P1111111")
				h.knows("before", "inspection", h.health, false)
				h.knows("before", "inspection", h.papers, true, authz.Identifiers)
				h.knows("before", "prosecutor", h.health, false, authz.Identifiers) // it was given the same papers itself

				var until moment.Date
				if keep > 0 {
					until = s.inDays(keep)
				}
				s.Advance(time.Hour)
				must(s.Sharing.AcceptTransfer(s.as("prosecutor"), s.offerLead(h.caseID, "prosecutor", until), 1))(t)
				h.recipientsRead("after")
				h.newLead()
				h.oldLead(keep)
				h.goesOn()
			})
		})
	}
}

// newLead holds what the new lead reads and is told: papers of everybody, since a lead reads them, and of health what its discipline
// reads, which is nothing.
func (h *handedOver) newLead() {
	h.T.Helper()
	h.wantsWords("papers, to the new lead", h.given("prosecutor", h.victimID, authz.Identifiers, "document_number"), "A2222222", "P1111111", "R3333333")
	h.wantsWords("health, to the new lead", h.given("prosecutor", h.victimID, authz.Health, "complaints"))
	h.knows("after", "prosecutor", h.health, false, authz.Identifiers)
	h.knows("after", "prosecutor", h.papers, false)
	version := must(h.Sharing.Grant(h.as("prosecutor"), h.papers))(h.T).Version
	_, err := h.renew("prosecutor", h.papers, version, h.inDays(80))
	h.wantsRefusal(err, "sharing.not_renewed_by_yours", "the new lead renews")
	// The next step that the refusal names is open to the new lead, and gives what it reads itself.
	offer := must(h.Sharing.Refer(h.as("prosecutor"), h.victimID, h.onGateway("police", "identifiers"), ""))(h.T)
	must(h.Sharing.Accept(h.as("police"), offer, 1))(h.T)
	h.wantsWords("papers, offered anew", h.given("police", h.victimID, authz.Identifiers, "document_number"), "A2222222", "P1111111", "R3333333")
}

// oldLead holds what is left to the old one: nothing, or its place until the day it named.
func (h *handedOver) oldLead(keep int) {
	h.T.Helper()
	if keep == 0 {
		_, err := h.Sharing.Grant(h.as("inspection"), h.papers)
		h.wants(err, fault.NotFound, "the old lead looks at what it gave")
		if h.sees("inspection", h.victimID) {
			h.T.Error("the old lead sees the file")
		}
		return
	}
	h.knows("after", "inspection", h.papers, true, authz.Identifiers)
	h.knows("after", "inspection", h.health, false)
	list := must(h.Sharing.Access(h.as("inspection"), h.victimID))(h.T).List
	at := slices.IndexFunc(list, func(a sharing.Access) bool { return a.GrantID == h.health })
	if at < 0 || len(list[at].OnlyOf) > 0 {
		h.T.Errorf("the old lead is told in the list: %+v", list)
	}
}

// goesOn holds that what was given in part opens later entries of the same writers, and nobody else's, whoever leads.
func (h *handedOver) goesOn() {
	h.T.Helper()
	h.Write("payoke", h.victimID, authz.Health, "legal_task", section.Values{"complaints": "Sleeps."})
	h.Write("pagasa", h.victimID, authz.Health, "legal_task", section.Values{"complaints": "Fever."})
	h.wantsWords("health, later", h.given("lawyers", h.victimID, authz.Health, "complaints"), "Does not sleep.", "Sleeps.")
	renewed := must(h.Sharing.Renew(h.As("payoke.second"), h.health, must(h.Sharing.Grant(h.As("payoke.second"), h.health))(h.T).Version,
		h.inDays(80), "support_continues"))(h.T)
	must0(h.T, h.Sharing.Approve(h.as("payoke"), renewed, 1))
	h.wantsWords("health, renewed by its shelter", h.given("lawyers", h.victimID, authz.Health, "complaints"), "Does not sleep.", "Sleeps.")
	h.knows("renewed", "prosecutor", renewed, false, authz.Identifiers)
}
