package section

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/moment"
)

// noon is the present of the tests: 9 November 2026 in Brussels.
var noon = moment.Of(time.Date(2026, time.November, 9, 11, 0, 0, 0, time.UTC))

func TestCheck_bringsAnswersIntoOneForm(t *testing.T) {
	for _, c := range []struct {
		section     authz.Section
		field       string
		given, want string
	}{
		{authz.Identity, "given_names", "  Ame\u0301lie ", "Amélie"},
		{authz.Identity, "name_original_script", "محمد\u200cعلی", "محمد\u200cعلی"},
		{authz.Identity, "family_name", "\uFEFFNguyễn\u200B", "Nguyễn"},
		{authz.Identity, "birth_date", "1998", "1998"},
		{authz.Identity, "birth_date", "1998-4", "1998-04"},
		{authz.Identity, "birth_date", "2004-2-29", "2004-02-29"},
		{authz.Identity, "birth_date", "2026-11", "2026-11"},
		{authz.Identity, "citizenships", "ro; MAR;be;RO", "BE;MA;RO"},
		{authz.Identity, "citizenships", "stateless", "stateless"},
		{authz.Identity, "citizenships", "XK;AL", "AL;XK"},
		{authz.Identity, "primary_language", "NLD", "nl"},
		{authz.Identity, "primary_language", "prs", "prs"},
		{authz.Identity, "number_of_children", "007", "7"},
		{authz.ShelterLocation, "latitude", "+50,8503960", "50.850396"},
		{authz.ShelterLocation, "longitude", "-0.0", "0"},
		{authz.ShelterLocation, "latitude", "-90", "-90"},
		{authz.SafeContact, "mobile_phone", "+32 (0)470 12.34-56", "+32470123456"},
		{authz.SafeContact, "mobile_phone", "0031 6 12345678", "+31612345678"},
		{authz.SafeContact, "email", "a.b@example.org", "a.b@example.org"},
		{authz.SafeContact, "do_not", "never call\r\nat night\r", "never call\nat night"},
		{authz.Labour, "wage_paid", "1500", "1500.00 EUR"},
		{authz.Labour, "wage_paid", "€ 1 500,5", "1500.50 EUR"},
		{authz.Labour, "wage_paid", "900 ron", "900.00 RON"},
		{authz.Labour, "wage_paid", "EUR0.07", "0.07 EUR"},
		{authz.Labour, "hours_per_week", "72.50", "72.5"},
		{authz.Exploitation, "control_methods", "withholds_documents;debt_bondage;debt_bondage", "debt_bondage;withholds_documents"},
		{authz.Identifiers, "expires_on", "2031-01-05", "2031-01-05"},
	} {
		t.Run(c.field+" "+c.given, func(t *testing.T) {
			out, err := Of(c.section).Check(Values{c.field: c.given}, noon)
			if err != nil {
				t.Fatalf("refused: %v %+v", err, fieldsAt(err))
			}
			if out[c.field] != c.want {
				t.Errorf("got %q, want %q", out[c.field], c.want)
			}
		})
	}
}

