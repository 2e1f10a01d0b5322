package mainjob

import (
	"net/http"
	"slices"
	"strings"

	"relais/internal/authz"
	"relais/internal/entry"
	"relais/internal/locale"
	"relais/internal/section"
	"relais/internal/testkit"
)

// received is an answer with the sections of a file.
type received struct {
	*caller
	at       file
	answer   testkit.Answer
	sections []entry.SectionBody
}

func (r received) section(id authz.Section) entry.SectionBody {
	r.t.Helper()
	at := slices.IndexFunc(r.sections, func(s entry.SectionBody) bool { return s.Section == id.String() })
	if at < 0 {
		r.t.Fatalf("%s: %s has no section %s", r.key, r.answer.Asked, id)
	}
	return r.sections[at]
}

func (r received) reads(id authz.Section, values section.Values) {
	r.t.Helper()
	for _, e := range r.section(id).Entries {
		missing := ""
		for name, value := range values {
			if e.Values[name] != value {
				missing = name
			}
		}
		if missing == "" {
			return
		}
	}
	r.t.Errorf("%s: %s does not show %v in %s: %+v", r.key, r.answer.Asked, values, id, r.section(id))
}

func (r received) from(id authz.Section, agency string) {
	r.t.Helper()
	if !slices.ContainsFunc(r.section(id).Entries, func(e entry.Body) bool { return e.Agency == agency }) {
		r.t.Errorf("%s: %s has nothing of %s in %s: %+v", r.key, r.answer.Asked, agency, id, r.section(id).Entries)
	}
}

func (r received) derives(id authz.Section, f derived) {
	r.t.Helper()
	if !slices.Contains(r.section(id).Derived, entry.DerivedBody{Name: f.name, Value: f.value}) {
		r.t.Errorf("%s: %s does not derive %+v in %s: %+v", r.key, r.answer.Asked, f, id, r.section(id).Derived)
	}
}

func (r received) hides(id authz.Section, why authz.Reason) {
	r.t.Helper()
	s, w := r.section(id), r.words.For(locale.English)
	if s.Open || len(s.Entries) > 0 || len(s.Derived) > 0 || s.ReasonID != string(why) || s.Reason != w.T(why.Key()) || s.NextStep != w.T(why.NextKey()) {
		r.t.Errorf("%s: %s does not hide %s for %s: %+v", r.key, r.answer.Asked, id, why, s)
	}
}

func (r received) asks(id authz.Section) {
	r.t.Helper()
	if s := r.section(id); !s.AskReason || len(s.Entries) > 0 {
		r.t.Errorf("%s: %s does not ask for a reason before %s: %+v", r.key, r.answer.Asked, id, s)
	}
}

func (r received) opens(id authz.Section, reason string) look {
	r.t.Helper()
	var body entry.SectionBody
	answer := r.calls.JSON("GET", v1(r.at.path()+"/sections/"+id.String()+"?reason="+reason), nil).Want(http.StatusOK).Into(&body)
	return received{r.caller, r.at, answer, []entry.SectionBody{body}}
}

func (r received) only(open ...authz.Section) {
	r.t.Helper()
	var got, want []string
	for _, s := range r.sections {
		got = append(got, s.Section)
	}
	for _, id := range open {
		want = append(want, id.String())
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		r.t.Errorf("%s: %s shows %v, want %v", r.key, r.answer.Asked, got, want)
	}
}

func (r received) lacks(words ...string) {
	r.t.Helper()
	for _, secret := range words {
		if strings.Contains(string(r.answer.Body), secret) {
			r.t.Errorf("%s: %s holds %q", r.key, r.answer.Asked, secret)
		}
	}
}
