package bench

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"relais/internal/audit"
	"relais/internal/casefile"
	"relais/internal/gate"
)

// onlooker is somebody with a list of cases, and what share of the house is in it.
type onlooker struct {
	name, key string
	sees      func(place, cases int) bool // by the place of a case in the order of last change, the oldest first
}

var onlookers = []onlooker{
	{"restricted", "rsz.other", func(place, _ int) bool { return place < 60 }},
	{"percent", "fgp.other", func(place, _ int) bool { return place%100 == 0 }},
	{"widest", "rsz", func(int, int) bool { return true }},
}

var sizes = []struct {
	name  string
	cases int
}{{"10k", 10_000}, {"100k", 100_000}}

var keysetAction = gate.ByAnyone("bench.keyset")

// BenchmarkCaseList is a page of 50 cases as JSON, recorded like every look: the first page, and one from anywhere in the list,
// for who sees the 60 oldest cases, for who sees one in a hundred, and for who sees all. The rows that end in keyset are the
// part of it that finds which cases stand on the page, without session, facts and trail: there the number of cases would show
// first. The reference is the same page where there are 10,000 cases.
func BenchmarkCaseList(b *testing.B) {
	for _, size := range sizes {
		h := open(b, "sqlite")
		h.cases(b, size.cases)
		for _, who := range onlookers {
			reader, list := newBrowser(b, h.url, h.signIn(b, who.key)), cursorsOf(who, size.cases)
			if items := bytes.Count(reader.body(b, "/api/v1/cases"), []byte(`"reference"`)); items != casefile.PageSize {
				b.Fatalf("%s sees a page of %d cases", who.name, items)
			}
			for _, page := range []struct {
				name string
				from func() gate.Cursor
			}{
				{"first", func() gate.Cursor { return gate.Cursor{} }},
				{"random", func() gate.Cursor { return list[rand.IntN(len(list))] }},
			} {
				name := size.name + "/" + who.name + "/" + page.name
				b.Run(name, func(b *testing.B) {
					share(b, 1, func() error { return reader.get("/api/v1/cases?after=" + page.from().String()) })
				})
				b.Run(name+"/keyset", func(b *testing.B) { h.keyset(b, who.key, page.from) })
			}
		}
	}
}

func (h *house) keyset(b *testing.B, key string, from func() gate.Cursor) {
	must(b, h.Gate.Read(h.world.As(key), keysetAction, gate.Own(), func(tx *gate.Tx) (audit.Event, error) {
		b.ResetTimer()
		for range b.N {
			if _, _, err := tx.List(gate.Case, from(), casefile.PageSize); err != nil {
				return audit.Event{}, err
			}
		}
		b.StopTimer()
		return audit.Event{Op: audit.Search}, nil
	}))
}
