package outside_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"relais/internal/authz"
	"relais/internal/database"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/notice"
	"relais/internal/outside"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
)

// scene is a victim file of the labour inspectorate, and a house for women in Germany that has no account.
type scene struct {
	*testkit.World
	t      *testing.T
	victim string
}

func onBoth(t *testing.T, test func(s *scene)) {
	testkit.Both(t, func(t *testing.T, w *testkit.World) {
		test(&scene{World: w, t: t, victim: w.OpenVictim("rsz", w.OpenCase("rsz"), section.Values{"family_name": "Nguyen", "given_names": "Thi Zq"})})
	})
}

func good() outside.New {
	return outside.New{Organisation: "Frauenhaus Aachen", Email: "aufnahme@frauenhaus.example", Hours: 72, Language: "en", Outward: sharing.Outward{
		Kind: authz.RoleShelter, Country: "DE", Sections: []string{"identity"}, Reason: "shelter", Note: "She speaks Vietnamese.",
		Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}}
}

func (s *scene) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// sent previews a package and makes its link.
func (s *scene) sent(n outside.New) outside.Made {
	s.t.Helper()
	return s.sentBy("rsz", n)
}

func (s *scene) sentBy(who string, n outside.New) outside.Made {
	s.t.Helper()
	shown, err := s.Outside.Rehearse(s.As(who), s.victim, n)
	s.must(err)
	n.Seen = shown.Seen
	made, err := s.Outside.Send(s.As(who), s.victim, n, "")
	s.must(err)
	return made
}

func (s *scene) open(made outside.Made) (outside.Given, error) {
	return s.Outside.Open(context.Background(), made.Token, made.Code)
}

func (s *scene) state(made outside.Made) outside.View {
	s.t.Helper()
	v, err := s.Outside.Show(s.As("rsz"), s.victim, made.ID)
	s.must(err)
	return v
}

func (s *scene) told(who, code string) (count int) {
	s.t.Helper()
	list, err := s.Notices.List(s.As(who), notice.Open, gate.Cursor{})
	s.must(err)
	for _, n := range list.Items {
		if n.Code == code && n.Path() == "/victims/"+s.victim+"/outside/"+n.Subject {
			count++
		}
	}
	return count
}

// number reads one number behind the program's back.
func (s *scene) number(query string, args database.Args) (n int64) {
	s.t.Helper()
	s.must(s.Database.Read(s.t.Context(), func(tx *database.Tx) error { return tx.Get(&n, query, args) }))
	return n
}

// exec writes behind the program's back.
func (s *scene) exec(statement string) {
	s.t.Helper()
	s.must(s.Database.Write(s.t.Context(), func(tx *database.Tx) error {
		_, err := tx.Exec(statement, nil)
		return err
	}))
}

func (s *scene) dead(made outside.Made, why string) {
	s.t.Helper()
	given, err := s.open(made)
	if f, ok := fault.As(err); !ok || f.Kind != fault.NotFound || f.Key != "outside.not_opened" || len(given.Sections) > 0 {
		s.t.Errorf("%s: %v with %d sections", why, err, len(given.Sections))
	}
}

func (s *scene) wants(err error, field, key string) {
	s.t.Helper()
	f, ok := fault.As(err)
	if !ok || !slices.ContainsFunc(f.Fields, func(ff fault.FieldFault) bool { return ff.Name == field && ff.Key == key }) {
		s.t.Errorf("%v, want %s at %s", err, key, field)
	}
}

func longerThan(hours int) time.Duration { return time.Duration(hours)*time.Hour + time.Second }
