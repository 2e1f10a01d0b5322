package demo

import (
	"context"
	"time"

	"relais/internal/authz"
	"relais/internal/circle"
	"relais/internal/closing"
	"relais/internal/consultation"
	"relais/internal/emergency"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/question"
	"relais/internal/request"
	"relais/internal/rulepack"
	"relais/internal/sharing"
	"relais/internal/victim"
)

// origins of the scenes' persons: none whose names are words of a question.
var scenesFrom = map[string]string{"BE": "TR", "NL": "BG", "LU": "UA"}

// site is an inspection: two persons who belong together, a shelter that takes both in, and everybody who works around them.
type site struct {
	*cast
	f             *filling
	caseID, taken string // taken is the referral of the second person
	first, second *supported
}

// inspection is the long story of each region, from the day on which a site was inspected.
func (f *filling) inspection(c *cast) {
	in := c.opener.agency.country
	s := &site{cast: c, f: f, first: f.somebody(in, "forced_labour", scenesFrom[in]), second: f.somebody(in, "forced_labour", scenesFrom[in])}
	s.second.person.identity["family_name"] = s.first.person.identity["family_name"]
	f.scene("an inspection", turn{40, 9, s.found}, turn{39, 14, s.takenIn}, turn{36, 10, s.stay}, turn{20, 9, s.wrongStep},
		turn{6, 9, func(ctx context.Context) error {
			return f.parts.Sharing.Complete(f.as(ctx, c.shelter), s.taken, 2, "support_given")
		}})
	f.scene("screening", turn{38, 9, s.screen}, turn{37, 16, s.needs}, turn{36, 10, s.checklist})
	f.scene("notes", turn{35, 11, s.notes}, turn{4, 11, s.tasks})
	f.scene("requests", turn{9, 9, s.answered}, turn{2, 9, s.signed}, turn{1, 10, s.asked})
	f.scene("emergency access", turn{6, 16, func(ctx context.Context) error { return s.emergency(ctx, true) }},
		turn{3, 15, func(ctx context.Context) error { return s.emergency(ctx, false) }})
	f.scene("a circle", turn{25, 13, s.circle})
	f.scene("questions", turn{8, 10, s.question}, turn{2, 11, s.answer}, turn{1, 9, s.openQuestion})
	f.scene("outside", turn{2, 14, s.outside}, turn{1, 15, func(ctx context.Context) error { return s.link(ctx, s.second, 72, false) }})
	f.scene("who leads", turn{1, 14, s.transfer}, turn{1, 16, s.hold})
	if in == "BE" {
		f.scene("a lawyer", turn{30, 11, s.represented})
		f.scene("a consultation", turn{15, 9, s.consult}, turn{2, 12, s.planned})
	}
}

// found opens the case with its two persons, who are siblings, and calls the team together.
func (s *site) found(ctx context.Context) (err error) {
	f := s.f
	if s.caseID, err = f.begin(ctx, s.opener, "forced_labour", "F", s.first, s.second); err != nil {
		return err
	}
	if err := f.joinTeam(ctx, s.opener, s.caseID, s.police, s.prosecutor, s.migration); err != nil {
		return err
	}
	other, err := f.parts.Victims.Show(f.as(ctx, s.opener), s.second.fileID)
	if err != nil {
		return err
	}
	_, err = f.parts.Victims.Link(f.as(ctx, s.opener), s.first.fileID, victim.NewLink{Reference: other.File.Reference, Relation: "sibling"}, "")
	return err
}

// takenIn: one shelter has no room for the second person, the other takes both in.
func (s *site) takenIn(ctx context.Context) error {
	full, _, err := s.f.send(ctx, s.second, s.opener, s.other, s.f.askSupport(s.opener))
	if err == nil {
		err = s.f.parts.Sharing.Decline(s.f.as(ctx, s.other), full, 1, sharing.DeclineReasons[0])
	}
	if err != nil {
		return err
	}
	for _, v := range []*supported{s.first, s.second} {
		if s.taken, err = s.f.hand(ctx, v, s.opener, s.shelter); err != nil {
			return err
		}
		if err := s.f.move(ctx, v, s.shelter, rulepack.Protection, "supported"); err != nil {
			return err
		}
	}
	for _, id := range []authz.Section{authz.SafeContact, authz.SupportPlan, authz.RiskLevel, authz.Health} {
		values := map[authz.Section]values{authz.SafeContact: s.f.safeContact, authz.SupportPlan: s.f.supportPlan, authz.RiskLevel: s.f.risk,
			authz.Health: s.f.health}[id]
		if err := s.f.write(ctx, s.shelter, s.first.fileID, id, values(s.shelter)); err != nil {
			return err
		}
	}
	risk := s.f.risk(s.police)
	return s.f.write(ctx, s.police, s.first.fileID, authz.RiskLevel, risk)
}

