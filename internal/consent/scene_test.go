package consent_test

import (
	"errors"
	"slices"
	"testing"

	"relais/internal/consent"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// scene is a case of the labour inspectorate with one victim, who has said yes to Payoke.
type scene struct {
	*testkit.World
	caseID, victimID, consentID string
}

func onBoth(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		s := &scene{World: w, caseID: w.OpenCase("rsz")}
		s.victimID = w.OpenVictim("rsz", s.caseID, section.Values{"family_name": "Nguyen", "given_names": "Thi"})
		s.consentID = s.record("rsz", s.victimID, s.yes())
		test(t, s)
	})
}

func (s *scene) payoke() testkit.Place { return s.Place("be.payoke") }

// yes is what the person said: identity and safe contact to Payoke for protection, until the end of June.
func (s *scene) yes() consent.New {
	return consent.New{Sections: []string{"identity", "exploitation"}, Recipients: []consent.Recipient{{AgencyID: s.payoke().ID}},
		Purposes: []string{"protection"}, AskedOn: "2026-03-02", Until: "2026-06-30", How: "oral_witnessed", Language: "vi",
		Explained: consent.Explanations(), Interpreter: "Tolk 114", Witness: "Lotte Vermoesen", Note: "Asked twice."}
}

func (s *scene) record(who, victimID string, n consent.New) string {
	s.T.Helper()
	id, err := s.Consents.Record(s.As(who), victimID, n, "")
	if err != nil {
		s.T.Fatalf("record a consent as %s: %v", who, err)
	}
	return id
}

func (s *scene) show(who string) consent.View {
	s.T.Helper()
	view, err := s.Consents.Show(s.As(who), s.victimID, s.consentID)
	if err != nil {
		s.T.Fatalf("show the consent as %s: %v", who, err)
	}
	return view
}

// offer is a referral to Payoke on the consent.
func (s *scene) offer() sharing.NewReferral {
	return sharing.NewReferral{DeskID: s.payoke().Desks[0], Sections: []string{"identity"}, Urgency: sharing.Urgent, Reason: "shelter",
		Terms: sharing.Terms{Purpose: "protection", Basis: "consent", ConsentID: s.consentID, Until: "2026-06-30"}}
}

// refer offers the person to Payoke, which accepts.
func (s *scene) refer() string {
	s.T.Helper()
	id := must(s.Sharing.Refer(s.As("rsz"), s.victimID, s.offer(), ""))(s.T)
	offered := must(s.Sharing.Show(s.As("payoke"), id))(s.T)
	must(s.Sharing.Accept(s.As("payoke"), id, offered.Version))(s.T)
	return id
}

func (s *scene) withdraw(who string) {
	s.T.Helper()
	must(s.Consents.Withdraw(s.As(who), s.victimID, s.consentID, s.show(who).Version, "spoken", ""))(s.T)
}

// sees says whether a person finds the victim file.
func (s *scene) sees(who string) bool {
	s.T.Helper()
	_, err := s.Victims.Show(s.As(who), s.victimID)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		s.T.Fatal(err)
	}
	return err == nil
}

// told counts the open notices of a code that a person has.
func (s *scene) told(who, code string) (count int) {
	s.T.Helper()
	for _, n := range must(s.Notices.List(s.As(who), notice.Open, gate.Cursor{}))(s.T).Items {
		if n.Code == code {
			count++
		}
	}
	return count
}

// number reads one number behind the program's back.
func (s *scene) number(query string, args database.Args) (n int64) {
	s.T.Helper()
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, args) }))
	return n
}

func wantsField(t *testing.T, err error, field, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.FieldFault) bool { return x.Name == field && x.Key == key }) {
		t.Errorf("want %s at %s, got %v", key, field, err)
	}
}

func wants(t *testing.T, err error, kind fault.Kind, what string) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Errorf("%s: want %q, got %v", what, kind, err)
	}
}

func must[T any](value T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must0(t, err)
		return value
	}
}

func must0(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type gateTx = gate.Tx

var errCrash = errors.New("crash")

// entries are the trail's entries of an action, as they are stored.
func (s *scene) entries(action string) (texts []string) {
	s.T.Helper()
	s.Trail.Settle(s.T.Context())
	var bodies [][]byte
	must0(s.T, s.Database.Read(s.T.Context(), func(tx *database.Tx) error {
		return tx.Select(&bodies, `SELECT body FROM audit_entry WHERE action = :action`, database.Args{"action": action})
	}))
	for _, body := range bodies {
		texts = append(texts, string(body))
	}
	return texts
}
