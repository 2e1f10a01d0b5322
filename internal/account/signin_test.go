package account

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
)

func TestSignIn_takesTwoSteps(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		half := must(h.s.SignIn(h.stranger(), " Nora@Payoke.example", demoPassword, desk))(t)
		if half.AAL != 1 || !half.Enrolled {
			t.Fatalf("after the password: %+v", half)
		}
		_, err := h.s.Me(h.back(half.Token)) // the password alone opens nothing
		wants(t, err, fault.Unauthenticated, "gate.second_factor")
		_, err = h.agencies.Agencies(h.back(half.Token))
		wants(t, err, fault.Unauthenticated, "gate.second_factor")

		whole := must(h.s.ShowCode(h.back(half.Token), h.code(), desk))(t)
		if whole.AAL != 2 || whole.Token == half.Token {
			t.Fatalf("after the code: %+v", whole)
		}
		h.gone(half.Token)
		me := must(h.s.Me(h.back(whole.Token)))(t)
		if me.Person.Name() != "Nora Wijnants" || me.Agency != "Payoke" || len(me.Desks) != 1 || len(me.Roles) != 1 {
			t.Errorf("me %+v", me)
		}
		face, _ := FaceOf(h.back(whole.Token))
		if face.AAL != 2 || !face.Enrolled || face.ViaKey || face.Person.Given != "Nora" {
			t.Errorf("face %+v", face)
		}
		for action, field := range map[string]string{"account.sign_in": "password", "account.code": "code"} {
			e := h.last(action)
			if e.Op != audit.Login || e.Subject != h.nora || !slices.Equal(e.Fields, []string{field}) {
				t.Errorf("%s: %+v", action, e)
			}
		}
	})
}

// TestSignIn_doesNotTellWhetherThereIsAnAccount compares a wrong password, an address that nobody has, a disabled person,
// somebody without a password, and what is no address at all.
func TestSignIn_doesNotTellWhetherThereIsAnAccount(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		h.appoint("fresh", agency.NewWorker{Family: "Zonder"})
		closed := h.appoint("closed", agency.NewWorker{Family: "Gesloten"})
		fine(t, h.s.EnrolForDemo(h.program(), closed, demoPassword, demoSecret))
		fine(t, h.agencies.Retire(h.program(), h.home.ID, closed))
		hashed := 0
		pepper := h.s.hash.pepper
		h.s.hash.pepper = func(password string) []byte { hashed++; return pepper(password) }
		for i, try := range [][2]string{{"nora@payoke.example", "a wrong password"}, {"nobody@payoke.example", demoPassword},
			{"closed@payoke.example", demoPassword}, {"fresh@payoke.example", ""}, {"no address", demoPassword}, {"", ""}} {
			before := len(h.entries())
			_, err := h.s.SignIn(h.stranger(), try[0], try[1], desk)
			if diff := cmp.Diff(fmt.Sprintf("%+v", wrongSignIn()), fmt.Sprintf("%+v", err)); diff != "" {
				t.Errorf("%s: %s", try[0], diff)
			}
			if hashed != i+1 || len(h.entries()) != before+1 {
				t.Errorf("%s: %d hashes, %d entries", try[0], hashed, len(h.entries())-before)
			}
			if e := h.last("account.sign_in"); e.Op != audit.Deny || e.Fingerprint == "" {
				t.Errorf("%s: entry %+v", try[0], e)
			}
		}
		if e := h.entries()[5]; e.Subject != h.nora || !slices.Equal(e.Concerns, []string{h.home.ID}) {
			t.Errorf("a wrong password concerns nobody: %+v", e)
		}
	})
}

func TestSignIn_slowsDownAndNeverLocks(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		for range signInHere.burst {
			_, err := h.s.SignIn(h.stranger(), "nora@payoke.example", "wrong", desk)
			wants(t, err, fault.Invalid, "account.wrong_sign_in")
		}
		_, err := h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk)
		wants(t, err, fault.TooMany, "account.too_many")
		if f, _ := fault.As(err); f.Detail.(Wait).RetryAfter() != signInHere.every {
			t.Errorf("wait %v", f.Detail)
		}
		_, err = h.s.SignIn(h.stranger(), "nobody@payoke.example", "wrong", desk) // as slow for who is not there
		wants(t, err, fault.Invalid, "account.wrong_sign_in")
		must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, Place{Network: "198.51.100.1"}))(t) // and she gets in elsewhere
		h.pass(signInHere.every)
		must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(t)
	})
}

func TestShowCode_takesEachCodeOnce(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		half := must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(t)
		code := h.code()
		must(h.s.ShowCode(h.back(half.Token), code, desk))(t)
		again := must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(t)
		_, err := h.s.ShowCode(h.back(again.Token), code, desk)
		wantsField(t, err, "code", "account.wrong_code")
		older := must(Code(demoSecret, h.now.Add(-stepSeconds*time.Second)))(t) // of the window, but before the last one
		_, err = h.s.ShowCode(h.back(again.Token), older, desk)
		wantsField(t, err, "code", "account.wrong_code")
		if e := h.last("account.code"); e.Op != audit.Deny || e.Subject != h.nora {
			t.Errorf("entry %+v", e)
		}
		must(h.s.ShowCode(h.back(again.Token), h.code(), desk))(t)
	})
}

