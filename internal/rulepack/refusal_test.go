package rulepack

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

const reflection = "be.reflection,2007-06-01,,reflection,residence,adult,annex_15_issued,45,days,,no,,15 7 2,shelter,stay_ends,"

// move is a line that would be right.
const move = "criminal,not_reported,reported,2007-06-01,,any,police,art. 29,,,,,complaint,domain 1.2,\n"

// TestLoad_namesFileRuleAndReason changes one thing in the shipped packs at a time.
func TestLoad_namesFileRuleAndReason(t *testing.T) {
	clocks := func(old, new string) func(fstest.MapFS) {
		return func(m fstest.MapFS) {
			text := string(m["be/clocks.csv"].Data)
			if !strings.Contains(text, old) {
				t.Errorf("the packs have no %q", old)
			}
			m["be/clocks.csv"] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, new, 1))}
		}
	}
	moves := func(lines ...string) func(fstest.MapFS) {
		return func(m fstest.MapFS) {
			header := strings.Join(moveColumns, ",") + "\n"
			m["be/moves.csv"] = &fstest.MapFile{Data: []byte(header + strings.Join(lines, ""))}
		}
	}
	shipped := func(country, old, new string) func(fstest.MapFS) {
		return func(m fstest.MapFS) {
			text := string(m[country+"/moves.csv"].Data)
			if !strings.Contains(text, old) {
				t.Errorf("the packs have no %q", old)
			}
			m[country+"/moves.csv"] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, new, 1))}
		}
	}
	changed := func(old, new string) string { return strings.Replace(move, old, new, 1) }
	for claim, c := range map[string]struct {
		change func(fstest.MapFS)
		want   string
	}{
		"a negative length":  {clocks("annex_15_issued,45", "annex_15_issued,-45"), "be/clocks.csv line 2: be.reflection: length is negative"},
		"no length":          {clocks("annex_15_issued,45", "annex_15_issued,"), `length has to be a whole number between 1 and 36600, not ""`},
		"a length in words":  {clocks("annex_15_issued,45", "annex_15_issued,4x"), `length has to be`},
		"an endless length":  {clocks("annex_15_issued,45", "annex_15_issued,99999999"), `length has to be`},
		"29 days to recover": {clocks("annex_15_issued,45", "annex_15_issued,29"), "be.reflection: a reflection period has at least 30 days"},
		"a month to recover": {clocks("annex_15_issued,45,days,,no,,15 7 2", "annex_15_issued,1,months,,no,,15 7 2"), "at least 30 days"},
		"a paper for 10 days to recover": {clocks(",reflection,residence,adult,annex_15_issued,45,days,,no,,15 7 2", ",document,residence,adult,annex_15_issued,10,days,,no,,7 2"),
			"residence:not_started>reflection: a reflection period starts clocks of its kind only, and be.reflection is a document"},
		"no clock to recover":       {shipped("be", "61/2-61/5\",be.reflection,,,", "61/2-61/5\",,,,"), "residence:none_needed>reflection: a reflection period starts a clock"},
		"a paper beside the period": {shipped("be", "61/2-61/5\",be.reflection,,,", "61/2-61/5\",be.reflection be.ai,,,"), "and be.ai is a document"},
		"a ground that ends no period": {shipped("be", "contact_renewed|public_order|support_left", "contact_renewed|cooperation_ended|support_left"),
			"residence:reflection>ended_withdrawn: cooperation_ended does not end be.reflection (be/clocks.csv line 2)"},
		"a ground that ends no child's paper": {clocks("contact_renewed public_order fraud dismissed support_left next_document,,\"Loi / Wet 15.12.1980, art. 61/2", "public_order fraud dismissed support_left next_document,,\"Loi / Wet 15.12.1980, art. 61/2"),
			"residence:provisional>ended_withdrawn: contact_renewed does not end be.minor.ai"},
		"a ground that ends no permit": {shipped("lu", "contact_renewed|cooperation_ended|public_order", "contact_renewed|own_will|public_order"),
			"residence:temporary>ended_withdrawn: own_will does not end lu.permit"},
		"a negative reflection":       {clocks("annex_15_issued,45", "annex_15_issued,-1"), "length is negative"},
		"days in hours":               {clocks("annex_15_issued,45,days", "annex_15_issued,1080,hours"), "only a breach clock counts in hours"},
		"an unknown event":            {clocks("annex_15_issued", "annex_16_issued"), `be.reflection: unknown event "annex_16_issued"`},
		"an unknown kind":             {clocks(",reflection,residence", ",reflexion,residence"), `unknown kind "reflexion"`},
		"an unknown section":          {clocks(",reflection,residence", ",reflection,resident"), `unknown section "resident"`},
		"an unknown role":             {clocks("15 7 2,shelter", "15 7 2,shelters"), `unknown responsible "shelters"`},
		"an auditor who acts":         {clocks("15 7 2,shelter", "15 7 2,auditor"), `unknown responsible "auditor"`},
		"nobody responsible":          {clocks("15 7 2,shelter", "15 7 2,"), "responsible is missing"},
		"a warning after the end":     {clocks("15 7 2,", "45 7 2,"), "warn has numbers that fall"},
		"warnings that rise":          {clocks("15 7 2,", "2 7 15,"), "warn has numbers that fall"},
		"renewed by nothing":          {clocks("be.ai,2007-06-01,,document,residence,adult,registration_issued,3,months,,1,3", "be.ai,2007-06-01,,document,residence,adult,registration_issued,3,months,,1,"), "be.ai: renew_by has to be"},
		"renewed less than never":     {clocks("3,months,,1,3", "3,months,,-1,3"), "renewals is negative"},
		"another country's rule":      {clocks("be.reflection,2007", "nl.reflection,2007"), "begins with its country"},
		"two readings at once":        {clocks(reflection, reflection+",,,,x,\n"+reflection), "be/clocks.csv line 3: be.reflection: holds on the same days as in line 2"},
		"an end before its start":     {clocks("be.reflection,2007-06-01,,", "be.reflection,2007-06-01,2007-05-31,"), "valid_to comes before valid_from"},
		"30 February":                 {clocks("be.reflection,2007-06-01", "be.reflection,2007-02-30"), `unknown valid_from "2007-02-30"`},
		"what follows nothing":        {clocks("next_document,be.reflection", "next_document,be.reflexion"), `be.ai: follows an unknown rule "be.reflexion"`},
		"a circle of clocks":          {clocks("next_document,,\"Loi / Wet 15.12.1980, art. 61/2; domain 1.3\",the centre", "next_document,be.acard,\"Loi / Wet 15.12.1980, art. 61/2; domain 1.3\",the centre"), "be.reflection: follows itself in a circle by way of be.acard"},
		"no source":                   {clocks("\"Loi / Wet 15.12.1980, art. 61/4; domain 1.3\"", ""), "be.acard: source is missing"},
		"a column too many":           {clocks("the centre asks", "a,the centre asks"), "be/clocks.csv line 2: 22 values instead of 21"},
		"an empty line":               {clocks("\nbe.ai", "\n\nbe.ai"), "be/clocks.csv line 3: the line is empty"},
		"an open quote":               {clocks("\"Loi / Wet", "\"\"Loi / Wet"), "quotes do not match"},
		"space around":                {clocks("15 7 2,shelter,", "15 7 2, shelter,"), "space around"},
		"no file":                     {func(m fstest.MapFS) { delete(m, "nl/clocks.csv") }, "nl/clocks.csv line 1: the file is missing"},
		"another header":              {clocks("rule,valid_from", "rule,from"), "be/clocks.csv line 1: the first line has to be"},
		"a hidden character":          {clocks("the centre", "the\u200bcentre"), "be/clocks.csv line 2: a control character"},
		"an unknown track":            {moves(changed("criminal", "penal")), `be/moves.csv line 2: penal:not_reported>reported: unknown track "penal"`},
		"an unknown state":            {moves(changed(",reported", ",told")), `unknown state "told"`},
		"a move to itself":            {moves(changed(",reported", ",not_reported")), "a move leads to another state"},
		"a decider who is none":       {moves(changed("police", "mayor")), `criminal:not_reported>reported: unknown deciders "mayor"`},
		"no decider":                  {moves(changed("police", "")), "deciders are missing"},
		"a clock nobody knows":        {moves(changed("art. 29,", "art. 29,be.nothing")), `unknown rule "be.nothing"`},
		"another country's clock":     {moves(changed("art. 29,", "art. 29,nl.b83")), `unknown rule "nl.b83"`},
		"one move twice":              {moves(move, move), "be/moves.csv line 3: criminal:not_reported>reported: holds on the same days as in line 2"},
		"a condition nobody knows":    {moves(changed("29,,,,", "29,,,,complaint|good_looks")), `unknown condition "good_looks"`},
		"a state nobody knows before": {moves(changed("not_reported", "not_reported told")), `unknown state "told"`},
		"no state before":             {moves(changed("not_reported", "")), "from is missing"},
		"a need nobody knows":         {moves(changed("29,,,", "29,,,remedy:nothing")), `unknown need "remedy:nothing"`},
		"a need of itself":            {moves(changed("29,,,", "29,,,criminal:reported")), "needs states of other tracks only"},
		"help that waits for a crime": {moves("protection,presumed,referred,2007-06-01,,any,any,x,,,criminal:reported,,,x,\n"), "protection:presumed>referred: help never depends on another track"},
		"money that waits for it":     {moves("remedy,not_assessed,claimed,2007-06-01,,any,any,x,,,residence:durable|criminal:reported,,,x,\n"), "help never depends on another track"},
		"help that waits for a word": {moves("protection,intake,supported,2007-06-01,,any,any,x,,,,asked_the_person statement_made|cooperates,,x,\n"),
			"protection:intake>supported: help never depends on cooperation (statement_made|cooperates)"},
		"money that waits for one": {moves("remedy,not_assessed,claimed,2007-06-01,,any,any,x,,,,complaint,,x,\n"), "help never depends on cooperation (complaint)"},
		"a circle of needs": {moves("residence,reflection,provisional,2007-06-01,,any,any,x,,,criminal:reported,,,x,\n",
			changed("29,,,", "29,,,residence:provisional")), "criminal:not_reported>reported: needs itself in a circle by way of residence:provisional"},
	} {
		m := packs(t)
		c.change(m)
		b, err := Load(m)
		var refusals Refusals
		if b != nil || !errors.As(err, &refusals) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", claim, err)
		}
	}
}

