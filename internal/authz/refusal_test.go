package authz

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"relais/policies"
)

const policeIdentity = "police,identity,read,team,full,,allow,"

// changed is the shipped matrix with the first line of the police, line 2, replaced.
func changed(text string) string {
	return strings.Replace(policies.Matrix, policeIdentity, text, 1)
}

func added(text string) string { return policies.Matrix + text + "\n" }

func without(keep func(fields []string) bool) string {
	rows := strings.SplitAfter(strings.TrimSuffix(policies.Matrix, "\n"), "\n")
	kept := rows[:1:1]
	for _, row := range rows[1:] {
		if keep(strings.Split(row, ",")) {
			kept = append(kept, row)
		}
	}
	return strings.Join(kept, "")
}

// end is the number of a line added to the shipped matrix.
var end = strings.Count(policies.Matrix, "\n") + 1

// refusedPolicies are texts with one fault each. Without a model the shipped one counts, with a model the shipped matrix;
// line -1 is any line.
var refusedPolicies = []struct {
	claim, model, matrix string
	file                 string
	line                 int
	problem              string
}{
	{"an empty policy", "", "", matrixFile, 1, "the policy is empty"},
	{"a policy of blanks", "", " \n\n", matrixFile, 1, "the policy is empty"},
	{"a header alone", "", matrixHeader + "\n", matrixFile, 1, "the policy is empty"},
	{"another header", "", strings.Replace(policies.Matrix, "needs,eft", "eft,needs", 1), matrixFile, 1, "the first line has to be"},
	{"a line too short", "", changed("police,identity,read,team,full,,allow"), matrixFile, 2, "7 values instead of 8"},
	{"a line too long", "", changed(policeIdentity + ","), matrixFile, 2, "9 values instead of 8"},
	{"a comment", "", added("# police read all"), matrixFile, end, "1 values instead of 8"},
	{"an unknown role", "", changed("polise,identity,read,team,full,,allow,"), matrixFile, 2, `unknown role "polise"`},
	{"no role", "", changed(",identity,read,team,full,,allow,"), matrixFile, 2, `unknown role ""`},
	{"an unknown section", "", changed("police,identiti,read,team,full,,allow,"), matrixFile, 2, `unknown section "identiti"`},
	{"an unknown verb", "", changed("police,identity,look,team,full,,allow,"), matrixFile, 2, `unknown verb "look"`},
	{"an unknown relation", "", changed("police,identity,read,*,full,,allow,"), matrixFile, 2, `unknown relation "*"`},
	{"an unknown show", "", changed("police,identity,read,team,all,,allow,"), matrixFile, 2, `unknown show "all"`},
	{"no show", "", changed("police,identity,read,team,,,allow,"), matrixFile, 2, `unknown show ""`},
	{"an unknown need", "", changed("police,identity,read,team,full,consnet,allow,"), matrixFile, 2, `unknown needs "consnet"`},
	{"a need twice", "", changed("police,identity,read,team,full,consent+consent,allow,"), matrixFile, 2, `unknown needs "consent+consent"`},
	{"a need missing after the plus", "", changed("police,identity,read,team,full,consent+,allow,"), matrixFile, 2, `unknown needs "consent+"`},
	{"a misspelt deny", "", added("police,identity,read,team,hidden,,Deny,"), matrixFile, end, `unknown eft "Deny"`},
	{"a misspelt allow", "", changed("police,identity,read,team,full,,alow,"), matrixFile, 2, `unknown eft "alow"`},
	{"no effect", "", changed("police,identity,read,team,full,,,"), matrixFile, 2, `unknown eft ""`},
	{"an allow that shows nothing", "", changed("police,identity,read,team,hidden,,allow,"), matrixFile, 2, "an allow line shows something"},
	{"a deny that shows", "", added("police,health,read,team,full,,deny,"), matrixFile, end, "a deny line shows hidden"},
	{"a deny with a condition", "", added("police,health,read,team,hidden,consent,deny,"), matrixFile, end, "a deny line shows hidden"},
	{"a line twice", "", added(policeIdentity), matrixFile, end, "repeats line 2"},
	{"a line twice with another note", "", added(policeIdentity + "why"), matrixFile, end, "repeats line 2"},
	{"two lines that contradict", "", added("police,identity,read,team,derived,,allow,"), matrixFile, end, "repeats line 2"},
	{"the same needs in another order", "", added("labour_inspector,intelligence,read,team,derived,originator+magistrate,allow,"), matrixFile, end, "repeats line"},
	{"own entries to refer where none are written", "", added("labour_inspector,court,refer,own,full,,allow,"), matrixFile, end, "never writes court"},
	{"a blank before a value", "", changed("police, identity,read,team,full,,allow,"), matrixFile, 2, "space around the value of section"},
	{"a blank after a value", "", changed("police ,identity,read,team,full,,allow,"), matrixFile, 2, "space around the value of role"},
	{"a wide blank", "", changed("police,identity\u00a0,read,team,full,,allow,"), matrixFile, 2, "space around the value of section"},
	{"a tab", "", changed("police,identity,read,team,full,,allow,\twhy"), matrixFile, 2, "control character U+0009"},
	{"a carriage return", "", changed(policeIdentity + "\r"), matrixFile, 2, "control character U+000D"},
	{"a byte order mark", "", "\ufeff" + policies.Matrix, matrixFile, 1, "control character U+FEFF"},
	{"a zero-width letter", "", changed("poli\u200bce,identity,read,team,full,,allow,"), matrixFile, 2, "control character U+200B"},
	{"bytes that are no text", "", changed(policeIdentity + "\xff"), matrixFile, 2, "not UTF-8"},
	{"an empty line", "", changed("\n" + policeIdentity), matrixFile, 2, "the line is empty"},
	{"a quote that swallows lines", "", changed(policeIdentity + "\"why\nand\""), matrixFile, 2, "the value of note goes on"},
	{"a quote that never ends", "", added(policeIdentity + "\"why"), matrixFile, end, "the quotes do not match"},
	{"a policy without a role", "", without(func(f []string) bool { return f[0] != "guardian" }), matrixFile, -1, `without any allow line for role "guardian"`},
	{"a policy without a section", "", without(func(f []string) bool { return f[1] != "health" }), matrixFile, -1, `without any allow line for section "health"`},
	{"half a policy", "", policies.Matrix[:len(matrixHeader)+1+strings.Index(policies.Matrix[len(matrixHeader)+1:], "\n")+1], matrixFile, 2, `without any allow line for role "prosecutor"`},
	{"a broken promise", "", added("police,health,read,team,full,,allow,"), matrixFile, end, "must hold: police, read of health"},
	{"a promise broken by a need left out", "", added("police,shelter_location,read,team,full,justification,allow,"), matrixFile, end, "must hold: police, read of shelter_location"},
	{"a promise broken by a deny", "", added("police,identity,read,team,hidden,,deny,"), matrixFile, end, "must hold: police, read of identity"},
	{"an admin who reads files", "", added("agency_admin,identity,read,team,full,,allow,"), matrixFile, end, "must hold: agency_admin, read of identity"},
	{"a rapporteur who writes", "", added("rapporteur,identity,write,any,full,,allow,"), matrixFile, end, "must hold: rapporteur, write of identity"},
	{"somebody who writes the log", "", added("auditor,access_log,write,own,full,,allow,"), matrixFile, end, "must hold: auditor, write of access_log"},
	{"an empty model", "\n", "", modelFile, 1, "is missing"},
	{"deny alone as effect", strings.Replace(policies.Model, "some(where (p.eft == allow)) && ", "", 1), "", modelFile, 11, "the frozen model has"},
	{"a name in the matcher", strings.Replace(policies.Model, "&& r.relation", `|| r.role == "root" && r.relation`, 1), "", modelFile, 14, "the frozen model has"},
	{"one more line in the model", policies.Model + "[role_definition]\ng = _, _\n", "", modelFile, 15, "ends before this line"},
	{"a model that ends early", policies.Model[:strings.Index(policies.Model, "[matchers]")], "", modelFile, 11, "the model ends here"},
	{"a line continued", strings.Replace(policies.Model, "[matchers]\nm", "[matchers]\\\nm", 1), "", modelFile, 13, "the frozen model has"},
}

