package authz

import (
	"errors"
	"fmt"

	"relais/internal/fault"
)

// Effect is what a rule of an agency's own role does.
type Effect string

// The two effects; any other word is refused, because Casbin ignores a misspelt one.
const (
	Allow Effect = effectAllow
	Deny  Effect = effectDeny
)

// RoleRule is one line of a role that an agency composes for its people.
type RoleRule struct {
	Section Section
	Verb    Verb
	Effect  Effect
}

// Ceiling is the widest role that can be composed from a discipline: one allow rule for each thing it could ever do.
func (s *Snapshot) Ceiling(base Role) (rules []RoleRule) {
	for _, verb := range Verbs() {
		for section := range s.May(base, verb).Each {
			rules = append(rules, RoleRule{section, verb, Allow})
		}
	}
	return rules
}

// CompileRole turns an agency's role into masks, asking a Casbin enforcer for each section and verb. A rule outside
// what the discipline could ever do is refused, so that nothing stored looks wider than it is; the field of the fault
// is "rules.<index>". The caller sets RoleID.
func CompileRole(base Role, rules []RoleRule, baseline *Snapshot) (Held, error) {
	if err := checkRole(base, rules, baseline); err != nil {
		return Held{}, err
	}
	held := Held{Base: base}
	byVerb := map[Verb][]RoleRule{}
	for _, rule := range rules {
		byVerb[rule.Verb] = append(byVerb[rule.Verb], rule)
	}
	for verb, own := range byVerb {
		if err := held.ask(verb, own); err != nil {
			return Held{}, fault.New(fault.Internal, "authz.compose.refused").Because(err)
		}
	}
	return held, nil
}

func checkRole(base Role, rules []RoleRule, baseline *Snapshot) error {
	refused := fault.New(fault.Invalid, "authz.compose.refused")
	if _, ok := base.index(); !ok {
		return refused.WithField("base", "authz.compose.base")
	}
	if baseline == nil {
		return fault.New(fault.Internal, "authz.compose.refused").Because(errors.New("authz: no baseline"))
	}
	if len(rules) == 0 {
		return refused.WithField("rules", "authz.compose.empty")
	}
	seen := map[RoleRule]bool{}
	for i, rule := range rules {
		if key := rule.fault(base, baseline); key != "" {
			refused.WithField(fmt.Sprintf("rules.%d", i), key)
		} else if seen[rule] {
			refused.WithField(fmt.Sprintf("rules.%d", i), "authz.compose.twice")
		}
		seen[rule] = true
	}
	if len(refused.Fields) > 0 {
		return refused
	}
	return nil
}

// fault is the key of what is wrong with a rule, "" if nothing is.
func (r RoleRule) fault(base Role, baseline *Snapshot) string {
	switch {
	case !r.Section.valid():
		return "authz.compose.section"
	case !r.Verb.valid():
		return "authz.compose.verb"
	case r.Effect != Allow && r.Effect != Deny:
		return "authz.compose.effect"
	case !baseline.May(base, r.Verb).Has(r.Section):
		return "authz.compose.outside"
	}
	return ""
}

// ask puts every section to an enforcer that holds the rules of one verb: a verb's rules never answer for another's.
func (h *Held) ask(verb Verb, rules []RoleRule) error {
	policy, denies := make(rows, len(rules)), SectionSet(0)
	for i, rule := range rules {
		policy[i] = []string{casbinRole(h.Base), casbinSection(rule.Section), casbinVerb(verb), string(rule.Effect)}
		if rule.Effect == Deny {
			denies = denies.With(rule.Section)
		}
	}
	e, err := newEnforcer(frozenRoleModel, policy)
	if err != nil {
		return err
	}
	for section := range AllSections().Each {
		allowed, err := enforce(e, casbinRole(h.Base), casbinSection(section), casbinVerb(verb))
		if err != nil {
			return err
		}
		if allowed {
			h.Allow[verb] = h.Allow[verb].With(section)
		}
	}
	h.Deny[verb] = denies
	return nil
}
