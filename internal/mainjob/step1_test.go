package mainjob

import (
	"slices"

	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/gate"
	"relais/internal/section"
)

var site = casefile.Facts{Exploitation: []string{"forced_labour"}, Sector: "F", Country: "BE", DetectedBy: "labour_inspectorate", DetectedOn: "2026-02-26"}

// What the inspection found out about three people.
var (
	minhIs    = section.Values{"given_names": "Minh", "family_name": "Nguyễn Văn", "birth_date": "1998-04-17", "sex": "male", "citizenships": "VN"}
	youssefIs = section.Values{"given_names": "يوسف", "family_name": "حداد", "name_original_script": "يوسف حداد", "birth_date": "1994-11-02", "sex": "male",
		"citizenships": "SY", "primary_language": "ar", "interpreter_needed": "yes"}
	awaIs = section.Values{"given_names": "Awa", "family_name": "Diarrassouba", "birth_date_certainty": "unknown", "age_status": "presumed_child", "sex": "female"}

	exploited = section.Values{"indications": "strong", "assessed_on": "2026-02-27", "types": "forced_labour", "sector": "F",
		"control_methods": "debt_bondage;withholds_documents", "exploitation_place": "Kattendijkdok 14",
		"narrative": "Sleeps in a container behind the site. The foreman keeps the passport."}
	worked = section.Values{"employer": "Vandeputte Ruwbouw", "sector": "F", "occupation": "scaffolder", "worked_from": "2025-10",
		"hours_per_week": "72", "wage_agreed": "1800.00 EUR", "wage_paid": "350.00 EUR", "findings": "underpaid;excessive_hours;papers_withheld"}
)

// What it found out about all of them: in the referred file in full, in the others in short.
var (
	exploitedInShort = section.Values{"indications": "some", "assessed_on": "2026-02-27", "types": "forced_labour"}
	workedInShort    = section.Values{"employer": "Vandeputte Ruwbouw", "occupation": "scaffolder", "wage_paid": "350.00 EUR"}
)

// found is an entry of the inspection: a fact that it gathers by the provision that lets it.
func found(values section.Values) entry.Draft {
	return entry.Draft{Values: values, Purpose: "labour_enforcement", Basis: "legal_gateway", Nature: "fact"}
}

// 1. A labour inspector signs in, opens a case file after an inspection of a building site and opens victim files for three
// presumed victims, with identity, exploitation and labour entries.
func theInspectorOpensACaseAndThreeVictimFiles(s *story) {
	inspector := s.as("rsz")
	s.building = inspector.opensCase(site)
	for _, v := range []struct {
		file         *file
		is, by, work section.Values
	}{{&s.minh, minhIs, exploitedInShort, workedInShort}, {&s.youssef, youssefIs, exploited, worked}, {&s.awa, awaIs, exploitedInShort, workedInShort}} {
		*v.file = inspector.opensVictim(s.building, opening{detected: "2026-02-26", identity: found(v.is)})
		inspector.writes(*v.file, authz.Exploitation, found(v.by))
		inspector.writes(*v.file, authz.Labour, found(v.work))

		page := inspector.sees(*v.file)
		page.reads(authz.Identity, v.is)
		page.reads(authz.Exploitation, v.by)
		page.reads(authz.Labour, v.work)
		page.from(authz.Exploitation, "RSZ/ONSS")
	}
	s.listed(inspector, gate.Case, s.building)
	s.listed(inspector, gate.Victim, s.awa, s.youssef, s.minh)
	for words, want := range map[string]file{"يوسف حداد": s.youssef, "Youssef Haddad": s.youssef, "Nguyen": s.minh, "1998-04-17": s.minh, "diarassouba": s.awa} {
		if ids := inspector.finds(words); !slices.Equal(ids, []string{want.id}) {
			s.t.Errorf("a search for %q finds %v, want %s", words, ids, want.id)
		}
	}
}

// listed checks a list: these files, the newest change first, and no other.
func (s *story) listed(who person, kind gate.Kind, files ...file) {
	s.t.Helper()
	var want []string
	for _, f := range files {
		want = append(want, f.id)
	}
	if got := who.lists(kind); !slices.Equal(got, want) {
		s.t.Errorf("the list of %s files has %v, want %v", kind, got, want)
	}
}
