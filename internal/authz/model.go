package authz

import "strings"

const (
	modelFile     = "model.conf"
	roleModelFile = "role_model.conf"
)

// The frozen models. Every Casbin enforcer is built from these, never from a text that was read; the files in policies
// are for people, and must say the same.
var (
	frozenModel = []string{
		"[request_definition]",
		"r = role, section, verb, relation",
		"[policy_definition]",
		"p = role, section, verb, relation, show, needs, eft",
		"[policy_effect]",
		"e = some(where (p.eft == allow)) && !some(where (p.eft == deny))",
		"[matchers]",
		"m = r.section == p.section && r.role == p.role && r.verb == p.verb && r.relation == p.relation",
	}
	frozenRoleModel = []string{
		"[request_definition]",
		"r = role, section, verb",
		"[policy_definition]",
		"p = role, section, verb, eft",
		"[policy_effect]",
		"e = some(where (p.eft == allow)) && !some(where (p.eft == deny))",
		"[matchers]",
		"m = r.section == p.section && r.verb == p.verb && r.role == p.role",
	}
)

// checkModel refuses any model but the frozen one; only blank lines and whole-line comments may differ.
func checkModel(file, text string, frozen []string) (refusals Refusals) {
	next, last := 0, 1
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		last = i + 1
		switch {
		case next == len(frozen):
			refusals.add(file, last, "the frozen model ends before this line")
			return refusals
		case line != frozen[next]:
			refusals.add(file, last, "the frozen model has %q here", frozen[next])
			return refusals
		}
		next++
	}
	if next < len(frozen) {
		refusals.add(file, last, "the model ends here; %q is missing", frozen[next])
	}
	return refusals
}
