package track

import (
	"time"

	"relais/internal/authz"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/notice"
	"relais/internal/rulepack"
	"relais/internal/task"
)

// The rules of the tasks that the tracks make; their words are task.rule.<rule>.
const (
	ruleGuardian      = "guardian_request"      // CETS 197, art. 10(3)-(4)
	ruleNonPunishment = "non_punishment_review" // Directive 2011/36/EU, art. 8; CETS 197, art. 26
	ruleReport        = "art29_report"          // BE, Code d'instruction criminelle, art. 29
)

// How soon they should be done.
const (
	guardianWithin = 24 * time.Hour
	reportWithin   = 3 * 24 * time.Hour
	reviewWithin   = 14 * 24 * time.Hour
)

// Begin records with what a victim file opens, and what follows from it at once; the victim slice calls it inside the opening. Whoever
// opens a file presumes; who makes one of a signal has only noticed somebody.
func (s *Service) Begin(tx *gate.Tx, ofSignal bool) error {
	actor := tx.Actor()
	h, err := homeOf(tx)
	if err != nil || actor.IsSystem() {
		return err
	}
	country := actor.Country
	if !hasPack(country) {
		country = h.Country
	}
	on, err := detectedOn(tx)
	if err != nil {
		return err
	}
	if pack, ok := s.book.Pack(country, on); ok {
		from, to := detected, presumed
		if ofSignal {
			from, to = signalled, detected
		}
		st := &Step{ID: gate.NewID(), Track: rulepack.Protection, Country: country, Seq: 1, From: from, To: to, On: on,
			Authority: string(actor.Kind), Rule: rulepack.Protection + ":" + from + ">" + to, Basis: opening(pack, from, to), Pack: string(pack.Version)}
		if err := insert(tx, st, nil); err != nil {
			return err
		}
		if err := label(tx); err != nil {
			return err
		}
	}
	who, err := s.facts(tx, moment.DayOf(tx.Now()))
	if err != nil {
		return err
	}
	if h.forcedCrime() {
		if err := ask(tx, ruleNonPunishment, reviewWithin, notice.To{}); err != nil {
			return err
		}
	}
	if actor.Country == string(rulepack.Belgium) && (actor.Kind == authz.RoleLabourInspector || actor.Kind == authz.RoleMigration) && len(actor.Desks) > 0 {
		own := notice.To{Kind: notice.Desk, ID: actor.Desks[0], AgencyID: actor.AgencyID}
		if err := ask(tx, ruleReport, reportWithin, own); err != nil {
			return err
		}
	}
	return duties(tx, who)
}

// opening is the provision on which a file opens with a step.
func opening(p *rulepack.Pack, from, to string) string {
	for _, m := range p.Moves(rulepack.Protection, from) {
		if m.To == to {
			return m.Basis
		}
	}
	return "CETS 197, art. 10"
}

// duties are the tasks that arise from who the person is: a child needs a guardian, whatever else is decided.
func duties(tx *gate.Tx, who Person) error {
	if who.Child != Yes || who.Guarded {
		return nil
	}
	return ask(tx, ruleGuardian, guardianWithin, notice.To{})
}

func ask(tx *gate.Tx, rule string, within time.Duration, to notice.To) error {
	return task.Make(tx, task.Made{FileID: tx.File().ID, FileKind: gate.Victim, Rule: rule, To: to, DueAt: tx.Now().Add(within), Link: "victim"})
}
