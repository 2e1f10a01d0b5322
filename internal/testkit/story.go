package testkit

import (
	"relais/internal/authz"
	"relais/internal/casefile"
	"relais/internal/entry"
	"relais/internal/section"
	"relais/internal/victim"
)

// Site is a building site in Antwerp, as the labour inspectorate found it.
var Site = casefile.Facts{Exploitation: []string{"forced_labour"}, Sector: "F", Country: "BE", DetectedBy: "labour_inspectorate", DetectedOn: "2026-02-26"}

// OpenCase opens a case file as a person.
func (w *World) OpenCase(key string) string {
	w.T.Helper()
	id, err := w.Cases.Open(w.As(key), casefile.New{Facts: Site}, "")
	if err != nil {
		w.T.Fatalf("open a case as %s: %v", key, err)
	}
	return id
}

// OpenVictim opens a victim file with an identity in a case as a person.
func (w *World) OpenVictim(key, caseID string, identity section.Values) string {
	w.T.Helper()
	n := victim.New{DetectedOn: "2026-02-26"}
	if identity != nil {
		n.Entries = []victim.Beginning{{Section: authz.Identity, Draft: Draft(identity)}}
	}
	id, err := w.Victims.Open(w.As(key), caseID, n, "")
	if err != nil {
		w.T.Fatalf("open a victim file as %s: %v", key, err)
	}
	return id
}

// Draft is an entry for protection on a legal task.
func Draft(values section.Values) entry.Draft {
	return entry.Draft{Values: values, Purpose: "protection", Basis: "legal_task", Nature: section.Fact}
}

// SectionOf finds a section of a victim file as a person sees it; the test fails if the file is not open to them.
func (w *World) SectionOf(key, victimID string, id authz.Section) entry.SectionView {
	w.T.Helper()
	view, err := w.Victims.Show(w.As(key), victimID)
	if err != nil {
		w.T.Fatalf("show the victim file as %s: %v", key, err)
	}
	for _, s := range view.Sections {
		if s.Section == id {
			return s
		}
	}
	w.T.Fatalf("the victim file has no section %s", id)
	return entry.SectionView{}
}
