package account

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relais/internal/agency"
	"relais/internal/audit"
	"relais/internal/authz"
	"relais/internal/fault"
	"relais/internal/gate"
)

const chosen = "drie rode lampen branden"

// TestAccept_leadsFromTheLinkToTheHouse is the whole way of a new colleague.
func TestAccept_leadsFromTheLinkToTheHouse(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		added := must(h.agencies.AddPerson(h.asAdmin(), agency.NewWorker{Given: "Yara", Family: "Bellefroy", Email: "yara@payoke.example",
			Language: "fr", Hold: []string{h.home.Roles[agency.Caseworker]}}, ""))(t)
		fine(t, h.s.Invited(h.stranger(), added.Invitation.Token))
		_, err := h.s.Accept(h.stranger(), added.Invitation.Token, "yara@payoke.example", desk)
		wantsField(t, err, "password", "account.password_has_email")

		half := must(h.s.Accept(h.stranger(), added.Invitation.Token, chosen, desk))(t)
		if half.AAL != 1 || half.Enrolled {
			t.Fatalf("after the password: %+v", half)
		}
		_, err = h.agencies.Agencies(h.back(half.Token))
		wants(t, err, fault.Unauthenticated, "gate.second_factor")
		_, err = h.s.ShowCode(h.back(half.Token), "123456", desk)
		wants(t, err, fault.Conflict, "account.not_enrolled")

		shown := must(h.s.Enrolment(h.back(half.Token)))(t)
		if again := must(h.s.Enrolment(h.back(half.Token)))(t); again.Secret != shown.Secret || shown.Picture.Path == "" {
			t.Error("the secret changes when the page is loaded again")
		}
		_, err = h.s.Enrol(h.back(half.Token), "000000", desk)
		wantsField(t, err, "code", "account.wrong_code")
		code := must(Code(shown.Secret, h.now))(t)
		whole := must(h.s.Enrol(h.back(half.Token), code, desk))(t)
		h.gone(half.Token)
		must(h.agencies.Agencies(h.back(whole.Token)))(t)
		if face, _ := FaceOf(h.back(whole.Token)); face.Person.Given != "Yara" || face.Language != "fr" || !face.Enrolled {
			t.Errorf("face %+v", face)
		}
		wants(t, h.s.StepUp(h.back(whole.Token), code), fault.Invalid, "") // the code that confirmed it is used up
		half = must(h.s.SignIn(h.stranger(), "yara@payoke.example", chosen, desk))(t)
		h.pass(stepSeconds * time.Second)
		must(h.s.ShowCode(h.back(half.Token), must(Code(shown.Secret, h.now))(t), desk))(t)
		if e := h.last("account.accept_invitation"); e.Op != audit.Admin || e.Subject != added.ID || !slices.Equal(e.Concerns, []string{h.home.ID}) {
			t.Errorf("entry %+v", e)
		}
	})
}

func TestInvitation_worksOnceAndFor72Hours(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		first := must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
		second := must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
		wants(t, h.s.Invited(h.stranger(), first.Token), fault.NotFound, "gate.not_found") // a newer one ends it
		for _, nothing := range []string{"", "x", newToken(), "\xff"} {
			wants(t, h.s.Invited(h.stranger(), nothing), fault.NotFound, "gate.not_found")
			_, err := h.s.Accept(h.stranger(), nothing, chosen, desk)
			wants(t, err, fault.NotFound, "gate.not_found")
		}
		must(h.s.Accept(h.stranger(), second.Token, chosen, desk))(t)
		_, err := h.s.Accept(h.stranger(), second.Token, chosen, desk)
		wants(t, err, fault.NotFound, "gate.not_found")

		late := must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
		h.pass(72*time.Hour - time.Second)
		fine(t, h.s.Invited(h.stranger(), late.Token))
		h.pass(time.Second)
		wants(t, h.s.Invited(h.stranger(), late.Token), fault.NotFound, "gate.not_found")

		gone := must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
		fine(t, h.agencies.Retire(h.program(), h.home.ID, h.nora))
		wants(t, h.s.Invited(h.stranger(), gone.Token), fault.NotFound, "gate.not_found")
	})
}

func TestAccept_endsAllThatWasBefore(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		token := h.signIn()
		key := must(h.s.AddKey(h.back(token), "script", 7, ""))(t)
		made := must(h.agencies.Invite(h.asAdmin(), h.nora, ""))(t)
		h.back(token) // an invitation alone ends nothing
		half := must(h.s.Accept(h.stranger(), made.Token, chosen, desk))(t)
		h.gone(token)
		_, err := h.s.RecogniseKey(t.Context(), key.Token, "")
		wants(t, err, fault.Unauthenticated, "account.signed_out")
		_, err = h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk)
		wants(t, err, fault.Invalid, "account.wrong_sign_in")
		_, err = h.s.Enrol(h.back(half.Token), h.code(), desk) // the code of the old telephone
		wantsField(t, err, "code", "account.wrong_code")
	})
}

func TestEnrol_cannotReplaceASecondFactorThatWasNotShown(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		half := must(h.s.SignIn(h.stranger(), "nora@payoke.example", demoPassword, desk))(t)
		wants(t, h.s.ReplaceFactor(h.back(half.Token)), fault.Unauthenticated, "gate.second_factor")
		_, err := h.s.Enrolment(h.back(half.Token))
		wants(t, err, fault.Unauthenticated, "gate.second_factor")
		_, err = h.s.Enrol(h.back(half.Token), "000000", desk)
		wants(t, err, fault.Unauthenticated, "gate.second_factor")
	})
}

