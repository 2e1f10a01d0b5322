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

// Begin records the presumption with which a victim file opens, and what follows from it at once; the victim slice calls it inside the
// opening.
func (s *Service) Begin(tx *gate.Tx) error {
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
		st := &Step{ID: gate.NewID(), Track: rulepack.Protection, Country: country, Seq: 1, From: "detected", To: begin(rulepack.Protection), On: on,
			Authority: string(actor.Kind), Rule: rulepack.Protection + ":detected>presumed", Basis: presumption(pack), Pack: string(pack.Version)}
		if err := insert(tx, st, nil); err != nil {
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

// presumption is the provision on which somebody is presumed to be a victim.
func presumption(p *rulepack.Pack) string {
	for _, m := range p.Moves(rulepack.Protection, "detected") {
		if m.To == begin(rulepack.Protection) {
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
