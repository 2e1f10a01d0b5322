package pathways_test

import (
	"cmp"
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"relais/internal/clock"
	"relais/internal/fault"
	"relais/internal/gate"
	"relais/internal/moment"
	"relais/internal/section"
	"relais/internal/track"
)

// line is one line of a story: on a day somebody does something, and these clocks run afterwards; or an agency, or its lead, is told
// something by a code, of a rule's clock or task; or gets a task by a rule, until a day.
type line struct{ day, who, do, what, detail, document, clocks string }

var (
	adult = section.Values{"family_name": "Nguyen", "given_names": "Thi Mai", "birth_date": "1994-05-17", "citizenships": "VN"}
	child = section.Values{"family_name": "Nguyen", "given_names": "Van Duc", "age_status": "presumed_child", "citizenships": "VN"}
)

func TestStory_beAdult_annex15ToDurableStay(t *testing.T) {
	walk(t, "be_adult", "BE", adult, casts["be"])
}
func TestStory_beMinor_atOnceWithoutReflection(t *testing.T) {
	walk(t, "be_minor", "BE", child, casts["be"])
}
func TestStory_nlAdult_reflectionB83ThreeYears(t *testing.T) {
	walk(t, "nl_adult", "NL", adult, casts["nl"])
}
func TestStory_nlMinor_cannotCooperate(t *testing.T) { walk(t, "nl_minor", "NL", child, casts["nl"]) }
func TestStory_luAdult_ninetyDaysAndPermit(t *testing.T) {
	walk(t, "lu_adult", "LU", adult, casts["lu"])
}
func TestStory_luMinor_personalSituation(t *testing.T) { walk(t, "lu_minor", "LU", child, casts["lu"]) }
func TestStory_benelux_twoClocksBothRight(t *testing.T) {
	walk(t, "benelux", "BE", adult, slices.Concat(casts["be"], casts["nl"]))
}

// walk plays a story on both engines and holds every due day, every task and every notice of the file against its table. A length that was changed in a
// pack fails here, under the name of the story.
func walk(t *testing.T, name, country string, identity section.Values, cast []string) {
	t.Helper()
	story := read(t, name)
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			s := newScene(t, engine)
			s.open(country, identity, cast)
			for len(story) > 0 && !t.Failed() {
				n := slices.IndexFunc(story, func(l line) bool { return l.day != story[0].day })
				if n < 0 {
					n = len(story)
				}
				s.day(t, name, story[:n])
				story = story[n:]
			}
			story = read(t, name)
		})
	}
}

func read(t *testing.T, name string) (story []line) {
	t.Helper()
	file, err := os.Open("testdata/" + name + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		story = append(story, line{r[0], r[1], r[2], r[3], r[4], r[5], r[6]})
	}
	return story
}

// day plays what happens on one day: first the program tells, then people act, and whoever has to learn of it is told. Nothing may
// have been told on the days before.
func (s *scene) day(t *testing.T, name string, lines []line) {
	t.Helper()
	day := moment.Date(lines[0].day)
	if day > s.Today() {
		s.until(day.AddDays(-1))
		if early := s.news(); len(early) > 0 {
			t.Errorf("%s: told before %s: %v", name, day, early)
		}
	}
	s.until(day)
	for _, l := range lines {
		if !l.news() {
			s.act(t, name, l)
		}
	}
	s.until(day)
	want := slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return !l.news() })
	byText := func(a, b line) int { return cmp.Compare(a.do+a.who+a.what+a.detail, b.do+b.who+b.what+b.detail) }
	got := s.news()
	slices.SortFunc(want, byText)
	slices.SortFunc(got, byText)
	if !slices.Equal(got, want) {
		t.Errorf("%s, %s: told\n%v\nnot\n%v", name, day, got, want)
	}
}

// news says whether a line is what comes to somebody, and not what they do.
func (l *line) news() bool { return l.do == "told" || l.do == "task" }

func (s *scene) act(t *testing.T, name string, l line) {
	t.Helper()
	switch l.do {
	case "move":
		if err := s.move(l); err != nil {
			t.Errorf("%s, %s: %s %s: %v", name, l.day, l.who, l.what, err)
		}
	case "refused":
		if err := s.move(l); !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Conflict) {
			t.Errorf("%s, %s: %s %s was not refused: %v", name, l.day, l.who, l.what, err)
		}
	case "renew", "end":
		if err := s.clock(l); err != nil {
			t.Errorf("%s, %s: %s %s: %v", name, l.day, l.do, l.what, err)
		}
	case "final":
		s.isFinal(t, name)
	default:
		t.Fatalf("%s: nobody knows how to %q", name, l.do)
	}
	if got := s.running(); got != l.clocks {
		t.Errorf("%s, %s after %s %s: clocks %q, not %q", name, l.day, l.do, l.what, got, l.clocks)
	}
}

func (s *scene) move(l line) error {
	what, person, _ := strings.Cut(l.what, "/")
	of, to, _ := strings.Cut(what, ":")
	view, _, err := s.Tracks.Show(s.as(l.who), s.victim)
	if err != nil {
		return err
	}
	version := int64(1)
	for _, lane := range view.Lanes {
		if lane.Track == of && lane.Country == strings.ToUpper(l.who[:2]) {
			version = lane.Version
		}
	}
	_, err = s.Tracks.Move(s.as(l.who), s.victim, track.New{Track: of, To: to, Person: person, On: moment.Date(l.day),
		Confirmed: strings.Fields(l.detail), Document: l.document}, version, "")
	return err
}

func (s *scene) clock(l line) error {
	list, err := s.Clocks.OfFile(s.as(l.who), s.victim)
	if err != nil {
		return err
	}
	for _, c := range list.Items {
		switch {
		case c.Rule != l.what || c.State != clock.Runs:
		case l.do == "end":
			return s.Clocks.End(s.as(l.who), c.ID, c.Version, moment.Date(l.day), l.detail)
		default:
			return s.Clocks.Renew(s.as(l.who), c.ID, c.Version)
		}
	}
	return errors.New("no such clock runs")
}

// running are the open clocks with their due days, in order.
func (s *scene) running() string {
	var list []string
	s.ask(s.lead, func(tx *gate.Tx) error {
		open, err := clock.Running(tx, s.victim)
		for _, c := range open {
			list = append(list, c.Rule+" "+string(c.DueOn))
		}
		return err
	})
	slices.Sort(list)
	return strings.Join(list, "; ")
}

func (s *scene) isFinal(t *testing.T, name string) {
	t.Helper()
	s.ask(s.lead, func(tx *gate.Tx) error {
		final, open, err := s.Tracks.Final(tx)
		if !final {
			t.Errorf("%s ends with open tracks: %v", name, open)
		}
		return err
	})
}