func TestReplaceFactor_keepsTheOldOneUntilTheNewOneIsConfirmed(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		here, there := h.signIn(), h.signIn()
		_, err := h.s.Enrolment(h.back(here))
		wants(t, err, fault.NotFound, "") // nothing was prepared
		h.pass(11 * time.Minute)
		wants(t, h.s.ReplaceFactor(h.back(here)), fault.Refused, "gate.step_up")
		fine(t, h.s.StepUp(h.back(here), h.code()))
		key := must(h.s.AddKey(h.back(here), "script", 7, ""))(t)
		fine(t, h.s.ReplaceFactor(h.back(here)))
		shown := must(h.s.Enrolment(h.back(here)))(t)
		fine(t, h.s.StepUp(h.back(here), h.code())) // the old telephone still counts
		pass := must(h.s.Enrol(h.back(here), must(Code(shown.Secret, h.now))(t), desk))(t)
		h.gone(here)
		h.gone(there)
		h.keyGone(key.Token)
		if pass.AAL != 2 {
			t.Errorf("pass %+v", pass)
		}
		wants(t, h.s.StepUp(h.back(pass.Token), h.code()), fault.Invalid, "") // and now it does not
	})
}

func TestKey_hasTheRightsOfItsPersonAndNoMore(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		token := h.signIn()
		made := must(h.s.AddKey(h.back(token), "Nachtelijke export", 90, ""))(t)
		if !strings.HasPrefix(made.Token, "relais_") || made.UntilAt != h.now.Add(90*24*time.Hour) {
			t.Errorf("key %+v", made)
		}
		ctx := must(h.s.RecogniseKey(t.Context(), made.Token, "trace"))(t)
		caller, _ := gate.CallerOf(ctx)
		if !caller.Actor.ViaKey || caller.Actor.WorkerID != h.nora || len(caller.Actor.Held) != 1 || caller.Actor.SessionID != made.ID {
			t.Errorf("caller %+v", caller)
		}
		must(h.agencies.Agencies(ctx))(t)
		if e := h.last("agency.directory"); e.SessionID != made.ID || e.ActorID != h.nora || e.TraceID != "trace" {
			t.Errorf("entry %+v", e)
		}
		_, err := h.s.AddKey(ctx, "another", 7, "") // what asks for the second factor stays closed
		wants(t, err, fault.Refused, "gate.not_by_key")
		wants(t, h.s.StepUp(ctx, h.code()), fault.Refused, "gate.not_by_key")
		wants(t, h.s.ChangePassword(ctx, demoPassword, chosen), fault.Refused, "gate.not_by_key")
		wants(t, h.s.ReplaceFactor(ctx), fault.Refused, "gate.not_by_key")

		list := must(h.s.Keys(ctx))(t)
		if len(list) != 1 || list[0].Label != "Nachtelijke export" {
			t.Errorf("keys %+v", list)
		}
		h.pass(90 * 24 * time.Hour)
		_, err = h.s.RecogniseKey(t.Context(), made.Token, "")
		wants(t, err, fault.Unauthenticated, "account.signed_out")
	})
}

func TestAddKey_checksItsInputAndHappensOnce(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx := h.back(h.signIn())
		for _, bad := range []struct {
			label string
			days  int
			field string
		}{{"", 7, "label"}, {strings.Repeat("x", 81), 7, "label"}, {"a\x00b", 7, "label"}, {"x", 0, "days"}, {"x", 91, "days"}} {
			_, err := h.s.AddKey(ctx, bad.label, bad.days, "")
			if f, _ := fault.As(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != bad.field {
				t.Errorf("%q for %d days: %v", bad.label, bad.days, err)
			}
		}
		first := must(h.s.AddKey(ctx, "script", 7, "once-1234"))(t)
		again := must(h.s.AddKey(ctx, "script", 7, "once-1234"))(t)
		if again.ID != first.ID || again.Token != "" || again.Label != "script" {
			t.Errorf("again %+v", again)
		}
		for range mostKeys - 1 {
			must(h.s.AddKey(ctx, "script", 7, ""))(t)
		}
		_, err := h.s.AddKey(ctx, "script", 7, "")
		wants(t, err, fault.Conflict, "account.too_many_keys")
	})
}

func TestEndKey_reachesOnlyOnesOwn(t *testing.T) {
	both(t, func(t *testing.T, h *house) {
		ctx := h.back(h.signIn())
		made := must(h.s.AddKey(ctx, "script", 7, ""))(t)
		wants(t, h.s.EndKey(h.asAdmin(), made.ID), fault.NotFound, "gate.not_found")
		wants(t, h.s.EndKey(ctx, gate.NewID()), fault.NotFound, "gate.not_found")
		wants(t, h.s.EndKey(ctx, "\xff"), fault.NotFound, "gate.not_found")
		fine(t, h.s.EndKey(ctx, made.ID))
		_, err := h.s.RecogniseKey(t.Context(), made.Token, "")
		wants(t, err, fault.Unauthenticated, "account.signed_out")
		if list := must(h.s.Keys(ctx))(t); len(list) != 0 {
			t.Errorf("keys %+v", list)
		}
	})
}

func TestEnrolForDemo_isTheProgramsAlone(t *testing.T) {
	h := onSQLite(t)
	wants(t, h.s.EnrolForDemo(h.asAdmin(), h.nora, chosen, demoSecret), fault.Unauthenticated, "gate.nobody")
	wants(t, h.s.EnrolForDemo(h.program(), gate.NewID(), chosen, demoSecret), fault.NotFound, "")
	wants(t, h.s.EnrolForDemo(h.program(), h.nora, chosen, "1"), fault.Invalid, "")
	if caller, _ := gate.CallerOf(h.back(h.signIn())); caller.Actor.Kind != authz.RoleShelter {
		t.Errorf("actor %+v", caller.Actor)
	}
}
