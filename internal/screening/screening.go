// Package screening asks for the indicators of trafficking and says by which rule they are indications: none, some or strong.
// It sets no status and decides nothing (directive 2016/680, article 11; the AI Act): the result is advice, a named person decides.
package screening

import (
	"maps"
	"slices"
	"strings"

	"relais/internal/casefile"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
)

// Words of answers.
const (
	Yes     = "yes"
	No      = "no"
	Unknown = "unknown"
)

// Present lists the answers to an indicator.
var Present = []string{Yes, No, Unknown}

// Sources are the codes of where a yes comes from.
var Sources = []string{"person", "observed", "document", "third", "inferred"}

// Answer is one answer. A yes keeps its source, and whether it is a fact or an assessment (directive 2016/680, article 7).
type Answer struct {
	Indicator string
	Present   string // one of Present
	Source    string // one of Sources, with a yes
	Nature    string // fact or assessment, with a yes
}

// Draft is a screening as somebody writes it.
type Draft struct {
	List    string
	HeldOn  moment.Date
	Answers []Answer
	Note    string
	Purpose string
	Basis   string
}

const longestNote = 2000

// check tidies a draft and adds a field fault for each rule that is broken.
func (d *Draft) check(b *Book, now moment.Time) error {
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if !slices.Contains(Lists, d.List) {
		wrong.WithField("list", "fault.field_unknown_code")
	}
	casefile.CheckPastDay(wrong, "held_on", d.HeldOn, now)
	for name, code := range map[string]struct {
		word string
		list []string
	}{"purpose": {d.Purpose, gate.Purposes}, "basis": {d.Basis, gate.Bases}} {
		if !slices.Contains(code.list, code.word) {
			wrong.WithField(name, "gate.no_"+name)
		}
	}
	seen := map[string]bool{}
	d.Answers = slices.Clone(d.Answers) // what was sent stays as it was sent
	for i := range d.Answers {
		d.Answers[i].check(b, d.List, seen, wrong)
	}
	if len(d.Answers) == 0 {
		wrong.WithField("answers", "screening.nothing_answered")
	}
	d.Note = section.FreeText(wrong, "note", d.Note, longestNote)
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

func (a *Answer) check(b *Book, list string, seen map[string]bool, wrong *fault.Fault) {
	indicator := b.byID[a.Indicator]
	if indicator == nil {
		wrong.WithField("answers", "screening.no_such_indicator")
		return
	}
	if _, in := indicator.In(list); !in || seen[a.Indicator] {
		wrong.WithField("answers", "screening.no_such_indicator")
		return
	}
	seen[a.Indicator] = true
	if a.Present == Yes && a.Nature == "" {
		a.Nature = natureOf(a.Source)
	}
	natures := []string{section.Fact, section.Assessment}
	yes := a.Present == Yes && slices.Contains(Sources, a.Source) && slices.Contains(natures, a.Nature) &&
		(a.Source != "inferred" || a.Nature == section.Assessment)
	if !yes && (a.Present != No && a.Present != Unknown || a.Source != "" || a.Nature != "") {
		wrong.WithField(a.Indicator, "screening.bad_answer")
	}
}

// natureOf is what a source gives if nothing else is said: what was inferred is an assessment.
func natureOf(source string) string {
	if source == "inferred" {
		return section.Assessment
	}
	return section.Fact
}

// present are the indicators that were answered with yes.
func (d *Draft) present() (ids []string) {
	for _, a := range d.Answers {
		if a.Present == Yes {
			ids = append(ids, a.Indicator)
		}
	}
	return ids
}

const answerPrefix = "answer."

// values is a draft with its judgement as it is sealed. The names indications and assessed_on are the section's own, so that
// whoever may know no more than those two learns them here too.
func (d *Draft) values(j *Judgement) section.Values {
	v := section.Values{"list": d.List, "assessed_on": string(d.HeldOn), "note": d.Note, "indications": string(j.Result), "rule": j.Rule.ID}
	for _, a := range d.Answers {
		v[answerPrefix+a.Indicator] = strings.Join([]string{a.Present, a.Source, a.Nature}, " ")
	}
	return v
}

// draftOf reads what values wrote.
func draftOf(v section.Values) (d Draft) {
	d = Draft{List: v["list"], HeldOn: moment.Date(v["assessed_on"]), Note: v["note"]}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		id, isAnswer := strings.CutPrefix(name, answerPrefix)
		if !isAnswer {
			continue
		}
		parts := append(strings.Split(v[name], " "), "", "")
		d.Answers = append(d.Answers, Answer{Indicator: id, Present: parts[0], Source: parts[1], Nature: parts[2]})
	}
	return d
}

// answerOf is the answer to an indicator; one that was not asked is empty.
func (d *Draft) answerOf(id string) Answer {
	if at := slices.IndexFunc(d.Answers, func(a Answer) bool { return a.Indicator == id }); at >= 0 {
		return d.Answers[at]
	}
	return Answer{}
}
