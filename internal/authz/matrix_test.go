package authz

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"relais/policies"
)

// cellOf is a cell of access-matrix.csv, read without any code of this package.
type cellOf struct{ section, role, relation string }

type ruleOf struct {
	show  string
	needs []string
}

func accessMatrix(t *testing.T) (records [][]string, cells map[cellOf][]ruleOf) {
	t.Helper()
	text, err := os.ReadFile("testdata/access-matrix.csv")
	if err != nil {
		t.Fatal(err)
	}
	records, err = csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cells = map[cellOf][]ruleOf{}
	for _, r := range records[1:] {
		at := cellOf{r[0], r[1], r[2]}
		var needs []string
		if r[4] != "" {
			needs = strings.Split(r[4], "+")
		}
		cells[at] = append(cells[at], ruleOf{r[3], needs})
	}
	return records[1:], cells
}

func TestAccessMatrix_isTheOneAllProjectsShare(t *testing.T) {
	ours, err := os.ReadFile("testdata/access-matrix.csv")
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Getenv("RELAIS_SURROUNDINGS") // another shared file is another test
	shared, err := os.ReadFile("../../../shared/access-matrix.csv")
	if os.IsNotExist(err) {
		t.Log("no shared folder beside this clone: the copy in testdata is what counts")
		return
	}
	if err != nil || !bytes.Equal(ours, shared) {
		t.Errorf("testdata/access-matrix.csv differs from the shared one (%v)", err)
	}
}

func TestShipped_opensEveryCellOfTheAccessMatrixAndNoOther(t *testing.T) {
	s := shipped(t)
	_, cells := accessMatrix(t)
	order := []string{"hidden", "aggregate", "pseudonym", "metadata", "derived", "full"}
	asserted := 0
	for section := range FileSections().With(AccessLog).Each {
		for _, role := range Roles() {
			for relation := range AllRelations().Each {
				rules := cells[cellOf{section.String(), string(role), relation.String()}]
				if len(rules) > 0 {
					asserted++
				}
				for met := Needs(0); met <= AllNeeds(); met++ {
					want := 0
					for _, r := range rules {
						if !slices.ContainsFunc(r.needs, func(n string) bool { return !slices.Contains(strings.Split(met.String(), "+"), n) }) {
							want = max(want, slices.Index(order, r.show))
						}
					}
					got := s.Decide(worker(role), Question{section, Read, RelationsOf(relation), met})
					if got.Show.String() != order[want] {
						t.Fatalf("%s, %s, %s with %q: %s, the matrix says %s", section, role, relation, met, got.Show, order[want])
					}
				}
			}
		}
	}
	if asserted != len(cells) {
		t.Errorf("%d cells asserted of %d: a word of the access matrix is unknown here", asserted, len(cells))
	}
}

func TestPolicies_readLinesAreTheAccessMatrix(t *testing.T) {
	want, _ := accessMatrix(t)
	all, err := csv.NewReader(strings.NewReader(policies.Matrix)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, r := range all[1:] {
		if r[2] == "read" {
			got = append(got, []string{r[1], r[0], r[3], r[4], r[5], r[7]})
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d read lines, the access matrix has %d", len(got), len(want))
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("line %d is %q, the access matrix has %q", i+2, got[i], want[i])
		}
	}
}

func linesOf(t *testing.T, verb Verb) (lines []line) {
	t.Helper()
	all, refusals := parseMatrix(policies.Matrix)
	if len(refusals) > 0 {
		t.Fatal(refusals)
	}
	for _, l := range all {
		if l.verb == verb {
			lines = append(lines, l)
		}
	}
	return lines
}

func TestPolicies_nobodyPassesOnMoreThanTheyRead(t *testing.T) {
	reads := linesOf(t, Read)
	for _, verb := range []Verb{Refer, Export} {
		for _, l := range linesOf(t, verb) {
			if !slices.ContainsFunc(reads, func(r line) bool {
				return r.role == l.role && r.section == l.section && r.relation == l.relation &&
					r.show >= l.show && r.needs.Minus(l.needs) == 0
			}) {
				t.Errorf("line %d: %s without reading as much on the same needs", l.number, l.text())
			}
		}
	}
	never := SectionsOf(ShelterLocation, Intelligence, Claims, Proceeds, RiskDetail, SupportPlan, Suspects, AccessLog)
	for _, l := range linesOf(t, Refer) {
		if l.show != Full || never.Has(l.section) || l.needs.Has(NeedBreakGlass) {
			t.Errorf("line %d: %s is not referred", l.number, l.text())
		}
		if l.section == SafeContact && !l.needs.Has(NeedConsent) || l.section == Health && !l.needs.Has(NeedConsent) ||
			l.section == Identifiers && !l.needs.Has(NeedConsent) && !l.needs.Has(NeedLegalGateway) {
			t.Errorf("line %d: %s leaves too easily", l.number, l.text())
		}
	}
}

func TestPolicies_exportIsReadingLessWhatMustNotLeave(t *testing.T) {
	want := map[line]bool{}
	for _, l := range linesOf(t, Read) {
		if l.show >= Derived && !SectionsOf(ShelterLocation, SafeContact, Intelligence, Health).Has(l.section) {
			l.number, l.verb = 0, Export
			want[l] = true
		}
	}
	exports := linesOf(t, Export)
	for _, l := range exports {
		l.number = 0
		if !want[l] {
			t.Errorf("%s is not read so", l.text())
		}
	}
	if len(exports) != len(want) {
		t.Errorf("%d export lines for %d read lines", len(exports), len(want))
	}
}

func TestPolicies_everyLineSaysWhereItComesFrom(t *testing.T) {
	all, err := csv.NewReader(strings.NewReader(policies.Matrix)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range all[1:] {
		if r[2] != "read" && !strings.HasPrefix(r[7], "domain ") {
			t.Errorf("line %d: the note %q names no source", i+2, r[7])
		}
	}
}

// TestPolicies_whoOpensAFileMayEndIt: a file opened by somebody who may not manage its team is never handed over and never closed.
func TestPolicies_whoOpensAFileMayEndIt(t *testing.T) {
	manages := map[Role]bool{}
	for _, l := range linesOf(t, Manage) {
		manages[l.role] = manages[l.role] || l.section == Team
	}
	opens := linesOf(t, Open)
	for _, l := range opens {
		if !manages[l.role] {
			t.Errorf("line %d: %s, and nobody of them may close it", l.number, l.text())
		}
	}
	if len(opens) == 0 {
		t.Error("nobody opens a file")
	}
}
