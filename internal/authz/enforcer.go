package authz

import (
	"errors"
	"strings"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"github.com/casbin/casbin/v2/persist"
)

// Casbin treats a name as a name, whatever it names: the prefixes keep a role from meeting a section of the same word.
func casbinRole(r Role) string         { return "role:" + string(r) }
func casbinSection(s Section) string   { return "section:" + s.String() }
func casbinVerb(v Verb) string         { return "verb:" + v.String() }
func casbinRelation(r Relation) string { return "relation:" + r.String() }

// request is the tuple as Casbin is asked.
func (t tuple) request() []string {
	return []string{casbinRole(t.role), casbinSection(t.section), casbinVerb(t.verb), casbinRelation(t.relation)}
}

// row is the line as Casbin holds it.
func (l line) row() []string {
	return append(l.tuple().request(), "show:"+l.show.String(), "needs:"+l.needs.String(), l.effect())
}

func (l line) effect() string {
	if l.deny {
		return effectDeny
	}
	return effectAllow
}

// rows feed an enforcer once; Casbin's own text formats escape nothing and are not used.
type rows [][]string

var errReadOnly = errors.New("authz: a policy is not changed through its enforcer")

// LoadPolicy hands every row to the model.
func (r rows) LoadPolicy(m model.Model) error {
	for _, row := range r {
		if err := persist.LoadPolicyArray(append([]string{"p"}, row...), m); err != nil {
			return err
		}
	}
	return nil
}

// SavePolicy refuses.
func (rows) SavePolicy(model.Model) error { return errReadOnly }

// AddPolicy refuses.
func (rows) AddPolicy(string, string, []string) error { return errReadOnly }

// RemovePolicy refuses.
func (rows) RemovePolicy(string, string, []string) error { return errReadOnly }

// RemoveFilteredPolicy refuses.
func (rows) RemoveFilteredPolicy(string, string, int, ...string) error { return errReadOnly }

// newEnforcer builds a fresh enforcer. One without rows is refused: with no policy Casbin allows an empty request.
func newEnforcer(frozen []string, r rows) (*casbin.Enforcer, error) {
	if len(r) == 0 {
		return nil, errors.New("authz: no policy lines for the enforcer")
	}
	m, err := model.NewModelFromString(strings.Join(frozen, "\n"))
	if err != nil {
		return nil, err
	}
	return casbin.NewEnforcer(m, r, false)
}

// enforce asks the enforcer; an empty value never reaches it.
func enforce(e *casbin.Enforcer, request ...string) (bool, error) {
	values := make([]any, len(request))
	for i, value := range request {
		if value == "" || strings.HasSuffix(value, ":") {
			return false, errors.New("authz: an empty value in the question")
		}
		values[i] = value
	}
	return e.Enforce(values...)
}