func TestCheck_namesTheFieldAndTheRule(t *testing.T) {
	for _, c := range []struct {
		section authz.Section
		field   string
		given   string
		rule    string
	}{
		{authz.Identity, "given_names", "Ana\x00Maria", "control"},
		{authz.Identity, "given_names", "Ana\u202Eairam", "control"},
		{authz.Identity, "given_names", "\u200D\u200E", "control"},
		{authz.Identity, "given_names", "Ana\nMaria", "line"},
		{authz.Identity, "given_names", "Ana\xff", "text"},
		{authz.Identity, "given_names", strings.Repeat("é", 121), "too_long"},
		{authz.Identity, "given_names", strings.Repeat("x", 9000), "too_long"},
		{authz.Identity, "sex", "woman", "code"},
		{authz.Identity, "sex", "male;female", "code"},
		{authz.Identity, "birth_date", "31/12/1998", "partial_date"},
		{authz.Identity, "birth_date", "1998-13", "partial_date"},
		{authz.Identity, "birth_date", "2001-02-29", "partial_date"},
		{authz.Identity, "birth_date", "2026-11-10", "future"},
		{authz.Identity, "birth_date", "2026-12", "future"},
		{authz.Identity, "birth_date", "2027", "future"},
		{authz.Identity, "birth_date", "1899-12-31", "date_range"},
		{authz.Identity, "citizenships", "Atlantis", "country"},
		{authz.Identity, "citizenships", "BE;unknown", "alone"},
		{authz.Identity, "primary_language", "klingon", "language"},
		{authz.Identity, "number_of_children", "31", "range"},
		{authz.Identity, "number_of_children", "-1", "range"},
		{authz.Identity, "number_of_children", "1.5", "whole_number"},
		{authz.Identity, "number_of_children", "many", "whole_number"},
		{authz.ShelterLocation, "latitude", "90.000001", "range"},
		{authz.ShelterLocation, "latitude", "1.2345678901", "number"},
		{authz.Residence, "issued_on", "2026", "date"},
		{authz.Residence, "expires_on", "2101-01-01", "date_range"},
		{authz.SafeContact, "mobile_phone", "0470 12 34 56", "phone"},
		{authz.SafeContact, "mobile_phone", "+32 470 ring", "phone"},
		{authz.SafeContact, "email", "not an address", "email"},
		{authz.SafeContact, "email", "a@localhost", "email"},
		{authz.SafeContact, "email", "a@" + strings.Repeat("long.", 60) + "org", "too_long"},
		{authz.SafeContact, "email", "Ana <a@example.org>", "email"},
		{authz.Labour, "wage_paid", "1.500", "money"},
		{authz.Labour, "wage_paid", "1500 EURO", "money"},
		{authz.Labour, "wage_paid", "1500 QQQ", "money"},
		{authz.Labour, "wage_paid", "EUR 1500 EUR", "money"},
		{authz.Statements, "signed", "perhaps", "code"},
		{authz.Exploitation, "types", "forced_labour;piracy", "code"},
		{authz.Exploitation, "control_methods", "debt_bondage;refused", "alone"},
	} {
		t.Run(c.field+" "+c.rule, func(t *testing.T) {
			_, err := Of(c.section).Check(Values{c.field: c.given}, noon)
			wantRule(t, err, c.field, c.rule)
			found, _ := fault.As(err)
			if said := fmt.Sprintf("%v %+v %+v", err, found.Args, found.Fields); len(c.given) > 4 && strings.Contains(said, c.given) {
				t.Error("the fault repeats the value")
			}
		})
	}
}

func TestCheck_looksAtFieldsTogether(t *testing.T) {
	suspect := Values{"kind": "person", "source_evaluation": "A", "information_evaluation": "2", "handling_codes": "H0;H3"}
	for _, c := range []struct {
		name    string
		section authz.Section
		given   Values
		field   string
		rule    string
	}{
		{"evaluation is compulsory", authz.Suspects, Values{"kind": "person"}, "source_evaluation", "required"},
		{"blank is missing", authz.RiskLevel, Values{"level": "  ", "assessed_on": "2026-01-01"}, "level", "required"},
		{"H3 needs its restriction", authz.Suspects, suspect, "handling_note", "required"},
		{"withdrawn needs its day", authz.Consents, Values{"consent": "withdrawn", "asked_on": "2026-01-01"}, "withdrawn_on", "required"},
		{"ends before it begins", authz.Residence, Values{"issued_on": "2026-05-01", "expires_on": "2026-04-30"}, "expires_on", "before"},
		{"months compare", authz.Exploitation, Values{"exploited_from": "2024-05-03", "exploited_until": "2024-04"}, "exploited_until", "before"},
		{"a field of another section", authz.Identity, Values{"given_names": "Ana", "street": "x"}, "", "unknown_field"},
		{"nothing at all", authz.Identity, Values{"given_names": " "}, "", "empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Of(c.section).Check(c.given, noon)
			wantRule(t, err, c.field, c.rule)
		})
	}
	if _, err := Of(authz.Exploitation).Check(Values{"exploited_from": "2024-05", "exploited_until": "2024"}, noon); err != nil {
		t.Errorf("a year does not precede its own May: %v", fieldsAt(err))
	}
}

func TestCheck_countsTheDayInBrussels(t *testing.T) {
	lateEvening := moment.Of(time.Date(2026, time.November, 9, 23, 30, 0, 0, time.UTC)) // half past midnight in Brussels
	born := Values{"birth_date": "2026-11-10"}
	if _, err := Of(authz.Identity).Check(born, lateEvening); err != nil {
		t.Errorf("the tenth has begun: %v", fieldsAt(err))
	}
}

