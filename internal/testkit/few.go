package testkit

import (
	"flag"
	"strconv"
	"testing"
)

// usualChecks is how many random runs rapid makes where nobody asks for another number.
const usualChecks = "100"

// Few keeps the number of random runs of this test small, and of no other, unless somebody asked for a number with -rapid.checks.
func Few(t testing.TB, checks int) {
	t.Helper()
	if flag.Lookup("rapid.checks").Value.String() != usualChecks {
		return
	}
	if err := flag.Set("rapid.checks", strconv.Itoa(checks)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set("rapid.checks", usualChecks) })
}
