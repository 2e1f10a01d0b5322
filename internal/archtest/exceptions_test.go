package archtest

import "testing"

// exception lets one file break one rule, and says why.
type exception struct{ rule, path, reason string }

// exceptions are all of them. One that nothing needs any more fails the test.
var exceptions = []exception{}

// verdict gathers what breaks a rule and takes out what is excepted.
type verdict struct {
	rule   string
	broken map[string][]string // path -> sentences
}

func judge(rule string) *verdict { return &verdict{rule: rule, broken: map[string][]string{}} }

func (v *verdict) against(s *source, sentence string) {
	v.broken[s.path] = append(v.broken[s.path], sentence)
}

// report fails the test with every sentence that no exception covers.
func (v *verdict) report(t *testing.T) {
	t.Helper()
	for _, e := range exceptions {
		if e.rule != v.rule {
			continue
		}
		if _, needed := v.broken[e.path]; !needed {
			t.Errorf("%s no longer needs its exception to the rule %q", e.path, v.rule)
		}
		delete(v.broken, e.path)
	}
	for _, sentences := range v.broken {
		for _, sentence := range sentences {
			t.Error(sentence)
		}
	}
}