// represented: with the person's consent the first file goes to a lawyer, whose client they are.
func (s *site) represented(ctx context.Context) error {
	n := s.f.askSupport(s.shelter)
	n.Reason, n.Purpose = "legal_aid", "compensation"
	lawyer := s.f.people[lawyers[s.shelter.agency.country]]
	id, _, err := s.f.send(ctx, s.first, s.shelter, lawyer, n)
	if err == nil {
		_, err = s.f.parts.Sharing.Accept(s.f.as(ctx, lawyer), id, 1)
	}
	return err
}

// stay is the reflection period, whose time limit is nearly over today.
func (s *site) stay(ctx context.Context) error {
	if err := s.f.move(ctx, s.first, s.migration, rulepack.Residence, "reflection"); err != nil {
		return err
	}
	return s.f.write(ctx, s.migration, s.first.fileID, authz.Residence, s.f.residence(s.migration))
}

// wrongStep is recorded for the wrong person, and struck the same day.
func (s *site) wrongStep(ctx context.Context) error {
	f := s.f
	if err := f.move(ctx, s.second, s.shelter, rulepack.Protection, "aftercare"); err != nil {
		return err
	}
	f.pause()
	return f.strike(ctx, s.second, s.shelter, rulepack.Protection)
}

// signed: the shelter asks for what the immigration authority wrote. The lead says yes, and the writer has still to sign.
func (s *site) signed(ctx context.Context) error {
	return s.ask(ctx, s.first, authz.Residence, func(ctx context.Context, id string, a request.Answer) error {
		return s.f.parts.Requests.Grant(ctx, id, 1, a)
	})
}

// answered: one request is granted, one refused.
func (s *site) answered(ctx context.Context) error {
	err := s.ask(ctx, s.second, authz.RiskLevel, func(ctx context.Context, id string, a request.Answer) error {
		return s.f.parts.Requests.Grant(ctx, id, 1, a)
	})
	if err != nil {
		return err
	}
	return s.ask(ctx, s.second, authz.Claims, func(ctx context.Context, id string, _ request.Answer) error {
		return s.f.parts.Requests.Refuse(ctx, id, 1, "ask_the_person")
	})
}

// asked waits for the lead's answer.
func (s *site) asked(ctx context.Context) error { return s.ask(ctx, s.second, authz.Residence, nil) }

// ask lets the shelter ask for a section, and the lead answer if they do.
func (s *site) ask(ctx context.Context, v *supported, id authz.Section, answer func(ctx context.Context, id string, a request.Answer) error) error {
	terms := sharing.Terms{Purpose: "protection", Basis: "legal_task", Until: s.f.until(15)}
	n := request.New{Sections: []string{id.String()}, For: request.ForDesk, Reason: "support", Note: s.f.text(s.shelter, "request.note"), Terms: terms}
	asked, err := s.f.parts.Requests.Ask(s.f.as(ctx, s.shelter), gate.Victim, v.fileID, n, "")
	if err != nil || answer == nil {
		return err
	}
	s.f.pause()
	return answer(s.f.as(ctx, s.opener), asked, request.Answer{Sections: n.Sections, Terms: terms})
}

// emergency is opened by the duty officer and confirmed by a colleague. The first one is reviewed, the second still waits.
func (s *site) emergency(ctx context.Context, reviewed bool) error {
	f := s.f
	n := emergency.New{Sections: []string{authz.SafeContact.String()}, Danger: true, Reason: "abduction", Note: f.text(s.police, "emergency.note")}
	id, err := f.parts.Emergencies.Open(f.as(ctx, s.police), s.first.fileID, n, "")
	if err != nil {
		return err
	}
	f.tick(5 * time.Minute)
	if err := f.parts.Emergencies.Confirm(f.asRole(ctx, s.police, Second), id, 1); err != nil {
		return err
	}
	f.tick(40 * time.Minute)
	if err := f.parts.Emergencies.Close(f.as(ctx, s.police), id, 2); err != nil || !reviewed {
		return err
	}
	for _, by := range []staff{s.police, s.opener} {
		view, err := f.parts.Emergencies.Show(f.asRole(ctx, by, auditor), id)
		if err != nil {
			return err
		}
		sign := emergency.Signature{Finding: "justified", Note: f.text(by, "emergency.finding")}
		if err := f.parts.Emergencies.Sign(f.asRole(ctx, by, auditor), id, view.Version, sign); err != nil {
			return err
		}
	}
	return nil
}

