package casefile

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// HistoryPage lists the versions of the facts of a case.
type HistoryPage struct {
	Back     httpkit.Link
	Versions []VersionCard
}

// Template is the page's file.
func (HistoryPage) Template() string { return "casefile/history" }

// VersionCard is one version of the facts: whose it is, and what it says.
type VersionCard struct {
	Title  string
	When   string // empty where the time was not kept
	Agency string // or that nobody was kept
	Author string
	Facts  httpkit.Summary
}

func (p pages) history(r *httpkit.Request) (HistoryPage, error) {
	file, versions, err := p.s.History(r.Context(), r.Param("case"))
	page := HistoryPage{Back: httpkit.Link{URL: "/cases/" + file.ID, Text: r.W.T("entry.back")}}
	for _, v := range versions {
		page.Versions = append(page.Versions, versionCard(r.W, v))
	}
	return page, err
}

func versionCard(w *locale.Words, v Version) VersionCard {
	c := VersionCard{Title: w.T("entry.version", "Number", v.Number), Agency: v.Agency, Author: v.Author, Facts: httpkit.Summary{Rows: FactRows(w, v.Facts)}}
	if v.Agency == "" {
		c.Agency = w.T("casefile.nobody_kept")
	}
	if v.WrittenAt != 0 {
		c.When = w.DateTime(v.WrittenAt)
	}
	return c
}