func TestShowCode_slowsDownGuessing(t *testing.T) {
	h := onSQLite(t)
	half := must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(t)
	for range codeTry.burst {
		_, err := h.s.ShowCode(h.back(half.Token), "000000", desk)
		wantsField(t, err, "code", "account.wrong_code")
	}
	_, err := h.s.ShowCode(h.back(half.Token), h.code(), desk)
	wants(t, err, fault.TooMany, "account.too_many")
}

func TestSession_endsByItself(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		half := must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(t)
		h.pass(codeHolds)
		h.gone(half.Token)

		idle := h.signIn()
		h.pass(h.s.settings.Idle)
		h.gone(idle)

		used := h.signIn()
		start := h.now
		for h.now.Sub(start) < h.s.settings.Length-h.s.settings.Idle {
			h.pass(h.s.settings.Idle - time.Minute)
			h.back(used)
		}
		h.now = start.Add(h.s.settings.Length)
		h.gone(used)
	})
}

func TestSession_noteOfItsLastUseIsExactToTheMinute(t *testing.T) {
	h := onSQLite(t)
	token := h.signIn()
	begun := h.now
	h.pass(59 * time.Second)
	if list := must(h.s.Sessions(h.back(token)))(t); list[0].SeenAt != begun {
		t.Errorf("seen %s, though only 59 seconds passed", list[0].SeenAt)
	}
	h.pass(time.Second)
	if list := must(h.s.Sessions(h.back(token)))(t); list[0].SeenAt != h.now {
		t.Errorf("seen %s", list[0].SeenAt)
	}
}

func TestSession_isOverTheMomentThePersonIsDisabled(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		token := h.signIn()
		ctx := h.back(token)
		w := must(h.agencies.ShowPerson(h.asAdmin(), h.nora))(t)
		fine(t, h.agencies.Disable(h.asAdmin(), h.nora, w.Version))
		h.gone(token)
		_, err := h.s.Me(ctx) // a request that was already under way
		wants(t, err, fault.Unauthenticated, "account.disabled")
		if n := h.count("SELECT COUNT(*) FROM credential WHERE worker_id = '" + h.nora + "' AND password = '' AND totp IS NULL"); n != 1 {
			t.Error("the password is still there")
		}
	})
}

func TestSession_followsTheRolesOfItsPerson(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		token := h.signIn()
		h.back(token)
		w := must(h.agencies.ShowPerson(h.asAdmin(), h.nora))(t)
		w.Hold, w.Family = nil, "Anders"
		must(h.agencies.ChangePerson(h.asAdmin(), h.nora, w.Version, w.Person, w.Access))(t)
		caller, _ := gate.CallerOf(h.back(token))
		if face, _ := FaceOf(h.back(token)); len(caller.Actor.Held) != 0 || face.Person.Family != "Anders" || len(face.Roles) != 0 {
			t.Errorf("actor %+v, face %+v", caller.Actor, face)
		}
	})
}

func TestRecognise_refusesForgedTokens(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		token := h.signIn()
		for _, forged := range []string{"", "x", newToken(), token[:42] + "A", "\x00", strings.Repeat("a", 5000), keyPrefix + token} {
			if forged != token {
				h.gone(forged)
			}
		}
		_, err := h.s.RecogniseKey(t.Context(), keyPrefix+token, "") // a session is no key
		wants(t, err, fault.Unauthenticated, "account.signed_out")
	})
}

func TestSignOut_endsTheSessionAndNoOther(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		here, there := h.signIn(), h.signIn()
		fine(t, h.s.SignOut(h.back(here)))
		h.gone(here)
		key := must(h.s.AddKey(h.back(there), "script", 7, ""))(t)
		fine(t, h.s.SignOutEverywhere(h.back(there)))
		h.gone(there)
		h.keyGone(key.Token)
		if e := h.last("account.sign_out"); e.Op != audit.Logout {
			t.Errorf("entry %+v", e)
		}
	})
}

func TestEndSession_reachesOnlyOnesOwn(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		fine(t, h.s.EnrolForDemo(h.program(), h.admin, demoPassword, demoSecret))
		half := must(h.s.SignIn(h.stranger(), "admin@payoke.example", demoPassword, desk))(t)
		other := must(h.s.ShowCode(h.back(half.Token), h.code(), desk))(t).Token
		foreign := must(h.s.Sessions(h.back(other)))(t)[0].ID

		here, there := h.signIn(), h.signIn()
		list := must(h.s.Sessions(h.back(here)))(t)
		if len(list) != 2 || list[0].Current == list[1].Current {
			t.Fatalf("sessions %+v", list)
		}
		for _, id := range []string{foreign, gate.NewID(), "\xff"} {
			wants(t, h.s.EndSession(h.back(here), id), fault.NotFound, "gate.not_found")
		}
		for _, session := range list {
			if !session.Current {
				fine(t, h.s.EndSession(h.back(here), session.ID))
			}
		}
		h.gone(there)
		h.back(here)
		h.back(other)
	})
}