func TestCheck_reportsEveryProblemOnceInTheOrderOfTheForm(t *testing.T) {
	_, err := Of(authz.Identity).Check(Values{"sex": "w", "given_names": "a\x01", "birth_date": "x", "q": "", "r": ""}, noon)
	want := []string{"given_names control", "birth_date partial_date", "sex code", " unknown_field"}
	if diff := cmp.Diff(want, fieldsAt(err)); diff != "" {
		t.Error(diff)
	}
	if fault.KindOf(err) != fault.Invalid {
		t.Errorf("kind %s", fault.KindOf(err))
	}
}

func TestCheck_putsAMissingAnswerWhereTheFormHasIt(t *testing.T) {
	_, err := Of(authz.RiskLevel).Check(Values{"review_on": "soon", "assessed_by": "\x01"}, noon)
	want := []string{"level required", "assessed_on required", "review_on date", "assessed_by control"}
	if diff := cmp.Diff(want, fieldsAt(err)); diff != "" {
		t.Error(diff)
	}
}

func TestCheck_acceptsAgainWhatItAccepted(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(All()).Draw(t, "section")
		in := Values{}
		for i := range s.Fields {
			if f := &s.Fields[i]; f.Required || rapid.Bool().Draw(t, "answered") {
				in[f.Name] = plausible(t, f)
			}
		}
		once, err := s.Check(in, noon)
		if err != nil {
			return // dates in the wrong order, two answers that exclude each other
		}
		accepted++
		twice, err := s.Check(once, noon)
		if err != nil {
			t.Fatalf("%s refuses what it accepted: %v", s.ID, fieldsAt(err))
		}
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Fatal(diff)
		}
	})
	if accepted == 0 {
		t.Error("nothing was accepted, so nothing was tested")
	}
}

// plausible draws an answer that the field may well accept, not yet in canonical form.
func plausible(t *rapid.T, f *Field) string {
	switch f.Type {
	case Date, PartialDate:
		return fmt.Sprintf(" %d-%d-%d", rapid.IntRange(1990, 2026).Draw(t, "year"), rapid.IntRange(1, 9).Draw(t, "month"), 7)
	case Number:
		return fmt.Sprintf("0%d", rapid.IntRange(0, 30).Draw(t, "number"))
	case Money:
		return fmt.Sprintf("%d,5 usd", rapid.IntRange(0, 999).Draw(t, "amount"))
	case Phone:
		return "0032 470/12.34.56"
	case Email:
		return " a@example.org"
	case Text, LongText, Reference:
		return rapid.SampledFrom([]string{" Ame\u0301lie", "محمد", "a\u200Bb ", "陈"}).Draw(t, "text")
	}
	entries := loaded.codes(f.baseList())
	one := func() string { return rapid.SampledFrom(entries).Draw(t, "code").Code }
	if f.Many() {
		return one() + "; " + one()
	}
	return one()
}

func TestCheck_neverRepeatsWhatWasTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(All()).Draw(t, "section")
		in := Values{}
		var typed []string
		for _, f := range s.Fields {
			if rapid.Bool().Draw(t, "answered") {
				// a mark that no rule, field or bound of ours contains
				text := rapid.String().Draw(t, "before") + "Ω7Ψ" + rapid.String().Draw(t, "after")
				in[f.Name] = text
				typed = append(typed, text, "Ω7Ψ")
			}
		}
		in["Ω7Ψname"] = "1"
		_, err := s.Check(in, noon)
		found, ok := fault.As(err)
		if !ok {
			t.Fatal("an unknown name was accepted")
		}
		said := fmt.Sprintf("%v %+v %+v %+v", err, found.Args, found.Fields, found.Detail)
		for _, text := range typed {
			if strings.Contains(said, text) {
				t.Fatalf("the fault repeats what was typed")
			}
		}
		if strings.Contains(said, "Ω7Ψ") {
			t.Fatalf("the fault repeats an unknown name")
		}
	})
}

func wantRule(t *testing.T, err error, field, rule string) {
	t.Helper()
	if fault.KindOf(err) != fault.Invalid {
		t.Fatalf("got %v, want an Invalid fault", err)
	}
	for _, got := range fieldsAt(err) {
		if got == field+" "+rule {
			return
		}
	}
	t.Errorf("got %q, want %q", fieldsAt(err), field+" "+rule)
}

// fieldsAt lists the field faults as "field rule".
func fieldsAt(err error) (list []string) {
	found, ok := fault.As(err)
	if !ok {
		return nil
	}
	for _, f := range found.Fields {
		list = append(list, f.Name+" "+strings.TrimPrefix(f.Key, "section.rule."))
	}
	return list
}
