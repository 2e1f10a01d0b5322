package task

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	lateFile   = "tasks.csv"
	lateHeader = "rule,doer_after,lead_after,source"

	// anyTask is the line of whatever has none of its own, and of what people ask each other to do.
	anyTask = "any"
	// longestWait is how many days the program keeps silent about a task that is late, at most.
	longestWait = 30
)

// Late is when it is told that a task is late, in days after its last one: to who does it, then to who answers for them.
type Late struct{ Doer, Lead int }

// LateRules are the lines of the file by their rule.
type LateRules map[string]Late

// LoadLate reads and checks the lines, or says everything that is wrong with them.
func LoadLate(text string) (LateRules, error) {
	rules, wrong := LateRules{}, []error(nil)
	refuse := func(line int, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("%s, line %d: %s", lateFile, line, fmt.Sprintf(format, args...)))
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = len(strings.Split(lateHeader, ","))
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lateFile, err)
		}
		line, _ := reader.FieldPos(0)
		if line == 1 {
			if head := strings.Join(record, ","); head != lateHeader {
				refuse(line, "the first line has to be %q", lateHeader)
			}
			continue
		}
		doer, lead := days(record[1]), days(record[2])
		switch _, twice := rules[record[0]]; {
		case record[0] == "" || strings.TrimSpace(record[0]) != record[0]:
			refuse(line, "no rule is named")
		case twice:
			refuse(line, "the rule %q has two lines", record[0])
		case doer < 0 || lead < 0:
			refuse(line, "the rule %q: days are whole numbers from 0 to %d", record[0], longestWait)
		case lead < doer:
			refuse(line, "the rule %q tells the lead before the doer", record[0])
		case record[3] == "":
			refuse(line, "the rule %q has no source", record[0])
		}
		rules[record[0]] = Late{Doer: doer, Lead: lead}
	}
	if _, ok := rules[anyTask]; !ok {
		refuse(1, "no line for %q", anyTask)
	}
	return rules, errors.Join(wrong...)
}

// days is a number of days, or -1.
func days(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > longestWait {
		return -1
	}
	return n
}

// of is the line of a task.
func (r LateRules) of(t *Task) Late {
	if late, ok := r[t.Rule]; ok && t.Rule != "" {
		return late
	}
	return r[anyTask]
}
