package audit

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"relais/internal/fault"
	"relais/internal/moment"
)

// drawEntry makes entries with any text at all, even such as check would refuse.
func drawEntry(t *rapid.T) Entry {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "-", "%", "%2D", "a b", "x\ny", "field z", "\x00\xff", "id 1"}))
	texts := rapid.SliceOfN(text, 0, 3)
	var e Entry
	for _, l := range e.lines() {
		*l.value = text.Draw(t, l.key)
	}
	e.At = moment.Time(rapid.Int64Range(0, 253402300799999999).Draw(t, "at"))
	e.PolicyVersion = rapid.Int64().Draw(t, "policy")
	e.ResultCount = rapid.Int64().Draw(t, "count")
	e.Fields, e.Concerns, e.Results = nonEmpty(texts.Draw(t, "fields")), nonEmpty(texts.Draw(t, "concerns")), nonEmpty(texts.Draw(t, "results"))
	for range rapid.IntRange(0, 2).Draw(t, "recipients") {
		e.Recipients = append(e.Recipients, Recipient{text.Draw(t, "agency"), text.Draw(t, "worker")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "sections") {
		e.Sections = append(e.Sections, SectionUse{text.Draw(t, "section"), text.Draw(t, "show"), text.Draw(t, "decision"),
			text.Draw(t, "reason"), rapid.Int().Draw(t, "line"), text.Draw(t, "grant"), text.Draw(t, "needs")})
	}
	return e
}

func nonEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

func TestCanonical_isReadBackAsTheSameEntry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := drawEntry(t)
		got, err := ParseEntry(e.Canonical())
		if err != nil {
			t.Fatalf("%v in %q", err, e.Canonical())
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestCanonical_isDifferentForDifferentEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawEntry(t), drawEntry(t)
		if !cmp.Equal(a, b) && string(a.Canonical()) == string(b.Canonical()) {
			t.Fatalf("two entries with the bytes %q", a.Canonical())
		}
	})
}

func TestParseEntry_refusesEveryOtherText(t *testing.T) {
	e := example(1)
	e.ID = "entry-1"
	whole := string(e.Canonical())
	for name, text := range map[string]string{
		"empty": "", "another format": strings.Replace(whole, "entry 1", "entry 2", 1), "cut": whole[:len(whole)-1],
		"a line more": whole + "field x\n", "an unknown key": whole + "colour red\n", "lower-case escape": strings.Replace(whole, "victim.open", "victim%2eopen", 1),
		"needless escape": strings.Replace(whole, "victim.open", "victim%2Eopen", 1), "half an escape": strings.Replace(whole, "victim.open", "victim%2", 1),
		"number with a sign": strings.Replace(whole, "policy 7", "policy +7", 1), "a part more": strings.Replace(whole, "country BE", "country BE NL", 1),
		"a zero": strings.Replace(whole, "policy 7", "policy 0", 1), "empty line": whole + "\n", "bad time": strings.Replace(whole, "at 2026", "at 20x6", 1),
		"few parts in a section": strings.Replace(whole, "section identity full", "section identity", 1),
	} {
		if text != whole {
			if _, err := ParseEntry([]byte(text)); err == nil {
				t.Errorf("%s: was read", name)
			}
		}
	}
}

func FuzzParseEntry(f *testing.F) {
	e := example(1)
	f.Add(e.Canonical())
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, err := ParseEntry(body); err == nil && string(e.Canonical()) != string(body) {
			t.Errorf("%q was read but is written %q", body, e.Canonical())
		}
	})
}

func TestInsert_refusesWhatIsNoCode(t *testing.T) {
	for field, spoil := range map[string]func(e *Entry){
		"op":        func(e *Entry) { e.Op = "peek" },
		"decision":  func(e *Entry) { e.Decision = "" },
		"action":    func(e *Entry) { e.Action = "" },
		"at":        func(e *Entry) { e.At = -1 },
		"actor":     func(e *Entry) { e.ActorID = "Maria Popescu" },
		"subject":   func(e *Entry) { e.Subject = "Ελένη" },
		"reason":    func(e *Entry) { e.Reason = "line\nforged" },
		"trace":     func(e *Entry) { e.TraceID = strings.Repeat("x", 201) },
		"field":     func(e *Entry) { e.Fields = []string{"born 3 May"} },
		"result":    func(e *Entry) { e.Results = []string{""} },
		"concern":   func(e *Entry) { e.Concerns = []string{"\x00"} },
		"section":   func(e *Entry) { e.Sections[1].Needs = "consent, please" },
		"recipient": func(e *Entry) { e.Recipients = []Recipient{{"agency-1", "Jan Peeters"}} },
	} {
		e := example(1)
		spoil(e)
		h := &house{t: t}
		h.Log = h.log(nil, Options{Heads: &DirHeads{}})
		err := h.Insert(nil, e)
		wantKey(t, err, fault.Internal, "audit.entry_refused")
		if f, ok := fault.As(err); ok && f.Args["field"] != field {
			t.Errorf("%s: the fault names %v", field, f.Args["field"])
		}
	}
}

func TestNewID_sortsAsTheTimesDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := moment.Time(rapid.Int64Range(1, 1<<47).Draw(t, "a"))
		b := a + moment.Time(rapid.Int64Range(1, 1<<40).Draw(t, "later by"))
		if newID(a) >= newID(b) {
			t.Fatalf("%s of %d is not below %s of %d", newID(a), a, newID(b), b)
		}
	})
}

func TestEvent_isZeroWithoutAnOperation(t *testing.T) {
	if !(Event{}).IsZero() || (Event{Op: Consult}).IsZero() {
		t.Error("an event is zero exactly when it names no operation")
	}
	for _, op := range Ops() {
		if !op.known() {
			t.Errorf("%s is offered and not known", op)
		}
	}
}
