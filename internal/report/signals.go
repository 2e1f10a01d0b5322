package report

import (
	"cmp"
	"maps"
	"slices"
)

// By is what signals are put together by.
type By string

// The three ways.
const (
	ByMonth        By = "month"
	ByDiscipline   By = "discipline" // of the agency that noted it
	ByExploitation By = "exploitation"
)

// SignalLine is what came of the signals that share a month, a discipline or a kind of exploitation.
type SignalLine struct {
	Key    string  `json:"key"`
	Number int     `json:"number"` // 0 where there were fewer than five, or where they would be found by subtraction
	Ends   []Count `json:"ends"`   // by discipline only: open, followed, closed, anonymised; they add up to the number
	Passed int     `json:"passed"` // by discipline only: of them passed on to another desk; 0 where fewer than five were, or were not
}

// tellsEnds is the one table that tells what came of them. In two of them, what one hides the other's sum less what it shows would
// tell.
func (by By) tellsEnds() bool { return by == ByDiscipline }

// SignalTable is one way of putting them together.
type SignalTable struct {
	By    By           `json:"by"`
	Lines []SignalLine `json:"lines"`
}

// signal is how many share everything that is counted.
type signal struct {
	Month        string `db:"month"`
	Discipline   string `db:"discipline"`
	Exploitation string `db:"exploitation"`
	State        string `db:"state"`
	Passed       bool   `db:"passed"`
}

func (s *signal) key(by By) string {
	switch by {
	case ByMonth:
		return s.Month
	case ByDiscipline:
		return s.Discipline
	}
	return s.Exploitation
}

func signalTables(list []signal) (tables []SignalTable) {
	for _, by := range []By{ByMonth, ByDiscipline, ByExploitation} {
		tables = append(tables, SignalTable{By: by, Lines: linesOf(list, by)})
	}
	return tables
}

func linesOf(list []signal, by By) []SignalLine {
	ends, passed := map[string]map[string]int{}, map[string]int{}
	for i := range list {
		key := list[i].key(by)
		if ends[key] == nil {
			ends[key] = map[string]int{}
		}
		ends[key][list[i].State]++
		passed[key] += one01(list[i].Passed)
	}
	lines := make([]SignalLine, 0, len(ends))
	for _, key := range slices.Sorted(maps.Keys(ends)) {
		line := SignalLine{Key: key, Ends: []Count{}}
		for _, n := range ends[key] {
			line.Number += n
		}
		if by.tellsEnds() {
			line.Ends, line.Passed = fold(ends[key]), passed[key]
		}
		if line.Passed < Fewest || line.Number-line.Passed < Fewest && line.Number != line.Passed {
			line.Passed = 0
		}
		lines = append(lines, line)
	}
	return hideFew(lines)
}

// hideFew empties the lines of fewer than five. The three tables share one total, so where fewer than five are hidden in one, its
// next smallest line is hidden with them.
func hideFew(lines []SignalLine) []SignalLine {
	order := make([]int, len(lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lines[a].Number, lines[b].Number) })
	hidden := 0
	for _, i := range order {
		if lines[i].Number >= Fewest && (hidden == 0 || hidden >= Fewest) {
			break
		}
		hidden += lines[i].Number
		lines[i] = SignalLine{Key: lines[i].Key, Ends: []Count{}}
	}
	return lines
}
