package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
	"relais/internal/sharing"
	"relais/internal/testkit"
	"relais/internal/victim"
)

// readFiles is how many victim files are read, in no order.
const readFiles = 200

// BenchmarkVictimRead reads victim files as JSON: five sections under four keys, 12 sealed fields, 3 KB of text, written by
// two agencies, as a shelter's caseworker who is on the team. Session, decisions, grants, keys, decryption and a durable entry
// of the trail at each look are in it, and the program signs the trail every second. The reference is a bare Gin and SQLite
// read of the same bytes.
func BenchmarkVictimRead(b *testing.B) {
	readBeside(b, open(b, "sqlite"), "/api/v1/victims/", "application/json")
}

// BenchmarkVictimPage is the same file as a page for a browser.
func BenchmarkVictimPage(b *testing.B) {
	readBeside(b, open(b, "sqlite"), "/victims/", "text/html; charset=utf-8")
}

// BenchmarkVictimReadPostgres is BenchmarkVictimRead with the file in PostgreSQL, whose test server does not sync to disk; the
// reference is still SQLite.
func BenchmarkVictimReadPostgres(b *testing.B) {
	readBeside(b, open(b, "postgres"), "/api/v1/victims/", "application/json")
}

func readBeside(b *testing.B, h *house, path, kind string) {
	ids := h.victims(b)
	reader := newBrowser(b, h.url, h.signIn(b, "payoke"))
	answers := map[string][]byte{}
	for _, id := range ids {
		answers[id] = reader.body(b, path+id)
	}
	bare := newBrowser(b, serveBare(b, kind, answers), "")
	for _, variant := range []struct {
		name, path string
		who        *browser
	}{{"bare", "/answers/", bare}, {"audited", path, reader}} {
		for _, clients := range crowd {
			b.Run(fmt.Sprintf("%s/clients=%d", variant.name, clients), func(b *testing.B) {
				share(b, clients, func() error { return variant.who.get(variant.path + ids[rand.IntN(len(ids))]) })
			})
		}
	}
}

// victims opens the files: the labour inspectorate detects, the shelter is added to the team and writes its own part.
func (h *house) victims(b *testing.B) []string {
	b.Helper()
	found, shelter := h.world.As("rsz"), h.world.As("payoke")
	caseID, err := h.Cases.Open(found, casefile.New{Facts: testkit.Site}, "")
	must(b, err)
	_, err = h.Sharing.Add(found, caseID, sharing.NewMember{DeskID: h.world.Place("be.payoke").Desks[0],
		Terms: sharing.Terms{Purpose: "protection", Basis: "legal_task"}}, "")
	must(b, err)
	ids := make([]string, readFiles)
	for i := range ids {
		ids[i], err = h.Victims.Open(found, caseID, victim.New{DetectedOn: "2026-02-26", Entries: []victim.Beginning{
			{Section: authz.Identity, Draft: draft("legal_task", identity(i))},
			{Section: authz.Exploitation, Draft: draft("legal_gateway", exploitation)}}}, "")
		must(b, err)
		for id, values := range map[authz.Section]section.Values{authz.SafeContact: contact, authz.Health: health, authz.RiskLevel: risk} {
			_, err = h.Entries.Add(shelter, gate.Victim, ids[i], id, draft("legal_task", values), "")
			must(b, err)
		}
	}
	return ids
}

func draft(basis string, values section.Values) entry.Draft {
	return entry.Draft{Values: values, Purpose: "protection", Basis: basis, Nature: section.Fact}
}

func identity(i int) section.Values {
	return section.Values{"given_names": "Amara", "family_name": fmt.Sprintf("Okonjo-%d", i), "birth_date": "1999-04-12", "citizenships": "NG"}
}

var (
	exploitation = section.Values{"types": "forced_labour", "narrative": prose(1700)}
	contact      = section.Values{"mobile_phone": "+32470123456", "hours": "weekdays after six in the evening"}
	health       = section.Values{"complaints": prose(1000), "urgency": "days"}
	risk         = section.Values{"level": "high", "assessed_on": "2026-03-02"}
)

// prose is a text of so many bytes.
func prose(bytes int) string {
	const line = "She says that the wages were held back since the spring and that her papers lie with the foreman. "
	return strings.TrimSpace(strings.Repeat(line, bytes/len(line)+1)[:bytes])
}
