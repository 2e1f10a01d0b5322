package mainjob

import (
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/httpkit"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// TestReferralStory is walked in the browser: the inspector refers a victim, the first shelter declines with a reason, he looks
// again, asks the person and refers elsewhere, the second shelter accepts and says how it ended, and he reads that without seeing
// their file. Then the person withdraws the consent, and the shelter's access has gone. A third
// offer was accepted and is taken back: the shelter's access has gone too, and it says that it knows.
func TestReferralStory(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			served := testkit.Open(t, engine).Serve(t)
			road := throughPages(t, served, engine == "sqlite")
			s := &story{Served: served, t: t, road: road, known: map[string]person{}}
			s.youssef = file{"victim", served.OpenVictim("rsz", served.OpenCase("rsz"), youssefIs)}
			inspector := s.as("rsz").(*window)

			declined := inspector.refers(s.youssef, s.help("be.payoke", "Intake"))
			s.as("payoke").(*window).declines(declined, "no_capacity")
			inspector.isTold("referral.declined")
			inspector.learns(declined, sharing.Declined, "sharing.decline.no_capacity")

			elsewhere := s.help("be.pagasa", "Accueil")
			elsewhere.to.basis = "consent"
			elsewhere.consentID = inspector.asks(s.youssef, yes{to: elsewhere.to, sections: elsewhere.sections, language: "ar"})
			accepted := inspector.refersElsewhere(declined, elsewhere)
			shelter := s.as("pagasa").(*window)
			shelter.awaits(accepted)
			shelter.seesOffer(accepted).reads(authz.Identity, youssefIs)
			shelter.accepts(accepted)
			inspector.isTold("referral.accepted")
			shelter.completes(accepted, "accommodated")
			inspector.learns(accepted, sharing.Completed, "sharing.outcome.accommodated")
			inspector.findsTheEvidence()
			shelter.sees(s.youssef)

			inspector.withdraws(s.youssef, elsewhere.consentID)
			for _, key := range []string{"payoke", "pagasa"} {
				s.as(key).findsNothingAt(s.youssef)
			}
			shelter.isTold("consent_withdrawn")

			taken := inspector.refers(s.youssef, s.help("be.payoke", "Intake"))
			first := s.as("payoke").(*window)
			first.accepts(taken)
			inspector.takesBack(taken, "too_much")
			inspector.learns(taken, sharing.TakenBack, "sharing.recall.too_much")
			first.findsNothingAt(s.youssef)
			first.isTold("referral.taken_back")
			first.acknowledges("referral.taken_back")
		})
	}
}

// help is an offer of the identity to a shelter.
func (s *story) help(code, desk string) offer {
	to := s.desk(code, desk)
	to.purpose, to.basis, to.until = "protection", "legal_task", "2026-05-01"
	return offer{to: to, sections: []authz.Section{authz.Identity}, reason: "shelter", urgency: "urgent", note: "He speaks Arabic and some French."}
}

func (p *window) declines(referralID, reason string) {
	p.t.Helper()
	p.open("/referrals/" + referralID)
	p.click(p.w.T("web.decline"))
	p.fill(choice(httpkit.Radios, p.w.T("sharing.decline_reason"), reason, p.w.T("sharing.decline."+reason)))
	p.click(p.w.T("web.decline"))
	p.says(p.w.T("sharing.declined"))
}

func (p *window) completes(referralID, outcome string) {
	p.t.Helper()
	p.open("/referrals/" + referralID)
	p.click(p.w.T("sharing.complete"))
	p.fill(choice(httpkit.Radios, p.w.T("sharing.outcome"), outcome, p.w.T("sharing.outcome."+outcome)))
	p.click(p.w.T("sharing.complete"))
	p.says(p.w.T("sharing.completed"))
}

func (p *window) takesBack(referralID, reason string) {
	p.t.Helper()
	p.open("/referrals/" + referralID)
	p.click(p.w.T("sharing.take_back"))
	p.fill(choice(httpkit.Radios, p.w.T("sharing.recall_reason"), reason, p.w.T("sharing.recall."+reason)))
	p.click(p.w.T("sharing.take_back"))
	p.says(p.w.T("sharing.recalled"))
}

// isTold finds a notice among those to be read.
func (p *window) isTold(code string) {
	p.t.Helper()
	p.open("/notices")
	p.says(p.w.T("notice.code." + code))
}

// acknowledges says that the desk has read the one notice that asks for it; it stands among those that were read from then on.
func (p *window) acknowledges(code string) {
	p.t.Helper()
	p.open("/notices")
	p.click(p.w.T("notice.acknowledge"))
	p.says(p.w.T("notice.acknowledged"))
	p.open("/notices?box=done")
	p.says(p.w.T("notice.code." + code))
	p.open("/notices")
	if strings.Contains(plain(p.tab.Text()), plain(p.w.T("notice.code."+code))) {
		p.t.Errorf("%s is still to be read", code)
	}
}

// learns reads where a referral stands, and why, from the list of what was sent.
func (p *window) learns(referralID string, state sharing.State, why string) {
	p.t.Helper()
	p.open("/referrals?box=sent")
	p.says(p.w.T("sharing.state." + string(state)))
	p.open("/referrals/" + referralID)
	p.says(p.w.T("sharing.state." + string(state)))
	p.says(p.w.T(why))
}

// refersElsewhere goes on from a referral that came to nothing.
func (p *window) refersElsewhere(referralID string, o offer) string {
	p.t.Helper()
	p.open("/referrals/" + referralID)
	p.click(p.w.T("sharing.refer_elsewhere"))
	return p.sends(o)
}

// findsTheEvidence looks at what went along with the referral on the page.
func (p *window) findsTheEvidence() {
	p.t.Helper()
	p.click(p.w.T("sharing.open_package"))
	p.says(p.w.T("sharing.hash_fits"))
	p.says(p.w.T("sharing.previewed.yes"))
	p.says(youssefIs["family_name"])
}

// withdraws takes down that the person no longer consents.
func (p *window) withdraws(at file, consentID string) {
	p.t.Helper()
	p.open(at.path() + "/consents/" + consentID)
	p.click(p.w.T("consent.withdraw"))
	p.fill(choice(httpkit.Radios, p.w.T("consent.withdrawal_how"), "spoken", p.w.T("consent.withdrawal.spoken")))
	p.click(p.w.T("consent.withdraw_now"))
	p.says(p.w.T("consent.withdrawn"))
}