// circle is the standing group of the region, with which the second person's file is shared.
func (s *site) circle(ctx context.Context) error {
	f, by := s.f, s.f.as(ctx, s.opener)
	desks := []string{s.police.desk, s.prosecutor.desk}
	if s.shelter.agency.country != "NL" { // where a person goes to a shelter with consent only
		desks = append(desks, s.shelter.desk)
	}
	id, err := f.parts.Circles.Create(by, circle.New{Name: f.text(s.opener, "circle.name"), DeskID: s.opener.desk, Purpose: "investigation", Until: f.until(120),
		Desks: desks}, "")
	if err != nil {
		return err
	}
	_, err = f.parts.Circles.Share(by, s.second.fileID, circle.NewShare{CircleID: id, Sections: []string{"identity", "exploitation"},
		Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task", Until: f.today(85)}}, "")
	return err
}

// question: the shelter asks another one about the first person, whom nobody names.
func (s *site) question(ctx context.Context) error {
	f, by := s.f, s.f.as(ctx, s.shelter)
	about := question.Subject{Need: "housing", Exploitation: "forced_labour", AgeBand: "26_64", Country: s.shelter.agency.country}
	_, err := f.parts.Questions.Ask(by, question.New{DeskID: s.shelter.desk, ToDeskID: s.other.desk, Note: f.text(s.shelter, "question.ask"),
		VictimID: s.first.fileID, Subject: about}, "")
	return err
}

// answer is what the other shelter says to the oldest question that it was asked.
func (s *site) answer(ctx context.Context) error {
	f, by := s.f, s.f.as(ctx, s.other)
	list, _, err := f.parts.Questions.List(by, question.BoxReceived, gate.Cursor{})
	if err != nil || len(list) == 0 {
		return err
	}
	oldest := list[len(list)-1]
	return f.parts.Questions.Speak(by, oldest.ID, f.text(s.other, "question.answer"), oldest.Version)
}

// openQuestion is one that came yesterday; a third was answered, and led to a referral.
func (s *site) openQuestion(ctx context.Context) error {
	f := s.f
	about := question.Subject{Need: "psychological", Exploitation: "forced_labour", Country: s.opener.agency.country}
	n := question.New{DeskID: s.opener.desk, ToDeskID: s.shelter.desk, Note: f.text(s.opener, "question.first"), Subject: about}
	if _, err := f.parts.Questions.Ask(f.as(ctx, s.opener), n, ""); err != nil {
		return err
	}
	n = question.New{DeskID: s.shelter.desk, ToDeskID: s.home.desk, Note: f.text(s.shelter, "question.ask"), VictimID: s.second.fileID, Subject: about}
	id, err := f.parts.Questions.Ask(f.as(ctx, s.shelter), n, "")
	if err != nil {
		return err
	}
	f.pause()
	if err := f.parts.Questions.Speak(f.as(ctx, s.home), id, f.text(s.home, "question.reply"), 1); err != nil {
		return err
	}
	_, _, err = f.send(ctx, s.second, s.shelter, s.home, f.askSupport(s.shelter))
	return err
}

// outside is a link that was opened.
func (s *site) outside(ctx context.Context) error { return s.link(ctx, s.first, 48, true) }

// transfer offers the lead of the case to another desk, which has not signed yet.
func (s *site) transfer(ctx context.Context) error {
	_, err := s.f.parts.Sharing.OfferTransfer(s.f.as(ctx, s.opener), s.caseID, sharing.NewTransfer{DeskID: s.heir.desk, Reason: "specialised",
		Note: s.f.text(s.opener, "transfer.note"), Keep: s.f.until(60), Terms: sharing.Terms{Purpose: "investigation", Basis: "legal_task"}}, "")
	return err
}

// hold is a prosecutor's order that the case is kept.
func (s *site) hold(ctx context.Context) error {
	_, err := s.f.parts.Closing.Hold(s.f.as(ctx, s.prosecutor), gate.Case, s.caseID, s.f.text(s.prosecutor, "hold.note"), "")
	return err
}

// consult is a case consultation that was held, planned the next one of the same desks.
func (s *site) consult(ctx context.Context) error {
	id, err := s.call(ctx, s.f.today(0))
	if err != nil {
		return err
	}
	s.f.pause()
	return s.f.parts.Consultations.WriteMinutes(s.f.as(ctx, s.prosecutor), id, s.f.text(s.prosecutor, "minutes"), "red", 1)
}

func (s *site) planned(ctx context.Context) error {
	_, err := s.call(ctx, moment.DayOf(s.f.end).AddDays(6))
	return err
}

func (s *site) call(ctx context.Context, on moment.Date) (string, error) {
	n := consultation.New{DeskID: s.prosecutor.desk, Ground: "prosecutor_permission", Permission: "OCW-" + string(s.f.today(0)), PermittedOn: s.f.today(-3),
		HeldOn: on, Aim: "integrity", Subject: s.f.text(s.prosecutor, "consultation.subject"),
		Desks: []string{s.opener.desk, s.police.desk, s.shelter.desk}}
	return s.f.parts.Consultations.Call(s.f.as(ctx, s.prosecutor), n, "")
}

// nothing is a case in which nothing was found, and which is closed the day after.
func (f *filling) nothing(by staff) {
	caseID := ""
	f.scene("a closed case", turn{4, 9, func(ctx context.Context) (err error) {
		caseID, err = f.begin(ctx, by, "forced_labour", "I")
		return err
	}}, turn{3, 9, func(ctx context.Context) error {
		n := closing.New{Reason: "no_victim", Note: f.text(by, "closing.note"), Known: true}
		_, err := f.parts.Closing.Close(f.as(ctx, by), gate.Case, caseID, n, "")
		return err
	}})
}
