package pointer_test

import (
	"fmt"
	"testing"
	"time"

	"relais/internal/database"
	"relais/internal/pointer"
	"relais/internal/section"
	"relais/internal/testkit"
)

// fillTokens puts tokens of other people into the blind index.
const fillTokens = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)
INSERT INTO search_token (token, file_id, entry_id)
SELECT randomblob(32), e.file_id, e.id FROM n JOIN (SELECT id, file_id FROM entry WHERE file_id = :file LIMIT 1) e`

// BenchmarkProbe is a whole look, with its commit and its entry: at a person whom nobody knows, one whom an agency knows that takes
// no part, and one whose pointer stands already. The first two must not be told apart; the reference is the small index.
func BenchmarkProbe(b *testing.B) {
	for _, many := range []int{10_000, 300_000} {
		w, s := testkit.OpenAfter(b, "sqlite", "pointers", setUp)
		s.World = w
		s.exec(fillTokens, database.Args{"many": many, "file": s.file("ghent", section.Values{"family_name": "Peeters"})})
		olena := section.Values{"given_names": "Olena", "family_name": "Shevchenko", "birth_date": "1998-02-15"}
		s.file("dvz", olena)
		s.twin()
		files := map[string]string{"miss": s.file("fgp", section.Values{"given_names": "Maria", "family_name": "Ionescu", "birth_date": "1999-03-17"}),
			"silent": s.file("fgp", olena), "told": s.lan}
		for _, name := range []string{"miss", "silent", "told"} {
			b.Run(fmt.Sprintf("%d/%s", many, name), func(b *testing.B) {
				for b.Loop() {
					s.Advance(time.Hour / (pointer.MostByWorker - 1))
					view, err := s.Pointers.Probe(s.as("fgp"), files[name], "identification")
					if err != nil || (len(view.Pointers) > 0) != (name == "told") {
						b.Fatal(err, len(view.Pointers))
					}
				}
			})
		}
	}
}
