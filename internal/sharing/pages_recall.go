package sharing

import (
	"relais/internal/httpkit"
	"relais/internal/locale"
)

// RecallPage asks why a referral that was accepted is taken back, and says what ends with it and what cannot be fetched back.
type RecallPage struct {
	httpkit.Sheet
	Ends httpkit.Table
	Left httpkit.Table
}

// Template is the page's file.
func (*RecallPage) Template() string { return "sharing/recall" }

var _ = httpkit.Register(&RecallPage{})

func (p pages) askRecall(r *httpkit.Request) (*RecallPage, error) {
	view, err := p.s.RecallForm(r.Context(), r.Param("referral"))
	if err != nil {
		return nil, err
	}
	w, url := r.W, "/referrals/"+view.ID
	page := &RecallPage{Ends: endingTable(w, view.Ends), Left: leftTable(w, view.Left, w.T("sharing.recall_left"))}
	page.Back = back(r, url)
	page.Form = httpkit.Form{Action: url + "/recall", Submit: w.T("sharing.take_back"), Danger: true, Version: view.Version,
		Cancel: httpkit.Link{URL: url, Text: w.T("web.cancel")}, Fields: []httpkit.Field{{Kind: httpkit.Radios, Name: "reason",
			Label: w.T("sharing.recall_reason"), Hint: w.T("sharing.recall_reason_hint"), Required: true, Options: httpkit.Options(w, "sharing.recall.", RecallReasons)}}}
	return page, nil
}

func (p pages) takeBack(r *httpkit.Request) (httpkit.Reply, error) {
	id := r.Param("referral")
	err := p.s.TakeBack(r.Context(), id, r.Version(), r.Form("reason"))
	return httpkit.Posted(r, err, httpkit.SeeWith("/referrals/"+id, "sharing.recalled"), p.askRecall)
}

func endingTable(w *locale.Words, list []Ending) httpkit.Table {
	t := httpkit.Table{Caption: w.T("sharing.recall_ends"), Columns: []httpkit.Column{{Label: w.T("sharing.who")}, {Label: w.T("sharing.until")}}}
	for _, e := range list {
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: e.Agency, Sub: orText(e.Desk, w.T("sharing.one_person"))}, {Text: w.Date(e.UntilAt)}}})
	}
	return t
}

// leftTable lists what had left the file.
func leftTable(w *locale.Words, list []Departed, caption string) httpkit.Table {
	t := httpkit.Table{Caption: caption, Empty: w.T("sharing.recall_nothing_left"), Columns: []httpkit.Column{
		{Label: w.T("sharing.recall_when")}, {Label: w.T("sharing.who")}, {Label: w.T("sharing.sections")}, {Label: w.T("sharing.recall_as")}}}
	for i := range list {
		d := &list[i]
		t.Rows = append(t.Rows, httpkit.Row{Cells: []httpkit.Cell{{Text: w.DateTime(d.At)}, {Text: d.Agency, Sub: d.Desk},
			{Text: sectionNames(w, d.Sections)}, {Text: w.T("sharing.recall_format." + d.Format), Sub: d.Number}}})
	}
	return t
}

// recallRows say when and why a referral was taken back.
func recallRows(w *locale.Words, v *View) []httpkit.SummaryRow {
	if v.State != TakenBack {
		return nil
	}
	return []httpkit.SummaryRow{{Label: w.T("sharing.recalled_at"), Value: w.DateTime(v.RecalledAt)},
		{Label: w.T("sharing.recall_reason"), Value: w.T("sharing.recall." + v.RecallReason)}}
}

// fillRecall adds to a referral's page that it was taken back, or that it can be.
func (page *ReferralPage) fillRecall(w *locale.Words, v *View) {
	if v.CanTakeBack {
		page.TakeBack = httpkit.Link{URL: "/referrals/" + v.ID + "/recall", Text: w.T("sharing.take_back")}
	}
	switch {
	case v.State != TakenBack:
		return
	case v.Received:
		page.Notice = httpkit.Notice{Kind: "warning", Text: w.T("sharing.recalled_received")}
	case v.Sent:
		page.Notice = httpkit.Notice{Text: w.T("sharing.recalled_sent")}
	default:
		return
	}
	page.Left = leftTable(w, v.Left, w.T("sharing.recall_left"))
}
