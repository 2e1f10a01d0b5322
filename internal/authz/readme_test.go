package authz

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of policies/README.md anew")

const (
	readmePath  = "../../policies/README.md"
	tablesBegin = "<!-- tables: made from matrix.csv by go test ./internal/authz -run README -update -->\n"
	tablesEnd   = "<!-- end of tables -->\n"
)

func TestREADME_tablesAreTheMatrix(t *testing.T) {
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(text), tablesBegin)
	old, after, ended := strings.Cut(rest, tablesEnd)
	if !begun || !ended {
		t.Fatal("the marks around the tables are gone")
	}
	tables := glance(shipped(t)) + "\n" + detail(shipped(t))
	if *update {
		if err := os.WriteFile(readmePath, []byte(before+tablesBegin+tables+tablesEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old != tables {
		t.Error("policies/README.md says something else than matrix.csv; run go test ./internal/authz -run README -update")
	}
}

// glance is sections by roles: R and r for reading, W for writing, * for a condition.
func glance(s *Snapshot) string {
	var b strings.Builder
	b.WriteString("### At a glance\n\n| section |")
	for _, role := range Roles() {
		fmt.Fprintf(&b, " %s |", spaced(string(role)))
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", numRoles) + "\n")
	for section := range FileSections().With(AccessLog).Each {
		fmt.Fprintf(&b, "| %s |", spaced(section.String()))
		for _, role := range Roles() {
			fmt.Fprintf(&b, " %s |", strings.TrimSpace(s.letter(role, section, Read)+" "+s.letter(role, section, Write)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// letter is one verb of one cell: the best that can be had, starred if only on a condition.
func (s *Snapshot) letter(role Role, section Section, verb Verb) string {
	q := Question{section, verb, AllRelations(), AllNeeds()}
	best := s.Decide(worker(role), q).Show
	letter := map[Verb]string{Read: "R", Write: "W"}[verb]
	switch {
	case best == Hidden:
		return ""
	case best != Full:
		letter = strings.ToLower(letter)
	}
	q.Met = 0
	if s.Decide(worker(role), q).Show != best {
		letter += "*"
	}
	return letter
}

// detail is one row for each section: who may what, in words.
func detail(s *Snapshot) string {
	var b strings.Builder
	b.WriteString("### In words\n\n| section | reads | writes | may send in a referral | may export |\n|---|---|---|---|---|\n")
	for section := range FileSections().With(AccessLog).Each {
		fmt.Fprintf(&b, "| **%s** | %s | %s | %s | %s |\n", spaced(section.String()),
			s.who(section, Read), s.who(section, Write), s.who(section, Refer), s.who(section, Export))
	}
	b.WriteString("\n| besides | who |\n|---|---|\n")
	fmt.Fprintf(&b, "| open a case file | %s |\n", s.who(CaseFile, Open))
	fmt.Fprintf(&b, "| open a victim file | %s |\n", s.who(VictimFile, Open))
	fmt.Fprintf(&b, "| change the case team (the agency that leads) | %s |\n", s.who(Team, Manage))
	fmt.Fprintf(&b, "| manage people and roles of the own agency | %s |\n", s.who(People, Manage))
	fmt.Fprintf(&b, "| approve erasure, any of the 19 file sections | %s |\n", s.who(Identity, Erase))
	return b.String()
}

// who lists the lines of a section and verb, those of one role together.
func (s *Snapshot) who(section Section, verb Verb) string {
	var cells []string
	for _, role := range Roles() {
		var ways []string
		for _, l := range s.lines {
			if l.role == role && l.section == section && l.verb == verb {
				ways = append(ways, way(l))
			}
		}
		if len(ways) > 0 {
			cells = append(cells, spaced(string(role))+": "+strings.Join(ways, "; or "))
		}
	}
	if len(cells) == 0 {
		return "nobody"
	}
	return strings.Join(cells, "<br>")
}

func way(l line) string {
	text := spaced(l.relation.String())
	if l.needs != 0 {
		text += " with " + strings.ReplaceAll(spaced(l.needs.String()), "+", " and ")
	}
	if l.deny {
		return "never as " + text
	}
	if l.show != Full {
		text += " (" + l.show.String() + ")"
	}
	return text
}

func spaced(word string) string { return strings.ReplaceAll(word, "_", " ") }
