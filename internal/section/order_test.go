package section

import (
	"slices"
	"testing"

	"relais/internal/authz"
)

// TestSafeContact_saysWhatIsSafeBeforeAnyNumber: whoever reads a number has read when, how and what must not be done.
func TestSafeContact_saysWhatIsSafeBeforeAnyNumber(t *testing.T) {
	var order []string
	for _, f := range Of(authz.SafeContact).Fields {
		order = append(order, f.Name)
	}
	for _, number := range []string{"mobile_phone", "home_phone", "email", "other_account"} {
		for _, first := range []string{"do_not", "hours", "code_word", "who_may_answer", "message_allowed", "safe_until"} {
			if at, before := slices.Index(order, number), slices.Index(order, first); before < 0 || at < before {
				t.Errorf("%s stands before %s", number, first)
			}
		}
	}
}