func TestStepUp_opensForTenMinutes(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		token := h.signIn()
		h.pass(11 * time.Minute)
		wants(t, h.s.BeginKey(h.back(token)), fault.Refused, "gate.step_up")
		wantsField(t, h.s.StepUp(h.back(token), "000000"), "code", "account.wrong_code")
		fine(t, h.s.StepUp(h.back(token), h.code()))
		fine(t, h.s.BeginKey(h.back(token)))
		h.pass(11 * time.Minute)
		wants(t, h.s.BeginKey(h.back(token)), fault.Refused, "gate.step_up")
	})
}

func TestChangePassword_endsEveryOtherSession(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		here, there := h.signIn(), h.signIn()
		ctx := h.back(here)
		const next = "een heel ander gezegde"
		wantsField(t, h.s.ChangePassword(ctx, "not it", next), "present", "account.wrong_password")
		wantsField(t, h.s.ChangePassword(ctx, demoPassword, "kort"), "password", "account.password_too_short")
		wantsField(t, h.s.ChangePassword(ctx, demoPassword, "nora@payoke.example"), "password", "account.password_has_email")
		key := must(h.s.AddKey(h.back(there), "script", 7, ""))(t)
		fine(t, h.s.ChangePassword(ctx, demoPassword, next))
		h.gone(there)
		h.keyGone(key.Token)
		h.back(here)
		_, err := h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk)
		wants(t, err, fault.Invalid, "account.wrong_sign_in")
		must(h.s.SignIn(h.stranger(), "nora@payoke.example", next, desk))(t)
		if e := h.last("account.change_password_refused"); e.Op != audit.Deny {
			t.Errorf("entry %+v", e)
		}
	})
}

func TestSignIn_renewsAHashOfAnOlderCost(t *testing.T) {
	h := onSQLite(t)
	c := Cost{kibibytes: 512, passes: 2, threads: 1}
	salt := make([]byte, saltBytes)
	sum := must(h.s.hash.derive(t.Context(), demoPassword, salt, c))(t)
	fine(t, h.db.Write(t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec("UPDATE credential SET password = :phc WHERE worker_id = :worker", database.Args{"phc": encode(c, salt, sum), "worker": h.nora})
		return err
	}))
	h.signIn()
	if n := h.count("SELECT COUNT(*) FROM credential WHERE password LIKE '$argon2id$v=19$m=1024,t=1,p=1$%'"); n != 1 {
		t.Error("the hash was not renewed")
	}
	h.signIn()
}

func TestChooseLanguage_isReadAtOnce(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		token := h.signIn()
		fine(t, h.s.ChooseLanguage(h.back(token), "de"))
		if face, _ := FaceOf(h.back(token)); face.Language != "de" {
			t.Errorf("reads %q", face.Language)
		}
		wantsField(t, h.s.ChooseLanguage(h.back(token), "es"), "language", "fault.field_unknown_code")
	})
}

func TestStoredSecrets_areHashedOrSealed(t *testing.T) {
	h := onSQLite(t)
	token := h.signIn()
	key := must(h.s.AddKey(h.back(token), "Export voor Myria", 30, ""))(t)
	made := must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
	secret := must(parseSecret(demoSecret))(t)
	for _, file := range []string{h.path, h.path + "-wal"} {
		content := string(must(os.ReadFile(file))(t))
		for _, clear := range []string{token, key.Token, strings.TrimPrefix(key.Token, keyPrefix), made.Token, demoPassword, string(secret), demoSecret, "Myria", "Wijnants"} {
			if strings.Contains(content, clear) {
				t.Errorf("%s holds %q", file, clear)
			}
		}
	}
}

func TestSweep_removesWhatIsLongOver(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		h.signIn()
		must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
		fine(t, h.s.Sweep(t.Context()))
		if h.count("SELECT COUNT(*) FROM throttle") == 0 || h.count("SELECT COUNT(*) FROM session") != 2 {
			t.Error("what still counts was removed")
		}
		h.pass(100 * 24 * time.Hour)
		fine(t, h.s.Sweep(t.Context()))
		for _, table := range []string{"throttle", "session", "invitation"} {
			if n := h.count("SELECT COUNT(*) FROM " + table); n != 0 {
				t.Errorf("%d rows are left in %s", n, table)
			}
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	h := onSQLite(b)
	token := h.signIn()
	for b.Loop() {
		if _, err := h.s.Recognise(context.Background(), token, ""); err != nil {
			b.Fatal(err)
		}
	}
}
