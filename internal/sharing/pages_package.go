package sharing

import (
	"relais/internal/entry"
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// EvidencePage shows what was disclosed with a referral.
type EvidencePage struct {
	Back   httpkit.Link
	Notice httpkit.Notice
	Card   httpkit.Summary
	Cards  []entry.Card
	Notes  []entry.NoteCard
	Closed []httpkit.HiddenSection
}

// Template is the page's file.
func (EvidencePage) Template() string { return "sharing/package" }

// CompletionPage asks how a referral ended.
type CompletionPage struct {
	Back httpkit.Link
	Form httpkit.Form
}

// Template is the page's file.
func (*CompletionPage) Template() string { return "sharing/completion" }

var _ = httpkit.Register(EvidencePage{}, &CompletionPage{})

func (p pages) evidence(r *httpkit.Request) (httpkit.Reply, error) {
	found, err := p.s.Evidence(r.Context(), r.Param("referral"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	page := EvidencePage{Back: back(r, "/referrals/"+found.ID), Card: evidenceFacts(r.W, &found)}
	if found.Corrected > 0 {
		page.Notice = httpkit.Notice{Kind: "warning", Text: r.W.N("sharing.corrected_since", found.Corrected)}
	}
	page.Cards, page.Closed = previewCards(r.W, found.Sections)
	page.Notes = entry.NoteCards(r.W, found.Notes)
	return httpkit.Show(page), nil
}

func evidenceFacts(w *locale.Words, e *Evidence) httpkit.Summary {
	whole := httpkit.Tag{Text: w.T("sharing.hash_fits"), Colour: "green"}
	if !e.Whole {
		whole = httpkit.Tag{Text: w.T("sharing.hash_differs"), Colour: "red"}
	}
	previewed := "sharing.previewed.no"
	if e.Previewed {
		previewed = "sharing.previewed.yes"
	}
	return httpkit.Summary{Rows: []httpkit.SummaryRow{
		{Label: w.T("sharing.from"), Value: e.FromAgency},
		{Label: w.T("sharing.to_desk"), Value: e.ToAgency, Note: e.ToDesk},
		{Label: w.T("sharing.made_at"), Value: w.DateTime(e.MadeAt), Note: w.T(previewed)},
		{Label: w.T("sharing.entries"), Value: w.Number(e.Entries), Note: w.T("sharing.entries_frozen")},
		{Label: w.T("sharing.notes"), Value: w.Number(len(e.Notes))},
		{Label: w.T("sharing.hash"), Value: e.Hash, Tag: whole},
	}}
}

func (p pages) askCompletion(r *httpkit.Request) (httpkit.Reply, error) {
	view, err := p.s.Show(r.Context(), r.Param("referral"))
	if err != nil {
		return httpkit.Reply{}, err
	}
	if !view.CanComplete {
		return httpkit.See("/referrals/" + view.ID), nil
	}
	return httpkit.Show(completionPage(r, view.ID, view.Version)), nil
}

func completionPage(r *httpkit.Request, id string, version int64) *CompletionPage {
	url := "/referrals/" + id
	return &CompletionPage{Back: back(r, url), Form: httpkit.Form{Action: url + "/completion", Submit: r.W.T("sharing.complete"), Version: version,
		Cancel: httpkit.Link{URL: url, Text: r.W.T("web.cancel")}, Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "outcome",
			Label: r.W.T("sharing.outcome"), Hint: r.W.T("sharing.outcome_hint"), Required: true, Options: httpkit.Options(r.W, "sharing.outcome.", Outcomes)}}}}
}

func (p pages) complete(r *httpkit.Request) (httpkit.Reply, error) {
	if err := wantVersion(r); err != nil {
		return httpkit.Reply{}, err
	}
	id := r.Param("referral")
	err := p.s.Complete(r.Context(), id, r.Version(), r.Form("outcome"))
	if httpkit.ComesBack(err) {
		page := completionPage(r, id, r.Version())
		return r.Again(page, &page.Form, err)
	}
	if err != nil {
		return httpkit.Reply{}, err
	}
	return httpkit.SeeWith("/referrals/"+id, "sharing.completed"), nil
}
