package mainjob

import (
	"regexp"
	"testing"
)

var groupsOfFour = regexp.MustCompile(`\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b`)

// secretOn reads the secret of a second factor off the page that sets it up.
func secretOn(t *testing.T, page string) string {
	t.Helper()
	secret := groupsOfFour.FindString(page)
	if secret == "" {
		t.Fatalf("no secret to type in:\n%s", page)
	}
	return secret
}