// FuzzLoad gives one file any text: a book comes back that keeps its promises, or a refusal.
func FuzzLoad(f *testing.F) {
	clocks, moves := packs(f)["be/clocks.csv"].Data, strings.Join(moveColumns, ",")+"\n"+move
	f.Add(string(clocks), moves)
	f.Add(strings.Replace(string(clocks), "45", "-45", 1), moves+"protection,signal,detected,2000-01-01,,any,any,x,,,,,,x,\n")
	f.Add("", "\"")
	f.Fuzz(func(t *testing.T, clocks, moves string) {
		m := packs(t)
		m["be/clocks.csv"], m["be/moves.csv"] = &fstest.MapFile{Data: []byte(clocks)}, &fstest.MapFile{Data: []byte(moves)}
		b, err := Load(m)
		if (b == nil) == (err == nil) {
			t.Fatal("neither a book nor a refusal, or both")
		}
		if err != nil {
			var refusals Refusals
			if !errors.As(err, &refusals) {
				t.Fatalf("a refusal without a place: %v", err)
			}
			return
		}
		for _, r := range b.Clocks() {
			if due := r.Due("2027-12-31"); due <= "2027-12-31" {
				t.Errorf("%s ends on %s, before it began", r.Rule, due)
			}
			if r.Kind == Reflection && r.Due("2027-01-31") < "2027-03-02" {
				t.Errorf("%s gives less than 30 days", r.Rule)
			}
		}
		for _, move := range b.Moves() {
			if move.Track == Protection && len(move.Needs) > 0 {
				t.Errorf("%s waits", move.Name())
			}
		}
	})
}
