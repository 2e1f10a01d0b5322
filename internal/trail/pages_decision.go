package trail

import (
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// FindDecisionPage asks for the number of a refusal.
type FindDecisionPage struct{ Form []httpkit.Field }

// Template is the page's file.
func (*FindDecisionPage) Template() string { return "trail/find_decision" }

// DecisionPage is a refusal, as it was and as it would be now.
type DecisionPage struct {
	Back   httpkit.Link
	Facts  httpkit.Summary
	Now    httpkit.Notice
	Table  httpkit.Table
	Rules  []httpkit.Table
	Person httpkit.Link
}

// Template is the page's file.
func (DecisionPage) Template() string { return "trail/decision" }

var _ = httpkit.Register(&FindDecisionPage{}, DecisionPage{})

// findDecision asks for a number and a reason; with both it leads to the refusal.
func (p pages) findDecision(r *httpkit.Request) (httpkit.Reply, error) {
	number, reason := strings.ToLower(strings.TrimSpace(r.Query("number"))), r.Query("reason")
	form := httpkit.Form{Fields: []httpkit.Field{{Kind: httpkit.Text, Name: "number", Label: r.W.T("trail.number"),
		Hint: r.W.T("trail.number_hint"), Required: true, Value: number}, reasonField(r.W)}}
	form.Fields[1].Value = reason
	if err := p.s.Ask(r.Context()); err != nil {
		return httpkit.Reply{}, err
	}
	if r.Query("number") == "" && reason == "" {
		return httpkit.Show(&FindDecisionPage{Form: form.Fields}), nil
	}
	wrong := fault.New(fault.Invalid, "fault.invalid")
	if _, err := uuid.Parse(number); err != nil || len(number) != len(uuid.Nil.String()) {
		wrong.WithField("number", "trail.no_number")
	}
	if !slices.Contains(gate.LogReasons, reason) {
		wrong.WithField("reason", "gate.no_reason")
	}
	if len(wrong.Fields) > 0 {
		form.Mark(r, wrong)
		return httpkit.ShowStatus(&FindDecisionPage{Form: form.Fields}, 422), nil
	}
	return httpkit.See("/decisions/" + number + "?reason=" + reason), nil
}

func (p pages) decision(r *httpkit.Request) (httpkit.Reply, error) {
	reason := r.Query("reason")
	if reason == "" {
		return p.askFor(r, "/decisions/"+url.PathEscape(r.Param("entry")))
	}
	d, err := p.s.Replay(r.Context(), r.Param("entry"), reason)
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := DecisionPage{Back: httpkit.Link{URL: "/decisions", Text: r.W.T("trail.decision_back")}, Facts: decisionFacts(r.W, d),
		Now: nowNotice(r.W, d), Table: refusedTable(r.W, d.Refused)}
	for _, one := range d.Refused {
		page.Rules = append(page.Rules, ruleTable(r.W, one))
	}
	if d.Metadata {
		page.Person = httpkit.Link{URL: "/people/" + d.ActorID, Text: r.W.T("trail.decision_person")}
	}
	return httpkit.Show(page), nil
}

// toldKeys are the keys of what the person read: the reason in one sentence, and the next step.
func toldKeys(reason string) (told, next string) {
	switch {
	case reason == "":
		return "entry.closed_text", "entry.closed_title"
	case reason == "not_found":
		return "fault.not_found", "fault.not_found_next"
	case strings.HasPrefix(reason, "gate.") || strings.HasPrefix(reason, "agency."):
		return reason, reason + "_next"
	}
	return authz.Reason(reason).Key(), authz.Reason(reason).NextKey()
}

func decisionFacts(w *locale.Words, d Decision) httpkit.Summary {
	facts := entryFacts(w, d.Line)
	if d.Reason == "" {
		return facts
	}
	told, next := toldKeys(d.Reason)
	if !w.Has(next) {
		next = "fault.refused_next"
	}
	facts.Rows = append(facts.Rows, httpkit.SummaryRow{Label: w.T("trail.told"), Value: w.T(told), Note: w.T(next)})
	return facts
}

// nowNotice says in one sentence what became of the refusal.
func nowNotice(w *locale.Words, d Decision) httpkit.Notice {
	open := len(d.Refused) > 0
	for _, r := range d.Refused {
		open = open && r.Now.Allowed()
	}
	switch {
	case d.Gone:
		return httpkit.Notice{Text: w.T("trail.now_gone")}
	case d.OnFile && !d.Tied:
		return httpkit.Notice{Text: w.T("trail.now_untied")}
	case open || d.OnFile && d.Reason == "not_found":
		return httpkit.Notice{Kind: "success", Text: w.T("trail.now_open")}
	case len(d.Refused) == 0:
		return httpkit.Notice{Text: w.T("trail.now_unknown")}
	}
	return httpkit.Notice{Text: w.T("trail.now_closed")}
}

func decisionWord(open bool) string {
	if open {
		return audit.Allowed
	}
	return audit.Denied
}

func refusedTable(w *locale.Words, refused []gate.Replayed) httpkit.Table {
	t := httpkit.Table{Caption: w.T("trail.sections"), Empty: w.T("trail.no_sections"), Columns: []httpkit.Column{{Label: w.T("trail.section")},
		{Label: w.T("trail.why")}, {Label: w.T("trail.now")}, {Label: w.T("trail.why_now")}}}
	for _, r := range refused {
		word, colour, why := decisionWord(r.Now.Allowed()), "red", reasonWords(w, string(r.Now.Reason))
		if r.Now.Allowed() {
			colour, why = "green", w.T(r.Now.Show.Key())
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.T(r.Section.Key()), Sub: w.T(r.Verb.Key())},
			{Text: reasonWords(w, r.Then.Reason)}, {Text: w.T("trail.decision." + word), Tag: colour}, {Text: why}}})
	}
	return t
}

// ruleTable lists the lines of the baseline that speak of a section, and what each of them lacks now.
func ruleTable(w *locale.Words, r gate.Replayed) httpkit.Table {
	t := httpkit.Table{Caption: w.T("trail.rules_of", "Section", w.T(r.Section.Key())), Empty: w.T("trail.no_rules"), Columns: []httpkit.Column{
		{Label: w.T("trail.rule")}, {Label: w.T("trail.tie")}, {Label: w.T("trail.needs")}, {Label: w.T("trail.shown")}, {Label: w.T("trail.lacks")}}}
	for _, l := range r.Lines {
		cells := []httpkit.Cell{{Text: w.T("trail.own_rule")}, {Text: "—"}, {Text: "—"}, {Text: w.T(l.Show.Key())}, {Text: w.T("trail.lacks_nothing")}}
		if l.Line > 0 {
			cells[0].Text, cells[1].Text = w.T("trail.line", "Line", l.Line), w.T(l.Relation.Key())
		}
		var needs []string
		for need := range l.Needs.Each {
			needs = append(needs, w.T(need.Key()))
		}
		if len(needs) > 0 {
			cells[2].Text = strings.Join(needs, ", ")
		}
		if l.Why != "" {
			cells[4].Text = reasonWords(w, string(l.Why))
		}
		t.Rows = append(t.Rows, httpkit.Row{Cells: cells})
	}
	return t
}