func TestCompile_refusesToStart(t *testing.T) {
	for _, c := range refusedPolicies {
		t.Run(c.claim, func(t *testing.T) {
			if c.model == "" {
				c.model = policies.Model
			} else {
				c.matrix = policies.Matrix
			}
			s, err := Compile(c.model, c.matrix)
			var refusals Refusals
			if s != nil || !errors.As(err, &refusals) {
				t.Fatalf("started: %v", err)
			}
			for _, r := range refusals {
				if r.File == c.file && (r.Line == c.line || c.line < 0) && strings.Contains(r.Problem, c.problem) {
					if want := fmt.Sprintf("%s line %d: ", r.File, r.Line); !strings.HasPrefix(r.Error(), want) {
						t.Errorf("%q does not begin with %q", r.Error(), want)
					}
					return
				}
			}
			t.Errorf("no refusal of %s line %d: %s; got\n%v", c.file, c.line, c.problem, err)
		})
	}
}

func TestCompile_refusesAnyShippedLineLeftOut(t *testing.T) {
	rows := strings.SplitAfter(strings.TrimSuffix(policies.Matrix, "\n"), "\n")
	for i := 1; i < len(rows); i++ {
		text := strings.Join(append(rows[:i:i], rows[i+1:]...), "")
		s, err := Compile(policies.Model, text)
		want := fmt.Sprintf("%s line %d: the shipped line", matrixFile, i+1)
		if s != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Fatalf("without line %d: %v", i+1, err)
		}
	}
}

func TestCompile_tellsAllFaultsAtOnce(t *testing.T) {
	_, err := Compile(policies.Model, changed("polise,identiti,read,team,full,,alow,")+"x\n")
	var refusals Refusals
	if !errors.As(err, &refusals) || len(refusals) != 4 {
		t.Errorf("got %v", err)
	}
	var first Refusal
	if !errors.As(err, &first) || first.Line != 2 {
		t.Errorf("the first is %v", first)
	}
}

func TestShipped_isCompiledOnce(t *testing.T) {
	a, b := shipped(t), shipped(t)
	if a != b {
		t.Error("two snapshots of the same policy")
	}
	if refusals := checkModel(roleModelFile, policies.RoleModel, frozenRoleModel); len(refusals) > 0 {
		t.Error(refusals)
	}
}
