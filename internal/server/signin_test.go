package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"relais/internal/agency"
	"relais/internal/testkit"
)

// TestSignIn_doesNotTellWhoHasAnAccount compares the answers to a wrong password and to an address that nobody has.
func TestSignIn_doesNotTellWhoHasAnAccount(t *testing.T) {
	w := testkit.Open(t, "sqlite").Serve(t)
	w.Enrol("fgp")
	ask := func(email string) (int, string) {
		a := w.Nobody().PostForm("/sign-in", testkit.Fields("email", email, "password", "a wrong password of some length"))
		return a.Status, strings.ReplaceAll(string(a.Body), email, "ADDRESS")
	}
	knownStatus, known := ask(w.Person("fgp").Email)
	absentStatus, absent := ask("abc@example.org")
	closedStatus, invited := ask(w.Person("dvz").Email) // has no password yet
	if knownStatus != http.StatusUnprocessableEntity || knownStatus != absentStatus || knownStatus != closedStatus || known != absent || known != invited {
		t.Errorf("%d %d %d\n%s\n%s\n%s", knownStatus, absentStatus, closedStatus, known, absent, invited)
	}
}

// TestSignIn_isSlowedDownWhateverTheSenderSays guesses from one machine that claims to be another one each time.
func TestSignIn_isSlowedDownWhateverTheSenderSays(t *testing.T) {
	w := testkit.Open(t, "sqlite").Serve(t)
	w.Enrol("fgp")
	var last testkit.Answer
	for i := range 8 {
		address := fmt.Sprintf("203.0.113.%d", i)
		last = w.Nobody().PostForm("/sign-in", testkit.Fields("email", w.Person("fgp").Email, "password", "guess"), "X-Forwarded-For", address,
			"X-Real-Ip", address, "Forwarded", "for="+address, "True-Client-Ip", address)
	}
	if last.Status != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" {
		t.Errorf("the eighth guess got %d, Retry-After %q", last.Status, last.Header.Get("Retry-After"))
	}
}

// TestSession_isNewAfterEachStep plants a token, signs in, and finds that neither it nor the one of the first step opens anything.
func TestSession_isNewAfterEachStep(t *testing.T) {
	testkit.Both(t, func(t *testing.T, bare *testkit.World) {
		w := bare.Serve(t)
		planted := strings.Repeat("B", 43)
		c := w.Half("fgp")
		first := c.Session()
		c.SetSession(first)
		code := w.Code("fgp")
		c.PostForm("/sign-in/code", testkit.Fields("code", code)).Want(http.StatusSeeOther)
		if second := c.Session(); second == first || second == planted || len(second) != 43 {
			t.Errorf("the session is %q after %q", second, first)
		}
		c.Get("/cases").Want(http.StatusOK)
		for name, token := range map[string]string{"planted": planted, "of the first step": first} {
			if a := w.WithSession("fgp", token).Get("/cases"); a.Status != http.StatusSeeOther {
				t.Errorf("the token %s opens the list: %d", name, a.Status)
			}
		}
		again := w.Half("fgp")
		again.PostForm("/sign-in/code", testkit.Fields("code", code)).Want(http.StatusUnprocessableEntity) // each code once
	})
}

// TestRole_thatIsTakenAwayClosesAtTheNextRequest takes a role from somebody who is at work.
func TestRole_thatIsTakenAwayClosesAtTheNextRequest(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			w, s := openStory(t, engine)
			at, admin := s.client(w, columnOf("pay2")), s.client(w, columnOf("payD"))
			if body := string(at.Get("/victims/" + s.Victim).Want(http.StatusOK).Body); !strings.Contains(body, "Tran") {
				t.Fatal("the page does not show the name to begin with")
			}
			p := w.Person("payoke.second")
			admin.JSON(http.MethodPut, "/api/v1/agency/people/"+p.ID, object{"given": p.Given, "family": p.Family, "email": p.Email,
				"desks": w.Place("be.payoke").Desks, "hold": []string{}}, "If-Match", `"v1"`).Want(http.StatusOK)
			if body := string(at.Get("/victims/" + s.Victim).Body); strings.Contains(body, "Tran") {
				t.Error("a person without a role still reads the name")
			}
			admin.JSON(http.MethodPut, "/api/v1/agency/people/"+p.ID, object{"given": p.Given, "family": p.Family, "email": p.Email,
				"desks": []string{}, "hold": []string{w.Place("be.payoke").Roles[agency.Caseworker]}}, "If-Match", `"v2"`).Want(http.StatusOK)
			at.Get("/victims/" + s.Victim).Want(http.StatusNotFound)
			admin.JSON(http.MethodPost, "/api/v1/agency/people/"+p.ID+"/closure", nil, "If-Match", `"v3"`).Want(http.StatusNoContent)
			at.Get("/victims").Want(http.StatusSeeOther)
		})
	}
}
